"""The conversation: a question or a tap goes in, a reply comes out; nothing is kept here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.conversation import menus, pages, replies
from bot.conversation import wording as w
from bot.conversation.identity import without_identity
from bot.conversation.voice import Voice
from bot.domain import Button, Context, Line, Match, Question, Reply, Tally, Tap, Verb
from bot.knowledge.store import Store
from bot.matching.matcher import Matcher


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
        """The reply to a person's own words; numbers that show who they are go unread."""
        voice = self._voice(question.context.language)
        text, shown = without_identity(question.text)
        if shown and not text.strip():
            return self._identity(voice, question.context)
        question = replace(question, text=text)
        if not text.strip():
            return replies.reply(
                voice,
                [Line(text=voice.text(w.NOTHING_TO_READ))],
                menus.way_on(voice, question.context.place),
                question.context,
            )
        match = self._matcher.match(question)
        voice = self._voice(match.language)
        context = question.context.updated(Context(match.language, match.place, match.topic))
        reply = replace(replies.told(voice, match, context), tally=_tally(match, context))
        if not shown:
            return reply
        seen = Line(text=voice.text(w.IDENTITY_SEEN))
        buttons = (*reply.buttons, self._delete_button(voice))
        return replace(reply, lines=(*reply.lines, seen), buttons=buttons, points=True)

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
                return replies.reply(
                    voice,
                    lines,
                    menus.language_buttons(voice, topic, place),
                    Context(context.language),
                )
            case Verb.LANGUAGES:
                lines = [Line(text=voice.text(w.CHOOSE_LANGUAGE))]
                return replies.reply(
                    voice, lines, menus.language_buttons(voice, topic, place), context
                )
            case Verb.CITIES:
                return replies.ask_city(voice, topic, context)
            case Verb.TOPICS | Verb.WRONG:
                said = w.NOT_WHAT_I_ASKED if tap.verb is Verb.WRONG else w.ASK_FREELY
                at = place or context.place
                menu = replies.reply(
                    voice, [Line(text=voice.text(said))], menus.group_buttons(voice, at), context
                )
                return _reported(menu, tap) if tap.verb is Verb.WRONG else menu
            case Verb.GROUP:
                found = menus.topics_of_group(voice, tap.topic or "")
                return replies.reply(
                    voice,
                    [Line(text=voice.text(w.MENU))],
                    menus.topic_buttons(voice, place or context.place, found),
                    context,
                )
            case Verb.HELP:
                return replies.reply(
                    voice, pages.help_page(voice), menus.way_on(voice, context.place), context
                )
            case Verb.PRIVACY:
                return replies.reply(
                    voice, pages.privacy_page(voice), menus.way_on(voice, context.place), context
                )
            case Verb.ASKED_PAPERS | Verb.NUMBER_DEAD:
                return self._thanks(voice, tap, context)
            case Verb.DELETE:
                return self.deleted(context, done=False)
            case Verb.ERASE:
                return replies.reply(voice, [Line(text=voice.text(w.ERASE_START))], (), Context())
            case Verb.ANSWER | Verb.MORE | Verb.SOURCES | Verb.REFUSED:
                return replies.details(voice, tap.verb, topic, place, context)

    def refused_kind(self, context: Context, *, forwarded: bool = False) -> Reply:
        """What is said to a photo, file, voice, contact or forwarded message: not read, and can
        be deleted at once."""
        voice = self._voice(context.language)
        said = w.FORWARDED if forwarded else w.NOT_READ
        buttons = (self._delete_button(voice), *menus.way_on(voice, context.place))
        reply = replies.reply(voice, [Line(text=voice.text(said))], buttons, context)
        return replace(reply, points=True)

    def deleted(self, context: Context, *, done: bool) -> Reply:
        """What is said after the person's message was, or could not be, deleted."""
        voice = self._voice(context.language)
        said = w.DELETED if done else w.NOT_DELETED
        return replies.reply(
            voice, [Line(text=voice.text(said))], menus.way_on(voice, context.place), context
        )

    def erased(self, context: Context, whole: bool) -> Reply:
        """What is said after erasing: how far it got, and what the person can do."""
        voice = self._voice(context.language)
        said = w.ERASE_DONE if whole else w.ERASE_PART
        return Reply((Line(text=voice.text(said)),), (), voice.language)

    def busy(self, context: Context) -> Reply:
        """What is said once when something of ours failed."""
        voice = self._voice(context.language)
        return replies.reply(voice, [Line(text=voice.text(w.BUSY))], (), context)

    def slow_down(self, context: Context) -> Reply:
        """What is said once to a chat that writes too fast; the number for danger is in it."""
        voice = self._voice(context.language)
        said = [Line(text=voice.text(each)) for each in (w.SLOW_DOWN, w.DANGER_EMERGENCY)]
        return replies.reply(voice, said, (), context)

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

    @staticmethod
    def _delete_button(voice: Voice) -> menus.Row:
        return (Button(voice.text(w.BUTTON_DELETE), Tap(Verb.DELETE, language=voice.language)),)

    def _identity(self, voice: Voice, context: Context) -> Reply:
        buttons = (self._delete_button(voice), *menus.way_on(voice, context.place))
        reply = replies.reply(voice, [Line(text=voice.text(w.IDENTITY_SEEN))], buttons, context)
        return replace(reply, points=True)

    def _thanks(self, voice: Voice, tap: Tap, context: Context) -> Reply:
        buttons = menus.way_on(voice, tap.place)
        if tap.topic and tap.place:
            buttons = menus.back_button(voice, tap.topic, tap.place)
        reply = replies.reply(voice, [Line(text=voice.text(w.FEEDBACK_THANKS))], buttons, context)
        return _reported(reply, tap)

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


def _tally(match: Match, context: Context) -> Tally:
    topic = match.topic or ""
    return Tally(match.place or context.place or "", topic, match.language, match.outcome.value)


def _reported(reply: Reply, tap: Tap) -> Reply:
    """The reply with what the tap reports of an answer, to be counted."""
    kind = "not-asked" if tap.verb is Verb.WRONG else tap.verb.value
    tally = Tally(tap.place or "", tap.topic or "", reply.language, kind)
    return replace(reply, tally=tally)
