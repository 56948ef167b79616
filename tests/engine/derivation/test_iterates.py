"""Update rules in every spelling: what follows is judged, and what rests on an unsure reading is never wrong."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

VECTORS = "Let $w, x \\in \\mathbb{R}^d$, $\\eta > 0$.\n\n"
LOSS = "Let $w, x \\in \\mathbb{R}^d$, $y \\in \\mathbb{R}$, $\\eta > 0$ and $L = \\frac12 (w^T x - y)^2$.\n\n"
QUADRATIC = (
    "Let $w, w^* \\in \\mathbb{R}^d$, $H \\in \\mathbb{R}^{d \\times d}$ symmetric, $\\eta > 0$ "
    "and $J = \\frac12 (w - w^*)^T H (w - w^*)$.\n\n"
)
NUMBERS = "Let $\\eta, \\lambda > 0$.\n\n"
FUNCTION = "Let $x \\in \\mathbb{R}^d$, $A \\in \\mathbb{R}^{d\\times d}$ symmetric, $f(x) = \\frac12 x^T A x$.\n\n"
MOMENTUM = "Let $w, v, x \\in \\mathbb{R}^d$, $\\eta, \\beta > 0$.\n\n"
MATRICES = "Let $W, G \\in \\mathbb{R}^{m\\times n}$, $x \\in \\mathbb{R}^n$, $\\eta > 0$.\n\n"

SPELLINGS = {  # the next iterate, and the one before it
    "subscript": ("w_{t+1}", "w_t"), "bold": (r"\mathbf{w}_{t+1}", r"\mathbf{w}_t"), "k": ("w_{k+1}", "w_k"),
    "superscript": ("w^{k+1}", "w^k"), "in-brackets": ("w^{(t+1)}", "w^{(t)}"), "called": ("w(t+1)", "w(t)"),
    "backwards": ("w_t", "w_{t-1}"), "numbers": ("w_1", "w_0"), "numbers-above": ("w^{(1)}", "w^{(0)}"),
    "powers": ("w^1", "w^0"), "new-old": ("w^{new}", "w^{old}"), "new": ("w^{new}", "w"),
    "upright": (r"w^{\text{new}}", r"w^{\text{old}}"), "below": (r"w_{\text{new}}", r"w_{\text{old}}"),
    "italic-below": ("w_{new}", "w_{old}"), "new-in-brackets": ("w^{(new)}", "w^{(old)}"), "next": ("w_{next}", "w"),
    "plus": ("w^+", "w"), "plus-in-braces": ("w^{+}", "w"), "prime": ("w'", "w"), "prime-command": (r"w^\prime", "w"),
    "tilde": (r"\tilde w", "w"),
}  # fmt: skip


def _norm(after: str, before: str, factor: str) -> str:
    return rf"\|{after}\|^2 = \|{before}\|^2 - {factor}\eta {before}^T x + \eta^2 \|x\|^2"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_new_iterate_is_defined_and_what_follows_is_judged(spelling: str) -> None:
    after, before = SPELLINGS[spelling]
    rule = f"$${after} = {before} - \\eta x$$\n\n"
    report = check(f"{VECTORS}{rule}$${_norm(after, before, '2')}$$\n\n$${_norm(after, before, '')}$$")
    assert [step.verdict for step in report.steps] == ["valid", "wrong"]
    assert any("is taken as the next value" in str(note) or "taken as its def" in str(note) for note in report.notes)
    assert report.steps[0].lhs == rf"\|{after}\|^2"  # as it was written


@pytest.mark.parametrize("spelling", [s for s in SPELLINGS if s != "tilde"])
def test_a_gradient_is_taken_at_the_iterate_before(spelling: str) -> None:
    after, before = SPELLINGS[spelling]
    gradient = rf"\eta ({before}^T x - y) x"
    rule = rf"$${after} = {before} - \eta \nabla_w L = {before} - {gradient}$$"
    turned = rf"{after} = {before} - \eta (y - {before}^T x) x"
    report = check(f"{LOSS}{rule}\n\n$${after} = {before} - {gradient}$$\n\n$${turned}$$")
    assert [step.verdict for step in report.steps] == ["valid", "valid", "wrong"]


ROWS = [  # what is given, the rule, a right and a wrong claim
    (QUADRATIC, r"w_{t+1} = w_t - \eta \nabla_w J",
     r"w_{t+1} - w^* = (I - \eta H)(w_t - w^*)", r"w_{t+1} - w^* = (I + \eta H)(w_t - w^*)", "the-error"),
    (QUADRATIC, r"w_{t+1} = w_t - \eta H (w_t - w^*)",
     r"w_t - w^* = (I - \eta H)^t (w_0 - w^*)", r"w_t - w^* = (I - \eta H)^{t-1} (w_0 - w^*)", "unrolled"),
    (QUADRATIC, r"w^{k+1} = w^k - \eta H (w^k - w^*)",
     r"w^{k+1} - w^* = (I - \eta H)(w^k - w^*)", r"w^{k+1} - w^* = (I - \eta H)(w^k + w^*)", "the-error-above"),
    (LOSS, r"w_{t+1} = w_t - \eta \nabla_w L(w_t)",
     r"w_{t+1} = w_t - \eta (w_t^T x - y) x", r"w_{t+1} = w_t - \eta (w_t^T x + y) x", "the-gradient-at-a-point"),
    (LOSS, r"w_{t+1} = w_t - \eta \nabla L(w_t)",
     r"w_{t+1} = w_t - \eta (w_t^T x - y) x", r"w_{t+1} = w_t - \eta (w_t^T x + y) x", "by-its-point"),
    (LOSS, r"w_{t+1} = w_t - \eta \frac{\partial L}{\partial w_t}",
     r"w_{t+1} = w_t - \eta (w_t^T x - y) x", r"w_{t+1} = w_t - \eta (w_t^T x + y) x", "by-the-iterate"),
    (LOSS, r"w_{t+1} = w_t - \eta \frac{\partial L}{\partial w}\Big|_{w = w_t}",
     r"w_{t+1} = w_t - \eta (w_t^T x - y) x", r"w_{t+1} = w_t - \eta (w_t^T x + y) x", "a-bar"),
    (FUNCTION, r"x_{k+1} = x_k - \alpha \nabla f(x_k)",
     r"x_{k+1} = (I - \alpha A) x_k", r"x_{k+1} = (I + \alpha A) x_k", "a-function"),
    (FUNCTION, r"x^{k+1} = x^k - \alpha \nabla_x f(x^k)",
     r"x^k = (I - \alpha A)^k x^0", r"x^k = (I - \alpha A)^{k+1} x^0", "a-function-by-its-parameter"),
    ("Let $f(x) = x^2 - a$, $a > 0$.\n\n", r"x_{k+1} = x_k - \frac{f(x_k)}{f'(x_k)}",
     r"x_{k+1} = \frac12 (x_k + \frac{a}{x_k})", r"x_{k+1} = \frac12 (x_k - \frac{a}{x_k})", "newton"),
    (NUMBERS, r"w_{t+1} = w_t - \eta\lambda w_t", r"w_t = (1-\eta\lambda)^t w_0",
     r"w_t = (1+\eta\lambda)^t w_0", "n-sub"),
    (NUMBERS, r"w^{t+1} = w^t - \eta\lambda w^t", r"w^t = (1-\eta\lambda)^t w^0",
     r"w^t = (1-\eta\lambda) w^0", "n-sup"),
    (NUMBERS, r"w^{(t+1)} = w^{(t)} - \eta\lambda w^{(t)}",
     r"w^{(t)} = (1-\eta\lambda)^t w^{(0)}", r"w^{(t)} = (1-\eta\lambda)^{t-1} w^{(0)}", "n-in-brackets"),
    (NUMBERS, r"w(t+1) = w(t) - \eta\lambda w(t)", r"w(t) = (1-\eta\lambda)^t w(0)",
     r"w(t) = (1-\eta)^t w(0)", "n-called"),
    (NUMBERS, r"\theta_{k+1} = (1-\lambda) \theta_k", r"\theta_2 = (1-\lambda)^2\theta_0",
     r"\theta_2 = (1-\lambda)\theta_0", "greek"),
    (VECTORS, r"w_i^{t+1} = w_i^t - \eta x_i", r"w_i^{t+1} - w_i^t = -\eta x_i",
     r"w_i^{t+1} - w_i^t = \eta x_i", "entries"),
    (VECTORS, r"w_{t+1,i} = w_{t,i} - \eta x_i", r"w_{t+1,i} - w_{t,i} = -\eta x_i",
     r"w_{t+1,i} = w_{t,i} + \eta x_i", "comma"),
    (VECTORS, r"w_i(t+1) = w_i(t) - \eta x_i", r"w_i(t+1) - w_i(t) = -\eta x_i",
     r"w_i(t+1) = w_i(t) + x_i", "entries-called"),
    (VECTORS, r"w_i^{new} = w_i - \eta x_i", r"w_i^{new} - w_i = -\eta x_i",
     r"w_i^{new} - w_i = \eta x_i", "entries-new"),
    (VECTORS, r"w_{t+1} = w_t + \eta x_t",
     r"\|w_{t+1}\|^2 = \|w_t\|^2 + 2 \eta w_t^T x_t + \eta^2 \|x_t\|^2",
     r"\|w_{t+1}\|^2 = \|w_t\|^2 + \eta w_t^T x_t + \eta^2 \|x_t\|^2", "an-example-at-each-step"),
    (VECTORS, r"w_{t+1} \leftarrow w_t - \eta x", r"w_{t+1} - w_t = -\eta x", r"w_{t+1} - w_t = \eta x", "an-arrow"),
    (VECTORS, r"w_{t+1} := w_t - \eta x", r"w_{t+1} - w_t = -\eta x", r"w_{t+1} - w_t = \eta x", "an-assignment"),
    (MOMENTUM, r"v_{t+1} = \beta v_t - \eta x$$ $$w_{t+1} = w_t + v_{t+1}",
     r"w_{t+1} = w_t + \beta (w_t - w_{t-1}) - \eta x", r"w_{t+1} = w_t - \beta (w_t - w_{t-1}) - \eta x", "momentum"),
    (MATRICES, r"W_{t+1} = W_t - \eta G", r"W_{t+1} x = W_t x - \eta G x", r"W_{t+1} x = W_t x + \eta G x", "matrices"),
    (MATRICES, r"W' = W - \eta G", r"W' x = W x - \eta G x", r"W' x = W x - G x", "a-matrix-with-a-prime"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "rule", "right", "wrong", "name"), ROWS, ids=[row[-1] for row in ROWS])
def test_what_follows_from_a_rule(given: str, rule: str, right: str, wrong: str, name: str) -> None:
    report = check(f"{given}$${rule}$$\n\n$${right}$$\n\n$${wrong}$$")
    assert [step.verdict for step in report.steps] == ["valid", "wrong"]


def test_a_rule_in_a_sentence_is_known_below() -> None:
    report = check(f"{VECTORS}Each step does $w_{{t+1}} = w_t - \\eta x$.\n\n$$w_{{t+1}} - w_t = \\eta x$$")
    assert [step.verdict for step in report.steps] == ["wrong"]


EMA = "Let $m_0 = 0$, $m_t = \\beta m_{t-1} + (1-\\beta) g_t$ with $0 < \\beta < 1$.\n\n"
STARTED = "Let $w, x \\in \\mathbb{R}^d$, $\\eta > 0$. Start from $w_0 = 0$.\n\n$$w_{t+1} = w_t - \\eta x$$\n\n"
STEPS = r"""Let $w \in \mathbb{R}^d$, $g_t \in \mathbb{R}^d$ for $t = 1, \dots, T$, $\eta > 0$.

$$w_t = w_{t-1} - \eta g_t$$

"""
TWO = (
    LOSS
    + r"""$$w^{(1)} = w^{(0)} - \eta\nabla L(w^{(0)})$$

$$w^{(2)} = w^{(1)} - \eta\nabla L(w^{(1)})$$

"""
)
SGD = r"""Let $\theta, b \in \mathbb{R}^d$, $A \in \mathbb{R}^{d\times d}$ symmetric, and
$L(\theta) = \frac12 \theta^\top A \theta - b^\top \theta$. SGD uses $g_t = \nabla L(\theta_t)$ and
$$\theta_{t+1} = \theta_t - \eta g_t$$

"""
VALUES = r"""Let $V, R \in \mathbb{R}^n$, $P \in \mathbb{R}^{n\times n}$, $\gamma \in (0,1)$.

$$V_{k+1} = R + \gamma P V_k$$

The fixed point satisfies $V^* = R + \gamma P V^*$.

"""
LAYERS = r"""Let $a^l \in \mathbb{R}^n$, $W^l \in \mathbb{R}^{n\times n}$, $b^l \in \mathbb{R}^n$.

$$a^{l+1} = \sigma(W^{l+1} a^l + b^{l+1})$$

"""
ENTRIES = r"""Let $W \in \mathbb{R}^{m\times n}$, $x \in \mathbb{R}^n$, $t, y \in \mathbb{R}^m$ and $\eta > 0$.

$$W_{ij}^{new} = W_{ij}^{old} + \eta (t_i - y_i) x_j$$

"""
DELTA = r"""Let $w, x \in \mathbb{R}^n$, $t, o \in \mathbb{R}$ and $\eta > 0$.

$$w_i \leftarrow w_i + \Delta w_i, \quad \Delta w_i = \eta (t - o) x_i$$

"""
FOLLOWED = [  # a text, a right and a wrong end
    (LAYERS, r"\frac{\partial a^{l+1}}{\partial a^l} = \operatorname{diag}(a^{l+1} \odot (1 - a^{l+1})) W^{l+1}",
     r"\frac{\partial a^{l+1}}{\partial a^l} = W^{l+1} \operatorname{diag}(a^{l+1} \odot (1 - a^{l+1}))", "layers"),
    (ENTRIES, r"W^{new} = W^{old} + \eta (t - y) x^T", r"W^{new} = W^{old} - \eta (t - y) x^T", "a-matrix-by-entries"),
    (DELTA, r"\Delta w_i + \eta o x_i = \eta t x_i", r"\Delta w_i + \eta t x_i = \eta o x_i", "a-change-said-behind"),
    (EMA, r"m_t = (1-\beta)\sum_{i=1}^{t} \beta^{t-i} g_i", r"m_t = (1-\beta)\sum_{i=1}^{t} \beta^{i} g_i",
     "an-average"),
    (EMA, r"m_t = \beta^2 m_{t-2} + \beta(1-\beta) g_{t-1} + (1-\beta) g_t",
     r"m_t = \beta^2 m_{t-2} + (1-\beta) g_{t-1} + (1-\beta) g_t", "two-steps-back"),
    (EMA, r"m_2 = (1-\beta)(\beta g_1 + g_2)", r"m_2 = (1-\beta)(g_1 + \beta g_2)", "the-second-step"),
    (STARTED, r"w_t = -t \eta x", r"w_t = t \eta x", "a-start-in-a-sentence"),
    (STARTED, r"w_3 = -3 \eta x", r"w_3 = -2 \eta x", "the-third-step"),
    (STEPS, r"w_T - w_{T-1} = - \eta g_T", r"w_T - w_{T-1} = \eta g_T", "the-last-step"),
    (STARTED, r"w_{12} = -12 \eta x", r"w_{12} = -11 \eta x", "the-twelfth-step"),
    (STEPS, r"w_T = w_0 - \eta \sum_{t=1}^T g_t", r"w_T = w_0 - \eta \sum_{t=1}^{T-1} g_t", "a-sum-of-steps"),
    (TWO, r"w^{(2)} = w^{(1)} - \eta (x^T w^{(1)} - y) x", r"w^{(2)} = w^{(1)} - \eta (x^T w^{(0)} - y) x",
     "two-rules"),
    (SGD, r"\theta_{t+1} = (I - \eta A)\theta_t + \eta b", r"\theta_{t+1} = (I - \eta A)\theta_t - \eta b",
     "a-name-for-it"),
    (VALUES, r"V^* = (I - \gamma P)^{-1} R", r"V^* = (I + \gamma P)^{-1} R", "a-fixed-point"),
    (VALUES, r"V_{k+1} - V^* = \gamma P (V_k - V^*)", r"V_{k+1} - V^* = \gamma (V_k - V^*)", "on-the-way-to-it"),
    (LOSS, r"w := w - \eta \nabla_w L$$ $$\nabla_w L = (w^T x - y) x", r"w := w - x$$ $$\nabla_w L = (w^T x + y) x",
     "a-program"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong", "name"), FOLLOWED, ids=[row[-1] for row in FOLLOWED])
def test_what_is_told_of_the_steps(text: str, right: str, wrong: str, name: str) -> None:
    for claim, verdict in ((right, "valid"), (wrong, "wrong")):
        assert [step.verdict for step in check(f"{text}$${claim}$$").steps] == [verdict]


UNSURE = [  # what may have been meant otherwise is undecided, and says what to write
    (VECTORS + "$$" + _norm("w_{t+1}", "w_t", "2") + "$$", "w_{t+1} was read as an entry of w", "no-rule"),
    (VECTORS + "$$" + _norm("w^{k+1}", "w^k", "2") + "$$", "w^{k+1} was read as a power of w", "no-rule-above"),
    (VECTORS + "$$" + _norm("w^{(t+1)}", "w^{(t)}", "2") + "$$\n\n$$w^{(t+1)} = w^{(t)} - \\eta x$$",
     "no line says how one w comes from the one before it", "the-rule-comes-later"),
    (VECTORS.replace("^d", "^n") + "$$w_{n+1} = w_n - \\eta x$$\n\n$$w_{n+1} - w_n = - \\eta x$$",
     "n is a size, and counts the steps of w too", "a-size-counts"),
    (VECTORS + r"$$w = w - \eta x$$", "read as an equation, not as an update", "no-mark-at-all"),
    ("Let $y = x^2$.\n\n$$y' = 2x$$", "y' was read as a transpose", "a-derivative-with-a-prime"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "name"), UNSURE, ids=[row[-1] for row in UNSURE])
def test_what_is_unsure_is_undecided(text: str, said: str, name: str) -> None:
    (step, *_) = check(text).steps
    assert step.verdict == "undecided"
    assert said in step.evidence


SQUARE = "Let $U, S, V, A, B \\in \\mathbb{R}^{n \\times n}$.\n\n"
MEAN = (
    r"Let $\mu_n = \frac1n \sum_{{i=1}}^n x_i$."
    "\n\n"
    r"$$\mu_{{n+1}} = \mu_n + \frac{{x_{{n+1}} - \mu_n}}{{{}}}$$"
)
DISTANCE = "Let $w, x \\in \\mathbb{R}^n$ and $L = \\frac12 \\|w - x\\|^2$.\n\n"
PLANE = r"""Let $w \in \mathbb{R}^2$ and $f(w) = w_1^2 + 2 w_2^2$.

$$\nabla f(w) = \begin{pmatrix} 2w_1 \\ 4 w_2\end{pmatrix}$$

$$w_{k+1} = w_k - \eta \nabla f(w_k)$$"""
OTHERWISE = [
    (PLANE, ["valid"], "entries-by-their-numbers"),  # what looks like a rule, and is none
    (SQUARE + "Let $X = U S V'$.\n\n$$X' = V S' U'$$\n\n$$X' = U S' V'$$", ["valid", "wrong"], "primes-transpose"),
    (SQUARE + "$$(A B)' = B' A'$$\n\n$$(A B)' = A' B'$$", ["valid", "wrong"], "a-bracket-with-a-prime"),
    ("Let $A \\in \\mathbb{R}^{n \\times n}$ be symmetric.\n\n$$A' = A$$", ["valid"], "symmetric"),
    ("$$x^{k+1} = x^k x$$\n\n$$x^{k+1} = x + x^k$$", ["valid", "wrong"], "powers"),
    ("Let $f(n) = n (n + 1) / 2$.\n\n$$f(n+1) = f(n) + n + 1$$\n\n$$f(n+1) = f(n) + n$$", ["valid", "wrong"], "calls"),
    (MEAN.format("n+1"), ["valid"], "a-mean-that-is-defined"),
    (MEAN.format("n"), ["wrong"], "a-mean-that-is-defined-wrongly"),
    (DISTANCE + r"$$\frac{\partial L}{\partial w_k} = w_k - x_k$$", ["valid"], "an-entry"),
    (DISTANCE + r"$$\frac{\partial L}{\partial w_k} = w_k - x_j$$", ["wrong"], "another-entry"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), OTHERWISE, ids=[row[-1] for row in OTHERWISE])
def test_what_is_no_rule_is_judged_as_before(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts
