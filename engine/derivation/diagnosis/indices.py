"""Indices and times: another index, a step of time, Kronecker's delta, the range of a sum, a sum for a mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.derivation.diagnosis.bench import near
from engine.derivation.diagnosis.record import Diagnosis, Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import Place, number, show
from solvers.formula.nodes import (
    All,
    Apply,
    Big,
    Binder,
    Call,
    Chain,
    Index,
    Member,
    Name,
    Node,
    Num,
    map_children,
    walk,
)


def indices(place: Place, setting: Setting) -> Iterator[Edit]:
    """Another index at one place: another letter that is known there, or a step of one."""
    node = place.node
    if isinstance(node, (Index, Member)):
        for position, index in enumerate(node.indices):
            if isinstance(index, All):
                continue
            for new, kind in _others(index, place, setting, isinstance(node, Member)):
                changed = replace(node, indices=(*node.indices[:position], new, *node.indices[position + 1 :]))
                word = "time" if kind == "time" else "index"
                said = said_of("the {} should be {}, not {}: {}, not {}", word, new, index, changed, node)
                yield Edit(kind, said, place.put(changed))
    elif isinstance(node, Name) and isinstance(place.parent, Chain) and node.text in _letters(place, setting):
        for letter in _letters(place, setting):
            if letter != node.text:
                yield Edit("index", f"the index should be {letter}, not {node.text}", place.put(Name(letter)))


def _letters(place: Place, setting: Setting) -> list[str]:
    """The indices that are known at a place: bound by a sum around it, or free."""
    found = [b.name.text for b in reversed(place.binders) if b.domain is None or isinstance(b.domain, Chain)]
    return list(dict.fromkeys([*found, *setting.free_indices]))


def _others(index: Node, place: Place, setting: Setting, member: bool) -> Iterator[tuple[Node, str]]:
    letters = _letters(place, setting)
    if member:
        yield from ((shifted, "time") for shifted in _steps(index))
    for letter in letters:
        if Name(letter) != index:
            yield Name(letter), "index"
    if not member:
        yield from ((shifted, "index") for shifted in _steps(index))
    for binder in place.binders:
        if binder.low is not None and binder.high is not None and index == binder.name:
            yield Call("sub", (Call("add", (binder.high, binder.low)), index)), "time" if member else "index"
    if isinstance(index, Num):
        near = {int(index.value) + step for step in (2, -2, 3, -3)}
        yield from ((number(n), "time" if member else "index") for n in sorted(near) if n > 0)


def _steps(index: Node) -> Iterator[Node]:
    """One step back, one step on."""
    if isinstance(index, Num) and index.value.denominator == 1:
        yield from (number(int(index.value) + step) for step in (-1, 1) if int(index.value) + step >= 0)
        return
    if isinstance(index, Call) and index.op in {"add", "sub"} and isinstance(index.args[1], Num):
        base, by = index.args[0], int(index.args[1].value) * (1 if index.op == "add" else -1)
    else:
        base, by = index, 0
    for step in (by - 1, by + 1):
        if step == 0:
            yield base
        else:
            yield Call("add" if step > 0 else "sub", (base, Num(str(abs(step)))))


def shifts(setting: Setting) -> Iterator[Edit]:
    """Every member of one family a step earlier, or later."""
    for base in setting.families:
        for step, said in ((-1, "one step earlier"), (1, "one step later")):
            new = _shifted(setting.right, base, step)
            if new != setting.right:
                yield Edit("time", said_of("{} should be taken {}, everywhere: {}", base, said, new), new)


def _shifted(node: Node, base: str, step: int) -> Node:
    node = map_children(node, lambda child: _shifted(child, base, step))
    if isinstance(node, Member) and node.base == Name(base) and len(node.indices) == 1:
        back, *on = _steps(node.indices[0])
        chosen = back if step < 0 else next(iter(on), None)
        if isinstance(node.indices[0], Num) and step > 0:
            chosen = number(int(node.indices[0].value) + 1)
        return node if chosen is None else replace(node, indices=(chosen,))
    return node


def where_equal(setting: Setting) -> Iterator[Diagnosis]:
    """Right for different values of the free indices, wrong for equal ones; or the other way round."""
    free = setting.free_indices
    if len(free) != 2:
        return
    found: dict[bool, set[bool]] = {True: set(), False: set()}
    for env, wanted, mine in zip(
        setting.bench.envs, setting.bench.target, setting.bench.values(setting.right), strict=True
    ):
        found[env.integers[free[0]] == env.integers[free[1]]].add(near(mine, wanted))
    i, j = free
    if found == {True: {False}, False: {True}}:
        yield Diagnosis("index", f"right where {i} and {j} differ, wrong where {i} = {j}")
    if found == {True: {True}, False: {False}}:
        yield Diagnosis("index", f"right where {i} = {j} only, wrong where they differ")


def ranges(place: Place, setting: Setting) -> Iterator[Edit]:
    """A sum's ends one further in or out, another size as its end; a sum for a mean."""
    node = place.node
    if not isinstance(node, Big):
        return
    if node.op == "E":
        yield from _other_distributions(place, node, setting)
    for position, binder in enumerate(node.binders):
        for low, high in _ends(binder, setting):
            changed = replace(binder, low=low, high=high)
            new = replace(node, binders=(*node.binders[:position], changed, *node.binders[position + 1 :]))
            old = _range(binder)
            said = f"the {_called(node)} runs over {old}; it should run over {_range(changed)}"
            yield Edit("range", said, place.put(new))


def _other_distributions(place: Place, node: Big, setting: Setting) -> Iterator[Edit]:
    """The expectation under another distribution."""
    if len(node.binders) > 1:
        return
    binder = node.binders[0]
    known = [Name(s) for s in setting.symbols if len(setting.shape(Name(s)) or ()) == 1]
    tables = dict.fromkeys(n for side in setting.formulas for n in walk(side) if isinstance(n, Apply))
    others: list[Node] = [*known, *tables]
    for other in others:
        if other != binder.domain and binder.domain is not None:
            new = replace(node, binders=(replace(binder, domain=other),))
            said = said_of("the expectation is under {}, not under {}", other, binder.domain)
            yield Edit("name", said, place.put(new))


def _called(node: Big) -> str:
    return {"sum": "sum", "prod": "product"}.get(node.op, node.op)


def _range(binder: Binder) -> str:
    assert binder.low is not None
    assert binder.high is not None
    return f"{binder.name.text} = {show(binder.low)}, …, {show(binder.high)}"


def _ends(binder: Binder, setting: Setting) -> Iterator[tuple[Node, Node]]:
    low, high = binder.low, binder.high
    if low is None or high is None:
        return
    yield from ((low, end) for end in _steps(high))
    yield from ((start, high) for start in _steps(low))
    for name in setting.sizes:
        if Name(name) != high:
            yield low, Name(name)


def means(place: Place, setting: Setting) -> Iterator[Edit]:
    """A sum divided by how many terms it has, or not divided."""
    node = place.node
    if isinstance(node, Big) and node.op == "sum" and len(node.binders) == 1:
        high = node.binders[0].high
        if high is not None and node.binders[0].low == Num("1"):
            share = Call("div", (Num("1"), high))
            new = Call("mul", (share, node))
            yield Edit(
                "mean", said_of("the mean is meant: the factor {} is missing before the sum", share), place.put(new)
            )
