"""Binomial coefficients, which are computed up to a size."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

from solvers.formula.env import Env, whole
from solvers.formula.nodes import Call
from solvers.formula.tables.table import EvaluationError

MAX_BINOMIAL = 1000


def binomial(node: Call, env: Env) -> Any:
    n, k = (whole(arg, env.integers) for arg in node.args)
    if not 0 <= n <= MAX_BINOMIAL or k < 0:
        raise EvaluationError(f"a binomial coefficient of {n}; those of 0 to {MAX_BINOMIAL} are computed")
    return env.table.number(Fraction(comb(n, k)))
