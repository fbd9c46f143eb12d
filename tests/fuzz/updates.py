"""Makes updates of every kind: their shapes are read from the signatures of the library's classes.

maker = Updates(Random(1))
maker.right("message")      -> as the Bot API says, optional fields there or missing
maker.wrong(update)         -> with a few things deleted, exchanged, added, or far too big
"""

from __future__ import annotations

import copy
import datetime
import inspect
import re
import sys
import types
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import telegram
from telegram import TelegramObject, Update

from tests.fuzz.texts import CANARY, text

Fields = dict[str, Any]

# Arguments of the classes that stand under another name in the Bot API.
RENAMED = {"from_user": "from"}
NO_FIELDS = ("self", "api_kwargs", "update_id")
DEEPEST = 4
FIRST_ID = 987_654_321_000
ODD = (
    None, True, -1, 0, 2**31, 2**63, 10**30, -(10**30), 1.5, 1e308, "", "x", CANARY, "\x00",
    [], {}, [[]], [None], {"a": {}}, {"id": []}, [{"type": CANARY}], "9" * 5_000,
)  # fmt: skip


class Field(NamedTuple):
    """A field of an object: its name, what may stand in it, and whether it must."""

    name: str
    hint: Any
    required: bool


def _names() -> dict[str, Any]:
    return {**vars(telegram), "dtm": datetime, "datetime": datetime}


@cache
def fields(kind: type[TelegramObject]) -> tuple[Field, ...]:
    """The fields of a class of the library, as the Bot API names them."""
    known = {**vars(sys.modules[kind.__module__]), **_names()}
    hints = get_type_hints(kind.__init__, globalns=known)
    return tuple(
        Field(RENAMED.get(name, name), hints.get(name, str), each.default is inspect._empty)
        for name, each in inspect.signature(kind.__init__).parameters.items()
        if name not in NO_FIELDS and each.kind is not each.VAR_KEYWORD
    )


@cache
def variants(kind: type[TelegramObject]) -> tuple[type[TelegramObject], ...]:
    """The class, or the ones that stand for it where it is only their common base."""
    below = tuple(each for each in kind.__subclasses__() if each.__module__.startswith("telegram."))
    return below or (kind,)


KINDS = tuple(field.name for field in fields(Update))


class Updates:
    """Makes updates by chance; each of them comes from people and chats of its own."""

    def __init__(self, chance: Random, first_id: int = 1) -> None:
        self._chance = chance
        self._made = first_id - 1

    def right(self, kind: str) -> Fields:
        """An update of a kind, as the Bot API describes it."""
        self._made += 1
        hint = next(field.hint for field in fields(Update) if field.name == kind)
        return {"update_id": self._made, kind: self._value(hint, kind, 0)}

    def asking(self) -> Fields:
        """A text in a private chat."""
        update = self.right(self._chance.choice(("message", "message", "edited_message")))
        message = next(value for name, value in update.items() if name != "update_id")
        kept = ("message_id", "date", "chat", "from", "reply_to_message", "entities")
        for name in [name for name in message if name not in kept]:
            if self._chance.random() < 0.9:
                del message[name]
        message.pop("forward_origin", None)
        message["text"] = text(self._chance) or "a"
        message["chat"]["type"] = "private"
        return update

    def wrong(self, update: Fields) -> Fields:
        """The update with one to three faults in it; its `update_id` stands."""
        for _ in range(self._chance.randint(1, 3)):
            inside = [each for each in _containers(update) if each]
            if not inside:
                break
            self._spoil(self._chance.choice(inside), update)
        return update

    def _spoil(self, inside: Any, update: Fields) -> None:
        chance = self._chance
        places = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        places = [each for each in places if inside is not update or each != "update_id"]
        if not places:
            return
        place, what = chance.choice(places), chance.random()
        if what < 0.3 and isinstance(inside, dict):
            del inside[place]
        elif what < 0.5 and isinstance(inside, dict):
            inside[f"{CANARY}_{chance.randint(0, 9)}"] = copy.deepcopy(chance.choice(ODD))
        else:
            inside[place] = copy.deepcopy(chance.choice(ODD))

    def _object(self, kind: type[TelegramObject], depth: int) -> Fields:
        picked = self._chance.choice(variants(kind))
        if picked is telegram.InaccessibleMessage and self._chance.random() < 0.6:
            picked = telegram.Message
        found: Fields = {}
        share = 0.04 if picked is telegram.Message else 0.4
        for field in fields(picked):
            if field.required or (depth < DEEPEST and self._chance.random() < share):
                found[field.name] = self._value(field.hint, field.name, depth + 1)
        for name in ("type", "status", "source"):
            told = _told_apart_by(picked, kind)
            if told and (name in found or name in {each.name for each in fields(kind)}):
                found[name] = told
        return found

    def _value(self, hint: Any, name: str, depth: int) -> Any:
        chance = self._chance
        if get_origin(hint) in (Union, types.UnionType):
            return self._value(
                chance.choice([each for each in get_args(hint) if each is not type(None)]),
                name,
                depth,
            )
        if get_origin(hint) in (list, tuple, Sequence) and get_args(hint):
            many = chance.randint(0, 2 if depth < DEEPEST else 0)
            return [self._value(get_args(hint)[0], name, depth) for _ in range(many)]
        if isinstance(hint, type) and issubclass(hint, TelegramObject):
            return self._object(hint, depth)
        if hint is bool:
            return chance.random() < 0.5
        if hint in (int, float):
            return self._number(name)
        if name == "date":
            return 1_700_000_000 + self._made
        if hint in (datetime.datetime, datetime.timedelta):
            return chance.randint(1, 2**31)
        if hint is str:
            return self._string(name)
        return {}

    def _number(self, name: str) -> int:
        if name == "id" or name.endswith("_id"):
            return FIRST_ID + self._made
        return self._chance.choice((0, 1, 7, 90, 2**31, 2**52, self._chance.randint(1, 10**6)))

    def _string(self, name: str) -> str:
        chance = self._chance
        if name == "type":
            return chance.choice(
                ("private", "private", "group", "supergroup", "channel", "regular")
            )
        if name == "language_code":
            return chance.choice(("es", "pt-br", "zh-hant", "", "de", "fil", "x" * 99, CANARY))
        if name == "data" and chance.random() < 0.6:
            return chance.choice(
                ("sources:library:toronto:es", "more:::", "start:::", "erase:::", "delete:::x",
                 "cities:library::", "a:b:c:d", "answer:library:nowhere:xx", ":::")
            )  # fmt: skip
        return text(chance)


def _told_apart_by(picked: type[TelegramObject], kind: type[TelegramObject]) -> str:
    """The word that says which of several kinds an object is: MessageOriginUser -> "user"."""
    if picked is kind:
        return ""
    ending = picked.__name__.removeprefix(kind.__name__)
    constant = re.sub(r"(?<!^)(?=[A-Z])", "_", ending).upper()
    return str(getattr(kind, constant, ending.lower()))


def _containers(value: Any) -> list[Any]:
    found = []
    if isinstance(value, dict | list):
        found.append(value)
        for each in value.values() if isinstance(value, dict) else value:
            found += _containers(each)
    return found
