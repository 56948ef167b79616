"""argmin_y f(y) over real y against a formula: a point where the gradient is zero and nothing tried lies lower."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from solvers.equality.compare import Comparison, compare
from solvers.formula.context import Context, read_context
from solvers.formula.fitting import fitted
from solvers.formula.kinks import numeral
from solvers.formula.nodes import (
    At,
    Big,
    Binder,
    Call,
    Chain,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    Tuple,
    walk,
)
from solvers.formula.origins import polynomial
from solvers.formula.ranks import rank_of
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration

_KINKS = frozenset({"abs", "relu", "sign", "floor", "ceil", "max", "min", "leakyrelu", "absolute", "hardtanh", "norm"})


def extremal(a: Node, b: Node, context: Context, seed: int) -> Comparison | None:
    """The comparison where one side is an argmin or argmax over a real name; None where neither is."""
    for one, other in ((a, b), (b, a)):
        one, known = _declared(one, context)
        alone = not any(isinstance(inner, Big) and inner.op in {"argmin", "argmax"} for inner in walk(other))
        if isinstance(one, Big) and one.op in {"argmin", "argmax"} and alone and _real(one, known):
            return _judged(one, other, known, seed)
    return None


def _declared(node: Node, context: Context) -> tuple[Node, Context]:
    """argmin_{d in R^n} as one over a d that is declared so, argmax_{0 < D < 1} over a D in that interval."""
    binder = node.binders[0] if isinstance(node, Big) and len(node.binders) == 1 else None
    domain = None if binder is None else binder.domain
    between = None if binder is None else _between(binder, context)
    if isinstance(node, Big) and binder is not None and between is not None:
        return replace(node, binders=(Binder(binder.name),)), between
    power = isinstance(domain, Call) and domain.op == "pow"
    base, size = domain.args if isinstance(domain, Call) and power else (domain, None)
    if not isinstance(node, Big) or binder is None or base not in (Name("bbR"), Name("R")):
        return node, context
    sizes = size.args if isinstance(size, Call) and size.op == "times" else (size,)
    shape = tuple(each for each in sizes if each is not None)
    free = replace(node, binders=(replace(binder, domain=None),))
    return free, context.declared(Declaration(binder.name.text, shape))


def _between(binder: Binder, context: Context) -> Context | None:
    """The context in which what is chosen is a number of the interval that is said: (0, 1), w > 0, and 0 < D < 1, where
    no whole number lies; None where none is.
    """
    name, domain = binder.name.text, binder.domain
    said = ""
    if isinstance(domain, Tuple) or (isinstance(domain, Matrix) and len(domain.rows) == 1):
        said = f"{name} in {to_plain(domain)}"
    elif isinstance(domain, Chain) and domain.sides[0] == binder.name:
        said = to_plain(domain)
    elif domain is None and binder.low is not None and binder.high is not None:
        least, greatest = polynomial(binder.low), polynomial(binder.high)
        if least is not None and greatest is not None and least.keys() | greatest.keys() <= {()}:
            low, high = (ends.get((), Fraction(0)) for ends in (least, greatest))
            said = f"{low - 1} < {name} < {high + 1}" if low > high else ""
    found = read_context([said], context, latex=False) if said else None
    return found if isinstance(found, Context) else None


def _real(node: Big, context: Context) -> bool:
    """Whether what is chosen is a number, vector or matrix, and no index and no element of a set."""
    binder = node.binders[0]
    declared = context.scope.names.get(binder.name.text)
    chosen = any(
        isinstance(inner, (Index, Member)) and binder.name in inner.indices for inner in walk(node.body)
    )  # argmax_i p_i
    free = binder.domain is None and binder.low is None and len(node.binders) == 1 and not chosen
    return free and (declared is None or (declared.domain in {"real", "inferred"} and not declared.family))


def _judged(node: Big, value: Node, context: Context, seed: int) -> Comparison:
    from solvers.equality.relations import judge  # three times the start of Python

    name, before = node.binders[0].name, context
    if not _smooth(node.body):
        return _by_values(node, value, context, seed, f"an {node.op} over real numbers is judged where it is smooth")
    gradient = At(Derivative("nabla", node.body, (name,)), (name,), (value,))
    tried = [
        (known, compare(gradient, Name("zeros"), known, seed)) for known in _shaped(name, value, node.body, context)
    ]
    context, flat = next((found for found in tried if not _misfit(found[1])), tried[-1])
    apart = flat.verdict == "different" and flat.counterexample is not None and "left" in flat.counterexample
    if apart and context.scope.names.get(name.text, Declaration(name.text)).ends != "()":
        return _by_values(node, value, context, seed, "it may be at an end of the interval")
    if apart and flat.counterexample is not None:
        point = {n: v for n, v in flat.counterexample.items() if n != "right"}
        point["gradient"] = point.pop("left")
        return Comparison("different", "the gradient of the objective is not zero at this value", point)
    if flat.verdict != "same":
        return _of_other_shape(name, value, context, seed) or replace(flat, verdict="undecided")
    if (outside := _outside(name, value, context, seed)) is not None:
        return outside
    relation = "<=" if node.op == "argmin" else ">="
    there = At(node.body, (name,), (value,))
    lowest = judge(relation, there, node.body, context, seed)
    if lowest.verdict == "wrong":
        side = "smaller" if node.op == "argmin" else "larger"
        declared = before.scope.names.get(name.text)
        if declared is None or declared.domain == "inferred":
            said = f"the objective is {side} elsewhere, and nothing says where {name.text} lies"
            return Comparison("undecided", said)
        return Comparison("different", f"the objective is {side} elsewhere", lowest.counterexample)
    unknown = lowest.evidence and lowest.counterexample is None and "not refuted" not in lowest.evidence
    return Comparison("undecided" if unknown else "same", f"its gradient is zero there, and {lowest.evidence}")


def _outside(name: Name, value: Node, context: Context, seed: int) -> Comparison | None:
    """What is said of a value that does not lie between the bounds of what is chosen; None where it does."""
    from solvers.equality.relations import judge  # three times the start of Python

    declared = context.scope.names.get(name.text, Declaration(name.text))
    low = Fraction(0) if declared.positive else declared.low
    for sign, bound, end in ((">", low, declared.ends[0]), ("<", declared.high, declared.ends[1])):
        relation = f"{sign}=" if end in "[]" else sign
        if bound is not None and judge(relation, value, numeral(bound), context, seed).verdict == "wrong":
            said = f"whether the value is {relation} {bound}, as {name.text} is, is not said"
            return Comparison("undecided", said)
    return None


def _by_values(node: Big, value: Node, context: Context, seed: int, why: str) -> Comparison:
    """Different, where an objective that no gradient tells of is better at another declared number; undecided why."""
    name = node.binders[0].name
    there = At(node.body, (name,), (value,))
    if name.text in context.scope.names and context.scope.names[name.text].domain == "real":
        from solvers.equality.relations import judge  # three times the start of Python

        found = judge("<=" if node.op == "argmin" else ">=", there, node.body, context, seed)
        if found.verdict == "wrong" and found.counterexample is not None and "left" in found.counterexample:
            side = "smaller" if node.op == "argmin" else "larger"
            return Comparison("different", f"the objective is {side} elsewhere", found.counterexample)
    return Comparison("undecided", why)


def _shaped(name: Name, value: Node, body: Node, context: Context) -> Iterator[Context]:
    """The context with a shape of what is chosen, where none is declared: of a number first, if the value is one."""
    if name.text in context.scope.names:
        yield context
        return
    number = context.declared(Declaration(name.text))
    found = fitted(context, (name, value), (body,))
    if found is None or rank_of(value, context.scope) == 0:
        yield number
    if found is not None:
        yield found.context


def _misfit(result: Comparison) -> bool:
    """Whether a gradient has no value at all, rather than another one than zero."""
    return result.verdict == "undecided" and not result.tried


def _of_other_shape(name: Name, value: Node, context: Context, seed: int) -> Comparison | None:
    """Different, where the value has not the shape of what is chosen."""
    fit = compare(name, value, context, seed)
    shapes = fit.counterexample is not None and "left" not in fit.counterexample
    return fit if fit.verdict == "different" and shapes and not fit.domain else None


def _smooth(node: Node) -> bool:
    """Whether an objective has a gradient everywhere: a norm only as its square."""
    squares = {
        inner.args[0] for inner in walk(node)
        if isinstance(inner, Call) and inner.op == "pow" and inner.args[1] == Num("2")
    }  # fmt: skip
    return not any(isinstance(n, Call) and n.op.rstrip("'") in _KINKS and n not in squares for n in walk(node))


__all__ = ["extremal"]
