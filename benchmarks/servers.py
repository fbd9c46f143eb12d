"""Faults of the servers beside the bot: the shared memory, the database, replicas, the balancer.

They need real servers: pg_virtualenv -o fsync=off python -m benchmarks.faults memory-lost …
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import psycopg

from benchmarks.fault_row import Row
from benchmarks.load import Bot, Load
from benchmarks.replicas import Replicas
from benchmarks.running import Running
from bot.privacy.counts_table import read_counts
from tests.program import free_port
from tests.telegram_server import TelegramServer, pushing

RATE = 60.0
PEOPLE = 900
BEFORE_SECONDS = 3.0
AWAY_SECONDS = 4.0


class MemoryServer:
    """A Redis or Valkey of our own, started inside `with`; what it held ends with it."""

    def __init__(self, data: Path) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        if not program:
            raise SystemExit("Install redis-server or valkey-server to lose a shared memory.")
        self._port = free_port()
        self._command = [program, "--port", str(self._port), "--bind", "127.0.0.1",
                         "--save", "", "--appendonly", "no"]  # fmt: skip
        secret = data / "memory-secret"
        secret.write_bytes(secrets.token_bytes(32))
        self.settings = {
            "BOT_MEMORY_URL": f"redis://127.0.0.1:{self._port}/0",
            "BOT_MEMORY_SECRET_FILE": str(secret),
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin, empty."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        """End at once."""
        self._process.kill()
        self._process.wait()

    def signalled(self, number: int) -> None:
        """Stand still, or go on: while it stands still, connections open and nobody answers."""
        self._process.send_signal(number)


def memory_lost(server: TelegramServer, data: Path) -> Row:
    """The shared memory is killed, and comes back empty four seconds later."""
    load = Load(server)
    with MemoryServer(data) as memory, Running.ours(server, data, **memory.settings) as bot:
        began = _once_it_answers(load, bot)
        memory.stop()
        time.sleep(AWAY_SECONDS)
        memory.start()
        ended = time.monotonic()
        load.finished(bot)
    return Row("shared memory killed, back empty after 4 s", 1, load,
               [load.first_answer_after(ended)], _waited(load, began))  # fmt: skip


def memory_hangs(server: TelegramServer, data: Path) -> Row:
    """The shared memory takes connections and never answers, for four seconds."""
    load = Load(server)
    with MemoryServer(data) as memory, Running.ours(server, data, **memory.settings) as bot:
        began = _once_it_answers(load, bot)
        memory.signalled(signal.SIGSTOP)
        time.sleep(AWAY_SECONDS)
        memory.signalled(signal.SIGCONT)
        ended = time.monotonic()
        load.finished(bot)
    return Row("shared memory hangs for 4 s", 1, load,
               [load.first_answer_after(ended)], _waited(load, began))  # fmt: skip


def database_restarted(server: TelegramServer, data: Path) -> Row:
    """PostgreSQL is stopped at once, and started again four seconds later."""
    load, url = Load(server), _database_url()
    with Running.ours(server, data, BOT_DATABASE_URL=url) as bot:
        began = _once_it_answers(load, bot)
        _cluster("stop", "--mode", "immediate")
        time.sleep(AWAY_SECONDS)
        _cluster("start")
        ended = time.monotonic()
        load.finished(bot)
        recovery = load.first_answer_after(ended)
        bot.stop()
    remark = f"{_waited(load, began)}; counted {_counted(url)} in the end"
    return Row("PostgreSQL stopped for 4 s", 1, load, [recovery], remark)


def connections_killed(server: TelegramServer, data: Path) -> Row:
    """PostgreSQL ends every connection, five times."""
    load, url = Load(server), _database_url()
    with Running.ours(server, data, BOT_DATABASE_URL=url) as bot:
        began = _once_it_answers(load, bot)
        for _ in range(5):
            time.sleep(1.5)
            with psycopg.connect(url, autocommit=True) as inside:
                inside.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        ended = time.monotonic()
        load.finished(bot)
        recovery = load.first_answer_after(ended)
        bot.stop()
    remark = f"{_waited(load, began)}; counted {_counted(url)} in the end"
    return Row("PostgreSQL ends its connections", 5, load, [recovery], remark)


def one_replica_killed(server: TelegramServer, data: Path) -> Row:
    """kill -9 of one of two replicas, which does not come back."""
    load = Load(server)
    with Replicas(server, data, 2) as replicas:
        began = _once_it_answers(load, replicas)
        replicas.kill(1)
        ended = time.monotonic()
        load.finished(replicas)
    return Row("webhook: kill -9 of one of two replicas", 1, load,
               [load.first_answer_after(ended)], _waited(load, began))  # fmt: skip


def balancer_gone(server: TelegramServer, data: Path) -> Row:
    """Nobody is at the webhook's address for five seconds."""
    load = Load(server)
    with Replicas(server, data, 2) as replicas:
        began = _once_it_answers(load, replicas)
        replicas.balancer.stop()
        time.sleep(5.0)
        replicas.balancer.start()
        ended = time.monotonic()
        load.finished(replicas)
    return Row("webhook: balancer gone for 5 s", 1, load,
               [load.first_answer_after(ended)], _waited(load, began))  # fmt: skip


def told_late(server: TelegramServer, data: Path) -> Row:
    """For four seconds what is done is told so late that Telegram has given up, and comes again."""
    load, patience = Load(server), pushing.ANSWER_SECONDS
    pushing.ANSWER_SECONDS = 2.0
    try:
        with Replicas(server, data, 2) as replicas:
            began = _once_it_answers(load, replicas)
            replicas.balancer.holds_back = 3.0
            time.sleep(AWAY_SECONDS)
            replicas.balancer.holds_back = 0.0
            ended = time.monotonic()
            load.finished(replicas)
    finally:
        pushing.ANSWER_SECONDS = patience
    late = sum(each.status == 0 for each in server.deliveries)
    return Row("webhook: Telegram told 200 too late", late, load,
               [load.first_answer_after(ended)], _waited(load, began))  # fmt: skip


def _once_it_answers(load: Load, bot: Bot) -> float:
    """Let people write once the bot answers; the moment they began, a few seconds ago."""
    load.writes(1, rate=0)
    bot.waits_until(lambda: load.lost == 0)
    began = time.monotonic()
    load.writes(PEOPLE, rate=RATE)
    time.sleep(BEFORE_SECONDS)
    return began


def _waited(load: Load, began: float) -> str:
    return f"nobody waited longer than {load.longest_wait(began):.1f} s"


def _database_url() -> str:
    """An empty database of the server that pg_virtualenv has started."""
    if "PGHOST" not in os.environ:
        raise SystemExit("Run it as: pg_virtualenv -o fsync=off python -m benchmarks.faults …")
    name = f"counts_{secrets.token_hex(4)}"
    with psycopg.connect(dbname="postgres", autocommit=True) as inside:
        inside.execute(f"CREATE DATABASE {name}".encode())
    known = {key: os.environ[f"PG{key.upper()}"] for key in ("user", "password", "host", "port")}
    return "postgresql://{user}:{password}@{host}:{port}/".format(**known) + name


def _cluster(*what: str) -> None:
    """Stop or start that server, and no other of this machine."""
    listed = subprocess.run(
        ["pg_lsclusters", "--no-header"], check=True, capture_output=True, text=True
    ).stdout
    clusters = (line.split() for line in listed.splitlines())
    version, name = next(each[:2] for each in clusters if each[2] == os.environ["PGPORT"])
    subprocess.run(["pg_ctlcluster", version, name, *what], check=True)


def _counted(url: str) -> int:
    driver = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return sum(row.times for row in read_counts(driver))
