"""Clauses that go on with what is random: "with all components i.i.d.", "All their entries have mean m"."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

STEPS = r"""

$$\mathbb{E}[q_i^2] = \sigma^2 + \mu^2$$

By independence,

$$\mathbb{E}[q_i k_i] = \mu^2$$

Since the $d$ products are independent,

$$\operatorname{Var}(q^\top k) = d\,(\sigma^4 + 2\mu^2\sigma^2)$$

$$\operatorname{Var}(q^\top k) = d\,(\sigma^4 + \mu^2\sigma^2)$$
"""
IN = r"q,k\in\mathbb{R}^d"
TELLING = [
    (
        rf"Let ${IN}$ be random, with all $2d$ components independent and identically distributed, mean $\mu$ and "
        r"variance $\sigma^2$."
    ),
    (
        rf"Let ${IN}$. All their entries are independent and identically distributed with mean $\mu$ and variance "
        r"$\sigma^2$."
    ),
    (
        rf"Let ${IN}$ be two random vectors, where all $2d$ components are independent, have mean $\mu$ and variance "
        r"$\sigma^2$."
    ),
    rf"${IN}$ are random: their $2d$ coordinates are i.i.d. with $\mathbb{{E}}=\mu$ and standard deviation $\sigma$.",
    rf"Let ${IN}$ be random. We assume that the components are i.i.d. with mean $\mu$ and variance $\sigma^2$.",
    (
        rf"Suppose all components of ${IN}$ are i.i.d., with $\mathbb{{E}}[q_i]=\mu$ and "
        r"$\operatorname{Var}(q_i)=\sigma^2$."
    ),
    (
        r"Let the components of $q\in\mathbb{R}^d$ and $k\in\mathbb{R}^d$ be independent, of common mean $\mu$ and "
        r"common variance $\sigma^2$."
    ),
]


@pytest.mark.parametrize("said", TELLING)
def test_the_clause_is_about_what_the_sentence_names(said: str) -> None:
    assert [step.verdict for step in check(said + STEPS).steps] == ["valid", "valid", "valid", "wrong"]


UNREAD = [  # nobody knows of whom it is said
    (
        r"Let $q,k\in\mathbb{R}^d$ be random, and $W\in\mathbb{R}^{d\times d}$. Somewhere in the data, everything is "
        r"independent and of mean $\mu$ and variance $\sigma^2$."
    ),
    r"All noise is i.i.d. with mean $\mu$ and variance $\sigma^2$. Let $q,k\in\mathbb{R}^d$ be random.",
]


@pytest.mark.parametrize("said", UNREAD)
def test_what_is_said_of_nobody_leaves_means_undecided(said: str) -> None:
    assert "wrong" not in {step.verdict for step in check(said + STEPS).steps}


def test_a_case_in_brackets_defines_nothing() -> None:
    page = (
        "Let $x$ be random with mean $\\mu$ and variance $\\sigma^2$. In the usual case ($\\mu=0$, $\\sigma=1$) it is "
        "simple. Now in general:\n\n$$\\mathbb{E}[x^2] = \\mu^2 + \\sigma$$"
    )
    assert [step.verdict for step in check(page).steps] == ["wrong"]
