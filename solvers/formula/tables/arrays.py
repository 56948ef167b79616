"""Many instances at once: numpy or torch arrays, the instance first. Outside its domain a function is NaN."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial, prod
from typing import Any

from solvers.formula.tables.nested import NestedTable
from solvers.formula.tables.table import Pass, Table


class ArrayTable(Table):
    """Arrays of an array library `xp` (numpy, torch); `convert` makes a float array of plain numbers.

    A value of shape s is an array (instances, *s); constants have one instance and broadcast.
    """

    def __init__(self, xp: Any, convert: Callable[[Any], Any]) -> None:
        self._xp, self._convert = xp, convert

    def number(self, value: Fraction) -> Any:
        return self._convert([float(value)])

    def value(self, value: Any) -> Any:
        return value if hasattr(value, "ndim") else self._convert([_floats(value)])

    def shape(self, value: Any) -> tuple[int, ...]:
        return tuple(value.shape[1:])

    def lift(self, op: str, *values: Any) -> Any:
        if op == "factorial":
            entries = [_factorial(entry) for entry in values[0].reshape(-1).tolist()]
            return self._convert(entries).reshape(values[0].shape)
        rank = max(v.ndim for v in values)
        # (instances,) -> (instances, 1, ...): a scalar meets each entry
        aligned = [v.reshape(v.shape[0], *[1] * (rank - 1)) if v.ndim == 1 else v for v in values]
        return _entrywise(self._xp)[op](*aligned)

    def matmul(self, a: Any, b: Any) -> Any:
        return self._xp.matmul(a, b)

    def reshape(self, value: Any, shape: tuple[int, ...]) -> Any:
        return value.reshape(value.shape[0], *shape)

    def swap(self, value: Any) -> Any:
        return self._xp.swapaxes(value, 1, 2)

    def pick(self, value: Any, index: tuple[int | slice, ...]) -> Any:
        return value[(slice(None), *index)]

    def stack(self, values: Sequence[Any]) -> Any:
        count = max(v.shape[0] for v in values)
        full = [self._xp.broadcast_to(v, (count, *v.shape[1:])) for v in values]
        return self._xp.stack(full, 1)

    def passes(self, value: Any) -> list[Pass]:
        """One run for all directions: instance i becomes `size` instances, one a direction."""
        shape, count = self.shape(value), value.shape[0]
        size = prod(shape)
        unit = self._convert([[float(i == j) for j in range(size)] for i in range(size)])
        tangent = self._xp.broadcast_to(unit, (count, size, size)).reshape(count * size, *shape)

        def expand(other: Any) -> Any:
            if other.shape[0] != count:
                return other  # a constant meets every instance as it is
            spread = self._xp.broadcast_to(other[:, None], (other.shape[0], size, *other.shape[1:]))
            return spread.reshape(other.shape[0] * size, *other.shape[1:])

        def collect(result: Any) -> list[Any]:
            full = self._xp.broadcast_to(result, (count * size, *result.shape[1:]))
            apart = full.reshape(count, size, *result.shape[1:])
            return [apart[:, place] for place in range(size)]

        return [Pass(expand, tangent, collect)]

    def choose(self, branches: Sequence[tuple[Any, Callable[[], Any]]], otherwise: Callable[[], Any] | None) -> Any:
        result = otherwise() if otherwise else self.number(Fraction(0)) * float("nan")
        for condition, value in reversed(branches):
            branch = value()
            rank = max(branch.ndim, result.ndim)
            aligned = [
                v.reshape(v.shape[0], *[1] * (rank - 1)) if v.ndim == 1 else v for v in (condition, branch, result)
            ]
            result = self._xp.where(aligned[0] != 0, aligned[1], aligned[2])
        return result


def _factorial(x: float) -> float:
    if not (0 <= x <= 170 and x == int(x)):
        return float("nan") if x <= 170 or x != x else float("inf")
    return float(factorial(int(x)))


def _floats(value: Any) -> Any:
    return [_floats(entry) for entry in value] if isinstance(value, (tuple, list)) else float(value)


def _entrywise(xp: Any) -> dict[str, Callable[..., Any]]:
    def number(truth: Any) -> Any:
        return truth * 1.0

    def sigmoid(x: Any) -> Any:
        small = xp.exp(-xp.abs(x))  # at most 1: no overflow
        return xp.where(x >= 0, 1 / (1 + small), small / (1 + small))

    return {
        "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
        "pow": lambda a, b: a**b, "neg": lambda a: -a, "abs": xp.abs, "sign": xp.sign, "floor": xp.floor,
        "ceil": xp.ceil, "sqrt": xp.sqrt, "max": xp.maximum, "min": xp.minimum, "mod": xp.remainder,
        "relu": lambda x: xp.where(x > 0, x, 0 * x), "exp": xp.exp, "log": xp.log, "log2": xp.log2,
        "log10": xp.log10, "sin": xp.sin, "cos": xp.cos, "tan": xp.tan, "sinh": xp.sinh, "cosh": xp.cosh,
        "tanh": xp.tanh, "arctan": xp.arctan, "sigmoid": sigmoid,
        "softplus": lambda x: xp.where(x > 0, x, 0 * x) + xp.log1p(xp.exp(-xp.abs(x))),
        "<": lambda a, b: number(a < b), "<=": lambda a, b: number(a <= b), ">": lambda a, b: number(a > b),
        ">=": lambda a, b: number(a >= b), "=": lambda a, b: number(a == b), "!=": lambda a, b: number(a != b),
    }  # fmt: skip


def numpy_table() -> ArrayTable:
    """float64 over numpy; imported here because numpy costs 12 times the start of Python."""
    import numpy as np

    return ArrayTable(np, lambda value: np.asarray(value, dtype=np.float64))


def torch_table(device: str = "cpu") -> ArrayTable:
    """float64 over torch on any device; torch costs 110 times the start of Python."""
    import torch

    return ArrayTable(torch, lambda value: torch.tensor(value, dtype=torch.float64, device=device))


def sympy_table() -> NestedTable:
    """Exact values over sympy, built node by node and never parsed; sympy costs 23 times the start of Python."""
    from solvers.formula.tables.exact import SCALARS, rational

    return NestedTable(SCALARS, rational)
