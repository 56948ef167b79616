"""Counts from a Poisson law: mean and variance are used, and what rests on more of the law is left open."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

V, W, U = "valid", "wrong", "undecided"
COUNTS = (
    "Let $k_1,\\dots,k_N$ be independent counts from a Poisson distribution with rate $\\lambda>0$. "
    "Let $\\bar k=\\frac1N\\sum_{n=1}^N k_n$.\n\n"
)
SCORE = (
    "$$\\ell(\\lambda) = N\\bar k\\ln\\lambda-N\\lambda$$\n\n$$\\ell''(\\lambda)=-\\frac{N\\bar k}{\\lambda^2}$$\n\n"
)
ROWS = [
    (COUNTS + "$$\\mathbb{E}[\\bar k] = \\lambda$$\n\n$$\\operatorname{Var}[\\bar k] = \\frac{\\lambda}{N}$$", [V, V]),
    (COUNTS + "$$\\operatorname{Var}[\\bar k] = \\frac{\\lambda^2}{N}$$", [U]),
    (COUNTS + "$$\\mathbb{E}[k_1 (k_1 - 1) (k_1 - 2)] = \\lambda^3$$", [U]),  # it is right
    (COUNTS + SCORE + "$$-\\mathbb{E}[\\ell''(\\lambda)] = \\frac{N}{\\lambda}$$", [V, V]),
    (COUNTS + SCORE + "$$-\\mathbb{E}[\\ell''(\\lambda)] = \\frac{N}{\\lambda^2}$$", [V, U]),
    (COUNTS.replace("counts from a Poisson distribution with rate", "with mean") + SCORE
     + "$$-\\mathbb{E}[\\ell''(\\lambda)] = \\frac{N}{\\lambda^2}$$", [V, W]),
]  # fmt: skip


@pytest.mark.parametrize(("page", "verdicts"), ROWS)
def test_counts(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts


DENSITIES = (
    "Let $p$ and $g$ be two densities, both positive. For fixed $x$ let $a=p(x)>0$ and $b=g(x)>0$, and let "
    "$f(y)=a\\ln y+b\\ln(1-y)$ for $0<y<1$.\n\n"
    "$$f'(y) = \\frac ay{}\\frac{{b}}{{1-y}}$$\n\n$$V = \\int p(x) + g(x) dx$$"
)


def test_values_of_densities_at_a_fixed_point() -> None:
    assert check(DENSITIES.replace("{}", "-", 1).replace("{{", "{").replace("}}", "}")).steps[0].verdict == V
    assert check(DENSITIES.replace("{}", "+", 1).replace("{{", "{").replace("}}", "}")).steps[0].verdict == W
