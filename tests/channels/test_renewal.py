"""The real program takes its own place when it is old, and neither loses nor forgets too soon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.telegram_server import TelegramServer

ROOT = Path(__file__).resolve().parents[2]
NAME = "zanaria-oblivion"


def memory_of(pid: int) -> bytes:
    """Everything that the process can write to, as bytes."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if "w" not in rights or "[v" in line:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                found.append(memory.read(end - start))
            except OSError:
                continue
    return b"".join(found)


def until(holds: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.2)


def test_the_program_takes_its_own_place(
    server: TelegramServer, store_path: Path, tmp_path: Path
) -> None:
    (tmp_path / store_path.name).symlink_to(store_path)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    log = tmp_path / "said"
    # It starts anew after 16 seconds; who was silent for less than 24 by then is remembered.
    with log.open("w") as writing:
        program = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env={**environ, "BOT_TOKEN": server.token, "BOT_API_URL": server.url,
                 "BOT_DATA_DIR": str(tmp_path), "BOT_FORGET_SECONDS": "24"},
            stderr=writing,
        )  # fmt: skip
    try:
        ana, ben = server.person(987654321012, first_name=NAME), server.person(8)
        # While Telegram lets her wait, what she wrote is in hand, and must be found.
        ana.must_wait(4)
        ana.writes(f"do I need papers for a library card in Toronto {NAME}")
        server.waits_until(lambda: bool(server.called("sendMessage")), seconds=60)
        assert NAME.encode() in memory_of(program.pid)
        ana.answer(seconds=60)
        # Somebody else goes on talking until the change, so that his silence is short.
        while "starting anew" not in log.read_text():
            ben.writes("do I need papers for a library card in Toronto")
            ben.answer(seconds=60)
            time.sleep(1.0)
        ben.writes("is it free?")
        assert "Toronto" in ben.answer(seconds=60).text  # the city outlived the change of process
        until(lambda: NAME.encode() not in memory_of(program.pid))
        assert program.poll() is None
    finally:
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=20)
    # Only the first of the two told Telegram about itself: commands of two scopes, 12 languages.
    assert len(server.called("getMyCommands")) == 24
    assert program.returncode == 0
