"""Whether two formulas are the same: same (by which evidence), different (at which point), undecided (why)."""

from solvers.equality.compare import ComparedChain, Comparison, compare, compare_chain
from solvers.equality.relations import Judgement, equivalent, follows, judge
from solvers.equality.texts import Answer, compare_texts

__all__ = [
    "Answer", "ComparedChain", "Comparison", "Judgement", "compare", "compare_chain", "compare_texts", "equivalent",
    "follows", "judge",
]  # fmt: skip
