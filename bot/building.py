"""Building in a process of its own: what learning needs in memory ends with that process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import IO

from bot.settings import Settings


def start_building(settings: Settings, told: IO[str] | None) -> subprocess.Popen[bytes]:
    """The command `build` in a process of its own; it gets none of our settings but the folder.

    `told` is where its progress and the mistakes that it finds are shown; None for nowhere.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment["BOT_DATA_DIR"] = str(settings.data_dir.resolve())
    shown = subprocess.DEVNULL if told is None else told
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "build"],
        stdin=subprocess.DEVNULL,
        stdout=shown,
        stderr=shown,
        cwd=settings.knowledge_dir.parent,
        env=environment,
    )
