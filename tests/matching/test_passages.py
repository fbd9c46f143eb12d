"""Passages: the stretches of a long text, each looked at for itself."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language.normalise import words
from bot.matching.features import Block, Vocabulary, character_pieces, word_pieces
from bot.matching.passages import LENGTH, MOST, STEP, passages_of, weigh_passages

STORY = " ".join(f"word{number}" for number in range(60))


def test_a_short_text_has_no_passages() -> None:
    assert passages_of("") == []
    assert passages_of(" ".join(["word"] * (LENGTH + STEP - 1))) == []


def test_passages_overlap_and_leave_out_no_word() -> None:
    found = passages_of(STORY)
    assert {word for passage in found for word in passage.split()} == set(STORY.split())
    assert all(len(passage.split()) <= LENGTH for passage in found)
    assert found[1].split()[0] == f"word{STEP}"


def test_no_text_has_more_passages_than_there_is_time_for() -> None:
    assert len(passages_of(STORY * 50)) == MOST


def test_chinese_is_cut_where_its_clauses_end() -> None:
    clauses = ["我们去年从边境走过来的", "住在亲戚家的地下室", "隔壁的男人正在打他的老婆"]
    found = passages_of(" ".join(clauses))
    assert clauses[2] in " ".join(found)
    assert len(found) > 1


def test_a_passage_weighs_what_it_would_weigh_alone() -> None:
    runs, found = np.unique(character_pieces([STORY]).keys), word_pieces([words(STORY)]).keys
    vocabulary = Vocabulary(
        Block(np.unique(found), np.ones(len(np.unique(found)), np.float32)),
        Block(runs, np.ones(len(runs), np.float32)),
    )
    passages = weigh_passages(vocabulary, STORY)
    alone = vocabulary.weigh(passages.texts[2], words(passages.texts[2]))
    own = passages.owners == 2
    assert set(passages.rows[own].tolist()) == set(alone.rows.tolist())
    assert (passages.values[own] ** 2).sum() == pytest.approx(2, rel=1e-4)
