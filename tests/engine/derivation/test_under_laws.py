"""Means under a law that words name, and a divergence that is called by its letters alone."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""The KL term in one dimension, $q = \mathcal N(\mu, \sigma^2)$, $p = \mathcal N(0, 1)$, $\sigma > 0$.

$\log q(z) = -\frac12\log (2\pi) - \frac12\log\sigma^2 - \frac{(z-\mu)^2}{2\sigma^2}$

{said}

{mean}[z^2] = \mu^2 + {factor}\sigma^2$$

Therefore
$$KL(q\|p) = \frac12\left(\mu^2 + \sigma^2 - 1 - \log\sigma^2\right)$$

Test: for $\mu = 1$, $\sigma = 2$
$$KL = \frac12(1 + 4 - 1 - \log 4)$$

Gradient:
$$\frac{\partial KL}{\partial\sigma} = \sigma - \frac{1}{{last}\sigma}$$
"""


def verdicts(said: str, mean: str, factor: str = "", last: str = "") -> list[str]:
    page = PAGE.replace("{said}", said).replace("{mean}", mean).replace("{factor}", factor).replace("{last}", last)
    return [step.verdict for step in check(page).steps]


@pytest.mark.parametrize(("said", "mean"), [
    ("Under $q$ we have", "$$E"),
    ("With respect to $q$ we find", r"$$\mathbb{E}"),
    ("So", r"$$\mathbb{E}_q"),
    ("So", "$$E_{q}"),
])  # fmt: skip
def test_means_under_a_law(said: str, mean: str) -> None:
    assert verdicts(said, mean) == ["valid"] * 5
    assert verdicts(said, mean, factor="2") == ["valid", "wrong", "valid", "valid", "valid"]
    assert verdicts(said, mean, last="2") == ["valid", "valid", "valid", "valid", "wrong"]
