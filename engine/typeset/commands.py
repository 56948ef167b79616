"""The commands that take arguments and the environments: one table row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.typeset.lexer import Token
from engine.typeset.parser import Unreadable
from engine.typeset.symbols import ACCENTS, ALPHABETS, COMMANDS, FUNCTIONS, IGNORED, LIMIT_FUNCTIONS, SPACES
from engine.typeset.tree import (
    Accent,
    Boxed,
    Brace,
    Fenced,
    Frac,
    Grid,
    Node,
    Root,
    Row,
    Space,
    Span,
    Stack,
    Sym,
    Text,
)  # fmt: skip

if TYPE_CHECKING:
    from engine.typeset.parser import Parser

_NEGATED = dict(zip("=∈≡⊂⊆⊃⊇∼≈∃|∥<>≤≥", "≠∉≢⊄⊈⊅⊉≁≉∄∤∦≮≯≰≱", strict=True))
_TEXT_STYLES = {
    "text": "", "textrm": "", "textnormal": "", "mbox": "", "textup": "", "textsf": "",
    "textbf": "bold", "textit": "italic", "emph": "italic", "texttt": "code",
}  # fmt: skip
_FONTS = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "pmb": "bold", "mathit": "italic", "mathnormal": "",
    "mathrm": "roman", "mathsf": "roman", "mathtt": "roman",
}  # fmt: skip
_CLASSES = {
    "mathord": "ord", "mathbin": "bin", "mathrel": "rel", "mathop": "func", "mathopen": "open", "mathclose": "close",
    "mathpunct": "punct", "mathinner": "ord",
}  # fmt: skip
_COLUMNS = frozenset("lcr|")

# Environment -> (kind of grid, left delimiter, right delimiter).
ENVIRONMENTS: dict[str, tuple[str, str, str]] = {
    "matrix": ("matrix", "", ""), "pmatrix": ("matrix", "(", ")"), "bmatrix": ("matrix", "[", "]"),
    "Bmatrix": ("matrix", "{", "}"), "vmatrix": ("matrix", "|", "|"), "Vmatrix": ("matrix", "‖", "‖"),
    "smallmatrix": ("small", "", ""), "array": ("array", "", ""), "cases": ("cases", "{", ""),
    "dcases": ("cases", "{", ""), "rcases": ("cases", "", "}"),
} | dict.fromkeys("aligned align align* split".split(), ("aligned", "", "")) | (
    dict.fromkeys("gathered gather gather* equation equation* multline multline*".split(), ("gathered", "", ""))
)  # fmt: skip


def command(parser: Parser, token: Token) -> Node | None:
    """Read a command that takes arguments; its own token is already taken. None when it leaves no trace."""
    name = token.text
    handler = _HANDLERS.get(name)
    if handler is None:
        raise Unreadable(_unknown(name), token.span)
    return handler(parser, token)


def environment(parser: Parser, token: Token) -> Node:
    """Read \\begin{…} to its \\end; the first token is already taken."""
    entry = ENVIRONMENTS.get(token.text)
    if entry is None:
        raise Unreadable(f"the environment {token.text} is not known{_nearest(token.text, ENVIRONMENTS)}", token.span)
    kind, left, right = entry
    aligns, rules = _columns(parser, token) if kind == "array" else ("", ())
    cells, lines = parser.grid(token)
    closer = parser.take()
    if closer.text != token.text:
        opened = f"\\begin{{{token.text}}} opened at column {token.span[0] + 1}"
        raise Unreadable(f"{opened} is closed by \\end{{{closer.text}}}", closer.span)
    return Grid((token.span[0], closer.span[1]), kind, cells, left, right, aligns, rules, lines)


def _columns(parser: Parser, token: Token) -> tuple[str, tuple[int, ...]]:
    """The column letters of an array, and the columns before which a vertical rule stands."""
    spec, span = _verbatim(parser, token)
    spec = spec.replace(" ", "")
    if not spec or not _COLUMNS.issuperset(spec):
        raise Unreadable(f"the columns of an array are l, c, r and |; found {spec[:40] or 'nothing'}", span)
    rules: list[int] = []
    for index, letter in enumerate(spec):
        if letter == "|":
            rules.append(len(spec[:index].replace("|", "")))
    return spec.replace("|", ""), tuple(sorted(set(rules)))


def _verbatim(parser: Parser, token: Token) -> tuple[str, Span]:
    """A group in braces as its source text."""
    opener = parser.peek()
    if opener is None or opener.kind != "{":
        raise Unreadable(f"\\{token.text} needs a group in braces after it", token.span)
    parser.take()
    depth = 1
    while depth:
        inside = parser.peek()
        if inside is None:
            raise Unreadable(f"the formula ends before the brace opened at column {opener.span[0] + 1}", opener.span)
        depth += {"{": 1, "}": -1}.get(inside.kind, 0)
        parser.take()
    span = (opener.span[1], parser.behind() - 1)
    return parser.source[span[0] : span[1]], span


def _words(parser: Parser, token: Token) -> str:
    """The text of a group, its escapes undone. Commands inside are refused, braces dropped."""
    raw, span = _verbatim(parser, token)
    found, index = [], 0
    while index < len(raw):
        char = raw[index]
        if char == "\\":
            index += 1
            char = raw[index] if index < len(raw) else ""
            if char.isalpha() or char in "\\()[]":
                where = (span[0] + index - 1, span[0] + index)
                raise Unreadable(f"a command inside \\{token.text}: close the text before it", where)
            char = " " if char in ",;: !" else char
        elif char in "{}":
            char = ""
        found.append(" " if char == "~" or char.isspace() else char)
        index += 1
    return " ".join("".join(found).split(" "))


def _argument(parser: Parser, token: Token) -> Node:
    return parser.argument(f"\\{token.text}", token.span)


def _span(parser: Parser, token: Token) -> Span:
    return (token.span[0], parser.behind())


def _fraction(parser: Parser, token: Token) -> Node:
    over = _argument(parser, token)
    under = _argument(parser, token)
    return Frac(_span(parser, token), over, under)


def _binomial(parser: Parser, token: Token) -> Node:
    over = _argument(parser, token)
    under = _argument(parser, token)
    span = _span(parser, token)
    return Fenced(span, "(", ")", (Frac(span, over, under, bar=False),))


def _root(parser: Parser, token: Token) -> Node:
    index: Node | None = None
    opener = parser.peek()
    if opener is not None and opener.kind == "char" and opener.text == "[":
        if opener.partner < 0:
            raise Unreadable("the index of a root needs a closing ]", opener.span)
        parser.take()
        index = parser.row(until=opener.partner)
        parser.take()
    body = _argument(parser, token)
    return Root(_span(parser, token), body, index)


def _text(parser: Parser, token: Token) -> Node:
    return Text(token.span, _words(parser, token), _TEXT_STYLES[token.text])


def _font(parser: Parser, token: Token) -> Node:
    style = _FONTS[token.text]
    with parser.styled(style):
        body = _argument(parser, token)
    name = _joined_name(body) if style in ("roman", "italic") else None
    return body if name is None else Sym(_span(parser, token), name, "ord", style)


def _joined_name(body: Node) -> str | None:
    """The letters of a row as one name; None where something else is in it."""
    if not isinstance(body, Row) or not body.items:
        return None
    found = ""
    for item in body.items:
        if isinstance(item, Space):
            found += " "
        elif isinstance(item, Sym) and (item.text.isalnum() or item.text in ("-", "*", ".")):
            found += item.text
        else:
            return None
    return " ".join(found.split())


def _operator(parser: Parser, token: Token) -> Node:
    body = _argument(parser, token)
    name = body.text if isinstance(body, Sym | Text) else _joined_name(body)
    if not name or not name.strip():
        raise Unreadable(f"\\{token.text} needs a name of letters", _span(parser, token))
    return Sym(_span(parser, token), name.strip(), "func", "roman", limits=token.text.endswith("*"))


def _alphabet(parser: Parser, token: Token) -> Node:
    with parser.styled("", token.text):
        return _argument(parser, token)


def _accent(parser: Parser, token: Token) -> Node:
    mark, wide = ACCENTS[token.text]
    body = _argument(parser, token)
    return Accent(_span(parser, token), body, mark, wide)


def _brace(parser: Parser, token: Token) -> Node:
    body = _argument(parser, token)
    return Brace(_span(parser, token), body, None, token.text == "overbrace")


def _stack(parser: Parser, token: Token) -> Node:
    mark = _argument(parser, token)
    base = _argument(parser, token)
    if isinstance(base, Row) and len(base.items) == 1:
        base = base.items[0]  # braces around a lone relation would hide that it is one
    over, under = (None, mark) if token.text == "underset" else (mark, None)
    return Stack(_span(parser, token), base, over, under)


def _arrow(parser: Parser, token: Token) -> Node:
    label = _argument(parser, token)
    base = Sym(token.span, "→" if token.text == "xrightarrow" else "←", "rel")
    return Stack(_span(parser, token), base, label, None)


def _substack(parser: Parser, token: Token) -> Node:
    opener = parser.peek()
    if opener is None or opener.kind != "{":
        raise Unreadable("\\substack needs a group in braces after it", token.span)
    parser.take()
    cells, _ = parser.grid(opener)
    parser.take()
    return Grid(_span(parser, token), "substack", cells)


def _boxed(parser: Parser, token: Token) -> Node:
    body = _argument(parser, token)
    return Boxed(_span(parser, token), body)


def _dropped(parser: Parser, token: Token) -> Node | None:
    """A colour switch or a label: read and left out."""
    _verbatim(parser, token)
    return None


def _coloured(parser: Parser, token: Token) -> Node:
    _verbatim(parser, token)
    return _argument(parser, token)


def _passed(parser: Parser, token: Token) -> Node:
    return _argument(parser, token)


def _tag(parser: Parser, token: Token) -> Node:
    words = Text(token.span, f"({_words(parser, token)})")
    return Row(_span(parser, token), (Space(token.span, 4), words))


def _negated(parser: Parser, token: Token) -> Node:
    body = _argument(parser, token)
    if isinstance(body, Row) and len(body.items) == 1:
        body = body.items[0]
    if not isinstance(body, Sym) or body.text not in _NEGATED:
        raise Unreadable("\\not goes before a relation such as = or \\in", _span(parser, token))
    return replace(body, text=_NEGATED[body.text], kind="rel", span=_span(parser, token))


def _classed(parser: Parser, token: Token) -> Node:
    body = _argument(parser, token)
    if isinstance(body, Row) and len(body.items) == 1:
        body = body.items[0]
    return replace(body, kind=_CLASSES[token.text]) if isinstance(body, Sym) else body


def _modulo(parser: Parser, token: Token) -> Node:
    mod = Sym(token.span, "mod", "func" if token.text == "pmod" else "bin", "roman")
    if token.text == "bmod":
        return mod
    body = _argument(parser, token)
    span = _span(parser, token)
    inside = Fenced(span, "(", ")", (Row(span, (mod, body)),))
    return Row(span, (Space(token.span, 1), inside))


def _misplaced(parser: Parser, token: Token) -> Node:
    raise Unreadable(f"\\{token.text} stands where it means nothing", token.span)


def _unknown(name: str) -> str:
    if name.isalpha():
        tables = (COMMANDS, FUNCTIONS, LIMIT_FUNCTIONS, _HANDLERS, SPACES, IGNORED)
        return f"\\{name} is not known{_nearest(name, *tables)}"
    return f"\\{name} is not known"


def _nearest(name: str, *tables: object) -> str:
    import difflib  # only when something is wrong: as slow as reading twenty formulas

    known = [entry for table in tables for entry in table if entry.isalpha()]  # type: ignore[attr-defined]
    close = difflib.get_close_matches(name[:30], known, 1, 0.6) if len(name) <= 30 else []
    slash = "" if tables[0] is ENVIRONMENTS else "\\"
    return f": did you mean {slash}{close[0]}?" if close else ""


_Handler = Callable[["Parser", Token], "Node | None"]

_HANDLERS: dict[str, _Handler] = {
    "frac": _fraction, "dfrac": _fraction, "tfrac": _fraction, "cfrac": _fraction, "nicefrac": _fraction,
    "binom": _binomial, "dbinom": _binomial, "tbinom": _binomial, "sqrt": _root,
    "operatorname": _operator, "operatorname*": _operator, "underbrace": _brace, "overbrace": _brace,
    "overset": _stack, "underset": _stack, "stackrel": _stack, "xrightarrow": _arrow, "xleftarrow": _arrow,
    "substack": _substack, "boxed": _boxed, "fbox": _boxed, "color": _dropped, "label": _dropped,
    "textcolor": _coloured, "smash": _passed, "tag": _tag, "not": _negated, "pmod": _modulo, "bmod": _modulo,
    "limits": _misplaced, "nolimits": _misplaced, "hline": _misplaced, "begin": _misplaced, "end": _misplaced,
    **dict.fromkeys(_TEXT_STYLES, _text), **dict.fromkeys(_FONTS, _font), **dict.fromkeys(_CLASSES, _classed),
    **dict.fromkeys(ALPHABETS, _alphabet), **dict.fromkeys(ACCENTS, _accent),
}  # fmt: skip
