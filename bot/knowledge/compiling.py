"""Writes the built folder: a new file beside the old one, put in its place only when whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlmodel import Session, SQLModel, create_engine

from bot.knowledge.folder import Folder
from bot.knowledge.schema import Record
from bot.knowledge.store import FORMAT
from bot.knowledge.tables import (
    AnswerRow,
    MessageRow,
    MetaRow,
    ModelRow,
    RecordRow,
    WordingRow,
)
from bot.language.catalogs import Key


def compile_store(
    path: Path,
    folder: Folder,
    messages: Mapping[str, Mapping[Key, str]],
    models: Mapping[str, bytes],
    meta: Mapping[str, str],
) -> None:
    """Write everything into one SQLite file at `path`, whole or not at all.

    `messages` is wording by language; `models` are the trained parts by name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".building-", suffix=".sqlite")
    os.close(handle)
    fresh = Path(name)
    try:
        engine = create_engine(f"sqlite:///{fresh}")
        SQLModel.metadata.create_all(engine, tables=_tables())
        with Session(engine) as session:
            session.add_all(_rows(folder, messages, models, meta))
            session.commit()
        engine.dispose()
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _tables() -> list:  # type: ignore[type-arg]
    rows = (MetaRow, RecordRow, AnswerRow, WordingRow, MessageRow, ModelRow)
    return [SQLModel.metadata.tables[str(row.__tablename__)] for row in rows]


def _rows(
    folder: Folder,
    messages: Mapping[str, Mapping[Key, str]],
    models: Mapping[str, bytes],
    meta: Mapping[str, str],
) -> Iterator[SQLModel]:
    for name, value in {**meta, "format": FORMAT}.items():
        yield MetaRow(name=name, value=value)
    kinds: dict[str, Mapping[str, Record]] = {
        "topic": folder.topics,
        "place": folder.places,
        "language": folder.languages,
        "contact": {name: filed.record for name, filed in folder.contacts.items()},
        "source": {name: filed.record for name, filed in folder.sources.items()},
        "terms": {"terms": folder.terms} if folder.terms else {},
    }
    for kind, records in kinds.items():
        for position, (name, record) in enumerate(records.items()):
            yield RecordRow(
                kind=kind,
                id=name,
                position=position,
                json_text=record.model_dump_json(exclude_defaults=True),
            )
    for (place, topic), filed in folder.facts.items():
        yield AnswerRow(
            place=place, topic=topic, facts=filed.record.model_dump_json(exclude_defaults=True)
        )
    for (place, topic, language), (_, wording, front) in folder.wordings.items():
        english = folder.wordings.get((place, topic, "en"))
        stale = language != "en" and (english is None or english[1].fingerprint != front.made_from)
        for section, content in wording.sections.items():
            yield WordingRow(
                place=place,
                topic=topic,
                language=language,
                section=section,
                text=content.text,
                stale="yes" if stale else "no",
                reviewed_by=front.reviewed_by,
            )
    for language, wording_of in messages.items():
        for (context, english_text), text in wording_of.items():
            yield MessageRow(language=language, context=context, english=english_text, text=text)
    for name, data in models.items():
        yield ModelRow(name=name, data=data)
