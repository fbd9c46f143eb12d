"""How well questions are understood, per language, on questions that the matcher never learned.

    python -m benchmarks.quality             the table, for all languages
    python -m benchmarks.quality --language pa --failures

Counted in percent of the questions of each kind:
helped      right topic outright (answered, or its city asked for)
offered     helped, or the right topic among the choices shown
wrong       another topic answered
unsure      "I do not know" to a question in scope
out         out-of-scope question answered all the same
danger      danger now recognised, with its kind
alarm       danger seen in a question that is calm
city        the right city, where one is named
invented    a city, where none is named
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain import Match, Outcome, Question
from bot.knowledge.store import Store
from bot.matching.matcher import Matcher
from bot.settings import Settings

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
ANSWERED = (Outcome.ANSWER, Outcome.ASK_CITY, Outcome.URGENT)
COLUMNS = ("helped", "offered", "wrong", "unsure", "out", "danger", "alarm", "city", "invented")


@dataclass(frozen=True, slots=True)
class Asked:
    """One test question: its language, and what a careful person would expect."""

    language: str
    text: str
    topic: str | None
    also: tuple[str, ...]
    city: str | None
    expect: str

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that counts as right."""
        return (self.topic, *self.also) if self.topic else self.also


def read_questions(path: Path, language: str) -> list[Asked]:
    """The questions of one file."""
    return [
        _asked(json.loads(line), language)
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def _asked(data: dict[str, object], language: str) -> Asked:
    also = data.get("also") or ()
    return Asked(
        language,
        str(data["text"]),
        data["topic"] if isinstance(data["topic"], str) else None,
        tuple(also) if isinstance(also, list) else (),
        data["city"] if isinstance(data["city"], str) else None,
        str(data["expect"]),
    )


def judged(asked: Asked, found: Match, cities: set[str]) -> Iterator[tuple[str, bool]]:
    """The columns that this question counts in, each with whether it counts as a hit."""
    answered = found.outcome in ANSWERED
    right = answered and found.topic in asked.topics
    if asked.expect == "out-of-scope":
        yield "out", answered
    elif asked.expect == "urgent":
        yield "danger", found.outcome is Outcome.URGENT and right
    elif asked.expect == "answer":
        offered = found.outcome is Outcome.CHOICE and bool(set(found.choices) & set(asked.topics))
        yield "helped", right
        yield "offered", right or offered
        yield "wrong", answered and not right
        yield "unsure", found.outcome is Outcome.UNKNOWN
    if asked.expect != "urgent":
        yield "alarm", found.outcome is Outcome.URGENT
    city = found.place if found.place in cities else None
    if asked.city:
        yield "city", city == asked.city
    else:
        yield "invented", city is not None


def good(asked: Asked, found: Match) -> bool:
    """Whether a person who asked this was served well enough: nothing wrong, nothing missed."""
    columns = dict(judged(asked, found, {found.place} if found.place else set()))
    for column in ("wrong", "unsure", "out"):
        if columns.get(column):
            return False
    return all(columns.get(column, True) for column in ("offered", "danger", "city"))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions that look alike and must not be taken for one another."""

    first: Asked
    second: Asked

    def kept_apart(self, first: Match, second: Match) -> bool:
        """Whether neither was answered as what it is not: topic, danger, city."""
        return self._own(self.first, first) and self._own(self.second, second)

    def _own(self, asked: Asked, found: Match) -> bool:
        answered = found.outcome in ANSWERED
        if answered and found.topic not in asked.topics:
            return False
        if self.first.expect != self.second.expect and answered:
            urgent = found.outcome is Outcome.URGENT
            if urgent != (asked.expect == "urgent"):
                return False
        return (
            self.first.city == self.second.city
            or found.place in (asked.city, None)
            or (asked.city is None and found.place is not None and not found.places)
        )


def read_pairs(path: Path) -> list[Pair]:
    """The contrast pairs of a file."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        pairs.append(Pair(_asked(data["a"], data["language"]), _asked(data["b"], data["language"])))
    return pairs


def contrast(matcher: Matcher, pairs: Iterable[Pair]) -> list[tuple[Pair, bool]]:
    """Every pair, and whether the matcher keeps it apart."""
    return [
        (
            pair,
            pair.kept_apart(
                matcher.match(Question(pair.first.text)), matcher.match(Question(pair.second.text))
            ),
        )
        for pair in pairs
    ]


def table(rows: Iterable[tuple[str, dict[str, tuple[int, int]]]]) -> str:
    """The counts as a table of percents, with the number of questions behind each."""
    lines = ["language    " + "".join(f"{column:>14}" for column in COLUMNS)]
    for language, counts in rows:
        cells = []
        for column in COLUMNS:
            hits, total = counts.get(column, (0, 0))
            cells.append(f"{100 * hits / total:6.1f} ({total:4})" if total else "-")
        lines.append(f"{language:12}" + "".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def _told(asked: Asked, found: Match) -> str:
    wanted = f"{asked.expect}/{asked.topic}/{asked.city}"
    got = f"{found.outcome.value}/{found.topic}/{found.place} {found.confidence:.2f}"
    return f"{asked.language}\t{asked.text}\t{wanted} -> {got} {list(found.choices)}"


def failures(matcher: Matcher, asked: Iterable[Asked]) -> set[tuple[str, str]]:
    """Language and text of every question that is not served well."""
    return {
        (each.language, each.text)
        for each in asked
        if not good(each, matcher.match(Question(each.text)))
    }


def main() -> int:
    """Print the table, and the failures when asked for."""
    parser = argparse.ArgumentParser(description="How well questions are understood.")
    parser.add_argument("--language", help="one language only")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="folder of .jsonl files")
    parser.add_argument("--failures", action="store_true", help="list what failed")
    options = parser.parse_args()
    store = Store.load(Settings.from_environment().store_path)
    matcher, cities = Matcher(store), set(store.cities())
    rows: list[tuple[str, dict[str, tuple[int, int]]]] = []
    whole: dict[str, tuple[int, int]] = {}
    for language in store.languages:
        path = options.questions / f"{language}.jsonl"
        if not path.is_file() or options.language not in (None, language):
            continue
        counts: dict[str, tuple[int, int]] = {}
        for asked in read_questions(path, language):
            found = matcher.match(Question(asked.text))
            for column, hit in judged(asked, found, cities):
                for into in (counts, whole):
                    hits, total = into.get(column, (0, 0))
                    into[column] = (hits + hit, total + 1)
            if options.failures and not good(asked, found):
                print(_told(asked, found))
        rows.append((language, counts))
    print(table([*rows, ("all", whole)]))
    if options.language is None and (options.questions / "contrast.jsonl").is_file():
        pairs = contrast(matcher, read_pairs(options.questions / "contrast.jsonl"))
        apart = sum(kept for _, kept in pairs)
        print(f"contrast pairs kept apart: {100 * apart / len(pairs):.1f} % of {len(pairs)}")
        if options.failures:
            for pair, kept in pairs:
                if not kept:
                    print(
                        f"{pair.first.language} not apart: {pair.first.text} | {pair.second.text}"
                    )
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
