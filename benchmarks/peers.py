"""The project's matcher beside what one would pick instead, on the same files in the same run.

    python benchmarks/peers.py --train FILE --test FILE [--most N] [--seed N]

Needs bm25s and scikit-learn, which the program itself never imports. Every peer sees the texts in
the project's comparable form, so that none loses vowel signs or Chinese to its own tokens; each
answers with the label of its best example and is as sure as that example's score. A peer that is
slow gets a seeded sample of the test; the table says how many questions each was asked.
"""

import argparse
import random
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bm25s
import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.measures import Choose, Line, measure, read
from bot.language.normalise import comparable, words
from bot.matching.training import Example, train

#: Questions that a peer with more than a millisecond a question is asked.
SLOW_SAMPLE = 800

Build = Callable[[Sequence[Line]], Choose]


def ours(examples: Sequence[Line]) -> Choose:
    """The project's classifier and its learned confidence."""
    classifier = train([Example(text, label) for text, label in examples])

    def choose(text: str) -> tuple[str | None, float]:
        ranking = classifier.rank(text)
        return ranking.labels[0], ranking.confidence

    return choose


def fuzzy(scorer: Callable[..., float]) -> Build:
    """The example that a rapidfuzz scorer finds most alike."""

    def build(examples: Sequence[Line]) -> Choose:
        known = [comparable(text) for text, _ in examples]
        labels = [label for _, label in examples]

        def choose(text: str) -> tuple[str | None, float]:
            best = process.extractOne(comparable(text), known, scorer=scorer)
            return (labels[best[2]], best[1]) if best else (None, 0.0)

        return choose

    return build


def bm25(examples: Sequence[Line]) -> Choose:
    """The example that BM25 ranks first."""
    index = bm25s.BM25()
    index.index([words(comparable(text)) for text, _ in examples], show_progress=False)
    labels = [label for _, label in examples]

    def choose(text: str) -> tuple[str | None, float]:
        split = words(comparable(text))
        if not split:
            return None, 0.0
        scores = index.get_scores(split)
        best = int(np.argmax(scores))
        return labels[best], float(scores[best])

    return choose


def full_text(examples: Sequence[Line]) -> Choose:
    """The example that SQLite's full-text search ranks first, any word matching."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "CREATE VIRTUAL TABLE lines USING fts5(text, label UNINDEXED, "
        """tokenize = "porter unicode61 categories 'L* N* Co Mn Mc'")"""
    )
    base.executemany(
        "INSERT INTO lines VALUES (?, ?)",
        ((" ".join(words(comparable(text))), label) for text, label in examples),
    )

    def choose(text: str) -> tuple[str | None, float]:
        query = " OR ".join(f'"{word}"' for word in words(comparable(text)))
        if not query:
            return None, 0.0
        found = base.execute(
            "SELECT label, bm25(lines) FROM lines WHERE lines MATCH ? ORDER BY 2 LIMIT 1", (query,)
        ).fetchone()
        return (found[0], -found[1]) if found else (None, 0.0)

    return choose


def nearest(examples: Sequence[Line]) -> Choose:
    """The example nearest by cosine over TF-IDF character runs."""
    vectors = TfidfVectorizer(
        preprocessor=comparable, analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True
    )
    known = vectors.fit_transform([text for text, _ in examples]).T.tocsr()
    labels = [label for _, label in examples]

    def choose(text: str) -> tuple[str | None, float]:
        near = (vectors.transform([text]) @ known).toarray()[0]
        best = int(near.argmax())
        return labels[best], float(near[best])

    return choose


# Name, how it is built, and whether it is slow.
MATCHERS: tuple[tuple[str, Build, bool], ...] = (
    ("ours", ours, False),
    ("rapidfuzz WRatio", fuzzy(fuzz.WRatio), True),
    ("rapidfuzz token_set_ratio", fuzzy(fuzz.token_set_ratio), True),
    ("BM25 (bm25s)", bm25, False),
    ("SQLite FTS5", full_text, True),
    ("nearest TF-IDF neighbour", nearest, False),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit status 0."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--most", type=int, default=SLOW_SAMPLE, help="questions for slow peers")
    parser.add_argument("--seed", type=int, default=0)
    called = parser.parse_args(arguments)
    examples, test = read(called.train), read(called.test)
    sample = random.Random(called.seed).sample(test, min(called.most, len(test)))
    print(f"{'':27}{'asked':>6} {'top-1':>6} {'AUROC':>6} {'c90':>6} {'p50 ms':>7} {'p99 ms':>7}"
          f" {'build s':>8}")  # fmt: skip
    for name, build, slow in MATCHERS:
        start = perf_counter()
        # Peers have no use for examples of nothing in particular.
        choose = build(examples if build is ours else [e for e in examples if e[1] is not None])
        built = perf_counter() - start
        asked = sample if slow else test
        found = measure(choose, asked)
        area = "-" if found.auroc is None else f"{found.auroc:.3f}"
        print(
            f"{name:27}{len(asked):6} {found.top1:6.1f} {area:>6} {found.c90:6.1f}"
            f" {found.p50_ms:7.2f} {found.p99_ms:7.2f} {built:8.1f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
