"""What a formula is evaluated in: values by key, whole numbers, definitions. And how keys and indices are computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from solvers.formula.nodes import All, Call, Derivative, Index, Member, Name, Node, Num
from solvers.formula.tables.table import EvaluationError, Table, Undefined
from solvers.formula.tokens import Declaration


@dataclass(frozen=True, slots=True)
class Definition:
    """left = right, for every value of the index names in `indices`: h^(t) = tanh(W h^(t-1)) has ("t",)."""

    left: Node
    right: Node
    indices: tuple[str, ...] = ()


class TooMuchWork(EvaluationError):
    """The budget of steps is used up."""


@dataclass(slots=True)
class Budget:
    """How many operations may still be computed: what strangers type can ask for any amount of work."""

    left: int

    def spend(self) -> None:
        """Counts one operation; TooMuchWork when none is left."""
        self.left -= 1
        if self.left < 0:
            raise TooMuchWork("this takes too many steps to compute")


@dataclass(frozen=True, slots=True)
class Env:
    """What the names stand for: values by key (see `key_of`), whole numbers (sizes, times, bound indices), definitions.

    Definitions are computed when they are asked for, under `sizes` (the whole numbers that are not bound by a sum), and
    kept in `memo`. `declared` says how long a vector is that is defined entry by entry, and what a name may be.
    `budget` bounds the work; `kinks` collects where a sign was taken of zero (arrays only).
    """

    table: Table
    values: Mapping[str, Any] = field(default_factory=dict)
    integers: Mapping[str, int] = field(default_factory=dict)
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    declared: Mapping[str, Declaration] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict)
    budget: Budget | None = None
    kinks: list[Any] | None = None

    def binding(self, name: str, value: int) -> Env:
        """The same with a whole number bound, as a sum does."""
        return replace(self, integers={**self.integers, name: value})

    def holding(self, name: str, value: Any) -> Env:
        """The same with another value for a name, as a sum over the values of a vector does."""
        return replace(self, values={**self.values, name: value}, memo={})

    def value(self, node: Node) -> Any:
        """The value of a formula here; EvaluationError where there is none."""
        from solvers.formula.evaluate import evaluate  # the interpreter stands on this module

        return evaluate(node, self)

    def with_values(self, table: Table, values: Mapping[str, Any]) -> Env:
        """The same definitions over other values: nothing computed so far is kept."""
        return replace(self, table=table, values=values, memo={})


def whole(node: Node, integers: Mapping[str, int]) -> int:
    """The value of an index or bound: a whole number, from whole numbers only."""
    value = _fraction(node, integers)
    if value.denominator != 1:
        raise EvaluationError(f"an index must be a whole number, not {value}")
    return int(value)


def _fraction(node: Node, integers: Mapping[str, int]) -> Fraction:
    if isinstance(node, Num):
        return node.value
    if isinstance(node, Name) and node.text in integers:
        return Fraction(integers[node.text])
    if isinstance(node, Call) and node.op in _INDEX_ARITHMETIC:
        return _INDEX_ARITHMETIC[node.op](*[_fraction(arg, integers) for arg in node.args])
    name = node.text if isinstance(node, Name) else "this expression"
    raise EvaluationError(f"{name} stands in an index, but is not a known whole number")


def _quotient(a: Fraction, b: Fraction) -> Fraction:
    if b == 0:
        raise Undefined("division by zero in an index")
    return a / b


_INDEX_ARITHMETIC: dict[str, Callable[..., Fraction]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "dot": lambda a, b: a * b,
    "neg": lambda a: -a, "div": _quotient, "floor": lambda a: Fraction(a // 1), "ceil": lambda a: Fraction(-(-a // 1)),
}  # fmt: skip


def key_of(node: Node, integers: Mapping[str, int]) -> str | None:
    """The name under which a node's value is kept: "W", "h^(2)", "PE_(3,1)", "dL/dW"; None if it has none."""
    if isinstance(node, Name):
        return node.text
    if isinstance(node, (Member, Index)):
        base = key_of(node.base, integers)
        if base is None or any(isinstance(i, All) for i in node.indices):
            return None
        numbers = ",".join(str(whole(i, integers)) for i in node.indices)
        return f"{base}^({numbers})" if isinstance(node, Member) else f"{base}_({numbers})"
    if isinstance(node, Derivative):
        parts = [key_of(part, integers) for part in (node.of, *node.by)]
        if any(part is None for part in parts):
            return None
        order = f"^{len(node.by)}" if len(node.by) > 1 else ""
        return f"d{order}{parts[0]}/" + "".join(f"d{part}" for part in parts[1:])
    return None
