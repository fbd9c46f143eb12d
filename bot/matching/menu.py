"""What stands in the menus, and how people type it: a title or two words, beside a city's name.

A city's name is evidence for nothing: it stands beside lines of every topic, and of none.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.names import Names
from bot.knowledge.phrases import Phrase
from bot.knowledge.schema import Place, Topic
from bot.language.catalogs import Key
from bot.matching.place_words import HAN

#: Of the names drawn, as many are the menu's own as are among all that people use.
MENU_NAMES = 0.5
#: What a name says of its province ("London, Ontario") is mostly left out.
_APART = re.compile(r"[,，(（،]")


@dataclass(frozen=True, slots=True)
class Menu:
    """The topics' titles in every language, and the covered cities as people name them there.

    `places` are all names of each place in the menus, of whatever language. `cities` has for each
    language the name in the menu and the other names in its script, for each city.
    """

    titles: tuple[Phrase, ...]
    places: Mapping[str, tuple[str, ...]]
    cities: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]

    @classmethod
    def of(
        cls,
        topics: Mapping[str, Topic],
        places: Mapping[str, Place],
        names: Mapping[str, Names],
        messages: Mapping[str, Mapping[Key, str]],
    ) -> Menu:
        """The menu of a folder; `messages` are its translations by language."""
        titles: list[Phrase] = []
        written: dict[str, dict[str, None]] = {name: {} for name in places}
        cities: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
        for language, said in messages.items():
            own = [
                Phrase(language, name, said.get(("topic", topic.title)) or topic.title)
                for name, topic in topics.items()
                if language == "en" or said.get(("topic", topic.title))
            ]
            titles += own
            called = {
                name: said.get(("place", place.name)) or place.name
                for name, place in places.items()
            }
            for name, text in called.items():
                written[name][text] = None
            writing = {_script(phrase.text) for phrase in own}
            cities[language] = tuple(
                (
                    _APART.split(called[name])[0].strip(),
                    tuple(each for each in names[name].city if _script(each) in writing),
                )
                for name, place in places.items()
                if place.level == "city" and name in names
            )
        return cls(tuple(titles), {name: tuple(each) for name, each in written.items()}, cities)

    def texts(self) -> Iterator[str]:
        """Every text of the menu, for a fingerprint of it."""
        for title in self.titles:
            yield f"{title.language} {title.label} {title.text}"
        yield f"{self.places}"
        for language, cities in self.cities.items():
            yield f"{language} {cities}"

    def beside_cities(
        self, lines: Iterable[Phrase], times: int = 1, seed: int = 0
    ) -> Iterator[Phrase]:
        """Each line so many times, the name of a city before or after it; the same for a seed.

        Where a line has a place for it, {city}, the name stands there.
        """
        chance = random.Random(seed)  # noqa: S311  not a secret
        for line in lines:
            for _ in range(times if self.cities.get(line.language) else 0):
                name, others = chance.choice(self.cities[line.language])
                if others and chance.random() >= MENU_NAMES:
                    name = chance.choice(others)
                yield Phrase(line.language, line.label, _beside(line.text, name, chance))


def _beside(text: str, city: str, chance: random.Random) -> str:
    if "{city}" in text:
        return text.replace("{city}", city)
    # Chinese is written with and without a space between the two.
    between = "" if HAN.search(city) and HAN.search(text) and chance.random() < 0.5 else " "
    return between.join((city, text) if chance.random() < 0.5 else (text, city))


def _script(text: str) -> str:
    """The script of a text, by its first letter: "LATIN", "CYRILLIC", "CJK"."""
    letter = next((char for char in text if char.isalpha()), "")
    return unicodedata.name(letter, "").split(" ")[0] if letter else ""
