"""A connection of a client to an HTTP server."""

from __future__ import annotations

import asyncio
from typing import Self
from urllib.parse import urlsplit

import httptools


class BrokenAnswerError(OSError):
    """What the server says is no HTTP."""


class _Response:
    """One answer, put together by a parser."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.is_whole = False
        self.keeps_open = False
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode().lower()] = value.decode()

    def on_message_complete(self) -> None:
        self.is_whole = True
        self.keeps_open = self.parser.should_keep_alive()  # Known only here.


class Line:
    """A connection that serves one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._is_idle = True

    @classmethod
    async def to(cls, url: str) -> Self:
        """Connect; OSError where that is refused."""
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent."""
        return self._is_idle and not self._reader.at_eof()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer; OSError where the connection breaks."""
        self._is_idle = False
        parts = urlsplit(url)
        lines = [f"POST {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        response = _Response()
        while not response.is_whole:
            received = await self._reader.read(65_536)
            if not received:
                raise ConnectionResetError
            try:
                response.parser.feed_data(received)
            except httptools.HttpParserError:
                raise BrokenAnswerError from None
        self._is_idle = response.keeps_open
        if not self._is_idle:
            self.close()
        return response.parser.get_status_code(), response.headers
