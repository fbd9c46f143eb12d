"""The shared memory at a server that is down, silent or mad, and what it sends on the way."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from bot.domain import Context
from bot.serving import _memory
from bot.settings import Settings
from tests.conversation.memory_contract import CHAT, SECRET, SPANISH, Replicas, telling


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


@pytest.fixture
def anything(request: pytest.FixtureRequest) -> Iterator[Anything]:
    with Anything(request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def refusing_port() -> int:
    """A port of the loopback where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_every_entry_is_set_together_with_its_time_to_live() -> None:
    with Anything(b"+OK\r\n") as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        heard = Replicas(f"redis://127.0.0.1:{server.server_address[1]}")
        heard.one(silence=600).keep(CHAT, SPANISH)
        server.shutdown()
    assert heard.told == []
    assert bytes(server.heard).count(b"\r\nSET\r\n") == 1
    assert bytes(server.heard).endswith(b"\r\nEX\r\n$3\r\n600\r\n")


@pytest.mark.parametrize("anything", [b"+OK\r\n"], indirect=True)
def test_nothing_on_the_way_can_be_read(anything: Anything) -> None:
    memory = Replicas(f"redis://127.0.0.1:{anything.server_address[1]}").one(rest=0)
    memory.keep(CHAT, SPANISH)
    memory.recall(CHAT)
    memory.forget(CHAT)
    heard = bytes(anything.heard)
    assert heard.count(b"\r\nDEL\r\n") == heard.count(b"\r\nMGET\r\n") == 1
    assert not [each for each in (*telling(CHAT, SPANISH), SECRET[:16]) if each in heard]


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
