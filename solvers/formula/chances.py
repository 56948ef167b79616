"""A distribution of which numbers are told: P(A=1) = 0.4, P(B=1 | A=1) = 0.7, and perhaps how it is made.

The numbers are linear equations in the probabilities of a table: of the joint one, or of each factor where a network or
independence is told. What the equations leave open stays open: the table is any mixture of points that satisfy them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from solvers.formula.chance_words import OTHER, Spelling
from solvers.formula.env import Definition
from solvers.formula.functions import signature
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Call, Name, Node, Num, SetOf, Tuple
from solvers.formula.polytope import Row, mixed
from solvers.formula.tokens import Declaration

MAX_STATES = 128
MARK = "~"  # of the names of weights, which nobody can write
Event: TypeAlias = tuple[tuple[str, int], ...]
Value: TypeAlias = Fraction | Node


@dataclass(frozen=True, slots=True)
class Given:
    """P(event | under) = value."""

    event: Event
    under: Event
    value: Value


@dataclass(frozen=True, slots=True)
class Factor:
    """A table of its own: the variables before and behind its bar."""

    args: tuple[str, ...]
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Of one factor and one condition: points whose mixtures it is, or one point with formulas in it."""

    points: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Joint:
    """The joint table: each state is a product of entries, one of each factor, in one of its tables."""

    name: str
    values: Mapping[str, tuple[int, ...]]
    tables: tuple[Table, ...]
    picks: tuple[tuple[tuple[int, int], ...], ...]  # by state: which table, which entry

    @property
    def states(self) -> list[tuple[int, ...]]:
        return list(product(*self.values.values()))

    @property
    def fixed(self) -> bool:
        return all(len(table.points) == 1 for table in self.tables)


def joint_of(
    name: str, values: Mapping[str, tuple[int, ...]], givens: Sequence[Given], factors: Sequence[Factor] | None
) -> Joint | str:
    """The distribution that the numbers and the factors leave; a sentence if there is none, or none can be told."""
    sizes = 1
    for numbers in values.values():
        sizes *= len(numbers)
    if sizes > MAX_STATES:
        return f"{name} is over more than {MAX_STATES} states"
    symbolic = any(not isinstance(given.value, Fraction) for given in givens)
    made = list(factors) if factors is not None else _in_turn(values, givens) if symbolic else [Factor(tuple(values))]
    if made is None:
        return f"{name} is not fixed by conditional probabilities like these, unless some variables are independent"
    left = [given for given in givens if not any(_is_local(given, factor) for factor in made)]
    if left:
        return f"{told(name, left[0])} is said, and is no entry of the tables that {name} is made of"
    tables: list[Table] = []
    where: dict[tuple[int, tuple[int, ...]], int] = {}
    for place, factor in enumerate(made):
        for condition in product(*(values[n] for n in factor.given)):
            under = dict(zip(factor.given, condition, strict=True))
            table = _table(factor, values, [g for g in givens if _is_local(g, factor) and _agrees(g, under)])
            if table is None:
                return f"no distribution was found that has the numbers said of {name}"
            where[place, condition] = len(tables)
            tables.append(table)
    picks = []
    for state in product(*values.values()):
        at = dict(zip(values, state, strict=True))
        chosen = []
        for place, factor in enumerate(made):
            entries = list(product(*(values[n] for n in factor.args)))
            chosen.append(
                (where[place, tuple(at[n] for n in factor.given)], entries.index(tuple(at[n] for n in factor.args)))
            )
        picks.append(tuple(chosen))
    return Joint(name, values, tuple(tables), tuple(picks))


def joint_under(spelling: Spelling, givens: Sequence[Given], options: Sequence[Sequence[Factor]]) -> Joint | str:
    """The distribution under the first of several ways to make it that all numbers fit; with none told, any is."""
    found: Joint | str = ""
    for factors in options or (None,):
        found = joint_of(spelling.name, spelling.numbers, givens, factors)
        if isinstance(found, Joint):
            return found
    return found


def told(name: str, given: Given) -> str:
    """P(A=1|B=0), for people."""
    event, under = (", ".join(f"{n}={v}" for n, v in part) for part in (given.event, given.under))
    return f"{name}({event}|{under})" if under else f"{name}({event})"


def _in_turn(values: Mapping[str, tuple[int, ...]], givens: Sequence[Given]) -> list[Factor] | None:
    """Factors that every distribution has, P(A) P(B | A) P(C | A, B), in an order in which all numbers are entries."""
    found: list[Factor] = []
    known: tuple[str, ...] = ()
    while len(known) < len(values):
        ready = [
            n for n in values if n not in known
            and all({v for v, _ in g.under} == set(known) for g in givens if n in dict(g.event))
        ]  # fmt: skip
        said = [n for n in ready if any(n in dict(g.event) for g in givens)]
        if not ready:
            return None
        chosen = (said or ready)[0]
        found.append(Factor((chosen,), known))
        known = (*known, chosen)
    return found


def _is_local(given: Given, factor: Factor) -> bool:
    """Whether a number is about one table of a factor."""
    event, under = {n for n, _ in given.event}, {n for n, _ in given.under}
    return event <= set(factor.args) and set(factor.given) <= under <= {*factor.args, *factor.given}


def _agrees(given: Given, under: Mapping[str, int]) -> bool:
    return all(under.get(n, v) == v for n, v in given.under)


def _table(factor: Factor, values: Mapping[str, tuple[int, ...]], givens: Sequence[Given]) -> Table | None:
    entries = [dict(zip(factor.args, e, strict=True)) for e in product(*(values[n] for n in factor.args))]
    if any(not isinstance(given.value, Fraction) for given in givens):
        return _symbolic(entries, givens)
    rows: list[Row] = []
    for given in givens:
        assert isinstance(given.value, Fraction)
        inside = [n for n in given.under if n[0] in factor.args]
        within = [all(entry[n] == v for n, v in inside) for entry in entries]
        both = [w and all(entry[n] == v for n, v in given.event) for w, entry in zip(within, entries, strict=True)]
        share = given.value if inside else Fraction(0)
        rows.append(
            ([b - share * w for b, w in zip(both, within, strict=True)], Fraction(0) if inside else given.value)
        )
    points = mixed(len(entries), rows)
    return None if points is None else Table(tuple(tuple(point) for point in points))


def _symbolic(entries: Sequence[Mapping[str, int]], givens: Sequence[Given]) -> Table | None:
    """A table some entries of which are formulas, and one at most is not told: it is what is left."""
    found: list[Value | None] = [None] * len(entries)
    for given in givens:
        fitting = [k for k, entry in enumerate(entries) if all(entry[n] == v for n, v in given.event)]
        if len(fitting) != 1 or len(given.event) < len(entries[0]):
            return None
        found[fitting[0]] = given.value
    if found.count(None) > 1:
        return None
    rest: Node = Num("1")
    for value in found:
        rest = rest if value is None else Call("sub", (rest, _node(value)))
    return Table((tuple(rest if value is None else value for value in found),))


def _node(value: Value) -> Node:
    if not isinstance(value, Fraction):
        return value
    over: Node = Num(str(value.numerator))
    return over if value.denominator == 1 else Call("div", (over, Num(str(value.denominator))))


def with_variables(context: Context, known: Context, spelling: Spelling) -> Context:
    """The context with the variables and the letters for their values, of which nothing else is known."""
    letters = [(letter, n) for letter, n in spelling.letters.items() if letter not in known.definitions]
    for name, variable in (*((n, n) for n in spelling.values), *letters):
        if name not in known.scope.names:
            numbers = ", ".join(map(str, spelling.numbers[variable]))
            context = context.declared(Declaration(name, (), (), f"{{{numbers}}}"))
    return context


def product_set(values: Sequence[Sequence[int]]) -> Node:
    """The set of all states of some variables, by the values of each."""
    sets = [SetOf(tuple(Num(str(number)) for number in numbers)) for numbers in values]
    support: Node = sets[0]
    for other in sets[1:]:
        support = Call("times", (support, other))
    return support


def with_joint(context: Context, joint: Joint, set_apart: str = "") -> Context:
    """The context with the distribution; `set_apart` marks another one that the numbers allow as well."""
    name = f"{joint.name}{set_apart}"
    support = product_set(list(joint.values.values()))
    declared = Declaration(name, None, (), "distribution", False, (tuple(joint.values), ()), support)
    context = context.declared(declared)
    if len(joint.values) == 1 and not set_apart:
        context = _distributed(context, joint)
    entries: list[Node] = []
    used: dict[int, str] = {k: f"{name}{MARK}{k}" for k, table in enumerate(joint.tables) if len(table.points) > 1}
    for pick in joint.picks:
        number, parts = Fraction(1), list[Node]()
        for table, place in pick:
            points = [point[place] for point in joint.tables[table].points]
            if len(points) > 1 and any(point != points[0] for point in points):
                parts.append(Call("inner", (Name(used[table]), Tuple(tuple(map(_node, points))))))
            elif isinstance(points[0], Fraction):
                number *= points[0]
            else:
                parts.append(points[0])
        entry = _node(number)
        for part in parts:
            entry = part if entry == Num("1") else Call("mul", (entry, part))
        entries.append(entry)
    weights = [Declaration(used[k], (Num(str(len(joint.tables[k].points))),), (), "simplex") for k in used]
    context = context.declared(*weights)
    key = signature(declared)
    return replace(context, definitions={**context.definitions, key: (Definition(Name(key), Tuple(tuple(entries))),)})


def _distributed(context: Context, joint: Joint) -> Context:
    """The context in which the one variable is distributed by P, so that its mean can be taken."""
    (variable, numbers), *_ = joint.values.items()
    declared = context.scope.names.get(variable)
    if declared is None or OTHER in numbers:
        return context
    return context.declared(replace(declared, law=Apply(joint.name, (Name(variable),))))


def value_of(joint: Joint, event: Event, under: Event) -> Fraction | None:
    """P(event | under) where the numbers fix it; None where they do not, or where a formula stands in it."""
    found = {_at(joint, event, under, seed) for seed in range(3)}
    return found.pop() if len(found) == 1 else None


def _at(joint: Joint, event: Event, under: Event, seed: int) -> Fraction | None:
    """The probability at one of the distributions that are left."""
    drawn = random.Random(seed)
    tables: list[list[Fraction]] = []
    for table in joint.tables:
        weights = [Fraction(drawn.randint(1, 1000)) for _ in table.points]
        points = [[v if isinstance(v, Fraction) else Fraction(drawn.random()) for v in point] for point in table.points]
        tables.append([
            sum((w * v for w, v in zip(weights, column, strict=True)), Fraction(0)) / sum(weights)
            for column in zip(*points, strict=True)
        ])  # fmt: skip
    top = bottom = Fraction(0)
    for state, pick in zip(joint.states, joint.picks, strict=True):
        at = dict(zip(joint.values, state, strict=True))
        if any(at[n] != v for n, v in under):
            continue
        chance = Fraction(1)
        for number, place in pick:
            chance *= tables[number][place]
        bottom += chance
        top += chance if all(at[n] == v for n, v in event) else 0
    return top / bottom if bottom else None
