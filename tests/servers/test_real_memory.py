"""The memory that replicas share keeps its promises at a real Redis or Valkey."""

from __future__ import annotations

import time
from pathlib import Path

from pytest_redis.executor import RedisExecutor
from redis import Redis

from bot.domain import Context
from tests.conversation.memory_contract import *  # noqa: F403  the promises, as tests
from tests.conversation.memory_contract import CHAT, SPANISH, Replicas, telling


def test_the_server_forgets_by_itself(replicas: Replicas, inside: Redis) -> None:
    replicas.one(silence=1).keep(CHAT, SPANISH)
    assert inside.dbsize() == 1
    until = time.monotonic() + 10
    while inside.dbsize():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_nothing_in_its_dump_can_be_read(
    replicas: Replicas, inside: Redis, redis_running: RedisExecutor
) -> None:
    memory = replicas.one()
    for chat in range(CHAT, CHAT + 50):
        memory.keep(chat, SPANISH)
    inside.save()
    folder = inside.config_get("dir")["dir"]
    dump = Path(folder, inside.config_get("dbfilename")["dbfilename"]).read_bytes()
    assert len(dump) > 50 * 256
    for chat in range(CHAT, CHAT + 50):
        assert not [each for each in telling(chat, SPANISH) if each in dump]


def test_a_server_that_was_lost_is_used_again(
    replicas: Replicas, inside: Redis, redis_running: RedisExecutor
) -> None:
    memory = replicas.one(rest=0)
    memory.keep(CHAT, SPANISH)
    redis_running.stop()
    try:
        memory.keep(CHAT, SPANISH)
        assert memory.recall(CHAT) == Context()
        assert len(replicas.told) == 1
    finally:
        redis_running.start()
    memory.keep(CHAT, SPANISH)
    assert memory.recall(CHAT) == SPANISH
    assert replicas.one().recall(CHAT) == SPANISH
