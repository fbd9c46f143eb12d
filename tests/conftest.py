"""What many tests need: the project's folders, the built store, a copy of the folder to break."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.build import build
from bot.knowledge.fingerprints import is_current
from bot.knowledge.store import Store

ROOT = Path(__file__).parent.parent
KNOWLEDGE, LOCALES = ROOT / "knowledge", ROOT / "locales"
STORE = ROOT / "data" / "built.sqlite"


@pytest.fixture(scope="session")
def store_path() -> Path:
    """The project's own built folder, built first where it is older than the folder."""
    if not is_current(STORE, KNOWLEDGE, LOCALES):
        build(KNOWLEDGE, LOCALES, STORE, date.today(), lambda step: None)
    return STORE


@pytest.fixture(scope="session")
def store(store_path: Path) -> Store:
    """The project's own store, loaded."""
    return Store.load(store_path)


@pytest.fixture
def data(store_path: Path, tmp_path: Path) -> Path:
    """A data folder with the project's folder built in it."""
    shutil.copy2(store_path, tmp_path / store_path.name)
    return tmp_path


@pytest.fixture
def folder_copy(tmp_path: Path) -> Path:
    """A copy of knowledge/ without phrases, free to be broken."""
    copy = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, copy, ignore=shutil.ignore_patterns("phrases", "vocabulary"))
    return copy
