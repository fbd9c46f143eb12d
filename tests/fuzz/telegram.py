"""Telegram without a network: the methods of the loopback server, called where requests begin."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from telegram import User
from telegram.request import RequestData

from bot.channels.telegram.hardened_bot import HardenedBot
from bot.channels.telegram.quiet_request import QuietRequest
from tests.telegram_server.content import ApiError
from tests.telegram_server.methods import METHODS
from tests.telegram_server.world import TOKEN, Account, Fields, World

API = "http://127.0.0.1:9"


class OpenPeople(dict[int, Account]):
    """Everybody has opened the bot's chat."""

    def get(self, key: int, default: Any = None) -> Account:  # type: ignore[override]  # always one
        return self[key]

    def __missing__(self, key: int) -> Account:
        self[key] = Account({"id": key, "is_bot": False, "first_name": "-"})
        return self[key]


class Request(QuietRequest):
    """Answers of a World in the place of Telegram's."""

    __slots__ = ("refused", "said", "waiting")

    def __init__(self) -> None:
        super().__init__(API)
        self.waiting: list[Any] = []
        # The texts that were sent to each chat, and what Telegram would not take.
        self.said: dict[int, list[str]] = {}
        self.refused: list[str] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_: Any
    ) -> tuple[int, bytes]:
        """Do what is asked and answer as Telegram does."""
        given = json.loads(request_data.json_payload) if request_data else {}
        name = url.rsplit("/", 1)[1].lower()
        if name == "getupdates":
            return 200, _body(result=await self._updates(int(given["offset"])))
        world = World(people=OpenPeople())
        chat, message = _number(given.get("chat_id")), _number(given.get("message_id"))
        if chat is not None and message is not None:
            world.messages[message] = _own_message(world, chat, message)
        world.queries[str(given.get("callback_query_id"))] = 0
        world.inline_queries.append(str(given.get("inline_query_id")))
        try:
            with world.changed:
                result = METHODS[name](world, given)
        except (ApiError, TypeError, ValueError) as error:
            told = error.description if isinstance(error, ApiError) else "not what it has to be"
            self.refused.append(f"{name}: {told}")
            return 400, _body(ok=False, description=told)
        if chat is not None:
            self.said.setdefault(chat, []).append(given.get("text", ""))
        return 200, _body(result=result)

    async def _updates(self, offset: int) -> list[Any]:
        self.waiting = [each for each in self.waiting if each["update_id"] >= offset]
        if not self.waiting:
            await asyncio.sleep(0.001)
        return self.waiting[:100]


def bot() -> tuple[HardenedBot, Request]:
    """A bot whose calls end in this process, and what it calls."""
    request = Request()
    made = HardenedBot(TOKEN, API)
    with made._unfrozen():
        made._request = (request, request)
        # As after the first getMe.
        made._bot_user = User.de_json(World().bot, made)
    return made, request


def _own_message(world: World, chat: int, message: int) -> Fields:
    there = world.people[chat].chat
    return {"message_id": message, "from": world.bot, "chat": there, "date": int(world.now())}


def _number(given: Any) -> int | None:
    return int(given) if re.fullmatch(r"-?\d{1,20}", str(given)) else None


def _body(*, ok: bool = True, **more: Any) -> bytes:
    return json.dumps({"ok": ok, **more}).encode()
