"""Whether memory stays flat: python -m benchmarks.endurance --updates 200000 --people 50000

People write real questions to the real program without a pause; its resident memory is read as it
goes. The process would start anew after twenty minutes of work, so what is measured is one life.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.running import Running, built_folder, questions
from tests.telegram_server import TelegramServer

# So many wait at most; the server forgets what is done, or its own memory would be measured.
STEP = 1_000


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.endurance")
    arguments.add_argument("--updates", type=int, default=200_000)
    arguments.add_argument("--people", type=int, default=50_000)
    given = arguments.parse_args()
    built_folder()
    texts = questions()
    print("| updates | resident MiB | updates/s |\n|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as folder,
        TelegramServer() as server,
        Running.ours(server, Path(folder)) as bot,
    ):
        began, seen, unanswered = time.monotonic(), [], 0
        for done in range(0, given.updates, STEP):
            for number in range(done, done + STEP):
                person = server.person(1_000 + number % given.people)
                person.writes(texts[number % len(texts)])
            bot.waits_until(lambda: server.waiting == 0, seconds=600)
            unanswered += STEP - len(server.called("sendMessage"))
            _forget(server)
            seen.append(bot.resident_mib)
            if (done // STEP) % max(1, given.updates // STEP // 20) == 0:
                rate = (done + STEP) / (time.monotonic() - began)
                print(f"| {done + STEP} | {seen[-1]:.1f} | {rate:.0f} |", flush=True)
    # The first tenth fills caches, and the short memory with all the people.
    settled = seen[len(seen) // 10 :]
    print(f"unanswered: {unanswered}; memory after the first tenth: {min(settled):.1f} to "
          f"{max(settled):.1f} MiB, at the end {seen[-1] - settled[0]:+.1f}")  # fmt: skip


def _forget(server: TelegramServer) -> None:
    with server.world.changed:
        server.calls.clear()
        server.world.messages.clear()
        server.world.people.clear()


if __name__ == "__main__":
    main()
