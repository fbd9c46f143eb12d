"""The start of a new answer: every field explained in a comment, kept back until it is done."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from bot.knowledge.folder import Folder, read_folder
from bot.knowledge.mistakes import Mistakes, listed
from bot.knowledge.schema import Access, Confidence, Records
from bot.knowledge.wording import SECTIONS

WIDTH = 98
CHECK_AGAIN = timedelta(days=91)

# What each field of facts.yaml holds, by its path; the published schema shows the same words.
EXPLAINED = {
    "access": "Can a person without status use it?",
    "confidence": "How sure is that, going by the sources?",
    "papers": "Which papers they ask for.",
    "papers.status": "Do they ask about immigration status?",
    "papers.asked": "What they ask to see.",
    "papers.instead": "What they take in its place.",
    "records": "What becomes of what a person tells them.",
    "records.written_down": "What they write down.",
    "records.seen_by": "Who can get it.",
    "records.immigration": "Can immigration get it?",
    "practice": "How it goes in practice, as far as somebody reported it.",
    "practice.state": "Does it work as written?",
    "practice.reported_on": 'When that was reported: "2017" or "2017-02"; leave it out if nobody '
    "did.",
    "cost": "What it costs.",
    "refused": "What to do if they say no: one to three steps, in their order.",
    "contacts": "One to four ids of contacts/; the first is the one to call.",
    "sources": "Ids of sources/: every page that a sentence rests on.",
    "values": "Prices, numbers and dates that the sentences use, each by a name of your own, "
    "such as {fare}.",
    "values.amount": "A price, in digits; it needs a currency.",
    "values.currency": "The currency of the amount.",
    "values.number": "A number that is no price.",
    "values.date": "A day.",
    "values.source": "The id of the page that it comes from.",
    "values.as_of": "The day, month or year for which the page says it.",
    "values.check_again_by": "If it changes often: the day after which it is not shown.",
    "checked_on": "The day on which somebody last read the sources.",
    "check_again_by": "The day after which the answer is not shown: a year for law and policy, "
    "half a year for phones, hours and prices, three months for law that is argued about.",
    "reviewed_by": "Empty until a person who knows the field has read the answer; then their "
    "pseudonym or their work, never the name of a person who was helped.",
    "withdrawn": 'The reason, if the answer is taken back: "the clinic has closed". Else empty.',
    "draft": '"yes" keeps it out of the chat. Remove the line when the answer is done.',
}

VALUES_EXAMPLE = '  "fare": {amount: "1.00", currency: "CAD", source: "an-id-of-sources"}'


class StartRefusedError(ValueError):
    """No start can be written; the text says why and what to do."""


def write_start(knowledge: Path, place: str, topic: str, today: date) -> tuple[Path, Path]:
    """Write facts.yaml and en.md of a new answer as a draft; what is there is never overwritten."""
    folder = read_folder(knowledge, Mistakes())
    if place not in folder.places:
        raise StartRefusedError(f"{place} is no place; use one of {listed(folder.places)}.")
    if topic not in folder.topics:
        raise StartRefusedError(f"{topic} is no topic; use one of {listed(folder.topics)}.")
    line = folder.contacts.get(folder.places[place].line)
    if line is None or folder.terms is None:
        raise StartRefusedError(
            f"The line of {place} or terms.yaml cannot be read; run `check` and mend it first."
        )
    answer = knowledge / "answers" / place / topic
    facts_path, english_path = answer / "facts.yaml", answer / "en.md"
    for path in (facts_path, english_path):
        if path.exists():
            raise StartRefusedError(f"{path} is there already; change it, or remove it first.")
    source = line.record.source
    facts = facts_text(folder, place, topic, folder.places[place].line, source, today)
    answer.mkdir(parents=True, exist_ok=True)
    for path, text in ((facts_path, facts), (english_path, english_text(source))):
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return facts_path, english_path


def facts_text(folder: Folder, place: str, topic: str, line: str, source: str, today: date) -> str:
    """facts.yaml with the staffed line of the place and nothing claimed to be known."""
    values = {
        "access": '"unknown"',
        "confidence": '"low"',
        "papers.status": '"unknown"',
        "papers.asked": '["unknown"]',
        "papers.instead": "[]",
        "records.written_down": '["unknown"]',
        "records.seen_by": '["unknown"]',
        "records.immigration": '"unknown"',
        "practice.state": '"unknown"',
        "cost": '"unknown"',
        "refused": '["call-contact"]',
        "contacts": f'["{line}"]',
        "sources": f'["{source}"]',
        "values": "{}",
        "checked_on": f'"{today}"',
        "check_again_by": f'"{today + CHECK_AGAIN}"',
        "reviewed_by": '""',
        "withdrawn": '""',
        "draft": '"yes"',
    }
    return "\n".join(
        [
            "# yaml-language-server: $schema=../../../../docs/schema/facts.json",
            *_comment(
                f"{folder.topics[topic].title}, {folder.places[place].name}. "
                'Every value stands in "quotes". Remove the comments when you are done.'
            ),
            *_fields(values, _allowed(folder)),
            "",
        ]
    )


def _fields(values: Mapping[str, str], allowed: Mapping[str, str]) -> Iterator[str]:
    for path, about in EXPLAINED.items():
        above, _, name = path.rpartition(".")
        if above == "values":
            continue  # explained together, above the empty list of values
        indent = "  " if above else ""
        choice = f" Any of: {allowed[path]}." if path in allowed else ""
        if path in allowed and values[path].startswith('"'):
            choice = f" One of: {allowed[path]}."
        yield ""
        yield from _comment(about + choice, indent)
        if path == "values":
            parts = (key for key in EXPLAINED if key.startswith("values."))
            for part in parts:
                yield from _comment(f"{part.removeprefix('values.')}: {EXPLAINED[part]}", "", "  ")
            yield from _comment("Instead of {}, write it so:")
            yield f"# {VALUES_EXAMPLE}"
        if path in values:
            yield f"{indent}{name}: {values[path]}"
        elif path == "practice.reported_on":
            yield f'{indent}# {name}: "2017-02"'
        else:
            yield f"{name}:"


def _allowed(folder: Folder) -> dict[str, str]:
    """The words that a field takes, by its path: those of terms.yaml or of the schema."""
    assert folder.terms is not None  # noqa: S101  looked at before
    terms = folder.terms
    return {
        "access": ", ".join(get_args(Access)),
        "confidence": ", ".join(get_args(Confidence)),
        "papers.status": ", ".join(terms.status),
        "papers.asked": ", ".join(terms.papers),
        "papers.instead": "the same words",
        "records.written_down": ", ".join(terms.records),
        "records.seen_by": ", ".join(terms.seen_by),
        "records.immigration": ", ".join(get_args(Records.model_fields["immigration"].annotation)),
        "practice.state": ", ".join(terms.practice),
        "cost": ", ".join(terms.cost),
        "refused": ", ".join(terms.refused),
    }


def english_text(source: str) -> str:
    """en.md with one sentence that says that there is none yet."""
    about = (
        f"The sentences, in this order of sections: {', '.join(SECTIONS)}. Only ## answer must be "
        "there; write the others only where the fields of facts.yaml do not say it already.",
        "Every statement ends with its [source-id], and that page says it. Numbers to call are "
        "{contact-id.phone}, prices and numbers are {names of values}.",
        "Short sentences, everyday words, no promise of safety. `check` tells what is too long.",
        "made_from stays out of the English; a translation names there the English it is made "
        "from, and `check` gives the code.",
    )
    return "\n".join(
        [
            "---",
            *(line for part in about for line in _comment(part)),
            'reviewed_by: ""',
            "---",
            "## answer",
            f"This answer is not written yet. [{source}]",
            "",
        ]
    )


def _comment(text: str, indent: str = "", more: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{indent}# {more}",
        subsequent_indent=f"{indent}# {more}",
        break_on_hyphens=False,
        break_long_words=False,
    )
