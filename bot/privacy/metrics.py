"""What a running bot may tell of itself: how much and how fast, and nothing of anybody.

    metrics = Metrics(lambda: counts.outcomes, lambda: len(lanes))
    metrics.arrived("message")
    metrics.handled(0.012)
    metrics.refused("secret")
    metrics.kinds, metrics.outcomes, metrics.in_hand, metrics.times, …      what may be shown

Somebody who asks every second sees when a number changes. So whatever comes from people is shown in
steps of five, like the counts: a question alone changes nothing here. There is no language, place
or topic, and nothing of the process's own (processor time would tell when somebody wrote). What is
no person's doing, like faults, which the log says each by each, is shown as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping

STEP = 5
# Upper bounds in seconds; what took longer stands behind the last.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)


class Metrics:
    """The numbers of one process, since it began."""

    def __init__(
        self, outcomes: Callable[[], Mapping[str, int]], in_hand: Callable[[], int]
    ) -> None:
        """`outcomes` says how often each outcome was counted, `in_hand` how many updates are."""
        self._outcomes = outcomes
        self._in_hand = in_hand
        self._kinds: Counter[str] = Counter()
        self._waiting: list[float] = []
        # How many updates took how long, bound by bound, and all of them together.
        self.times = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.refusals: Counter[str] = Counter()

    def arrived(self, kind: str) -> None:
        """Count an update of this kind."""
        self._kinds[kind] += 1

    def handled(self, seconds: float) -> None:
        """Note how long an update took, from its arrival to its end; shown with four others."""
        self._waiting.append(seconds)
        if len(self._waiting) < STEP:
            return
        for each in self._waiting:
            self.times[bisect_left(BOUNDS, each)] += 1
            self.seconds += each
        self._waiting.clear()

    def refused(self, reason: str) -> None:
        """Count a request that was refused, for one of a few fixed reasons."""
        self.refusals[reason] += 1

    @property
    def kinds(self) -> dict[str, int]:
        """How many updates of each kind came, in steps."""
        return _in_steps(self._kinds)

    @property
    def outcomes(self) -> dict[str, int]:
        """How often each outcome was counted, in steps."""
        return _in_steps(self._outcomes())

    @property
    def in_hand(self) -> int:
        """How many updates are in hand, in steps."""
        return _step(self._in_hand())


def _in_steps(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: _step(number) for name, number in numbers.items() if number >= STEP}


def _step(number: int) -> int:
    return number // STEP * STEP
