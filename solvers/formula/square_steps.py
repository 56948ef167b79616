"""h[t] = f(h[t-1]): steps in square brackets, which are read as h_{t}, where a text has such a recursion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Name
from solvers.formula.targets import target_of
from solvers.formula.tokens import Token

_STEM = r"(?:\\(?:mathbf|boldsymbol|bm|hat|tilde|bar|vec|mathrm)\s*\{\s*)?(?<![A-Za-z\\])\\?[A-Za-z]+(?:\s*\})?"
_PLACE = r"\s*(?:(?P<letter>[a-z])(?:\s*[+-]\s*\d)?|\d+)\s*"
_HEAD = re.compile(rf"\s*(?P<stem>{_STEM})\[{_PLACE}\]\s*:?=(?!=)(?P<right>.*)", re.DOTALL)
_OTHER = frozenset({"E", "bbE", "P", "Var", "Cov", "Pr", "H", "O"})


def steps_in_brackets(context: Context, lines: Sequence[str]) -> tuple[Context, list[str]]:
    """The context that knows which names have their steps in brackets, and the lines with these in subscripts."""
    heads = [m for m in map(_HEAD.match, lines) if m is not None and m["letter"]]
    letters = {m["letter"] for m in heads if _recurs(m["stem"], m["letter"], m.group())}
    if not letters:
        return context, list(lines)
    used = re.compile(rf"(?P<stem>{_STEM})\[\s*[{''.join(sorted(letters))}]\s*(?:[+-]\s*\d\s*)?\]")
    stems = {m["stem"]: _name(m["stem"]) for line in lines for m in used.finditer(line)}
    stems = {stem: name for stem, name in stems.items() if name and name not in _OTHER}
    found = re.compile(rf"({'|'.join(map(re.escape, sorted(stems, key=len, reverse=True)))})\[([^\[\]]*)\]")
    known = replace(context.scope, bracketed=context.scope.bracketed | set(stems.values()))
    return replace(context, scope=known), [found.sub(r"\1_{\2}", line) for line in lines]


def _recurs(stem: str, letter: str, text: str) -> bool:
    """Whether two steps of a name stand in a text: h[t] and h[t-1]."""
    places = re.findall(rf"(?<![A-Za-z\\]){re.escape(stem)}\[\s*({letter}(?:\s*[+-]\s*\d)?)\s*\]", text)
    return len({place.replace(" ", "") for place in places}) > 1


def _name(stem: str) -> str:
    node = target_of(stem)
    return node.text if isinstance(node, Name) else ""


def subscripted(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """The tokens with h[t-1] as h_{t-1}, for some names h."""
    found: list[Token] = []
    closing: list[bool] = []
    for token in tokens:
        if token.kind == "[":
            closing.append(bool(found) and found[-1].text in names and found[-1].end == token.start)
            if closing[-1]:
                found += [Token("_", "_", token.start, token.start), Token("g{", "{", token.start, token.end)]
                continue
        if token.kind == "]" and closing and closing.pop():
            token = Token("g}", "}", token.start, token.end)
        found.append(token)
    return found
