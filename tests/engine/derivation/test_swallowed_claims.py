"""Claims that were taken for definitions, and definitions that were taken for claims: marked functions, optima that
words tell of, functions that are changed, what is defined in a case, columns side by side, eigenvalues."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

GAN = r"""Setting the derivative to zero,

$$\frac{p(x)}{D(x)} - \frac{q(x)}{1 - D(x)} = 0$$

"""
WORKED_OUT = r"""For fixed $x$ the integrand is

$$f = p(x)\log D(x) + q(x)\log(1 - D(x))$$

$$\frac{\partial f}{\partial D(x)} = \frac{p(x)}{D(x)} - \frac{q(x)}{1 - D(x)}$$

Setting this to zero gives

"""
HEADS = r"With $k$ heads out of $n$ tosses, $L(\theta) = \theta^k (1 - \theta)^{n - k}$. "
RIDGE = r"""Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $w \in \mathbb{R}^d$, $\lambda > 0$ and
$J(w) = \|X w - y\|^2 + \lambda \|w\|^2$. """
LOSS = "$$L = \\frac12 (y - t)^2$$\n\n$$\\frac{\\partial L}{\\partial y} = y - t$$\n\n"
CASES = "If $y = 1$:\n\n$$L = -\\log p$$\n\nIf $y = 0$:\n\n$$L = -\\log(1 - p)$$\n\n"


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


@pytest.mark.parametrize("left", ["D^*(x)", "D^*"])
def test_a_marked_function_is_judged_as_a_solution(left: str) -> None:
    assert verdicts(GAN + rf"$${left} = \frac{{p(x)}}{{p(x) + q(x)}}$$") == ["valid"]
    assert verdicts(GAN + rf"$${left} = \frac{{q(x)}}{{p(x) + q(x)}}$$") == ["wrong"]


def test_a_marked_function_solves_what_its_derivative_was_found_to_be() -> None:
    assert verdicts(WORKED_OUT + r"$$D^*(x) = \frac{p(x)}{p(x) + q(x)}$$")[-1] == "valid"
    assert verdicts(WORKED_OUT + r"$$D^*(x) = \frac{q(x)}{p(x) + q(x)}$$")[-1] in {"wrong", "undecided"}


def test_a_solution_that_says_less_than_its_condition_is_open() -> None:
    page = GAN.replace("= 0$$", r"+ \mu = 0$$") + r"$$D^*(x) = \frac{p(x)}{p(x) + q(x)}$$"
    assert verdicts(page)[-1] == "undecided"


def test_a_condition_that_hides_the_function_judges_nothing() -> None:
    page = r"""Let $h = \frac{q(x)}{1 - D(x)}$. Setting the derivative to zero,

$$\frac{p(x)}{D(x)} - h = 0$$

$$D^*(x) = \frac{p(x)}{p(x) + q(x)}$$
"""
    assert "wrong" not in verdicts(page)


@pytest.mark.parametrize(("last", "verdict"), [("2a^2 x + 2ab", "valid"), ("2a^2 x + 2b", "wrong")])
def test_a_row_goes_on_in_its_own_column(last: str, verdict: str) -> None:
    row = rf"\frac{{df}}{{dx}} &= 2a(ax + b) & \frac{{df}}{{db}} &= 2(ax + b) \\ &= {last}"
    page = f"Let $f = (ax + b)^2$.\n\n\\begin{{align*}} {row} \\end{{align*}}"
    assert verdicts(page) == ["valid", "valid", verdict]


def test_columns_that_go_on_keep_their_place_among_the_rows() -> None:
    rows = r"f &= x^2 & g &= y^2 \\ &= x \cdot x \\ h &= f g \\ &= x^2 y^2"
    assert set(verdicts(rf"\begin{{align*}} {rows} \end{{align*}}")) == {"valid"}
    assert verdicts(rf"\begin{{align*}} {rows.replace('x^2 y^2', 'x^2 y')} \end{{align*}}")[-1] == "wrong"


def test_what_is_defined_in_a_case_is_that_there_alone() -> None:
    assert verdicts(CASES) == []
    assert verdicts(CASES + r"$$\frac{\partial L}{\partial p} = \frac{1}{1 - p}$$") == ["valid"]
    assert verdicts(CASES + r"$$\frac{\partial L}{\partial p} = -\frac{1}{p}$$") == ["wrong"]
    elsewhere = CASES + "We look at all of it.\n\nThat is all.\n\nIf $y = 1$:\n\n"
    assert verdicts(elsewhere + r"$$\frac{\partial L}{\partial p} = -\frac{1}{p}$$") == ["valid"]


def test_what_is_said_for_all_cases_is_judged_in_each() -> None:
    together = CASES + r"Together:" + "\n\n$$L = -y \\log p - (1 - y) \\log {0}$$\n\n"
    derived = r"$$\frac{\partial L}{\partial p} = \frac{p - y}{p (1 - p)}$$"
    assert verdicts(together.replace("{0}", "(1 - p)") + derived) == ["valid", "valid"]
    assert verdicts(together.replace("{0}", "p"))[0] == "wrong"


@pytest.mark.parametrize("lead", [
    r"Let $A$ be symmetric with eigendecomposition $A = Q \Lambda Q^\top$.",
    r"Let $\lambda_1, \ldots, \lambda_n$ be the eigenvalues of a symmetric matrix $A$.",
    r"Consider the eigenvalues $\lambda_1, ..., \lambda_n$ of a symmetric $A$.",
])  # fmt: skip
def test_eigenvalues_of_which_nothing_else_is_said(lead: str) -> None:
    right = r"$$\operatorname{tr} A = \sum_i \lambda_i$$" + "\n\n" + r"$$\det A = \prod_i \lambda_i$$"
    assert verdicts(f"{lead}\n\n{right}") == ["valid", "valid"]
    assert verdicts(f"{lead}\n\n{right.replace('prod', 'sum')}") == ["valid", "wrong"]


def test_a_lambda_beside_the_eigenvalues_is_a_number_of_its_own() -> None:
    lead = "Let $A \\in \\mathbb{R}^{n \\times n}$ be symmetric with eigendecomposition $A = Q \\Lambda Q^\\top$.\n\n"
    assert verdicts(lead + r"$$\det(A + \lambda I) = \prod_i (\lambda_i + \lambda)$$") == ["valid"]
    assert verdicts(lead + r"$$\operatorname{tr}(A + \lambda I) = \sum_i \lambda_i + \lambda$$") == ["wrong"]


@pytest.mark.parametrize("words", [
    "With a regulariser the loss becomes", "We now add a penalty:", "Instead, we take", "The new loss is",
])  # fmt: skip
def test_what_words_change_is_another_function(words: str) -> None:
    changed = "$$L = \\frac12 (y - t)^2 + \\frac12 \\lambda y^2$$"
    page = LOSS + words + f"\n\n{changed}\n\n" + r"$$\frac{\partial L}{\partial y} = "
    assert verdicts(page + r"y - t + \lambda y$$") == ["valid", "valid"]
    assert verdicts(page + r"y - t + 2 \lambda y$$") == ["valid", "wrong"]
    assert verdicts((page + r"y - t$$").replace("\n\n", "\n")) == ["valid", "wrong"]


def test_a_loss_that_becomes_something_is_judged() -> None:
    page = LOSS + "The loss becomes\n\n$$L = \\frac12 y^2 - {0} y t + \\frac12 t^2$$\n\n"
    derived = r"$$\frac{\partial L}{\partial y} = y - 2t$$"
    assert verdicts(page.replace("{0}", "")) == ["valid", "valid"]
    assert verdicts(page.replace("{0}", "2") + derived) == ["valid", "wrong", "wrong"]


def test_a_function_is_changed_within_a_sentence() -> None:
    page = LOSS + r"We now add a regulariser: $L = \frac12 (y - t)^2 + \frac12 \lambda y^2$. Then" + "\n\n"
    assert verdicts(page + r"$$\partial L / \partial y = y - t + \lambda y$$") == ["valid", "valid"]
    assert verdicts(page + r"$$\partial L / \partial y = y - t$$") == ["valid", "wrong"]


@pytest.mark.parametrize(("lead", "right", "wrong"), [
    (HEADS + r"Setting the derivative of $\log L$ to zero gives", r"\hat\theta = \frac{k}{n}",
     r"\hat\theta = \frac{k}{n - k}"),
    (HEADS + "This is maximal at", r"\theta = \frac{k}{n}", r"\theta = \frac{k}{n - k}"),
    (r"Let $J(w) = (w - a)^2 + \lambda w^2$. Minimising over $w$ gives", r"w = \frac{a}{1 + \lambda}",
     r"w = \frac{a}{1 - \lambda}"),
    (RIDGE + "Minimising $J$ over $w$ gives", r"w^* = (X^\top X + \lambda I)^{-1} X^\top y",
     r"w^* = (X^\top X + 2 \lambda I)^{-1} X^\top y"),
])  # fmt: skip
def test_optima_that_words_tell_of_are_judged(lead: str, right: str, wrong: str) -> None:
    assert verdicts(f"{lead}\n\n$${right}$$") == ["valid"]
    assert verdicts(f"{lead}\n\n$${wrong}$$") == ["wrong"]


def test_what_comes_of_an_optimum_holds_behind_it() -> None:
    page = r"The likelihood is $L(\theta) = \theta^k (1 - \theta)^{n - k}$, which is maximal at" + "\n\n"
    assert verdicts(page + "$$\\theta = \\frac{k}{n}$$\n\nand so\n\n$$n \\theta = k$$") == ["valid", "valid"]


def test_an_optimum_on_the_border_is_not_judged_by_a_derivative() -> None:
    page = "Let $\\theta \\in [0, 1]$ and $L(\\theta) = \\theta^3 + \\theta$. This is maximal at\n\n$$\\theta = 1$$"
    assert "wrong" not in verdicts(page)
