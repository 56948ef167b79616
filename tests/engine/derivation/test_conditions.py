"""What a derivative comes to when it is set to zero, also where the derivative was worked out wrongly."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

RIDGE = r"""
Let $X \in \mathbb{R}^{m \times n}$, $w \in \mathbb{R}^n$, $y \in \mathbb{R}^m$, $\lambda > 0$.
Define $J = \|Xw - y\|^2 + \lambda w^\top w$.

$$
\begin{align}
\nabla_w J &= 2 X^\top (X w - y) + 2 \lambda w \\
           &= 2 (X^\top X SIGN \lambda I) w - 2 X^\top y
\end{align}
$$

Setting this to zero gives

$$ w = (RESULT)^{-1} X^\top y $$
"""
TRUE, OWN = r"X^\top X + \lambda I", r"X^\top X - \lambda I"


@pytest.mark.parametrize(
    ("sign", "result", "verdicts", "carried"),
    [
        ("+", TRUE, ["valid", "valid", "valid"], False),
        ("+", OWN, ["valid", "valid", "wrong"], False),
        ("+", r"X X^\top + \lambda I", ["valid", "valid", "wrong"], False),
        ("-", OWN, ["valid", "wrong", "wrong"], True),
        ("-", TRUE, ["valid", "wrong", "valid"], False),
        ("-", r"X^\top X + 2 \lambda I", ["valid", "wrong", "wrong"], False),
    ],
)
def test_the_result_is_judged_by_the_true_derivative(
    sign: str, result: str, verdicts: list[str], carried: bool
) -> None:
    report = check(RIDGE.replace("SIGN", sign).replace("RESULT", result))
    assert [step.verdict for step in report.steps] == verdicts
    last = report.steps[-1]
    assert last.carried == carried
    if carried:
        assert last.diagnosis == f"carried on from the error in line {report.steps[1].line}, not a new one"
