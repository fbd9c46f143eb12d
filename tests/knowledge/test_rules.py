"""Every rule has a failing example in tests/failing/<rule>/, laid over a folder that is good.

`expected.txt` beside the example holds what `check` says of it, word for word.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.build import Reading
from bot.knowledge.mistakes import RULES

FAILING = Path(__file__).parent.parent / "failing"
TODAY = date(2026, 12, 1)
INTERFACE = "K20"  # not in knowledge/; its examples are in tests/test_build.py


def said_of(folder: Path, locales: Path) -> list[str]:
    """What `check` says of a folder, but for the interface wording that these folders lack."""
    found = Reading(folder, locales, TODAY).mistakes.sorted()
    return [str(mistake) for mistake in found if mistake.rule != INTERFACE]


def laid_over(rule: str, into: Path) -> Path:
    """The good folder with the files of one failing example in place of its own."""
    folder = into / "knowledge"
    shutil.copytree(FAILING / "good", folder)
    shutil.copytree(FAILING / rule, folder, dirs_exist_ok=True)
    (folder / "expected.txt").unlink(missing_ok=True)
    return folder


def test_the_good_folder_has_no_mistake(tmp_path: Path) -> None:
    shutil.copytree(FAILING / "good", tmp_path / "knowledge")
    assert said_of(tmp_path / "knowledge", tmp_path) == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != INTERFACE])
def test_a_broken_rule_is_named_at_its_line(rule: str, tmp_path: Path) -> None:
    said = said_of(laid_over(rule, tmp_path), tmp_path)
    assert said == (FAILING / rule / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert any(f" {rule} " in line for line in said)
