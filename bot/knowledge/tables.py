"""The tables of the built folder, as they are written; `store` reads them, and holds FORMAT."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class MetaRow(SQLModel, table=True):
    """What the store says of itself: its format, the fingerprints of what it was built from."""

    __tablename__ = "meta"
    name: str = Field(primary_key=True)
    value: str


class RecordRow(SQLModel, table=True):
    """One topic, place, language, contact, source or the terms, as JSON of its schema class."""

    __tablename__ = "record"
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    position: int
    json_text: str


class AnswerRow(SQLModel, table=True):
    """The facts of one topic in one place, as JSON of `schema.Facts`."""

    __tablename__ = "answer"
    place: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    facts: str


class WordingRow(SQLModel, table=True):
    """One section of one answer in one language. `stale` is "yes" when English has changed."""

    __tablename__ = "wording"
    place: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    section: str = Field(primary_key=True)
    text: str
    stale: str
    reviewed_by: str


class MessageRow(SQLModel, table=True):
    """One sentence or word of the interface in one language."""

    __tablename__ = "message"
    language: str = Field(primary_key=True)
    context: str = Field(primary_key=True)
    english: str = Field(primary_key=True)
    text: str


class ModelRow(SQLModel, table=True):
    """A trained part of the matcher, as bytes."""

    __tablename__ = "model"
    name: str = Field(primary_key=True)
    data: bytes
