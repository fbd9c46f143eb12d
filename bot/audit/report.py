"""What the audit tells: a table of what was tried and where was looked, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from bot.audit.canaries import Find, said

NOTHING = "nothing"
NAMES_WIDTH = 56


class Verdict(Enum):
    """What a row means for the whole."""

    FINE = "fine"
    FOUND = "found"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was tried, or one place where was looked, and the outcome in words."""

    what: str
    outcome: str
    verdict: Verdict = Verdict.FINE

    def __str__(self) -> str:
        return f"  {self.what:<{NAMES_WIDTH}}  {self.outcome}"


def searched(what: str, found: Counter[Find]) -> Row:
    """The row of a place that was searched for canaries."""
    if not found:
        return Row(what, NOTHING)
    return Row(what, f"FOUND {said(found)}", Verdict.FOUND)


def forbidden(what: str, names: Iterable[object]) -> Row:
    """The row of something that there must be none of."""
    listed = ", ".join(sorted(str(each) for each in names))
    return Row(what, f"FOUND {listed}", Verdict.FOUND) if listed else Row(what, NOTHING)


@dataclass
class Stage:
    """One start of the bot."""

    name: str
    tried: list[Row] = field(default_factory=list)
    looked: list[Row] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        return [*self.tried, *self.looked]

    def __str__(self) -> str:
        tried = [" tried", *map(str, self.tried)] if self.tried else []
        return "\n".join([self.name, *tried, " looked at", *map(str, self.looked)])


@dataclass
class Report:
    """All stages, and what is not part of them."""

    stages: list[Stage] = field(default_factory=list)
    not_tried: list[str] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """How many rows came out so."""
        return sum(row.verdict is verdict for stage in self.stages for row in stage.rows)

    @property
    def status(self) -> int:
        """0 where nothing was found, 1 where something was, 2 where not all could be done."""
        if self.count(Verdict.FOUND):
            return 1
        return 2 if self.count(Verdict.UNSURE) else 0

    def __str__(self) -> str:
        found, unsure = self.count(Verdict.FOUND), self.count(Verdict.UNSURE)
        tried = sum(len(stage.tried) for stage in self.stages)
        looked = sum(len(stage.looked) for stage in self.stages)
        parts = [*map(str, self.stages)]
        if self.not_tried:
            parts.append("Not tried\n" + "\n".join(f"  {each}" for each in self.not_tried))
        starts = sum(bool(stage.tried) for stage in self.stages)
        end = f"{starts} starts of the bot, {tried} things tried, {looked} looks: "
        end += f"FOUND in {found}." if found else "nothing found."
        if unsure:
            end += f" {unsure} could not be done to the end (they say why)."
        return "\n\n".join([*parts, end])
