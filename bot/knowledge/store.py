"""The built folder, loaded: what everything at run time asks for facts and wording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, create_engine, select

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
from bot.knowledge.tables import (
    FORMAT,
    AnswerRow,
    MessageRow,
    MetaRow,
    ModelRow,
    RecordRow,
    WordingRow,
)
from bot.language.catalogs import Catalog, Key

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
            with _session(path) as session:
                return cls._read(session, path)
        except (SQLAlchemyError, ValueError, KeyError) as error:
            raise StoreError(
                f"The built folder cannot be read ({type(error).__name__}); run `build` again."
            ) from None

    @classmethod
    def _read(cls, session: Session, path: Path) -> Store:
        meta = {row.name: row.value for row in session.exec(select(MetaRow))}
        if meta.get("format") != FORMAT:
            raise StoreError("The built folder is of another version; run `build` again.")
        rows = sorted(session.exec(select(RecordRow)), key=lambda row: row.position)

        def records(kind: str, model: type[R]) -> dict[str, R]:
            return {
                row.id: model.model_validate_json(row.json_text) for row in rows if row.kind == kind
            }

        languages = records("language", Language)
        messages: dict[str, dict[Key, str]] = {name: {} for name in languages}
        for message in session.exec(select(MessageRow)):
            messages[message.language][message.context, message.english] = message.text
        return cls(
            meta=meta,
            topics=records("topic", Topic),
            places=records("place", Place),
            languages=languages,
            contacts=records("contact", Contact),
            sources=records("source", Source),
            terms=records("terms", Terms)["terms"],
            answers=_answers(session),
            catalogs={name: Catalog(name, words) for name, words in messages.items()},
            path=path,
        )

    @classmethod
    def meta_of(cls, path: Path) -> dict[str, str]:
        """What the store at `path` says of itself, without the rest; empty where none is."""
        try:
            with _session(path) as session:
                return {row.name: row.value for row in session.exec(select(MetaRow))}
        except (StoreError, SQLAlchemyError):
            return {}

    def model(self, name: str) -> bytes:
        """A trained part of the matcher, read from the file at each call: nobody keeps it twice.

        StoreError where another build stands there by now.
        """
        if self.meta_of(self.path) != self.meta:
            raise StoreError("The built folder was replaced while it was read; load it again.")
        with _session(self.path) as session:
            row = session.get(ModelRow, name)
        if row is None:
            raise StoreError(f"The built folder has no {name}; run `build` again.")
        return row.data

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
def _session(path: Path) -> Iterator[Session]:
    """A read-only session on the store at `path`, closed with its file at the end."""
    if not path.is_file():
        raise StoreError("The folder is not built yet; run the command `build` first.")
    engine = create_engine(f"sqlite:///file:{path.resolve()}?mode=ro&uri=true")
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _answers(session: Session) -> dict[tuple[str, str], Answer]:
    words: dict[tuple[str, str], dict[str, Words]] = {}
    for row in session.exec(select(WordingRow)):
        of_answer = words.setdefault((row.place, row.topic), {})
        told = of_answer.setdefault(
            row.language, Words(row.language, {}, row.stale == "yes", row.reviewed_by)
        )
        told.sections[row.section] = row.text
    answers = {}
    for row_ in session.exec(select(AnswerRow)):
        facts = Facts.model_validate_json(row_.facts)
        key = (row_.place, row_.topic)
        if facts.draft == "no" and "en" in words.get(key, {}):
            answers[key] = Answer(*key, facts, words[key])
    return answers
