"""What a formula is evaluated in: values by key, whole numbers, definitions. And how keys and indices are computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, NoReturn, final

from solvers.formula.nodes import All, Call, Derivative, Index, Member, Name, Node, Num
from solvers.formula.records import record
from solvers.formula.tables.table import Deeper, EvaluationError, NoEntry, Table, Undefined
from solvers.formula.tokens import Declaration, Outside
from solvers.formula.watch import Watch

RULES: Final = 3  # operations of the rule that differentiates one
MAX_INSTANCES: Final = 10_000  # at once, beside the points


@dataclass(frozen=True, slots=True)
class Definition:
    """left = right, for every value of the index names in `indices`: h^(t) = tanh(W h^(t-1)) has ("t",).

    What is `recursive` holds from 1 on: it leads back to itself, and must end somewhere. What is `implied` nobody
    said, but it follows.
    """

    left: Node
    right: Node
    indices: tuple[str, ...] = ()
    recursive: bool = False
    implied: bool = False


CALLS, FLOATS = 2, 1000  # operations on a few floats, of which many make a step, that cost about one step
TOO_MUCH: Final = "this takes too many steps to compute"


class TooMuchWork(EvaluationError):
    """The budget of steps is used up."""


@dataclass(slots=True)
class Budget:
    """How many operations may still be computed: what strangers type can ask for any amount of work.

    Steps, and not seconds: the same texts get the same verdict on every machine.
    """

    left: int
    _part: int = field(init=False, default=0)  # of a step, in entries

    def spend(self, steps: int = 1) -> None:
        """Counts some operations; TooMuchWork when none is left."""
        self.left -= steps
        if self.left < 0:
            self.refuse()

    def spend_entries(self, entries: int, grain: int) -> None:
        """Counts one operation on some entries, of which `grain` make a step; a call on floats costs by itself too."""
        self._part += entries + (grain // CALLS if grain > FLOATS else 0)
        if self._part >= grain:
            steps, self._part = divmod(self._part, grain)
            self.spend(steps)

    def refuse(self) -> NoReturn:
        """TooMuchWork for one operation that is too large by itself; what is left stays for others."""
        raise TooMuchWork(TOO_MUCH)


@final
class Layer(Mapping[str, Any]):
    """Values over other values: some names with a value of their own, the rest converted when they are asked for."""

    def __init__(
        self, source: Mapping[str, Any], own: Mapping[str, Any], convert: Callable[[Any], Any] | None = None
    ) -> None:
        self._source, self._convert = source, convert
        self._known = dict(own)

    def __getitem__(self, key: str) -> Any:
        if key in self._known:
            return self._known[key]
        value = self._source[key]
        if self._convert is None:
            return value
        self._known[key] = value = self._convert(value)
        return value

    def __iter__(self) -> Iterator[str]:
        yield from self._source.keys() | self._known.keys()

    def __len__(self) -> int:
        return len(self._source.keys() | self._known.keys())

    def __contains__(self, key: object) -> bool:
        return key in self._known or key in self._source


@record
class Env:
    """What the names stand for: values by key (see `key_of`), whole numbers (sizes, times, bound indices), definitions.

    Definitions are computed when they are asked for, under `sizes` (the whole numbers that are not bound by a sum), and
    kept in `memo`. `declared` says how long a vector is that is defined entry by entry, and what a name may be.
    `budget` bounds the work: an operation counts as `weight`, and is done on `instances` beside the points at a time.
    `watch` notes which sides of branches are taken (arrays only). `entrywise`: a number beside a vector stands
    for a vector of it.
    """

    table: Table
    values: Mapping[str, Any] = field(default_factory=dict)
    integers: Mapping[str, int] = field(default_factory=dict)
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    declared: Mapping[str, Declaration] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    budget: Budget | None = None
    watch: Watch | None = None
    instances: int = 1
    entrywise: bool = False
    weight: int = 1

    def spend(self) -> None:
        """Counts one operation; TooMuchWork when the budget is used up."""
        if self.budget is not None:
            self.budget.spend(self.weight)

    def binding(self, name: str, value: int) -> Env:
        """The same with a whole number bound, as a sum does."""
        return Env(
            self.table, self.values, {**self.integers, name: value}, self.definitions, self.sizes, self.declared,
            self.memo, self.budget, self.watch, self.instances, self.entrywise, self.weight,
        )  # fmt: skip

    def holding(self, name: str | None, value: Any) -> Env:
        """The same with another value for a name, as a sum over the values of a vector does."""
        if name is None:
            raise EvaluationError("what is held at a point has to be a name")
        return replace(self, values=Layer(self.values, {name: value}), memo={})

    def over(self, name: str, values: Any, count: int) -> tuple[Env, Deeper] | None:
        """The same with a name at `count` values at once, given along a first axis; None if that cannot be done."""
        if self.instances * count > MAX_INSTANCES or name in self.integers:
            return None
        inner = self.table.deeper()
        if inner is None:
            return None
        layer = Layer(self.values, {name: inner.along(values)}, inner.raised)
        return replace(self, table=inner.table, values=layer, memo={}, instances=self.instances * count), inner

    def value(self, node: Node) -> Any:
        """The value of a formula here; EvaluationError where there is none."""
        from solvers.formula.evaluate import evaluate  # the interpreter stands on this module

        return evaluate(node, self)

    def with_values(self, table: Table, values: Mapping[str, Any]) -> Env:
        """The same definitions over dual numbers: nothing computed so far is kept."""
        return replace(self, table=table, values=values, memo={}, weight=RULES * self.weight)


def whole(node: Node, integers: Mapping[str, int]) -> int:
    """The value of an index or bound: a whole number, from whole numbers only."""
    if type(node) is Name and node.text in integers:
        return integers[node.text]
    if type(node) is Num and node.value.denominator == 1:
        return node.value.numerator
    value = _fraction(node, integers)
    if value.denominator != 1:
        raise EvaluationError(f"an index must be a whole number, not {value}")
    return int(value)


def place_of(index: Node, base: Node, size: int, env: Env) -> int:
    """Where an entry stands along an axis, counted from 0; NoEntry if it stands nowhere."""
    place, first = whole(index, env.integers), origin_of(base, env)
    if not first <= place < first + size:
        raise NoEntry(f"index {place} is outside {first}..{first + size - 1}")
    return place - first


def beyond(node: Index, env: Env) -> bool:
    """Whether an entry is one of the zeros that a vector is said to have around it.

    EvaluationError where what is said does not begin behind its ends.
    """
    declared = env.declared.get(node.base.text) if isinstance(node.base, Name) else None
    around = None if declared is None else declared.outside
    if declared is None or around is None or len(declared.shape or ()) != len(node.indices):
        return False
    for index, size in zip(node.indices, declared.shape or (), strict=True):
        if isinstance(index, All) or size == Num("0"):
            continue
        place, before = whole(index, env.integers), declared.origin - 1
        if not _around(around, declared.origin, size, env):
            raise EvaluationError(f"which entries of {declared.name} are said to be zero is not clear")
        if place <= before and (around.both or around.below is not None):
            return True
        if place > before + whole(size, env.sizes) and (around.both or around.above is not None):
            return True
    return False


def _around(said: Outside, origin: int, size: Node, env: Env) -> bool:
    """Whether the zeros that are said begin behind the ends of a vector, whatever its size."""
    from solvers.formula.origins import same_whole  # it stands on this module

    before = said.below is None or whole(said.below, env.sizes) == origin - 1
    return before and (
        said.above is None or same_whole(said.above, Call("add", (size, Num(str(origin)))), env.definitions)
    )


def origin_of(base: Node, env: Env) -> int:
    """The first place of a vector or matrix: 1, or 0 where it counts from there."""
    inner = base.base if isinstance(base, Member) else base
    declared = env.declared.get(inner.text) if isinstance(inner, Name) else None
    return 1 if declared is None else declared.origin


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


def is_arithmetic(node: Node) -> bool:
    """Whether a node is an operation that whole numbers are computed with."""
    return isinstance(node, Call) and node.op in _INDEX_ARITHMETIC


FURTHEST = 10**18  # that an index may be


def key_of(node: Node, integers: Mapping[str, int]) -> str | None:
    """The name under which a node's value is kept: "W", "h^(2)", "PE_(3,1)", "dL/dW"; None if it has none."""
    if isinstance(node, Name):
        return node.text
    if isinstance(node, (Member, Index)):
        base = node.base.text if type(node.base) is Name else key_of(node.base, integers)
        if base is None or All in map(type, node.indices):
            return None
        places = [whole(i, integers) for i in node.indices]
        if max(map(abs, places), default=0) > FURTHEST:
            raise EvaluationError("an index is too large a number")
        numbers = ",".join(map(str, places))
        return f"{base}^({numbers})" if isinstance(node, Member) else f"{base}_({numbers})"
    if isinstance(node, Derivative):
        parts = [key_of(part, integers) for part in (node.of, *node.by)]
        if any(part is None for part in parts):
            return None
        order = f"^{len(node.by)}" if len(node.by) > 1 else ""
        return f"d{order}{parts[0]}/" + "".join(f"d{part}" for part in parts[1:])
    return None
