from dataclasses import replace

import numpy as np
import pytest

from bot.matching.confidence import EVIDENCE, coverage, evidence, learn, probabilities, untrained
from bot.matching.features import Weighed


def weighed(values: list[float], words_end: int) -> Weighed:
    return Weighed(
        np.arange(len(values)), np.array(values, np.float32), words_end, 0.5, 0.75, words_end
    )


def named(found: np.ndarray) -> dict[str, float]:
    return dict(zip(EVIDENCE, found.tolist(), strict=True))


def test_probabilities_sum_to_one_even_for_huge_scores() -> None:
    assert np.isclose(probabilities(np.array([1e4, 0, -1e4], np.float32)).sum(), 1)


def test_coverage_is_the_share_of_weight_that_a_label_has_seen() -> None:
    seen = np.packbits(np.array([[1, 0], [0, 1], [1, 1]], np.uint8), axis=1)
    words_of, runs_of = coverage(weighed([0.6, 0.8, 1.0], 2), seen, 2)
    assert words_of == pytest.approx([0.36, 0.64])
    assert runs_of == pytest.approx([1, 1])


def test_evidence_names_what_it_says() -> None:
    covered = (np.array([0.2, 0.9], np.float32), np.array([0.5, 0.1], np.float32))
    raw = np.array([3.0, 1.0, 2.5], np.float32)
    said = named(evidence(raw, True, replace(weighed([1.0, 1.0], 1), repaired=1), covered))
    assert said["first"] == 3
    assert said["lead"] == 2
    assert said["lead-over-contrast"] == 0.5
    assert said["known-words"] == 0.5
    assert said["repaired-words"] == 1
    assert said["words-of-own-lead"] == pytest.approx(-0.7)
    assert said["runs-of-own-lead"] == pytest.approx(0.4)


def test_evidence_of_a_single_label_is_finite() -> None:
    one = np.ones(1, np.float32)
    assert np.isfinite(evidence(one, False, weighed([], 0), (one, one))).all()


def test_learning_tells_right_from_wrong() -> None:
    rng = np.random.default_rng(0)
    right = rng.random(400) < 0.5
    table = rng.normal(size=(400, len(EVIDENCE)))
    table[:, 0] += 2.0 * right
    sure = learn(list(table), right, np.ones(400))
    said = np.array([sure.of(row) for row in table])
    assert said[right].mean() > 0.6 > 0.4 > said[~right].mean()
    assert ((said >= 0) & (said <= 1)).all()
    assert abs(said.mean() - right.mean()) < 0.01


@pytest.mark.parametrize("right", [True, False])
def test_nothing_is_learned_where_all_went_one_way(right: bool) -> None:
    table = [np.zeros(len(EVIDENCE))] * 5
    sure = learn(table, np.full(5, right), np.ones(5))
    assert sure.of(np.zeros(len(EVIDENCE))) == untrained().of(np.zeros(len(EVIDENCE))) == 0.5


def test_learning_from_nothing_gives_the_probability_itself() -> None:
    sure = learn([], np.empty(0, np.bool_), np.empty(0))
    found = np.zeros(len(EVIDENCE))
    found[EVIDENCE.index("odds")] = np.log(3)
    assert sure.of(found) == pytest.approx(0.75)
