"""N(m, v) and U(a, b) as laws, where what stands around them says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.stream import Stream
from solvers.formula.tokens import Token


def with_laws(tokens: list[Token]) -> list[Token]:
    """x ~ N(m, v), x ~ U(a, b): behind the sign, N is the normal distribution and U a uniform one."""
    return [
        replace(t, text=f"cal{t.text}") if t.kind == "name" and t.text in {"N", "U"} and i and tokens[i - 1].text == "~"
        else t for i, t in enumerate(tokens)
    ]  # fmt: skip


def name_laws(reader: Stream) -> None:
    """Between the brackets of a divergence, N(m, v) is a normal law."""
    depth, at = 0, reader.at
    while (token := reader.tokens[at]).kind != "eof":
        depth += (token.kind in {"[", "(", "{"}) - (token.kind in {")", "]", "}"})
        law = token.kind == "name" and token.text == "N" and _of_two(reader.tokens[at + 1 :])
        if law and not reader.scope.function("N"):
            reader.tokens[at] = replace(token, text="calN")
        if depth <= 0:
            return
        at += 1


def _of_two(tokens: Sequence[Token]) -> bool:
    """Whether brackets open here with a comma in them."""
    depth = 0
    for token in tokens:
        depth += (token.kind in {"[", "(", "{", "g{"}) - (token.kind in {")", "]", "}", "g}"})
        if depth < 1 or (depth == 1 and token.kind == ","):
            return depth == 1
    return False
