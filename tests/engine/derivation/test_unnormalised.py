"""Distributions told up to their factor, numbers of probabilities in plain words, tables with events in their heads."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

COINS = r"""An unnormalised weight on $a,b\in\{0,1\}$ is

$$\tilde p(a,b)=f(a,b)\,h(a),\qquad f(a,b)=\begin{cases}2&a=b\\1&a\ne b\end{cases},\qquad h(a)=1+a$$
"""
ALARM = r"""Burglary $B$ and earthquake $E$ are independent; the alarm $A$ rings or does not.

P(B) = 0.01, P(E) = 0.02, and

| B | E | P(A given B, E) |
|---|---|---|
| 1 | 1 | 0.95 |
| 1 | 0 | 0.94 |
| 0 | 1 | 0.29 |
| 0 | 0 | 0.001 |
"""
ROWS = [
    (COINS, r"\sum_{a,b}\tilde p(a,b) = 9", "valid"),
    (COINS, r"p(1,1) = \frac49", "valid"),
    (COINS, r"p(a=1) = \frac69", "valid"),
    (COINS, r"p(a=1) = \frac12", "wrong"),
    (COINS, r"p(b=1\mid a=1) = \frac46", "valid"),
    (COINS, r"p(b=1\mid a=0) = \frac23", "wrong"),
    (ALARM, r"P(B\mid A,E) = \frac{0.01\cdot0.95}{0.01\cdot0.95+0.99\cdot0.29}", "valid"),
    (ALARM, r"P(B\mid A,\bar E) = \frac{0.01\cdot0.94}{0.01\cdot0.94+0.99\cdot0.001}", "valid"),
    (ALARM, r"P(B\mid A,\bar E) = \frac{0.01\cdot0.95}{0.01\cdot0.94+0.99\cdot0.001}", "wrong"),
    (ALARM, r"P(A\mid E) = 0.01\cdot0.95+0.99\cdot0.29", "valid"),
    (ALARM.replace("independent;", "dependent;"), r"P(A\mid E) = 0.01\cdot0.95+0.99\cdot0.29", "undecided"),
    (ALARM.replace("independent;", "not independent;"), r"P(A\mid E) = 0.01\cdot0.95+0.99\cdot0.29", "undecided"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "claim", "verdict"), ROWS)
def test_claims(page: str, claim: str, verdict: str) -> None:
    steps = check(f"{page}\n\nThen\n\n$${claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence
