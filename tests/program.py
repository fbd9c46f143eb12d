"""The real program, `python -m bot run`, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Program:
    """The bot in a process of its own, as whoever runs it starts it."""

    def __init__(self, data: Path, **settings: str) -> None:
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("BOT_") and not name.lower().endswith("_proxy")}  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env={**kept, "BOT_TOKEN": "", "BOT_DATA_DIR": str(data), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def said(self) -> str:
        """All that it wrote so far."""
        return "".join(self._lines)

    def waits_until_said(self, words: str, *, times: int = 1, seconds: float = 60) -> None:
        """Until it has written these words so often."""
        until = time.monotonic() + seconds
        while self.said.count(words) < times:
            assert self.is_running, self.said
            assert time.monotonic() < until, f"it does not say: {words}"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self.ended()

    def stop(self) -> tuple[int, str]:
        """Ask it to end; its exit status and all that it wrote."""
        self._process.send_signal(signal.SIGTERM)
        return self.ended(seconds=12)

    def ended(self, *, seconds: float = 30) -> tuple[int, str]:
        """The exit status and all that it wrote, once it has ended by itself."""
        status = self._process.wait(timeout=seconds)
        self._reading.join(seconds)
        return status, self.said

    def close(self) -> None:
        if self.is_running:
            self.kill()

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as written:
            for line in written:
                self._lines.append(line)


def free_port() -> int:
    """A port of the loopback where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
