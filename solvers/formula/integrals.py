"""Integrals as they are written: \\int_a^b f(x) \\, dx, \\int p(x, z) \\, dz, \\iint, \\int dx \\, f(x)."""

from __future__ import annotations

from solvers.formula.nodes import Big, Binder, Call, Name, Node, Num
from solvers.formula.reader import Reader
from solvers.formula.tokens import Token

_OPEN = {"(", "[", "{", "g{", "[[", "<(", "begin"}
_CLOSE = {")", "]", "}", "g}", "]]", ")>", "end"}
_LINE = {"bbR", "R"}
_WHOLE = "say by what the integral is taken: \\int f(x) \\, dx"


def integral(reader: Reader, token: Token) -> Node:
    """An integral with its limits; the body ends at its differential."""
    over = _limits(reader)
    start, variables = reader.at, list[Name]()
    stop = _differential(reader)
    if stop is None:
        _moved_behind(reader)
        stop = _differential(reader)
    if stop is None:
        raise reader.fail(_WHOLE, token)
    reader.at = stop
    while (following := _variable(reader, reader.at)) is not None:
        variables.append(following[0])
        reader.at = following[1]
    if stop == start:  # \\int dx f(x)
        if reader.peek().kind == "op" and reader.peek().text == "div":  # dx / x
            reader.tokens.insert(reader.at, _one(reader.peek()))
        start, stop = reader.at, _end(reader, reader.at)
        reader.at = stop
    after = reader.at
    body = _body(reader, start, stop, variables) if stop > start else Num("1")
    reader.at = after
    if len(variables) > 1 and over is not None:
        raise reader.fail(
            "an integral over several variables is read without limits, or as one inside the other", token
        )
    return Big(
        "int", tuple(Binder(name, None, None, over, name.span) for name in variables), body, reader.span(token.start)
    )


def _limits(reader: Reader) -> Node | None:
    """What stands below and above the sign, as an interval; None where it is over the whole space."""
    found: dict[str, Node] = {}
    while reader.peek().kind in {"_", "^"}:
        mark = reader.take()
        tokens, opener = reader.script()
        found[mark.kind] = reader.whole(tokens, opener)
    low, high = found.get("_"), found.get("^")
    if high is None and isinstance(low, Name):
        infinity = Name("infty")
        return Call("interval", (Call("neg", (infinity,)), infinity)) if low.text in _LINE else None
    if (low is None) != (high is None):
        raise reader.fail("an integral has both limits, or none")
    return None if low is None or high is None else Call("interval", (low, high))


def _variable(reader: Reader, at: int) -> tuple[Name, int] | None:
    """The x of a dx that stands here, and the place behind it."""
    first, second = reader.tokens[at], reader.tokens[min(at + 1, len(reader.tokens) - 1)]
    marked = first.text == "d" and first.kind in {"name", "differential", "partial"} and "d" not in reader.scope.names
    if not marked or second.kind != "name":
        return None
    label = reader.tokens[at + 2 : at + 4]
    if len(label) == 2 and label[0].kind == "_" and label[1].kind in {"name", "num"}:
        return Name(f"{second.text}_{label[1].text}"), at + 4
    return Name(second.text, reader.span(second.start)), at + 2


def _differential(reader: Reader) -> int | None:
    """The place of the differential that ends this integral: those of integrals inside come first."""
    depth, inside = 0, 0
    for place in range(reader.at, len(reader.tokens)):
        token = reader.tokens[place]
        depth += (token.kind in _OPEN) - (token.kind in _CLOSE)
        if depth < 0 or token.kind == "eof" or (depth == 0 and token.kind == "rel"):
            return None
        if depth == 0 and token.kind == "big" and token.text == "int":
            inside += 1
        elif depth == 0 and _variable(reader, place) is not None:
            if inside == 0:
                return place
            inside -= 1
    return None


def _moved_behind(reader: Reader) -> None:
    """Puts the dx of \\int \\frac{x \\, dx}{1 + x} behind what is integrated."""
    tokens, depth, end = reader.tokens, 0, _end(reader, reader.at)
    for place in range(reader.at, end):
        if depth == 0 and tokens[place].kind == "frac" and tokens[place + 1].kind == "g{":
            close = _closing(reader, place + 1)
            if close + 1 >= end:  # there is nothing below: an error that is told elsewhere
                return
            at = next((i for i in range(place + 2, close) if (v := _variable(reader, i)) and v[1] == close), None)
            bottom = close + 1 + (tokens[close + 1].kind in _OPEN)
            if at is not None and _variable(reader, bottom) is None:  # no derivative
                moved = tokens[at:close]
                top = tokens[place + 2 : at] or [_one(tokens[at])]
                tokens[place + 2 : end] = [*top, *tokens[close:end], *moved]
                return
        depth += (tokens[place].kind in _OPEN) - (tokens[place].kind in _CLOSE)


def _closing(reader: Reader, at: int) -> int:
    """The place of the bracket that closes the one that stands here."""
    depth = 0
    for place in range(at, len(reader.tokens)):
        depth += (reader.tokens[place].kind in _OPEN) - (reader.tokens[place].kind in _CLOSE)
        if depth == 0:
            return place
    return len(reader.tokens) - 1


def _one(token: Token) -> Token:
    """The number 1 that is not written there."""
    return Token("num", "1", token.start, token.start)


def _end(reader: Reader, at: int) -> int:
    """Where the formula around ends, or its next + or -."""
    depth = 0
    for place in range(at, len(reader.tokens)):
        token = reader.tokens[place]
        depth += (token.kind in _OPEN) - (token.kind in _CLOSE)
        if (
            depth < 0
            or token.kind == "eof"
            or (depth == 0 and (token.kind == "rel" or (token.text in {"add", "sub"} and token.kind == "op")))
        ):
            return place
    return len(reader.tokens) - 1


def _body(reader: Reader, start: int, stop: int, variables: list[Name]) -> Node:
    inside = reader.inside(reader.tokens[start:stop], reader.tokens[start])
    inside.bound = [*inside.bound, *(name.text for name in variables)]
    body = inside.expression()
    if inside.peek().kind != "eof":
        raise inside.fail(f"{inside.written(inside.peek())!r} was not expected in an integral")
    return body
