"""m_j = 1 iff a_j > 0: what is 0 or 1 is defined by when it is 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, target
from engine.derivation.document import Formula
from engine.derivation.sentences import Sentence
from solvers.formula.context import Context
from solvers.formula.nodes import Num

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_IFF = re.compile(
    r"\s*,?\s*(?:iff|if and only if|exactly (?:if|when|where)|precisely (?:if|when|where)|just when)\s*", re.I
)


def defined_by_when(checker: Checker, sentence: Sentence, place: int) -> bool:
    """Whether the formula at a place and the one behind it say when something is 1; then that is kept."""
    if place + 2 >= len(sentence.parts):
        return False
    first, words, second = sentence.parts[place : place + 3]
    if not isinstance(first, Formula) or not isinstance(second, Formula) or isinstance(words, Formula):
        return False
    sides = first.source.text.split("=")
    if not _IFF.fullmatch(words.source.text) or len(sides) != 2 or sides[1].strip() not in {"0", "1"}:
        return False
    left = checker.read(first.source.cut(0, len(sides[0]))).node
    name = None if left is None or isinstance(left, Num) else target(left)
    declared = checker.context.scope.names.get(name) if name is not None else None
    if declared is None or declared.domain != "{0, 1}" or name in checker.context.definitions:
        return False
    one = rf"\mathbb{{1}}[{second.source.text.strip(' .,;')}]"
    found = extended(checker.context, f"{sides[0]} = {one if sides[1].strip() == '1' else '1 - ' + one}")
    if isinstance(found, Context):
        checker.context = found
    return isinstance(found, Context)
