"""What becomes of people's questions when things go wrong: python -m benchmarks.faults [name …]

Each fault is done to the real program, `python -m bot run`, beside the loopback server, while
people write; each person writes once. "Lost" are people without an answer; "repeated" are answers
that somebody got once more. The time to recover runs from the end of the fault (for a kill: from
the new start) to the next answer.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import servers, surroundings
from benchmarks.fault_row import HEAD, Row
from benchmarks.load import Load
from benchmarks.running import Running, built_folder
from tests.telegram_server import TelegramServer

RATE = 60.0


def kills(server: TelegramServer, data: Path) -> Row:
    """kill -9 at 50 random moments while questions wait and arrive."""
    load, chance, recovery = Load(server), random.Random(9), []
    for _ in range(50):
        load.writes(40, rate=0)
        with Running.ours(server, data) as bot:
            bot.waits_until(lambda begun=bot.started: load.first_answer_after(begun) > 0)
            recovery.append(load.first_answer_after(bot.started))
            load.writes(20, rate=200)
            time.sleep(chance.uniform(0.0, 0.25))
            bot.kill()
    with Running.ours(server, data) as bot:
        load.finished(bot)
    return Row("kill -9 at a random moment", 50, load, recovery)


def of_telegram(name: str, kind: str, status: int = 500) -> Callable[..., Row]:
    """Telegram, or the way to it, fails 30 messages and 4 fetches in a row."""

    def fault(server: TelegramServer, data: Path) -> Row:
        load = Load(server)
        with Running.ours(server, data) as bot:
            load.writes(300, rate=RATE)
            time.sleep(2.0)
            server.fails_next(30, method="sendMessage", status=status, kind=kind)
            server.fails_next(4, method="getUpdates", status=status, kind=kind)
            bot.waits_until(lambda: server.planned_faults == 0)
            ended = time.monotonic()
            load.finished(bot)
        return Row(name, 34, load, [load.first_answer_after(ended)])

    fault.__doc__ = name
    return fault


def one_chat_waits(server: TelegramServer, data: Path) -> Row:
    """429 for one chat, 5 seconds."""
    load = Load(server)
    with Running.ours(server, data) as bot:
        load.writes(1, rate=0)
        bot.waits_until(lambda: load.lost == 0)
        server.person(1_001).must_wait(5.0)
        began = time.monotonic()
        load.writes(300, rate=RATE)
        load.finished(bot)
    calls = {call.params["chat_id"]: call.at for call in server.called("sendMessage")}
    waited = float(calls[1_001 if 1_001 in calls else "1001"]) - began
    remark = f"that chat waited {waited:.1f} s, the others did not"
    return Row("429 for one chat, 5 s", 1, load, remark=remark)


def two_pollers(server: TelegramServer, data: Path) -> Row:
    """A second bot with the same token, for 10 seconds."""
    load = Load(server)
    with Running.ours(server, data) as bot:
        load.writes(1, rate=0)
        bot.waits_until(lambda: load.lost == 0)
        load.writes(900, rate=RATE)
        with Running.ours(server, data) as other:
            time.sleep(10.0)
            said = other.stop()[2]
        ended = time.monotonic()
        load.finished(bot)
        said += bot.stop()[2]
    clear = "another program fetches the messages of this bot" in said
    remark = "said in one clear line" if clear else "NOT SAID"
    return Row("two pollers (409)", 1, load, [load.first_answer_after(ended)], remark)


def never_answers(server: TelegramServer, data: Path) -> Row:
    """Telegram takes requests and never answers."""
    load = Load(server)
    with Running.ours(server, data) as bot:
        load.writes(300, rate=RATE)
        time.sleep(2.0)
        began = time.monotonic()
        server.fails_next(8, method="sendMessage", kind="hang")
        server.fails_next(1, method="getUpdates", kind="hang")
        load.finished(bot, seconds=300)
        took = time.monotonic() - began
    return Row("a request is never answered", 9, load, remark=f"all answered after {took:.0f} s")


def told_to_stop(server: TelegramServer, data: Path) -> Row:
    """SIGTERM while questions wait and arrive."""
    load, recovery, took = Load(server), [], []
    for _ in range(5):
        load.writes(300, rate=0)
        with Running.ours(server, data) as bot:
            bot.waits_until(lambda begun=bot.started: load.first_answer_after(begun) > 0)
            recovery.append(load.first_answer_after(bot.started))
            load.writes(50, rate=200)
            time.sleep(0.1)
            status, seconds, _ = bot.stop()
            took.append(seconds)
            if status:
                raise RuntimeError(f"it ended with {status}")
    with Running.ours(server, data) as bot:
        load.finished(bot)
    remark = f"left within {max(took):.1f} s"
    return Row("SIGTERM under load", 5, load, recovery, remark)


def one_floods(server: TelegramServer, data: Path) -> Row:
    """One chat writes 10,000 messages at once; how long others wait."""
    load = Load(server)
    flooder = server.person(7)
    with Running.ours(server, data) as bot:
        load.writes(1, rate=0)
        bot.waits_until(lambda: load.lost == 0)
        load.writes(300, rate=RATE)
        time.sleep(1.0)
        for _ in range(10_000):
            flooder.writes("a")
        ended = time.monotonic()
        behind = server.person(8)
        behind.writes("hello")
        behind.answer(seconds=60)
        waited = time.monotonic() - ended
        load.finished(bot)
        got = sum(each.from_bot for each in flooder.chat())
        remark = (
            f"who wrote right behind it waited {waited:.1f} s; the flooder got {got} answers; "
            f"{bot.resident_mib:.0f} MiB resident"
        )
    return Row("10,000 messages of one chat", 1, load, remark=remark)


def one_types_inline(server: TelegramServer, data: Path) -> Row:
    """One person types 10,000 inline queries at once; how long others wait."""
    load = Load(server)
    typing = server.person(7)
    with Running.ours(server, data) as bot:
        load.writes(1, rate=0)
        bot.waits_until(lambda: load.lost == 0)
        began = time.monotonic()
        load.writes(300, rate=RATE)
        time.sleep(1.0)
        for _ in range(10_000):
            typing.types("toronto library")
        load.finished(bot)
    offers = sum(call.status == 200 for call in server.called("answerInlineQuery"))
    waited = f"nobody waited longer than {load.longest_wait(began):.1f} s"
    remark = f"{waited}; {offers} of them were answered"
    return Row("10,000 inline queries of one person", 1, load, remark=remark)


def a_thousand_chats(server: TelegramServer, data: Path) -> Row:
    """A thousand people write at once, ten times."""
    load = Load(server)
    with Running.ours(server, data) as bot:
        load.writes(1, rate=0)
        bot.waits_until(lambda: load.lost == 0)
        before = bot.resident_mib
        for _ in range(10):
            load.writes(1_000, rate=0)
        began = time.monotonic()
        load.finished(bot)
        took, grown = time.monotonic() - began, bot.resident_mib - before
    remark = f"all answered in {took:.0f} s; {grown:+.0f} MiB"
    return Row("10,000 people at once", 1, load, remark=remark)


FAULTS: dict[str, Callable[[TelegramServer, Path], Row]] = {
    "kills": kills,
    "stop": told_to_stop,
    "500": of_telegram("500 from Telegram", "status", 500),
    "502": of_telegram("502 from Telegram", "status", 502),
    "dropped": of_telegram("dropped connections", "drop"),
    "lost": of_telegram("done, but the answer never comes", "lost"),
    "garbage": of_telegram("garbage bodies", "garbage"),
    "hang": never_answers,
    "429": one_chat_waits,
    "409": two_pollers,
    "clock": surroundings.clock_jumps,
    "disk": surroundings.full_disk,
    "locked": surroundings.locked_counts,
    "gone": surroundings.lost_counts,
    "build": surroundings.bad_build,
    "mistakes": surroundings.mistakes_in_the_folder,
    "flood": one_floods,
    "inline": one_types_inline,
    "crowd": a_thousand_chats,
    "memory-lost": servers.memory_lost,
    "memory-hangs": servers.memory_hangs,
    "database-stopped": servers.database_restarted,
    "database-cut": servers.connections_killed,
    "replica": servers.one_replica_killed,
    "balancer": servers.balancer_gone,
    "late": servers.told_late,
}


def main() -> None:
    """Do every fault that was named, or all of them, and print the table as it grows."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.faults")
    arguments.add_argument("names", nargs="*", choices=[[], *FAULTS], default=[])
    given = arguments.parse_args()
    built_folder()
    print(HEAD)
    lost = 0
    for name in given.names or FAULTS:
        with tempfile.TemporaryDirectory() as folder, TelegramServer() as server:
            row = FAULTS[name](server, Path(folder))
            print(row, flush=True)
            lost += row.load.lost
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
