"""The pieces of a text that the classifier weighs, as stable numbers.

Two views of every text: its words with their neighbouring pairs, and the runs of two to five
characters inside each word. Each piece is a 32-bit number that is the same in every process.
Many texts are taken apart at once; `owners` says which text a piece came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from zlib import crc32

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint32]
Owners = npt.NDArray[np.int32]

SHORTEST_RUN = 2
LONGEST_RUN = 5

_SPACE = 32
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD6E8FEB86659FD93)
_FINISH = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of some texts: `keys[i]` belongs to text number `owners[i]`, repeats included."""

    owners: Owners
    keys: Keys


def _finished(mixed: npt.NDArray[np.uint64]) -> Keys:
    return (((mixed ^ (mixed >> _HALF)) * _FINISH) >> _HALF).astype(np.uint32)


def word_key(word: str) -> int:
    """The number of one word, 0 to 2**32 - 1."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def word_pieces(texts: Sequence[Sequence[str]]) -> Pieces:
    """Words and pairs of neighbouring words of texts that are already split into words."""
    lengths = [len(text) for text in texts]
    singles = np.fromiter(
        map(word_key, chain.from_iterable(texts)), dtype=np.uint32, count=sum(lengths)
    )
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    wide = singles.astype(np.uint64)
    pairs = _finished(wide[:-1] * _SPREAD + wide[1:] * _STEP)
    inside = owners[:-1] == owners[1:]
    return Pieces(
        np.concatenate([owners, owners[:-1][inside]]), np.concatenate([singles, pairs[inside]])
    )


def character_pieces(texts: Sequence[str]) -> Pieces:
    """Runs of two to five characters of comparable texts, never across a space.

    The space before and the space after a word count as characters of it.
    """
    padded = [f" {text} " for text in texts]
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in padded])
    spaces = codes == _SPACE
    first = codes.astype(np.uint64) * _SPREAD
    first ^= first >> _HALF
    mixed = first
    # A run may begin or end with a space but hold none inside. `whole` says that of the run
    # without its last character's own check, so it can grow by one character at a time.
    whole = ~(spaces[:-1] & spaces[1:])
    found_owners: list[Owners] = []
    found_keys: list[Keys] = []
    for length in range(SHORTEST_RUN, LONGEST_RUN + 1):
        if len(codes) < length:
            break
        mixed = mixed[:-1] * _STEP + first[length - 1 :]
        if length > SHORTEST_RUN:
            whole = whole[:-1] & ~spaces[length - 2 : len(codes) - 1]
        found_owners.append(owners[: len(whole)][whole])
        found_keys.append(_finished(mixed[whole]))
    if not found_keys:
        return Pieces(np.empty(0, np.int32), np.empty(0, np.uint32))
    return Pieces(np.concatenate(found_owners), np.concatenate(found_keys))


@dataclass(frozen=True, slots=True)
class Weighed:
    """One text as weights on the rows of a vocabulary.

    `words_end` is where the word rows end and the character rows begin in `rows` and `values`;
    each of the two parts has length 1, or is empty. `known_words` and `known_runs` are the shares
    of the text's pieces that the vocabulary has, 0 to 1; `length` is the number of words, and
    `repaired` the number of them that were put right; `text` is the comparable text.
    """

    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]
    words_end: int
    known_words: float
    known_runs: float
    length: int
    repaired: int = 0
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """The pieces of one view that are known: sorted keys, and how much each one tells (idf)."""

    keys: Keys
    telling: npt.NDArray[np.float32]

    def weigh(self, found: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], float]:
        """Rows, their weights (length 1 together) and the known share of the pieces found."""
        if not len(found) or not len(self.keys):
            return np.empty(0, np.int64), np.empty(0, np.float32), 0.0
        ordered = np.sort(found)
        firsts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        distinct = ordered[firsts]
        times = np.diff(firsts, append=len(ordered))
        rows = np.searchsorted(self.keys, distinct)
        rows[rows == len(self.keys)] = 0
        known = self.keys[rows] == distinct
        rows = rows[known]
        share = len(rows) / len(distinct)
        values = ((1.0 + np.log(times[known])) * self.telling[rows]).astype(np.float32)
        norm = float(np.sqrt(values @ values))
        return rows, values / norm if norm else values, share


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every piece that the classifier knows: word rows first, character rows after them."""

    word_block: Block
    run_block: Block

    def __len__(self) -> int:
        return len(self.word_block.keys) + len(self.run_block.keys)

    def weigh(self, text: str, split: Sequence[str]) -> Weighed:
        """A comparable text and its words as weights on rows; unknown pieces are left out."""
        word_rows, word_values, known_words = self.word_block.weigh(word_pieces([split]).keys)
        run_rows, run_values, known_runs = self.run_block.weigh(character_pieces([text]).keys)
        return Weighed(
            np.concatenate([word_rows, run_rows + len(self.word_block.keys)]),
            np.concatenate([word_values, run_values]),
            len(word_rows),
            known_words,
            known_runs,
            len(split),
        )
