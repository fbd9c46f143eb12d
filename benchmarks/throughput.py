"""Updates a second of the whole bot beside a bare echo bot: python -m benchmarks.throughput

Both run by turns on the same loopback server in the same run. Three measures:

- a backlog: so many questions wait when the bot starts; answers a second between the first and
  the last answer, and processor time for each;
- Telegram's own limit: 30 questions a second arrive; how long each waits for its answer, and how
  much of a core that takes;
- the start: from starting the process to its first answer.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.replicas import Replicas, webhook_of
from benchmarks.running import Running, built_folder, questions
from tests.program import free_port
from tests.telegram_server import TelegramServer

PEOPLE = 200
STEADY_RATE = 30.0
ANSWERS = ("sendMessage",)

Bot = Running | Replicas
Start = Callable[[TelegramServer, Path], Bot]


@dataclass
class Measured:
    """What one bot showed, a number for each round."""

    per_second: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)
    core_share: list[float] = field(default_factory=list)
    resident_mib: list[float] = field(default_factory=list)


# What is compared.
MODES: dict[str, Start] = {
    "ours, polling": Running.ours,
    "echo, polling": lambda server, _: Running.echo(server),
    "ours, webhook": lambda server, data: Replicas(server, data, 1),
    "echo, webhook": lambda server, _: Running.echo(
        server, **webhook_of(f"127.0.0.1:{free_port()}")
    ),
    "ours, two replicas": lambda server, data: Replicas(server, data, 2),
}
# Each is measured by the echo bot that gets its updates in the same way.
MEASURED_BY = {name: name.replace("ours", "echo") for name in MODES} | {
    "ours, two replicas": "echo, webhook"
}


@contextmanager
def beside_server(start: Start, waiting: list[str]) -> Iterator[tuple[TelegramServer, Bot]]:
    """A fresh server where these texts wait, and a bot that has just been started beside it."""
    with tempfile.TemporaryDirectory() as folder, TelegramServer() as server:
        _write(server, waiting)
        with start(server, Path(folder)) as bot:
            yield server, bot


def backlog(start: Start, texts: list[str], measured: Measured) -> None:
    """Let all texts wait before the bot starts, and see how fast they are answered."""
    with beside_server(start, texts) as (server, bot):
        # The first twentieth is left out: caches fill, connections open.
        bot.waits_until(lambda: _said(server, len(texts)) >= len(texts) // 20)
        began, spent, before = time.monotonic(), bot.processor_seconds, _said(server, len(texts))
        bot.waits_until(lambda: _said(server, len(texts)) >= len(texts) and server.waiting == 0)
        took = [call.at for call in server.calls if call.method in ANSWERS][-1] - began
        count = len(texts) - before
        measured.per_second.append(count / took)
        measured.processor_ms.append((bot.processor_seconds - spent) / count * 1000)
        measured.resident_mib.append(bot.resident_mib)


def steady(start: Start, texts: list[str], measured: Measured) -> None:
    """Send 30 questions a second, each by somebody else, and see how long each one waits."""
    with beside_server(start, texts[:1]) as (server, bot):
        bot.waits_until(lambda: bool(server.called("sendMessage")))
        measured.ready.append(server.called("sendMessage")[0].at - bot.started)
        _write(server, texts[:20])
        bot.waits_until(lambda: _said(server, 21) >= 21 and server.waiting == 0)
        spent, began = bot.processor_seconds, time.monotonic()
        asked: dict[str, float] = {}
        for number, text in enumerate(texts):
            time.sleep(max(0.0, began + number / STEADY_RATE - time.monotonic()))
            person = server.person(10_000 + number)
            asked[str(person.id)] = time.monotonic()
            person.writes(text)
        every = 21 + len(texts)
        bot.waits_until(lambda: _said(server, every) >= every and server.waiting == 0)
        took = time.monotonic() - began
        measured.core_share.append((bot.processor_seconds - spent) / took)
        for call in server.calls:
            written = asked.pop(str(call.params.get("chat_id")), None)
            if written is not None and call.method in ANSWERS:
                measured.waits_ms.append((call.at - written) * 1000)
        if asked:
            raise RuntimeError(f"{len(asked)} of {len(texts)} were not answered")


def _write(server: TelegramServer, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        server.person(100 + number % PEOPLE).writes(text)


def _said(server: TelegramServer, written: int) -> int:
    """How many messages the bot has sent where people have written so many."""
    return server.world.last_message - written


def table(found: dict[str, Measured]) -> str:
    """What was measured, as a Markdown table; the ratio is the median of the rounds'."""
    rows = [
        "| | updates/s | of its echo | ms processor | wait p50 ms | p99 | of a core at 30/s "
        "| first answer after s | resident MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        speed, echo = one.per_second, found[MEASURED_BY[name]].per_second
        ratios = [ours / theirs for ours, theirs in zip(speed, echo, strict=True)]
        rows.append(
            f"| {name} | {statistics.median(speed):.0f} ({min(speed):.0f}–{max(speed):.0f}) "
            f"| {statistics.median(ratios):.0%} ({min(ratios):.0%}–{max(ratios):.0%}) "
            f"| {statistics.median(one.processor_ms):.2f} "
            f"| {np.percentile(one.waits_ms, 50):.1f} | {np.percentile(one.waits_ms, 99):.1f} "
            f"| {statistics.median(one.core_share):.0%} | {statistics.median(one.ready):.2f} "
            f"| {max(one.resident_mib):.0f} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.throughput")
    arguments.add_argument("--updates", type=int, default=2_000, help="waiting in each round")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=10, help="of 30 a second, each round")
    given = arguments.parse_args()
    built_folder()
    known = questions()
    waiting = [known[number % len(known)] for number in range(given.updates)]
    arriving = waiting[: int(given.seconds * STEADY_RATE)]
    found = {name: Measured() for name in MODES}
    for turn in range(given.rounds):
        for name, start in MODES.items():
            print(f"round {turn + 1} of {given.rounds}: {name} …", flush=True)
            backlog(start, waiting, found[name])
            steady(start, arriving, found[name])
    print(table(found))


if __name__ == "__main__":
    main()
