"""The loopback server refuses what Telegram refuses, in Telegram's words."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from tests.telegram_server import TelegramServer
from tests.telegram_server.line import Line

Asked = tuple[int, Any]


class Api:
    """Calls of the Bot API as any client makes them."""

    def __init__(self, server: TelegramServer, token: str = "") -> None:
        base = f"{server.url}/bot{token or server.token}/"
        self._client = httpx.Client(base_url=base, trust_env=False, timeout=20)

    def __call__(self, method: str, **params: Any) -> Asked:
        given = {key: json.dumps(value) if isinstance(value, list | dict) else value
                 for key, value in params.items()}  # fmt: skip
        answer = self._client.post(method, data=given).json()
        assert answer["ok"] is ("result" in answer)
        if answer["ok"]:
            return 200, answer["result"]
        return answer["error_code"], answer["description"]

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.person(7, username="ana", language_code="es")
        yield server


@pytest.fixture
def api(server: TelegramServer) -> Iterator[Api]:
    api = Api(server)
    yield api
    api.close()


def button(label: str, data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}]]}


def test_the_bot_introduces_itself(api: Api) -> None:
    status, bot = api("getMe")
    assert status == 200
    assert bot["is_bot"] is True


@pytest.mark.parametrize(("token", "refusal"), [
    ("123456:another", (401, "Unauthorized")),
    ("nonsense", (404, "Not Found")),
])  # fmt: skip
def test_wrong_tokens(server: TelegramServer, token: str, refusal: Asked) -> None:
    api = Api(server, token)
    assert api("getMe") == refusal
    api.close()


def test_an_unknown_method(api: Api) -> None:
    assert api("sendNothing") == (404, "Not Found")


@pytest.mark.parametrize(("params", "refusal"), [
    ({"text": "x"}, "chat_id is empty"),
    ({"chat_id": 8, "text": "x"}, "chat not found"),
    ({"chat_id": "ana", "text": "x"}, "chat not found"),
    ({"chat_id": 7, "text": ""}, "message text is empty"),
    ({"chat_id": 7, "text": "   "}, "text must be non-empty"),
    ({"chat_id": 7, "text": "a" * 4097}, "message is too long"),
    ({"chat_id": 7, "text": "🙂" * 2049}, "message is too long"),
    ({"chat_id": 7, "text": "x", "parse_mode": "XML"}, "unsupported parse_mode"),
    ({"chat_id": 7, "text": "x", "reply_markup": button("x", "a" * 65)}, "BUTTON_DATA_INVALID"),
    ({"chat_id": 7, "text": "x", "reply_markup": button("x", "ж" * 33)}, "BUTTON_DATA_INVALID"),
    ({"chat_id": 7, "text": "x", "reply_markup": button("", "a")},
     "can't parse inline keyboard button: Field \"text\" must be non-empty"),
    ({"chat_id": 7, "text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
])  # fmt: skip
def test_messages_that_are_refused(api: Api, params: dict[str, Any], refusal: str) -> None:
    assert api("sendMessage", **params) == (400, f"Bad Request: {refusal}")


@pytest.mark.parametrize(("markup", "refusal"), [
    ("a <zanaria> b", 'Unsupported start tag "zanaria" at byte offset 2'),
    ("é <zanaria> b", 'Unsupported start tag "zanaria" at byte offset 3'),
    ("3 < 4", "Unclosed start tag at byte offset 2"),
    ("3 < 4 >", 'Unsupported start tag "" at byte offset 2'),
    ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href>x</a>",
     'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
])  # fmt: skip
def test_html_that_is_refused(api: Api, markup: str, refusal: str) -> None:
    answer = api("sendMessage", chat_id=7, text=markup, parse_mode="HTML")
    assert answer == (400, f"Bad Request: can't parse entities: {refusal}")


def test_html_that_is_taken(api: Api) -> None:
    markup = '<b>1 &lt; 2 &amp;</b> &copy; 🙂 <a href="https://a.example/?b=1&amp;c=2">here</a>'
    _, message = api("sendMessage", chat_id=7, text=markup, parse_mode="HTML")
    assert message["text"] == "1 < 2 & &copy; 🙂 here"
    assert message["entities"] == [
        {"type": "bold", "offset": 0, "length": 7},
        {"type": "text_link", "offset": 18, "length": 4, "url": "https://a.example/?b=1&c=2"},
    ]


def test_the_longest_text_counts_without_its_markup(api: Api) -> None:
    status, _ = api("sendMessage", chat_id=7, text=f"<b>{'a' * 4096}</b>", parse_mode="HTML")
    assert status == 200


def test_a_person_who_blocked_the_bot(server: TelegramServer, api: Api) -> None:
    server.person(7).blocks()
    refusal = (403, "Forbidden: bot was blocked by the user")
    assert api("sendMessage", chat_id=7, text="x") == refusal


def test_a_chat_that_must_wait_lets_the_others_go(server: TelegramServer, api: Api) -> None:
    server.person(8)
    server.person(7).must_wait(1)
    assert api("sendMessage", chat_id=7, text="x") == (429, "Too Many Requests: retry after 1")
    assert api("sendMessage", chat_id=8, text="x")[0] == 200
    time.sleep(1.05)
    assert api("sendMessage", chat_id=7, text="x")[0] == 200


def test_editing(server: TelegramServer, api: Api) -> None:
    _, sent = api("sendMessage", chat_id=7, text="one", reply_markup=button("x", "a"))
    edit = {"chat_id": 7, "message_id": sent["message_id"]}
    status, refusal = api("editMessageText", text="one", reply_markup=button("x", "a"), **edit)
    assert (status, refusal[:37]) == (400, "Bad Request: message is not modified:")
    _, edited = api("editMessageText", text="one", **edit)
    assert "reply_markup" not in edited
    assert api("editMessageText", text="two", **edit)[1]["text"] == "two"
    gone = api("editMessageText", chat_id=7, message_id=999, text="x")
    assert gone == (400, "Bad Request: message to edit not found")
    theirs = server.person(7).writes("mine")
    refused = api("editMessageText", chat_id=7, message_id=theirs, text="x")
    assert refused == (400, "Bad Request: message can't be edited")


def test_deleting_skips_other_chats_and_fails_whole_for_an_old_message(
    server: TelegramServer, api: Api
) -> None:
    ana, ben = server.person(7), server.person(8)
    old = ana.writes("old")
    server.passes(hours=49)
    theirs, own = ben.writes("b"), ana.writes("new")
    refused = api("deleteMessages", chat_id=7, message_ids=[own, theirs, old])
    assert refused == (400, "Bad Request: message can't be deleted for everyone")
    assert api("deleteMessages", chat_id=7, message_ids=[own, theirs, 999]) == (200, True)
    assert [each.id for each in ana.chat()] == [old]
    assert [each.id for each in ben.chat()] == [theirs]
    assert api("deleteMessage", chat_id=7, message_id=own)[0] == 400


@pytest.mark.parametrize(("ids", "refusal"), [
    ("", "message identifiers are not specified"),
    ("[", "can't parse message_ids JSON object"),
    (list(range(1, 102)), "too many message identifiers specified"),
    ([0], "invalid message identifier specified"),
    (["x"], "message identifier must be a Number"),
])  # fmt: skip
def test_deletions_that_are_refused(api: Api, ids: Any, refusal: str) -> None:
    assert api("deleteMessages", chat_id=7, message_ids=ids) == (400, f"Bad Request: {refusal}")


def test_a_press_is_answered_once(server: TelegramServer, api: Api) -> None:
    ana = server.person(7)
    api("sendMessage", chat_id=7, text="x", reply_markup=button("Yes", "y"))
    ana.presses("Yes")
    query = api("getUpdates")[1][0]["callback_query"]
    assert query["data"] == "y"
    assert api("answerCallbackQuery", callback_query_id=query["id"]) == (200, True)
    status, refusal = api("answerCallbackQuery", callback_query_id=query["id"])
    assert (status, refusal[:29]) == (400, "Bad Request: query is too old")


def test_updates_wait_until_a_later_one_is_asked_for(server: TelegramServer, api: Api) -> None:
    ana = server.person(7)
    for text in ("a", "b", "c"):
        ana.writes(text)
    _, first = api("getUpdates", limit=2)
    assert [each["message"]["text"] for each in first] == ["a", "b"]
    assert api("getUpdates", limit=2)[1] == first
    _, rest = api("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [each["message"]["text"] for each in rest] == ["c"]
    assert server.waiting == 1


def test_kinds_that_the_bot_does_not_want_stay_away(server: TelegramServer, api: Api) -> None:
    api("getUpdates", allowed_updates=["message"])
    ana = server.person(7)
    message = ana.writes("a")
    ana.edits(message, "b")
    assert [list(each) for each in api("getUpdates")[1]] == [["update_id", "message"]]


def test_a_long_poll_ends_with_the_first_update(server: TelegramServer, api: Api) -> None:
    threading.Timer(0.2, lambda: server.person(7).writes("a")).start()
    started = time.monotonic()
    assert len(api("getUpdates", timeout=10)[1]) == 1
    assert 0.1 < time.monotonic() - started < 5


def test_of_two_pollers_the_older_is_sent_away(server: TelegramServer, api: Api) -> None:
    other = Api(server)
    answers: list[Asked] = []
    older = threading.Thread(target=lambda: answers.append(other("getUpdates", timeout=10)))
    older.start()
    server.waits_until(lambda: server.most_open >= 1)
    time.sleep(0.1)
    assert api("getUpdates", timeout=0) == (200, [])
    older.join()
    other.close()
    assert answers[0][0] == 409
    assert answers[0][1].startswith("Conflict: terminated by other getUpdates request")


def test_no_polling_beside_a_webhook(api: Api) -> None:
    assert api("setWebhook", url="http://a.example")[0] == 400
    assert api("setWebhook", url="https://a.example/x") == (200, True)
    assert api("getUpdates")[0] == 409
    api("deleteWebhook")
    assert api("getUpdates") == (200, [])


@pytest.mark.parametrize("code", ["pt-br", "zh-hans", "fil", "EN"])
def test_command_lists_know_two_letter_codes_only(api: Api, code: str) -> None:
    commands = [{"command": "help", "description": "Help"}]
    refused = api("setMyCommands", commands=commands, language_code=code)
    assert refused == (400, "Bad Request: invalid language code specified")
    refused = api("setMyDescription", description="x", language_code=code)
    assert refused == (400, "Bad Request: invalid language code specified")


def test_command_lists_and_texts_are_kept(api: Api) -> None:
    commands = [{"command": "help", "description": "Ayuda"}]
    scope = {"type": "all_private_chats"}
    api("setMyCommands", commands=commands, language_code="es", scope=scope)
    assert api("getMyCommands", language_code="es", scope=scope) == (200, commands)
    assert api("getMyCommands", language_code="es") == (200, [])
    wrong = [{"command": "Help", "description": "x"}]
    assert api("setMyCommands", commands=wrong) == (400, "Bad Request: BOT_COMMAND_INVALID")
    api("setMyShortDescription", short_description="short", language_code="fr")
    assert api("getMyShortDescription", language_code="fr")[1] == {"short_description": "short"}


def test_planned_faults(server: TelegramServer, api: Api) -> None:
    server.fails_next(1, status=502)
    assert api("getMe")[0] == 502
    server.fails_next(1, method="sendMessage", kind="lost")
    assert api("getMe")[0] == 200
    with pytest.raises(httpx.RemoteProtocolError):
        api("sendMessage", chat_id=7, text="x")
    assert [each.text for each in server.person(7).chat()] == ["x"]
    server.fails_next(1, kind="garbage")
    with pytest.raises(json.JSONDecodeError):
        api("getMe")
    assert api("getMe")[0] == 200


@pytest.mark.parametrize(("said", "kept"), [("keep-alive", True), ("close", False)])
async def test_a_line_is_used_again_unless_the_other_side_will_close_it(
    said: str, kept: bool
) -> None:
    reader = asyncio.StreamReader()
    line = Line(reader, Mock())
    for _ in range(2):
        reader.feed_data(
            f"HTTP/1.1 200 OK\r\nConnection: {said}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        assert (await line.post("http://127.0.0.1/", [], b""))[0] == 200
        assert line.is_open is kept
