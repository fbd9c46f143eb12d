"""Erasing a chat by walking ids down: whose messages go, how far it comes, what it costs."""

import pytest

from bot.channels.telegram import chat_limit
from bot.channels.telegram import erase as erasing
from bot.domain import Context
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer

pytestmark = pytest.mark.usefixtures("unlimited", "bot")


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person may write as much here as everybody does in two days."""
    monkeypatch.setattr(chat_limit, "AT_ONCE", 1_000)


def test_both_sides_go_and_other_chats_stay(server: TelegramServer) -> None:
    ana, ben = server.person(7), server.person(8)
    for text in ("a", "b", "c"):
        ana.writes(text)
        ana.answer()
        ben.writes(text)
        ben.answer()
    ana.writes("/erase")
    server.waits_until(lambda: server.waiting == 0)
    assert [each.text for each in ana.chat()] == ["erased all"]
    assert len(ben.chat()) == 6


def test_a_button_erases_what_came_after_it_too(server: TelegramServer) -> None:
    ana = server.person(7)
    ana.writes("a")
    first = ana.answer()
    ana.writes("b")
    ana.answer()
    ana.presses("erase", first.id)
    server.waits_until(lambda: server.waiting == 0)
    assert [each.text for each in ana.chat()] == ["erased all"]


def test_what_is_older_than_48_hours_stays_and_all_newer_goes(server: TelegramServer) -> None:
    ana, ben = server.person(7), server.person(8)
    for _ in range(20):
        ana.writes("old")
        ana.answer()
    server.passes(hours=49)
    for number in range(150):
        (ana if number % 10 == 0 else ben).writes("new")
    server.waits_until(lambda: server.waiting == 0, seconds=30)
    ana.writes("/erase")
    server.waits_until(lambda: server.waiting == 0)
    assert len(ana.chat()) == 41
    assert ana.chat()[-1].text == "erased all"
    assert len(ben.chat()) == 270
    assert len(server.called("deleteMessages")) < 30


def test_one_message_that_cannot_go_does_not_keep_the_older_ones(server: TelegramServer) -> None:
    ana = server.person(7)
    ana.writes("a")
    ana.answer()
    ana.sends(dice={"emoji": "🎲", "value": 3}, undeletable=True)
    ana.answer()
    ana.writes("/erase")
    server.waits_until(lambda: server.waiting == 0)
    assert [each.text for each in ana.chat()] == ["", "erased all"]


def test_a_walk_that_is_too_long_says_so(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "MOST_CALLS", 2)
    ana, ben = server.person(7), server.person(8)
    ana.writes("far away")
    ana.answer()
    ben.blocks()
    for _ in range(250):
        ben.writes("x")
    server.waits_until(lambda: server.waiting == 0, seconds=30)
    ana.writes("/erase")
    server.waits_until(lambda: server.waiting == 0)
    assert [each.text for each in ana.chat() if each.from_bot][-1] == "erased a part"
    assert ana.chat()[0].text == "far away"
    assert len(server.called("deleteMessages")) == 2


def test_a_walk_waits_when_told_to(server: TelegramServer) -> None:
    ana = server.person(7)
    ana.writes("a")
    ana.answer()
    server.fails_next(1, method="deleteMessages", kind="drop")
    ana.writes("/erase")
    server.waits_until(lambda: server.waiting == 0)
    assert [each.text for each in ana.chat()] == ["erased all"]


def test_the_memory_goes_too(server: TelegramServer, bot: RunningBot) -> None:
    ana = server.person(7)
    ana.writes("a")
    ana.answer()
    ana.presses("sources")
    assert ana.answer().text == f"sources {_shown(Context(None, 'toronto', 'library'))}"
    ana.writes("/erase")
    server.waits_until(lambda: server.waiting == 0)
    ana.writes("b")
    assert ana.answer().text == f"question {_shown(Context())}\nb"


def _shown(context: Context) -> str:
    return f"[{context.language} {context.place} {context.topic}]"
