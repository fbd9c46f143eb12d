"""Dates, prices and lists as each language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from babel import Locale, localedata
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

FIRST_STRONG, POP = "\u2068", "\u2069"
_ARABIC_MARKS = {",": "\u060c", ";": "\u061b"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: What Babel knows of a language and nothing here asks for; a megabyte of memory for each language.
UNUSED = (
    "compact_currency_formats",
    "compact_decimal_formats",
    "compound_unit_patterns",
    "date_fields",
    "interval_formats",
    "meta_zones",
    "time_zones",
    "unit_display_names",
    "unit_patterns",
    "variants",
)


@lru_cache(maxsize=32)
def _locale(babel: str) -> Locale:
    # Babel keeps what it loads and gives out the same dictionary each time.
    for name in ("root", babel.partition("_")[0], babel):
        held = localedata.load(name)
        for key in UNUSED:
            held.pop(key, None)
    return Locale.parse(babel)


class Formats:
    """How one language writes dates, prices, numbers and lists.

    `babel` is Babel's name of the locale; empty where Babel has none, then dates are
    written as 2026-11-22 and lists with commas.
    """

    def __init__(self, babel: str, direction: str) -> None:
        self._locale = _locale(babel) if babel else None
        self.direction = direction
        self._days: dict[str, str] = {}

    def day(self, written: str) -> str:
        """A date written "2026", "2026-11" or "2026-11-22" as a reader of the language has it."""
        if written not in self._days:
            self._days[written] = self._day(written)
        return self._days[written]

    def _day(self, written: str) -> str:
        parts = written.split("-")
        if self._locale is None or len(parts) == 1:
            return written
        if len(parts) == 2:
            day = dt.date(int(parts[0]), int(parts[1]), 1)
            return str(format_skeleton("yMMMM", day, locale=self._locale))
        day = dt.date.fromisoformat(written)
        return format_date(day, format="long", locale=self._locale)

    def price(self, amount: str, currency: str) -> str:
        """An amount of money; whole amounts without cents."""
        value = Decimal(amount.replace(",", ""))
        if self._locale is None:
            return f"{amount} {currency}"
        pattern = self._locale.currency_formats["standard"].pattern
        if value == value.to_integral_value():
            pattern = pattern.replace(".00", "")
        return self.isolated(
            format_currency(value, currency, pattern, self._locale, currency_digits=False)
        )

    def number(self, digits: str) -> str:
        """A whole number; one with a point, such as a section of a law, stays as written."""
        if self._locale is None or "." in digits:
            return digits
        return format_decimal(Decimal(digits.replace(",", "")), locale=self._locale)

    def list(self, items: Sequence[str]) -> str:
        """The items joined as a sentence joins them: "a, b, and c"."""
        if self._locale is None:
            return ", ".join(items)
        return format_list(list(items), locale=self._locale)

    def enumerated(self, items: Sequence[str], mark: str = ",") -> str:
        """The items with the script's own comma or semicolon (`mark`) between them."""
        return f"{_ARABIC_MARKS[mark] if self.direction == 'rtl' else mark} ".join(items)

    def hours(self, written: str) -> str:
        """Opening hours "mon-fri 08:30-18:00" with the language's names of days."""
        days, _, times = written.partition(" ")
        names = [self._weekday(name) for name in days.split("-")]
        return f"{'–'.join(names)} {self.isolated(times.replace('-', '–'))}"

    def _weekday(self, name: str) -> str:
        if self._locale is None:
            return name
        return str(self._locale.days["stand-alone"]["abbreviated"][WEEKDAYS.index(name)])

    def language_name(self, tag: str) -> str:
        """The name of a language in this language; the tag itself where none is known."""
        if self._locale is None:
            return tag
        try:
            named = Locale.parse(tag.replace("-", "_"))
        except (ValueError, LookupError):
            return tag
        return named.get_display_name(self._locale) or tag

    def isolated(self, text: str) -> str:
        """The text walled off so that numbers and Latin names keep their order in a
        right-to-left line; unchanged in left-to-right languages."""
        return f"{FIRST_STRONG}{text}{POP}" if self.direction == "rtl" else text
