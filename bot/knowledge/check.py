"""Every rule that one file alone cannot hold: what is named exists, dates, wording, lengths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import phonenumbers

from bot.knowledge.folder import Filed, Folder
from bot.knowledge.mistakes import Mistakes, listed
from bot.knowledge.schema import Contact, Facts, Front, Terms
from bot.knowledge.wording import SECTIONS, Section, Wording

# Characters of each section as read on the phone; translations may be a fifth longer.
LIMITS = {
    "answer": 220,
    "papers": 130,
    "records": 170,
    "refused": 160,
    "practice": 200,
    "say": 440,
    "more": 880,
}
SCREEN = 660
SCREEN_SECTIONS = ("answer", "papers", "records", "refused", "practice")
RETYPED = (
    (re.compile(r"\d[\d ().-]{5,}\d"), "a phone number", "a contact, as {contact-id.phone}"),
    (
        re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(com|org|ca|gov|net)\b", re.I),
        "a web address",
        "a contact, as {contact-id.web}",
    ),
    (re.compile(r"\S@\S"), "a mail address", "a contact"),
    (re.compile(r"[$€]\s?\d|\d\s?[$€]"), "a price", "values, as {value-name}"),
)
PROMISES = re.compile(
    r"\byou(?:'re| are| will be) (?:completely |totally )?safe\b|\bdo(?:n't| not) worry\b|"
    r"\bguarantee|\b100 ?%|\b(?:est[áa]s?|estar[áa]s?) (?:a salvo|segur[oa])\b|"
    r"\bno se preocupe\b|\bvous (?:êtes|serez) en sécurité\b|\bne vous inquiétez pas\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


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
        _check_wordings(folder, place, topic, filed, mistakes)


def _key(folder: Folder, filed: Filed) -> tuple[str, ...]:  # type: ignore[type-arg]
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
    filed: Filed,  # type: ignore[type-arg]
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


def _check_wordings(
    folder: Folder, place: str, topic: str, filed: Filed[Facts], mistakes: Mistakes
) -> None:
    english = folder.wordings.get((place, topic, "en"))
    if english is None or "answer" not in english[1].sections:
        file = english[0] if english else filed.file
        mistakes.add(file, 1, "K10", "has no English answer; write en.md with ## answer.")
    for language in folder.languages:
        found = folder.wordings.get((place, topic, language))
        if found is None:
            continue
        file, wording, front = found
        for name, section in wording.sections.items():
            _check_section(folder, file, name, section, filed.record, mistakes, language)
        screen = sum(_length(s) for n, s in wording.sections.items() if n in SCREEN_SECTIONS)
        if screen > SCREEN * _stretch(language):
            mistakes.add(
                file,
                1,
                "K16",
                f"{', '.join(SCREEN_SECTIONS)} hold {screen} characters "
                f"together, more than {SCREEN * _stretch(language):.0f}; move some to "
                "## more or say it shorter.",
            )
        if language != "en" and english is not None:
            _check_translation(file, wording, front, english[1], mistakes)


def _stretch(language: str) -> float:
    return 1.0 if language == "en" else 1.25


def _length(section: Section) -> int:
    return len(section.plain)


def _check_section(
    folder: Folder,
    file: str,
    name: str,
    section: Section,
    facts: Facts,
    mistakes: Mistakes,
    language: str,
) -> None:
    if name not in SECTIONS:
        return
    if not section.text:
        mistakes.add(file, section.line, "K10", f"## {name} is empty; write it or remove it.")
        return
    if not section.markers:
        mistakes.add(
            file,
            section.line,
            "K08",
            f"## {name} names no source; end its sentences with [source-id].",
        )
    for marker in section.markers:
        if marker not in facts.sources:
            mistakes.add(
                file,
                section.line,
                "K06",
                f"[{marker}] is not among the sources of facts.yaml; add it there or correct it.",
            )
    for placeholder in section.placeholders:
        key, _, part = placeholder.partition(".")
        contact = folder.contacts.get(key)
        if (
            part
            and key not in folder.unreadable
            and not (contact and getattr(contact.record, part))
        ):
            mistakes.add(
                file,
                section.line,
                "K09",
                f"{{{placeholder}}} has no fact; no contact {key} with {part} is in contacts/.",
            )
        if not part and key not in facts.values:
            mistakes.add(
                file,
                section.line,
                "K09",
                f"{{{placeholder}}} has no fact; add it to values in facts.yaml.",
            )
    if set(re.findall(r"\{[^}]*\}?", section.plain)) - {f"{{{p}}}" for p in section.placeholders}:
        mistakes.add(file, section.line, "K09", f"## {name} has a brace that is no placeholder.")
    for pattern, what, where in RETYPED:
        if pattern.search(section.plain):
            mistakes.add(
                file, section.line, "K15", f"## {name} writes out {what}; put it into {where}."
            )
    if PROMISES.search(section.plain):
        mistakes.add(
            file,
            section.line,
            "K17",
            f"## {name} promises safety; say what the rule is and who may not keep it.",
        )
    limit = LIMITS[name] * _stretch(language)
    if _length(section) > limit:
        mistakes.add(
            file,
            section.line,
            "K16",
            f"## {name} has {_length(section)} characters, "
            f"more than {limit:.0f}; say it shorter or move some to ## more.",
        )


def _check_translation(
    file: str, wording: Wording, front: Front, english: Wording, mistakes: Mistakes
) -> None:
    line = next(iter(wording.sections.values())).line if wording.sections else 1
    if front.made_from != english.fingerprint:
        mistakes.add(
            file,
            2,
            "K11",
            "is made from an older English text; read en.md, correct "
            f'the translation, then write made_from: "{english.fingerprint}".',
            warning=True,
        )
        return
    for difference in _differences(wording, english):
        mistakes.add(file, line, "K12", difference)


def _differences(wording: Wording, english: Wording) -> Iterator[str]:
    for name in english.sections.keys() - wording.sections.keys():
        yield f"## {name} is missing; translate it from en.md."
    for name in wording.sections.keys() - english.sections.keys():
        yield f"## {name} is not in en.md; add it there or remove it here."
    for name in sorted(english.sections.keys() & wording.sections.keys()):
        theirs, ours = english.sections[name], wording.sections[name]
        for what, wanted, found in (
            ("sources", theirs.markers, ours.markers),
            ("placeholders", theirs.placeholders, ours.placeholders),
            ("years", YEAR.findall(theirs.plain), YEAR.findall(ours.plain)),
        ):
            if Counter(wanted) != Counter(found):
                yield f"## {name} does not have the {what} of en.md; compare the two."
