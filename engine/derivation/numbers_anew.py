"""Numbers given anew: "the new weights are w = (0.575, 0.65)", behind w = (0.5, 0.5) further up.

What a page knows by its numbers alone gets other ones, and words say that it goes on to a next value: then that is its
value from here on. Without such words two numbers for one symbol contradict each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.derivation.declaring import target, without_definition, written
from engine.derivation.judging import depends, judge_step
from engine.derivation.rows import Statement
from engine.derivation.unforeseen import left_open
from solvers.formula.nodes import Big, Index, Member, Name, Node, Num, names, walk
from solvers.formula.to_plain import to_plain

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker

_GOES_ON = re.compile(
    r"\b(?:new|next|updat\w+|second|third|fourth|fifth|last|now|again|another|after(?:wards)?|later|steps?|iterations?|"
    r"epochs?|rounds?|pass|sweep|moves?|becomes?)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:(?:second|third|fourth|fifth)(?!\s+(?:class|label|entry|component)|\s+one\s*[:,]?\s*$)|"
    r"next|new|updated|again|another|afterwards?|later|start(?=\s+,))\b",  # with the start w = 1, b = 0 we have
    re.IGNORECASE,
)
_CHECKS = re.compile(r"\b(?:check|verif\w+|still|same|as before|unchanged|confirm\w*|contradict\w*)\b", re.IGNORECASE)


def next_numbers(checker: Checker, statement: Statement) -> bool:
    """Whether an equation of numbers gives a next value to what is known by numbers; then that is what it is."""
    words = checker.premise.strip() or checker.led
    if statement.relations[0] not in {"=", ":="} or _CHECKS.search(words):
        return False
    left, right = (checker.read(source).node for source in statement.sides[:2])
    name = None if left is None or not isinstance(left, (Name, Member, Index)) else target(left)
    if left is None or right is None or name is None or names(right):
        return False
    known = [d for d in checker.context.definitions.get(name, ()) if d.left == left]
    if not known or any(names(d.right) for d in known):
        return False
    goes_on, in_part = _GOES_ON.search(words) is not None, name in checker.progress.before_part
    if not goes_on and not in_part:
        return False
    if judge_step("=", left, right, checker.here()).verdict != "wrong":
        return False
    first = statement.sides[0]
    checker.note(first, f"{written(first)} is given anew here: from here on it is that")
    if (
        not goes_on
        and not re.search("[A-Za-z]", checker.premise)
        and len(statement.sides) == 2
        and isinstance(right, Num)
    ):
        left_open(checker, statement, f"whether {written(first)} is given anew in this part is not said")
    checker.context = without_definition(checker.context, left)
    return checker.defined(statement, left)


def of_next_value(checker: Checker, work: Work, sides: Sequence[Node]) -> str:
    """Why a wrong equation of what a formula defines with numbers may be one of a step that nothing names."""
    left, right = sides[:2]
    if (
        not isinstance(left, (Name, Member, Index))
        or names(right)
        or not work.context.definitions.get(target(left) or "")
    ):
        return ""
    words = checker.premise.strip()
    shown = written(work.sides[0].source)
    held = any(step.verdict == "valid" and step.lhs == shown for step in checker.steps)  # its value is known by now
    if _LATER.search(words or ("" if held else checker.led)):
        return f"of which step this is, and what {to_plain(left)} is made of there, is not said"
    behind = [d for name in depends(left, work.context) for d in work.context.definitions.get(name, ())]
    places = {
        i.text for d in behind if not d.indices for n in _members(d.right) for i in n.indices if isinstance(i, Name)
    }
    open_ = sorted(places - work.context.definitions.keys())
    return f"at which {open_[0]} these are the numbers is not said" if open_ else ""


def _members(node: Node) -> list[Member]:
    bound = {b.name for n in walk(node) if isinstance(n, Big) for b in n.binders}
    return [n for n in walk(node) if isinstance(n, Member) and not bound & {*n.indices}]


__all__ = ["next_numbers", "of_next_value"]
