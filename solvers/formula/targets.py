"""What declarations are about: names, members of families, entries, and functions with their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from solvers.formula.domains import Domain
from solvers.formula.marks import marks_in
from solvers.formula.nodes import Call, Index, Member, Name, Node, Num
from solvers.formula.operators import RELATIONS
from solvers.formula.parser import Parsed, parse
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration, Scope, Unreadable

Bound = tuple[str, Node, Node]  # an index, and the first and last value that it takes
UNKNOWN = Num("0")  # a size, or the end of a range, that nothing says
_FAMILY = re.compile(r"([A-Za-z]+)_([a-z])")
_INDEXLIKE = set("ijklmnpqrstuv")
_PLAIN_MEMBER = re.compile(r"^(\s*[A-Za-z]\w*)\s*\^\(\s*([a-z]|\d+)\s*\)")
_ALSO_NAMES = ("e", "E", "H", "D", "I", "d", "J", "KL", "calH", "CE", "P", "Q", "E_", "Var", "Cov", "sigma", "bbE")
OPEN = Scope().with_names([Declaration(name, None) for name in _ALSO_NAMES])
_DOUBLE_BAR = re.compile(r"(?:\\[,;!])*(?:\\\||\\parallel|\|\||‖|\\Vert)(?:\\[,;!])*")
_UPRIGHT = re.compile(r"\\(?:operatorname\*?|mathrm|text|mathit)\s*\{\s*([A-Za-z]+)\s*\}|([A-Za-z]{2,})")
_FUNCTION = re.compile(
    r"\s*(?P<name>[^()\[\]=|:∈]+?(?:\^\s*\{?\s*\(\s*\w+\s*\)\s*\}?)?)\s*(?:\\left|\\bigl|\\big)?\s*[(\[]\s*(?P<args>(?:\^\s*\{?\(\w+\)|[^()|=])+?)\s*"
    r"(?:(?:\\mid|\\,\s*\\?\||\||\\vert|\\given)\s*(?P<given>(?:\^\s*\{?\(\w+\)|[^()=])+?)\s*)?(?:\\right|\\bigr|\\big)?[)\]]\s*"
    r"(?P<sign>\\in\b|∈|in\b|:?=)(?P<rest>.*)",
    re.DOTALL,
)


_OF_MATRICES = frozenset({"diag", "tr", "Tr", "det", "rank", "trace"})
_EQUALITIES = (sign for name in ("=", ":=") for sign in RELATIONS[name][1])
_DEFINING = re.compile("|".join(re.escape(sign) + r"(?![A-Za-z])" * sign[-1].isalpha() for sign in _EQUALITIES))


def defining(text: str) -> str:
    """A declaration with := for the other signs that define: \\equiv and \\triangleq, as long as they are."""
    return _DEFINING.sub(lambda sign: ":=".ljust(len(sign[0])), text)


def function(text: str, heads: frozenset[str] = frozenset()) -> tuple[Declaration, str] | None:
    """The function that `f(x) = ...` or `q(h \\mid v) \\in \\Delta(...)` speaks of, and the sign; None if neither.

    `heads` are functions with an index: f_i(x) = ... is about f, and f_1(x) = ... too.
    """
    text = defining(text)
    head, sign, tail = re.split(r"(=)", text, maxsplit=1) if "=" in text else (text, "", "")
    text = (
        re.sub(r"(?:\\[,;!])*(?:\\\||\\parallel|\|\||‖|\\Vert)(?:\\[,;!])*", ", ", head) + sign + tail
    )  # KL(p || q) = ...
    match = _FUNCTION.fullmatch(text)
    if match is None:
        return None
    args, given = (_parameters(match[part] or "") for part in ("args", "given"))
    name = function_name(match["name"], heads)
    if args is None or given is None or not args or name is None:
        return None
    if name in _OF_MATRICES and not any(re.search(rf"(?<![A-Za-z]){re.escape(arg)}(?![A-Za-z])", tail) for arg in args):
        return None  # diag(W) = 0 says something of W
    squared = frozenset(_squared(f"{match['args']}, {match['given'] or ''}"))
    declaration = Declaration(name, None, (), "function", False, (args, given), squared=squared)
    if match["sign"] not in {"\\in", "∈", "in"}:
        return declaration, "="
    over = re.fullmatch(
        r"\s*(?:\\Delta|Δ|Delta)\s*(?:\\left|\\bigl|\\big)?\((.*?)(?:\\right|\\bigr|\\big)?\)\s*\.?\s*", match["rest"],
        re.DOTALL,
    )  # fmt: skip
    if over is None:
        return None
    plain = re.sub(r"\}\s*x\s*(?=\{)", "} × ", over[1])  # {0,1} x {0,1}
    support = parse(plain.replace("×", "\\times ") if "\\" in plain else plain)
    if isinstance(support, Unreadable):
        return None
    return replace(declaration, domain="distribution", support=support.node), "in"


def function_name(text: str, heads: frozenset[str] = frozenset()) -> str | None:
    """The name of a function as it is written before its argument; of `heads` the name without the index."""
    upright = _UPRIGHT.fullmatch(text.strip())
    if upright:
        return upright[1] or upright[2]
    head = parse(text, opened(text))
    if isinstance(head, Unreadable) or "'" in text:
        return None
    indexed = head.node.base if isinstance(head.node, (Index, Member)) else None
    stem = head.node.text.partition("_")[0] if isinstance(head.node, Name) else ""
    if (isinstance(indexed, Name) and indexed.text in heads) or stem in heads:
        return indexed.text if isinstance(indexed, Name) else stem
    if (
        isinstance(head.node, Index)
        and isinstance(head.node.base, Name)
        and isinstance(head.node.indices[0], (Name, Num))
    ):
        return f"{head.node.base.text}_{to_plain(head.node.indices[0])}"
    return head.node.text if isinstance(head.node, Name) else None


def _parameters(text: str) -> tuple[str, ...] | None:
    """The names and members of families between commas; None if something else stands there."""
    names = []
    for part in (piece for piece in re.split(r"[,;]", text) if piece.strip()):
        stem = part.strip().rstrip("'")
        word = frozenset({stem}) if re.fullmatch("[A-Za-z]{2,}", stem) else frozenset[str]()  # J(th) in plain text
        parsed = parse(stem, opened(stem, word))
        if isinstance(parsed, Unreadable):
            return None
        node = _labelled(root_of(parsed.node) or parsed.node)
        if not is_parameter(node):
            return None
        names.append(to_plain(node) + part.strip()[len(stem) :])
    return tuple(names)


def _squared(text: str) -> Iterator[str]:
    """The parameters that stand in their squares: sigma of \\ell(\\mu, \\sigma^2)."""
    for part in (piece.strip() for piece in re.split(r"[,;]", text)):
        parsed = parse(part, opened(part)) if "^" in part or "²" in part else None
        root = root_of(parsed.node) if isinstance(parsed, Parsed) else None
        if root is not None:
            yield to_plain(_labelled(root))


def _labelled(node: Node) -> Node:
    """The names sigma_1 and sigma_x of a \\sigma_1 and a \\sigma_x that nothing declares."""
    if not isinstance(node, Index) or not isinstance(node.base, Name) or node.base.text not in OPEN.names:
        return node
    place = node.indices[0] if len(node.indices) == 1 else None
    return Name(f"{node.base.text}_{place.text}") if isinstance(place, (Num, Name)) else node


def root_of(node: Node) -> Node | None:
    """x of x^2; None of anything else."""
    if not isinstance(node, Call) or node.op != "pow" or node.args[1] != Num("2"):
        return None
    return node.args[0] if isinstance(node.args[0], (Name, Index, Member)) else None


def is_parameter(node: Node) -> bool:
    """Whether a function may be defined at an argument like this: at x, or at any member y^{(i)} or entry y_i."""
    if isinstance(node, (Member, Index)):
        return isinstance(node.base, Name) and all(isinstance(index, Name) for index in node.indices)
    return isinstance(node, Name)


def run_of(first: Node | Unreadable, last: Node | Unreadable) -> tuple[Member, tuple[str, Node, Node]] | None:
    """The family between its first and last member, with the range of its index."""
    ends: list[tuple[str, Node]] = []
    for node in (first, last):
        if isinstance(node, (Member, Index)) and isinstance(node.base, Name) and len(node.indices) == 1:
            ends.append((node.base.text, node.indices[0]))
        elif isinstance(node, Name) and "_" in node.text:
            stem, _, label = node.text.partition("_")
            ends.append((stem, Num(label) if label.isdecimal() else Name(label)))
    if len(ends) != 2 or ends[0][0] != ends[1][0]:
        return None
    letter = "t" if isinstance(first, Member) else "i"
    return Member(Name(ends[0][0]), (Name(letter),)), (letter, ends[0][1], ends[1][1])


def _end_of(index: Node) -> Node:
    """How far an index runs: h_{t-1} \\in R^n is what is given before the step t, so that t is the first."""
    return Num("1") if isinstance(index, Call) and index.op == "sub" else UNKNOWN


def _letter_of(index: Node) -> str:
    inner = index.args[0] if isinstance(index, Call) and index.op in {"add", "sub"} else index
    return "t" if isinstance(inner, Num) else to_plain(inner)


def opened(text: str, own: frozenset[str] = frozenset()) -> Scope:
    """What a declaration is read by: each mark in it belongs to a name; `own` are the names that the whole text has."""
    return _open_with(own | marks_in(text))


@lru_cache(64)
def _open_with(own: frozenset[str]) -> Scope:
    return replace(OPEN, own=own)


@lru_cache(1024)
def target_of(text: str, own: frozenset[str] = frozenset()) -> Node | Unreadable:
    """The name, member or entry that a declaration is about; h' and z^l too."""
    stem = _PLAIN_MEMBER.sub(r"\1^{(\2)}", text.strip(), count=1)
    primes = re.search(r"(?:'|\\prime|\^\{?\\prime\}?)+$", stem)
    if primes and any("'" in name for name in marks_in(stem)):
        primes = None  # h_t': the family h'
    stem = stem[: primes.start()] if primes else stem
    parsed = parse(stem, opened(stem, own))
    if isinstance(parsed, Unreadable):
        upright = _UPRIGHT.fullmatch(stem.strip())
        if upright:
            return Name(upright[1] or upright[2])
        if re.fullmatch(r"[A-Za-z]\w*", stem):
            return Name(stem)
        return parsed
    node = _labelled(parsed.node)  # d_0
    if isinstance(node, Call) and node.op == "pow" and isinstance(node.args[0], Name):  # z^l, \delta^{l+1}
        exponent = node.args[1]
        if isinstance(exponent, Num) and exponent.text.isdecimal():  # w^2: the weights of the second layer
            return Name(f"{node.args[0].text}^{exponent.text}")
        letters = exponent.args[0] if isinstance(exponent, Call) and exponent.op in {"add", "sub"} else exponent
        if isinstance(letters, Name):
            node = Member(node.args[0], (letters,))
    if primes and isinstance(node, Name):
        return Name(node.text + "'" * (primes.group().count("'") or primes.group().count("prime")))
    base = node.base if isinstance(node, (Member, Index)) else node
    if not isinstance(base.base if isinstance(base, Member) else base, Name):
        return Unreadable("a declaration is about a name", 0, len(text))
    return node


def matrix_of_entries(target: Node, where: Domain, bounds: tuple[Bound, ...]) -> Declaration | None:
    """x_{ij} \\in R, i = 1, ..., m, j = 1, ..., n: the matrix whose entries are spoken of, also where one of the ranges
    is said elsewhere; None for anything else.
    """
    if not isinstance(target, Name) or where.shape or len(bounds) not in {1, 2}:
        return None
    stem, _, label = target.text.partition("_")
    ends = {name: high for name, low, high in bounds if low == Num("1")}
    if not stem or len(set(label)) != 2 or len(label) != 2 or not ends.keys() <= set(label) or len(ends) < len(bounds):
        return None
    shape = (ends.get(label[0], UNKNOWN), ends.get(label[1], UNKNOWN))
    return declaration_of_target(Name(stem), replace(where, shape=shape), (), plain=True)


def _counter(index: Node) -> Node:
    """The t of t - 1."""
    return index.args[0] if isinstance(index, Call) and index.op in {"add", "sub"} else index


def bounds_of(target: Node, others: Sequence[str], bounds: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """The ranges that are said of a target: none of them of w where w, x_j \\in R^d, j = 1, ..., n."""
    letters = "|".join(re.escape(bound[0]) for bound in bounds)
    if not isinstance(target, Name) or not bounds or re.search(rf"_\{{?(?:{letters})\}}?$", target.text):
        return bounds
    below = re.compile(rf"[_^]\s*\{{?\s*\(?\s*(?:{letters})(?![A-Za-z])")
    return () if any(below.search(other) for other in others) else bounds


def declaration_of_target(target: Node, where: Domain, bounds: tuple[Bound, ...], plain: bool = False) -> Declaration:
    """The declaration of what a target names: a family where it has an index."""
    name = target = _labelled(target)
    while isinstance(name, (Member, Index)):
        name = name.base
    assert isinstance(name, Name)
    member = target.base if isinstance(target, Index) and isinstance(target.base, Member) else target
    if isinstance(target, Index) and isinstance(target.base, Member) and len(target.indices) == 1:  # h^{(1)}_t
        letters = [_letter_of(i) for i in (*target.base.indices, *target.indices)]
        said = {bound[0]: bound for bound in bounds}
        bounds = tuple(said.get(letter, (letter, Num("1"), UNKNOWN)) for letter in letters)
    if isinstance(member, Member) and not bounds:  # h^{(t)} with no range said: from 1 on, as far as it is used
        inner = member.indices[0]
        letter = _counter(inner)
        start = Num("0") if inner == Num("0") else Num("1")
        bounds = (("t" if isinstance(letter, Num) else to_plain(letter), start, _end_of(inner)),)
    label = _FAMILY.fullmatch(name.text) if target is name and not plain else None
    if len(bounds) > 1 and label is not None:  # x_i, y_j \\in R, i, j = 1, ..., n
        bounds = tuple(bound for bound in bounds if bound[0] == label[2])
    if label is not None and (bounds or label[2] in _INDEXLIKE):  # h_t, x_i: a family by its subscript
        name = Name(label[1])
        bounds = bounds or ((label[2], Num("1"), UNKNOWN),)
    if isinstance(target, Index) and not isinstance(target.base, Member) and not bounds:  # h_{t-1}
        bounds = tuple((to_plain(_counter(inner)), Num("1"), _end_of(inner)) for inner in target.indices)
    return Declaration(
        name.text,
        where.shape,
        bounds,
        where.kind,
        where.positive,
        None,
        where.within,
        where.low,
        where.high,
        None,
        where.ends,
    )
