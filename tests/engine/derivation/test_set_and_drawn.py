"""Equations that a page sets, in passing or at the head of an arrow, and what is drawn from them; errors carried on."""

from __future__ import annotations

import pytest

from engine.derivation.check import check
from engine.derivation.report import Report, Step

RIDGE = r"""Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$, $\lambda > 0$ and
$J = \|X w - y\|^2 + \lambda w^\top w$. """
PARABOLA = "Let $f(x) = x^2 - 4x$.\n\n"


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


def first_wrong(report: Report) -> Step:
    found = report.first_wrong
    assert found is not None
    return found


@pytest.mark.parametrize(("lead", "right", "wrong"), [
    (PARABOLA + "Setting $f'(x) = 0$ gives\n\n$$", "2x - 4 = 0", "x - 4 = 0"),
    (PARABOLA + r"We set $\frac{df}{dx} = 0$:" + "\n\n$$", "2x = 4", "2x = -4"),
    (PARABOLA + "Setting the derivative $f'(x)$ to zero we find\n\n$$", "x = 2", "x = 4"),
    ("Let $x$ be a real number. Solve $3x + 2 = 11$.\n\n$$", "3x = 9", "3x = 13"),
    (RIDGE + "Setting $\\nabla_w J = 0$ gives\n\n$$", r"X^\top(Xw - y) + \lambda w = 0",
     r"X^\top(Xw - y) + 2\lambda w = 0"),
    (RIDGE + "Setting the gradient of $J$ with respect to $w$ to zero gives\n\n$$",
     r"w = (X^\top X + \lambda I)^{-1} X^\top y", r"w = (X^\top X + 2\lambda I)^{-1} X^\top y"),
])  # fmt: skip
def test_what_stands_behind_a_condition_in_passing_is_judged_by_it(lead: str, right: str, wrong: str) -> None:
    assert set(verdicts(f"{lead}{right}$$")) == {"valid"}
    assert "wrong" in verdicts(f"{lead}{wrong}$$")


def test_an_error_in_an_equation_is_carried_on() -> None:
    steps = check(PARABOLA + "Setting $f'(x) = 0$ gives\n\n$$x - 4 = 0$$\n\nand so\n\n$$x = 4$$").steps
    assert [(step.verdict, step.carried) for step in steps] == [("wrong", False), ("wrong", True)]


def test_a_refuted_conclusion_is_shown_where_its_premise_holds() -> None:
    step = first_wrong(check("Let $x$ be a real number. Solve $3x + 2 = 11$.\n\n$$3x = 13$$"))
    assert step.counterexample is not None
    assert step.counterexample["x"] == 3


def test_a_second_equation_behind_we_solve_is_drawn_or_open() -> None:
    lead = "Let $a, b, c \\in \\mathbb{R}$ with $a \\ne 0$ and $x \\in \\mathbb{R}$. We solve\n\n"
    rows = "\\begin{{align*}} ax + b &= c \\\\ ax &= c {0} b \\\\ x &= \\frac{{c {0} b}}{{a}} \\end{{align*}}"
    assert set(verdicts(lead + rows.format("-"))) == {"valid"}
    assert "undecided" in verdicts(lead + rows.format("+"))


@pytest.mark.parametrize(("head", "conclusion", "declared"), [
    ("x > 2", "x^2 > 4", r"Let $x \in \mathbb{R}$."),
    ("u = v", "A u = A v", r"Let $A \in \mathbb{R}^{m \times n}$ and $u, v \in \mathbb{R}^n$."),
])  # fmt: skip
def test_what_an_arrow_supposes_does_not_make_its_converse_valid(head: str, conclusion: str, declared: str) -> None:
    there = f"{declared}\n\n$${head} \\Rightarrow {conclusion}$$\n\n"
    assert verdicts(there) == ["valid"]
    back = verdicts(f"{there}$${conclusion} \\Rightarrow {head}$$")
    assert back[-1] in {"wrong", "undecided"}


def test_an_open_end_of_a_premise_refutes_nothing() -> None:
    assert verdicts("Let $x$ be real.\n\n$$x > 2 \\Rightarrow x^2 > 4$$") == ["valid"]
    assert verdicts("Let $x \\in \\mathbb{R}$.\n\n$$e^x \\ge 1 + x$$\n\n$$e^x > 1 + x$$") == ["valid", "wrong"]


def test_a_derivative_beside_zero_is_set_or_claimed() -> None:
    page = RIDGE + "\n\n$$\\nabla_w J = 0$$\n\n$$(X^\\top X + \\lambda I) w = X^\\top y$$"
    assert verdicts(page) == ["undecided", "valid"]


def test_one_of_two_unknowns_is_not_solved_by_the_other_condition() -> None:
    page = r"""We minimise $J(a, b) = \sum_{i=1}^n (y_i - a x_i - b)^2$ over $a$ and $b$. Setting
$\partial J/\partial b = 0$:

$$\sum_i (y_i - a x_i - b) = 0 \Rightarrow b = \bar y - a \bar x$$

$$a = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2}$$
"""
    assert verdicts(page) == ["valid", "valid", "undecided"]


def test_the_next_solution_takes_the_last_one() -> None:
    page = r"""Let $x_1, \dots, x_n$ be real numbers, $\mu \in \mathbb{R}$, $\sigma > 0$ and
$\ell(\mu, \sigma) = -n \log \sigma - \frac{1}{2\sigma^2} \sum_{i=1}^n (x_i - \mu)^2$.

$$\frac{\partial \ell}{\partial \mu} = \frac{1}{\sigma^2} \sum_{i=1}^n (x_i - \mu)$$

$$\frac{\partial \ell}{\partial \sigma} = -\frac{n}{\sigma} + \frac{1}{\sigma^3} \sum_{i=1}^n (x_i - \mu)^2$$

Setting both to zero gives

$$\hat\mu = \frac1n \sum_{i=1}^n x_i$$

$$\hat\sigma^2 = \frac1n \sum_{i=1}^n (x_i - \hat\mu)^2$$
"""
    assert set(verdicts(page)) == {"valid"}
    assert verdicts(page.replace(r"\hat\sigma^2 = \frac1n", r"\hat\sigma^2 = \frac{1}{n - 1}"))[-1] == "wrong"


@pytest.mark.parametrize("rows", [
    ("ax + b = c", "ax = c - b", r"x = \frac{c - b}{a}"), ("3x + 2 = 11", "3x = 9", "x = 3"),
])  # fmt: skip
def test_equations_solved_row_by_row_are_no_wrong_identities(rows: tuple[str, ...]) -> None:
    lead = "Let $a, b, c, x \\in \\mathbb{R}$ with $a \\ne 0$."
    pages = [lead + "".join(f"\n\n$${row}$$" for row in (*rows[:2], last)) for last in (rows[2], "x = 4 + b")]
    assert verdicts(pages[0]) == ["undecided", "valid", "valid"]
    assert verdicts(pages[1])[-1] in {"wrong", "undecided"}
    claims = "$$(a + b)^2 = a^2 + b^2$$\n\n$$(a - b)^2 = a^2 - b^2$$"
    assert verdicts(f"Let $a, b \\in \\mathbb{{R}}$.\n\n{claims}") == ["wrong", "wrong"]
