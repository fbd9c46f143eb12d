"""What the surroundings decide: one frozen object, read once from the environment.

A `.env` file in the working folder is read first; the environment wins over it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TELEGRAM_API = "https://api.telegram.org"
LEAST_SECRET_BYTES = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "OFF")


class SettingsError(ValueError):
    """A setting that cannot be used; the text names the setting, never its value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, each with a working default but the token."""

    bot_token: str = field(default="", repr=False)
    api_url: str = TELEGRAM_API
    data_dir: Path = Path("data")
    knowledge_dir: Path = Path("knowledge")
    locales_dir: Path = Path("locales")
    log_level: str = "INFO"
    database_url: str = field(default="", repr=False)
    memory_url: str = field(default="", repr=False)
    memory_secret: bytes = field(default=b"", repr=False)
    forget_seconds: float = 1800.0

    @property
    def store_path(self) -> Path:
        """Where the built folder stands."""
        return self.data_dir / "built.sqlite"

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> Settings:
        """The settings of this process; SettingsError where one cannot be used."""
        folder = folder or Path.cwd()
        values = {**dotenv(folder / ".env"), **(os.environ if environ is None else environ)}
        data_dir = Path(values.get("BOT_DATA_DIR") or folder / "data")
        memory_url = _memory_url(values.get("BOT_MEMORY_URL", "").strip())
        return cls(
            bot_token=_secret(values, "BOT_TOKEN"),
            api_url=_url(values.get("BOT_API_URL") or TELEGRAM_API),
            data_dir=data_dir,
            knowledge_dir=folder / "knowledge",
            locales_dir=folder / "locales",
            database_url=values.get("BOT_DATABASE_URL")
            or f"sqlite:///{data_dir / 'counts.sqlite'}",
            memory_url=memory_url,
            memory_secret=_memory_secret(values) if "://" in memory_url else b"",
            forget_seconds=_seconds(values, "BOT_FORGET_SECONDS", 1800.0),
            log_level=_one_of(values.get("BOT_LOG_LEVEL", "INFO").upper(), LOG_LEVELS),
        )


def dotenv(path: Path) -> dict[str, str]:
    """The `NAME=value` lines of a `.env` file; empty where there is none."""
    if not path.is_file():
        return {}
    pairs: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise SettingsError(f".env:{number} is not NAME=value; mend or remove the line.")
        pairs[name.strip().removeprefix("export ")] = value.strip().strip("\"'")
    return pairs


def _secret(values: Mapping[str, str], name: str) -> str:
    """The secret in `name`, or in the file that `name`_FILE names."""
    path = values.get(f"{name}_FILE")
    if not path:
        return values.get(name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"{name}_FILE names a file that cannot be read; check its path and its rights."
        ) from None


def _url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise SettingsError("BOT_API_URL must start with http:// or https://.")
    return value.rstrip("/")


def _memory_url(value: str) -> str:
    if value not in ("", "off") and not value.startswith(("redis://", "rediss://")):
        raise SettingsError(
            "BOT_MEMORY_URL must be empty, off, or start with redis:// or rediss://."
        )
    return value


def _memory_secret(values: Mapping[str, str]) -> bytes:
    """The bytes of the file, as they are: it may hold random ones."""
    path = values.get("BOT_MEMORY_SECRET_FILE")
    if not path:
        raise SettingsError(
            "BOT_MEMORY_URL needs BOT_MEMORY_SECRET_FILE: name a file of "
            f"{LEAST_SECRET_BYTES} random bytes or more, the same for every replica."
        )
    try:
        secret = Path(path).read_bytes()
    except OSError:
        raise SettingsError(
            "BOT_MEMORY_SECRET_FILE names a file that cannot be read; check its path and its "
            "rights."
        ) from None
    if len(secret) < LEAST_SECRET_BYTES:
        raise SettingsError(
            f"BOT_MEMORY_SECRET_FILE must name a file of {LEAST_SECRET_BYTES} bytes or more."
        )
    return secret


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(f"BOT_LOG_LEVEL must be one of {', '.join(allowed)}.")
    return value


def _seconds(values: Mapping[str, str], name: str, default: float) -> float:
    try:
        seconds = float(values.get(name) or default)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= default:
        raise SettingsError(f"{name} must be a number of seconds from 1 to {default:.0f}.")
    return seconds
