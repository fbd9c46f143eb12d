"""The pages that show whoever runs the bot how it does.

| page | says |
|---|---|
| GET `/healthz` | 200: the process lives |
| GET `/readyz` | 200: it answers people; 503: not yet, or no more |
| GET `/metrics` | numbers for Prometheus |
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.privacy.metrics import Metrics
from bot.privacy.metrics_page import CONTENT_TYPE, MetricsPage

_ALIVE = Response("alive\n")
_READY = Response("ready\n")
_NOT_READY = Response("not ready\n", status_code=503)


class StatusPages:
    """Three pages for an application."""

    def __init__(self, metrics: Metrics, ready: asyncio.Event, told: asyncio.Event) -> None:
        """`ready` is set while people are answered, `told` once the bot is told to stop."""
        self._metrics = MetricsPage(metrics)
        self._ready = ready
        self._told = told

    @property
    def routes(self) -> list[Route]:
        """Where each of them is."""
        return [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._show_metrics),
        ]

    async def _healthz(self, _: Request) -> Response:
        return _ALIVE

    async def _readyz(self, _: Request) -> Response:
        return _READY if self._ready.is_set() and not self._told.is_set() else _NOT_READY

    async def _show_metrics(self, _: Request) -> Response:
        return Response(self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})
