"""The audit finds what it looks for: each canary in each form, and each guard that is missing."""

import base64
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from bot.audit import unhurried
from bot.audit.canaries import Canaries, Find
from bot.audit.loopback import CannotRunError, Loopback, Person
from bot.audit.people import IDENTITIES, QUESTIONS, People
from bot.audit.places import files_changed, memory_of
from bot.audit.report import Report, Row, Stage, Verdict, searched
from bot.audit.stage import Ground, Scene, stage, views
from bot.audit.unhurried import Unhurried
from bot.channels.telegram import chat_limit
from tests.telegram_server import BOT_ID

WHO = Canaries.new(BOT_ID)
TEXTS = {
    "token": WHO.token,
    "first name": WHO.first_name,
    "last name": WHO.last_name,
    "username": WHO.username,
    "message text": WHO.word,
    "phone in a text": WHO.phone,
    "contact card": WHO.card_phone,
    "file name": WHO.file_name,
    "file id": WHO.file_id,
    "coordinates": repr(WHO.latitude),
    "message text, Cyrillic": WHO.foreign_word,
}
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "capitals": lambda text: text.upper().encode() if text.isascii() else text.encode(),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32-le"),
    "json": lambda text: json.dumps({"text": text}).encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, one on": lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
    "base64, two on": lambda text: base64.urlsafe_b64encode(b"xy" + text.encode() + b"z"),
    "hexadecimal": lambda text: text.encode().hex().upper().encode(),
    "pickle": lambda text: pickle.dumps({"text": text}),
}
NUMBERS: dict[str, Callable[[int], bytes]] = {
    "decimal": lambda number: str(number).encode(),
    "int64 little-endian": lambda number: struct.pack("<q", number),
    "int64 big-endian": lambda number: struct.pack(">q", number),
    "negative, as a group's": lambda number: f"-{number}".encode(),
    "pickle": pickle.dumps,
    "msgpack": lambda number: b"\xcf" + struct.pack(">Q", number),
    "utf-16": lambda number: str(number).encode("utf-16-be"),
    "base64": lambda number: base64.b64encode(b"id=" + str(number).encode()),
}


def kinds(found: Counter[Find]) -> set[str]:
    return {find.kind for find in found}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", TEXTS)
def test_every_text_is_found_in_every_encoding(kind: str, encoding: str) -> None:
    data = b"before \x00" + ENCODINGS[encoding](TEXTS[kind]) + b" after"
    assert kind in kinds(WHO.found_in(data))
    assert kind in kinds(WHO.found_in(data, short=False))


@pytest.mark.parametrize("encoding", NUMBERS)
@pytest.mark.parametrize(("kind", "number"), [
    ("chat id", WHO.chat_id), ("32-bit chat id", WHO.small_id),
])  # fmt: skip
def test_every_id_is_found_in_every_encoding(kind: str, number: int, encoding: str) -> None:
    assert kinds(WHO.found_in(b"\x01\x02" + NUMBERS[encoding](number) + b"\x03")) == {kind}


def test_a_small_id_is_found_in_four_bytes() -> None:
    for order in "<>":
        data = struct.pack(f"{order}i", WHO.small_id)
        assert kinds(WHO.found_in(data)) == {"32-bit chat id"}
        assert not WHO.found_in(data, short=False)


def test_nothing_is_found_in_nothing_nor_in_other_peoples_data() -> None:
    other = Canaries.new(BOT_ID)
    data = "\n".join(map(str, vars(other).values())).encode() + os.urandom(1 << 16)
    assert not WHO.found_in(data, short=False)
    assert other.found_in(data)


def test_the_memory_of_another_process_is_read() -> None:
    script = "import sys; held = [sys.stdin.readline(), 0]; held[1] = int(sys.stdin.readline())\n"
    script += "print('holds', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{WHO.word}\n{WHO.chat_id}\n")
        process.stdin.flush()
        assert process.stdout.readline() == "holds\n"
        found: Counter[Find] = Counter()
        for chunk in memory_of(process.pid):
            found += WHO.found_in(chunk, short=False)
        process.stdin.close()
    assert kinds(found) == {"message text", "chat id"}
    assert Find("chat id", "Python int") in found


def test_only_what_was_written_since_is_searched(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "below" / "new"
    new.parent.mkdir()
    old.write_bytes(b"old")
    since = old.stat().st_ctime + 1
    new.write_bytes(b"new")
    os.utime(new, (since + 1, since + 1))
    assert [content for _, content in files_changed(tmp_path, since)] == [b"new"]


def test_status_says_what_came_of_it() -> None:
    fine, unsure = Row("a", "nothing"), Row("b", "not to the end", Verdict.UNSURE)
    found = searched("c", Counter({Find("chat id", "decimal"): 2}))
    assert Report([Stage("s", [fine], [fine])]).status == 0
    assert Report([Stage("s", [unsure], [fine])]).status == 2
    report = Report([Stage("s", [unsure], [fine, found])])
    assert report.status == 1
    assert "FOUND chat id (decimal) 2×" in str(report)


def test_without_the_tests_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="tests/"):
        Loopback(tmp_path)


# The bot with one guard taken out, or with something added that somebody might add one day.
GUARDED = "from bot.cli import main"
UNHARDENED = """
    import logging
    import bot.privacy.log as log
    log.silence = log.silence_loop = lambda *_: None
    logging.basicConfig(level=10)
"""
STORED_QUESTION = """
    import os
    from bot.conversation.assistant import Assistant
    reply_to = Assistant.reply_to
    def storing(self, question):
        with open(os.environ["BOT_DATA_DIR"] + "/questions.txt", "a") as file:
            file.write(question.text)
        return reply_to(self, question)
    Assistant.reply_to = storing
"""
WRITTEN_PREFERENCE = """
    import os, pickle
    from bot.conversation.memory import ShortMemory
    keep = ShortMemory.keep
    def keeping(self, chat_id, context):
        path = os.environ["BOT_DATA_DIR"] + "/preferences"
        with open(path, "wb") as file:
            file.write(pickle.dumps({chat_id: context.language}))
        keep(self, chat_id, context)
    ShortMemory.keep = keeping
"""
PRINTED_UPDATE = """
    import bot.channels.telegram.answerer as answerer
    receive = answerer.receive
    def printing(update, memory, name):
        print(update)
        return receive(update, memory, name)
    answerer.receive = printing
"""
WRITTEN_FOR_A_MOMENT = """
    import os, time
    import bot.channels.telegram.answerer as answerer
    receive = answerer.receive
    def writing(update, memory, name):
        path = os.environ["TMPDIR"] + "/update"
        with open(path, "w") as file:
            file.write(update.to_json())
        time.sleep(0.15)
        os.remove(path)
        return receive(update, memory, name)
    answerer.receive = writing
"""
QUOTING_CARD = """
    from dataclasses import replace
    from bot.conversation.assistant import Assistant
    offered = Assistant.offered
    def quoting(self, question, address):
        offer = offered(self, question, address)
        return replace(offer, cards=tuple(replace(c, about=question.text) for c in offer.cards))
    Assistant.offered = quoting
"""
NAMING_REPLY = """
    from dataclasses import replace
    from bot.conversation.assistant import Assistant
    from bot.domain import Line
    in_group = Assistant.in_group
    def naming(self, asked, address):
        text = getattr(asked, "text", "")
        return replace(in_group(self, asked, address), lines=(Line(text=text or "-"),))
    Assistant.in_group = naming
"""
ANOTHER_PEER = """
    import socket
    listening = socket.create_server(("127.0.0.1", 0))
    peer = socket.create_connection(listening.getsockname())
"""
CORE_DUMPS = """
    import bot.privacy.log as log
    log.resource = None
"""


@pytest.fixture
def ground(store_path: Path, tmp_path: Path) -> Ground:
    store = shutil.copy2(store_path, tmp_path / store_path.name)
    return Ground(tmp_path, Path(store), Canaries.new(BOT_ID))


def short_run(ground: Ground, without: str = "") -> Stage:
    """A few questions to the bot as it is, or with `without` done to it first."""
    if without:
        script = f"{textwrap.dedent(without)}\n{GUARDED}\nraise SystemExit(main(['run']))"
        ground.command = [sys.executable, "-c", script]
    with Loopback().server(ground.canaries.token) as server:

        def act(scene: Scene) -> None:
            people = People(server, scene.canaries)
            for text in (*QUESTIONS[:1], *IDENTITIES):
                scene.tried(text[:9], lambda text=text: people.asks(text) and None)
            people.reach_others(scene.tried)
            scene.seen.append(people.read_by_others())
            views(scene)

        return stage(ground, "short", server.url, act, BOT_LOG_LEVEL="DEBUG")


def found_in(result: Stage) -> dict[str, str]:
    """The first word of each place with a find, and what was found there."""
    assert not [row for row in result.tried if row.verdict is not Verdict.FINE]
    return {
        row.what.split()[0]: row.outcome
        for row in result.looked
        if row.verdict is Verdict.FOUND
    }  # fmt: skip


def test_the_bot_as_it_is_keeps_nobody(ground: Ground) -> None:
    result = short_run(ground)
    assert found_in(result) == {}
    assert Report([result]).status == 0
    assert len(result.looked) >= 8


@pytest.mark.parametrize(("without", "place", "what"), [
    (UNHARDENED, "standard", ("token", "chat id", "first name", "username", "message text")),
    (STORED_QUESTION, "files", ("message text",)),
    (WRITTEN_PREFERENCE, "files", ("chat id (little-endian)",)),
    (PRINTED_UPDATE, "standard", ("chat id", "first name", "last name", "phone in a text")),
    (WRITTEN_FOR_A_MOMENT, "files", ("update",)),
    (QUOTING_CARD, "what", ("message text", "phone in a text", "username")),
    (NAMING_REPLY, "what", ("message text", "first name")),
    (ANOTHER_PEER, "peers", ("127.0.0.1:",)),
    (CORE_DUMPS, "limit", ("core dump",)),
], ids=["log", "question", "preference", "print", "moment", "card", "group", "peer",
        "core"])  # fmt: skip
def test_a_guard_taken_out_is_found(
    ground: Ground, without: str, place: str, what: tuple[str, ...]
) -> None:
    found = found_in(short_run(ground, without))
    assert place in found
    for each in what:
        assert each in found[place]


def test_the_people_of_an_audit_never_meet_the_limit_of_a_chat() -> None:
    assert unhurried.AT_ONCE < chat_limit.AT_ONCE
    assert unhurried.PER_SECOND < chat_limit.PER_SECOND


def test_who_is_unhurried_waits_before_doing_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(unhurried.time, "sleep", slept.append)
    monkeypatch.setattr(unhurried.time, "monotonic", lambda: 1_000.0 + sum(slept))
    limit = chat_limit.ChatLimit(unhurried.time.monotonic)

    class Writing:
        def writes(self, text: str) -> int:
            assert limit.due(7, in_words=False) is chat_limit.Due.ANSWER
            return 0

    person = Unhurried(cast("Person", Writing()))
    for _ in range(200):
        person.writes("hello")
    assert len(slept) == 200 - unhurried.AT_ONCE
