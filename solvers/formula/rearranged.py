"""Tokens in another order than they are written in: what stands under or over an operator, marks behind a name."""

from __future__ import annotations

from solvers.formula.tokens import ReadError, Token


def rearranged(tokens: list[Token]) -> list[Token]:
    """\\mathop{...} without its braces, and \\underset{i}{\\max} as \\max_{i}."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind not in {"unwrap", "underset"} or tokens[at + 1].kind != "g{":
            found.append(token)
            at += 1
            continue
        close = _closing(tokens, at + 1)
        if token.kind == "unwrap":
            found += rearranged(tokens[at + 2 : close])
            at = close + 1
            continue
        below, second = tokens[at + 1 : close + 1], close + 1
        if tokens[second].kind == "g{":
            close = _closing(tokens, second)
            found += rearranged(tokens[second + 1 : close])
        else:
            close = second
            found.append(tokens[second])
        found += [Token("_", "_", below[0].start, below[0].start + 1), *below]
        at = close + 1
    return found


def _closing(tokens: list[Token], opening: int) -> int:
    """The place of the brace that closes the one at `opening`."""
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].kind == "g{") - (tokens[place].kind == "g}")
        if depth == 0:
            return place
    brace = tokens[opening]
    raise ReadError(f"expected '}}' for the '{{' opened at column {brace.start + 1}", tokens[-1].start)
