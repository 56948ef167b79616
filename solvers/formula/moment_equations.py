"""Equations that give a moment of a random number: E[g_i] = mu, Var[w_i] = s^2, Cov(e) = I, E[e_i e_j] = c."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from solvers.formula.known import Context
from solvers.formula.moments import is_open, randomised, with_moment, with_pair
from solvers.formula.nodes import Index, Member, Name, Node, names, walk
from solvers.formula.parser import parse
from solvers.formula.random_words import moments_said
from solvers.formula.said_of import Extend
from solvers.formula.symbol_names import indices_of, name_of, symbol_of
from solvers.formula.targets import target_of
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Unreadable


def with_statement(context: Context, text: str, extend: Extend) -> Context | Unreadable | None:
    """The context with what an equation such as E[g_i] = mu says of a random name; None if it says no such thing."""
    said = list(moments_said(text)) if "=" in text else []
    if not said:
        return None
    for kind, inside, value in said:
        moment = _moment(kind, inside, context)
        if moment is None or not is_open(moment.kind, moment.name, context):
            return None
        parsed = parse(value, context.scope)
        if isinstance(parsed, Unreadable):
            return parsed
        if moment.name in names(parsed.node):
            if re.match(r"\s*E\s*(?:\\left)?\(", text):
                return None  # E(W) = ||W H - Y||^2 is an error, and no mean
            return Unreadable(f"{moment.name} is random, and cannot be its own mean: use another letter", 0, len(text))
        many = moment.kind in {"E2", "Var"} and Name("I") in set(walk(parsed.node))
        changed = randomised(context, moment.target, extend, vector=many)
        if isinstance(changed, Unreadable):
            return changed
        context, name = changed
        if name is None:
            return None
        node = target_of(moment.target)
        assert not isinstance(node, Unreadable)
        if moment.kind == "pair":
            context = with_pair(context, name, parsed.node, product=kind == "E")
        else:
            context = with_moment(context, moment.kind, node, parsed.node)
    return context


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a mean or a variance is of: "E", "Var", "E2" (of a square) or "pair" (of two members)."""

    kind: str
    target: str
    name: str


def _moment(kind: str, inside: str, context: Context) -> _Moment | None:
    """The symbol that a moment is of; None where it is of something else."""
    inside = _parted(inside, context)
    if "," in inside and kind == "Cov":
        parts = [_symbol(part.strip(), context) for part in inside.split(",")]
        return _of_two(parts) if len(parts) == 2 else None
    square = re.fullmatch(r"(.+?)\s*\^\s*\{?2\}?", inside) or re.fullmatch(
        r"(.+?)\s*\1\s*\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?|\\mathrm\s*\{?T\}?)\s*\}?", inside
    )
    whole = _symbol(inside, context)
    if whole is not None and (power := re.fullmatch(r"(.+)\^\d+", whole[1])) and power[1] in context.scope.names:
        return None if square is None else _Moment("E2", square[1], power[1])  # E[e^4] = 3 of an e that is known
    if kind == "E" and square is not None and (whole is None or whole[1] not in context.scope.names):
        symbol = _symbol(square[1], context)
        return None if symbol is None else _Moment("E2", square[1], symbol[1])
    if whole is not None:
        return _Moment("E" if kind == "E" else "Var", inside, whole[1])
    if kind != "E":
        return None
    factors = re.fullmatch(r"(\S+?_\{?\w\}?)\s*(\S+?_\{?\w\}?)", inside)
    return None if factors is None else _of_two([_symbol(part, context) for part in factors.groups()])


def _of_two(parts: Sequence[tuple[Node, str] | None]) -> _Moment | None:
    """x_i and x_j: two members of one name."""
    first, second = parts
    if first is None or second is None or first[1] != second[1] or first[0] == second[0]:
        return None
    return _Moment("pair", to_latex(first[0]), first[1])


def _symbol(text: str, context: Context) -> tuple[Node, str] | None:
    """A symbol with the name that it is of; its indices are letters. XY is a product, where nothing is called so."""
    if re.fullmatch(r"[A-Za-z]{2,}", text) and text not in context.scope.names:
        return None
    node = target_of(re.sub(r"^\\(?:mathbf|boldsymbol|bm|vec)\s*\{(.*)\}$", r"\1", text))
    if isinstance(node, Unreadable) or not isinstance(node, (Name, Index, Member)):
        return None
    if not all(isinstance(index, Name) for part in indices_of(node) for index in part):
        return None
    if any(_is_drawn(index.text, context) for part in indices_of(node) for index in part if isinstance(index, Name)):
        return None  # e^u is a power, where u is random
    name = name_of(node)
    return None if name is None or _is_member(name, context) else (node, name)


def _is_drawn(name: str, context: Context) -> bool:
    """Whether a letter is no index: it is random, or defined."""
    declared = context.scope.names.get(name)
    return name in context.definitions or (declared is not None and declared.law is not None)


def _is_member(name: str, context: Context) -> bool:
    """Whether x_1 is one of the random x_1, ..., x_n."""
    stem, _, label = name.partition("_")
    whole = context.scope.names.get(stem) if label.isdecimal() and name not in context.scope.names else None
    return whole is not None and whole.law is not None and bool(whole.shape or whole.family)


def _parted(inside: str, context: Context) -> str:
    """W_{i,j} for W_{ij} of a matrix W."""
    found = re.fullmatch(r"([^_^]+)_\s*\{\s*(\w)\s*(\w)\s*\}(.*)", inside, re.DOTALL)
    if found is None or symbol_of(f"{found[1]}_{{{found[2]}{found[3]}}}") in context.scope.names:
        return inside
    stem = symbol_of(found[1])
    declared = context.scope.names.get(stem or "")
    matrix = declared is not None and len(declared.shape or ()) + len(declared.family) == 2
    return f"{found[1]}_{{{found[2]},{found[3]}}}{found[4]}" if matrix or stem in context.definitions else inside


__all__ = ["with_statement"]
