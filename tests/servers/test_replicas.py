"""Two replicas behind a balancer, with a real memory server and a real PostgreSQL between them."""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from redis import Redis

from bot.privacy.counts_table import read_counts
from bot.settings import Settings
from tests.balancer import Balancer
from tests.program import Program, free_port
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.pushing import SECRET_HEADER

PATH = "/telegram"
QUESTIONS = (
    "/help",
    "do I need papers for a library card in Toronto?",
    "is it free?",
    "/privacy",
    "will the police in Chicago report me",
)
PEOPLE = 420


class Replicas:
    """Two programs that share everything, and a balancer before them."""

    def __init__(self, server: TelegramServer, data: Path, shared: dict[str, str]) -> None:
        secret = data / "secret"
        secret.write_bytes(secrets.token_bytes(32))
        self.server = server
        self.addresses = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
        self.balancer = Balancer(*self.addresses)
        self.secret = secrets.token_urlsafe(24)
        self._data = data
        self._shared = {
            "BOT_TOKEN": server.token,
            "BOT_API_URL": server.url,
            "BOT_MEMORY_SECRET_FILE": str(secret),
            "BOT_WEBHOOK_SECRET": self.secret,
            **shared,
        }

    def start(self, number: int, **settings: str) -> Program:
        """One of them."""
        address = self.addresses[number].removeprefix("http://")
        url = self.balancer.url + PATH
        known = {**self._shared, "BOT_WEBHOOK_URL": url, "BOT_LISTEN": address}
        return Program(self._data, **{**known, **settings})

    def status(self, number: int, page: str) -> int:
        """What a page of one of them says; 0 where nobody answers."""
        try:
            return httpx.get(self.addresses[number] + page).status_code
        except httpx.TransportError:
            return 0

    def wait_until_ready(self, *numbers: int) -> None:
        until = time.monotonic() + 60
        while not all(self.status(number, "/readyz") == 200 for number in numbers):
            assert time.monotonic() < until, "a replica does not get ready"
            time.sleep(0.02)


@pytest.fixture
def replicas(
    server: TelegramServer, data: Path, database_url: str, redis_port: int
) -> Iterator[Replicas]:
    with Redis(host="127.0.0.1", port=redis_port) as inside:
        inside.flushall()
    shared = {
        "BOT_DATABASE_URL": database_url,
        "BOT_MEMORY_URL": f"redis://127.0.0.1:{redis_port}/0",
    }
    replicas = Replicas(server, data, shared)
    with replicas.balancer:
        yield replicas


@pytest.fixture
def both(replicas: Replicas) -> Iterator[list[Program]]:
    """Both of them, answering."""
    programs = [replicas.start(number) for number in range(2)]
    try:
        replicas.wait_until_ready(0, 1)
        yield programs
    finally:
        for program in programs:
            program.close()


def said_to(person: Person) -> list[str]:
    """What the bot said, without what it said twice in a row."""
    texts = [each.text for each in person.chat() if each.from_bot]
    return [text for number, text in enumerate(texts) if text not in texts[number - 1 : number]]


def metrics_of(replicas: Replicas, number: int) -> dict[str, float]:
    """The numbers of one replica, labels and all."""
    text = httpx.get(f"{replicas.addresses[number]}/metrics").text
    return {name: float(value) for name, value in re.findall(r"^(\w[^ ]*) (\S+)$", text, re.M)}


def conversation(person: Person) -> list[str]:
    """Language and city by buttons, then questions that name neither; what the bot said."""
    person.writes("/start")
    person.answer()
    for label in ("Español", "Toronto"):
        person.presses(label)
        person.answer()
    for question in ("¿me van a pedir papeles en la biblioteca?", "¿y en el hospital?", "gracias"):
        person.writes(question)
        person.answer()
    person.writes("¿me van a pedir papeles en la biblioteca?")
    sources = person.answer().data_of("sources:library:toronto")
    person.presses(sources)
    person.answer()
    return [each.text for each in person.chat() if each.from_bot]


def test_which_replica_gets_what_makes_no_difference(
    replicas: Replicas, both: list[Program], server: TelegramServer
) -> None:
    balancer, addresses = replicas.balancer, replicas.addresses
    said = []
    # Everything to one of them; then each update to the other one than the update before.
    for number, order in enumerate((addresses[:1], addresses, addresses[::-1])):
        server.waits_until(lambda: server.waiting == 0)
        balancer.replicas[:] = order
        said.append(conversation(server.person(100 + number, language_code="fr")))
    assert "Toronto" in said[0][-1]
    assert said[1] == said[0]
    assert said[2] == said[0]
    assert min(balancer.served.values()) >= 8


def test_an_update_that_comes_to_both_does_no_harm(
    replicas: Replicas, both: list[Program], server: TelegramServer
) -> None:
    ana = server.person(7, language_code="es")
    ana.writes("¿me van a pedir papeles en la biblioteca de Toronto?")
    first = ana.answer()
    secret = {SECRET_HEADER: replicas.secret}
    tap = {
        "update_id": 1,
        "callback_query": {
            "id": "1",
            "from": {"id": 7, "is_bot": False, "first_name": "A"},
            "chat_instance": "1",
            "data": first.data_of("sources:library:toronto"),
            "message": {"message_id": first.id, "date": 1, "text": "x",
                        "chat": {"id": 7, "type": "private"}},
        },
    }  # fmt: skip
    for address in (*replicas.addresses, *replicas.addresses):
        assert httpx.post(address + PATH, json=tap, headers=secret).status_code == 200
    texts = [each.text for each in ana.chat() if each.from_bot]
    assert len(texts) == 1
    ana.writes("¿y en el hospital?")
    assert "Toronto" in ana.answer().text


def test_one_killed_under_load_loses_nothing(
    replicas: Replicas,
    both: list[Program],
    server: TelegramServer,
    database_url: str,
    redis_port: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    alone = server.person(1)
    for question in QUESTIONS:
        alone.writes(question)
    server.waits_until(lambda: server.waiting == 0, seconds=60)
    expected = said_to(alone)
    assert len(expected) == len(QUESTIONS)

    people = [server.person(1_000 + number) for number in range(PEOPLE)]
    started = time.monotonic()
    for question in QUESTIONS:
        for person in people:
            person.writes(question)
    total = PEOPLE * len(QUESTIONS)
    server.waits_until(lambda: server.waiting < total * 2 / 3, seconds=300)
    both[0].kill()
    killed = time.monotonic()
    left = server.waiting
    server.waits_until(lambda: server.waiting == 0, seconds=300)
    seconds = time.monotonic() - started

    lost = [person.id for person in people if said_to(person) != expected]
    sent = sum(each.from_bot for person in people for each in person.chat())
    broken = [each for each in server.deliveries if each.status != 200]
    with capsys.disabled():
        print(
            f"\n{total} updates of {PEOPLE} people, {total / seconds:.0f} a second; one replica "
            f"killed with {left} waiting, the rest in {time.monotonic() - killed:.1f} s; "
            f"{len(lost)} people with anything lost, {sent - total} answers said twice, "
            f"{len(broken)} deliveries repeated ({Counter(each.status for each in broken)}), "
            f"served {replicas.balancer.served}"
        )
    assert lost == []
    assert left > 100
    assert min(replicas.balancer.served.values()) > 100

    status, said = both[1].stop()
    assert status == 0
    assert "Traceback" not in said
    counts = read_counts(Settings.from_environment({"BOT_DATABASE_URL": database_url}).database_url)
    assert counts
    assert all(row.times % 5 == 0 for row in counts)
    assert 0 < sum(row.times for row in counts) <= sent
    with Redis(host="127.0.0.1", port=redis_port) as inside:
        assert inside.dbsize() >= PEOPLE
        assert all(0 < inside.ttl(name) <= 1800 for name in inside.scan_iter())


def test_without_memory_and_database_they_go_on(replicas: Replicas, server: TelegramServer) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    program = replicas.start(
        0,
        BOT_DATABASE_URL=f"postgresql://zanaria:zanaria@{nowhere}/none",
        BOT_MEMORY_URL=f"redis://:zanaria@{nowhere}/0",
    )
    try:
        replicas.wait_until_ready(0)
        ana = server.person(7)
        for _ in range(6):
            ana.writes("do I need papers for a library card in Toronto?")
            assert "Toronto" in ana.answer().text
        time.sleep(3)
        faults = metrics_of(replicas, 0)
        assert faults['withoutfear_faults_total{event="counts_unwritten"}'] == 1
        assert faults['withoutfear_faults_total{event="memory_unreached"}'] == 1
        assert faults['withoutfear_outcomes_total{outcome="answer"}'] == 5
    finally:
        status, said = program.stop()
    assert status == 0
    assert "zanaria" not in said
    assert "Traceback" not in said


def test_two_that_start_together_tell_telegram_once_or_twice(
    replicas: Replicas, both: list[Program], server: TelegramServer
) -> None:
    told = [each for each in server.called("setWebhook") if each.status == 200]
    assert 1 <= len(told) <= 2
    assert not server.called("deleteWebhook")
    assert server.world.webhook == replicas.balancer.url + PATH
