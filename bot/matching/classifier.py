"""Topics of a text, ranked by a linear classifier over its words and character runs.

    ranking = classifier.rank("can my kids go to school without papers")
    ranking.labels[0], ranking.scores[0], ranking.confidence

One model for all languages. A question costs the same whatever the number of phrases behind it.
"""

import io
import json
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from bot.language.normalise import comparable_beginning, words
from bot.matching import confidence as sureness
from bot.matching.confidence import Confidence
from bot.matching.features import Block, Vocabulary, Weighed
from bot.matching.passages import Passages, weigh_passages
from bot.matching.spelling import Spelling
from bot.matching.weights import Weights

_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Ranking:
    """Labels, best first, with their probabilities, and how sure the first one is.

    `scores` sum to 1, or to less where the text looks out of scope; `confidence`, 0 to 1, is the
    learned probability that `labels[0]` is right.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    confidence: float

    def score(self, label: str) -> float:
        """The probability of a label; 0.0 where it is not ranked."""
        return self.scores[self.labels.index(label)] if label in self.labels else 0.0


@dataclass(frozen=True, slots=True)
class Scorer:
    """The linear part: a vocabulary and one column of weights a label.

    Where `contrast` is true a last column stands for out of scope. `seen` has a row of bits for
    every piece: the labels whose examples contain it.
    """

    labels: tuple[str, ...]
    contrast: bool
    vocabulary: Vocabulary
    weights: Weights
    seen: npt.NDArray[np.uint8]
    spelling: Spelling

    def weigh(self, text: str) -> Weighed:
        """A comparable text as weights on the vocabulary's rows, its slips put right."""
        typed = words(text)
        split = self.spelling.repaired(typed)
        changed = {old: new for old, new in zip(typed, split, strict=True) if old != new}
        if changed:
            text = " ".join(changed.get(word, word) for word in text.split())
        return replace(self.vocabulary.weigh(text, split), repaired=len(changed), text=text)

    def score(self, weighed: Weighed) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
        """Raw scores of a weighed text, one a column, and the evidence for a confidence."""
        raw = self.weights.scores(weighed.rows, weighed.values)
        covered = sureness.coverage(weighed, self.seen[weighed.rows], len(self.labels))
        return raw, sureness.evidence(raw, self.contrast, weighed, covered)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A trained matcher; `bot.matching.training.train` makes one."""

    scorer: Scorer
    confidence: Confidence
    #: Raw scores are divided by this before they become probabilities.
    temperature: float

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that can be ranked."""
        return self.scorer.labels

    def weigh(self, text: str) -> Weighed:
        """A text as a person typed it, taken apart once for every ranking of it. Never raises."""
        return self.scorer.weigh(comparable_beginning(text))

    def passages(self, weighed: Weighed) -> Passages:
        """The passages of a text that is weighed already, for heads to look at one by one."""
        return weigh_passages(self.scorer.vocabulary, weighed)

    def rank(self, text: str | Weighed) -> Ranking:
        """All labels for a text, or for one that is weighed already, best first. Never raises."""
        raw, found = self.scorer.score(self.weigh(text) if isinstance(text, str) else text)
        chances = sureness.probabilities(raw / np.float32(self.temperature))
        chances = chances[: len(self.labels)]
        order = np.argsort(-chances, kind="stable")
        return Ranking(
            tuple(self.labels[place] for place in order),
            tuple(chances[order].tolist()),
            self.confidence.of(found),
        )

    def to_bytes(self) -> bytes:
        """Everything `from_bytes` needs, as one numpy archive without pickled objects."""
        about = {
            "format": _FORMAT,
            "labels": self.labels,
            "contrast": self.scorer.contrast,
            "temperature": self.temperature,
            "offset": self.confidence.offset,
        }
        vocabulary, spelling = self.scorer.vocabulary, self.scorer.spelling
        out = io.BytesIO()
        np.savez(
            out,
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            word_keys=vocabulary.word_block.keys,
            word_telling=vocabulary.word_block.telling,
            run_keys=vocabulary.run_block.keys,
            run_telling=vocabulary.run_block.telling,
            **self.scorer.weights.arrays(),
            seen=self.scorer.seen,
            spelling_text=np.frombuffer(spelling.text, dtype=np.uint8),
            spelling_starts=spelling.starts,
            spelling_uses=spelling.uses,
            spelling_known=spelling.known,
            spelling_left=spelling.left,
            spelling_meant=spelling.meant,
            confidence=np.stack(
                [self.confidence.centre, self.confidence.scale, self.confidence.weights]
            ),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The classifier that `to_bytes` wrote; ValueError if another version wrote it."""
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            about = json.loads(held["about"].tobytes())
            if about["format"] != _FORMAT:
                raise ValueError(
                    f"matcher format {about['format']}, wanted {_FORMAT}: build the folder again"
                )
            centre, scale, weights = held["confidence"]
            return cls(
                Scorer(
                    tuple(about["labels"]),
                    about["contrast"],
                    Vocabulary(
                        Block(held["word_keys"], held["word_telling"]),
                        Block(held["run_keys"], held["run_telling"]),
                    ),
                    Weights.from_arrays(held),
                    held["seen"],
                    Spelling(
                        held["spelling_text"].tobytes(),
                        held["spelling_starts"],
                        held["spelling_uses"],
                        held["spelling_known"],
                        held["spelling_left"],
                        held["spelling_meant"],
                    ),
                ),
                Confidence(centre, scale, weights, about["offset"]),
                about["temperature"],
            )
