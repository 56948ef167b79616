"""Whether e is Euler's number, or something that declarations give: an error e, scores e_{ij}, e_1 and e_2."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.known import Context
from solvers.formula.tokens import Declaration

_GIVEN = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{?e\}?\s*(?P<index>_\s*(?:\{[^{}]*\}|\w+)|\^\s*\{?\(\w+\)\}?)?\s*"
    r"(?::?=|\\in\b|∈|in\b)"
)
_DRAWN = re.compile(  # it is random
    r"\s*\{?e\}?\s*(?:\\?sim\b|[~∼])|\s*\\?(?:(?:mathbb|mathrm|operatorname)\s*\{\s*)?(?:E|Var|V)\s*\}?\s*(?:\\left)?[\[(]\s*e\s*"
    r"(?:\^\s*\{?2\}?\s*)?(?:\\right)?[\])]\s*="
)
_RAISED = re.compile(r"(?<![A-Za-z\\])e\s*\^(?!\s*\{?\()")


def with_own_e(context: Context, lines: Sequence[str]) -> Context:
    """The context where an e that declarations give is no number of Euler's, and an e_1 no unit vector."""
    given = [(match["index"] or "").strip("_{} ") for text in lines if (match := _GIVEN.match(text))]
    numbered = {f"e_{index}" for index in given if index.isdecimal()}
    raised = any(map(_RAISED.search, lines))  # e^x beside e_{ij}
    drawn = any(map(_DRAWN.match, lines))
    whole = drawn or any(not index.isdecimal() and not (index and raised) for index in given)
    fresh = (numbered | ({"e"} if whole else set())) - context.scope.names.keys()
    return context.declared(
        *(Declaration(name, None, (), "inferred" if drawn else "defined") for name in sorted(fresh))
    )
