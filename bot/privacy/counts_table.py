"""The table of counts in a database, SQLite or PostgreSQL; several processes add to the same one.

By hand rather than through SQLModel: two statements are not worth 24 MB in a serving bot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

# How long a database may take to connect, to answer, and to let go of a lock.
PATIENCE: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": 2.0},
    "postgresql": {
        "connect_timeout": 3,
        "tcp_user_timeout": 5_000,
        "options": "-c statement_timeout=5000",
    },
}
SQLITE = "sqlite:///"
# Any number, so long as every replica takes the same: who holds it may create the table.
LOCK = "SELECT pg_advisory_xact_lock(730214)"
NAMES = "week, place, topic, language, outcome"
CREATE = (
    "CREATE TABLE IF NOT EXISTS count (week VARCHAR NOT NULL, place VARCHAR NOT NULL, "
    "topic VARCHAR NOT NULL, language VARCHAR NOT NULL, outcome VARCHAR NOT NULL, "
    f"times INTEGER NOT NULL, PRIMARY KEY ({NAMES}))"
)
READ = f"SELECT {NAMES}, times FROM count"  # noqa: S608  no value of anybody's is in it
ADD = (
    f"INSERT INTO count ({NAMES}, times) VALUES (?, ?, ?, ?, ?, ?) "  # noqa: S608  nor here
    f"ON CONFLICT ({NAMES}) DO UPDATE SET times = count.times + excluded.times"
)

Cell = tuple[str, str, str, str, str]  # week, place, topic, language, outcome


class CountsUnreadableError(Exception):
    """The counts cannot be read; the text is the name of what went wrong."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """How often something was asked or reported in one ISO week: a multiple of five."""

    week: str
    place: str
    topic: str
    language: str
    outcome: str
    times: int


class CountsTable:
    """The table in the database at `url`; it is made where it is missing."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_made = False

    def add(self, fives: list[tuple[Cell, int]]) -> None:
        """Add to the rows, all of them or none; each in one statement, as replicas write at once.

        Raises whatever the database's driver raises.
        """
        rows = [(*cell, times) for cell, times in fives]
        with self._connected() as database:
            mark = "?" if isinstance(database, sqlite3.Connection) else "%s"
            database.cursor().executemany(ADD.replace("?", mark), rows)

    def rows(self) -> list[CountRow]:
        """Every row, by week and place."""
        with self._connected() as database:
            found = [CountRow(*row) for row in database.cursor().execute(READ).fetchall()]
        return sorted(found, key=lambda row: (row.week, row.place, row.topic, row.outcome))

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """A connection whose one transaction ends with the block, the table there."""
        with closing(_connection(self._url)) as database:
            if not self._is_made:
                _make_table(database)
                database.commit()
                self._is_made = True
            yield database
            database.commit()


def read_counts(url: str) -> list[CountRow]:
    """Every written count, by week and place; empty where nothing was written yet.

    CountsUnreadableError where the database cannot be reached.
    """
    try:
        return CountsTable(url).rows()
    except Exception as error:  # A driver may raise more than it says.
        # The error's own words would show the address, and who logs in there.
        raise CountsUnreadableError(type(error).__name__) from None


def _connection(url: str) -> Any:
    if url.startswith(SQLITE):
        return sqlite3.connect(url.removeprefix(SQLITE), **PATIENCE["sqlite"])
    # Only who shares the counts between replicas needs the driver for it.
    import psycopg

    return psycopg.connect(url.replace("+psycopg", "", 1), **PATIENCE["postgresql"])


def _make_table(database: Any) -> None:
    """Make the table where it is missing, though replicas that start together do the same."""
    if isinstance(database, sqlite3.Connection):
        database.execute(f"{CREATE} WITHOUT ROWID")
    else:
        # There, two that make the same table at once fail, whatever IF NOT EXISTS says.
        database.execute(LOCK)
        database.execute(CREATE)
