"""A group that the bot is in: people write there, and everybody reads what it says."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_server.entities import units
from tests.telegram_server.person import Listening, Person, Seen
from tests.telegram_server.world import Account, Fields

_MENTION = re.compile(r"(?<![\w/])@\w{5,}", re.ASCII)
_COMMAND = re.compile(r"/\w+(?:@\w+)?", re.ASCII)


def entities_of(text: str) -> list[Fields]:
    """The mentions and the command that Telegram finds in a text, by UTF-16 units."""
    found = [("mention", each) for each in _MENTION.finditer(text)]
    command = _COMMAND.match(text)
    if command:
        found.insert(0, ("bot_command", command))
    return [
        {"type": kind, "offset": units(text[: each.start()]), "length": units(each[0])}
        for kind, each in found
    ]


class Group(Listening):
    """Acts for the people of a group. The bot hears everything, as one that administers it."""

    def hears(self, person: Person, text: str, **more: Any) -> int:
        """Let a person write a text; the id of the message."""
        return self.gets(person, text=text, entities=entities_of(text), **more)

    def asks(self, person: Person, text: str) -> Seen:
        """Let a person ask the bot by its name; what it says."""
        self.hears(person, f"@{self._world.bot['username']} {text}")
        return self.answer()

    def gets(self, person: Person, **content: Any) -> int:
        """Let a person send anything, its fields as the Bot API has them."""
        with self._world.changed:
            message = self._world.new_message(self.id, person.user, content)
            self._heard_before = self._account.heard
        self._world.new_update({"message": message})
        return int(message["message_id"])

    def member(self, person: Person, before: str, now: str) -> None:
        """Let a person change what the bot is here: "left", "member", "administrator", …"""
        with self._world.changed:
            self._heard_before = self._account.heard
            change = {
                "chat": self._account.chat,
                "from": person.user,
                "date": int(self._world.now()),
                "old_chat_member": member(self._world.bot, before),
                "new_chat_member": member(self._world.bot, now),
            }
        self._world.new_update({"my_chat_member": change})

    def becomes(self, number: int) -> Group:
        """Turn it into a supergroup, which has another id; whoever sends to the old one is told."""
        with self._world.changed:
            self._account.moved_to = number
            group = {**(self._account.group or {}), "id": number, "type": "supergroup"}
            new = self._world.people.setdefault(number, Account({"id": number}, group))
        return Group(self._world, new)


def member(user: Fields, status: str) -> Fields:
    """What somebody is in a chat, as the Bot API says it."""
    more: Fields = {}
    if status == "kicked":
        more = {"until_date": 0}
    elif status == "administrator":
        rights = (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
            "can_manage_video_chats", "can_restrict_members", "can_promote_members",
            "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
            "can_delete_stories",
        )  # fmt: skip
        more = dict.fromkeys(rights, False)
    return {"user": user, "status": status, **more}
