"""The server: takes requests, lets planned faults happen, and holds long polls open."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Self

from tests.telegram_server.content import ApiError, allowed_updates
from tests.telegram_server.group import Group
from tests.telegram_server.methods import METHODS
from tests.telegram_server.person import Person
from tests.telegram_server.pushing import Delivery, Pusher
from tests.telegram_server.wire import Answer, serve_connection
from tests.telegram_server.world import TOKEN, Account, Fields, World

_PATH = re.compile(r"/bot([^/]*)/(\w+)")
_TOKEN = re.compile(r"\d+:[\w-]+")
_TWO_POLLERS = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True)
class Call:
    """A request that came, and how it was answered; status 0 where the connection was dropped."""

    method: str
    params: Fields
    status: int
    at: float = field(default_factory=time.monotonic)


@dataclass
class _Fault:
    left: int
    method: str
    status: int
    kind: str


class TelegramServer:
    """A Bot API server for one bot, in a thread of its own between `start` and `stop`."""

    def __init__(self, *, token: str = TOKEN, port: int = 0) -> None:
        self.world = World(token=token)
        self.calls: list[Call] = []
        self.most_open = 0
        self._port = port
        self._faults: list[_Fault] = []
        self._open = 0
        self._poll: asyncio.Future[None] | None = None
        self._pusher: Pusher | None = None
        self._ready = threading.Event()

    @property
    def url(self) -> str:
        """What BOT_API_URL has to be."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def token(self) -> str:
        """What BOT_TOKEN has to be."""
        return self.world.token

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; back when requests are taken."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the server does not start")

    def stop(self) -> None:
        """Stop listening and drop what is open."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def person(self, number: int, **user: Any) -> Person:
        """Somebody who has opened the bot's chat; `user` overrides what Telegram says of them."""
        known = {"id": number, "is_bot": False, "first_name": f"Person {number}", **user}
        with self.world.changed:
            account = self.world.people.setdefault(number, Account(known))
        return Person(self.world, account)

    def group(self, number: int, **chat: Any) -> Group:
        """A group that the bot is in; `chat` overrides what Telegram says of it."""
        known = {"id": number, "type": "supergroup", "title": f"Group {number}", **chat}
        with self.world.changed:
            account = self.world.people.setdefault(number, Account({"id": number}, known))
        return Group(self.world, account)

    def injects(self, content: Fields) -> int:
        """Queue an update exactly as given, however wrong it is."""
        return self.world.new_update(content, even_if_unwanted=True)

    def fails_next(
        self, times: int, *, method: str = "", status: int = 500, kind: str = "status"
    ) -> None:
        """Let the next calls (of one method, or any) fail.

        `kind`: "status" answers with `status`; "garbage" answers 200 with something else than
        JSON; "drop" closes the connection unheard; "lost" does what is asked, then closes it;
        "hang" keeps the connection and never answers.
        """
        with self.world.changed:
            self._faults.append(_Fault(times, method.lower(), status, kind))

    @property
    def planned_faults(self) -> int:
        """How many calls are still to fail."""
        with self.world.changed:
            return sum(fault.left for fault in self._faults)

    def passes(self, *, hours: float) -> None:
        """Put Telegram's clock forward."""
        with self.world.changed:
            self.world.passed += hours * 3600

    @property
    def deliveries(self) -> list[Delivery]:
        """What was brought to the webhook, in the order of the answers."""
        with self.world.changed:
            return list(self._pusher.deliveries) if self._pusher else []

    @property
    def waiting(self) -> int:
        """How many updates are not confirmed yet."""
        with self.world.changed:
            return len(self.world.updates)

    def waits_until(self, condition: Any, *, seconds: float = 10.0) -> None:
        """Wait until `condition()` holds; TimeoutError if it does not in time."""
        with self.world.changed:
            if not self.world.changed.wait_for(condition, seconds):
                raise TimeoutError(f"not within {seconds} s; last calls: {self.calls[-5:]}")

    def called(self, method: str) -> list[Call]:
        """The calls of one method, in their order."""
        with self.world.changed:
            return [each for each in self.calls if each.method.lower() == method.lower()]

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._woken = asyncio.Event()
        self.world.on_update = self._wake
        self._brings = asyncio.Event()
        self._pusher = Pusher(self.world, self._brings)
        pushing = asyncio.ensure_future(self._pusher.run())
        connections: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(serve_connection(reader, writer, self._respond))
            connections.add(task)
            task.add_done_callback(connections.discard)

        listening = await asyncio.start_server(connected, "127.0.0.1", self._port)
        self._port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        self.world.on_update = lambda: None
        listening.close()
        for task in (pushing, *connections):
            task.cancel()
        await asyncio.gather(pushing, *connections, return_exceptions=True)

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._woken.set)
        self._loop.call_soon_threadsafe(self._brings.set)

    async def _respond(self, path: str, params: Fields) -> Answer:
        asked = _PATH.fullmatch(path)
        method = asked[2] if asked else path
        fault = self._fault(method)
        self._open += 1
        self.most_open = max(self.most_open, self._open)
        answer: Answer = None
        try:
            if fault is not None and fault.kind == "hang":
                await asyncio.Event().wait()
            if fault is None or fault.kind == "lost":
                answer = await self._answer(asked, params)
            answer = _failed(fault, answer)
        finally:
            self._open -= 1
            with self.world.changed:
                self.calls.append(Call(method, params, answer[0] if answer else 0))
                self.world.changed.notify_all()
        return answer

    async def _answer(self, asked: re.Match[str] | None, params: Fields) -> Answer:
        try:
            if asked is None or not _TOKEN.fullmatch(asked[1]):
                raise ApiError(404, "Not Found")
            if asked[1] != self.world.token:
                raise ApiError(401, "Unauthorized")
            method = asked[2].lower()
            if method == "getupdates":
                return _body(200, ok=True, result=await self._get_updates(params))
            if method not in METHODS:
                raise ApiError(404, "Not Found")
            with self.world.changed:
                result = METHODS[method](self.world, params)
                self.world.changed.notify_all()
                self._brings.set()
                return _body(200, ok=True, result=result)
        except ApiError as error:
            more = {"parameters": error.parameters} if error.parameters else {}
            said = error.description
            return _body(error.status, ok=False, error_code=error.status, description=said, **more)

    async def _get_updates(self, params: Fields) -> list[Fields]:
        if self.world.webhook:
            raise ApiError(409, _WEBHOOK_ACTIVE)
        if self._poll and not self._poll.done():
            self._poll.set_exception(ApiError(409, _TWO_POLLERS))
        poll = self._poll = self._loop.create_future()
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", 100))
        if not 1 <= limit <= 100:
            limit = 100
        deadline = self._loop.time() + min(50, float(params.get("timeout", 0)))
        self.world.allowed = allowed_updates(params) or self.world.allowed
        try:
            while True:
                self._woken.clear()
                found = self._pending(offset, limit)
                left = deadline - self._loop.time()
                if found or left <= 0:
                    return found
                woken = asyncio.ensure_future(self._woken.wait())
                await asyncio.wait((woken, poll), timeout=left, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
                if poll.done():
                    poll.result()
        finally:
            if not poll.done():
                poll.set_result(None)

    def _pending(self, offset: int, limit: int) -> list[Fields]:
        """The updates from `offset` on; those before it are confirmed, and gone."""
        with self.world.changed:
            updates = self.world.updates
            if offset < 0:
                del updates[:offset]
            else:
                updates[:] = [each for each in updates if each["update_id"] >= offset]
            self.world.changed.notify_all()
            return updates[:limit]

    def _fault(self, method: str) -> _Fault | None:
        with self.world.changed:
            for fault in self._faults:
                if fault.left > 0 and fault.method in ("", method.lower()):
                    fault.left -= 1
                    return fault
        return None


def _failed(fault: _Fault | None, answer: Answer) -> Answer:
    if fault is None:
        return answer
    if fault.kind == "garbage":
        return 200, b"<html><body>It works!</body></html>"
    if fault.kind in ("drop", "lost"):
        return None
    return _body(fault.status, ok=False, error_code=fault.status, description="planned")


def _body(status: int, **answer: Any) -> tuple[int, bytes]:
    return status, json.dumps(answer).encode()
