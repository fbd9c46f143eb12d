"""Answers as they are read: the parts apart, dates, expiry, translations, directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.conversation import wording as w
from bot.conversation.answers import ACCESS, answer_lines, more_lines, source_lines
from bot.conversation.danger import danger_anywhere_lines, danger_lines
from bot.conversation.voice import Voice
from bot.knowledge.store import Answer, Store

TODAY = date(2026, 11, 22)


def text_of(lines: list) -> str:
    return "\n".join(f"{line.strong} {line.text}".strip() for line in lines)


def voice_of(store: Store, language: str = "en", today: date = TODAY) -> Voice:
    return Voice(store, language, today)


def library(store: Store) -> Answer:
    found = store.answer("toronto", "library")
    assert found is not None
    return found


def all_answers(store: Store) -> list[Answer]:
    return list(store.answers.values())


def test_an_answer_says_the_four_things_apart_and_whom_to_call(store: Store) -> None:
    for answer in all_answers(store):
        for language in ("en", "fr", "es"):
            voice = voice_of(store, language)
            lines = answer_lines(voice, answer, answer.place)
            strong = [line.strong for line in lines]
            assert voice.place(answer.place) in strong[0]
            assert voice.topic(answer.topic) in strong[0]
            assert any(voice.text(ACCESS[answer.facts.access]) in said for said in strong)
            for label in (w.PAPERS, w.WRITTEN_DOWN, w.IF_REFUSED, w.CALL):
                assert voice.text(label) in strong, (answer.place, answer.topic, label)
            assert voice.day(answer.facts.checked_on) in lines[-1].text


def test_practice_is_told_apart_from_policy_where_it_differs(store: Store) -> None:
    for topic in ("police", "sanctuary-policy"):
        answer = store.answer("toronto", topic)
        assert answer is not None
        lines = answer_lines(voice_of(store), answer, "toronto")
        (practice,) = [line for line in lines if line.strong == w.IN_PRACTICE]
        assert practice.text


def test_no_marker_or_placeholder_is_left_in_any_answer(store: Store) -> None:
    for answer in all_answers(store):
        for language in store.languages:
            voice = voice_of(store, language)
            shown = [
                *answer_lines(voice, answer, answer.place),
                *more_lines(voice, answer, answer.place),
            ]
            said = text_of(shown)
            assert "[" not in said, said
            assert "{" not in said, said


def test_an_answer_fits_one_screen(store: Store) -> None:
    for answer in all_answers(store):
        for language in ("en", "fr", "es"):
            said = text_of(answer_lines(voice_of(store, language), answer, answer.place))
            assert len(said) <= 1_850, (answer.place, answer.topic, language, len(said))


def test_an_expired_answer_is_withheld_and_a_staffed_line_given(store: Store) -> None:
    answer = library(store)
    later = answer.facts.check_again_by + timedelta(days=1)
    said = text_of(answer_lines(voice_of(store, today=later), answer, "toronto"))
    line = store.contacts[store.places["toronto"].line]
    assert line.name in said
    assert answer.words["en"].sections["answer"][:30] not in said
    assert text_of(answer_lines(voice_of(store), answer, "toronto")) != said


def test_a_withdrawn_answer_is_not_given(store: Store) -> None:
    answer = library(store)
    taken_back = replace(answer, facts=answer.facts.model_copy(update={"withdrawn": "closed"}))
    said = text_of(answer_lines(voice_of(store), taken_back, "toronto"))
    assert w.WITHDRAWN in said
    assert answer.words["en"].sections["answer"][:30] not in said


def test_a_value_past_its_own_date_is_left_out(store: Store) -> None:
    answer = next(found for found in all_answers(store) if found.facts.values)
    name, value = next(iter(answer.facts.values.items()))
    voice = voice_of(store)
    shown = voice.filled(f"{{{name}}}", answer.facts)
    old = value.model_copy(update={"check_again_by": TODAY - timedelta(days=1)})
    expired = answer.facts.model_copy(update={"values": {name: old}})
    assert shown != w.VALUE_EXPIRED
    assert voice.filled(f"{{{name}}}", expired) == w.VALUE_EXPIRED


def test_an_older_translation_is_marked_as_such(store: Store) -> None:
    answer = library(store)
    stale = replace(answer, words={**answer.words, "fr": replace(answer.words["fr"], stale=True)})
    voice = voice_of(store, "fr")
    assert voice.text(w.STALE_TRANSLATION) in text_of(answer_lines(voice, stale, "toronto"))
    assert voice.text(w.STALE_TRANSLATION) not in text_of(answer_lines(voice, answer, "toronto"))


def test_a_missing_translation_is_named_and_english_given(store: Store) -> None:
    voice = voice_of(store, "ru")
    said = text_of(answer_lines(voice, library(store), "toronto"))
    assert voice.text(w.NOT_TRANSLATED) in said
    assert voice.filled(library(store).words["en"].sections["answer"], library(store).facts) in said


def test_an_unreviewed_translation_says_so(store: Store) -> None:
    voice = voice_of(store, "es")
    last = answer_lines(voice, library(store), "toronto")[-1].text
    assert voice.text(w.UNREVIEWED_TRANSLATION) in last
    assert w.UNREVIEWED_TRANSLATION not in text_of(
        answer_lines(voice_of(store), library(store), "toronto")
    )


def test_an_answer_of_the_province_says_so(store: Store) -> None:
    answer = store.answer("toronto", "hospital")
    assert answer is not None
    assert answer.place == "ontario"
    lines = answer_lines(voice_of(store), answer, "toronto")
    assert "Ontario" in lines[1].text
    lines = answer_lines(voice_of(store), answer, "ontario", uncovered="Windsor")
    assert "Windsor" in lines[0].strong
    assert "Windsor" in lines[1].text


def test_sources_have_publisher_date_and_link(store: Store) -> None:
    for answer in all_answers(store):
        lines = source_lines(voice_of(store), answer, answer.place)
        assert len(lines) == 2 + len(answer.facts.sources)
        assert all(line.link.startswith("http") for line in lines[2:])


@pytest.mark.parametrize(
    "topic", ["emergency", "immigration-enforcement", "mental-health", "violence"]
)
def test_in_danger_a_number_stands_on_the_first_line(store: Store, topic: str) -> None:
    for language in store.languages:
        voice = voice_of(store, language)
        for lines in (danger_lines(voice, topic, "toronto"), danger_anywhere_lines(voice, topic)):
            assert any(sign.isdigit() for sign in f"{lines[0].strong}{lines[0].text}"), lines[0]


def test_in_danger_the_number_is_given_also_when_the_answer_is_old(store: Store) -> None:
    lines = danger_lines(voice_of(store, today=date(2099, 1, 1)), "mental-health", "toronto")
    assert "988" in lines[0].strong


def test_numbers_keep_their_order_in_right_to_left_lines(store: Store) -> None:
    said = text_of(danger_lines(voice_of(store, "ar"), "emergency", "toronto"))
    assert "\u2068911\u2069" in said
