"""Starting: what hinders it is one clear line, and no secret; and stopping is prompt."""

import time

import pytest

from bot.channels.telegram import patience
from bot.channels.telegram.hardened_bot import HardenedBot
from bot.channels.telegram.serve import (
    Ending,
    GarbledServerError,
    NoTokenError,
    StartError,
    WrongTokenError,
)
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer


@pytest.mark.parametrize(("token", "fault", "status"), [
    ("", NoTokenError, 2),
    ("123456:not-the-one-that-is-known", WrongTokenError, 2),
    ("no token at all", WrongTokenError, 2),
    ("1:a\nb", WrongTokenError, 2),
])  # fmt: skip
def test_tokens_that_do_not_work(
    server: TelegramServer, token: str, fault: type[StartError], status: int
) -> None:
    bot = RunningBot(server, token=token)
    bot.start()
    bot.ends()
    assert type(bot.fault) is fault
    assert bot.fault.status == status
    assert not token or token not in str(bot.fault)
    assert "\n" not in str(bot.fault)


def test_something_else_than_the_bot_api_answers(server: TelegramServer) -> None:
    server.fails_next(1, kind="garbage")
    bot = RunningBot(server)
    bot.start()
    bot.ends()
    assert type(bot.fault) is GarbledServerError
    assert bot.fault.status == 1


def test_without_network_it_keeps_trying_says_so_once_and_stops_at_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.02)
    server = TelegramServer(port=9)
    bot = RunningBot(server)
    bot.start()
    time.sleep(0.5)
    started = time.monotonic()
    bot.stop()
    assert time.monotonic() - started < 1
    assert bot.result is Ending.TOLD
    assert capfd.readouterr().err.splitlines() == [
        "withoutfear: cannot reach Telegram; still trying (NetworkError)",
        "withoutfear: stopped",
    ]


def test_a_server_that_comes_back_is_found(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.02)
    server.fails_next(3, status=502)
    bot = RunningBot(server)
    bot.start()
    ana = server.person(7)
    ana.writes("hello")
    assert ana.answer().text.endswith("hello")
    bot.stop()
    assert "reaching Telegram again" in capfd.readouterr().err


def test_a_webhook_left_over_does_not_keep_messages_away(server: TelegramServer) -> None:
    server.world.webhook = "https://a.example/x"
    bot = RunningBot(server)
    bot.start()
    ana = server.person(7)
    ana.writes("hello")
    assert ana.answer().text.endswith("hello")
    bot.stop()


def test_a_token_that_is_revoked_ends_the_bot(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.02)
    bot = RunningBot(server)
    bot.start()
    ana = server.person(7)
    ana.writes("hello")
    ana.answer()
    server.world.token = "123456:a-new-one-from-the-same-place"
    server.person(8).writes("x")
    bot.ends()
    assert type(bot.fault) is WrongTokenError


def test_two_bots_say_so_and_stop_when_told(
    server: TelegramServer, capfd: pytest.CaptureFixture[str]
) -> None:
    bots = [RunningBot(server), RunningBot(server)]
    for bot in bots:
        bot.start()
        server.waits_until(lambda: bool(server.called("getMe")), seconds=60)
    # Where others use the machine it takes a while; nothing else ends the waiting.
    said, deadline = "", time.monotonic() + 60
    while "another program fetches the messages of this bot" not in said:
        assert time.monotonic() < deadline
        time.sleep(0.01)
        said += capfd.readouterr().err
    for bot in bots:
        bot.stop()


def test_stopping_confirms_what_was_answered(server: TelegramServer) -> None:
    bot = RunningBot(server)
    bot.start()
    ana = server.person(7)
    ana.writes("hello")
    ana.answer()
    started = time.monotonic()
    bot.stop()
    assert time.monotonic() - started < 2
    assert bot.result is Ending.TOLD
    assert server.waiting == 0


def test_the_bot_shows_no_token() -> None:
    bot = HardenedBot("123456:secret", "http://127.0.0.1:9")
    assert "secret" not in repr(bot) + str(bot)
