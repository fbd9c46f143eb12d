"""What a running bot tells a Prometheus that asks: how much and how fast, and nothing of anybody.

    metrics = Metrics(lambda: counts.outcomes, lambda: len(lanes))
    metrics.arrived("message")
    metrics.handled(0.012)
    metrics.refused("secret")
    metrics.text()              -> the page, in Prometheus's text format

Somebody who asks every second sees when a number changes. So whatever comes from people is shown in
steps of five, like the counts: a question alone changes nothing here. There is no language, place
or topic, and nothing of the process's own (processor time would tell when somebody wrote). What is
no person's doing, like faults, which the log says each by each, is shown as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from bot.privacy.log import said

STEP = 5
# Upper bounds in seconds, of which the last is none.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NAME = "withoutfear"


class Metrics:
    """The numbers of one process, since it began."""

    def __init__(
        self, outcomes: Callable[[], Mapping[str, int]], in_hand: Callable[[], int]
    ) -> None:
        """`outcomes` says how often each outcome was counted, `in_hand` how many updates are."""
        self._outcomes = outcomes
        self._in_hand = in_hand
        self._kinds: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        self._waiting: list[float] = []
        self._times = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def arrived(self, kind: str) -> None:
        """Count an update of this kind."""
        self._kinds[kind] += 1

    def handled(self, seconds: float) -> None:
        """Note how long an update took, from its arrival to its end; shown with four others."""
        self._waiting.append(seconds)
        if len(self._waiting) < STEP:
            return
        for each in self._waiting:
            self._times[bisect_left(BOUNDS, each)] += 1
            self._seconds += each
        self._waiting.clear()

    def refused(self, reason: str) -> None:
        """Count a request that was refused, for one of a few fixed reasons."""
        self._refusals[reason] += 1

    def text(self) -> bytes:
        """The page."""
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        """What Prometheus's library asks of us."""
        yield _counters("updates", "Updates that came, by kind, in fives.", "kind",
                        _in_steps(self._kinds))  # fmt: skip
        yield _counters("outcomes", "Replies, by outcome, in fives.", "outcome",
                        _in_steps(self._outcomes()))  # fmt: skip
        yield self._histogram()
        in_hand = GaugeMetricFamily(f"{NAME}_updates_in_hand", "Updates in hand, in fives.")
        in_hand.add_metric([], _step(self._in_hand()))
        yield in_hand
        yield _counters(
            "refusals", "Requests refused or let go, by reason.", "reason", self._refusals
        )
        yield _counters("faults", "Warnings and errors of the log.", "event", said())

    def _histogram(self) -> Metric:
        total, buckets = 0, []
        for bound, times in zip((*map(str, BOUNDS), "+Inf"), self._times, strict=True):
            total += times
            buckets.append((bound, float(total)))
        metric = HistogramMetricFamily(
            f"{NAME}_update_seconds", "From an update's arrival to its end, five by five."
        )
        metric.add_metric([], buckets, self._seconds)
        return metric


def _counters(name: str, about: str, label: str, numbers: Mapping[str, int]) -> Metric:
    metric = CounterMetricFamily(f"{NAME}_{name}", about, labels=[label])
    for value, number in sorted(numbers.items()):
        metric.add_metric([value], number)
    return metric


def _in_steps(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: _step(number) for name, number in numbers.items() if number >= STEP}


def _step(number: int) -> int:
    return number // STEP * STEP
