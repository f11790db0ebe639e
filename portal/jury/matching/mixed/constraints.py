"""The rows of a mixed integer programme, gathered one by one and handed to the solver at once."""

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.network import Ints


class Rows:
    """Constraints as they are added, each ``lower <= row <= upper``."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.entries: list[tuple[Ints, Ints, NDArray[np.float64]]] = []
        self._row_of: dict[int, int] = {}

    def copy(self) -> "Rows":
        """The same rows, to add to."""
        other = Rows(self.width)
        other.lower, other.upper = self.lower[:], self.upper[:]
        other.entries = self.entries[:]
        return other

    def add(self, columns: Ints, values: NDArray[np.float64], lower: float, upper: float) -> None:
        """One row."""
        self.entries.append((np.full(len(columns), len(self.lower)), columns, values))
        self.lower.append(lower)
        self.upper.append(upper)

    def nodes(self, nodes: Ints, columns: Ints, sign: int) -> None:
        """Entries in the rows of nodes, each of which sums up to nothing."""
        for node in np.unique(nodes).tolist():
            if node not in self._row_of:
                self._row_of[node] = len(self.lower)
                self.lower.append(0)
                self.upper.append(0)
        rows = np.array([self._row_of[node] for node in nodes.tolist()], dtype=np.int64)
        self.entries.append((rows, columns, np.full(len(rows), float(sign))))

    def constraints(self, optimize: Any) -> Any:
        """The rows as the solver takes them."""
        sparse = importlib.import_module("scipy.sparse")
        rows, columns, values = (np.concatenate(each) for each in zip(*self.entries, strict=True))
        shape = (len(self.lower), self.width)
        matrix = sparse.csr_array((values, (rows, columns)), shape=shape)
        return optimize.LinearConstraint(matrix, self.lower, self.upper)
