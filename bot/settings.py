"""What the surroundings decide: one frozen object, read once from the environment.

A `.env` file in the working folder is read first; the environment wins over it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

TELEGRAM_API = "https://api.telegram.org"
LEAST_SECRET_BYTES = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "OFF")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DEFAULT_LISTEN = ("127.0.0.1", 8080)
# Where our HTTP server answers by itself.
OWN_PATHS = ("/healthz", "/readyz", "/metrics")
# Telegram takes 1 to 256 of these characters; a short one could be guessed.
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}", re.ASCII)
_POSTGRESQL = re.compile(r"postgres(ql)?://")

Address = tuple[str, int]


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
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    listen: Address | None = None
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
        webhook_url = _webhook_url(values.get("BOT_WEBHOOK_URL", "").strip())
        return cls(
            bot_token=_secret(values, "BOT_TOKEN"),
            api_url=_url(values.get("BOT_API_URL") or TELEGRAM_API),
            data_dir=data_dir,
            knowledge_dir=folder / "knowledge",
            locales_dir=folder / "locales",
            database_url=_database_url(_secret(values, "BOT_DATABASE_URL"))
            or f"sqlite:///{data_dir / 'counts.sqlite'}",
            memory_url=memory_url,
            memory_secret=_memory_secret(values) if "://" in memory_url else b"",
            webhook_url=webhook_url,
            webhook_secret=_webhook_secret(values) if webhook_url else "",
            listen=_listen(values.get("BOT_LISTEN", "").strip(), by_webhook=bool(webhook_url)),
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
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"{name}_FILE names a file that cannot be read; check its path and its rights."
        ) from None
    if not secret:
        raise SettingsError(f"{name}_FILE names an empty file; write the value into it.")
    return secret


def _url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise SettingsError("BOT_API_URL must start with http:// or https://.")
    return value.rstrip("/")


def _webhook_url(value: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise SettingsError(
            "BOT_WEBHOOK_URL must be an address like https://bot.example.org/telegram, without "
            "a user, a question mark or a #."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise SettingsError(
            "BOT_WEBHOOK_URL must start with https://: Telegram brings messages in no other way."
        )
    if parts.path in OWN_PATHS:
        raise SettingsError(f"BOT_WEBHOOK_URL must have another path than {', '.join(OWN_PATHS)}.")
    return value


def _webhook_secret(values: Mapping[str, str]) -> str:
    secret = _secret(values, "BOT_WEBHOOK_SECRET")
    if not _WEBHOOK_SECRET.fullmatch(secret):
        raise SettingsError(
            "BOT_WEBHOOK_URL needs BOT_WEBHOOK_SECRET, or BOT_WEBHOOK_SECRET_FILE: 16 to 256 "
            "random letters, digits, _ or -, the same for every replica."
        )
    return secret


def _listen(value: str, *, by_webhook: bool) -> Address | None:
    """Where to listen; nowhere, where nobody has to come and nothing is said of it."""
    if value:
        return _address(value)
    return DEFAULT_LISTEN if by_webhook else None


def _address(value: str) -> Address:
    host, colon, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if (
        not colon
        or not host
        or not re.fullmatch(r"[0-9]{1,5}", port)
        or not (0 < int(port) < 65_536)
    ):
        raise SettingsError(
            "BOT_LISTEN must be an address and a port from 1 to 65535, like 127.0.0.1:8080 or "
            "[::1]:8080."
        )
    return host, int(port)


def _database_url(value: str) -> str:
    try:
        _ = urlsplit(value).port
    except ValueError:
        is_understood = False
    else:
        is_understood = (
            not value or value.startswith("sqlite:///") or bool(_POSTGRESQL.match(value))
        )
    if not is_understood:
        raise SettingsError(
            "BOT_DATABASE_URL must be sqlite:///path or postgresql://user:password@host/name."
        )
    return _POSTGRESQL.sub("postgresql+psycopg://", value, count=1)


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
