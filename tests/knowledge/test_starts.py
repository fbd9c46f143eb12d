"""`new`: a start explains every field there is, passes `check`, and is not shown."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from bot.build import Reading
from bot.knowledge.folder import read_folder
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.schema import Facts, Papers, Practice, Records, Value
from bot.knowledge.starts import EXPLAINED, StartRefusedError, write_start

GOOD = Path(__file__).parent.parent / "failing" / "good"
TODAY = date(2026, 12, 1)
BELOW: dict[str, type[BaseModel]] = {
    "papers": Papers,
    "records": Records,
    "practice": Practice,
    "values": Value,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small good folder with one more topic, which nobody has answered yet."""
    copy = tmp_path / "knowledge"
    shutil.copytree(GOOD, copy)
    with (copy / "topics.yaml").open("a", encoding="utf-8") as topics:
        topics.write('"food": {title: "Food", group: "home", urgent: "no"}\n')
    return copy


def test_every_field_of_the_schema_is_explained() -> None:
    wanted = set(Facts.model_fields)
    for name, model in BELOW.items():
        wanted |= {f"{name}.{part}" for part in model.model_fields}
    assert set(EXPLAINED) == wanted


def test_a_start_has_every_field_below_its_comment(folder: Path) -> None:
    facts_path, _ = write_start(folder, "toronto", "food", TODAY)
    text = facts_path.read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    assert set(data) == set(Facts.model_fields)
    lines = text.splitlines()
    for path in EXPLAINED:
        name = path.rpartition(".")[2]
        marks = (f"{name}:", f"  {name}:", f"  # {name}:", f"#   {name}:")
        found = [number for number, line in enumerate(lines) if line.startswith(marks)]
        assert found, path
        assert any("#" in lines[number - 1] for number in found), path
    assert max(map(len, lines)) <= 100


def test_a_start_passes_check_and_is_a_draft(folder: Path) -> None:
    written = write_start(folder, "toronto", "food", TODAY)
    found = Reading(folder, folder, TODAY).mistakes.sorted()
    assert [str(mistake) for mistake in found if mistake.rule != "K20"] == []
    facts = read_folder(folder, Mistakes()).facts["toronto", "food"].record
    assert facts.draft == "yes"
    assert facts.access == "unknown"
    assert facts.contacts == ("toronto-311",)
    assert facts.sources == ("toronto-card",)
    assert [path.name for path in written] == ["facts.yaml", "en.md"]


def test_a_start_passes_check_for_every_place_of_the_real_folder(folder_copy: Path) -> None:
    places = read_folder(folder_copy, Mistakes()).places
    files = set()
    for place in places:
        shutil.rmtree(folder_copy / "answers" / place / "dental", ignore_errors=True)
        files |= set(write_start(folder_copy, place, "dental", TODAY))
    names = {f"knowledge/{path.relative_to(folder_copy).as_posix()}" for path in files}
    found = Reading(folder_copy, folder_copy, TODAY).mistakes.sorted()
    assert [str(mistake) for mistake in found if mistake.file in names] == []


@pytest.mark.parametrize(
    ("place", "topic", "said"),
    [
        ("tornoto", "food", "tornoto is no place; use one of toronto."),
        ("toronto", "fod", "fod is no topic; use one of food, library."),
        ("../..", "food", "../.. is no place"),
        ("toronto", "library", "is there already"),
    ],
)
def test_a_wrong_start_is_refused(folder: Path, place: str, topic: str, said: str) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(StartRefusedError) as refused:
        write_start(folder, place, topic, TODAY)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_lone_wording_is_not_overwritten_either(folder: Path) -> None:
    lone = folder / "answers" / "toronto" / "food" / "en.md"
    lone.parent.mkdir()
    lone.write_text("mine", encoding="utf-8")
    with pytest.raises(StartRefusedError):
        write_start(folder, "toronto", "food", TODAY)
    assert lone.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in lone.parent.iterdir()] == ["en.md"]
