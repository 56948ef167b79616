"""The term that is missing from a side: the difference of the two sides, found among products of their pieces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, permutations
from typing import Any

from engine.derivation.diagnosis.bench import Bench
from engine.derivation.diagnosis.constants import Multiple, constant, multiples, ratio, row_of, steady, usable_rows
from engine.derivation.diagnosis.functions import spoken
from engine.derivation.diagnosis.record import Edit
from engine.derivation.diagnosis.setting import Setting, Shape
from engine.derivation.diagnosis.trees import product_of, signed, size, sum_of, terms, transposed
from engine.derivation.diagnosis.whole import gap
from solvers.formula.nodes import Call, Member, Name, Node, Num, names
from solvers.formula.operations import product, transpose
from solvers.formula.tables.table import EvaluationError

MAX_PAIRED, MAX_TRIPLED, MAX_KEPT = 60, 30, 12


def missing_terms_by_value(setting: Setting) -> Iterator[Edit]:
    """One atom, a product of two, for numbers of three, each times what makes it the difference; those made of what
    the side speaks of already go first.
    """
    missing = gap(setting)
    if missing is None:
        return
    spoken = names(setting.right)

    def strange(found: tuple[Multiple, Node]) -> tuple[int, int]:
        made_of = names(found[1]) | (names(found[0].base) if found[0].base is not None else frozenset())
        return len(made_of - spoken), size(found[1]) + (0 if found[0].base is None else size(found[0].base))

    for term in sorted(_singles(setting, missing), key=strange):
        yield _added(setting, term)
    if missing[0].ndim == 1:
        for term in sorted(_scalar_products(setting, missing), key=strange):
            yield _added(setting, term)
    for term in sorted(_pairs(setting, missing), key=strange):
        yield _added(setting, term)


def _added(setting: Setting, found: tuple[Multiple, Node]) -> Edit:
    multiple, term = found
    coefficient = multiple.coefficient
    sign = 1 if coefficient > 0 else -1
    positive = Multiple(abs(coefficient), multiple.base, multiple.power)
    plain = positive.base is None and positive.coefficient == 1
    new = term if plain else product_of([positive.node, term])
    side = sum_of([*terms(setting.right), (sign, new)])
    return Edit("missing-term", f"the term {signed(sign, new)} is missing", side)


def _singles(setting: Setting, missing: list[Any]) -> Iterator[tuple[Multiple, Node]]:
    for atom in setting.atoms:
        logarithm = (Call("log", (atom,)),) if "log" in spoken(setting) else ()
        for node in (atom, transposed(atom)) if setting.shape(atom) else (atom, *logarithm):
            yield from _fitting(setting, missing, node)


def _fitting(setting: Setting, missing: list[Any], node: Node) -> Iterator[tuple[Multiple, Node]]:
    found = []
    for wanted, value in zip(missing, setting.bench.values(node), strict=True):
        row = ratio(wanted, value)
        if row is None:
            return
        found.append(row)
    yield from ((multiple, node) for multiple in multiples(found, setting, paired=True))


def _pairs(setting: Setting, missing: list[Any]) -> Iterator[tuple[Multiple, Node]]:
    """Products of two vectors or matrices, tried at the first points, kept if they fit at all."""
    known = _known(setting.bench, setting)
    kept = 0
    for a, b in ((a, b) for a in known for b in known):
        for node, value in _products(setting.bench, a, b):
            row = ratio(missing[0], value) if kept < MAX_KEPT else None
            if row is not None and (missing[0].ndim > 1 or constant(row) is not None):
                kept += 1
                yield from _fitting(setting, missing, node)


def _known(bench: Bench, setting: Setting) -> list[tuple[Node, Any]]:
    found: list[tuple[Node, Any]] = []
    for atom in setting.atoms:
        value = bench.values(atom)[0]
        if value is not None and value.ndim > 1 and len(found) < MAX_PAIRED:
            found.append((atom, value))
            if not (isinstance(atom, Call) and atom.op == "transpose"):
                found.append((transposed(atom), transpose(bench.envs[0].table, value)))
    return [*found, *_images(bench, found)]


def _images(bench: Bench, known: list[tuple[Node, Any]]) -> Iterator[tuple[Node, Any]]:
    """W v and W^T v, as a vector and transposed, for matrices and vectors that have names: a product of three."""
    table = bench.envs[0].table
    matrices = [
        (n, v) for n, v in known if v.ndim == 3 and v.shape[1] > 1 and size(n) <= 2 and isinstance(n, Call | Name)
    ]
    vectors = [(n, v) for n, v in known if v.ndim == 2 and isinstance(n, Name | Member)]
    for matrix, a in matrices:
        for vector, b in vectors:
            if a.shape[2] == b.shape[1]:
                image, found = Call("mul", (matrix, vector)), product(table, a, b)
                yield image, found
                if found.ndim > 1:
                    yield transposed(image), transpose(table, found)


def _products(bench: Bench, a: tuple[Node, Any], b: tuple[Node, Any]) -> Iterator[tuple[Node, Any]]:
    import numpy as np  # 12 times the start of Python

    table = bench.envs[0].table
    wanted: Shape = tuple(bench.target[0].shape[1:])
    if a[1].shape[1:] == b[1].shape[1:] == wanted:
        yield Call("hadamard", (a[0], b[0])), table.lift("mul", a[1], b[1])
    try:
        with np.errstate(all="ignore"):  # of what has no value, which mends nothing
            value = product(table, a[1], b[1])
    except EvaluationError:
        return
    if tuple(value.shape[1:]) == wanted:
        yield Call("mul", (a[0], b[0])), value


def _scalar_products(setting: Setting, missing: list[Any]) -> Iterator[tuple[Multiple, Node]]:
    """Products of two and of three numbers, and quotients of two."""
    import numpy as np  # 12 times the start of Python

    rows = usable_rows(setting)
    wanted = row_of(missing)
    if not rows or not np.isfinite(wanted).all():
        return
    table = np.array([row for _, row in rows])
    with np.errstate(all="ignore"):
        for degree, most in ((2, MAX_PAIRED), (3, MAX_TRIPLED)):
            chosen = list(combinations_with_replacement(range(min(len(rows), most)), degree))
            for place, found in steady(wanted / table[np.array(chosen)].prod(axis=1)):
                yield Multiple(found), _monomial([rows[i][0] for i in chosen[place]])
        pairs = list(permutations(range(min(len(rows), MAX_PAIRED)), 2))
        if pairs:
            above, below = (table[list(side)] for side in zip(*pairs, strict=True))
            for place, found in steady(wanted * below / above):
                i, j = pairs[place]
                yield Multiple(found), Call("div", (rows[i][0], rows[j][0]))


def _monomial(parts: list[Node]) -> Node:
    """A product with powers for what stands in it more than once: h^2 x."""
    counts = {part: parts.count(part) for part in parts}
    return product_of([p if n == 1 else Call("pow", (p, Num(str(n)))) for p, n in counts.items()])
