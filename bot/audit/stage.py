"""One start of the bot: people write, things fail, and then everything is searched."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.audit.canaries import Canaries, Find
from bot.audit.loopback import ROOT
from bot.audit.people import Tried
from bot.audit.places import UnreadableError, core_limit, files_changed, shown_of
from bot.audit.report import Row, Stage, Verdict, forbidden, searched
from bot.audit.sandbox import RUN, BotProcess, Sandbox
from bot.audit.watch import Watch

Act = Callable[["Scene"], None]

ELSEWHERE = ("/dev/shm", "/var/tmp")  # noqa: S108  searched, not used


@dataclass
class Ground:
    """What all stages of an audit share."""

    folder: Path
    store: Path
    canaries: Canaries
    command: Sequence[str] = RUN


@dataclass
class Scene:
    """What an act has at hand: the running bot, and where to note what it tries and sees."""

    process: BotProcess
    sandbox: Sandbox
    canaries: Canaries
    tried: Tried = field(init=False)
    seen: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tried = Tried(lambda: self.process.is_running)

    def stops(self, number: int | None = None, *, status: int = 0) -> None:
        """Stop the bot, with SIGTERM or another signal, and note it if it ends otherwise."""
        asked = time.monotonic()
        ended = self.process.stop() if number is None else self.process.signalled(number)
        name = "SIGTERM" if number is None else f"signal {number}"
        name = f"stop ({name}), {time.monotonic() - asked:.0f} s"
        self.tried.steps[name] = "" if ended == status else f"ended with status {ended}"

    def ends(self, *, status: int) -> None:
        """Wait for the bot to end by itself."""
        ended = self.process.ended()
        self.tried.steps[f"ends by itself with status {status}"] = (
            "" if ended == status else f"ended with status {ended}"
        )


def stage(
    ground: Ground,
    name: str,
    api_url: str,
    act: Act,
    *,
    full_disk: bool = False,
    beside: Mapping[str, str] | None = None,
    secrets: Mapping[str, bytes] | None = None,
    peers: Collection[str] = (),
    doors: Collection[str] = (),
    **settings: str,
) -> Stage:
    """Start the bot, let `act` happen, end the bot, search.

    `beside` are files, by name, that lie in the working folder at the start; `secrets` what it
    reads from files, by the setting; `peers` and `doors` its addresses beside the Bot API server's.
    """
    folder = Path(tempfile.mkdtemp(dir=ground.folder))
    sandbox = Sandbox(folder, ground.store, ground.canaries.token)
    for file, text in (beside or {}).items():
        sandbox.puts(file, text)
    told = {"BOT_API_URL": api_url, **settings}
    for setting, content in (secrets or {}).items():
        told[f"BOT_{setting.upper()}_SECRET_FILE"] = sandbox.keeps(setting, content)
    if not any(each.startswith("BOT_TOKEN") for each in settings):
        told["BOT_TOKEN_FILE"] = str(sandbox.token_file)
    with (
        BotProcess(sandbox, ground.command, full_disk=full_disk, **told) as process,
        Watch(process.pid, sandbox, ground.canaries) as watch,
    ):
        scene = Scene(process, sandbox, ground.canaries)
        act(scene)
        if process.is_running:
            scene.stops()
    result = Stage(name)
    for what, hindrance in scene.tried.steps.items():
        verdict = Verdict.UNSURE if hindrance else Verdict.FINE
        result.tried.append(Row(what, hindrance or "done", verdict))
    result.looked = [
        *scene.seen,
        *_streams(process, ground.canaries),
        *_written(watch, sandbox),
        *_peers(watch, {api_url.removeprefix("http://"), *peers}, doors),
    ]
    return result


def views(scene: Scene) -> None:
    """Look at what every process of the same user can see of the bot: arguments, environment."""
    for name in ("cmdline", "environ"):
        what = f"/proc/<pid>/{name}"
        try:
            found = scene.canaries.found_in(shown_of(scene.process.pid, name))
        except UnreadableError as error:
            scene.seen.append(Row(what, str(error), Verdict.UNSURE))
        else:
            scene.seen.append(searched(what, found))
    what = "limit of core dumps (soft, hard)"
    try:
        limit = core_limit(scene.process.pid)
    except UnreadableError as error:
        scene.seen.append(Row(what, str(error), Verdict.UNSURE))
        return
    forbids = limit == "0 0"
    scene.seen.append(
        Row(what, limit if forbids else f"FOUND {limit}: a core dump can be written",
            Verdict.FINE if forbids else Verdict.FOUND)
    )  # fmt: skip


def _streams(process: BotProcess, canaries: Canaries) -> list[Row]:
    said = process.said
    lines = said.count(b"\n")
    rows = [searched(f"standard output and error, {lines} lines", canaries.found_in(said))]
    if b"Traceback" in said:
        rows.append(Row("standard error", "FOUND a traceback", Verdict.FOUND))
    return rows


def _written(watch: Watch, sandbox: Sandbox) -> list[Row]:
    rows = [searched(f"files of its own folders, journals too: {_names(watch)}", watch.found)]
    strange = {
        path
        for path in (*watch.files, *watch.searched)
        if not path.is_relative_to(sandbox.data) and "__pycache__" not in path.parts
    } - sandbox.ours
    rows.append(forbidden("files written outside BOT_DATA_DIR", strange))
    return rows


def near(ground: Ground, since: float) -> Stage:
    """Search what was written in the project's folder and in the temporary ones of the system."""
    found: Counter[Find] = Counter()
    folders = sorted({ROOT, Path(tempfile.gettempdir()), *map(Path, ELSEWHERE)})
    result = Stage("After all of this")
    for folder in folders:
        count = 0
        for _, content in files_changed(folder, since, without=(ground.folder,)):
            found += ground.canaries.found_in(content, short=False)
            count += 1
        name = "the project's folder" if folder == ROOT else str(folder)
        result.looked.append(searched(f"files written since in {name}, {count}", found))
        found.clear()
    return result


def _names(watch: Watch) -> str:
    names = sorted({path.name for path in watch.searched})
    return ", ".join(names) or "none written"


def _peers(watch: Watch, peers: Collection[str], doors: Collection[str]) -> list[Row]:
    if not watch.samples:
        return [Row("peers", "could not be read: there is no /proc here", Verdict.UNSURE)]
    times = f"{watch.samples} samples"
    return [
        forbidden(f"peers other than those of its settings, {times}", watch.peers - set(peers)),
        forbidden("doors other than that of its settings", watch.doors - set(doors)),
    ]
