"""The memory that replicas share keeps its promises at a server in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from fakeredis import TcpFakeServer

from bot.conversation.memory import ShortMemory
from bot.conversation.shared_memory import SharedMemory
from bot.domain import Context
from bot.serving import _memory
from bot.settings import Settings, SettingsError
from tests.conversation.memory_contract import *  # noqa: F403  the promises, as tests
from tests.conversation.memory_contract import CHAT, SECRET, SPANISH


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
