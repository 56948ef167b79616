"""Gaussian densities given at their variable, q(z|x) = N(z; m, V): means under them and divergences between them."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

STEPS = r"""

$$KL(Q\|P) = \mathbb{E}_q[\log Q - \log P]$$

$$KL(Q\|P) = \frac12 (\mu^2 + \sigma^2 - 1 - \log \sigma^2)$$
"""
GIVEN = [
    (r"Let $q(z|x) = \mathcal{N}(z; \mu, \sigma^2)$ and $p(z) = \mathcal N(z; 0, 1)$ with $\sigma > 0$.", "q(z|x)"),
    (r"VAE with $q(z \mid x) = \mathcal{N}(\mu, \sigma^2)$ and $p(z) = \mathcal N(0, 1)$.", r"q(z \mid x)"),
    (r"Let $q(z) = N(z | \mu, \sigma^2)$ and $p(z) = N(z | 0, 1)$.", "q(z)"),
    (r"Let $q_\phi(z|x) = \mathrm{Normal}(\mu, \sigma^2)$, $p(z) = \text{Normal}(0, 1)$.", r"q_\phi(z|x)"),
]


@pytest.mark.parametrize(("given", "density"), GIVEN)
def test_a_density_at_its_variable_is_a_law(given: str, density: str) -> None:
    page = given + STEPS.replace("Q", density).replace("P", "p(z)")
    assert [step.verdict for step in check(page, latex=False).steps] == ["valid", "valid"]
    wrong = page.replace(r"+ \sigma^2 - 1", r"+ \sigma^2 + 1")
    assert [step.verdict for step in check(wrong, latex=False).steps] == ["valid", "wrong"]


def test_a_vector_and_its_prior() -> None:
    page = r"""VAE with $q_\phi(z|x) = \mathcal{N}(z; \mu, \mathrm{diag}(\sigma^2))$, $p(z) = \mathcal N(z; 0, I)$,
$z \in \mathbb{R}^d$.

$$D_{KL}(q_\phi(z|x)\,\|\,p(z)) = \frac12 \sum_{j=1}^d (\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2)$$
"""
    assert [step.verdict for step in check(page, latex=False).steps] == ["valid"]
    wrong = page.replace(r"\frac12", "")
    assert [step.verdict for step in check(wrong, latex=False).steps] == ["wrong"]


def test_a_plain_letter_is_a_law() -> None:
    page = r"""Let $p = N(\mu_1, \sigma_1^2)$ and $q = N(\mu_2, \sigma_2^2)$.

$$KL(p\|q) = \log \frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2 \sigma_2^2} - \frac12$$
"""
    assert [step.verdict for step in check(page, latex=False).steps] == ["valid"]
    assert check(page.replace(r"{2 \sigma_2^2}", r"{\sigma_2^2}"), latex=False).steps[0].verdict == "wrong"


def test_a_density_that_is_one_of_a_joint_law_is_left_alone() -> None:
    page = r"""VAE with $q(z|x) = \mathcal{N}(z; \mu, \sigma^2)$ and $p(z) = \mathcal N(z; 0, 1)$.

$$\log p(x, z) = \log p(x|z) + \log p(z)$$

$$\mathcal{L} = \mathbb{E}_{q(z|x)}[\log p(x, z) - \log q(z|x)]$$

$$p(z|x) = \frac{p(x|z) p(z)}{p(x)}$$
"""
    assert "wrong" not in {step.verdict for step in check(page, latex=False).steps}
