"""Expectations under Gaussians: moments known in closed form, and refusals where the rule would be a guess."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

SAME = [
    (r"\mathbb{E}_{x \sim \mathcal{N}(m, s^2)}[x]", "m"),
    (r"\mathbb{E}_{x \sim \mathcal{N}(m, s^2)}[x^2]", "m^2 + s^2"),
    (r"\mathbb{E}_{x \sim \mathcal{N}(m, s^2)}[x^3]", "m^3 + 3 m s^2"),
    (r"\mathbb{E}_{x \sim \mathcal{N}(m, s^2)}[x^4]", "m^4 + 6 m^2 s^2 + 3 s^4"),
    (r"\mathbb{E}_{x \sim N(0, 1)}[x^8]", "105"),
    (r"\operatorname{Var}_{x \sim N(m, s^2)}[a x + b]", "a^2 s^2"),
    (r"\mathbb{E}_{z \sim N(m, s^2)}[\log \mathcal{N}(z; m, s^2)]", r"-\frac{1}{2} \log(2 \pi s^2) - \frac{1}{2}"),
    (
        r"D_{KL}(\mathcal{N}(m, s^2) \| \mathcal{N}(0, 1))",
        r"\mathbb{E}_{z \sim N(m, s^2)}[\log \mathcal{N}(z; m, s^2) - \log \mathcal{N}(z; 0, 1)]",
    ),
    (r"\mathbb{E}_{n \sim \mathcal{N}(0, s^2 I)}[(w^\top n)^2]", r"s^2 \|w\|_2^2"),
    (r"\mathbb{E}_{n \sim \mathcal{N}(0, s^2 I)}[w + n]", "w"),
    (r"\mathbb{E}_{n \sim \mathcal{N}(0, s^2 I)}[\|w + n\|_2^2]", r"\|w\|_2^2 + d s^2"),
    (r"\frac{\partial}{\partial s} \mathbb{E}_{u \sim N(0, 1)}[(m + s u)^2]", "2 s"),
]  # fmt: skip
DIFFERENT = [
    (r"\mathbb{E}_{x \sim \mathcal{N}(m, s^2)}[x^2]", "m^2 + s"),
    (r"\mathbb{E}_{x \sim \mathcal{N}(m, s^2)}[x^2]", "m^2"),
    (r"\mathbb{E}_{x \sim \mathcal{N}(m, s^2)}[x^4]", "m^4 + 6 m^2 s^2 + s^4"),
    (r"\mathbb{E}_{n \sim \mathcal{N}(0, s^2 I)}[(w^\top n)^2]", r"s \|w\|_2^2"),
    (r"\mathbb{E}_{n \sim \mathcal{N}(0, s^2 I)}[\|w + n\|_2^2]", r"\|w\|_2^2 + s^2"),
]
LETS = ("s > 0", r"w \in \mathbb{R}^d", r"n \in \mathbb{R}^d")


@pytest.mark.parametrize(("a", "b"), SAME)
def test_moments(a: str, b: str) -> None:
    """Polynomials, and logarithms of densities, are integrated exactly."""
    assert compare_texts(a, b, LETS).verdict == "same"


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_other_moments(a: str, b: str) -> None:
    """A wrong moment is told with a point."""
    assert compare_texts(a, b, LETS).verdict == "different"


@pytest.mark.parametrize("variance", ["1/4", "9", "100"])
@pytest.mark.parametrize(("of", "truth"), [(r"\cos(x)", "e^{-v/2}"), ("e^x", "e^{v/2}"), (r"x \sin(x)", "v e^{-v/2}")])
def test_what_is_no_polynomial(of: str, truth: str, variance: str) -> None:
    """Where two rules disagree it is integrated with the density: no guess is confirmed, and no truth refuted."""
    mean, value = rf"\mathbb{{E}}_{{x \sim N(0, {variance})}}[{of}]", truth.replace("v", f"({variance})")
    assert compare_texts(mean, value, ()).verdict in {"same", "undecided"}
    assert compare_texts(mean, f"1 + {value}", ()).verdict in {"different", "undecided"}
    if variance != "100":
        assert compare_texts(mean, value, ()).verdict == "same"
