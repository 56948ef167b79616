"""Big operators: what they run over (a range, a set, the values of a declared vector), and how the terms are joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from solvers.formula.domains import numbers_of
from solvers.formula.each_drawn import as_drawn, drawn_in
from solvers.formula.env import Env, origin_of, whole
from solvers.formula.nodes import Apply, Big, Binder, Call, Chain, Index, Member, Name, Node, Num, SetOf, names, walk
from solvers.formula.open_sizes import with_open
from solvers.formula.operations import best_of, transpose
from solvers.formula.operations import product as matrix_product
from solvers.formula.operators import LAWS
from solvers.formula.row_vectors import is_written_row
from solvers.formula.tables.table import EvaluationError, Open, OutOfRange, ShapeMismatch, Table, written
from solvers.formula.tokens import Declaration

MAX_TERMS = 10_000
_JOIN = {"sum": "add", "prod": "mul", "max": "max", "min": "min"}
_EMPTY = {"sum": Fraction(0), "prod": Fraction(1)}


def big(node: Big, env: Env, drawn: frozenset[str] = frozenset()) -> Any:
    """The value of a sum, product, maximum or minimum over its binders; definitions see those that are `drawn`."""
    if node.op == "E":
        return _expectation(node, env)
    if node.op == "int":
        from solvers.formula.integration import integral  # decimals come with it

        return integral(node, env)
    if node.op == "lim":
        from solvers.formula.limits import limit  # it evaluates in its turn

        return limit(node, env)
    units = [name for binder in node.binders if node.op == "sum" and (name := _unit(binder, env))]
    value = _joint_terms(node, env, drawn)
    for name in units:
        value = env.table.lift("mul", env.value(Name(name)), value)
    return value


def _unit(binder: Binder, env: Env) -> str:
    """The dx of a variable that a density is over, in a sum over all its values; "" for other sums."""
    from solvers.formula.functions import unit  # it sums in its turn

    name = unit(binder.name.text)
    return name if binder.low is None and not isinstance(binder.domain, Chain) and name in env.declared else ""


def _joint_terms(node: Big, env: Env, drawn: frozenset[str]) -> Any:
    """The terms of a sum, product, maximum or minimum as one."""
    if node.op in {"argmax", "argmin"}:
        return _best(node, env)
    if node.op == "list":
        return _vector(node, env)
    if any(binder.high == Name("infty") for binder in node.binders):
        from solvers.formula.endless import endless  # decimals come with it

        return endless(node, env)
    at_once = _at_once(node, env) if not drawn or len(node.binders) == 1 else None
    if at_once is not None:
        return at_once
    op = _JOIN[node.op]
    total: Any = None
    for inner in _environments(node, env):
        value = as_drawn(inner, drawn).value(node.body)
        if isinstance(value, Open) or isinstance(total, Open):
            total = value if total is None else with_open(env.table, op, total, value)
            continue
        if total is not None and env.table.shape(value) != env.table.shape(total) and node.op != "prod":
            if isinstance(node.body, Big) and () in (env.table.shape(value), env.table.shape(total)):
                total = total if env.table.shape(value) == () else value  # a sum over nothing is the number 0
                continue
            raise ShapeMismatch(f"terms of {written(env.table.shape(total))} and {written(env.table.shape(value))}")
        matrices = node.op == "prod" and len(env.table.shape(value)) == 2
        if total is None:
            total = value
        else:
            total = matrix_product(env.table, total, value) if matrices else env.table.lift(op, total, value)
    if total is None:
        if node.op not in _EMPTY:
            raise EvaluationError(f"the {node.op} of nothing")
        return env.table.number(_EMPTY[node.op])
    return total


def _vector(node: Big, env: Env) -> Any:
    """(x_1, ..., x_n): a vector of numbers; vectors are the columns of a matrix."""
    entries = [inner.value(node.body) for inner in _environments(node, env)]
    shapes = {env.table.shape(entry) for entry in entries}
    if len(shapes) != 1 or len(next(iter(shapes))) > 1:
        raise ShapeMismatch("the entries between the dots are numbers, or vectors of one length")
    if len(entries) == 1:
        return entries[0]
    found = env.table.stack(entries)
    return transpose(env.table, found) if shapes != {()} else found


def _best(node: Big, env: Env) -> Any:
    """The index, or the element of a set, at which the body is largest or smallest."""
    name = node.binders[0].name
    candidates = [(inner.value(name), inner.value(node.body)) for inner in _environments(node, env)]
    if not candidates:
        raise EvaluationError(f"the {node.op} of nothing")
    return best_of(env.table, ">" if node.op == "argmax" else "<", candidates)


def _at_once(node: Big, env: Env) -> Any:
    """The value with all states of the first binder computed as one; None if they are to be taken one by one."""
    binder, *rest = node.binders
    domain = binder.domain
    if domain is None and binder.low is None:
        domain = _declared_domain(binder.name.text, env)
    if not isinstance(domain, Call) or domain.op != "pow" or env.table.deeper() is None:
        return None
    states = tuple(_vectors(binder.name.text, domain, env))
    over = env.over(binder.name.text, env.table.value(states), len(states))
    if over is None:
        return None
    inner, deeper = over
    value = inner.value(Big(node.op, tuple(rest), node.body) if rest else node.body)
    if isinstance(value, Open) or (node.op == "prod" and len(inner.table.shape(value)) > 1):
        return None  # a product of matrices keeps its order
    return _joined(env.table, _JOIN[node.op], deeper.lowered(value, len(states)), len(states))


def _joined(table: Table, op: str, terms: Any, count: int) -> Any:
    """The terms along the first axis as one, half of them with the other half."""
    if count == 1:
        return table.pick(terms, (0,))
    half = count // 2
    pairs = table.lift(op, table.pick(terms, (slice(0, half),)), table.pick(terms, (slice(half, 2 * half),)))
    joined = _joined(table, op, pairs, half)
    return table.lift(op, joined, table.pick(terms, (count - 1,))) if count % 2 else joined


def _expectation(node: Big, env: Env) -> Any:
    """E_{x ~ p}[body]: over the support of a declared distribution, or over 1..k of a probability vector."""
    binder = node.binders[0]
    domain = binder.domain
    if domain is None and (own := env.declared.get(binder.name.text)) is not None and own.law is not None:
        from solvers.formula.expectations import joint_mean  # it evaluates in its turn

        return joint_mean(node, env)
    if isinstance(domain, Name) and (law := law_of(domain, env)) is not None:
        domain = law
    if isinstance(domain, Call) and domain.op in LAWS:
        from solvers.formula.laws import mean_under  # it evaluates in its turn

        return mean_under(node, domain, env)
    if isinstance(domain, Apply):
        from solvers.formula.functions import declaration_of

        declared = declaration_of(domain, env)
    else:
        declared = env.declared.get(domain.text) if isinstance(domain, Name) else None
    over = _declared_domain(binder.name.text, env)
    if declared is None and domain is not None and over is not None and binder.name.text in names(domain):
        weighted = Call("mul", (domain, node.body))  # p(h | v) of a joint: a formula in h, over the values of h
        return big(Big("sum", (Binder(binder.name, None, None, over),), weighted), env, drawn_in(node, env))
    if domain is None or declared is None:
        raise EvaluationError("an expectation is taken under a declared distribution: x \\sim p")
    if isinstance(domain, Name) and declared.parameters is None and declared.shape == ():  # x ~ p of any p
        from solvers.formula.laws import mean_under_any  # it evaluates in its turn

        return mean_under_any(node, domain, env)
    if declared.parameters is None:  # a probability vector: x is the place
        weight: Node = Index(domain, (binder.name,))
        places = Big("sum", (Binder(binder.name),), Call("mul", (weight, node.body)))
        return big(places, env, drawn_in(node, env))
    given = domain.given if isinstance(domain, Apply) else tuple(Name(n) for n in declared.parameters[1])
    weight = Apply(declared.name, (binder.name,), given)
    if len(node.binders) > 1 or len(declared.parameters[0]) > 1:
        return _joint_mean(node, declared, domain, env)
    over_all = Big("sum", (Binder(binder.name, None, None, declared.support),), Call("mul", (weight, node.body)))
    return big(over_all, env, drawn_in(node, env))


def _joint_mean(node: Big, declared: Declaration, law: Node, env: Env) -> Any:
    """E_{x, y ~ p}[body] of a joint distribution: over the values of each variable."""
    from solvers.formula.functions import part_of

    places, names_of = [b.name for b in node.binders], (declared.parameters or ((), ()))[0]
    if len(places) != len(names_of):
        raise EvaluationError(f"{declared.name} is over {', '.join(names_of)}: name all of them below the mean")
    weight = law if isinstance(law, Apply) else Apply(declared.name, tuple(places))
    if declared.support is None:
        sets = [_declared_domain(place.text, env) for place in places]
    else:
        sets = [part_of(declared.support, k, len(names_of)) for k in range(len(places))]
    if any(each is None for each in sets):
        raise EvaluationError(f"what {declared.name} is over is not known for each variable")
    over = tuple(Binder(name, None, None, each) for name, each in zip(places, sets, strict=True))
    return big(Big("sum", over, Call("mul", (weight, node.body))), env, drawn_in(node, env))


def law_of(name: Name, env: Env) -> Call | None:
    """The law that a name is defined as: p = N(m, s^2)."""
    found = env.definitions.get(name.text, ())
    right = found[0].right if len(found) == 1 and not found[0].indices else None
    return right if isinstance(right, Call) and right.op in LAWS else None


def _environments(node: Big, env: Env) -> list[Env]:
    found = [env]
    for binder in node.binders:
        found = [changed for inner in found for changed in _bound(binder, node.body, inner)]
        if len(found) > MAX_TERMS:
            raise EvaluationError(f"the {node.op} has more than {MAX_TERMS} terms")
    return found


def _bound(binder: Binder, body: Node, env: Env) -> Iterator[Env]:
    """The environments in which the binder's name has each of its values."""
    name = binder.name.text
    if binder.low is not None and binder.high is not None:
        low, high = whole(binder.low, env.integers), whole(binder.high, env.integers)
        _check_length(name, high - low + 1)
        if high < low - 1:
            raise OutOfRange(f"{name} would run backwards, from {low} to {high}")
        for i in range(low, high + 1):
            inner = env.binding(name, i)
            if not isinstance(binder.domain, Chain) or _holds(binder.domain, inner):
                yield inner
    elif isinstance(binder.domain, Chain):
        for i in _index_range(name, body, env):
            inner = env.binding(name, i)
            if _holds(binder.domain, inner):
                yield inner
    else:
        domain = binder.domain if binder.domain is not None else _declared_domain(name, env)
        if domain is None:
            yield from (env.binding(name, i) for i in _index_range(name, body, env))
        else:
            yield from _values(name, domain, env)


def _check_length(name: str, length: int) -> None:
    if length > MAX_TERMS:
        raise EvaluationError(f"{name} runs over more than {MAX_TERMS} values")


def _holds(condition: Chain, env: Env) -> bool:
    tests = {"!=": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
    sides = [whole(side, env.integers) for side in condition.sides]
    return all(tests[r](a, b) for r, a, b in zip(condition.relations, sides, sides[1:], strict=False))


def _declared_domain(name: str, env: Env) -> Node | None:
    from solvers.formula.functions import domain_of  # it looks at declared distributions too

    found = domain_of(name, env.declared)
    return domain_of(name.rstrip("'"), env.declared) if found is None and name.endswith("'") else found


def finite_set(declared: Declaration) -> Node | None:
    """The finite set a declared name lies in: {0, 1}^m for a binary vector."""
    if not declared.domain.startswith("{"):
        return None
    entries = SetOf(tuple(map(_entry, numbers_of(declared.domain))))
    return Call("pow", (entries, declared.shape[0])) if declared.shape else entries


def _entry(number: Fraction) -> Node:
    whole, parts = Num(str(abs(number.numerator))), Num(str(number.denominator))
    size: Node = whole if number.denominator == 1 else Call("div", (whole, parts))
    return Call("neg", (size,)) if number < 0 else size


def _values(name: str, domain: Node, env: Env) -> Iterator[Env]:
    if isinstance(domain, Call) and domain.op == "range":
        low, high = (whole(limit, env.integers) for limit in domain.args)
        _check_length(name, high - low + 1)
        yield from (env.binding(name, i) for i in range(low, high + 1))
        return
    if isinstance(domain, SetOf):
        yield from (_at(name, item, env) for item in domain.items)
        return
    if isinstance(domain, Name) and (known := _declared_domain(domain.text, env)) is not None:
        yield from _values(name, known, env)
        return
    for vector in _vectors(name, domain, env):
        yield env.holding(name, env.table.value(vector))


def _at(name: str, item: Node, env: Env) -> Env:
    """A name bound to a whole number, or holding any other value: t in {a, b}."""
    try:
        return env.binding(name, whole(item, env.integers))
    except EvaluationError:
        return env.holding(name, env.value(item))


def _vectors(name: str, domain: Node, env: Env) -> Iterator[tuple[int, ...] | int]:
    """The vectors over a set of whole numbers; numbers where they have one entry."""
    if not isinstance(domain, Call) or domain.op != "pow" or not isinstance(domain.args[0], SetOf):
        raise EvaluationError(f"{name} cannot be run through that set")
    items, size = domain.args[0].items, whole(domain.args[1], env.integers)
    if size < 1:
        raise EvaluationError(f"{name} has {size} entries")
    _check_length(name, len(items) ** min(size, 60))
    for entries in product([whole(item, env.integers) for item in items], repeat=size):
        yield entries if size > 1 else entries[0]


def _index_range(name: str, body: Node, env: Env) -> range:
    """1 .. the size of what the index picks from, where the sum does not say its range."""
    later: range | None = None  # what a family that is only defined runs through says little
    for length in (_declared_length, _length):  # what is declared says more than what is drawn
        for node in walk(body):
            if isinstance(node, Index) and Name(name) in node.indices:
                size = length(node.base, node.indices.index(Name(name)), env)
                if size is not None:
                    first = origin_of(node.base, env)
                    return range(first, size + first)
    for node in walk(body):
        if isinstance(node, Member) and isinstance(node.base, Name) and node.base.text in env.declared:
            family = env.declared[node.base.text].family
            for place, ((_, low, high), index) in enumerate(zip(family, node.indices, strict=False)):
                if isinstance(index, Name) and index.text == name and high != Num("0"):
                    found = range(whole(low, env.integers), whole(high, env.integers) + 1)
                    if env.declared[node.base.text].domain != "defined":
                        return found
                    later = later or range_inside(node.base.text, place, env) or found
    if later is not None:
        return later
    raise EvaluationError(f"what {name} runs over is not said, and nothing it indexes is declared")


def range_inside(base: str, place: int, env: Env) -> range | None:
    """What an index of a defined family runs through, by what it indexes on the right side of its definition."""
    others = {name: found for name, found in env.definitions.items() if name != base}
    for definition in env.definitions.get(base, ()):
        left = definition.left.indices if isinstance(definition.left, Member) else ()
        index = left[place] if place < len(left) else None
        if isinstance(index, Name) and index.text in definition.indices:
            try:
                return _index_range(index.text, definition.right, replace(env, definitions=others))
            except EvaluationError:
                return None
    return None


def _declared_length(base: Node, place: int, env: Env) -> int | None:
    inner = base.base if isinstance(base, Member) else base
    declared = env.declared.get(inner.text) if isinstance(inner, Name) else None
    if declared is not None and declared.shape and place < len(declared.shape) and declared.shape[place] != Num("0"):
        return whole(declared.shape[place], env.integers)
    return None


def _length(base: Node, place: int, env: Env) -> int | None:
    try:
        shape = env.table.shape(env.value(base))
    except EvaluationError:
        return None
    shape = shape[1:] if len(shape) == 2 and shape[0] == 1 and is_written_row(base, env) else shape
    return shape[place] if place < len(shape) else None
