"""Passages: the stretches of a long text, each looked at for itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.language.normalise import words
from bot.matching.features import Block, Vocabulary, Weighed, character_pieces, word_pieces
from bot.matching.passages import LENGTH, MOST, STEP, Passages, weigh_passages

STORY = " ".join(f"word{number}" for number in range(60))


def vocabulary_of(text: str) -> Vocabulary:
    """A vocabulary of everything in the text, each piece telling as much as its row number."""
    pieces = word_pieces([words(text)]).keys, character_pieces([text]).keys
    word_block, run_block = (
        Block(keys, np.arange(1, len(keys) + 1, dtype=np.float32))
        for keys in map(np.unique, pieces)
    )
    return Vocabulary(word_block, run_block)


def weighed_by(vocabulary: Vocabulary, text: str) -> Weighed:
    return replace(vocabulary.weigh(text, words(text)), text=text)


def passages_of(text: str) -> tuple[Passages, list[str]]:
    """The passages of a text, and how each one reads."""
    vocabulary = vocabulary_of(text or "word")
    found = weigh_passages(vocabulary, weighed_by(vocabulary, text))
    return found, [found.text(number) for number in range(len(found.starts))]


def test_a_short_text_has_no_passages() -> None:
    assert passages_of("")[1] == []
    assert passages_of(" ".join(["word"] * (LENGTH + STEP - 1)))[1] == []


def test_passages_overlap_and_leave_out_no_word() -> None:
    _, found = passages_of(STORY)
    assert {word for passage in found for word in passage.split()} == set(STORY.split())
    assert all(len(passage.split()) <= LENGTH for passage in found)
    assert found[1].split()[0] == f"word{STEP}"


def test_no_text_has_more_passages_than_there_is_time_for() -> None:
    assert len(passages_of(" ".join([STORY] * 50))[1]) == MOST


def test_chinese_is_cut_where_its_clauses_end() -> None:
    clauses = ["我们去年从边境走过来的", "住在亲戚家的地下室", "隔壁的男人正在打他的老婆"]
    _, found = passages_of(" ".join(clauses))
    assert clauses[2] in " ".join(found)
    assert len(found) > 1


def test_a_passage_says_what_it_would_say_alone() -> None:
    story = "ab cd ef gh ij kl mn op qr st uv wx yz zz"  # no run of characters twice
    vocabulary = vocabulary_of(story)
    passages = weigh_passages(vocabulary, weighed_by(vocabulary, story))
    said = np.random.default_rng(0).normal(size=(len(vocabulary), 2)).astype(np.float32)
    view = passages.views[1]
    together = passages.sums(view, said[view.rows])
    text = passages.text(1)
    alone = vocabulary.weigh(text, words(text))
    runs = slice(alone.words_end, None)
    assert together[1] == pytest.approx(alone.values[runs] @ said[alone.rows[runs]], rel=1e-3)
