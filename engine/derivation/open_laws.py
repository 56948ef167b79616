"""Why a step about a law may be meant otherwise: nothing that was read says what the law is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.functions import signature
from solvers.formula.nodes import Apply, Big, Call, Name, Node, Num, walk

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_DRAWN = re.compile(r"(?:\\sim|~)\s*\\?[A-Za-z]+(?:_\{?[^{}]*\}?)?(?!\s*\()")  # x \\sim p


def open_law(checker: Checker, sides: Sequence[Node]) -> str:
    """Why a step about a mean under some p may be meant otherwise: the page speaks of p, and it could not be read."""
    binders = [b for side in sides for n in walk(side) if isinstance(n, Big) and n.op == "E" for b in n.binders]
    for law in {b.domain.text for b in binders if isinstance(b.domain, Name)}:
        declared = checker.context.scope.names.get(law)
        told = declared is not None and (declared.law is not None or declared.parameters is not None or declared.shape)
        if told or law in checker.context.definitions:
            continue
        spoken = re.compile(rf"(?<![A-Za-z\\]){re.escape(law.partition('_')[0])}(?![A-Za-z])")
        if any(spoken.search(_DRAWN.sub(" ", text)) for text in checker.texts):
            return f"what {law} is could not be read: declare it, as in p(x) \\in \\Delta(\\{{0, 1\\}})"
    laws = [_any_laws(side, checker.context) for side in sides]
    for one, other in zip(laws, reversed(sides), strict=True):
        definitions = checker.context.definitions
        behind = [other, *(d.right for name in reached(other, definitions) for d in definitions.get(name, ()))]
        told_of = (n for node in behind for n in walk(node))  # F = \\log p(x) - KL speaks of p by what F is
        if one and not any(isinstance(n, Apply) or (isinstance(n, Big) and n.op == "E") for n in told_of):
            return f"nothing that was read says what {min(one)} is"  # p(h | v) = e^{...}, of any p
    return ""


def _any_laws(side: Node, context: Context) -> set[str]:
    """The distributions of which nothing is said, where a formula is made of their values alone."""
    found: set[str] = set()
    if not _of_values(side):
        return found
    for node in walk(side):
        declared = context.scope.names.get(node.name) if isinstance(node, Apply) else None
        if declared is not None and declared.domain == "distribution":
            told = {declared.name, signature(declared)} & context.definitions.keys()
            found |= set() if told else {declared.name}
    return found


def _of_values(node: Node) -> bool:
    """Whether a formula is made of probabilities and numbers alone: p(v, h) / sum_h p(v, h)."""
    if isinstance(node, (Apply, Num)) or (isinstance(node, Call) and node.op == "indicator"):
        return True
    if isinstance(node, Big) and node.op == "sum":
        return _of_values(node.body)
    return isinstance(node, Call) and all(map(_of_values, node.args))
