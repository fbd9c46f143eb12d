"""Counts at a real PostgreSQL: several processes at once, and a database lost for a while."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

from bot.privacy.counts import Counts
from bot.privacy.counts_table import CountsUnreadableError, read_counts
from bot.settings import Settings

WEEK = "2026-W47"
# Adds every cell so often, in an order of its own, and writes in between.
WRITER = """
import random, sys
from bot.privacy.counts import Counts
url, seed, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
counts = Counts(url, week=lambda: "2026-W47")
asked = [(f"place {number}", "library", "es", "answer") for number in range(10)] * times
random.Random(seed).shuffle(asked)
print("ready", flush=True)
sys.stdin.readline()
for number, cell in enumerate(asked):
    counts.add(*cell)
    if number % 7 == 0:
        counts.write()
counts.write()
print(counts.to_json())
"""


@pytest.fixture
def url(database_url: str) -> str:
    return Settings.from_environment({"BOT_DATABASE_URL": database_url}).database_url


def test_processes_that_write_at_once_lose_nothing(url: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(seed), "52"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(3)
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        # Two of each cell are left over: 50 of 52 went, five by five, into the table.
        said, _ = writer.communicate(timeout=60)
        assert [times for *_, times in json.loads(said)] == [2] * 10
    assert [row.times for row in read_counts(url)] == [150] * 10


def test_replicas_that_start_together_make_one_table(
    url: str, postgresql: psycopg.Connection[object]
) -> None:
    for _ in range(5):
        together([lambda: read_counts(url)] * 8)
        postgresql.execute("DROP TABLE count")
        postgresql.commit()


def test_replicas_never_wait_for_each_other(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    replicas = [Counts(url, week=lambda: WEEK) for _ in range(2)]

    def write(counts: Counts, cells: list[int]) -> None:
        for _ in range(30):
            for cell in cells:
                for _ in range(5):
                    counts.add(f"place {cell}", "library", "es", "answer")
            counts.write()
        counts.stop()

    cells = list(range(40))
    together([partial(write, replicas[0], cells), partial(write, replicas[1], cells[::-1])])
    assert capsys.readouterr().err == ""
    assert [row.times for row in read_counts(url)] == [300] * 40


def together(tasks: list[Callable[[], object]]) -> None:
    """Do all of this at once."""
    barrier = threading.Barrier(len(tasks))

    def begin(task: Callable[[], object]) -> None:
        barrier.wait()
        task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        list(pool.map(begin, tasks))


def test_a_lost_database_loses_no_count(
    url: str,
    postgresql: psycopg.Connection[object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    counts = Counts(url, week=lambda: WEEK)
    asked(counts, 5)
    counts.write()
    with lost(postgresql):
        asked(counts, 12)
        counts.write()
        counts.write()
        with pytest.raises(CountsUnreadableError) as raised:
            read_counts(url)
        assert str(raised.value) == "OperationalError"
    said = capsys.readouterr().err
    assert (
        said == "withoutfear: a count could not be written; it waits in memory (OperationalError)\n"
    )
    asked(counts, 3)
    counts.write()
    counts.stop()
    assert [row.times for row in read_counts(url)] == [20]


def asked(counts: Counts, times: int) -> None:
    for _ in range(times):
        counts.add("toronto", "library", "es", "answer")


@contextmanager
def lost(postgresql: psycopg.Connection[object]) -> Iterator[None]:
    """The database throws everybody out and lets nobody in."""
    info = postgresql.info
    with psycopg.connect(
        host=info.host,
        port=info.port,
        user=info.user,
        password=info.password,
        dbname="postgres",
        autocommit=True,
    ) as operator:
        operator.execute(f'ALTER DATABASE "{info.dbname}" WITH ALLOW_CONNECTIONS false')
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s "
            "AND pid <> %s",
            (info.dbname, info.backend_pid),
        )
        yield
        operator.execute(f'ALTER DATABASE "{info.dbname}" WITH ALLOW_CONNECTIONS true')
