"""Sharing: an answer for somebody else, what may be forwarded, what no message holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.telegram.markup import pages
from bot.conversation import wording as w
from bot.conversation.assistant import Assistant
from bot.conversation.menus import GROUPS
from bot.conversation.voice import Voice
from bot.domain import Context, Question, Reply, Tap, Unread, Verb
from bot.knowledge.store import Store
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer
from tests.telegram_server.entities import parse_html, units

ADDRESS = "https://t.me/without_fear_loopback_bot"
TODAY = date(2026, 11, 22)
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
# What a right-to-left line would tear apart: commands, names, addresses, telephone numbers, and
# lists with commas of another script.
MIXED_UP = re.compile(r"[@/+]\w|\d-\d|\w://|, ", re.ASCII)


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store, today=lambda: TODAY)


def shared(assistant: Assistant, topic: str, place: str, language: str) -> Reply:
    return assistant.tapped(Tap(Verb.SHARE, topic, place, language), Context(), ADDRESS)


def text_of(reply: Reply) -> str:
    return "\n".join(f"{line.strong} {line.text}".strip() for line in reply.lines)


def test_a_shared_answer_is_whole_in_one_message_in_every_language(
    store: Store, assistant: Assistant
) -> None:
    for language in store.languages:
        voice = Voice(store, language, TODAY)
        for place in store.cities():
            for topic in store.topics:
                answer = store.answer(place, topic)
                if answer is None:
                    continue
                reply = shared(assistant, topic, place, language)
                said = text_of(reply)
                assert f"{voice.place(place)} · {voice.topic(topic)}" in said
                assert voice.day(answer.facts.checked_on) in said
                first = store.contacts[answer.facts.contacts[0]]
                assert (first.phone or first.web or "") in said
                assert f"{ADDRESS}?start=" in said
                [page] = pages(reply)
                assert units(parse_html(page)[0]) <= 4096
                assert reply.buttons == ()
                assert not reply.protected
                assert not reply.points


def test_the_link_opens_the_same_answer_for_another_person(
    store: Store, assistant: Assistant
) -> None:
    for topic, place, language in (
        ("library", "toronto", "ar"),
        ("emergency", "new-york", "zh-Hans"),
        ("city-id", "london-on", "ht"),
    ):
        [send] = shared(assistant, topic, place, language).links
        opened = parse_qs(urlsplit(send.url).query)
        assert send.url.startswith("https://t.me/share/url?")
        voice = Voice(store, language, TODAY)
        assert opened["text"] == [f"{voice.place(place)} · {voice.topic(topic)}"]
        [payload] = parse_qs(urlsplit(opened["url"][0]).query)["start"]
        reply = assistant.opened(payload, Context("en", "chicago", "school"))
        assert reply.context == Context(language, place, topic)


def test_in_danger_the_number_comes_first(assistant: Assistant) -> None:
    for topic in ("emergency", "immigration-enforcement", "violence", "mental-health"):
        first = shared(assistant, topic, "toronto", "fa").lines[0]
        assert any(sign.isdigit() for sign in first.strong)


def test_an_answer_that_may_not_be_shown_cannot_be_shared(store: Store) -> None:
    late = Assistant(store, today=lambda: date(2099, 1, 1))
    said = text_of(shared(late, "library", "toronto", "en"))
    assert "They write down:" not in said
    assert "211" in said


@pytest.mark.parametrize("tap", [
    Tap(Verb.SHARE), Tap(Verb.SHARE, "library"), Tap(Verb.SHARE, "no-such", "toronto"),
    Tap(Verb.SHARE, "about-bot", "toronto"),
])  # fmt: skip
def test_a_button_that_is_too_old_shares_nothing(assistant: Assistant, tap: Tap) -> None:
    reply = assistant.tapped(tap, Context(), ADDRESS)
    assert reply.lines
    assert reply.links == ()


def test_every_answer_has_the_button(store: Store, assistant: Assistant) -> None:
    for topic in ("library", "emergency", "violence"):
        reply = assistant.tapped(Tap(Verb.ANSWER, topic, "toronto", "ru"), Context())
        taps = [button.tap for row in reply.buttons for button in row]
        assert Tap(Verb.SHARE, topic, "toronto", "ru") in taps
    urgent = assistant.reply_to(Question("agents are at my door right now in toronto"))
    assert Verb.SHARE in {button.tap.verb for row in urgent.buttons for button in row}


def test_what_others_can_use_may_be_forwarded(assistant: Assistant) -> None:
    free = [
        assistant.tapped(Tap(verb, "library", "toronto", "en"), Context())
        for verb in (
            Verb.ANSWER,
            Verb.MORE,
            Verb.SOURCES,
            Verb.START,
            Verb.HELP,
            Verb.PRIVACY,
            Verb.TOPICS,
            Verb.LANGUAGES,
            Verb.SHARE,
        )
    ]
    free += [
        assistant.reply_to(Question(text))
        for text in (
            "do i need papers for a library card in toronto",
            "who runs this bot",
            "agents are knocking at my door right now",
            "agents are at my door right now, my number is +1 416 555 0199",
            "hello",
        )
    ]
    assert [text_of(reply) for reply in free if reply.protected] == []


def test_what_speaks_of_the_persons_own_situation_may_not(assistant: Assistant) -> None:
    held = [
        assistant.tapped(Tap(verb, "library", "toronto", "en"), Context())
        for verb in (
            Verb.REFUSED,
            Verb.ASKED_PAPERS,
            Verb.NUMBER_DEAD,
            Verb.CITIES,
            Verb.DELETE,
            Verb.ERASE,
        )
    ]
    held += [
        assistant.reply_to(Question("do i need papers for a library card")),
        assistant.reply_to(Question("library toronto, my number is +1 416 555 0199")),
        assistant.not_read(Unread(), Context()),
        assistant.not_read(Unread(forwarded=True), Context()),
        assistant.not_read(Unread("library card in toronto"), Context()),
        assistant.deleted(Context(), done=True),
        assistant.erased(Context(), whole=True),
    ]
    assert [text_of(reply) for reply in held if not reply.protected] == []


def test_protection_changes_with_a_message_of_its_own(
    server: TelegramServer, bot: RunningBot
) -> None:
    ana = server.person(7)
    ana.writes("x")
    free = ana.answer()
    assert not free.protected
    ana.presses("refused")
    held = ana.answer()
    assert held.protected
    assert held.id > free.id
    server.waits_until(lambda: free.id not in server.world.messages)
    ana.presses("refused")
    server.waits_until(lambda: server.waiting == 0)
    ana.presses("sources")
    again = ana.answer()
    assert not again.protected
    server.waits_until(lambda: held.id not in server.world.messages)
    assert len([each for each in ana.chat() if each.from_bot]) == 1


def test_what_is_shared_is_a_message_of_its_own(server: TelegramServer, bot: RunningBot) -> None:
    ana = server.person(7)
    ana.writes("x")
    answer = ana.answer()
    ana.presses("share")
    message = ana.answer()
    assert message.id > answer.id
    assert message.text.startswith("share [")
    assert message.text.endswith(ADDRESS)
    assert answer.id in server.world.messages


def test_no_message_shows_a_preview_and_none_holds_a_picture(
    server: TelegramServer, bot: RunningBot
) -> None:
    ana = server.person(7)
    ana.writes("x")
    ana.answer()
    ana.presses("sources")
    ana.answer()
    server.group(-1001).hears(ana, "/help")
    server.group(-1001)
    server.waits_until(lambda: len(server.called("sendMessage")) == 2)
    said = [*server.called("sendMessage"), *server.called("editMessageText")]
    assert {each.params["link_preview_options"] for each in said} == {'{"is_disabled": true}'}
    sending = {each.method for each in server.calls if each.method.startswith("send")}
    assert sending == {"sendMessage"}


def every_reply(assistant: Assistant, store: Store, language: str) -> Iterator[Reply]:
    """A reply of every kind that there is, in one language."""
    context = Context(language)
    verbs = [verb for verb in Verb if verb is not Verb.GROUP]
    for place in (None, "toronto"):
        for topic in (None, "library", "emergency"):
            for verb in verbs:
                yield assistant.tapped(Tap(verb, topic, place, language), context, ADDRESS)
            link = "-".join(part for part in (place, topic, language) if part)
            yield assistant.opened(link, context)
        for group in GROUPS:
            yield assistant.tapped(Tap(Verb.GROUP, group, place, language), context)
    yield assistant.not_read(Unread(), context)
    yield assistant.not_read(Unread(forwarded=True), context)
    yield from (assistant.deleted(context, done=done) for done in (True, False))
    for text in ("qwxz", "chicago school or clinic", "library +1 416 555 0199", "library windsor"):
        yield assistant.reply_to(Question(text, context))
        yield assistant.in_group(Question(text), ADDRESS)
        yield from (
            card.reply for card in assistant.offered(Question(text, context), ADDRESS).cards
        )
    yield assistant.group_hello(ADDRESS)


def test_every_label_can_be_read_aloud(store: Store, assistant: Assistant) -> None:
    for language in store.languages:
        for reply in every_reply(assistant, store, language):
            labels = [button.label for row in reply.buttons for button in row]
            labels += [link.label for link in reply.links]
            labels.append(assistant.offered(Question("", Context(language)), ADDRESS).private)
            for label in labels:
                kinds = {unicodedata.category(sign) for sign in label}
                assert any(kind.startswith("L") for kind in kinds), label
                assert not kinds & {"So", "Cs", "Co", "Cn"}, label
                assert len(label) <= 64, label


def test_no_sentence_needs_a_picture_sign(store: Store) -> None:
    for language, catalog in store.catalogs.items():
        for sentence in catalog.messages.values():
            signs = {sign for sign in sentence if unicodedata.category(sign) == "So"}
            assert not signs, (language, sentence)


def test_numbers_links_and_commands_keep_their_order_in_right_to_left_text(
    store: Store, assistant: Assistant
) -> None:
    for language in ("ar", "fa"):
        answers = [
            assistant.tapped(Tap(verb, topic, place, language), Context(), ADDRESS)
            for place, topic in store.answers
            for verb in (Verb.SHARE, Verb.MORE, Verb.SOURCES, Verb.REFUSED)
        ]
        for reply in (*every_reply(assistant, store, language), *answers):
            if reply.language != language:
                continue
            for line in reply.lines:
                bare = f"{line.strong} {line.text}"
                while ISOLATED.search(bare):
                    bare = ISOLATED.sub("", bare)
                assert not MIXED_UP.search(bare), bare


def test_wording_of_sharing_is_translated(store: Store) -> None:
    for language in store.languages:
        voice = Voice(store, language, TODAY)
        for english in (w.BUTTON_SHARE, w.GROUP_SEEN, w.INLINE_HOW, w.PRIVACY_INLINE):
            assert language == "en" or voice.text(english) != english
