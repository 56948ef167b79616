"""Means under Gaussian and uniform laws: of polynomials, by rules with rational weights, exact in all tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod
from typing import Any

from solvers.formula.env import Env, whole
from solvers.formula.exponential_means import of_exponential
from solvers.formula.integration import has_steps
from solvers.formula.nodes import (
    Apply,
    Big,
    Binder,
    Call,
    Index,
    Matrix,
    Name,
    Node,
    Num,
    Tuple,
    children,
    map_children,
    names,
    walk,
)
from solvers.formula.operations import OPERATIONS
from solvers.formula.tables.table import EvaluationError, Open, Table, written
from solvers.formula.targets import UNKNOWN
from solvers.formula.unfolded import unfolded

NUMBERS, VECTORS = (4, 5), (1, 2)  # how far the points of the two rules reach, in standard deviations
MAX_POINTS = 1000
CLOSE = 1e-7
OF_STEPS = "a mean of steps and kinks under a continuous law is not computed"  # far from them both rules miss them
ROUGHLY, EXACTLY = Fraction(1, 10**9), Fraction(1, 10**35)  # of floats, and of everything finer


@cache
def rule(reach: int, step: Fraction = Fraction(1), law: str = "normal") -> tuple[tuple[Fraction, Fraction], ...]:
    """Points and weights on -reach..reach with the moments 1, 0, 1, 0, 3, 0, 15, ... of a standard Gaussian, or those
    of a uniform law on -1..1.
    """
    points = [step * i for i in range(-reach, reach + 1)]
    moment = _moment if law == "normal" else _uniform_moment
    rows = [[x**power for x in points] + [moment(power)] for power in range(len(points))]
    for place in range(len(points)):
        pivot = next(r for r in range(place, len(rows)) if rows[r][place] != 0)
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [entry / rows[place][place] for entry in rows[place]]
        for other in range(len(rows)):
            if other != place and rows[other][place] != 0:
                factor = rows[other][place]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[place], strict=True)]
    return tuple((x, row[-1]) for x, row in zip(points, rows, strict=True) if row[-1] != 0)


def _moment(power: int) -> Fraction:
    found = Fraction(0 if power % 2 else 1)
    for factor in range(1, power, 2):
        found *= factor
    return found


def _uniform_moment(power: int) -> Fraction:
    return Fraction(0) if power % 2 else Fraction(1, power + 1)


def continuous_mean(node: Big, law: Call, env: Env) -> Any:
    """E_{x ~ N(mean, variance)}[body], or under a uniform law, for a polynomial in x, also one that does not look like
    it (log of a density).

    Of anything else there is no value: two rules that differ show it.
    """
    name = node.binders[0].name.text
    exact = polynomial(node.body, name, env)
    if not exact and has_steps(node.body, name, env):
        return _integrated(node, law, env, smooth=False)
    first, second = (_mean(node, law, env, place) for place in (0, 1))
    if not exact:
        size = _mean(replace(node, body=Call("absolute", (node.body,))), law, env, 0)
        if not _everywhere(_near(env.table, first, second, size)) and _over_numbers(node, law, env):
            return _integrated(node, law, env, smooth=True)
        return agreed(env.table, first, second, size)
    if of_floats(first) and not close(primal(first), primal(second)):
        raise EvaluationError("a mean under a continuous law is computed for polynomials of low degree")
    return second


def _over_numbers(node: Big, law: Call, env: Env) -> bool:
    """Whether the mean is over one number."""
    return len(node.binders) == 1 and not any(
        isinstance(value, Open) or env.table.shape(value) for value in map(env.value, law.args)
    )


def _integrated(node: Big, law: Call, env: Env, smooth: bool) -> Any:
    """The mean over a number as an integral with the density: of e^x, and in parts of max(0, x), |x - m|, [x > 1]."""
    if not _over_numbers(node, law, env):
        raise EvaluationError(OF_STEPS)
    name, infinity = node.binders[0].name, Name("infty")
    body = unfolded(node.body, name.text, env)
    if smooth and (known := of_exponential(body, name.text, law, env)) is not None:
        return known
    inner, ends = Name(f"{name.text}{INSIDE}"), (Call("neg", (infinity,)), infinity)
    weighted = Call("mul", (_renamed(body, name, inner), _density(inner, law)))
    low, high = ends if law.op == "normal" else law.args
    if smooth:
        return env.value(Big("int", (Binder(inner, None, None, Call("interval", (low, high))),), weighted))
    from solvers.formula.kinks import in_parts  # only where there are some

    if (parts := in_parts(inner.text, weighted, low, high)) is None:
        raise EvaluationError(OF_STEPS)
    return env.value(parts)


INSIDE = "~"  # behind the name of what is integrated over: no one can write it


def _renamed(node: Node, name: Name, other: Name) -> Node:
    return other if node == name else map_children(node, lambda inner: _renamed(inner, name, other))


def _density(x: Name, law: Call) -> Node:
    """Of a Gaussian with this mean and variance, or of a uniform law between two numbers."""
    first, second = law.args
    if law.op == "uniform":
        return Call("div", (Num("1"), Call("sub", (second, first))))
    square = Call("pow", (Call("sub", (x, first)), Num("2")))
    exponent = Call("neg", (Call("div", (square, Call("mul", (Num("2"), second)))),))
    size = Call("sqrt", (Call("mul", (Num("2"), Call("mul", (Name("pi"), second)))),))
    return Call("div", (Call("exp", (exponent,)), size))


def agreed(table: Table, first: Any, second: Any, size: Any) -> Any:
    """The value where both rules give it to the digits there are; undefined (a division by zero) elsewhere.

    `size`: the mean of the absolute value. Beside it the rules must agree: under a wide law e^x is tiny at all of their
    points, and its mean is not.
    """
    return table.lift("div", second, _near(table, first, second, size))


def _near(table: Table, first: Any, second: Any, size: Any) -> Any:
    """1 where two rules give the same, and else 0."""
    gap = table.lift("abs", table.lift("sub", first, second))
    allowed = ROUGHLY if of_floats(first) else EXACTLY
    return table.lift("<", gap, table.lift("mul", size, table.number(allowed)))


def _everywhere(near: Any) -> bool:
    """Whether it is 1 at all points of an array."""
    bare = primal(near)
    return not hasattr(bare, "reshape") or all(map(bool, bare.reshape(-1).tolist()))


def of_floats(value: Any) -> bool:
    """Whether a value is an array of floats: those are looked at first, and settle whether the mean can be computed."""
    bare = primal(value)
    return isinstance(bare, float) or getattr(getattr(bare, "dtype", None), "kind", "") == "f"


def primal(value: Any) -> Any:
    """A value without its derivatives."""
    while hasattr(value, "primal"):
        value = value.primal
    return value


def close(a: Any, b: Any) -> bool:
    """Whether two arrays of floats agree, where both are numbers."""
    gap = abs(a - b) - CLOSE * (abs(a) + abs(b) + 1)
    return not bool((gap > 0).any())


def _mean(node: Big, law: Call, env: Env, place: int) -> Any:
    table, name = env.table, node.binders[0].name.text
    if law.op == "uniform":
        return _weighted(node, rule(NUMBERS[place], Fraction(1, NUMBERS[place]), "uniform"), *_middle(law, env), env)
    mean = env.value(law.args[0])
    power = degree(node.body, name, env)
    if power < 2 and not isinstance(mean, Open) and table.shape(mean):
        return env.holding(name, mean).value(node.body)
    spread = _spread(env.value(law.args[1]), env)
    shape = () if isinstance(mean, Open) else table.shape(mean)
    if not shape and (isinstance(mean, Open) or isinstance(spread, Open) or table.shape(spread)):
        shape = _declared_shape(name, env) if isinstance(spread, Open) else table.shape(spread)[:1]
    size = shape[0] if shape else 1
    if len(shape) == 1 and power <= LOW:
        return _along_axes(node, power, Fraction(VECTORS[place]), mean, spread, env, size)
    points = rule(NUMBERS[place]) if not shape else rule(1, Fraction(VECTORS[place]))
    if len(points) ** size > MAX_POINTS or len(shape) > 1:
        raise EvaluationError(f"a mean over a Gaussian of {written(shape)} is too much to compute")
    return _weighted(node, points, mean, spread, env, size if shape else 0)


def _middle(law: Call, env: Env) -> tuple[Any, Any]:
    """The middle of an interval of numbers, and half its length."""
    low, high = map(env.value, law.args)
    if env.table.shape(low) or env.table.shape(high):
        raise EvaluationError("a mean under a uniform law is computed for numbers")
    half = env.table.number(Fraction(1, 2))
    return tuple(env.table.lift("mul", half, env.table.lift(op, high, low)) for op in ("add", "sub"))


def _weighted(
    node: Big, points: tuple[tuple[Fraction, Fraction], ...], mean: Any, spread: Any, env: Env, size: int = 0
) -> Any:
    """The sum over the points of a rule, for a vector over all combinations of them."""
    every, weights = list(product(points, repeat=size or 1)), list[Fraction]()
    places: list[Any] = []
    for chosen in every:
        weights.append(prod((part for _, part in chosen), start=Fraction(1)))
        numbers = [env.table.number(x) for x, _ in chosen]
        places.append(_moved(mean, spread, env.table.stack(numbers) if size else numbers[0], env))
    return _summed(node, places, weights, env)


def _summed(node: Big, places: Sequence[Any], weights: Sequence[Fraction], env: Env) -> Any:
    """The sum of the body's values where the variable is at these places, each with its weight."""
    table, total = env.table, None
    for weight, value in zip(weights, _values_at(node, places, env), strict=True):
        term = table.lift("mul", table.number(weight), value)
        total = term if total is None else table.lift("add", total, term)
    return total


def _values_at(node: Big, places: Sequence[Any], env: Env) -> Iterator[Any]:
    """The body's value at each place: all at once where the table can do that."""
    name = node.binders[0].name.text
    over = env.over(name, env.table.stack(places), len(places)) if env.table.deeper() is not None else None
    if over is not None:
        inner, deeper = over
        value = inner.value(node.body)
        if not isinstance(value, Open):
            terms = deeper.lowered(value, len(places))
            yield from (env.table.pick(terms, (k,)) for k in range(len(places)))
            return
    yield from (env.holding(name, place).value(node.body) for place in places)


def _along_axes(node: Big, power: int, reach: Fraction, mean: Any, spread: Any, env: Env, size: int) -> Any:
    """The mean of a polynomial of low degree in all entries together: at the middle, and at r and -r along each axis,
    with the weights 1 - n/r^2 and 1/(2 r^2), which have the moments of a standard Gaussian up to the third."""
    table, none = env.table, Fraction(0)
    middle = [none] * size
    axes = (
        []
        if power < 2
        else [[r if i == k else none for i in range(size)] for k in range(size) for r in (reach, -reach)]
    )
    weights = [1 - Fraction(len(axes), 2) / reach**2, *(1 / (2 * reach**2) for _ in axes)]
    places = [_moved(mean, spread, table.stack([table.number(x) for x in point]), env) for point in [middle, *axes]]
    return _summed(node, places, weights, env)


def degree(node: Node, name: str, env: Env, seen: frozenset[str] = frozenset()) -> int:
    """The degree of a polynomial in a name, all its entries together, at most; a high one of anything else."""
    if isinstance(node, Name) and node.text != name:
        found = env.definitions.get(node.text, ()) if node.text not in seen else ()
        return max((degree(d.right, name, env, seen | {node.text}) for d in found), default=0)
    if isinstance(node, Name):
        return 1
    if not _speaks(node, name, env):
        return 0
    if isinstance(node, (Tuple, Matrix, Index)) or (isinstance(node, Big) and node.op in {"sum", "E"}):
        parts = [degree(child, name, env, seen) for child in children(node) if not isinstance(child, Binder)]
        return max(parts, default=0)
    if not isinstance(node, Call):
        return _HIGH
    parts = [degree(arg, name, env, seen) for arg in node.args]
    if node.op in _SUMS:
        return max(parts)
    if node.op in _PRODUCTS:
        return sum(parts)
    if node.op == "pow" and isinstance(node.args[1], Num) and node.args[1].value in {0, 1, 2, 3}:
        return parts[0] * int(node.args[1].value)
    return parts[0] if node.op == "div" and not parts[1] else _HIGH


_SUMS, _PRODUCTS, _HIGH, LOW = (
    set("add sub neg transpose tr diag total mean".split()),
    set("mul dot times star hadamard inner outer tensor".split()), 1000, 3,
)  # fmt: skip


def _declared_shape(name: str, env: Env) -> tuple[int, ...]:
    """How long a vector is whose Gaussian does not say it: N(0, I)."""
    declared = env.declared.get(name)
    if declared is None or not declared.shape or UNKNOWN in declared.shape:
        raise EvaluationError(f"how long {name} is cannot be known: declare it")
    return tuple(whole(size, env.sizes) for size in declared.shape)


def polynomial(node: Node, name: str, env: Env, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a formula is a polynomial in a name, as far as its form shows it."""
    if isinstance(node, Name) and node.text != name and node.text in env.definitions and node.text not in seen:
        found = env.definitions[node.text]
        return all(polynomial(d.right, name, env, seen | {node.text}) for d in found)
    if not _speaks(node, name, env):
        return True
    if isinstance(node, (Name, Tuple, Matrix, Big, Index)):
        return all(polynomial(child, name, env, seen) for child in children(node) if not isinstance(child, Binder))
    if isinstance(node, Apply) and len(env.definitions.get(node.name, ())) == 1 and node.name not in seen:
        definition = env.definitions[node.name][0]
        parameters = (
            [n.text for n in definition.left.args if isinstance(n, Name)] if isinstance(definition.left, Apply) else []
        )
        inside = all(polynomial(definition.right, p, env, seen | {node.name}) for p in parameters)
        return inside and all(polynomial(arg, name, env, seen) for arg in node.args)
    if not isinstance(node, Call):
        return False
    first = node.args[0]
    if node.op == "pow":
        small = isinstance(node.args[1], Num) and node.args[1].value in {0, 1, 2, 3, 4}
        squared = isinstance(first, Call) and first.op == "norm" and first.args[1] in {Num("2"), Name("F")}
        if squared and isinstance(first, Call) and node.args[1] == Num("2"):
            return polynomial(first.args[0], name, env, seen)
        if isinstance(first, Call) and first.op in {"abs", "absolute"} and node.args[1] in {Num("2"), Num("4")}:
            return polynomial(first.args[0], name, env, seen)
        return small and polynomial(first, name, env, seen)
    if node.op == "div":
        return polynomial(first, name, env, seen) and not _speaks(node.args[1], name, env)
    return node.op in _POLYNOMIAL and all(polynomial(arg, name, env, seen) for arg in node.args)


_POLYNOMIAL = set("add sub neg mul dot times star hadamard inner outer tensor transpose tr diag total mean".split())


def _speaks(node: Node, name: str, env: Env) -> bool:
    """Whether a formula, or what it is defined by, speaks of a name."""
    waiting, seen = set(names(node)) | {n.name for n in walk(node) if isinstance(n, Apply)}, set[str]()
    while waiting:
        other = waiting.pop()
        if other == name:
            return True
        if other not in seen and other in env.definitions:
            rights = [d.right for d in env.definitions[other]]
            waiting |= {n for r in rights for n in names(r)} | {
                n.name for r in rights for n in walk(r) if isinstance(n, Apply)
            }
        seen.add(other)
    return False


def _moved(mean: Any, spread: Any, step: Any, env: Env) -> Any:
    """mean + spread * step: the spread a number, a vector of standard deviations, or a root of the covariance."""
    table = env.table
    scale = spread.scale if isinstance(spread, Open) else spread
    root = not isinstance(spread, Open) and len(table.shape(spread)) == 2
    away = OPERATIONS["mul"](table, scale, step) if root else table.lift("mul", scale, step)
    return away if isinstance(mean, Open) else table.lift("add", mean, away)


def _spread(variance: Any, env: Env) -> Any:
    """The standard deviation: of a number, of c I, of each entry for a diagonal matrix; the lower triangular root of
    any other covariance."""
    table = env.table
    if isinstance(variance, Open):
        if variance.kind != "I":
            raise EvaluationError("the covariance of a Gaussian is a number, c I or a matrix")
        return Open("I", table.lift("sqrt", variance.scale))
    if len(table.shape(variance)) == 2:
        diagonal = OPERATIONS["diag"](table, variance)
        off = table.lift("sub", variance, OPERATIONS["diag"](table, diagonal))
        if not of_floats(off) or bool((abs(primal(off)) > 0).any()):
            return _root(table, variance)
        variance = diagonal
    return table.lift("sqrt", variance)


def _root(table: Table, a: Any) -> Any:
    """The lower triangular L with L L^T = a, row by row (Cholesky)."""
    size = table.shape(a)[0]
    rows: list[list[Any]] = []
    for i in range(size):
        row: list[Any] = []
        for j in range(i + 1):
            rest = table.pick(a, (i, j))
            other = row if i == j else rows[j]
            for k in range(j):
                rest = table.lift("sub", rest, table.lift("mul", row[k], other[k]))
            row.append(table.lift("sqrt", rest) if i == j else table.lift("div", rest, rows[j][j]))
        rows.append(row)
    zero = table.lift("sub", rows[0][0], rows[0][0])
    return table.stack([table.stack([*row, *([zero] * (size - len(row)))]) for row in rows])


__all__ = ["agreed", "close", "continuous_mean", "degree", "of_floats", "polynomial", "primal", "rule"]
