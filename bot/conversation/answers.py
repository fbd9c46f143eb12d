"""An answer as it is read: the four things apart, practice, whom to call, when checked."""

from __future__ import annotations

from bot.conversation import wording as w
from bot.conversation.voice import Voice
from bot.domain import Line
from bot.knowledge.schema import Facts
from bot.knowledge.store import Answer, State, Words

ACCESS = {
    "open": w.ACCESS_OPEN,
    "partly": w.ACCESS_PARTLY,
    "closed": w.ACCESS_CLOSED,
    "unknown": w.ACCESS_UNKNOWN,
}
# Topics that are no service: the question before the yes or no is another one.
QUESTIONS = {
    "sanctuary-policy": w.CAN_I_USE_CITY,
    "data-sharing": w.CAN_I_USE_CITY,
    **dict.fromkeys(
        (
            "emergency",
            "immigration-enforcement",
            "violence",
            "mental-health",
            "police",
            "work",
            "legal-help",
            "complaint",
        ),
        w.CAN_I_GET_HELP,
    ),
}
CONTACTS_SHOWN = 2
STEPS_SHOWN = 2
UNKNOWN = ("unknown",)
SHOWN = ("say", "answer", "papers", "records", "practice", "refused")


def title(voice: Voice, answer_topic: str, place: str | None, uncovered: str = "") -> Line:
    """The first line: the place and topic that are being answered."""
    where = uncovered or (voice.place(place) if place else "")
    topic = voice.topic(answer_topic)
    return Line(strong=f"{where} · {topic}" if where else topic)


def answer_lines(voice: Voice, answer: Answer, asked: str, uncovered: str = "") -> list[Line]:
    """The whole screen for an answer that a person in the place `asked` gets."""
    lines = [title(voice, answer.topic, asked, uncovered), *_level(voice, answer, asked, uncovered)]
    state = answer.state(voice.today)
    if state is not State.CURRENT:
        return lines + withheld_lines(voice, answer, asked, state)
    words, notes = words_for(voice, answer)
    facts = answer.facts
    lines += notes
    foreign = words.language != voice.language
    own = Words(voice.language, {}, False, "") if foreign else words
    calls = [
        voice.contact(name, voice.text(w.OR if number else w.CALL), brief=True)
        for number, name in enumerate(facts.contacts[:CONTACTS_SHOWN])
    ]
    danger = voice.store.topics[answer.topic].urgent == "yes"
    lines += calls if danger else []
    lines += _section(voice, own, facts, "say", w.WHAT_TO_DO)
    lines.append(_access(voice, own, facts, QUESTIONS.get(answer.topic, w.CAN_I)))
    lines.append(_papers(voice, own, facts))
    lines.append(_records(voice, own, facts))
    lines += _practice(voice, own, facts)
    lines.append(refused_line(voice, own, facts, STEPS_SHOWN))
    lines += [] if danger else calls
    lines += untranslated_lines(voice, words, facts, SHOWN) if foreign else []
    lines.append(checked_line(voice, words, facts))
    return [line for line in lines if line.text or line.strong]


def untranslated_lines(
    voice: Voice, words: Words, facts: Facts, sections: tuple[str, ...]
) -> list[Line]:
    """Sentences in another language, apart from the person's own and named as such."""
    said = [
        Line(text=voice.formats.isolated(voice.filled(words.sections[section], facts)))
        for section in sections
        if section in words.sections
    ]
    return [Line(text=voice.text(w.NOT_TRANSLATED)), *said] if said else []


def withheld_lines(voice: Voice, answer: Answer, asked: str, state: State) -> list[Line]:
    """In place of an answer that may not be shown: why, and a staffed line."""
    if state is State.WITHDRAWN:
        why = voice.text(w.WITHDRAWN)
    else:
        why = voice.text(w.EXPIRED, date=voice.day(answer.facts.checked_on))
    return [Line(text=why), voice.contact(voice.store.places[asked].line)]


def words_for(voice: Voice, answer: Answer) -> tuple[Words, list[Line]]:
    """The sentences to show, and a line about them where they are an older translation.

    Where there is no translation they are in English, or French for Quebec.
    """
    own = answer.words.get(voice.language)
    if own is not None:
        return own, [Line(text=voice.text(w.STALE_TRANSLATION))] if own.stale else []
    french = answer.words.get("fr")
    if french and not french.stale and "quebec" in voice.store.chain(answer.place):
        return french, []
    return answer.words["en"], []


def more_lines(voice: Voice, answer: Answer, asked: str) -> list[Line]:
    """What did not fit the first screen: the section `more`, further contacts with addresses."""
    words, notes = words_for(voice, answer)
    facts = answer.facts
    lines = [title(voice, answer.topic, asked), *notes]
    if words.language != voice.language:
        lines += untranslated_lines(voice, words, facts, ("more",))
    else:
        lines += _section(voice, words, facts, "more", "")
    for name in facts.contacts:
        contact = voice.store.contacts[name]
        lines.append(voice.contact(name))
        if contact.address:
            lines.append(Line(text=voice.formats.isolated(contact.address)))
        if contact.web:
            lines.append(Line(text=voice.formats.isolated(contact.web), link=contact.web))
    return lines


def source_lines(voice: Voice, answer: Answer, asked: str) -> list[Line]:
    """The pages that the answer rests on, each with publisher, date and link."""
    lines = [
        title(voice, answer.topic, asked),
        Line(strong=voice.text(w.SOURCES_OF)),
    ]
    for number, name in enumerate(answer.facts.sources, start=1):
        source = voice.store.sources[name]
        dated = (
            voice.text(w.PAGE_UNDATED)
            if source.page_date == "undated"
            else voice.text(w.PAGE_OF, date=voice.day(source.page_date))
        )
        read = voice.text(w.READ_ON, date=voice.day(source.read_on))
        named = voice.formats.isolated(f"{source.publisher}: {source.title}")
        when = voice.formats.enumerated([dated, read], ";")
        lines.append(Line(text=f"{number}. {named} ({when})", link=source.url))
    return lines


def said_lines(voice: Voice, words: Words, facts: Facts, section: str, label: str) -> list[Line]:
    """One section under its label; apart and named so where it is not translated."""
    if words.language == voice.language:
        return _section(voice, words, facts, section, label)
    return [
        Line(strong=voice.text(label)),
        *untranslated_lines(voice, words, facts, (section,)),
    ]


def refused_lines(voice: Voice, words: Words, facts: Facts) -> list[Line]:
    """Every step to take if they say no, and what only this answer can say of it."""
    if words.language == voice.language:
        return [refused_line(voice, words, facts)]
    own = Words(voice.language, {}, False, "")
    return [
        refused_line(voice, own, facts),
        *untranslated_lines(voice, words, facts, ("refused",)),
    ]


def refused_line(voice: Voice, words: Words, facts: Facts, most: int | None = None) -> Line:
    """What to do if they say no: the steps (`most` of them), then what only this answer can say."""
    if most and "refused" in words.sections:
        most -= 1
    steps = [voice.term("refused", step) for step in facts.refused[:most]]
    return _labelled(voice, w.IF_REFUSED, steps, words, facts, "refused")


def _level(voice: Voice, answer: Answer, asked: str, uncovered: str) -> list[Line]:
    if uncovered:
        return [
            Line(
                text=voice.text(
                    w.RULE_OF_UNCOVERED, city=uncovered, place=voice.place(answer.place)
                )
            )
        ]
    if answer.place != asked:
        return [
            Line(
                text=voice.text(w.RULE_OF, place=voice.place(answer.place), city=voice.place(asked))
            )
        ]
    return []


def _sentences(voice: Voice, words: Words, facts: Facts, section: str) -> str:
    return voice.filled(words.sections.get(section, ""), facts)


def _section(voice: Voice, words: Words, facts: Facts, section: str, label: str) -> list[Line]:
    text = _sentences(voice, words, facts, section)
    return [Line(strong=voice.text(label) if label else "", text=text)] if text else []


def _labelled(
    voice: Voice, label: str, parts: list[str], words: Words, facts: Facts, section: str
) -> Line:
    text = " ".join(part for part in (*parts, _sentences(voice, words, facts, section)) if part)
    return Line(strong=voice.text(label), text=text) if text else Line()


def _access(voice: Voice, words: Words, facts: Facts, question: str) -> Line:
    strong = f"{voice.text(question)} {voice.text(ACCESS[facts.access])}"
    parts = [_sentences(voice, words, facts, "answer")]
    if facts.cost != "unknown":
        parts.append(voice.term("cost", facts.cost))
    return Line(strong=strong, text=" ".join(part for part in parts if part))


def _papers(voice: Voice, words: Words, facts: Facts) -> Line:
    papers = facts.papers
    parts = [voice.term("status", papers.status)]
    if papers.asked == UNKNOWN:
        parts = parts if papers.status != "unknown" else []
        parts.append(voice.text(w.PAPERS_UNKNOWN))
    elif papers.asked:
        parts.append(voice.text(w.THEY_ASK_FOR, papers=voice.terms("papers", papers.asked)))
    if papers.instead and papers.instead != UNKNOWN:
        parts.append(voice.text(w.THEY_ACCEPT, papers=voice.terms("papers", papers.instead)))
    return _labelled(voice, w.PAPERS, parts, words, facts, "papers")


def _records(voice: Voice, words: Words, facts: Facts) -> Line:
    records = facts.records
    parts = []
    if records.written_down == UNKNOWN and records.seen_by in ((), UNKNOWN):
        parts.append(voice.text(w.RECORDS_UNKNOWN))
    elif records.written_down:
        parts.append(voice.text(w.LIST_END, list=voice.terms("records", records.written_down)))
    if records.seen_by and records.seen_by != UNKNOWN:
        parts.append(voice.text(w.WHO_GETS_IT, people=voice.terms("seen_by", records.seen_by)))
    parts.append(voice.term("immigration", records.immigration))
    return _labelled(voice, w.WRITTEN_DOWN, parts, words, facts, "records")


def _practice(voice: Voice, words: Words, facts: Facts) -> list[Line]:
    practice = facts.practice
    if practice.state == "unknown" and "practice" not in words.sections:
        return []
    parts = [] if practice.state == "unknown" else [voice.term("practice", practice.state)]
    line = _labelled(voice, w.IN_PRACTICE, parts, words, facts, "practice")
    if practice.reported_on and practice.reported_on != "undated":
        told = voice.text(w.REPORTED_IN, date=voice.day(practice.reported_on))
        line = Line(strong=line.strong, text=f"{line.text} {told}")
    return [line]


def checked_line(voice: Voice, words: Words, facts: Facts) -> Line:
    """When the answer was last checked, and what has not been checked about it."""
    parts = [voice.text(w.CHECKED_ON, date=voice.day(facts.checked_on))]
    if facts.confidence == "low":
        parts.append(voice.text(w.LOW_CONFIDENCE))
    if not facts.reviewed_by:
        parts.append(voice.text(w.NOT_REVIEWED))
    if words.language == voice.language != "en" and not words.reviewed_by:
        parts.append(voice.text(w.UNREVIEWED_TRANSLATION))
    return Line(text=" ".join(parts))
