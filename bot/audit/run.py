"""The whole audit: every stage in turn.

report = audit(store_path, say)
print(report)               the table
report.status               0 nothing found, 1 found, 2 not all could be done
"""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.audit.canaries import Canaries
from bot.audit.door import free_address, shown
from bot.audit.failures import OFTEN, fail
from bot.audit.forgetting import FORGET_SECONDS, forgets
from bot.audit.loopback import CannotRunError, Loopback, Server
from bot.audit.odd_server import OddServer
from bot.audit.people import ANSWER_SECONDS, IDENTITIES, QUESTIONS, People
from bot.audit.report import Report, Stage
from bot.audit.stage import Ground, Scene, near, stage, views
from bot.audit.webhook import webhook
from bot.privacy.log import Event

NOWHERE = "http://127.0.0.1:9"
ODD_SECONDS = 40.0
NOT_TRIED = (
    "counts in PostgreSQL: they get the same numbers as the SQLite file that was searched",
    "the road between the bot and Telegram, a balancer or a proxy: they are not on this machine",
)

__all__ = ["CannotRunError", "audit"]


def audit(store: Path, say: Callable[[str], None]) -> Report:
    """Run every stage with a bot on this store; CannotRunError where there are no tests."""
    loopback = Loopback()
    since = time.time() - 1
    with tempfile.TemporaryDirectory(prefix="withoutfear-audit-") as folder:
        ground = Ground(Path(folder).resolve(), store, Canaries.new(loopback.bot_id))
        report = Report()
        for level in ("DEBUG", "INFO"):
            say(f"everything that people do, everything that fails, log level {level}")
            report.stages.append(_conversation(loopback, ground, level))
        for about, act in (
            ("the same by webhook, with a shared memory", webhook),
            ("a server gone wrong that quotes people", _odd),
            ("the disk is full", _full_disk),
            ("a crash of the interpreter", _crash),
            ("starts that fail", _no_network),
            ("", _garbage_at_start),
            ("", _wrong_token),
            ("", _malformed_token),
            ("", _broken_library),
        ):
            if about:
                say(about)
            report.stages.append(act(loopback, ground))
        say("the folders around")
        report.stages.append(near(ground, since))
    report.not_tried.extend(NOT_TRIED)
    return report


def _conversation(loopback: Loopback, ground: Ground, level: str) -> Stage:
    # The level of the log changes nothing in what pages show and what memory holds: once is enough.
    address = free_address()
    has_door = level == "DEBUG"
    with loopback.server(ground.canaries.token) as server:

        def act(scene: Scene) -> None:
            people = People(server, scene.canaries)
            people.everything(scene.tried)
            scene.seen.append(people.read_by_others())
            fail(people, scene.sandbox.data, lambda: scene.process.said, scene.tried)
            if has_door:
                scene.seen.append(shown(scene, address))
            else:
                forgets(scene, people)
            views(scene)
            people.ana.writes(people.worded(QUESTIONS[0]))
            scene.stops()

        return stage(
            ground,
            f"A whole conversation, BOT_LOG_LEVEL={level}",
            server.url,
            act,
            doors={address} if has_door else (),
            BOT_LOG_LEVEL=level,
            BOT_LISTEN=address if has_door else "",
            BOT_FORGET_SECONDS="" if has_door else str(FORGET_SECONDS),
        )


def _odd(loopback: Loopback, ground: Ground) -> Stage:
    with (
        loopback.server(ground.canaries.token) as server,
        OddServer(People(server, ground.canaries), loopback.bot_id) as odd,
    ):

        def act(scene: Scene) -> None:
            scene.tried("cut, wrong and quoting answers", lambda: odd.wait(ODD_SECONDS))
            scene.stops(signal.SIGINT)

        name = "A server gone wrong that quotes people"
        return stage(ground, name, odd.url, act, BOT_LOG_LEVEL="DEBUG")


def _full_disk(loopback: Loopback, ground: Ground) -> Stage:
    with loopback.server(ground.canaries.token) as server:

        def act(scene: Scene) -> None:
            people = People(server, scene.canaries)
            texts = (*IDENTITIES, *[QUESTIONS[0]] * OFTEN)
            scene.tried("questions and counts", lambda: _ask(people, texts))

        return stage(ground, "The disk is full", server.url, act, full_disk=True)


def _crash(loopback: Loopback, ground: Ground) -> Stage:
    with loopback.server(ground.canaries.token) as server:

        def act(scene: Scene) -> None:
            people = People(server, scene.canaries)
            scene.tried("questions", lambda: _ask(people, IDENTITIES))
            people.ana.writes(people.worded(QUESTIONS[0]))
            scene.stops(signal.SIGSEGV, status=-signal.SIGSEGV)

        return stage(ground, "A crash of the interpreter (SIGSEGV)", server.url, act)


def _no_network(_: Loopback, ground: Ground) -> Stage:
    def act(scene: Scene) -> None:
        scene.tried("start", lambda: _says(scene, Event.NO_NETWORK))

    return stage(ground, "No network", NOWHERE, act, BOT_TOKEN=ground.canaries.token)


def _says(scene: Scene, event: Event) -> None:
    until = time.monotonic() + ANSWER_SECONDS
    while event.words.encode() not in scene.process.said:
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)


def _garbage_at_start(loopback: Loopback, ground: Ground) -> Stage:
    with loopback.server(ground.canaries.token) as server:
        server.fails_next(5, kind="garbage")
        return _fails_to_start(ground, "Garbage at the start", server, 1)


def _wrong_token(loopback: Loopback, ground: Ground) -> Stage:
    with loopback.server(Canaries.new(loopback.bot_id).token) as server:
        return _fails_to_start(ground, "A token that Telegram does not know", server, 2)


def _malformed_token(loopback: Loopback, ground: Ground) -> Stage:
    token = ground.canaries.token.partition(":")[2]
    with loopback.server(ground.canaries.token) as server:
        return _fails_to_start(ground, "A token that is none", server, 2, token)


def _fails_to_start(
    ground: Ground, name: str, server: Server, status: int, token: str = ""
) -> Stage:
    return stage(
        ground,
        name,
        server.url,
        lambda scene: scene.ends(status=status),
        BOT_TOKEN=token or ground.canaries.token,
        BOT_LOG_LEVEL="DEBUG",
    )


def _broken_library(loopback: Loopback, ground: Ground) -> Stage:
    """A library that cannot be imported, and whose complaint quotes the token."""
    with loopback.server(ground.canaries.token) as server:
        return stage(
            ground,
            "A library that cannot be imported",
            server.url,
            lambda scene: scene.ends(status=1),
            beside={"telegram.py": "import os\nraise ImportError(os.environ['BOT_TOKEN'])\n"},
            BOT_TOKEN=ground.canaries.token,
        )


def _ask(people: People, texts: tuple[str, ...]) -> int:
    for text in texts:
        people.asks(text)
    return len(texts)
