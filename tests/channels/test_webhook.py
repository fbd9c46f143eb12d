"""The webhook: what is confirmed when, who gets in, and what Telegram is told."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.channels.telegram import patience, web_app, webhook
from bot.channels.telegram.hardened_bot import MESSAGE_KINDS
from bot.channels.telegram.http_server import listen
from bot.channels.telegram.serve import Ending
from tests.channels.conftest import SECRET, EchoAssistant, RunningBot
from tests.telegram_server import TelegramServer
from tests.telegram_server.pushing import SECRET_HEADER

WORD = "zanaria"


class SlowAssistant(EchoAssistant):
    """Takes its time over every answer, so that updates are in hand."""

    seconds = 0.2

    def reply_to(self, question: Any) -> Any:
        time.sleep(self.seconds)
        return super().reply_to(question)


@pytest.fixture
def client(webhook_bot: RunningBot) -> Iterator[httpx.Client]:
    """Somebody who knows the secret."""
    webhook_bot.waits_until_ready()
    with httpx.Client(base_url=webhook_bot.address, headers={SECRET_HEADER: SECRET}) as client:
        yield client


def message(number: int, text: str = WORD, chat: int = 7) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": WORD}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 0,
            "chat": {"id": chat, "type": "private"},
            "from": person,
            "text": text,
        },
    }


def test_a_conversation(server: TelegramServer, webhook_bot: RunningBot) -> None:
    ana = server.person(7, language_code="es")
    ana.writes("hola")
    assert "hola" in ana.answer().text
    ana.presses("sources")
    assert "sources" in ana.answer().text
    server.waits_until(lambda: server.waiting == 0)
    assert not server.called("getUpdates")


def test_telegram_is_told_what_it_has_to_know(
    server: TelegramServer, webhook_bot: RunningBot
) -> None:
    webhook_bot.waits_until_ready()
    world = server.world
    assert (world.webhook, world.webhook_secret) == (webhook_bot.webhook_url, SECRET)
    assert world.webhook_connections == webhook.MOST_CONNECTIONS
    assert world.allowed == list(MESSAGE_KINDS)
    assert not any("drop_pending_updates" in call.params for call in server.calls)


def test_telegram_is_not_told_what_it_knows(
    server: TelegramServer, webhook_bot: RunningBot
) -> None:
    webhook_bot.waits_until_ready()
    webhook_bot.stop()
    webhook_bot.start()
    webhook_bot.waits_until_ready()
    assert len(server.called("setWebhook")) == 1
    assert not server.called("deleteWebhook")


def test_a_refused_address_is_said_and_tried_again(
    server: TelegramServer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.01)
    server.fails_next(3, method="setWebhook", status=400)
    with listen("127.0.0.1", 0) as door:
        bot = RunningBot(server, door=door)
        bot.start()
        bot.waits_until_ready()
        bot.stop()
    assert capfd.readouterr().err.count("could not be told") == 1


def test_a_new_secret_reaches_telegram(
    server: TelegramServer, webhook_bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "DOUBT_SECONDS", 0.01)
    webhook_bot.waits_until_ready()
    with server.world.changed:
        server.world.webhook_secret = "the-secret-of-before"
    ana = server.person(7)
    ana.writes("hola")
    assert "hola" in ana.answer(seconds=20).text
    assert server.world.webhook_secret == SECRET


@pytest.mark.parametrize("given", ["", SECRET[:-1], SECRET + "x", "é" * 20])
def test_nobody_gets_in_without_the_secret(
    server: TelegramServer, client: httpx.Client, capfd: pytest.CaptureFixture[str], given: str
) -> None:
    server.person(7)
    headers = {SECRET_HEADER: given.encode()} if given else {}
    del client.headers[SECRET_HEADER]
    answer = client.post("/telegram", json=message(1), headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert not server.called("sendMessage")
    assert WORD not in capfd.readouterr().err


def test_what_cannot_be_read_is_confirmed(
    server: TelegramServer, client: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    bodies = (
        b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"message": {}}',
        b'{"update_id": "1"}', b'{"update_id": 5, "message": {"text": "zanaria"}}',
        b'{"update_id": 6, "message": 7}', b'{"update_id": 1e999}', b'{"update_id": -1}',
    )  # fmt: skip
    for body in bodies:
        assert client.post("/telegram", content=body).status_code == 200
    ana = server.person(7)
    ana.writes("hola")
    assert "hola" in ana.answer().text
    assert WORD not in capfd.readouterr().err


def test_a_large_body_is_refused_by_its_length(client: httpx.Client) -> None:
    assert client.post("/telegram", content=b" " * (web_app.MOST_BODY_BYTES + 1)).status_code == 413
    exactly = json.dumps({"pad": ""}).encode().ljust(web_app.MOST_BODY_BYTES)
    assert client.post("/telegram", content=exactly).status_code == 200


def test_a_large_body_is_refused_while_it_still_comes(
    webhook_bot: RunningBot, client: httpx.Client
) -> None:
    host, port = webhook_bot.door.getsockname() if webhook_bot.door else ("", 0)
    head = (
        f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    ).encode()
    with socket.create_connection((host, port)) as line:
        line.sendall(head)
        half = web_app.MOST_BODY_BYTES // 2 + 1
        for _ in range(2):
            line.sendall(f"{half:x}\r\n".encode() + b" " * half + b"\r\n")
        # More would follow; the answer does not wait for it.
        line.settimeout(10)
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_somebody_who_hangs_up_costs_nothing(
    server: TelegramServer, webhook_bot: RunningBot, client: httpx.Client
) -> None:
    host, port = webhook_bot.door.getsockname() if webhook_bot.door else ("", 0)
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\n"
    for _ in range(5):
        with socket.create_connection((host, port)) as line:
            line.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    ana = server.person(7)
    ana.writes("hola")
    assert "hola" in ana.answer().text


def test_nothing_is_confirmed_before_it_is_handled(
    server: TelegramServer, webhook_bot: RunningBot
) -> None:
    ana = server.person(7)
    ana.must_wait(1)
    ana.writes("hola")
    time.sleep(0.3)
    assert server.waiting == 1
    assert "hola" in ana.answer().text
    server.waits_until(lambda: server.waiting == 0)
    assert [each.status for each in server.deliveries] == [200]


def test_a_chat_that_waits_long_is_let_come_again_and_answered_once(
    server: TelegramServer, webhook_bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "ANSWER_SECONDS", 0.2)
    ana, ben = server.person(7), server.person(8)
    ana.must_wait(2)
    ana.writes("hola")
    ben.writes("hello")
    assert "hello" in ben.answer().text
    assert "hola" in ana.answer().text
    server.waits_until(lambda: server.waiting == 0)
    assert [each.status for each in server.deliveries].count(503) > 0
    assert len([each for each in ana.chat() if each.from_bot]) == 1


def test_what_is_repeated_is_answered_once(server: TelegramServer, client: httpx.Client) -> None:
    ana = server.person(7)
    for _ in range(3):
        assert client.post("/telegram", json=message(1)).status_code == 200
    assert len([each for each in ana.chat() if each.from_bot]) == 1


def test_beyond_a_crowd_telegram_is_to_come_again(
    server: TelegramServer, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "MOST_AT_ONCE", 0)
    server.person(7)
    answer = client.post("/telegram", json=message(1))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    monkeypatch.setattr(web_app, "MOST_AT_ONCE", 1)
    assert client.post("/telegram", json=message(1)).status_code == 200


def test_it_is_not_ready_before_telegram_is_reached(server: TelegramServer) -> None:
    server.fails_next(1_000, kind="drop")
    with listen("127.0.0.1", 0) as door:
        bot = RunningBot(server, door=door)
        bot.start()
        until = time.monotonic() + 10
        while bot.status("/healthz") != 200:
            assert time.monotonic() < until
        assert bot.status("/readyz") == 503
        bot.stop()
        assert bot.result is Ending.TOLD


async def test_stopping_finishes_what_is_in_hand_and_takes_nothing_new(
    server: TelegramServer, webhook_bot: RunningBot
) -> None:
    webhook_bot.waits_until_ready()
    ana, ben = server.person(7), server.person(8)
    ana.must_wait(2)
    async with httpx.AsyncClient(
        base_url=webhook_bot.address, headers={SECRET_HEADER: SECRET}
    ) as client:
        held = asyncio.ensure_future(client.post("/telegram", json=message(1)))
        await asyncio.sleep(0.3)
        webhook_bot._loop.call_soon_threadsafe(webhook_bot._stop.set)
        await asyncio.sleep(0.1)
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.post("/telegram", json=message(2, chat=8))).status_code == 503
        assert (await held).status_code == 200
    webhook_bot.ends()
    assert WORD in ana.answer().text
    assert ben.hears_nothing()


async def test_what_cannot_be_finished_in_time_has_to_come_again(
    server: TelegramServer, webhook_bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "DRAIN_SECONDS", 0.1)
    webhook_bot.waits_until_ready()
    ana = server.person(7)
    ana.must_wait(60)
    async with httpx.AsyncClient(
        base_url=webhook_bot.address, headers={SECRET_HEADER: SECRET}
    ) as client:
        held = asyncio.ensure_future(client.post("/telegram", json=message(1)))
        await asyncio.sleep(0.3)
        webhook_bot._loop.call_soon_threadsafe(webhook_bot._stop.set)
        assert (await held).status_code == 503
    webhook_bot.ends()


def test_the_door_outlives_the_server_and_keeps_who_knocks(
    server: TelegramServer, webhook_bot: RunningBot
) -> None:
    webhook_bot.waits_until_ready()
    webhook_bot.stop()
    ana = server.person(7)
    ana.writes("hola")  # knocks while nobody is there
    time.sleep(0.3)
    assert server.waiting == 1
    webhook_bot.start()
    assert "hola" in ana.answer().text
    server.waits_until(lambda: server.waiting == 0)
    assert [each.status for each in server.deliveries] == [200]


def test_pages_say_nothing_of_the_server(client: httpx.Client) -> None:
    for page, status in (("/healthz", 200), ("/telegram", 405), ("/x", 404), ("/telegram/", 404)):
        answer = client.get(page)
        assert answer.status_code == status
        assert {"server", "date"}.isdisjoint(answer.headers)


def test_replicas_that_start_together_are_both_told_of_once(
    server: TelegramServer, webhook_bot: RunningBot, capfd: pytest.CaptureFixture[str]
) -> None:
    with listen("127.0.0.1", 0) as door:
        with server.world.changed:
            server.world.webhook = ""  # as the second one saw it, just before the first was done
            server.world.webhook_set_at = time.monotonic()
        second = RunningBot(server, door=door)
        second.start()
        second.waits_until_ready()
        second.stop()
    assert [each.status for each in server.called("setWebhook")] == [200, 429, 200]
    assert "cannot reach" not in capfd.readouterr().err


def test_an_album_is_answered_once_and_holds_nothing_up(
    server: TelegramServer, webhook_bot: RunningBot
) -> None:
    webhook_bot.waits_until_ready()
    ana = server.person(7)
    photo = [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]
    for _ in range(10):
        ana.sends(photo=photo, media_group_id="zanaria")
    ana.writes("hola")
    server.waits_until(lambda: server.waiting == 0)
    said = [each.text for each in ana.chat() if each.from_bot]
    assert [text.split(" [")[0] for text in said] == ["refused album", "question"]
    # Each part was confirmed by itself, and only then the next one came.
    assert [each.status for each in server.deliveries] == [200] * 11
