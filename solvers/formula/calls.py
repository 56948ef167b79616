"""Whether what stands behind a name makes it a call: brackets, perhaps after primes."""

from __future__ import annotations

from solvers.formula.reader import Reader


def inverted(reader: Reader) -> bool:
    """Whether ^{-1}( follows."""
    texts = [reader.peek(i).text for i in range(6)]
    braced = texts[:5] == ["^", "{", "sub", "1", "}"] and texts[5] in {"(", "["}
    return braced or texts[:4] == ["^", "sub", "1", "("]


def calls(reader: Reader) -> bool:
    """Whether the argument of a function stands here, perhaps after primes."""
    ahead = 0
    while reader.peek(ahead).kind == "'":
        ahead += 1
    if reader.peek(ahead).kind == "^" and (width := _primes_above(reader, ahead + 1)):
        ahead += 1 + width
    return reader.peek(ahead).kind == "(" or (reader.latex and reader.peek(ahead).kind == "[")


def speaks_of_itself(reader: Reader, name: str) -> bool:
    """Whether the name stands by itself in the brackets behind it, which are a factor then: \\sigma(1 - \\sigma)."""
    depth, ahead = 0, 0
    while (token := reader.peek(ahead)).kind != "eof":
        depth += (token.kind in {"(", "["}) - (token.kind in {")", "]"})
        if depth == 0 and ahead:
            return False
        if token.kind == "name" and token.text == name and reader.peek(ahead + 1).kind not in {"(", "[", "'", "_", "^"}:
            return True
        ahead += 1
    return False


def _primes_above(reader: Reader, ahead: int) -> int:
    """How many tokens ^{\\prime} takes, or 0."""
    braced = reader.peek(ahead).kind == "g{"
    inner = ahead + braced
    while reader.peek(inner).kind == "'":
        inner += 1
    if inner == ahead + braced:
        return 0
    return inner - ahead + braced if not braced or reader.peek(inner).kind == "g}" else 0


def condition_inside(reader: Reader) -> bool:
    """Whether one bar alone stands within the brackets that come next, and so no absolute value: E[X|Y]."""
    depth, ahead, bars = 0, 0, 0
    while (token := reader.peek(ahead)).kind != "eof":
        depth += (token.kind in {"(", "[", "{", "g{"}) - (token.kind in {")", "]", "}", "g}"})
        bars += depth == 1 and token.kind == "|" and token.text == "|" and reader.peek(ahead + 1).kind != "_"
        if depth == 0:
            break
        ahead += 1
    return bars == 1
