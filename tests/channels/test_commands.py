"""What Telegram shows of the bot: set once, in every language it takes, within its limits."""

import json
from collections import Counter

import pytest

from bot.channels.telegram.commands import TELEGRAM_CODES
from bot.channels.telegram.receive import ASK, COMMANDS
from bot.conversation.assistant import Assistant
from bot.knowledge.store import Store
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer
from tests.telegram_server.entities import units

LAST = "setMyShortDescription"
CODES = sorted(TELEGRAM_CODES.values())


def introduced(server: TelegramServer, **changes: object) -> Counter[str]:
    """Start the bot, wait until it has introduced itself, stop it; what it set, how often."""
    before = len(server.calls)
    bot = RunningBot(server, **changes)  # type: ignore[arg-type]  # what a dataclass takes
    bot.start()
    if bot.introduces:
        server.waits_until(lambda: len(_calls(server, before, "getMyShortDescription")) == 12)
        server.person(7).writes("are you there?")
        server.person(7).answer()
    bot.stop()
    return Counter(each.method for each in server.calls[before:] if each.method.startswith("set"))


def _calls(server: TelegramServer, before: int, method: str) -> list[object]:
    return [each for each in server.calls[before:] if each.method == method]


def test_everything_is_set_in_every_language_that_telegram_takes(server: TelegramServer) -> None:
    done = introduced(server)
    assert done == {
        "setMyCommands": 24, "setChatMenuButton": 1, "setMyDescription": 12, LAST: 12,
    }  # fmt: skip
    assert {each.status for each in server.calls if each.method in done} == {200}
    for method in ("setMyCommands", "setMyDescription", LAST):
        codes = {each.params.get("language_code", "") for each in server.called(method)}
        assert sorted(codes) == CODES
    scopes: dict[str, set[str]] = {}
    for each in server.called("setMyCommands"):
        names = {command["command"] for command in json.loads(each.params["commands"])}
        scopes.setdefault(json.loads(each.params["scope"])["type"], set()).update(names)
    assert scopes == {"all_private_chats": {"help", "city"}, "all_group_chats": {"help"}}
    texts = server.world.texts
    assert texts["MyDescription", "", "zh"] == "About, in zh-Hans"
    assert texts["MyShortDescription", "", ""] == "Short, in en"
    assert server.world.menu_button == {"type": "commands"}


def test_what_telegram_has_already_is_not_set_again(server: TelegramServer) -> None:
    introduced(server)
    assert introduced(server) == Counter()


def test_only_what_has_changed_is_set(server: TelegramServer) -> None:
    introduced(server)
    server.world.texts["MyDescription", "", "fa"] = "of an older version"
    assert introduced(server) == {"setMyDescription": 1}


def test_a_process_that_takes_over_sets_and_asks_nothing(
    server: TelegramServer, capfd: pytest.CaptureFixture[str]
) -> None:
    bot = RunningBot(server, introduces=False)
    bot.start()
    server.person(7).writes("hello")
    server.person(7).answer()
    bot.stop()
    assert "commands" not in capfd.readouterr().err
    asked = {each.method for each in server.calls}
    assert not {each for each in asked if "Commands" in each or "Description" in each}


def test_a_refusal_keeps_nothing_else_from_being_set(
    server: TelegramServer, capfd: pytest.CaptureFixture[str]
) -> None:
    server.fails_next(1, method="setMyCommands", status=400)
    done = introduced(server)
    assert done["setMyDescription"] == 12
    assert len([1 for each in server.world.texts if each[0] == "MyCommands"]) == 23
    assert "the list of commands could not be set" in capfd.readouterr().err


def test_every_text_is_within_telegrams_limits_in_every_language(store: Store) -> None:
    assistant = Assistant(store)
    assert set(TELEGRAM_CODES) == set(store.languages)
    for language in store.languages:
        told = assistant.introduction(language)
        assert 1 <= units(told.description) <= 512
        assert 1 <= units(told.short_description) <= 120
        for name, text in (*told.commands.items(), *told.group_commands.items()):
            assert name in (ASK, *COMMANDS)
            assert len(name) <= 32
            assert 1 <= units(text) <= 256
        assert {*told.group_commands} < {ASK, *COMMANDS}
        if language != "en":
            english = assistant.introduction("en")
            assert told.description != english.description
            assert told.short_description != english.short_description


def test_the_description_is_honest_in_every_language(store: Store) -> None:
    for language in store.languages:
        told = Assistant(store).introduction(language).description
        assert "911" in told
        assert any(name in told for name in ("Telegram", "تيليغرام", "تلگرام"))
