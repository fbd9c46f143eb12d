import subprocess
import sys

import numpy as np

from bot.language.normalise import words
from bot.matching.features import Block, Vocabulary, character_pieces, word_key, word_pieces


def test_words_and_neighbouring_pairs_are_pieces() -> None:
    found = word_pieces([["no", "papers"], ["papers"], []])
    assert found.owners.tolist() == [0, 0, 1, 0]
    assert found.keys[1] == found.keys[2] == word_key("papers")
    assert found.keys[3] not in found.keys[:3]


def test_pairs_keep_their_order() -> None:
    assert word_pieces([["a", "b"]]).keys[2] != word_pieces([["b", "a"]]).keys[2]


def test_runs_count_the_spaces_around_a_word() -> None:
    # " ab ": three runs of two, two of three, one of four.
    assert len(character_pieces(["ab"]).keys) == 6


def test_runs_never_cross_a_space() -> None:
    apart = [character_pieces([word]).keys for word in ("food", "bank")]
    assert sorted(character_pieces(["food bank"]).keys) == sorted(np.concatenate(apart))


def test_many_texts_give_what_each_gives_alone() -> None:
    texts = ["no papers", "", "डॉक्टर", "a", "没有证件"]
    together = character_pieces(texts)
    for number, text in enumerate(texts):
        alone = character_pieces([text]).keys
        assert sorted(together.keys[together.owners == number]) == sorted(alone)


def test_no_texts_have_no_pieces() -> None:
    assert len(word_pieces([]).keys) == 0
    assert len(character_pieces([]).keys) == 0


def test_keys_are_the_same_in_every_process() -> None:
    code = (
        "from bot.matching.features import *;"
        "print(*character_pieces(['school']).keys, *word_pieces([['old', 'school']]).keys)"
    )
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    here = [*character_pieces(["school"]).keys, *word_pieces([["old", "school"]]).keys]
    assert other.stdout.split() == [str(key) for key in here]


def vocabulary_of(text: str) -> Vocabulary:
    word_keys = np.unique(word_pieces([words(text)]).keys)
    run_keys = np.unique(character_pieces([text]).keys)
    return Vocabulary(
        Block(word_keys, np.ones(len(word_keys), np.float32)),
        Block(run_keys, np.ones(len(run_keys), np.float32)),
    )


def test_a_known_text_is_wholly_known() -> None:
    weighed = vocabulary_of("no papers").weigh("no papers", ["no", "papers"])
    assert weighed.known_words == weighed.known_runs == 1.0
    assert weighed.words_end == 3
    assert np.isclose((weighed.values[:3] ** 2).sum(), 1)
    assert np.isclose((weighed.values[3:] ** 2).sum(), 1)


def test_an_unknown_text_weighs_nothing() -> None:
    weighed = vocabulary_of("no papers").weigh("zzz", ["zzz"])
    assert len(weighed.rows) == 0
    assert weighed.known_words == weighed.known_runs == 0.0


def test_an_empty_text_weighs_nothing() -> None:
    assert len(vocabulary_of("no papers").weigh("", []).rows) == 0
