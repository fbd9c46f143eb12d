"""Names of places typed with slips: found by edit distance, with care for short ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5  # letters of a word that may be a slip
SURE = 8  # letters of a name that may miss two


def slips_allowed(length: int) -> int:
    """How many slips a typed name of so many letters may hold."""
    return 0 if length < SHORTEST else 1 if length < 8 else 2


@dataclass(frozen=True, slots=True)
class Slips:
    """Names by their first letter, and checksums of the words that are no slips, sorted.

    A slip keeps the first letter: other words of the language hardly ever do so by chance, and
    few names are left to compare with.
    """

    names: Mapping[str, tuple[str, ...]]
    known: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, names: Iterable[str], known_words: Iterable[str]) -> Slips:
        """Slips of these comparable names, none of which is one of `known_words`.

        A name that is itself a slip of one before it does not count: a slip of a slip is
        another word.
        """
        grouped: dict[str, list[str]] = {}
        for name in names:
            group = grouped.setdefault(name[0], [])
            near = (
                OSA.distance(name, other, score_cutoff=2) <= 2
                for other in group
                if other.count(" ") == name.count(" ")
            )
            if not any(near):
                group.append(name)
        keys = {crc32(word.encode("utf-8", "surrogatepass")) for word in known_words}
        return cls(
            {first: tuple(group) for first, group in grouped.items()},
            np.array(sorted(keys), dtype=np.uint32),
        )

    def strange(self, words: Sequence[str]) -> frozenset[str]:
        """Those of these comparable words that are no words in their own right."""
        if not words or not len(self.known):
            return frozenset(words)
        keys = [crc32(word.encode("utf-8", "surrogatepass")) for word in words]
        asked = np.array(keys, dtype=np.uint32)
        rows = np.searchsorted(self.known, asked)
        rows[rows == len(self.known)] = 0
        known = self.known[rows] == asked
        return frozenset(word for word, is_known in zip(words, known, strict=True) if not is_known)

    def meant(self, typed: str) -> str | None:
        """The name that a comparable text is a slip of, or None."""
        allowed = slips_allowed(len(typed))
        group = self.names.get(typed[:1])
        if not allowed or not group:
            return None
        best = process.extractOne(typed, group, scorer=OSA.distance, score_cutoff=allowed)
        if best is None:
            return None
        name, distance, _ = best
        # Two slips at once are believed where the end is right, as the beginning is.
        if distance > 1 and (len(name) < SURE or name.rstrip("*")[-1:] != typed.rstrip("*")[-1:]):
            return None
        return str(name)
