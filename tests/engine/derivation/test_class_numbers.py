"""Examples in numbers that give the true class in words, and the sizes that their vectors tell."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""Scores $z \in \mathbb{{R}}^K$, probabilities $p_k = e^{{z_k}} / \sum_j e^{{z_j}}$, {label},
loss $L = -\sum_k y_k \log p_k$.

$$\frac{{\partial L}}{{\partial z_i}} = p_i - y_i$$

{said}:
$$ \sum_j e^{{z_j}} \approx {total} $$
$$ p \approx (0.0900, 0.2447, 0.6652) $$
$$ L \approx {loss} $$
$$ \nabla_z L \approx (0.0900, -0.7553, 0.6652) $$
"""
SAID = [
    "Check with $z = (1, 2, 3)$ and the true class being the second one",
    "With $z = (1, 2, 3)$, where class 2 is the true one",
    "For $z = (1, 2, 3)$ and correct class $2$",
    "With $z = (1, 2, 3)$ and $y = (0, 1, 0)$",
    "Take the scores $z = (1, 2, 3)$ and let the second class be the right one",
]


def verdicts(said: str, label: str = "one-hot label $y$", total: str = "30.193", loss: str = "1.408") -> list[str]:
    page = PAGE.format(said=said, label=label, total=total, loss=loss)
    return [step.verdict for step in check(page).steps]


@pytest.mark.parametrize("said", SAID)
def test_numbers_are_judged_to_the_digits(said: str) -> None:
    assert verdicts(said) == ["valid"] * 5
    assert verdicts(said, total="30.183") == ["valid", "wrong", "valid", "valid", "valid"]
    assert verdicts(said, loss="2.408") == ["valid", "valid", "valid", "wrong", "valid"]


def test_which_symbol_is_the_label_is_to_be_said() -> None:
    found = verdicts(SAID[0], label=r"labels $y_k \ge 0$ with $\sum_k y_k = 1$")
    assert found[3:] == ["undecided", "undecided"]


def test_classes_that_count_from_zero_are_left_alone() -> None:
    found = verdicts("For $z = (1, 2, 3)$ and correct class $2$ (the first is $z_0$)")
    assert "wrong" not in found


@pytest.mark.parametrize(("right", "wrong"), [
    (r"$$e\approx2.72$$", r"$$e\approx2.71$$"),
    (r"$$\tanh(0.5)\approx0.462$$", r"$$\tanh(0.5)\approx0.463$$"),
])  # fmt: skip
def test_last_digits_that_are_off_are_told(right: str, wrong: str) -> None:
    assert [step.verdict for step in check(right).steps] == ["valid"]
    (step,) = check(wrong).steps
    assert (step.verdict, step.diagnosis) == ("wrong", "right but for its last digits, which are off")
