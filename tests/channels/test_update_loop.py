"""The update loop: what is confirmed when, in what order, and how it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from telegram import Chat, Message, Update
from telegram.error import Conflict, InvalidToken, NetworkError

from bot.channels.telegram import lanes, patience, update_loop
from bot.channels.telegram.patience import Patience
from bot.channels.telegram.update_loop import UpdateLoop
from bot.privacy.metrics import Metrics


class Queue:
    """Updates as Telegram keeps them: those before the offset are gone once it is asked for."""

    def __init__(self, *chats: int) -> None:
        self.updates = [_update(number, chat) for number, chat in enumerate(chats, start=1)]
        self.faults: list[Exception] = []
        self.offsets: list[int] = []
        self.polls = 0

    async def fetch(self, offset: int, *, seconds: int, limit: int = 100) -> list[Update]:
        self.polls += 1
        if self.faults:
            raise self.faults.pop()
        self.offsets.append(offset)
        self.updates = [each for each in self.updates if each.update_id >= offset]
        if not self.updates:
            await asyncio.sleep(min(seconds, 0.02))
        await asyncio.sleep(0)
        return self.updates[:limit]


def _update(number: int, chat: int) -> Update:
    message = Message(number, None, Chat(chat, Chat.PRIVATE))  # type: ignore[arg-type]  # no date
    return Update(number, message=message)


class Handler:
    """Notes what it is given; does whatever `does` says first."""

    def __init__(self, does: Callable[[Update, Patience], Awaitable[None]] | None = None) -> None:
        self.done: list[int] = []
        self.at_once = self.most_at_once = 0
        self._does = does

    async def __call__(self, update: Update, patience: Patience) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self._does:
                await self._does(update, patience)
            self.done.append(update.update_id)
        finally:
            self.at_once -= 1


async def run(queue: Queue, handler: Handler, until: Callable[[], bool]) -> UpdateLoop:
    """Run a loop until something holds, then stop it."""
    stop = asyncio.Event()
    loop = UpdateLoop(queue, handler, Metrics(dict, int))
    running = asyncio.ensure_future(loop.run(stop))
    deadline = time.monotonic() + 10
    while not until() and not running.done():
        assert time.monotonic() < deadline, "it does not come to pass"
        await asyncio.sleep(0.005)
    stop.set()
    await running
    return loop


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_loop, "LOOK_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(update_loop, "TWO_POLLERS_SECONDS", 0.01)
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.01)


async def test_every_update_is_handled_once_and_confirmed() -> None:
    queue, handler = Queue(*range(250)), Handler()
    await run(queue, handler, lambda: len(handler.done) == 250)
    assert sorted(handler.done) == list(range(1, 251))
    assert queue.offsets[-1] == 251
    assert not queue.updates


async def test_more_is_fetched_before_the_last_are_handled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(update_loop, "LOOK_AGAIN_SECONDS", 60.0)
    queue, later = Queue(*range(120)), asyncio.Event()

    async def some_hang(update: Update, _: Patience) -> None:
        if update.update_id == 110:
            later.set()
        elif 90 < update.update_id <= 100:
            await later.wait()

    handler = Handler(some_hang)
    await run(queue, handler, lambda: len(handler.done) == 120)
    assert queue.offsets[:2] == [0, 91]


async def test_where_a_fetch_brings_nothing_new_the_next_one_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(update_loop, "LOOK_AGAIN_SECONDS", 60.0)
    queue, later = Queue(*range(150)), asyncio.Event()

    async def first_hangs(update: Update, _: Patience) -> None:
        if update.update_id == 1:
            await later.wait()

    handler = Handler(first_hangs)
    stop = asyncio.Event()
    running = asyncio.ensure_future(UpdateLoop(queue, handler, Metrics(dict, int)).run(stop))
    while len(handler.done) < 99:
        await asyncio.sleep(0)
    for _ in range(1_000):
        await asyncio.sleep(0)
    assert queue.polls == 2
    later.set()
    while len(handler.done) < 150:
        await asyncio.sleep(0)
    stop.set()
    await running


async def test_a_chat_without_a_proper_id_stops_nobody() -> None:
    queue, handler = Queue(1, 2, 3), Handler()
    queue.updates[1] = _update(2, [9, 9])  # type: ignore[arg-type]  # an odd id is the point
    await run(queue, handler, lambda: len(handler.done) == 3)
    assert queue.offsets[-1] == 4


async def test_nothing_is_confirmed_before_it_is_handled() -> None:
    handled: set[int] = set()
    queue = Queue(*(number % 40 for number in range(300)))

    async def slowly(update: Update, _: Patience) -> None:
        await asyncio.sleep(0.001 * (update.update_id % 7))
        handled.add(update.update_id)

    fetch = queue.fetch

    async def watched(offset: int, *, seconds: int, limit: int = 100) -> list[Update]:
        assert set(range(1, offset)) <= handled
        return await fetch(offset, seconds=seconds, limit=limit)

    queue.fetch = watched  # type: ignore[method-assign]  # watched
    handler = Handler(slowly)
    await run(queue, handler, lambda: len(handler.done) == 300)
    assert len(handler.done) == len(set(handler.done)) == 300


async def test_what_is_finished_during_a_fetch_is_not_handled_again() -> None:
    async def slowly(update: Update, _: Patience) -> None:
        await asyncio.sleep(0.015)

    queue, handler = Queue(1, 2), Handler(slowly)
    fetch = queue.fetch

    async def late(offset: int, *, seconds: int, limit: int = 100) -> list[Update]:
        updates = await fetch(offset, seconds=seconds, limit=limit)
        await asyncio.sleep(0.05)
        return updates

    queue.fetch = late  # type: ignore[method-assign]  # watched
    await run(queue, handler, lambda: queue.polls > 5)
    assert sorted(handler.done) == [1, 2]


async def test_ids_may_begin_anew_lower() -> None:
    queue, handler = Queue(), Handler()
    queue.updates = [_update(900, 1)]

    async def fetch(offset: int, *, seconds: int, limit: int = 100) -> list[Update]:
        queue.updates = [each for each in queue.updates if each.update_id != offset - 1]
        await asyncio.sleep(0.005)
        return list(queue.updates)

    queue.fetch = fetch  # type: ignore[method-assign]  # watched
    asyncio.get_running_loop().call_later(0.05, lambda: queue.updates.append(_update(17, 1)))
    await run(queue, handler, lambda: 17 in handler.done)
    assert handler.done == [900, 17]


async def test_a_chat_keeps_its_order_while_chats_go_side_by_side() -> None:
    async def jittery(update: Update, _: Patience) -> None:
        await asyncio.sleep(0.002 * (update.update_id % 3))

    queue, handler = Queue(*(number % 30 for number in range(90))), Handler(jittery)
    await run(queue, handler, lambda: len(handler.done) == 90)
    for chat in range(30):
        of_chat = [each for each in handler.done if (each - 1) % 30 == chat]
        assert of_chat == sorted(of_chat)
    assert 1 < handler.most_at_once <= lanes.CHATS_AT_ONCE


async def test_a_handler_that_fails_costs_only_its_own_update(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def picky(update: Update, _: Patience) -> None:
        if update.update_id == 2:
            raise KeyError(987654321012)

    queue, handler = Queue(1, 1, 1), Handler(picky)
    await run(queue, handler, lambda: 3 in handler.done)
    assert handler.done == [1, 3]
    assert queue.offsets[-1] == 4
    assert capsys.readouterr().err == "withoutfear: an answer failed (KeyError)\n"


async def test_a_handler_that_hangs_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Patience.__init__, "__defaults__", (0.05,))

    async def hanging(update: Update, _: Patience) -> None:
        if update.update_id == 1:
            await asyncio.sleep(60)

    queue, handler = Queue(1, 1, 2), Handler(hanging)
    await run(queue, handler, lambda: 2 in handler.done)
    assert handler.done == [3, 2]
    assert queue.offsets[-1] == 4
    assert "took too long" in capsys.readouterr().err


async def test_waiting_takes_neither_a_slot_nor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patience.__init__, "__defaults__", (0.05,))

    async def told_to_wait(update: Update, patience: Patience) -> None:
        if update.update_id <= 20:
            await patience.wait(0.2)

    queue, handler = Queue(*range(40)), Handler(told_to_wait)
    await run(queue, handler, lambda: len(handler.done) == 40)
    assert set(handler.done[:20]) == set(range(21, 41))


async def test_updates_that_wait_are_not_confirmed_until_they_fill_a_fetch() -> None:
    release = asyncio.Event()

    async def held(update: Update, patience: Patience) -> None:
        while update.effective_chat and update.effective_chat.id == 1 and not release.is_set():
            await patience.wait(0.005)

    queue, handler = Queue(1, *range(2, 52)), Handler(held)
    loop = UpdateLoop(queue, handler, Metrics(dict, int))
    stop = asyncio.Event()
    running = asyncio.ensure_future(loop.run(stop))
    await asyncio.sleep(0.1)
    assert len(handler.done) == 50
    assert set(queue.offsets) == {0}
    queue.updates += [_update(number, 1_000 + number) for number in range(52, 302)]
    await asyncio.sleep(0.3)
    assert len(handler.done) == 300
    assert queue.offsets[-1] > 1
    release.set()
    await asyncio.sleep(0.05)
    assert 1 in handler.done
    stop.set()
    await running
    assert len(handler.done) == len(set(handler.done)) == 301


async def test_slow_handlers_are_never_stepped_over() -> None:
    release = asyncio.Event()

    async def slow(update: Update, _: Patience) -> None:
        await release.wait()

    queue, handler = Queue(*range(300)), Handler(slow)
    loop = UpdateLoop(queue, handler, Metrics(dict, int))
    stop = asyncio.Event()
    running = asyncio.ensure_future(loop.run(stop))
    await asyncio.sleep(0.1)
    assert set(queue.offsets) == {0}
    release.set()
    await asyncio.sleep(0.2)
    stop.set()
    await running
    assert sorted(handler.done) == list(range(1, 301))


async def test_stopping_finishes_what_was_fetched_and_confirms_it() -> None:
    async def slowly(update: Update, _: Patience) -> None:
        await asyncio.sleep(0.1)

    queue, handler = Queue(*range(10)), Handler(slowly)
    await run(queue, handler, lambda: handler.at_once > 0)
    assert sorted(handler.done) == list(range(1, 11))
    assert queue.offsets[-1] == 11


async def test_what_cannot_be_finished_in_time_is_left_to_come_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(update_loop, "DRAIN_SECONDS", 0.05)

    async def hanging(update: Update, _: Patience) -> None:
        if update.update_id == 2:
            await asyncio.sleep(60)

    queue, handler = Queue(1, 2, 3), Handler(hanging)
    await run(queue, handler, lambda: len(handler.done) == 2)
    assert queue.offsets[-1] == 2
    assert [each.update_id for each in queue.updates] == [2, 3]
    assert "Telegram brings it again" in capsys.readouterr().err


async def test_stopping_does_not_wait_for_a_long_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue()

    async def never(offset: int, *, seconds: int, limit: int = 100) -> list[Update]:
        queue.polls += 1
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(queue, "fetch", never)
    started = time.monotonic()
    await run(queue, Handler(), lambda: queue.polls > 0)
    assert time.monotonic() - started < 1


async def test_two_pollers_are_said_once_and_waited_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    queue, handler = Queue(1), Handler()
    queue.faults = [Conflict("Conflict") for _ in range(5)]
    await run(queue, handler, lambda: handler.done == [1])
    assert capsys.readouterr().err.count("another program fetches") == 1


async def test_a_network_that_is_away_is_said_once_and_waited_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    queue, handler = Queue(1), Handler()
    queue.faults = [NetworkError("secret address") for _ in range(5)]
    await run(queue, handler, lambda: handler.done == [1])
    assert capsys.readouterr().err.splitlines() == [
        "withoutfear: cannot reach Telegram; still trying (NetworkError)",
        "withoutfear: reaching Telegram again",
    ]


async def test_a_token_refused_once_may_be_a_slip_of_telegrams(
    capsys: pytest.CaptureFixture[str],
) -> None:
    queue, handler = Queue(1), Handler()
    queue.faults = [InvalidToken("x") for _ in range(4)]
    await run(queue, handler, lambda: handler.done == [1])
    assert "refuses the token" in capsys.readouterr().err


async def test_a_token_refused_again_and_again_ends_the_loop() -> None:
    queue = Queue(1)
    queue.faults = [InvalidToken("x") for _ in range(50)]
    with pytest.raises(InvalidToken):
        await run(queue, Handler(), lambda: False)


async def test_no_update_is_held_after_its_handling() -> None:
    queue, handler = Queue(1, 2, 2), Handler()
    loop = await run(queue, handler, lambda: len(handler.done) == 3)
    assert not loop.in_hand
    assert not loop._handled


def test_pauses_grow_to_half_a_minute_and_vary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 30.0)
    assert 0.25 <= patience.pause_after(1) <= 0.5
    assert all(15 <= patience.pause_after(each) <= 30 for each in (7, 20, 10_000))
    assert len({patience.pause_after(5) for _ in range(5)}) == 5
