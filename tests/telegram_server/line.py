"""A connection of a client to an HTTP server."""

from __future__ import annotations

import asyncio
from typing import Self
from urllib.parse import urlsplit

import h11


class Line:
    """A connection that serves one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = h11.Connection(h11.CLIENT)

    @classmethod
    async def to(cls, url: str) -> Self:
        """Connect; OSError where that is refused."""
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent."""
        return self._connection.our_state is h11.IDLE and not self._reader.at_eof()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer; OSError where the connection breaks."""
        parts = urlsplit(url)
        request = h11.Request(
            method="POST", target=parts.path or "/", headers=[("Host", parts.netloc), *headers]
        )
        sent = (request, h11.Data(data=body), h11.EndOfMessage())
        self._writer.write(b"".join(self._connection.send(each) or b"" for each in sent))
        status, told = 0, {}
        while True:
            event = self._connection.next_event()
            if event is h11.NEED_DATA:
                self._connection.receive_data(await self._reader.read(65_536))
            elif isinstance(event, h11.Response):
                status = event.status_code
                told = {name.decode(): value.decode() for name, value in event.headers}
            elif isinstance(event, h11.EndOfMessage):
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError
        if self._connection.our_state is h11.MUST_CLOSE:
            self.close()
        else:
            self._connection.start_next_cycle()
        return status, told
