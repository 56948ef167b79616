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


def _primes_above(reader: Reader, ahead: int) -> int:
    """How many tokens ^{\\prime} takes, or 0."""
    braced = reader.peek(ahead).kind == "g{"
    inner = ahead + braced
    while reader.peek(inner).kind == "'":
        inner += 1
    if inner == ahead + braced:
        return 0
    return inner - ahead + braced if not braced or reader.peek(inner).kind == "g}" else 0
