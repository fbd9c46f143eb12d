"""Which places a text names: in every script, with slips, blocked, two at once, uncovered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.folder import read_folder
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.names import read_names
from bot.matching.place_learning import learn_places
from bot.matching.places import NamedPlaces, PlaceFinder

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
COMMON = """
can i see a doctor in the clinic without papers where is food bank school for my kids is there to
of and not but new work permit mobile orange reading nice normal mission corona general hospital
library police card bus free help us we they live from help need on at for with no
puedo ir al en la de clinica sin papeles mesa vista me aller ou est le pour
""".split()


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    mistakes = Mistakes()
    places = read_folder(KNOWLEDGE, mistakes).places
    learned = learn_places(read_names(KNOWLEDGE, places, mistakes), places, COMMON, {})
    # Everything below is asked of a finder that was stored and loaded, as in the bot.
    return PlaceFinder.from_bytes(learned.to_bytes())


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("can i see a doctor in TORONTO, ON", "toronto"),
        ("jane & finch food bank", "toronto"),
        ("doctor in t-dot", "toronto"),
        ("hospital en nueva york", "new-york"),
        ("escola em Nova Iorque", "new-york"),
        ("lopital nan nouyòk", "new-york"),
        ("où aller à Parc-Ex", "montreal"),
        ("d'Ottawa", "ottawa"),
        ("taga-vancouver ako", "vancouver"),
        ("toronto's clinic", "toronto"),
        ("在多伦多看医生", "toronto"),
        ("我住多倫多,沒有身份", "toronto"),
        ("法拉盛哪里有食物银行", "new-york"),
        ("مستشفى بتورونتو", "toronto"),
        ("في نيويورك", "new-york"),
        ("در ونکوور دکتر", "vancouver"),
        ("टोरंटो में डॉक्टर", "toronto"),
        ("टोरंटोमें डॉक्टर", "toronto"),
        ("ਐਡਮਿੰਟਨ ਵਿੱਚ ਡਾਕਟਰ", "edmonton"),
        ("Brooklynमें डॉक्टर", "new-york"),
        ("Scarboroughਵਿੱਚ ਡਾਕਟਰ", "toronto"),
        ("عيادة بBrooklyn", "new-york"),
        ("在Brooklyn看病", "new-york"),
        ("в бруклинской больнице", "new-york"),
        ("jamaica hospital bill", "new-york"),
        ("я живу в Монреале", "montreal"),
        ("школы в нью-йорке", "new-york"),
        ("чикагская полиция", "chicago"),
        ("ttc fare", "toronto"),
        ("le spvm", "montreal"),
        ("fraser health", "vancouver"),
        ("idnyc", "new-york"),
        ("cook county", "chicago"),
        ("sfpd", "san-francisco"),
    ],
)
def test_names_in_every_script(finder: PlaceFinder, text: str, city: str) -> None:
    assert finder.find(text).covered == (city,)


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("clinic in torontp", "toronto"),
        ("doctor in edmnoton", "edmonton"),
        ("library in san fransicso", "san-francisco"),
        ("school in montrael", "montreal"),
        ("food in chiacgo", "chicago"),
        ("food in ottwaa", "ottawa"),
        ("больница в ванкувире", "vancouver"),
        ("new yoerk", "new-york"),
    ],
)
def test_names_with_slips(finder: PlaceFinder, text: str, city: str) -> None:
    assert finder.find(text).covered == (city,)


@pytest.mark.parametrize(
    "text",
    [
        "york region",
        "chicago style pizza",
        "chicano studies",
        "new work permit",
        "hamilton bermuda",
        "help us",
        "ils ont peur",
        "to be or not to be",
        "mi amigo usa drogas",
        "je montre ma carte",
        "the mobile clinic is nice and normal",
        "i live in orange with no mission",
        "en la mesa",
        "my name is Jackson",
        "soy de guadalajara",
        "i was born in lagos",
    ],
)
def test_names_that_mean_something_else(finder: PlaceFinder, text: str) -> None:
    assert finder.find(text) == NamedPlaces()


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("not toronto, hamilton", ("toronto", "hamilton")),
        ("de chicago a nueva york", ("chicago", "new-york")),
        ("ttc in montreal", ("toronto", "montreal")),
        ("toronto and toronto and ottawa", ("toronto", "ottawa")),
    ],
)
def test_two_cities_in_the_order_of_the_text(
    finder: PlaceFinder, text: str, cities: tuple[str, ...]
) -> None:
    assert finder.find(text).covered == cities


@pytest.mark.parametrize(
    ("text", "uncovered", "region"),
    [
        ("is there a doctor in Mississauga", "Mississauga", "ontario"),
        ("mississauga doctor", "Mississauga", "ontario"),
        ("and in Brampton?", "Brampton", "ontario"),
        ("ਬਰੈਂਪਟਨ ਵਿੱਚ ਡਾਕਟਰ", "Brampton", "ontario"),
        ("clinique à Laval", "Laval", "quebec"),
        ("surrey bc school", "Surrey", "british-columbia"),
        ("列治文诊所", "Richmond", "british-columbia"),
        ("south san francisco clinic", "South San Francisco", "california"),
        ("food bank in oakland", "Oakland", "california"),
        ("hospital en los angeles", "Los Angeles", "california"),
        ("jersey city hospital", "Jersey City", "united-states"),
        ("in yonkers", "Yonkers", "new-york-state"),
        ("в Миссиссоге", "Mississauga", "ontario"),
        ("в лос-анджелесе", "Los Angeles", "california"),
        ("winnipeg", "Winnipeg", "canada"),
        ("vancouver washington", "Vancouver", "united-states"),
        ("hamilton ohio clinic", "Hamilton", "united-states"),
        ("ontario california", "Ontario", "california"),
        ("mobile alabama", "Mobile", "united-states"),
        ("school in london england", "London", None),
        ("school in london, do i need nhs", "London", None),
        ("doctor in paris", "Paris", None),
    ],
)
def test_uncovered_cities_and_where_they_lie(
    finder: PlaceFinder, text: str, uncovered: str, region: str | None
) -> None:
    assert finder.find(text) == NamedPlaces((), region, uncovered)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("in ontario", "ontario"),
        ("au québec", "quebec"),
        ("en estados unidos", "united-states"),
        ("in the U.S.", "united-states"),
        ("in texas", "united-states"),
        ("в канаде", "canada"),
        ("new york state id", "new-york-state"),
        ("greater toronto area", "ontario"),
        ("ontario, canada", "ontario"),
    ],
)
def test_regions(finder: PlaceFinder, text: str, region: str) -> None:
    assert finder.find(text) == NamedPlaces((), region)


def test_london_is_ours_unless_england_is_meant(finder: PlaceFinder) -> None:
    assert finder.find("doctor in london").covered == ("london-on",)
    assert finder.find("i left england, doctor in london ontario").covered == ("london-on",)
    assert finder.find("london kentucky").covered == ()


def test_where_somebody_came_from_is_not_where_they_ask_about(finder: PlaceFinder) -> None:
    assert finder.find("we came by bus from texas") == NamedPlaces()
    assert finder.find("I moved from Mississauga to Toronto") == NamedPlaces(("toronto",))
    assert finder.find("I am from Kabul, a doctor in Toronto").covered == ("toronto",)


def test_a_common_word_needs_more_than_being_there(finder: PlaceFinder) -> None:
    assert not finder.find("need mobile help").uncovered
    assert not finder.find("Mobile").uncovered


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("free clinic in the mission", "san-francisco"),
        ("una clinica en la mission", "san-francisco"),
        ("clinique à verdun", "montreal"),
        ("what is the mission of the food bank", None),
        ("the corona test for my kids", None),
        ("clinic in corona", "new-york"),
    ],
)
def test_a_name_that_is_also_a_word_needs_a_hint(
    finder: PlaceFinder, text: str, city: str | None
) -> None:
    assert finder.find(text).covered == ((city,) if city else ())


def test_a_quarter_of_ours_beats_a_small_town_elsewhere(finder: PlaceFinder) -> None:
    assert finder.find("clsc à Rosemont") == NamedPlaces(("montreal",))
    assert finder.find("bill from Elmhurst hospital").covered == ("new-york",)


def test_bytes_of_another_version_are_refused(
    finder: PlaceFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = finder.to_bytes()
    monkeypatch.setattr("bot.matching.places._FORMAT", 0)
    with pytest.raises(ValueError, match="build the folder again"):
        PlaceFinder.from_bytes(data)


def test_a_loaded_finder_stores_the_same_bytes(finder: PlaceFinder) -> None:
    again = PlaceFinder.from_bytes(finder.to_bytes())
    assert again.find("ttc in mississauga") == finder.find("ttc in mississauga")


@given(st.text())
def test_never_raises(finder: PlaceFinder, text: str) -> None:
    assert isinstance(finder.find(text), NamedPlaces)


@given(st.lists(st.sampled_from(sorted({*COMMON} - {"mission", "corona", "mobile"}))))
def test_nothing_is_found_where_nothing_is_named(finder: PlaceFinder, said: list[str]) -> None:
    # "in mission", "in corona" and "mobile al" do name a place.
    found = finder.find(" ".join(said))
    assert not found.covered
    assert not found.uncovered


@given(
    st.text(alphabet="!?.,;:()—…«»\n ", max_size=8),
    st.sampled_from(["toronto", "多伦多", "торонто", "टोरंटो", "ਟੋਰਾਂਟੋ", "تورنتو"]),
)
def test_signs_around_a_name_change_nothing(finder: PlaceFinder, signs: str, name: str) -> None:
    assert finder.find(f"{signs}{name}{signs}") == NamedPlaces(("toronto",))


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Торонто, больница!", "больница"),
        ("多伦多图书馆", "图书馆"),
        ("food bank in Mississauga", "food bank in"),
        ("Toronto", ""),
        ("scarborough library", "scarborough library"),
        ("ttc fare", "ttc fare"),
        ("doctor", "doctor"),
    ],
)
def test_the_plain_names_of_cities_are_told_from_the_other_words(
    finder: PlaceFinder, text: str, others: str
) -> None:
    assert finder.find(text).others == others
