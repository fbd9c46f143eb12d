"""Groups: only what is meant for the bot is answered, for everyone, and nothing is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.addressed import Name, words_for_us
from bot.conversation import wording as w
from bot.conversation.assistant import Assistant
from bot.conversation.memory import ShortMemory
from bot.conversation.voice import Voice
from bot.domain import Context, Question, Reply, Tap, Verb
from bot.knowledge.store import Store
from tests.channels.conftest import RunningBot
from tests.telegram_server import BOT_ID, Group, Person, TelegramServer

NAME = "@without_fear_loopback_bot"
ADDRESS = "https://t.me/without_fear_loopback_bot"


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


@pytest.fixture
def ana(server: TelegramServer) -> Person:
    return server.person(987654321012, first_name="Zanaria", username="zanaria", language_code="pa")


@pytest.fixture
def group(server: TelegramServer) -> Group:
    return server.group(-1001234567890)


def ours(text: str = "earlier", **more: Any) -> dict[str, Any]:
    """A message of the bot, to be replied to."""
    sender = {"id": BOT_ID, "is_bot": True, "first_name": "b", "username": NAME[1:]}
    chat = {"id": -1001234567890, "type": "supergroup", "title": "g"}
    return {"message_id": 3, "date": 1, "chat": chat, "from": sender, "text": text, **more}


def text_of(reply: Reply) -> str:
    return "\n".join(f"{line.strong} {line.text}".strip() for line in reply.lines)


@pytest.mark.usefixtures("bot")
class TestAddressed:
    """What reaches the assistant of what is said in a group."""

    @pytest.mark.parametrize(("text", "asked"), [
        (f"{NAME} library toronto", "group: library toronto"),
        ("𝒂👩‍👧 library " + NAME.upper() + ", toronto?", "group: 𝒂👩‍👧 library , toronto?"),
        (NAME, "group: "),
        (f"{NAME} /help", "command help"),
        ("/help", "command help"),
        (f"/erase{NAME}", "command erase"),
        (f"/start{NAME} toronto", "command start"),
        (f"/police{NAME} in Toronto", "group: police in Toronto"),
        (f"{NAME} and {NAME}", "group: and"),
        (f"/ask{NAME} library toronto", "group: library toronto"),
        ("/ask library toronto", "group: library toronto"),
        (f"{NAME} /ask library", "group: library"),
        ("/ask", "group:"),
    ])  # fmt: skip
    def test_what_is_meant_for_the_bot(
        self, group: Group, ana: Person, text: str, asked: str
    ) -> None:
        group.hears(ana, text)
        assert group.answer().text == asked.strip()

    @pytest.mark.parametrize("text", [
        "library toronto", "/police in toronto", "/help@some_other_bot", "@some_other_bot toronto",
        f"x{NAME} toronto", "without_fear_loopback_bot toronto", f"/start@some_other_bot {NAME}",
    ])  # fmt: skip
    def test_what_is_not(self, group: Group, ana: Person, text: str) -> None:
        group.hears(ana, text)
        assert group.hears_nothing()

    def test_a_reply_to_the_bot_is_meant_for_it(self, group: Group, ana: Person) -> None:
        group.hears(ana, "and in Montreal?", reply_to_message=ours())
        assert group.answer().text == "group: and in Montreal?"

    def test_a_reply_to_somebody_else_is_not(self, group: Group, ana: Person) -> None:
        group.hears(ana, "library?", reply_to_message={**ours(), "from": ana.user})
        group.hears(ana, "hello", reply_to_message=ours(forum_topic_created={
            "name": "t", "icon_color": 1}))  # fmt: skip
        assert group.hears_nothing()

    def test_a_name_in_a_caption_and_one_without_a_username(
        self, group: Group, ana: Person, server: TelegramServer
    ) -> None:
        photo = [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]
        mention = [{"type": "mention", "offset": 0, "length": len(NAME)}]
        group.gets(ana, photo=photo, caption=f"{NAME} library", caption_entities=mention)
        assert group.answer().text == "group: library"
        named = [{"type": "text_mention", "offset": 0, "length": 2, "user": server.world.bot}]
        group.gets(ana, text="👋 library", entities=named)
        assert group.answer().text == "group: library"

    def test_other_peoples_words_and_other_bots_are_let_be(
        self, group: Group, ana: Person, server: TelegramServer
    ) -> None:
        origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Zanaria"}
        group.hears(ana, f"{NAME} library", forward_origin=origin)
        other = server.person(55, is_bot=True, username="other_bot")
        group.hears(other, f"{NAME} library")
        assert group.hears_nothing()

    def test_administrators_who_hide_are_answered(
        self, group: Group, server: TelegramServer
    ) -> None:
        hidden = server.person(1087968824, is_bot=True, username="GroupAnonymousBot")
        chat = {"id": group.id, "type": "supergroup", "title": "g"}
        group.hears(hidden, f"{NAME} library", sender_chat=chat)
        assert group.answer().text == "group: library"

    def test_nobody_is_pointed_at_and_the_only_button_is_a_link(
        self, group: Group, ana: Person, server: TelegramServer
    ) -> None:
        group.hears(ana, f"{NAME} library")
        seen = group.answer()
        assert seen.urls == (ADDRESS,)
        assert seen.data == ()
        [sent] = [each.params for each in server.called("sendMessage")]
        assert set(sent) == {
            "chat_id", "text", "parse_mode", "link_preview_options", "reply_markup",
        }  # fmt: skip

    def test_a_topic_of_a_forum_is_answered_in_it(
        self, server: TelegramServer, ana: Person
    ) -> None:
        forum = server.group(-1005, is_forum=True)
        forum.hears(ana, f"{NAME} library", message_thread_id=44, is_topic_message=True)
        forum.answer()
        forum.hears(ana, f"{NAME} school")
        forum.answer()
        # Replies in other groups have a thread as well, but no topic to answer in.
        server.group(-1006).hears(ana, f"{NAME} food", message_thread_id=7)
        server.group(-1006)
        server.waits_until(lambda: len(server.called("sendMessage")) == 3)
        threads = [each.params.get("message_thread_id") for each in server.called("sendMessage")]
        assert threads == ["44", None, None]

    def test_nothing_of_a_group_is_remembered(
        self, group: Group, ana: Person, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        used: list[object] = []
        for method in ("keep", "recall"):
            monkeypatch.setattr(ShortMemory, method, lambda self, *given: used.append(given))
        group.hears(ana, f"{NAME} library toronto")
        group.answer()
        server.waits_until(lambda: server.waiting == 0)
        assert used == []

    def test_a_crash_of_ours_is_said_there(self, group: Group, ana: Person) -> None:
        group.hears(ana, f"{NAME} crash")
        assert group.answer().text == "busy"

    def test_an_edited_question_is_asked_anew_if_it_is_meant_for_us(
        self, group: Group, ana: Person, server: TelegramServer
    ) -> None:
        for text in (f"{NAME} library", "no longer for you"):
            mention = [{"type": "mention", "offset": 0, "length": len(NAME)}]
            entities = mention if text.startswith(NAME) else []
            server.injects({"edited_message": {
                **ours(text), "from": ana.user, "entities": entities, "edit_date": 2,
            }})  # fmt: skip
        assert group.answer().text == "group: library"
        assert group.hears_nothing()


@pytest.mark.usefixtures("bot")
class TestMembership:
    """The bot comes and goes."""

    @pytest.mark.parametrize(("before", "now", "greets"), [
        ("left", "member", True), ("kicked", "administrator", True), ("member", "left", False),
        ("member", "administrator", False), ("member", "kicked", False),
    ])  # fmt: skip
    def test_a_group_is_greeted_when_the_bot_comes(
        self, group: Group, ana: Person, before: str, now: str, *, greets: bool
    ) -> None:
        group.member(ana, before, now)
        if greets:
            assert group.answer().text == "hello, group"
        else:
            assert group.hears_nothing()

    def test_a_channel_is_not(self, server: TelegramServer, ana: Person) -> None:
        channel = server.group(-1009, type="channel")
        channel.member(ana, "left", "administrator")
        assert channel.hears_nothing()

    def test_a_group_that_has_become_a_supergroup_is_answered_there_once(
        self, server: TelegramServer, ana: Person
    ) -> None:
        group = server.group(-77, type="group")
        new = group.becomes(-100_77)
        group.hears(ana, f"{NAME} library")
        assert new.answer().text == "group: library"
        server.waits_until(lambda: server.waiting == 0)
        assert [each.status for each in server.called("sendMessage")] == [400, 200]

    def test_a_group_that_has_thrown_the_bot_out_is_left_in_peace(
        self, server: TelegramServer, group: Group, ana: Person
    ) -> None:
        server.world.people[group.id].blocked = True
        group.hears(ana, f"{NAME} library")
        server.waits_until(lambda: server.waiting == 0)
        ana.writes("still there?")
        assert ana.answer().text.endswith("still there?")


class TestReplies:
    """What the assistant says before everybody's eyes."""

    def test_an_answer_is_whole_and_leads_to_the_private_chat(self, assistant: Assistant) -> None:
        reply = assistant.in_group(
            Question("do i need papers for a library card in toronto", Context()), ADDRESS
        )
        alone = assistant.tapped(Tap(Verb.ANSWER, "library", "toronto", "en"), Context())
        assert reply.lines == alone.lines
        assert reply.buttons == ()
        [private] = reply.links
        assert private.url == f"{ADDRESS}?start=toronto-library"
        assert reply.context == Context()
        assert reply.tally is not None

    def test_without_a_city_it_is_asked_for_in_the_same_message(self, assistant: Assistant) -> None:
        reply = assistant.in_group(Question("do i need papers for a library card"), ADDRESS)
        assert w.GROUP_NAME_CITY in text_of(reply)
        assert w.WHICH_CITY in text_of(reply)
        assert "You ask" not in text_of(reply)
        assert [each.url for each in reply.links] == [f"{ADDRESS}?start=library"]

    def test_choices_are_links_too(self, assistant: Assistant) -> None:
        reply = assistant.in_group(Question("chicago police or hospital"), ADDRESS)
        assert len(reply.links) > 1
        assert all(each.url.startswith(f"{ADDRESS}?start=chicago") for each in reply.links)
        assert reply.buttons == ()

    def test_danger_has_its_number_first(self, assistant: Assistant) -> None:
        for text in ("agents are knocking at my door right now",
                     "agents are knocking at my door right now in toronto"):  # fmt: skip
            first = assistant.in_group(Question(text), ADDRESS).lines[0]
            assert any(sign.isdigit() for sign in first.strong + first.text)

    def test_the_language_is_that_of_the_words_and_never_the_phones(
        self, assistant: Assistant
    ) -> None:
        there = Context("pa", "montreal", "school")
        for text, language in (("shelter toronto", "en"),
                               ("me piden papeles en la biblioteca de toronto", "es")):  # fmt: skip
            reply = assistant.in_group(Question(text, there), ADDRESS)
            assert reply.language == language
            # Whoever opens the private chat is not taken to speak English.
            assert reply.links[0].url.endswith("-es") == (language == "es")
            assert "Montr" not in text_of(reply)

    def test_what_shows_who_somebody_is_is_not_read(self, assistant: Assistant) -> None:
        reply = assistant.in_group(Question("library toronto, call me at +1 416 555 0199"), ADDRESS)
        assert w.IDENTITY_SEEN in text_of(reply)
        assert "0199" not in text_of(reply)
        assert not reply.points
        assert reply.buttons == ()

    @pytest.mark.parametrize(("verb", "said"), [
        (Verb.START, w.GROUP_SEEN), (Verb.HELP, w.GROUP_SEEN), (Verb.CITIES, w.GROUP_SEEN),
        (Verb.LANGUAGES, w.GROUP_SEEN), (Verb.TOPICS, w.GROUP_SEEN),
        (Verb.PRIVACY, w.GROUP_PRIVACY), (Verb.ERASE, w.GROUP_ERASE),
    ])  # fmt: skip
    def test_commands_say_only_what_is_true_there(
        self, assistant: Assistant, verb: Verb, said: str
    ) -> None:
        reply = assistant.in_group(Tap(verb), ADDRESS)
        assert said in text_of(reply)
        assert w.PRIVACY_KEPT not in text_of(reply)
        assert w.ERASE_START not in text_of(reply)
        assert len(reply.links) == 1

    def test_the_page_about_the_bot_speaks_of_the_group(self, assistant: Assistant) -> None:
        said = text_of(assistant.in_group(Question("who runs this bot"), ADDRESS))
        assert w.ABOUT_WHAT in said
        assert w.GROUP_PRIVACY in said
        assert w.PRIVACY_KEPT not in said

    def test_the_example_of_the_greeting_works_in_every_language(
        self, assistant: Assistant, store: Store
    ) -> None:
        assert f"/ask{NAME} Toronto Library" in text_of(assistant.group_hello(ADDRESS))
        for language in store.languages:
            voice = Voice(store, language, assistant._today())
            asked = f"{voice.place('toronto')} {voice.topic('library')}"
            [private] = assistant.in_group(Question(asked), ADDRESS).links
            assert "start=toronto-library" in private.url


def test_erase_in_a_group_erases_nothing(server: TelegramServer, bot: RunningBot) -> None:
    ana = server.person(7)
    group = server.group(-1001)
    group.hears(ana, "/erase")
    assert group.answer().text == "command erase"
    server.waits_until(lambda: server.waiting == 0)
    assert server.called("deleteMessages") == []


def test_entities_that_lie_outside_the_text_do_no_harm() -> None:
    from telegram import Chat, Message, MessageEntity

    name = Name(BOT_ID, NAME[1:])
    for offset, length in ((0, 99), (-5, 2), (99, 1), (1, 0), (1, -3)):
        for text in ("\ud800😀", NAME, ""):
            message = Message(1, None, Chat(-1, "group"), text=text,
                              entities=[MessageEntity("mention", offset, length)])  # fmt: skip
            assert words_for_us(message, name) in (None, "")
