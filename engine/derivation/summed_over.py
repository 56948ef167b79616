"""Bounds of what a page sums over: 0 < c_k < 1 is said of all c_k where \\sum_{k=1}^m c_k stands somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import read_side, text_of
from engine.derivation.provisos import ORDERS
from engine.derivation.rows import Statement
from solvers.formula.nodes import Name
from solvers.formula.parser import Parsed

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_MEMBER = re.compile(r"([A-Za-z]+)_([i-nr-t])")
_LABEL = re.compile(r"\s*(\\?[A-Za-z]+)\s*_\s*\{?\s*([a-z])\s*\}?\s*")


def with_sum_range(checker: Checker, statement: Statement) -> str:
    """Bounds on both sides of one symbol c_k with the range that a sum over c_k has behind it; else as it is."""
    text = text_of(statement)
    if statement.over is not None or len(statement.sides) != 3 or not set(statement.relations) <= ORDERS:
        return text
    members = [said for side in statement.sides if (said := _LABEL.fullmatch(side.text)) is not None]
    if len(members) != 1 or not _is_new(checker, members[0][0]):
        return text
    name, letter = members[0].groups()
    summed = re.compile(
        rf"\\sum\s*_\s*\{{?\s*{letter}\s*=\s*1\s*\}}?\s*\^\s*\{{?\s*([A-Za-z])\s*\}}?.*"
        rf"(?<![A-Za-z\\]){re.escape(name)}\s*_\s*\{{?\s*{letter}(?![A-Za-z])",
        re.DOTALL,
    )
    ends = {said[1] for side in checker.texts for said in summed.finditer(side)}
    return rf"{text}, {letter} = 1, \dots, {ends.pop()}" if len(ends) == 1 else text


def _is_new(checker: Checker, text: str) -> bool:
    """Whether nothing says yet what a symbol is, by itself or as a vector with entries."""
    parsed = read_side(text, checker.context.scope)
    label = parsed.node.text if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else ""
    known = checker.context.scope.names.keys() | checker.context.definitions.keys()
    return _MEMBER.fullmatch(label) is not None and not {label, label.partition("_")[0]} & known


__all__ = ["with_sum_range"]
