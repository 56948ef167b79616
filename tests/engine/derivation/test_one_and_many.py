"""y of one observation, and y_1, ..., y_n further down: two things under one letter."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

ONE = (
    "Let $y=f+\\varepsilon$, where $f\\in\\mathbb{R}$ is fixed and "
    "$\\varepsilon$ is random with mean $0$ and variance $v$.\n\n"
    "$$\\operatorname{Var}[y] = v$$\n\n"
)
MANY = (
    "Now let $y_1,\\dots,y_n$ be independent with mean $f$ and variance $s^2$, and let "
    "$\\bar y=\\frac1n\\sum_{i=1}^{n}y_i$.\n\n$$\\operatorname{Var}[c \\bar y] = "
)


@pytest.mark.parametrize(
    ("page", "verdicts"),
    [
        (ONE + MANY + "\\frac{c^2 s^2}{n}$$", ["valid", "valid"]),
        (ONE + MANY + "\\frac{c s^2}{n}$$", ["valid", "wrong"]),
        (ONE.replace("[y] = v", "[y] = v^2") + MANY + "\\frac{c^2 s^2}{n}$$", ["wrong", "valid"]),
    ],
)
def test_one_and_many(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts


def test_entries_of_a_vector_are_its_entries() -> None:
    page = "Let $y \\in \\mathbb{R}^n$ with $y^\\top y = 1$.\n\nLet $y_1, \\dots, y_n$ be its entries.\n\n"
    report = check(page + "$$\\sum_{i=1}^n y_i^2 = 1$$\n\n$$\\sum_{i=1}^n y_i^2 = 2$$")
    assert [step.verdict for step in report.steps] == ["valid", "wrong"]


@pytest.mark.parametrize(
    "said",
    [
        "Let $y=f+e$ with noise $e \\sim \\mathcal{N}(0, v)$, and $f\\in\\mathbb{R}$.",
        "Let $y=f+e$ with noise $e$, where $\\mathbb{E}[e]=0$ and $\\operatorname{Var}[e]=v$, and $f\\in\\mathbb{R}$.",
        "Let $y=f+e$, where $f\\in\\mathbb{R}$ is fixed and $e$ is random with mean $0$ and variance $v$.",
    ],
)
def test_noise_is_not_the_number_of_euler(said: str) -> None:
    page = f"{said}\n\n$$\\operatorname{{Var}}[y] = v$$\n\n$$\\operatorname{{Var}}[2 y] = 2 v$$"
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]
