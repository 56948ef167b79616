"""Whether two formulas are the same: same (by which evidence), different (at which point), undecided (why).

Other relations are judged by `relations`, which is imported by those who need it.
"""

from solvers.equality.answer import Answer
from solvers.equality.compare import ComparedChain, Comparison, compare, compare_chain
from solvers.equality.texts import compare_texts

__all__ = ["Answer", "ComparedChain", "Comparison", "compare", "compare_chain", "compare_texts"]
