"""The channel against the loopback server: what people do, and what they see."""

import gc
import time

import pytest
from telegram import Message, Update, User

from bot.channels.telegram import lanes, patience, serve
from bot.channels.telegram.chat import Chat
from bot.channels.telegram.receive import Arrival
from bot.conversation.memory import ShortMemory
from bot.domain import Question
from tests.channels.conftest import RunningBot
from tests.telegram_server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")


def test_a_question_is_answered(server: TelegramServer) -> None:
    ana = server.person(7)
    ana.writes("may I borrow <b>books</b> & films?")
    seen = ana.answer()
    assert seen.text == "question [None None None]\nmay I borrow <b>books</b> & films?"
    assert seen.labels == ["sources", "more", "erase", "refused", "share"]
    sent = server.called("sendMessage")[-1].params
    assert sent["link_preview_options"] == '{"is_disabled": true}'


@pytest.mark.parametrize(("code", "language"), [
    ("es", "es"), ("pt-br", "pt"), ("zh-hant", "zh-Hans"), ("fil", "tl"), ("de", "None"),
    (None, "None"),
])  # fmt: skip
def test_the_language_code_is_a_hint(
    server: TelegramServer, code: str | None, language: str
) -> None:
    ana = server.person(7, **({"language_code": code} if code else {}))
    ana.writes("/start")
    assert ana.answer().text.startswith(f"start [{language} None None]")


@pytest.mark.parametrize(("text", "said"), [
    ("/start", "start"), ("/start toronto-es", "opened"), ("/start ", "start"), ("/HELP", "help"),
    ("/language@Without_Fear_loopback_bot", "languages"), ("/city", "cities"),
    ("/privacy now", "privacy"),
    ("/topics", "topics"), ("/police", "question"), ("/", "question"), ("/911 help", "question"),
    ("/ask library", "question"),
])  # fmt: skip
def test_commands(server: TelegramServer, text: str, said: str) -> None:
    ana = server.person(7)
    ana.writes(text)
    assert ana.answer().text.startswith(f"{said} [")


def test_a_tap_changes_its_message_and_is_remembered(server: TelegramServer) -> None:
    ana = server.person(7, language_code="fr")
    ana.writes("x")
    first = ana.answer()
    ana.presses("sources")
    second = ana.answer()
    assert second.id == first.id
    assert second.text.startswith("sources [fr toronto library]")
    server.waits_until(lambda: not server.world.queries)
    ana.writes("y")
    assert ana.answer().text == "question [fr toronto library]\ny"
    server.person(8).writes("z")
    assert server.person(8).answer().text == "question [None None None]\nz"


def test_the_same_tap_again_is_answered_without_a_new_message(server: TelegramServer) -> None:
    ana = server.person(7)
    ana.writes("x")
    ana.answer()
    for _ in range(2):
        ana.presses("sources")
        server.waits_until(lambda: not server.world.queries)
    server.waits_until(lambda: len(server.called("editMessageText")) == 2)
    assert [each.status for each in server.called("editMessageText")] == [200, 400]
    assert len(ana.chat()) == 2


@pytest.mark.parametrize("data", ["more:library:toronto:es", "old:button", ""])
def test_a_button_of_a_message_that_is_gone_is_answered_below(
    server: TelegramServer, data: str
) -> None:
    ana = server.person(7)
    ana.presses_data(data)
    assert ana.answer().text.startswith("more [es" if data.startswith("more") else "start [")


def test_an_edited_text_is_a_new_question(server: TelegramServer) -> None:
    ana = server.person(7)
    message = ana.writes("libary")
    first = ana.answer()
    ana.edits(message, "library")
    second = ana.answer()
    assert second.text.endswith("library")
    assert second.id > first.id


@pytest.mark.parametrize("content", [
    {"photo": [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}], "caption": "x"},
    {"document": {"file_id": "d", "file_unique_id": "u"}},
    {"voice": {"file_id": "v", "file_unique_id": "u", "duration": 3}},
    {"sticker": {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 9, "height": 9,
                 "is_animated": False, "is_video": False}},
    {"contact": {"phone_number": "+10000000000", "first_name": "A"}},
    {"location": {"longitude": -79.3, "latitude": 43.6}},
    {"dice": {"emoji": "🎲", "value": 3}},
])  # fmt: skip
def test_what_is_no_text_is_refused_kindly(
    server: TelegramServer, content: dict[str, object]
) -> None:
    ana = server.person(7)
    ana.sends(**content)
    assert ana.answer().text.startswith("refused [")


def test_what_asks_nothing_is_not_answered(server: TelegramServer) -> None:
    ana = server.person(7)
    user, private = {"id": 7, "is_bot": False, "first_name": "A"}, {"id": 7, "type": "private"}
    group = {"id": -5, "type": "group", "title": "g"}
    message = {"message_id": 90, "date": 1, "from": user}
    moving = {"location": {"longitude": 1.0, "latitude": 2.0}}
    server.injects({"message": {**message, "chat": private, "message_auto_delete_timer_changed":
                                {"message_auto_delete_time": 60}}})  # fmt: skip
    server.injects({"message": {**message, "chat": group, "text": "hello"}})
    server.injects({"edited_message": {**message, "chat": private, **moving}})
    server.injects({"callback_query": {"id": "5", "from": user, "chat_instance": "1",
                                       "inline_message_id": "i", "data": "more:::"}})  # fmt: skip
    server.injects({"my_chat_member": {}})
    server.injects({"a_kind_of_tomorrow": {"x": 1}})
    server.injects({})
    server.waits_until(lambda: server.waiting == 0)
    assert ana.hears_nothing(seconds=0.1)
    ana.writes("still there?")
    assert ana.answer().text.endswith("still there?")


@pytest.mark.parametrize("content", [
    {"message": {"message_id": 1}},
    {"message": "text"},
    {"message": {"message_id": 1, "date": "x", "chat": {"id": 7, "type": "private"}, "text": "t"}},
    {"callback_query": {"id": "1"}},
    {"message": {"message_id": 1, "date": 10**30, "chat": {"id": 7, "type": "private"}}},
])  # fmt: skip
def test_an_unreadable_update_costs_its_neighbours_nothing(
    server: TelegramServer, content: dict[str, object], capfd: pytest.CaptureFixture[str]
) -> None:
    ana, ben = server.person(7), server.person(8)
    ana.writes("before")
    server.injects(content)
    ben.writes("after")
    assert ana.answer().text.endswith("before")
    assert ben.answer().text.endswith("after")
    server.waits_until(lambda: server.waiting == 0)
    assert "message" not in capfd.readouterr().err.lower()


def test_a_reply_longer_than_a_message_comes_in_several(server: TelegramServer) -> None:
    ana = server.person(7)
    ana.writes("long")
    server.waits_until(lambda: len(ana.chat()) == 4)
    server.waits_until(lambda: server.waiting == 0)
    _, *parts = ana.chat()
    assert all(len(each.text) <= 4096 for each in parts)
    assert [bool(each.buttons) for each in parts] == [False, False, True]
    assert sum(each.text.count("line") for each in parts) == 2_000


def test_a_crash_of_ours_is_said_once_and_not_explained(
    server: TelegramServer, capfd: pytest.CaptureFixture[str]
) -> None:
    ana = server.person(7)
    ana.writes("crash")
    assert ana.answer().text == "busy"
    server.waits_until(lambda: server.waiting == 0)
    assert "withoutfear: an answer failed (KeyError)" in capfd.readouterr().err


def test_a_person_who_blocked_us_is_left_in_peace(
    server: TelegramServer, capfd: pytest.CaptureFixture[str]
) -> None:
    ana, ben = server.person(7), server.person(8)
    ana.blocks()
    ana.writes("bye")
    server.waits_until(lambda: server.waiting == 0)
    ben.writes("hello")
    assert ben.answer().text.endswith("hello")
    assert [each.status for each in server.called("sendMessage")] == [403, 200]
    assert "failed" not in capfd.readouterr().err


def test_only_the_chats_that_must_wait_wait(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "MOST_WAITS", 10_000)
    # More than there are places to answer at once.
    slow = [server.person(100 + number) for number in range(lanes.CHATS_AT_ONCE + 4)]
    others = [server.person(10 + number) for number in range(20)]
    for each in slow:
        each.must_wait(3_600, told=1)
        each.writes("one")
        each.writes("two")
    server.waits_until(lambda: len(server.called("sendMessage")) >= len(slow), seconds=60)
    for other in others:
        other.writes("quick")
    for other in others:
        assert other.answer(seconds=60).text.endswith("quick")
    assert not any(each.from_bot for person in slow for each in person.chat())
    for each in slow:
        each.must_wait(0)
    server.waits_until(lambda: server.waiting == 0, seconds=60)
    for person in slow:
        said = [each.text.split("\n")[-1] for each in person.chat() if each.from_bot]
        assert said == ["one", "two"]


@pytest.mark.parametrize("kind", ["status", "drop", "garbage"])
def test_faults_of_the_network_lose_nothing(
    server: TelegramServer, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.02)
    people = [server.person(10 + number) for number in range(10)]
    server.fails_next(4, method="sendMessage", kind=kind, status=502)
    server.fails_next(2, method="getUpdates", kind=kind, status=500)
    for person in people:
        person.writes(f"I am {person.id}")
    for person in people:
        assert person.answer().text.endswith(f"I am {person.id}")
        assert len(person.chat()) == 2


def test_a_lost_answer_is_sent_again(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.02)
    ana = server.person(7)
    server.fails_next(1, method="sendMessage", kind="lost")
    ana.writes("hello")
    server.waits_until(lambda: len(server.called("sendMessage")) == 2)
    server.waits_until(lambda: server.waiting == 0)
    assert len(ana.chat()) == 3


def test_silent_chats_are_forgotten_also_while_nobody_writes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    swept = []
    monkeypatch.setattr(serve, "FORGETTING_SECONDS", 0.01)
    monkeypatch.setattr(ShortMemory, "forget_silent", lambda self: swept.append(1))
    with TelegramServer() as server:
        bot = RunningBot(server)
        bot.start()
        server.waits_until(lambda: swept)
        time.sleep(0.1)
        bot.stop()
    assert len(swept) > 2


OF_PEOPLE = (Arrival, Chat, Message, Question, Update, User)


def held_of_people() -> list[object]:
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, OF_PEOPLE)]


def test_nothing_of_the_person_is_held_while_it_waits_for_the_next(server: TelegramServer) -> None:
    server.waits_until(lambda: len(server.called("setMyCommands")) == 11)
    # The bot itself, and what other tests may have left behind.
    known = held_of_people()
    ana = server.person(7, username="zanaria")
    ana.writes("crash")
    ana.answer()
    ana.writes("x")
    ana.answer()
    ana.presses("sources")
    server.waits_until(lambda: server.waiting == 0)
    held, deadline = known, time.monotonic() + 30
    # Its last frames may still be ending; but without another update it must come to nothing.
    while held and time.monotonic() < deadline:
        held = [each for each in held_of_people() if not any(each is old for old in known)]
    assert [type(each).__name__ for each in held] == []
