"""What the half hour remembers: language, place and topic of a chat, and not whose chat it is.

    memory = ShortMemory()
    memory.keep(chat_id, Context(language="es"))
    memory.recall(chat_id)      -> Context(language="es"), for 30 minutes of silence
    memory.forget(chat_id)      -> at once

Chats stand under a hash keyed with 32 random bytes that are made with the memory and leave the
process never, so that the keys tell nothing to whoever reads them without the key beside them.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Protocol

from bot.domain import Context

SILENCE_SECONDS = 30 * 60
MOST_CHATS = 50_000

_NOTHING = Context()

# When a chat's last reply was, and the ids of language, place and topic. As one tuple, for 50,000
# of them are 2 MiB smaller than with an object inside each.
_Kept = tuple[float, str | None, str | None, str | None]


class Memory(Protocol):
    """What the channel and its renewal need of a short memory: this one's, or a shared one's."""

    def recall(self, chat_id: int) -> Context: ...
    def keep(self, chat_id: int, context: Context) -> None: ...
    def forget(self, chat_id: int) -> None: ...
    def forget_silent(self) -> None: ...
    def to_json(self) -> str: ...
    def take_over(self, remembered: str) -> None: ...


class ShortMemory:
    """Contexts in this process, each until its chat was silent for half an hour."""

    __slots__ = ("_clock", "_contexts", "_key", "_most", "_silence")

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        silence: float = SILENCE_SECONDS,
        most: int = MOST_CHATS,
    ) -> None:
        self._clock = clock
        self._silence = silence
        self._most = most
        self._key = secrets.token_bytes(32)
        # Ordered by the time of the last `keep`, oldest first; that makes forgetting cheap.
        self._contexts: OrderedDict[bytes, _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._contexts)

    def __repr__(self) -> str:
        return "<ShortMemory>"

    def recall(self, chat_id: int) -> Context:
        """What is remembered of a chat; an empty context where that is nothing."""
        self.forget_silent()
        kept = self._contexts.get(self._name(chat_id))
        return Context(*kept[1:]) if kept else _NOTHING

    def keep(self, chat_id: int, context: Context) -> None:
        """Remember this of a chat in place of what was; its half hour begins anew."""
        self.forget_silent()
        name = self._name(chat_id)
        if context == _NOTHING:
            self._contexts.pop(name, None)
            return
        # In its place: taking it out and in again would let the table grow to twice its size.
        self._contexts[name] = _kept(self._clock(), context)
        self._contexts.move_to_end(name)
        self._forget_most_silent()

    def forget(self, chat_id: int) -> None:
        """Remember nothing of a chat."""
        self._contexts.pop(self._name(chat_id), None)

    def forget_silent(self) -> None:
        """Drop every chat that was silent for too long."""
        deadline = self._clock() - self._silence
        while self._contexts:
            name, kept = next(iter(self._contexts.items()))
            if kept[0] > deadline:
                return
            del self._contexts[name]

    def to_json(self) -> str:
        """Everything remembered, its key included, for the process that takes over from this one.

        It must reach no disk: the key stands beside what it protects.
        """
        self.forget_silent()
        now = self._clock()
        chats = [
            [name.hex(), now - kept_at, *ids] for name, (kept_at, *ids) in self._contexts.items()
        ]
        return json.dumps({"key": self._key.hex(), "chats": chats})

    def take_over(self, remembered: str) -> None:
        """Go on with what another process left by `to_json`."""
        left = json.loads(remembered)
        self._key = bytes.fromhex(left["key"])
        now = self._clock()
        for name, age, language, place, topic in left["chats"]:
            context = Context(language, place, topic)
            self._contexts[bytes.fromhex(name)] = _kept(now - age, context)
        self._forget_most_silent()

    def _forget_most_silent(self) -> None:
        while len(self._contexts) > self._most:
            self._contexts.popitem(last=False)

    def _name(self, chat_id: int) -> bytes:
        return blake2b(str(chat_id).encode(), key=self._key, digest_size=16).digest()


def _kept(at: float, context: Context) -> _Kept:
    """What is kept of a context; each id is one text in memory, however many chats have it."""
    language, place, topic = (
        sys.intern(each) if each else None
        for each in (context.language, context.place, context.topic)
    )
    return (at, language, place, topic)
