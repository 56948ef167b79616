"""Relations of every kind between two formulas, or two equations: one verdict each, and how it was found.

`=` is equality for all values; an approximation is judged to the digits printed; proportionality by which names the
ratio depends on; an inequality is refuted or not refuted, never proved; an implication is tried on the solutions of
its premise and is never treated as an identity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from solvers.equality.approximate import judge_approximate
from solvers.equality.compare import compare
from solvers.equality.equations import equivalent, follows
from solvers.equality.ground import exact_arithmetic
from solvers.equality.judgement import Judgement
from solvers.equality.order import judge_order, judge_unequal
from solvers.equality.proportional import judge_proportional, variables_meant
from solvers.formula.context import Context
from solvers.formula.nodes import Chain, Node
from solvers.formula.operators import RELATIONS
from solvers.formula.remembered import remembered
from solvers.formula.tables.table import EvaluationError

__all__ = ["Judgement", "equivalent", "follows", "judge", "variables_meant"]
_VERDICTS: dict[str, Literal["valid", "wrong", "undecided"]] = {
    "same": "valid", "different": "wrong", "undecided": "undecided",
}  # fmt: skip


@remembered
def judge(
    relation: str, left: Node, right: Node, context: Context, seed: int = 0, *, variables: Sequence[str] | None = None
) -> Judgement:
    """Whether `left relation right` holds for all values of the declared names. The same seed, the same verdict.

    `relation` is a name of `operators.RELATIONS`; the sides of "=>" and "<=>" are chains. `variables` says what a
    proportionality is meant in (see `variables_meant` for a chain of them); without it that is read off the left side.
    """
    try:
        with exact_arithmetic():
            if relation == "prop":
                return judge_proportional(left, right, context, seed, variables)
            return _JUDGES.get(relation, _unknown)(relation, left, right, context, seed)
    except EvaluationError as error:  # a size or set that cannot be sampled, or too much work
        return Judgement("undecided", str(error))
    except RecursionError:
        return Judgement("undecided", "the formulas and definitions are nested too deep")


def _equal(relation: str, left: Node, right: Node, context: Context, seed: int) -> Judgement:
    found = compare(left, right, context, seed)
    return Judgement(_VERDICTS[found.verdict], found.evidence, found.counterexample, found.domain)


def _implied(relation: str, left: Node, right: Node, context: Context, seed: int) -> Judgement:
    if not isinstance(left, Chain) or not isinstance(right, Chain):
        return Judgement("undecided", "an implication is between equations or inequalities; one side is a formula")
    if relation == "<=>":
        return equivalent(left, right, context, seed)
    return follows((left,), right, context, seed)


def _unknown(relation: str, left: Node, right: Node, context: Context, seed: int) -> Judgement:
    sign = RELATIONS[relation][0] if relation in RELATIONS else relation
    return Judgement("undecided", f"a line with {sign} is not judged")


_JUDGES: dict[str, Callable[[str, Node, Node, Context, int], Judgement]] = {
    "=": _equal, ":=": _equal, "=>": _implied, "<=>": _implied,
    "~=": lambda relation, left, right, context, seed: judge_approximate(left, right, context, seed),
    "!=": lambda relation, left, right, context, seed: judge_unequal(left, right, context, seed),
    **dict.fromkeys(("<", "<=", ">", ">="), judge_order),
}  # fmt: skip
