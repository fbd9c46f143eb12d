"""The folder `knowledge/` as it stands on the disk, read whole, every slip noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from bot.knowledge.marked_yaml import MarkedYaml, parse_yaml, read_yaml
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.schema import (
    Contact,
    Facts,
    Front,
    Language,
    Place,
    Record,
    Source,
    Terms,
    Topic,
)
from bot.knowledge.wording import Wording, parse_wording

R = TypeVar("R", bound=Record)
T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True)
class Filed(Generic[T]):
    """A record and the place in the folder it was read from."""

    record: T
    file: str
    line: int
    marks: MarkedYaml


@dataclass
class Folder:
    """Everything in `knowledge/`, by id; what could not be read is missing and noted.

    `unreadable` are the ids of contacts and sources with mistakes of their own: naming one
    of them is no second mistake.
    """

    root: Path
    topics: dict[str, Topic] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    languages: dict[str, Language] = field(default_factory=dict)
    terms: Terms | None = None
    contacts: dict[str, Filed[Contact]] = field(default_factory=dict)
    sources: dict[str, Filed[Source]] = field(default_factory=dict)
    facts: dict[tuple[str, str], Filed[Facts]] = field(default_factory=dict)
    wordings: dict[tuple[str, str, str], tuple[str, Wording, Front]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)

    def chain(self, place: str) -> Iterator[str]:
        """The place, then what it belongs to, up to the country."""
        seen: set[str] = set()
        current: str | None = place
        while current and current in self.places and current not in seen:
            seen.add(current)
            yield current
            current = self.places[current].within


def read_folder(root: Path, mistakes: Mistakes) -> Folder:
    """The folder, read as far as it can be; all that is wrong in a file goes to `mistakes`."""
    folder = Folder(root)
    if not root.is_dir():
        mistakes.add(str(root), 1, "K21", "is missing; run the program in the project's folder.")
        return folder
    folder.topics = _registry(root, "topics.yaml", Topic, mistakes)
    folder.places = _registry(root, "places.yaml", Place, mistakes)
    folder.languages = _registry(root, "languages.yaml", Language, mistakes)
    folder.terms = _terms(root, mistakes)
    for path in _files_of_places(folder, "contacts", mistakes):
        folder.unreadable |= _read_records(root, path, Contact, folder.contacts, mistakes)
    for path in _files_of_places(folder, "sources", mistakes):
        folder.unreadable |= _read_records(root, path, Source, folder.sources, mistakes)
    _read_answers(folder, mistakes)
    return folder


def _files_of_places(folder: Folder, kind: str, mistakes: Mistakes) -> Iterator[Path]:
    for path in sorted((folder.root / kind).glob("*")):
        if path.suffix == ".yaml" and path.stem in folder.places:
            yield path
        else:
            mistakes.add(
                _name(folder.root, path),
                1,
                "K21",
                f"is no file of {kind}/; name it "
                "after a place of places.yaml, such as toronto.yaml.",
            )


def _name(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def _registry(root: Path, name: str, model: type[R], mistakes: Mistakes) -> dict[str, R]:
    filed: dict[str, Filed[R]] = {}
    path = root / name
    if not path.is_file():
        mistakes.add(f"{root.name}/{name}", 1, "K21", "is missing; the folder needs it.")
        return {}
    _read_records(root, path, model, filed, mistakes)
    return {key: item.record for key, item in filed.items()}


def _read_records(
    root: Path, path: Path, model: type[R], into: dict[str, Filed[R]], mistakes: Mistakes
) -> set[str]:
    """Read the records of a file into `into`; returns the ids that could not be read."""
    file = _name(root, path)
    marks = read_yaml(path, file, mistakes)
    if marks is None or marks.data is None:
        return set()
    if not isinstance(marks.data, dict):
        mistakes.add(file, 1, "K03", 'must be a list of "id": with fields below each.')
        return set()
    for key, data in marks.data.items():
        line = marks.line(key)
        if key in into:
            mistakes.add(
                file,
                line,
                "K03",
                f"{key} stands already in {into[key].file}:{into[key].line}; ids are used once.",
            )
            continue
        record = validated(model, data, marks, (key,), mistakes)
        if record is not None:
            into[key] = Filed(record, file, line, marks)
    return set(marks.data) - set(into)


def _terms(root: Path, mistakes: Mistakes) -> Terms | None:
    path = root / "terms.yaml"
    if not path.is_file():
        mistakes.add(f"{root.name}/terms.yaml", 1, "K21", "is missing; the folder needs it.")
        return None
    marks = read_yaml(path, _name(root, path), mistakes)
    return None if marks is None else validated(Terms, marks.data, marks, (), mistakes)


def _read_answers(folder: Folder, mistakes: Mistakes) -> None:
    root = folder.root
    for place_path in sorted((root / "answers").glob("*")):
        if place_path.name not in folder.places:
            mistakes.add(
                _name(root, place_path),
                1,
                "K05",
                f"{place_path.name} is no place of places.yaml; rename or remove it.",
            )
            continue
        for topic_path in sorted(place_path.glob("*")):
            if topic_path.name not in folder.topics:
                mistakes.add(
                    _name(root, topic_path),
                    1,
                    "K05",
                    f"{topic_path.name} is no topic of topics.yaml; rename or remove it.",
                )
                continue
            _read_answer(folder, place_path.name, topic_path, mistakes)


def _read_answer(folder: Folder, place: str, path: Path, mistakes: Mistakes) -> None:
    root, topic = folder.root, path.name
    facts_path = path / "facts.yaml"
    if facts_path.is_file():
        file = _name(root, facts_path)
        marks = read_yaml(facts_path, file, mistakes)
        if marks is not None:
            record = validated(Facts, marks.data, marks, (), mistakes)
            if record is not None:
                folder.facts[place, topic] = Filed(record, file, 1, marks)
    else:
        mistakes.add(_name(root, path), 1, "K21", "has no facts.yaml; add it or remove the folder.")
    for wording_path in sorted(path.glob("*")):
        file = _name(root, wording_path)
        if wording_path.name == "facts.yaml":
            continue
        if wording_path.suffix != ".md" or wording_path.stem not in folder.languages:
            mistakes.add(
                file,
                1,
                "K05",
                "is no wording; name it after a language of languages.yaml, such as fr.md.",
            )
            continue
        _read_wording(folder, place, topic, wording_path, file, mistakes)


def _read_wording(
    folder: Folder, place: str, topic: str, path: Path, file: str, mistakes: Mistakes
) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        mistakes.add(file, 1, "K01", "is not UTF-8 text; save it again with the encoding UTF-8.")
        return
    wording = parse_wording(text)
    for line, problem in wording.problems:
        mistakes.add(file, line, "K03", f"{problem}.")
    marks = parse_yaml(wording.front, file, mistakes, wording.front_line)
    if marks is None:
        return
    front = validated(Front, marks.data or {}, marks, (), mistakes)
    if front is not None:
        folder.wordings[place, topic, path.stem] = (file, wording, front)


def validated(
    model: type[R],
    data: object,
    marks: MarkedYaml,
    at: tuple[str | int, ...],
    mistakes: Mistakes,
) -> R | None:
    """The record that `data` describes, or None with every fault noted at its line (K03)."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            path = tuple(fault["loc"])
            rule, text = _explained(fault["type"], fault["msg"], path, fault.get("input"))
            mistakes.add(marks.file, marks.line(*at, *path), rule, text)
        return None


def _explained(
    kind: str, message: str, path: tuple[str | int, ...], value: object
) -> tuple[str, str]:
    """Rule and plain words for one fault that pydantic found."""
    name = ".".join(str(part) for part in path) or "the file"
    shown = f" {value!r}" if isinstance(value, str) and len(value) <= 60 else ""
    if kind == "missing":
        rule = "K06" if path and path[-1] == "source" else "K03"
        return rule, f"{name} is missing; add it."
    if kind == "extra_forbidden":
        return "K03", f"{name} is no field here; see knowledge/README.md, or remove it."
    if kind.startswith("date"):
        return "K14", f'{name}{shown} is no date; write it as "2026-11-22".'
    if kind == "string_pattern_mismatch":
        return "K03", f"{name}{shown} does not have the right form; see knowledge/README.md."
    if kind == "literal_error":
        allowed = message.removeprefix("Input should be ")
        return "K03", f"{name}{shown} is not allowed; use {allowed}."
    if kind == "value_error":
        rule = "K14" if "is no date" in message else "K03"
        return rule, f"{name} {message.removeprefix('Value error, ')}."
    if kind == "too_short":
        return "K03", f"{name} is empty; it needs at least one."
    return "K03", f"{name}{shown}: {message[0].lower()}{message[1:]}."
