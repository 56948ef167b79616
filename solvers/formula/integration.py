"""Integrals: of densities as sums over the few values they stand for, of functions of real numbers by quadrature.

The rules are double exponential (Takahasi and Mori): the integral becomes one over all real t, which the trapezoidal
rule takes very exactly where the function is analytic; halving the step doubles the digits. What every other point
gives already, and how small the terms at both ends are, says how many digits there are; with too few there is no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache, partial, reduce
from typing import Any, Final, TypeAlias

from solvers.formula.dual import Dual, DualTable
from solvers.formula.env import Env
from solvers.formula.functions import declaration_of, domain_of, unit
from solvers.formula.nodes import Apply, Big, Binder, Call, Cases, Name, Node, Num, free_names, names, walk
from solvers.formula.tables.arrays import ArrayTable
from solvers.formula.tables.balls import Ball
from solvers.formula.tables.precise import PreciseTable
from solvers.formula.tables.table import EvaluationError, Table, Uncomputed, Undefined

PLACE, LOW, LENGTH = "t~", "low~", "length~"  # names that nobody can write
PROBE: Final = Fraction(1, 2)
STEPS: Final = (Fraction(1, 16), Fraction(1, 32))
ENDS: Final = {  # closer to the lower limit, where 1/sqrt(t) has its pole: no digits are lost beside 0
    "interval": ("-4.6", "3.9"), "half": ("-5", "7.5"), "line": ("-7", "7"),
}  # fmt: skip
NEAR = (
    Fraction(1, 10**14),
    Fraction(1, 10**7),
)  # what every other point may be off, beside the size, in digits and floats
SMALL = Fraction(1, 10**24), Fraction(1, 10**12)  # the terms at both ends
ROUGHLY = Fraction(1, 10**4), Fraction(1, 10**4)  # what is worth going on with
LEFT = Fraction(1, 10**22)  # the error that is allowed for
_STEPPED = frozenset(
    {"indicator", "sign", "floor", "ceil", "abs", "relu", "max", "min", "mod", "and", "or", "leakyrelu"}
)


def integral(node: Big, env: Env) -> Any:
    """The value of an integral; Pole, or NaN at points of floats, where too few digits of it are known."""
    first, *others = node.binders
    body = Big("int", tuple(others), node.body) if others else node.body
    name = first.name.text
    if domain_of(name, env.declared) is not None:
        limits = first.domain.args if isinstance(first.domain, Call) else ()
        if unit(name) not in env.declared:
            raise EvaluationError(f"{name} has finitely many values: write a sum over them")
        if limits and [_infinite(end) for end in limits] != [-1, 1]:
            raise EvaluationError(f"nothing says where the density is zero: the integral is taken over all {name} only")
        return env.value(Big("sum", (Binder(first.name),), body))
    if any(_is_table(inner, name, env) for inner in walk(body)):
        raise EvaluationError(f"the distribution is over other values than {name}: declare what it is over")
    ends = first.domain.args if isinstance(first.domain, Call) else _everywhere(name, env)
    if has_steps(body, name, env):
        from solvers.formula.kinks import in_parts  # only where there are some

        if (parts := in_parts(name, body, ends[0], ends[1])) is None:
            raise EvaluationError("integrals over steps and kinks are not computed: split them there")
        return env.value(parts)
    kind, start, length, edges = _placed(ends[0], ends[1], env)
    env = _holding_others(body, name, env)
    precise = isinstance(_base(env.table), PreciseTable)
    if precise and kind != "interval":
        probe = _Tried(body, name, kind, PROBE, start, length, env)
        if not all(map(_ones, probe.known(None, ROUGHLY))):
            raise Uncomputed("too few digits of the integral are known here")
    for step in STEPS:
        tried = _Tried(body, name, kind, step, start, length, env)
        enough = all(map(_ones, tried.known(NEAR, SMALL)))
        if enough or (precise and not all(map(_ones, tried.known(ROUGHLY, None)))):
            break  # or twice as many digits are still too few
    found = tried.value()
    for at, moved, sign in edges:  # what is won or lost where a limit moves
        edge = env.table.lift("mul", env.holding(name, at).value(body), moved)
        found = env.table.lift(sign, found, edge)
    return found


def _is_table(node: Node, name: str, env: Env) -> bool:
    """Whether a probability of finitely many values is taken at a name."""
    if not isinstance(node, Apply) or name not in names(node) or node.name in env.definitions:
        return False
    declared = declaration_of(node, env)
    return declared is not None and declared.domain == "distribution"


def _everywhere(name: str, env: Env) -> tuple[Node, Node]:
    """The ends of an integral over all values of a real number."""
    declared = env.declared.get(name)
    if declared is not None and (declared.shape or declared.family or declared.domain not in {"real", "inferred"}):
        raise EvaluationError(f"an integral over all {name} is computed for a real number, or for a distribution")
    infinity = Name("infty")
    if declared is not None and (declared.low is not None or declared.high is not None):
        raise EvaluationError(f"write the limits of the integral over {name}")
    return (Num("0") if declared is not None and declared.positive else Call("neg", (infinity,))), infinity


def has_steps(node: Node, name: str, env: Env, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a formula in a name, or what defines it, has jumps or kinks: points between them say too little."""
    for inner in walk(node):
        if isinstance(inner, Cases) or (isinstance(inner, Call) and inner.op in _STEPPED and name in names(inner)):
            return True
        called = inner.name if isinstance(inner, Apply) else inner.text if isinstance(inner, Name) else ""
        if called in env.definitions and called not in seen:
            for definition in env.definitions[called]:
                left = definition.left
                inside = [n.text for n in left.args if isinstance(n, Name)] if isinstance(left, Apply) else [name]
                if any(has_steps(definition.right, n, env, seen | {called}) for n in inside):
                    return True
    return False


def _holding_others(body: Node, name: str, env: Env) -> Env:
    """The environment with the integrals that the body speaks of and that do not depend on the name worked out."""
    waiting, seen = list(free_names(body) | {n.name for n in walk(body) if isinstance(n, Apply)}), {name}
    while waiting:
        other = waiting.pop()
        if other in seen:
            continue
        seen.add(other)
        for definition in env.definitions.get(other, ()):
            inside = free_names(definition.right) | {n.name for n in walk(definition.right) if isinstance(n, Apply)}
            alone = isinstance(definition.left, Name) and not _speaks_of(definition.right, name, env, frozenset())
            if alone and any(isinstance(n, Big) and n.op == "int" for n in walk(definition.right)):
                env = env.holding(other, env.value(definition.left))
            waiting += inside
    return env


def _speaks_of(node: Node, name: str, env: Env, seen: frozenset[str]) -> bool:
    """Whether a formula, or what it is defined by, speaks of a name that nothing binds."""
    spoken = free_names(node)
    if name in spoken:
        return True
    others = (spoken | {n.name for n in walk(node) if isinstance(n, Apply)}) & env.definitions.keys() - seen
    return any(_speaks_of(d.right, name, env, seen | others) for other in others for d in env.definitions[other])


def _base(table: Table) -> Table:
    return _base(table.base) if isinstance(table, DualTable) else table


_Edge: TypeAlias = tuple[Any, Any, str]


def _placed(low: Node, high: Node, env: Env) -> tuple[str, Any, Any, list[_Edge]]:
    """Which rule, where it starts, how long the interval is (or which way it goes), and the limits that are varied.

    The rule has its points where the limits are, and does not move with them.
    """
    table, ends = env.table, [_infinite(end) for end in (low, high)]
    if ends == [-1, 1]:
        return "line", table.number(Fraction(0)), table.number(Fraction(1)), []
    if ends not in ([0, 0], [0, 1], [-1, 0]):
        raise EvaluationError("the limits of an integral are numbers, or go from -\\infty up to \\infty")
    edges: list[_Edge] = []
    still: list[Any] = []
    for end, sign in ((low, "sub"), (high, "add")):
        value = None if _infinite(end) else env.value(end)
        if value is not None and table.shape(value):
            raise EvaluationError("the limits of an integral are numbers")
        if isinstance(value, Dual) and value.tangent is not None:
            edges.append((Dual(value.primal), table.lift("sub", value, Dual(value.primal)), sign))
            value = Dual(value.primal)
        still.append(value)
    if ends == [0, 1]:
        return "half", still[0], table.number(Fraction(1)), edges
    if ends == [-1, 0]:
        return "half", still[1], table.number(Fraction(-1)), edges
    return "interval", still[0], table.lift("sub", still[1], still[0]), edges


def _infinite(node: Node) -> int:
    if isinstance(node, Call) and node.op == "neg":
        return -_infinite(node.args[0])
    return 1 if node == Name("infty") else 0


@cache
def rule(kind: str, step: Fraction) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Points and weights: on 0..1, on 0..infinity, or on all real numbers."""
    low, high = (Fraction(end) for end in ENDS[kind])
    with localcontext() as arithmetic:
        arithmetic.prec = 80
        found = [_point(kind, Decimal(t.numerator) / t.denominator) for t in _grid(low, high, step)]
        size = Decimal(step.numerator) / step.denominator
        return tuple(Fraction(x) for x, _ in found), tuple(Fraction(w * size) for _, w in found)


@cache
def floats(kind: str, step: Fraction) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same to the digits of floats."""
    points, weights = rule(kind, step)
    return tuple(map(float, points)), tuple(map(float, weights))


def _grid(low: Fraction, high: Fraction, step: Fraction) -> list[Fraction]:
    first = -(-low // (2 * step)) * 2  # every other one is on the coarser grid
    return [step * place for place in range(int(first), int(high // step) + 1)]


def _point(kind: str, t: Decimal) -> tuple[Decimal, Decimal]:
    """x(t) and its derivative."""
    up, down = t.exp(), (-t).exp()
    sinh, cosh = (up - down) / 2, (up + down) / 2
    if kind == "line":
        return sinh, cosh
    if kind == "half":
        x = (t - down).exp()
        return x, x * (1 + down)
    pi = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")
    grown = (pi * sinh).exp()
    return grown / (1 + grown), pi * cosh * grown / (1 + grown) ** 2


@dataclass(frozen=True, slots=True)
class _Sum:
    """What one rule gives over a table of numbers: the sum, that of the sizes of its terms, how far the sum of every
    other term is from it, and the terms at both ends.
    """

    table: Table
    total: Any
    size: Any
    gap: Any
    ends: tuple[Any, Any]

    def within(self, gap: Fraction | None, ends: Fraction | None) -> Any:
        """1 where the gap and the ends are as small as this beside the size."""
        asked = [(self.gap, gap)] if gap is not None else []
        asked += [(self.table.lift("abs", end), ends) for end in self.ends] if ends is not None else []
        found = self.table.number(Fraction(1))
        for value, bound in asked:
            limit = self.table.lift("mul", self.size, self.table.number(bound or Fraction(0)))
            found = self.table.lift("mul", found, self.table.lift("<=", value, limit))
        return found


class _Tried:
    """One rule: its sum, and those of the derivatives that come with it, over the table that holds numbers."""

    def __init__(self, body: Node, name: str, kind: str, step: Fraction, start: Any, length: Any, env: Env) -> None:
        points, weights = rule(kind, step) if isinstance(_base(env.table), PreciseTable) else floats(kind, step)
        self.table, count = env.table, len(points)
        over = env.holding(LOW, start).holding(LENGTH, length).over(PLACE, env.table.value(points), count)
        if over is None:
            raise EvaluationError("an integral inside of so many others is not computed")
        inner, deeper = over
        place = inner.value(Call("add", (Name(LOW), Call("mul", (Name(LENGTH), Name(PLACE))))))
        try:
            value = inner.holding(name, place).value(body)
            if inner.table.shape(value) != ():
                raise EvaluationError("what it is taken of is no number")
        except Undefined:
            raise
        except EvaluationError as error:
            raise EvaluationError(f"this integral is not computed: {error}") from None
        found = deeper.lowered(value, count)  # (points,)
        scale = self.table.lift("abs", length) if kind == "half" else length
        weighed = self.table.lift("mul", scale, self.table.value(weights))
        terms = self.table.lift("mul", weighed, found)
        self.total, self.sums = _added(self.table, terms, count), _sums(self.table, terms, count)

    def known(self, gap: tuple[Fraction, ...] | None, ends: tuple[Fraction, ...] | None) -> list[Any]:
        """1 where the sums are known so well; the bounds are for many digits and for floats."""
        found = []
        for each in self.sums:
            place = 0 if isinstance(each.table, PreciseTable) else 1
            found.append(each.within(None if gap is None else gap[place], None if ends is None else ends[place]))
        return found

    def value(self) -> Any:
        """The integral where it is known well enough; Pole, or NaN of floats, elsewhere."""
        known = self.known(NEAR, SMALL)
        if all(map(_ones, known)):
            return _widened(self.table, self.total, iter(self.sums))
        if not all(type(each.table) is ArrayTable for each in self.sums):
            raise Uncomputed("too few digits of the integral are known here")
        condition = known[0]
        for more in known[1:]:
            condition = self.sums[0].table.lift("mul", condition, more)
        for _ in range(_depth(self.table)):
            condition = Dual(condition)
        return self.table.choose([(condition, lambda: self.total)], None)


def _added(table: Table, terms: Any, count: int) -> Any:
    """The sum of the entries of a vector, by halves: as exact as pairs are."""
    rest = []
    while count > 1:
        half = count // 2
        rest += [table.pick(terms, (count - 1,))] * (count % 2)
        terms = table.lift("add", table.pick(terms, (slice(half),)), table.pick(terms, (slice(half, 2 * half),)))
        count = half
    return reduce(partial(table.lift, "add"), rest, table.pick(terms, (0,)))


def _sums(table: Table, terms: Any, count: int) -> list[_Sum]:
    """The sums of the terms and of their derivatives."""
    if isinstance(table, DualTable):
        found = _sums(table.base, terms.primal, count)
        if terms.tangent is not None:
            found += _sums(table.base, table.tangent_of(terms), count)
        return found
    even = _added(table, table.pick(terms, (slice(0, None, 2),)), (count + 1) // 2)
    odd = _added(table, table.pick(terms, (slice(1, None, 2),)), count // 2)
    size = _added(table, table.lift("abs", terms), count)
    gap = table.lift("abs", table.lift("sub", even, odd))  # twice the even ones less all of them
    ends = table.pick(terms, (0,)), table.pick(terms, (count - 1,))
    return [_Sum(table, table.lift("add", even, odd), size, gap, ends)]


def _ones(value: Any) -> bool:
    """Whether a relation holds at every point."""
    return all(getattr(entry, "middle", entry) == 1 for entry in value.reshape(-1).tolist())


def _widened(table: Table, total: Any, sums: Iterator[_Sum]) -> Any:
    """The value; where numbers have a bound on their error, with that of the rule in it."""
    if isinstance(table, DualTable):
        primal = _widened(table.base, total.primal, sums)
        return Dual(primal, None if total.tangent is None else _widened(table.base, table.tangent_of(total), sums))
    size = next(sums).size
    entries = size.reshape(-1).tolist()
    if not isinstance(table, PreciseTable) or not isinstance(entries[0], Ball):
        return total
    balls = [Ball(Decimal(0), (entry.middle + entry.radius) * LEFT.numerator / LEFT.denominator) for entry in entries]
    return table.lift("add", total, table.value(balls).reshape(size.shape))


def _depth(table: Table) -> int:
    return 1 + _depth(table.base) if isinstance(table, DualTable) else 0
