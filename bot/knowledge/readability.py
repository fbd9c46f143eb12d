"""How hard the sentences of an answer are to read: K22.

Each language has the measure that was made for it, as textstat computes it; the limits stand for
about a twelve-year-old (docs/decisions/0010-readability.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.knowledge.mistakes import Mistakes
from bot.knowledge.wording import PLACEHOLDER, Wording

# Below this, a long name or one long sentence decides, and the measures say nothing.
LEAST_WORDS = 15


@dataclass(frozen=True, slots=True)
class Measure:
    """One language's measure: its name for people, its limit, and on which side of it is easy."""

    name: str
    function: str
    limit: float
    lower_is_easier: bool

    def allows(self, score: float) -> bool:
        """Whether a text of this score is easy enough."""
        return score <= self.limit if self.lower_is_easier else score >= self.limit


MEASURES = {
    "en": Measure("Automated Readability Index", "automated_readability_index", 8.0, True),
    "fr": Measure("Flesch reading ease", "flesch_reading_ease", 75.0, False),
    "es": Measure("Fernández Huerta", "fernandez_huerta", 75.0, False),
}


def score_of(text: str, language: str) -> float | None:
    """How easy a text is by its language's measure; None where that cannot be told."""
    if language not in MEASURES or len(text.split()) < LEAST_WORDS:
        return None
    # Only who checks or builds has the library, and it takes a second to come.
    from textstat import textstat

    textstat.set_lang(language)
    measured: Callable[[str], float] = getattr(textstat, MEASURES[language].function)
    return round(measured(text), 1)


def check_readability(file: str, wording: Wording, language: str, mistakes: Mistakes) -> None:
    """Note a wording that is harder to read than its language's limit."""
    # A name, number or price is one word, however it is filled in.
    text = "\n".join(
        PLACEHOLDER.sub("Name", section.plain) for section in wording.sections.values()
    )
    score = score_of(text, language)
    if score is None or MEASURES[language].allows(score):
        return
    measure = MEASURES[language]
    bound = "at most" if measure.lower_is_easier else "at least"
    line = next(iter(wording.sections.values())).line
    mistakes.add(
        file,
        line,
        "K22",
        f"is hard to read ({measure.name} {score:.1f}, {bound} {measure.limit:.0f} is wanted); "
        "make its sentences shorter and take everyday words.",
        warning=True,
    )
