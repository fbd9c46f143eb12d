"""What Telegram holds: people, messages, and the updates that wait for the bot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

BOT_ID = 123456
TOKEN = f"{BOT_ID}:loopback-only-no-secret_at-all-0000"
DELETABLE_SECONDS = 48 * 3600

Fields = dict[str, Any]


@dataclass
class Account:
    """A person as Telegram knows them, or a group; `user` is then its id alone."""

    user: Fields
    group: Fields | None = None
    moved_to: int = 0
    blocked: bool = False
    wait_until: float = 0.0
    # How long Telegram says that it has to be waited, where that is not the truth.
    wait_told: int = 0
    # Counts what the bot has sent or edited here, so that people can wait for it.
    heard: int = 0
    heard_message: int = 0

    @property
    def chat(self) -> Fields:
        """The private chat with this person, or the group."""
        if self.group is not None:
            return self.group
        names: Fields = {
            key: self.user[key] for key in ("first_name", "username") if key in self.user
        }
        return {"id": self.user["id"], "type": "private", **names}


@dataclass
class World:
    """Everything that lasts between requests. Touch it only while holding `changed`."""

    token: str = TOKEN
    people: dict[int, Account] = field(default_factory=dict)
    # Ids are one row for the private chats of all people, as they are with Telegram.
    messages: dict[int, Fields] = field(default_factory=dict)
    updates: list[Fields] = field(default_factory=list)
    queries: dict[str, int] = field(default_factory=dict)
    inline_queries: list[str] = field(default_factory=list)
    offers: dict[str, Fields] = field(default_factory=dict)
    menu_button: Fields = field(default_factory=lambda: {"type": "default"})
    texts: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    allowed: list[str] | None = None
    webhook: str = ""
    webhook_secret: str = ""
    webhook_connections: int = 0
    webhook_error: str = ""
    webhook_set_at: float = 0.0
    passed: float = 0.0
    changed: threading.Condition = field(default_factory=threading.Condition)
    on_update: Callable[[], None] = lambda: None
    last_message: int = 0
    last_update: int = 500_000_000

    @property
    def bot(self) -> Fields:
        """The bot as getMe shows it."""
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Without Fear",
            "username": "without_fear_loopback_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }

    def now(self) -> float:
        """The time by Telegram's clock, which tests can put forward."""
        return time.time() + self.passed

    def new_message(self, chat_id: int, sender: Fields, content: Fields) -> Fields:
        """Store a message of a private chat under the next id."""
        self.last_message += 1
        message = {
            "message_id": self.last_message,
            "from": sender,
            "chat": self.people[chat_id].chat,
            "date": int(self.now()),
            **content,
        }
        self.messages[self.last_message] = message
        return message

    def new_update(self, content: Fields, *, even_if_unwanted: bool = False) -> int:
        """Queue an update, unless the bot has said that it does not want its kind."""
        with self.changed:
            kind = next(iter(content), "")
            if self.allowed and kind not in self.allowed and not even_if_unwanted:
                return 0
            self.last_update += 1
            self.updates.append({"update_id": self.last_update, **content})
            self.changed.notify_all()
        self.on_update()
        return self.last_update

    def confirm(self, update_id: int) -> None:
        """Forget an update that the webhook has taken."""
        # Near the beginning: they are brought in their order.
        for position, each in enumerate(self.updates):
            if each["update_id"] == update_id:
                del self.updates[position]
                return

    def heard(self, message: Fields) -> None:
        """Note that the bot has said something new in a chat."""
        account = self.people[message["chat"]["id"]]
        account.heard += 1
        account.heard_message = message["message_id"]
        self.changed.notify_all()
