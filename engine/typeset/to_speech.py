"""The display tree in words, for screen readers and --plain. Every group says where it ends."""

from __future__ import annotations

import unicodedata

from engine.typeset.cells import HOLE, marked
from engine.typeset.letters import is_prime
from engine.typeset.reader import parse
from engine.typeset.rows import bare, is_atom
from engine.typeset.symbols import GLYPHS, PLAIN_LETTERS
from engine.typeset.tree import (
    Accent,
    Boxed,
    Brace,
    Display,
    Fenced,
    Frac,
    Grid,
    MathError,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Sym,
    Text,
)  # fmt: skip

# What belongs together in a pair: (left, right) -> (before, after).
_PAIRS = {
    ("|", "|"): ("absolute value of", "end absolute value"), ("‖", "‖"): ("norm of", "end norm"),
    ("⌊", "⌋"): ("floor of", "end floor"), ("⌈", "⌉"): ("ceiling of", "end ceiling"),
    ("{", "}"): ("the set", "end set"),
}  # fmt: skip
_MARKS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "vec": "vector", "dot": "dot", "ddot": "double dot"}
_FUNCTIONS = {
    "log": "log", "ln": "natural log", "exp": "exp", "sin": "sine", "cos": "cosine", "tan": "tangent",
    "sinh": "hyperbolic sine", "cosh": "hyperbolic cosine", "tanh": "hyperbolic tangent", "max": "max", "min": "min",
    "argmax": "arg max", "argmin": "arg min", "lim": "limit", "sup": "supremum", "inf": "infimum",
    "det": "determinant", "gcd": "greatest common divisor", "arcsin": "arc sine", "arccos": "arc cosine",
    "arctan": "arc tangent", "dim": "dimension", "ker": "kernel", "deg": "degree", "Pr": "probability",
}  # fmt: skip
_POWERS = {"2": "squared", "3": "cubed", "⊤": "transpose", "⊺": "transpose", "∗": "star", "*": "star", "†": "dagger"}
_STYLES = {"bold": "bold"}
_GRID_NAMES = {"cases": "cases", "aligned": "lines", "gathered": "lines"}


def speech(latex: str) -> str:
    """A formula in words, e.g. "fraction, x minus mu, over, sigma, end fraction".

    One that cannot be read is its source between double brackets.
    """
    display = parse(latex)
    return marked(latex) if isinstance(display, MathError) else display_speech(display)


def display_speech(display: Display) -> str:
    """The words of a formula that was read."""
    return _tidy(_say(display.body))


def _tidy(words: str) -> str:
    words = " ".join(words.split())
    while ", ," in words:
        words = words.replace(", ,", ",")
    return words.replace(" ,", ",").replace(",,", ",").replace(",;", ";").strip(" ,;")


def _say(node: Node) -> str:
    match node:
        case Sym():
            return _symbol(node)
        case Text(text=text):
            return text
        case Row(items=items):
            return " ".join(filter(None, map(_say, items)))
        case Scripts():
            return _scripts(node)
        case Frac():
            return f"fraction, {_say(node.over)}, over, {_say(node.under)}, end fraction,"
        case Root():
            which = "square root of" if node.index is None else f"root with index {_say(node.index)} of"
            return f"{which} {_say(node.body)}" + ("" if is_atom(node.body) else ", end root,")
        case Accent():
            return _accent(node)
        case Fenced():
            return _fenced(node)
        case Grid():
            return _grid(node)
        case Brace():
            side = "over" if node.over else "under"
            label = "" if node.label is None else f"labelled {_say(node.label)}, "
            return f"{side}brace, {_say(node.body)}, {label}end {side}brace,"
        case Stack():
            over = "" if node.over is None else f" with {_say(node.over)} above,"
            return _say(node.base) + over + ("" if node.under is None else f" with {_say(node.under)} below,")
        case Boxed():
            return f"boxed, {_say(node.body)}, end box,"
        case Space():
            return "," if node.cells >= 2 else ""


def _symbol(node: Sym) -> str:
    style = _STYLES.get(node.style, "")
    if node.kind == "func":
        return _FUNCTIONS.get(node.text, node.text)
    if node.kind == "prime":
        return {1: "prime", 2: "double prime"}.get(len(node.text), "prime " * len(node.text))
    if node.text in PLAIN_LETTERS:
        spoken, letter = PLAIN_LETTERS[node.text]
        return f"{spoken} {_letter(letter)}"
    if node.text == "-" and node.kind == "ord":
        return "minus"
    if node.text == "|" and node.kind == "rel":
        return "given"
    return f"{style} {_letter(node.text)}".strip()


def _letter(text: str) -> str:
    symbol = GLYPHS.get(text)
    if symbol is not None:
        return {"punct": ",", "open": f"open {symbol.spoken}", "close": f"close {symbol.spoken}"}.get(
            symbol.kind, symbol.spoken
        )
    if len(text) == 1 and text.isalpha() and text.isupper():
        return f"capital {text}"
    if text.isascii():
        return text
    return " ".join(unicodedata.name(char, HOLE).lower() if not char.isalpha() else char for char in text)


def _scripts(node: Scripts) -> str:
    base = _say(node.base)
    if not is_atom(node.base) and isinstance(bare(node.base), Row | Frac) and base:
        base = f"group, {base}, end group"
    core = bare(node.base)
    if isinstance(core, Sym) and (core.kind == "op" or (node.limits and core.kind == "func")):
        return _ranged(base, node)
    return f"{base}{_sub(node.sub)}{_sup(node.sup)}"


def _ranged(base: str, node: Scripts) -> str:
    """A big operator and its range: sum from i equals 1 to n of."""
    low = "" if node.sub is None else _say(node.sub)
    if node.sup is not None:
        return f"{base} from {low} to {_say(node.sup)} of" if low else f"{base} up to {_say(node.sup)} of"
    return f"{base} {'as' if base == 'limit' else 'over'} {low}, of"


def _sub(node: Node | None) -> str:
    if node is None:
        return ""
    return f" sub {_say(node)}" + ("" if is_atom(node) else ", end sub,")


def _sup(node: Node | None) -> str:
    if node is None:
        return ""
    inner = bare(node)
    if is_prime(inner):
        return f" {_say(inner)}"
    if isinstance(inner, Row) and inner.items and is_prime(inner.items[0]):
        return f" {_say(inner.items[0])}{_sup(Row(inner.span, inner.items[1:]))}"
    if isinstance(inner, Sym) and inner.text in _POWERS:
        return f" {_POWERS[inner.text]}"
    if isinstance(inner, Fenced) and (inner.left, inner.right) == ("(", ")"):
        end = "" if is_atom(inner.parts[0]) else ", end superscript,"
        return f" superscript in parentheses {_say(inner.parts[0])}{end}"
    return f" to the power {_say(node)}" + ("" if is_atom(node) else ", end power,")


def _accent(node: Accent) -> str:
    mark = _MARKS.get(node.mark, node.mark)
    body = _say(node.body)
    if is_atom(node.body):
        return f"vector {body}" if node.mark == "vec" else f"{body} {mark}"
    return f"{mark} over {body}, end {mark},"


def _fenced(node: Fenced) -> str:
    first = node.parts[0]
    if isinstance(first, Frac) and not first.bar:
        return f"{_say(first.over)} choose {_say(first.under)}"
    parts = [_say(part) for part in node.parts]
    body = parts[0]
    for bar, part in zip(node.bars, parts[1:], strict=True):
        body += f" {'given' if bar == '|' else _letter(bar)} {part}"
    before, after = _PAIRS.get((node.left, node.right), ("", ""))
    if before:
        return f"{before} {body}, {after},"
    if not node.left and node.right == "|":
        return f"{body}, evaluated at"
    return f"{_edge(node.left, 'open')} {body} {_edge(node.right, 'close')}"


def _edge(glyph: str, side: str) -> str:
    symbol = GLYPHS.get(glyph)
    return "" if symbol is None else f"{side} {symbol.spoken}"


def _grid(node: Grid) -> str:
    if node.kind == "substack":
        return ", ".join(_say(cell) for row in node.cells for cell in row)
    if node.kind in _GRID_NAMES:
        name = _GRID_NAMES[node.kind]
        rows = ["; " + ", ".join(filter(None, map(_say, row))) for row in node.cells]
        if name == "lines":
            rows = ["; " + " ".join(filter(None, map(_say, row))) for row in node.cells]
        return f"{name}{''.join(rows)}; end {name},"
    size = f"{len(node.cells)} by {max(map(len, node.cells))}"
    name = {"|": "determinant", "‖": "matrix in double bars"}.get(node.left, "matrix")
    body = "; ".join(f"row {i}: " + ", ".join(map(_say, row)) for i, row in enumerate(node.cells, 1))
    return f"{size} {name}; {body}; end {name},"
