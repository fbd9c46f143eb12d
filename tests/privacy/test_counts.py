"""Counts: nothing under five is written, nothing but the cells, and no fault loses a count."""

from __future__ import annotations

import random
import re
import sqlite3
from pathlib import Path

import pytest

from bot.privacy.counts import Counts, read_counts

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
    assert not database.exists()
    counts.add("toronto", "library", "es", "answer")
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
    rows = sqlite3.connect(database).execute("SELECT topic FROM count").fetchall()
    assert [row[0] for row in rows] == ["food", "police", "work"]


def test_a_locked_database_loses_no_count(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = counts_in(database)
    for _ in range(5):
        counts.add("toronto", "library", "es", "answer")
    lock = sqlite3.connect(database, timeout=0)
    lock.execute("BEGIN EXCLUSIVE")
    for _ in range(7):
        counts.add("toronto", "library", "es", "answer")
    lock.rollback()
    assert "could not be written" in capsys.readouterr().err
    for _ in range(3):
        counts.add("toronto", "library", "es", "answer")
    assert written(database) == {("toronto", "library"): 15}


def test_a_folder_that_cannot_be_written_harms_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = Counts(f"sqlite:///{tmp_path}/nowhere/counts.sqlite")
    for _ in range(6):
        counts.add("toronto", "library", "es", "answer")
    assert "OperationalError" in capsys.readouterr().err


def test_what_waits_is_handed_over(database: Path) -> None:
    first, second = counts_in(database), counts_in(database)
    for _ in range(4):
        first.add("toronto", "library", "es", "answer")
    second.take_over(first.to_json())
    second.add("toronto", "library", "es", "answer")
    assert written(database) == {("toronto", "library"): 5}


def test_two_replicas_add_to_one_row(database: Path) -> None:
    for counts in (counts_in(database), counts_in(database)):
        for _ in range(5):
            counts.add("toronto", "library", "es", "answer")
    assert written(database) == {("toronto", "library"): 10}
