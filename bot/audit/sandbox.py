"""The real bot in a process of its own, and folders of its own for whatever it would write."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bot.audit.loopback import ROOT

try:
    import resource
except ImportError:  # Windows has no limits to set.
    resource = None  # type: ignore[assignment]  # there is no other way to say "none"

RUN = (sys.executable, "-m", "bot", "run")
# Long, since it may be loading its libraries on a busy machine; how long it took is told.
END_SECONDS = 60.0


class Sandbox:
    """Folders below one temporary folder. All but `secrets` are searched."""

    def __init__(self, folder: Path, store: Path, token: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.work = folder / "work"
        self.home = folder / "home"
        self.temporary = folder / "tmp"
        self.secrets = folder / "secrets"
        for each in (self.data, self.work, self.home, self.temporary, self.secrets):
            each.mkdir(parents=True)
        self.store = self.data / store.name
        shutil.copyfile(store, self.store)
        self.token_file = self.secrets / "token"
        self.token_file.write_text(token, encoding="utf-8")
        self.ours: set[Path] = set()

    def puts(self, name: str, text: str) -> None:
        """Put a file of ours into the working folder, before the bot starts."""
        path = self.work / name
        path.write_text(text, encoding="utf-8")
        self.ours.add(path)

    def keeps(self, name: str, secret: bytes) -> str:
        """Put a secret where nothing is searched; the path of its file."""
        path = self.secrets / name
        path.write_bytes(secret)
        return str(path)

    def environment(self, **settings: str) -> dict[str, str]:
        """Ours without settings of a bot and without proxies, and every folder in here."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BOT_", "XDG_")) and not name.lower().endswith("_proxy")
        }
        folders = {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "BOT_DATA_DIR": str(self.data),
            "PYTHONPATH": str(ROOT),
        }
        return {**kept, **folders, **settings}


class BotProcess:
    """A running bot and all that it says; ended, if need be, at the end of `with`."""

    def __init__(
        self,
        sandbox: Sandbox,
        command: Sequence[str] = RUN,
        *,
        full_disk: bool = False,
        **settings: str,
    ) -> None:
        self._process = subprocess.Popen(  # noqa: S603  ourselves
            command,
            cwd=sandbox.work,
            env=sandbox.environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.pid = self._process.pid
        self._limit(full_disk)
        self._said: dict[str, bytearray] = {"output": bytearray(), "error": bytearray()}
        self._readers = [
            threading.Thread(target=_read, args=(stream, self._said[name]), daemon=True)
            for name, stream in (("output", self._process.stdout), ("error", self._process.stderr))
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self.ended()

    @property
    def said(self) -> bytes:
        """Everything on standard output and error so far."""
        return bytes(self._said["output"]) + bytes(self._said["error"])

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def stop(self) -> int:
        """Ask it to end as an operating system does; its exit status."""
        return self.signalled(signal.SIGTERM)

    def signalled(self, number: int) -> int:
        """Send it a signal that ends it; its exit status."""
        self._process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Its exit status, once it has ended and all it said is here."""
        try:
            status = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait(END_SECONDS)
        for reader in self._readers:
            reader.join(END_SECONDS)
        return status

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let it stand still, so that it changes nothing while it is looked at."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _limit(self, full_disk: bool) -> None:
        """Core dumps as large as may be, so that only the bot itself can forbid them."""
        if resource is None or not hasattr(resource, "prlimit"):
            return
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.prlimit(self.pid, resource.RLIMIT_CORE)
            resource.prlimit(self.pid, resource.RLIMIT_CORE, (hard, hard))
        if full_disk:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, 0))


def _read(stream: IO[bytes] | None, said: bytearray) -> None:
    if stream is None:
        return
    with stream:
        for line in stream:
            said += line
