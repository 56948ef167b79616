"""Iterates: w^(t+1) = f(w^(t)) as what it says of w^(t), and what a name without its index means beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from solvers.formula.nodes import (
    Apply,
    At,
    Big,
    Call,
    Derivative,
    Index,
    Member,
    Name,
    Node,
    Num,
    children,
    map_children,
    names,
    walk,
)


def member_of(node: Node) -> Member | None:
    """w^(t) of w^(t) or of its entry w_i^(t)."""
    inner = node.base if isinstance(node, Index) else node
    return inner if isinstance(inner, Member) and isinstance(inner.base, Name) else None


def offset(index: Node) -> tuple[str, int] | None:
    """("t", 1) for t + 1, ("", 3) for 3; None for anything else."""
    if isinstance(index, Num) and index.text.isdecimal():
        return "", int(index.text)
    if isinstance(index, Name):
        return index.text, 0
    if isinstance(index, Call) and index.op in {"add", "sub"}:
        letter, number = index.args
        if isinstance(letter, Name) and isinstance(number, Num) and number.text.isdecimal():
            return letter.text, int(number.text) * (1 if index.op == "add" else -1)
    return None


def at_offset(letter: str, number: int) -> Node:
    """The index t + 1, t, t - 1 or, without a letter, the number."""
    if not letter:
        return Num(str(number)) if number >= 0 else Call("neg", (Num(str(-number)),))
    if number == 0:
        return Name(letter)
    return Call("add" if number > 0 else "sub", (Name(letter), Num(str(abs(number)))))


def stepped(left: Node, right: Node) -> tuple[Node, Node]:
    """w^(t+1) = f(w^(t)) as a definition of w^(t): w^(t) = f(w^(t-1)). Other equations stay as they are."""
    member = member_of(left)
    for index in member.indices if member is not None else ():
        found = offset(index)
        if found is not None and found[0] and found[1] > 0:
            left, right = (moved(side, found[0], -found[1]) for side in (left, right))
    return left, right


def moved(node: Node, letter: str, by: int) -> Node:
    """The same with t + by for t; t + 1 and t - 1 stay one sum."""
    found = offset(node)
    if found is not None and found[0] == letter:
        return at_offset(letter, found[1] + by)
    if isinstance(node, Big) and any(binder.name.text == letter for binder in node.binders):
        return node
    if isinstance(node, At) and Name(letter) in node.names:
        return At(node.body, node.names, tuple(moved(value, letter, by) for value in node.values), node.span)
    if isinstance(node, Derivative) and Name(letter) in node.by:
        return At(node, (Name(letter),), (at_offset(letter, by),))
    return map_children(node, lambda child: moved(child, letter, by))


def place_of(left: Node, nodes: Collection[Node], name: str) -> Node | None:
    """At which step a name without an index is meant beside iterates; `left` is the first of the `nodes`.

    Where an iterate stands alone on the left, the latest step before it that is spoken of; else t, or the earliest.
    """
    alone = member_of(left)
    first = offset(alone.indices[0]) if alone is not None and len(alone.indices) == 1 else None
    letter = first[0] if first is not None else next((place[0] for node in nodes for place in _places(node)), "")
    others = {
        number
        for node in nodes
        if first is None or node is not left
        for found, number in _places(node)
        if found == letter
    }
    if first is None:
        if not others:
            return None
        least = min(others)
        return at_offset(letter, 0 if letter and 0 in others else least - (least > 0 and len(others) == 1))
    before = [number for number in others if number < first[1]]
    own = alone is not None and alone.base == Name(name)
    return at_offset(letter, max(before) if before else first[1] - own)


def _places(node: Node) -> Iterator[tuple[str, int]]:
    """The steps of the iterates in a formula."""
    for inner in walk(node):
        if isinstance(inner, Member) and len(inner.indices) == 1 and (place := offset(inner.indices[0])) is not None:
            yield place


def placed(node: Node, name: str, place: Node, spoken: Collection[str]) -> Node:
    """The formula with `name`, where it stands without an index, taken at a step; `spoken` are defined names that
    depend on it."""
    symbol, member = Name(name), Member(Name(name), (place,))
    if isinstance(node, Member) or (isinstance(node, At) and symbol in node.names):
        return node
    if node == symbol:
        return member
    inner = node.base if isinstance(node, Index) else node
    if isinstance(inner, Name) and inner.text in spoken:
        return At(node, (symbol,), (member,), node.span)
    if isinstance(node, Derivative):
        if any(symbol in bare(by) for by in node.by):
            return At(node, (symbol,), (member,), node.span)
        if (whole := _by_iterate(node, symbol, spoken)) is not None:
            return whole
    changed = map_children(node, lambda child: placed(child, name, place, spoken))
    if isinstance(node, Apply) and node.name in spoken:
        return At(changed, (symbol,), (member,), node.span)
    return changed


def _by_iterate(node: Derivative, symbol: Name, spoken: Collection[str]) -> Node | None:
    """dL/dw^(t) of an L that is written in w: the derivative by w, at w^(t)."""
    (by,) = node.by if len(node.by) == 1 else (None,)
    member = None if by is None else member_of(by)
    if by is None or member is None or member.base != symbol or member in walk(node.of):
        return None
    if symbol not in bare(node.of) and not names(node.of) & set(spoken):
        return None
    inner = symbol if by == member else Index(symbol, by.indices) if isinstance(by, Index) else symbol
    return At(Derivative(node.sign, node.of, (inner,), node.span), (symbol,), (member,), node.span)


def bare(node: Node) -> Iterator[Node]:
    """The nodes below, without the names of members."""
    if isinstance(node, Member):
        for index in node.indices:
            yield from bare(index)
        return
    yield node
    for child in children(node):
        yield from bare(child)
