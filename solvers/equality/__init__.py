"""Whether two formulas are the same: same (by which evidence), different (at which point), undecided (why)."""

from solvers.equality.compare import Comparison, compare
from solvers.equality.texts import Answer, compare_texts

__all__ = ["Answer", "Comparison", "compare", "compare_texts"]
