"""A bot in a process of its own beside the loopback server: what it takes, and what it does.

with TelegramServer() as server, Running.ours(server, data) as bot:
    bot.waits_until(lambda: len(server.calls) > 9)
    bot.processor_seconds, bot.resident_mib
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import psutil

from bot.knowledge.fingerprints import is_current
from tests.telegram_server import TelegramServer

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "data" / "built.sqlite"
LOOK_EVERY_SECONDS = 0.005


class Running:
    """A started bot; leaving the `with` ends it."""

    def __init__(
        self, command: Sequence[str], environ: dict[str, str], folder: Path = ROOT
    ) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env={**kept, **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._seen = psutil.Process(self._process.pid)

    @classmethod
    def ours(cls, server: TelegramServer, data: Path, folder: Path = ROOT, **settings: str) -> Self:
        """`python -m bot run` in a folder, on a copy of the project's built folder in `data`."""
        if not (data / STORE.name).exists():
            shutil.copy2(STORE, data / STORE.name)
        known = {"BOT_TOKEN": server.token, "BOT_API_URL": server.url, "BOT_DATA_DIR": str(data)}
        return cls(["-m", "bot", "run"], {**known, **settings}, folder)

    @classmethod
    def echo(cls, server: TelegramServer, **settings: str) -> Self:
        """The bare echo bot of the library."""
        environ = {"BOT_TOKEN": server.token, "BOT_API_URL": server.url}
        return cls(["-m", "benchmarks.echo"], {**environ, **settings})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate(timeout=20)

    @property
    def id(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    @property
    def processor_seconds(self) -> float:
        """Processor time of its own so far."""
        times = self._seen.cpu_times()
        return times.user + times.system

    @property
    def resident_mib(self) -> float:
        """Memory that is its own or shared, in MiB."""
        return self._seen.memory_info().rss / 2**20

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.communicate(timeout=20)

    def stop(self) -> tuple[int, float, str]:
        """Ask it to end: its exit status, the seconds it took, and what it wrote."""
        asked = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        said = self._process.communicate(timeout=30)[1]
        return self._process.returncode, time.monotonic() - asked, said

    def waits_until(self, condition: Callable[[], bool], *, seconds: float = 120.0) -> None:
        """Wait until something holds; an error when it does not, or the bot is gone."""
        deadline = time.monotonic() + seconds
        while not condition():
            if not self.alive:
                raise RuntimeError(f"the bot ended: {self._process.communicate()[1][-500:]}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {seconds:.0f} s")
            time.sleep(LOOK_EVERY_SECONDS)


def questions() -> list[str]:
    """The texts of the question sets, all languages in turn."""
    by_language = [
        [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted((ROOT / "tests" / "questions").glob("*.jsonl"))
        if path.stem != "contrast"
    ]
    return [text for together in zip(*by_language, strict=False) for text in together]


def built_folder() -> None:
    """Build the project's folder where it is older than its files."""
    if not is_current(STORE, ROOT / "knowledge", ROOT / "locales"):
        subprocess.run([sys.executable, "-m", "bot", "build"], cwd=ROOT, check=True)
