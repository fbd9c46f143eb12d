"""The short memory: what it remembers, for how long, and of whom."""

import gc

import pytest

from bot.conversation.memory import ShortMemory
from bot.domain import Context

CHAT = 987654321012
SPANISH = Context(language="es", place="toronto", topic="library")


class Clock:
    """A clock that stands still until told otherwise."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> ShortMemory:
    return ShortMemory(clock=clock)


def test_nothing_is_remembered_of_a_new_chat(memory: ShortMemory) -> None:
    assert memory.recall(CHAT) == Context()


def test_a_chat_is_remembered_apart_from_others(memory: ShortMemory) -> None:
    memory.keep(CHAT, SPANISH)
    memory.keep(CHAT + 1, Context(language="fr"))
    assert memory.recall(CHAT) == SPANISH
    assert memory.recall(CHAT + 1) == Context(language="fr")


def test_the_newest_context_replaces_the_older(memory: ShortMemory) -> None:
    memory.keep(CHAT, SPANISH)
    memory.keep(CHAT, Context(language="en"))
    assert memory.recall(CHAT) == Context(language="en")
    assert len(memory) == 1


def test_half_an_hour_of_silence_forgets(memory: ShortMemory, clock: Clock) -> None:
    memory.keep(CHAT, SPANISH)
    clock.time += 30 * 60 - 1
    assert memory.recall(CHAT) == SPANISH
    clock.time += 1
    assert memory.recall(CHAT) == Context()
    assert len(memory) == 0


def test_speaking_again_begins_the_half_hour_anew(memory: ShortMemory, clock: Clock) -> None:
    memory.keep(CHAT, SPANISH)
    clock.time += 20 * 60
    memory.keep(CHAT, SPANISH)
    clock.time += 20 * 60
    assert memory.recall(CHAT) == SPANISH


def test_silent_chats_go_also_when_nobody_speaks(memory: ShortMemory, clock: Clock) -> None:
    memory.keep(CHAT, SPANISH)
    clock.time += 31 * 60
    memory.forget_silent()
    assert len(memory) == 0


def test_forgetting_at_once(memory: ShortMemory) -> None:
    memory.keep(CHAT, SPANISH)
    memory.forget(CHAT)
    memory.forget(CHAT)
    assert memory.recall(CHAT) == Context()


def test_keeping_nothing_forgets(memory: ShortMemory) -> None:
    memory.keep(CHAT, SPANISH)
    memory.keep(CHAT, Context())
    assert len(memory) == 0


def test_when_full_the_longest_silent_chat_goes(clock: Clock) -> None:
    memory = ShortMemory(clock=clock, most=3)
    for chat in (1, 2, 3):
        memory.keep(chat, SPANISH)
    memory.keep(1, SPANISH)
    memory.keep(4, SPANISH)
    assert [chat for chat in (1, 2, 3, 4) if memory.recall(chat) == SPANISH] == [1, 3, 4]


def test_a_memory_of_no_chats_remembers_none(clock: Clock) -> None:
    memory = ShortMemory(clock=clock, most=0)
    memory.keep(CHAT, SPANISH)
    assert memory.recall(CHAT) == Context()


def test_no_id_stands_in_the_memory(memory: ShortMemory) -> None:
    memory.keep(CHAT, SPANISH)
    held = gc.get_referents(memory._contexts)
    assert CHAT not in held
    assert str(CHAT) not in repr(held)
    assert CHAT.to_bytes(8, "little") not in b"".join(each for each in held if type(each) is bytes)
    assert str(CHAT) not in repr(memory)


def test_two_memories_name_the_same_chat_differently() -> None:
    first, second = ShortMemory(), ShortMemory()
    first.keep(CHAT, SPANISH)
    second.keep(CHAT, SPANISH)
    assert set(first._contexts).isdisjoint(second._contexts)
