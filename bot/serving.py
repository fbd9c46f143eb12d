"""A serving bot: memory, counts and the live assistant wired to Telegram, and its own successor."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import sys

from bot.channels.telegram.serve import Ending, TakenAddressError, serve
from bot.conversation.memory import Memory, ShortMemory
from bot.live import LOOK_EVERY_SECONDS, LiveAssistant
from bot.privacy.counts import Counts
from bot.privacy.handover import leave, taken
from bot.privacy.log import Event, say
from bot.settings import Address, Settings, SettingsError

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop  # takes a third less time for each call

# Hardly anything of an answered update hangs in circles. Looking for them after every 700 new
# objects, as Python does, takes a tenth of the time for each update.
NEW_OBJECTS = 20_000

HANDOVER = "WITHOUTFEAR_HANDOVER"  # set by the program for the process that takes its place


def serve_telegram(settings: Settings) -> None:
    """Answer people until told to stop; from time to time this process takes its own place.

    StartError where it cannot begin, SettingsError where the memory's address is none.
    """
    memory = _memory(settings)
    live = LiveAssistant(settings)
    counts = Counts(settings.database_url)
    door = None
    left = taken(os.environ.pop(HANDOVER, ""))
    if left:
        remembered, waiting, number = json.loads(left)
        if remembered:  # Nothing, where the memory was shared until now.
            memory.take_over(remembered)
        counts.take_over(waiting)
        door = socket.socket(fileno=number) if number is not None else None
    if settings.listen and door is None:
        door = _door(settings.listen)
    counts.start()
    gc.set_threshold(NEW_OBJECTS)

    async def looking() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await asyncio.to_thread(live.look)

    async def serving() -> Ending:
        looker = asyncio.create_task(looking())
        try:
            return await serve(
                settings,
                live.current,
                None if left else lambda language: live.current().introduction(language),
                memory,
                counts,
                door=door,
            )
        finally:
            looker.cancel()
            live.close()
            await asyncio.to_thread(counts.stop)

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        ending = runner.run(serving())
    if ending is Ending.RENEW:
        number = None
        if door is not None:
            door.set_inheritable(True)
            number = door.fileno()
        left = json.dumps([memory.to_json(), counts.to_json(), number])
        os.environ[HANDOVER] = str(leave(left))
        os.execv(sys.executable, [sys.executable, "-m", "bot", "run"])  # noqa: S606  ourselves


def _door(address: Address) -> socket.socket:
    # Only who listens waits for the server's libraries to load.
    from bot.channels.telegram.http_server import listen

    try:
        return listen(*address)
    except OSError:
        raise TakenAddressError from None


def _memory(settings: Settings) -> Memory:
    """The short memory that the settings ask for."""
    if not settings.memory_url:
        return ShortMemory(silence=settings.forget_seconds)
    if settings.memory_url == "off":
        return ShortMemory(most=0)
    # Only who shares the memory needs the libraries for it.
    from bot.conversation.shared_memory import SharedMemory

    try:
        return SharedMemory(
            settings.memory_url,
            settings.memory_secret,
            unreached=lambda error: say(Event.MEMORY_UNREACHED, error=error),
            silence=settings.forget_seconds,
        )
    except ValueError:
        raise SettingsError(
            "BOT_MEMORY_URL cannot be understood: it is redis://[:password@]host[:port][/number]."
        ) from None
