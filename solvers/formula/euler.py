"""Whether e is Euler's number, or something that declarations give: an error e, scores e_{ij}, e_1 and e_2."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.known import Context
from solvers.formula.nodes import Num
from solvers.formula.tokens import Declaration

_GIVEN = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{?e\}?\s*(?P<index>_\s*(?:\{[^{}]*\}|\w+)|\^\s*\{?\(\w+\)\}?)?\s*"
    r"(?::?=|\\in\b|∈|in\b)"
)
_DRAWN = re.compile(  # it is random
    r"\s*\{?e\}?\s*(?:\\?sim\b|[~∼](?!=))|\s*\\?(?:(?:mathbb|mathrm|operatorname)\s*\{\s*)?(?:E|Var|V)\s*\}?\s*(?:\\left)?[\[(]\s*e\s*"
    r"(?:\^\s*\{?2\}?\s*)?(?:\\right)?[\])]\s*="
)
_PLACED = re.compile(r"\s*\{?e\}?\s*_\s*\{?\d+\}?\s*(?:\\in\b|∈|in\b)")
_RAISED = re.compile(r"(?<![A-Za-z\\])e\s*\^(?!\s*\{?\()")


def with_own_e(context: Context, lines: Sequence[str]) -> Context:
    """The context where an e that declarations give is no number of Euler's, and an e_1 no unit vector."""
    given = [(match["index"] or "").strip("_{} ") for text in lines if (match := _GIVEN.match(text))]
    letters = [index[0] for index in given if re.fullmatch(r"[a-z](?:\s*[-+]\s*1)?", index)]
    placed = any(map(_PLACED.match, lines))  # e_0 in R^n beside e_t = H e_{t-1}: what e_0 is of is not told
    steps = [] if placed else [letter for letter in letters if any(_before(letter).search(text) for text in lines)]
    numbered = {f"e_{index}" for index in given if index.isdecimal() and not steps}
    raised = any(map(_RAISED.search, lines))  # e^x beside e_{ij}
    drawn = any(map(_DRAWN.match, lines))
    whole = drawn or any(not index.isdecimal() and not (index and raised) for index in given)
    fresh = (numbered | ({"e"} if whole else set())) - context.scope.names.keys()
    family = tuple((index, Num("0"), Num("5")) for index in steps[:1])  # e_t = a e_{t-1}
    return context.declared(
        *(Declaration(name, None, family if name == "e" else (), "inferred" if drawn else "defined")
          for name in sorted(fresh))
    )  # fmt: skip


def _before(index: str) -> re.Pattern[str]:
    """The e one step before or behind e_t."""
    return re.compile(rf"(?<![A-Za-z\\])e\s*_\s*[{{(]\s*{index}\s*[-+]\s*1")
