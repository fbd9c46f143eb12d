"""Whether the words around the name of a place say that the place is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.language.normalise import comparable
from bot.matching.gazetteer import City
from bot.matching.place_words import AFTER, ARTICLES, FROM, IN, LEFT, NEAR, ORIGIN, STEM, Readings

#: What a name means that names nothing of ours, such as "york region".
BLOCK = ""
#: So many words before a name are looked at.
BEFORE = 5
#: In longer texts a city far away is part of the story, not what is asked about.
LONGEST_FAR = 12
_CAPITALISED = re.compile(r"(?<=[^.!?\n] )[A-ZÀ-ÞА-ЯЁ][^\W\d_]+")
#: A text of nothing but a name and these is about that name.
_FILLERS = IN | NEAR | AFTER | frozenset("what about how que et pour quoi ok a".split())


@dataclass(frozen=True, slots=True)
class Span:
    """One name in the text: its words from `start` to `end`, and what it means.

    `place` is an id of ours or BLOCK; `city` an uncovered city. `glued` says that a particle
    meaning "in" or "to" was glued to the name; `plain` that the name says no more than the city,
    as that of a quarter or a hospital would.
    """

    start: int
    end: int
    place: str = BLOCK
    city: City | None = None
    glued: bool = False
    plain: bool = False


def runs(
    typed: Sequence[str], forms: Sequence[Readings], at: int, length: int
) -> Iterator[tuple[str, bool]]:
    """The forms of so many words from `at` on, without what is glued to the first and last.

    `forms` are the readings of each word. The mark says that a particle meaning "in" or "to"
    was taken off.
    """
    if length == 1:
        yield from forms[at]
        return
    middle = typed[at + 1 : at + length - 1]
    for first, glued in forms[at]:
        if first.endswith(STEM):
            continue
        for last, glued_after in forms[at + length - 1]:
            yield " ".join((first, *middle, last)), glued or glued_after


def is_evident(span: Span, typed: Sequence[str], text: str) -> bool:
    """Whether the name of an uncovered city means the city here."""
    city = span.city
    if city is None:
        return False
    if city.qualified:
        return True
    around = (*typed[: span.start], *typed[span.end :])
    if _FILLERS.issuperset(around) and not (city.foreign and city.person):
        return True
    before = typed[max(0, span.start - BEFORE) : span.start]
    there = _is_in(span, typed)
    if city.foreign:
        told = len(typed) > LONGEST_FAR or not ORIGIN.isdisjoint(before)
        return there and not told and (not city.common or city.large)
    if city.common or city.person:
        return there
    if there or city.large or not NEAR.isdisjoint(before[-1:]):
        return True
    first = typed[span.start]
    return any(first == comparable(word) for word in _CAPITALISED.findall(text))


def is_there(span: Span, typed: Sequence[str]) -> bool:
    """Whether the words next to a name say that something is there, an article aside."""
    start = span.start
    if start and typed[start - 1] in ARTICLES:
        start -= 1
    return not IN.isdisjoint(typed[max(0, start - 1) : start]) or _is_in(span, typed)


def _is_in(span: Span, typed: Sequence[str]) -> bool:
    """Whether a word for "in" stands before the name, or one after it where languages do so."""
    before = typed[max(0, span.start - 1) : span.start]
    after = typed[span.end : span.end + 1]
    return span.glued or not IN.isdisjoint(before) or not AFTER.isdisjoint(after)


def is_left_behind(span: Span, typed: Sequence[str]) -> bool:
    """Whether a name is where somebody was born or came from, not where they ask about."""
    before = typed[max(0, span.start - BEFORE) : span.start]
    return not (LEFT.isdisjoint(before) or FROM.isdisjoint(before[-1:]))
