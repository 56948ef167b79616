"""Sizes that definitions give: m = n - k + 1, T = 3."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.domains import constant, numbers_of, whole_bounds
from solvers.formula.env import is_arithmetic
from solvers.formula.evaluate import whole
from solvers.formula.nodes import Apply, Big, Binder, Call, Cases, Chain, Name, Node, Num, names, walk
from solvers.formula.ranks import rank_of
from solvers.formula.tokens import Declaration, Scope
from solvers.formula.watch import ONE_SIDED, PICKING, STEPPED

LARGEST_SAID: Final = 128  # the largest size that is taken as it is said
LARGEST_COUNT: Final = 12  # larger numbers in formulas are no powers and factors
SMALL: Final = 4  # numbers that small sizes go beyond
LARGEST_SPOKEN: Final = 40  # numbers in formulas that sizes are taken beyond
LARGEST, MAX_LITERALS = 10**9, 8
ABOVE: Final = 4  # sizes from the least that is declared on


def said_sizes(open_names: Sequence[str], sizes: Mapping[str, int], context: Context) -> dict[str, int]:
    """The sizes that definitions give: m = n - k + 1, T = 3; none that is large."""
    found: dict[str, int] = {}
    defined = [name for name in open_names if size_definition(name, context) is not None]
    for _ in range(len(defined)):
        for name in defined:
            right = size_definition(name, context)
            if right is not None and not names(right) & set(defined) - found.keys():
                value = whole(right, {**sizes, **found})
                found |= {name: value} if value <= LARGEST_SAID else {}
    return found


def other_sizes(literals: Sequence[float], empty: bool) -> list[tuple[tuple[int, ...], int | None]]:
    """Choices of sizes for what small ones cannot tell: even ones and odd ones, sizes beyond what the formulas speak
    of, the 8 of min(i, 8); and what whole numbers are that are sizes of nothing: 1, and 0 where sums may be `empty`.
    """
    found: list[tuple[tuple[int, ...], int | None]] = [((6, 8, 4), None), ((7, 9, 5), None), ((2, 3, 4, 5), 1)]
    spoken = [int(number) for number in literals if SMALL + 1 < number <= LARGEST_SPOKEN]
    found += [(tuple(range(max(spoken) + 1, max(spoken) + 5)), None)] if spoken else []
    return [*found, ((2, 3, 4, 5), 0)] if empty else found


def reaches_zero(declared: Declaration | None) -> bool:
    """Whether a whole number is declared to be 0 or more, or to be some numbers below 0 too."""
    if declared is None or declared.shape:
        return False
    least, greatest = whole_bounds(declared)
    return least is not None and least <= 0 and (greatest is None or greatest >= 0)


def counts(formulas: Sequence[Node], context: Context, numbers: Collection[str]) -> bool:
    """Whether larger sizes may tell what small ones cannot: where a formula rounds, branches or counts by `numbers`
    (sizes and indices), raises something to them, takes a determinant, sums up to a number beyond the small sizes, or
    over i < j < k, which hang on each other; or where a number may be 0.
    """
    if any(reaches_zero(context.scope.names.get(name)) for name in numbers):
        return True
    spoken = {name for formula in formulas for name in reached(formula, context.definitions)}
    rights = [d.right for name in sorted(spoken) for d in context.definitions.get(name, ())]
    every = [inner for formula in (*formulas, *rights) for inner in walk(formula)]
    if _hanging([binder for node in every if isinstance(node, Big) for binder in node.binders]) > 1:
        return True
    for node in every:
        ends = [end for b in node.binders for end in (b.low, b.high)] if isinstance(node, Big) else []
        if any(isinstance(end, Num) and SMALL < end.value <= LARGEST_SPOKEN for end in ends):
            return True
        if isinstance(node, Call) and node.op in _COUNTING:
            return True
        branching = isinstance(node, (Chain, Cases)) or (isinstance(node, Call) and node.op in PICKING | ONE_SIDED)
        if branching and names(node) & set(numbers):
            return True
        if isinstance(node, Call) and node.op == "pow" and names(node.args[1]) & set(numbers):
            return True
    return False


def _hanging(binders: Sequence[Binder]) -> int:
    """How often what an index runs through hangs on another index: twice in i < j < k."""
    running = {binder.name.text for binder in binders}
    found = 0
    for binder in binders:
        said = (end for end in (binder.low, binder.high, binder.domain) if end is not None)
        found += len({n for end in said for n in names(end)} & running - {binder.name.text})
    return found


_COUNTING = frozenset({"binom", "factorial", "det", *STEPPED})


def within_bounds(declared: Declaration | None, choices: Sequence[int]) -> Sequence[int]:
    """The choices that a declared number may be; where it may be none of them, the least ones that it may be."""
    least, greatest = (None, None) if declared is None or declared.shape else whole_bounds(declared)
    if least is None and greatest is None:
        return choices
    allowed = [n for n in choices if (least is None or n >= least) and (greatest is None or n <= greatest)]
    first = 1 if least is None else max(least, 1)
    last = first + ABOVE - 1 if greatest is None else min(greatest, first + ABOVE - 1)
    return allowed or range(first, last + 1) or choices


def too_large_to_try(point: Mapping[str, object], formulas: Sequence[Node], context: Context) -> str | None:
    """The n = 784 that a counterexample leaves aside, where the formulas speak of a number that may come from it."""
    numbers = (node.value for formula in formulas for node in walk(formula) if isinstance(node, Num))
    if not any(number > LARGEST_COUNT for number in numbers):
        return None
    for name, value in point.items():
        right = size_definition(name, context)
        if isinstance(right, Num) and right.value > LARGEST_SAID and right.value != value:
            return f"{name} = {right.text}"
    return None


def size_definition(name: str, context: Context) -> Node | None:
    """What a size is defined as, where that is computed from whole numbers."""
    definitions = context.definitions.get(name, ())
    if len(definitions) != 1 or definitions[0].left != Name(name):
        return None
    right = definitions[0].right
    return right if all(isinstance(n, (Num, Name)) or is_arithmetic(n) for n in walk(right)) else None


def whole_by_use(formulas: Sequence[Node], context: Context) -> set[str]:
    """The names that nothing declares and that formulas use as whole numbers: the t of A^t, the k of k! and of P(k)
    where P(x) = a^x/x!.
    """
    declared = ranked(context)
    every = [inner for formula in formulas for inner in walk(formula)]
    bound = {b.name.text for inner in every if isinstance(inner, Big) for b in inner.binders}
    used = {n for inner in every for counting in must_be_whole(inner, declared) for n in names(counting)}
    for call in (inner for inner in every if isinstance(inner, Apply)):
        for definition in context.definitions.get(call.name, ()):
            left, right = definition.left, list(walk(definition.right))
            whole_names = {n for inner in right for counting in must_be_whole(inner, declared) for n in names(counting)}
            pairs = zip(left.args, call.args, strict=False) if isinstance(left, Apply) else ()
            used |= {n for p, arg in pairs if isinstance(p, Name) and p.text in whole_names for n in names(arg)}
    return used - bound - declared.keys()


def whole_by_value(every: Sequence[Node], context: Context) -> set[str]:
    """The names that must be whole and that definitions give: n = 5 of a binomial coefficient."""
    counted = {n for inner in every for c in must_be_whole(inner, context.scope.names) for n in names(c)}
    return counted & context.definitions.keys()


def ranked(context: Context) -> dict[str, Declaration]:
    """The declarations, with how many axes what is defined has."""
    declared = dict(context.scope.names)
    for name, found in context.definitions.items():
        known = declared.get(name)
        rank = rank_of(found[0].right, context.scope) if len(found) == 1 and found[0].left == Name(name) else None
        if rank is not None and (known is None or known.shape is None):
            declared[name] = Declaration(name, (Num("0"),) * rank)
    return declared


def must_be_whole(node: Node, declared: Mapping[str, Declaration]) -> tuple[Node, ...]:
    """What must be whole numbers: of a binomial coefficient, and in the exponent of a matrix."""
    if not isinstance(node, Call):
        return ()
    if node.op == "pow" and isinstance(node.args[1], (Name, Call)) and rank_of(node.args[0], Scope(declared)) == 2:
        return (node.args[1],)
    return (node,) if node.op in {"binom", "factorial"} else ()


def numbers_declared(declaration: Declaration | None, sizes: Mapping[str, int]) -> list[int]:
    """The whole numbers that a name is declared to be one of."""
    if declaration is None or declaration.shape or declaration.family or declaration.parameters is not None:
        return []
    over = declaration.support
    if isinstance(over, Call) and over.op == "range":
        low, high = (whole(end, sizes) for end in over.args)
        return list(range(low, high + 1))
    if declaration.domain.startswith("{"):
        numbers = numbers_of(declaration.domain)
        return [int(number) for number in numbers] if all(number.denominator == 1 for number in numbers) else []
    return []


def literals_of(every: Sequence[Node]) -> tuple[float, ...]:
    """The numbers that the formulas speak of, as min(x, 6) does of 6, and x < 10^6 of a million."""
    found = {abs(inner.value) for inner in every if isinstance(inner, Num)}
    powers = (constant(inner) for inner in every if isinstance(inner, Call) and inner.op == "pow")
    found |= {abs(power) for power in powers if power is not None}
    return tuple(sorted(float(number) for number in found if number < LARGEST)[:MAX_LITERALS])
