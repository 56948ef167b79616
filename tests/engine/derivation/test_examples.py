"""Numbers that are given as an example, or of something else, set nothing: what holds for them alone is not right."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

COIN = r"$$\operatorname{Var}(X) = p(1-p)$$" + "\n\n" + r"$$\operatorname{Var}(X) = \frac14$$"
STEP = r"$$w - \eta f'(w) = (1-2\eta) w$$" + "\n\n" + r"$$w - \eta f'(w) = 0.8 w$$"
POWER = "$$f'(x) = k x^{k-1}$$\n\n$$f'(x) = 3x^2$$"


@pytest.mark.parametrize(("lead", "steps"), [
    (r"Let $p \in (0,1)$ and $X \sim \mathrm{Bernoulli}(p)$; a fair coin has $p = 1/2$. Then", COIN),
    (r"Let $X \sim \mathrm{Bernoulli}(p)$, where a fair and honest coin has $p = 0.5$. Then", COIN),
    (r"We use a learning rate $\eta$ (typically $\eta = 0.1$). Let $f(w) = w^2$. One step gives", STEP),
    (r"Let $\eta > 0$ be the step, in practice $\eta = 0.1$, and $f(w) = w^2$. One step gives", STEP),
    (r"Let $f(w) = w^2$ and $\eta > 0$; a common choice is $\eta = 10^{-1}$. Then", STEP),
    (r"Let $\eta > 0$, e.g. $\eta = \frac{1}{10}$, and $f(w) = w^2$. Then", STEP),
    (r"Let $f(x) = x^k$ with $k \ge 1$ (here $k = 3$ in the figure). Then", POWER),
    (r"Let $f(x) = x^k$ with $k \ge 1$ ($k = 3$ for this plot). Then", POWER),
])  # fmt: skip
def test_an_example_sets_nothing(lead: str, steps: str) -> None:
    general, particular = check(f"{lead}\n\n{steps}\n", latex=False).steps
    assert general.verdict == "valid"
    assert particular.verdict in {"undecided", "wrong"}


@pytest.mark.parametrize(("lead", "steps"), [
    (r"Let $X \sim \mathrm{Bernoulli}(p)$. Our coin has $p = 1/2$. Then", COIN),
    (r"Let $\eta = 0.1$ and $f(w) = w^2$. Then", STEP),
    ("Let $f(x) = x^k$ with $k = 3$. Then", POWER),
])  # fmt: skip
def test_what_is_set_is_set(lead: str, steps: str) -> None:
    assert {step.verdict for step in check(f"{lead}\n\n{steps}\n", latex=False).steps} == {"valid"}
