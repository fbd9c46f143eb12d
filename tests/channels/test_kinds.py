"""Every kind of message and update: answered kindly, or not at all, and never with a crash."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message, Update

from bot.channels.telegram.albums import MOST_ALBUMS, Albums
from bot.channels.telegram.hardened_bot import MESSAGE_KINDS
from bot.conversation import wording as w
from bot.conversation.assistant import Assistant
from bot.conversation.memory import ShortMemory
from bot.domain import Context, Reply, Unread, Verb
from bot.knowledge.store import Store
from tests.channels.conftest import RunningBot
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.group import entities_of, member

FILE = {"file_id": "f", "file_unique_id": "u"}
PHOTO = [{**FILE, "width": 9, "height": 9}]
USER = {"id": 7, "is_bot": False, "first_name": "Zanaria"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Zanaria"}
GROUP = {"id": -100_1, "type": "supergroup", "title": "zanaria"}
CHANNEL = {"id": -100_2, "type": "channel", "title": "zanaria"}
ORIGIN = {"type": "hidden_user", "date": 1, "sender_user_name": "Zanaria"}

NOT_LOOKED_AT: dict[str, dict[str, Any]] = {
    "poll": {"poll": {"id": "1", "question": "q", "options": [], "total_voter_count": 0,
                      "is_closed": False, "is_anonymous": True, "type": "regular",
                      "allows_multiple_answers": False, "allows_revoting": True,
                      "members_only": False}},
    "animation": {"animation": {**FILE, "width": 9, "height": 9, "duration": 1}},
    "audio": {"audio": {**FILE, "duration": 1}},
    "document": {"document": FILE},
    "game": {"game": {"title": "t", "description": "d", "photo": PHOTO}},
    "video": {"video": {**FILE, "width": 9, "height": 9, "duration": 1}},
    "video note": {"video_note": {**FILE, "length": 9, "duration": 1}},
    "voice": {"voice": {**FILE, "duration": 1}},
    "story": {"story": {"chat": CHANNEL, "id": 3}},
    "sticker": {"sticker": {**FILE, "type": "regular", "width": 9, "height": 9,
                            "is_animated": False, "is_video": False}},
    "paid media": {"paid_media": {"star_count": 1, "paid_media": []}},
    "contact": {"contact": {"phone_number": "+10000000000", "first_name": "A"}},
    "venue": {"venue": {"location": {"longitude": 1.0, "latitude": 2.0}, "title": "t",
                        "address": "a"}},
    "passport": {"passport_data": {"data": [], "credentials": {
        "data": "d", "hash": "h", "secret": "s"}}},
    "shared users": {"users_shared": {"request_id": 1, "users": []}},
}  # fmt: skip
SERVICE: dict[str, dict[str, Any]] = {
    "pinned": {"pinned_message": {"message_id": 3, "date": 1, "chat": PRIVATE, "text": "x"}},
    "timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    "new members": {"new_chat_members": [USER]},
    "left member": {"left_chat_member": USER},
    "title": {"new_chat_title": "t"},
    "photo of the chat": {"new_chat_photo": PHOTO},
    "migrated to": {"migrate_to_chat_id": -100_5},
    "migrated from": {"migrate_from_chat_id": -5},
    "topic created": {"forum_topic_created": {"name": "t", "icon_color": 1}},
    "write access": {"write_access_allowed": {}},
    "video chat": {"video_chat_started": {}},
    "boost": {"boost_added": {"boost_count": 1}},
    "nothing": {},
}
MEMBER_CHANGE = {"from": USER, "date": 1, "old_chat_member": member(USER, "left"),
                 "new_chat_member": member(USER, "member")}  # fmt: skip
MESSAGE = {"message_id": 900, "date": 1, "text": "zanaria"}
OTHERS: dict[str, dict[str, Any]] = {
    "channel_post": {**MESSAGE, "chat": CHANNEL},
    "edited_channel_post": {**MESSAGE, "chat": CHANNEL, "edit_date": 2},
    "business_connection": {"id": "b", "user": USER, "user_chat_id": 7, "date": 1,
                            "is_enabled": True},
    "business_message": {**MESSAGE, "chat": PRIVATE, "from": USER,
                         "business_connection_id": "b"},
    "edited_business_message": {**MESSAGE, "chat": PRIVATE, "from": USER, "edit_date": 2,
                                "business_connection_id": "b"},
    "deleted_business_messages": {"business_connection_id": "b", "chat": PRIVATE,
                                  "message_ids": [1]},
    "message_reaction": {"chat": PRIVATE, "message_id": 1, "user": USER, "date": 1,
                         "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]},
    "message_reaction_count": {"chat": CHANNEL, "message_id": 1, "date": 1, "reactions": []},
    "chosen_inline_result": {"result_id": "toronto-library-en", "from": USER, "query": "zanaria"},
    "shipping_query": {"id": "1", "from": USER, "invoice_payload": "x", "shipping_address": {
        "country_code": "CA", "state": "", "city": "c", "street_line1": "s",
        "street_line2": "", "post_code": "p"}},
    "pre_checkout_query": {"id": "1", "from": USER, "currency": "XTR", "total_amount": 1,
                           "invoice_payload": "x"},
    "purchased_paid_media": {"from": USER, "paid_media_payload": "x"},
    "poll": NOT_LOOKED_AT["poll"]["poll"],
    "poll_answer": {"poll_id": "1", "user": USER, "option_ids": [0]},
    "chat_member": {"chat": GROUP, **MEMBER_CHANGE},
    "my_chat_member": {"chat": PRIVATE, **MEMBER_CHANGE},
    "chat_join_request": {"chat": GROUP, "from": USER, "user_chat_id": 7, "date": 1},
    "chat_boost": {"chat": CHANNEL, "boost": {"boost_id": "1", "add_date": 1,
                   "expiration_date": 2, "source": {"source": "premium", "user": USER}}},
    "managed_bot": {"user": USER, "bot": {**USER, "is_bot": True}},
    "guest_message": {**MESSAGE, "chat": GROUP, "from": USER, "guest_query_id": "1"},
    "removed_chat_boost": {"chat": CHANNEL, "boost_id": "1", "remove_date": 1,
                           "source": {"source": "premium", "user": USER}},
}  # fmt: skip


@pytest.fixture
def ana(server: TelegramServer) -> Person:
    return server.person(7)


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", NOT_LOOKED_AT)
def test_what_is_not_looked_at_is_said_kindly(ana: Person, kind: str) -> None:
    ana.sends(**NOT_LOOKED_AT[kind])
    seen = ana.answer()
    assert seen.text.startswith("refused [")
    assert seen.protected


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", SERVICE)
def test_service_messages_are_not_answered(
    server: TelegramServer, ana: Person, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    group = server.group(-100_1)
    ana.sends(**SERVICE[kind])
    group.gets(ana, **SERVICE[kind])
    server.waits_until(lambda: server.waiting == 0)
    assert ana.hears_nothing(seconds=0.1)
    assert group.hears_nothing(seconds=0)
    assert "failed" not in capfd.readouterr().err


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", OTHERS)
def test_updates_that_ask_nothing_are_not_answered(
    server: TelegramServer, ana: Person, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    server.injects({kind: OTHERS[kind]})
    server.waits_until(lambda: server.waiting == 0)
    assert ana.hears_nothing(seconds=0.1)
    sent = {each.method for each in server.calls if each.method.startswith(("send", "answer"))}
    assert sent == set()
    said = capfd.readouterr().err
    assert "failed" not in said
    assert "zanaria" not in said.lower()


def test_every_kind_of_update_that_there_is_was_tried() -> None:
    known = {each for each in Update.__slots__ if not each.startswith("_")} - {"update_id"}
    answered = {"message", "edited_message", "callback_query", "inline_query"}
    assert known == answered | set(OTHERS)
    assert set(MESSAGE_KINDS) == answered | {"my_chat_member"}


def test_only_what_is_answered_is_asked_for(server: TelegramServer, bot: RunningBot) -> None:
    server.person(7).writes("hello")
    server.person(7).answer()
    assert server.world.allowed == list(MESSAGE_KINDS)
    server.world.new_update({"message_reaction": OTHERS["message_reaction"]})
    assert server.waiting <= 1


@pytest.mark.usefixtures("bot")
class TestAlbums:
    """Ten pictures are one answer."""

    def test_pictures_without_a_word_are_one_note(self, ana: Person) -> None:
        for _ in range(10):
            ana.sends(photo=PHOTO, media_group_id="41")
        assert ana.answer().text.startswith("refused album")
        ana.writes("x")
        ana.answer()
        assert len([each for each in ana.chat() if each.from_bot]) == 2

    def test_the_words_beside_them_are_answered_once(self, ana: Person) -> None:
        for number in range(10):
            words = {"caption": "library?"} if number in (0, 5) else {}
            ana.sends(photo=PHOTO, media_group_id="42", **words)
        ana.writes("x")
        while "question" not in (seen := ana.answer()).text:
            continue
        said = [each.text for each in ana.chat() if each.from_bot]
        assert said == ["refused album [None None None]\nlibrary?", seen.text]

    def test_words_that_come_late_are_answered_too(self, ana: Person) -> None:
        ana.sends(photo=PHOTO, media_group_id="43")
        ana.answer()
        ana.sends(photo=PHOTO, media_group_id="43", caption="library?")
        assert ana.answer().text.endswith("library?")

    def test_another_album_is_another_answer(self, ana: Person) -> None:
        for album in ("44", "45"):
            ana.sends(video=NOT_LOOKED_AT["video"]["video"], media_group_id=album)
            assert ana.answer().text.startswith("refused album")

    def test_forwarded_albums_are_one_note(self, ana: Person) -> None:
        for _ in range(3):
            ana.sends(photo=PHOTO, media_group_id="46", caption="x", forward_origin=ORIGIN)
        assert ana.answer().text.startswith("forwarded album")
        ana.writes("x")
        ana.answer()
        assert len([each for each in ana.chat() if each.from_bot]) == 2


def test_few_albums_are_remembered_and_none_by_its_name() -> None:
    albums = Albums()
    for number in range(3 * MOST_ALBUMS):
        assert not albums.is_answered(f"album {number}", words=False)
    assert len(albums._answered) == MOST_ALBUMS
    assert not any(b"album" in name for name in albums._answered)
    assert repr(albums) == "<Albums>"


@pytest.mark.usefixtures("bot")
def test_words_beside_a_picture_are_a_question(ana: Person) -> None:
    message = ana.sends_photo("library?")
    first = ana.answer()
    assert first.text == "refused [None None None]\nlibrary?"
    ana.edits(message, "school?", field="caption")
    second = ana.answer()
    assert second.text.endswith("school?")
    assert second.id > first.id


@pytest.mark.usefixtures("bot")
def test_somebody_elses_words_are_not_read(ana: Person) -> None:
    ana.sends(text="library?", forward_origin=ORIGIN)
    assert ana.answer().text == "forwarded [None None None]"


@pytest.mark.usefixtures("bot")
def test_commands_for_another_bot_are_not_ours(server: TelegramServer, ana: Person) -> None:
    ana.writes("/start@some_other_bot toronto")
    ana.writes("/police@some_other_bot")
    server.waits_until(lambda: server.waiting == 0)
    assert ana.hears_nothing(seconds=0.1)


@pytest.mark.usefixtures("bot")
def test_our_own_name_is_no_word_of_a_question(ana: Person) -> None:
    name = "@without_fear_loopback_bot"
    ana.sends(text=f"{name} library", entities=entities_of(f"{name} library"))
    assert ana.answer().text.endswith("\nlibrary")


@pytest.mark.usefixtures("bot")
def test_whoever_blocks_the_bot_is_forgotten(
    server: TelegramServer, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[int] = []
    monkeypatch.setattr(ShortMemory, "forget", lambda self, chat: forgotten.append(chat))
    for before, now in (("member", "kicked"), ("kicked", "member")):
        change = {"chat": PRIVATE, "from": USER, "date": 1,
                  "old_chat_member": member(server.world.bot, before),
                  "new_chat_member": member(server.world.bot, now)}  # fmt: skip
        server.injects({"my_chat_member": change})
    server.waits_until(lambda: server.waiting == 0)
    assert forgotten == [7]
    assert ana.hears_nothing(seconds=0.1)


class TestWordsBesidePictures:
    """What the assistant says of them."""

    @staticmethod
    def parts(reply: Reply) -> tuple[str, set[Verb]]:
        text = "\n".join(f"{line.strong} {line.text}".strip() for line in reply.lines)
        return text, {button.tap.verb for row in reply.buttons for button in row}

    def test_the_answer_says_that_the_picture_was_not_looked_at(self, assistant: Assistant) -> None:
        reply = assistant.not_read(Unread("library card in toronto?"), Context())
        text, verbs = self.parts(reply)
        assert "Toronto · Library" in text
        assert text.endswith(w.PICTURE_UNSEEN)
        assert {Verb.DELETE, Verb.SOURCES} <= verbs
        assert reply.points

    def test_danger_comes_first(self, assistant: Assistant) -> None:
        unread = Unread("agents are knocking at my door right now")
        first = assistant.not_read(unread, Context()).lines[0]
        assert any(sign.isdigit() for sign in first.strong + first.text)

    def test_one_button_cannot_delete_an_album(self, assistant: Assistant) -> None:
        for words in ("", "library card in toronto?", "library toronto +1 416 555 0199"):
            reply = assistant.not_read(Unread(words, several=True), Context())
            assert Verb.DELETE not in self.parts(reply)[1]
            assert not reply.points

    def test_two_notes_have_one_button(self, assistant: Assistant) -> None:
        reply = assistant.not_read(Unread("library toronto +1 416 555 0199"), Context())
        verbs = [button.tap.verb for row in reply.buttons for button in row]
        assert verbs.count(Verb.DELETE) == 1


def test_every_field_of_a_message_with_content_is_known() -> None:
    """A new kind of content in a new library is either looked at here or left out on purpose."""
    from bot.channels.telegram.receive import IDENTITY, MEDIA

    fields = {each.lstrip("_") for each in Message.__slots__}
    assert set(IDENTITY) | set(MEDIA) <= fields
