"""Heads: further questions on a vocabulary that is learned already."""

from __future__ import annotations

import pytest

from bot.matching.classifier import Classifier
from bot.matching.heads import Head
from bot.matching.training import Example, train, train_head
from tests.matching.small_set import EXAMPLES, IN_SCOPE

LANGUAGES = [
    Example(example.text, "es" if "escuela" in example.text or "sin " in example.text else "en")
    for example in IN_SCOPE
    if example.text.isascii()
]


@pytest.fixture(scope="module")
def topics() -> Classifier:
    return train(EXAMPLES)


@pytest.fixture(scope="module")
def languages(topics: Classifier) -> Head:
    return train_head(LANGUAGES, topics.scorer.vocabulary)


def test_a_head_ranks_what_the_classifier_weighed(topics: Classifier, languages: Head) -> None:
    spanish = languages.rank(topics.weigh("hospital sin seguro para mi hermano"))
    english = languages.rank(topics.weigh("can i borrow books"))
    assert (spanish.labels[0], english.labels[0]) == ("es", "en")
    assert sum(spanish.scores) == pytest.approx(1)
    assert spanish.confidence == spanish.scores[0]


def test_a_head_survives_its_bytes(topics: Classifier, languages: Head) -> None:
    again = Head.from_bytes(languages.to_bytes())
    weighed = topics.weigh("school for my kids")
    assert again.rank(weighed) == languages.rank(weighed)


def test_the_passage_that_is_least_of_a_label_is_found(topics: Classifier, languages: Head) -> None:
    story = (
        "can i borrow books for my kids at the library " * 2 + "hospital sin seguro para mi hermano"
    )
    found = languages.rank_least("en", topics.passages(topics.weigh(story)))
    assert found is not None
    passage, ranking = found
    assert "sin seguro" in passage
    assert ranking.labels[0] == "es"


def test_a_short_text_has_no_passage_to_rank(topics: Classifier, languages: Head) -> None:
    assert languages.rank_least("en", topics.passages(topics.weigh("books"))) is None


def test_a_text_without_a_known_piece_is_ranked_by_the_bias(
    topics: Classifier, languages: Head
) -> None:
    assert set(languages.rank(topics.weigh("ၐၑၒ")).labels) == {"en", "es"}


def test_a_head_needs_two_labels(topics: Classifier) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        train_head([Example("a", "en"), Example("b", "en")], topics.scorer.vocabulary)
