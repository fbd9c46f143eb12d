"""The Telegram channel beside the loopback server, with an assistant that echoes its questions."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from bot.channels.telegram.http_server import listen
from bot.channels.telegram.serve import Ending, serve
from bot.conversation.memory import ShortMemory
from bot.domain import (
    Button,
    Card,
    Context,
    Introduction,
    Line,
    Link,
    Offer,
    Question,
    Reply,
    Tap,
    Unread,
    Verb,
)
from bot.privacy.counts import Counts
from tests.telegram_server import TOKEN, TelegramServer

SECRET = "zanaria_the-secret-of-the-webhook"


@dataclass
class Settings:
    """What the channel needs of the settings."""

    bot_token: str
    api_url: str
    webhook_url: str = ""
    webhook_secret: str = ""
    forget_seconds: float = 1800.0


class EchoAssistant:
    """Replies with what arrived, so that tests see what the channel made of it.

    Some questions make it misbehave: "long" is longer than a message, "crash" fails.
    """

    def reply_to(self, question: Question) -> Reply:
        if question.text == "crash":
            raise KeyError(question.text)
        text = "\n".join(["line " * 20] * 100) if question.text == "long" else question.text
        lines = tuple(Line(text=each) for each in text.split("\n"))
        return self._reply("question", question.context, *lines)

    def opened(self, payload: str, context: Context) -> Reply:
        return self._reply("opened", context, Line(text=payload))

    def tapped(self, tap: Tap, context: Context, address: str = "") -> Reply:
        context = context.updated(Context(tap.language, tap.place, tap.topic))
        if tap.verb is Verb.SHARE:
            return replace(self._reply("share", context, Line(text=address)), apart=True)
        reply = self._reply(tap.verb.value, context)
        return replace(reply, protected=tap.verb is Verb.REFUSED)

    def not_read(self, unread: Unread, context: Context) -> Reply:
        kind = "forwarded" if unread.forwarded else "refused"
        if unread.several:
            return self._reply(f"{kind} album", context, Line(text=unread.words))
        button = Button("delete", Tap(Verb.DELETE))
        refused = self._reply(kind, context, Line(text=unread.words))
        return replace(refused, buttons=((button,),), points=True, protected=True)

    def in_group(self, asked: Question | Tap, address: str) -> Reply:
        if isinstance(asked, Tap):
            return self._public(f"command {asked.verb.value}", address)
        if asked.text == "crash":
            raise KeyError(asked.text)
        return self._public(f"group: {asked.text}", address)

    def group_hello(self, address: str) -> Reply:
        return self._public("hello, group", address)

    def offered(self, question: Question, address: str) -> Offer:
        if question.text == "crash":
            raise KeyError(question.text)
        reply = Reply((Line(text="x" * 5_000 if question.text == "long" else "an <answer>"),))
        card = Card("toronto", f"{question.text} {question.context.language}", address, reply)
        return Offer("private", "es", (card,))

    @staticmethod
    def _public(text: str, address: str) -> Reply:
        return Reply((Line(text=text),), links=(Link("private", address),))

    def deleted(self, context: Context, *, done: bool) -> Reply:
        lines = (Line(text="deleted" if done else "not deleted"),)
        return Reply(lines, context=context, protected=True)

    def erased(self, context: Context, whole: bool) -> Reply:
        return Reply((Line(text=f"erased {'all' if whole else 'a part'}"),))

    def busy(self, context: Context) -> Reply:
        return Reply((Line(text="busy"),), context=context)

    def slow_down(self, context: Context) -> Reply:
        return Reply((Line(text="slow down"),), context=context)

    @staticmethod
    def introduction(language: str) -> Introduction:
        commands = {"help": f"Help in {language}", "city": "City"}
        few = {"help": commands["help"]}
        return Introduction(commands, few, f"About, in {language}", f"Short, in {language}")

    @staticmethod
    def _reply(kind: str, context: Context, *lines: Line) -> Reply:
        about = f"{kind} [{context.language} {context.place} {context.topic}]"
        buttons = tuple(
            (Button(verb.value, Tap(verb, topic="library", place="toronto")),)
            for verb in (Verb.SOURCES, Verb.MORE, Verb.ERASE, Verb.REFUSED, Verb.SHARE)
        )
        return Reply((Line(strong=about), *lines), buttons, context=context)


@dataclass
class RunningBot:
    """The channel in a thread of its own."""

    server: TelegramServer
    token: str = TOKEN
    assistant: Any = field(default_factory=EchoAssistant)
    fault: BaseException | None = None
    result: Ending | None = None
    forget_seconds: float = 1800.0
    introduces: bool = True
    door: socket.socket | None = None
    polls: bool = False

    @property
    def webhook_url(self) -> str:
        """Where updates are to be brought, with a door and unless it polls all the same."""
        return f"{self.address}/telegram" if self.door and not self.polls else ""

    @property
    def address(self) -> str:
        """Where the pages are, with a door."""
        return "http://{}:{}".format(*self.door.getsockname()) if self.door else ""

    def status(self, page: str) -> int:
        """What a page says; 0 where nobody answers."""
        try:
            return httpx.get(self.address + page).status_code
        except httpx.TransportError:
            return 0

    def waits_until_ready(self) -> None:
        """Back when it says that it answers people."""
        until = time.monotonic() + 30
        while self.status("/readyz") != 200:
            assert time.monotonic() < until, "the bot does not get ready"
            time.sleep(0.01)

    def start(self) -> None:
        """Begin to serve."""
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._up.wait(10)

    def stop(self, *, seconds: float = 10.0) -> None:
        """Tell it to stop; fails if it does not in time."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self.ends(seconds=seconds)

    def ends(self, *, seconds: float = 10.0) -> None:
        """Wait until it has ended by itself."""
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "the bot does not stop"

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._up.set()
        settings = Settings(
            self.token, self.server.url, self.webhook_url, SECRET, self.forget_seconds
        )
        assistant = self.assistant
        try:
            self.result = await serve(
                settings,
                lambda: assistant,
                assistant.introduction if self.introduces else None,
                ShortMemory(),
                Counts("sqlite://"),
                self._stop,
                self.door,
            )
        except BaseException as fault:
            self.fault = fault


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


@pytest.fixture
def webhook_bot(server: TelegramServer) -> Iterator[RunningBot]:
    """The channel, answering what is brought to it."""
    with listen("127.0.0.1", 0) as door:
        bot = RunningBot(server, door=door)
        bot.start()
        server.waits_until(lambda: server.world.webhook)
        yield bot
        if bot._thread.is_alive():
            bot.stop()


@pytest.fixture
def bot(server: TelegramServer) -> Iterator[RunningBot]:
    """The channel, answering."""
    bot = RunningBot(server)
    bot.start()
    yield bot
    if bot._thread.is_alive():
        bot.stop()
