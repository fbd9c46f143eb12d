"""Which words of a group are meant for the bot: after its @name, in a reply to it, a command.

Everything else in a group is other people's talk and is let go unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Message, MessageEntity

_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Name:
    """Who the bot is in Telegram: its id, and its name without the @."""

    id: int
    username: str

    @property
    def address(self) -> str:
        """What opens the private chat."""
        return f"https://t.me/{self.username}"

    def is_meant(self, username: str) -> bool:
        """Whether a name somebody wrote is the bot's; capitals do not matter."""
        return username.lower() == self.username.lower()


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """A command at the start of a text: its word, for which bot (if that is said), what follows."""

    word: str
    bot: str
    rest: str


def command_in(text: str) -> Command | None:
    """The command that a text begins with, or None."""
    found = _COMMAND.match(text)
    return Command(found[1].lower(), found[2] or "", text[found.end() :]) if found else None


def words_for_us(message: Message, name: Name) -> str | None:
    """What a message of a group says to the bot, without its @name; None where it says nothing.

    A plain command is left to the caller: which ones are ours is not decided here.
    """
    text = _text(message)
    if text is None:
        return None
    mentions = [each for each in _entities(message) if _names(each, text, name)]
    if mentions:
        return _without(text, mentions).strip()
    return text if _replies_to_us(message, name) else None


def _text(message: Message) -> str | None:
    text = message.caption if message.text is None else message.text
    return text if isinstance(text, str) else None


def _entities(message: Message) -> tuple[MessageEntity, ...]:
    return tuple(message.entities if message.text is not None else message.caption_entities)


def _names(entity: MessageEntity, text: str, name: Name) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == name.id
    if entity.type != MessageEntity.MENTION:
        return False
    return name.is_meant(_cut(text, entity).removeprefix("@"))


def _replies_to_us(message: Message, name: Name) -> bool:
    """Whether it is a reply to a message of ours.

    In a forum every message replies to the one that began its topic; that one is not meant.
    """
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created:
        return False
    return replied.from_user.id == name.id


def _cut(text: str, entity: MessageEntity) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    cut = units[entity.offset * 2 : (entity.offset + entity.length) * 2]
    return cut.decode("utf-16-le", "replace")


def _without(text: str, entities: list[MessageEntity]) -> str:
    """The text without these entities. Telegram counts in UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    for each in sorted(entities, key=lambda entity: -entity.offset):
        units = units[: each.offset * 2] + units[(each.offset + each.length) * 2 :]
    return units.decode("utf-16-le", "replace")
