"""What the files of `knowledge/` hold: the one definition of every field.

The checker, the compiled store and the published schemas all come from these classes.
Everything is text in the files; pydantic turns it into dates and refuses the rest.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)


def _written_as_a_day(value: object) -> object:
    """Refuse what pydantic would read as a number of seconds: only 2026-11-22 is a day."""
    if isinstance(value, str) and (len(value) != 10 or value[4] != "-" or value[7] != "-"):
        raise ValueError(f'{value} is no date; write it as "2026-11-22"')
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
PartialDate = Annotated[str, StringConstraints(pattern=r"^(undated|\d{4}(-\d{2}(-\d{2})?)?)$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\.[^\s]+$")]
Digits = Annotated[str, StringConstraints(pattern=r"^\d{1,3}(,?\d{3})*(\.\d+)?$")]
DAY_NAME = "(mon|tue|wed|thu|fri|sat|sun)"
HOURS = rf"^(24-7|{DAY_NAME}(-{DAY_NAME})? \d\d:\d\d-\d\d:\d\d)$"
Hours = Annotated[str, StringConstraints(pattern=HOURS)]
PhoneText = Annotated[str, StringConstraints(pattern=r"^[0-9+][0-9 .()-]*$")]

Access = Literal["open", "partly", "closed", "unknown"]
Confidence = Literal["high", "medium", "low"]
YesNo = Literal["yes", "no"]


class Record(BaseModel):
    """Base of all records: frozen, and no key that is not written here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Topic(Record):
    """One topic: its English title, its group in the menu, whether it is danger."""

    title: Text
    group: Literal["danger", "health", "home", "learning", "city", "rights"]
    urgent: YesNo


class Place(Record):
    """One place of the chain city → province or state → country, and its staffed line."""

    name: Text
    level: Literal["city", "province", "state", "country"]
    within: Identifier | None = None
    line: Identifier


class Language(Record):
    """One language: its own name, its direction, and Babel's name for it (empty: none)."""

    name: Text
    direction: Literal["ltr", "rtl"]
    babel: str


class Source(Record):
    """A page that statements rest on; `page_date` is what the page itself shows."""

    title: Text
    publisher: Text
    url: Url
    page_date: PartialDate
    read_on: Day
    kind: Literal["official", "service", "press", "research", "community", "law", "copy"]
    note: str = ""


class Contact(Record):
    """Whom to call or where to go, stored once; `source` is the page it was seen on."""

    name: Text
    names: dict[str, Text] = Field(default_factory=dict)
    kind: Identifier
    phone: PhoneText | None = None
    extension: Digits | None = None
    text: PhoneText | None = None
    web: Url | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    address: Text | None = None
    hours: tuple[Hours, ...] = ()
    languages: tuple[Identifier, ...] = ()
    interpreters: Annotated[str, StringConstraints(pattern=r"^(yes|\d{1,3})$")] | None = None
    caution: tuple[Identifier, ...] = ()
    source: Identifier
    confidence: Confidence


class Papers(Record):
    """Whether status is asked, which papers are asked for, what is taken instead."""

    status: Identifier
    asked: tuple[Identifier, ...] = ()
    instead: tuple[Identifier, ...] = ()


class Records(Record):
    """What is written down, who can get it, whether immigration can."""

    written_down: tuple[Identifier, ...] = ()
    seen_by: tuple[Identifier, ...] = ()
    immigration: Literal["no", "by-policy-no", "possible", "required", "unknown"]


class Practice(Record):
    """How it goes in practice, as far as reported, and when that was reported."""

    state: Identifier
    reported_on: PartialDate | None = None


class Value(Record):
    """A number, price or date that sentences draw on, with the page it comes from."""

    amount: Digits | None = None
    currency: Literal["CAD", "USD"] | None = None
    number: Digits | None = None
    date: Day | None = None
    source: Identifier
    as_of: PartialDate | None = None
    check_again_by: Day | None = None


class Facts(Record):
    """`facts.yaml`: what is known of one topic in one place, once for all languages."""

    access: Access
    confidence: Confidence
    papers: Papers
    records: Records
    practice: Practice
    cost: Identifier
    refused: tuple[Identifier, ...] = ()
    contacts: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    sources: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    values: dict[Identifier, Value] = Field(default_factory=dict)
    checked_on: Day
    check_again_by: Day
    reviewed_by: str = ""
    withdrawn: str = ""
    draft: YesNo = "no"

    @field_validator("refused")
    @classmethod
    def few_steps(cls, steps: tuple[str, ...]) -> tuple[str, ...]:
        """At most three steps: a person who was refused reads no more."""
        if len(steps) > 3:
            raise ValueError("holds more than three steps; keep the three that help most")
        return steps


class Front(Record):
    """The front of a wording file: which English it is made from, and who read it over."""

    made_from: str = ""
    reviewed_by: str = ""


class Terms(Record):
    """`terms.yaml`: the controlled words, id to English, by the field that uses them."""

    status: dict[Identifier, Text]
    papers: dict[Identifier, Text]
    records: dict[Identifier, Text]
    seen_by: dict[Identifier, Text]
    immigration: dict[Identifier, Text]
    cost: dict[Identifier, Text]
    practice: dict[Identifier, Text]
    refused: dict[Identifier, Text]
    kind: dict[Identifier, Text]
    caution: dict[Identifier, Text]
