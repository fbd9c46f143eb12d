"""The real program takes its own place while Telegram brings updates, and refuses none of them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot.privacy.log import Event
from tests.program import Program, free_port
from tests.telegram_server import TelegramServer

SECRET = "zanaria_zanaria-zanaria"


@pytest.fixture
def address() -> str:
    """A host and a free port."""
    return f"127.0.0.1:{free_port()}"


@pytest.fixture
def start(server: TelegramServer, data: Path) -> Callable[..., Program]:
    """Starts the program with a webhook at an address."""

    def starting(address: str, **settings: str) -> Program:
        return Program(
            data,
            BOT_TOKEN=server.token,
            BOT_API_URL=server.url,
            BOT_WEBHOOK_URL=f"http://{address}/telegram",
            BOT_WEBHOOK_SECRET=SECRET,
            BOT_LISTEN=address,
            **settings,
        )

    return starting


def test_it_takes_its_own_place_under_load(
    server: TelegramServer, start: Callable[..., Program], address: str
) -> None:
    program = start(address, BOT_FORGET_SECONDS="3")
    try:
        server.waits_until(lambda: server.world.webhook, seconds=30)
        people = [server.person(100 + number) for number in range(40)]
        written = {person.id: 0 for person in people}
        while program.said.count("starting anew") < 2:
            assert program.is_running
            for person in people[:20]:
                person.writes("/help")
                written[person.id] += 1
                time.sleep(0.02)
            people.reverse()
        server.waits_until(lambda: server.waiting == 0, seconds=60)
        assert program.is_running
    finally:
        status, said = program.stop()
    assert status == 0
    for person in people:
        assert sum(each.from_bot for each in person.chat()) == written[person.id]
    assert {each.status for each in server.deliveries} == {200}
    assert Event.LEFT_UNFINISHED.words not in said
    # Only the first of them told Telegram about itself: commands of two scopes, 12 languages.
    assert len(server.called("getMyCommands")) == 24
    assert len(server.called("setWebhook")) == 1


def test_a_taken_address_is_one_clear_line(start: Callable[..., Program]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "{}:{}".format(*taken.getsockname())
        program = start(address)
        status, said = program.ended()
    assert status == 1
    assert said.count("\n") == 1
    assert "BOT_LISTEN" in said


def test_whoever_calls_is_not_spoken_of(
    server: TelegramServer, start: Callable[..., Program], address: str
) -> None:
    program = start(address, BOT_LOG_LEVEL="DEBUG")
    try:
        server.waits_until(lambda: server.world.webhook, seconds=30)
        ana = server.person(987654321012, first_name="Zanaria", username="zanaria_u")
        ana.writes("zanaria: do I need papers for a library card in Toronto?")
        ana.answer(seconds=30)
        httpx.post(f"http://{address}/zanaria?987654321012", content=b"zanaria")
        httpx.post(f"http://{address}/telegram", content=b"zanaria")
        httpx.get(f"http://{address}/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    finally:
        status, said = program.stop()
    assert status == 0
    for secret in ("anaria", "987654321012", "192.0.2.7", "127.0.0.1", SECRET, server.token):
        assert secret not in said
