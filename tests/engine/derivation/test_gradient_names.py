"""Row vectors in words, dZ for a gradient, and derivatives where the sides of a max meet."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_SIZES = "Let $X \\in \\mathbb{R}^{n\\times d}$, $W \\in \\mathbb{R}^{d\\times h}$, $Y\\in \\mathbb{R}^{n\\times h}$"
_LAYER = "\n\n$$Z = X W + \\mathbf{1} b$$\n\n$$L = \\frac12 \\|Z - Y\\|_F^2$$\n\n"
_STEPS = "\n\n$$dW = X^T dZ$$\n\n$$db = \\mathbf{1}^T dZ$$\n\n$$dW = dZ^T X$$"


@pytest.mark.parametrize(
    "row",
    [
        "the bias $b$ is a row vector",
        "$b$ is a row vector of length $h$",
        "the row vector $b$ is the bias",
        "$b \\in \\mathbb{R}^h$ is a row vector",
        "$b \\in \\mathbb{R}^{1\\times h}$",
        "the bias $b$ (a row vector)",
    ],
)
def test_what_words_call_a_row_vector_is_one(row: str) -> None:
    named = "We write $dV$ for the gradient of $L$ with respect to $V$."
    page = f"{_SIZES}; {row}, $\\mathbf 1$ is the column of $n$ ones.{_LAYER}{named}{_STEPS}"
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


@pytest.mark.parametrize(
    "named",
    [
        "Notation: $dV$ means $\\partial L/\\partial V$.",
        "As in code, $dV$ denotes the derivative of the loss $L$ w.r.t. $V$.",
        "We use the shorthand $dV = \\frac{\\partial L}{\\partial V}$.",
        "I abbreviate $dV := \\partial L / \\partial V$ for every $V$.",
        "$dV$ is short for $\\nabla_V L$.",
    ],
)
def test_gradients_named_as_in_programs(named: str) -> None:
    page = f"{_SIZES}; the bias $b$ is a row vector, $\\mathbf 1$ is the column of $n$ ones.{_LAYER}{named}{_STEPS}"
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


def test_differentials_stay_differentials() -> None:
    page = (
        f"{_SIZES}, $Z = X W$, $L = \\frac12\\|Z - Y\\|_F^2$. We write $dW$ for a small change of $W$.\n\n"
        "$$dL = \\operatorname{tr}((Z-Y)^T X dW)$$\n\n$$dL = \\operatorname{tr}((Z-Y)^T X dW) / 2$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]


@pytest.mark.parametrize("relu", ["\\mathrm{ReLU}(a)", "\\max(a, 0)", "\\max(0, a)"])
def test_where_the_sides_of_a_max_meet_its_derivative_is_a_convention(relu: str) -> None:
    page = (
        f"Let $w, x \\in \\mathbb{{R}}^n$, $a = w^T x$, $h = {relu}$.\n\n"
        "$$\\frac{\\partial h}{\\partial w} = [a > 0] x$$\n\n$$\\frac{\\partial h}{\\partial w} = [a \\ge 0] x$$\n\n"
        "$$\\frac{\\partial h}{\\partial w} = [a < 0] x$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


def test_many_terms_are_looked_at_as_often_as_they_can_be() -> None:
    page = (
        "- $i = 1, \\dots, n$ runs over examples, $j, k = 1, \\dots, d$ over features\n"
        "- $x_{ij}$ is feature $j$ of example $i$, $y_i \\in \\{0, 1\\}$\n\n"
        "$$p_i = \\sigma(\\sum_j w_j x_{ij})$$\n\n"
        "$$\\ell(w) = -\\sum_i [y_i \\log p_i + (1 - y_i)\\log(1 - p_i)]$$\n\nFor any $v$\n\n"
        "$$\\sum_j \\sum_k v_j v_k \\frac{\\partial^2\\ell}{\\partial w_j\\partial w_k} = "
        "\\sum_i p_i (1 - p_i) (\\sum_j v_j x_{ij})^2$$\n\n"
        "$$\\sum_j \\sum_k v_j v_k \\frac{\\partial^2\\ell}{\\partial w_j\\partial w_k} = "
        "\\sum_i p_i (1 - p_i) \\sum_j v_j^2 x_{ij}^2$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]
