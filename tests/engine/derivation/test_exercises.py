"""Exercises, cases and declarations that are apart from one another; matrices that words tell; what With leads to."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


def test_the_next_exercise_gives_its_symbols_anew() -> None:
    page = "## Exercise 1\n\n$$f(x) = x^2$$\n$$f'(x) = 2x$$\n\n## Exercise 2\n\n$$f(x) = e^x$$\n$$f'(x) = {}$$\n"
    assert verdicts(page.replace("{}", "e^x")) == ["valid", "valid"]
    assert verdicts(page.replace("{}", "2x")) == ["valid", "wrong"]
    loss = r"""# Task 1
The loss is $L = \frac12 (y - t)^2$.
$$\frac{\partial L}{\partial y} = y - t$$
# Task 2
The loss is $L = -t \log y$.
$$\frac{\partial L}{\partial y} = {}$$
"""
    assert verdicts(loss.replace("{}", r"-\frac{t}{y}")) == ["valid", "valid"]
    assert verdicts(loss.replace("{}", "y - t")) == ["valid", "wrong"]


def test_what_comes_before_the_first_exercise_holds_in_all() -> None:
    page = "Let $L = (w x - t)^2$.\n\n## Exercise 1\n\n$$\\frac{\\partial L}{\\partial w} = 2 x (w x - t)$$\n"
    page += "\n## Exercise 2\n\n$$\\frac{\\partial L}{\\partial x} = 2 w (w x - t)$$\n"
    assert verdicts(page) == ["valid", "valid"]


@pytest.mark.parametrize(("first", "second", "claim"), [
    (r"Let $x, y \in \mathbb{R}^n$ with $x^\top y = 0$.", r"Let $x, y \in \mathbb{R}^n$.",
     r"\|x + y\|^2 = \|x\|^2 + \|y\|^2"),
    ("Let $A$ be symmetric.", "Let $A$ be a square matrix.", r"\nabla_x x^\top A x = 2 A x"),
])  # fmt: skip
def test_what_is_declared_anew_has_no_conditions_of_before(first: str, second: str, claim: str) -> None:
    assert verdicts(f"# Exercise 1\n{first}\n$${claim}$$\n# Exercise 2\n{second}\n$${claim}$$") == ["valid", "wrong"]


@pytest.mark.parametrize(("said", "wrong", "right"), [
    ("Let $A$ and $B$ be symmetric.", r"(AB)^\top = AB", r"(AB)^\top = BA"),
    ("Let $A$ and $B$ be invertible.", "(AB)^{-1} = A^{-1} B^{-1}", "(AB)^{-1} = B^{-1} A^{-1}"),
    ("Let $D$ be diagonal and $A$ symmetric.", "D A = A D", r"(D A)^\top = A D"),
    (r"Let $\Sigma$ be a covariance matrix and $A$ invertible.", r"A \Sigma = \Sigma A", r"A^{-1} A \Sigma = \Sigma"),
    ("Let $P$ and $Q$ be projections.", "P Q = Q P", "(P + Q) - Q = P"),
])  # fmt: skip
def test_properties_in_words_make_matrices(said: str, wrong: str, right: str) -> None:
    assert verdicts(f"{said}\n$${wrong}$$") == ["wrong"]
    assert verdicts(f"{said}\n$${right}$$") == ["valid"]


@pytest.mark.parametrize(("lead", "right", "wrong"), [
    ("Let $z = w x$ and $L = z^2$. With $w = 2$, $x = 3$", "L = 36", "L = 12"),
    ("Let $L = (y - t)^2$ with $y = w x$. Given $x = 1$, $w = 2$, $t = 1$:", "L = 1", "L = 2"),
    (r"Let $w \in \mathbb{R}$. Given $w > 0$", "|w| = w", "|w| = 2w"),
    (r"Setting $\eta = 0.1$", r"10 \eta = 1", r"10 \eta = 2"),
    ("Let $h_t = w h_{t-1} + x$ and $h_0 = 0$. With $w = 1$", "h_2 = 2x", "h_2 = 3x"),
])  # fmt: skip
def test_a_display_right_behind_what_is_given_is_a_claim(lead: str, right: str, wrong: str) -> None:
    assert verdicts(f"{lead}\n$${right}$$") == ["valid"]
    assert verdicts(f"{lead}\n$${wrong}$$") == ["wrong"]


@pytest.mark.parametrize("labels", [
    ("Case 1:", "Case 2:"), ("**Case 1:**", "**Case 2:**"), ("First case:", "Second case:"),
])  # fmt: skip
@pytest.mark.parametrize("then", [".", ". Then"])
def test_cases_with_labels(labels: tuple[str, str], then: str) -> None:
    page = "Let $x \\in \\mathbb{{R}}$.\n\n" + "".join(
        f"{label} $x {sign} 0${then}\n$$|x| = {{}}x$$\n\n" for label, sign in zip(labels, "><", strict=True)
    )
    assert verdicts(page.format("", "-")) == ["valid", "valid"]
    assert verdicts(page.format("", "")) == ["valid", "wrong"]


def test_numbered_conditions_open_cases() -> None:
    page = "(i) $x>0$:\n$$|x| = x$$\n(ii) $x<0$:\n$$|x| = {}x$$\n"
    assert verdicts(page.format("-")) == ["valid", "valid"]
    assert verdicts(page.format("")) == ["valid", "wrong"]


def test_what_is_needed_is_no_condition() -> None:
    page = "We need the derivative of the sigmoid:\n$$\\sigma'(x) = \\sigma(x)(1 {} \\sigma(x))$$"
    assert verdicts(page.replace("{}", "-")) == ["valid"]
    assert verdicts(page.replace("{}", "+")) == ["wrong"]


def test_iid_ends_a_sentence() -> None:
    assert verdicts("Assume the $x_i$ are i.i.d. Then\n$$(a + b)^2 = a^2 + b^2$$") == ["wrong"]
