"""The schema of every file of `knowledge/`, as JSON for editors that complete and warn.

All come from the classes that `check` reads the files with. Only what drafts of JSON Schema up
to the seventh know is used, since not every editor knows the later ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, create_model
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from bot.knowledge.names import Names
from bot.knowledge.phrases import FOLLOW_UPS, SMALL_TALK, TOPIC_KEYS, URGENT_TOPICS
from bot.knowledge.schema import (
    Contact,
    Facts,
    Front,
    Identifier,
    Language,
    Place,
    Record,
    Source,
    Terms,
    Text,
    Topic,
)
from bot.knowledge.starts import EXPLAINED

DRAFT = "http://json-schema.org/draft-07/schema#"
Lines = tuple[Text, ...]


def _lists_of_lines(name: str, keys: Iterable[str], about: str) -> type[Record]:
    """A class of optional lists of lines; the reader of phrases holds the same keys."""
    lists: dict[str, Any] = dict.fromkeys(keys, (Lines, ()))
    return create_model(name, __base__=Record, __doc__=about, **lists)


Phrases = _lists_of_lines("Phrases", TOPIC_KEYS, "How people ask about one topic.")
SmallTalk = _lists_of_lines("SmallTalk", SMALL_TALK, "Lines that ask nothing.")
FollowUp = _lists_of_lines("FollowUp", FOLLOW_UPS, "Lines that ask on about the last answer.")


class Danger(Record):
    """`danger.yaml`: lines of danger now, and lines that look alike and are calm."""

    now: dict[Literal[URGENT_TOPICS], Lines]  # type: ignore[valid-type]  # a tuple of texts
    calm: dict[Identifier, Lines] = Field(default_factory=dict)


# File of docs/schema/ to what it describes and where that stands in knowledge/.
KINDS: dict[str, tuple[Any, str]] = {
    "topics": (dict[Identifier, Topic], "topics.yaml"),
    "places": (dict[Identifier, Place], "places.yaml"),
    "languages": (dict[Identifier, Language], "languages.yaml"),
    "terms": (Terms, "terms.yaml"),
    "sources": (dict[Identifier, Source], "sources/*.yaml"),
    "contacts": (dict[Identifier, Contact], "contacts/*.yaml"),
    "facts": (Facts, "answers/*/*/facts.yaml"),
    "wording-front": (Front, "answers/*/*/*.md"),
    "names": (Names, "names/*.yaml"),
    "vocabulary": (dict[str, Lines], "vocabulary/*.yaml"),
    "small-talk": (SmallTalk, "phrases/*/small-talk.yaml"),
    "follow-up": (FollowUp, "phrases/*/follow-up.yaml"),
    "danger": (Danger, "phrases/*/danger.yaml"),
    "phrases": (Phrases, "phrases/*/*.yaml"),
}


class _Plain(GenerateJsonSchema):
    """Without titles that repeat the key, and without null, which no file may hold."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  pydantic's shape
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        written = super().default_schema(schema)
        if "default" in written and written["default"] is None:
            del written["default"]
        return written


def schemas() -> dict[str, str]:
    """The text of every file of docs/schema/, by its name without `.json`."""
    written = {}
    for name, (kind, where) in KINDS.items():
        described = TypeAdapter(kind).json_schema(schema_generator=_Plain)
        if kind is Facts:
            _explain(described)
        about = {"$schema": DRAFT, "title": f"knowledge/{where}"}
        whole = {**about, **{key: told for key, told in described.items() if key not in about}}
        written[name] = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return written


def _explain(described: dict[str, Any]) -> None:
    """Put the words that `new` writes beside each field into the schema of facts.yaml."""
    parts = described["$defs"]
    below = {"papers": "Papers", "records": "Records", "practice": "Practice", "values": "Value"}
    for path, about in EXPLAINED.items():
        above, _, name = path.rpartition(".")
        properties = parts[below[above]]["properties"] if above else described["properties"]
        properties[name]["description"] = about


def write_schemas(into: Path) -> list[Path]:
    """Write every schema into the folder, and remove those of kinds that are no more."""
    into.mkdir(parents=True, exist_ok=True)
    wanted = {into / f"{name}.json": text for name, text in schemas().items()}
    for old in set(into.glob("*.json")) - set(wanted):
        old.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return list(wanted)
