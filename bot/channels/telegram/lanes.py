"""Updates in hand: each chat's in their order, chats side by side, a few of them at once.

    lanes = Lanes(handler, metrics)
    lanes.take(update, handled)     `handled()` is called once the handler is through with it
    await lanes.drain(8.0)          finish what is in hand; what is not finished then is let go

An update whose chat Telegram lets wait holds none of the places meanwhile (see patience.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from telegram import Update

from bot.channels.telegram.hardened_bot import MESSAGE_KINDS
from bot.channels.telegram.patience import Patience
from bot.privacy.log import Event, say
from bot.privacy.metrics import Metrics

Handler = Callable[[Update, Patience], Awaitable[None]]

# Beyond this many at once Telegram's 30 messages a second are the limit, not we.
CHATS_AT_ONCE = 16


@dataclass(slots=True, repr=False)
class _Lane:
    """The updates of one chat that are in hand, in their order."""

    # Each with whom to tell when it is handled, and when it came.
    updates: deque[tuple[Update, Callable[[], None], float]] = field(default_factory=deque)
    patience: Patience | None = None
    task: asyncio.Task[None] | None = None

    @property
    def waits(self) -> bool:
        return self.patience is not None and self.patience.waiting


class Lanes:
    """Gives updates to a handler; one that fails costs only its own update."""

    def __init__(self, handler: Handler, metrics: Metrics) -> None:
        self._handler = handler
        self._metrics = metrics
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)
        self._lanes: dict[Hashable, _Lane] = {}
        self._in_hand = 0
        # What is set once so few are in hand, for whoever waits for that.
        self._few = 0
        self._are_few = asyncio.Event()

    def __len__(self) -> int:
        """How many updates are in hand."""
        return self._in_hand

    @property
    def all_wait(self) -> bool:
        """Whether Telegram lets every chat with updates in hand wait."""
        return all(lane.waits for lane in self._lanes.values())

    def take(self, update: Update, handled: Callable[[], None]) -> None:
        """Handle an update when it is its turn, and call `handled` then.

        Only `drain`, when time is up, lets go of an update unhandled.
        """
        chat = update.effective_chat
        # Without a chat there is no order to keep; the text sets these apart from chats' ids.
        # An id that is none (an odd update) would not serve as a name either.
        known = chat is not None and isinstance(chat.id, int)
        name: Hashable = chat.id if chat and known else f"update {update.update_id}"
        lane = self._lanes.setdefault(name, _Lane())
        lane.updates.append((update, handled, time.monotonic()))
        self._metrics.arrived(_kind(update))
        self._in_hand += 1
        if lane.task is None:
            lane.task = asyncio.ensure_future(self._work(name, lane))

    async def wait_for_few(self, few: int, seconds: float) -> None:
        """Until no more than so many are in hand, but not longer than this."""
        if self._in_hand <= few:
            return
        self._few = few
        self._are_few.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._are_few.wait()

    async def wait(self, seconds: float) -> None:
        """Until all is handled that is in hand now, but not longer than this."""
        tasks = self._tasks()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def drain(self, seconds: float) -> None:
        """Finish what is in hand; let go of what is not finished within these seconds."""
        if not self._lanes:
            return
        say(Event.STOPPING)
        await self.wait(seconds)
        unfinished = self._tasks()
        for task in unfinished:
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished)
            say(Event.LEFT_UNFINISHED)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [lane.task for lane in self._lanes.values() if lane.task]

    async def _work(self, name: Hashable, lane: _Lane) -> None:
        try:
            while lane.updates:
                await self._handle(lane)
                _, handled, since = lane.updates.popleft()
                self._metrics.handled(time.monotonic() - since)
                self._let_go(1)
                handled()
        finally:
            del self._lanes[name]
            self._let_go(len(lane.updates))

    def _let_go(self, count: int) -> None:
        self._in_hand -= count
        if self._in_hand <= self._few:
            self._are_few.set()

    async def _handle(self, lane: _Lane) -> None:
        """Handle the first update of a lane; only being cancelled leaves it unhandled."""
        loop = asyncio.get_running_loop()
        try:
            async with Patience(self._slots) as lane.patience:
                started = loop.time()
                await self._handler(lane.updates[0][0], lane.patience)
            say(Event.UPDATE_HANDLED, seconds=loop.time() - started)
        except TimeoutError:
            say(Event.HANDLER_TOO_SLOW)
        except Exception as error:
            say(Event.HANDLER_FAILED, error=error)
        finally:
            lane.patience = None


def _kind(update: Update) -> str:
    return next((kind for kind in MESSAGE_KINDS if getattr(update, kind)), "other")
