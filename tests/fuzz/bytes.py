"""Bytes in the place of Telegram's answer to getUpdates, chosen by atheris to reach new code.

python -m tests.fuzz.bytes -max_total_time=60       (after: pip install atheris)

Whatever arrives, fetching gives updates or a TelegramError, and nothing is written. Arguments are
those of libFuzzer.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import atheris

with atheris.instrument_imports(include=["bot.channels.telegram", "telegram"]):
    from telegram.error import TelegramError

    from bot.channels.telegram.addressed import Name
    from bot.channels.telegram.receive import receive
    from tests.fuzz.telegram import Request, bot

from bot.conversation.memory import ShortMemory
from bot.privacy.log import silence
from tests.fuzz.updates import KINDS, Updates

_MADE, _REQUEST = bot()
_NAME = Name(_MADE.id, _MADE.username)
_LOOP = asyncio.new_event_loop()


class _Arrives:
    """What the next answer of Telegram is."""

    body = b""


async def _answer(*_: Any, **__: Any) -> tuple[int, bytes]:
    return 200, _Arrives.body


def try_bytes(data: bytes) -> None:
    """Let these bytes be an answer; raises what must not be raised."""
    # Half of them stand inside a proper envelope, or nearly none would get past it.
    _Arrives.body = data[1:] if data[:1] < b"\x80" else b'{"ok":true,"result":[' + data[1:] + b"]}"
    written = io.StringIO()
    with contextlib.redirect_stderr(written), contextlib.redirect_stdout(written):
        try:
            updates = _LOOP.run_until_complete(_MADE.fetch(0, seconds=0))
        except TelegramError:
            updates = []
        for update in updates:
            with contextlib.suppress(TypeError, AttributeError):  # Ends in the Answerer.
                receive(update, ShortMemory(), _NAME)
    if written.getvalue():
        raise AssertionError("something was written")


def main() -> None:
    """Fuzz until told to stop; libFuzzer prints how far it is."""
    Request.do_request = _answer  # type: ignore[method-assign]  # in the place of the network
    silence()
    maker = Updates(Random(1))
    with tempfile.TemporaryDirectory() as folder:
        for number, kind in enumerate(KINDS * 8):
            seed = b"\xff" + json.dumps(maker.right(kind)).encode()
            (Path(folder) / f"{number}").write_bytes(seed)
        atheris.Setup([*sys.argv, folder], try_bytes)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
