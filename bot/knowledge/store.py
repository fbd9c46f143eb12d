"""The built folder, loaded: what everything at run time asks for facts and wording."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TypeVar

from bot.knowledge.schema import (
    Contact,
    Facts,
    Language,
    Place,
    Record,
    Source,
    Terms,
    Topic,
)
from bot.language.catalogs import Catalog, Key

FORMAT = "1"  # raised when a table changes; a store of another format is built anew

R = TypeVar("R", bound=Record)


class StoreError(RuntimeError):
    """The built folder cannot be read; the text says what to do."""


class State(Enum):
    """Whether an answer may be shown."""

    CURRENT = "current"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of an answer in one language, by section, with their source markers."""

    language: str
    sections: dict[str, str]
    stale: bool
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the nearest place that has an answer says of a topic."""

    place: str
    topic: str
    facts: Facts
    words: dict[str, Words]

    def state(self, today: date) -> State:
        """Whether the answer may be shown on this day."""
        if self.facts.withdrawn:
            return State.WITHDRAWN
        return State.EXPIRED if self.facts.check_again_by < today else State.CURRENT


@dataclass(frozen=True)
class Store:
    """Everything of a built folder, by id."""

    meta: dict[str, str]
    topics: dict[str, Topic]
    places: dict[str, Place]
    languages: dict[str, Language]
    contacts: dict[str, Contact]
    sources: dict[str, Source]
    terms: Terms
    answers: dict[tuple[str, str], Answer]
    catalogs: dict[str, Catalog]
    path: Path

    @classmethod
    def load(cls, path: Path) -> Store:
        """The store at `path`; StoreError where there is none or it is of another format."""
        try:
            with _opened(path) as database:
                return cls._read(database, path)
        except (sqlite3.Error, ValueError, KeyError) as error:
            raise StoreError(
                f"The built folder cannot be read ({type(error).__name__}); run `build` again."
            ) from None

    @classmethod
    def _read(cls, database: sqlite3.Connection, path: Path) -> Store:
        meta = _meta(database)
        if meta.get("format") != FORMAT:
            raise StoreError("The built folder is of another version; run `build` again.")

        def records(kind: str, model: type[R]) -> dict[str, R]:
            rows = database.execute(
                "SELECT id, json_text FROM record WHERE kind = ? ORDER BY position", (kind,)
            )
            return {name: model.model_validate_json(text) for name, text in rows}

        languages = records("language", Language)
        messages: dict[str, dict[Key, str]] = {name: {} for name in languages}
        for language, context, english, text in database.execute(
            "SELECT language, context, english, text FROM message"
        ):
            messages[language][context, english] = text
        return cls(
            meta=meta,
            topics=records("topic", Topic),
            places=records("place", Place),
            languages=languages,
            contacts=records("contact", Contact),
            sources=records("source", Source),
            terms=records("terms", Terms)["terms"],
            answers=_answers(database),
            catalogs={name: Catalog(name, words) for name, words in messages.items()},
            path=path,
        )

    @classmethod
    def meta_of(cls, path: Path) -> dict[str, str]:
        """What the store at `path` says of itself, without the rest; empty where none is."""
        try:
            with _opened(path) as database:
                return _meta(database)
        except (StoreError, sqlite3.Error):
            return {}

    def model(self, name: str) -> bytes:
        """A trained part of the matcher, read from the file at each call: nobody keeps it twice.

        StoreError where another build stands there by now.
        """
        if self.meta_of(self.path) != self.meta:
            raise StoreError("The built folder was replaced while it was read; load it again.")
        with _opened(self.path) as database:
            row = database.execute("SELECT data FROM model WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise StoreError(f"The built folder has no {name}; run `build` again.")
        return bytes(row[0])

    def chain(self, place: str) -> Iterator[str]:
        """The place, then what it belongs to, up to the country."""
        current: str | None = place
        while current:
            yield current
            current = self.places[current].within

    def answer(self, place: str, topic: str) -> Answer | None:
        """The answer of the nearest place up the chain, or None where none has one."""
        for level in self.chain(place):
            found = self.answers.get((level, topic))
            if found is not None:
                return found
        return None

    def cities(self) -> list[str]:
        """The ids of the covered cities, in the order of places.yaml."""
        return [name for name, place in self.places.items() if place.level == "city"]

    def countries(self) -> list[str]:
        """The ids of the countries."""
        return [name for name, place in self.places.items() if place.level == "country"]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The store at `path`, read only, closed with its file at the end.

    Read by hand: SQLModel, which wrote it, is a third of the processor time of a start.
    """
    if not path.is_file():
        raise StoreError("The folder is not built yet; run the command `build` first.")
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield database
    finally:
        database.close()


def _meta(database: sqlite3.Connection) -> dict[str, str]:
    return dict(database.execute("SELECT name, value FROM meta"))


def _answers(database: sqlite3.Connection) -> dict[tuple[str, str], Answer]:
    words: dict[tuple[str, str], dict[str, Words]] = {}
    for place, topic, language, section, text, stale, reviewed_by in database.execute(
        "SELECT place, topic, language, section, text, stale, reviewed_by FROM wording"
    ):
        told = words.setdefault((place, topic), {}).setdefault(
            language, Words(language, {}, stale == "yes", reviewed_by)
        )
        told.sections[section] = text
    answers = {}
    for place, topic, written in database.execute("SELECT place, topic, facts FROM answer"):
        facts = Facts.model_validate_json(written)
        key = (place, topic)
        if facts.draft == "no" and "en" in words.get(key, {}):
            answers[key] = Answer(*key, facts, words[key])
    return answers
