"""Which places a question names: covered cities, regions, and cities that are not covered.

finder.find("puedo ir al hospital en Mississauga").uncovered   # "Mississauga"
finder.find("ttc fare without papers").covered                 # ("toronto",)
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from bot.language.normalise import LONGEST_TEXT, comparable_beginning, words
from bot.matching.gazetteer import City, Gazetteer
from bot.matching.name_slips import Slips
from bot.matching.place_evidence import (
    BLOCK,
    Span,
    is_evident,
    is_left_behind,
    is_there,
    runs,
)
from bot.matching.place_words import ENGLAND, STEM, Readings, readings

_FORMAT = 3
#: Words among which names are looked for, at most; Chinese characters are words here.
MOST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """What a text names.

    `covered`: ids of covered cities in the order of the text, each once. `region`: id of the
    province, state or country that is named, or in which the uncovered city lies. `uncovered`:
    the name of a city that is not covered, or "". `others`: the words that are no plain name of
    a city, comparable, as they stood; "" where there are none.
    """

    covered: tuple[str, ...] = ()
    region: str | None = None
    uncovered: str = ""
    others: str = field(default="", compare=False, repr=False)


class PlaceFinder:
    """Finds names of places; `place_learning.learn_places` makes one.

    `names`: what a name means, an id or "" for an expression that names nothing of ours.
    `hinted`: those of them that count only where the words around say so.
    `plain`: those that are a city's own, not a quarter's or a hospital's.
    `within`: the place above each place. `cities`: the ids of covered cities.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        hinted: Collection[str],
        plain: Collection[str],
        within: Mapping[str, str | None],
        cities: Collection[str],
        gazetteer: Gazetteer,
        slips: Slips,
    ) -> None:
        self._names = dict(names)
        self._hinted = frozenset(hinted)
        self._plain = frozenset(plain)
        self._within = dict(within)
        self._cities = frozenset(cities)
        self._gazetteer = gazetteer
        self._slips = slips
        self._longest: dict[str, int] = {}
        for name in self._names:
            first, *rest = name.split(" ")
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(rest))

    def find(self, text: str) -> NamedPlaces:
        """The places that a text names, as a person typed it. Never raises."""
        read = comparable_beginning(text)
        typed = words(read)[:MOST_WORDS]
        plain: set[int] = set()
        covered: list[str] = []
        region: str | None = None
        towns: list[City] = []
        for span in self._spans(typed, text[:LONGEST_TEXT]):
            if span.place not in self._cities and is_left_behind(span, typed):
                continue
            if span.plain:
                plain.update(range(span.start, span.end))
            if span.city is not None:
                towns.append(span.city)
            elif span.place in self._cities:
                if span.place not in covered:
                    covered.append(span.place)
            elif span.place and (region is None or self._contains(region, span.place)):
                region = span.place
        others = _others(read, typed, plain)
        town = next((one for one in towns if not one.foreign), towns[0] if towns else None)
        if town is None or (covered and town.foreign):
            return NamedPlaces(tuple(covered), region, others=others)
        if region is None or (town.region and self._contains(region, town.region)):
            region = town.region
        return NamedPlaces(tuple(covered), region, town.name, others)

    def _contains(self, place: str, other: str) -> bool:
        """Whether `other` lies within `place`."""
        above = self._within.get(other)
        while above is not None and above != place:
            above = self._within.get(above)
        return above == place

    def _spans(self, typed: list[str], text: str) -> list[Span]:
        """All names from left to right; where two overlap, the earlier or longer one."""
        forms = [readings(word) for word in typed]
        towns = self._towns(typed, forms)
        strange = self._slips.strange(typed)
        spans: list[Span] = []
        at = 0
        while at < len(typed):
            span = self._own(typed, forms, at)
            town = towns.get(at)
            if town is not None and self._outweighs(town, span, typed, text):
                span = town
            elif span is None and town is None:
                span = self._slip(typed, forms, at, strange)
            if span is None:
                at += 1
            else:
                spans.append(self._in_england(span, typed))
                at = span.end
        return spans

    def _outweighs(self, town: Span, own: Span | None, typed: list[str], text: str) -> bool:
        """Whether the uncovered city counts rather than our own name at the same word."""
        if own is not None and own.place == BLOCK and own.end == town.end:
            return True
        return (own is None or town.end > own.end) and is_evident(town, typed, text)

    def _in_england(self, span: Span, typed: list[str]) -> Span:
        """The span, turned to the London in England where the text points there."""
        bare = span.place == "london-on" and span.end - span.start <= 2
        if not bare or not ENGLAND.intersection(typed) or "ontario" in typed:
            return span
        return Span(span.start, span.end, city=_LONDON, plain=True)

    def _own(self, typed: list[str], forms: list[Readings], at: int) -> Span | None:
        """The longest of our own names that begins here."""
        longest = max([self._longest.get(first, 0) for first, _ in forms[at]])
        for length in range(min(longest, len(typed) - at), 0, -1):
            for name, glued in runs(typed, forms, at, length):
                place = self._names.get(name)
                if place is not None:
                    plain = name in self._plain
                    span = Span(at, at + length, place, glued=glued, plain=plain)
                    if name not in self._hinted or is_there(span, typed):
                        return span
        return None

    def _towns(self, typed: list[str], forms: list[Readings]) -> dict[int, Span]:
        """The longest name of an uncovered city at each word where one begins."""
        asked: dict[str, list[Span]] = {}
        for at, word in enumerate(typed):
            longest = max([self._gazetteer.longest(first) for first, _ in forms[at]])
            for length in range(1, min(longest, len(typed) - at) + 1):
                for name, glued in runs(typed, forms, at, length):
                    if length == 1 and name != word and not glued and not name.endswith(STEM):
                        continue  # "chicos" is no plural of Chico
                    asked.setdefault(name, []).append(Span(at, at + length, glued=glued))
        found: dict[int, Span] = {}
        for name, city in self._gazetteer.find(list(asked)).items():
            for span in asked[name]:
                known = found.get(span.start)
                if known is None or span.end > known.end:
                    found[span.start] = replace(span, city=city, plain=True)
        return found

    def _slip(
        self, typed: list[str], forms: list[Readings], at: int, strange: frozenset[str]
    ) -> Span | None:
        """One of our names of one or two words that is typed here with slips."""
        word = typed[at]
        if word in strange:
            for reading, _ in forms[at][: 1 if word.isascii() else None]:
                name = self._slips.meant(reading)
                if name is not None:
                    return Span(at, at + 1, self._names[name], plain=name in self._plain)
        if at + 1 < len(typed) and (word in strange or typed[at + 1] in strange):
            name = self._slips.meant(f"{word} {typed[at + 1]}")
            if name is not None and " " in name:
                return Span(at, at + 2, self._names[name], plain=name in self._plain)
        return None

    def to_bytes(self) -> bytes:
        """Everything `from_bytes` needs, as one numpy archive without pickled objects."""
        about = {
            "format": _FORMAT,
            "names": self._names,
            "hinted": sorted(self._hinted),
            "plain": sorted(self._plain),
            "within": self._within,
            "cities": sorted(self._cities),
            "regions": self._gazetteer.region_ids,
            "slips": self._slips.names,
        }
        out = io.BytesIO()
        held = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8)
        arrays: dict[str, Any] = {**self._gazetteer.arrays(), "known": self._slips.known}
        np.savez(out, about=held, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The finder that `to_bytes` wrote; ValueError if another version wrote it."""
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            about = json.loads(held["about"].tobytes())
            if about["format"] != _FORMAT:
                raise ValueError(
                    f"places format {about['format']}, wanted {_FORMAT}: build the folder again"
                )
            return cls(
                about["names"],
                about["hinted"],
                about["plain"],
                about["within"],
                about["cities"],
                Gazetteer.from_arrays(held, tuple(about["regions"])),
                Slips(
                    {first: tuple(group) for first, group in about["slips"].items()},
                    held["known"],
                ),
            )


_LONDON = City("London", None, True, False, False, False)


def _others(text: str, typed: Sequence[str], plain: Collection[int]) -> str:
    """The comparable text without the words at these places."""
    kept: list[str] = []
    at = 0
    for number, word in enumerate(typed):
        start = text.index(word, at)
        kept.append(text[at:start] + (" " if number in plain else word))
        at = start + len(word)
    return " ".join("".join([*kept, text[at:]]).split())
