"""The page /metrics: a bot's numbers in Prometheus's text format.

Apart from the numbers, since its library takes a while to load, and not everybody looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from bot.privacy.log import said
from bot.privacy.metrics import BOUNDS, Metrics

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NAME = "withoutfear"


class MetricsPage:
    """What a Prometheus that asks is told."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """The page."""
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        """What Prometheus's library asks of us."""
        metrics = self._metrics
        yield _counters("updates", "Updates that came, by kind, in fives.", "kind", metrics.kinds)
        yield _counters("outcomes", "Replies, by outcome, in fives.", "outcome", metrics.outcomes)
        yield _histogram(metrics)
        in_hand = GaugeMetricFamily(f"{NAME}_updates_in_hand", "Updates in hand, in fives.")
        in_hand.add_metric([], metrics.in_hand)
        yield in_hand
        yield _counters(
            "refusals", "Requests refused or let go, by reason.", "reason", metrics.refusals
        )
        yield _counters("faults", "Warnings and errors of the log.", "event", said())


def _histogram(metrics: Metrics) -> Metric:
    totals = map(float, accumulate(metrics.times))
    buckets = list(zip((*map(str, BOUNDS), "+Inf"), totals, strict=True))
    metric = HistogramMetricFamily(
        f"{NAME}_update_seconds", "From an update's arrival to its end, five by five."
    )
    metric.add_metric([], buckets, metrics.seconds)
    return metric


def _counters(name: str, about: str, label: str, numbers: Mapping[str, int]) -> Metric:
    metric = CounterMetricFamily(f"{NAME}_{name}", about, labels=[label])
    for value, number in sorted(numbers.items()):
        metric.add_metric([value], number)
    return metric
