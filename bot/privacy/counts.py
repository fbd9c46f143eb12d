"""Counts without people: what is asked, where, in which week; never by whom, when or how.

    counts = Counts(database_url)
    counts.add(place="toronto", topic="library", language="es", outcome="answer")

A cell is kept in memory until it reaches five; then five is written, and the rest waits for the
next five. So no written number is smaller than five, each is a multiple of five, and the table
shows no order: it is stored by its names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Table, create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, select

from bot.privacy.log import Event, say

LEAST = 5
MOST_CELLS = 20_000
LOCK_SECONDS = 0.1

Cell = tuple[str, str, str, str, str]  # week, place, topic, language, outcome


class CountRow(SQLModel, table=True):
    """How often something was asked or reported in one ISO week: a multiple of five."""

    __tablename__ = "count"
    __table_args__ = {"sqlite_with_rowid": False}
    week: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    times: int


def this_week() -> str:
    """The ISO week of today, such as "2026-W47"."""
    year, week, _ = datetime.now(UTC).isocalendar()
    return f"{year}-W{week:02}"


class Counts:
    """Counts in memory, five at a time in a database; a database that fails loses nothing."""

    def __init__(self, url: str, week: Callable[[], str] = this_week) -> None:
        self._url = url
        self._week = week
        self._engine: Engine | None = None
        self._waiting: Counter[Cell] = Counter()

    def __repr__(self) -> str:
        return "<Counts>"

    def add(self, place: str, topic: str, language: str, outcome: str) -> None:
        """Count one; never raises."""
        cell = (self._week(), place, topic, language, outcome)
        if cell not in self._waiting and len(self._waiting) >= MOST_CELLS:
            return
        self._waiting[cell] += 1
        if self._waiting[cell] >= LEAST:
            self._write(cell)

    def _write(self, cell: Cell) -> None:
        fives = self._waiting[cell] // LEAST * LEAST
        try:
            with Session(self._database()) as session:
                # One statement, so that several replicas add to the same row.
                changed = session.connection().execute(ADD, _named(cell) | {"times": fives})
                if not changed.rowcount:
                    week, place, topic, language, outcome = cell
                    session.add(
                        CountRow(
                            week=week,
                            place=place,
                            topic=topic,
                            language=language,
                            outcome=outcome,
                            times=fives,
                        )
                    )
                session.commit()
        except (SQLAlchemyError, OSError) as error:
            say(Event.COUNTS_UNWRITTEN, error=error)
        else:
            self._waiting[cell] -= fives
            if not self._waiting[cell]:
                del self._waiting[cell]

    def _database(self) -> Engine:
        if self._engine is None:
            # People wait while a count is written, so a locked file is not waited for.
            patience = {"timeout": LOCK_SECONDS} if self._url.startswith("sqlite") else {}
            self._engine = create_engine(self._url, hide_parameters=True, connect_args=patience)
            _table().create(self._engine, checkfirst=True)
        return self._engine

    def to_json(self) -> str:
        """What waits for its five, for the process that takes over from this one."""
        return json.dumps([[*cell, times] for cell, times in sorted(self._waiting.items())])

    def take_over(self, waiting: str) -> None:
        """Go on with what another process left by `to_json`."""
        for *cell, times in json.loads(waiting):
            self._waiting[tuple(cell)] += int(times)


def read_counts(url: str) -> list[CountRow]:
    """Every written count, by week and place; empty where nothing was written yet."""
    engine = create_engine(url, hide_parameters=True)
    try:
        _table().create(engine, checkfirst=True)
        with Session(engine) as session:
            found = session.exec(select(CountRow)).all()
            session.expunge_all()
    finally:
        engine.dispose()
    return sorted(found, key=lambda row: (row.week, row.place, row.topic, row.outcome))


ADD = text(
    "UPDATE count SET times = times + :times WHERE week = :week AND place = :place "
    "AND topic = :topic AND language = :language AND outcome = :outcome"
)


def _named(cell: Cell) -> dict[str, str | int]:
    return dict(zip(("week", "place", "topic", "language", "outcome"), cell, strict=True))


def _table() -> Table:
    return SQLModel.metadata.tables["count"]
