"""The bot's own loop: fetch, handle, and only then confirm.

Telegram drops an update when a later one is asked for. So the offset stays at the oldest update
that is not handled yet: a killed process loses nothing, and what it had answered but not confirmed
comes again, which does no harm. One chat's updates are handled in their order, chats side by side.

An update whose chat Telegram lets wait does not hold up the others: the loop goes on fetching
around it. Only where a whole fetch would bring nothing but updates in hand, and every one of them
waits, does the offset step over them; they stay in this process then.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Protocol

from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.telegram.lanes import Handler, Lanes
from bot.channels.telegram.patience import pause_after
from bot.privacy.log import Event, say
from bot.privacy.metrics import Metrics

POLL_SECONDS = 30
FETCH_LIMIT = 100
# How soon to look for new updates while some are still being handled.
LOOK_AGAIN_SECONDS = 0.25
# Where more wait with Telegram than a fetch brings, the next one is due when so few are in hand, so
# that nobody is idle while it is under way.
FEW_IN_HAND = 25
MOST_CARRIED = 1_000
# From the wish to stop to the end: to finish what was fetched, and to confirm it.
DRAIN_SECONDS = 8.0
CONFIRM_SECONDS = 1.5
TWO_POLLERS_SECONDS = 10.0
# A token that worked and is refused so often in a row was revoked.
MOST_REFUSALS = 5


class Source(Protocol):
    """Where updates come from."""

    async def fetch(self, offset: int, *, seconds: int, limit: int = 100) -> list[Update]: ...


class UpdateLoop:
    """Fetches updates from a source and gives each to a handler, until told to stop."""

    def __init__(self, source: Source, handler: Handler, metrics: Metrics) -> None:
        self._source = source
        self._lanes = Lanes(handler, metrics)
        # Ids of fetched updates from the offset on; True once handled.
        self._handled: dict[int, bool] = {}
        self._offset = 0
        self._failures = 0
        self._refusals = 0
        self._two_pollers = False
        # Whether the last fetch was full, and brought something new.
        self._more_waits = False

    @property
    def in_hand(self) -> int:
        """How many updates are in hand."""
        return len(self._lanes)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what was fetched, confirm it, and return.

        InvalidToken comes out of here when Telegram keeps refusing the token.
        """
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not stop.is_set():
                fetching = asyncio.ensure_future(self._fetch(stop))
                await asyncio.wait((fetching, stopping), return_when=asyncio.FIRST_COMPLETED)
                if not fetching.done():
                    fetching.cancel()
                    await asyncio.wait((fetching,))
                    break
                fetching.result()
                # Wait for what is in hand, but not so long that others wait too.
                few = FEW_IN_HAND if self._more_waits else 0
                await self._lanes.wait_for_few(few, LOOK_AGAIN_SECONDS)
        finally:
            stopping.cancel()
            await self._lanes.drain(DRAIN_SECONDS)
            await self._confirm()

    async def _fetch(self, stop: asyncio.Event) -> None:
        """Fetch once and put into lanes what is new; after a fault, wait a while."""
        seconds = 0 if self._lanes else POLL_SECONDS
        asked, self._more_waits = self._offset, False
        try:
            updates = await self._source.fetch(asked, seconds=seconds, limit=FETCH_LIMIT)
        except Conflict:
            if not self._two_pollers:
                say(Event.TWO_POLLERS)
            self._two_pollers = True
            await _either(stop, TWO_POLLERS_SECONDS)
            return
        except InvalidToken as error:
            self._refusals += 1
            if self._refusals >= MOST_REFUSALS:
                raise
            say(Event.TOKEN_DOUBTED, error=error)
            await _either(stop, pause_after(self._refusals))
            return
        except TelegramError as error:
            self._failures += 1
            if self._failures == 1:
                say(Event.NO_NETWORK, error=error)
            await _either(stop, pause_after(self._failures))
            return
        if self._failures:
            say(Event.NETWORK_BACK)
        self._failures = self._refusals = 0
        self._two_pollers = False
        # What was finished while the answer was under way stands in it all the same.
        finished = range(asked, self._offset)
        fresh = [
            each
            for each in updates
            if each.update_id not in self._handled and each.update_id not in finished
        ]
        is_full = len(updates) == FETCH_LIMIT
        self._more_waits = is_full and bool(fresh)
        if is_full and not fresh:
            self._step_over()
        for update in fresh:
            self._handled[update.update_id] = False
            self._lanes.take(update, partial(self._done, update.update_id))

    def _done(self, update_id: int) -> None:
        """Note that an update is handled, and move the offset up to the oldest that is not."""
        if update_id not in self._handled:  # It was stepped over.
            return
        self._handled[update_id] = True
        for each in sorted(self._handled):
            if not self._handled[each]:
                break
            del self._handled[each]
            self._offset = each + 1

    def _step_over(self) -> None:
        """Let the offset pass updates in hand when they do nothing but wait, and fill a fetch."""
        if len(self._lanes) <= MOST_CARRIED and self._lanes.all_wait:
            self._offset = max(self._handled) + 1
            self._handled.clear()

    async def _confirm(self) -> None:
        """Tell Telegram what was handled; the one update that this brings comes again."""
        if not self._offset:
            return
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._source.fetch(self._offset, seconds=0, limit=1)
        except (TelegramError, TimeoutError):
            return


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Wait for so many seconds, or until `stop`."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
