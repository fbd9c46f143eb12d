"""One line of the table of faults."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

from benchmarks.load import Load

HEAD = "| fault | injected | sent | lost | repeated | recovered | |\n|---|---|---|---|---|---|---|"


@dataclass
class Row:
    """What a fault did to the people of a load; `recovery` in seconds, one for each time."""

    fault: str
    injected: int
    load: Load
    recovery: list[float] = field(default_factory=list)
    remark: str = ""

    def __str__(self) -> str:
        slowest = max(self.recovery, default=0.0)
        took = f"{statistics.median(self.recovery):.2f} s" if self.recovery else "–"
        if len(self.recovery) > 1:
            took += f", at most {slowest:.2f}"
        cells = (
            self.fault, self.injected, self.load.sent, self.load.lost, self.load.repeated, took,
            self.remark,
        )  # fmt: skip
        return f"| {' | '.join(map(str, cells))} |"
