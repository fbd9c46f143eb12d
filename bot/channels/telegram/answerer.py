"""From an update to its reply: receive, ask the assistant, remember, send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.channels.telegram.addressed import Name
from bot.channels.telegram.albums import Albums
from bot.channels.telegram.chat import Chat
from bot.channels.telegram.chat_limit import ChatLimit, Due
from bot.channels.telegram.erase import Erased, erase
from bot.channels.telegram.hardened_bot import HardenedBot
from bot.channels.telegram.inline import offer
from bot.channels.telegram.patience import Patience
from bot.channels.telegram.receive import Arrival, Joined, Opened, receive
from bot.conversation.memory import Memory
from bot.domain import Question, Reply, Tally, Tap, Unread, Verb
from bot.privacy.counts import Counts
from bot.privacy.log import Event, say

if TYPE_CHECKING:
    from bot.conversation.assistant import Assistant


class Answerer:
    """Handles one update after the other; keeps nothing of any but what the memory keeps."""

    def __init__(
        self, bot: HardenedBot, assistant: Callable[[], Assistant], memory: Memory, counts: Counts
    ) -> None:
        self._bot = bot
        self._assistant = assistant
        self._memory = memory
        self._counts = counts
        self._albums = Albums()
        self._limit = ChatLimit()
        self.has_answered = False

    @property
    def _name(self) -> Name:
        return Name(self._bot.id, self._bot.username)

    async def __call__(self, update: Update, patience: Patience) -> None:
        """Answer an update. Whatever fails is said in fixed words and ends here."""
        self.has_answered = True
        if update.inline_query:
            query = update.inline_query
            if self._limit.offers_to(query.from_user.id):
                await offer(self._bot, query, self._assistant(), self._name.address)
            return
        try:
            arrival = receive(update, self._memory, self._name)
        except Exception as error:
            say(Event.HANDLER_FAILED, error=error)
            return
        del update
        if arrival and not self._is_answered(arrival):
            chat = Chat(self._bot, arrival.chat_id, patience, arrival.thread)
            try:
                await self._answer(arrival, chat)
            except Forbidden:  # Blocked: whoever has left wants no more of us.
                self._memory.forget(arrival.chat_id)
            except BadRequest as error:
                say(Event.ANSWER_REFUSED, error=error)
            except (NetworkError, RetryAfter) as error:
                say(Event.ANSWER_UNSENT, error=error)

    async def _answer(self, arrival: Arrival, chat: Chat) -> None:
        due = self._limit.due(arrival.chat_id, in_words=_is_in_words(arrival))
        if due is Due.NOTHING:
            return
        if due is Due.SLOW_DOWN:
            # In a group it would blame whoever wrote last.
            if not arrival.public:
                await chat.say(self._assistant().slow_down(arrival.context))
            return
        reply = self._reply(arrival)
        if due is Due.ONLY_DANGER and not reply.is_urgent:
            return
        if arrival.query is not None:
            await asyncio.gather(
                chat.acknowledge(arrival.query), self._deliver(reply, arrival, chat)
            )
        else:
            await self._deliver(reply, arrival, chat)

    async def _deliver(self, reply: Reply, arrival: Arrival, chat: Chat) -> None:
        verb = arrival.content.verb if isinstance(arrival.content, Tap) else None
        if verb is Verb.ERASE and not arrival.public:
            await self._erase(reply, arrival, chat)
            return
        if arrival.public:
            await self._deliver_in_group(reply, chat)
            return
        if verb is Verb.DELETE and arrival.message is not None:
            done = await chat.delete(arrival.message, 1)
            reply = self._assistant().deleted(arrival.context, done=done)
        self._memory.keep(arrival.chat_id, reply.context)
        if reply.tally is not None:
            self._count(reply.tally)
        if arrival.tapped is None or reply.apart:
            await chat.say(reply, arrival.message if reply.points else None)
        elif arrival.protected is reply.protected:
            await chat.show(reply, arrival.tapped)
        else:
            await chat.replace(reply, arrival.tapped)

    async def _deliver_in_group(self, reply: Reply, chat: Chat) -> None:
        """Say it to everyone, point at nobody, remember nothing."""
        if reply.tally is not None:
            self._count(reply.tally)
        await chat.say(reply)

    def _is_answered(self, arrival: Arrival) -> bool:
        """Whether this is one more picture of an album that has had its answer."""
        content = arrival.content
        if not arrival.album or not isinstance(content, Unread):
            return False
        return self._albums.is_answered(arrival.album, words=bool(content.words.strip()))

    def _count(self, tally: Tally) -> None:
        self._counts.add(tally.place, tally.topic, tally.language, tally.outcome)

    async def _erase(self, reply: Reply, arrival: Arrival, chat: Chat) -> None:
        """Say that it begins, erase all above, and turn what was said into how far it came."""
        self._memory.forget(arrival.chat_id)
        said = await chat.say(reply)
        if said is None:
            return
        erased = await erase(chat, said - 1)
        done = self._assistant().erased(arrival.context, erased is Erased.WHOLLY)
        await chat.show(done, said)

    def _reply(self, arrival: Arrival) -> Reply:
        content, context = arrival.content, arrival.context
        assistant, address = self._assistant(), self._name.address
        try:
            match content:
                case Joined():
                    return assistant.group_hello(address)
                case Question() | Tap() if arrival.public:
                    return assistant.in_group(content, address)
                case Question():
                    return assistant.reply_to(content)
                case Tap():
                    return assistant.tapped(content, context, address)
                case Opened():
                    return assistant.opened(content.payload, context)
                case Unread():
                    return assistant.not_read(content, context)
        except Exception as error:
            say(Event.HANDLER_FAILED, error=error)
            return assistant.busy(context)


def _is_in_words(arrival: Arrival) -> bool:
    """Whether somebody may have written of danger in it."""
    content = arrival.content
    return isinstance(content, Question) or (isinstance(content, Unread) and bool(content.words))
