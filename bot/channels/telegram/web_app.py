"""The pages of the webhook's server: where Telegram brings updates, and how the bot does.

| page | says |
|---|---|
| POST `path` | 200: done with; 401: not from Telegram; 413: too large; 503: bring it again |
| GET `/healthz`, `/readyz`, `/metrics` | see status_pages.py |

Nothing of a request is logged or quoted: not its sender's address, not its headers, not its body.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send
from telegram import Update

from bot.channels.telegram.deliveries import Deliveries
from bot.channels.telegram.status_pages import StatusPages
from bot.privacy.metrics import Metrics

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  the name of the header
# The longest message with the one that it answers, every character escaped, is a tenth of it.
MOST_BODY_BYTES = 1 << 20
# Telegram waits 60 seconds for an answer, but takes a server for a dead one that answered nothing
# for 10, and holds one of its few connections to us meanwhile. An update that takes longer, as its
# chat must wait, is let come again; on the same process that joins the handling that still goes on.
ANSWER_SECONDS = 25.0
MOST_AT_ONCE = 500

_DONE = Response()
_UNKNOWN = Response(status_code=401)
# The rest of the body is not waited for.
_TOO_LARGE = Response(status_code=413, headers={"Connection": "close"})
# Without this header Telegram doubles its pause with every time, up to two minutes.
_AGAIN = Response(status_code=503, headers={"Retry-After": "1"})


class _TooLargeError(Exception):
    """The body of a request is larger than any of Telegram's."""


class WebApp:
    """An ASGI application; what is brought before `ready` is set waits for that."""

    def __init__(
        self,
        path: str,
        secret: str,
        read: Callable[[object], Update | None],
        deliveries: Deliveries,
        metrics: Metrics,
        ready: asyncio.Event,
        told: asyncio.Event,
    ) -> None:
        """Once `told` is set nothing new is taken: it is to be brought elsewhere."""
        self._path = path
        self._secret = secret.encode()
        self._read = read
        self._deliveries = deliveries
        self._metrics = metrics
        self._ready = ready
        self._told = told
        self._at_once = 0
        # Set when somebody comes without the secret: perhaps Telegram, which has an older one.
        self.doubted = asyncio.Event()
        self._router = Router(
            [
                Route(path, self._receive, methods=["POST"]),
                *StatusPages(metrics, ready, told).routes,
            ],
            redirect_slashes=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Nearly all that comes: it goes past the routing of pages.
        if scope["path"] == self._path and scope["method"] == "POST":
            response = await self._receive(Request(scope, receive))
            await response(scope, receive, send)
            return
        await self._router(scope, receive, send)

    @property
    def is_idle(self) -> bool:
        """Whether no request waits for its answer."""
        return not self._at_once

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            self._metrics.refused("secret")
            self.doubted.set()
            return _UNKNOWN
        leaves = self._told.is_set()
        if leaves or self._at_once >= MOST_AT_ONCE:
            self._metrics.refused("leaving" if leaves else "crowd")
            return _AGAIN
        self._at_once += 1
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._answer(request)
        except TimeoutError:
            self._metrics.refused("slow")
            return _AGAIN
        except _TooLargeError:
            self._metrics.refused("size")
            return _TOO_LARGE
        except ClientDisconnect:  # Nobody is there to read the answer.
            return _AGAIN
        finally:
            self._at_once -= 1

    async def _answer(self, request: Request) -> Response:
        update = self._read(_parsed(await _body(request)))
        if update is None:
            self._metrics.refused("unreadable")
            return _DONE
        await self._ready.wait()
        return _DONE if await self._deliveries.receive(update) else _AGAIN


async def _body(request: Request) -> bytes:
    """The body, as long as it is not too large; what its headers say of that may be wrong."""
    body = bytearray()
    with contextlib.suppress(ValueError):
        if int(request.headers.get("content-length", "0")) > MOST_BODY_BYTES:
            raise _TooLargeError
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise _TooLargeError
    return bytes(body)


def _parsed(body: bytes) -> object:
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(body)
    return None
