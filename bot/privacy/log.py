"""Our own log: words fixed here, durations and names of exception types, and nothing else.

    set_level("INFO")
    say(Event.READY, seconds=0.31)              -> withoutfear: ready (0.31 s)
    say(Event.HANDLER_FAILED, error=fault)      -> withoutfear: an answer failed (KeyError)

A line has no place for a text, a number or an id of anybody's, no time of day, and no traceback:
the message of an exception often holds what a person wrote. `silence` closes every other way by
which Python or a library could write such a thing; call it before anything else is imported.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from typing import Any

try:
    import resource
except ImportError:  # Windows has no core dumps to forbid.
    resource = None  # type: ignore[assignment]  # there is no other way to say "none"

_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "OFF": 100}
_MUTE = 1_000

# Loggers that were seen to write tokens, ids or texts, made now so that they are mute from birth.
LEAKY_LOGGERS = (
    "telegram", "telegram.Bot", "telegram.request", "telegram.ext", "httpx", "httpcore", "h11",
    "apscheduler", "tornado", "asyncio", "concurrent", "sqlalchemy", "py.warnings", "uvicorn",
    "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "psycopg", "redis",
)  # fmt: skip


class Event(Enum):
    """Everything that the log can say, with its level."""

    READY = ("INFO", "ready")
    STOPPING = ("INFO", "stopping: finishing what is in hand")
    STOPPED = ("INFO", "stopped")
    NO_NETWORK = ("WARNING", "cannot reach Telegram; still trying")
    NETWORK_BACK = ("INFO", "reaching Telegram again")
    TWO_POLLERS = (
        "ERROR",
        "another program fetches the messages of this bot: stop it, or give it another token; "
        "still trying",
    )
    WEBHOOK_SET = ("INFO", "Telegram was told where to bring messages")
    WEBHOOK_UNSET = ("ERROR", "Telegram could not be told where to bring messages; still trying")
    TOKEN_DOUBTED = ("WARNING", "Telegram refuses the token; trying again")
    UPDATE_HANDLED = ("DEBUG", "a message was handled")
    HANDLER_FAILED = ("ERROR", "an answer failed")
    HANDLER_TOO_SLOW = ("ERROR", "an answer took too long and was given up")
    ANSWER_REFUSED = ("ERROR", "Telegram refused an answer")
    ANSWER_UNSENT = ("ERROR", "an answer could not be sent and was given up")
    CHAT_WAITS = ("DEBUG", "Telegram lets a chat wait")
    COMMANDS_UNSET = ("WARNING", "the list of commands could not be set")
    LEFT_UNFINISHED = ("WARNING", "left before everything was answered; Telegram brings it again")
    STORE_TAKEN_UP = ("INFO", "a new build of the folder answers now")
    STORE_UNREADABLE = ("ERROR", "a new build of the folder cannot be read; the old one answers")
    BUILD_REFUSED = ("WARNING", "the folder has mistakes and was not built; run the command check")
    COUNTS_UNWRITTEN = ("ERROR", "a count could not be written; it waits in memory")
    MEMORY_UNREACHED = (
        "WARNING",
        "the shared memory cannot be reached or read; answering without what was said before",
    )
    RENEWING = ("INFO", "starting anew, so that nothing is left in memory")
    LOOP_FAULT = ("ERROR", "a fault in the background")
    THREAD_FAULT = ("ERROR", "a fault in a thread")
    PROGRAM_FAULT = ("ERROR", "a fault; the program ends")
    LATE_FAULT = ("ERROR", "a fault that nobody could catch")

    @property
    def level(self) -> int:
        """How grave it is, in the numbers of `logging`."""
        return _LEVELS[self.value[0]]

    @property
    def words(self) -> str:
        """What is written."""
        return self.value[1]


class _Threshold:
    level = _LEVELS["INFO"]


# How often each event was said, or would have been at another level.
_times: Counter[Event] = Counter()


def set_level(name: str) -> None:
    """Write events of this level and graver ones; `name` is DEBUG, INFO, WARNING, ERROR or OFF."""
    _Threshold.level = _LEVELS[name]


def say(
    event: Event,
    *,
    seconds: float | None = None,
    error: BaseException | type[BaseException] | None = None,
) -> None:
    """Write one line on standard error, if the level wants it; never fails, never raises."""
    _times[event] += 1
    if event.level < _Threshold.level:
        return
    details = []
    if seconds is not None:
        details.append(f"{seconds:.2f} s")
    if error is not None:
        details.append(error.__name__ if isinstance(error, type) else type(error).__name__)
    aside = f" ({', '.join(details)})" if details else ""
    # A closed or full standard error is no reason to stop answering.
    with contextlib.suppress(Exception):
        sys.stderr.write(f"withoutfear: {event.words}{aside}\n")
        sys.stderr.flush()


def said() -> dict[str, int]:
    """How often this process had to say each warning and error, whatever the level."""
    least = _LEVELS["WARNING"]
    return {event.name.lower(): _times[event] for event in Event if event.level >= least}


def silence() -> None:
    """Close every way but `say` by which this process could write about a person."""
    _mute_loggers()
    warnings.simplefilter("ignore")
    warnings.showwarning = lambda *_args, **_kwargs: None
    sys.excepthook = _on_program_fault
    threading.excepthook = _on_thread_fault
    sys.unraisablehook = _on_late_fault
    if faulthandler.is_enabled():
        faulthandler.disable()
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(RuntimeError):
        silence_loop(asyncio.get_running_loop())


def silence_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Let an event loop name only the types of its faults; `silence` does so for a running one."""
    loop.set_debug(False)
    loop.set_exception_handler(_on_loop_fault)


def _mute_loggers() -> None:
    # Any one of these would do today; together they hold against a library that sets up its own.
    logging.disable(_MUTE)
    logging.lastResort = None
    logging.raiseExceptions = False
    logging.captureWarnings(False)
    known = [logging.getLogger(name) for name in LEAKY_LOGGERS]
    known += [each for each in logging.root.manager.loggerDict.values()
              if isinstance(each, logging.Logger)]  # fmt: skip
    for logger in (logging.root, *known):
        logger.handlers[:] = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(_MUTE)


def _on_program_fault(kind: type[BaseException], _fault: BaseException, _trace: object) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        say(Event.PROGRAM_FAULT, error=kind)


def _on_thread_fault(args: threading.ExceptHookArgs) -> None:
    say(Event.THREAD_FAULT, error=args.exc_type)


def _on_late_fault(unraisable: sys.UnraisableHookArgs) -> None:
    say(Event.LATE_FAULT, error=unraisable.exc_type)


def _on_loop_fault(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    say(Event.LOOP_FAULT, error=context.get("exception"))
