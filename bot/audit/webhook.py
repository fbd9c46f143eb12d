"""A bot that Telegram brings messages to, and that shares its memory: what others see of people."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Mapping

from bot.audit.door import ANSWER_SECONDS, PAGES, asked, free_address, shown
from bot.audit.loopback import Loopback
from bot.audit.memory_server import MemoryServer
from bot.audit.people import QUESTIONS, People
from bot.audit.report import Row, Stage, Verdict, searched
from bot.audit.stage import Ground, Scene, stage, views

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the name of the header
LARGE_BYTES = 2 << 20
START_SECONDS = 30.0


def webhook(loopback: Loopback, ground: Ground) -> Stage:
    """Everything that people do, brought by webhook; then strangers at the door."""
    folder = ground.folder / "memory"
    address = free_address()
    secret = secrets.token_urlsafe(24)
    with (
        loopback.server(ground.canaries.token) as server,
        MemoryServer(folder) as memory,
    ):

        def act(scene: Scene) -> None:
            server.waits_until(lambda: server.called("setWebhook"), seconds=START_SECONDS)
            people = People(server, scene.canaries)
            people.everything(scene.tried)
            _knock(scene, people, address, secret)
            scene.tried("a message is lost on its way", lambda: _lost(people))
            scene.seen.append(shown(scene, address, (*PAGES, PATH, "/")))
            scene.seen.append(_wire(scene, memory))
            scene.seen.append(_dump(scene, memory))
            views(scene)
            people.ana.writes(people.worded(QUESTIONS[0]))
            scene.stops()

        return stage(
            ground,
            f"Webhook, with a memory shared by {memory.name}",
            server.url,
            act,
            doors={address},
            peers={memory.address},
            secrets={"webhook": secret.encode(), "memory": secrets.token_bytes(32)},
            BOT_LOG_LEVEL="DEBUG",
            BOT_WEBHOOK_URL=f"http://{address}{PATH}",
            BOT_LISTEN=address,
            BOT_MEMORY_URL=memory.url,
        )


def _knock(scene: Scene, people: People, address: str, secret: str) -> None:
    """Requests that are not Telegram's, or that Telegram would not make."""
    word = scene.canaries.word.encode()
    update = json.dumps({"update_id": 1, "message": people.message()}).encode()
    with_secret = {SECRET_HEADER: secret}
    for what, headers, body, status in (
        ("a stranger without the secret", {}, update, 401),
        ("a stranger with a wrong secret", {SECRET_HEADER: scene.canaries.username}, update, 401),
        ("garbage", with_secret, b"{" + word, 200),
        ("an update without a number", with_secret, b'{"x": "' + word + b'"}', 200),
        ("a body too large", with_secret, word * (LARGE_BYTES // len(word)), 413),
    ):

        def act(
            headers: Mapping[str, str] = headers, body: bytes = body, want: int = status
        ) -> None:
            if asked(address, "POST", PATH, headers, body)[0] != want:
                raise LookupError

        scene.tried(f"webhook: {what} ({status})", act)
    scene.tried("webhook: somebody hangs up amid a body", lambda: _hang_up(address, secret, word))


def _hang_up(address: str, secret: str, word: bytes) -> None:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), ANSWER_SECONDS) as line:
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {secret}\r\n"
        line.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode() + word)


def _lost(people: People) -> None:
    people.server.fails_next(1, method="sendMessage", kind="drop")
    people.asks(QUESTIONS[0])


def _wire(scene: Scene, memory: MemoryServer) -> Row:
    heard = bytes(memory.heard)
    what = f"the wire to the shared memory, {len(heard)} bytes"
    if not heard:
        return Row(what, "nothing went over it, so the search proves nothing", Verdict.UNSURE)
    return searched(what, scene.canaries.found_in(heard, short=False))


def _dump(scene: Scene, memory: MemoryServer) -> Row:
    dump = memory.dump()
    if dump is None:
        return Row("what the shared memory would write to disk", f"{memory.name} writes nothing")
    what = f"what the shared memory would write to disk, {len(dump)} bytes"
    return searched(what, scene.canaries.found_in(dump, short=False))
