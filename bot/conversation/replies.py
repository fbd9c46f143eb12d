"""The replies to what was understood: an answer, a choice, a question back, a person to call."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import answers, menus, pages
from bot.conversation import wording as w
from bot.conversation.danger import danger_anywhere_lines, danger_lines
from bot.conversation.voice import Voice
from bot.domain import Context, Line, Match, Outcome, Reply, Verb
from bot.knowledge.store import Answer, State

SMALL_TALK = {
    "greeting": w.GREETING,
    "thanks": w.THANKS,
    "goodbye": w.GOODBYE,
    "okay": w.OKAY,
}


def reply(voice: Voice, lines: list[Line], buttons: menus.Rows, context: Context) -> Reply:
    """A reply in the language of the voice."""
    return Reply(tuple(lines), buttons, voice.language, context)


def told(voice: Voice, match: Match, context: Context) -> Reply:
    """The reply for what was understood."""
    place = context.place if match.place is None and not match.uncovered else match.place
    if match.outcome is Outcome.URGENT and match.topic:
        return urgent(voice, match.topic, match.place, context)
    if match.outcome is Outcome.SMALL_TALK:
        said = SMALL_TALK.get(match.small_talk, w.GREETING)
        return reply(voice, [Line(text=voice.text(said))], menus.way_on(voice, place), context)
    if match.outcome is Outcome.ANSWER and match.topic:
        if match.topic == menus.PLACELESS:
            return about(voice, context)
        if match.place:
            found = answered(voice, match.topic, match.place, context, match.uncovered)
            if not match.followed:
                return found
            understood = voice.text(
                w.UNDERSTOOD, topic=voice.topic(match.topic), city=voice.place(match.place)
            )
            return replace(found, lines=(Line(text=understood), *found.lines))
    if match.outcome is Outcome.ASK_CITY and match.topic:
        return ask_city(voice, match.topic, context, match.uncovered, match.places)
    if match.outcome is Outcome.CHOICE:
        lines = [Line(text=voice.text(w.WHICH_TOPIC))]
        if match.uncovered:
            lines.insert(0, Line(text=voice.text(w.UNCOVERED, city=match.uncovered)))
        return reply(voice, lines, menus.choice_buttons(voice, place, match.choices), context)
    return _unknown(voice, match, place, context)


def urgent(voice: Voice, topic: str, place: str | None, context: Context) -> Reply:
    """The reply to danger: the number on the first line, also while the place is not known."""
    if place is None:
        return reply(
            voice,
            danger_anywhere_lines(voice, topic),
            menus.city_buttons(voice, topic),
            context,
        )
    answer = voice.store.answer(place, topic)
    buttons = menus.answer_buttons(voice, answer, place) if answer else ()
    return reply(voice, danger_lines(voice, topic, place), buttons, context)


def about(voice: Voice, context: Context) -> Reply:
    """Who runs the bot and what it keeps: the same in every place."""
    return reply(voice, pages.about_page(voice), menus.way_on(voice, context.place), context)


def answered(voice: Voice, topic: str, place: str, context: Context, uncovered: str = "") -> Reply:
    """The answer of the nearest place, or, where none has one, a person who may know."""
    answer = voice.store.answer(place, topic)
    if answer is None:
        where = uncovered or voice.place(place)
        lines = [
            answers.title(voice, topic, place, uncovered),
            Line(text=voice.text(w.NO_ANSWER_HERE, place=where)),
            voice.contact(voice.store.places[place].line),
        ]
        return reply(voice, lines, menus.way_on(voice, place), context)
    lines = answers.answer_lines(voice, answer, place, uncovered)
    return reply(voice, lines, menus.answer_buttons(voice, answer, place), context)


def details(
    voice: Voice, verb: Verb, topic: str | None, place: str | None, context: Context
) -> Reply:
    """What a button below an answer shows, or the answer itself."""
    if topic == menus.PLACELESS:
        return about(voice, context)
    if topic is None or topic not in voice.store.topics:
        return reply(
            voice,
            [Line(text=voice.text(w.TOO_OLD))],
            menus.group_buttons(voice, place),
            context,
        )
    if place is None:
        return ask_city(voice, topic, context)
    answer = voice.store.answer(place, topic)
    if verb is Verb.ANSWER or answer is None:
        return answered(voice, topic, place, context)
    lines = _detail_lines(voice, verb, answer, place)
    buttons = menus.back_button(voice, topic, place)
    if verb is Verb.REFUSED:
        buttons = (*menus.report_buttons(voice, topic, place), *buttons)
    return replace(reply(voice, lines, buttons, context), protected=verb is Verb.REFUSED)


def _detail_lines(voice: Voice, verb: Verb, answer: Answer, place: str) -> list[Line]:
    if verb is Verb.SOURCES:
        return answers.source_lines(voice, answer, place)
    state = answer.state(voice.today)
    if state is not State.CURRENT:
        title = answers.title(voice, answer.topic, place)
        return [title, *answers.withheld_lines(voice, answer, place, state)]
    if verb is Verb.MORE:
        return answers.more_lines(voice, answer, place)
    return _refused_lines(voice, answer, place)


def _refused_lines(voice: Voice, answer: Answer, place: str) -> list[Line]:
    words, notes = answers.words_for(voice, answer)
    lines = [
        answers.title(voice, answer.topic, place),
        *notes,
        *answers.refused_lines(voice, words, answer.facts),
        voice.contact(answer.facts.contacts[0], voice.text(w.CALL)),
    ]
    complaint = voice.store.answer(place, "complaint")
    if (
        complaint is not None
        and complaint is not answer
        and complaint.state(voice.today) is State.CURRENT
    ):
        said, _ = answers.words_for(voice, complaint)
        lines += answers.said_lines(voice, said, complaint.facts, "answer", w.COMPLAIN_TO)
        lines += [voice.contact(name) for name in complaint.facts.contacts[:2]]
    return lines


def ask_city(
    voice: Voice,
    topic: str | None,
    context: Context,
    uncovered: str = "",
    places: tuple[str, ...] = (),
) -> Reply:
    """Which city? `uncovered` names one that we do not cover, `places` the two that were named."""
    lines = []
    if topic:
        lines.append(Line(strong=voice.text(w.ABOUT_TOPIC, topic=voice.topic(topic))))
    if uncovered:
        lines.append(Line(text=voice.text(w.UNCOVERED, city=uncovered)))
    asked = w.TWO_CITIES if len(places) > 1 else w.WHICH_CITY
    lines.append(Line(text=voice.text(asked)))
    if uncovered:
        lines += _human(voice, None)
    asking = reply(voice, lines, menus.city_buttons(voice, topic, places), context)
    # "You ask about …" is nobody else's business.
    return replace(asking, protected=topic is not None)


def _unknown(voice: Voice, match: Match, place: str | None, context: Context) -> Reply:
    lines = [Line(text=voice.text(w.NOT_KNOWN))]
    if match.uncovered:
        lines.append(Line(text=voice.text(w.UNCOVERED, city=match.uncovered)))
    lines.append(Line(text=voice.text(w.PERHAPS)))
    lines += _human(voice, place)
    buttons = menus.choice_buttons(voice, place, match.choices)
    return reply(voice, lines, buttons, context)


def _human(voice: Voice, place: str | None) -> list[Line]:
    """A staffed line: the place's, or one for each country while the place is not known."""
    if place is not None:
        return [voice.contact(voice.store.places[place].line, voice.text(w.CALL))]
    return [
        voice.contact(
            voice.store.places[country].line,
            voice.text(w.IN_COUNTRY, country=voice.place(country)),
        )
        for country in voice.store.countries()
    ]
