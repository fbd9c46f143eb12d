"""Counts: nothing under five is written, nothing but the cells, and no fault loses a count."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import threading
import time
from pathlib import Path

import pytest

import bot.privacy.counts
from bot.privacy.counts import Counts
from bot.privacy.counts_table import PATIENCE, CountsUnreadableError, read_counts

WEEK = "2026-W47"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "counts.sqlite"


def counts_in(database: Path) -> Counts:
    return Counts(f"sqlite:///{database}", week=lambda: WEEK)


def written(database: Path) -> dict[tuple[str, str], int]:
    return {(row.place, row.topic): row.times for row in read_counts(f"sqlite:///{database}")}


def test_four_are_not_written_and_five_are(database: Path) -> None:
    counts = counts_in(database)
    for _ in range(4):
        counts.add("toronto", "library", "es", "answer")
    counts.write()
    assert not database.exists()
    counts.add("toronto", "library", "es", "answer")
    counts.write()
    assert written(database) == {("toronto", "library"): 5}


def test_a_thousand_people_leave_only_multiples_of_five(database: Path) -> None:
    counts, chance = counts_in(database), random.Random(0)
    places = ["toronto", "chicago", "new-york", ""]
    topics = ["library", "police", "work", "food", ""]
    asked: dict[tuple[str, str], int] = {}
    for _ in range(1_000):
        cell = chance.choice(places), chance.choice(topics)
        asked[cell] = asked.get(cell, 0) + 1
        counts.add(*cell, "en", "answer")
        if chance.random() < 0.1:
            counts.write()
    counts.write()
    assert written(database) == {
        cell: times // 5 * 5 for cell, times in asked.items() if times >= 5
    }
    # The file byte by byte: every readable piece is of the schema or one of these words.
    allowed = re.compile(
        r"SQLite format 3|table|count|CREATE|VARCHAR|INTEGER|NOT NULL|PRIMARY KEY|WITHOUT ROWID|"
        r"week|place|topic|language|outcome|times|answer|en|2026-W47|"
        + "|".join(word for word in (*places, *topics) if word)
    )
    for piece in re.findall(rb"[ -~]{6,}", database.read_bytes()):
        rest = allowed.sub("", piece.decode())
        assert not re.search(r"[a-z]{3}|\d{3}", rest), piece


def test_rows_stand_in_the_order_of_their_names(database: Path) -> None:
    counts = counts_in(database)
    for topic in ("work", "food", "police"):
        for _ in range(5):
            counts.add("toronto", topic, "en", "answer")
    counts.write()
    rows = sqlite3.connect(database).execute("SELECT topic FROM count").fetchall()
    assert [row[0] for row in rows] == ["food", "police", "work"]


def test_a_locked_database_loses_no_count(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PATIENCE, "sqlite", {"timeout": 0.05})
    counts = counts_in(database)
    for _ in range(5):
        counts.add("toronto", "library", "es", "answer")
    counts.write()
    lock = sqlite3.connect(database, timeout=0)
    lock.execute("BEGIN EXCLUSIVE")
    for _ in range(7):
        counts.add("toronto", "library", "es", "answer")
        counts.write()
    lock.rollback()
    assert capsys.readouterr().err.count("could not be written") == 1
    for _ in range(3):
        counts.add("toronto", "library", "es", "answer")
    counts.write()
    assert written(database) == {("toronto", "library"): 15}


def test_a_folder_that_cannot_be_written_harms_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = Counts(f"sqlite:///{tmp_path}/nowhere/counts.sqlite")
    for _ in range(6):
        counts.add("toronto", "library", "es", "answer")
    counts.write()
    assert "OperationalError" in capsys.readouterr().err


def test_what_waits_is_handed_over(database: Path) -> None:
    first, second = counts_in(database), counts_in(database)
    for _ in range(4):
        first.add("toronto", "library", "es", "answer")
    second.take_over(first.to_json())
    second.add("toronto", "library", "es", "answer")
    second.write()
    assert written(database) == {("toronto", "library"): 5}


def test_two_replicas_add_to_one_row(database: Path) -> None:
    for counts in (counts_in(database), counts_in(database)):
        for _ in range(5):
            counts.add("toronto", "library", "es", "answer")
        counts.write()
    assert written(database) == {("toronto", "library"): 10}


def test_it_writes_by_itself_and_a_last_time_at_the_end(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.privacy.counts, "WRITE_EVERY_SECONDS", 0.01)
    counts = counts_in(database)
    counts.start()
    for _ in range(5):
        counts.add("toronto", "library", "es", "answer")
    until = time.monotonic() + 10
    while not database.exists() or not written(database):
        assert time.monotonic() < until
    monkeypatch.setattr(bot.privacy.counts, "WRITE_EVERY_SECONDS", 60)
    for _ in range(6):
        counts.add("toronto", "library", "es", "answer")
    counts.stop(10)
    assert written(database) == {("toronto", "library"): 10}
    assert json.loads(counts.to_json()) == [[WEEK, "toronto", "library", "es", "answer", 1]]


def test_a_database_that_never_answers_holds_up_nobody(database: Path) -> None:
    counts = counts_in(database)
    hung = threading.Event()
    counts.write = hung.wait  # type: ignore[method-assign]  # a database that keeps its connection
    counts.start()
    for _ in range(7):
        counts.add("toronto", "library", "es", "answer")
    counts.stop(0.01)
    assert json.loads(counts.to_json())[0][-1] == 7
    hung.set()


def test_cells_that_wait_are_bounded(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.privacy.counts, "MOST_CELLS", 3)
    counts = counts_in(database)
    for number in range(10):
        counts.add(f"place {number}", "library", "es", "answer")
    assert len(json.loads(counts.to_json())) == 3


def test_counts_that_cannot_be_read_are_one_error_without_the_address(tmp_path: Path) -> None:
    with pytest.raises(CountsUnreadableError) as raised:
        read_counts(f"sqlite:///{tmp_path}/zanaria/counts.sqlite")
    assert str(raised.value) == "OperationalError"
