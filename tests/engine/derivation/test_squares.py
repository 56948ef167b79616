"""What is said of a square: `\\sigma^2 = ...` in a sentence says what sigma is, and what follows is of that sigma."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

BATCH = r"""

$$\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}$$

$$\sum_i \hat x_i = 0$$

$$\frac{\partial \sigma^2}{\partial x_j} = \frac2m (x_j - \mu)$$
"""
SLOPE = r"""
$$\frac{\partial \hat x_i}{\partial x_j} = \frac{1}{\sqrt{\sigma^2 + \epsilon}}
\left(\mathbf 1\{i=j\} - \frac1m - \frac{\hat x_i \hat x_j}{m}\right)$$
"""
MEAN, SPREAD = r"$\mu = \frac1m \sum_i x_i$", r"$\sigma^2 = \frac1m \sum_i (x_i - \mu)^2$"
LEADS = [
    rf"For a batch $x_1, \dots, x_m$ of real numbers let {MEAN} and {SPREAD}.",
    rf"Let $x_1, \dots, x_m$ be real numbers, {MEAN} and {SPREAD}.",
    rf"A batch $x_1, \dots, x_m$ has mean {MEAN} and variance {SPREAD}.",
    rf"For a batch $x_1, \dots, x_m$ of real numbers put {MEAN} and {SPREAD}.",
    rf"We compute {MEAN}, {SPREAD} over the batch $x_1, \dots, x_m$.",
]


@pytest.mark.parametrize("lead", LEADS)
def test_a_variance_in_a_sentence_is_a_definition(lead: str) -> None:
    assert [step.verdict for step in check(lead + BATCH + SLOPE, latex=False).steps] == ["valid"] * 3


@pytest.mark.parametrize("lead", LEADS[1:4])
def test_a_wrong_slope_is_found(lead: str) -> None:
    wrong = SLOPE.replace(r"- \frac1m - ", r"- \frac1m + ")
    assert [step.verdict for step in check(lead + BATCH + wrong, latex=False).steps] == ["valid", "valid", "wrong"]
    wrong = BATCH.replace(r"\frac2m", r"\frac1m")
    assert [step.verdict for step in check(lead + wrong, latex=False).steps] == ["valid", "wrong"]
