"""What random numbers are made of: a mean, and numbers times units, which are independent of each other.

A number of unknown law is m + s u, where u takes few values with odd probabilities, so that its mean is 0, its variance
1, and its third moment not 0. Numbers that are said to be independent have a u each; others share a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import Any, Final
from zlib import crc32

from solvers.formula.env import Env
from solvers.formula.functions import declaration_of, support
from solvers.formula.nodes import Apply, Call, Name, Node, Num, names
from solvers.formula.spreads import lower
from solvers.formula.sums import law_of
from solvers.formula.tables.table import EvaluationError, Open
from solvers.formula.tokens import Declaration, Dependence

OWN, SHARED = Fraction(4, 5), Fraction(3, 5)  # the squares make 1
_ENTRY: Final = re.compile(r"(.*)_\((\d+(?:,\d+)*)\)", re.DOTALL)
_MEMBER: Final = re.compile(r".*?\^\((-?\d+(?:,-?\d+)*)\)", re.DOTALL)
_RULES: Final = {  # squares of points, and weights
    "normal": (
        ((Fraction(0), Fraction(2, 3)), (Fraction(3), Fraction(1, 6))),
        ((Fraction(6), Fraction(1, 27)), (Fraction(3, 5), Fraction(25, 54))),
    ),
    "uniform": (
        ((Fraction(0), Fraction(4, 9)), (Fraction(3, 5), Fraction(5, 18))),
        ((Fraction(1), Fraction(1, 12)), (Fraction(1, 5), Fraction(5, 12))),
    ),
}
Atoms = tuple[tuple[Any, Any], ...]  # points and weights: numbers of a table


@dataclass(frozen=True, slots=True)
class Entry:
    """A random number: its mean, and numbers times products of units."""

    mean: Any
    terms: tuple[tuple[Any, tuple[str, ...]], ...]

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(unit for _, units in self.terms for unit in units)


def _mixed(terms: list[tuple[Fraction, tuple[str, ...]]], shared: str) -> list[tuple[Fraction, tuple[str, ...]]]:
    """Terms that share a part with others, of mean 0 and variance 1 as before."""
    return [*((part * OWN, units) for part, units in terms), (SHARED, (shared,))]


def _member(holder: str) -> tuple[int, ...]:
    """The numbers of a member: 3 of g^(3)."""
    found = _MEMBER.fullmatch(holder)
    return tuple(map(int, found[1].split(","))) if found else ()


def _indices(declared: Declaration) -> int:
    return len(declared.family) + len(declared.shape or ())


def _places(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All places of a shape, row by row."""
    found: list[tuple[int, ...]] = [()]
    for size in shape:
        found = [(*before, place) for before in found for place in range(size)]
    return found


def apart(key: str, source: Mapping[str, Any]) -> tuple[str, tuple[int, ...] | None]:
    """The key of a whole value, and the place of the entry of it that is meant."""
    entry = _ENTRY.fullmatch(key) if key not in source else None
    return (key, None) if entry is None else (entry[1], tuple(int(i) - 1 for i in entry[2].split(",")))


def any_member(name: str) -> str:
    """The key of some member of a family."""
    return f"{name}^(1)"


def base_of(key: str) -> str:
    return key.partition("^(")[0].partition("_(")[0]


class Draws:
    """What random values are made of at one place; `wanted` has the points and weights of the units that are needed."""

    def __init__(self, env: Env, random: Mapping[str, Declaration], place: int) -> None:
        self.env, self.random, self.place = env, random, place
        self.wanted: dict[str, Atoms] = {}

    def parts(self, key: str) -> tuple[list[Entry], tuple[int, ...]]:
        """The entries of a random value: a mean, and units with the numbers before them; and its shape."""
        table, source = self.env.table, self.env.values
        holder, place = apart(key, source)
        declared = self.random[base_of(key)]
        law = declared.law
        assert law is not None
        if isinstance(law, Name) and (known := law_of(law, self.env)) is not None:
            law = known
        if holder == declared.name and declared.family and names(law) & {n for n, _, _ in declared.family}:
            raise EvaluationError(
                f"{holder} is one of many that are not distributed alike: say which, as in {holder}_i"
            )
        shape = table.shape(source[any_member(holder) if holder == declared.name and declared.family else holder])
        if not isinstance(law, Call) or law.op in {"bernoulli", "categorical", "finite"}:
            return self._drawn(law, declared, holder, place, shape)
        entries = [flat for flat in _places(shape) if place is None or flat == place]
        return [self._entry(law, declared, holder, at, shape) for at in entries], shape if place is None else ()

    def _entry(
        self, law: Call, declared: Declaration, holder: str, at: tuple[int, ...], shape: tuple[int, ...]
    ) -> Entry:
        table = self.env.table
        said = declared.dependence or Dependence()
        env = self._placed(said, holder, at)
        if law.op == "uniform":
            low, high = map(env.value, law.args)
            half = table.number(Fraction(1, 2))
            middle, away = (table.lift("mul", half, table.lift(op, high, low)) for op in ("add", "sub"))
            return Entry(middle, ((away, (self._gauss(f"{holder}{at}", law.op),)),))
        mean, variance = map(env.value, law.args)
        if said.product and law.args[0] != Num("0") and not (isinstance(mean, Open) and mean.kind == "zero"):
            raise EvaluationError(
                f"the mean of products of {declared.name} is no covariance: say that its mean is 0, or the covariance"
            )
        rows = lower(table, variance, shape)
        row = rows(at)
        if said.entries == "joint" and (isinstance(variance, Open) or table.shape(variance)):
            said = replace(said, entries="uncorrelated")  # whatever else, the covariance is said
        middle = table.number(Fraction(0)) if isinstance(mean, Open) and mean.kind == "zero" else mean
        middle = table.pick(middle, at) if table.shape(middle) else middle
        if law.op == "normal":
            return Entry(middle, tuple((s, (self._gauss(f"{holder}{j}", law.op),)) for j, s in row))
        if said.covariance is not None:
            return self._exchangeable(declared.name, middle, variance, env.value(said.covariance), holder, at, said)
        terms = [
            (table.lift("mul", s, table.number(part)), units)
            for j, s in row for part, units in self._unit(declared.name, holder, j, said, bool(shape))
        ]  # fmt: skip
        return Entry(middle, tuple(terms))

    def _placed(self, said: Dependence, holder: str, at: tuple[int, ...]) -> Env:
        """The letters of the means and variances of members and entries, at one of them."""
        env = self.env
        for letter, number in zip(said.letters, (*_member(holder), *(i + 1 for i in at)), strict=False):
            env = env.binding(letter, number)
        return env

    def _exchangeable(
        self, name: str, mean: Any, variance: Any, shared: Any, holder: str, at: tuple[int, ...], said: Dependence
    ) -> Entry:
        """Any two of them have this covariance: m + sqrt(c) u_0 + sqrt(v - c) u_i."""
        table = self.env.table
        own = table.lift("sqrt", table.lift("sub", variance, shared))
        common = self._odd(f"common {name}")
        return Entry(mean, ((table.lift("sqrt", shared), (common,)), (own, (self._own(name, holder, at, said),))))

    def _unit(
        self, name: str, holder: str, at: tuple[int, ...], said: Dependence, vector: bool
    ) -> list[tuple[Fraction, tuple[str, ...]]]:
        """A random number of mean 0 and variance 1 as a sum of products of independent ones."""
        terms: list[tuple[Fraction, tuple[str, ...]]] = [(Fraction(1), (self._own(name, holder, at, said),))]
        many = vector or bool(self.random[name].family)
        if not many:  # a number alone takes four values
            terms = [(OWN, terms[0][1]), (SHARED, (self._odd(f"second {said.like or name}", holder),))]
        if many and said.entries == "joint":
            terms = _mixed(terms, self._odd(f"common {name}"))
        if many and said.entries == "uncorrelated":
            terms = [(part, (*units, self._odd(f"scale {name}"))) for part, units in terms]
        for other in sorted(said.uncorrelated - said.apart):
            terms = [
                (part, (*units, self._odd(f"scale {min(name, other)} {max(name, other)}"))) for part, units in terms
            ]
        for other in sorted(self._before(name)):
            terms = reduce(_mixed, self._partners(other, holder, at), terms)
        return terms

    def _before(self, name: str) -> list[str]:
        """The other names of unknown law that this one is not said to be independent of, and shares the units of.

        Those with fewer indices share the units of those with more, so that what is independent among them stays so.
        """
        mine = self.env.declared[name]
        said = mine.dependence or Dependence()
        apart = said.apart | said.uncorrelated
        return [
            other for other, d in self.env.declared.items()
            if other not in {name, *apart} and d.name == other and isinstance(d.law, Call) and d.law.op == "unknown"
            and name not in (d.dependence or Dependence()).apart
            and (-_indices(d), other) < (-_indices(mine), name)
        ]  # fmt: skip

    def _partners(self, other: str, holder: str, at: tuple[int, ...]) -> list[str]:
        """The units of another name that a member or entry shares: of the same last indices, the first ones before."""
        declared = self.env.declared[other]
        mine = (*_member(holder), *(i + 1 for i in at))
        more = _indices(declared) - len(mine)
        found = []
        for first in (1, 2) if more else (1,):
            places = (*[1] * (more - 1), *[first] * min(more, 1), *mine)
            members, entries = places[: len(declared.family)], places[len(declared.family) :]
            of = f"{other}^({','.join(map(str, members))})" if members else other
            found.append(self._own(other, of, tuple(i - 1 for i in entries), declared.dependence or Dependence()))
        return found

    def _own(self, name: str, holder: str, at: tuple[int, ...], said: Dependence) -> str:
        """The unit of one member or entry: with the values that all have, where they are distributed alike."""
        return self._odd(said.like or f"{holder}{at}", f"{holder}{at}")

    def _odd(self, kind: str, unit: str = "") -> str:
        """A unit with two values, r and -1/r, of which its kind says the r."""
        unit = f"{kind} {unit}"
        r = 1 + Fraction(20 + crc32(kind.encode()) % 130, 97)
        number = self.env.table.number
        share = 1 / (1 + r * r)
        self.wanted[unit] = ((number(r), number(share)), (number(-1 / r), number(1 - share)))
        return unit

    def _gauss(self, unit: str, law: str) -> str:
        """A unit of three values with the first five moments of a law; or of four, to see whether those are enough."""
        table = self.env.table
        atoms: list[tuple[Any, Any]] = []
        for square, weight in _RULES[law][self.place]:
            far, share = table.lift("sqrt", table.number(square)), table.number(weight)
            atoms += [(far, share), (table.lift("neg", far), share)] if square else [(far, share)]
        self.wanted[unit] = tuple(atoms)
        return unit

    def _drawn(
        self, law: Node, declared: Declaration, holder: str, place: tuple[int, ...] | None, shape: tuple[int, ...]
    ) -> tuple[list[Entry], tuple[int, ...]]:
        """Numbers that are drawn from some values with some probabilities, each for itself."""
        table = self.env.table
        zero, one = (table.number(Fraction(number)) for number in (0, 1))
        entries = []
        for at in _places(shape):
            if place is None or at == place:
                unit = f"{holder}{at}"
                self.wanted[unit] = self._atoms(law, self._placed(declared.dependence or Dependence(), holder, at))
                entries.append(Entry(zero, ((one, (unit,)),)))
        return entries, shape if place is None else ()

    def _atoms(self, law: Node, env: Env) -> Atoms:
        """The values of a law with their probabilities."""
        table = env.table
        if isinstance(law, Call) and law.op == "bernoulli":
            p = env.value(law.args[0])
            one = table.number(Fraction(1))
            return (table.number(Fraction(0)), table.lift("sub", one, p)), (one, p)
        if isinstance(law, Call) and law.op == "finite":
            values, chances = map(env.value, law.args)
            return tuple((table.pick(values, (k,)), table.pick(chances, (k,))) for k in range(table.shape(chances)[0]))
        return tuple((table.number(x), w) for x, w in self._of_table(law))

    def _of_table(self, law: Node) -> Iterator[tuple[Fraction, Any]]:
        """The numbers that a declared distribution is over, with their probabilities."""
        env = self.env
        vector = law.args[0] if isinstance(law, Call) else law
        known = env.declared.get(law.text) if isinstance(law, Name) else None
        if isinstance(law, Apply):
            known = declaration_of(law, env)
        if known is None or known.support is None:
            chances = env.value(vector)
            for k in range(env.table.shape(chances)[0]):
                yield Fraction(k + 1), env.table.pick(chances, (k,))
            return
        given = law.given if isinstance(law, Apply) else ()
        if (known.parameters or ((), ()))[1] and not given:
            raise EvaluationError(f"{known.name} is conditioned on something: write what, as in x ~ p(x | y)")
        for value in support(known.support, env):
            if len(value) != 1:
                raise EvaluationError(f"a mean over several values of {known.name} that are vectors is not computed")
            at = env.holding("value", env.table.number(value[0]))
            yield value[0], at.value(Apply(known.name, (Name("value"),), given))


__all__ = ["Atoms", "Draws", "Entry", "any_member", "apart", "base_of"]
