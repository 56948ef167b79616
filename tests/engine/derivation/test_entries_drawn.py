"""Random masks m_i beside inputs and weights that nothing declares, summed over i."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""Inverted dropout. {said}

$\tilde x_i = \frac{m_i}{p} x_i$

$E[\tilde x_i] = x_i$

$E[\tilde x_i^2] = \frac{x_i^2}{p}$

Now a linear unit $z = SUM w_i \tilde x_i$:

$E[z] = SUM w_i x_i$

$\text{Var}[z] = {factor}SUM w_i^{power} x_i^2$
"""
SAID = [
    r"Masks $m_i \sim \text{Bernoulli}(p)$ independent, $p$ = probability of KEEPING a unit; $x$, $w$ fixed.",
    r"The masks $m_i \sim \text{Bernoulli}(p)$ are independent, where $p$ is the keep probability.",
    r"Masks $m_1, \dots, m_n \sim \text{Bernoulli}(p)$, independent.",
    r"Let $m_i \sim \text{Bernoulli}(p)$ be independent for $i = 1, \dots, n$.",
]


def verdicts(said: str, sums: str, power: str = "2", factor: str = r"\frac{1-p}{p}") -> list[str]:
    page = PAGE.replace("{said}", said).replace("SUM", sums).replace("{factor}", factor).replace("{power}", power)
    return [step.verdict for step in check(page).steps]


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("sums", [r"\sum_i", r"\sum_{i=1}^n"])
def test_masks_and_inputs_are_of_one_size(said: str, sums: str) -> None:
    assert verdicts(said, sums) == ["valid"] * 4
    assert verdicts(said, sums, power="{}") == ["valid", "valid", "valid", "wrong"]
    assert verdicts(said, sums, factor=r"p(1-p)") == ["valid", "valid", "valid", "wrong"]
