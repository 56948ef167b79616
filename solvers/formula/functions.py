"""Declared functions at their arguments: by their definition, or, for a distribution, by its table of probabilities.

A table has one probability for each value of what stands before the bar, for each value of what stands behind it; it is
kept under the function's name with the values of `given` first. Values are found by comparison, so that arguments may
differ from instance to instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import product as cartesian
from math import prod
from typing import Any

from solvers.formula.env import Definition, Env, is_arithmetic, key_of, whole
from solvers.formula.nodes import Apply, Call, Index, Member, Name, Node, Num, SetOf, map_children, names, walk
from solvers.formula.operations import product, transpose
from solvers.formula.tables.table import EvaluationError, OutOfRange, ShapeMismatch
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration

UNKNOWN_FUNCTION = "is neither defined nor declared with these arguments"
MAX_SUPPORT = 4096
MAX_STEPS = 8  # of a recursion of functions: each asks for all values of the one before


def applied(node: Apply, env: Env) -> Any:
    """The value of f(x) or q(h | v)."""
    definition, places = _definition(node, env)
    declared = declaration_of(node, env)
    if definition is not None and declared is not None and declared.support is not None:
        closer = _strangers(node, *(declared.parameters or ((), ()))) < _strangers(node, *_left_names(definition))
        definition = None if closer and _is_told(declared, env) else definition
    if definition is not None:
        left = definition.left
        assert isinstance(left, Apply)
        inner, right = env, definition.right
        counted = index_parameters(definition)
        for parameter, argument in zip((*left.args, *left.given), (*node.args, *node.given), strict=True):
            if not isinstance(parameter, Name):  # y^(i), which i is bound in; sigma_1 by itself
                key = _fixed(parameter)
                inner = inner if key is None else inner.holding(key, env.value(argument))
                continue
            if parameter.text in counted:
                places = {**places, parameter.text: whole(argument, env.integers)}
                continue
            if isinstance(argument, Name) and _function(parameter.text, env) and _function(argument.text, env):
                right = _renamed(right, parameter.text, argument.text)  # H(p) = -sum_x p(x) log p(x)
                continue
            inner = _holding(inner, parameter.text, argument, env)
        return replace(inner, integers={**inner.integers, **places}).value(right) if places else inner.value(right)
    if declared is None and (law := _law(node, env)) is not None:
        from solvers.formula.information import density  # it evaluates in its turn

        return density(law, node.args[0], env)
    if declared is None or declared.support is None or not _is_told(declared, env):
        if node.indices and node.name in env.definitions:
            raise OutOfRange(f"{node.name} is not defined for this index")
        raise EvaluationError(f"the function {node.name} {UNKNOWN_FUNCTION}")
    return _probability(node, declared, env)


def _is_told(declared: Declaration, env: Env) -> bool:
    """Whether there is a table for a declared distribution: drawn, or defined."""
    return signature(declared) in env.values or signature(declared) in env.definitions


def _law(node: Apply, env: Env) -> Call | None:
    """The law that a density is of: p = N(m, s^2) of p(x)."""
    from solvers.formula.sums import law_of  # it evaluates in its turn

    return law_of(Name(node.name), env) if len(node.args) == 1 and not (node.given or node.indices) else None


def _fixed(parameter: Node) -> str | None:
    """The key of sigma_1, one member or entry by its number; None of any other parameter."""
    numbered = isinstance(parameter, (Member, Index)) and all(isinstance(index, Num) for index in parameter.indices)
    return key_of(parameter, {}) if numbered else None


def index_parameters(definition: Definition) -> frozenset[str]:
    """The parameters that count: the k of \\alpha_t(k) = \\sum_j \\alpha_{t-1}(j) A_{jk}, the i of f(i) = q_i."""
    left = definition.left
    if not isinstance(left, Apply):
        return frozenset()
    places = [i for node in walk(definition.right) if isinstance(node, (Index, Member)) for i in node.indices]
    used = {n for place in places for n in names(place)}
    return frozenset(n.text for n in left.args if isinstance(n, Name) and n.text in used)


def _function(name: str, env: Env) -> bool:
    declared = env.declared.get(name)
    return declared is not None and declared.parameters is not None


def _renamed(node: Node, old: str, new: str) -> Node:
    """A formula with another function in the place of one that is its parameter."""
    if old == new:
        return node
    if isinstance(node, Name):
        return Name(new) if node.text == old else node
    node = map_children(node, lambda child: _renamed(child, old, new))
    return replace(node, name=new) if isinstance(node, Apply) and node.name == old else node


def unit(name: str) -> str:
    """The name of the measure of one value of a variable that a density is over: its dx."""
    return f"d~{name}"


def signature(declared: Declaration) -> str:
    """The key of a function among others of its name: p(v), p(v|h) and p(h) are three."""
    args, given = declared.parameters or ((), ())
    return f"{declared.name}({','.join(args)}|{','.join(given)})"


def declaration_of(node: Apply, env: Env) -> Declaration | None:
    """The declaration with as many arguments on both sides of the bar; one with the very names goes first."""
    fitting = [
        d for key, d in env.declared.items()
        if d.name == node.name and d.parameters is not None and key == signature(d)
        and (len(d.parameters[0]), len(d.parameters[1])) == (len(node.args), len(node.given))
    ]  # fmt: skip

    return min(fitting, key=lambda d: _strangers(node, *(d.parameters or ((), ()))), default=None)


def _strangers(node: Apply, args: tuple[str, ...], given: tuple[str, ...]) -> int:
    """How many of the arguments are not the names that a signature has; h' counts half for h."""
    pairs = zip((*args, *given), (*node.args, *node.given), strict=True)
    return sum(
        0 if Name(n) == arg else 1 if isinstance(arg, Name) and arg.text.rstrip("'") == n else 2 for n, arg in pairs
    )


def _left_names(definition: Definition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters by their names; "" for a member of a family."""
    left = definition.left
    assert isinstance(left, Apply)
    before, after = (tuple(n.text if isinstance(n, Name) else "" for n in part) for part in (left.args, left.given))
    return before, after


def domain_of(name: str, declared: Mapping[str, Declaration]) -> Node | None:
    """The finite set that a name lies in: by its own declaration, or as the variable of a declared distribution."""
    from solvers.formula.sums import finite_set

    own = declared.get(name)
    if own is not None and (found := finite_set(own)) is not None:
        return found
    if own is not None and own.parameters is None and own.support is not None:
        return own.support
    for other in declared.values():
        if other.support is not None and other.parameters is not None and name in other.parameters[0]:
            places = other.parameters[0]
            part = part_of(other.support, places.index(name), len(places))
            if part is not None:
                return part
    if name.endswith("'"):  # x' runs through what x does
        return domain_of(name.rstrip("'"), declared)
    stem, _, place = name.rpartition("_")
    many = declared.get(stem) if place.isdecimal() else None  # x_1 of the x_i, or of the vector x
    if many is None or not (many.family or many.shape):
        return None
    return finite_set(many if many.family else replace(many, shape=()))


def part_of(support: Node, place: int, count: int) -> Node | None:
    """The set that one of several variables lies in: A or B of A x B, {0, 1} of {0, 1}^2 for two of them."""
    if count == 1:
        return support
    parts = factors(support)
    if len(parts) == count:
        return parts[place]
    power = isinstance(support, Call) and support.op == "pow" and support.args[1] == Num(str(count))
    return support.args[0] if power and isinstance(support, Call) else None


def factors(support: Node) -> list[Node]:
    """A and B of A x B."""
    if isinstance(support, Call) and support.op == "times":
        return [*factors(support.args[0]), *factors(support.args[1])]
    return [support]


def _holding(inner: Env, parameter: str, argument: Node, env: Env) -> Env:
    if isinstance(argument, Name) and argument.text in env.integers:
        return inner.binding(parameter, env.integers[argument.text])
    if parameter in inner.integers and names(argument) <= env.integers.keys() and all(map(_counts, walk(argument))):
        with suppress(EvaluationError):
            return inner.binding(parameter, whole(argument, env.integers))  # P(k + 1), where P(k) = a^k/k!
    if parameter in inner.integers:
        inner = replace(inner, integers={n: v for n, v in inner.integers.items() if n != parameter})
    return inner.holding(parameter, env.value(argument))


def _counts(node: Node) -> bool:
    return isinstance(node, (Name, Num)) or is_arithmetic(node)


def _definition(node: Apply, env: Env) -> tuple[Definition | None, dict[str, int]]:
    """The definition with as many arguments on both sides of the bar, and what the indices of its parameters stand for
    (i of p(y^{(i)}) = ...); one with the very names goes first.
    """
    fitting: list[tuple[tuple[int, int], Definition, dict[str, int]]] = []
    for definition in env.definitions.get(node.name, ()):
        left = definition.left
        if not isinstance(left, Apply) or len(left.indices) != len(node.indices):
            continue
        if (len(left.args), len(left.given)) == (len(node.args), len(node.given)):
            places = _places(definition, node, env)
            if places is not None:
                general = sum(isinstance(index, Name) for index in left.indices)
                rank = (general, _strangers(node, *_left_names(definition)))
                fitting.append((rank, definition, places))
    _, found, bound = min(fitting, key=lambda each: each[0], default=((0, 0), None, {}))
    return found, bound


def _places(definition: Definition, node: Apply, env: Env) -> dict[str, int] | None:
    """What the indices in the parameters of a definition stand for where it is used; None if it does not speak of it,
    as f(0) = 1 does not of f(x).
    """
    left = definition.left
    assert isinstance(left, Apply)
    bound: dict[str, int] = {}
    for index, said in zip(left.indices, node.indices, strict=True):
        place = whole(said, env.integers)
        if bound.setdefault(to_plain(index), place) != place or (isinstance(index, Num) and index.value != place):
            return None
    if _before_start(definition, bound, env):
        return None
    for parameter, argument in zip((*left.args, *left.given), (*node.args, *node.given), strict=True):
        if isinstance(parameter, Name) or _fixed(parameter) is not None:
            continue
        if isinstance(parameter, Num) and left.indices:
            if whole(argument, env.integers) != parameter.value:
                return None
            continue
        if type(parameter) is not type(argument) or not isinstance(parameter, (Member, Index)):
            return None
        assert isinstance(argument, (Member, Index))
        if parameter.base != argument.base or len(parameter.indices) != len(argument.indices):
            return None
        for letter, index in zip(parameter.indices, argument.indices, strict=True):
            place = whole(index, env.integers)
            if not isinstance(letter, Name) or bound.setdefault(letter.text, place) != place:
                return None
    return bound


def _before_start(definition: Definition, bound: Mapping[str, int], env: Env) -> bool:
    """Whether a recursion would lead on below the index that it starts from, or has no start: it says nothing there."""
    left = definition.left
    assert isinstance(left, Apply)
    again = [n for n in walk(definition.right) if isinstance(n, Apply) and n.name == left.name and n.indices]
    if not again or any(isinstance(index, Num) for index in left.indices):
        return False
    starts = [
        d.left.indices[0].value for d in env.definitions.get(left.name, ())
        if isinstance(d.left, Apply) and d.left.indices and isinstance(d.left.indices[0], Num)
    ]  # fmt: skip
    first = bound[to_plain(left.indices[0])]
    return not starts or not min(starts) <= first <= max(starts) + MAX_STEPS


def support(domain: Node, env: Env) -> list[tuple[Fraction, ...]]:
    """The values of a finite set, each as its entries: {0, 1}^2 has four of two entries."""
    if isinstance(domain, SetOf):
        return [(Fraction(whole(item, env.integers)),) for item in domain.items]
    if isinstance(domain, Call) and domain.op == "pow" and isinstance(domain.args[0], SetOf):
        items, size = domain.args[0].items, whole(domain.args[1], env.integers)
        if len(items) ** min(size, 60) > MAX_SUPPORT:
            raise EvaluationError(f"a set of more than {MAX_SUPPORT} values")
        numbers = [Fraction(whole(item, env.integers)) for item in items]
        return list(cartesian(numbers, repeat=size))
    if isinstance(domain, Call) and domain.op == "range":
        low, high = (whole(end, env.integers) for end in domain.args)
        if high - low >= MAX_SUPPORT:
            raise EvaluationError(f"a set of more than {MAX_SUPPORT} values")
        return [(Fraction(number),) for number in range(low, high + 1)]
    if isinstance(domain, Call) and domain.op == "times":
        return joint([support(part, env) for part in factors(domain)])
    raise EvaluationError("a distribution over a set that is not finite")


def joint(parts: list[list[tuple[Fraction, ...]]]) -> list[tuple[Fraction, ...]]:
    """The values of several variables together, their entries one after the other."""
    if prod(len(part) for part in parts) > MAX_SUPPORT:
        raise EvaluationError(f"a set of more than {MAX_SUPPORT} values")
    return [tuple(entry for value in chosen for entry in value) for chosen in cartesian(*parts)]


def conditions(declared: Declaration, env: Env) -> list[tuple[Fraction, ...]]:
    """The values of what a distribution is conditioned on."""
    assert declared.parameters is not None
    domains = [domain_of(name, env.declared) for name in declared.parameters[1]]
    known = [domain for domain in domains if domain is not None]
    if len(known) < len(domains):
        raise EvaluationError(f"what {declared.name} is conditioned on has no finite domain: declare it")
    return joint([support(domain, env) for domain in known])


def _probability(node: Apply, declared: Declaration, env: Env) -> Any:
    """The entry of the table that the arguments point to: its row and its column picked by products."""
    found = _entry(node, declared, env)
    for name in (declared.parameters or ((), ()))[0]:
        if (measure := unit(name)) in env.declared:  # a density: a probability for each dx
            found = env.table.lift("div", found, env.value(Name(measure)))
    return found


def _entry(node: Apply, declared: Declaration, env: Env) -> Any:
    assert declared.support is not None
    key = signature(declared)
    column = _match(node.args, support(declared.support, env), env)
    row = _selected(node.given, declared, env)
    if key in env.definitions:  # one row of numbers
        return product(env.table, transpose(env.table, env.value(Name(key))), column)
    values = env.values[key]
    return product(env.table, product(env.table, transpose(env.table, row), values), column)


def _selected(given: tuple[Node, ...], declared: Declaration, env: Env) -> Any:
    if not given:
        return env.table.stack([env.table.number(Fraction(1))])
    return _match(given, conditions(declared, env), env)


def _match(arguments: tuple[Node, ...], values: list[tuple[Fraction, ...]], env: Env) -> Any:
    """A vector with 1 at the value that the argument is, and 0 elsewhere."""
    table = env.table
    flat: list[Any] = []
    for argument in arguments:
        value = env.value(argument)
        size = prod(table.shape(value))
        entries = table.reshape(value, (size,))
        flat += [table.pick(entries, (place,)) for place in range(size)]
    if len(flat) != len(values[0]):
        raise ShapeMismatch(f"an argument of {len(flat)} entries where {len(values[0])} are declared")
    found: Any = None
    for place, wanted in enumerate(zip(*values, strict=True)):
        candidates = table.value(wanted)
        match = table.lift("=", flat[place], candidates)
        found = match if found is None else table.lift("mul", found, match)
    return found
