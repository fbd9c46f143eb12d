"""Updates that Telegram brings: handled once each, and confirmed only when they are.

    deliveries = Deliveries(handler, metrics)
    await deliveries.receive(update)    -> True once it is handled; False: bring it again

Telegram repeats an update whose delivery failed, or took too long for whatever stands between. What
is still in hand then is waited for and not begun anew, and what was handled is not handled again.
"""

from __future__ import annotations

import asyncio
from functools import partial

from telegram import Update

from bot.channels.telegram.lanes import Handler, Lanes
from bot.privacy.metrics import Metrics

# Of how many updates is known that they were handled, should they come again: of their numbers.
MOST_KNOWN = 4_096


class Deliveries:
    """The updates in hand, by their numbers, and those handled not long ago."""

    def __init__(self, handler: Handler, metrics: Metrics) -> None:
        self._lanes = Lanes(handler, metrics)
        self._in_hand: dict[int, asyncio.Future[bool]] = {}
        # Ordered by when they were handled.
        self._known: dict[int, None] = {}

    async def receive(self, update: Update) -> bool:
        """Whether the update is handled, once that is certain.

        To be cancelled here costs nothing but the knowledge: the handling goes on.
        """
        number = update.update_id
        if number in self._known:
            return True
        if number not in self._in_hand:
            self._in_hand[number] = asyncio.get_running_loop().create_future()
            self._lanes.take(update, partial(self._handled, number))
        return await asyncio.shield(self._in_hand[number])

    async def drain(self, seconds: float) -> None:
        """Finish what is in hand; what is not finished within these seconds has to come again."""
        await self._lanes.drain(seconds)
        for unfinished in self._in_hand.values():
            unfinished.set_result(False)
        self._in_hand.clear()

    def __len__(self) -> int:
        return len(self._in_hand)

    def _handled(self, number: int) -> None:
        self._known[number] = None
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._in_hand.pop(number).set_result(True)
