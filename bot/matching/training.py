"""Making a classifier from examples. Only the building of the folder imports this.

    classifier = train([Example("my tooth hurts", "dental"), Example("buy a car", None), ...])

A softmax classifier learned by plain stochastic gradient steps: on short, sparse texts it ranks as
well as logistic regression solved to the end, in a tenth of the time. The confidence is learned
from what the same training does without a part of the examples and without whole labels, whose
examples then stand for questions that are out of scope.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bot.language.normalise import comparable
from bot.matching.classifier import Classifier, Scorer
from bot.matching.confidence import Confidence, learn, probabilities
from bot.matching.counted import Counted, count, over, vocabulary_of
from bot.matching.features import Vocabulary
from bot.matching.heads import Head
from bot.matching.spelling import Spelling
from bot.matching.weights import Weights

#: Rows of the vocabulary at most; the rarest pieces beyond it are left out. Bounds the memory:
#: 200,000 rows of 30 labels and three heads are 14 MB.
MOST_ROWS = 200_000
#: Parts that the written examples are dealt into when the confidence is learned.
PARTS = 4
#: Examples that are held out, at most, when the confidence is learned.
MOST_HELD_OUT = 12_000

_BATCH = 256
_STEP = 2.0
_LAST_STEP = 0.05
_MARGIN = 3.0
_BIAS_STEP = 0.05
# Steps over single examples that bring the loss down far enough, whatever their number.
_LOOKS = 150_000
_FEWEST_ROUNDS, _MOST_ROUNDS = 4, 30
_TEMPERATURES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
# Of the weight of all that is out of scope, the part of what was written to be so.
_WRITTEN_SHARE = 0.7

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Example:
    """One text and its label; None is out of scope.

    `expanded` marks a sentence made from a frame: it teaches the classifier, but how sure the
    classifier may be is learned from written lines only.
    """

    text: str
    label: str | None
    expanded: bool = False


def _descend(
    inputs: sparse.csr_matrix, targets: npt.NDArray[np.intp], columns: int, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Weights and bias for rows of `inputs` whose right columns are `targets`."""
    rows, width = inputs.shape
    rounds = int(np.clip(_LOOKS // max(rows, 1), _FEWEST_ROUNDS, _MOST_ROUNDS))
    rng = np.random.default_rng(seed)
    weights = np.zeros((width, columns), np.float32)
    bias = np.zeros(columns, np.float32)
    done, total = 0, rounds * -(-rows // _BATCH)
    for _ in range(rounds):
        order = rng.permutation(rows)
        shuffled, wanted = inputs[order], targets[order]
        for start in range(0, rows, _BATCH):
            batch = shuffled[start : start + _BATCH]
            goal = wanted[start : start + _BATCH]
            own = np.arange(len(goal))
            # Only the columns that this batch touches are read and written.
            touched, places = np.unique(batch.indices, return_inverse=True)
            narrow = sparse.csr_matrix(
                (batch.data, places.astype(np.int32), batch.indptr),
                shape=(len(goal), len(touched)),
            )
            here = weights[touched]
            scores = narrow @ here + bias
            # The right label must lead by a margin, so that lines learned early still teach.
            scores[own, goal] -= _MARGIN
            slope = probabilities(scores)
            slope[own, goal] -= 1
            slope *= _STEP * (_LAST_STEP + (1 - _LAST_STEP) * (1 - done / total))
            weights[touched] = here - narrow.T @ slope
            bias -= _BIAS_STEP * slope.sum(axis=0)
            done += 1
    return weights, bias


def train_head(examples: Sequence[Example], vocabulary: Vocabulary, *, seed: int = 0) -> Head:
    """Another question about the same texts, over a vocabulary that is learned already.

    Every example needs a label. Raises ValueError with fewer than two labels.
    """
    labels = sorted({example.label for example in examples if example.label is not None})
    if len(labels) < 2:
        raise ValueError(f"{len(labels)} label in the examples; a choice needs at least 2")
    place = {label: number for number, label in enumerate(labels)}
    taught = [example for example in examples if example.label in place]
    inputs = over(count([comparable(example.text) for example in taught]), vocabulary)
    targets = np.array([place[str(example.label)] for example in taught], dtype=np.intp)
    weights, bias = _descend(inputs, targets, len(labels), seed)
    return Head(tuple(labels), Weights.of(weights, bias))


def _scorer(
    counted: Counted, examples: Sequence[Example], rows: npt.NDArray[np.intp], seed: int
) -> Scorer:
    """The linear part, learned from these rows of the examples."""
    taught = [examples[row].label for row in rows]
    labels = sorted({label for label in taught if label is not None})
    place = {label: number for number, label in enumerate(labels)}
    contrast = None in taught
    targets = np.array(
        [len(labels) if label is None else place[label] for label in taught], dtype=np.intp
    )
    vocabulary, inputs = vocabulary_of(counted, rows, MOST_ROWS)
    weights, bias = _descend(inputs, targets, len(labels) + contrast, seed)
    return Scorer(
        tuple(labels),
        contrast,
        vocabulary,
        Weights.of(weights, bias),
        _seen(inputs, targets, len(labels)),
        Spelling.of(Counter(word for row in rows for word in set(counted.splits[row]))),
    )


def _seen(
    inputs: sparse.csr_matrix, targets: npt.NDArray[np.intp], labels: int
) -> npt.NDArray[np.uint8]:
    """For every piece, one bit a label: does any example of the label contain it."""
    held = np.zeros((inputs.shape[1], labels), np.bool_)
    owners = np.repeat(targets, np.diff(inputs.indptr))
    inside = owners < labels
    held[inputs.indices[inside], owners[inside]] = True
    return np.packbits(held, axis=1)


def _parts(
    examples: Sequence[Example], rng: np.random.Generator
) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], frozenset[str]]]:
    """Rows to learn from, rows held out, and the labels that the learning never saw.

    Every part holds out some written examples of each label, and everything of some labels.
    """
    labels = sorted({example.label for example in examples if example.label is not None})
    parts = min(PARTS, len(labels) - 2) if len(labels) > 3 else 1
    shuffled = rng.permutation(np.array(labels)).tolist()
    numbers = rng.permutation(len(examples)) % PARTS
    for part in range(parts):
        removed = frozenset(shuffled[part::parts] if parts > 1 else ())
        learned: list[int] = []
        held_out: list[int] = []
        for row, example in enumerate(examples):
            if example.label not in removed and (example.expanded or numbers[row] != part):
                learned.append(row)
            elif not example.expanded:
                held_out.append(row)
        yield np.array(learned, np.intp), np.array(held_out, np.intp), removed


def _sureness(
    counted: Counted,
    texts: Sequence[str],
    examples: Sequence[Example],
    seed: int,
    progress: Progress,
) -> tuple[Confidence, float]:
    """The confidence, and the temperature that fits the probabilities."""
    rng = np.random.default_rng(seed)
    found: list[npt.NDArray[np.float64]] = []
    raws: list[tuple[npt.NDArray[np.float32], int]] = []
    right: list[bool] = []
    outside: list[int] = []
    for number, (learned, held_out, removed) in enumerate(_parts(examples, rng), start=1):
        scorer = _scorer(counted, examples, learned, seed)
        for row in rng.permutation(held_out)[: MOST_HELD_OUT // PARTS]:
            label = examples[row].label
            raw, evidence = scorer.score(scorer.weigh(texts[row]))
            best = scorer.labels[int(np.argmax(raw[: len(scorer.labels)]))]
            inside = label is not None and label not in removed
            if label in scorer.labels:
                raws.append((raw, scorer.labels.index(label)))
            found.append(evidence)
            right.append(inside and best == label)
            outside.append(0 if inside else 1 if label is None else 2)
        progress(f"confidence, part {number} of the examples held out")
    sure = _learned(found, np.array(right, np.bool_), np.array(outside))
    return sure, _temperature(raws)


def _learned(
    found: Sequence[npt.NDArray[np.float64]],
    right: npt.NDArray[np.bool_],
    kinds: npt.NDArray[np.int_],
) -> Confidence:
    """The confidence. `kinds` says 0 of questions in scope, 1 of those written to be out of scope,
    2 of those whose label was held back; 1 and 2 together weigh as much as 0.
    """
    importance = np.ones(len(right))
    shares = {1: _WRITTEN_SHARE, 2: 1 - _WRITTEN_SHARE}
    present = [kind for kind in shares if (kinds == kind).any()]
    for kind in present:
        share = shares[kind] if len(present) > 1 else 1.0
        importance[kinds == kind] = share * (kinds == 0).sum() / (kinds == kind).sum()
    return learn(found, right, importance)


def _temperature(raws: Sequence[tuple[npt.NDArray[np.float32], int]]) -> float:
    """The temperature that makes the right labels of the held-out examples likeliest."""

    def loss(temperature: float) -> float:
        chances = [float(probabilities(raw / temperature)[label]) for raw, label in raws]
        return -float(np.log(np.array(chances) + 1e-9).mean())

    return min(_TEMPERATURES, key=loss) if raws else 1.0


def train(
    examples: Sequence[Example], *, seed: int = 0, progress: Progress | None = None
) -> Classifier:
    """A classifier that knows the examples' labels and how far to trust itself.

    The same examples and seed give the same classifier. `progress` is told what is being done.
    Raises ValueError with fewer than two labels.
    """
    tell = progress or (lambda _: None)
    ready = [
        Example(text, example.label, example.expanded)
        for example in examples
        if (text := comparable(example.text))
    ]
    labels = {example.label for example in ready if example.label is not None}
    if len(labels) < 2:
        raise ValueError(f"{len(labels)} label in the examples; a choice needs at least 2")
    tell(f"{len(ready)} examples, {len(labels)} labels")
    # A label's own words are one more example of it.
    ready += [
        Example(comparable(label.replace("_", " ")), label, expanded=True)
        for label in sorted(labels)
    ]
    texts = [example.text for example in ready]
    counted = count(texts)
    tell("taken apart")
    confidence, temperature = _sureness(counted, texts, ready, seed, tell)
    scorer = _scorer(counted, ready, np.arange(len(ready), dtype=np.intp), seed)
    tell(f"{len(scorer.vocabulary)} pieces")
    return Classifier(scorer, confidence, temperature)
