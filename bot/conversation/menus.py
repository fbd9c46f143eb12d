"""Buttons and menus: languages, cities, topics by group, what can be done with an answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import wording as w
from bot.conversation.voice import Voice
from bot.domain import Button, Tap, Verb
from bot.knowledge.store import Answer

Row = tuple[Button, ...]
Rows = tuple[Row, ...]

GROUPS = {
    "danger": w.GROUP_DANGER,
    "health": w.GROUP_HEALTH,
    "home": w.GROUP_HOME,
    "learning": w.GROUP_LEARNING,
    "city": w.GROUP_CITY,
    "rights": w.GROUP_RIGHTS,
}
PLACELESS = "about-bot"  # the one topic that is the same everywhere


def rows(buttons: Sequence[Button], across: int) -> Rows:
    """The buttons in rows of `across`."""
    return tuple(tuple(buttons[start : start + across]) for start in range(0, len(buttons), across))


def language_buttons(voice: Voice, topic: str | None, place: str | None) -> Rows:
    """Every language in its own script; each leads on to what is still to be settled."""
    verb = Verb.CITIES
    if place:
        verb = Verb.ANSWER if topic else Verb.TOPICS
    return rows(
        [
            Button(language.name, Tap(verb, topic, place, tag))
            for tag, language in voice.store.languages.items()
        ],
        across=3,
    )


def city_buttons(voice: Voice, topic: str | None, cities: Sequence[str] = ()) -> Rows:
    """The cities (all, and the countries for whoever lives elsewhere; or those given); each
    leads to the topic's answer, or to the menu."""
    verb = Verb.ANSWER if topic else Verb.TOPICS
    return rows(
        [
            Button(voice.place(place), Tap(verb, topic, place, voice.language))
            for place in cities or (*voice.store.cities(), *voice.store.countries())
        ],
        across=2,
    )


def group_buttons(voice: Voice, place: str | None) -> Rows:
    """The groups of topics."""
    return rows(
        [
            Button(voice.text(name), Tap(Verb.GROUP, group, place, voice.language))
            for group, name in GROUPS.items()
        ],
        across=1,
    )


def topic_buttons(voice: Voice, place: str | None, topics: Sequence[str]) -> Rows:
    """The topics given, one a row, so that long titles can be read."""
    return rows([_topic_button(voice, place, topic) for topic in topics], across=1)


def topics_of_group(voice: Voice, group: str) -> list[str]:
    """The ids of the topics of a group, in the order of topics.yaml."""
    return [name for name, topic in voice.store.topics.items() if topic.group == group]


def _topic_button(voice: Voice, place: str | None, topic: str) -> Button:
    return Button(voice.topic(topic), Tap(Verb.ANSWER, topic, place, voice.language))


def choice_buttons(voice: Voice, place: str | None, topics: Sequence[str]) -> Rows:
    """Topics to choose between, and the way out when it is none of them."""
    none = Button(voice.text(w.BUTTON_TOPICS), Tap(Verb.TOPICS, None, place, voice.language))
    return (*topic_buttons(voice, place, topics), (none,))


def answer_buttons(voice: Voice, answer: Answer, asked: str) -> Rows:
    """What can be done with an answer."""

    def button(label: str, verb: Verb) -> Button:
        return Button(voice.text(label), Tap(verb, answer.topic, asked, voice.language))

    more = "more" in answer.words["en"].sections or any(
        voice.store.contacts[name].web or voice.store.contacts[name].address
        for name in answer.facts.contacts
    )
    details = [button(w.BUTTON_SOURCES, Verb.SOURCES)]
    if more:
        details.insert(0, button(w.BUTTON_MORE, Verb.MORE))
    share = button(w.BUTTON_SHARE, Verb.SHARE)
    return (
        (*details, share),
        (button(w.BUTTON_REFUSED, Verb.REFUSED), button(w.BUTTON_WRONG, Verb.WRONG)),
        (button(w.BUTTON_OTHER_CITY, Verb.CITIES), button(w.BUTTON_LANGUAGE, Verb.LANGUAGES)),
    )


def back_button(voice: Voice, topic: str, place: str) -> Rows:
    """The way back from details to the answer."""
    return ((Button(voice.text(w.BUTTON_BACK), Tap(Verb.ANSWER, topic, place, voice.language)),),)


def report_buttons(voice: Voice, topic: str, place: str) -> Rows:
    """What can be reported of a service: they asked for papers, the number does not work."""
    return rows(
        [
            Button(voice.text(label), Tap(verb, topic, place, voice.language))
            for label, verb in (
                (w.BUTTON_ASKED_PAPERS, Verb.ASKED_PAPERS),
                (w.BUTTON_NUMBER_DEAD, Verb.NUMBER_DEAD),
            )
        ],
        across=1,
    )


def way_on(voice: Voice, place: str | None) -> Rows:
    """Topics and language: under every reply that is no answer."""
    return (
        (
            Button(voice.text(w.BUTTON_TOPICS), Tap(Verb.TOPICS, None, place, voice.language)),
            Button(voice.text(w.BUTTON_LANGUAGE), Tap(Verb.LANGUAGES, None, place, voice.language)),
        ),
    )
