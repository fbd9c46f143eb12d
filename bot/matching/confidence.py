"""How sure the classifier may be of its first choice, learned from choices that went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.features import Weighed

Floats = npt.NDArray[np.float32]

#: What the confidence looks at, in the order of `evidence`.
EVIDENCE = (
    "first",  # raw score of the first choice
    "lead",  # over the second
    "lead-over-third",
    "odds",  # log odds of its probability
    "doubt",  # entropy of the probabilities
    "lead-over-contrast",  # over the out-of-scope column, when there is one
    "known-words",
    "known-runs",
    "length",
    "repaired-words",  # share of words that were put right
    "words-of-own",  # share of the words' weight that the first choice's examples contain
    "runs-of-own",
    "words-of-own-lead",  # over the best other label
    "runs-of-own-lead",
)

_TINY = 1e-9


def probabilities(raw: Floats) -> Floats:
    """Softmax of raw scores along the last axis."""
    shifted = np.exp(raw - raw.max(axis=-1, keepdims=True))
    out: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return out


def coverage(weighed: Weighed, seen: npt.NDArray[np.uint8], labels: int) -> tuple[Floats, Floats]:
    """Per label, the share of the weight of the words, and of the runs, that its examples hold.

    `seen` has a row of bits for every row of `weighed.rows`, one bit a label.
    """
    held = np.unpackbits(seen, axis=1, count=labels).astype(np.float32)
    squares: Floats = weighed.values * weighed.values
    end = weighed.words_end
    words_of: Floats = np.einsum("i,ij->j", squares[:end], held[:end])
    runs_of: Floats = np.einsum("i,ij->j", squares[end:], held[end:])
    return words_of, runs_of


def evidence(
    raw: Floats,
    contrast: bool,
    weighed: Weighed,
    covered: tuple[Floats, Floats],
) -> npt.NDArray[np.float64]:
    """The numbers named in `EVIDENCE` for one text.

    `raw` holds one score a label and, where `contrast` says so, a last one for out of scope.
    """
    labels = raw[:-1] if contrast else raw
    order = np.argsort(-labels, kind="stable")
    best = int(order[0])
    first = float(labels[best])
    second = float(labels[order[1]]) if len(order) > 1 else first
    third = float(labels[order[2]]) if len(order) > 2 else second
    chances = probabilities(raw)
    chance = float(chances[best])
    words_of, runs_of = covered
    return np.array(
        [
            first,
            first - second,
            first - third,
            np.log(chance + _TINY) - np.log(1.0 - chance + _TINY),
            -float(chances @ np.log(chances + _TINY)),
            first - float(raw[-1]) if contrast else 0.0,
            weighed.known_words,
            weighed.known_runs,
            np.log1p(weighed.length),
            weighed.repaired / max(weighed.length, 1),
            words_of[best],
            runs_of[best],
            _lead(words_of, best),
            _lead(runs_of, best),
        ]
    )


def _lead(values: Floats, best: int) -> float:
    if len(values) < 2:
        return 0.0
    top = np.partition(values, -2)[-2:]
    rival = top[0] if values[best] >= top[1] else top[1]
    return float(values[best] - rival)


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic curve over the evidence."""

    centre: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    offset: float

    def of(self, found: npt.NDArray[np.float64]) -> float:
        """The learned probability, 0 to 1, that the first choice is right."""
        score = float((found - self.centre) / self.scale @ self.weights) + self.offset
        return float(1.0 / (1.0 + np.exp(-np.clip(score, -50.0, 50.0))))


def untrained() -> Confidence:
    """The confidence to use where nothing could be learned: the probability itself."""
    weights = np.zeros(len(EVIDENCE))
    weights[EVIDENCE.index("odds")] = 1.0
    return Confidence(np.zeros(len(EVIDENCE)), np.ones(len(EVIDENCE)), weights, 0.0)


def learn(
    found: Sequence[npt.NDArray[np.float64]],
    right: npt.NDArray[np.bool_],
    importance: npt.NDArray[np.float64],
    *,
    ridge: float = 1.0,
    rounds: int = 30,
) -> Confidence:
    """Fit the curve to evidence of choices known to be right or wrong.

    `importance` weighs each of them. Newton's method on the ridge-penalised logistic loss; where
    all are right, or all wrong, there is nothing to learn and `untrained` comes back.
    """
    if not len(found) or right.all() or not right.any():
        return untrained()
    table = np.stack(found)
    centre, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale < _TINY] = 1.0
    inputs = np.hstack([(table - centre) / scale, np.ones((len(table), 1))])
    penalty = np.full(inputs.shape[1], ridge)
    penalty[-1] = 0.0
    weights = np.zeros(inputs.shape[1])
    for _ in range(rounds):
        chance = 1.0 / (1.0 + np.exp(-np.clip(inputs @ weights, -50.0, 50.0)))
        slope = inputs.T @ (importance * (chance - right)) + penalty * weights
        curve = importance * np.maximum(chance * (1.0 - chance), 1e-6)
        step = np.linalg.solve((inputs.T * curve) @ inputs + np.diag(penalty + _TINY), slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return Confidence(centre, scale, weights[:-1], float(weights[-1]))
