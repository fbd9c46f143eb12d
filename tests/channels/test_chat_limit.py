"""The limit per chat: who meets it, what a flood costs the others, and that danger gets through."""

from __future__ import annotations

import random

import pytest

from bot.channels.telegram import chat_limit
from bot.channels.telegram.chat_limit import ChatLimit, Due
from bot.conversation import wording
from bot.conversation.assistant import Assistant
from bot.domain import Context
from bot.knowledge.store import Store
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> ChatLimit:
    return ChatLimit(clock)


def flood(limit: ChatLimit, chat: int, times: int, *, in_words: bool = False) -> list[Due]:
    return [limit.due(chat, in_words=in_words) for _ in range(times)]


def test_quick_typing_and_tapping_never_meet_it(limit: ChatLimit, clock: Clock) -> None:
    chance = random.Random(1)
    for _ in range(5_000):
        assert limit.due(7, in_words=False) is Due.ANSWER
        clock.now += chance.uniform(0.3, 0.8)


def test_an_album_and_a_row_of_forwarded_messages_are_answered(limit: ChatLimit) -> None:
    assert set(flood(limit, 7, 20)) == {Due.ANSWER}


def test_a_flood_hears_it_once_and_then_nothing(limit: ChatLimit) -> None:
    dues = flood(limit, 7, 10_000)
    assert dues[20] is Due.SLOW_DOWN
    assert set(dues[21:]) == {Due.NOTHING}


def test_after_the_minute_it_is_answered_again(limit: ChatLimit, clock: Clock) -> None:
    flood(limit, 7, 30)
    clock.now += chat_limit.QUIET_SECONDS - 0.1
    assert limit.due(7, in_words=False) is Due.NOTHING
    clock.now += 0.2
    assert set(flood(limit, 7, 20)) == {Due.ANSWER}
    assert limit.due(7, in_words=False) is Due.SLOW_DOWN


def test_a_flood_costs_another_chat_nothing(limit: ChatLimit) -> None:
    flood(limit, 7, 1_000)
    assert limit.due(8, in_words=True) is Due.ANSWER


def test_words_are_looked_at_now_and_then_in_the_quiet_minute(
    limit: ChatLimit, clock: Clock
) -> None:
    flood(limit, 7, 21)
    looked_at = flood(limit, 7, 1_000, in_words=True).count(Due.ONLY_DANGER)
    assert looked_at == chat_limit.LOOKS_AT_ONCE
    clock.now += 1 / chat_limit.LOOKS_PER_SECOND + 0.1
    assert flood(limit, 7, 3, in_words=True) == [Due.ONLY_DANGER, Due.NOTHING, Due.NOTHING]


def test_it_forgets_by_itself(limit: ChatLimit, clock: Clock) -> None:
    flood(limit, 7, 30)
    clock.now += chat_limit.FORGET_SECONDS + 1
    limit.due(8, in_words=False)
    assert len(limit) == 1


def test_a_hundred_thousand_chats_do_not_fill_the_memory(limit: ChatLimit) -> None:
    for chat in range(100_000):
        limit.due(chat, in_words=False)
    assert len(limit) == chat_limit.MOST_CHATS


def test_no_chat_stands_in_it_by_its_id(limit: ChatLimit) -> None:
    limit.due(987654321012, in_words=True)
    shown = repr(list(limit._states.items())) + repr(limit)
    assert "987654321012" not in shown
    assert (987654321012).to_bytes(8, "little") not in b"".join(limit._states)


def test_the_words_carry_the_number_in_every_language(store: Store) -> None:
    assistant = Assistant(store)
    for language in store.languages:
        reply = assistant.slow_down(Context(language=language))
        assert reply.language == language
        slow, danger = (line.text for line in reply.lines)
        assert "911" in danger
        assert language == "en" or slow != wording.SLOW_DOWN


def test_a_flood_in_the_chat(
    server: TelegramServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_limit, "PER_SECOND", 0.0)
    ana, ben = server.person(7), server.person(8)
    for _ in range(200):
        ana.writes("a")
    ben.writes("b")
    assert ben.answer().text.endswith("b")
    server.waits_until(lambda: server.waiting == 0)
    said = [each.text for each in ana.chat() if each.from_bot]
    assert len(said) == 21
    assert said[-1] == "slow down"


def test_danger_gets_through_in_the_quiet_minute(
    server: TelegramServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_limit, "PER_SECOND", 0.0)
    bot = RunningBot(server, assistant=Assistant(store))
    bot.start()
    ana = server.person(7, language_code="en")
    for _ in range(25):
        ana.presses_data("languages:::")
    server.waits_until(lambda: server.waiting == 0, seconds=30)
    ana.writes("what does a swim cost in Toronto")
    server.waits_until(lambda: server.waiting == 0)
    said = ana.chat()
    assert [("911" in each.text) for each in said if each.from_bot] == [False, True]
    assert said[-1].text == "what does a swim cost in Toronto"
    ana.writes("help my husband is beating me right now")
    assert "911" in ana.answer().text.splitlines()[0]
    bot.stop()


def test_a_flood_in_a_group_is_let_go_in_silence(
    server: TelegramServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_limit, "PER_SECOND", 0.0)
    group, ana, ben = server.group(-1001234567890), server.person(7), server.person(8)
    for _ in range(200):
        group.hears(ana, "/ask library toronto")
    server.waits_until(lambda: server.waiting == 0, seconds=30)
    said = [each.text for each in group.chat() if each.from_bot]
    assert said == ["group: library toronto"] * chat_limit.AT_ONCE
    # Whoever wrote there is not slowed down in the private chat.
    for person in (ana, ben):
        person.writes("b")
        assert person.answer().text.endswith("b")


def test_danger_gets_through_a_flood_in_a_group_and_in_a_caption(
    server: TelegramServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_limit, "PER_SECOND", 0.0)
    bot = RunningBot(server, assistant=Assistant(store))
    bot.start()
    group, ana = server.group(-1001234567890), server.person(7, language_code="en")
    for _ in range(25):
        group.hears(ana, "/help")
        ana.presses_data("languages:::")
    server.waits_until(lambda: server.waiting == 0, seconds=30)
    ana.sends_photo("our holiday in Toronto")
    server.waits_until(lambda: server.waiting == 0)
    assert ana.hears_nothing()
    ana.sends_photo("help my husband is beating me right now")
    assert "911" in ana.answer().text.splitlines()[0]
    group.hears(ana, "/ask help my husband is beating me right now")
    assert "911" in group.answer().text.splitlines()[0]
    bot.stop()


def test_somebody_who_types_never_meets_the_limit_of_inline_queries(
    limit: ChatLimit, clock: Clock
) -> None:
    for _ in range(5_000):
        assert limit.offers_to(7)
        clock.now += 0.3


def test_beyond_what_anybody_types_inline_queries_are_let_go(
    limit: ChatLimit, clock: Clock
) -> None:
    offered = sum(limit.offers_to(7) for _ in range(10_000))
    assert offered == chat_limit.INLINE_AT_ONCE
    # Neither others nor the person's own chat pay for it, and there is no minute to wait out.
    assert limit.offers_to(8)
    assert limit.due(7, in_words=True) is Due.ANSWER
    clock.now += 1.0
    offered = sum(limit.offers_to(7) for _ in range(100))
    assert offered == chat_limit.INLINE_PER_SECOND


def test_a_flood_of_inline_queries_is_answered_in_part(
    server: TelegramServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_limit, "INLINE_PER_SECOND", 0.0)
    ana, ben = server.person(7), server.person(8)
    for _ in range(200):
        ana.types("toronto")
    ben.writes("b")
    assert ben.answer().text.endswith("b")
    assert ben.types_inline("toronto")["results"]
    server.waits_until(lambda: server.waiting == 0)
    assert len(server.called("answerInlineQuery")) == chat_limit.INLINE_AT_ONCE + 1
