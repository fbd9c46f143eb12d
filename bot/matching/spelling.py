"""Words with slips, put right against the words that the examples use.

A word that the examples know is never touched. An unknown one is changed only when one known word
is clearly nearest: one letter missing, added, exchanged or swapped with its neighbour. The first
letter must stand, or be swapped with the second: "ilegal" is not a slip of "legal", and in Persian
one letter before a verb turns it into its opposite.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from bot.matching.features import Keys, word_key

#: Shorter words have too many neighbours to guess from.
SHORTEST = 4
#: Longer ones are no words, and trying each of their letters would cost milliseconds.
LONGEST = 40
#: Unknown words of one text that are looked at, at most; keeps the time for a question bounded.
MOST_LOOKED_AT = 16
#: A word must stand in this many examples before others are taken for slips of it.
FEWEST_USES = 2
#: The likelier of two equally near words must be this many times as frequent.
CLEARLY = 3
#: Only words this long may turn out to be a slip of a negation ("withuot").
SHORTEST_NEGATION = 6

# A slip must never add or remove a "no": a word that could be one of these or something else stays
# as it is, and so does a short one that is near one of these.
NEGATIONS = frozenset(
    """
    no not never none without dont cant wont isnt arent didnt doesnt havent hasnt couldnt wouldnt
    shouldnt cannot aint nothing nobody undocumented
    pas non jamais sans aucun aucune rien
    sin nunca nadie ningun ninguna tampoco
    nao sem nenhum nenhuma nem
    لا لیس لیست لم لن ما مو مش مب بدون بلا غیر ماعندی معندیش
    نه نیست ندارم نداریم ندارد نمیخواهم نمیتوانم بی
    नहीं नही मत बिना बगैर nahi nahin bina
    ਨਹੀਂ ਨਹੀ ਨਾ ਬਿਨਾਂ ਬਿਨਾ ਬਗੈਰ nahi bina
    hindi wala walang huwag di
    pa san pas janm okenn
    не нет ни без никогда никто ничего нельзя
    """.split()
)


def _without_one(word: str) -> Iterable[str]:
    """The word, and the word without each of its letters."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The known words, and an index from what is left of them when a letter is dropped.

    `text` holds all words one after another in UTF-8, word i from `starts[i]` to `starts[i + 1]`;
    `uses[i]` counts the examples with it. `known` are the sorted keys of all words. `left` are the
    sorted keys of words less one letter, and `meant[j]` is the word that `left[j]` comes from.
    """

    text: bytes
    starts: npt.NDArray[np.int32]
    uses: npt.NDArray[np.int32]
    known: Keys
    left: Keys
    meant: npt.NDArray[np.int32]

    @classmethod
    def of(cls, uses: Mapping[str, int]) -> Self:
        """The spelling that knows these words, given with the number of examples using each."""
        every = sorted({*uses, *NEGATIONS})
        encoded = [word.encode("utf-8", "surrogatepass") for word in every]
        left: list[int] = []
        meant: list[int] = []
        for place, word in enumerate(every):
            if len(word) >= SHORTEST and (uses.get(word, 0) >= FEWEST_USES or word in NEGATIONS):
                keys = {word_key(shorter) for shorter in _without_one(word)}
                left.extend(keys)
                meant.extend([place] * len(keys))
        keys_left = np.array(left, dtype=np.uint32)
        order = np.argsort(keys_left, kind="stable")
        return cls(
            b"".join(encoded),
            np.cumsum([0, *map(len, encoded)]).astype(np.int32),
            np.array([uses.get(word, 1) for word in every], dtype=np.int32),
            np.sort(np.array([word_key(word) for word in every], dtype=np.uint32)),
            keys_left[order],
            np.array(meant, dtype=np.int32)[order],
        )

    def repaired(self, words: Sequence[str]) -> list[str]:
        """The words with slips put right, in the same order and number.

        Words with digits, and Chinese characters, which come one by one, stay as they are.
        """
        out = list(words)
        if not len(self.left) or not out:
            return out
        unknown = np.flatnonzero(~self._is_known(out))
        looked_at = [int(place) for place in unknown if SHORTEST <= len(out[place]) <= LONGEST]
        for place in looked_at[:MOST_LOOKED_AT]:
            if not any(char.isdigit() for char in out[place]):
                out[place] = self._nearest(out[place])
        return out

    def _is_known(self, words: Sequence[str]) -> npt.NDArray[np.bool_]:
        keys = np.array([word_key(word) for word in words], dtype=np.uint32)
        places = np.minimum(np.searchsorted(self.known, keys), len(self.known) - 1)
        found: npt.NDArray[np.bool_] = self.known[places] == keys
        return found

    def _word(self, place: int) -> str:
        return self.text[self.starts[place] : self.starts[place + 1]].decode(
            "utf-8", "surrogatepass"
        )

    def _nearest(self, word: str) -> str:
        """The one word that this is clearly a slip of, or the word itself."""
        keys = np.fromiter({word_key(shorter) for shorter in _without_one(word)}, np.uint32)
        lows = np.searchsorted(self.left, keys, side="left")
        highs = np.searchsorted(self.left, keys, side="right")
        places = {
            int(place)
            for low, high in zip(lows, highs, strict=True)
            for place in self.meant[low:high]
        }
        near = [
            (int(self.uses[place]), candidate)
            for place in places
            if _is_slip(word, candidate := self._word(place))
        ]
        if not near:
            return word
        near.sort(reverse=True)
        negations = sum(candidate in NEGATIONS for _, candidate in near)
        if negations and (len(word) < SHORTEST_NEGATION or negations < len(near)):
            return word
        if len(near) > 1 and near[0][0] < CLEARLY * near[1][0]:
            return word
        return near[0][1]


def _is_slip(word: str, meant: str) -> bool:
    """Whether the word is the meant one with a single slip after its first letter."""
    begins = word[0] == meant[0] or (word[0] == meant[1] and word[1] == meant[0])
    return begins and OSA.distance(word, meant, score_cutoff=1) <= 1
