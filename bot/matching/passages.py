"""The passages of a long text, each looked at for itself: a need in the middle of a story, told in
eight words of sixty, would drown in the whole.

    passages = weigh_passages(vocabulary, weighed)

What the pieces of the text say is looked up once; every passage is a sum over the words that it
holds, so overlapping passages cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.language.normalise import words
from bot.matching.features import (
    Block,
    Keys,
    Vocabulary,
    Weighed,
    character_pieces,
    word_pieces,
)

#: Words of a passage, and from the beginning of one to that of the next.
LENGTH, STEP = 8, 4
#: Characters that count as a word in writing without spaces.
CHARACTERS_A_WORD = 2
#: Passages that are looked at, at most; keeps the time for a question bounded.
MOST = 100

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class View:
    """One view of a text, its words or its runs: the rows that it has in the vocabulary, and every
    piece of it with the part it stands in (`owners`), which of the rows it is (`places`), and how
    much it tells (`values`).
    """

    rows: Rows
    owners: Rows
    places: Rows
    values: Floats


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages of one text; passage i holds the parts from `starts[i]` to `ends[i]`."""

    parts: tuple[str, ...] = field(repr=False)
    starts: Rows
    ends: Rows
    views: tuple[View, ...]

    def text(self, number: int) -> str:
        """How a passage reads."""
        return " ".join(self.parts[self.starts[number] : self.ends[number]])

    def sums(self, view: View, said: Floats) -> npt.NDArray[np.float64]:
        """What the pieces of one view say together in each passage, brought to length 1.

        `said` has a row for each of the view's rows and a column for each label; the result has
        a row for each passage.
        """
        squares = self._over(view.owners, view.values * view.values)
        weighed = said[view.places] * view.values[:, None]
        totals = np.stack([self._over(view.owners, column) for column in weighed.T], axis=1)
        norms: npt.NDArray[np.float64] = np.sqrt(np.where(squares > 0, squares, 1))
        return totals / norms[:, None]

    def _over(self, owners: Rows, column: Floats) -> npt.NDArray[np.float64]:
        until = np.concatenate(([0], np.cumsum(np.bincount(owners, column, len(self.parts)))))
        return until[self.ends] - until[self.starts]


def weigh_passages(vocabulary: Vocabulary, weighed: Weighed) -> Passages:
    """The overlapping passages of a weighed text; none where it is hardly longer than one."""
    parts = tuple(weighed.text.split())
    cuts = list(_cuts(parts))[:MOST]
    if not cuts:
        nowhere = np.empty(0, np.int64)
        return Passages((), nowhere, nowhere, ())
    split = [words(part) for part in parts]
    part_of_word = np.repeat(np.arange(len(parts)), [len(each) for each in split])
    found = word_pieces([[word for each in split for word in each]])
    # First all words, then every pair with its neighbour, which belongs to the first of the two.
    word_parts = np.concatenate([part_of_word, part_of_word[:-1]])
    runs = character_pieces(parts)
    end, offset = weighed.words_end, len(vocabulary.word_block.keys)
    return Passages(
        parts,
        np.array([start for start, _ in cuts], np.int64),
        np.array([end for _, end in cuts], np.int64),
        (
            _view(vocabulary.word_block, weighed.rows[:end], found.keys, word_parts, 0),
            _view(vocabulary.run_block, weighed.rows[end:], runs.keys, runs.owners, offset),
        ),
    )


def _cuts(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First part, and the one after the last, of every passage."""
    until = np.cumsum([_words_in(part) for part in parts])
    if not parts or until[-1] < LENGTH + STEP:
        return
    start, end = 0, 0
    while end < len(parts):
        before = until[start - 1] if start else 0
        end = max(int(np.searchsorted(until, before + LENGTH, side="right")), start + 1)
        yield start, end
        start = max(int(np.searchsorted(until, before + STEP, side="right")), start + 1)


def _words_in(part: str) -> int:
    """How many words a part between two spaces holds: Chinese writes them together."""
    return max(1, len(part) // CHARACTERS_A_WORD) if "㐀" <= part[0] <= "鿿" else 1


def _view(
    block: Block, rows: Rows, keys: Keys, owners: npt.NDArray[np.integer[Any]], offset: int
) -> View:
    """The view of a text whose known pieces stand on these rows, the block beginning at `offset`.

    A piece that stands twice in eight words is rare enough to count twice.
    """
    if not len(rows):
        nowhere = np.empty(0, np.int64)
        return View(rows, nowhere, nowhere, np.empty(0, np.float32))
    # Looked for among the few pieces of the text, not once more among all of the vocabulary.
    mine = block.keys[rows - offset]
    places = np.minimum(np.searchsorted(mine, keys), len(mine) - 1)
    known = mine[places] == keys
    places = places[known]
    return View(rows, owners[known].astype(np.int64), places, block.telling[rows - offset][places])
