"""The library's bot with everything taken out that could show a person or the token.

It reads each update by itself. Of one that cannot be read wholly, as after a change of the Bot API,
the person's words are read alone; without any it is passed on empty, so that it is confirmed like
the others and costs neither them nor the loop anything.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

# Waiting times as the library will give them from its next version on, without a warning for each.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import Bot, Update
from telegram.error import TelegramError

from bot.channels.telegram.quiet_request import GarbledAnswerError, QuietRequest

# How much longer than the long poll itself its answer may take.
POLL_MARGIN_SECONDS = 10.0

# What we ask for, whatever else there will be. Posts of channels, reactions, what people choose
# from inline cards and messages of businesses are none of our business.
MESSAGE_KINDS = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
# A message with one of these says what somebody else has written.
NOT_THEIR_WORDS = ("forward_origin", "via_bot", "sender_chat")

# A message as the Bot API takes it in a form: what is an object there is JSON here.
Message = dict[str, int | str | bool]


class HardenedBot(Bot):
    """A bot that is silent about its token and about the people who write to it."""

    def __init__(self, token: str, api_url: str) -> None:
        request = QuietRequest(api_url)
        super().__init__(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=request,
            get_updates_request=request,
        )

    def __repr__(self) -> str:
        return "<HardenedBot>"

    async def fetch(self, offset: int, *, seconds: int, limit: int = 100) -> list[Update]:
        """The updates from `offset` on, waiting up to `seconds` for the first one."""
        asked = {
            "offset": offset,
            "timeout": seconds,
            "limit": limit,
            "allowed_updates": MESSAGE_KINDS,
        }
        # `get_updates` would write the whole batch to its log if one update cannot be parsed.
        fetched = await self._post("getUpdates", asked, read_timeout=seconds + POLL_MARGIN_SECONDS)
        if not isinstance(fetched, list):
            raise GarbledAnswerError
        updates = [update for each in fetched if (update := self.read(each))]
        if fetched and not updates:
            raise GarbledAnswerError
        return updates

    async def say(self, method: str, message: Message) -> int:
        """Send a message or edit one; its id.

        The library's own methods would build objects of the buttons first, and then of all that
        Telegram repeats of the message and the person; that takes longer than the request itself.
        """
        sent = await self._post(method, dict(message))
        if not isinstance(sent, dict) or type(sent.get("message_id")) is not int:
            raise GarbledAnswerError
        return int(sent["message_id"])

    async def _post(self, endpoint: str, *args: Any, **kwargs: Any) -> Any:
        """The `result` of a call; what cannot be read becomes a GarbledAnswerError."""
        try:
            return await super()._post(endpoint, *args, **kwargs)
        except TelegramError:
            raise
        except Exception:  # The library trips over answers of an unexpected shape in many ways.
            raise GarbledAnswerError from None

    def read(self, raw: object) -> Update | None:
        """The update; an empty one where it cannot be read, None where it has no number."""
        if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
            return None
        for reading in (dict, _words_alone):
            # Whatever it is that hinders, its text may quote the update.
            with contextlib.suppress(Exception):
                return Update.de_json(reading(raw), self)
        return Update(raw["update_id"])


def _words_alone(raw: dict[str, Any]) -> dict[str, Any]:
    """The update with only what it takes to answer a message of text; KeyError where it is none.

    What somebody else wrote, or a bot, is left unread.
    """
    kind = "message" if "message" in raw else "edited_message"
    message = raw[kind]
    sender = message.get("from")
    is_bot = isinstance(sender, dict) and sender.get("is_bot")
    if is_bot or any(name in message for name in NOT_THEIR_WORDS):
        return {"update_id": raw["update_id"]}
    chat = {name: message["chat"][name] for name in ("id", "type")}
    bare = {"message_id": message["message_id"], "date": 0, "chat": chat, "text": message["text"]}
    return {"update_id": raw["update_id"], kind: bare}
