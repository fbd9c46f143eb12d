"""By hand: `python -m tests.fuzz --updates 200000`; exit status 1 where something went wrong."""

from __future__ import annotations

import argparse
import sys
import time
from random import Random

from bot.conversation.assistant import Assistant
from bot.domain import Question
from bot.knowledge.store import Store
from tests.conftest import STORE
from tests.fuzz.texts import HOSTILE, LONGEST
from tests.fuzz.trial import Trial, made

STEP = 2_000


def main() -> None:
    """Try so many updates, with a line for every twentieth of them, and print the tally."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz")
    arguments.add_argument("--updates", type=int, default=200_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    if not STORE.exists():
        sys.exit("Build the folder first: make build")
    assistant = Assistant(Store.load(STORE))
    slowest = max(_milliseconds(assistant, text) for text in HOSTILE)
    print(f"slowest answer to a hostile text of {LONGEST} characters: {slowest:.0f} ms", flush=True)
    trial, chance, began = Trial(assistant), Random(given.seed), time.monotonic()
    done = shown = 0
    while done < given.updates:
        count = min(STEP, given.updates - done)
        trial.run(made(chance, count, first_id=done + 1))
        done += count
        if done - shown >= given.updates / 20:
            shown = done
            print(f"{done} of {given.updates}, {time.monotonic() - began:.0f} s", flush=True)
    tally = trial.tally
    for kind, count in tally.tried.most_common():
        print(f"  {kind}: {count}")
    print(f"updates tried: {sum(tally.tried.values())}, in {time.monotonic() - began:.0f} s")
    print(f"people who wrote to the bot: {tally.asked}, unanswered: {len(tally.unanswered)}")
    print(f"crashes: {trial.crashes}, faults said of right updates: {tally.faults_of_right_ones}")
    print(f"of wrong ones, caught and said without a word of them: {tally.faults.total()}")
    print(f"refused by Telegram: {tally.refused.total()}, unconfirmed: {tally.unconfirmed}")
    print(f"leaks: {len(tally.leaks)}")
    for refusal, count in tally.refused.most_common(5):
        print(f"refused {count} times: {refusal}")
    for update in tally.unanswered[:3]:
        print(f"unanswered: {update[:2_000]}")
    sys.exit(0 if tally.is_clean and not trial.crashes else 1)


def _milliseconds(assistant: Assistant, text: str) -> float:
    """Processor time for one answer, the best of five."""
    asked, times = Question((text * LONGEST)[:LONGEST]), []
    for _ in range(5):
        began = time.process_time()
        assistant.reply_to(asked)
        times.append(time.process_time() - began)
    return min(times) * 1_000


if __name__ == "__main__":
    main()
