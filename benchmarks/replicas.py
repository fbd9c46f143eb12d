"""A bot by webhook: one replica at its own address, or two behind a balancer; or the echo bot.

Each keeps a short memory of its own, since no memory server is taken for granted here; sharing one
costs a question two more calls over the line.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from benchmarks.running import Running
from tests.balancer import Balancer
from tests.program import free_port
from tests.telegram_server import TelegramServer

PATH = "/telegram"


def webhook_of(address: str) -> dict[str, str]:
    """What a bot is told that listens at an address alone."""
    return {
        "BOT_WEBHOOK_URL": f"http://{address}{PATH}",
        "BOT_WEBHOOK_SECRET": secrets.token_urlsafe(24),
        "BOT_LISTEN": address,
    }


class Replicas:
    """So many replicas; what they take is added up."""

    def __init__(self, server: TelegramServer, data: Path, count: int) -> None:
        self._open = ExitStack()
        addresses = [f"127.0.0.1:{free_port()}" for _ in range(count)]
        told = webhook_of(addresses[0])
        if count > 1:
            self.balancer = Balancer(*(f"http://{each}" for each in addresses))
            told["BOT_WEBHOOK_URL"] = self._open.enter_context(self.balancer).url + PATH
        self._replicas = [
            self._open.enter_context(Running.ours(server, data, **{**told, "BOT_LISTEN": each}))
            for each in addresses
        ]
        self.started = self._replicas[0].started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def kill(self, number: int) -> None:
        """End one of them as a power cut does."""
        self._replicas[number].kill()

    @property
    def processor_seconds(self) -> float:
        """Processor time of all of them."""
        return sum(each.processor_seconds for each in self._replicas)

    @property
    def resident_mib(self) -> float:
        """Memory of all of them."""
        return sum(each.resident_mib for each in self._replicas)

    def waits_until(self, condition: Callable[[], bool], *, seconds: float = 120.0) -> None:
        """Wait until something holds; an error when it does not, or the first one is gone."""
        self._replicas[0].waits_until(condition, seconds=seconds)
