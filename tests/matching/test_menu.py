"""Titles of the menu and names of cities, the commonest of all that people type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from bot.conversation.voice import Voice
from bot.domain import Match, Outcome, Question
from bot.knowledge.names import Names
from bot.knowledge.phrases import Phrase
from bot.knowledge.schema import Place, Topic
from bot.knowledge.store import Store
from bot.matching.matcher import Matcher
from bot.matching.menu import Menu

# Of the titles beside cities that are offered first but not answered, as some are ambiguous.
ONLY_OFFERED = 0.01


@pytest.fixture(scope="module")
def matcher(store: Store) -> Matcher:
    return Matcher(store)


def titles(store: Store) -> Iterator[tuple[str, str, Voice]]:
    """Every topic with its title in every language."""
    for language in store.languages:
        voice = Voice(store, language, date.today())
        for topic in store.topics:
            yield topic, voice.topic(topic), voice


def found_first(topic: str, match: Match) -> bool:
    return match.topic == topic or (match.outcome is Outcome.CHOICE and match.choices[0] == topic)


def test_a_title_is_understood_alone(matcher: Matcher, store: Store) -> None:
    missed = [
        (voice.language, title)
        for topic, title, voice in titles(store)
        if not found_first(topic, matcher.match(Question(title)))
    ]
    assert missed == []


def test_a_title_is_understood_beside_every_city(matcher: Matcher, store: Store) -> None:
    missed, asked, offered = [], 0, 0
    for topic, title, voice in titles(store):
        for city in store.cities():
            name = voice.place(city)
            for text in (f"{name} {title}", f"{title} {name}"):
                match = matcher.match(Question(text))
                asked += 1
                offered += match.topic != topic
                if match.place != city or not found_first(topic, match):
                    missed.append((voice.language, text))
    assert missed == []
    assert offered <= ONLY_OFFERED * asked


def test_the_name_of_a_city_alone_is_about_no_topic(matcher: Matcher, store: Store) -> None:
    for language in store.languages:
        voice = Voice(store, language, date.today())
        for city in store.cities():
            match = matcher.match(Question(voice.place(city)))
            assert (match.topic, match.place) == (None, city), voice.place(city)


@pytest.mark.parametrize(
    ("beside", "alone"),
    [
        ("Torronto больница", "больница"),
        ("biblioteca en nueva york", "biblioteca en"),
        ("food bank mississauga", "food bank"),
    ],
)
def test_a_few_words_mean_the_same_beside_a_city(matcher: Matcher, beside: str, alone: str) -> None:
    with_city, without = matcher.match(Question(beside)), matcher.match(Question(alone))
    assert (with_city.choices, with_city.confidence) == (without.choices, without.confidence)


PLACES = {
    "canada": Place(name="Canada", level="country", line="x"),
    "london-on": Place(name="London, Ontario", level="city", within="canada", line="x"),
}
MENU = Menu.of(
    {"library": Topic(title="Library", group="learning", urgent="no")},
    PLACES,
    {"london-on": Names(city=("london ont", "Лондон", "伦敦"))},
    {
        "en": {},
        "ru": {
            ("topic", "Library"): "Библиотека",
            ("place", "London, Ontario"): "Лондон (Онтарио)",
        },
        "zh-Hans": {("topic", "Library"): "图书馆", ("place", "London, Ontario"): "伦敦"},
    },
)


def test_a_menu_knows_titles_and_cities_in_the_script_of_each_language() -> None:
    assert [(title.language, title.text) for title in MENU.titles] == [
        ("en", "Library"),
        ("ru", "Библиотека"),
        ("zh-Hans", "图书馆"),
    ]
    assert MENU.cities == {
        "en": (("London", ("london ont",)),),
        "ru": (("Лондон", ("Лондон",)),),
        "zh-Hans": (("伦敦", ("伦敦",)),),
    }
    assert MENU.places["london-on"] == ("London, Ontario", "Лондон (Онтарио)", "伦敦")


def test_lines_stand_beside_cities_of_their_own_language() -> None:
    drawn = list(MENU.beside_cities(MENU.titles, 20))
    assert drawn == list(MENU.beside_cities(MENU.titles, 20))
    assert {line.text for line in drawn} == {
        *("London Library", "Library London", "london ont Library", "Library london ont"),
        *("Лондон Библиотека", "Библиотека Лондон"),
        *("伦敦图书馆", "图书馆伦敦", "伦敦 图书馆", "图书馆 伦敦"),
    }
    (line,) = MENU.beside_cities([Phrase("ru", "place", "а в {city}?")])
    assert line == Phrase("ru", "place", "а в Лондон?")
