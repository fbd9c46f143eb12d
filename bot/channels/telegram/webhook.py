"""Serving by webhook: Telegram brings updates to a small HTTP server of ours.

    webhook = Webhook(bot, answerer, settings, counts, door, told)
    webhook.open()              pages answer; what Telegram brings waits
    await webhook.claim()       tell Telegram where to bring updates, if it does not know
    await webhook.run(ending)

An update is answered with 200 only when it is handled, so that a killed process loses nothing:
Telegram, or the balancer, brings it again, here or to another replica.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol
from urllib.parse import urlsplit

from telegram.error import TelegramError

from bot.channels.telegram.deliveries import Deliveries
from bot.channels.telegram.hardened_bot import MESSAGE_KINDS, HardenedBot
from bot.channels.telegram.http_server import FINISH_SECONDS, LEAVE_SECONDS, HttpServer
from bot.channels.telegram.lanes import Handler
from bot.channels.telegram.update_loop import DRAIN_SECONDS
from bot.channels.telegram.web_app import WebApp
from bot.privacy.counts import Counts
from bot.privacy.log import Event, say
from bot.privacy.metrics import Metrics

# How many updates Telegram may bring at a time, over all replicas: as many as it allows.
MOST_CONNECTIONS = 100
DOUBT_SECONDS = 60.0


class WebhookSettings(Protocol):
    """What a webhook needs of the settings."""

    @property
    def webhook_url(self) -> str: ...
    @property
    def webhook_secret(self) -> str: ...


class Webhook:
    """One replica's server between `open` and `close`."""

    def __init__(
        self,
        bot: HardenedBot,
        handler: Handler,
        settings: WebhookSettings,
        counts: Counts,
        door: socket.socket,
        told: asyncio.Event,
    ) -> None:
        """Once `told` is set, nothing new is taken."""
        self._bot = bot
        self._url = settings.webhook_url
        self._secret = settings.webhook_secret
        metrics = Metrics(lambda: counts.outcomes, lambda: len(self._deliveries))
        self._deliveries = Deliveries(handler, metrics)
        self._ready, self._told = asyncio.Event(), told
        path = urlsplit(self._url).path or "/"
        self._app = WebApp(
            path, self._secret, bot.read, self._deliveries, metrics, self._ready, told
        )
        self._server = HttpServer(self._app, door)

    @property
    def is_idle(self) -> bool:
        """Whether no update is in hand."""
        return self._app.is_idle and not self._deliveries

    def open(self) -> None:
        """Answer at the door. What Telegram brings waits until `run`."""
        self._server.open()

    async def claim(self, *, anew: bool = False) -> None:
        """Tell Telegram where to bring updates, unless it says so itself; TelegramError if not.

        It does not say which secret it has, so `anew` tells it even so.
        """
        known = await self._bot.get_webhook_info()
        kinds = set(known.allowed_updates or ())
        wanted = (self._url, MOST_CONNECTIONS, set(MESSAGE_KINDS))
        if anew or (known.url, known.max_connections, kinds) != wanted:
            await self._bot.set_webhook(
                self._url,
                max_connections=MOST_CONNECTIONS,
                allowed_updates=MESSAGE_KINDS,
                secret_token=self._secret,
            )
            say(Event.WEBHOOK_SET)

    async def run(self, ending: asyncio.Event) -> None:
        """Handle what Telegram brings until `ending`, then finish what is in hand."""
        self._ready.set()
        doubting = asyncio.ensure_future(self._keep_claimed())
        try:
            await ending.wait()
        finally:
            doubting.cancel()
            if self._told.is_set():
                await self._deliveries.drain(DRAIN_SECONDS)
                await self.close()
            else:
                await self.close(FINISH_SECONDS)

    async def close(self, seconds: int = LEAVE_SECONDS) -> None:
        """Answer no more; requests under way have so many seconds left."""
        await self._server.close(seconds)
        await self._deliveries.drain(0)

    async def _keep_claimed(self) -> None:
        """Tell Telegram our secret anew where somebody came without it: not more than once a while.

        It may be Telegram with the secret of before, or with none.
        """
        while True:
            await self._app.doubted.wait()
            try:
                await self.claim(anew=True)
            except TelegramError as error:
                say(Event.WEBHOOK_UNSET, error=error)
            await asyncio.sleep(DOUBT_SECONDS)
            self._app.doubted.clear()
