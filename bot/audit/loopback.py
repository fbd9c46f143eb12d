"""The Bot API server on the loopback that the tests bring; a clone has it, an installation not."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, cast

ROOT = Path(__file__).resolve().parents[2]


class CannotRunError(Exception):
    """The audit cannot run here; the text is one line for people."""


class Seen(Protocol):
    """A message as its reader sees it."""

    @property
    def id(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def data(self) -> tuple[str, ...]: ...
    @property
    def urls(self) -> tuple[str, ...]: ...


class Person(Protocol):
    """Somebody who writes to the bot."""

    def writes(self, text: str) -> int: ...
    def sends_photo(self, caption: str = "") -> int: ...
    def sends(self, **content: Any) -> int: ...
    def edits(self, message_id: int, text: str) -> None: ...
    def presses_data(self, data: str, message_id: int = 1) -> None: ...
    def types_inline(self, text: str) -> dict[str, Any]: ...
    def blocks(self, *, blocked: bool = True) -> None: ...
    def must_wait(self, seconds: float) -> None: ...
    def answer(self, *, seconds: float = 10.0) -> Seen: ...
    def chat(self) -> list[Any]: ...
    @property
    def user(self) -> dict[str, Any]: ...


class Group(Protocol):
    """A group that the bot is in."""

    def asks(self, person: Any, text: str) -> Seen: ...
    def hears(self, person: Any, text: str, **more: Any) -> int: ...
    def member(self, person: Any, before: str, now: str) -> None: ...
    def answer(self, *, seconds: float = 10.0) -> Seen: ...


class Server(Protocol):
    """The part of the server that the audit uses."""

    @property
    def url(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def waiting(self) -> int: ...
    def person(self, number: int, **user: Any) -> Person: ...
    def group(self, number: int, **chat: Any) -> Group: ...
    def injects(self, content: dict[str, Any]) -> int: ...
    def fails_next(
        self, times: int, *, method: str = "", status: int = 500, kind: str = "status"
    ) -> None: ...
    def waits_until(self, condition: Callable[[], object], *, seconds: float = 10.0) -> None: ...
    def called(self, method: str) -> list[Any]: ...


class Loopback:
    """Makes servers; CannotRunError where the tests are not beside the program."""

    def __init__(self, root: Path = ROOT) -> None:
        if not (root / "tests" / "telegram_server" / "__init__.py").is_file():
            raise CannotRunError(
                "The audit needs the folder tests/ of a clone; run it there: `python -m bot audit`."
            )
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
        try:
            self._module = importlib.import_module("tests.telegram_server")
        except ImportError as error:
            raise CannotRunError(
                f"The audit's Bot API server lacks {error.name}; `make setup` installs it."
            ) from None
        self.bot_id = int(self._module.BOT_ID)

    def server(self, token: str) -> AbstractContextManager[Server]:
        """A server for the bot with this token, running inside `with`."""
        return cast(AbstractContextManager[Server], self._module.TelegramServer(token=token))
