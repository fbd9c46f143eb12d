"""Serving by webhook: Telegram brings updates to a small HTTP server of ours.

    webhook = Webhook(bot, answerer, settings, counts, door)
    webhook.open()              pages answer; what Telegram brings waits
    await webhook.claim()       tell Telegram where to bring updates, if it does not know
    await webhook.run(ending, told)

An update is answered with 200 only when it is handled, so that a killed process loses nothing:
Telegram, or the balancer, brings it again, here or to another replica.

The door is a listening socket. Whoever made it keeps it, so that a process can leave it to the one
that takes its place: what knocks in between waits in it and is not refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit

import uvicorn
from telegram.error import TelegramError

from bot.channels.telegram.deliveries import Deliveries
from bot.channels.telegram.hardened_bot import MESSAGE_KINDS, HardenedBot
from bot.channels.telegram.lanes import Handler
from bot.channels.telegram.update_loop import DRAIN_SECONDS
from bot.channels.telegram.web_app import WebApp
from bot.privacy.counts import Counts
from bot.privacy.log import Event, say
from bot.privacy.metrics import Metrics

# How many updates Telegram may bring at a time, over all replicas: as many as it allows.
MOST_CONNECTIONS = 100
# Connections of whomever; beyond them everybody gets 503, and there are files left for Telegram.
MOST_CALLERS = 800
BACKLOG = 2_048
# Longer than proxies keep a silent connection, so that it is they who close it.
KEEP_ALIVE_SECONDS = 75
# How long requests may take when the process starts anew; and to be read to their end, when those
# in hand are done with and it leaves.
FINISH_SECONDS = 9
LEAVE_SECONDS = 1
DOUBT_SECONDS = 60.0


class WebhookSettings(Protocol):
    """What a webhook needs of the settings."""

    @property
    def webhook_url(self) -> str: ...
    @property
    def webhook_secret(self) -> str: ...


class _Server(uvicorn.Server):
    """A server that leaves signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A door; OSError where there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Webhook:
    """One replica's server between `open` and `close`."""

    def __init__(
        self,
        bot: HardenedBot,
        handler: Handler,
        settings: WebhookSettings,
        counts: Counts,
        door: socket.socket,
    ) -> None:
        self._bot = bot
        self._url = settings.webhook_url
        self._secret = settings.webhook_secret
        metrics = Metrics(lambda: counts.outcomes, lambda: len(self._deliveries))
        self._deliveries = Deliveries(handler, metrics)
        path = urlsplit(self._url).path or "/"
        self._app = WebApp(path, self._secret, bot.read, self._deliveries, metrics)
        self._door = door
        self._server = _Server(
            uvicorn.Config(
                self._app,
                http="httptools",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                backlog=BACKLOG,
                limit_concurrency=MOST_CALLERS,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no update is in hand."""
        return self._app.is_idle and not self._deliveries

    def open(self) -> None:
        """Answer at the door. What Telegram brings waits until `run`."""
        # The server closes its own end of the door; ours stays open.
        self._serving = asyncio.ensure_future(self._server.serve([self._door.dup()]))

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

    async def run(self, ending: asyncio.Event, told: asyncio.Event) -> None:
        """Handle what Telegram brings until `ending`; with `told`, take nothing new after it."""
        self._app.open()
        doubting = asyncio.ensure_future(self._keep_claimed())
        try:
            await ending.wait()
        finally:
            doubting.cancel()
            if told.is_set():
                self._app.leave()
                await self._deliveries.drain(DRAIN_SECONDS)
                await self.close()
            else:
                await self.close(FINISH_SECONDS)

    async def close(self, seconds: int = LEAVE_SECONDS) -> None:
        """Answer no more; requests under way have so many seconds left."""
        if self._serving is not None:
            serving, self._serving = self._serving, None
            self._server.config.timeout_graceful_shutdown = seconds
            self._server.should_exit = True
            await serving
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
