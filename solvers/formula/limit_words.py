"""How limits are written: lim_{x -> a}, read with the sign that binds; one at a name as one at 0."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from solvers.formula.nodes import At, Big, Binder, Call, Derivative, Name, Node, Num, map_children, names
from solvers.formula.operators import HADAMARD
from solvers.formula.tokens import Token

if TYPE_CHECKING:
    from solvers.formula.reader import Reader

_TO = re.compile(
    r"(\\?lim\s*(?:\\limits\s*)?_\s*[{(]\s*\\?[A-Za-z]+(?:_\w)?\s*)"
    r"(\\to(?![a-z])|\\(?:long)?rightarrow(?![a-z])|→|->)([^{}()]*?)(\s*\^\s*(?:\{\s*[+-]\s*\}|[+-])\s*)?(?=[})])"
)


def arrows_as_signs(text: str) -> str:
    """lim_{x -> a} as lim_{x = a} of the same length; from which side is said by what is smooth on both."""

    def equal(match: re.Match[str]) -> str:
        return f"{match[1]}={' ' * (len(match[2]) - 1)}{match[3]}{' ' * len(match[4] or '')}"

    return _TO.sub(equal, text) if "lim" in text else text


def limit_read(reader: Reader, token: Token) -> Node:
    """The limit of what stands behind, up to the next + or -."""
    mark = reader.accept("_")
    tokens, opener = reader.script() if mark else ([], token)
    if len(tokens) < 3 or tokens[0].kind != "name" or tokens[1].kind != "rel":
        raise reader.fail("say where the limit is taken: lim_{x -> 0}", token)
    name, point = Name(tokens[0].text), reader.whole(tokens[2:], opener)
    reader.bound.append(name.text)
    body = reader.expression(HADAMARD)
    reader.bound.pop()
    if point == Call("neg", (Name("infty"),)):
        body, point = with_other(body, name, Call("neg", (name,))), Name("infty")
    elif names(point) - {"infty", "pi"}:
        body, point = _shifted(body, name, point), Num("0")
    return Big("lim", (Binder(name, point),), body, reader.span(token.start))


def _shifted(node: Node, name: Name, by: Node) -> Node:
    """The same with a + x for x, and x for x - a."""
    if node == Call("sub", (name, by)):
        return name
    return Call("add", (by, name)) if node == name else map_children(node, lambda child: _shifted(child, name, by))


def with_other(node: Node, old: Name, new: Node) -> Node:
    """The same with another formula in the place of a name."""
    if isinstance(node, Derivative) and old in node.by and isinstance(old, Name):
        return At(node, (old,), (new,))  # at the other place
    if isinstance(node, At) and old in node.names:
        return At(node.body, node.names, tuple(with_other(value, old, new) for value in node.values), node.span)
    return new if node == old else map_children(node, lambda child: with_other(child, old, new))
