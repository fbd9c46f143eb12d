"""How long the handling of one update may take, and what it does while Telegram lets it wait.

    async with Patience(slots) as patience:
        await patience.through(lambda: bot.send_message(…))

Handling takes one of a few slots and 20 seconds. When Telegram says "wait" for a chat, or cannot
be reached, the slot goes to others meanwhile and the 20 seconds stand still: nobody but that chat
waits.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.privacy.log import Event, say

T = TypeVar("T")

HANDLING_SECONDS = 20.0
# How often one call may be told to wait, and how long it is tried while the network is away.
MOST_WAITS = 3
NETWORK_SECONDS = 30 * 60
LONGEST_PAUSE = 30.0


def pause_after(failures: int) -> float:
    """How long to wait after so many failures in a row: doubling to 30 s, with jitter."""
    longest = min(LONGEST_PAUSE, 0.5 * 2.0 ** min(failures - 1, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311  spreads load, guards nothing


class Patience:
    """One update's slot and time."""

    __slots__ = ("_has_slot", "_limit", "_seconds", "_slots", "waiting")

    def __init__(self, slots: asyncio.Semaphore, seconds: float = HANDLING_SECONDS) -> None:
        self._slots = slots
        self._seconds = seconds
        self._has_slot = False
        self._limit = asyncio.timeout(None)
        self.waiting = False

    async def __aenter__(self) -> Self:
        await self._take_slot()
        await self._limit.__aenter__()
        self._start_clock()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave_slot()
        await self._limit.__aexit__(kind, error, trace)

    async def wait(self, seconds: float) -> None:
        """Sleep without holding a slot and without using up time."""
        self._limit.reschedule(None)
        self._leave_slot()
        self.waiting = True
        try:
            await asyncio.sleep(seconds)
        finally:
            self.waiting = False
        await self._take_slot()
        self._start_clock()

    async def through(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of a call to Telegram, tried again while Telegram or the network says wait."""
        waits = failures = 0
        give_up_at = time.monotonic() + NETWORK_SECONDS
        while True:
            try:
                return await call()
            except RetryAfter as told:
                waits += 1
                if waits > MOST_WAITS:
                    raise
                pause = seconds_told(told.retry_after)
            except BadRequest:  # The library counts it among network errors; trying is no use.
                raise
            except NetworkError:
                failures += 1
                if time.monotonic() > give_up_at:
                    raise
                pause = pause_after(failures)
            say(Event.CHAT_WAITS, seconds=pause)
            await self.wait(pause)

    def _start_clock(self) -> None:
        self._limit.reschedule(asyncio.get_running_loop().time() + self._seconds)

    async def _take_slot(self) -> None:
        await self._slots.acquire()
        self._has_slot = True

    def _leave_slot(self) -> None:
        if self._has_slot:
            self._has_slot = False
            self._slots.release()


def seconds_told(told: int | timedelta) -> float:
    """How long Telegram says to wait."""
    return told.total_seconds() if isinstance(told, timedelta) else float(told)
