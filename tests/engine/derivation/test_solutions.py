"""Names with a mark behind a condition, w^*, \\hat\\mu, w_{opt}: judged as what the condition is solved for."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

RIDGE = (
    r"Let $X \in \mathbb{R}^{m\times n}$, $w \in \mathbb{R}^n$, $y \in \mathbb{R}^m$, $\lambda > 0$ "
    r"and $J = \|Xw-y\|^2 + \lambda \|w\|^2$."
    "\n\n"
)
FUNCTION = RIDGE.replace("J =", "J(w) =")
ZERO = r"$$\nabla_w J = 2X^T(Xw-y) + 2\lambda w = 0$$" + "\n\n"
GRADIENT = r"$$\nabla_w J = 2X^T(Xw-y) + 2\lambda w$$" + "\n\n"
NORMAL = r"$$(X^T X + \lambda I) w = X^T y$$" + "\n\n"
RIGHT, WRONG = r"(X^T X + \lambda I)^{-1} X^T y", r"(X^T X - \lambda I)^{-1} X^T y"
MARKS = [
    "w^*", r"\hat w", r"\hat{\mathbf{w}}", "w_{opt}", r"w_{\text{opt}}", "w^{opt}", "w_{ML}", r"w_{\mathrm{MAP}}",
    r"w^\star", r"w_\star", "w_*", r"w_{\text{ridge}}", "w_{ridge}", r"\hat{w}_{MAP}", "w",
]  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "before"),
    [(mark, ZERO) for mark in MARKS]
    + [(mark, before) for mark in MARKS[:3] for before in (GRADIENT + "Setting it to zero gives\n\n", ZERO + NORMAL)],
)
def test_the_solution_of_a_gradient(mark: str, before: str) -> None:
    for value, verdict in ((RIGHT, "valid"), (WRONG, "wrong")):
        *steps, last = check(f"{RIDGE}{before}$${mark} = {value}$$").steps
        assert {step.verdict for step in steps} == {"valid"}
        assert last.verdict == verdict
        assert last.lhs == mark


GAN = r"Let $p, q > 0$, $D \in (0,1)$ and $V = p \log D + q \log(1-D)$." + "\n\n"
DERIVED = r"\frac{\partial V}{\partial D} = \frac{p}{D} - \frac{q}{1-D}"
CONDITIONS = [
    r"$$\frac{dV}{dD} = 0 \Rightarrow MARK = VALUE$$", rf"$${DERIVED} = 0 \quad\Rightarrow\quad MARK = VALUE$$",
    r"$$\frac{p}{D} = \frac{q}{1-D} \iff MARK = VALUE$$", rf"$${DERIVED} \overset{{!}}{{=}} 0 \implies MARK = VALUE$$",
    rf"$${DERIVED}$$" + "\n\nThe maximum is at\n$$MARK = VALUE$$",
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("mark", ["D^*", r"\hat D", "D_{opt}", "D"])
def test_the_solution_behind_an_arrow_or_words(mark: str, condition: str) -> None:
    for value, verdict in ((r"\frac{p}{p+q}", "valid"), (r"\frac{q}{p+q}", "wrong")):
        last = check(GAN + condition.replace("MARK", mark).replace("VALUE", value)).steps[-1]
        assert last.verdict == verdict


GAUSSIAN = (
    r"Let $x_1,\dots,x_n \in \mathbb{R}$, $\mu \in \mathbb{R}$, $\sigma > 0$ "
    r"and $\ell = -n\log\sigma - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i-\mu)^2$."
    "\n\n"
)
IN_MEAN = r"$$\frac{\partial \ell}{\partial \mu} = \frac{1}{\sigma^2}\sum_{i=1}^n (x_i - \mu) = 0 "
IN_SPREAD = (
    r"$$\frac{\partial \ell}{\partial \sigma} = -\frac n\sigma + \frac{1}{\sigma^3}\sum_{i=1}^n (x_i-\mu)^2 = 0 "
)


@pytest.mark.parametrize("joint", ["$$\n\n$$", r"\Rightarrow "], ids=["a-display-each", "arrows"])
@pytest.mark.parametrize(
    ("mean", "spread"),
    [
        (r"\hat\mu", r"\hat\sigma^2"), (r"\mu^*", r"\sigma^{*2}"), (r"\mu_{ML}", r"\sigma^2_{ML}"),
        (r"\mu_{MLE}", r"\sigma_{MLE}^2"), (r"\mu^\star", r"(\sigma^\star)^2"), (r"\mu", r"\sigma^2"),
    ],
)  # fmt: skip
def test_two_unknowns_one_after_the_other(mean: str, spread: str, joint: str) -> None:
    for factor, verdict in ((r"\frac1n", "valid"), (r"\frac{1}{n-1}", "wrong")):
        first = rf"{IN_MEAN}{joint}{mean} = \frac1n\sum_{{i=1}}^n x_i$$"
        second = rf"{IN_SPREAD}{joint}{spread} = {factor}\sum_{{i=1}}^n (x_i - {mean})^2$$"
        *steps, last = check(f"{GAUSSIAN}{first}\n\n{second}").steps
        assert {step.verdict for step in steps} == {"valid"}
        assert last.verdict == verdict


SOLVED = RIDGE + ZERO + f"$$w^* = {RIGHT}$$\n\n"
CUBIC = "Let $f(x) = x^3 - 3x$.\n\n$$f'(x) = 3x^2 - 3 = 0$$\n\n"
COUNTS = (
    r"Let $\theta_1, \theta_2, n_1, n_2 > 0$, $\lambda \in \mathbb{R}$ and "
    r"$G = n_1 \log\theta_1 + n_2\log\theta_2 + \lambda(1-\theta_1-\theta_2)$."
    "\n\n"
    r"$$\frac{\partial G}{\partial\theta_1} = \frac{n_1}{\theta_1} - \lambda = 0$$"
    r" $$\frac{\partial G}{\partial\theta_2} = \frac{n_2}{\theta_2} - \lambda = 0$$"
    r" $$\frac{\partial G}{\partial\lambda} = 1 - \theta_1 - \theta_2 = 0$$"
)
AT_STAR = FUNCTION + r"$$\nabla J(w^*) = 2X^T(Xw^*-y) + 2\lambda w^* = 0$$" + "\n\n"
SHIFTED = "Let $f(w) = \\frac12 (w-a)^2 + \\lambda w$ with $a, \\lambda \\in \\mathbb{R}$.\n\n$$f'(w^*) = 0$$\n\n"
AIMED = "Let $D \\in (0,1)$, $a, b > 0$. Maximise $f(D) = a \\log D + b\\log(1-D)$ over $D$:\n\n"
EIGEN = r"""Let $u \in \mathbb{R}^n$, $S \in \mathbb{R}^{n\times n}$ symmetric, $\lambda \in \mathbb{R}$ and
$G = u^T S u - \lambda (u^T u - 1)$.

$$\nabla_u G = 2 S u - 2\lambda u = 0 \Rightarrow """
SET = r"""Let $X \in \mathbb{R}^{m\times n}$, $w, \hat w \in \mathbb{R}^n$, $y\in\mathbb{R}^m$.

Differentiating and setting to zero:

$$2 X^T X \hat w - 2 X^T y = 0$$

"""
ROWS = [
    (EIGEN + r"S u^* = \lambda u^*$$", "valid", "the-star-on-both-sides"),
    (EIGEN + r"S u^* = 2 \lambda u^*$$", "wrong", "the-star-on-both-sides-wrong"),
    (RIDGE + ZERO + r"$$(X^T X + \lambda I) \hat w = X^T y$$", "valid", "normal-equations"),
    (RIDGE + ZERO + r"$$(X^T X + \lambda I) \hat w = - X^T y$$", "wrong", "normal-equations-wrong"),
    (SET + r"$$\hat w = (X^T X)^{-1} X^T y$$", "valid", "two-displays-under-one-word"),
    (SET + r"$$\hat w = 2 (X^T X)^{-1} X^T y$$", "wrong", "two-displays-under-one-word-wrong"),
    (AIMED + r"$$f'(D) = \frac{a}{D} - \frac{b}{1-D} = 0 \Rightarrow D^* = \frac{a}{a+b}$$", "valid",
     "what-is-maximised"),
    (AIMED + r"$$f'(D) = 0 \Rightarrow D^* = \frac{a}{a-b}$$", "wrong", "what-is-maximised-wrong"),
    (SOLVED + r"$$X^T X w^* + \lambda w^* = X^T y$$", "valid", "known-from-there-on"),
    (SOLVED + r"$$X^T X w^* - \lambda w^* = X^T y$$", "wrong", "known-from-there-on-wrong"),
    (SOLVED + r"$$\hat y = X w^*$$" + "\n\n" + rf"$$\hat y = X{RIGHT}$$", "valid", "a-prediction-is-no-solution"),
    (SOLVED.rstrip("\n$") + r" = X^T (X X^T + \lambda I)^{-1} y$$", "valid", "a-chain"),
    (SOLVED.rstrip("\n$") + r" = X^T (X X^T - \lambda I)^{-1} y$$", "wrong", "a-chain-wrong"),
    (RIDGE + ZERO + r"$$w^* = (X^T X + \lambda I)^{-1} y^T X$$", "wrong", "a-shape"),
    (RIDGE + GRADIENT + f"$$w^* = {RIGHT}$$", "valid", "an-optimum-without-words"),
    (RIDGE + GRADIENT + f"$$w^* = {WRONG}$$", "undecided", "an-optimum-without-words-open"),
    (RIDGE + ZERO + r"$$\hat w = w - \eta (X^T X w - X^T y)$$" + "\n\n" + r"$$\hat w = w + \eta X^T (y - X w)$$",
     "valid", "a-step-is-no-solution"),
    (CUBIC + "$$x^* = 1$$", "valid", "one-of-two-roots"), (CUBIC + "$$x^* = 2$$", "wrong", "no-root"),
    (COUNTS + r"$$\hat\theta_1 = \frac{n_1}{n_1+n_2}$$", "valid", "under-a-constraint"),
    (COUNTS + r"$$\hat\theta_1 = \frac{n_2}{n_1+n_2}$$", "wrong", "under-a-constraint-wrong"),
    (AT_STAR + f"$$w^* = {RIGHT}$$", "valid", "the-star-in-the-condition"),
    (AT_STAR + f"$$w^* = {WRONG}$$", "wrong", "the-star-in-the-condition-wrong"),
    (SHIFTED + r"$$w^* = a - \lambda$$", "valid", "a-primed-condition"),
    (SHIFTED + r"$$w^* = a + \lambda$$", "wrong", "a-primed-condition-wrong"),
    ("Let $a, b > 0$.\n\n$$x^* = a + b$$\n\n$$2x^* = 2a + 2b$$", "valid", "no-condition"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "name"), ROWS, ids=[row[-1] for row in ROWS])
def test_the_last_step(text: str, verdict: str, name: str) -> None:
    *steps, last = check(text).steps
    assert last.verdict == verdict
    assert not any(step.verdict == "wrong" for step in steps)


def test_an_error_is_carried_on() -> None:
    text = RIDGE + r"$$\nabla_w J = 2X^T(Xw-y) - 2\lambda w$$" + f"\n\nSetting it to zero gives\n\n$$w^* = {WRONG}$$"
    first, last = check(text).steps
    assert (first.verdict, last.verdict) == ("wrong", "wrong")
    assert last.carried
