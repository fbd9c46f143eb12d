"""Somebody in Telegram: what they do, and what they see."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.telegram_server.world import BOT_ID, Account, Fields, World

_query_ids = count(4_000_000_000_000_000)


@dataclass(frozen=True)
class Seen:
    """A message as its reader sees it."""

    id: int
    text: str
    buttons: tuple[tuple[str, ...], ...] = ()
    data: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    from_bot: bool = True
    urls: tuple[str, ...] = ()
    protected: bool = False

    @property
    def labels(self) -> list[str]:
        """What its buttons say, row by row."""
        return [label for row in self.buttons for label in row]

    def data_of(self, beginning: str) -> str:
        """What the first button does whose data begins so."""
        for each in self.data:
            if each.startswith(beginning):
                return each
        raise LookupError(f"no button begins with {beginning!r}; there are {self.data}")


class Listening:
    """Sees what the bot says in one chat."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account
        self._heard_before = account.heard

    @property
    def id(self) -> int:
        """The id of the chat; a person's own, too."""
        return int(self._account.user["id"])

    def answer(self, *, seconds: float = 10.0) -> Seen:
        """The message that the bot sent or changed after the last action here, once it has."""
        with self._world.changed:
            if not self._world.changed.wait_for(self._has_heard, seconds):
                raise TimeoutError(f"no answer within {seconds} s; the chat says: {self.chat()}")
            self._heard_before = self._account.heard
            return seen(self._world.messages[self._account.heard_message])

    def hears_nothing(self, *, seconds: float = 0.3) -> bool:
        """Whether the bot stays silent for so long."""
        with self._world.changed:
            return not self._world.changed.wait_for(self._has_heard, seconds)

    def chat(self) -> list[Seen]:
        """All messages of the chat that are still there."""
        with self._world.changed:
            return [
                seen(each)
                for each in self._world.messages.values()
                if each["chat"]["id"] == self.id
            ]

    def _has_heard(self) -> bool:
        return self._account.heard > self._heard_before


class Person(Listening):
    """Acts in the private chat with the bot. Each action is an update for it."""

    @property
    def user(self) -> Fields:
        """The person as updates show them."""
        return self._account.user

    def writes(self, text: str) -> int:
        """Send a text; the id of the message."""
        return self.sends(text=text)

    def sends_photo(self, caption: str = "") -> int:
        """Send a photo."""
        photo = {"file_id": "p", "file_unique_id": "u", "width": 90, "height": 90}
        more = {"caption": caption} if caption else {}
        return self.sends(photo=[photo], **more)

    def sends(self, **content: Any) -> int:
        """Send a message of any kind, its fields as the Bot API has them."""
        with self._world.changed:
            message = self._world.new_message(self.id, self._account.user, content)
        self._acts({"message": message})
        return int(message["message_id"])

    def edits(self, message_id: int, text: str, *, field: str = "text") -> None:
        """Change the text, or the caption, of an own message."""
        with self._world.changed:
            message = self._world.messages[message_id]
            message.update({field: text}, edit_date=int(self._world.now()))
        self._acts({"edited_message": dict(message)})

    def presses(self, label: str, message_id: int | None = None) -> None:
        """Press the newest button that says, or does, `label`; or the one of a certain message."""
        with self._world.changed:
            message, data = self._button(label, message_id)
            query = str(next(_query_ids))
            self._world.queries[query] = self.id
        self._acts({"callback_query": {
            "id": query,
            "from": self._account.user,
            "message": message,
            "chat_instance": "1",
            "data": data,
        }})  # fmt: skip

    def presses_data(self, data: str, message_id: int = 1) -> None:
        """Press a button that is no longer to be seen, of a message that may be gone."""
        query = str(next(_query_ids))
        with self._world.changed:
            self._world.queries[query] = self.id
        gone = {"message_id": message_id, "chat": self._account.chat, "date": 0}
        self._acts({"callback_query": {
            "id": query,
            "from": self._account.user,
            "message": gone,
            "chat_instance": "1",
            "data": data,
        }})  # fmt: skip

    def types(self, text: str) -> str:
        """Type after the bot's name in some chat; the id of the query."""
        query = str(next(_query_ids))
        with self._world.changed:
            self._world.inline_queries.append(query)
        self._world.new_update({"inline_query": {
            "id": query, "from": self.user, "query": text, "offset": "", "chat_type": "group",
        }})  # fmt: skip
        return query

    def types_inline(self, text: str) -> Fields:
        """Type after the bot's name in some chat; what the bot offers, once it has."""
        query = self.types(text)
        with self._world.changed:
            if not self._world.changed.wait_for(lambda: query in self._world.offers, 10.0):
                raise TimeoutError("the bot offers nothing")
            return self._world.offers[query]

    def blocks(self, *, blocked: bool = True) -> None:
        """Block the bot, or let it in again."""
        with self._world.changed:
            self._account.blocked = blocked

    def must_wait(self, seconds: float, *, told: int = 0) -> None:
        """Let Telegram answer 429 to whatever the bot wants of this chat, for so long.

        It is told to come again after that, or after `told` seconds.
        """
        with self._world.changed:
            self._account.wait_until = self._world.now() + seconds
            self._account.wait_told = told

    def _acts(self, update: Fields) -> None:
        with self._world.changed:
            self._heard_before = self._account.heard
        self._world.new_update(update)

    def _button(self, label: str, message_id: int | None) -> tuple[Fields, str]:
        labels = []
        for message in reversed(self._world.messages.values()):
            if message["chat"]["id"] != self.id or message_id not in (None, message["message_id"]):
                continue
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if "callback_data" not in button:
                        continue
                    if label in (button["text"], button["callback_data"]):
                        return message, button["callback_data"]
                    labels.append(button["text"])
        raise LookupError(f"no button says {label!r}; there are {labels}")


def seen(message: Fields) -> Seen:
    """A message as its reader sees it."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Seen(
        id=message["message_id"],
        text=message.get("text", ""),
        buttons=tuple(tuple(button["text"] for button in row) for row in rows),
        data=tuple(
            button["callback_data"] for row in rows for button in row if "callback_data" in button
        ),
        urls=tuple(button["url"] for row in rows for button in row if "url" in button),
        protected=message.get("has_protected_content", False),
        links=tuple(each["url"] for each in message.get("entities", []) if "url" in each),
        from_bot=message["from"]["id"] == BOT_ID,
    )
