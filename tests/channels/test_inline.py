"""Inline mode: the cards that somebody is offered while they type in another chat."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.channels.telegram.markup import pages
from bot.conversation import wording as w
from bot.conversation.assistant import Assistant
from bot.conversation.cards import HELP, offered
from bot.conversation.links import Payloads
from bot.conversation.memory import ShortMemory
from bot.conversation.voice import Voice
from bot.domain import Card, Context, Match, Outcome, Question
from bot.knowledge.store import Store
from bot.privacy.counts import Counts
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer
from tests.telegram_server.entities import parse_html, units

ADDRESS = "https://t.me/without_fear_loopback_bot"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store, today=lambda: TODAY)


def text_of(card: Card) -> str:
    return "\n".join(f"{line.strong} {line.text}".strip() for line in card.reply.lines)


def cards(assistant: Assistant, text: str, language: str | None = "en") -> tuple[Card, ...]:
    return assistant.offered(Question(text, Context(language)), ADDRESS).cards


def test_an_answer_is_a_whole_message(assistant: Assistant) -> None:
    [card] = cards(assistant, "do i need papers for a library card in toronto")
    assert card.payload == "toronto-library-en"
    assert card.title == "Toronto · Library"
    assert card.about == "Can I use it without status? Yes."
    said = text_of(card)
    link = f"{w.SHARED_LINK} {ADDRESS}?start=toronto-library-en"
    for part in ("Papers:", "They write down:", "If they say no:", "Last checked: ", link):
        assert part in said
    assert card.reply.buttons == ()
    assert card.reply.context == Context()
    assert card.reply.tally is None


def test_nothing_of_what_was_typed_is_in_a_card(assistant: Assistant) -> None:
    typed = "zanaria asks: do i need papers for a library card in toronto, call +1 416 555 0199"
    offer = assistant.offered(Question(typed, Context("en")), ADDRESS)
    said = " ".join(f"{each.title} {each.about} {text_of(each)}" for each in offer.cards)
    assert "library" in said.lower()
    assert "zanaria" not in said
    assert "0199" not in said


def test_several_topics_are_several_cards_and_two_cities_two(assistant: Assistant) -> None:
    found = cards(assistant, "chicago police or hospital")
    assert 1 < len(found) <= 5
    assert all("Chicago" in card.title for card in found)
    found = cards(assistant, "library montreal or toronto")
    assert {card.payload for card in found} == {"toronto-library-en", "montreal-library-en"}


@pytest.mark.parametrize("text", ["", "   ", "library", "hello", "qwxz brmpf", "+1 416 555 0199"])
def test_without_a_question_and_a_city_the_card_says_how(assistant: Assistant, text: str) -> None:
    offer = assistant.offered(Question(text, Context("es")), ADDRESS)
    [card] = offer.cards
    assert card.payload == HELP
    assert "@without_fear_loopback_bot Toronto Biblioteca" in card.about
    assert offer.private == "Preguntar en privado"


def test_the_private_chat_opens_with_what_is_known(assistant: Assistant, store: Store) -> None:
    for text, payload in (("", "en"), ("library", "library-en"),
                          ("library toronto", "toronto-library-en")):  # fmt: skip
        offer = assistant.offered(Question(text, Context("en")), ADDRESS)
        assert offer.payload == payload
        assert Payloads(store).read(payload)


def test_the_language_is_the_texts_then_the_apps(assistant: Assistant) -> None:
    text = "me piden papeles en la biblioteca de toronto"
    assert cards(assistant, text, "ru")[0].reply.language == "es"
    assert cards(assistant, "toronto library", "ru")[0].reply.language == "ru"
    assert cards(assistant, "toronto shelter", None)[0].reply.language == "en"


def test_danger_comes_first_with_the_number_on_the_first_line(assistant: Assistant) -> None:
    for text in ("agents are knocking at my door right now",
                 "agents are knocking at my door right now in toronto"):  # fmt: skip
        [card] = cards(assistant, text)
        first = card.reply.lines[0]
        assert any(sign.isdigit() for sign in first.strong + first.text)
        assert any(sign.isdigit() for sign in card.about)
        assert card.title.endswith("Immigration agents, raids, arrest")


def match(place: str = "toronto", topic: str = "library", **more: Any) -> Match:
    return Match(Outcome.ANSWER, topic, place, "en", (topic,), **more)


def test_answers_that_may_not_be_shown_are_not_offered(store: Store) -> None:
    late = Voice(store, "en", date(2099, 1, 1))
    [card] = offered(late, match(), ADDRESS).cards
    assert card.payload == HELP
    answer = store.answers["toronto", "library"]
    taken = answer.facts.model_copy(update={"withdrawn": "closed"})
    changed = {**store.answers, ("toronto", "library"): replace(answer, facts=taken)}
    voice = Voice(replace(store, answers=changed), "en", TODAY)
    [card] = offered(voice, match(), ADDRESS).cards
    assert card.payload == HELP


def test_a_city_that_is_not_covered_is_named_so(store: Store) -> None:
    found = match("ontario", "hospital", uncovered="Windsor")
    [card] = offered(Voice(store, "en", TODAY), found, ADDRESS).cards
    assert card.title == "Windsor · Hospital"
    assert "We do not cover Windsor. This is the rule of Ontario." in text_of(card)


def test_every_card_fits_into_one_message_in_every_language(store: Store) -> None:
    for language in store.languages:
        voice = Voice(store, language, TODAY)
        for place in store.cities():
            for topic in store.topics:
                for card in offered(voice, match(place, topic), ADDRESS).cards:
                    [page] = pages(card.reply)
                    text, _ = parse_html(page)
                    assert 0 < units(text) <= 4096
                    assert 1 <= len(card.payload.encode()) <= 64
                    assert card.title.strip()
                    assert card.about.strip()


def test_the_wire(server: TelegramServer, assistant: Assistant) -> None:
    bot = RunningBot(server, assistant=assistant)
    bot.start()
    ana = server.person(987654321012, language_code="es", username="zanaria")
    offer = ana.types_inline("zanaria biblioteca toronto")
    assert offer["is_personal"] is True
    assert offer["cache_time"] == 0
    assert offer["button"] == {
        "text": "Preguntar en privado", "start_parameter": "toronto-library-es",
    }  # fmt: skip
    [result] = offer["results"]
    assert result["title"] == "Toronto · Biblioteca"
    assert result["content"]["link_preview_options"] == {"is_disabled": True}
    assert "zanaria" not in json.dumps(result)
    assert "987654321012" not in json.dumps(result)
    assert "reply_markup" not in result
    bot.stop()


def test_nothing_is_remembered_or_counted(
    server: TelegramServer, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []
    for where, method in ((ShortMemory, "keep"), (ShortMemory, "recall"), (Counts, "add")):
        monkeypatch.setattr(where, method, lambda self, *given: kept.append(given))
    bot = RunningBot(server, assistant=assistant)
    bot.start()
    ana = server.person(7, language_code="en")
    ana.types_inline("library toronto")
    ana.types_inline("agents are knocking at my door right now in toronto")
    bot.stop()
    assert kept == []


def test_what_does_not_fit_or_fails_is_not_offered(
    server: TelegramServer, bot: RunningBot, capfd: pytest.CaptureFixture[str]
) -> None:
    ana = server.person(7, language_code="pt-br")
    assert ana.types_inline("long")["results"] == []
    server.injects(query("crash"))
    server.injects(query("too late"))
    server.waits_until(lambda: server.waiting == 0)
    server.fails_next(1, method="answerInlineQuery", status=502)
    server.injects(query("too late"))
    server.waits_until(lambda: server.waiting == 0)
    assert [each["title"] for each in ana.types_inline("x")["results"]] == ["x pt"]
    said = capfd.readouterr().err
    assert "an answer failed (KeyError)" in said
    assert "crash" not in said


def query(text: str) -> dict[str, Any]:
    """An inline query that nobody waits for any more."""
    user = {"id": 7, "is_bot": False, "first_name": "Zanaria"}
    return {"inline_query": {"id": "9", "from": user, "query": text, "offset": ""}}


def test_a_posted_card_is_no_question(server: TelegramServer, bot: RunningBot) -> None:
    ana = server.person(7)
    us = server.world.bot
    ana.sends(text="Toronto · Library", via_bot=us)
    group = server.group(-1001)
    group.hears(ana, "@without_fear_loopback_bot Toronto", via_bot=us)
    server.waits_until(lambda: server.waiting == 0)
    assert ana.hears_nothing(seconds=0.1)
    assert group.hears_nothing(seconds=0.1)
