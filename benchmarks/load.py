"""People who write while something goes wrong, and what became of their questions.

load = Load(server)
load.writes(600, rate=100)      600 people, one question each, 100 a second, in a thread
load.finished(bot)              wait until all are answered and confirmed
load.lost, load.repeated
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Protocol

from tests.telegram_server import BOT_ID, TelegramServer

QUESTION = "do I need papers for a library card in Toronto?"

# Longer than the longest pause between two tries.
PATIENCE_SECONDS = 40.0
FIRST_PERSON = 1_000


class Bot(Protocol):
    """A bot that runs, or several."""

    def waits_until(self, condition: Callable[[], bool], *, seconds: float = 120.0) -> None: ...


class Load:
    """Everybody writes once; so who has no answer was lost, and who has two was answered twice."""

    def __init__(self, server: TelegramServer) -> None:
        self._server = server
        self._people = count(FIRST_PERSON)
        self._writing: threading.Thread | None = None
        self._written: dict[int, float] = {}
        self.sent = 0

    def writes(self, people: int, *, rate: float) -> None:
        """Let so many people write, so many a second; 0 is all at once, before this returns."""
        if not rate:
            for _ in range(people):
                self._one_writes()
            return
        self._writing = threading.Thread(target=self._write, args=(people, rate), daemon=True)
        self._writing.start()

    def _write(self, people: int, rate: float) -> None:
        began = time.monotonic()
        for number in range(people):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            self._one_writes()

    def _one_writes(self) -> None:
        person = next(self._people)
        self._written[person] = time.monotonic()
        self._server.person(person).writes(QUESTION)
        self.sent += 1

    def finished(self, bot: Bot, *, seconds: float = 120.0) -> None:
        """Wait until everybody has written and nothing waits to be confirmed or answered.

        What was stepped over is confirmed before it is answered, so both are waited for.
        """
        if self._writing is not None:
            self._writing.join()
        bot.waits_until(lambda: self._server.waiting == 0, seconds=seconds)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.lost and time.monotonic() < deadline:
            time.sleep(0.1)

    def answers(self) -> dict[int, int]:
        """How many answers each person of this load has."""
        with self._server.world.changed:
            found = {person: 0 for person in self._server.world.people if person >= FIRST_PERSON}
            for message in self._server.world.messages.values():
                if message["from"]["id"] == BOT_ID and message["chat"]["id"] in found:
                    found[message["chat"]["id"]] += 1
        return found

    @property
    def lost(self) -> int:
        """How many people have no answer."""
        return sum(times == 0 for times in self.answers().values())

    @property
    def repeated(self) -> int:
        """How many answers were said once more."""
        return sum(max(0, times - 1) for times in self.answers().values())

    def longest_wait(self, since: float) -> float:
        """Seconds from a question to its first answer, at most, of those written since a moment."""
        answered: dict[int, float] = {}
        for call in list(self._server.calls):
            if call.method == "sendMessage" and call.status == 200:
                answered.setdefault(int(call.params["chat_id"]), call.at)
        return max(answered[person] - at for person, at in self._written.items() if at > since)

    def first_answer_after(self, moment: float) -> float:
        """Seconds from a moment to the next answer that reached somebody."""
        times = [
            call.at
            for call in list(self._server.calls)
            if call.method == "sendMessage" and call.status == 200 and call.at > moment
        ]
        return min(times, default=float("nan")) - moment
