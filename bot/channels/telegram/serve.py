"""The Telegram channel, wired and run: `await serve(settings, assistant, introductions, …)`.

What hinders the start is a StartError: one line for people, with the exit status it deserves, and
without the token. No network is not one of them; then it keeps trying.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.answerer import Answerer
from bot.channels.telegram.commands import Introductions, introduce
from bot.channels.telegram.hardened_bot import HardenedBot
from bot.channels.telegram.patience import Patience, pause_after, seconds_told
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.quiet_request import GarbledAnswerError
from bot.conversation.memory import Memory
from bot.privacy.counts import Counts
from bot.privacy.log import Event, say, silence_loop

if TYPE_CHECKING:
    from bot.channels.telegram.webhook import Webhook
    from bot.conversation.assistant import Assistant

FORGETTING_SECONDS = 60.0
RENEW_SHARE = 2 / 3
DAY_SECONDS = 24 * 3600.0
COMMANDS_SECONDS = 120.0
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# How long the loop may take to pass on a signal that came just before.
HEARING_SECONDS = 0.01

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)


class Ending(Enum):
    """Why serving ended: somebody said so, or the process is to start anew."""

    TOLD = "told"
    RENEW = "renew"


class StartError(Exception):
    """The bot cannot start; the text is one line for people, `status` the exit status."""

    words = "The bot cannot start."
    status = 1

    def __init__(self) -> None:
        super().__init__(self.words)


class NoTokenError(StartError):
    """There is no token."""

    words = (
        "There is no bot token: set BOT_TOKEN, or BOT_TOKEN_FILE to a file that holds it. "
        "Telegram's @BotFather gives one."
    )
    status = 2


class WrongTokenError(StartError):
    """Telegram does not know the token."""

    words = (
        "Telegram does not accept the bot token: compare BOT_TOKEN with the one from @BotFather, "
        "and BOT_API_URL if you have set it."
    )
    status = 2


class GarbledServerError(StartError):
    """Something else than the Bot API answers."""

    words = "What answers at BOT_API_URL is not the Bot API: correct BOT_API_URL, or remove it."


class TakenAddressError(StartError):
    """There is no listening where the settings say."""

    words = "Nothing can listen at BOT_LISTEN: another program does, or the address is not ours."


class TelegramSettings(Protocol):
    """What the channel needs of the settings."""

    @property
    def bot_token(self) -> str: ...
    @property
    def api_url(self) -> str: ...
    @property
    def webhook_url(self) -> str: ...
    @property
    def webhook_secret(self) -> str: ...
    @property
    def forget_seconds(self) -> float: ...


async def serve(
    settings: TelegramSettings,
    assistant: Callable[[], Assistant],
    introductions: Introductions | None,
    memory: Memory,
    counts: Counts,
    stop: asyncio.Event | None = None,
    door: socket.socket | None = None,
) -> Ending:
    """Answer people until `stop` is set, or until SIGTERM or SIGINT where there is no `stop`.

    With a webhook's address Telegram brings the messages to the door, a listening socket; without,
    they are fetched, and a door only shows how the bot does. Ends by itself, too, when it is time
    to start anew (see `_until_old`). Whoever starts anew has introduced the bot to Telegram before,
    and gives no `introductions`.
    """
    started = time.monotonic()
    silence_loop(asyncio.get_running_loop())
    told = stop or _stop_by_signal()
    if not settings.bot_token:
        raise NoTokenError
    if not _TOKEN.fullmatch(settings.bot_token):
        raise WrongTokenError
    bot = HardenedBot(settings.bot_token, settings.api_url)
    answerer = Answerer(bot, assistant, memory, counts)
    receiver = _receiver(bot, answerer, settings, counts, door, told)
    ending = asyncio.Event()
    beside: list[asyncio.Task[None]] = []
    try:
        receiver.open()
        if not await _reach(bot, receiver.claim, told):
            return Ending.TOLD
        say(Event.READY, seconds=time.monotonic() - started)
        if introductions is not None:
            beside.append(asyncio.ensure_future(_introduce(bot, introductions)))
        beside.append(asyncio.ensure_future(_keep_forgetting(memory)))
        beside.append(asyncio.ensure_future(_when_told(told, ending)))
        old = _until_old(settings.forget_seconds, answerer, lambda: receiver.is_idle, ending)
        beside.append(asyncio.ensure_future(old))
        await receiver.run(ending)
    except InvalidToken:
        raise WrongTokenError from None
    finally:
        for task in beside:
            task.cancel()
        await receiver.close()
        await bot.shutdown()
        say(Event.STOPPED)
    if stop is None:
        await _hold_signals()
    return Ending.TOLD if told.is_set() else Ending.RENEW


def _receiver(
    bot: HardenedBot,
    answerer: Answerer,
    settings: TelegramSettings,
    counts: Counts,
    door: socket.socket | None,
    told: asyncio.Event,
) -> Webhook | Polling:
    if not settings.webhook_url or door is None:
        return Polling(bot, answerer, counts, door, told)
    # Only who serves a webhook waits for the server's libraries to load.
    from bot.channels.telegram.webhook import Webhook

    return Webhook(bot, answerer, settings, counts, door, told)


async def _when_told(told: asyncio.Event, ending: asyncio.Event) -> None:
    await told.wait()
    ending.set()


async def _until_old(
    seconds: float, answerer: Answerer, is_idle: Callable[[], bool], ending: asyncio.Event
) -> None:
    """End the loop when memory may hold what was answered long ago, best while nobody waits.

    That is after two thirds of the forgetting time once anything was answered; after all of it
    also while updates are in hand; and every day.
    """
    started = time.monotonic()
    while True:
        await asyncio.sleep(min(seconds / 20, 5.0))
        age = time.monotonic() - started
        if age < seconds * RENEW_SHARE or not (answerer.has_answered or age > DAY_SECONDS):
            continue
        if is_idle() or age >= seconds:
            say(Event.RENEWING)
            ending.set()
            return


async def _reach(
    bot: HardenedBot, claim: Callable[[], Awaitable[object]], stop: asyncio.Event
) -> bool:
    """Get in touch with Telegram, however long that takes; False when stopped before."""
    trying = asyncio.ensure_future(_keep_trying(bot, claim))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((trying, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not trying.done():
        trying.cancel()
        await asyncio.wait((trying,))
        return False
    trying.result()
    return True


async def _keep_trying(bot: HardenedBot, claim: Callable[[], Awaitable[object]]) -> None:
    failures = 0
    while True:
        try:
            await bot.initialize()
            await claim()
        except InvalidToken:
            raise WrongTokenError from None
        except GarbledAnswerError:
            raise GarbledServerError from None
        except RetryAfter as told:  # Replicas that start together claim at once.
            await asyncio.sleep(seconds_told(told.retry_after))
        except TelegramError as error:
            failures += 1
            if failures == 1:
                is_refusal = isinstance(error, BadRequest)
                say(Event.WEBHOOK_UNSET if is_refusal else Event.NO_NETWORK, error=error)
            await asyncio.sleep(pause_after(failures))
        except (TypeError, KeyError, ValueError):  # JSON, but not of the Bot API.
            raise GarbledServerError from None
        else:
            if failures:
                say(Event.NETWORK_BACK)
            return


async def _introduce(bot: HardenedBot, introductions: Introductions) -> None:
    try:
        # Slots of its own: people do not wait for it, nor it for them.
        async with Patience(asyncio.Semaphore(1), COMMANDS_SECONDS) as patience:
            await introduce(bot, introductions, patience)
    except Exception as error:
        say(Event.COMMANDS_UNSET, error=error)


async def _keep_forgetting(memory: Memory) -> None:
    """Forget silent chats also while nobody writes."""
    while True:
        await asyncio.sleep(FORGETTING_SECONDS)
        memory.forget_silent()


def _stop_by_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has nothing of this.
        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, stop.set)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    return stop


async def _hold_signals() -> None:
    """Let a signal wait for the process that takes this one's place, and has no ears yet."""
    with contextlib.suppress(AttributeError):
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    await asyncio.sleep(HEARING_SECONDS)
