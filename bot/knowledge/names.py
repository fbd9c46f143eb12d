"""What people call the places: names, quarters, institutions, in every script."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from bot.knowledge.folder import validated
from bot.knowledge.marked_yaml import read_yaml
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.schema import Place, Record, Text


class Names(Record):
    """`names/<place>.yaml`: everything that means this place.

    `blocked` are expressions that hold one of the names and mean something else, such as
    "london england"; `region` are the names of a province, state or country. `hinted` are names
    that are also everyday words, people or other places ("mission", "verdun"): they count only
    where the words around say that something is there ("in the mission").
    """

    city: tuple[Text, ...] = ()
    quarters: tuple[Text, ...] = ()
    institutions: tuple[Text, ...] = ()
    region: tuple[Text, ...] = ()
    hinted: tuple[Text, ...] = ()
    blocked: tuple[Text, ...] = Field(default=(), alias="not")


def read_names(root: Path, places: Mapping[str, Place], mistakes: Mistakes) -> dict[str, Names]:
    """The names of every place by its id; what is wrong goes to `mistakes`."""
    found: dict[str, Names] = {}
    for path in sorted((root / "names").glob("*")):
        file = f"{root.name}/names/{path.name}"
        if path.suffix != ".yaml" or path.stem not in places:
            mistakes.add(file, 1, "K05", "is no place of places.yaml; rename or remove it.")
            continue
        marks = read_yaml(path, file, mistakes)
        if marks is None:
            continue
        names = validated(Names, marks.data or {}, marks, (), mistakes)
        if names is not None:
            found[path.stem] = names
    for place, about in places.items():
        if about.level == "city" and place not in found:
            mistakes.add(
                f"{root.name}/names",
                1,
                "K21",
                f"{place}.yaml is missing; write the names that people use for the city.",
            )
    return found
