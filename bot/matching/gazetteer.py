"""Cities that the bot does not cover, by all their names, in compact arrays.

A name is found by a checksum in a sorted array and then compared letter by letter, so a text
costs one search for all its word runs and no two names are ever mistaken for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

#: What is known of a name, as bits.
FOREIGN, COMMON, LARGE, PERSON, QUALIFIED = 1, 2, 4, 8, 16
NO_REGION = 255


@dataclass(frozen=True, slots=True)
class City:
    """One uncovered city as a name means it.

    `region` is the place in which it lies, where that is one of ours. `foreign`: outside Canada
    and the United States; `common`: the name is also an everyday word; `large`: a name that
    little else is needed to understand; `person`: also what people are called; `qualified`: the
    name says its state or country.
    """

    name: str
    region: str | None
    foreign: bool
    common: bool
    large: bool
    person: bool
    qualified: bool = False


def key_of(name: str) -> int:
    """The checksum that a comparable name is sorted by."""
    return crc32(name.encode("utf-8", "surrogatepass"))


def _flags(city: City) -> int:
    return (
        FOREIGN * city.foreign
        + COMMON * city.common
        + LARGE * city.large
        + PERSON * city.person
        + QUALIFIED * city.qualified
    )


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All names, sorted by key; `starts` are offsets into `text`, `cities` are rows of `shown`.

    `longest_after` tells of the keys of words that begin longer names how long those get.
    """

    keys: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.uint32]
    text: bytes
    cities: npt.NDArray[np.uint16]
    regions: npt.NDArray[np.uint8]
    flags: npt.NDArray[np.uint8]
    shown: bytes
    shown_starts: npt.NDArray[np.uint32]
    longest_after: dict[int, int]
    region_ids: tuple[str, ...]

    def longest(self, first: str) -> int:
        """The number of words of the longest name that begins with this word; 1 if none does."""
        return self.longest_after.get(key_of(first), 1)

    def find(self, names: Sequence[str]) -> dict[str, City]:
        """The names that are cities, of these comparable ones."""
        if not names or not len(self.keys):
            return {}
        asked = np.fromiter(map(key_of, names), dtype=np.uint32, count=len(names))
        rows = np.searchsorted(self.keys, asked)
        rows[rows == len(self.keys)] = 0
        found: dict[str, City] = {}
        for which in np.flatnonzero(self.keys[rows] == asked).tolist():
            name = names[which]
            row = int(rows[which])
            wanted = name.encode("utf-8", "surrogatepass")
            # Names with the same checksum stand side by side.
            while row < len(self.keys) and self.keys[row] == asked[which]:
                if self.text[self.starts[row] : self.starts[row + 1]] == wanted:
                    found[name] = self._city(row)
                    break
                row += 1
        return found

    def _city(self, row: int) -> City:
        shown, region, flags = int(self.cities[row]), int(self.regions[row]), int(self.flags[row])
        start, end = self.shown_starts[shown], self.shown_starts[shown + 1]
        return City(
            self.shown[start:end].decode(),
            None if region == NO_REGION else self.region_ids[region],
            bool(flags & FOREIGN),
            bool(flags & COMMON),
            bool(flags & LARGE),
            bool(flags & PERSON),
            bool(flags & QUALIFIED),
        )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays that `from_arrays` makes a gazetteer of."""
        return {
            "keys": self.keys,
            "starts": self.starts,
            "text": np.frombuffer(self.text, dtype=np.uint8),
            "cities": self.cities,
            "regions": self.regions,
            "flags": self.flags,
            "shown": np.frombuffer(self.shown, dtype=np.uint8),
            "shown_starts": self.shown_starts,
            "firsts": np.array(list(self.longest_after), dtype=np.uint32),
            "lengths": np.array(list(self.longest_after.values()), dtype=np.uint8),
        }

    @classmethod
    def from_arrays(
        cls, held: Mapping[str, npt.NDArray[np.generic]], region_ids: tuple[str, ...]
    ) -> Gazetteer:
        """The gazetteer whose `arrays` these are."""
        return cls(
            held["keys"].astype(np.uint32, copy=False),
            held["starts"].astype(np.uint32, copy=False),
            held["text"].tobytes(),
            held["cities"].astype(np.uint16, copy=False),
            held["regions"].astype(np.uint8, copy=False),
            held["flags"].astype(np.uint8, copy=False),
            held["shown"].tobytes(),
            held["shown_starts"].astype(np.uint32, copy=False),
            dict(zip(held["firsts"].tolist(), held["lengths"].tolist(), strict=True)),
            region_ids,
        )

    @classmethod
    def of(cls, cities: Mapping[str, City]) -> Gazetteer:
        """A gazetteer of cities by their comparable names."""
        ordered = sorted(cities, key=lambda name: (key_of(name), name))
        regions = tuple(sorted({c.region for c in cities.values() if c.region}))
        shown: dict[str, int] = {}
        for city in cities.values():
            shown.setdefault(city.name, len(shown))
        held = [cities[name] for name in ordered]
        texts = [name.encode("utf-8", "surrogatepass") for name in ordered]
        titles = [name.encode() for name in shown]
        longest: dict[int, int] = {}
        for name in ordered:
            parts = name.split(" ")
            if len(parts) > 1:
                first = key_of(parts[0])
                longest[first] = max(longest.get(first, 0), len(parts))
        return cls(
            np.array([key_of(name) for name in ordered], dtype=np.uint32),
            np.cumsum([0, *map(len, texts)], dtype=np.uint32),
            b"".join(texts),
            np.array([shown[city.name] for city in held], dtype=np.uint16),
            np.array(
                [regions.index(c.region) if c.region else NO_REGION for c in held], dtype=np.uint8
            ),
            np.array([_flags(city) for city in held], dtype=np.uint8),
            b"".join(titles),
            np.cumsum([0, *map(len, titles)], dtype=np.uint32),
            longest,
            regions,
        )
