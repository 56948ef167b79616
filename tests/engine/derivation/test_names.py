"""Names with marks, nested accents, primes behind an index, and names of several letters that a page gives a value."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

# declarations, right claims, wrong claims
PAGES = [
    ("Let $P^- > 0$ and $r > 0$. Put $K = P^-/(P^- + r)$ and $P^+ = (1 - K) P^-$.",
     [r"P^+ = \frac{r P^-}{P^- + r}", r"\frac{1}{P^{+}} = \frac{1}{P^{-}} + \frac{1}{r}", "(P^-)^{-1} = 1/P^-"],
     ["P^+ = P^- - K", r"P^+ = \frac{r P^-}{P^- - r}"]),
    ((r"Let $F, Q \in \mathbb{R}^{n \times n}$, $x_0 \in \mathbb{R}^n$ and $P_0 \in \mathbb{R}^{n \times n}$. Put "
      r"$\hat x_k^{-} = F \hat x_{k-1}$ and $P_k^- = F P_{k-1} F^\top + Q$."),
     [r"P_k^- - Q = F P_{k-1} F^\top", r"2\hat x^-_k = 2F\hat{x}_{k-1}"],
     [r"P_k^- - Q = F^\top P_{k-1} F", r"\hat x_k^{-} = F \hat x_k^-"]),
    (r"Let $s, y \in \mathbb{R}^n$ and $M \in \mathbb{R}^{n\times n}$. Define $M_+ = M + s s^\top$.",
     [r"M_+ y = M y + s (s^\top y)", r"M_{+}^\top = M^\top + s s^\top"],
     [r"M_+ y = M y + y (s^\top y)", r"M_+ = \max(M, 0)"]),
    (r"Let $p, q > 0$. The roots are $\lambda_+ = p + q$ and $\lambda_- = p - q$.",
     [r"\lambda_+ \lambda_- = p^2 - q^2", r"\lambda_{+} - \lambda_{-} = 2q"], [r"\lambda_+ \lambda_- = p^2 + q^2"]),
    (r"Let $x \in \mathbb{R}$.", ["x = x_+ - (-x)_+", r"(x)_+ = \max(x, 0)", r"x^{-1} x = 1", "2^-3 = 1/8"],
     ["x = x_+", "x^{-2} = x^{-1}"]),
    (r"Let $f_t = \sigma(\hat f_t)$ and $\hat f_t = u_t + 1$. Define $\bar{\hat f}_t = f_t (1 - f_t)$.",
     [r"\bar{\hat{f}}_t = \sigma(u_t + 1)(1 - \sigma(u_t + 1))"], [r"\bar{\hat f}_t = \hat f_t (1 - \hat f_t)"]),
    (r"Let $\tilde c = 2 z$, $\dot{\tilde c} = 3 z$ and $\hat{\bar x} = z^2$.",
     [r"\dot{\tilde{c}} = \frac32 \tilde c", r"2\hat{\bar{x}} = \tilde c z"], [r"\dot{\tilde{c}} = \tilde c"]),
    (r"Let $\hat{y_i} = w x_i + b$.", [r"\hat{y}_i - \hat y_j = w (x_i - x_j)", r"\widehat{y}_i = w x_i + b"],
     [r"\hat{y}_i - \hat y_j = w (x_j - x_i)"]),
    ((r"Let $\bar{\mathbf{v}}, \widehat{\boldsymbol{\theta}} \in \mathbb{R}^n$ and "
      r"$\widetilde{W} \in \mathbb{R}^{n\times n}$."),
     [r"\bar{\mathbf v}^\top \widetilde W \hat{\boldsymbol\theta} = \hat\theta^\top \widetilde{W}^\top \bar v"],
     [r"\bar{\mathbf v}^\top \widetilde W \hat\theta = \bar v^\top \widetilde{W}^\top \hat\theta"]),
    ((r"Let $\overline{xy} = \frac12(x_1 y_1 + x_2 y_2)$, $\overline{x} = \frac12(x_1 + x_2)$ "
      r"and $\overline{y} = \frac12(y_1 + y_2)$."),
     [r"\overline{xy} - \bar x \bar y = \frac14(x_1 - x_2)(y_1 - y_2)"],
     [r"\overline{xy} = \overline{x}\,\overline{y}"]),
    ((r"Let $x \in \mathbb{R}^n$. The matrices $A_u, A_r$ are in $\mathbb{R}^{m \times n}$ and $B_r$ in "
      r"$\mathbb{R}^{k \times n}$, $u = A_u x$, $r = \tanh(B_r x)$, $L = \frac12 \|u\|^2 + \sum_i r_i$, "
      r"$\delta = \frac{\partial L}{\partial u}$ and "
      r"$\delta_r = \frac{\partial L}{\partial r} \odot (1 - r \odot r)$."),
     [r"\delta = u", r"\frac{\partial L}{\partial B_r} = \delta_r x^\top"],
     [r"\frac{\partial L}{\partial B_r} = \delta x^\top"]),
    ("Let $h_t = w h_{t-1} + u_t$ and $h'_t = w h'_{t-1} + u_t$.",
     ["h_t - h'_t = w (h_{t-1} - h_{t-1}')", "h_t' - u_t = w h'_{t-1}"],
     ["h_t - h'_t = w (h'_{t-1} - h_{t-1})", "h_t = h'_t"]),
    ("Let $TP = 8$, $FN = 2$ and $FP = 4$.",
     [r"\frac{TP}{TP + FN} = 0.8", r"\frac{TP}{TP+FP} = \frac23"], [r"\frac{TP}{TP + FP} = 0.8"]),
    (r"Let $MSE = \frac12((y_1 - t_1)^2 + (y_2 - t_2)^2)$.",
     [r"\frac{\partial MSE}{\partial y_1} = y_1 - t_1"], [r"\frac{\partial MSE}{\partial y_2} = t_2 - y_2"]),
    (r"Let $net_j = \sum_{i=1}^n w_{ji} x_i$ and $o_j = \sigma(net_j)$.",
     [r"\frac{\partial o_j}{\partial net_j} = o_j (1 - o_j)"], [r"\frac{\partial o_j}{\partial net_j} = 1 - o_j"]),
    (r"Let $PE_{pos}, x_{pos} \in \mathbb{R}^d$ and $z_{pos} = x_{pos} + PE_{pos}$.",
     [r"\|z_{pos}\|^2 = \|x_{pos}\|^2 + 2 x_{pos}^\top PE_{pos} + \|PE_{pos}\|^2"],
     [r"\|z_{pos}\|^2 = \|x_{pos}\|^2 + \|PE_{pos}\|^2"]),
    (r"Let $\phi_k(x) = x^k$ and $f_i(x) = a_i x + b_i$.",
     [r"\phi_3(2) = 8", r"\phi_2'(x) = 2 x", "f_1(x) + f_2(x) = (a_1 + a_2) x + b_1 + b_2", "f'_i(x) = a_i",
      r"\sum_{i=1}^3 f_i(x) = x \sum_{i=1}^3 a_i + \sum_{i=1}^3 b_i", r"\frac{d}{dx}\phi_k(x) = k \phi_{k-1}(x)"],
     [r"\phi_3(2) = 6", r"\phi_2'(x) = x", "f_1(x) = a_2 x + b_1"]),
    ((r"Let $\pi \in \mathbb{R}^K$ and $A \in \mathbb{R}^{K \times K}$. Define $\alpha_1(k) = \pi_k$ and "
      r"$\alpha_t(k) = \sum_{j=1}^K \alpha_{t-1}(j) A_{jk}$."),
     [r"\alpha_2(k) = \sum_{j=1}^K \pi_j A_{jk}", r"\alpha_t(k) = \sum_j A_{jk} \alpha_{t-1}(j)"],
     [r"\alpha_2(k) = \sum_{j=1}^K \pi_j A_{kj}", r"\alpha_t(k) = \sum_j A_{kj} \alpha_{t-1}(j)"]),
    (r"Let $h^{(l)}(x) = \tanh(w_l x)$.",
     [r"h^{(2)}(h^{(1)}(x)) = \tanh(w_2 \tanh(w_1 x))"], [r"h^{(2)}(x) = \tanh(w_1 x)"]),
    (r"Let $p_g(x) = e^{-x}$ and $p_d(x) = x$.", [r"p_g(x) p_d(x) = x e^{-x}"], ["p_g(x) = p_d(x)"]),
    (r"Let $p_s(x) = e^{-x}$ and $p_t(x) = x e^{-x}$.", ["p_t(x) = x p_s(x)", "p_t(2) = 2 p_s(2)"],
     ["p_t(1) = 2 p_s(1)"]),
    (r"Let $P_0(x) = 1$, $P_1(x) = x$ and $P_n(x) = \frac{1}{n}((2n-1) x P_{n-1}(x) - (n-1) P_{n-2}(x))$.",
     [r"2 P_2(x) = 3x^2 - 1", "P_2'(x) = 3x"], [r"2 P_2(x) = 3x^2 + 1"]),
    (r"Let $f_w(x) = w^2 x$ and $E_\theta(x) = -\theta x^2$ with $w, \theta \in \mathbb{R}$.",
     [r"\frac{\partial}{\partial w} f_w(x) = 2 w x", r"\frac{\partial}{\partial\theta} E_\theta(x) = -x^2",
      r"E_\theta'(x) = -2\theta x", r"E_\theta(2) = -4\theta"], [r"\frac{\partial}{\partial w} f_w(x) = w x"]),
    ((r"Let $x \in \mathbb{R}^N$ and $\sigma > 0$. Define $\ell(\mu, \sigma^2) = -\frac N2 \log(2\pi\sigma^2) "
      r"- \frac{1}{2\sigma^2} \sum_{n=1}^N (x_n - \mu)^2$."),
     [r"\frac{\partial\ell}{\partial\mu} = \frac{1}{\sigma^2} \sum_n (x_n - \mu)",
      r"\frac{\partial\ell}{\partial\sigma^2} = -\frac{N}{2\sigma^2} + \frac{1}{2\sigma^4} \sum_n (x_n - \mu)^2",
      r"\frac{\partial\ell}{\partial\sigma} = -\frac{N}{\sigma} + \frac{1}{\sigma^3} \sum_n (x_n - \mu)^2",
      r"\frac{\partial^2\ell}{\partial(\sigma^2)^2} = \frac{N}{2\sigma^4} - \frac{1}{\sigma^6} \sum_n (x_n - \mu)^2",
      r"\frac{\partial^2\ell}{\partial\mu\,\partial\sigma^2} = -\frac{1}{\sigma^4} \sum_n (x_n - \mu)",
      r"\frac{\partial^2\ell}{\partial\mu^2} = -\frac{N}{\sigma^2}",
      r"\ell(\mu, 4) = -\frac N2 \log(8\pi) - \frac18 \sum_n (x_n - \mu)^2"],
     [r"\frac{\partial\ell}{\partial\sigma^2} = -\frac{N}{2\sigma^2} - \frac{1}{2\sigma^4} \sum_n (x_n - \mu)^2",
      r"\frac{\partial\ell}{\partial\sigma^2} = -\frac{N}{\sigma} + \frac{1}{\sigma^3} \sum_n (x_n - \mu)^2",
      r"\ell(\mu, 2) = -\frac N2 \log(8\pi) - \frac18 \sum_n (x_n - \mu)^2"]),
    (r"Let $\sigma > 0$ and $p(x; \mu, \sigma^2) = \frac{1}{\sqrt{2\pi\sigma^2}} e^{-(x - \mu)^2/(2\sigma^2)}$.",
     [r"\log p(x; \mu, \sigma^2) = -\frac12 \log(2\pi\sigma^2) - \frac{(x - \mu)^2}{2\sigma^2}",
      r"p(x; 0, 1) = \frac{1}{\sqrt{2\pi}} e^{-x^2/2}"], [r"p(x; 0, 4) = \frac{1}{\sqrt{2\pi}} e^{-x^2/8}"]),
    ((r"Let $\sigma_1, \sigma_2 > 0$. Define $G(\sigma_1^2, \sigma_2^2) = \log\frac{\sigma_2}{\sigma_1} "
      r"+ \frac{\sigma_1^2}{2\sigma_2^2} - \frac12$."),
     [r"\frac{\partial G}{\partial\sigma_1^2} = \frac{1}{2\sigma_2^2} - \frac{1}{2\sigma_1^2}",
      r"G(1, 4) = \log 2 - \frac38"], [r"\frac{\partial G}{\partial\sigma_1^2} = \frac{1}{2\sigma_2^2}"]),
    (r"Let $\sigma > 0$ and $J = a/\sigma^2 + \sigma^2$.",
     [r"\partial J/\partial\sigma^2 = 1 - a/\sigma^4"], [r"\frac{dJ}{d\sigma^2} = 1 - \frac{a}{\sigma^2}"]),
    (r"Let $z \in \mathbb{R}^n$ and $\sigma_i(z) = \frac{e^{z_i}}{\sum_{j=1}^n e^{z_j}}$.",
     [r"\frac{\partial\sigma_i(z)}{\partial z_i} = \sigma_i(z) (1 - \sigma_i(z))"],
     [r"\frac{\partial\sigma_i(z)}{\partial z_i} = \sigma_i(z)^2"]),
    ((r"Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$ and $b \in \mathbb{R}^d$. New values are "
      "$y'_i = y_i + 1$."),
     ["(y - Xb)'(y - Xb) = y'y - 2 b'X'y + b'X'Xb"], ["(y - Xb)'y = y'y - X'b'y"]),
    (r"Let $A, B, x \in \mathbb{R}$ with $AB = 2$.", ["ABx = 2x"], ["ABx = x"]),
]  # fmt: skip

# what nothing on the page gives a value of its own: neither right nor wrong
OPEN = [
    (r"Let $x \in \mathbb{R}$ have the positive part $x^+$ and the negative part $x^-$.", "x = x^+ - x^-"),
    (r"Let $A \in \mathbb{R}^{m\times n}$.", "A A^+ A = A"),
    (r"Let $x \in \mathbb{R}^n$ and $c \in \mathbb{R}$.", r"\overline{cx} = c\,\overline{x}"),
    (r"Let $x, y \in \mathbb{R}$.", r"\overline{x^2} - \bar x^2 = \overline{(x - \bar x)^2}"),
    ("Let $L = (w^2 w^1 x - t)^2$.", r"\frac{\partial L}{\partial w^2} = 2 (w^2 w^1 x - t) w^1 x"),
    (r"Use $\alpha_t(k) = P(o_1, \dots, o_t, s_t = k)$.", r"\alpha_1(1) = 0.25"),
    (r"Let $h_t = \tanh(w h_{t-1} + u_t)$. Take a second run $h'_t$.", "h_t - h'_t = w (h_{t-1} - h'_{t-1})"),
]


def _verdicts(page: str, claim: str) -> list[str]:
    return [step.verdict for step in check(f"{page}\n\n$${claim}$$").steps]


@pytest.mark.parametrize(("page", "claim"), [(page, claim) for page, right, _ in PAGES for claim in right])
def test_right_claims_hold(page: str, claim: str) -> None:
    assert _verdicts(page, claim) == ["valid"]


@pytest.mark.parametrize(("page", "claim"), [(page, claim) for page, _, wrong in PAGES for claim in wrong])
def test_wrong_claims_are_contradicted(page: str, claim: str) -> None:
    assert _verdicts(page, claim) == ["wrong"]


@pytest.mark.parametrize(("page", "claim"), OPEN)
def test_what_has_no_value_of_its_own_is_not_judged(page: str, claim: str) -> None:
    assert not {"valid", "wrong"} & set(_verdicts(page, claim))


def test_what_holds_for_the_numbers_put_in_does_not_hold_in_general() -> None:
    page = (
        "Let $a, q > 0$ and $P_t = a P_{t-1} + q$.\n\n$$P_t - q = a P_{t-1}$$\n\nWith $a = 1$, $q = 3$, $P_0 = 2$:\n"
        "$$P_1 = 2 + 3 = 5.$$\n\nThe sum of two steps is\n$$P_t + P_{t-1} = a P_{t-1} + q + P_{t-1}.$$\n\n"
        "Moreover,\n$$P_t = P_{t-1} + q.$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "valid", "valid", "undecided"]
