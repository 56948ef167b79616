"""What stands at the top level of a formula, outside all brackets: ends of rows, cells, relations, commas, words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.derivation.macros import closing
from solvers.formula.operators import RELATIONS

LINKS = {
    **dict.fromkeys((r"\Rightarrow", r"\implies", r"\Longrightarrow", r"\therefore", "⇒", "⟹"), "=>"),
    **dict.fromkeys((r"\iff", r"\Leftrightarrow", r"\Longleftrightarrow", "⇔", "⟺"), "<=>"),
}
_SIGNS = {
    sign: name
    for name, (latex, aliases) in RELATIONS.items()
    if name not in {"=>", "<=>"}
    for sign in (latex, *aliases)
} | {
    r"\leftarrow": "<-", r"\gets": "<-", "←": "<-", r"\coloneq": ":=",
    "=:": "=:", r"\eqqcolon": "=:", r"\eqcolon": "=:",
    r"\doteq": ":=", r"\cong": "~=",
    r"\thickapprox": "~=", r"\geqq": ">=", r"\leqq": "<=", "==": "=", "<=": "<=", ">=": ">=", "!=": "!=", "~=": "~=",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\not\s*=|\\(?:begin|end)\s*\{[A-Za-z]+\*?\}|\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\?.)|\\[A-Za-z]+\*?|"
    r"\\.|:=|=:|==|<=|>=|!=|~=|.",
    re.DOTALL,
)
_OPEN = frozenset({"(", "[", r"\{", r"\lbrace", "⟨", r"\langle"})
_CLOSE = frozenset({")", "]", r"\}", r"\rbrace", "⟩", r"\rangle"})
_TEXT = frozenset(
    {
        r"\text",
        r"\mbox",
        r"\textrm",
        r"\textit",
        r"\textbf",
        r"\textnormal",
        r"\hbox",
        r"\textsf",
        r"\intertext",
        r"\shortintertext",
    }
)
_LINKING = {"iff": "<=>", "if and only if": "<=>", "implies": "=>", "hence": "=>", "therefore": "=>"}
_QUADS = frozenset({r"\quad", r"\qquad"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: "row", "cell", "comma", "quad", "relation", "link" or "words"; `name` says which."""

    kind: str
    name: str
    start: int
    end: int


def marks(text: str) -> Iterator[Mark]:
    """The marks at the top level. Rows and cells are ended inside round brackets too: \\left( ... \\\\ ... \\right)."""
    braces = environments = brackets = 0
    at = 0
    while match := _TOKEN.match(text, at):
        token, start, at = match.group(), at, match.end()
        if token in _TEXT and braces == environments == 0 and text[start - 1 : start] not in {"_", "^"}:
            body = re.compile(r"\s*\{").match(text, at)
            stop = closing(text, body.end() - 1) if body else None
            if body is not None and stop is not None:
                words = text[body.end() : stop - 1].strip()
                said = _LINKING.get(words.lower().strip(" ,"))
                yield Mark("words" if said is None else "link", words if said is None else said, start, stop)
                at = stop
            continue
        braces += (token == "{") - (token == "}")
        environments += token.startswith(r"\begin") - token.startswith(r"\end{")
        if braces > 0 or environments > 0:
            continue
        if token in _OPEN or re.match(r"\\left(?![A-Za-z])", token):
            brackets += 1
        elif token in _CLOSE or re.match(r"\\right(?![A-Za-z])", token):
            brackets = max(brackets - 1, 0)
        elif token in {"\\\\", r"\newline", r"\cr"}:
            brackets = 0
            ends = re.compile(r"\*?(?:\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\])?").match(text, at)
            at = ends.end() if ends else at
            yield Mark("row", "", start, at)
        elif token == "&":
            yield Mark("cell", "", start, at)
        elif brackets == 0 and (found := _top(token, start, at)) is not None:
            yield found


def _top(token: str, start: int, end: int) -> Mark | None:
    if token in LINKS:
        return Mark("link", LINKS[token], start, end)
    if re.fullmatch(r"\\not\s*=", token):
        return Mark("relation", "!=", start, end)
    if token in _SIGNS:
        return Mark("relation", _SIGNS[token], start, end)
    if token in {",", ";"}:
        return Mark("comma", token, start, end)
    return Mark("quad", token, start, end) if token in _QUADS else None


def balance(text: str) -> int:
    """How many round and square brackets are opened and not closed; \\left. and \\right. stand for no bracket."""
    depth = 0
    for token in _TOKEN.findall(text):
        side = re.match(r"\\(left|right)(?![A-Za-z])\s*(.*)", token, re.DOTALL)
        bracket = side[2] if side else token
        if bracket in {"(", "[", r"\langle", "⟨"}:
            depth += 1
        elif bracket in {")", "]", r"\rangle", "⟩"}:
            depth -= 1
    return depth
