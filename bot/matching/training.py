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

from bot.language.normalise import comparable, words
from bot.matching.classifier import Classifier, Scorer
from bot.matching.confidence import Confidence, learn, probabilities
from bot.matching.features import Block, Pieces, Vocabulary, pieces
from bot.matching.spelling import Spelling

#: Rows of the vocabulary at most; the rarest pieces beyond it are left out. Bounds the memory.
MOST_ROWS = 300_000
#: Parts that the written examples are dealt into when the confidence is learned.
PARTS = 4
#: Examples that are held out, at most, when the confidence is learned.
MOST_HELD_OUT = 12_000

_BATCH = 256
_STEP = 0.2
_LAST_STEP = 0.05
_BIAS_STEP = 0.05
# Steps over single examples that bring the loss down far enough, whatever their number.
_LOOKS = 200_000
_FEWEST_ROUNDS, _MOST_ROUNDS = 4, 30
_TEMPERATURES = (0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8)
_CONTRAST = ""

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


@dataclass(frozen=True, slots=True)
class _Matrix:
    vocabulary: Vocabulary
    inputs: sparse.csr_matrix


def _block(found: Pieces, texts: int, most: int) -> tuple[Block, sparse.csr_matrix]:
    """The most frequent pieces as a block, and the texts as rows of length 1 over it."""
    keys, columns = np.unique(found.keys, return_inverse=True)
    counts = sparse.csr_matrix(
        (np.ones(len(columns), np.float32), (found.owners, columns)), shape=(texts, len(keys))
    )
    spread = np.bincount(counts.indices, minlength=len(keys))
    if len(keys) > most:
        kept = np.sort(np.argsort(-spread, kind="stable")[:most])
        keys, spread, counts = keys[kept], spread[kept], counts[:, kept].tocsr()
    telling = (np.log((1 + texts) / (1 + spread)) + 1).astype(np.float32)
    counts.data = ((1 + np.log(counts.data)) * telling[counts.indices]).astype(np.float32)
    norms = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    norms[norms == 0] = 1
    counts.data /= np.repeat(norms, np.diff(counts.indptr)).astype(np.float32)
    return Block(keys, telling), counts


def _matrix(texts: Sequence[str]) -> _Matrix:
    word_found, run_found = pieces(texts)
    word_block, word_inputs = _block(word_found, len(texts), MOST_ROWS // 2)
    run_block, run_inputs = _block(run_found, len(texts), MOST_ROWS - len(word_block.keys))
    return _Matrix(
        Vocabulary(word_block, run_block), sparse.hstack([word_inputs, run_inputs]).tocsr()
    )


def _descend(
    inputs: sparse.csr_matrix, targets: npt.NDArray[np.intp], columns: int, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Weights and bias for rows of `inputs` whose right columns are `targets`."""
    rows, width = inputs.shape
    rounds = int(np.clip(_LOOKS // max(rows, 1), _FEWEST_ROUNDS, _MOST_ROUNDS))
    rng = np.random.default_rng(seed)
    weights = np.zeros((width, columns), np.float32)
    bias = np.full(columns, -1, np.float32)
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
            # Squared hinge, one label against the rest: what falls short of a margin of one.
            short = narrow @ here + bias
            short[own, goal] *= -1
            short += 1
            np.maximum(short, 0, out=short)
            short[own, goal] *= -1
            short *= _STEP * (_LAST_STEP + (1 - _LAST_STEP) * (1 - done / total))
            weights[touched] = here - narrow.T @ short
            bias -= _BIAS_STEP * short.sum(axis=0)
            done += 1
    return weights, bias


def _scorer(examples: Sequence[Example], seed: int) -> Scorer:
    """The linear part for examples whose texts are comparable already."""
    labels = sorted({example.label for example in examples if example.label is not None})
    contrast = any(example.label is None for example in examples)
    place = {label: number for number, label in enumerate(labels)}
    # A label's own words are one more example of it.
    named = [Example(comparable(label.replace("_", " ")), label) for label in labels]
    taught = [*examples, *named]
    targets = np.array(
        [len(labels) if e.label is None else place[e.label] for e in taught], dtype=np.intp
    )
    texts = [example.text for example in taught]
    matrix = _matrix(texts)
    weights, bias = _descend(matrix.inputs, targets, len(labels) + contrast, seed)
    return Scorer(
        tuple(labels),
        contrast,
        matrix.vocabulary,
        weights.astype(np.float16),
        bias,
        _seen(matrix.inputs, targets, len(labels)),
        Spelling.of(Counter(word for text in texts for word in set(words(text)))),
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
) -> Iterator[tuple[list[Example], list[tuple[Example, bool]]]]:
    """Pairs of (examples to learn from, examples held out and whether their label is known).

    Every part leaves out some examples of each label, and everything of some labels.
    """
    labels = sorted({example.label for example in examples if example.label is not None})
    parts = min(PARTS, len(labels) - 2) if len(labels) > 3 else 1
    removed_in = {
        label: number % parts for number, label in enumerate(rng.permutation(np.array(labels)))
    }
    numbers = rng.permutation(len(examples)) % PARTS
    for part in range(parts):
        learned: list[Example] = []
        held_out: list[tuple[Example, bool]] = []
        for example, number in zip(examples, numbers, strict=True):
            known = example.label is None or parts == 1 or removed_in[example.label] != part
            if example.expanded:
                if known:
                    learned.append(example)
            elif known and number != part:
                learned.append(example)
            else:
                held_out.append((example, known))
        yield learned, held_out


def _sureness(
    examples: Sequence[Example], seed: int, progress: Progress
) -> tuple[Confidence, float]:
    """The confidence, and the temperature that fits the probabilities."""
    rng = np.random.default_rng(seed)
    found: list[npt.NDArray[np.float64]] = []
    raws: list[tuple[npt.NDArray[np.float32], int]] = []
    right: list[bool] = []
    outside: list[bool] = []
    for number, (learned, held_out) in enumerate(_parts(examples, rng), start=1):
        if len({example.label for example in learned} - {None}) < 2:
            continue
        scorer = _scorer(learned, seed)
        most = MOST_HELD_OUT // PARTS
        if len(held_out) > most:
            held_out = [held_out[place] for place in rng.permutation(len(held_out))[:most]]
        for example, known in held_out:
            raw, evidence = scorer.score(example.text)
            best = scorer.labels[int(np.argmax(raw[: len(scorer.labels)]))]
            inside = known and example.label is not None
            if inside and example.label in scorer.labels:
                raws.append((raw, scorer.labels.index(example.label)))
            found.append(evidence)
            right.append(inside and best == example.label)
            outside.append(not inside)
        progress(f"confidence, part {number}: {len(held_out)} held out")
    return _learned(found, np.array(right, np.bool_), np.array(outside, np.bool_)), _temperature(
        raws
    )


def _learned(
    found: Sequence[npt.NDArray[np.float64]],
    right: npt.NDArray[np.bool_],
    outside: npt.NDArray[np.bool_],
) -> Confidence:
    """The confidence, with out-of-scope questions weighing as much as those in scope."""
    importance = np.ones(len(right))
    if outside.any() and not outside.all():
        importance[outside] = (~outside).sum() / outside.sum()
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
    confidence, temperature = _sureness(ready, seed, tell)
    scorer = _scorer(ready, seed)
    tell(f"{len(scorer.vocabulary)} pieces")
    return Classifier(scorer, confidence, temperature)
