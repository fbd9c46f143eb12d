"""The memory that replicas share: what it remembers, what its server can see, how it fails."""

from __future__ import annotations

import asyncio
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from fakeredis import TcpFakeServer
from redis import Redis

from bot.conversation.memory import ShortMemory
from bot.conversation.shared_memory import SharedMemory
from bot.domain import Context
from bot.serving import _memory
from bot.settings import Settings, SettingsError

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


class Anything(socketserver.ThreadingTCPServer):
    """A server that notes what it is sent and says the same to all of it, or nothing."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, says: bytes) -> None:
        self.says, self.heard, self.connections = says, bytearray(), 0
        super().__init__(("127.0.0.1", 0), _Noting)


class _Noting(socketserver.BaseRequestHandler):
    server: Anything

    def handle(self) -> None:
        self.server.connections += 1
        while data := self.request.recv(65536):
            self.server.heard += data
            if self.server.says:
                self.request.sendall(self.server.says)


@pytest.fixture(scope="module")
def redis_port() -> Iterator[int]:
    server = TcpFakeServer(("127.0.0.1", 0))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


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


@pytest.fixture
def anything(request: pytest.FixtureRequest) -> Iterator[Anything]:
    with Anything(request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def names(inside: Redis) -> set[bytes]:
    """The names of all entries."""
    return set(inside.scan_iter())


def refusing_port() -> int:
    """A port of the loopback where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


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


def test_every_entry_is_set_together_with_its_time_to_live(replicas: Replicas) -> None:
    with Anything(b"+OK\r\n") as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        heard = Replicas(f"redis://127.0.0.1:{server.server_address[1]}")
        heard.one(silence=600).keep(CHAT, SPANISH)
        server.shutdown()
    assert heard.told == []
    assert bytes(server.heard).count(b"\r\nSET\r\n") == 1
    assert bytes(server.heard).endswith(b"\r\nEX\r\n$3\r\n600\r\n")


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


def test_nothing_in_the_server_can_be_read(memory: SharedMemory, inside: Redis) -> None:
    for chat in range(CHAT, CHAT + 50):
        memory.keep(chat, SPANISH)
    held = held_by(inside)
    assert len(held) > 50 * 256
    for chat in range(CHAT, CHAT + 50):
        assert not [each for each in telling(chat, SPANISH) if each in held]


@pytest.mark.parametrize("anything", [b"+OK\r\n"], indirect=True)
def test_nothing_on_the_way_can_be_read(anything: Anything) -> None:
    memory = Replicas(f"redis://127.0.0.1:{anything.server_address[1]}").one(rest=0)
    memory.keep(CHAT, SPANISH)
    memory.recall(CHAT)
    memory.forget(CHAT)
    heard = bytes(anything.heard)
    assert heard.count(b"\r\nDEL\r\n") == heard.count(b"\r\nMGET\r\n") == 1
    assert not [each for each in (*telling(CHAT, SPANISH), SECRET[:16]) if each in heard]


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


def test_a_server_that_is_down_is_as_if_nothing_were_remembered() -> None:
    replicas = Replicas(f"redis://127.0.0.1:{refusing_port()}/0")
    memory = replicas.one(rest=0)
    for _ in range(3):
        memory.keep(CHAT, SPANISH)
        assert memory.recall(CHAT) == Context()
        memory.forget(CHAT)
    assert len(replicas.told) == 1


NONSENSE = [
    b"+OK\r\n", b":5\r\n", b"*-1\r\n", b"*0\r\n", b"*1\r\n:7\r\n", b"*1\r\n*1\r\n$-1\r\n",
    b"*2\r\n$-1\r\n$-1\r\n", b"$99999999999\r\nx", b"$x\r\n", b"-ERR 987654321012\r\n",
    b"-LOADING wait\r\n", b"\xff\xfe\0\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"",
]  # fmt: skip


@pytest.mark.parametrize("anything", NONSENSE, ids=repr, indirect=True)
def test_a_server_that_answers_nonsense_is_as_if_nothing_were_remembered(
    anything: Anything,
) -> None:
    replicas = Replicas(f"redis://127.0.0.1:{anything.server_address[1]}/0")
    memory = replicas.one(rest=0)
    memory.keep(CHAT, SPANISH)
    assert memory.recall(CHAT) == Context()
    memory.forget(CHAT)
    assert anything.connections
    assert len(replicas.told) == 1


@pytest.mark.parametrize("anything", [b""], indirect=True)
def test_a_server_that_does_not_answer_is_waited_for_briefly_and_then_left_alone(
    anything: Anything,
) -> None:
    replicas = Replicas(f"redis://127.0.0.1:{anything.server_address[1]}/0")
    memory = replicas.one()
    started = time.monotonic()
    assert memory.recall(CHAT) == Context()
    first = time.monotonic() - started
    assert 0.2 < first < 2
    heard = len(anything.heard)
    for _ in range(10):
        memory.keep(CHAT, SPANISH)
        assert memory.recall(CHAT) == Context()
    assert len(anything.heard) == heard
    assert time.monotonic() - started < 2 * first + 0.5
    memory.forget(CHAT)  # Whoever wants to be forgotten is worth the wait.
    assert anything.connections == 2
    assert len(replicas.told) == 1


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


@pytest.mark.parametrize("anything", [b"-ERR 987654321012 zanaria\r\n"], indirect=True)
def test_a_failure_is_told_once_in_fixed_words(
    anything: Anything, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        memory_url=f"redis://:zanaria@127.0.0.1:{anything.server_address[1]}/0",
        memory_secret=SECRET,
    )
    memory = _memory(settings)
    for _ in range(3):
        memory.keep(CHAT, SPANISH)
        memory.forget(CHAT)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("withoutfear: the shared memory cannot be reached or read")
    assert said.err.count("\n") == 1
    assert "zanaria" not in said.err
    assert str(CHAT) not in said.err


async def test_it_serves_inside_a_running_loop(memory: SharedMemory) -> None:
    for chat in range(100):
        memory.keep(chat, Context(language="es"))
        await asyncio.sleep(0)
    assert {memory.recall(chat) for chat in range(100)} == {Context(language="es")}


def test_the_settings_choose_the_memory(redis_port: int) -> None:
    inside, none = _memory(Settings()), _memory(Settings(memory_url="off"))
    assert isinstance(inside, ShortMemory)
    assert isinstance(none, ShortMemory)
    inside.keep(CHAT, SPANISH)
    none.keep(CHAT, SPANISH)
    none.take_over(inside.to_json())
    assert (inside.recall(CHAT), none.recall(CHAT)) == (SPANISH, Context())
    for scheme in ("redis", "rediss"):
        url = f"{scheme}://127.0.0.1:{redis_port}"
        assert isinstance(_memory(Settings(memory_url=url, memory_secret=SECRET)), SharedMemory)


@pytest.mark.parametrize("rest", ["h:port/0", "h:99999/0", "[::1/0", "h/0?socket_timeout=soon"])
def test_a_url_that_is_none_is_named_without_its_value(rest: str) -> None:
    settings = Settings(memory_url=f"redis://:zanaria@{rest}", memory_secret=SECRET)
    with pytest.raises(SettingsError, match="BOT_MEMORY_URL") as raised:
        _memory(settings)
    assert "zanaria" not in str(raised.value)
