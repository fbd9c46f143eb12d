"""The nouns that every room shares: what is asked, what was understood, what is said.

Everything here is frozen and imports nothing of ours, so any room may use it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Outcome(StrEnum):
    """What the bot decided to do with a question; the values are the `match` format's."""

    ANSWER = "answer"
    CHOICE = "choice"
    ASK_CITY = "ask-city"
    URGENT = "urgent"
    UNKNOWN = "unknown"
    SMALL_TALK = "small-talk"


class Verb(StrEnum):
    """What a button or a command asks for; the values stand in callback data for months."""

    START = "start"
    HELP = "help"
    PRIVACY = "privacy"
    LANGUAGES = "languages"
    CITIES = "cities"
    TOPICS = "topics"
    GROUP = "group"
    ANSWER = "answer"
    MORE = "more"
    SOURCES = "sources"
    REFUSED = "refused"
    WRONG = "wrong"
    ERASE = "erase"
    DELETE = "delete"
    ASKED_PAPERS = "asked-papers"
    NUMBER_DEAD = "number-dead"


@dataclass(frozen=True, slots=True)
class Context:
    """What the half hour remembers of a conversation: ids only, each None while unknown."""

    language: str | None = None
    place: str | None = None
    topic: str | None = None

    def updated(self, other: Context) -> Context:
        """This context with whatever `other` knows laid over it."""
        return replace(
            self,
            language=other.language or self.language,
            place=other.place or self.place,
            topic=other.topic or self.topic,
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A person's own words, and what the conversation so far has settled."""

    text: str
    context: Context = Context()


@dataclass(frozen=True, slots=True)
class Match:
    """What was understood of a question.

    `topic` is the topic answered or asked the city for; `choices` are topic ids, best first;
    `confidence` is 0 to 1. `uncovered` is the name of a city that the bot does not cover.
    `followed` says that the topic came from the conversation, not from the text.
    """

    outcome: Outcome
    topic: str | None = None
    place: str | None = None
    language: str = "en"
    choices: tuple[str, ...] = ()
    confidence: float = 0.0
    uncovered: str = ""
    places: tuple[str, ...] = ()
    small_talk: str = ""
    followed: bool = False


@dataclass(frozen=True, slots=True)
class Tap:
    """A pressed button or a command, complete in itself: no memory is needed to serve it.

    With Verb.GROUP `topic` is the id of a group of topics.
    """

    verb: Verb
    topic: str | None = None
    place: str | None = None
    language: str | None = None

    def encoded(self) -> str:
        """The callback data for this tap: at most 64 bytes of ids joined by colons."""
        ids = (self.topic or "", self.place or "", self.language or "")
        return ":".join((self.verb.value, *ids))

    @classmethod
    def decoded(cls, data: str) -> Tap | None:
        """The tap that `encoded` made, or None where the data is not one of ours."""
        parts = data.split(":")
        if len(parts) != 4:
            return None
        verb, topic, place, language = parts
        if verb not in Verb._value2member_map_:
            return None
        return cls(Verb(verb), topic or None, place or None, language or None)


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, and the tap that it makes."""

    label: str
    tap: Tap


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reply: a strong beginning, plain text, and where it links to, each optional."""

    text: str = ""
    strong: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted of a question or a report: ids only, nothing of the person or the words.

    `outcome` is an Outcome's value, or what was reported: "not-asked", "asked-papers",
    "number-dead". `topic` and `place` are empty where there is none.
    """

    place: str
    topic: str
    language: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said: lines top to bottom, rows of buttons, and what to remember of it.

    `language` tells the channel the direction of the script. `tally` is what to count. With
    `points` it is said as a reply to the person's message, which a button can then delete.
    """

    lines: tuple[Line, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    language: str = "en"
    context: Context = Context()
    tally: Tally | None = None
    points: bool = False

    @property
    def is_urgent(self) -> bool:
        """Whether it answers danger."""
        return self.tally is not None and self.tally.outcome == Outcome.URGENT
