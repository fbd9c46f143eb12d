"""A made-up person who never writes faster than the bot answers one chat."""

from __future__ import annotations

import time
from typing import Any

from bot.audit.loopback import Person, Seen

# Below what bot/channels/telegram/chat_limit.py answers: beyond it nothing would be tried.
AT_ONCE = 15
PER_SECOND = 1.9


class Unhurried:
    """Acts for a person, and waits before an action that would come too soon."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._level = float(AT_ONCE)
        self._at = time.monotonic()

    def writes(self, text: str) -> int:
        """Send a text."""
        return self._in_time().writes(text)

    def sends_photo(self, caption: str = "") -> int:
        """Send a photo."""
        return self._in_time().sends_photo(caption)

    def sends(self, **content: Any) -> int:
        """Send a message of any kind."""
        return self._in_time().sends(**content)

    def edits(self, message_id: int, text: str) -> None:
        """Change an own message."""
        self._in_time().edits(message_id, text)

    def presses_data(self, data: str, message_id: int = 1) -> None:
        """Press a button."""
        self._in_time().presses_data(data, message_id)

    def types_inline(self, text: str) -> dict[str, Any]:
        """Type after the bot's name; that is no message."""
        return self._person.types_inline(text)

    def blocks(self, *, blocked: bool = True) -> None:
        """Block the bot, or let it in again."""
        self._person.blocks(blocked=blocked)

    def must_wait(self, seconds: float) -> None:
        """Let Telegram answer 429 for so long."""
        self._person.must_wait(seconds)

    def answer(self, *, seconds: float = 10.0) -> Seen:
        """What the bot said last."""
        return self._person.answer(seconds=seconds)

    def chat(self) -> list[Any]:
        """All messages of the chat."""
        return self._person.chat()

    @property
    def user(self) -> dict[str, Any]:
        """The person as updates show them."""
        return self._person.user

    def _in_time(self) -> Person:
        now = time.monotonic()
        self._level = min(AT_ONCE, self._level + (now - self._at) * PER_SECOND) - 1.0
        self._at = now
        if self._level < 0:
            time.sleep(-self._level / PER_SECOND)
        return self._person
