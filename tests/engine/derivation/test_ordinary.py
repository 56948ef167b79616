"""Habits of ordinary pages: each is read as a patient reader takes it, right pages and wrong ones."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

# a page, and the verdicts of its steps
PAGES: list[tuple[str, list[str], str]] = [
    (
        ("Let $A \\in \\mathbb{R}^{n \\times n}$ (not necessarily symmetric), $x \\in \\mathbb{R}^n$, "
         "$f = x^T A x$.\n\n"
         "$$f = \\sum_{i,j} a_{ij} x_i x_j$$\n\n$$\\nabla_x f = 2 A x$$"),
        ["valid", "wrong"], "entries-by-custom-and-a-denied-property",
    ),
    (
        ("Input $x \\in \\mathbb{R}^d$, $W \\in \\mathbb{R}^{h \\times d}$, $V \\in \\mathbb{R}^{q \\times h}$.\n\n"
         "$$h = \\tanh(W x)$$\n\n$$o = V h$$\n\n$$\\frac{\\partial o}{\\partial h} = V$$\n\n"
         "$$\\frac{\\partial o}{\\partial x} = V W$$"),
        ["valid", "wrong"], "a-size-and-a-vector-of-one-name",
    ),
    (
        ("The error is, with $H \\in \\mathbb{R}^{n \\times T}$, $Y \\in \\mathbb{R}^{q \\times T}$, "
         "$W \\in \\mathbb{R}^{q \\times n}$,\n\n$$E(W) = \\|W H - Y\\|_F^2$$\n\n$$\\nabla_W E = 2 (W H - Y) H^T$$\n\n"
         "$$\\nabla_W E = (W H - Y) H^T$$"),
        ["valid", "wrong"], "an-error-E-of-one-matrix",
    ),
    (
        ("Let $H = Q \\Lambda Q^T$ with $Q^T Q = Q Q^T = I$, $\\Lambda = \\operatorname{diag}(\\lambda_1, \\dots, "
         "\\lambda_n)$, $\\lambda_i > 0$.\n\n$$H^{-1} = Q \\Lambda^{-1} Q^T$$\n\n$$H^{-1} = Q^T \\Lambda^{-1} Q$$"),
        ["valid", "wrong"], "an-orthogonal-matrix-by-its-equations",
    ),
    (
        "The layers have $3 \\cdot 5 + 1 = 16$ and $2 \\cdot 7 = 15$ weights, not $2 \\cdot 7 = 16$.",
        ["valid", "wrong"], "numbers-within-a-sentence",
    ),
    (
        ("Let $U \\in \\mathbb{R}^{h \\times n}$, $x \\in \\mathbb{R}^n$, $a = U x$. With $m \\in \\{0,1\\}^h$, "
         "$m_j = 1$ iff $a_j > 0$:\n\n$$\\operatorname{relu}(a) = m \\odot a$$\n\n$$|a| = m \\odot a$$"),
        ["valid", "wrong"], "one-exactly-when",
    ),
    (
        ("The eigenvalues are $\\lambda_1 \\ge \\dots \\ge \\lambda_d$, and $k < d$.\n\n"
         "$$\\sum_{i=1}^d \\lambda_i - \\sum_{i=1}^k \\lambda_i = \\sum_{i=k+1}^d \\lambda_i$$"),
        ["valid"], "an-order-with-dots",
    ),
    (
        ("A recurrent network: $h_t \\in \\mathbb{R}$, $x_t \\in \\mathbb{R}$, $w, u \\in \\mathbb{R}$.\n\n"
         "$$a_t = w h_{t-1} + u x_t$$\n\n$$h_t = \\tanh(a_t)$$\n\n"
         "$$\\frac{\\partial h_t}{\\partial h_{t-1}} = w (1 - h_t^2)$$\n\n"
         "$$\\frac{\\partial h_t}{\\partial h_{t-1}} = w (1 - h_{t-1}^2)$$"),
        ["valid", "wrong"], "a-recursion-over-two-lines",
    ),
    (
        ("Let $H > 0$, $c > 0$, $v \\in \\mathbb{R}$, $J = \\frac12 H (w - v)^2 + c |w|$. If the solution is positive, "
         "then\n\n$$w = v - \\frac{c}{H}$$\n\nIf it is negative,\n\n$$w = v - \\frac{c}{H}$$"),
        ["undecided", "undecided"], "a-case-in-words",
    ),
    (
        ("We take $f(\\theta) = \\frac12 \\theta^T A \\theta - b^T \\theta$ with $A \\in \\mathbb{R}^{n \\times n}$ "
         "symmetric positive definite and $b \\in \\mathbb{R}^n$.\n\n$$\\nabla f(\\theta) = A \\theta - b$$\n\n"
         "$$\\theta_1 = \\theta_0 - A^{-1} \\nabla f(\\theta_0) = A^{-1} b$$\n\n"
         "so it lands on $\\theta^* = A^{-1} b$. With $e = \\theta_0 - \\theta^*$:\n\n"
         "$$f(\\theta_0) - f(\\theta^*) = \\frac12 e^T A e$$\n\n$$f(\\theta_0) - f(\\theta^*) = e^T A e$$"),
        ["valid", "valid", "valid", "wrong"], "other-vectors-by-their-number",
    ),
    (
        ("Let $Q \\in \\mathbb{R}^{n \\times d}$, $K \\in \\mathbb{R}^{m \\times d}$, "
         "$V \\in \\mathbb{R}^{m \\times e}$, "
         "$P = \\operatorname{softmax}(Q K^T / \\sqrt{d})$, $O = P V$, $G = \\partial L / \\partial O$.\n\n"
         "$$\\frac{\\partial L}{\\partial V} = P^T G$$\n\n$$\\frac{\\partial L}{\\partial V} = G P^T$$"),
        ["valid", "wrong"], "a-size-e",
    ),
    (
        ("Let $p$ and $q$ be two distributions on $\\{1, \\dots, K\\}$, all $p_k > 0$ and $q_k > 0$.\n\n"
         "$$H(p, q) = H(p) + D_{KL}(p \\| q)$$\n\n$$H(p, q) = H(p) - D_{KL}(p \\| q)$$"),
        ["valid", "wrong"], "entropies-of-what-is-declared",
    ),
    (
        ("Data $(x_n, t_n)$, $n = 1, \\dots, N$, with $x_n \\in \\mathbb{R}^d$ and $t_n \\in \\{0, 1\\}$. The model is "
         "$y_n = \\sigma(w^T x_n)$, and\n\n$$E(w) = -\\sum_{n=1}^N (t_n \\ln y_n + (1 - t_n) \\ln(1 - y_n))$$\n\n"
         "$$\\nabla_w y_n = y_n (1 - y_n) x_n$$\n\n$$\\nabla E(w) = \\sum_n (y_n - t_n) x_n$$\n\n"
         "$$\\nabla^2 E(w) = \\sum_n y_n (1 - t_n) x_n x_n^T$$"),
        ["valid", "valid", "wrong"], "shapes-by-use-through-a-definition",
    ),
    (
        ("Keys $k_1, \\dots, k_n \\in \\mathbb{R}^d$, a query $q \\in \\mathbb{R}^d$, values "
         "$v_1, \\dots, v_n \\in \\mathbb{R}$:\n\n$$s_j = q^T k_j$$\n\n"
         "$$\\alpha_j = \\frac{e^{s_j}}{\\sum_l e^{s_l}}$$\n\n"
         "$$o = \\sum_{j=1}^n \\alpha_j v_j$$\n\n$$\\nabla_q o = \\sum_j \\alpha_j (v_j - o) k_j$$\n\n"
         "$$\\nabla_q o = \\sum_j \\alpha_j v_j k_j$$"),
        ["valid", "wrong"], "a-sum-over-what-another-letter-defines",
    ),
    (
        ("$X$ is $N\\times d$ with an example in each row, and $W$ is $d\\times k$ with orthonormal columns.\n\n"
         "$$\\begin{aligned}"
         "\\operatorname{tr}(W^\\top W) &= k \\\\ \\|XW\\|_F^2 &= \\operatorname{tr}(W^\\top X^\\top X W)"
         " && (\\|A\\|_F^2 = \\operatorname{tr}(A^\\top A)) \\\\ \\operatorname{tr}(W^\\top W) &= d\\end{aligned}$$"),
        ["valid", "valid", "wrong"], "sizes-told-by-is",
    ),
    (
        ("- $X$: $n \\times p$ node features; $W$: $p \\times q$ weights\n- $Z = X W$\n\n"
         "$$\\operatorname{tr}(Z Z^\\top) = \\|X W\\|_F^2$$\n\n$$Z^\\top Z = W^\\top X X^\\top W$$"),
        ["valid", "wrong"], "sizes-told-in-a-list",
    ),
    (
        ("Let $W \\in \\mathbb{R}^{d \\times k}$. The weights have $W^\\top W = I_k$.\n\n"
         "$$\\operatorname{tr}(W^\\top W) = k$$\n\n$$\\operatorname{tr}(W^\\top W) = 2k$$"),
        ["undecided", "undecided"], "an-equation-in-passing",
    ),
    (
        ("Let $w, x \\in \\mathbb{R}^d$, $f(r) = r^2$. Now the linear model: $y$ is a scalar, residual "
         "$r = y - w^\\top x$.\n\n$$\\nabla_w f(r) = -2 r x$$\n\n$$\\nabla_w f(r) = 2 r x$$"),
        ["valid", "wrong"], "called-by-a-word",
    ),
    (
        ("Let $a, b > 0$. We write the two densities as\n\n$$p(x) = \\frac{a}{2} e^{-a |x|}, \\qquad "
         "q(x) = \\frac{b}{2} e^{-b |x|}$$\n\nThe log ratio is\n\n"
         "$$\\log \\frac{p(x)}{q(x)} = \\log \\frac ab + (b - a) |x|$$\n\n"
         "$$\\log p(x) = \\log a - a |x|$$"),
        ["valid", "wrong"], "densities-in-closed-form",
    ),
    (
        ("Let $a_1, \\dots, a_m > 0$ with $\\sum_{j=1}^m a_j = 1$ and let $v_1, \\dots, v_m > 0$ be values.\n\n"
         "$$H(a) = -\\sum_{j=1}^m a_j \\log a_j$$\n\n$$\\sum_j a_j (v_j - c) = \\sum_j a_j v_j - c$$\n\n"
         "$$\\sum_j a_j (v_j - c) = \\sum_j a_j v_j$$\n\nFor $a = (\\frac13, \\frac13, \\frac13)$:\n\n"
         "$$H(a) = \\log 3$$\n\n$$H(a) = \\log 2$$"),
        ["valid", "valid", "wrong", "valid", "wrong"], "numbers-that-sum-to-one",
    ),
    (
        ("Let $b_1,\\dots,b_k > 0$ and $c_1,\\dots,c_k > 0$ be two probability distributions on $\\{1,\\dots,k\\}$, so "
         "$\\sum_i b_i = 1$ and $\\sum_i c_i = 1$.\n\n$$\\sum_{i=1}^k b_i \\frac{c_i}{b_i} = 1$$\n\n"
         "$$\\sum_{i=1}^k b_i \\frac{c_i^2}{b_i} = 1$$"),
        ["valid", "wrong"], "listed-distributions",
    ),
    (
        ("Let $u, q$ be two probability distributions on $\\{1, \\dots, m\\}$, $u_k > 0$, $q_k > 0$, "
         "$\\sum_{k=1}^m u_k = 1$, $\\sum_{k=1}^m q_k = 1$. The player chooses a number $0 < c_k < 1$ for every $k$. "
         "The gain is\n\n"
         "$$G = \\sum_{k=1}^m (u_k \\log c_k + q_k \\log(1 - c_k))$$\n\n"
         "$$\\frac{\\partial G}{\\partial c_k} = \\frac{u_k}{c_k} - \\frac{q_k}{1 - c_k}$$\n\n"
         "This is zero when $u_k (1 - c_k) = q_k c_k$, i.e.\n\n"
         "$$u_k = (u_k + q_k) c_k \\iff c_k = \\frac{u_k}{u_k + q_k}$$\n\n"
         "$$\\frac{\\partial G}{\\partial c_k} = \\frac{u_k}{c_k} + \\frac{q_k}{1 - c_k}$$"),
        ["valid", "valid", "valid", "valid", "valid", "wrong"], "bounded-in-passing",
    ),
    (
        ("Let $B = \\begin{bmatrix} 0.7 & 0.3 \\\\ 0.3 & 0.7 \\end{bmatrix}$. After $k$ steps\n\n"
         "$$B^k \\begin{bmatrix} 1 \\\\ -1 \\end{bmatrix} = 0.4^k \\begin{bmatrix} 1 \\\\ -1 \\end{bmatrix}$$\n\n"
         "$$B^k \\begin{bmatrix} 1 \\\\ -1 \\end{bmatrix} = 0.4 k \\begin{bmatrix} 1 \\\\ -1 \\end{bmatrix}$$"),
        ["valid", "wrong"], "powers-of-a-matrix-after-steps",
    ),
    (
        ("Let $a > 0$. The counts have the probabilities\n\n$$P(j) = \\frac{a^j e^{-a}}{j!}$$\n\n"
         "$$\\frac{P(j+1)}{P(j)} = \\frac{a}{j+1}$$\n\n$$\\frac{P(j+1)}{P(j)} = \\frac{a}{j}$$"),
        ["valid", "wrong"], "factorials-are-of-whole-numbers",
    ),
    (
        ("# Many units\n\nLet $M \\in \\mathbb{R}^{n\\times n}$ and consider $s_t = M s_{t-1}$ for $t = 1, 2, \\dots$ "
         "with $s_0 \\in \\mathbb{R}^n$.\n\n$$\\frac{\\partial s_k}{\\partial s_0} = M^k$$\n\n"
         "$$\\frac{\\partial s_k}{\\partial s_0} = (M^\\top)^k$$\n\n# One unit\n\nFor $c, s \\in \\mathbb{R}$ put "
         "$f(s) = \\tanh(c s)$.\n\n$$f'(s) = c (1 - \\tanh^2(c s))$$"),
        ["valid", "wrong", "valid"], "a-letter-that-a-later-section-declares",
    ),
    (
        ("Let $x_1,\\dots,x_n$ be i.i.d. counts from a Poisson distribution with rate $a > 0$ and "
         "$\\ell(a) = \\log \\prod_{i=1}^n \\frac{a^{x_i} e^{-a}}{x_i!}$.\n\n"
         "$$\\frac{d\\ell}{da} = \\frac{1}{a} \\sum_{i=1}^n x_i - n$$\n\n$$\\sum_{i=1}^n x_i = 1$$"),
        ["valid", "wrong"], "counts-under-a-factorial-and-no-distribution",
    ),
    (
        ("The noise $n\\in\\mathbb{R}^d$ is Gaussian with mean zero and covariance $\\nu I$, where $\\nu>0$. "
         "Let $w\\in\\mathbb{R}^d$.\n\n$$\\mathbb{E}[(w^\\top n)^2] = \\nu\\|w\\|^2$$\n\n"
         "$$\\mathbb{E}[(w^\\top n)^2] = \\nu\\|w\\|$$"),
        ["valid", "wrong"], "a-covariance-c-I",
    ),
    (
        ("Let $A \\in \\mathbb{R}^{n\\times n}$, $E \\in \\mathbb{R}^{n\\times n}$ the identity matrix, and let "
         "$u \\in \\mathbb{R}^n$ be the all-ones vector.\n\n"
         "$$(A + E)^2 = A^2 + 2A + E$$\n\n$$u^\\top u = n$$\n\n$$u^\\top A u = \\sum_i A_{ii}$$"),
        ["valid", "valid", "wrong"], "the-identity-and-ones-by-words",
    ),
    (
        ("Let $I \\in \\mathbb{R}^{n\\times n}$ be the identity matrix, $A \\in \\mathbb{R}^{n\\times n}$.\n\n"
         "$$(A + I)^2 = A^2 + 2A + I$$\n\n$$(A + I)^2 = A^2 + A + I$$"),
        ["valid", "wrong"], "the-identity-with-its-size",
    ),
    (
        ("Let $D = \\mathrm{diag}(2, 3, 2)$ and $x = \\begin{pmatrix}1\\\\2\\\\3\\end{pmatrix}$.\n\n"
         "$$D^{-1} x = \\begin{pmatrix}1/2\\\\2/3\\\\3/2\\end{pmatrix}$$\n\n"
         "$$D x = \\begin{pmatrix}2\\\\6\\\\3\\end{pmatrix}$$"),
        ["valid", "wrong"], "a-diagonal-of-numbers",
    ),
    (
        ("Let $s = \\log σ²$ with $σ > 0$ and $x_i ∈ ℝ$ for $i = 1, …, N$.\n\n$$\\frac{1}{2}s = \\log σ$$\n\n"
         "$$\\frac{1}{N} ∑_{i=1}^N (-x_i) = -\\frac{1}{N} ∑_{i=1}^N x_i$$\n\n$$\\sqrt{4}‖x‖ = √2 ‖x‖$$"),
        ["valid", "valid", "wrong"], "signs-of-unicode-among-commands",
    ),
    (
        ("The flow is $\\theta(t)=\\theta^*+(\\theta_0-\\theta^*)e^{-at}$.\n\n"
         "$$\\dot\\theta(t) = -a(\\theta_0-\\theta^*)e^{-at}$$\n\n$$\\dot\\theta(t) = a(\\theta(t)-\\theta^*)$$"),
        ["valid", "wrong"], "a-star-and-a-dot-of-a-function-of-time",
    ),
    (
        ("Let $v$ and $h$ be discrete with $p(v,h)=p(h)\\,p(v\\mid h)$ and let $q(h)$ be any distribution over $h$. "
         "We write $\\mathbb E_q$ for the expectation over $h\\sim q$ and "
         "$D(q\\|r)=\\sum_h q(h)\\log\\frac{q(h)}{r(h)}$ for the divergence, $D\\ge0$.\n\n"
         "$$\\mathbb E_q[\\log p(v,h)] = \\mathbb E_q[\\log p(h)] + \\mathbb E_q[\\log p(v\\mid h)]$$\n\n"
         "$$\\mathbb E_q\\Bigl[\\log\\frac{p(h)}{q(h)}\\Bigr] = D\\bigl(q(h)\\,\\|\\,p(h)\\bigr)$$"),
        ["valid", "wrong"], "means-under-a-law-and-a-divergence-recalled",
    ),
    (
        ("Let $q, k \\in \\mathbb{R}^d$ be random vectors whose components are all mutually independent, with "
         "$\\mathbb{E}[q_i] = \\mathbb{E}[k_i] = 0$ and $\\mathrm{Var}(q_i) = \\mathrm{Var}(k_i) = s^2$.\n\n"
         "$$\\mathbb{E}[q^\\top k] = 0$$\n\n$$\\mathrm{Var}(q^\\top k) = d s^2$$"),
        ["valid", "wrong"], "one-statement-of-two-means",
    ),
    (
        ("Let $n$ be a positive integer.\n\n$$1 - 0.95^n \\ge 0.95 \\iff 0.95^n \\le 0.05 \\iff "
         "n \\log 0.95 \\ge \\log 0.05$$"),
        ["valid", "wrong"], "a-condition-on-a-large-count",
    ),
    (
        "$$x - 1 \\ge 0 \\iff x^2 \\ge 0$$",
        ["wrong"], "equivalent-to-what-always-holds",
    ),
    (
        "Let $x > 0$.\n\n$$3 x \\ge 1 \\iff x \\ge 1/3$$\n\nIn another case\n\n$$x^2 \\ge 4 \\iff x \\ge 2$$",
        ["valid", "valid"], "a-condition-that-is-set-anew",
    ),
    (
        ("Let $h_1 = \\tanh(u x_1)$ and $L = \\frac12 (h_1 - d)^2$ with the target $d$.\n\n"
         "$$\\frac{\\partial L}{\\partial h_1} = h_1 - d$$\n\n$$\\frac{\\partial L}{\\partial u} = (h_1 - d) x_1$$"),
        ["valid", "wrong"], "a-target-d",
    ),
    (
        ("Let $0<c<1$ and $K(r) = c \\log\\frac{c}{r} + (1-c)\\log\\frac{1-c}{1-r}$ for $0<r<1$.\n\n"
         "$$K''(r) = \\frac{c}{r^2} + \\frac{1-c}{(1-r)^2}$$\n\n$$K''(c) = \\frac{1}{c} + \\frac{1}{1-c}$$\n\n"
         "$$K''(c) = \\frac{1}{c^2} + \\frac{1}{(1-c)^2}$$"),
        ["valid", "valid", "wrong"], "a-prime-at-a-parameter",
    ),
    (
        ("Let $A\\in\\mathbb{R}^{n\\times n}$ and $d_i=\\sum_{j=1}^nA_{ij}$. Let $d=(d_1,\\dots,d_n)^\\top$.\n\n"
         "$$A \\mathbf{1} = d$$\n\n$$\\sum_i d_i^2 = \\mathbf{1}^\\top A \\mathbf{1}$$"),
        ["valid", "wrong"], "a-column-written-in-a-line",
    ),
    (
        ("On a set of points $i = 1, \\dots, n$ let $p_i > 0$ be the data distribution and $g_i > 0$ the generator's, "
         "$\\sum_{i=1}^n p_i = 1$ and $\\sum_{i=1}^n g_i = 1$. Let $m_i = \\frac12 (p_i + g_i)$ be the mixture.\n\n"
         "$$\\sum_{i=1}^n p_i \\log\\frac{p_i}{p_i + g_i} = \\sum_{i=1}^n p_i \\log\\frac{p_i}{2 m_i}$$\n\n"
         "$$\\sum_{i=1}^n p_i \\log\\frac{p_i}{p_i + g_i} = \\sum_{i=1}^n p_i \\log\\frac{p_i}{m_i}$$"),
        ["valid", "wrong"], "entries-of-what-is-a-vector-later",
    ),
    (
        ("Let $a, b > 0$ and $0 < s < 1$. We answer 1 when\n\n$$(1-s) a < s b \\iff s > \\frac{a}{a+b}$$\n\n"
         "The numbers are, one by one,\n\n$$0.8 \\cdot 0.4 \\cdot 0.9 + 0.2 \\cdot 0.99 \\cdot 0.8$$\n"
         "$$= 0.288 + 0.1584$$\n$$= 0.4454$$"),
        ["valid", "valid", "wrong"], "a-formula-that-the-next-display-goes-on-with",
    ),
    (
        ("$Q, K, V \\in \\mathbb{R}^{n\\times d}$; rows $q_t, k_t, v_t$ (each $1\\times d$), $t = 1, \\dots, n$.\n\n"
         "$$K^\\top V = \\sum_{t=1}^n k_t^\\top v_t$$"),
        ["undecided"], "rows-of-which-nobody-says-the-matrix",
    ),
    (
        ("Let $x_1, \\dots, x_n \\in [a, b]$ with $a < b$.\n\n$$\\frac{1}{n}\\sum_i x_i \\le b$$\n\n"
         "$$\\frac{1}{n}\\sum_i x_i \\le a$$"),
        ["valid", "wrong"], "numbers-between-symbols",
    ),
    (
        ("Let $A \\in \\mathbb{R}^{n\\times n}$ be the identity matrix plus a perturbation and "
         "$x \\in \\mathbb{R}^n$ a vector of ones and zeros.\n\n$$A^2 = A$$\n\n$$x^\\top x = n$$"),
        ["wrong", "wrong"], "nearly-the-identity-and-not-all-ones",
    ),
    (
        ("Given the class, let $a_i$ be the probability of $x_i = 1$ for $x \\in \\{0,1\\}^n$.\n\n"
         "$$\\prod_{i=1}^n a_i^{x_i} = \\prod_{i=1}^n a_i$$"),
        ["wrong"], "an-event-is-no-definition",
    ),
    (
        ("Let $y \\in \\{0, 1\\}$ be the class, where $y = 1$ means spam, let $s \\in \\{-1, 1\\}$ with $s = 1$ for "
         "the upper state, and let $0<p<1$.\n\n$$y \\log p + (1-y)\\log(1-p) = \\log p$$\n\n$$s^2 = s$$"),
        ["wrong", "wrong"], "what-a-value-means",
    ),
    (
        ("Let $A \\in \\mathbb{R}^{n\\times n}$, $x, y \\in \\mathbb{R}^n$; we do not assume $A = A^\\top$. "
         "Let $b$ be the bias, often $b = 0$.\n\n$$x^\\top A y = y^\\top A x$$\n\n$$w + b = w$$"),
        ["wrong", "undecided"], "what-is-denied-and-what-is-often-so",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("page", "verdicts"), [row[:2] for row in PAGES], ids=[row[2] for row in PAGES])
def test_a_page_is_told_as_a_patient_reader_would(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts
