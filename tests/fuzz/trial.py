"""Updates go through the whole channel; a trial says what became of them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.channels.telegram import update_loop
from bot.channels.telegram.answerer import Answerer
from bot.channels.telegram.update_loop import UpdateLoop
from bot.conversation.assistant import Assistant
from bot.conversation.memory import ShortMemory
from bot.privacy.counts import Counts
from bot.privacy.metrics import Metrics
from tests.fuzz.telegram import bot
from tests.fuzz.texts import CANARY
from tests.fuzz.updates import FIRST_ID, KINDS, Fields, Updates

BATCH = 500
# How Telegram refuses a text of ours, or its buttons.
OF_TEXT = re.compile(r"parse|: .*(text|button|markup)", re.IGNORECASE)
# What our log says when something of ours fails.
FAILURES = ("failed", "fault", "took too long", "given up")


@dataclass
class Tally:
    """What was tried, and what went wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    unanswered: list[str] = field(default_factory=list)
    # Faults that our log reports; of updates as the Bot API says there must be none.
    faults: Counter[str] = field(default_factory=Counter)
    faults_of_right_ones: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    unconfirmed: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong that must not."""
        wrong = (self.unanswered, self.refused, self.leaks)
        return not any(wrong) and not self.faults_of_right_ones and not self.unconfirmed


def waits_for_an_answer(update: Any) -> int | None:
    """The chat of a message of text that a person wrote to the bot alone; None for all else.

    It asks for no more than the Bot API promises of every such message.
    """
    try:
        message = update.get("message") or update.get("edited_message")
        chat = message["chat"]
        foreign = any(name in message for name in ("forward_origin", "via_bot", "sender_chat"))
        theirs = chat["type"] == "private" and isinstance(message["text"], str) and message["text"]
        ids = type(chat["id"]) is int and type(message["message_id"]) is int
    except (AttributeError, KeyError, TypeError):
        return None
    sane = ids and 0 < chat["id"] < 2**52 and 0 < message["message_id"] < 2**52
    return chat["id"] if theirs and sane and not foreign else None


def made(chance: Random, count: int, *, first_id: int = 1) -> list[tuple[Fields, bool]]:
    """Updates of every kind, each with whether it is as the Bot API says."""
    maker = Updates(chance, first_id)
    found = []
    for _ in range(count):
        update = maker.asking() if chance.random() < 0.4 else maker.right(chance.choice(KINDS))
        right = chance.random() < 0.4
        found.append((update if right else maker.wrong(update), right))
    return found


class Trial:
    """The whole channel with an assistant, tried out; the tally grows with every batch."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.tally = Tally()
        self.crashes = 0

    def run(self, updates: list[tuple[Fields, bool]]) -> None:
        """Let the channel handle these updates, and look at what it did."""
        for right in (True, False):
            chosen = [update for update, is_right in updates if is_right is right]
            for start in range(0, len(chosen), BATCH):
                self._run(chosen[start : start + BATCH], right=right)

    def _run(self, updates: list[Fields], *, right: bool) -> None:
        waiting = [(update, waits_for_an_answer(update)) for update in updates]
        written = io.StringIO()
        with contextlib.redirect_stderr(written), contextlib.redirect_stdout(written):
            said, refused, left = asyncio.run(self._handled(updates))
            # The loop's own faults would be written by the interpreter only now.
            gc.collect()
        tally = self.tally
        tally.unconfirmed += left
        # The ids of a wrong update may be refused, but never what we say.
        tally.refused.update(each for each in refused if right or OF_TEXT.search(each))
        for update, chat in waiting:
            tally.tried[next((name for name in KINDS if name in update), "none")] += 1
            if chat is not None:
                tally.asked += 1
                if chat not in said:
                    tally.unanswered.append(json.dumps(update))
        shown = written.getvalue()
        faults = [line for line in shown.splitlines() if any(word in line for word in FAILURES)]
        tally.faults.update(faults)
        tally.faults_of_right_ones += len(faults) if right else 0
        sent = "\n".join(text for texts in said.values() for text in texts)
        for place, words in (("the log", shown), ("an answer", sent)):
            if CANARY in words or str(FIRST_ID)[:9] in words:
                tally.leaks.append(place)

    async def _handled(self, updates: list[Fields]) -> tuple[dict[int, list[str]], list[str], int]:
        made_bot, request = bot()
        # As they come over the line: what JSON cannot hold does not exist.
        request.waiting = json.loads(json.dumps(updates))
        answerer = Answerer(made_bot, lambda: self._assistant, ShortMemory(), Counts("sqlite://"))
        stop = asyncio.Event()
        loop = UpdateLoop(made_bot, answerer, Metrics(dict, int))
        running = asyncio.ensure_future(loop.run(stop))
        while request.waiting and not running.done():
            await asyncio.sleep(0.001)
        stop.set()
        await asyncio.wait((running,))
        self.crashes += running.exception() is not None
        return request.said, request.refused, len(request.waiting)


update_loop.LOOK_AGAIN_SECONDS = 0.01
