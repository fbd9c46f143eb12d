"""Replies to danger: the number on the first line, then what to do, then the rest."""

from __future__ import annotations

from bot.conversation import answers
from bot.conversation import wording as w
from bot.conversation.voice import Voice
from bot.domain import Line
from bot.knowledge.store import State

FIRST_WORDS = {
    "emergency": w.DANGER_EMERGENCY,
    "immigration-enforcement": w.DANGER_AGENTS,
    "mental-health": w.DANGER_SUICIDE,
    "violence": w.DANGER_VIOLENCE,
}


def danger_lines(voice: Voice, topic: str, place: str) -> list[Line]:
    """What a person in danger in a known place reads; the number comes first.

    The number is shown also when the rest of the answer is out of date.
    """
    answer = voice.store.answer(place, topic)
    if answer is None:
        return danger_anywhere_lines(voice, topic)
    facts = answer.facts
    first, *others = [voice.contact(name, brief=True) for name in facts.contacts]
    lines = [_called(voice, first), *[_called(voice, line) for line in others[:2]]]
    lines.append(answers.title(voice, topic, place))
    if answer.state(voice.today) is not State.CURRENT:
        return [*lines, Line(text=voice.text(FIRST_WORDS[topic]))]
    words, notes = answers.words_for(voice, answer)
    lines += notes
    section = "say" if "say" in words.sections else "answer"
    if words.language == voice.language:
        lines.append(Line(text=voice.filled(words.sections[section], facts)))
    else:
        lines.append(Line(text=voice.text(FIRST_WORDS[topic])))
        lines += answers.untranslated_lines(voice, words, facts, (section,))
    lines.append(Line(text=voice.term("immigration", facts.records.immigration)))
    return lines


def danger_anywhere_lines(voice: Voice, topic: str) -> list[Line]:
    """The same while the city is not known: the numbers of each country, then a few words."""
    numbers: dict[str, list[str]] = {}
    for country in voice.store.countries():
        answer = voice.store.answers.get((country, topic))
        if answer is not None:
            numbers.setdefault(answer.facts.contacts[0], []).append(country)
    phones = {name: voice.store.contacts[name].phone for name in numbers}
    lines = []
    if len(set(phones.values())) == 1:
        lines.append(_called(voice, voice.contact(next(iter(numbers)))))
    else:
        for name, countries in numbers.items():
            where = voice.text(w.IN_COUNTRY, country=voice.place(countries[0]))
            lines.append(voice.contact(name, where))
    lines.append(answers.title(voice, topic, None))
    lines.append(Line(text=voice.text(FIRST_WORDS[topic])))
    lines.append(Line(text=voice.text(w.TELL_CITY)))
    return lines


def _called(voice: Voice, contact: Line) -> Line:
    return Line(strong=f"{voice.text(w.CALL)} {contact.text}", link=contact.link)
