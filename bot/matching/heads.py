"""Further questions about a text that is taken apart already: one more column of weights a label.

weighed = topics.weigh(text)
danger.rank(weighed).labels[0]
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from bot.matching.classifier import Ranking
from bot.matching.confidence import probabilities
from bot.matching.features import Weighed
from bot.matching.passages import Passages
from bot.matching.weights import Weights


@dataclass(frozen=True, slots=True)
class Head:
    """A linear classifier on the vocabulary of another; `training.train_head` makes one."""

    labels: tuple[str, ...]
    weights: Weights

    def rank(self, weighed: Weighed) -> Ranking:
        """All labels for a weighed text, best first; the confidence is the first one's score."""
        return self._ranked(probabilities(self.weights.scores(weighed.rows, weighed.values)))

    def rank_least(self, label: str, passages: Passages) -> tuple[str, Ranking] | None:
        """The passage that is least of this label, and all labels for it; None without any."""
        if not len(passages.starts):
            return None
        raw = np.zeros((len(passages.starts), len(self.labels))) + self.weights.bias
        for view in passages.views:
            once = np.ones(len(view.rows), np.float32)
            raw += passages.sums(view, self.weights.products(view.rows, once))
        chances = probabilities(raw.astype(np.float32))
        least = int(np.argmin(chances[:, self.labels.index(label)]))
        return passages.text(least), self._ranked(chances[least])

    def _ranked(self, chances: npt.NDArray[np.float32]) -> Ranking:
        order = np.argsort(-chances, kind="stable")
        scores = tuple(chances[order].tolist())
        return Ranking(tuple(self.labels[place] for place in order), scores, scores[0])

    def to_bytes(self) -> bytes:
        """Everything `from_bytes` needs, as one numpy archive without pickled objects."""
        out = io.BytesIO()
        labels = np.frombuffer(json.dumps(self.labels).encode(), dtype=np.uint8)
        np.savez(out, labels=labels, **self.weights.arrays())
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The head that `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            labels = tuple(json.loads(held["labels"].tobytes()))
            return cls(labels, Weights.from_arrays(held))
