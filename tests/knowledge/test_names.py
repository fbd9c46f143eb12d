"""The names of the places as written in the folder, and the mistakes that reading them finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.mistakes import Mistakes
from bot.knowledge.names import Names, read_names
from bot.knowledge.schema import Place
from bot.matching.world import as_stored

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
CITY = Place(name="Toronto", level="city", within="ontario", line="ontario-211")
PROVINCE = Place(name="Ontario", level="province", within=None, line="ontario-211")


def read(root: Path, text: str) -> tuple[dict[str, Names], list[str]]:
    """What is read of one file toronto.yaml with this text, and the rules it breaks."""
    (root / "names").mkdir()
    (root / "names" / "toronto.yaml").write_text(text, encoding="utf-8")
    mistakes = Mistakes()
    names = read_names(root, {"toronto": CITY, "ontario": PROVINCE}, mistakes)
    return names, [mistake.rule for mistake in mistakes.errors]


def test_reads_every_kind_of_name(tmp_path: Path) -> None:
    names, errors = read(
        tmp_path,
        'city: ["Toronto", "多伦多"]\nquarters: ["parkdale"]\ninstitutions: ["ttc"]\n'
        'hinted: ["junction"]\nnot: ["york"]',
    )
    assert not errors
    assert names["toronto"] == Names(
        city=("Toronto", "多伦多"),
        quarters=("parkdale",),
        institutions=("ttc",),
        hinted=("junction",),
        **{"not": ("york",)},
    )


@pytest.mark.parametrize(
    ("text", "rule"), [("city: [on]", "K02"), ('town: ["Toronto"]', ""), ('city: [""]', "")]
)
def test_names_what_is_wrong(tmp_path: Path, text: str, rule: str) -> None:
    _, errors = read(tmp_path, text)
    assert errors
    assert rule in errors or not rule


def test_a_city_without_names_is_a_mistake(tmp_path: Path) -> None:
    mistakes = Mistakes()
    read_names(tmp_path, {"toronto": CITY, "ontario": PROVINCE}, mistakes)
    assert [mistake.rule for mistake in mistakes.errors] == ["K21"]


def test_a_file_of_no_place_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "atlantis.yaml").write_text('city: ["Atlantis"]', encoding="utf-8")
    mistakes = Mistakes()
    assert read_names(tmp_path, {"ontario": PROVINCE}, mistakes) == {}
    assert [mistake.rule for mistake in mistakes.errors] == ["K05"]


def folder_names() -> dict[str, Names]:
    """The names of the real folder by the file they stand in."""
    places = {
        path.stem: Place(name=path.stem, level="province", line="x")
        for path in (KNOWLEDGE / "names").glob("*.yaml")
    }
    mistakes = Mistakes()
    names = read_names(KNOWLEDGE, places, mistakes)
    assert not mistakes.errors
    return names


def test_no_name_means_two_places() -> None:
    meant: dict[str, str] = {}
    for place, names in folder_names().items():
        for name in (*names.city, *names.quarters, *names.institutions, *names.region):
            assert meant.setdefault(as_stored(name), place) == place, name


def test_no_name_is_too_short_or_a_pronoun() -> None:
    for place, names in folder_names().items():
        for name in (*names.city, *names.quarters, *names.institutions, *names.region):
            stored = as_stored(name)
            assert len(stored) >= 2, (place, name)
            assert stored not in {"us", "to", "on", "in", "ca", "il", "la"}, name


def test_every_city_is_named_in_every_script() -> None:
    scripts = {
        "Latin": "az",
        "Chinese": "一鿿",
        "Arabic": "ءی",
        "Hindi": "ऀॿ",
        "Punjabi": "਀੿",
        "Russian": "ая",
    }
    for place, names in folder_names().items():
        every = "".join(as_stored(name) for name in (*names.city, *names.region))
        for script, (first, last) in scripts.items():
            assert any(first <= char <= last for char in every), (place, script)
