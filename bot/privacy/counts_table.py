"""The table of counts in a database, SQLite or PostgreSQL; several processes add to the same one.

Loaded when there is something to write or read: its libraries are a third of what a start costs.
"""

from __future__ import annotations

from sqlalchemy import Table, create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable
from sqlmodel import Field, Session, SQLModel, select

from bot.privacy.counts import Cell

# How long a database may take to connect, to answer, and to let go of a lock.
PATIENCE: dict[str, dict[str, object]] = {
    "sqlite": {"timeout": 2.0},
    "postgresql": {
        "connect_timeout": 3,
        "tcp_user_timeout": 5_000,
        "options": "-c statement_timeout=5000",
    },
}
# Any number, so long as every replica takes the same: who holds it may create the table.
TABLE_LOCK = 730_214
ADD = text(
    "INSERT INTO count (week, place, topic, language, outcome, times) "
    "VALUES (:week, :place, :topic, :language, :outcome, :times) "
    "ON CONFLICT (week, place, topic, language, outcome) "
    "DO UPDATE SET times = count.times + excluded.times"
)


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


class CountsUnreadableError(Exception):
    """The counts cannot be read; the text is the name of what went wrong."""


def open_table(url: str) -> Engine:
    """The database at `url`, with the table in it."""
    engine = _engine(url)
    _create_table(engine)
    return engine


def add(engine: Engine, fives: list[tuple[Cell, int]]) -> None:
    """Add to the rows, all of them or none; each in one statement, as replicas write at once."""
    with engine.begin() as connection:
        connection.execute(ADD, [{**_named(cell), "times": times} for cell, times in fives])


def read_counts(url: str) -> list[CountRow]:
    """Every written count, by week and place; empty where nothing was written yet.

    CountsUnreadableError where the database cannot be reached.
    """
    engine = _engine(url)
    try:
        _create_table(engine)
        with Session(engine) as session:
            found = session.exec(select(CountRow)).all()
            session.expunge_all()
    except (SQLAlchemyError, OSError) as error:
        # The error's own words would show the address, and who logs in there.
        raise CountsUnreadableError(type(error).__name__) from None
    finally:
        engine.dispose()
    return sorted(found, key=lambda row: (row.week, row.place, row.topic, row.outcome))


def _engine(url: str) -> Engine:
    patience = PATIENCE[url.partition(":")[0].partition("+")[0]]
    return create_engine(url, hide_parameters=True, connect_args=patience, pool_pre_ping=True)


def _create_table(engine: Engine) -> None:
    """Create the table where it is missing, though replicas that start together do the same."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # There, two that create the same table at once fail, whatever IF NOT EXISTS says.
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:number)"), {"number": TABLE_LOCK}
            )
        connection.execute(CreateTable(_table(), if_not_exists=True))


def _named(cell: Cell) -> dict[str, str | int]:
    return dict(zip(("week", "place", "topic", "language", "outcome"), cell, strict=True))


def _table() -> Table:
    return SQLModel.metadata.tables["count"]
