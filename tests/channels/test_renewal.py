"""The real program takes its own place when it is old, and neither loses nor forgets too soon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
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


def test_the_program_takes_its_own_place(
    server: TelegramServer, store_path: Path, tmp_path: Path
) -> None:
    (tmp_path / store_path.name).symlink_to(store_path)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={**environ, "BOT_TOKEN": server.token, "BOT_API_URL": server.url,
             "BOT_DATA_DIR": str(tmp_path), "BOT_FORGET_SECONDS": "6"},
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        ana = server.person(987654321012, first_name=NAME)
        ana.writes(f"do I need papers for a library card in Toronto {NAME}")
        ana.answer(seconds=30)
        before = memory_of(program.pid).count(NAME.encode())
        ends = time.monotonic() + 30
        while memory_of(program.pid).count(NAME.encode()) and time.monotonic() < ends:
            time.sleep(0.2)
        assert before > 0
        assert program.poll() is None
        assert NAME.encode() not in memory_of(program.pid)
        ana.writes("is it free?")
        assert "Toronto" in ana.answer(seconds=30).text  # the city outlived the change of process
    finally:
        program.send_signal(signal.SIGTERM)
        said = program.communicate(timeout=20)[1]
    assert "starting anew" in said
    # Only the first of the two told Telegram about itself: commands of two scopes, 12 languages.
    assert len(server.called("getMyCommands")) == 24
    assert program.returncode == 0
