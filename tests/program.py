"""The real program, `python -m bot run`, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.communicate(timeout=20)

    def stop(self) -> tuple[int, str]:
        """Ask it to end; its exit status and all that it wrote."""
        self._process.send_signal(signal.SIGTERM)
        return self.ended(seconds=12)

    def ended(self, *, seconds: float = 30) -> tuple[int, str]:
        """The exit status and all that it wrote, once it has ended by itself."""
        out, err = self._process.communicate(timeout=seconds)
        return self._process.returncode, out + err

    def close(self) -> None:
        if self._process.poll() is None:
            self.kill()
