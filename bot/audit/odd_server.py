"""A Bot API server gone wrong: what it answers is broken, and full of canaries.

A proxy that cuts an answer short, or an error page that quotes the request, hands the bot people's
names and words where it expects none.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from bot.audit.people import People

Answer = tuple[int, bytes]

CALM: Answer = (200, b'{"ok": true, "result": []}')


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing: a bot that hangs up is no fault."""


class OddServer:
    """Answers each fetch and each message with another oddity, until `is_done`."""

    def __init__(self, people: People, bot_id: int) -> None:
        self._people = people
        self._bot = {"id": bot_id, "is_bot": True, "first_name": "B", "username": "odd_bot"}
        self._fetches = self._odd_fetches()
        self._sends = self._odd_sends()
        self._lock = threading.Lock()
        self._fetched = threading.Event()
        self._sent = threading.Event()
        self._http = _QuietServer(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        """What BOT_API_URL has to be."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def wait(self, seconds: float) -> None:
        """Until every oddity was handed out; TimeoutError if that takes too long."""
        until = time.monotonic() + seconds
        for event in (self._fetched, self._sent):
            if not event.wait(max(0.0, until - time.monotonic())):
                raise TimeoutError

    def answer(self, method: str) -> Answer:
        """The answer to a call."""
        if method == "getMe":
            return _json(200, ok=True, result=self._bot)
        if method == "getUpdates":
            with self._lock:
                odd = next(self._fetches, None)
            if odd is None:
                self._fetched.set()
                time.sleep(0.2)
            return odd or CALM
        if method == "sendMessage":
            with self._lock:
                odd = next(self._sends, None)
            if odd is None:
                self._sent.set()
            return odd or _json(200, ok=True, result=self._said("fine"))
        return _json(200, ok=True, result=True)

    def _odd_fetches(self) -> Iterator[Answer]:
        update = self._update(1)
        whole = json.dumps({"ok": True, "result": [update]}, ensure_ascii=False).encode()
        page = b"<html>" + whole + b"</html>"
        oddities: tuple[Answer, ...] = (
            (200, whole[:-9]),
            (200, page),
            (500, page),
            (502, whole),
            (200, whole.replace(b"text", b"\xff\xfe")),
            (200, b"[" * 100_000 + whole),
            _json(400, ok=False, error_code=400, description=f"Bad Request: {update}"),
            _json(200, ok=True, result={"updates": [update]}),
            _json(200, ok=True, result=[[update], str(update), {"no": update}]),
            _json(200, ok=True, result=str(update)),
            _json(200, ok=True, error=update),
        )
        for odd in oddities:
            yield odd
            yield CALM
        for number in range(2, 9):
            yield _json(200, ok=True, result=[self._update(number)])

    def _odd_sends(self) -> Iterator[Answer]:
        said = json.dumps({"ok": True, "result": self._said("fine")}).encode()
        quoted = f"Bad Request: can't parse entities: {self._people.message()}"
        yield _json(400, ok=False, error_code=400, description=quoted)
        yield _json(403, ok=False, error_code=403, description=f"Forbidden: {quoted}")
        yield 500, b"<html>" + said + b"</html>"
        yield 200, said[:-5]
        yield _json(200, ok=True, result=[self._said("fine")])
        yield _json(200, ok=True, result={"message_id": self._people.canaries.word})

    def _update(self, number: int) -> dict[str, Any]:
        return {"update_id": number, "message": self._people.message(message_id=number)}

    def _said(self, text: str) -> dict[str, Any]:
        return self._people.message(text=text)


def _json(status: int, **answer: Any) -> Answer:
    return status, json.dumps(answer).encode()


def _handler(server: OddServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request after the other of one connection."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = server.answer(self.path.rpartition("/")[2])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the path holds the token."""

    return Handler
