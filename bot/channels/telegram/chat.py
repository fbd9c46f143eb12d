"""The last step: a reply is sent to one chat, and dropped.

Telegram's "wait" holds up this chat only (see patience.py).
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from itertools import islice

from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.channels.telegram.hardened_bot import HardenedBot, Message
from bot.channels.telegram.markup import keyboard, pages
from bot.channels.telegram.patience import Patience
from bot.domain import Reply

# What every message has: our marks are HTML, and no app fetches a page that a link leads to.
WRITTEN = {"parse_mode": "HTML", "link_preview_options": json.dumps({"is_disabled": True})}


@dataclass(frozen=True, slots=True, repr=False)
class Chat:
    """One chat for as long as one update of it is handled."""

    bot: HardenedBot
    chat_id: int
    patience: Patience
    thread: int | None = None

    async def say(self, reply: Reply, points_at: int | None = None) -> int | None:
        """Send the reply in new messages; the id of the last one, None where it is empty.

        The messages point at the person's own one `points_at`, where that is given.
        """
        return await self._send(reply, pages(reply), points_at)

    async def show(self, reply: Reply, message_id: int) -> None:
        """Put the reply in the place of a message of ours, or below where that is not possible."""
        first, *more = pages(reply) or [""]
        if not first:
            return
        if await self._edit(message_id, first, None if more else keyboard(reply)):
            await self._send(reply, more)
        else:
            await self._send(reply, [first, *more])

    async def replace(self, reply: Reply, message_id: int) -> None:
        """Say the reply below and take away a message of ours that it stands for.

        Whether a message is protected cannot be changed by editing it.
        """
        if await self.say(reply):
            await self.delete(message_id, 1)

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
        self, reply: Reply, texts: list[str], points_at: int | None = None
    ) -> int | None:
        message_id = None
        for position, text in enumerate(texts, start=1):
            buttons = keyboard(reply) if position == len(texts) else None
            try:
                message_id = await self._send_one(
                    self.chat_id, text, buttons, points_at, protected=reply.protected
                )
            except ChatMigrated as moved:  # A group that has become a supergroup just now.
                message_id = await self._send_one(
                    moved.new_chat_id, text, buttons, None, protected=reply.protected
                )
        return message_id

    async def _send_one(
        self,
        chat_id: int,
        text: str,
        buttons: str | None,
        points_at: int | None,
        *,
        protected: bool,
    ) -> int:
        message: Message = {"chat_id": chat_id, "text": text, **WRITTEN}
        if buttons:
            message["reply_markup"] = buttons
        if points_at:
            # A message that is gone by now is no reason to stay silent.
            pointing = {"message_id": points_at, "allow_sending_without_reply": True}
            message["reply_parameters"] = json.dumps(pointing)
        if self.thread:
            message["message_thread_id"] = self.thread
        if protected:
            message["protect_content"] = True
        return await self.patience.through(lambda: self.bot.say("sendMessage", message))

    async def _edit(self, message_id: int, text: str, buttons: str | None) -> bool:
        """Whether the message now says this."""
        message: Message = {"chat_id": self.chat_id, "message_id": message_id, "text": text}
        message |= WRITTEN
        if buttons:
            message["reply_markup"] = buttons
        try:
            await self.patience.through(lambda: self.bot.say("editMessageText", message))
        except BadRequest as refusal:
            return "not modified" in refusal.message
        return True
