"""How much of one chat is answered, so that nobody slows the others down.

    limit = ChatLimit()
    limit.due(chat_id, in_words=True)   -> Due.ANSWER, and for a flood one of the others
    limit.offers_to(person_id)          -> whether an inline query is answered

Nobody who types or taps meets it: 20 at once and 2 a second for ever. Beyond that the chat hears
once that it is too fast, with the number for danger, and then nothing for the minute that it is
told to wait. Words are still looked at now and then in that minute, and answered where they speak
of danger: somebody who hammers may be somebody who is being hurt.

Inline queries, one for each pause in somebody's typing, belong to no chat; each person has a limit
for them, and what is beyond it is let go in silence: nobody is there to say it to.

Chats and people stand under a keyed hash, as in the short memory, and for a few minutes at most
while anybody writes; nothing of this leaves the process.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

AT_ONCE = 20
PER_SECOND = 2.0
# Apps ask three times a second at most while somebody types.
INLINE_AT_ONCE = 40
INLINE_PER_SECOND = 4.0
# The minute of which the words speak.
QUIET_SECONDS = 60.0
# Understanding a text takes half a millisecond; at this rate a flood of texts is no burden.
LOOKS_AT_ONCE = 5
LOOKS_PER_SECOND = 0.2

MOST_CHATS = 10_000
# By then every bucket is full again and every quiet minute is over.
FORGET_SECONDS = 2 * QUIET_SECONDS


class Due(Enum):
    """What is due to an update."""

    ANSWER = "answer"
    SLOW_DOWN = "slow down"
    ONLY_DANGER = "an answer if it is about danger, else nothing"
    NOTHING = "nothing"


@dataclass(slots=True)
class _Bucket:
    """Fills by itself up to `most`; each taking needs a whole one."""

    most: float
    per_second: float
    level: float
    at: float

    def take(self, now: float) -> bool:
        self.level = min(self.most, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level < 1.0:
            return False
        self.level -= 1.0
        return True


@dataclass(slots=True, repr=False)
class _State:
    answers: _Bucket
    seen_at: float
    quiet_until: float = 0.0
    looks: _Bucket | None = None


class ChatLimit:
    """Knows of each chat how much of it was answered lately."""

    __slots__ = ("_clock", "_key", "_states")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        # Ordered by the time of the last update, oldest first; that makes forgetting cheap.
        self._states: OrderedDict[bytes, _State] = OrderedDict()

    def __len__(self) -> int:
        return len(self._states)

    def __repr__(self) -> str:
        return "<ChatLimit>"

    def due(self, chat_id: int, *, in_words: bool) -> Due:
        """What is due to the next update of a chat; `in_words` where there is a text to look at."""
        now = self._clock()
        self._forget(now)
        state = self._state(str(chat_id), now, AT_ONCE, PER_SECOND)
        if now >= state.quiet_until:
            if state.answers.take(now):
                return Due.ANSWER
            state.quiet_until = now + QUIET_SECONDS
            state.looks = _Bucket(LOOKS_AT_ONCE, LOOKS_PER_SECOND, LOOKS_AT_ONCE, now)
            return Due.SLOW_DOWN
        looked_at = in_words and state.looks is not None and state.looks.take(now)
        return Due.ONLY_DANGER if looked_at else Due.NOTHING

    def offers_to(self, person_id: int) -> bool:
        """Whether the next inline query of a person is answered."""
        now = self._clock()
        self._forget(now)
        state = self._state(f"inline {person_id}", now, INLINE_AT_ONCE, INLINE_PER_SECOND)
        return state.answers.take(now)

    def _state(self, whose: str, now: float, at_once: float, per_second: float) -> _State:
        name = blake2b(whose.encode(), key=self._key, digest_size=16).digest()
        state = self._states.get(name)
        if state is None:
            state = _State(_Bucket(at_once, per_second, at_once, now), now)
            self._states[name] = state
        state.seen_at = now
        self._states.move_to_end(name)
        return state

    def _forget(self, now: float) -> None:
        while self._states:
            oldest = next(iter(self._states.values()))
            if len(self._states) < MOST_CHATS and now - oldest.seen_at < FORGET_SECONDS:
                return
            self._states.popitem(last=False)
