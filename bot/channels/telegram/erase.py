"""Erasing a chat without having stored one message id.

Telegram numbers the messages of all private chats of a bot in one row, and skips what belongs to
other chats when asked to delete it. So the ids are walked down from the newest, a hundred a call.
A bot cannot delete what is older than 48 hours, and one such message lets the whole call fail;
then the step is halved until that message stands alone.
"""

from __future__ import annotations

from enum import Enum

from bot.channels.telegram.chat import Chat

# Telegram's most for one call, and ours for one walk: it costs as many calls as all people
# together have sent messages in two days, divided by a hundred.
STEP = 100
MOST_CALLS = 60
# One refused message may be of a kind that cannot be deleted; two are the end of the 48 hours.
MOST_REFUSED = 2


class Erased(Enum):
    """How far a walk came."""

    WHOLLY = "wholly"
    PARTLY = "partly"


async def erase(chat: Chat, newest: int) -> Erased:
    """Delete both sides' messages of a chat from `newest` down, as far as Telegram lets us."""
    step, refused = STEP, 0
    for _ in range(MOST_CALLS):
        if newest < 1:
            return Erased.WHOLLY
        if await chat.delete(newest, step):
            newest -= step
        elif step > 1:
            step //= 2
        else:
            refused += 1
            if refused == MOST_REFUSED:
                return Erased.WHOLLY
            newest -= 1
            step = STEP
    return Erased.PARTLY
