"""Declarations are formulas too: W \\in \\mathbb{R}^{m \\times n}, \\eta > 0, v \\in \\{0,1\\}^n, x^{(t)} \\in
\\mathbb{R}^n, t = 1..T.
"""

from __future__ import annotations

import re
from dataclasses import replace

from solvers.formula.nodes import Call, Chain, Index, Member, Name, Node, Num, SetOf
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
    parsed = parse(formula.replace("ℝ", " R ").replace("ℕ", " N ").replace("ℤ", " Z "))
    if isinstance(parsed, Unreadable):
        return parsed
    chain = parsed.node
    if not isinstance(chain, Chain) or len(chain.sides) != 2 or chain.relations[0] not in {"in", ">"}:
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
    name = target.base if isinstance(target, (Member, Index)) else target
    if not isinstance(name, Name):
        return Unreadable("a declaration is about a name", 0, length)
    if isinstance(target, Member) and not bounds:  # h^{(t)} with no range said: from 1 on, as far as it is used
        bounds = ((to_plain(target.indices[0]), Num("1"), UNKNOWN),)
    label = _FAMILY.fullmatch(name.text) if target is name else None
    if label is not None:  # h_t, x_i: a family by its subscript
        name = Name(label[1])
        bounds = bounds or ((label[2], Num("1"), UNKNOWN),)
    if chain.relations[0] == ">":
        return Declaration(name.text, (), bounds, "real", True)
    described = _set(where)
    if described is None:
        return Unreadable(f"the set {to_plain(where)} is not known: R, N, Z, {{a, b}} and their powers are", 0, length)
    domain, shape = described
    return Declaration(name.text, shape, bounds, domain)


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
