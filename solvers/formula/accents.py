"""Accents over names: \\hat{y}, \\bar{\\hat f}, \\hat{y_i}, \\overline{\\mathbf{v}}, and over several letters."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING

from solvers.formula.latex_words import FONTS, LETTERS, WORDS
from solvers.formula.operators import ACCENTS, GREEK
from solvers.formula.tokens import ReadError, Token

if TYPE_CHECKING:
    from solvers.formula.latex_lexer import LatexLexer

_LONG = {"\\widehat": "hat", "\\overline": "bar", "\\widetilde": "tilde", "\\widebar": "bar"}
COMMANDS = frozenset({"\\" + accent for accent in ACCENTS} | _LONG.keys())
MAX_ACCENTS = 3
_ARGUED = frozenset({*FONTS, *LETTERS, *WORDS, *COMMANDS})
_MEMBER = re.compile(r"\^\{?[(\[']|\^\{?\\prime|\^\{?\*")  # x^{(i)}, x', x^*: no power


def accented(lexer: LatexLexer, command: str, start: int, end: int) -> Token:
    """The name below an accent with the accent as a part of it; an index below the accent follows the name."""
    accent = _LONG.get(command, command[1:])
    inner, after = lexer.argument(command, end)
    begin = end
    while inner in _ARGUED:  # \\hat\\mathbf{x}
        begin = after
        inner, after = lexer.argument(inner, after)
    begin = lexer.text.index(inner, begin) if inner else after
    single = ReadError(f"{command} is read over a single letter only", start, after)
    if re.fullmatch(r"[A-Za-z]{2,}", inner):
        if not {inner, inner + accent} & {*lexer.scope.names, *lexer.scope.own}:
            raise single
        return _emitted(lexer, inner, accent, start, after)
    found = _within(lexer, begin, begin + len(inner))
    stem, scripts = (found[0], found[1:]) if found else (None, [])
    if stem is None or stem.kind != "name" or not (inner.startswith(tuple(WORDS)) or _is_symbol(stem.text)):
        raise single
    if not scripts:
        return _emitted(lexer, stem.text, accent, start, after)
    if scripts[0].kind != "_" and not _MEMBER.match(lexer.text, scripts[0].start):
        raise single  # a mean of squares is not the square of a mean
    lexer.skips[begin + len(inner)] = after
    return _emitted(lexer, stem.text, accent, start, scripts[0].start)


def _within(lexer: LatexLexer, begin: int, close: int) -> list[Token]:
    """The tokens of a part of the text; none if more stands there than a name with its scripts."""
    inner = copy(lexer)
    inner.at, inner.end, inner.skips, inner.accents = begin, close, {}, lexer.accents + 1
    if inner.accents > MAX_ACCENTS:
        raise ReadError(f"more than {MAX_ACCENTS} accents over one name", begin, close)
    found = inner.raw()[:-1]
    depth = 0
    for place, token in enumerate(found):
        plain = depth == 0 and place and found[place - 1].kind not in {"_", "^"}
        if plain and token.kind not in {"_", "^", "'"}:
            return []
        depth += (token.kind in {"g{", "{"}) - (token.kind in {"g}", "}"})
    return found


def _is_symbol(name: str) -> bool:
    from solvers.formula.marks import unmarked  # it reads by the lexer

    stem = unmarked(name)
    return len(stem) == 1 or stem in GREEK or stem == "ell" or (stem[:3] == "cal" and len(stem) == 4)


def _emitted(lexer: LatexLexer, stem: str, accent: str, start: int, end: int) -> Token:
    lexer.at = end
    return Token("name", stem if accent == "vec" else stem + accent, start, end)
