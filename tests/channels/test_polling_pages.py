"""A bot that polls and has a door: its pages show how it does, and nothing comes in by them."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import httpx
import pytest

from bot.channels.telegram import update_loop
from bot.channels.telegram.http_server import listen
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with listen("127.0.0.1", 0) as door:
        yield door


@pytest.fixture
def polling(server: TelegramServer, door: socket.socket) -> Iterator[RunningBot]:
    """The channel, fetching its updates, with a door."""
    bot = RunningBot(server, door=door, polls=True)
    bot.start()
    yield bot
    if bot._thread.is_alive():
        bot.stop()


def test_it_answers_people_and_shows_how_it_does(
    server: TelegramServer, polling: RunningBot
) -> None:
    polling.waits_until_ready()
    assert polling.status("/healthz") == 200
    for number in range(5):
        person = server.person(7 + number)
        person.writes("hello")
        assert person.answer().text.endswith("hello")
    server.waits_until(lambda: server.waiting == 0)
    page = httpx.get(f"{polling.address}/metrics").text
    assert re.search(r'^withoutfear_updates_total\{kind="message"\} 5\.0$', page, re.M)
    assert re.search(r"^withoutfear_update_seconds_count 5\.0$", page, re.M)
    assert not server.called("setWebhook")


def test_nothing_comes_in_by_the_door(server: TelegramServer, polling: RunningBot) -> None:
    polling.waits_until_ready()
    for page in ("/", "/telegram", "/healthz", "/metrics"):
        update = {"update_id": 1, "message": {}}
        assert httpx.post(polling.address + page, json=update).status_code in (404, 405)
    assert not server.called("sendMessage")


def test_it_lives_but_is_not_ready_before_telegram_is_reached(
    server: TelegramServer, door: socket.socket
) -> None:
    server.fails_next(1_000, kind="drop")
    bot = RunningBot(server, door=door, polls=True)
    bot.start()
    server.waits_until(lambda: len(server.calls) > 1)
    assert (bot.status("/healthz"), bot.status("/readyz")) == (200, 503)
    bot.stop()


def test_it_is_not_ready_any_more_while_it_finishes(
    server: TelegramServer, polling: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_loop, "DRAIN_SECONDS", 60.0)
    polling.waits_until_ready()
    ana = server.person(7)
    ana.must_wait(2)
    ana.writes("hello")
    server.waits_until(lambda: server.called("sendMessage"))
    polling._loop.call_soon_threadsafe(polling._stop.set)
    assert (polling.status("/healthz"), polling.status("/readyz")) == (200, 503)
    assert ana.answer().text.endswith("hello")
    polling.ends()
    assert polling.status("/healthz") == 0


def test_the_door_outlives_the_bot_and_keeps_who_knocks(
    server: TelegramServer, polling: RunningBot, door: socket.socket
) -> None:
    polling.waits_until_ready()
    polling.stop()
    with socket.create_connection(door.getsockname()) as knocking:
        knocking.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        polling.start()
        knocking.settimeout(30)
        assert knocking.recv(100).startswith(b"HTTP/1.1 200 ")
