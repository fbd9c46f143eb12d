"""The last step: a reply is sent to one chat, and dropped.

Telegram's "wait" holds up this chat only (see patience.py).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from itertools import islice

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.markup import keyboard, pages
from bot.channels.telegram.patience import Patience
from bot.domain import Reply

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, repr=False)
class Chat:
    """One chat for as long as one update of it is handled."""

    bot: Bot
    chat_id: int
    patience: Patience

    async def say(self, reply: Reply, points_at: int | None = None) -> int | None:
        """Send the reply in new messages; the id of the last one, None where it is empty.

        The messages point at the person's own one `points_at`, where that is given.
        """
        return await self._send(pages(reply), keyboard(reply), points_at)

    async def show(self, reply: Reply, message_id: int) -> None:
        """Put the reply in the place of a message of ours, or below where that is not possible."""
        first, *more = pages(reply) or [""]
        buttons = keyboard(reply)
        if not first:
            return
        if await self._edit(message_id, first, None if more else buttons):
            await self._send(more, buttons)
        else:
            await self._send([first, *more], buttons)

    async def acknowledge(self, query: str) -> None:
        """Let the pressed button stop turning. A sign that comes too late harms nobody."""
        with contextlib.suppress(TelegramError):
            await self.bot.answer_callback_query(query)

    async def delete(self, newest: int, count: int) -> bool:
        """Delete the messages of this chat among `count` ids; False where Telegram refuses.

        Refusal is for all of them together: one that is too old is enough.
        """
        ids = list(islice(range(newest, 0, -1), count))
        try:
            await self.patience.through(lambda: self.bot.delete_messages(self.chat_id, ids))
        except BadRequest:
            return False
        return True

    async def _send(
        self,
        texts: list[str],
        buttons: InlineKeyboardMarkup | None,
        points_at: int | None = None,
    ) -> int | None:
        message_id = None
        for position, text in enumerate(texts, start=1):
            last = buttons if position == len(texts) else None
            message_id = await self._send_one(text, last, points_at)
        return message_id

    async def _send_one(
        self, text: str, buttons: InlineKeyboardMarkup | None, points_at: int | None
    ) -> int:
        # A message that is gone by now is no reason to stay silent.
        pointing = points_at and ReplyParameters(points_at, allow_sending_without_reply=True)
        message = await self.patience.through(
            lambda: self.bot.send_message(
                self.chat_id,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=buttons,
                reply_parameters=pointing or None,
            )
        )
        return message.message_id

    async def _edit(self, message_id: int, text: str, buttons: InlineKeyboardMarkup | None) -> bool:
        """Whether the message now says this."""
        try:
            await self.patience.through(
                lambda: self.bot.edit_message_text(
                    text,
                    self.chat_id,
                    message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=buttons,
                )
            )
        except BadRequest as refusal:
            return "not modified" in refusal.message
        return True
