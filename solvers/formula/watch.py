"""What an evaluation over arrays meets on its way: which side of each max, |.|, case and condition was taken, and where
a sign was taken of zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

from solvers.formula.nodes import Call, Cases, Chain, Node

ONE_SIDED: Final = frozenset({"relu", "abs", "sign"})
PICKING: Final = frozenset({"max", "min"})
STEPPED: Final = frozenset({"floor", "ceil", "mod"})
SATURATED: Final = frozenset({"exp", "sigmoid", "tanh", "softplus", "sinh", "cosh", "erf"})
CALM: Final = 15.0  # exponents beyond it leave of e^-x, beside a 1, less than what float64 is compared to


class Watch:
    """The record of one batch. `sides`: by the id of a node, the node and for each of its sides (see `coverage.py`) at
    which instances it was taken; `varied`: the ids of those that are no constant, as relu(2) is; `signs`, `kinks`: at
    which instances a sign was taken of zero, or a derivative of sign, relu, |.|, max or min where its sides meet: what
    that is, is a convention; `exponents`: how large those beyond CALM are, by instance, for beside them small terms are
    lost. Watches that share what is worked out share these lists. `closer`: whether it is to be told how far apart the
    sides of relations are (see `edges.py`).
    """

    closer = False

    def __init__(
        self, kinks: list[Any] | None = None, exponents: list[Any] | None = None, signs: list[Any] | None = None
    ) -> None:
        self.sides: dict[int, tuple[Node, list[Any]]] = {}
        self.varied: set[int] = set()
        self.kinks: list[Any] = [] if kinks is None else kinks
        self.exponents: list[Any] = [] if exponents is None else exponents
        self.signs: list[Any] = [] if signs is None else signs

    def call(self, node: Call, arguments: Sequence[Any]) -> None:
        """Notes the sides of relu, |.|, sign (of primes of them too), max and min, and large exponents."""
        op = node.op.rstrip("'")
        if op in SATURATED:
            self.exponent(arguments[0])
            return
        if op not in ONE_SIDED and op not in PICKING:
            return
        arrays = [array_of(argument) for argument in arguments]
        if any(array is None for array in arrays):
            return
        derived = op != node.op or any(hasattr(argument, "primal") for argument in arguments)
        if op in ONE_SIDED:
            self._met(node, [arrays[0] > 0, arrays[0] < 0])
            if op == "sign":
                (self.kinks if derived else self.signs).append(arrays[0] == 0)
            elif derived:
                self._touch(arrays[0] == 0)
            return
        if len(arrays) > 1 and len({array.ndim for array in arrays}) == 1:
            self._met(node, [side for a, b in combinations(arrays, 2) for side in (a > b, a < b)])
        for a, b in combinations(arrays, 2) if derived else ():
            self._touch(_widened(a, b.ndim) == _widened(b, a.ndim))

    def exponent(self, value: Any) -> None:
        """Notes how large an exponent is, or the least of several."""
        array = array_of(value)
        if array is not None and array.size and not max(array.max(), -array.min()) <= CALM:
            self.exponents.append(abs(array).reshape(array.shape[0], -1).min(axis=1))

    def power(self, base: Any, value: Any) -> None:
        """Notes how large the exponent of e in b^x is."""
        import numpy as np  # 12 times the start of Python

        a, b = array_of(base), array_of(value)
        if a is not None and b is not None:
            by = max(a.ndim, b.ndim)
            with np.errstate(all="ignore"):
                self.exponent(_widened(b, by) * np.log(np.abs(_widened(np.where(a == 0, 1.0, a), by))))

    def _touch(self, mask: Any) -> None:
        """Notes where two sides meet; where they do at every instance, as for relu'(0), that is what is asked."""
        if not mask.reshape(mask.shape[0], -1).any(axis=1).all():
            self.kinks.append(mask)

    def condition(self, node: Chain, holds: Sequence[Any]) -> None:
        """Notes for each relation of a chain where it is true and where it is false."""
        arrays = [array_of(truth) for truth in holds]
        if all(array is not None for array in arrays):
            self._met(node, [side for array in arrays for side in (array == 1, array == 0)])

    def apart(self, difference: Any) -> None:
        """Is told the one side of a relation less the other, where the watch looks closer."""

    def cases(self, node: Cases, conditions: Sequence[Any]) -> None:
        """Notes where each case is the first to hold, and where none does."""
        arrays = [array_of(condition) for condition in conditions]
        if any(array is None for array in arrays):
            return
        taken, left = [], arrays[0] == arrays[0] if arrays else True
        for array in arrays:
            taken.append(left & (array != 0))
            left = left & (array == 0)
        self._met(node, [*taken, left])

    def _met(self, node: Node, masks: Sequence[Any]) -> None:
        points = [mask.reshape(mask.shape[0], -1).any(axis=1) for mask in masks]
        if any(mask.shape[0] > 1 for mask in masks):
            self.varied.add(id(node))
        if id(node) in self.sides:
            points = [old | new for old, new in zip(self.sides[id(node)][1], points, strict=True)]
        self.sides[id(node)] = (node, points)


def _widened(array: Any, axes: int) -> Any:
    """Numbers with as many axes as what they stand beside; the points stand first."""
    return array.reshape(array.shape + (1,) * (axes - array.ndim))


def array_of(value: Any) -> Any:
    """The values without their derivatives; None if they are no arrays."""
    while hasattr(value, "primal"):
        value = value.primal
    return value if hasattr(value, "ndim") else None
