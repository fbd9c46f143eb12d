"""The first step: an update becomes what a person wants, and the rest of it is let go.

    receive(update, memory, name)     -> Arrival | None

An Arrival holds the chat to answer to and what is asked: a Question, a Tap, a link that was
Opened, what stays Unread, a group that the bot has Joined. Names, user names and everything else
of the update end here. None is for what asks nothing of us: service messages, other people's talk
in groups, posts of channels, commands for other bots, kinds of updates that we do not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatType

from bot.channels.telegram.addressed import Command, Name, command_in, words_for_us
from bot.conversation.memory import Memory
from bot.domain import Context, Question, Tap, Unread, Verb

COMMANDS = {
    "start": Verb.START,
    "help": Verb.HELP,
    "privacy": Verb.PRIVACY,
    "language": Verb.LANGUAGES,
    "city": Verb.CITIES,
    "topics": Verb.TOPICS,
    "erase": Verb.ERASE,
}

# What follows this one is a question: in groups it is how Telegram lets a bot be asked.
ASK = "ask"

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

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_NOTHING = Context()
OUTSIDE = (ChatMember.LEFT, ChatMember.BANNED)


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A /start with something behind it: most often a deep link."""

    payload: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot was added to a group."""


Content = Question | Tap | Opened | Unread | Joined


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """What one update asks: of which chat, what, and what the half hour knows.

    `tapped` is the message whose button was pressed, `query` the tap that awaits a sign; both are
    None for a message. `message` is the person's own: the one that arrived, or the one that the
    tapped one points at. `protected` says that the tapped message cannot be forwarded. A `public`
    chat is a group, with `thread` one of its topics; nothing of it is remembered. `album` names
    the album that a message belongs to. Neither this nor its repr outlives the handling.
    """

    chat_id: int
    content: Content
    context: Context = _NOTHING
    message: int | None = None
    tapped: int | None = None
    query: str | None = None
    protected: bool = False
    public: bool = False
    thread: int | None = None
    album: str = ""


def receive(update: Update, memory: Memory, name: Name) -> Arrival | None:
    """What the update asks, or None where it asks nothing of us.

    A person who has blocked the bot is forgotten here.
    """
    if update.callback_query:
        return _pressed(update.callback_query, memory)
    if update.message:
        return _written(update.message, memory, name)
    # Edits come for many reasons, like a place that moves; only words ask something anew. The
    # answer to them is a new message, since nothing tells which one answered the old words.
    edited = update.edited_message
    if edited and (edited.text or edited.caption):
        arrival = _written(edited, memory, name)
        return replace(arrival, album="") if arrival else None
    if update.my_chat_member:
        return _membership(update.my_chat_member, memory)
    return None


def _written(message: Message, memory: Memory, name: Name) -> Arrival | None:
    # What the bot's own cards say comes back to it when somebody has posted them.
    if message.via_bot is not None and message.via_bot.id == name.id:
        return None
    if message.chat.type in GROUPS:
        return _in_group(message, name)
    if message.chat.type != ChatType.PRIVATE:
        return None
    context = _context(message.chat.id, message.from_user, memory)
    content = _content(message, context, name)
    if content is None:
        return None
    album = message.media_group_id or ""
    return Arrival(message.chat.id, content, context, message.message_id, album=album)


def _content(message: Message, context: Context, name: Name) -> Content | None:
    several = message.media_group_id is not None
    if message.forward_origin is not None:
        return Unread(forwarded=True, several=several)
    if message.text is not None:
        # Whoever writes our name in our own chat tells nobody's name.
        words = words_for_us(message, name)
        return _worded(message.text if words is None else words, context, name)
    if any(getattr(message, kind, None) for kind in (*IDENTITY, *MEDIA)):
        return Unread((message.caption or "").removeprefix("/"), several=several)
    return None


def _worded(text: str, context: Context, name: Name) -> Question | Tap | Opened | None:
    command = command_in(text)
    if command and command.bot and not name.is_meant(command.bot):
        return None
    verb = COMMANDS.get(command.word) if command else None
    if command and verb is Verb.START and command.rest.strip():
        return Opened(command.rest.strip())
    if verb:
        return Tap(verb)
    if command and command.word == ASK:
        return Question(command.rest, context)
    # A slash before a word of theirs, "/police", is a question all the same.
    return Question(text.removeprefix("/"), context)


def _in_group(message: Message, name: Name) -> Arrival | None:
    # A post of the group's channel, somebody else's words, another bot. Administrators who hide
    # their names and people who write as a channel look like bots, but have a sender's chat.
    if message.forward_origin is not None:
        return None
    if message.from_user and message.from_user.is_bot and not message.sender_chat:
        return None
    content = _asked_in_group(message, name)
    if content is None:
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    return Arrival(message.chat.id, content, public=True, thread=thread)


def _asked_in_group(message: Message, name: Name) -> Question | Tap | None:
    text = message.caption if message.text is None else message.text
    command = command_in(text or "")
    if command and command.bot and not name.is_meant(command.bot):
        return None
    if command and (command.bot or command.word in (ASK, *COMMANDS)):
        return _commanded(command)
    words = words_for_us(message, name)
    if words is None:
        return None
    behind = command_in(words)
    return _commanded(behind) if behind else Question(words)


def _commanded(command: Command) -> Question | Tap:
    if command.word in COMMANDS:
        return Tap(COMMANDS[command.word])
    return Question(command.rest if command.word == ASK else f"{command.word} {command.rest}")


def _pressed(query: CallbackQuery, memory: Memory) -> Arrival | None:
    message = query.message
    if not message or message.chat.type != ChatType.PRIVATE or query.data is None:
        return None
    # A button that we no longer know leads to the beginning.
    tap = Tap.decoded(query.data) or Tap(Verb.START)
    context = _context(message.chat.id, query.from_user, memory)
    there = message if isinstance(message, Message) else None
    pointed_at = there.reply_to_message if there else None
    return Arrival(
        message.chat.id,
        tap,
        context,
        message=pointed_at.message_id if pointed_at else None,
        tapped=message.message_id,
        query=query.id,
        protected=bool(there and there.has_protected_content),
    )


def _membership(change: ChatMemberUpdated, memory: Memory) -> Arrival | None:
    """A group the bot was added to is greeted; whoever shut the bot out is forgotten."""
    before, now = change.old_chat_member.status, change.new_chat_member.status
    if now in OUTSIDE:
        memory.forget(change.chat.id)
    elif before in OUTSIDE and change.chat.type in GROUPS:
        return Arrival(change.chat.id, Joined(), public=True)
    return None


def _context(chat_id: int, user: User | None, memory: Memory) -> Context:
    remembered = memory.recall(chat_id)
    if remembered.language or not user or not isinstance(user.language_code, str):
        return remembered
    return replace(remembered, language=language_of(user.language_code))


def language_of(code: object) -> str | None:
    """Which of our languages a code of Telegram's means: "pt-br" -> "pt", "de" -> None."""
    if not isinstance(code, str):  # None for some people, and who knows what in an odd update.
        return None
    return LANGUAGES.get(re.split(r"[-_]", code, maxsplit=1)[0].lower())
