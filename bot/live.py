"""The assistant of a running bot: a new good build takes the place of the old one by itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot.building import start_building
from bot.conversation.assistant import Assistant
from bot.knowledge.fingerprints import is_current
from bot.knowledge.store import Store, StoreError
from bot.privacy.log import Event, say
from bot.settings import Settings

LOOK_EVERY_SECONDS = 20.0


class LiveAssistant:
    """Holds the assistant of the newest good build.

    `look` is called now and then; it starts a build in a process of its own when the folder
    has changed, and takes up the store when a new one stands there.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = settings.store_path
        self._stamp = _stamp(self._path)
        self._folder = self._folder_stamp()
        self._building: subprocess.Popen[bytes] | None = None
        self.assistant = Assistant(Store.load(self._path))

    def current(self) -> Assistant:
        """The assistant to answer the next question with."""
        return self.assistant

    def look(self) -> None:
        """Build when the folder has changed, take up a new store; never raises for bad ones."""
        if self._building is not None and self._building.poll() is not None:
            if self._building.returncode != 0:
                say(Event.BUILD_REFUSED)
            self._building = None
        folder = self._folder_stamp()
        if self._building is None and folder != self._folder:
            self._folder = folder
            if not is_current(self._path, self._settings.knowledge_dir, self._settings.locales_dir):
                self._building = start_building(self._settings, told=None)
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            self._take_up()

    def close(self) -> None:
        """End a build that is still going on."""
        if self._building is not None:
            self._building.kill()
            self._building.wait()
            self._building = None

    def _take_up(self) -> None:
        try:
            self.assistant = Assistant(Store.load(self._path))
        except (StoreError, KeyError, ValueError) as error:
            say(Event.STORE_UNREADABLE, error=error)
        else:
            say(Event.STORE_TAKEN_UP)

    def _folder_stamp(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for root in (self._settings.knowledge_dir, self._settings.locales_dir):
            for path in sorted(root.rglob("*")) if root.is_dir() else []:
                try:
                    status = path.stat()
                except OSError:
                    continue  # removed while we looked; the next look sees the rest
                found.append((str(path), status.st_mtime_ns, status.st_size))
        return tuple(found)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)
