"""Faults of the machine and of the folder: clock, disk, database, builds."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import time
from pathlib import Path

from benchmarks.fault_row import Row
from benchmarks.load import Load
from benchmarks.running import ROOT, STORE, Running
from bot.live import LOOK_EVERY_SECONDS
from tests.telegram_server import TelegramServer

RATE = 60.0
# For the bot to look at its folder, and for a build.
LOOKED = LOOK_EVERY_SECONDS + 10.0
# Debian's package faketime.
FAKE_CLOCK = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def clock_jumps(server: TelegramServer, data: Path) -> Row:
    """The wall clock jumps, years ahead and back."""
    if not FAKE_CLOCK.exists():
        raise SystemExit("Install faketime (Debian: apt-get install faketime) to move the clock.")
    load, clock = Load(server), data / "clock"
    clock.write_text("+0\n")
    faked = {
        "LD_PRELOAD": str(FAKE_CLOCK),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with Running.ours(server, data, **faked) as bot:
        load.writes(600, rate=RATE)
        for jump in ("+2y", "-2y", "+1d", "-1d", "+40s", "-40s", "+400d", "+0"):
            clock.write_text(jump + "\n")
            time.sleep(1.0)
        ended = time.monotonic()
        load.finished(bot)
    return Row("the wall clock jumps", 8, load, [load.first_answer_after(ended)])


def full_disk(server: TelegramServer, data: Path) -> Row:
    """Nothing can be written for five seconds: every write fails as on a full disk."""
    load = Load(server)
    with Running.ours(server, data) as bot:
        load.writes(600, rate=RATE)
        bot.waits_until(lambda: _counted(data) > 0)
        before = _counted(data)
        _, most = resource.prlimit(bot.id, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.id, resource.RLIMIT_FSIZE, (0, most))
        time.sleep(5.0)
        during = _counted(data)
        resource.prlimit(bot.id, resource.RLIMIT_FSIZE, (most, most))
        ended = time.monotonic()
        load.finished(bot)
        recovery = load.first_answer_after(ended)
        bot.stop()
    remark = f"counted {before} before, {during} at the end of it, {_counted(data)} afterwards"
    return Row("full disk for 5 s", 1, load, [recovery], remark)


def locked_counts(server: TelegramServer, data: Path) -> Row:
    """Another program holds the database of the counts for five seconds."""
    load = Load(server)
    with Running.ours(server, data) as bot:
        load.writes(600, rate=RATE)
        bot.waits_until(lambda: _counted(data) > 0)
        other = sqlite3.connect(data / "counts.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(5.0)
        other.execute("ROLLBACK")
        other.close()
        ended = time.monotonic()
        load.finished(bot)
        recovery = load.first_answer_after(ended)
        bot.stop()
    return Row("counts locked for 5 s", 1, load, [recovery], f"counted {_counted(data)} in the end")


def lost_counts(server: TelegramServer, data: Path) -> Row:
    """The database of the counts is deleted, then garbage stands in its place."""
    load, file = Load(server), data / "counts.sqlite"
    with Running.ours(server, data) as bot:
        load.writes(900, rate=RATE)
        bot.waits_until(lambda: _counted(data) > 0)
        file.unlink()
        time.sleep(3.0)
        garbage = data / "garbage"
        garbage.write_bytes(b"no database " * 1_000)
        garbage.rename(file)
        time.sleep(3.0)
        ended = time.monotonic()
        load.finished(bot)
    return Row("counts deleted, then garbage", 2, load, [load.first_answer_after(ended)])


def bad_build(server: TelegramServer, data: Path) -> Row:
    """Garbage takes the place of the built folder, while running and at a start."""
    load = Load(server)
    with Running.ours(server, data) as bot:
        load.writes(1, rate=0)
        bot.waits_until(lambda: load.lost == 0)
        garbage = data / "garbage"
        garbage.write_bytes(b"no store " * 1_000)
        garbage.rename(data / STORE.name)
        load.writes(300, rate=RATE / 6)
        time.sleep(LOOKED)
        load.finished(bot)
        said = bot.stop()[2]
    load.writes(60, rate=0)
    with Running.ours(server, data) as bot:
        load.finished(bot, seconds=600)  # The folder is learned from nothing.
        recovery = load.first_answer_after(bot.started)
    kept = "the old one answers" in said
    remark = "the old one answered on; " if kept else "NOT NOTICED; "
    return Row("garbage as a new build", 2, load, [recovery], remark + "built anew at the start")


def mistakes_in_the_folder(server: TelegramServer, data: Path) -> Row:
    """An edit of knowledge/ with mistakes, while running."""
    load, project = Load(server), data / "project"
    for name in ("knowledge", "locales"):
        shutil.copytree(ROOT / name, project / name)
    broken = next((project / "knowledge" / "answers").rglob("facts.yaml"))
    with Running.ours(server, data, project) as bot:
        load.writes(1, rate=0)
        bot.waits_until(lambda: load.lost == 0)
        whole = broken.read_text(encoding="utf-8")
        broken.write_text(whole + "\nnonsense: [\n", encoding="utf-8")
        load.writes(400, rate=RATE / 6)
        time.sleep(2 * LOOKED)
        load.finished(bot)
        said = bot.stop()[2]
    refused = "the folder has mistakes and was not built" in said
    remark = "refused, and said so" if refused else "NOT NOTICED"
    return Row("mistakes in knowledge/", 1, load, remark=remark)


def _counted(data: Path) -> int:
    """How much has been counted and written."""
    file = data / "counts.sqlite"
    if not file.exists():
        return 0
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as counts:
        try:
            return int(counts.execute("SELECT coalesce(sum(times), 0) FROM count").fetchone()[0])
        except sqlite3.OperationalError:  # Not made yet.
            return 0
