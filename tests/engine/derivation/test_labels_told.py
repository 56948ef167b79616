"""Labels as pages tell of them: one-hot, probability vectors, the true class, targets that are replaced later."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_RIGHT = "$$\\frac{\\partial L}{\\partial z_k} = p_k - t_k$$"
_WRONG = "$$\\frac{\\partial L}{\\partial z_k} = t_k - p_k$$"
_SOFTMAX = "Softmax $p=\\mathrm{softmax}(z)$, loss $L = -\\sum_k t_k\\log p_k$"


@pytest.mark.parametrize(
    "said",
    [
        "* $z$ — logits, $p=\\mathrm{softmax}(z)$\n* $t$ — one-hot target, $L = -\\sum_k t_k\\log p_k$",
        ("* $z \\in \\mathbb{R}^K$: the logits, $p=\\mathrm{softmax}(z)$\n* $t$: one-hot label vector\n\n"
         "The loss is $L = -\\sum_k t_k\\log p_k$."),
        "Logits $z$, $p=\\mathrm{softmax}(z)$, target $t$ (one-hot), loss $L = -\\sum_k t_k\\log p_k$.",
        "We write $p=\\mathrm{softmax}(z)$; $t$ is a one-hot vector. The loss is $L = -\\sum_k t_k\\log p_k$.",
        "Softmax $p=\\mathrm{softmax}(z)$ and the one-hot target $t$. The loss is $L = -\\sum_k t_k\\log p_k$.",
        f"{_SOFTMAX}. The target $t$ is one-hot, so $\\sum_k t_k = 1$.",
        f"{_SOFTMAX}, the labels $t$ being one-hot.",
        f"{_SOFTMAX}, the target $t$ a probability vector.",
        f"{_SOFTMAX}. The targets $t$ satisfy $\\sum_k t_k = 1$.\n\n## Gradient",
        f"{_SOFTMAX}. The target $t$ is any probability distribution over the $K$ classes.",
    ],
)  # fmt: skip
def test_what_is_said_of_labels_is_used(said: str) -> None:
    found = [step.verdict for step in check(f"{said}\n\n{_RIGHT}\n\n{_WRONG}").steps]
    assert found == ["valid", "wrong"]


@pytest.mark.parametrize(
    ("said", "right", "wrong"),
    [
        ("One-hot labels $Y\\in\\{0,1\\}^{N\\times C}$.", "\\sum_c Y_{nc}", "\\sum_n Y_{nc}"),
        ("The labels $Y\\in\\mathbb{R}^{N\\times C}$ are one-hot.", "\\sum_c Y_{nc}", "\\sum_n Y_{nc}"),
        ("Let $y\\in\\{0,1\\}^C$ be one-hot.", "\\sum_c y_c", "2\\sum_c y_c"),
    ],
)  # fmt: skip
def test_rows_that_are_one_hot(said: str, right: str, wrong: str) -> None:
    assert [step.verdict for step in check(f"{said}\n\n$${right} = 1$$\n\n$${wrong} = 1$$").steps] == ["valid", "wrong"]


def test_columns_that_are_one_hot_are_not_taken_as_rows() -> None:
    page = "One-hot labels $Y\\in\\{0,1\\}^{C\\times N}$.\n\n$$\\sum_n Y_{cn} = 1$$"
    assert [step.verdict for step in check(page).steps] == ["undecided"]


@pytest.mark.parametrize(
    "said",
    [
        f"{_SOFTMAX}.",
        f"{_SOFTMAX}. If $t$ is one-hot, this is $-\\log p_c$.",
        f"{_SOFTMAX}, where $t$ need not be one-hot.",
    ],
)
def test_what_is_supposed_or_denied_of_labels_is_not(said: str) -> None:
    assert [step.verdict for step in check(f"{said}\n\n{_RIGHT}").steps] == ["undecided"]


def test_a_sum_that_is_told_behind_what_rests_on_it() -> None:
    page = f"Let $z\\in\\mathbb{{R}}^K$. {_SOFTMAX}.\n\n{_RIGHT}\n\nbecause $\\sum_k t_k = 1$."
    assert {step.verdict for step in check(page).steps} == {"valid"}


@pytest.mark.parametrize(
    ("target", "true", "now", "others", "itself"),
    [
        ("the target $y$ is a probability vector", "Let $c$ be the true class and $0<a<1$.", "Now",
         "For the classes $k\\ne c$ this gives", "and for the true class"),
        ("a target distribution $y$", "With $c$ the correct class and $0<a<1$,", "we now take",
         "For every wrong class $k\\ne c$", "and at $c$ itself"),
        ("targets $y$ with $\\sum_i y_i=1$", "Suppose the correct label is $c$; $0<a<1$.", "Take instead",
         "For the other classes $k \\ne c$:", "For $k=c$:"),
        ("the one-hot target $y$", "Let $c \\in \\{1, \\dots, K\\}$ be the true class, $0<a<1$.", "Now replace it by",
         "For $k \\ne c$,", "At the true class"),
    ],
)  # fmt: skip
def test_targets_that_are_given_anew(target: str, true: str, now: str, others: str, itself: str) -> None:
    page = (
        f"$K$ classes, logits $z\\in\\mathbb R^K$, $s_i = e^{{z_i}}/\\sum_{{k=1}}^K e^{{z_k}}$, {target}, loss "
        "$L=-\\sum_{i=1}^K y_i\\log s_i$.\n\n$$\\frac{\\partial L}{\\partial z_j} = s_j - y_j$$\n\n"
        f"{true} {now}\n\n$$y_k = (1-a)\\,[k=c] + \\frac{{a}}{{K}}$$\n\n"
        f"{others}\n\n$$\\frac{{\\partial L}}{{\\partial z_k}} = s_k - \\frac{{a}}{{K}}$$\n\n"
        f"{itself}\n\n$$\\frac{{\\partial L}}{{\\partial z_c}} = s_c - 1 + a - \\frac aK$$\n\n"
        "$$\\frac{\\partial L}{\\partial z_c} = s_c - 1 + a$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "valid", "wrong"]


def test_the_true_class_in_words_alone_is_left_open() -> None:
    page = (
        f"Let $z\\in\\mathbb{{R}}^K$. {_SOFTMAX}, $t$ is one-hot.\n\nIf $k$ is the true class,\n\n"
        "$$\\frac{\\partial L}{\\partial z_k} = p_k - 1$$"
    )
    assert [step.verdict for step in check(page).steps] == ["undecided"]


def test_a_condition_that_could_not_be_used_leaves_open_what_rests_on_it() -> None:
    page = (
        "Let $z, q\\in\\mathbb{R}^K$, $p=\\mathrm{softmax}(z)$, $L=-\\sum_i q_i\\log p_i$ with $\\sum_k q_k = 1$.\n\n"
        "## Gradient\n\n$$\\frac{\\partial L}{\\partial z_j} = p_j - q_j$$"
    )
    assert [step.verdict for step in check(page).steps] in (["undecided"], ["valid"])
