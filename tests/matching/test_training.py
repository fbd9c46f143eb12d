import numpy as np
import pytest

from bot.language.normalise import comparable, words
from bot.matching import training
from bot.matching.counted import count, vocabulary_of
from bot.matching.training import Example, train
from tests.matching.small_set import EXAMPLES, IN_SCOPE


def test_the_same_seed_gives_the_same_classifier() -> None:
    assert train(EXAMPLES, seed=3).to_bytes() == train(EXAMPLES, seed=3).to_bytes()


def test_fewer_than_two_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="1 label"):
        train([Example("my tooth hurts", "dental"), Example("buy a car", None)])


@pytest.mark.parametrize("labels", [2, 3, 4, 5])
def test_few_labels_and_few_examples_train(labels: int) -> None:
    texts = ["tooth ache", "library card", "food bank", "bus fare", "rent due"][:labels]
    classifier = train([Example(text, f"topic-{number}") for number, text in enumerate(texts)])
    assert [classifier.rank(text).labels[0] for text in texts] == list(classifier.labels)


def test_a_labels_own_name_is_an_example_of_it() -> None:
    classifier = train([Example("dientes", "tooth-ache"), Example("libros", "library")])
    assert classifier.rank("tooth ache").labels[0] == "tooth-ache"


def test_empty_texts_are_left_out() -> None:
    assert train([*IN_SCOPE, Example("?!", "odd"), Example("", "odd")]).labels == (
        "food", "hospital", "library", "police", "school", "shelter",
    )  # fmt: skip


def test_progress_is_told() -> None:
    told: list[str] = []
    train(EXAMPLES, progress=told.append)
    assert told[0].endswith("6 labels")
    assert told[-1].endswith("pieces")


def test_training_and_ranking_weigh_texts_alike() -> None:
    texts = [comparable(example.text) for example in EXAMPLES]
    counted = count(texts)
    vocabulary, inputs = vocabulary_of(counted, np.arange(len(texts)), 10_000)
    for row in (0, 40, 100, len(texts) - 1):
        weighed = vocabulary.weigh(texts[row], words(texts[row]))
        dense = np.zeros(len(vocabulary))
        dense[weighed.rows] = weighed.values
        assert np.allclose(dense, inputs[row].toarray()[0], atol=1e-6)


def test_the_rarest_pieces_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_ROWS", 500)
    classifier = train(EXAMPLES)
    assert len(classifier.scorer.vocabulary) == 500
    assert classifier.rank("food bank near me").labels[0] == "food"


def test_held_out_rows_and_labels_are_never_learned_from() -> None:
    frames = [Example("a frame of food", "food", expanded=True)]
    examples = [*EXAMPLES, *frames]
    removed_labels: set[str] = set()
    held: list[int] = []
    for learned, held_out, removed in training._parts(examples, np.random.default_rng(0)):
        assert not set(learned) & set(held_out)
        assert not {examples[row].label for row in learned} & removed
        assert len(examples) - 1 not in held_out
        removed_labels |= removed
        held += held_out.tolist()
    assert removed_labels == {example.label for example in IN_SCOPE}
    assert set(held) == set(range(len(EXAMPLES)))
