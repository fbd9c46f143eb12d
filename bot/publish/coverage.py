"""The map of what is answered: each city and topic, where the answer comes from, how fresh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from bot.conversation.menus import PLACELESS
from bot.knowledge.store import Answer, State, Store

SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Cell:
    """One question that a resident can ask: a city and a topic, and what answers it.

    `answered_by` is the place whose answer is given, "bot" for what the bot says of itself
    everywhere, None where there is no answer; the rest is empty then. Dates are written
    2026-11-22. `languages` have sentences of their own, `stale` ones are older than the English.
    """

    place: str
    topic: str
    answered_by: str | None
    access: str | None = None
    confidence: str | None = None
    state: str | None = None
    checked_on: str | None = None
    check_again_by: str | None = None
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    reviewed: bool = False

    def as_json(self) -> dict[str, Any]:
        """The published form: the keys fixed for others to build on."""
        row = asdict(self)
        return {
            key: row[key]
            for key in (
                "place", "topic", "answered_by", "access", "checked_on", "check_again_by",
                "sources", "languages", "reviewed",
            )
        }  # fmt: skip


def coverage(store: Store, today: date) -> list[Cell]:
    """A cell for every city and topic, in the order of the folder."""
    return [_cell(store, city, topic, today) for city in store.cities() for topic in store.topics]


def _cell(store: Store, city: str, topic: str, today: date) -> Cell:
    if topic == PLACELESS:
        return Cell(city, topic, "bot", "open", languages=tuple(store.languages))
    answer = store.answer(city, topic)
    if answer is None:
        return Cell(city, topic, None)
    facts = answer.facts
    return Cell(
        city,
        topic,
        answer.place,
        facts.access,
        facts.confidence,
        _state(answer, today),
        str(facts.checked_on),
        str(facts.check_again_by),
        tuple(store.sources[name].url for name in facts.sources),
        tuple(name for name in store.languages if name in answer.words),
        tuple(name for name, words in answer.words.items() if words.stale),
        bool(facts.reviewed_by),
    )


def _state(answer: Answer, today: date) -> str:
    state = answer.state(today)
    if state is State.CURRENT and answer.facts.check_again_by - today <= SOON:
        return "expiring"
    return state.value


def expiring(store: Store, today: date) -> Iterator[Answer]:
    """The answers that must be checked again within 60 days, the most pressing first."""
    found = [
        answer for answer in store.answers.values() if answer.facts.check_again_by - today <= SOON
    ]
    yield from sorted(found, key=lambda answer: (answer.facts.check_again_by, answer.place))


def used_in(store: Store) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Where each source and each contact is used, as "place/topic"; empty lists where nowhere."""
    sources: dict[str, list[str]] = {name: [] for name in store.sources}
    contacts: dict[str, list[str]] = {name: [] for name in store.contacts}
    for (place, topic), answer in store.answers.items():
        for name in answer.facts.sources:
            sources[name].append(f"{place}/{topic}")
        for name in answer.facts.contacts:
            contacts[name].append(f"{place}/{topic}")
    return sources, contacts
