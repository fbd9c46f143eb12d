"""Telegram's side of a webhook: updates are brought to it as Telegram's own server does.

Written after what telegram-bot-api's WebhookActor does: one update at a time for each queue (a
chat's messages are one, a person's taps another), so many side by side as there are connections;
what is not answered with 2xx comes again, at once for the first time, then after the seconds of
`Retry-After` or a doubling pause; an answer may take 60 seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

from tests.telegram_server.line import Line
from tests.telegram_server.world import Fields, World

ANSWER_SECONDS = 60.0
LONGEST_PAUSE = 60.0
DEFAULT_CONNECTIONS = 40
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True)
class Delivery:
    """An update was brought, and so it was answered; status 0 where the connection broke."""

    update_id: int
    status: int
    seconds: float


@dataclass
class _Queue:
    """Updates that are brought one after the other, and when the first of them may be."""

    updates: deque[Fields] = field(default_factory=deque)
    failures: int = 0
    due: float = 0.0
    is_busy: bool = False


class Pusher:
    """Brings a world's waiting updates to its webhook for as long as `run` goes on."""

    def __init__(self, world: World, woken: asyncio.Event) -> None:
        self.deliveries: list[Delivery] = []
        self._world = world
        self._woken = woken
        self._queues: dict[Hashable, _Queue] = {}
        self._newest = 0
        self._url = ""
        self._idle: list[Line] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self._woken.clear()
                pause = self._bring()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._woken.wait()
        finally:
            for task in self._under_way:
                task.cancel()
            for line in self._idle:
                line.close()

    def _bring(self) -> float | None:
        """Begin every delivery that may begin; the seconds until another may."""
        with self._world.changed:
            url, updates = self._world.webhook, self._world.updates
            most = self._world.webhook_connections or DEFAULT_CONNECTIONS
            if url != self._url:
                self._url, self._newest = url, 0
                self._queues.clear()
            fresh = []
            for update in reversed(updates if url else []):
                if update["update_id"] <= self._newest:
                    break
                fresh.append(update)
            for update in reversed(fresh):
                self._newest = update["update_id"]
                self._queues.setdefault(_name(update), _Queue()).updates.append(update)
        now = time.monotonic()
        pauses = []
        for name, queue in list(self._queues.items()):
            if queue.is_busy or len(self._under_way) >= most:
                continue
            if queue.due > now:
                pauses.append(queue.due - now)
                continue
            queue.is_busy = True
            task = asyncio.ensure_future(self._deliver(name, queue))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return min(pauses, default=None)

    async def _deliver(self, name: Hashable, queue: _Queue) -> None:
        update = queue.updates[0]
        started = time.monotonic()
        status, retry_after = await self._post(update)
        seconds = time.monotonic() - started
        queue.is_busy = False
        if 200 <= status < 300:
            queue.updates.popleft()
            queue.failures, queue.due = 0, 0.0
            if not queue.updates:
                self._queues.pop(name, None)
        else:
            pause = 2.0**queue.failures if queue.failures else 0.0
            queue.failures += 1
            queue.due = time.monotonic() + (retry_after or min(LONGEST_PAUSE, pause))
        with self._world.changed:
            self.deliveries.append(Delivery(update["update_id"], status, seconds))
            if 200 <= status < 300:
                self._world.confirm(update["update_id"])
            else:
                self._world.webhook_error = f"Wrong response from the webhook: {status}"
            self._world.changed.notify_all()
        self._woken.set()

    async def _post(self, update: Fields) -> tuple[int, float]:
        """The status, and how long to wait if it is none of success."""
        body = json.dumps(update).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if self._world.webhook_secret:
            headers.append((SECRET_HEADER, self._world.webhook_secret))
        line = None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                line = self._open_line() or await Line.to(self._url)
                status, told = await line.post(self._url, headers, body)
        except (OSError, TimeoutError):
            if line is not None:
                line.close()
            return 0, 0.0
        if line.is_open:
            self._idle.append(line)
        return status, float(told.get("retry-after", 0))

    def _open_line(self) -> Line | None:
        """A connection that serves no request now, and that nobody has closed."""
        while self._idle:
            line = self._idle.pop()
            if line.is_open:
                return line
            line.close()
        return None


def _name(update: Fields) -> Hashable:
    """Of which queue an update is: those of one are brought in their order."""
    for kinds, whose in (
        (("message", "edited_message"), "chat"),
        (("callback_query", "inline_query"), "from"),
    ):
        for kind in kinds:
            if isinstance(update.get(kind), dict):
                return whose, kind if whose == "from" else "", str(update[kind].get(whose))
    return update["update_id"]
