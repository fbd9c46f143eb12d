"""Messages of a group that can be read in part only: what is not surely for the bot is let be."""

from __future__ import annotations

import pytest

from tests.channels.conftest import RunningBot
from tests.telegram_server import BOT_ID, Group, TelegramServer

NAME = "@without_fear_loopback_bot"
# A field that the library cannot read, as after a change of the Bot API.
ODD = {"poll": {"of": "tomorrow"}}


@pytest.fixture
def group(server: TelegramServer, bot: RunningBot) -> Group:
    return server.group(-1001234567890)


def test_a_command_is_answered(server: TelegramServer, group: Group) -> None:
    group.hears(server.person(7), f"/ask{NAME} library toronto", **ODD)
    assert group.answer().text == "group: library toronto"


def test_a_mention_and_a_reply_are_not(server: TelegramServer, group: Group) -> None:
    ours = {"message_id": 3, "date": 1, "chat": {"id": group.id, "type": "supergroup"},
            "from": {"id": BOT_ID, "is_bot": True, "first_name": "b"}}  # fmt: skip
    group.hears(server.person(7), f"{NAME} library toronto", **ODD)
    group.hears(server.person(7), "library toronto", reply_to_message=ours, **ODD)
    server.waits_until(lambda: server.waiting == 0)
    assert group.hears_nothing()


def test_another_bot_is_not(server: TelegramServer, group: Group) -> None:
    group.hears(server.person(55, is_bot=True), f"/ask{NAME} library toronto", **ODD)
    server.waits_until(lambda: server.waiting == 0)
    assert group.hears_nothing()
