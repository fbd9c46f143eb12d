"""The real program takes its own place when it is old, and neither loses nor forgets too soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import httpx
import psutil
import pytest

from tests.program import Program, free_port
from tests.telegram_server import TelegramServer

NAME = "zanaria-oblivion"


def memory_of(pid: int) -> bytes:
    """Everything that the process can write to, as bytes."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if "w" not in rights or "[v" in line:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                found.append(memory.read(end - start))
            except OSError:
                continue
    return b"".join(found)


def until(holds: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.2)


def test_the_program_takes_its_own_place(server: TelegramServer, data: Path) -> None:
    # It starts anew after 16 seconds; who was silent for less than 24 by then is remembered.
    program = Program(data, BOT_TOKEN=server.token, BOT_API_URL=server.url, BOT_FORGET_SECONDS="24")
    try:
        ana, ben = server.person(987654321012, first_name=NAME), server.person(8)
        # While Telegram lets her wait, what she wrote is in hand, and must be found.
        ana.must_wait(4)
        ana.writes(f"do I need papers for a library card in Toronto {NAME}")
        server.waits_until(lambda: bool(server.called("sendMessage")), seconds=60)
        assert NAME.encode() in memory_of(program.pid)
        ana.answer(seconds=60)
        # Somebody else goes on talking until the change, so that his silence is short.
        while "starting anew" not in program.said:
            ben.writes("do I need papers for a library card in Toronto")
            ben.answer(seconds=60)
            time.sleep(1.0)
        ben.writes("is it free?")
        assert "Toronto" in ben.answer(seconds=60).text  # the city outlived the change of process
        until(lambda: NAME.encode() not in memory_of(program.pid))
        assert program.is_running
    finally:
        status, _ = program.stop()
    # Only the first of the two told Telegram about itself: commands of two scopes, 12 languages.
    assert len(server.called("getMyCommands")) == 24
    assert status == 0


def test_the_door_of_a_bot_that_polls_outlives_the_change(
    server: TelegramServer, data: Path
) -> None:
    address = f"127.0.0.1:{free_port()}"
    program = Program(data, BOT_TOKEN=server.token, BOT_API_URL=server.url, BOT_LISTEN=address,
                      BOT_FORGET_SECONDS="3")  # fmt: skip
    try:
        until(lambda: listens_at(program) == [address])
        people = count(7)
        # Each knock is a connection of its own, and waits in the door while nobody is there.
        while program.said.count("starting anew") < 2:
            assert httpx.get(f"http://{address}/healthz", timeout=30).status_code == 200
            person = server.person(next(people))
            person.writes("/help")
            person.answer(seconds=60)
        until(lambda: httpx.get(f"http://{address}/readyz", timeout=30).status_code == 200)
        assert program.is_running
    finally:
        status, said = program.stop()
    assert status == 0
    assert "Traceback" not in said


@pytest.mark.parametrize("seconds", [0.0, 0.15, 0.4])
def test_told_to_stop_amid_the_change_it_leaves_as_always(
    server: TelegramServer, data: Path, seconds: float
) -> None:
    program = Program(data, BOT_TOKEN=server.token, BOT_API_URL=server.url, BOT_FORGET_SECONDS="1")
    ana = server.person(7)
    ana.writes("/help")
    program.waits_until_said("starting anew")
    time.sleep(seconds)
    status, said = program.stop()
    assert status == 0
    assert "Traceback" not in said


def test_a_bot_that_polls_opens_no_port_by_itself(server: TelegramServer, data: Path) -> None:
    program = Program(data, BOT_TOKEN=server.token, BOT_API_URL=server.url)
    try:
        ana = server.person(7)
        ana.writes("/help")
        ana.answer(seconds=60)
        assert listens_at(program) == []
    finally:
        program.stop()


def listens_at(program: Program) -> list[str]:
    """The addresses where it listens."""
    connections = psutil.Process(program.pid).net_connections("inet")
    listening = [each.laddr for each in connections if each.status == psutil.CONN_LISTEN]
    return [f"{each.ip}:{each.port}" for each in listening]
