"""Indicators: 1[x > 0], 1_{x > 0}, \\mathbb{I}(x > 0); a relation in brackets makes them one."""

from __future__ import annotations

from solvers.formula.nodes import Call, Chain, Node, SetOf
from solvers.formula.reader import CLOSERS, Reader
from solvers.formula.tokens import Token

_OPENERS = {"[", "(", "{"}
CONDITIONS = {"=", "!=", "<", "<=", ">", ">=", "in", "notin"}


def indicated(reader: Reader, token: Token) -> Node | None:
    """The indicator whose condition stands in brackets or below: 1[x > 0], 1_{x > 0}, 1_{\\{x > 0\\}}."""
    opener, start = reader.peek(), reader.at
    if opener.kind == "_":
        reader.take()
        tokens, first = reader.script()
        if len(tokens) > 2 and tokens[0].kind in _OPENERS and tokens[-1].kind == CLOSERS[tokens[0].kind]:
            tokens = tokens[1:-1]
        condition = _conditions(reader.inside(tokens, first))
    elif opener.kind in _OPENERS or (opener.kind == "g{" and token.text == "ones"):
        reader.take()
        inner = reader.condition()
        while reader.peek().kind == "," and _relational(inner):
            reader.take()
            inner = Call("and", (inner, reader.condition()))
        if isinstance(inner, SetOf) and len(inner.items) == 1:
            inner = inner.items[0]  # 1{\\{x > 0\\}}
        condition = inner if reader.accept(CLOSERS[opener.kind]) else None
    else:
        return None
    if condition is not None and _relational(condition):
        return Call("indicator", (condition,), reader.span(token.start))
    reader.at = start
    return None


def _conditions(inside: Reader) -> Node | None:
    found = inside.condition()
    while _relational(found) and inside.accept(","):
        found = Call("and", (found, inside.condition()))
    return found if inside.peek().kind == "eof" else None


def _relational(node: Node) -> bool:
    return isinstance(node, Chain) or (isinstance(node, Call) and node.op in {"and", "or"})


def indicator_letter(reader: Reader, token: Token) -> Node | None:
    """I[x > 0] and \\mathbb{I}(x > 0): an indicator where a relation stands in the brackets."""
    if token.text not in {"I", "bbI"} or not relation_follows(reader):
        return None
    return indicated(reader, token)


def relation_follows(reader: Reader) -> bool:
    """Whether brackets open here that hold a relation."""
    if reader.peek().kind not in _OPENERS:
        return False
    depth, ahead = 0, 0
    while (token := reader.peek(ahead)).kind != "eof":
        depth += (token.kind in {*_OPENERS, "g{"}) - (token.kind in {")", "]", "}", "g}"})
        if depth == 0:
            return False
        if depth == 1 and token.kind == "rel" and token.text in CONDITIONS:
            return True
        ahead += 1
    return False
