"""Laws that stand beside what they are of: the numbers x_1, ..., x_n are drawn from a law of numbers."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

SAID = [
    r"Let $x_1, \dots, x_n$ be i.i.d. $\mathcal{N}(\mu, \sigma^2)$.",
    r"**MLE for** $x_1,\dots,x_n$ i.i.d. $\mathcal N(\mu,\sigma^2)$",
    r"Let $x_1, \dots, x_n \sim \mathcal{N}(\mu, \sigma^2)$ be i.i.d.",
    r"The numbers $x_1, \dots, x_n$ are independently drawn from $\mathcal{N}(\mu, \sigma^2)$.",
]


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


@pytest.mark.parametrize("said", SAID)
def test_means_of_what_is_drawn(said: str) -> None:
    page = said + "\n\n" + r"$$E[\bar x] = \mu$$" + "\n\n" + r"$$\operatorname{Var}(\bar x) = \frac{\sigma^2}{n}$$"
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("{n}$$", "{n^2}$$")) == ["valid", "wrong"]


def test_vectors_have_laws_of_vectors() -> None:
    page = r"Let $x \in \mathbb{R}^d$ with $x \sim \mathcal{N}(m, S)$." + "\n\n$$E[x^\\top x] = {}$$"
    assert verdicts(page.replace("{}", r"m^\top m + \operatorname{tr}(S)")) == ["valid"]
    assert verdicts(page.replace("{}", r"m^\top m + \operatorname{tr}(S)^2")) == ["wrong"]
