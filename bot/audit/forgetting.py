"""The process forgets: its whole memory is searched before and after it has replaced itself."""

from __future__ import annotations

import time
from collections import Counter

from bot.audit.canaries import Find, said
from bot.audit.people import People
from bot.audit.places import UnreadableError, memory_of, stack_of
from bot.audit.report import Row, Verdict, searched
from bot.audit.stage import Scene
from bot.privacy.log import Event

# What BOT_FORGET_SECONDS is in an audit, in place of half an hour.
FORGET_SECONDS = 6
# How long replacing itself may take on a slow machine, and settling down afterwards.
GRACE_SECONDS = 20.0
SETTLE_SECONDS = 0.5
# A running bot holds its token.
WITHOUT = ("token",)


def forgets(scene: Scene, people: People) -> None:
    """Search the memory while people write, and again after the forgetting time."""
    try:
        before = _in_the_midst(scene, people)
        last = time.monotonic()
        renewed = _wait_for_renewal(scene, people)
        time.sleep(max(0.0, last + FORGET_SECONDS - time.monotonic()))
        found, size = _search(scene)
    except UnreadableError as error:
        scene.seen.append(Row("memory of the process", str(error), Verdict.UNSURE))
        return
    except TimeoutError:
        scene.seen.append(Row("memory of the process", "the bot did not answer", Verdict.UNSURE))
        return
    if not renewed:
        what = f"process replaces itself within {FORGET_SECONDS} s"
        scene.seen.append(Row(what, "FOUND that it does not", Verdict.FOUND))
    scene.seen.append(before)
    after = f"memory {time.monotonic() - last:.0f} s after the last message, {size >> 20} MiB"
    scene.seen.append(searched(after, found))


def _in_the_midst(scene: Scene, people: People) -> Row:
    """The memory right after people wrote; it shows that the search can find something."""
    found: Counter[Find] = Counter()
    size = 0
    # It may have replaced itself just then.
    for _ in range(2):
        people.burst()
        found, size = _search(scene)
        if found:
            break
    what = f"memory while people write, {size >> 20} MiB"
    if not found:
        return Row(what, "nothing yet, so the search proves nothing", Verdict.UNSURE)
    by_kind: Counter[Find] = Counter()
    for find, times in found.items():
        by_kind[Find(find.kind, "any form")] += times
    outcome = f"{found.total()} places, as expected: {said(by_kind)}".replace(" (any form)", "")
    return Row(what, outcome)


def _wait_for_renewal(scene: Scene, people: People) -> bool:
    """Whether the process took its own place in time, and is back at work."""
    pid, words = scene.process.pid, Event.RENEWING.words.encode()
    stack, times = stack_of(pid), scene.process.said.count(words)
    starts = len(people.server.called("getMe"))
    until = time.monotonic() + FORGET_SECONDS + GRACE_SECONDS
    while time.monotonic() < until:
        is_new = stack_of(pid) != stack or scene.process.said.count(words) > times
        if is_new and len(people.server.called("getMe")) > starts:
            time.sleep(SETTLE_SECONDS)
            return True
        time.sleep(0.05)
    return False


def _search(scene: Scene) -> tuple[Counter[Find], int]:
    found: Counter[Find] = Counter()
    size = 0
    with scene.process.held():
        for chunk in memory_of(scene.process.pid):
            found += scene.canaries.found_in(chunk, short=False, without=WITHOUT)
            size += len(chunk)
    return found, size
