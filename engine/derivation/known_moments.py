"""Moments that a sentence tells within it and that are known without it: "The mean is E[y] = p w" of y = m w."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.document import Formula
from engine.derivation.judging import judge_step
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Sentence

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_TELLS = re.compile(
    r"[\W_]*(?:the|its|this|their)\s+(?:\w+\s+)?(?:means?|variances?|expectations?|expected\s+values?|second\s+moments?)\s+"
    r"(?:of\s+(?:⟦\d+⟧|the\s+\w+)\s+)?(?:is|are)\s+(?:then\s+|just\s+|simply\s+)?⟦(?P<at>\d+)⟧[\W_]*",
    re.IGNORECASE,
)


def tells_known_moments(checker: Checker, sentence: Sentence) -> bool:
    """Whether a sentence says no more than one equation of a moment, and that is settled by what is known: then it says
    nothing more of how numbers are distributed.
    """
    said = _TELLS.fullmatch(sentence.template)
    part = None if said is None else sentence.parts[int(said["at"])]
    return isinstance(part, Formula) and _is_known(checker, part)


def _is_known(checker: Checker, part: Formula) -> bool:
    for said in statements_of(part.source):
        nodes = [checker.read(side).node for side in said.sides]
        if set(said.relations) != {"="} or len(nodes) != 2 or nodes[0] is None or nodes[1] is None:
            return False
        if judge_step("=", nodes[0], nodes[1], checker.here()).verdict != "valid":
            return False
    return True


__all__ = ["tells_known_moments"]
