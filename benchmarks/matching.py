"""How well, and how fast, the project's own matcher does on any labelled questions.

    python benchmarks/matching.py --train FILE --test FILE [--json]

Both files are JSON Lines of `text` and `label`, label null for out of scope. Printed are: top-1
(right first choices of the questions in scope), AUROC (in scope against out of scope, by the
learned confidence), c90 (questions in scope answered rightly where 90 % of all answers are right),
milliseconds a question, seconds to build, and the memory of a process that loads the finished
matcher and asks it every question.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measures import measure, read
from bot.matching.classifier import Classifier

#: Asked before the clock starts, so that nobody's first question is measured.
_WARM_UP = 20


def build(train_file: Path, matcher_file: Path) -> float:
    """Train on the file, write the matcher, and say how many seconds that took."""
    from bot.matching.training import Example, train

    start = perf_counter()
    classifier = train([Example(text, label) for text, label in read(train_file)])
    matcher_file.write_bytes(classifier.to_bytes())
    return perf_counter() - start


def ask(matcher_file: Path, test_file: Path) -> dict[str, float | None]:
    """Load the matcher as the bot does, ask all questions, and measure answers and memory."""
    classifier = Classifier.from_bytes(matcher_file.read_bytes())
    test = read(test_file)
    for text, _ in test[:_WARM_UP]:
        classifier.rank(text)

    def choose(text: str) -> tuple[str, float]:
        ranking = classifier.rank(text)
        return ranking.labels[0], ranking.confidence

    found = measure(choose, test)
    return {
        "top1": round(found.top1, 2),
        "auroc": None if found.auroc is None else round(found.auroc, 4),
        "c90": round(found.c90, 2),
        "p50_ms": round(found.p50_ms, 3),
        "p99_ms": round(found.p99_ms, 3),
        "memory_mb": round(resident_megabytes(), 1),
    }


def resident_megabytes() -> float:
    """The memory that this process holds now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    import os

    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; exit status 0."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--matcher", type=Path, help=argparse.SUPPRESS)
    called = parser.parse_args(arguments)
    if called.matcher:
        print(json.dumps(ask(called.matcher, called.test)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        matcher_file = Path(folder, "matcher.npz")
        build_s = build(called.train, matcher_file)
        # A process of its own, so that the memory is that of asking and not that of building.
        again = [sys.executable, __file__, "--train", str(called.train), "--test"]
        again += [str(called.test), "--matcher", str(matcher_file)]
        asked = subprocess.run(again, check=True, capture_output=True, text=True).stdout
    held = json.loads(asked)
    keys = ("top1", "auroc", "c90", "p50_ms", "p99_ms", "build_s", "memory_mb")
    found = {key: {**held, "build_s": round(build_s, 2)}[key] for key in keys}
    if called.json:
        print(json.dumps(found))
        return 0
    print(f"top-1        {found['top1']:.1f} %")
    print("AUROC        " + ("-" if found["auroc"] is None else f"{found['auroc']:.3f}"))
    print(f"c90          {found['c90']:.1f} %")
    print(f"a question   {found['p50_ms']:.2f} ms (p50), {found['p99_ms']:.2f} ms (p99)")
    print(f"build        {found['build_s']:.1f} s")
    print(f"memory       {found['memory_mb']:.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
