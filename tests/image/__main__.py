"""Builds the image's last stage in a Debian root and lets the bot answer there, as it would run:

    python -m tests.image          as root; needs debootstrap and bubblewrap, takes 3 to 5 minutes

There is no container engine in CI. What an engine would add to this is the base image itself. The
root is read-only, the user is the image's, /data is the one place to write to, and the shells are
taken out: then a person is answered, the health check passes, and SIGTERM ends it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.image.dockerfile import PATH, Stage, follow
from tests.telegram_server import TelegramServer

PROJECT = Path(__file__).parent.parent.parent
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
SHELLS = ("bash", "dash", "sh", "rbash")
STARTED = time.monotonic()
MIRROR = "http://deb.debian.org/debian"


def main() -> int:
    """0 when the image answers somebody, 1 when it does not, 2 when it cannot be tried here."""
    missing = [name for name in ("debootstrap", "bwrap", "chroot") if not shutil.which(name)]
    if os.geteuid() != 0 or missing:
        print(f"This needs root, and the programs debootstrap and bwrap; missing: {missing}.")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage = _built(folder)
        for shell in SHELLS:
            (stage.root / "usr/bin" / shell).unlink(missing_ok=True)
        size = sum(f.lstat().st_size for f in (*_files(stage.root / "libraries"),
                                               *_files(stage.root / "app"),
                                               *_files(stage.root / "built")))  # fmt: skip
        _say(f"what the image adds to its base: {size / 1e6:.0f} MB")
        _use(stage)
    _say("the image answers, is well, writes to /data only, and ends when told")
    return 0


def _built(folder: Path) -> Stage:
    base, wheels = folder / "base", folder / "wheels"
    _say("a plain Debian root …")
    _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", base, MIRROR)
    _say("the packages of the lock files …")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes")
    for lock in ("requirements.lock", "requirements-run.lock"):
        _run(*pip, "--dest", wheels, "-r", PROJECT / lock)
    _say("the steps of the Dockerfile …")
    shutil.move(wheels, base / "wheels")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
    stage = follow(PROJECT / "Dockerfile", base, folder / "stages", offline)
    shutil.rmtree(stage.root / "wheels")
    return stage


def _use(stage: Stage) -> None:
    with TelegramServer() as server, _running(stage, server) as process:
        person = server.person(7, language_code="es")
        person.writes("¿me van a pedir papeles en la biblioteca de Toronto?")
        answer = person.answer(seconds=60)
        assert "Toronto" in answer.text, answer.text
        _say("a person was answered")
        subprocess.run(
            _inside(stage, *stage.healthcheck),
            env={"PATH": PATH, **stage.environment},
            check=True,
            timeout=30,
        )
        _say("the health check passes")
        subprocess.run(["pkill", "-TERM", "--parent", str(process.pid)], check=True)
        started = time.monotonic()
        process.wait(timeout=15)
        _say(f"ended {time.monotonic() - started:.1f} s after SIGTERM")


@contextmanager
def _running(stage: Stage, server: TelegramServer) -> Iterator[subprocess.Popen[bytes]]:
    known = {"BOT_TOKEN": server.token, "BOT_API_URL": server.url}
    process = subprocess.Popen(
        _inside(stage, *stage.entrypoint, *stage.command),
        env={"PATH": PATH, **stage.environment, **known},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _inside(stage: Stage, *command: str) -> list[str]:
    """The command in the stage: its user, its folder, a read-only root, /data to write to."""
    user, group = stage.user.split(":")
    root, data = str(stage.root), str(stage.root / "data")
    return [
        "bwrap", "--unshare-user", "--unshare-pid", "--uid", user, "--gid", group,
        "--ro-bind", root, "/", "--bind", data, "/data", "--proc", "/proc", "--dev", "/dev",
        "--chdir", stage.workdir, "--cap-drop", "ALL", "--die-with-parent", *command,
    ]  # fmt: skip


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _say(text: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.0f} s] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
