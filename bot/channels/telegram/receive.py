"""The first step: an update becomes what a person wants, and the rest of it is let go.

    receive(update, memory)     -> Arrival | None

An Arrival holds the chat to answer to and a Question, a Tap, or what was Refused unread. Names,
user names and everything else of the update end here. None is for what asks nothing of us:
service messages, groups, kinds of updates that we do not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.conversation.memory import Memory
from bot.domain import Context, Question, Tap, Verb

COMMANDS = {
    "start": Verb.START,
    "help": Verb.HELP,
    "privacy": Verb.PRIVACY,
    "language": Verb.LANGUAGES,
    "city": Verb.CITIES,
    "topics": Verb.TOPICS,
    "erase": Verb.ERASE,
}

# Telegram's language codes are any IETF tag; only the first part says which of ours it is.
LANGUAGES = {
    "en": "en", "fr": "fr", "es": "es", "pt": "pt", "zh": "zh-Hans", "ar": "ar", "fa": "fa",
    "hi": "hi", "pa": "pa", "tl": "tl", "fil": "tl", "ht": "ht", "ru": "ru",
}  # fmt: skip

# What shows who or where somebody is, and what might.
IDENTITY = ("contact", "location", "venue", "passport_data", "users_shared", "chat_shared")
MEDIA = (
    "animation", "audio", "checklist", "dice", "document", "game", "invoice", "paid_media",
    "photo", "poll", "sticker", "story", "video", "video_note", "voice",
)  # fmt: skip

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is not looked at. A forwarded one can show who wrote it first."""

    forwarded: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """What one update asks: of which chat, what, and what the half hour knows.

    `tapped` is the message whose button was pressed, `query` the tap that awaits a sign; both are
    None for a message. `message` is the person's own: the one that arrived, or the one that the
    tapped one points at. Neither this nor its repr outlives the handling of the update.
    """

    chat_id: int
    content: Question | Tap | Refused
    context: Context
    message: int | None = None
    tapped: int | None = None
    query: str | None = None


def receive(update: Update, memory: Memory) -> Arrival | None:
    """What the update asks, or None where it asks nothing of us."""
    if update.callback_query:
        return _pressed(update.callback_query, memory)
    if update.message:
        return _written(update.message, memory)
    # Edits come for many reasons, like a place that moves; only a text asks something anew.
    if update.edited_message and update.edited_message.text:
        return _written(update.edited_message, memory)
    return None


def _written(message: Message, memory: Memory) -> Arrival | None:
    if message.chat.type != ChatType.PRIVATE:
        return None
    context = _context(message.chat.id, message.from_user, memory)
    content = _content(message, context)
    return Arrival(message.chat.id, content, context, message.message_id) if content else None


def _content(message: Message, context: Context) -> Question | Tap | Refused | None:
    if message.forward_origin is not None:
        return Refused(forwarded=True)
    if message.text is not None:
        return _worded(message.text, context)
    if any(getattr(message, name, None) for name in (*IDENTITY, *MEDIA)):
        return Refused()
    return None


def _worded(text: str, context: Context) -> Question | Tap:
    command = _COMMAND.match(text)
    verb = COMMANDS.get(command[1].lower()) if command else None
    if verb:
        return Tap(verb)
    # A slash before a word of theirs, "/police", is a question all the same.
    return Question(text.removeprefix("/"), context)


def _pressed(query: CallbackQuery, memory: Memory) -> Arrival | None:
    message = query.message
    if not message or message.chat.type != ChatType.PRIVATE or query.data is None:
        return None
    # A button that we no longer know leads to the beginning.
    tap = Tap.decoded(query.data) or Tap(Verb.START)
    context = _context(message.chat.id, query.from_user, memory)
    pointed_at = message.reply_to_message if isinstance(message, Message) else None
    return Arrival(
        message.chat.id,
        tap,
        context,
        message=pointed_at.message_id if pointed_at else None,
        tapped=message.message_id,
        query=query.id,
    )


def _context(chat_id: int, user: User | None, memory: Memory) -> Context:
    remembered = memory.recall(chat_id)
    if remembered.language or not user or not isinstance(user.language_code, str):
        return remembered
    return replace(remembered, language=language_of(user.language_code))


def language_of(code: str) -> str | None:
    """Which of our languages a code of Telegram's means: "pt-br" -> "pt", "de" -> None."""
    return LANGUAGES.get(re.split(r"[-_]", code, maxsplit=1)[0].lower())
