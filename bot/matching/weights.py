"""What every piece says for every label: one byte each, and a scale for each piece.

weights = Weights.of(table, bias)
weights.scores(rows, values)            # one score a label
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_MOST = 127


@dataclass(frozen=True, slots=True)
class Weights:
    """A table of weights, a row a piece and a column a label.

    `steps` times the `scale` of its row is the weight; `bias` is added once for every label.
    """

    steps: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float16]
    bias: Floats

    @classmethod
    def of(cls, table: Floats, bias: Floats) -> Self:
        """The weights of a table of numbers, rounded to a 127th of the largest in each row."""
        largest = np.abs(table).max(axis=1, initial=0.0)
        # Rounded up, so that no weight needs more than a byte.
        scale = np.nextafter((largest / _MOST).astype(np.float16), np.float16(np.inf))
        steps = np.rint(table / scale.astype(np.float32)[:, None]).astype(np.int8)
        return cls(steps, scale, bias)

    def products(self, rows: Rows, values: Floats) -> Floats:
        """What each of these pieces, so heavy in its text, says for each label."""
        scaled = values * self.scale[rows].astype(np.float32)
        said: Floats = self.steps[rows] * scaled[:, None]
        return said

    def scores(self, rows: Rows, values: Floats) -> Floats:
        """What all of these pieces together say for each label."""
        # Not `@`: on sums this small, handing them to the threads of a BLAS costs milliseconds.
        total: Floats = self.products(rows, values).sum(axis=0) + self.bias
        return total

    def arrays(self) -> dict[str, Any]:
        """Everything `from_arrays` needs, by name."""
        return {"steps": self.steps, "scale": self.scale, "bias": self.bias}

    @classmethod
    def from_arrays(cls, held: Mapping[str, Any]) -> Self:
        """The weights that `arrays` gave."""
        return cls(held["steps"], held["scale"], held["bias"])
