"""Limits: sums without an end for n -> infinity, and for x -> a the value there, or of 0/0 that of the derivatives.

Only what is smooth is looked at, so that the first terms of Taylor's series decide; of all else nothing is said.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from solvers.formula.definitions import reached
from solvers.formula.env import Env
from solvers.formula.iterates import moved
from solvers.formula.limit_words import with_other
from solvers.formula.nodes import Big, Binder, Call, Cases, Derivative, Name, Node, Num, map_children, names, walk
from solvers.formula.tables.precise import PreciseTable
from solvers.formula.tables.table import EvaluationError

MOST = 4  # derivatives
ZERO, MANY_DIGITS = Fraction(1, 10**9), Fraction(1, 10**30)  # what rounding leaves of what tends to zero
_KINKED = frozenset(
    "abs absolute relu leakyrelu elu hardtanh softsign max min sign floor ceil mod indicator argmax argmin norm opnorm "
    "eigmax eigmin eigenvalues".split()
)
_PERIODIC = frozenset("sin cos tan cot sec csc".split())


def limit(node: Big, env: Env) -> Any:
    """The limit; no value where it is not known to be one."""
    (binder,) = node.binders
    name = binder.name
    behind = reached(node.body, env.definitions) - {name.text}
    rights = [definition.right for n in sorted(behind) for definition in env.definitions.get(n, ())]
    refused = _KINKED if binder.low != Name("infty") else _KINKED | (frozenset() if _counts(name, env) else _PERIODIC)
    for inner in (n for whole in (node.body, *rights) for n in walk(whole)):
        if isinstance(inner, Cases) or (isinstance(inner, Call) and inner.op.rstrip("'") in refused):
            raise EvaluationError("a limit of what has kinks, jumps or waves is not computed")
    if binder.low == Name("infty"):
        if name.text not in reached(compounded := _compounded(node.body, name), env.definitions):
            return env.value(compounded)
        return env.value(_series(node.body, name))
    assert binder.low is not None
    return _at_point(node.body, name, binder.low, env.holding(name.text, env.value(binder.low)))


def _compounded(node: Node, name: Name) -> Node:
    """The formula with e^{a b} for every (1 + a/n)^{b n}."""
    node = map_children(node, lambda child: _compounded(child, name))
    if not isinstance(node, Call) or node.op != "pow" or not isinstance(node.args[0], Call):
        return node
    base, times = node.args[0], _over(Call("div", (node.args[1], name)), name)
    if base.op not in {"add", "sub"} or base.args[0] != Num("1") or times is None:
        return node
    growth = _over(Call("mul", (base.args[1], name)), name)
    if growth is None:
        return node
    return Call("exp", (Call("mul", (growth if base.op == "add" else Call("neg", (growth,)), times)),))


def _over(product: Node, name: Name) -> Node | None:
    """A product of which the name is a factor above and below the line, without it; None if it stands there still."""
    above, below = _factors(product)
    if above.count(name) != 1 or below.count(name) != 1:
        return None
    above.remove(name)
    below.remove(name)
    left = Call("div", (_product(above), _product(below)))
    return None if name.text in names(left) else left


def _counts(name: Name, env: Env) -> bool:
    """Whether a letter runs over whole numbers."""
    declared = env.declared.get(name.text)
    return name.text in set("nNmMkKtT") or (declared is not None and declared.domain in {"natural", "integer"})


def _series(body: Node, name: Name) -> Node:
    """The sum that a limit is: of all terms, where the name is the end of one; else of the steps to the next value."""
    ends = [n for n in walk(body) if isinstance(n, Big) and n.op == "sum" and n.binders[0].high == name]
    if len(ends) == 1 and len(ends[0].binders) == 1 and sum(n == name for n in walk(body)) == 1:
        return with_other(body, name, Name("infty"))
    first: Node = with_other(body, name, Num("1"))
    steps = Call("sub", (moved(body, name.text, 1), body))
    return Call("add", (first, Big("sum", (Binder(name, Num("1"), Name("infty")),), steps)))


def _at_point(body: Node, name: Name, point: Node, env: Env) -> Any:
    """num/den at a point: of the first derivatives of which the one below the line is not zero."""
    above, below = _factors(body)
    num, den = _product(above), _product(below)
    table, order = env.table, 0
    if table.shape(env.value(num)) != ():
        raise EvaluationError("a limit of what is no number is not computed")
    if name.text in names(den):
        if names(den) != {name.text}:
            below = [factor for factor in below if name.text in names(factor)]
        order = _order(_product(below), name, point)
    derived = [Derivative("d", num, (name,) * n) if n else num for n in range(order + 1)]
    last = Derivative("d", den, (name,) * order) if order else den
    tiny = table.number(MANY_DIGITS if isinstance(table, PreciseTable) else ZERO)
    holds = [table.lift("<=", table.lift("abs", env.value(each)), tiny) for each in derived[:order]]
    holds += [table.lift(">", table.lift("abs", env.value(n)), tiny) for n in _inner(above, below, name)]
    value = table.lift("div", env.value(derived[order]), env.value(last))
    if not holds:
        return value
    condition = reduce(lambda one, other: table.lift("mul", one, other), holds)
    return table.choose([(condition, lambda: value)], None)


def _order(den: Node, name: Name, point: Node) -> int:
    """How often a formula in one name is zero at the point, computed exactly."""
    from solvers.formula.tables.nested import PLAIN  # fractions

    if names(den) != {name.text}:
        raise EvaluationError("a limit of such a quotient is not computed")
    plain = Env(PLAIN, {name.text: Env(PLAIN).value(point)})
    for order in range(MOST + 1):
        value = abs(plain.value(Derivative("d", den, (name,) * order) if order else den))
        if value > ZERO:
            return order
        if value > ZERO * ZERO:
            raise EvaluationError("whether what stands below the line tends to zero is not clear")
    raise EvaluationError(f"a limit that takes more than {MOST} derivatives is not computed")


def _inner(above: list[Node], below: list[Node], name: Name) -> list[Node]:
    """What must not be zero at the point: what stands below lines inside, and in logarithms."""
    found = []
    for node in (n for factor in (*above, *below) for n in walk(factor)):
        if isinstance(node, Call) and node.op in {"div", "pow", "log", "sqrt"} and name.text in names(node):
            inner = node.args[1] if node.op == "div" else node.args[0]
            whole = node.op == "pow" and isinstance(node.args[1], Num)
            if not whole and (name.text in names(inner) or node.op == "pow"):
                found.append(inner)
    return found


def _product(factors: list[Node]) -> Node:
    return reduce(lambda a, b: Call("mul", (a, b)), factors) if factors else Num("1")


def _factors(node: Node) -> tuple[list[Node], list[Node]]:
    """The factors above and below the line."""
    if isinstance(node, Call) and node.op in {"mul", "dot", "times", "div"}:
        (a, b), (c, d) = map(_factors, node.args)
        return ([*a, *d], [*b, *c]) if node.op == "div" else ([*a, *c], [*b, *d])
    if isinstance(node, Call) and node.op == "neg":
        above, below = _factors(node.args[0])
        return [Call("neg", (Num("1"),)), *above], below
    return [node], []
