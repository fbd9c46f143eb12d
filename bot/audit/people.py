"""What the made-up people do: every handler of the bot is asked for something."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from typing import Any

from bot.audit.canaries import Canaries
from bot.audit.loopback import Seen, Server
from bot.audit.report import Row, searched
from bot.audit.unhurried import Unhurried

ANSWER_SECONDS = 20.0
COMMANDS = ("start", "help", "privacy", "language", "city", "topics", "police", "start ref")
# How many buttons are pressed that do the same with another topic, place or language.
OF_A_KIND = 4
QUESTIONS = (
    "do I need papers for a library card in Toronto {word}",
    "est-ce que l'école va demander des papiers à Montréal {word}",
    "me piden documentos en la clínica de Chicago {word}",
    "eu posso ir à biblioteca em Toronto sem documentos {word}",
    "нужны ли документы для библиотеки в Торонто {foreign}",
    "هل أحتاج أوراقا للمكتبة في Toronto {word}",
    "在 Toronto 去图书馆要证件吗 {word}",
    "agents are knocking at my door right now {word}",
    "{word}",
)
LINKS = ("toronto-es", "nyc-library", "emergency", "toronto-{word}", "{user}", "{number}")
IDENTITIES = (
    "my name is {first} {last}, can my child go to school in Toronto",
    "call me at {phone} about the clinic in Toronto",
    "I am @{user}, id {number}, is there a shelter in Toronto",
)


class Tried:
    """What was tried, and what hindered it: nothing, or why it could not be tried to the end."""

    def __init__(self, is_running: Callable[[], bool] = lambda: True) -> None:
        self.steps: dict[str, str] = {}
        self._is_running = is_running

    def __call__(self, what: str, act: Callable[[], object]) -> None:
        """Do it; a bot that does not answer is noted, and the next thing is tried."""
        if not self._is_running():
            self.steps[what] = "not to the end: the bot has ended"
            return
        try:
            done = act()
        except (TimeoutError, LookupError) as error:
            self.steps[what] = f"not to the end: {type(error).__name__}"
        else:
            self.steps[f"{what} ({done})" if isinstance(done, int) else what] = ""


class People:
    """Two people with the canaries' names; one has a long id, the other one of 32 bits."""

    def __init__(self, server: Server, canaries: Canaries) -> None:
        self.server = server
        self.canaries = canaries
        # What the bot said where others read it, or made for others to read.
        self._said_to_others: list[str] = []
        ana = server.person(canaries.chat_id, language_code="en", **self._names())
        ben = server.person(canaries.small_id, language_code="es", **self._names())
        self.ana, self.ben = Unhurried(ana), Unhurried(ben)
        # What has no need of one of them goes to both in turn, so that neither has to wait long.
        self._turns = cycle((self.ana, self.ben))

    def _names(self) -> dict[str, str]:
        who = self.canaries
        return {
            "first_name": who.first_name,
            "last_name": who.last_name,
            "username": who.username,
        }

    def worded(self, text: str) -> str:
        """A text with the canaries in it."""
        who = self.canaries
        return text.format(
            word=who.word,
            foreign=who.foreign_word,
            first=who.first_name,
            last=who.last_name,
            user=who.username,
            phone=who.phone,
            number=who.chat_id,
        )

    def settle(self) -> None:
        """Wait until the bot has confirmed every update."""
        self.server.waits_until(lambda: self.server.waiting == 0, seconds=ANSWER_SECONDS)

    def asks(self, text: str, who: Unhurried | None = None) -> Seen:
        """The answer to a text."""
        person = who or next(self._turns)
        person.writes(self.worded(text))
        return person.answer(seconds=ANSWER_SECONDS)

    def everything(self, tried: Tried) -> None:
        """Use every handler."""
        tried("commands", self._commands)
        tried("questions in several languages", self._questions)
        tried("names, numbers and a phone in a text", self._identities)
        tried("buttons, each kind", self._buttons)
        tried("buttons of a message that is gone", self._old_button)
        tried("deep links", self._links)
        tried("edited message", self._edited)
        for kind, content in self._kinds().items():
            tried(kind, lambda content=content: self._sends(content))  # type: ignore[misc]  # mypy cannot tell what it is called with
        tried("photo", self._photo)
        tried("messages of a group, kinds of updates not asked for", self._elsewhere)
        tried("updates that cannot be read", self._unreadable)
        tried("updates that let a handler crash", self._crashing)
        self.reach_others(tried)
        tried("/erase", lambda: self.asks("/erase"))

    def burst(self) -> None:
        """Once more every canary, in a moment."""
        for person in (self.ana, self.ben):
            for text in (*QUESTIONS[:1], QUESTIONS[4], *IDENTITIES):
                self.asks(text, person)
        for content in self._kinds().values():
            self._sends(content)

    def reach_others(self, tried: Tried) -> None:
        """Let the bot say what others than the one who asks will read."""
        tried("inline queries", self._inline)
        tried("a group: named, replied to, commanded, joined", self._group)
        tried("an answer shared", self._share)

    def read_by_others(self) -> Row:
        """Whether anything of that shows who asked."""
        said = "\n".join(self._said_to_others)
        return searched(
            f"what others read, {len(self._said_to_others)} cards and messages",
            self.canaries.found_in(said.encode()),
        )

    def _commands(self) -> int:
        for person in (self.ana, self.ben):
            for command in COMMANDS:
                self.asks(f"/{command}", person)
        return len(COMMANDS)

    def _questions(self) -> int:
        for person in (self.ana, self.ben):
            for question in QUESTIONS:
                self.asks(question, person)
        return len(QUESTIONS)

    def _identities(self) -> int:
        for text in IDENTITIES:
            self.asks(text)
        return len(IDENTITIES)

    def _buttons(self) -> int:
        """Press what is to be seen, and what is to be seen then, a few of each kind."""
        to_press = [
            (data, seen.id, person)
            for text in ("/start", "/topics", "/city", QUESTIONS[0])
            for person in (next(self._turns),)
            for seen in (self.asks(text, person),)
            for data in seen.data
        ]
        pressed: Counter[str] = Counter()
        known = {data for data, _, _ in to_press}
        while to_press:
            data, message, person = to_press.pop(0)
            kind = data.split(":")[0]
            if pressed[kind] >= OF_A_KIND or kind == "erase":
                continue
            pressed[kind] += 1
            # Some change nothing, and then nothing new is to be seen.
            person.presses_data(data, message)
            self.settle()
            for seen in person.chat()[-2:]:
                to_press += [(each, seen.id, person) for each in seen.data if each not in known]
                known.update(seen.data)
        return pressed.total()

    def _old_button(self) -> None:
        for data in ("sources:library:toronto:en", self.canaries.word, f"answer:{'x' * 50}:::"):
            self.ana.presses_data(data)
            self.ana.answer(seconds=ANSWER_SECONDS)

    def _links(self) -> int:
        for payload in LINKS:
            self.asks(f"/start {payload}")
        return len(LINKS)

    def _inline(self) -> int:
        asked = (*QUESTIONS, *IDENTITIES)
        for text in asked:
            offer = self.ana.types_inline(self.worded(text))
            self._said_to_others.append(json.dumps(offer, ensure_ascii=False))
        return len(asked)

    def _group(self) -> None:
        group = self.server.group(-self.canaries.chat_id, title=self.canaries.word)
        for text in (*QUESTIONS, *IDENTITIES, "/privacy", "/erase", self.canaries.username):
            self._others_read(group.asks(self.ana, self.worded(text)))
        group.hears(self.ana, f"/help {self.canaries.word}")
        self._others_read(group.answer())
        group.member(self.ana, "left", "member")
        self._others_read(group.answer())
        group.hears(self.ana, self.worded(QUESTIONS[0]))
        self.settle()

    def _share(self) -> None:
        answer = self.asks(QUESTIONS[0], self.ana)
        self.ana.presses_data("share:library:toronto:en", answer.id)
        self._others_read(self.ana.answer(seconds=ANSWER_SECONDS))

    def _others_read(self, seen: Seen) -> None:
        self._said_to_others += [seen.text, *seen.urls]

    def _edited(self) -> None:
        message = self.ana.writes(self.worded(QUESTIONS[0]))
        self.ana.answer(seconds=ANSWER_SECONDS)
        self.ana.edits(message, self.worded(QUESTIONS[2]))
        self.ana.answer(seconds=ANSWER_SECONDS)

    def _photo(self) -> None:
        self.ana.sends_photo(self.worded("my letter from the office {word} {first}"))
        self.ana.answer(seconds=ANSWER_SECONDS)

    def _kinds(self) -> dict[str, dict[str, Any]]:
        """Messages that hold something else than a text, by their kind."""
        who = self.canaries
        file = {"file_id": who.file_id, "file_unique_id": who.file_id[:9]}
        place = {"latitude": who.latitude, "longitude": -who.latitude}
        contact = {
            "phone_number": who.card_phone,
            "first_name": who.first_name,
            "last_name": who.last_name,
            "user_id": who.chat_id,
        }
        origin = {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": who.first_name}
        return {
            "document": {"document": {**file, "file_name": who.file_name}, "caption": who.word},
            "contact card": {"contact": contact},
            "location": {"location": place},
            "venue": {"venue": {"location": place, "title": who.word, "address": who.last_name}},
            "voice": {"voice": {**file, "duration": 3}},
            "video note": {"video_note": {**file, "duration": 3, "length": 9}},
            "sticker": {"sticker": {**file, "type": "regular", "width": 9, "height": 9,
                                    "is_animated": False, "is_video": False}},
            "forwarded message": {"text": self.worded(QUESTIONS[0]), "forward_origin": origin},
        }  # fmt: skip

    def _sends(self, content: dict[str, Any]) -> None:
        person = next(self._turns)
        person.sends(**content)
        person.answer(seconds=ANSWER_SECONDS)

    def message(self, **changes: Any) -> dict[str, Any]:
        """A text of the person with the long id as Telegram hands it over, with changes."""
        who = self.canaries
        user = {"id": who.chat_id, "is_bot": False, **self._names(), "language_code": "en"}
        chat = {"id": who.chat_id, "type": "private", **self._names()}
        text = self.worded(QUESTIONS[0])
        return {"message_id": 1, "date": 1, "from": user, "chat": chat, "text": text, **changes}

    def _elsewhere(self) -> None:
        who = self.canaries
        group = {"id": -who.chat_id, "type": "supergroup", "title": who.word}
        query = {"id": who.word, "from": self.message()["from"], "query": who.word, "offset": ""}
        self.server.injects({"message": self.message(chat=group)})
        self.server.injects({"channel_post": self.message(chat={**group, "type": "channel"})})
        self.server.injects({"inline_query": query})
        self.server.injects({who.word: self.message()})
        self.settle()

    def _unreadable(self) -> None:
        for changes in (
            {"chat": {"id": self.canaries.username}},
            {"chat": self.canaries.word},
            {"from": [self.canaries.first_name]},
            {"date": self.canaries.word},
            {"entities": [{"type": self.canaries.word}]},
        ):
            self.server.injects({"message": self.message(**changes)})
        self.server.injects({"callback_query": {"data": self.canaries.word}})
        self.server.injects({"message": self.canaries.word})
        self.settle()

    def _crashing(self) -> None:
        sender = self.message()["from"]
        private = self.message()["chat"]
        for changes in (
            {"text": {"text": self.canaries.word}},
            {"text": [self.canaries.word]},
            {"text": self.canaries.chat_id},
            {"from": {**sender, "language_code": self.canaries.small_id}},
            {"from": {**sender, "language_code": {self.canaries.word: 1}}},
            {"chat": {**private, "id": self.canaries.username}},
        ):
            self.server.injects({"message": self.message(**changes)})
        self.settle()
