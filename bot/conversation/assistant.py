"""The conversation: a question or a tap goes in, a reply comes out; nothing is kept here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.conversation import answers, menus, pages
from bot.conversation import wording as w
from bot.conversation.danger import danger_anywhere_lines, danger_lines
from bot.conversation.voice import Voice
from bot.domain import Context, Line, Match, Outcome, Question, Reply, Tap, Verb
from bot.knowledge.store import Answer, State, Store
from bot.matching.matcher import Matcher

SMALL_TALK = {
    "greeting": w.GREETING,
    "thanks": w.THANKS,
    "goodbye": w.GOODBYE,
    "okay": w.OKAY,
}


class Assistant:
    """Answers questions and taps from one store.

    >>> assistant.reply_to(Question("can I get a library card in Toronto"))
    """

    def __init__(
        self, store: Store, matcher: Matcher | None = None, today: Callable[[], date] = date.today
    ) -> None:
        self._store = store
        self._matcher = matcher or Matcher(store)
        self._today = today

    def reply_to(self, question: Question) -> Reply:
        """The reply to a person's own words."""
        voice = self._voice(question.context.language)
        if not question.text.strip():
            return self._reply(
                voice,
                [Line(text=voice.text(w.NOTHING_TO_READ))],
                menus.way_on(voice, question.context.place),
                question.context,
            )
        match = self._matcher.match(question)
        voice = self._voice(match.language)
        context = question.context.updated(Context(match.language, match.place, match.topic))
        return self._told(voice, match, context)

    def tapped(self, tap: Tap, context: Context) -> Reply:
        """The reply to a button or a command; the tap is complete, the context only a hint."""
        tap = self._known(tap)
        place = tap.place
        topic = tap.topic if tap.verb is not Verb.GROUP else None
        context = context.updated(Context(tap.language, place, topic))
        voice = self._voice(context.language)
        match tap.verb:
            case Verb.START:
                lines = [*pages.hello(voice), Line(text=voice.text(w.CHOOSE_LANGUAGE))]
                return self._reply(
                    voice,
                    lines,
                    menus.language_buttons(voice, topic, place),
                    Context(context.language),
                )
            case Verb.LANGUAGES:
                lines = [Line(text=voice.text(w.CHOOSE_LANGUAGE))]
                return self._reply(
                    voice, lines, menus.language_buttons(voice, topic, place), context
                )
            case Verb.CITIES:
                return self._ask_city(voice, topic, context)
            case Verb.TOPICS | Verb.WRONG:
                said = w.NOT_WHAT_I_ASKED if tap.verb is Verb.WRONG else w.ASK_FREELY
                at = place or context.place
                return self._reply(
                    voice, [Line(text=voice.text(said))], menus.group_buttons(voice, at), context
                )
            case Verb.GROUP:
                found = menus.topics_of_group(voice, tap.topic or "")
                return self._reply(
                    voice,
                    [Line(text=voice.text(w.MENU))],
                    menus.topic_buttons(voice, place or context.place, found),
                    context,
                )
            case Verb.HELP:
                return self._reply(
                    voice, pages.help_page(voice), menus.way_on(voice, context.place), context
                )
            case Verb.PRIVACY:
                return self._reply(
                    voice, pages.privacy_page(voice), menus.way_on(voice, context.place), context
                )
            case Verb.ERASE:
                return self._reply(voice, [Line(text=voice.text(w.ERASE_START))], (), Context())
            case Verb.ANSWER | Verb.MORE | Verb.SOURCES | Verb.REFUSED:
                return self._details(voice, tap.verb, topic, place, context)

    def refused_kind(self, context: Context) -> Reply:
        """What is said to a photo, file, voice or contact: not read, please write."""
        voice = self._voice(context.language)
        return self._reply(
            voice, [Line(text=voice.text(w.NOT_READ))], menus.way_on(voice, context.place), context
        )

    def erased(self, context: Context, whole: bool) -> Reply:
        """What is said after erasing: how far it got, and what the person can do."""
        voice = self._voice(context.language)
        said = w.ERASE_DONE if whole else w.ERASE_PART
        return Reply((Line(text=voice.text(said)),), (), voice.language)

    def busy(self, context: Context) -> Reply:
        """What is said once when something of ours failed."""
        voice = self._voice(context.language)
        return self._reply(voice, [Line(text=voice.text(w.BUSY))], (), context)

    def commands(self, language: str) -> dict[str, str]:
        """The commands with a short description each, for Telegram's lists."""
        voice = self._voice(language)
        return {
            "start": voice.text(w.COMMAND_START),
            "language": voice.text(w.COMMAND_LANGUAGE),
            "city": voice.text(w.COMMAND_CITY),
            "help": voice.text(w.COMMAND_HELP),
            "privacy": voice.text(w.COMMAND_PRIVACY),
            "erase": voice.text(w.COMMAND_ERASE),
        }

    def _voice(self, language: str | None) -> Voice:
        known = language if language in self._store.languages else "en"
        return Voice(self._store, known, self._today())

    def _known(self, tap: Tap) -> Tap:
        """The tap without ids that this store does not have (a button of an older version)."""
        store = self._store
        topic = tap.topic if tap.topic in store.topics or tap.topic in menus.GROUPS else None
        return Tap(
            tap.verb,
            topic,
            tap.place if tap.place in store.places else None,
            tap.language if tap.language in store.languages else None,
        )

    @staticmethod
    def _reply(voice: Voice, lines: list[Line], buttons: menus.Rows, context: Context) -> Reply:
        return Reply(tuple(lines), buttons, voice.language, context)

    def _told(self, voice: Voice, match: Match, context: Context) -> Reply:
        """The reply for what was understood."""
        place = context.place if match.place is None and not match.uncovered else match.place
        if match.outcome is Outcome.URGENT and match.topic:
            return self._urgent(voice, match.topic, match.place, context)
        if match.outcome is Outcome.SMALL_TALK:
            said = SMALL_TALK.get(match.small_talk, w.GREETING)
            return self._reply(
                voice, [Line(text=voice.text(said))], menus.way_on(voice, place), context
            )
        if match.outcome is Outcome.ANSWER and match.topic:
            if match.topic == menus.PLACELESS:
                return self._about(voice, context)
            if match.place:
                return self._answer(voice, match.topic, match.place, context, match.uncovered)
        if match.outcome is Outcome.ASK_CITY and match.topic:
            return self._ask_city(voice, match.topic, context, match.uncovered, match.places)
        if match.outcome is Outcome.CHOICE:
            lines = [Line(text=voice.text(w.WHICH_TOPIC))]
            if match.uncovered:
                lines.insert(0, Line(text=voice.text(w.UNCOVERED, city=match.uncovered)))
            return self._reply(
                voice, lines, menus.choice_buttons(voice, place, match.choices), context
            )
        return self._unknown(voice, match, place, context)

    def _urgent(self, voice: Voice, topic: str, place: str | None, context: Context) -> Reply:
        if place is None:
            return self._reply(
                voice,
                danger_anywhere_lines(voice, topic),
                menus.city_buttons(voice, topic),
                context,
            )
        answer = self._store.answer(place, topic)
        buttons = menus.answer_buttons(voice, answer, place) if answer else ()
        return self._reply(voice, danger_lines(voice, topic, place), buttons, context)

    def _about(self, voice: Voice, context: Context) -> Reply:
        return self._reply(
            voice, pages.about_page(voice), menus.way_on(voice, context.place), context
        )

    def _answer(
        self, voice: Voice, topic: str, place: str, context: Context, uncovered: str = ""
    ) -> Reply:
        answer = self._store.answer(place, topic)
        if answer is None:
            where = uncovered or voice.place(place)
            lines = [
                answers.title(voice, topic, place, uncovered),
                Line(text=voice.text(w.NO_ANSWER_HERE, place=where)),
                voice.contact(self._store.places[place].line),
            ]
            return self._reply(voice, lines, menus.way_on(voice, place), context)
        lines = answers.answer_lines(voice, answer, place, uncovered)
        return self._reply(voice, lines, menus.answer_buttons(voice, answer, place), context)

    def _details(
        self, voice: Voice, verb: Verb, topic: str | None, place: str | None, context: Context
    ) -> Reply:
        if topic == menus.PLACELESS:
            return self._about(voice, context)
        if topic is None or topic not in self._store.topics:
            return self._reply(
                voice,
                [Line(text=voice.text(w.TOO_OLD))],
                menus.group_buttons(voice, place),
                context,
            )
        if place is None:
            return self._ask_city(voice, topic, context)
        answer = self._store.answer(place, topic)
        if verb is Verb.ANSWER or answer is None:
            return self._answer(voice, topic, place, context)
        lines = self._detail_lines(voice, verb, answer, place)
        return self._reply(voice, lines, menus.back_button(voice, topic, place), context)

    def _detail_lines(self, voice: Voice, verb: Verb, answer: Answer, place: str) -> list[Line]:
        if verb is Verb.SOURCES:
            return answers.source_lines(voice, answer, place)
        state = answer.state(voice.today)
        if state is not State.CURRENT:
            title = answers.title(voice, answer.topic, place)
            return [title, *answers.withheld_lines(voice, answer, place, state)]
        if verb is Verb.MORE:
            return answers.more_lines(voice, answer, place)
        return self._refused_lines(voice, answer, place)

    def _refused_lines(self, voice: Voice, answer: Answer, place: str) -> list[Line]:
        words, notes = answers.words_for(voice, answer)
        lines = [
            answers.title(voice, answer.topic, place),
            *notes,
            *answers.refused_lines(voice, words, answer.facts),
            voice.contact(answer.facts.contacts[0], voice.text(w.CALL)),
        ]
        complaint = self._store.answer(place, "complaint")
        if (
            complaint is not None
            and complaint is not answer
            and complaint.state(voice.today) is State.CURRENT
        ):
            said, _ = answers.words_for(voice, complaint)
            lines += answers.said_lines(voice, said, complaint.facts, "answer", w.COMPLAIN_TO)
            lines += [voice.contact(name) for name in complaint.facts.contacts[:2]]
        return lines

    def _ask_city(
        self,
        voice: Voice,
        topic: str | None,
        context: Context,
        uncovered: str = "",
        places: tuple[str, ...] = (),
    ) -> Reply:
        lines = []
        if topic:
            lines.append(Line(strong=voice.text(w.ABOUT_TOPIC, topic=voice.topic(topic))))
        if uncovered:
            lines.append(Line(text=voice.text(w.UNCOVERED, city=uncovered)))
        asked = w.TWO_CITIES if len(places) > 1 else w.WHICH_CITY
        lines.append(Line(text=voice.text(asked)))
        if uncovered:
            lines += self._human(voice, None)
        return self._reply(voice, lines, menus.city_buttons(voice, topic, places), context)

    def _unknown(self, voice: Voice, match: Match, place: str | None, context: Context) -> Reply:
        lines = [Line(text=voice.text(w.NOT_KNOWN))]
        if match.uncovered:
            lines.append(Line(text=voice.text(w.UNCOVERED, city=match.uncovered)))
        lines.append(Line(text=voice.text(w.PERHAPS)))
        lines += self._human(voice, place)
        buttons = menus.choice_buttons(voice, place, match.choices)
        return self._reply(voice, lines, buttons, context)

    def _human(self, voice: Voice, place: str | None) -> list[Line]:
        """A staffed line: the place's, or one for each country while the place is not known."""
        if place is not None:
            return [voice.contact(self._store.places[place].line, voice.text(w.CALL))]
        return [
            voice.contact(
                self._store.places[country].line,
                voice.text(w.IN_COUNTRY, country=voice.place(country)),
            )
            for country in self._store.countries()
        ]
