"""The conversation: follow-ups, cities that are not covered, what must not be read, reports."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation import wording as w
from bot.conversation.assistant import Assistant
from bot.domain import Context, Question, Reply, Tap, Verb
from bot.knowledge.store import Store

LIBRARY = Context("en", "toronto", "library")


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


def text_of(reply: Reply) -> str:
    return "\n".join(f"{line.strong} {line.text}".strip() for line in reply.lines)


def taps(reply: Reply) -> list[Tap]:
    return [button.tap for row in reply.buttons for button in row]


@pytest.mark.parametrize(
    ("text", "place", "topic"),
    [
        ("and in Montreal?", "montreal", "library"),
        ("do they ask for papers there?", "toronto", "library"),
        ("is it free?", "toronto", "library"),
        ("what if they say no", "toronto", "library"),
        ("can my kids go to school without papers", "toronto", "school"),
    ],
)
def test_a_follow_up_keeps_what_it_does_not_name(
    assistant: Assistant, text: str, place: str, topic: str
) -> None:
    reply = assistant.reply_to(Question(text, LIBRARY))
    assert (reply.context.place, reply.context.topic) == (place, topic), text_of(reply)


def test_the_reply_says_what_it_understood_of_a_follow_up(assistant: Assistant) -> None:
    reply = assistant.reply_to(Question("and in Montreal?", LIBRARY))
    assert reply.lines[0].text == "I understand this as: Library, Montreal."


def test_without_memory_a_follow_up_is_asked_about(assistant: Assistant) -> None:
    reply = assistant.reply_to(Question("and in Montreal?"))
    assert reply.context.topic is None
    assert "Montreal ·" not in text_of(reply)


def test_a_city_that_is_not_covered_is_named_as_such(assistant: Assistant) -> None:
    reply = assistant.reply_to(Question("emergency room without a health card in Sudbury"))
    said = text_of(reply)
    assert "Sudbury" in said
    assert "Ontario" in said
    assert "Toronto" not in said


def test_a_new_city_takes_the_place_of_the_remembered_one(assistant: Assistant) -> None:
    reply = assistant.reply_to(Question("library card in vancouver do they want papers", LIBRARY))
    assert reply.context.place == "vancouver"


@pytest.mark.parametrize(
    "text",
    [
        "my number is 416 555 0199 do I need papers for the library in Toronto",
        "UCI 1234-5678 library card in Toronto without papers",
        "me@example.org asks: library card in Toronto without papers?",
    ],
)
def test_what_shows_who_somebody_is_goes_unread_and_can_be_deleted(
    assistant: Assistant, text: str
) -> None:
    reply = assistant.reply_to(Question(text))
    assert reply.context.topic == "library"
    assert reply.lines[-1].text == w.IDENTITY_SEEN
    assert Verb.DELETE in [tap.verb for tap in taps(reply)]
    assert reply.points
    assert "0199" not in text_of(reply)


def test_a_message_of_nothing_but_a_number_is_not_answered_but_named(assistant: Assistant) -> None:
    reply = assistant.reply_to(Question("+1 (416) 555-0199"))
    assert text_of(reply) == w.IDENTITY_SEEN


@pytest.mark.parametrize("text", ["call 911 or 311?", "bus 504 in 2026", "a bill of 1,200 dollars"])
def test_short_numbers_are_no_identity(assistant: Assistant, text: str) -> None:
    assert w.IDENTITY_SEEN not in text_of(assistant.reply_to(Question(text)))


def test_reports_are_counted_without_a_person(assistant: Assistant) -> None:
    refused = assistant.tapped(Tap(Verb.REFUSED, "library", "toronto", "en"), Context())
    asked = next(tap for tap in taps(refused) if tap.verb is Verb.ASKED_PAPERS)
    reply = assistant.tapped(asked, Context())
    assert text_of(reply) == w.FEEDBACK_THANKS
    assert reply.tally is not None
    assert (reply.tally.place, reply.tally.topic, reply.tally.outcome) == (
        "toronto", "library", "asked-papers")  # fmt: skip


def test_questions_are_counted_by_ids_only(assistant: Assistant) -> None:
    reply = assistant.reply_to(Question("library card in toronto without papers, i am zanaria"))
    assert reply.tally is not None
    assert (reply.tally.place, reply.tally.topic, reply.tally.language, reply.tally.outcome) == (
        "toronto", "library", "en", "answer")  # fmt: skip


def test_a_tap_with_ids_that_are_gone_leads_on(assistant: Assistant) -> None:
    reply = assistant.tapped(Tap(Verb.ANSWER, "moon", "atlantis", "xx"), Context())
    assert reply.lines[0].text == w.TOO_OLD
    assert reply.buttons


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("language", ["en", "ar", "zh-Hans", "ht"])
def test_every_button_says_something_in_every_language(
    assistant: Assistant, store: Store, verb: Verb, language: str
) -> None:
    for topic in (None, "library", "emergency", "about-bot"):
        for place in (None, "toronto", "canada"):
            reply = assistant.tapped(Tap(verb, topic, place, language), Context())
            assert text_of(reply)
            assert reply.language == language
            for tap in taps(reply):
                assert len(tap.encoded().encode()) <= 64
                assert Tap.decoded(tap.encoded()) == tap


def test_what_is_kept_for_the_next_answer_is_of_the_folder_alone(store: Store) -> None:
    assistant = Assistant(store)
    own = {each for name, each in vars(w).items() if name.isupper() and isinstance(each, str)}
    for language in store.languages:
        for text in (
            "emergency room without a health card in Sudbury",
            "library in Sudbury",
            "shelter in Toronto, my name is Zanaria, call 416 555 0188",
            "Zanaria",
        ):
            assistant.reply_to(Question(text, Context(language)))
    assert "Sudbury" in text_of(assistant.reply_to(Question("library in Sudbury")))
    for voice in assistant._voices.values():
        assert voice._sentences.keys() <= own
        assert {name for name, _, _ in voice._contacts} <= store.contacts.keys()
        kept = [*voice._sentences.values(), *map(repr, voice._contacts.items())]
        assert not any("Sudbury" in each or "Zanaria" in each for each in kept)


def test_a_new_day_is_noticed(store: Store) -> None:
    today = date(2026, 11, 22)
    assistant = Assistant(store, today=lambda: today)
    tap = Tap(Verb.ANSWER, "library", "toronto", "en")
    current = text_of(assistant.tapped(tap, Context()))
    today = date(2099, 1, 1)
    assert text_of(assistant.tapped(tap, Context())) != current
