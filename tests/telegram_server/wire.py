"""HTTP for the server: one connection, its requests one after the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import h11

Answer = tuple[int, bytes] | None
Respond = Callable[[str, dict[str, Any]], Awaitable[Answer]]


async def serve_connection(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, respond: Respond
) -> None:
    """Answer requests until either side closes; `None` from `respond` drops the connection."""
    connection = h11.Connection(h11.SERVER)
    try:
        while True:
            request = await _request(connection, reader)
            if request is None:
                return
            path, params = request
            answer = await respond(path, params)
            if answer is None:
                return
            status, body = answer
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            events = (
                h11.Response(status_code=status, headers=headers),
                h11.Data(data=body),
                h11.EndOfMessage(),
            )
            writer.write(b"".join(connection.send(each) or b"" for each in events))
            await writer.drain()
            if connection.our_state is h11.MUST_CLOSE:
                return
            connection.start_next_cycle()
    except (ConnectionError, h11.ProtocolError):
        return
    finally:
        writer.close()


async def _request(
    connection: h11.Connection, reader: asyncio.StreamReader
) -> tuple[str, dict[str, Any]] | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            assert head is not None
            return _params(head, bytes(body))
        else:  # The client has gone.
            return None


def _params(head: h11.Request, body: bytes) -> tuple[str, dict[str, Any]]:
    """The path, and the parameters wherever Telegram lets them stand."""
    target = urlsplit(head.target.decode("ascii", "replace"))
    params: dict[str, Any] = dict(parse_qsl(target.query, keep_blank_values=True))
    kind = dict(head.headers).get(b"content-type", b"").decode("ascii", "replace")
    if kind.startswith("application/json"):
        given = json.loads(body or b"{}")
        params.update(given if isinstance(given, dict) else {})
    elif kind.startswith("application/x-www-form-urlencoded"):
        params.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return target.path, params
