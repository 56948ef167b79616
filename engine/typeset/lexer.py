"""LaTeX characters -> tokens with spans, and which brackets belong together. Macros are not expanded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.typeset.cells import is_single
from engine.typeset.symbols import COMMANDS, GLYPHS
from engine.typeset.tree import MathError, Span

MAX_LENGTH = 10_000
MAX_TOKENS = 3_000  # keeps the slowest formula under a fifth of a second; a page of mathematics has 500

_TOKEN = re.compile(
    r"""(?P<break>\\\\\*?(?:[ ]*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in)\s*\])?|\\cr(?![A-Za-z]))
    | \\begin\s*\{(?P<begin>[A-Za-z]+\*?)\}
    | \\end\s*\{(?P<end>[A-Za-z]+\*?)\}
    | \\(?P<command>operatorname\*|[A-Za-z]+|.)
    | (?P<space>\s+)
    | (?P<char>.)""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = {"{": "{", "}": "}", "^": "^", "_": "_", "&": "&", "~": "space", "'": "prime", "’": "prime"}
_BIG = re.compile(r"[bB]igg?([lmr]?)$")
_REFUSED = {
    "%": "a bare % starts a comment in LaTeX: write \\%",
    "#": "a bare # has no meaning here: write \\#",
    "$": "a dollar sign inside a formula: write \\$, or close the formula before it",
}
# \bigl| and the like say which side the bar is on; a bare bar does not.
_SIDED = {"|": ("lvert", "rvert", "mid"), "\\|": ("lVert", "rVert", "parallel"), "‖": ("lVert", "rVert", "parallel")}
DELIMITERS = {"(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", ".": "", "<": "⟨", ">": "⟩", "‖": "‖"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of source. `kind` is char, command, {, }, ^, _, &, break, begin, end, left, right, middle or prime.

    For left, right and middle the text is the delimiter's glyph ("" for none). `partner` is the index of the token that
    closes (or opened) this bracket, or -1.
    """

    kind: str
    text: str
    span: Span
    partner: int = -1


def tokens(source: str) -> tuple[Token, ...] | MathError:
    """Cut a formula into tokens. White space is dropped (it means nothing to LaTeX's mathematics).

    Errors: longer than MAX_LENGTH characters or MAX_TOKENS symbols; a character that cannot be shown; a
    stray %, # or $; a lone backslash.
    """
    if len(source) > MAX_LENGTH:
        return MathError(f"{len(source)} characters; a formula has at most {MAX_LENGTH}", (MAX_LENGTH, len(source)))
    raw = _raw(source)
    if isinstance(raw, MathError):
        return raw
    joined = _join_delimiters(raw)
    return joined if isinstance(joined, MathError) else _pair(joined)


def _raw(source: str) -> list[Token] | MathError:
    found: list[Token] = []
    for match in _TOKEN.finditer(source):
        group, span = match.lastgroup or "", match.span()
        if group == "space":
            continue
        text = match[group]
        if group == "char":
            if text == "\\":
                return MathError("a backslash at the end of the formula", span)
            if text in _REFUSED:
                return MathError(_REFUSED[text], span)
            if not is_single(text):
                return MathError(f"the character U+{ord(text):04X} cannot be set in one cell: put it outside", span)
            group = _KINDS.get(text, "char")
        found.append(Token(group, text, span))
        if len(found) > MAX_TOKENS:
            return MathError(f"more than {MAX_TOKENS} symbols in one formula: split it", span)
    return found


def delimiter(token: Token) -> str | None:
    """The glyph of the delimiter that a token names, "" for none (the dot), None when it names no delimiter."""
    if token.kind == "char":
        return DELIMITERS.get(token.text)
    if token.kind != "command":
        return None
    symbol = COMMANDS.get(token.text)
    if symbol is None or not (symbol.kind in ("open", "close", "bar") or "arrow" in token.text or symbol.glyph == "\\"):
        return None
    return symbol.glyph


def _join_delimiters(raw: list[Token]) -> list[Token] | MathError:
    """Join \\left, \\right and \\middle with the delimiter after them, and let \\big and its kin vanish."""
    found: list[Token] = []
    index = 0
    while index < len(raw):
        token = raw[index]
        index += 1
        big = _BIG.match(token.text) if token.kind == "command" else None
        if big is None and (token.kind != "command" or token.text not in ("left", "right", "middle")):
            found.append(token)
            continue
        follower = raw[index] if index < len(raw) else None
        glyph = delimiter(follower) if follower else None
        if follower is None or glyph is None:
            return MathError(f"\\{token.text} needs a delimiter after it, such as ( or \\lVert", token.span)
        index += 1
        span = (token.span[0], follower.span[1])
        found.append(Token(token.text, glyph, span) if big is None else _sided(follower, big[1], span))
    return found


def _sided(follower: Token, side: str, span: Span) -> Token:
    names = _SIDED.get(follower.text if follower.kind == "char" else "\\" + follower.text)
    if side and names:
        return Token("command", names["lrm".index(side)], span)
    return Token(follower.kind, follower.text, span)


def _pair(found: list[Token]) -> tuple[Token, ...]:
    """Find the partner of each bracket, within one brace group and one cell. Half-open intervals pair too: [0, 1)."""
    partners: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    for index, token in enumerate(found):
        role = _role(token)
        if role in ("enter", "open"):
            stack.append((role, index))
        elif role in ("leave", "cell"):
            while stack and stack[-1][0] == "open":
                stack.pop()
            if role == "leave" and stack:
                stack.pop()
        elif role == "close" and stack and stack[-1][0] == "open":
            _, opened = stack.pop()
            partners[opened], partners[index] = index, opened
    return tuple(Token(t.kind, t.text, t.span, partners[i]) if i in partners else t for i, t in enumerate(found))


def _role(token: Token) -> str:
    if token.kind == "char":
        symbol = GLYPHS.get(token.text)
        return symbol.kind if symbol and symbol.kind in ("open", "close") else ""
    if token.kind == "command":
        symbol = COMMANDS.get(token.text)
        return symbol.kind if symbol and symbol.kind in ("open", "close") else ""
    if token.kind in ("{", "left", "begin"):
        return "enter"
    if token.kind in ("}", "right", "end"):
        return "leave"
    return "cell" if token.kind in ("&", "break", "middle") else ""
