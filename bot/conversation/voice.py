"""One language's way of saying what a store holds.

A voice keeps what it has said of the folder alone: sentences, dates and contacts. What is filled
with anything from outside, such as the name of a city that somebody wrote of, is not kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.conversation import wording as w
from bot.domain import Line
from bot.knowledge.schema import Contact, Facts, Value
from bot.knowledge.store import Store
from bot.knowledge.wording import MARKER, PLACEHOLDER
from bot.language.formats import Formats

COMMAND = re.compile(r"(?<!\S)/[a-z]+")
OLD_NUMBER = "old-number"


@dataclass(frozen=True)
class Voice:
    """Says terms, names, dates and contacts of `store` in `language`, as of the day `today`."""

    store: Store
    language: str
    today: date
    _sentences: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _contacts: dict[tuple[str, str, bool], Line] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def formats(self) -> Formats:
        """How this language writes dates, prices and lists."""
        known = self.store.languages[self.language]
        return Formats(known.babel, known.direction)

    def text(self, english: str, **values: str) -> str:
        """A sentence of the interface, its {placeholders} filled; commands such as /help in
        order also in right-to-left lines."""
        said = self._sentences.get(english) if not values else None
        if said is None:
            filled = self.store.catalogs[self.language].text(english, **values)
            said = COMMAND.sub(lambda found: self.formats.isolated(found[0]), filled)
            if not values:
                self._sentences[english] = said
        return said

    def term(self, field: str, term: str) -> str:
        """A controlled word of terms.yaml, such as ("papers", "photo-id")."""
        english = getattr(self.store.terms, field)[term]
        return self.store.catalogs[self.language].text(english, context=field)

    def terms(self, field: str, terms: tuple[str, ...]) -> str:
        """Several controlled words as a list in a sentence."""
        return self.formats.list([self.term(field, term) for term in terms])

    def topic(self, topic: str) -> str:
        """The title of a topic."""
        title = self.store.topics[topic].title
        return self.store.catalogs[self.language].text(title, context="topic")

    def place(self, place: str) -> str:
        """The name of a place."""
        name = self.store.places[place].name
        return self.store.catalogs[self.language].text(name, context="place")

    def day(self, written: str | date) -> str:
        """A date as the language writes it."""
        return self.formats.day(str(written))

    def phone(self, number: str) -> str:
        """A telephone number, in order also in right-to-left lines."""
        return self.formats.isolated(number)

    def filled(self, text: str, facts: Facts) -> str:
        """A wording section as it is read: markers gone, facts in place of placeholders.

        A value past its own date is named as one to be checked, never shown.
        """

        def fact(match: re.Match[str]) -> str:
            key, part = match[1], match[2]
            if part:
                found = str(getattr(self.store.contacts[key], part))
                return self.formats.isolated(found)
            return self._value(facts.values[key], facts)

        return PLACEHOLDER.sub(fact, MARKER.sub("", text))

    def _value(self, value: Value, facts: Facts) -> str:
        if (value.check_again_by or facts.check_again_by) < self.today:
            return self.text(w.VALUE_EXPIRED)
        if value.amount and value.currency:
            return self.formats.price(value.amount, value.currency)
        if value.date:
            return self.day(value.date)
        return self.formats.number(value.number or "")

    def contact(self, name: str, label: str = "", *, brief: bool = False) -> Line:
        """A contact on one line: label, name, numbers, hours, languages, warnings.

        `brief` leaves out opening hours and languages, never a warning.
        """
        line = self._contacts.get((name, label, brief))
        if line is None:
            line = self._contacts[name, label, brief] = self._contact(name, label, brief)
        return line

    def _contact(self, name: str, label: str, brief: bool) -> Line:
        contact = self.store.contacts[name]
        named = self.formats.isolated(contact.names.get(self.language, contact.name))
        numbers = self._numbers(contact)
        about = [
            *self._hours(contact, brief),
            *self._languages(contact, brief),
            *self._warnings(contact),
        ]
        text = named
        if numbers:
            text = f"{named}: {numbers}" if numbers != named else named
        if about:
            text = f"{text} ({self.formats.enumerated(about, ';')})"
        link = contact.web or "" if not numbers else ""
        return Line(strong=label, text=text, link=link)

    def _numbers(self, contact: Contact) -> str:
        parts = []
        if contact.phone:
            parts.append(self.phone(contact.phone))
        if contact.extension:
            parts.append(self.text(w.EXTENSION, number=self.phone(contact.extension)))
        if contact.text:
            parts.append(self.text(w.TEXT_TO, number=self.phone(contact.text)))
        return self.formats.enumerated(parts)

    def _hours(self, contact: Contact, brief: bool) -> list[str]:
        if "24-7" in contact.hours:
            return [self.text(w.ALL_DAY)]
        return [] if brief else [self.formats.hours(hours) for hours in contact.hours]

    def _languages(self, contact: Contact, brief: bool) -> list[str]:
        if contact.interpreters:
            return [self.text(w.INTERPRETERS)]
        if brief or not contact.languages:
            return []
        names = self.formats.list([self.formats.language_name(tag) for tag in contact.languages])
        return [names]

    def _warnings(self, contact: Contact) -> list[str]:
        warnings = [self.term("caution", term) for term in contact.caution if term != OLD_NUMBER]
        if OLD_NUMBER in contact.caution:
            seen = self.store.sources[contact.source].page_date
            if seen == "undated":
                warnings.append(self.term("caution", OLD_NUMBER))
            else:
                warnings.append(self.text(w.NUMBER_OF, date=self.day(seen)))
        return warnings
