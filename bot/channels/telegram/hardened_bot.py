"""The library's bot with everything taken out that could show a person or the token.

It reads each update by itself: one that cannot be read is passed on empty, so that it is confirmed
like the others and costs neither them nor the loop anything.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import Any

# Waiting times as the library will give them from its next version on, without a warning for each.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import Bot, Update
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

# Telegram sends 30 messages a second at most; more connections than this only slow the client.
CONNECTIONS = 32
# How much longer than the long poll itself its answer may take.
POLL_MARGIN_SECONDS = 10.0

# What we ask for, whatever else there will be. Posts of channels, reactions, what people choose
# from inline cards and messages of businesses are none of our business.
MESSAGE_KINDS = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")


class GarbledAnswerError(NetworkError):
    """The Bot API server answered something that is not an answer of the Bot API."""

    def __init__(self) -> None:
        super().__init__("garbled answer")


class QuietRequest(HTTPXRequest):
    """Requests that neither log nor quote what they could not read."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dictionary; the body stays out of logs and of the exception."""
        with contextlib.suppress(ValueError, RecursionError):
            answer = json.loads(payload)
            if isinstance(answer, dict) and ("result" in answer or answer.get("ok") is False):
                return answer
        raise GarbledAnswerError


class HardenedBot(Bot):
    """A bot that is silent about its token and about the people who write to it."""

    def __init__(self, token: str, api_url: str) -> None:
        super().__init__(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=QuietRequest(
                connection_pool_size=CONNECTIONS, pool_timeout=10.0, read_timeout=10.0
            ),
            get_updates_request=QuietRequest(connection_pool_size=1, pool_timeout=10.0),
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
        try:
            return Update.de_json(raw, self)
        except Exception:  # Whatever it was, its text may quote the update.
            return Update(raw["update_id"])
