"""Fingerprints of the folder and the code: whether a built folder is of today."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from bot.knowledge.store import Store

CODE = Path(__file__).parent.parent
TAUGHT = ("phrases", "vocabulary", "names", "topics.yaml", "places.yaml", "languages.yaml")


def fingerprint(paths: Iterable[Path]) -> str:
    """A fingerprint of these files and folders, in their order: names and contents.

    It is the same wherever they stand.
    """
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(file.relative_to(path.parent).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def folder_fingerprint(knowledge: Path, locales: Path) -> str:
    """Changes when anything changes that a built folder depends on."""
    rooms = ("matching", "language", "knowledge")
    return fingerprint([knowledge, locales, *(CODE / room for room in rooms)])


def taught_fingerprint(knowledge: Path, menu: Iterable[str]) -> str:
    """Changes when the matcher would learn something else; `menu` is what the menus say."""
    files = fingerprint(
        [
            *(knowledge / name for name in TAUGHT),
            *(CODE / room for room in ("matching", "language", "knowledge/phrases.py")),
        ]
    )
    return hashlib.sha256("\n".join([files, *menu]).encode()).hexdigest()


def is_current(store_path: Path, knowledge: Path, locales: Path) -> bool:
    """Whether the store was built from the folders as they are now."""
    built = Store.meta_of(store_path).get("fingerprint")
    return built is not None and built == folder_fingerprint(knowledge, locales)
