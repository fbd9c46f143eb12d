"""Serving by polling: the bot fetches its updates; where there is a door, it shows how it does.

polling = Polling(bot, answerer, counts, door, told)
polling.open()              pages answer, where there is a door
await polling.claim()       tell Telegram that updates are fetched
await polling.run(ending)
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from bot.channels.telegram.hardened_bot import HardenedBot
from bot.channels.telegram.lanes import Handler
from bot.channels.telegram.update_loop import UpdateLoop
from bot.privacy.counts import Counts
from bot.privacy.metrics import Metrics

if TYPE_CHECKING:
    from bot.channels.telegram.http_server import HttpServer


class Polling:
    """The only process that fetches, between `open` and `close`."""

    def __init__(
        self,
        bot: HardenedBot,
        handler: Handler,
        counts: Counts,
        door: socket.socket | None,
        told: asyncio.Event,
    ) -> None:
        self._bot = bot
        metrics = Metrics(lambda: counts.outcomes, lambda: self._loop.in_hand)
        self._loop = UpdateLoop(bot, handler, metrics)
        self._ready = asyncio.Event()
        self._server = _server(metrics, door, self._ready, told) if door else None

    @property
    def is_idle(self) -> bool:
        """Whether no update is in hand."""
        return not self._loop.in_hand

    def open(self) -> None:
        """Show how it does; updates wait until `run`."""
        if self._server:
            self._server.open()

    async def claim(self) -> None:
        """Take away a webhook left over from before: it would keep every message from us."""
        await self._bot.delete_webhook()

    async def run(self, ending: asyncio.Event) -> None:
        """Fetch and handle until `ending`, then finish what was fetched."""
        self._ready.set()
        await self._loop.run(ending)

    async def close(self) -> None:
        """Show nothing any more."""
        if self._server:
            await self._server.close()


def _server(
    metrics: Metrics, door: socket.socket, ready: asyncio.Event, told: asyncio.Event
) -> HttpServer:
    # Only who has a door waits for the server's libraries to load.
    from starlette.routing import Router

    from bot.channels.telegram.http_server import HttpServer
    from bot.channels.telegram.status_pages import StatusPages

    pages = StatusPages(metrics, ready, told)
    return HttpServer(Router(pages.routes, redirect_slashes=False), door)
