"""Counts without people: what is asked, where, in which week; never by whom, when or how.

    counts = Counts(database_url)
    counts.add(place="toronto", topic="library", language="es", outcome="answer")
    counts.write()                              what has reached five, into the database

A cell is kept in memory until it reaches five; then five is written, and the rest waits for the
next five. So no written number is smaller than five, each is a multiple of five, and the table
shows no order: it is stored by its names. Several processes add to the same table.

A database can be slow or gone for hours, and people do not wait for it: `start` writes beside them,
in a thread, and what could not be written waits in memory.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from bot.privacy.counts_table import Cell, CountsTable
from bot.privacy.log import Event, say

LEAST = 5
MOST_CELLS = 20_000
WRITE_EVERY_SECONDS = 2.0


def this_week() -> str:
    """The ISO week of today, such as "2026-W47"."""
    year, week, _ = datetime.now(UTC).isocalendar()
    return f"{year}-W{week:02}"


class Counts:
    """Counts in memory, five at a time in a database; a database that fails loses nothing."""

    def __init__(self, url: str, week: Callable[[], str] = this_week) -> None:
        self._table = CountsTable(url)
        self._week = week
        self._waiting: Counter[Cell] = Counter()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._writer: threading.Thread | None = None
        self._failed = False
        # How often each outcome was counted by this process; for its metrics.
        self.outcomes: Counter[str] = Counter()

    def __repr__(self) -> str:
        return "<Counts>"

    def add(self, place: str, topic: str, language: str, outcome: str) -> None:
        """Count one, in memory; never raises."""
        cell = (self._week(), place, topic, language, outcome)
        self.outcomes[outcome] += 1
        with self._lock:
            if cell in self._waiting or len(self._waiting) < MOST_CELLS:
                self._waiting[cell] += 1

    def start(self) -> None:
        """Write every few seconds from now on, in a thread of its own."""
        self._writer = threading.Thread(target=self._keep_writing, daemon=True)
        self._writer.start()

    def stop(self, seconds: float = 1.0) -> None:
        """Write a last time, and wait for that no longer than these seconds."""
        self._over.set()
        if self._writer is not None:
            self._writer.join(seconds)

    def write(self) -> None:
        """Write what has reached five; what cannot be written goes on waiting. Never raises."""
        with self._lock:
            due = {
                cell: times // LEAST * LEAST
                for cell, times in self._waiting.items()
                if times >= LEAST
            }
        if not due:
            return
        try:
            # In the order of their names, so that two replicas never wait for each other.
            self._table.add(sorted(due.items()))
        except Exception as error:  # A driver may raise more than it says.
            if not self._failed:
                say(Event.COUNTS_UNWRITTEN, error=error)
            self._failed = True
            return
        self._failed = False
        with self._lock:
            self._waiting -= Counter(due)

    def _keep_writing(self) -> None:
        while not self._over.wait(WRITE_EVERY_SECONDS):
            self.write()
        self.write()

    def to_json(self) -> str:
        """What waits for its five, for the process that takes over from this one."""
        with self._lock:
            return json.dumps([[*cell, times] for cell, times in sorted(self._waiting.items())])

    def take_over(self, waiting: str) -> None:
        """Go on with what another process left by `to_json`."""
        with self._lock:
            for *cell, times in json.loads(waiting):
                self._waiting[tuple(cell)] += int(times)
