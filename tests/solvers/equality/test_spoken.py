"""Declarations in words, laws in plain text, several in one text, in any order: what they say is known, all of it."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

RANDOM = (r"X, Y independent random variables with finite variance", r"a, b \in \mathbb{R}")
TABLES = ("p(h), p(D | h) probabilities over a finite set of hypotheses H",)
SETS = ("p, q distributions over a finite set X", "p(x) > 0 and q(x) > 0 for all x in X", r"f \colon X\to\mathbb{R}")
MOORE = (r"X\in\mathbb{R}^{n\times d}", r"W_Q, W_K\in\mathbb{R}^{d\times d}", "Q = XW_Q, K = XW_K")
ROWS = (r"Q,K,V\in\mathbb{R}^{n\times d}", "q_i, k_i, v_i are the rows of Q, K, V",
        r"A = \operatorname{softmax}(QK^\top) row-wise")  # fmt: skip
ENERGY = (r"E(v,h) = -b^\top v-c^\top h-v^\top Wh", r"v\in\{0,1\}^n, h\in\{0,1\}^m")
DENSE = (r"X, W, G\in\mathbb{R}^{n\times n}", r"H = \sigma(XW)", r"G = \partial L/\partial H")
TIED = (r"w^{(A)}, w^{(B)}\in\mathbb{R}^d", r"\Omega = \|w^{(A)}-w^{(B)}\|_2^2")
FORK = (r"W, V \in \mathbb{R}^{n \times n}", r"h \in \mathbb{R}^n")
ADJOINT = ("y = Wx", r"W \in \mathbb{R}^{m\times n}", r"x \in \mathbb{R}^n",
           r"\bar y := \partial L/\partial y \in \mathbb{R}^m", r"\bar x := \partial L/\partial x")  # fmt: skip
GRAPH = (r"A symmetric adjacency matrix, D degree matrix", r"x \in \mathbb{R}^n", "L = D - A")
SVD = (r"X = U\Sigma V^\top (thin SVD)", r"\Sigma = \operatorname{diag}(s_1,\dots,s_r)")

RECURRENT = (r"W \in \mathbb{R}^{n \times n}", r"h_t = \tanh(W h_{t-1})", r"h_0 \in \mathbb{R}^n")

CELL = (r"c_t = f_t \odot c_{t-1} + i_t \odot g_t", r"h_t = o_t \odot \tanh(c_t)")
NEIGHBOURS = ("N(v) neighbourhood of node v", r"h_u \in \mathbb{R}^d", r"W \in \mathbb{R}^{d \times d}")

# a, b, declarations, verdict
TABLE: list[tuple[str, str, tuple[str, ...], str]] = [
    # functions by their names
    (r"f'(a)", "f(a)(1-f(a))", (r"f the logistic function", r"a \in \mathbb{R}"), "same"),
    (r"\frac{d}{da}\log(1-D)", "-D", (r"D = \sigma(a)", r"where \sigma is the sigmoid", r"a\in\mathbb{R}"), "same"),
    (r"\phi(a) - \phi(-a)", "a", (r"\phi is the ReLU", "a in R"), "same"),
    (r"\phi(a) + \phi(-a)", "a", (r"\phi is the ReLU", "a in R"), "different"),
    (r"\phi(z)_1", r"\frac{1}{1 + e^{z_2 - z_1}}", (r"z \in \mathbb{R}^2", r"\phi the softmax"), "same"),
    (r"\frac{\partial s_i}{\partial z_j}", r"s_i(\delta_{ij} - s_j)",
     (r"z \in \mathbb{R}^K", r"s_i = e^{z_i}/\sum_k e^{z_k}", r"\delta_{ij} is the Kronecker delta"), "same"),
    (r"\frac{d}{dx}f(g(x))", r"f'(g(x))\,g'(x)", (r"f, g \colon \mathbb{R}\to\mathbb{R} differentiable",), "same"),
    (r"\frac{d}{dx}f(g(x))", r"f'(g(x))", (r"f, g \colon \mathbb{R}\to\mathbb{R} differentiable",), "different"),
    ("h''(x)", "-2h(x)(1-h(x)^2)", (r"h \colon \mathbb{R}\to\mathbb{R}", r"h(x) = \tanh(x)"), "same"),
    # derivatives by a number that is defined the other way round
    (r"\partial q/\partial r", r"\frac{1}{2}\tau u", (r"r = \log\tau^2", r"\tau > 0", r"q = m + \tau u"), "same"),
    (r"\partial q/\partial r", r"\tau u", (r"r = \log\tau^2", r"\tau > 0", r"q = m + \tau u"), "different"),
    ("dL/dp", "dL/dz (1 + e^z)^2/e^z", ("p = 1/(1 + e^(-z))", "L = z^2 - z"), "same"),
    ("dL/dp", "dL/dz p (1 - p)", ("p = 1/(1 + e^(-z))", "L = z^2 - z"), "different"),
    ("dL/dp", "2 v/c", ("p = c v", "L = v^2", "c, v > 0"), "undecided"),
    # sets of indices
    (r"W\sum_{u\in N(v)} h_u", r"\sum_{u\in N(v)} W h_u", NEIGHBOURS, "same"),
    (r"W\sum_{u\in N(v)} h_u", r"|N(v)| \sum_{u\in N(v)} W h_u", NEIGHBOURS, "different"),
    ("sum_{i in B} (a x_i + c)/|B|", "a sum_{i in B} x_i/|B| + c", (), "same"),
    ("sum_{i in B} (a x_i + c)/|B|", "a sum_{i in B} x_i/|B| + c |B|", (), "different"),
    (r"\sum_{j\in\mathcal{S}} 1", r"|\mathcal{S}|", (r"\mathcal{S} an index set",), "same"),
    ("sum_{i in B} x_i", "sum_{i=1}^n x_i", ("x in R^n",), "different"),
    ("sum_{i in B} i", "|B| (|B| + 1)/2", (), "undecided"),
    ("sum_{i in B} x_i - x_1", "2 sum_{i in B} x_i - x_1", (), "undecided"),
    ("sum_{i in B} x_i + sum_{i in C} x_i", "sum_{i in C} x_i + sum_{i in B} x_i", (), "undecided"),
    # entries of members
    (r"h_{t,k}", r"\tanh(\sum_j W_{kj} h_{t-1,j})", RECURRENT, "same"),
    (r"h_{t,k}", r"\tanh(\sum_j W_{jk} h_{t-1,j})", RECURRENT, "different"),
    (r"h_{2,1}", r"\tanh((W h_1)_1)", RECURRENT, "same"),
    (r"\partial h_{t,k}/\partial c_{t,k}", r"o_{t,k} (1 - \tanh^2(c_{t,k}))", CELL, "same"),
    (r"\partial h_{t,k}/\partial c_{t,k}", r"o_{t,k} (1 - h_{t,k}^2)", CELL, "different"),
    (r"\partial c_{t,k}/\partial f_{t,k}", r"c_{t-1,k}", CELL, "same"),
    (r"\partial c_{t,k}/\partial f_{t,k}", r"c_{t,k}", CELL, "different"),
    ("∂s_{t,j}/∂z_{t,j}", "n_{t,j} - s_{t-1,j}", ("s_t = (1 - z_t) ⊙ s_{t-1} + z_t ⊙ n_t",), "same"),
    ("∂s_{t,j}/∂z_{t,j}", "n_{t,j}", ("s_t = (1 - z_t) ⊙ s_{t-1} + z_t ⊙ n_t",), "different"),
    # an argmin of another shape than what is chosen
    (r"\arg\min_A \|A H - Y\|_F^2 + \|A\|_F^2", r"Y H^\top (H H^\top + I)^{-1}",
     (r"A \in \mathbb{R}^{q \times m}", r"H \in \mathbb{R}^{m \times T}", r"Y \in \mathbb{R}^{q \times T}"), "same"),
    (r"\arg\min_A \|A H - Y\|_F^2 + \|A\|_F^2", r"(H H^\top + I)^{-1} H Y^\top",
     (r"A \in \mathbb{R}^{q \times m}", r"H \in \mathbb{R}^{m \times T}", r"Y \in \mathbb{R}^{q \times T}"),
     "different"),
    # matrices
    ("x^\\top A y", "y^\\top A x", (r"x, y \in \mathbb{R}^n", r"A \in \mathbb{R}^{n \times n} symmetric"), "same"),
    (r"\|Ux\|", r"\|x\|", (r"x \in \mathbb{R}^n", r"U orthogonal"), "same"),
    (r"U(aI+b\Lambda)U^\top", "aI+bL", (r"L = U\Lambda U^\top, U orthogonal, \Lambda diagonal", "a, b in R"), "same"),
    (r"U(aI+b\Lambda)U^\top", "aU+bL", (r"L = U\Lambda U^\top, U orthogonal, \Lambda diagonal", "a, b in R"),
     "different"),
    (r"\Lambda_{12}", "0", (r"\Lambda \in \mathbb{R}^{n \times n} diagonal", "n > 2"), "same"),
    ("||x - W W^T x||^2", "||x||^2 - ||W^T x||^2", ("W in R^(d x k), W^T W = I", "x in R^d"), "same"),
    ("||x - W W^T x||^2", "||x||^2 - 2 ||W^T x||^2", ("W in R^(d x k), W^T W = I", "x in R^d"), "different"),
    (r"(PAP^\top)(PX)", "PAX", (r"P\in\{0,1\}^{n\times n} permutation matrix", r"A\in\mathbb{R}^{n\times n}",
                                r"X\in\mathbb{R}^{n\times d}"), "same"),
    (r"P \odot P", "P", (r"P\in\{0,1\}^{n\times n} permutation matrix",), "same"),
    (r"P P", "I", (r"P\in\{0,1\}^{n\times n} permutation matrix",), "different"),
    (r"x^\top Lx", r"\frac12\sum_{i,j}A_{ij}(x_i-x_j)^2", GRAPH, "same"),
    (r"x^\top Lx", r"\sum_{i,j}A_{ij}(x_i-x_j)^2", GRAPH, "different"),
    (r"\sum_{i=1}^nx_ix_i^\top", r"X^\top X", (r"X\in\mathbb{R}^{n\times d} with rows x_i^\top",), "same"),
    (r"\sum_{i=1}^nx_ix_i^\top", r"XX^\top", (r"X\in\mathbb{R}^{d\times n} with columns x_i",), "same"),
    ("(AV)_i", r"\sum_j\frac{\exp(q_i^\top k_j)}{\sum_l\exp(q_i^\top k_l)}v_j", ROWS, "same"),
    ("(AV)_i", r"\sum_j\frac{\exp(q_i^\top k_j)}{\sum_l\exp(q_l^\top k_j)}v_j", ROWS, "different"),
    (r"\|X\|_F^2", r"\sum_{i=1}^rs_i^2", SVD, "same"),
    (r"\|X\|_F^2", r"(\sum_{i=1}^rs_i)^2", SVD, "different"),
    (r"V^\top V", "I", SVD, "same"),
    (r"U U^\top", "I", SVD, "different"),
    (r"A^3", r"Q\Lambda^3 Q^\top", (r"A = Q\Lambda Q^\top (eigendecomposition)",), "same"),
    (r"\|u+v\|^2", r"\|u\|^2+\|v\|^2", (r"u, v \in \mathbb{R}^n orthogonal",), "same"),
    (r"\|u\|", "1", (r"u, v \in \mathbb{R}^n orthogonal",), "different"),
    # several in one text, in any order, LaTeX without a backslash
    (r"QK^\top", r"XW_QW_K^\top X^\top", MOORE, "same"),
    (r"QK^\top", r"XW_QW_K^\top X^\top", MOORE[::-1], "same"),
    (r"QK^\top", r"XW_Q^\top W_KX^\top", MOORE, "different"),
    (r"u^\top v", "0", (r"u and v are orthogonal vectors in \mathbb{R}^n",), "same"),
    ("p_1", "1 - p_2", (r"p \in \mathbb{R}^2 is a distribution",), "same"),
    (r"W W^\top", "I", (r"W \in \mathbb{R}^{m \times n} has orthonormal rows",), "same"),
    (r"W^\top W", "I", (r"W \in \mathbb{R}^{m \times n} has orthonormal columns",), "same"),
    (r"W^\top W", "I", (r"W \in \mathbb{R}^{m \times n} has orthonormal rows",), "different"),
    # whole numbers, signs
    ("p_1", "1 - p_2", ("p a probability vector in R^2",), "same"),
    ("p_1", "1 - p_2", (r"p \in \mathbb{R}^2 a probability vector",), "same"),
    ("p_1", "1 - p_2", ("p a probability vector of length 3",), "different"),
    (r"\sqrt{n^2}", "n", ("n an integer",), "different"),
    ("AB", "BA", (r"A, B \in \mathbb{R}^{n \times n} symmetric",), "different"),
    ("AB", "BA", (r"A, B \in \mathbb{R}^{n \times n} diagonal",), "same"),
    ("E[XY]", "E[X] E[Y]", (r"X, Y independent random variables",), "same"),
    ("d(k-1) + 1", "k + (k-1)(d-1)", ("d, k positive integers",), "same"),
    (r"\sqrt{a^2}", "a", ("a nonnegative",), "same"),
    (r"\frac{w^2}{w}", "w", (r"w \in \mathbb{R} nonzero",), "same"),
    # what depends on nothing
    (r"\frac{\partial c}{\partial a}", "u f(1-f)", (r"f = \sigma(a)", r"\sigma the logistic function, entrywise",
     "c = fu + g", r"a,u,g\in\mathbb{R}, u and g do not depend on a"), "same"),
    # laws
    ("E[z^2]", "mu^2 + sigma^2", ("z ~ N(mu, sigma^2)",), "same"),
    (r"\mathbb{E}[(m+se)^2]", "m^2+s^2", ("e standard normal",), "same"),
    (r"\mathbb{E}[(w^\top z)^2]", r"\|w\|^2", (r"w, z \in \mathbb{R}^d", "z standard normal"), "same"),
    ("E[z^2]", "(mu + sigma)^2", ("z ~ N(mu, sigma^2)",), "different"),
    (r"\mathbb{E}[z^3]", r"\mu^3 + 3\mu\sigma^2", (r"z \sim N(\mu, \sigma^2)",), "same"),
    (r"\operatorname{Var}[w]", r"\frac{r^2}{3}", ("r > 0", r"w \sim U(-r,r)"), "same"),
    (r"\operatorname{Var}[w]", r"\frac{r^2}{12}", ("r > 0", r"w \sim \mathcal{U}[-r,r]"), "different"),
    ("E[x^4]", "1/5", ("x ~ Uniform(0, 1)",), "same"),
    (r"\operatorname{Var}[ma/p]", r"\frac{1-p}{p}a^2",
     (r"m \sim \mathrm{Bernoulli}(p)", r"a \in \mathbb{R}", r"p \in (0,1)"), "same"),
    (r"\operatorname{Var}[ma/p]", "(1-p) a^2", (r"m \sim \mathrm{Ber}(p)", r"a \in \mathbb{R}", r"p \in (0,1)"),
     "different"),
    (r"\mathbb{E}[(m^\top x)^2]", r"p(1-p)\|x\|^2 + p^2(\mathbf{1}^\top x)^2",
     (r"m \in \mathbb{R}^d", r"m \sim \mathrm{Bernoulli}(p)", r"x \in \mathbb{R}^d", r"p \in (0,1)"), "same"),
    (r"\mathbb{E}[x_k]", r"p^\top x", (r"k \sim \mathrm{Categorical}(p)", r"x \in \mathbb{R}^d", r"p \in \Delta^d"),
     "same"),
    (r"D_{KL}(p\|q)", r"\log\frac{b}{a}+\frac{a^2+(m-n)^2}{2b^2}-\frac12",
     (r"p = \mathcal{N}(m, a^2)", r"q = \mathcal{N}(n, b^2)", "a, b > 0"), "same"),
    (r"\operatorname{Var}(aX - bY)", r"a^2\operatorname{Var}(X) + b^2\operatorname{Var}(Y)", RANDOM, "same"),
    (r"\operatorname{Var}(aX - bY)", r"a^2\operatorname{Var}(X) - b^2\operatorname{Var}(Y)", RANDOM, "different"),
    (r"\mathbb{E}[X^4]", r"3\mathbb{E}[X^2]^2", ("X random variable with finite variance",), "different"),
    ("E[y^2]", "w^2", ("z ~ N(0, 1)", "y = w z"), "same"),
    ("E[z y]", "w", ("z ~ N(0, 1)", "y = w z"), "same"),
    # distributions over finite sets
    (r"D_{KL}(p\|q)", r"-\sum_{x\in X}p(x)\log\frac{q(x)}{p(x)}", SETS, "same"),
    (r"D_{KL}(p\|q)", r"-\sum_{x\in X}p(x)\log\frac{p(x)}{q(x)}", SETS, "different"),
    (r"\mathbb{E}_{x\sim p}[f(x)]", r"\mathbb{E}_{x\sim q}[\frac{p(x)}{q(x)}f(x)]", SETS, "same"),
    (r"\mathbb{E}_{x\sim p}[f(x)]", r"\mathbb{E}_{x\sim q}[\frac{q(x)}{p(x)}f(x)]", SETS, "different"),
    (r"P(h\mid D)", r"\frac{P(D\mid h)P(h)}{\sum_{h'\in H}P(D\mid h')P(h')}", TABLES, "same"),
    (r"P(h\mid D)", r"\frac{P(D\mid h)P(h)}{\sum_{h'\in H}P(D\mid h')}", TABLES, "different"),
    (r"\mathbb{E}_p[\log\frac{p}{p+g}]", r"-\log 2 + D_{KL}(p\|m)",
     ("p, g positive distributions over a finite set", r"m = \frac12(p+g)"), "same"),
    # shapes that nothing says
    (r"\log\sum_{h\in\{0,1\}^m}e^{-E(v,h)}", r"b^\top v+\sum_{j=1}^m\log(1+e^{c_j+(W^\top v)_j})", ENERGY, "same"),
    (r"\log\sum_{h\in\{0,1\}^m}e^{-E(v,h)}", r"b^\top v+\log(1+\sum_{j=1}^me^{c_j+(W^\top v)_j})", ENERGY,
     "different"),
    (r"\frac{\partial h_t}{\partial h_{t-1}}", r"\operatorname{diag}(1-h_t\odot h_t)\,W",
     (r"h_t = \tanh(Wh_{t-1}+Ux_t)", r"W\in\mathbb{R}^{m\times m}"), "same"),
    (r"\frac{\partial h_t}{\partial h_{t-1}}", r"W\operatorname{diag}(1-h_t\odot h_t)",
     (r"h_t = \tanh(Wh_{t-1}+Ux_t)", r"W\in\mathbb{R}^{m\times m}"), "different"),
    (r"P(h_j = 1\mid v)", r"\sigma(c_j+\sum_iv_iW_{ij})", (*ENERGY, r"P(v,h) = \frac1Z e^{-E(v,h)}"), "same"),
    (r"P(h_j = 1\mid v)", r"\sigma(-c_j-\sum_iv_iW_{ij})", (*ENERGY, r"P(v,h) = \frac1Z e^{-E(v,h)}"), "different"),
    # a loss of which nothing is said but its derivatives
    (r"\frac{\partial L}{\partial x}", r"w\frac{\partial L}{\partial y}", ("y = wx",), "same"),
    (r"\frac{\partial L}{\partial x}", r"w^2\frac{\partial L}{\partial y}", ("y = wx",), "different"),
    (r"\frac{\partial L}{\partial x}", "0", (r"x \in \mathbb{R}",), "undecided"),
    (r"\frac{\partial L}{\partial W}", r"X^\top(G\odot H\odot(1-H))", DENSE, "same"),
    (r"\frac{\partial L}{\partial W}", r"(X^\top G)\odot H\odot(1-H)", DENSE, "different"),
    (r"\frac{\partial L}{\partial h}", r"W^\top \frac{\partial L}{\partial z}", (*FORK, "z = Wh"), "same"),
    (r"\frac{\partial L}{\partial h}", r"W^\top \frac{\partial L}{\partial z}", (*FORK, "z = Wh", "y = Vh"),
     "undecided"),
    (r"\frac{\partial L}{\partial h}", r"W^\top \frac{\partial L}{\partial z} + V^\top \frac{\partial L}{\partial y}",
     (*FORK, "z = Wh", "y = Vh"), "same"),
    (r"\bar x", r"W^{\mathsf T}\bar y", ADJOINT, "same"),
    (r"\bar x", r"2W^{\mathsf T}\bar y", ADJOINT, "different"),
    (r"\frac{\partial z}{\partial s}", r"\frac12\sigma\varepsilon", (r"s = \log\sigma^2", r"\sigma > 0",
     r"z = \mu+\sigma\varepsilon", r"\mu and \varepsilon do not depend on s"), "same"),
    (r"\frac{\partial z}{\partial s}", r"\frac12\sigma e", (r"\sigma = e^{s/2}", r"z = \mu+\sigma e"), "same"),
    # recursions, of the next member too
    ("w_k", "(1-a)^k w_0", ("w_{k+1} = (1-a) w_k",), "same"),
    ("w_k", "(1-a k) w_0", ("w_{k+1} = (1-a) w_k",), "different"),
    (r"\theta_k", r"(1-\eta\lambda)^k\theta_0", (r"J(\theta) = \frac12\lambda\theta^2",
     r"\theta_{k+1} = \theta_k-\eta J'(\theta_k)", r"\lambda,\eta>0"), "same"),
    ("h_3", "w^2 h_1 + w x_2 + x_3", ("h_t = w h_(t-1) + x_t",), "same"),
    ("h_T", "sum_{t=1}^T w^(T-t) x_t", ("h_t = w h_(t-1) + x_t, t = 1, ..., T", "h_0 = 0", "w in R"), "same"),
    ("h_T", "sum_{t=1}^T w^t x_t", ("h_t = w h_(t-1) + x_t, t = 1, ..., T", "h_0 = 0", "w in R"), "different"),
    (r"\frac{\partial c_T}{\partial c_1}", r"\prod_{t=2}^Tf_t",
     ("c_t = f_tc_{t-1}+u_t", r"f_t, u_t \in\mathbb{R}", r"T \ge 2"), "same"),
    # derivatives by a row, labels, functions that are parameters
    (r"\frac{\partial s}{\partial z^\top}", r"\operatorname{diag}(s)-ss^\top",
     (r"z \in \mathbb{R}^K", r"s = \operatorname{softmax}(z)"), "same"),
    (r"\frac{\partial s}{\partial z^\top}", r"2z^\top", (r"z \in \mathbb{R}^K", r"s = z^\top z"), "same"),
    (r"\nabla_{w^{(B)}}\Omega", "2(w^{(B)}-w^{(A)})", TIED, "same"),
    (r"\nabla_{w^{(B)}}\Omega", "2(w^{(A)}-w^{(B)})", TIED, "different"),
    (r"H(p) + D_{KL}(p\|q)", r"-\mathbb{E}_{x\sim p}[\log q(x)]", (*SETS, r"H(p) = -\sum_x p(x)\log p(x)"), "same"),
    (r"H(q) + D_{KL}(p\|q)", r"-\mathbb{E}_{x\sim p}[\log q(x)]", (*SETS, r"H(p) = -\sum_x p(x)\log p(x)"),
     "different"),
    # where something is least
    (r"\arg\max_y\;a\log y+b\log(1-y)", r"\frac{a}{a+b}", ("a, b > 0", r"y \in (0,1)"), "same"),
    (r"\arg\max_y\;a\log y+b\log(1-y)", r"\frac{b}{a+b}", ("a, b > 0", r"y \in (0,1)"), "different"),
    (r"\arg\min_y\;a\log y+b\log(1-y)", r"\frac{a}{a+b}", ("a, b > 0", r"y \in (0,1)"), "different"),
    ("argmin_w ||X w - y||^2", "inv(X^T X) X^T y", ("X in R^(n x d), y in R^n",), "same"),
    ("argmin_w ||X w - y||^2", "X^T y", ("X in R^(n x d), y in R^n",), "different"),
    (r"\arg\min_\theta\;g^\top(\theta-\theta_0)+\frac12(\theta-\theta_0)^\top H(\theta-\theta_0)",
     r"\theta_0-H^{-1}g", (r"\theta_0, g \in \mathbb{R}^d", r"H \in \mathbb{R}^{d\times d} positive definite"), "same"),
    ("argmin_w |w - a|", "a", (), "undecided"),
    (r"\arg\max_i p_i", r"\arg\min_i \log p_i", (r"p \in \Delta^k",), "different"),
    (r"\arg\max_i p_i", r"\arg\max_i \log p_i", (r"p \in \Delta^k",), "same"),
    # dots between entries
    (r"\operatorname{diag}(d_1^{-1/2}, \dots, d_n^{-1/2})", "D^{-1/2}",
     (r"d_1, \dots, d_n > 0", r"D = \operatorname{diag}(d_1, \dots, d_n)"), "same"),
    (r"\frac{\partial}{\partial x} (x_1^2, \dots, x_n^2)", r"2 \operatorname{diag}(x)", (r"x\in\mathbb{R}^n",), "same"),
    (r"\max(z_1, \dots, z_K)", r"\log\sum_k e^{z_k}", (r"z \in \mathbb{R}^K",), "different"),
    (r"(b, x_1, \dots, x_n)^\top (1, y_1, \dots, y_n)", r"b + x^\top y", (r"x, y \in \mathbb{R}^n",), "same"),
    (r"X X^\top", r"\sum_i x_i x_i^\top", (r"x_1, \dots, x_n \in \mathbb{R}^d", r"X = [x_1, \dots, x_n]"), "same"),
    (r"w' \cdot x'", "b + w \\cdot x", (r"w, x \in \mathbb{R}^d", "w' = [b, w]", "x' = [1, x]"), "same"),
]  # fmt: skip

# declarations, and what the refusal says
REFUSED: list[tuple[tuple[str, ...], str]] = [
    ((r"A \in \mathbb{R}^{n \times n} wonderful",), "what 'wonderful' says here is not understood"),
    ((r"A symmetric and wonderful",), "what 'wonderful' says here is not understood"),
    ((r"A = \tanh(X) row-wise",), "what is done to each row is read for a softmax only"),
    (("x, y orthogonal",), "whether x is a vector or a matrix is not said"),
    ((r"D degree matrix",), "of which matrix it is the degree matrix is not said"),
    ((r"c = \int_0^1 x \, dx", r"p a distribution"), "over which set p is a distribution is not said"),
    ((r"A \in \mathbb{R}^{n\times n}", "C \\in \\mathbb{R}^{n}; x wonderful"), "'wonderful'"),
    ((r"K(a,b) = 0 for |a| > m", r"a \in \mathbb{R}"), "'for' was not expected here"),
    ((r"X = U S V^\top (SVD)",), "not understood"),
    (("zeros is random with mean 0",), "zeros is a vector of fixed numbers"),
]


@pytest.mark.parametrize(("a", "b", "lets", "verdict"), TABLE, ids=[f"{i} {r[0]}" for i, r in enumerate(TABLE)])
def test_what_words_say_is_known(a: str, b: str, lets: tuple[str, ...], verdict: str) -> None:
    answer = compare_texts(a, b, list(lets))
    assert answer.verdict == verdict, answer


@pytest.mark.parametrize("a", [r"\operatorname{tr}(W^\top dW)", r"\,dL", "d(W^{-1})"])
def test_differentials_are_no_products(a: str) -> None:
    answer = compare_texts(a, "1", [r"W \in \mathbb{R}^{n\times n}", r"L = \frac12\|W\|_F^2"])
    assert answer.verdict == "unreadable"
    assert "a differential is compared with others only" in answer.evidence


@pytest.mark.parametrize(("lets", "says"), REFUSED, ids=[lets[-1] for lets, _ in REFUSED])
def test_what_is_not_understood_is_said_with_its_place(lets: tuple[str, ...], says: str) -> None:
    answer = compare_texts("1", "1", list(lets))
    assert answer.verdict == "unreadable"
    assert says in answer.evidence
    assert answer.where is not None
    assert answer.where["in"] == "let"
