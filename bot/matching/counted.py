"""Texts taken apart for learning: sparse tables of how often each piece stands in each text.

counted = count(texts)
vocabulary, inputs = vocabulary_of(counted, rows, most)      # what is frequent there
inputs = over(counted, vocabulary)                           # the same, over another vocabulary
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bot.language.normalise import words
from bot.matching.features import (
    Block,
    Keys,
    Pieces,
    Vocabulary,
    character_pieces,
    word_pieces,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Texts taken apart once: how often each piece (column) stands in each text (row)."""

    splits: list[list[str]]
    word_keys: Keys
    word_counts: sparse.csr_matrix
    run_keys: Keys
    run_counts: sparse.csr_matrix


def _counts(found: Pieces, texts: int) -> tuple[Keys, sparse.csr_matrix]:
    keys, columns = np.unique(found.keys, return_inverse=True)
    ones = np.ones(len(columns), np.float32)
    return keys, sparse.csr_matrix((ones, (found.owners, columns)), shape=(texts, len(keys)))


def count(texts: Sequence[str]) -> Counted:
    """Comparable texts taken apart."""
    splits = [words(text) for text in texts]
    word_keys, word_counts = _counts(word_pieces(splits), len(texts))
    run_keys, run_counts = _counts(character_pieces(texts), len(texts))
    return Counted(splits, word_keys, word_counts, run_keys, run_counts)


def _block(keys: Keys, counts: sparse.csr_matrix, most: int) -> tuple[Block, sparse.csr_matrix]:
    """The most frequent pieces as a block, and the texts as rows of length 1 over it."""
    spread = np.bincount(counts.indices, minlength=len(keys))
    kept = spread > 0
    if kept.sum() > most:
        kept[np.argsort(-spread, kind="stable")[most:]] = False
    inside = kept[counts.indices]
    ends = np.concatenate(([0], np.cumsum(inside)))[counts.indptr]
    columns = (np.cumsum(kept) - 1)[counts.indices[inside]]
    telling = (np.log((1 + counts.shape[0]) / (1 + spread[kept])) + 1).astype(np.float32)
    values = ((1 + np.log(counts.data[inside])) * telling[columns]).astype(np.float32)
    owners = np.repeat(np.arange(counts.shape[0]), np.diff(ends))
    norms = np.sqrt(np.bincount(owners, values.astype(np.float64) ** 2, counts.shape[0]))
    values /= norms[owners].astype(np.float32)
    inputs = sparse.csr_matrix((values, columns, ends), shape=(counts.shape[0], int(kept.sum())))
    return Block(keys[kept], telling), inputs


def vocabulary_of(
    counted: Counted, rows: npt.NDArray[np.intp], most: int
) -> tuple[Vocabulary, sparse.csr_matrix]:
    """The vocabulary of some of the texts, and those texts as weighed rows over it.

    It has `most` pieces at most, the most frequent ones.
    """
    word_block, word_inputs = _block(counted.word_keys, counted.word_counts[rows], most // 2)
    run_block, run_inputs = _block(
        counted.run_keys, counted.run_counts[rows], most - len(word_block.keys)
    )
    return Vocabulary(word_block, run_block), sparse.hstack([word_inputs, run_inputs]).tocsr()


def over(counted: Counted, vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Texts as rows over a vocabulary that was made from others."""
    return sparse.hstack(
        [
            _over(vocabulary.word_block, counted.word_keys, counted.word_counts),
            _over(vocabulary.run_block, counted.run_keys, counted.run_counts),
        ]
    ).tocsr()


def _over(block: Block, keys: Keys, counts: sparse.csr_matrix) -> sparse.csr_matrix:
    places = np.minimum(np.searchsorted(block.keys, keys), len(block.keys) - 1)
    known = block.keys[places] == keys
    inside = counts[:, np.flatnonzero(known)].tocsr()
    columns = places[known][inside.indices]
    values = ((1 + np.log(inside.data)) * block.telling[columns]).astype(np.float32)
    owners = np.repeat(np.arange(inside.shape[0]), np.diff(inside.indptr))
    norms = np.sqrt(np.bincount(owners, values.astype(np.float64) ** 2, inside.shape[0]))
    values /= np.where(norms > 0, norms, 1)[owners].astype(np.float32)
    return sparse.csr_matrix(
        (values, columns, inside.indptr), shape=(inside.shape[0], len(block.keys))
    )
