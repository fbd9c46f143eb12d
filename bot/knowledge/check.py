"""Every rule that one file alone cannot hold: what is named exists, dates, wording, lengths."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers

from bot.knowledge.check_wording import check_wordings
from bot.knowledge.folder import Filed, Folder
from bot.knowledge.mistakes import Mistakes, listed
from bot.knowledge.schema import Contact, Facts, Terms


def check_folder(folder: Folder, mistakes: Mistakes, today: date) -> None:
    """Note every mistake that shows only when the files are read together."""
    if folder.terms is None or not folder.topics or not folder.places:
        return  # the missing file is noted already, and every rule would fail because of it
    _check_places(folder, mistakes)
    for contact_id, contact in folder.contacts.items():
        _check_contact(folder, folder.terms, contact_id, contact, mistakes)
    for filed_source in folder.sources.values():
        if filed_source.record.read_on > today:
            mistakes.add(
                filed_source.file,
                filed_source.marks.line(*_key(folder, filed_source), "read_on"),
                "K14",
                "read_on lies in the future.",
            )
    for (place, topic), filed in folder.facts.items():
        _check_facts(folder, folder.terms, filed, mistakes, today)
        check_wordings(folder, place, topic, filed, mistakes)


def _key(folder: Folder, filed: Filed) -> tuple[str, ...]:  # type: ignore[type-arg]  # of any file
    return next(((key,) for key, item in folder.sources.items() if item is filed), ())


def _check_places(folder: Folder, mistakes: Mistakes) -> None:
    file = f"{folder.root.name}/places.yaml"
    for name, place in folder.places.items():
        if place.within and place.within not in folder.places:
            mistakes.add(file, 1, "K05", f"{name} belongs to {place.within}, which is no place.")
        if place.line not in folder.contacts.keys() | folder.unreadable:
            mistakes.add(
                file,
                1,
                "K07",
                f"the line {place.line} of {name} is no contact; add it "
                "to contacts/ or name another.",
            )


def _check_contact(
    folder: Folder, terms: Terms, name: str, filed: Filed[Contact], mistakes: Mistakes
) -> None:
    contact, file, marks = filed.record, filed.file, filed.marks
    line = filed.line
    if not (contact.phone or contact.text or contact.web):
        mistakes.add(
            file,
            line,
            "K07",
            f"{name} has neither phone nor web; add one that a page shows, or remove the contact.",
        )
    if contact.source not in folder.sources.keys() | folder.unreadable:
        mistakes.add(
            file,
            marks.line(name, "source"),
            "K06",
            f"{contact.source} is no source; add it to sources/ or correct the name.",
        )
    _check_terms(filed, marks.line(name, "kind"), "kind", [contact.kind], terms.kind, mistakes)
    _check_terms(
        filed, marks.line(name, "caution"), "caution", contact.caution, terms.caution, mistakes
    )
    for key in ("phone", "text"):
        number = getattr(contact, key)
        if number and not _is_phone(number):
            mistakes.add(
                file,
                marks.line(name, key),
                "K18",
                f"{number} is no number of Canada or the United States; look at the page again.",
            )


def _is_phone(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    if len(digits) <= 6:
        return len(digits) >= 2
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "CA"))
    except phonenumbers.NumberParseException:
        return False


def _check_terms(
    filed: Filed,  # type: ignore[type-arg]  # of any file
    line: int,
    field: str,
    used: tuple[str, ...] | list[str],
    allowed: dict[str, str],
    mistakes: Mistakes,
) -> None:
    for term in used:
        if term not in allowed:
            mistakes.add(
                filed.file,
                line,
                "K04",
                f"{term} is no word for {field}; use one of "
                f"{listed(allowed)}, or add it to terms.yaml.",
            )


def _check_facts(
    folder: Folder, terms: Terms, filed: Filed[Facts], mistakes: Mistakes, today: date
) -> None:
    facts, file, marks = filed.record, filed.file, filed.marks
    for path, used, allowed in (
        (("papers", "status"), [facts.papers.status], terms.status),
        (("papers", "asked"), facts.papers.asked, terms.papers),
        (("papers", "instead"), facts.papers.instead, terms.papers),
        (("records", "written_down"), facts.records.written_down, terms.records),
        (("records", "seen_by"), facts.records.seen_by, terms.seen_by),
        (("practice", "state"), [facts.practice.state], terms.practice),
        (("cost",), [facts.cost], terms.cost),
        (("refused",), facts.refused, terms.refused),
    ):
        _check_terms(filed, marks.line(*path), path[-1], used, allowed, mistakes)
    for source in facts.sources:
        if source not in folder.sources.keys() | folder.unreadable:
            mistakes.add(
                file,
                marks.line("sources"),
                "K06",
                f"{source} is no source; add it to sources/ or correct the name.",
            )
    for name, value in facts.values.items():
        line = marks.line("values", name)
        if value.source not in folder.sources.keys() | folder.unreadable:
            mistakes.add(file, line, "K06", f"{value.source} is no source; add it to sources/.")
        if not (value.amount or value.number or value.date):
            mistakes.add(file, line, "K03", f"{name} holds no amount, number or date; add one.")
        if value.amount and not value.currency:
            mistakes.add(file, line, "K03", f'{name} has no currency; add "CAD" or "USD".')
        if value.check_again_by and value.check_again_by < today:
            mistakes.add(
                file,
                line,
                "K13",
                f"{name} was to be checked again by "
                f"{value.check_again_by}; look at its source and set new dates.",
                warning=True,
            )
    for contact in facts.contacts:
        if contact not in folder.contacts.keys() | folder.unreadable:
            mistakes.add(
                file,
                marks.line("contacts"),
                "K07",
                f"{contact} is no contact; add it to contacts/ or correct the name.",
            )
    known = [folder.contacts[name].record for name in facts.contacts if name in folder.contacts]
    if known and not any(contact.phone for contact in known):
        mistakes.add(
            file,
            marks.line("contacts"),
            "K07",
            "no contact has a phone; add a line that people can call.",
        )
    if facts.checked_on > today:
        mistakes.add(file, marks.line("checked_on"), "K14", "checked_on lies in the future.")
    if facts.check_again_by <= facts.checked_on:
        mistakes.add(
            file, marks.line("check_again_by"), "K14", "check_again_by is not after checked_on."
        )
    elif facts.check_again_by < today:
        mistakes.add(
            file,
            marks.line("check_again_by"),
            "K13",
            "was to be checked again by "
            f"{facts.check_again_by}; check the sources and set new dates.",
            warning=True,
        )
