"""What the shared memory promises, whatever server holds it.

A test file takes all of it over with `from tests.conversation.memory_contract import *`, and brings
the fixture `redis_port`: a server that is only its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from redis import Redis

from bot.conversation.shared_memory import SharedMemory
from bot.domain import Context

CHAT = 987654321012
SPANISH = Context(language="zh-Hans", place="san-francisco", topic="immigration-enforcement")
SECRET = bytes(range(7, 71))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
BEFORE_MIDNIGHT = datetime(2026, 11, 22, 23, 50, tzinfo=UTC).timestamp()


class Clock:
    """A wall clock that goes on by a second whenever it is read."""

    def __init__(self, time: float = NOON) -> None:
        self.time = time

    def __call__(self) -> float:
        self.time += 1
        return self.time


@dataclass
class Replicas:
    """Memories at one server, and what they said of it."""

    url: str
    clock: Clock = field(default_factory=Clock)
    told: list[Exception] = field(default_factory=list)

    def one(self, secret: bytes = SECRET, **options: Any) -> SharedMemory:
        """The memory of one more replica."""
        return SharedMemory(
            self.url, secret, unreached=self.told.append, clock=self.clock, **options
        )


@pytest.fixture
def inside(redis_port: int) -> Iterator[Redis]:
    """What the operator of the server sees."""
    with Redis(host="127.0.0.1", port=redis_port, protocol=2) as client:
        client.flushall()
        yield client


@pytest.fixture
def replicas(redis_port: int, inside: Redis) -> Replicas:
    return Replicas(f"redis://127.0.0.1:{redis_port}/0")


@pytest.fixture
def memory(replicas: Replicas) -> SharedMemory:
    return replicas.one()


def names(inside: Redis) -> set[bytes]:
    """The names of all entries."""
    return set(inside.scan_iter())


def held_by(inside: Redis) -> bytes:
    """Everything in the server: names and values."""
    return b"\n".join(name + b"=" + inside.get(name) for name in names(inside))


def telling(chat: int, context: Context) -> list[bytes]:
    """What would tell of a chat or its context, in the forms that a program writes."""
    number = [chat.to_bytes(8, order) for order in ("little", "big")]
    number += [each.strip(b"\0") for each in number]
    words = [context.language, context.place, context.topic, "language", "short memory"]
    texts = [str(chat), f"{chat:x}", f"{chat:X}", *(word for word in words if word)]
    return [*number, *(text.encode() for text in texts)]


def test_a_chat_is_remembered_apart_from_others(memory: SharedMemory) -> None:
    assert memory.recall(CHAT) == Context()
    memory.keep(CHAT, SPANISH)
    memory.keep(CHAT + 1, Context(language="fr"))
    assert memory.recall(CHAT) == SPANISH
    assert memory.recall(CHAT + 1) == Context(language="fr")


def test_replicas_with_one_secret_share(replicas: Replicas) -> None:
    first, second = replicas.one(), replicas.one()
    first.keep(CHAT, SPANISH)
    assert second.recall(CHAT) == SPANISH
    second.keep(CHAT, Context(language="en"))
    assert first.recall(CHAT) == Context(language="en")
    second.forget(CHAT)
    assert first.recall(CHAT) == Context()
    assert replicas.told == []


def test_keeping_nothing_forgets(memory: SharedMemory, inside: Redis) -> None:
    memory.keep(CHAT, SPANISH)
    memory.keep(CHAT, Context())
    assert inside.dbsize() == 0
    memory.forget(CHAT)


def test_another_process_needs_nothing_handed_on(replicas: Replicas) -> None:
    first, second = replicas.one(), replicas.one()
    first.keep(CHAT, SPANISH)
    first.forget_silent()
    assert first.to_json() == ""
    second.take_over("whatever")
    assert second.recall(CHAT) == SPANISH


def test_every_entry_has_a_time_to_live(replicas: Replicas, inside: Redis) -> None:
    memory, brief = replicas.one(), replicas.one(silence=1.5)
    for chat in range(20):
        memory.keep(chat, SPANISH)
    memory.keep(3, Context(language="en"))
    lives = [inside.ttl(name) for name in names(inside)]
    assert len(lives) == 20
    assert all(1790 < life <= 1800 for life in lives)
    brief.keep(CHAT, SPANISH)
    assert min(inside.ttl(name) for name in names(inside)) == 1


def test_half_an_hour_of_silence_forgets_also_without_the_server(
    replicas: Replicas, inside: Redis
) -> None:
    memory = replicas.one()
    memory.keep(CHAT, SPANISH)
    for name in names(inside):
        inside.persist(name)
    replicas.clock.time += 29 * 60
    assert memory.recall(CHAT) == SPANISH
    replicas.clock.time += 60
    assert memory.recall(CHAT) == Context()


def test_nothing_in_the_server_can_be_read(memory: SharedMemory, inside: Redis) -> None:
    for chat in range(CHAT, CHAT + 50):
        memory.keep(chat, SPANISH)
    held = held_by(inside)
    assert len(held) > 50 * 256
    for chat in range(CHAT, CHAT + 50):
        assert not [each for each in telling(chat, SPANISH) if each in held]


def test_values_do_not_tell_by_their_length_or_by_being_equal(
    memory: SharedMemory, inside: Redis
) -> None:
    for chat, context in enumerate((SPANISH, SPANISH, Context("en"), Context(None, "ohio", "id"))):
        memory.keep(chat, context)
    values = [inside.get(name) for name in names(inside)]
    assert len(set(values)) == 4
    assert len({len(value) for value in values}) == 1


def test_a_memory_shows_nothing_of_itself(memory: SharedMemory) -> None:
    assert repr(memory) == "<SharedMemory>"
    assert not hasattr(memory, "__dict__")


def test_a_wrong_secret_reads_nothing(replicas: Replicas, inside: Redis) -> None:
    replicas.one().keep(CHAT, SPANISH)
    other = replicas.one(SECRET[:-1] + b"x")
    assert other.recall(CHAT) == Context()
    other.forget(CHAT)
    assert inside.dbsize() == 1
    # Also under the right name.
    (right,) = names(inside)
    other.keep(CHAT, SPANISH)
    (wrong,) = names(inside) - {right}
    inside.set(wrong, inside.get(right))
    assert other.recall(CHAT) == Context()
    assert len(replicas.told) == 1


def test_a_value_opens_under_its_own_name_only(replicas: Replicas, inside: Redis) -> None:
    memory = replicas.one()
    memory.keep(CHAT, SPANISH)
    (name,) = names(inside)
    memory.keep(CHAT + 1, Context(language="fr"))
    (other,) = names(inside) - {name}
    inside.set(other, inside.get(name))
    assert memory.recall(CHAT + 1) == Context()
    assert memory.recall(CHAT) == SPANISH


def test_a_chat_has_another_name_every_day(replicas: Replicas, inside: Redis) -> None:
    memory = replicas.one()
    seen: set[bytes] = set()
    for day in range(5):
        replicas.clock.time = NOON + day * 24 * 3600
        memory.keep(CHAT, SPANISH)
        seen |= names(inside)
        assert len(seen) == day + 1
        assert memory.recall(CHAT) == SPANISH
    assert len(memory._days) <= 2


def test_midnight_interrupts_nobody(replicas: Replicas, inside: Redis) -> None:
    memory, clock = replicas.one(), replicas.clock
    clock.time = BEFORE_MIDNIGHT
    memory.keep(CHAT, SPANISH)
    memory.keep(CHAT + 1, SPANISH)
    clock.time = BEFORE_MIDNIGHT + 15 * 60
    assert memory.recall(CHAT) == SPANISH
    assert replicas.one().recall(CHAT) == SPANISH
    memory.keep(CHAT, Context(language="en"))
    assert memory.recall(CHAT) == Context(language="en")
    assert inside.dbsize() == 3
    memory.forget(CHAT)
    memory.forget(CHAT + 1)
    assert inside.dbsize() == 0
    assert replicas.told == []


def test_a_new_day_later_yesterday_is_asked_no_more(replicas: Replicas) -> None:
    memory = replicas.one()
    assert len(memory._entries(CHAT)) == 1
    replicas.clock.time = BEFORE_MIDNIGHT + 15 * 60
    assert len(memory._entries(CHAT)) == 2
    replicas.clock.time = BEFORE_MIDNIGHT + 41 * 60
    assert len(memory._entries(CHAT)) == 1


@pytest.mark.parametrize("value", [b"", b"x", b"\0" * 12, b"\0" * 300, "ñ".encode() * 200])
def test_a_value_that_cannot_be_decrypted_is_nothing(
    replicas: Replicas, inside: Redis, value: bytes
) -> None:
    memory = replicas.one()
    memory.keep(CHAT, SPANISH)
    (name,) = names(inside)
    inside.set(name, value)
    assert memory.recall(CHAT) == Context()
    assert memory.recall(CHAT) == Context()
    assert len(replicas.told) == 1
    # It does not stand in anybody's way.
    memory.keep(CHAT, SPANISH)
    assert memory.recall(CHAT) == SPANISH


def test_an_entry_of_another_kind_is_nothing(replicas: Replicas, inside: Redis) -> None:
    memory = replicas.one()
    memory.keep(CHAT, SPANISH)
    (name,) = names(inside)
    inside.delete(name)
    inside.rpush(name, "a", "b")
    assert memory.recall(CHAT) == Context()
    memory.keep(CHAT, SPANISH)
    assert memory.recall(CHAT) == SPANISH


def test_after_a_failure_nothing_older_is_believed(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, other = replicas.one(rest=0), replicas.one()

    def fails(*_: object, **__: object) -> None:
        raise ConnectionError(str(CHAT))

    for command, lost in (("set", lambda: memory.keep(CHAT, Context(place="chicago"))),
                          ("delete", lambda: memory.forget(CHAT))):  # fmt: skip
        memory.keep(CHAT, SPANISH)
        with monkeypatch.context() as broken:
            broken.setattr(Redis, command, fails)
            lost()
        assert memory.recall(CHAT) == Context()
        other.keep(CHAT, Context(language="fr"))
        assert memory.recall(CHAT) == Context(language="fr")
    assert len(replicas.told) == 1


def test_what_could_not_be_kept_during_the_rest_outdates_what_was(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, other = replicas.one(), replicas.one()
    memory._failed(TimeoutError())
    other.keep(CHAT, SPANISH)
    memory.keep(CHAT, Context(place="chicago"))
    memory._rests_until = 0.0
    assert memory.recall(CHAT) == Context()
    assert other.recall(CHAT) == SPANISH


async def test_it_serves_inside_a_running_loop(memory: SharedMemory) -> None:
    for chat in range(100):
        memory.keep(chat, Context(language="es"))
        await asyncio.sleep(0)
    assert {memory.recall(chat) for chat in range(100)} == {Context(language="es")}
