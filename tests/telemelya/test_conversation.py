"""The real program beside telemelya, a Bot API that is not of our making.

telemelya brings updates by webhook only and knows no secret; a proxy between them adds it, as ours
refuses updates without. It knows texts, commands, taps and inline queries, in private chats alone
(photos, too, with a store for them that is not here): edited messages, groups, albums, members and
every other kind of update are tried against our own server only. It numbers updates by the clock,
so that two of one moment are one to a bot that knows what it has handled; each waits for its turn.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from telemelya.client import TelegramTestClient

from tests.balancer import Balancer
from tests.program import ROOT, Program, free_port
from tests.telegram_server.pushing import SECRET_HEADER

TOKEN = "123456789:zanaria-telemelya-0000000000000000"
SECRET = "zanaria_zanaria-zanaria"
KEY = "zanaria"
CHAT = 987654321012
START_SECONDS = 60.0


@pytest.fixture(scope="module")
def telemelya() -> Iterator[str]:
    """Where telemelya runs."""
    port = free_port()
    environ = {**os.environ, "MOCK_SERVER_PORT": str(port), "AUTH_KEYS": KEY}
    peer = subprocess.Popen(
        [sys.executable, "-m", "tests.telemelya.peer"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        waits_for(f"{url}/", 200)
        yield url
    finally:
        peer.kill()
        peer.wait()


@pytest.fixture(scope="module")
def program(
    telemelya: str, store_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The bot, served by telemelya."""
    data = tmp_path_factory.mktemp("data")
    (data / store_path.name).symlink_to(store_path)
    address = f"127.0.0.1:{free_port()}"
    with Balancer(f"http://{address}", adds={SECRET_HEADER: SECRET}) as proxy:
        program = Program(
            data,
            BOT_TOKEN=TOKEN,
            BOT_API_URL=telemelya,
            BOT_WEBHOOK_URL=f"{proxy.url}/telegram",
            BOT_WEBHOOK_SECRET=SECRET,
            BOT_LISTEN=address,
        )
        try:
            waits_for(f"http://{address}/readyz", 200)
            yield
        finally:
            status, said = program.stop()
    assert status == 0
    for secret in (TOKEN, SECRET, str(CHAT), "TestUser", "Traceback"):
        assert secret not in said


@pytest.fixture
def client(telemelya: str, program: None) -> Iterator[TelegramTestClient]:
    """Somebody who writes to the bot; a session, and so a person, of each test's own."""
    with TelegramTestClient(telemelya, KEY, TOKEN) as client:
        yield client


def waits_for(url: str, status: int) -> None:
    """Until a page answers so."""
    until = time.monotonic() + START_SECONDS
    with httpx.Client() as asking:
        while time.monotonic() < until:
            try:
                if asking.get(url).status_code == status:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise TimeoutError(url)


def said(client: TelegramTestClient, method: str = "sendMessage") -> dict[str, Any]:
    """The newest call of this method that the bot made; updates are answered once handled."""
    return [each for each in client.get_responses() if each["method"] == method][-1]


def buttons(response: dict[str, Any]) -> dict[str, str]:
    """What its buttons say, and what they do."""
    markup = response["reply_markup"]
    markup = json.loads(markup) if isinstance(markup, str) else markup
    return {
        button["text"]: button.get("callback_data", "")
        for row in markup["inline_keyboard"]
        for button in row
    }


def presses(client: TelegramTestClient, response: dict[str, Any], label: str) -> dict[str, Any]:
    """Press a button of a message; the message as it is then."""
    client.send_callback_query(CHAT, buttons(response)[label], response["message_id"])
    assert said(client, "answerCallbackQuery")
    return said(client, "editMessageText")


def test_language_city_question_answer_and_its_sources(client: TelegramTestClient) -> None:
    client.send_command(CHAT, "/start")
    greeting = said(client)
    cities = presses(client, greeting, "Español")
    assert cities["message_id"] == greeting["message_id"]
    presses(client, cities, "Toronto")
    client.send_message(CHAT, "¿me van a pedir papeles en la biblioteca?")
    answer = said(client)
    assert "Toronto" in answer["text"]
    assert "biblioteca" in answer["text"].lower()
    sources = next(data for data in buttons(answer).values() if data.startswith("sources:"))
    client.send_callback_query(CHAT, sources, answer["message_id"])
    shown = said(client, "editMessageText")
    assert shown["message_id"] == answer["message_id"]
    assert "https://" in shown["text"]


def test_danger_comes_first(client: TelegramTestClient) -> None:
    client.send_message(CHAT + 1, "agents are knocking at my door right now in Chicago")
    first = said(client)["text"].split("\n")[0]
    assert re.search(r"\d{3}", first), first


def test_commands_and_what_is_none(client: TelegramTestClient) -> None:
    for command in ("/help", "/privacy", "/topics", "/police"):
        before = len(client.get_responses())
        client.send_command(CHAT + 2, command)
        assert len(client.get_responses()) > before
        assert said(client)["text"]


def test_every_answer_is_there_when_its_update_is_confirmed(client: TelegramTestClient) -> None:
    for number in range(10):
        sent = client.send_message(CHAT + 10 + number, "is toronto really a sanctuary city")
        assert sent["delivery"]["status_code"] == 200
        assert said(client)["chat_id"] == CHAT + 10 + number


@pytest.mark.parametrize(("payload", "place", "language"), [
    ("toronto-library", "Toronto", "en"),
    ("nyc-ht-hospital", "Nouyòk", "ht"),
])  # fmt: skip
def test_a_deep_link_opens_its_answer(
    client: TelegramTestClient, payload: str, place: str, language: str
) -> None:
    client.send_command(CHAT + 30, f"/start {payload}")
    answer = said(client)
    assert place in answer["text"]
    assert any(data.endswith(f":{language}") for data in buttons(answer).values())


def test_a_wrong_deep_link_greets(client: TelegramTestClient) -> None:
    client.send_command(CHAT + 31, "/start worker-4711")
    linked = said(client)
    client.send_command(CHAT + 32, "/start")
    assert linked["text"] == said(client)["text"]


def test_inline_cards_are_offered_and_posted(client: TelegramTestClient) -> None:
    client.send_inline_query("toronto library", chat_id=CHAT + 33)
    offered = said(client, "answerInlineQuery")
    assert str(offered["raw"]["cache_time"]) == "0"
    assert str(offered["raw"]["is_personal"]).lower() == "true"
    card = offered["results"][0]
    assert "Toronto" in card["title"]
    posted = client.choose_inline_result(CHAT + 33, result_id=card["id"])
    assert "Toronto" in json.dumps(posted)
    assert str(CHAT) not in json.dumps(offered["results"])
