"""Random points for two formulas: sizes, whole numbers and values inside the declared domains.

Sizes are distinct and never 1, so that a wrong transpose cannot hide; values are a mixture of scales, since wide scales
find what holds in a region only and small ones what a larger term hides (research: derivations 3.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from solvers.equality.index_use import free_indices, is_ranged, range_of
from solvers.equality.members import backwards, counting, has_free, is_free, recursions
from solvers.equality.perpendicular import has_room
from solvers.equality.sizes import (
    literals_of,
    must_be_whole,
    numbers_declared,
    ranked,
    reaches_zero,
    said_sizes,
    size_definition,
    whole_by_use,
    whole_by_value,
    within_bounds,
)
from solvers.equality.values import SCALES, Drawing, Mode, anchors, entries, probabilities
from solvers.formula.context import Context, dimensions
from solvers.formula.definitions import reached
from solvers.formula.domains import numbers_of, whole_bounds
from solvers.formula.evaluate import Env, truth, whole
from solvers.formula.functions import conditions, signature, support
from solvers.formula.nodes import Apply, Big, Binder, Call, Member, Name, Node, Num, is_quotient, names, walk
from solvers.formula.sums import finite_set
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.table import EvaluationError
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration

SIZES = (2, 3, 4, 5)
POINTS = 12  # of a trial
MAX_MEMBERS, LAST = 500, 6  # of a family, and where a recursion backwards begins
MOST_SIZES = 60  # choices of sizes
SCALED = 10_000  # numbers beyond are no scale of others


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be sampled: sizes by name, free indices with their ranges, and a declaration for every name.

    `bound`: the names that sums and their like run; `states`: the sizes of vectors that a sum may run through all
    values of, two to the power of which are computed.
    """

    context: Context
    sizes: tuple[str, ...]
    indices: tuple[tuple[str, Node | None], ...]
    declared: Mapping[str, Declaration]
    members: Mapping[str, tuple[int, int]]
    scales: tuple[float, ...] = SCALES
    literals: tuple[float, ...] = ()
    states: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    parts: tuple[Node, ...] = ()  # what must be a whole number: d/2 of a sum that ends there
    dimensions: frozenset[str] = frozenset()  # the sizes that something has


def plan(context: Context, formulas: Sequence[Node]) -> Plan:
    """What the formulas, and the definitions they lead to, need."""
    nodes = [*formulas, *(d.right for ds in context.definitions.values() for d in ds), *context.constraints]
    context = _with_loose_indices(context, nodes)
    declared = dict(context.scope.names)
    nodes += [d.law for d in declared.values() if d.law is not None]
    every = [inner for node in nodes for inner in walk(node)]
    binders = [b for inner in every if isinstance(inner, Big) for b in inner.binders]
    bound = {b.name.text for b in binders}
    limits = [limit for b in binders for limit in (b.low, b.high) if limit is not None]
    sizes = {n for limit in limits for n in names(limit)} - bound - {"infty"}
    dimensioned = {n for d in declared.values() for s in dimensions(d) for n in names(s)}
    sizes |= dimensioned
    sizes = _with_said(sizes, context)
    found = {n for f in formulas for n in free_indices(f) | counting(f, context)} - sizes
    valued = {n for n in found | whole_by_value(every, context) if size_definition(n, context) is not None}
    found, sizes = found - valued, sizes | valued  # k = 2 of x_k
    found, sizes = _whole_numbers(found, sizes, every, context)
    sizes |= whole_by_use(formulas, context) - found
    labels = _labels(context, nodes) - sizes
    found, sizes = found - labels, sizes | labels
    indices = tuple((n, range_of(n, formulas, context)) for n in sorted(found))
    said_of_all = {n for constraint in context.constraints for n in free_indices(constraint)}  # the i of b_i > 0
    new = {inner.text for inner in every if isinstance(inner, Name)} - declared.keys()
    declared |= {n: Declaration(n) for n in sorted(new - {"I", "ones", "zeros", "pi", "infty"} - said_of_all)}
    members = {
        inner.base.text: (-1, 7) for inner in every
        if isinstance(inner, Member) and isinstance(inner.base, Name)
        if inner.base.text in declared and not declared[inner.base.text].family
    }  # fmt: skip
    whole_names = {n for n, d in declared.items() if d.domain in {"natural", "integer"} and n in sizes}
    random = [size for d in declared.values() if d.law is not None for size in dimensions(d)]
    states = frozenset(n for domain in [*_finite(every, declared), *random] for n in names(domain)) & sizes
    literals = literals_of(every)
    scales = (*SCALES, *(3 * number for number in literals if 2 < number < SCALED))
    spoken = [*limits, *context.parts, *(s for d in declared.values() for s in dimensions(d))]
    parts = tuple(n for n in spoken if names(n) <= sizes and any(map(is_quotient, walk(n))))
    return Plan(
        context, tuple(sorted(sizes | whole_names)), indices, declared, members, scales, literals, states,
        frozenset(bound), tuple(dict.fromkeys(parts)), frozenset(dimensioned),
    )  # fmt: skip


def _with_said(sizes: set[str], context: Context) -> set[str]:
    """The sizes with those that they are defined by."""
    for _ in range(len(context.definitions)):
        said = {n for size in sizes if (right := size_definition(size, context)) is not None for n in names(right)}
        if said <= sizes:
            break
        sizes |= said
    return sizes


def _whole_numbers(
    found: set[str], sizes: set[str], every: Sequence[Node], context: Context
) -> tuple[set[str], set[str]]:
    """The free indices and the sizes: t in {1, ..., n} is one number at a time, n of a binomial coefficient too."""
    declared = context.scope.names
    spoken = {inner.text for inner in every if isinstance(inner, Name)}
    ranged = {
        n for n in spoken & declared.keys() if is_ranged(declared[n])
    }  # all their values are tried where they index
    chosen = {n for n in found & declared.keys() - ranged if declared[n].domain.startswith("{") or declared[n].support}
    behind = {
        n for ds in context.definitions.values() for d in ds for n in names(d.right) - {*d.indices, *names(d.left)}
    }
    chosen |= ranged & behind | (ranged - found)  # a definition knows of no free index of the formulas
    numbers = {n for n in spoken & declared.keys() if _is_whole_number(declared[n])}
    known = ranked(context) if numbers else declared
    counted = {n for inner in every for counting in must_be_whole(inner, known) for n in names(counting) & numbers}
    return found - chosen, sizes | chosen | counted


def _is_whole_number(declared: Declaration) -> bool:
    return declared.domain in {"natural", "integer"} and not declared.shape and not declared.family


def _labels(context: Context, nodes: Sequence[Node]) -> set[str]:
    """The A and B of w^{(A)} and w^{(B)}, which a definition speaks of: any two whole numbers, the same everywhere."""
    return {n for n in _loose_indices(context) if range_of(n, nodes, context) in (None, UNKNOWN)}


def _loose_indices(context: Context) -> set[str]:
    """The indices that definitions speak of and do not run through: i of w_k = w_{k-1} + y_i x_i."""
    found: set[str] = set()
    for definition in (d for ds in context.definitions.values() for d in ds):
        if not isinstance(definition.left, Apply):
            found |= free_indices(definition.right) - {*definition.indices, *names(definition.left)}
    return found - context.scope.names.keys()


def _with_loose_indices(context: Context, nodes: Sequence[Node]) -> Context:
    """The context in which those that are known to run through something are numbers of it, the same everywhere."""
    for name in sorted(_loose_indices(context)):
        limit = range_of(name, nodes, context)
        if limit not in (None, UNKNOWN):
            within = limit if isinstance(limit, Call) and limit.op == "range" else Call("range", (Num("1"), limit))
            context = context.declared(Declaration(name, (), (), "natural", support=within, ends="[]"))
    return context


def _finite(every: Sequence[Node], declared: Mapping[str, Declaration]) -> Iterator[Node]:
    """The finite sets that something is declared in or summed over, but for numbers up to a size: these are few."""
    run = {inner.name.text.rstrip("'") for inner in every if isinstance(inner, Binder)}
    of_names = (finite_set(d) if d.support is None else d.support for n, d in declared.items() if d.support or n in run)
    of_sums = (inner.domain for inner in every if isinstance(inner, Binder) and isinstance(inner.domain, Call))
    for domain in (*of_names, *of_sums):
        if domain is not None and not (isinstance(domain, Call) and domain.op == "range"):
            yield domain


def index_values(name: str, high: Node | None, sizes: Mapping[str, int], context: Context) -> list[int]:
    """What a free index runs through: the set it is declared in, its range, 1 to the size `high` of what it indexes,
    or two numbers from 1 on, all within the bounds that it is declared with.
    """
    declared = context.scope.names.get(name)
    if declared is not None and declared.domain.startswith("{"):
        return [int(number) for number in numbers_of(declared.domain)]
    least, greatest = whole_bounds(declared)
    if high is None or high == UNKNOWN:
        if greatest is not None:
            return [n for n in (greatest - 1, greatest) if least is None or n >= least]
        return [1, 2] if least is None else [least, least + 1]
    ends = high.args if isinstance(high, Call) and high.op == "range" else (Num("1"), high)
    first, last = (whole(end, sizes) for end in ends)
    return list(
        range(first if least is None else max(least, first), 1 + (last if greatest is None else min(last, greatest)))
    )


def index_declarations(plan: Plan) -> dict[str, Declaration]:
    """The free indices as whole numbers with the bounds they have in `index_values`."""
    found = {}
    for name, _ in plan.indices:
        declared = plan.context.scope.names.get(name, Declaration(name))
        if not declared.domain.startswith("{"):
            natural = declared.domain == "natural" or whole_bounds(declared) == (None, None)
            declared = replace(declared, domain="natural" if natural else "integer")
        found[name] = declared
    return found


@dataclass(frozen=True, slots=True)
class Points:
    """Some points with the same sizes: plain float arrays, the point first."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any]


def draw(
    plan: Plan, generator: Any, count: int, mode: Mode = "wide", among: Sequence[int] = SIZES,
    alone: int | None = None, order: Sequence[int] = (),
) -> Points:  # fmt: skip
    """`count` points with one choice of sizes: "small" ones to recompute by hand, "wide" ones on mixed scales, or ones
    beside the numbers that the formulas speak of. The sizes are some of `among`, in the `order` said if they can be;
    whole numbers that are sizes of nothing are `alone`, 1 or 0, if that is said.
    """
    few = among[:2] if mode == "small" else among
    choices = list(order or (generator.permutation(few) if among == SIZES else few))
    drawing = Drawing(mode, generator, count, plan.scales, anchors(plan.literals, generator, count))
    sizes = _fitting(plan, generator, choices, few, among, alone)
    for name, declaration in plan.declared.items():
        whole_number = declaration.domain in {"natural", "integer", "real"} or declaration.domain.startswith("{")
        if name in sizes and not whole_number and size_definition(name, plan.context) is None:
            sizes[name] = int(choices[0])
    values: dict[str, Any] = {}
    for name, declaration in plan.declared.items():
        if name in sizes or any(name == i for i, _ in plan.indices):
            continue
        defined = plan.context.definitions.get(name)
        if defined is not None and not has_free(declaration, name in plan.members):
            continue
        if declaration.domain == "function" or (declaration.parameters is not None and name != signature(declaration)):
            continue  # each function once, under its signature
        if declaration.domain == "distribution":
            values[name] = _table(declaration, plan, sizes, drawing)
            continue
        shape = tuple(_size(s, sizes, choices) for s in declaration.shape or ())
        for key in _keys(name, declaration, plan, sizes):
            if defined is None or is_free(key, defined, declaration):
                values[key] = entries(_within(declaration, sizes), shape, drawing)
        if declaration.domain == "inferred" and name not in plan.bound and UNKNOWN in (declaration.shape or (UNKNOWN,)):
            values.update((key, entries(declaration, (), drawing)) for key in _beyond(name, shape))
    for key, declaration in _starts(plan, values):
        shape = tuple(_size(s, sizes, choices) for s in declaration.shape or ())
        values[key] = entries(Declaration(key), shape, drawing)
    return Points(sizes, values)


def _fitting(
    plan: Plan, generator: Any, choices: list[int], few: Sequence[int], among: Sequence[int], alone: int | None
) -> dict[str, int]:
    """Sizes that fit what is said of them, first of `choices`, which are set to those in use; then of `few`, which may
    leave none that do, and at last of `among`. EvaluationError where there are no other sizes than usual.
    """
    sizes = _sizes(plan, choices, generator, alone)
    for attempt in range(MOST_SIZES):
        if _fits(plan, sizes, choices):
            break
        choices[:] = generator.permutation(few if attempt < MOST_SIZES // 2 else among)
        sizes = _sizes(plan, choices, generator, alone)
    if (alone is not None or among != SIZES) and not _fits(plan, sizes, choices):
        raise EvaluationError("no other sizes fit what is said of them")
    _refuse_sizes(plan, sizes, choices)
    return sizes


def _fits(plan: Plan, sizes: Mapping[str, int], choices: Sequence[int]) -> bool:
    """Whether every size comes to a whole number from 1 on, and every range ends at one: n - k + 1, d/2."""
    try:
        shapes = [_size(s, sizes, list(choices)) for d in plan.declared.values() for s in d.shape or ()]
        for part in plan.parts:
            whole(part, sizes)
    except EvaluationError:
        return False
    said = [c for c in plan.context.constraints if names(c) <= sizes.keys() and set(c.relations) <= _ORDER]
    env = Env(numpy_table(), {}, dict(sizes), declared=plan.declared)
    ordered = all(bool((truth(chain, env) != 0).all()) for chain in said)  # k < r
    return all(size > 0 for size in shapes) and ordered and has_room(plan.context, sizes)


_ORDER = frozenset({"<", "<=", ">", ">="})


def _refuse_sizes(plan: Plan, sizes: Mapping[str, int], choices: list[int]) -> None:
    """No table has the sizes of R^{n x -n} or R^{0 x n}: an EvaluationError says whose they would be."""
    for declaration in plan.declared.values():
        for size in declaration.shape or ():
            if (found := _size(size, sizes, choices)) < 1:
                raise EvaluationError(f"a size of {declaration.name} comes to {found}, which is no size")


def _within(declaration: Declaration, sizes: Mapping[str, int]) -> Declaration:
    """Each c_t in {1, ..., K} is one of these, whatever K is."""
    over = declaration.support
    if declaration.domain not in {"natural", "integer"} or not isinstance(over, Call) or over.op != "range":
        return declaration
    low, high = (Fraction(whole(end, sizes)) for end in over.args)
    return replace(declaration, low=low, high=high, ends="[]")


def _beyond(name: str, shape: tuple[int, ...]) -> Iterator[str]:
    """The entries outside the sizes of a name that nobody declared: w_0, c_{n+1}."""
    for places in product(*(range(-1, size + 5) for size in shape)):
        if not all(1 <= place <= size for place, size in zip(places, shape, strict=True)):
            yield f"{name}_({','.join(map(str, places))})"


def _starts(plan: Plan, values: Mapping[str, Any]) -> Iterator[tuple[str, Declaration]]:
    """The members that recursions start from, where nothing defines them: h^(0) of h^(t) = f(h^(t-1))."""
    for name, back in recursions(plan.context).items():
        if not any(d.recursive for d in plan.context.definitions[name]):
            continue  # its definition holds at the start too
        declaration = plan.declared[name]
        if declaration.shape is None and _of_numbers(name, plan):
            declaration = replace(declaration, shape=())
        for place in range(0, -back, -1):
            key = f"{name}^({place})"
            if declaration.shape is not None and key not in values:
                yield key, declaration
    last = (plan.declared[name] for name in backwards(plan.context))
    yield from ((f"{declared.name}^({LAST})", declared) for declared in last if declared.shape is not None)


def _of_numbers(name: str, plan: Plan) -> bool:
    """Whether a recursion speaks of nothing but numbers, and what is defined by numbers alone, and so is one."""
    defined = plan.context.definitions
    spoken = {n for d in defined[name] for n in reached(d.right, defined)} - {name}
    known = [plan.declared[n] for n in spoken if n in plan.declared]
    made = (d.domain == "inferred" or (d.name in defined and not d.name[0].isupper()) for d in known if d.shape is None)
    return all(made) and all(d.shape in {(), None} for d in known)


def _sizes(plan: Plan, choices: list[int], generator: Any, alone: int | None) -> dict[str, int]:
    """A size for each name, different ones while they last, within the bounds it is declared with; small ones where
    all states are summed over.
    """
    few = [size for size in choices if size <= SIZES[1]] or list(SIZES[:2])
    order = sorted(plan.sizes, key=lambda name: name not in plan.states)
    sizes: dict[str, int] = {}
    for place, name in enumerate(order):
        declared = plan.declared.get(name)
        among = few if name in plan.states else choices
        if alone is not None and name not in plan.dimensions and (alone or reaches_zero(declared)):
            among = [alone]
        allowed = within_bounds(declared, among)
        unused = [size for size in allowed if size not in sizes.values()]
        sizes[name] = int(unused[0] if unused else allowed[place % len(allowed)])
    for name in sorted(plan.sizes):  # t in {1, ..., n}
        within = numbers_declared(plan.declared.get(name), sizes)
        if within:
            sizes[name] = within[int(generator.integers(len(within)))]
    return {**sizes, **said_sizes(plan.sizes, sizes, plan.context)}


def _table(declaration: Declaration, plan: Plan, sizes: Mapping[str, int], drawing: Drawing) -> Any:
    """Probabilities (count, values of the condition, values of the variable), none of them zero."""
    env = Env(numpy_table(), {}, dict(sizes), declared=plan.declared)
    assert declaration.support is not None
    width = len(support(declaration.support, env))
    height = len(conditions(declaration, env)) if declaration.parameters and declaration.parameters[1] else 1
    return probabilities((height, width), drawing)


def _size(node: Node, sizes: Mapping[str, int], choices: list[int]) -> int:
    return int(choices[0]) if node == UNKNOWN else whole(node, sizes)


def _keys(name: str, declaration: Declaration, plan: Plan, sizes: Mapping[str, int]) -> list[str]:
    if declaration.family:
        ends = [5 if high == UNKNOWN else whole(high, sizes) for _, _, high in declaration.family]
        if prod(max(end, 1) for end in ends) > MAX_MEMBERS:
            raise EvaluationError(f"{declaration.name} has more than {MAX_MEMBERS} members: too many to try")
        ranges = [
            range(min(whole(low, sizes), 0), (6 if high == UNKNOWN else whole(high, sizes)) + 2)
            for _, low, high in declaration.family
        ]
        return [f"{name}^({','.join(map(str, places))})" for places in product(*ranges)]
    if name in plan.members:
        low, high = plan.members[name]
        return [name, *(f"{name}^({t})" for t in range(low, high + 1))]
    return [name]
