"""The conversation: a question or a tap goes in, a reply comes out; nothing is kept here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.conversation import cards, groups, menus, pages, replies
from bot.conversation import wording as w
from bot.conversation.identity import without_identity
from bot.conversation.links import Payloads
from bot.conversation.opening import opened
from bot.conversation.sharing import shared_answer
from bot.conversation.voice import Voice
from bot.domain import (
    Button,
    Context,
    Introduction,
    Line,
    Match,
    Offer,
    Question,
    Reply,
    Tally,
    Tap,
    Unread,
    Verb,
)
from bot.knowledge.store import Store
from bot.matching.matcher import Matcher

# For texts of a word or two before other people's eyes a guessed language would be too bold.
_UNLESS_CLEAR = Context(language="en")


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
        self._payloads = Payloads(store)
        self._voices: dict[str, Voice] = {}

    def reply_to(self, question: Question) -> Reply:
        """The reply to a person's own words; numbers that show who they are go unread."""
        voice = self._voice(question.context.language)
        text, shown = without_identity(question.text)
        if shown and not text.strip():
            return self._deletable(voice, w.IDENTITY_SEEN, question.context)
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
        return self._with_note(voice, reply, w.IDENTITY_SEEN)

    def opened(self, payload: str, context: Context) -> Reply:
        """The reply to a deep link; one that says nothing to us greets as /start does."""
        link = self._payloads.read(payload)
        if link is None:
            return self.tapped(Tap(Verb.START), context)
        return opened(self._voice(link.language or context.language), link)

    def in_group(self, asked: Question | Tap, address: str) -> Reply:
        """The reply to a question or a command in a group, in the language of its words.

        `address` opens the bot: "https://t.me/<name>". What the person's app says of their
        language is not used, for everyone would read it off the reply.
        """
        if isinstance(asked, Tap):
            return groups.commanded(self._voice(None), asked.verb, address)
        text, shown = without_identity(asked.text)
        if not text.strip():
            return groups.hello(self._voice(None), address)
        match = self._matcher.match(Question(text, _UNLESS_CLEAR))
        voice = self._voice(match.language)
        told = groups.told_in_group(voice, match, address)
        reply = replace(told, tally=_tally(match, told.context))
        if not shown:
            return reply
        return replace(reply, lines=(*reply.lines, Line(text=voice.text(w.IDENTITY_SEEN))))

    def group_hello(self, address: str) -> Reply:
        """What is said once in a group that the bot was added to."""
        return groups.hello(self._voice(None), address)

    def offered(self, question: Question, address: str) -> Offer:
        """Answers as cards for other chats. Nothing of the question is in them."""
        text, _ = without_identity(question.text)
        if not text.strip():
            return cards.offered(self._voice(question.context.language), None, address)
        hint = question.context if question.context.language else _UNLESS_CLEAR
        match = self._matcher.match(Question(text, hint))
        return cards.offered(self._voice(match.language), match, address)

    def tapped(self, tap: Tap, context: Context, address: str = "") -> Reply:
        """The reply to a button or a command; the tap is complete, the context only a hint.

        Without an `address` of the bot what is shared holds no link.
        """
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
                begun = replies.reply(voice, [Line(text=voice.text(w.ERASE_START))], (), Context())
                return replace(begun, protected=True)
            case Verb.SHARE:
                return self._shared(voice, topic, place, context, address)
            case Verb.ANSWER | Verb.MORE | Verb.SOURCES | Verb.REFUSED:
                return replies.details(voice, tap.verb, topic, place, context)

    def not_read(self, unread: Unread, context: Context) -> Reply:
        """What is said to a photo, file, voice, contact or forwarded message: not looked at, and
        can be deleted at once. The person's own words beside it are answered."""
        if unread.words.strip():
            reply = self.reply_to(Question(unread.words, context))
            voice = self._voice(reply.language)
            reply = self._with_note(voice, reply, w.PICTURE_UNSEEN)
        else:
            said = w.FORWARDED if unread.forwarded else w.NOT_READ
            voice = self._voice(context.language)
            reply = self._deletable(voice, said, context)
        if not unread.several:
            return reply
        delete = self._delete_button(voice)
        buttons = tuple(row for row in reply.buttons if row != delete)
        return replace(reply, buttons=buttons, points=False)

    def deleted(self, context: Context, *, done: bool) -> Reply:
        """What is said after the person's message was, or could not be, deleted."""
        voice = self._voice(context.language)
        said = w.DELETED if done else w.NOT_DELETED
        reply = replies.reply(
            voice, [Line(text=voice.text(said))], menus.way_on(voice, context.place), context
        )
        return replace(reply, protected=True)

    def erased(self, context: Context, whole: bool) -> Reply:
        """What is said after erasing: how far it got, and what the person can do."""
        voice = self._voice(context.language)
        said = w.ERASE_DONE if whole else w.ERASE_PART
        return Reply((Line(text=voice.text(said)),), (), voice.language, protected=True)

    def busy(self, context: Context) -> Reply:
        """What is said once when something of ours failed."""
        voice = self._voice(context.language)
        return replies.reply(voice, [Line(text=voice.text(w.BUSY))], (), context)

    def introduction(self, language: str) -> Introduction:
        """What Telegram shows of the bot in a language before anybody has written."""
        return pages.introduction(self._voice(language))

    def _shared(
        self, voice: Voice, topic: str | None, place: str | None, context: Context, address: str
    ) -> Reply:
        answer = self._store.answer(place, topic) if place and topic else None
        if answer is None or place is None:
            return replies.details(voice, Verb.ANSWER, topic, place, context)
        return replace(shared_answer(voice, answer, place, address), context=context)

    def slow_down(self, context: Context) -> Reply:
        """What is said once to a chat that writes too fast; the number for danger is in it."""
        voice = self._voice(context.language)
        said = [Line(text=voice.text(each)) for each in (w.SLOW_DOWN, w.DANGER_EMERGENCY)]
        return replies.reply(voice, said, (), context)

    @staticmethod
    def _delete_button(voice: Voice) -> menus.Row:
        return (Button(voice.text(w.BUTTON_DELETE), Tap(Verb.DELETE, language=voice.language)),)

    def _with_note(self, voice: Voice, reply: Reply, note: str) -> Reply:
        """The reply with a note on the person's message below it, which can be deleted."""
        lines = (*reply.lines, Line(text=voice.text(note)))
        delete = self._delete_button(voice)
        buttons = reply.buttons if delete in reply.buttons else (*reply.buttons, delete)
        # A number for danger must be easy to copy, whatever stands below it.
        held = not reply.is_urgent
        return replace(reply, lines=lines, buttons=buttons, points=True, protected=held)

    def _deletable(self, voice: Voice, said: str, context: Context) -> Reply:
        """Only what is said of the person's message, which can be deleted."""
        buttons = (self._delete_button(voice), *menus.way_on(voice, context.place))
        reply = replies.reply(voice, [Line(text=voice.text(said))], buttons, context)
        return replace(reply, points=True, protected=True)

    def _thanks(self, voice: Voice, tap: Tap, context: Context) -> Reply:
        buttons = menus.way_on(voice, tap.place)
        if tap.topic and tap.place:
            buttons = menus.back_button(voice, tap.topic, tap.place)
        reply = replies.reply(voice, [Line(text=voice.text(w.FEEDBACK_THANKS))], buttons, context)
        return _reported(replace(reply, protected=True), tap)

    def _voice(self, language: str | None) -> Voice:
        known = language if language in self._store.languages else "en"
        voice, today = self._voices.get(known), self._today()
        if voice is None or voice.today != today:
            voice = self._voices[known] = Voice(self._store, known, today)
        return voice

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
