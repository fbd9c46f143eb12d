"""Weights of one byte: nearly the numbers they were made from."""

from __future__ import annotations

import numpy as np

from bot.matching.weights import Weights

TABLE = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
BIAS = np.array([0.5, 0.0, -1.0, 2.0], np.float32)


def test_weights_are_close_to_the_table_they_were_made_from() -> None:
    weights = Weights.of(TABLE, BIAS)
    rows, values = np.arange(50), np.full(50, 0.1, np.float32)
    exact = values @ TABLE + BIAS
    assert weights.steps.dtype == np.int8
    assert np.abs(weights.scores(rows, values) - exact).max() < 0.02


def test_the_largest_weight_of_a_row_fits() -> None:
    weights = Weights.of(np.array([[1000.0, -1000.0], [0.0, 0.0]], np.float32), BIAS[:2])
    said = weights.products(np.array([0, 1]), np.ones(2, np.float32))
    assert said[0, 0] == -said[0, 1]
    assert abs(said[0, 0] - 1000) < 10
    assert not said[1].any()


def test_weights_survive_their_arrays() -> None:
    weights = Weights.of(TABLE, BIAS)
    again = Weights.from_arrays(weights.arrays())
    rows, values = np.array([3, 7]), np.ones(2, np.float32)
    assert np.array_equal(again.scores(rows, values), weights.scores(rows, values))
