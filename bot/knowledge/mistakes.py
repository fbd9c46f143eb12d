"""Mistakes in the folder, each named by file, line, rule and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

RULES = {
    "K01": "The file is YAML that can be read.",
    "K02": "Every value stands in quotes.",
    "K03": "Every key is known, every needed key is there, and every value has its form.",
    "K04": "Every word comes from terms.yaml.",
    "K05": "Topics, places and languages are those of topics.yaml, places.yaml, languages.yaml.",
    "K06": "A source that is named exists, with title, publisher, address and dates.",
    "K07": "A contact that is named exists, with a number or a web address.",
    "K08": "Every statement names its source.",
    "K09": "Every {placeholder} has its fact.",
    "K10": "Every answer has its English wording, with the section `answer`.",
    "K11": "A translation is made from the English text of today.",
    "K12": "A translation has the sections, sources and placeholders of the English text.",
    "K13": "Facts are within their date.",
    "K14": "Dates are real and in order.",
    "K15": "Numbers, links and prices stand in facts, not in sentences.",
    "K16": "An answer fits one phone screen.",
    "K17": "No sentence promises safety.",
    "K18": "Phone numbers are real numbers of their country.",
    "K19": "Phrases: known files and keys, no line twice, every {concept} in the vocabulary.",
    "K20": "Interface wording is complete and keeps its placeholders.",
    "K21": "Files and folders stand where the folder's order wants them.",
    "K22": "A twelve-year-old can read an answer (English, French, Spanish).",
}


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: where it is, which rule it breaks, what to do."""

    file: str
    line: int
    rule: str
    text: str
    warning: bool = False

    def __str__(self) -> str:
        kind = " (warning)" if self.warning else ""
        return f"{self.file}:{self.line} {self.rule}{kind} {self.text}"


@dataclass
class Mistakes:
    """All that was found so far; readers add to it and go on."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, file: str, line: int, rule: str, text: str, *, warning: bool = False) -> None:
        """Note a mistake; `rule` is one of RULES."""
        assert rule in RULES, rule  # noqa: S101  a wrong rule number is our own slip
        self.found.append(Mistake(file, line, rule, text, warning))

    def sorted(self) -> list[Mistake]:
        """Every mistake once, by file and line."""
        return sorted(set(self.found))

    @property
    def errors(self) -> list[Mistake]:
        """The mistakes that forbid a build: all but the warnings."""
        return [mistake for mistake in self.sorted() if not mistake.warning]


def listed(names: Iterable[str]) -> str:
    """Names for a message: sorted, joined by commas."""
    return ", ".join(sorted(names))
