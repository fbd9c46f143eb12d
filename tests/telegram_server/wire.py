"""HTTP for the server: one connection, its requests one after the other.

Read by httptools, for what the server takes on a benchmark's two cores is missing to the bot.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httptools

Answer = tuple[int, bytes] | None
Respond = Callable[[str, dict[str, Any]], Awaitable[Answer]]


class _Requests:
    """What comes over a connection, put together by a parser: path and parameters of each."""

    def __init__(self) -> None:
        self.whole: deque[tuple[str, dict[str, Any]]] = deque()
        self.keeps_open = True
        self.parser = httptools.HttpRequestParser(self)

    def on_message_begin(self) -> None:
        self._target, self._kind, self._body = b"", b"", b""

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._kind = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self.whole.append(_params(self._target, self._kind, self._body))
        self.keeps_open = self.parser.should_keep_alive()  # Known only here.


async def serve_connection(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, respond: Respond
) -> None:
    """Answer requests until either side closes; `None` from `respond` drops the connection."""
    requests = _Requests()
    try:
        while True:
            while not requests.whole:
                received = await reader.read(65_536)
                if not received:  # The client has gone.
                    return
                requests.parser.feed_data(received)
            answer = await respond(*requests.whole.popleft())
            if answer is None:
                return
            writer.write(_head(*answer) + answer[1])
            await writer.drain()
            if not requests.keeps_open and not requests.whole:
                return
    except (ConnectionError, httptools.HttpParserError):
        return
    finally:
        writer.close()


def _head(status: int, body: bytes) -> bytes:
    return (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()


def _params(target: bytes, kind: bytes, body: bytes) -> tuple[str, dict[str, Any]]:
    """The path, and the parameters wherever Telegram lets them stand."""
    asked = urlsplit(target.decode("ascii", "replace"))
    params: dict[str, Any] = dict(parse_qsl(asked.query, keep_blank_values=True))
    if kind.startswith(b"application/json"):
        given = json.loads(body or b"{}")
        params.update(given if isinstance(given, dict) else {})
    elif kind.startswith(b"application/x-www-form-urlencoded"):
        params.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return asked.path, params
