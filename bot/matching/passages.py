"""The passages of a long text, each weighed for itself: a need in the middle of a story, told in
eight words of sixty, would drown in the whole.

    passages = weigh_passages(vocabulary, "we came in march ... he is hitting her ... no papers")
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.language.normalise import words
from bot.matching.features import (
    Block,
    Owners,
    Pieces,
    Vocabulary,
    character_pieces,
    word_pieces,
)

#: Words of a passage, and from the beginning of one to that of the next.
LENGTH, STEP = 8, 4
#: Characters that count as a word in writing without spaces.
CHARACTERS_A_WORD = 2
#: Passages that are looked at, at most; keeps the time for a question bounded.
MOST = 24


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages of one text as weights on the rows of a vocabulary.

    `values[i]` stands on row `rows[i]` and belongs to the passage `texts[owners[i]]`.
    """

    texts: tuple[str, ...] = field(repr=False)
    owners: Owners
    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]


def passages_of(text: str) -> list[str]:
    """The overlapping passages of a comparable text; none where it is hardly longer than one."""
    return list(_cut(text))[:MOST]


def _cut(text: str) -> Iterator[str]:
    parts = text.split()
    lengths = [1 if part[0].isascii() else max(1, _words_in(part)) for part in parts]
    ends = np.cumsum(lengths)
    if not parts or ends[-1] < LENGTH + STEP:
        return
    start, last_end = 0, 0
    while last_end < len(parts):
        before = ends[start - 1] if start else 0
        last_end = max(int(np.searchsorted(ends, before + LENGTH, side="right")), start + 1)
        yield " ".join(parts[start:last_end])
        start = max(int(np.searchsorted(ends, before + STEP, side="right")), start + 1)


def _words_in(part: str) -> int:
    """How many words a part between two spaces holds: Chinese writes them together."""
    return len(part) // CHARACTERS_A_WORD if part[0] >= "㐀" and part[0] <= "鿿" else 1


def weigh_passages(vocabulary: Vocabulary, text: str) -> Passages:
    """The passages of a comparable text, all weighed at once."""
    texts = passages_of(text)
    word_part = _over(vocabulary.word_block, word_pieces([words(each) for each in texts]))
    run_part = _over(vocabulary.run_block, character_pieces(texts))
    return Passages(
        tuple(texts),
        np.concatenate([word_part[0], run_part[0]]),
        np.concatenate([word_part[1], run_part[1] + len(vocabulary.word_block.keys)]),
        np.concatenate([word_part[2], run_part[2]]),
    )


def _over(
    block: Block, found: Pieces
) -> tuple[Owners, npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Owners, rows and weights of the known pieces; those of one owner have length 1 together."""
    if not len(found.keys) or not len(block.keys):
        return np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.float32)
    places = np.minimum(np.searchsorted(block.keys, found.keys), len(block.keys) - 1)
    known = block.keys[places] == found.keys
    owners, rows = found.owners[known], places[known]
    # A piece that stands twice in eight words is rare enough to count twice.
    values = block.telling[rows]
    norms = np.sqrt(np.bincount(owners, values * values)).astype(np.float32)
    return owners, rows, values / norms[owners]
