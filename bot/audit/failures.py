"""What can fail while people write: the server, the network, the database."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.audit.people import ANSWER_SECONDS, QUESTIONS, People, Tried
from bot.privacy.log import Event

# Faults after which the person is answered all the same; those in REFUSED cost the answer.
ANSWERED = (
    (
        "server answers garbage",
        "garbage",
        200,
        ("sendMessage", "getUpdates", "answerCallbackQuery"),
    ),
    ("server answers 500", "status", 500, ("sendMessage", "getUpdates", "answerCallbackQuery")),
    ("server answers 429", "status", 429, ("getUpdates",)),
    ("server answers 401", "status", 401, ("getUpdates",)),
    ("connection is dropped", "drop", 0, ("sendMessage", "getUpdates")),
    ("answer is lost on its way", "lost", 0, ("sendMessage", "getUpdates")),
)
REFUSED = (("server answers 400", 400), ("server answers 403", 403), ("server answers 404", 404))
# So often the same is asked that a count is to be written.
OFTEN = 6


def fail(people: People, data: Path, said: Callable[[], bytes], tried: Tried) -> None:
    """Let everything fail that can fail in a conversation; `said` is what the bot logs."""
    for name, kind, status, methods in ANSWERED:
        tried(name, _answered(people, kind, status, methods))
    for name, status in REFUSED:
        tried(name, _refused(people, status))
    tried("Telegram lets a chat wait (429)", lambda: _waits(people))
    tried("bot is blocked (403)", lambda: _blocked(people))
    tried("database of the counts is locked", lambda: _locked(people, data, said))


def _answered(
    people: People, kind: str, status: int, methods: tuple[str, ...]
) -> Callable[[], None]:
    def act() -> None:
        for method in methods:
            people.server.fails_next(1, method=method, status=status, kind=kind)
            if method == "answerCallbackQuery":
                people.ana.presses_data("help:::en")
                people.ana.answer(seconds=ANSWER_SECONDS)
            else:
                people.asks(QUESTIONS[0])

    return act


def _refused(people: People, status: int) -> Callable[[], None]:
    def act() -> None:
        people.server.fails_next(1, method="sendMessage", status=status)
        people.ana.writes(people.worded(QUESTIONS[0]))
        people.settle()

    return act


def _waits(people: People) -> None:
    people.ben.must_wait(1)
    people.asks(QUESTIONS[0], people.ben)


def _blocked(people: People) -> None:
    people.ben.blocks()
    people.ben.writes(people.worded(QUESTIONS[0]))
    people.settle()
    people.ben.blocks(blocked=False)


def _locked(people: People, data: Path, said: Callable[[], bytes]) -> None:
    words = Event.COUNTS_UNWRITTEN.words.encode()
    with closing(sqlite3.connect(data / "counts.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        until = time.monotonic() + ANSWER_SECONDS
        while words not in said():
            if time.monotonic() > until:
                raise TimeoutError
            people.asks(QUESTIONS[0], people.ben)
        database.execute("ROLLBACK")
    for _ in range(OFTEN):
        people.asks(QUESTIONS[0], people.ben)
