"""Declarations are formulas too: W \\in \\mathbb{R}^{m \\times n}, \\eta > 0, v \\in \\{0,1\\}^n, x^{(t)} \\in
\\mathbb{R}^n, t = 1..T.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from solvers.formula.nodes import Call, Chain, Index, Matrix, Member, Name, Node, Num, SetOf, Tuple
from solvers.formula.parser import parse
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration, Unreadable

_RANGE = re.compile(
    r"[,\s]*(?:for\s+|\\text\{\s*for\s*\}\s*)?\$?\s*([A-Za-z])\s*=\s*(\w+)\s*,?\s*(?:\\ldots|\\dots|\\cdots|\.\.\.?|…)\s*,?\s*(\w+)\s*\$?\s*$"
)
_SETS = {
    "bbR": "real",
    "R": "real",
    "bbN": "natural",
    "N": "natural",
    "bbZ": "integer",
    "Z": "integer",
    "Delta": "simplex",
}


UNKNOWN = Num("0")  # a size, or the end of a range, that nothing says
_FAMILY = re.compile(r"([A-Za-z]+)_([a-z])")
_PLAIN_MEMBER = re.compile(r"^(\s*[A-Za-z]\w*)\s*\^\(\s*([a-z])\s*\)")
_FUNCTION = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+(?:_\{?\w+\}?)?)\s*(?:\\left)?\(\s*(?P<args>[^()|=]+?)\s*"
    r"(?:(?:\\mid|\\,\s*\\?\||\|)\s*(?P<given>[^()=]+?)\s*)?(?:\\right)?\)\s*(?P<sign>\\in\b|∈|in\b|:?=)(?P<rest>.*)",
    re.DOTALL,
)


def function(text: str) -> tuple[Declaration, str] | None:
    """The function that `f(x) = ...` or `q(h \\mid v) \\in \\Delta(...)` speaks of, and the sign; None if neither."""
    match = _FUNCTION.fullmatch(text)
    if match is None:
        return None
    args, given = (_parameters(match[part] or "") for part in ("args", "given"))
    head = parse(match["name"])
    if args is None or given is None or not args or isinstance(head, Unreadable) or not isinstance(head.node, Name):
        return None
    declaration = Declaration(head.node.text, None, (), "function", False, (args, given))
    if "=" in match["sign"]:
        return declaration, "="
    over = re.fullmatch(r"\s*(?:\\Delta|Δ|Delta)\s*(?:\\left)?\((.*?)(?:\\right)?\)\s*\.?\s*", match["rest"], re.DOTALL)
    domain = parse(over[1]) if over else None
    if domain is None or isinstance(domain, Unreadable):
        return None
    return replace(declaration, domain="distribution", support=domain.node), "in"


def _parameters(text: str) -> tuple[str, ...] | None:
    """The names between commas; None if something else stands there."""
    names = []
    for part in (piece for piece in re.split(r"[,;]", text) if piece.strip()):
        parsed = parse(part)
        if isinstance(parsed, Unreadable) or not isinstance(parsed.node, Name):
            return None
        names.append(parsed.node.text)
    return tuple(names)


def declare(text: str) -> Declaration | Unreadable:
    """Reads one declaration: a name, the set it lies in, and the range of its index if it is a family."""
    known = function(text)
    if known is not None and known[1] == "in":
        return known[0]
    formula, bounds = split_range(text)
    if "\\" not in formula:  # R^(m x n): the letter x between two sizes is a cross
        formula = re.sub(r"\^\s*[({]?\s*(\w+)\s*[x×]\s*(\w+)\s*[)}]?\s*$", r"^(\1 × \2)", formula)
    formula = _PLAIN_MEMBER.sub(r"\1^{(\2)}", formula, count=1)
    parsed = parse(formula.replace("ℝ", " R ").replace("ℕ", " N ").replace("ℤ", " Z "))
    if isinstance(parsed, Unreadable):
        return parsed
    chain = parsed.node
    if isinstance(chain, Chain) and set(chain.relations) <= {"<", "<=", ">", ">="}:
        bounded = _bounded(chain, bounds)
        return bounded or Unreadable("expected a name between numbers, as in 0 < p < 1", 0, len(text))
    if not isinstance(chain, Chain) or len(chain.sides) != 2 or chain.relations[0] != "in":
        return Unreadable(r"expected a declaration such as W \in \mathbb{R}^{2 \times 3} or \eta > 0", 0, len(text))
    return _declaration(chain, bounds, len(text))


def split_range(text: str) -> tuple[str, tuple[tuple[str, Node, Node], ...]]:
    """The text without ", t = 1, ..., T" at its end, and that range."""
    match = _RANGE.search(text)
    if match is None:
        return text, ()
    return text[: match.start()], ((match[1], _bound(match[2]), _bound(match[3])),)


def declared(*texts: str) -> tuple[Declaration, ...]:
    """Declarations that the program itself wrote; raises ValueError if one cannot be read."""
    found = []
    for text in texts:
        declaration = declare(text)
        if isinstance(declaration, Unreadable):
            raise ValueError(f"{text!r}: {declaration}")
        found.append(declaration)
    return tuple(found)


def _bound(text: str) -> Node:
    return Num(text) if text.isdigit() else Name(text)


def _declaration(chain: Chain, bounds: tuple[tuple[str, Node, Node], ...], length: int) -> Declaration | Unreadable:
    target, where = chain.sides
    if isinstance(target, Call) and target.op == "transpose" and isinstance(target.args[0], Name):
        target = Name(f"{target.args[0].text}'")  # h' is a symbol of its own where it is declared
    name = target.base if isinstance(target, (Member, Index)) else target
    if not isinstance(name, Name):
        return Unreadable("a declaration is about a name", 0, length)
    if isinstance(target, Member) and not bounds:  # h^{(t)} with no range said: from 1 on, as far as it is used
        index = target.indices[0]
        start = Num("0") if index == Num("0") else Num("1")
        bounds = (("t" if isinstance(index, Num) else to_plain(index), start, UNKNOWN),)
    label = _FAMILY.fullmatch(name.text) if target is name else None
    if label is not None:  # h_t, x_i: a family by its subscript
        name = Name(label[1])
        bounds = bounds or ((label[2], Num("1"), UNKNOWN),)
    power = isinstance(where, Call) and where.op == "pow"
    ends = where.args[0] if isinstance(where, Call) and power else where
    if isinstance(ends, (Matrix, Tuple)):
        interval = _interval(name.text, ends, bounds)
        if interval is None:
            return Unreadable("an interval has two ends, as in [0, 1]", 0, length)
        return replace(interval, shape=(where.args[1],)) if isinstance(where, Call) and power else interval
    described = _set(where)
    if described is None:
        return Unreadable(f"the set {to_plain(where)} is not known: R, N, Z, {{a, b}} and their powers are", 0, length)
    domain, shape = described
    return Declaration(name.text, shape, bounds, domain)


def _bounded(chain: Chain, bounds: tuple[tuple[str, Node, Node], ...]) -> Declaration | None:
    """A name between numbers: 0 < p < 1, \\eta > 0, n \\ge 1."""
    place = next((i for i, side in enumerate(chain.sides) if isinstance(side, (Name, Member))), None)
    if place is None or any(_constant(s) is None for i, s in enumerate(chain.sides) if i != place):
        return None
    low: Fraction | None = None
    high: Fraction | None = None
    for i, relation in enumerate(chain.relations):
        value = _constant(chain.sides[i + 1] if i == place else chain.sides[i]) if place in {i, i + 1} else None
        if value is None:
            continue
        below = (relation in {"<", "<="}) == (i + 1 == place)  # the number stands below the name
        low, high = (value, high) if below else (low, value)
    target = chain.sides[place]
    name = target.base if isinstance(target, Member) else target
    assert isinstance(name, Name)
    if low == 0 and high is None:
        return Declaration(name.text, (), bounds, "real", True)
    return Declaration(name.text, (), bounds, "real", False, low=low, high=high)


def _constant(node: Node) -> Fraction | None:
    if isinstance(node, Num):
        return node.value
    if isinstance(node, Call) and node.op in {"neg", "div"}:
        values = [_constant(arg) for arg in node.args]
        if all(value is not None for value in values):
            known = [value for value in values if value is not None]
            return -known[0] if node.op == "neg" else known[0] / known[1] if known[1] else None
    return None


def _interval(name: str, where: Matrix | Tuple, bounds: tuple[tuple[str, Node, Node], ...]) -> Declaration | None:
    ends = where.items if isinstance(where, Tuple) else where.rows[0]
    numbers = [_constant(end) for end in ends]
    if len(numbers) != 2 or None in numbers:
        return None
    return Declaration(name, (), bounds, "real", False, low=numbers[0], high=numbers[1])


def _set(node: Node) -> tuple[str, tuple[Node, ...]] | None:
    """The domain and the shape of a set: R^{m x n} is ("real", (m, n))."""
    if isinstance(node, Call) and node.op == "pow":
        inner = _set(node.args[0])
        if inner is None or inner[1]:
            return None
        size = node.args[1]
        sizes = size.args if isinstance(size, Call) and size.op == "times" else (size,)
        return inner[0], sizes
    if isinstance(node, SetOf):
        return to_plain(node), ()
    if isinstance(node, Name) and node.text in _SETS:
        return _SETS[node.text], ()
    return None
