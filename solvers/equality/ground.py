"""Points for judging relations: drawn, extreme or found by solving; formulas in float64 over many, exactly at one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Context as Arithmetic
from decimal import Decimal, localcontext
from fractions import Fraction
from hashlib import sha256
from itertools import islice, product
from math import prod
from typing import Any, overload

from solvers.equality.constraints import constrained
from solvers.equality.exactly import exactly
from solvers.equality.judgement import Judgement
from solvers.equality.linear import least_squares
from solvers.equality.relevant import with_relevant
from solvers.equality.sample import Plan, Points, draw, index_values, plan
from solvers.equality.space import INEQUALITIES, OPEN_RANGE, Space, permitted
from solvers.equality.values import Mode
from solvers.formula.context import Context
from solvers.formula.env import Budget, Layer, TooMuchWork
from solvers.formula.evaluate import Env, evaluate, truth
from solvers.formula.nodes import Apply, Big, Call, Member, Name, Node, Num, names, walk
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.decimals import context as arithmetic
from solvers.formula.tables.precise import PreciseTable, certain_table, precise_table
from solvers.formula.tables.table import EvaluationError, Open, OutOfRange, Table
from solvers.formula.targets import UNKNOWN
from solvers.formula.to_plain import to_plain
from solvers.formula.unknown import MARK

COUNT = 8
STEPS = 60_000
ATTEMPTS = 8  # to meet the constraints, with other sizes each time
MAX_INDICES = 32
MANY = 1000  # digits: what is nothing there is zero, at a point of moderate numbers
MODERATE = 20
ORDER = frozenset({"<", "<=", ">", ">="})


class Ground:
    """The plan of some formulas, a budget of steps, and one generator: the same formulas and seed, the same points."""

    def __init__(self, context: Context, formulas: Sequence[Node], seed: int) -> None:
        import numpy as np  # 12 times the start of Python

        context = with_relevant(context, formulas)
        text = " | ".join((*(to_plain(formula) for formula in formulas), str(seed)))
        self.generator = np.random.default_rng(int.from_bytes(sha256(text.encode()).digest()[:8], "big"))
        self.plan: Plan = plan(context, formulas)
        self.context = context
        self.budget = Budget(STEPS)

    def draw(self, small: bool = False) -> Points:
        """Some points inside the declared domains and constraints; EvaluationError where there are none."""
        why = ""
        for attempt in range(ATTEMPTS):
            mode: Mode = "small" if small and attempt < ATTEMPTS // 2 else "wide"  # |w| < 1 leaves no whole numbers
            drawn = draw(self.plan, self.generator, COUNT, mode)
            points = constrained(drawn, self.context, self.budget)
            if isinstance(points, Points):
                return Points(points.sizes, {name: _full(array) for name, array in points.values.items()})
            why = points
        raise EvaluationError(why)

    def within_range(self, nodes: Sequence[Node]) -> bool:
        """Whether no member is named by a number beyond the range that an unbounded index is taken through."""
        bounded = all(high is not None and high != UNKNOWN for _, high in self.plan.indices)
        members = (i for node in nodes for m in walk(node) if isinstance(m, Member) for i in m.indices)
        return bounded or not any(isinstance(i, Num) and i.value > OPEN_RANGE for i in members)

    def all_indices(self, sizes: Mapping[str, int]) -> bool:
        """Whether `assignments` leaves none out."""
        return prod(max(len(values), 1) for values in self._ranges(sizes)) <= MAX_INDICES

    def assignments(self, sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
        """Every value of the free indices, up to a number."""
        names = [name for name, _ in self.plan.indices]
        for chosen in islice(product(*self._ranges(sizes)), MAX_INDICES):
            places = dict(zip(names, chosen, strict=True))
            if permitted(places, sizes, self.context):
                yield places

    def _ranges(self, sizes: Mapping[str, int]) -> list[Sequence[int]]:
        found: list[Sequence[int]] = []
        for name, high in self.plan.indices:
            values = index_values(name, high, sizes, self.context)
            unbounded = (high is None or high == UNKNOWN) and values == [1, 2]
            found.append(range(1, OPEN_RANGE + 1) if unbounded else values)
        return found

    def arrays(self, nodes: Sequence[Node], points: Points, indices: Mapping[str, int],
               memo: dict[str, Any] | None = None) -> list[Any]:  # fmt: skip
        """Each formula in float64 over all points, or its EvaluationError. `memo` keeps what the same points share."""
        import numpy as np  # 12 times the start of Python

        env = self._env(numpy_table(), points.values, points.sizes, indices)
        with np.errstate(all="ignore"):
            return self._evaluated(nodes, env if memo is None else replace(env, memo=memo))

    def exactly(self, nodes: Sequence[Node], point: Mapping[str, Any], points: Points, indices: Mapping[str, int],
                digits: int) -> list[Any]:  # fmt: skip
        """Each formula at one point in so many digits, or its EvaluationError."""
        return self.evaluated(precise_table(digits), nodes, point, points, indices)

    def certainly(self, nodes: Sequence[Node], point: Mapping[str, Any], points: Points,
                  indices: Mapping[str, int]) -> list[Any]:  # fmt: skip
        """Each formula at one point as balls of two hundred digits with a bound on all rounding, or its error."""
        return self.evaluated(certain_table(), nodes, point, points, indices)

    def evaluated(self, table: PreciseTable, nodes: Sequence[Node], point: Mapping[str, Any], points: Points,
                  indices: Mapping[str, int]) -> list[Any]:  # fmt: skip
        """Each formula at one point over a table of many digits, as nested tuples, or its EvaluationError."""
        return self.values(self.prepared(table, point, points), nodes, indices)

    def prepared(self, table: PreciseTable, point: Mapping[str, Any], points: Points) -> Env:
        """What formulas are evaluated in at one point; for all free indices, so that definitions are computed once."""
        return self._env(table, {name: table.value(value) for name, value in point.items()}, points.sizes, {})

    def values(self, env: Env, nodes: Sequence[Node], indices: Mapping[str, int]) -> list[Any]:
        """Each formula in a prepared environment of many digits, as nested tuples, or its EvaluationError."""
        return self._told(self._evaluated(nodes, replace(env, integers={**env.sizes, **indices})), env.table)

    def _told(self, values: Sequence[Any], table: Table) -> list[Any]:
        assert isinstance(table, PreciseTable)
        return [v if _special(v) else table.failure(v) or _tuples(v[0]) for v in values]

    def gap(self, env: Env, left: Node, right: Node, indices: Mapping[str, int]) -> list[Any]:
        """left - right, and both, as `values`: each side is evaluated once."""
        inner = replace(env, integers={**env.sizes, **indices})
        sides = self._evaluated((left, right), inner)
        held = {f"{MARK}{place}": side for place, side in enumerate(sides) if names((left, right)[place])}
        held = {name: side for name, side in held.items() if not _special(side)}  # what is written out is read anew
        kept = [Name(f"{MARK}{k}") if f"{MARK}{k}" in held else node for k, node in enumerate((left, right))]
        (apart,) = self._evaluated((difference(*kept),), replace(inner, values=Layer(inner.values, held)))
        return self._told((apart, *sides), env.table)

    @overload
    def point(self, points: Points, place: int) -> dict[str, Any]: ...

    @overload
    def point(self, points: Points, place: int, exact: bool) -> dict[str, Any] | None: ...

    def point(self, points: Points, place: int, exact: bool = False) -> dict[str, Any] | None:
        """The names' values at one point, moved by less than rounding so that what is declared holds exactly. Where it
        cannot be moved so: as they are, or None if it has to be `exact`.
        """
        chosen = {name: nested(array[place]) for name, array in points.values.items()}
        moved = exactly(chosen, self.context, points.sizes)
        return chosen if moved is None and not exact else moved

    def allowed(self, points: Points) -> Any:
        """At which points the constraints that are inequalities hold, for all their indices."""
        import numpy as np  # 12 times the start of Python

        count = next((a.shape[0] for a in points.values.values()), COUNT)
        holds = np.ones(count, dtype=bool)
        for chain in self.context.constraints:
            for indices in self.indices_of(chain, points) if set(chain.relations) <= INEQUALITIES else ():
                with np.errstate(all="ignore"):
                    kept = truth(chain, self._env(numpy_table(), points.values, points.sizes, indices))
                holds = holds & (rows(kept, count) != 0).all(axis=1)
        return holds

    def indices_of(self, relation: Node, points: Points) -> list[dict[str, int]]:
        """The values of the indices that a constraint is said for all of, as i in b_i > 0."""
        return Space(numpy_table(), dict(points.values), points.sizes, self.context, least_squares).assignments(
            relation
        )

    def signs(
        self, node: Node, point: Mapping[str, Any], points: Points, indices: Mapping[str, int], strict: bool = True
    ) -> list[int | None] | EvaluationError:  # fmt: skip
        """The sign of each entry where a bound on all rounding makes it certain; None where it does not.

        `strict` looks further: what is nothing in a thousand digits is 0.
        """
        (value,) = self.certainly((node,), point, points, indices)
        if isinstance(value, EvaluationError):
            return value
        found = [None if abs(b.middle) <= b.radius else 1 if b.middle > 0 else -1 for b in flat(value)]
        if not strict or None not in found or any(abs(e) > MODERATE for v in point.values() for e in flat(v)):
            return found
        (value,) = self.exactly((node,), point, points, indices, MANY)
        if isinstance(value, EvaluationError):
            return found
        zero = Decimal(10) ** (-3 * MANY // 4)
        return [0 if sign is None and abs(e) < zero else sign for sign, e in zip(found, flat(value), strict=True)]

    def used(self, nodes: Sequence[Node]) -> set[str]:
        """The names the formulas depend on, also through definitions."""

        def of(node: Node) -> set[str]:
            inner = list(walk(node))
            bound = {b.name.text for n in inner if isinstance(n, Big) for b in n.binders}
            kinds = {
                k.text
                for n in inner
                if isinstance(n, Call) and n.op == "norm"
                for k in n.args[1:]
                if isinstance(k, Name)
            }
            free = set(names(node)) - ((bound | kinds) - self.context.scope.names.keys())
            return free | {n.name for n in inner if isinstance(n, Apply)}

        found: set[str] = set().union(*(of(node) for node in nodes)) if nodes else set()
        definitions, open_names = self.context.definitions, True
        while open_names:
            more = {
                n
                for d in found & definitions.keys()
                for one in definitions[d]
                for n in of(one.right) - set(one.indices)
            } - found
            more |= {n for d in found if (law := self._law(d)) is not None for n in names(law)} - found
            found |= more
            open_names = bool(more)
        return found

    def _law(self, name: str) -> Node | None:
        declared = self.context.scope.names.get(name)
        return None if declared is None else declared.law

    def mismatched(self, error: EvaluationError, nodes: Sequence[Node], points: Points) -> Judgement:
        """What sizes that do not fit mean: nothing where the shape of a name was only guessed from how it is used."""
        guessed = [n for n in self.used(nodes) if (d := self.plan.declared.get(n)) and d.domain == "inferred"]
        if guessed:
            return Judgement(
                "undecided", f"the sides do not fit ({error}); {', '.join(sorted(guessed))} is not declared"
            )
        said = f"the two sides cannot be compared: {error}"
        return Judgement("undecided" if isinstance(error, OutOfRange) else "wrong", said, dict(points.sizes))

    def shown(self, nodes: Sequence[Node], point: Mapping[str, Any], points: Points, indices: Mapping[str, int],
              left: Any = None, right: Any = None) -> dict[str, Any]:  # fmt: skip
        """A point for people: the names that matter, small whole numbers as such, and the two values."""
        used = self.used(nodes)
        found: dict[str, Any] = {**points.sizes, **indices}
        found |= {n: v for n, v in point.items() if base_of(n) in used and MARK not in n}
        return {name: readable(v) for name, v in {**found, "left": left, "right": right}.items() if v is not None}

    def _env(self, table: Any, values: Mapping[str, Any], sizes: Mapping[str, int], indices: Mapping[str, int]) -> Env:
        known = dict(sizes)
        return Env(
            table, values, {**known, **indices}, self.context.definitions, known, self.plan.declared,
            budget=self.budget, entrywise=self.context.entrywise,
        )  # fmt: skip

    def _evaluated(self, nodes: Sequence[Node], env: Env) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            try:
                found.append(evaluate(node, env))
            except TooMuchWork:
                raise
            except EvaluationError as error:
                found.append(error)
        return found


def difference(left: Node, right: Node) -> Node:
    """left - right, with the language's own rules for sizes: a literal number beside a vector stands for a vector."""
    return Call("sub", (left, right))


def base_of(key: str) -> str:
    """The name in the key of a member (h of h^(2)), of an entry (w of w_(7)) or of a distribution (q of q(h|v))."""
    return key.partition("^(")[0].partition("_(")[0].partition("(")[0]


def flat(value: Any) -> list[Any]:
    """The entries of nested tuples, row by row."""
    return [e for entry in value for e in flat(entry)] if isinstance(value, tuple) else [value]


def nested(array: Any) -> Any:
    """An array as nested tuples of exact Fractions."""
    return tuple(nested(entry) for entry in array) if getattr(array, "ndim", 0) else Fraction(float(array))


def rows(value: Any, count: int) -> Any:
    """A value over points as one row of entries a point."""
    import numpy as np  # 12 times the start of Python

    return np.broadcast_to(value, (count, *value.shape[1:])).reshape(count, -1)


def readable(value: Any) -> Any:
    """Nested lists of whole numbers and floats."""
    if isinstance(value, (tuple, list)):
        return [readable(entry) for entry in value]
    if isinstance(value, (int, str)):
        return value
    if isinstance(value, Open):  # one number in every entry, however many there are
        scales = value.scale if isinstance(value.scale, tuple) else (value.scale,)
        found = [readable(s.reshape(-1)[0] if hasattr(s, "reshape") else s) for s in scales]
        return found if len(found) > 1 else found[0]
    number = float(value)
    return int(number) if abs(number) < 2**53 and number == int(number) else number


def said_of(chain: Node) -> str:
    """A relation for people, quoted in a sentence; long ones are cut."""
    text = to_plain(chain)
    return text if len(text) <= 80 else text[:77] + "..."


def _full(array: Any) -> Any:
    import numpy as np  # 12 times the start of Python

    return np.broadcast_to(array, (COUNT, *array.shape[1:])) if array.shape[0] == 1 else array


def decimal(value: Any) -> Decimal:
    """A number as a Decimal, to the digits of the arithmetic around."""
    return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)


def exact_arithmetic() -> AbstractContextManager[Arithmetic]:
    """Decimals of two hundred digits that never raise."""
    return localcontext(arithmetic(200))


def _special(value: Any) -> bool:
    return isinstance(value, EvaluationError) or hasattr(value, "kind")


def _tuples(array: Any) -> Any:
    return tuple(_tuples(entry) for entry in array) if getattr(array, "ndim", 0) else array
