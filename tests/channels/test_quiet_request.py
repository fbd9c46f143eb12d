"""Requests to the Bot API: what they do when the other side does not do its part."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import AsyncIterator

import pytest
from telegram.error import NetworkError, TimedOut

from bot.channels.telegram import quiet_request
from bot.channels.telegram.hardened_bot import HardenedBot
from bot.channels.telegram.quiet_request import GarbledAnswerError, QuietRequest
from tests.telegram_server import TOKEN, TelegramServer


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[HardenedBot]:
    bot = HardenedBot(TOKEN, server.url)
    await bot.initialize()
    yield bot
    await bot.shutdown()


async def test_a_message_arrives_with_its_signs(server: TelegramServer, bot: HardenedBot) -> None:
    ana = server.person(7)
    said = "a & b = c+d % é ш 字 🏳️‍🌈\nline"
    message_id = await bot.say("sendMessage", {"chat_id": 7, "text": said})
    assert [each.text for each in ana.chat()] == [said]
    assert message_id == ana.chat()[0].id


async def test_half_a_sign_is_sent_as_a_question_mark(
    server: TelegramServer, bot: HardenedBot
) -> None:
    ana = server.person(7)
    await bot.say("sendMessage", {"chat_id": 7, "text": "a\ud83c b"})
    assert [each.text for each in ana.chat()] == ["a? b"]


@pytest.mark.parametrize("told", [True, [], {}, {"message_id": "5"}, {"message_id": None}])
async def test_an_answer_without_the_message_is_garbled(
    bot: HardenedBot, monkeypatch: pytest.MonkeyPatch, told: object
) -> None:
    body = json.dumps({"ok": True, "result": told}).encode()

    async def answered(*_: object, **__: object) -> tuple[int, bytes]:
        return 200, body

    monkeypatch.setattr(QuietRequest, "do_request", answered)
    with pytest.raises(GarbledAnswerError):
        await bot.say("sendMessage", {"chat_id": 7, "text": "hello"})


async def test_a_request_that_is_never_answered_ends(
    server: TelegramServer, bot: HardenedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_request, "ANSWER_SECONDS", 0.1)
    server.person(7)
    server.fails_next(1, method="sendMessage", kind="hang")
    with pytest.raises(TimedOut):
        await bot.send_message(7, "hello")


@pytest.mark.parametrize(("kind", "fault"), [
    ("drop", NetworkError), ("garbage", GarbledAnswerError), ("lost", NetworkError),
])  # fmt: skip
async def test_faults_show_neither_token_nor_body(
    server: TelegramServer, bot: HardenedBot, kind: str, fault: type[Exception]
) -> None:
    server.person(7)
    server.fails_next(1, method="sendMessage", kind=kind)
    with pytest.raises(fault) as raised:
        await bot.send_message(7, "hello")
    shown = "".join(traceback.format_exception(raised.value, chain=False)[-1:])
    assert TOKEN not in shown
    assert "It works" not in shown


async def test_where_nobody_listens(capfd: pytest.CaptureFixture[str]) -> None:
    request = QuietRequest("http://127.0.0.1:9")
    await request.initialize()
    with pytest.raises(NetworkError, match="no answer"):
        await request.post(f"http://127.0.0.1:9/bot{TOKEN}/getMe")
    await request.shutdown()
    assert TOKEN not in capfd.readouterr().err


async def test_before_and_after_it_is_no_fault_of_the_program() -> None:
    request = QuietRequest("http://127.0.0.1:9")
    with pytest.raises(NetworkError, match="not connected"):
        await request.post("http://127.0.0.1:9/a")
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()


@pytest.mark.parametrize(("url", "environ", "proxy"), [
    ("https://api.telegram.org", {"https_proxy": "http://127.0.0.1:3128"},
     "http://127.0.0.1:3128"),
    ("https://api.telegram.org", {"all_proxy": "http://127.0.0.1:3129"}, "http://127.0.0.1:3129"),
    ("https://api.telegram.org", {"http_proxy": "http://127.0.0.1:3128"}, None),
    ("http://127.0.0.1:8081", {"http_proxy": "http://127.0.0.1:3128", "no_proxy": "127.0.0.1"},
     None),
    ("https://api.telegram.org", {}, None),
])  # fmt: skip
def test_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, url: str, environ: dict[str, str], proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert QuietRequest(url)._proxy == proxy


async def test_connections_are_kept(server: TelegramServer, bot: HardenedBot) -> None:
    server.person(7)
    await asyncio.gather(*(bot.send_message(7, str(number)) for number in range(40)))
    assert server.most_open <= quiet_request.CONNECTIONS


@pytest.mark.parametrize("broken", [
    {"photo": 7}, {"from": "x"}, {"date": "yesterday"}, {"entities": [{"type": "bold"}]},
    {"poll": {"id": "1"}}, {"from": {"id": 7, "language_code": 5}},
])  # fmt: skip
async def test_words_are_read_where_the_rest_cannot_be(
    server: TelegramServer, bot: HardenedBot, broken: dict[str, object]
) -> None:
    server.injects({"message": {"message_id": 5, "date": 1, "text": "hello",
                                "chat": {"id": 7, "type": "private"}, **broken}})  # fmt: skip
    (update,) = await bot.fetch(0, seconds=0)
    assert update.message
    assert update.message.text == "hello"


@pytest.mark.parametrize("name", ["forward_origin", "via_bot", "sender_chat"])
async def test_words_of_others_are_not_taken_for_theirs(
    server: TelegramServer, bot: HardenedBot, name: str
) -> None:
    server.injects({"message": {"message_id": 5, "date": 1, "text": "hello", name: 5,
                                "chat": {"id": 7, "type": "private"}}})  # fmt: skip
    (update,) = await bot.fetch(0, seconds=0)
    assert update.message is None
