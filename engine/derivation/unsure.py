"""Wrong steps that no slip explains, on pages that are not understood in every line: undecided.

A slip is a small change, and `diagnosis` looks for it. Where none mends a step, and another line of the page could be
neither read nor settled, a word that was missed is likelier than an error. Measured on write-ups never seen before:
of the lines called wrong, those with a slip that was named were wrong, and most of the others were right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.report import Step

_OPEN = frozenset({"undecided", "unreadable"})
_OF_NUMBERS = re.compile(
    r"(?:[\d\s.,+*/·()=^{}\[\]&-]|\\[tdc]?frac|\\cdot|\\times|\\left|\\right|\\sqrt|\\[,;:!]|\be(?=\s*\^)|"
    r"\\(?:ln|exp|tanh)(?![A-Za-z]))*"
)
_NO_SLIP = re.compile(  # 6/7 between two values of different things; what the page may have said
    r"\d+ entries are wrong|the value is about|a factor (?!1/)\d+/\d+ |.*nothing says so"
)


def with_doubts(steps: Sequence[Step], vague: Sequence[int] = ()) -> tuple[Step, ...]:
    """The steps, in the order of their lines, with doubt in place of an error that nothing explains; `vague` are more
    lines that are not understood in full.
    """
    unclear = [*(step.line for step in steps if step.verdict in _OPEN), *vague]
    doubted: list[Step] = []
    found: list[Step] = []
    for step in steps:
        if unclear and step.verdict == "wrong" and not _is_sure(step, doubted):
            doubted.append(step)
            found.append(_doubted(step, unclear))
        else:
            found.append(step)
    return tuple(found)


def _is_sure(step: Step, doubted: Sequence[Step]) -> bool:
    """Whether only numbers stand there, or a slip is named, and the step goes on from nothing that is in doubt."""
    if all(map(_OF_NUMBERS.fullmatch, (step.lhs, step.rhs))):
        return True
    behind = re.search(r"line (\d+)", step.diagnosis or "") if step.carried else None
    lines = {before.line for before in doubted}
    goes_on = any(before.lhs and before.lhs in step.lhs for before in doubted)
    named = bool(step.diagnosis) and _NO_SLIP.match(step.diagnosis or "") is None
    return named and not goes_on and not (behind is not None and int(behind[1]) in lines)


def _doubted(step: Step, unclear: Sequence[int]) -> Step:
    line = next((line for line in unclear if line != step.line), step.line)
    said = f"{step.evidence}, as it is read here; but no usual slip explains that, and line {line} is not understood"
    return replace(step, verdict="undecided", evidence=said, diagnosis=None, carried=False)
