"""What shows who somebody is: not read, named as such, deleted at the press of a button."""

from __future__ import annotations

import time

import pytest

from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer

ORIGIN = {"type": "hidden_user", "sender_user_name": "Zanaria", "date": 1}
CONTENTS = {
    "photo": {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
    "contact": {"contact": {"phone_number": "+15550001111", "first_name": "Zanaria"}},
    "location": {"location": {"latitude": 43.6, "longitude": -79.3}},
    "voice": {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
    "forwarded": {"text": "she is in the shelter", "forward_origin": ORIGIN},
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_it_is_refused_and_a_button_deletes_it(
    server: TelegramServer, bot: RunningBot, kind: str
) -> None:
    ana = server.person(7)
    sent = ana.sends(**CONTENTS[kind])
    said = ana.answer()
    assert said.text.startswith("forwarded" if kind == "forwarded" else "refused")
    assert "shelter" not in said.text
    ana.presses("delete")
    assert ana.answer().text == "deleted"
    assert sent not in [message.id for message in ana.chat()]


def test_what_cannot_be_deleted_is_said_so(server: TelegramServer, bot: RunningBot) -> None:
    ana = server.person(7)
    ana.presses_data("delete:::", message_id=5)
    assert ana.answer().text.startswith("delete")


def test_the_half_hour_passes_without_harm(server: TelegramServer) -> None:
    bot = RunningBot(server, forget_seconds=3.0)
    bot.start()
    ana = server.person(7)
    ana.writes("hello")
    ana.answer()
    ends = time.monotonic() + 10
    while bot.result is None and time.monotonic() < ends:
        time.sleep(0.05)
    assert bot.result is not None
    assert bot.result.value == "renew"
