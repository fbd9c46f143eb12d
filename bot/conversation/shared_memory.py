"""The short memory of several replicas: one Redis or Valkey that can read nothing of what it holds.

    memory = SharedMemory("redis://127.0.0.1:6379/0", secret, unreached=say_so)
    memory.keep(chat_id, Context(language="es"))
    memory.recall(chat_id)      -> Context(language="es"), on every replica with the same secret

A chat stands under a keyed hash of its id; its context is encrypted, of one length, and bound to
that name. Both keys come from the secret and the day in UTC, so that no name outlives a day, and
every entry is set together with its time to live. Whatever fails is as if nothing were remembered.
"""

from __future__ import annotations

import json
import math
import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.conversation.memory import SILENCE_SECONDS
from bot.domain import Context

TIMEOUT_SECONDS = 0.3
REST_SECONDS = 10.0

_NOTHING = Context()
_NONCE_BYTES = 12
_PADDED_BYTES = 256


class _Entry(NamedTuple):
    """Where a chat's context stands on one day, and what opens it."""

    name: bytes
    cipher: AESGCM


class SharedMemory:
    """Contexts in a server that replicas share, each until its chat was silent for half an hour.

    A server that failed is left alone for `rest` seconds, as nobody should wait for it with every
    message; only `forget` tries all the same. What was written before a failure is believed no
    more by this replica: something newer may have been lost. `unreached` is told of the first
    failure, and of none after it.
    """

    __slots__ = (
        "_believed_after",
        "_client",
        "_clock",
        "_days",
        "_rest",
        "_rests_until",
        "_secret",
        "_silence",
        "_told",
        "_unreached",
    )

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        unreached: Callable[[Exception], object],
        clock: Callable[[], float] = time.time,
        silence: float = SILENCE_SECONDS,
        rest: float = REST_SECONDS,
    ) -> None:
        """Connects to nothing yet; ValueError where the URL is none."""
        self._client = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._secret = secret
        self._unreached = unreached
        self._clock = clock
        self._silence = silence
        self._rest = rest
        self._days: dict[date, tuple[bytes, AESGCM]] = {}
        self._believed_after = -math.inf
        self._rests_until = -math.inf
        self._told = False

    def __repr__(self) -> str:
        return "<SharedMemory>"

    def recall(self, chat_id: int) -> Context:
        """What is remembered of a chat; an empty context where that is nothing."""
        if self._rests():
            return _NOTHING
        entries = self._entries(chat_id)
        try:
            values = self._client.mget([entry.name for entry in entries])
            found = list(zip(entries, values, strict=True))
        except Exception as error:  # Nonsense from a server makes its client raise anything.
            self._failed(error)
            return _NOTHING
        for entry, value in found:
            if value is not None:
                return self._read(entry, value)
        return _NOTHING

    def keep(self, chat_id: int, context: Context) -> None:
        """Remember this of a chat in place of what was; its half hour begins anew."""
        if context == _NOTHING:
            self.forget(chat_id)
            return
        if self._rests():
            self._believed_after = self._clock()
            return
        today = self._entries(chat_id)[0]
        value = _sealed(today, [self._clock(), context.language, context.place, context.topic])
        try:
            self._client.set(today.name, value, ex=max(1, int(self._silence)))
        except Exception as error:
            self._failed(error)

    def forget(self, chat_id: int) -> None:
        """Remember nothing of a chat; while the server is out of reach, its time to live does."""
        try:
            self._client.delete(*(entry.name for entry in self._entries(chat_id)))
        except Exception as error:
            self._failed(error)

    def forget_silent(self) -> None:
        """Nothing to do: the server drops what is too old."""

    def to_json(self) -> str:
        """Nothing: the process that takes over finds all of it in the server."""
        return ""

    def take_over(self, remembered: str) -> None:
        """Nothing to do: what another process remembered is in the server."""

    def _entries(self, chat_id: int) -> list[_Entry]:
        """Where the context of a chat may stand, newest day first."""
        now = self._clock()
        entries = []
        for day in dict.fromkeys(_day(moment) for moment in (now, now - self._silence)):
            key, cipher = self._keys(day)
            name = blake2b(str(chat_id).encode(), key=key, digest_size=16).digest()
            entries.append(_Entry(name, cipher))
        return entries

    def _keys(self, day: date) -> tuple[bytes, AESGCM]:
        if day not in self._days:
            while len(self._days) > 1:
                del self._days[min(self._days)]
            about = f"short memory, {day.isoformat()}".encode()
            both = HKDF(algorithm=SHA256(), length=64, salt=None, info=about).derive(self._secret)
            self._days[day] = both[:32], AESGCM(both[32:])
        return self._days[day]

    def _read(self, entry: _Entry, value: bytes | str) -> Context:
        try:
            written, language, place, topic = _opened(entry, value)
            context = Context(language, place, topic)
            # The server's word alone is not enough for the half hour.
            is_valid = self._believed_after < written and self._clock() - written < self._silence
        except (InvalidTag, TypeError, ValueError) as error:
            self._tell(error)
            return _NOTHING
        return context if is_valid else _NOTHING

    def _rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def _failed(self, error: Exception) -> None:
        self._rests_until = time.monotonic() + self._rest
        self._believed_after = self._clock()
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            self._unreached(error)


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def _sealed(entry: _Entry, content: list[Any]) -> bytes:
    text = json.dumps(content).encode()
    # Of one length, so that it does not tell a long name of a city from a short one.
    text += b" " * (-len(text) % _PADDED_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + entry.cipher.encrypt(nonce, text, entry.name)


def _opened(entry: _Entry, value: bytes | str) -> Any:
    if isinstance(value, str):
        raise TypeError("text in place of bytes")
    nonce, sealed = value[:_NONCE_BYTES], value[_NONCE_BYTES:]
    return json.loads(entry.cipher.decrypt(nonce, sealed, entry.name))
