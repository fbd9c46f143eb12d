"""Deep links: what may be said in one, that it is understood, and what the first screen shows."""

from __future__ import annotations

import re
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.conversation import wording as w
from bot.conversation.assistant import Assistant
from bot.conversation.links import SHORT_NAMES, Payloads, payload_of, url_of
from bot.conversation.voice import Voice
from bot.domain import Context, Reply, Tap, Verb
from bot.knowledge.folder import read_folder
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.store import Store
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
ADDRESS = "https://t.me/without_fear_loopback_bot"


@pytest.fixture(scope="module")
def payloads(store: Store) -> Payloads:
    return Payloads(store)


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


def text_of(reply: Reply) -> str:
    return "\n".join(f"{line.strong} {line.text}".strip() for line in reply.lines)


def names_of(each: str | None) -> list[str]:
    """What a part may be called in a link."""
    return [name for name in (each, SHORT_NAMES.get(each or "")) if name]


def test_every_combination_in_every_order_is_understood(store: Store, payloads: Payloads) -> None:
    everything = product(
        [None, *store.languages], [None, *store.places], [None, *store.topics]
    )  # fmt: skip
    tried = 0
    for language, place, topic in everything:
        meant = Context(language, place, topic)
        if meant == Context():
            continue
        written = payload_of(meant)
        assert PAYLOAD.fullmatch(written), written
        assert payloads.read(written) == meant, written
        spelled = [names_of(part) for part in (language, place, topic) if part]
        for names in product(*spelled):
            for order in permutations(names):
                tried += 1
                assert payloads.read("-".join(order)) == meant, order
    assert tried > 30_000


def test_no_short_name_means_two_things() -> None:
    folder = read_folder(KNOWLEDGE, Mistakes())
    ids = [*folder.languages, *folder.places, *folder.topics]
    names = [each.lower() for each in (*ids, *SHORT_NAMES.values())]
    assert len(set(names)) == len(names)
    assert set(SHORT_NAMES) <= set(ids)


@pytest.mark.parametrize(("payload", "meant"), [
    ("toronto-es", Context("es", "toronto")),
    ("NYC-ht-Hospital", Context("ht", "new-york", "hospital")),
    ("zh_hans_yvr", Context("zh-Hans", "vancouver")),
    ("new-york", Context(place="new-york")),
    ("new-york-state", Context(place="new-york-state")),
    ("new-york-new-york", Context(place="new-york")),
    ("city-id-london", Context(place="london-on", topic="city-id")),
])  # fmt: skip
def test_what_people_write(payloads: Payloads, payload: str, meant: Context) -> None:
    assert payloads.read(payload) == meant


@pytest.mark.parametrize("payload", [
    "", "-", "toronto-", "-toronto", "toronto--es", "north-vancouver", "toronto-montreal",
    "es-fr", "food-school", "toronto-worker7", "toronto-hospitl-es", "торонто", "a" * 65,
    "toronto es", "toronto\nes", "new", "city", "١٢٣",
])  # fmt: skip
def test_what_says_anything_else_says_nothing(
    payloads: Payloads, assistant: Assistant, payload: str
) -> None:
    assert payloads.read(payload) is None
    greeting = assistant.tapped(Tap(Verb.START), Context("fr"))
    assert assistant.opened(payload, Context("fr")) == greeting


@given(some.text(max_size=80) | some.from_regex(PAYLOAD, fullmatch=True))
def test_no_payload_is_too_odd(payload: str) -> None:
    found = _PAYLOADS.read(payload)
    assert found is None or _PAYLOADS.read(payload_of(found)) == found


@given(some.data())
def test_one_foreign_word_spoils_a_link(data: some.DataObject) -> None:
    parts = [data.draw(some.sampled_from(["toronto", "nyc", "es", "zh-hans", "city-id", "food"]))]
    parts.insert(data.draw(some.integers(0, 1)), data.draw(some.from_regex(r"\Az[a-z0-9]{3,9}\Z")))
    assert _PAYLOADS.read("-".join(parts)) is None


class _Folder:
    """The names of the folder, as a store has them."""

    read = read_folder(KNOWLEDGE, Mistakes())
    languages, places, topics = read.languages, read.places, read.topics


_PAYLOADS = Payloads(_Folder)  # type: ignore[arg-type]  # the names are all that it needs


def test_a_link_without_anything_is_the_bare_one() -> None:
    assert url_of(ADDRESS, Context()) == ADDRESS
    assert url_of(ADDRESS, Context("es", "new-york")) == f"{ADDRESS}?start=nyc-es"


def test_topic_and_city_give_the_answer_with_the_honest_limits(assistant: Assistant) -> None:
    for payload, language in (("toronto-library", "fr"), ("toronto-library-es", "es")):
        reply = assistant.opened(payload, Context("fr"))
        answer = assistant.tapped(Tap(Verb.ANSWER, "library", "toronto", language), Context())
        assert reply.lines[:-1] == answer.lines
        assert reply.lines[-1].text == said(assistant, language, w.LIMITS)
        assert reply.context == Context(language, "toronto", "library")
        assert reply.language == language


def said(assistant: Assistant, language: str, english: str) -> str:
    return Voice(assistant._store, language, assistant._today()).text(english)


@pytest.mark.parametrize(("payload", "leads_to"), [
    ("library", Verb.ANSWER), ("toronto-es", Verb.GROUP), ("es", Verb.TOPICS),
    ("toronto", Verb.TOPICS), ("emergency", Verb.ANSWER),
])  # fmt: skip
def test_what_is_left_out_is_asked(assistant: Assistant, payload: str, leads_to: Verb) -> None:
    reply = assistant.opened(payload, Context("en", "montreal", "school"))
    assert said(assistant, reply.language, w.LIMITS) in text_of(reply)
    assert reply.buttons[0][0].tap.verb is leads_to
    # What was remembered before is not what the link says.
    assert "montreal" not in (reply.context.place, reply.buttons[0][0].tap.place)


@pytest.mark.parametrize(
    "topic", ["emergency", "immigration-enforcement", "violence", "mental-health"]
)
def test_danger_has_its_number_first(assistant: Assistant, topic: str) -> None:
    for payload in (topic, f"{topic}-chicago-ar"):
        first = assistant.opened(payload, Context()).lines[0]
        assert any(sign.isdigit() for sign in first.strong + first.text)


def test_the_page_about_the_bot_opens_without_a_city(assistant: Assistant) -> None:
    assert w.ABOUT_TITLE in text_of(assistant.opened("about-bot", Context()))


def test_a_link_reaches_the_assistant_and_is_remembered_as_any_choice(
    server: TelegramServer, assistant: Assistant
) -> None:
    bot = RunningBot(server, assistant=assistant)
    bot.start()
    ana = server.person(7, language_code="fr")
    ana.writes("/start toronto-library")
    assert "Bibliothèque" in ana.answer().text
    ana.writes("et à Montréal ?")
    assert "Montréal · Bibliothèque" in ana.answer().text
    ana.writes("/start nobody-knows-this")
    assert ana.answer().text.startswith("Bonjour")
    bot.stop()
