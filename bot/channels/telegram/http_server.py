"""Our HTTP server: an application behind a door.

    with listen("127.0.0.1", 8080) as door:
        server = HttpServer(application, door)
        server.open()
        await server.close()

The door is a listening socket. Whoever made it keeps it, so that a process can leave it to the one
that takes its place: what knocks in between waits in it and is not refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

# Connections of whomever; beyond them everybody gets 503, and there are files left for Telegram.
MOST_CALLERS = 800
BACKLOG = 2_048
# Longer than proxies keep a silent connection, so that it is they who close it.
KEEP_ALIVE_SECONDS = 75
# How long requests may take when the process starts anew; and to be read to their end, when those
# in hand are done with and it leaves.
FINISH_SECONDS = 9
LEAVE_SECONDS = 1


def listen(host: str, port: int) -> socket.socket:
    """A door; OSError where there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class _Server(uvicorn.Server):
    """A server that leaves signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    """Serves between `open` and `close`; says nothing of itself, and logs nobody."""

    def __init__(self, application: ASGIApp, door: socket.socket) -> None:
        self._door = door
        self._server = _Server(
            uvicorn.Config(
                application,
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

    def open(self) -> None:
        """Answer at the door."""
        # The server closes its own end of the door; ours stays open.
        self._serving = asyncio.ensure_future(self._server.serve([self._door.dup()]))

    async def close(self, seconds: int = LEAVE_SECONDS) -> None:
        """Answer no more; requests under way have so many seconds left."""
        if self._serving is not None:
            serving, self._serving = self._serving, None
            self._server.config.timeout_graceful_shutdown = seconds
            self._server.should_exit = True
            await serving
