"""Looks at a running bot again and again: whom it talks to, and what it writes for a moment."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.audit.canaries import Canaries, Find
from bot.audit.places import children_of, peers_of, sockets_of, written_by
from bot.audit.sandbox import Sandbox

EVERY_SECONDS = 0.02
# A socket is there before it is connected; so it is looked up more than once.
LOOKS_AFTER_CHANGE = 10
LOOK_ANYWAY = 50


class Watch:
    """A thread that samples one process, and its children, inside `with`.

    `peers` are the addresses that it was connected to, `doors` those where it listened; `files`
    what it had open for writing, `found` the canaries in files of the sandbox while they lasted.
    """

    def __init__(self, pid: int, sandbox: Sandbox, canaries: Canaries) -> None:
        self.samples = 0
        self.peers: set[str] = set()
        self.doors: set[str] = set()
        self.files: set[Path] = set()
        self.found: Counter[Find] = Counter()
        self.searched: set[Path] = set()
        self._pid = pid
        self._sandbox = sandbox
        self._canaries = canaries
        self._stamps: dict[Path, tuple[int, int]] = {}
        # Of each process, its sockets at the last look, and how often they are still looked up.
        self._sockets: dict[int, tuple[frozenset[str], int]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._look_at_files()

    def _work(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            for pid in (self._pid, *children_of(self._pid)):
                self._look_at_peers(pid)
                self.files.update(written_by(pid))
            self._look_at_files()
            self.samples += 1

    def _look_at_peers(self, pid: int) -> None:
        """Look up the sockets when there are others than before, a few times, and now and then.

        The table is that of the whole machine, and long where others work on it.
        """
        sockets = sockets_of(pid)
        before, looks = self._sockets.get(pid, (frozenset(), 0))
        looks = LOOKS_AFTER_CHANGE if sockets != before else looks - 1
        if looks > 0 or self.samples % LOOK_ANYWAY == 0:
            for address, listens in peers_of(pid, sockets):
                (self.doors if listens else self.peers).add(address)
        self._sockets[pid] = sockets, looks

    def _look_at_files(self) -> None:
        """Search what is new or changed since the last look, journals included."""
        sandbox = self._sandbox
        for path in sandbox.folder.rglob("*"):
            if path == sandbox.store or path.is_relative_to(sandbox.secrets):
                continue
            with contextlib.suppress(OSError):
                status = path.stat()
                stamp = (status.st_mtime_ns, status.st_size)
                if not path.is_file() or self._stamps.get(path) == stamp:
                    continue
                self._stamps[path] = stamp
                found = self._canaries.found_in(path.read_bytes())
                # What stays is seen again after every change: the most at once is what counts.
                self.found |= found
                self.searched.add(path)
