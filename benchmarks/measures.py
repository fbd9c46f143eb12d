"""The measures that the benchmarks share, and reading their files."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

Line = tuple[str, str | None]
#: What a matcher says of one text: its first choice and how sure it is (any rising number).
Choose = Callable[[str], tuple[str | None, float]]

PRECISION = 0.9


def read(path: Path) -> list[Line]:
    """Texts and labels of a JSON Lines file; label None is out of scope."""
    lines: list[Line] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            held = json.loads(line)
            lines.append((held["text"], held["label"]))
        except (ValueError, KeyError, TypeError) as wrong:
            raise SystemExit(
                f'{path}:{number} is not {{"text": ..., "label": ...}}: {wrong!r}'
            ) from None
    return lines


@dataclass(frozen=True, slots=True)
class Measured:
    """How a matcher did: shares 0 to 100 (`auroc` 0 to 1) and milliseconds a question.

    `auroc` is None where the test has no out-of-scope lines, or nothing else.
    """

    top1: float
    auroc: float | None
    c90: float
    p50_ms: float
    p99_ms: float


def area_under_curve(sure: Sequence[float], inside: Sequence[bool]) -> float | None:
    """The chance that a line in scope is surer than one out of scope; ties count half."""
    scores, within = np.asarray(sure, dtype=float), np.asarray(inside, dtype=bool)
    ins, outs = int(within.sum()), int((~within).sum())
    if not ins or not outs:
        return None
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[within].sum() - ins * (ins + 1) / 2) / (ins * outs))


def covered_at(
    sure: Sequence[float], right: Sequence[bool], inside: Sequence[bool], precision: float
) -> float:
    """Right answers as a share of the lines in scope, at the loosest threshold that keeps
    this share of all answers right; answers to out-of-scope lines are wrong ones.
    """
    order = np.argsort(-np.asarray(sure, dtype=float), kind="stable")
    scores = np.asarray(sure, dtype=float)[order]
    hits = np.cumsum(np.asarray(right, dtype=bool)[order])
    # A threshold cannot cut between equals.
    cuts = np.append(scores[1:] != scores[:-1], True)
    kept = cuts & (hits / np.arange(1, len(hits) + 1) >= precision)
    return float(hits[kept].max() / max(sum(inside), 1)) if kept.any() else 0.0


def measure(choose: Choose, test: Sequence[Line]) -> Measured:
    """Ask every line of the test, one by one, and judge the answers."""
    sure: list[float] = []
    right: list[bool] = []
    took: list[float] = []
    for text, label in test:
        start = perf_counter()
        choice, how_sure = choose(text)
        took.append(perf_counter() - start)
        sure.append(how_sure)
        right.append(label is not None and choice == label)
    inside = [label is not None for _, label in test]
    return Measured(
        100 * sum(right) / max(sum(inside), 1),
        area_under_curve(sure, inside),
        100 * covered_at(sure, right, inside, PRECISION),
        1000 * float(np.percentile(took, 50)),
        1000 * float(np.percentile(took, 99)),
    )
