"""The rules for sentences: sources, placeholders, lengths, promises, translations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.knowledge.folder import Filed, Folder
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.readability import check_readability
from bot.knowledge.schema import Facts, Front
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


def check_wordings(
    folder: Folder, place: str, topic: str, filed: Filed[Facts], mistakes: Mistakes
) -> None:
    """Note what is wrong in the sentences of an answer, in each language."""
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
        check_readability(file, wording, language, mistakes)
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
