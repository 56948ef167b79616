"""What an antiderivative is between two limits: [F]_a^b, F|_a^b and \\left. F \\right|_{x=a}^{x=b} are F(b) - F(a)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.formula.limit_words import with_other
from solvers.formula.nodes import At, Big, Binder, Call, Chain, Index, Name, Node, free_names
from solvers.formula.ranks import rank_of

if TYPE_CHECKING:
    from solvers.formula.reader import Reader
    from solvers.formula.scripts import Scripts


def is_evaluated(reader: Reader, inner: Node) -> bool:
    """Whether a formula in square brackets with limits behind it is one of numbers, and no entry to some power."""
    plain = not isinstance(inner, (Name, Index)) and rank_of(inner, reader.scope) not in {1, 2}
    return plain and reader.limits_follow()


def evaluated(reader: Scripts, body: Node, start: int) -> Node:
    """F(b) - F(a), where _a^b comes next."""
    opener = reader.take()
    low = _limit(reader)
    reader.expect("^", opener)
    high = _limit(reader)
    named = {name for name, _ in (low, high) if name is not None}
    if len(named) > 1:
        raise reader.fail("both limits are to be of one variable: _{x = a}^{x = b}", opener)
    by = next(iter(named), None) or _variable(reader, body, low[1], high[1])
    if by is None:
        raise reader.fail("say of which variable these are limits: _{x = a}^{x = b}", opener)
    span = reader.span(start)
    return Call("sub", (_at(body, by, high[1]), _at(body, by, low[1])), span)


def _limit(reader: Scripts) -> tuple[Name | None, Node]:
    """A limit, and the name that it is said of: x = a."""
    tokens, opener = reader.script()
    inside = reader.inside(tokens, opener)
    said = inside.chain()
    if inside.peek().kind != "eof":
        raise inside.fail(f"{inside.written(inside.peek())!r} was not expected in a limit")
    if isinstance(said, Chain) and said.relations == ("=",) and isinstance(said.sides[0], Name):
        return said.sides[0], said.sides[1]
    return None, said


def _variable(reader: Scripts, body: Node, low: Node, high: Node) -> Name | None:
    """The one name that the limits can be meant of; of several the one that nothing declares, or x."""
    from solvers.formula.open_names import CONSTANTS  # it stands on what is read

    names = sorted(free_names(body) - free_names(low) - free_names(high) - CONSTANTS)
    unsaid = [name for name in names if name not in reader.scope.names]
    for found in (names, unsaid, [name for name in names if name == "x"]):
        if len(found) == 1:
            return Name(found[0])
    return None


def _at(body: Node, by: Name, value: Node) -> Node:
    """The formula at a limit; at infinity what it tends to."""
    infinity = Name("infty")
    if value == Call("neg", (infinity,)):
        body, value = with_other(body, by, Call("neg", (by,))), infinity
    return Big("lim", (Binder(by, infinity),), body) if value == infinity else At(body, (by,), (value,))
