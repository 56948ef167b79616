"""Functions that a page changes: "With a regulariser the loss becomes", "we now add a penalty", "instead", and then
what is defined already, with another formula. From there on it is that.

"The loss becomes" by itself may be another form of the same: that is judged. Behind the label of the next part alone,
"(b) f(x) = x^3", it is left open which is meant, and the lines below are about the new one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import target, without_definition, written
from engine.derivation.judging import depends, judge_step
from engine.derivation.knowing import without
from engine.derivation.rows import Statement
from engine.derivation.unforeseen import left_open
from solvers.formula.nodes import Apply, Name, Node, names
from solvers.formula.unknown import is_unknown

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_MORE = (
    r"(?:[\w-]+\s+){0,3}?(?:regulari[sz]\w+|penalt(?:y|ies)|weight[- ]decay|"
    r"(?:extra|additional|new|further)\s+(?:\w+\s+)?term|\w+\s+term|prior|momentum)\b"
)
_KIND = r"(?:[\w-]+\s+)?(?:loss|cost|objective|error|function|criterion|energy|risk|problem|model|log-?\s?likelihood)\b"
_CHANGES = re.compile(
    rf"\b(?:add|adds|include|introduce|append|attach)\s+(?:to\s+\w+\s+)?(?:an?|some|another|one)\s+{_MORE}|"
    rf"\b(?:adding|including|introducing)\s+(?:an?|some|another)\s+{_MORE}|"
    rf"\bwith\s+(?:an?|some|added|additional|another)\s+{_MORE}|"
    rf"\b(?:new|modified|regulari[sz]ed|penali[sz]ed|augmented|changed|altered|extended|other|second)\s+{_KIND}|"
    r"\binstead\b(?!\s+of)|\b(?:we|now|then)\s+(?:modify|change|alter|replace)\b",
    re.IGNORECASE,
)
_SURE = re.compile(r"\binstead\b|\b(?:new|modified|changed|altered)\s+", re.IGNORECASE)
_AIMS = re.compile(
    r"\b(?:show|prove|claim|verify|check|not|wrong|rewrit\w+|written|equivalent\w*|expand\w*|simplif\w+|insert\w*|"
    r"substitut\w+|same|that is|i\.e\.|thus|hence|therefore|so)\b",
    re.IGNORECASE,
)


def changed(checker: Checker, statement: Statement, words: str) -> bool:
    """Whether words change a function that is known, and the equation behind them says what it is now: then it is
    that. A symbol that is new in it, or words that leave no doubt, have to show it."""
    listed = checker.progress.part == statement.sides[0].stripped().place(0)
    changes = listed or (_CHANGES.search(words) is not None and not _AIMS.search(words))
    if statement.relations[0] not in {"=", ":="} or not changes:
        return False
    left, right = (checker.read(source).node for source in statement.sides[:2])
    name = None if left is None or right is None else _known(checker, left)
    if left is None or right is None or name is None or name in depends(right, checker.context):
        return False
    fresh = names(right) - depends(Name(name), checker.context) - {n for f in checker.facts for n in names(f.chain)}
    sure = fresh or _SURE.search(words) or (listed and isinstance(left, Apply))
    if not sure or judge_step("=", left, right, checker.here()).verdict == "valid":
        return False
    first = statement.sides[0]
    checker.note(first, f"{written(first)} is changed here: from here on it is that")
    if listed:
        left_open(checker, statement, "whether this part is about another function, as it is read, is not said")
    checker.facts = [f for f in checker.facts if name not in depends(f.chain, checker.context)]
    if isinstance(left, Apply):
        checker.context = without(checker.context, {name})
        return checker.defined(statement, None)
    checker.context = without_definition(checker.context, left)
    return checker.defined(statement, left)


def _known(checker: Checker, left: Node) -> str | None:
    """The name of what is defined already, by itself or as a function of letters, and not by who asks."""
    name = target(left)
    known = checker.context.definitions.get(name or "", ())
    alone = isinstance(left, Name) or (isinstance(left, Apply) and not left.indices and not left.given)
    if name is None or name in checker.given or not alone or len(known) != 1 or is_unknown(checker.context, name):
        return None
    return name if known[0].left == left else None


__all__ = ["changed"]
