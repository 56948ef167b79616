"""Twin pairs of chapters 15 and 16: costs and likelihoods of transformers, SVD, autoencoders and their penalties."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    bits,
    gather,
    grad,
    jacobian,
    normal,
    orthogonal,
    positive,
    reals,
    sigma,
    size,
    sizes,
    softmax,
    softplus,
    twin,
    unit,
    whole,
)

Values = tuple[Value, Value, Value]
DECOMPOSED = (
    r"U \in \mathbb{R}^{n \times n}",
    r"V \in \mathbb{R}^{n \times n}",
    r"U^\top U = I",
    r"V^\top V = I",
    r"s \in \mathbb{R}^n",
    r"A = U \operatorname{diag}(s) V^\top",
)


@twin(15, a="4 T D^2 + 2 T^2 D - 8 T D^2", true="2 T D (T - 2 D)", false="2 T D (T - 4 D)")
def crossover_of_costs(rng: Generator) -> Values:
    T, D = reals(rng, 2)
    return 4 * T * D**2 + 2 * T**2 * D - 8 * T * D**2, 2 * T * D * (T - 2 * D), 2 * T * D * (T - 4 * D)


@twin(
    15,
    let=(r"z \in \mathbb{R}^T", r"p = \sigma(z)"),
    a=r"\exp\left( -\frac1T \sum_{t=1}^T \log p_t \right)",
    true=r"\prod_{t=1}^T p_t^{-1/T}",
    false=r"\prod_{t=1}^T p_t^{-1}",
)
def perplexity(rng: Generator) -> Values:
    p = sigma(normal(rng, size(rng)))
    return np.exp(-np.log(p).mean()), np.prod(p ** (-1 / len(p))), np.prod(1 / p)


@twin(15, let=("p > 0",), a="2^(-log_2(p))", true="1/p", false="2^(-log(p))")
def perplexity_needs_its_base(rng: Generator) -> Values:
    p = positive(rng)
    return 2.0 ** -np.log2(p), 1 / p, 2.0 ** -np.log(p)


@twin(
    15,
    let=(r"W \in \mathbb{R}^{k \times n}", r"h \in \mathbb{R}^n"),
    a=r"-\log \operatorname{softmax}(W h)_i",
    true=r"\log \sum_{j=1}^k e^{(W h)_j} - (W h)_i",
    false=r"\log \sum_{j=1}^k e^{(W h)_j} - (W h)_1",
)
def next_token_loss(rng: Generator) -> Values:
    k, n = sizes(rng, 2)
    z = normal(rng, k, n) @ normal(rng, n)
    lse = np.log(np.exp(z).sum())
    return -np.log(softmax(z)), lse - z, np.full(k, lse - z[0])


@twin(15, a="0.15 (0.8 n)", true="0.12 n", false="0.125 n")
def masked_share(rng: Generator) -> Values:
    (n,) = reals(rng, 1)
    return 0.15 * 0.8 * n, 0.12 * n, 0.125 * n


@twin(
    15,
    let=(r"n \in \mathbb{N}",),
    a=r"\sum_{i=1}^n \sum_{j=1}^n \mathbb{1}[|i - j| \le 1]",
    true=r"3n - 2",
    false=r"3n",
)
def band_attention_has_borders(rng: Generator) -> Values:
    n = size(rng)
    return sum(abs(i - j) <= 1 for i in range(n) for j in range(n)), 3 * n - 2, 3 * n


@twin(
    15,
    let=(r"T \in \mathbb{N}",),
    a="sum_{i=1}^T sum_{j=1}^i 1",
    true="T (T + 1)/2",
    false="T (T - 1)/2",
)
def causal_pairs(rng: Generator) -> Values:
    T = whole(rng)
    return sum(i for i in range(1, T + 1)), T * (T + 1) / 2, T * (T - 1) / 2


@twin(
    15,
    let=(
        r"W \in \mathbb{R}^{n \times n}",
        r"B \in \mathbb{R}^{n \times r}",
        r"A \in \mathbb{R}^{r \times n}",
        r"x \in \mathbb{R}^n",
    ),
    a=r"(W + B A)\, x",
    true=r"W x + B (A x)",
    false=r"W x + A (B x)",
    misfit=True,
)
def low_rank_adapter(rng: Generator) -> Values:
    n, r = sizes(rng, 2)
    W, B, A, x = normal(rng, n, n), normal(rng, n, r), normal(rng, r, n), normal(rng, n)
    return (W + B @ A) @ x, W @ x + B @ (A @ x), None


@twin(
    15,
    let=(r"z \in \mathbb{R}^T", r"p = \exp(z)"),
    a=r"\log \prod_{t=1}^T p_t",
    true=r"\sum_{t=1}^T \log p_t",
    false=r"\prod_{t=1}^T \log p_t",
)
def log_likelihood_of_a_sequence(rng: Generator) -> Values:
    z = normal(rng, size(rng))
    return np.log(np.prod(np.exp(z))), z.sum(), np.prod(z)


@twin(
    15,
    let=(r"z \in \mathbb{R}^k", r"\tau > 0"),
    a=r"\operatorname{softmax}(z / \tau)_i",
    true=r"\frac{(e^{z_i})^{1/\tau}}{\sum_{j=1}^k (e^{z_j})^{1/\tau}}",
    false=r"\frac{1}{\tau} \operatorname{softmax}(z)_i",
)
def temperature(rng: Generator) -> Values:
    z, tau = normal(rng, size(rng)), positive(rng)
    powers = np.exp(z) ** (1 / tau)
    return softmax(z / tau), powers / powers.sum(), softmax(z) / tau


@twin(
    15,
    let=(r"Q \in \mathbb{R}^{n \times n}", r"K \in \mathbb{R}^{n \times n}", r"V \in \mathbb{R}^{n \times n}"),
    a=r"(Q K^T) V",
    true=r"Q (K^T V)",
    false=r"Q (V^T K)",
)
def linear_attention(rng: Generator) -> Values:
    n = size(rng)
    Q, K, V = normal(rng, 3, n, n)
    return (Q @ K.T) @ V, Q @ (K.T @ V), Q @ (V.T @ K)


@twin(
    16,
    let=(r"W \in \mathbb{R}^{2 \times 4}", r"W W^\top = I", r"x \in \mathbb{R}^4"),
    a=r"\| x - W^\top W x \|^2",
    true=r"\| x \|^2 - \| W x \|^2",
    false=r"\| x \|^2 - 2 \| W x \|^2",
)
def error_of_a_projection(rng: Generator) -> Values:
    W, x = orthogonal(rng, 4)[:2], normal(rng, 4)
    return ((x - W.T @ W @ x) ** 2).sum(), x @ x - (W @ x) @ (W @ x), x @ x - 2 * (W @ x) @ (W @ x)


@twin(
    16,
    let=("W ∈ ℝ^{k×n}", "x ∈ ℝ^n"),
    a="‖x - W^T W x‖^2",
    true="x^T x - 2 ‖W x‖^2 + ‖W^T W x‖^2",
    false="x^T x - ‖W x‖^2",
    only_if="W W^T = I",
)
def error_without_orthonormal_rows(rng: Generator) -> Values:
    k, n = sizes(rng, 2)
    W, x = normal(rng, k, n), normal(rng, n)
    code, back = W @ x, W.T @ W @ x
    return ((x - back) ** 2).sum(), x @ x - 2 * code @ code + back @ back, x @ x - code @ code


@twin(
    16,
    let=(
        r"W \in \mathbb{R}^{m \times n}",
        r"x \in \mathbb{R}^n",
        r"b \in \mathbb{R}^m",
        r"h = \sigma(W x + b)",
    ),
    a=r"\left\lVert \frac{\partial h}{\partial x} \right\rVert_F^2",
    true=r"\sum_{j=1}^m \bigl( h_j (1 - h_j) \bigr)^2 \sum_{i=1}^n W_{ji}^2",
    false=r"\sum_{j=1}^m h_j (1 - h_j) \sum_{i=1}^n W_{ji}^2",
)
def contractive_penalty(rng: Generator) -> Values:
    m, n = sizes(rng, 2)
    W, x, b = normal(rng, m, n), normal(rng, n), normal(rng, m)
    slope = sigma(W @ x + b) * sigma(-W @ x - b)
    found = jacobian(lambda x, W, b: (W @ x + b).sigmoid(), x, W, b)
    return (found**2).sum(), slope**2 @ (W**2).sum(axis=1), slope @ (W**2).sum(axis=1)


@twin(
    16,
    let=(r"A \in \mathbb{R}^{n \times n}",),
    a=r"\| A \|_F^2",
    true=r"\operatorname{tr}(A^\top A)",
    false=r"\operatorname{tr}(A A)",
    only_if=r"A^\top = A",
)
def frobenius_norm(rng: Generator) -> Values:
    A = normal(rng, *([size(rng)] * 2))
    return (A**2).sum(), np.trace(A.T @ A), np.trace(A @ A)


@twin(
    16,
    let=DECOMPOSED,
    a=r"A^\top A",
    true=r"V \operatorname{diag}(s \odot s) V^\top",
    false=r"U \operatorname{diag}(s \odot s) U^\top",
)
def right_singular_vectors(rng: Generator) -> Values:
    n = size(rng)
    U, V, s = orthogonal(rng, n), orthogonal(rng, n), normal(rng, n)
    A = U @ np.diag(s) @ V.T
    return A.T @ A, V @ np.diag(s**2) @ V.T, U @ np.diag(s**2) @ U.T


@twin(
    16,
    let=(r"A \in \mathbb{R}^{n \times n}",),
    a=r"\det(A)",
    true=r"\det(A^\top)",
    false=r"\frac12 \left( (\operatorname{tr} A)^2 - \operatorname{tr}(A^2) \right)",
    only_if="n = 2",
)
def determinant_of_more_than_two(rng: Generator) -> Values:
    n = size(rng)
    A = normal(rng, n, n)
    total = 0.0
    for order in itertools.permutations(range(n)):
        parity = np.linalg.det(np.eye(n)[list(order)])
        total += round(parity) * np.prod([A[i, order[i]] for i in range(n)])
    return total, np.linalg.det(A.T), (np.trace(A) ** 2 - np.trace(A @ A)) / 2


@twin(
    16,
    let=(r"0 < \rho < 1", r"0 < q < 1"),
    a=r"\frac{d}{dq} \left[ \rho \log \frac{\rho}{q} + (1 - \rho) \log \frac{1 - \rho}{1 - q} \right]",
    true=r"-\frac{\rho}{q} + \frac{1 - \rho}{1 - q}",
    false=r"-\frac{\rho}{q} - \frac{1 - \rho}{1 - q}",
)
def sparsity_penalty(rng: Generator) -> Values:
    rho, q = (float(value) for value in unit(rng, 2))
    found = grad(lambda q: rho * (rho / q).log() + (1 - rho) * ((1 - rho) / (1 - q)).log(), q)
    return found, -rho / q + (1 - rho) / (1 - q), -rho / q - (1 - rho) / (1 - q)


@twin(
    16,
    let=(r"W \in \mathbb{R}^{n \times m}", r"x \in \mathbb{R}^n", r"h \in \mathbb{R}^m"),
    a=r"\nabla_h \left( \tfrac12 \| x - W h \|_2^2 + \lambda \| h \|_1 \right)",
    true=r"-W^\top (x - W h) + \lambda \operatorname{sign}(h)",
    false=r"W^\top (x - W h) + \lambda \operatorname{sign}(h)",
)
def sparse_code_gradient(rng: Generator) -> Values:
    (n, m), (lam,) = sizes(rng, 2), reals(rng, 1)
    W, x, h = normal(rng, n, m), normal(rng, n), normal(rng, m)
    found = grad(lambda h, W, x: ((x - W @ h) ** 2).sum() / 2 + lam * h.abs().sum(), h, W, x)
    data = W.T @ (x - W @ h)
    return found, -data + lam * np.sign(h), data + lam * np.sign(h)


@twin(
    16,
    let=("s > 0", "r > 0", "a = s^2/(s^2 + r^2)"),
    a="(1 - a)^2 s^2 + a^2 r^2",
    true="s^2 r^2/(s^2 + r^2)",
    false="s^2 r^2/(s + r)^2",
)
def error_of_the_best_denoiser(rng: Generator) -> Values:
    s, r = positive(rng, 2)
    a = s**2 / (s**2 + r**2)
    return (1 - a) ** 2 * s**2 + a**2 * r**2, s**2 * r**2 / (s**2 + r**2), s**2 * r**2 / (s + r) ** 2


@twin(
    16,
    let=(r"x^{(s)} \in \mathbb{R}^n", r"u \in \mathbb{R}^n", r"C = \frac13 \sum_{s=1}^3 x^{(s)} (x^{(s)})^\top"),
    a=r"\frac13 \sum_{s=1}^3 (u^\top x^{(s)})^2",
    true=r"u^\top C u",
    false=r"u^\top C^2 u",
)
def variance_along_a_direction(rng: Generator) -> Values:
    n = size(rng)
    X, u = normal(rng, 3, n), normal(rng, n)
    C = X.T @ X / 3
    return ((X @ u) ** 2).mean(), u @ C @ u, u @ C @ C @ u


@twin(
    16,
    let=(r"W \in \mathbb{R}^{k \times n}", r"x \in \mathbb{R}^n", r"r = W^\top W x - x"),
    a=r"\nabla_W \frac12 \| W^\top W x - x \|^2",
    true=r"W x r^\top + W r x^\top",
    false=r"2 W r x^\top",
)
def tied_weights(rng: Generator) -> Values:
    k, n = sizes(rng, 2)
    W, x = normal(rng, k, n), normal(rng, n)
    r = W.T @ W @ x - x
    found = grad(lambda W, x: ((W.T @ (W @ x) - x) ** 2).sum() / 2, W, x)
    return found, np.outer(W @ x, r) + np.outer(W @ r, x), 2 * np.outer(W @ r, x)


@twin(
    16,
    let=(r"x \in \{0, 1\}^n", r"z \in \mathbb{R}^n", r"r = \sigma(z)"),
    a=r"-\sum_{i=1}^n \bigl[ x_i \log r_i + (1 - x_i) \log (1 - r_i) \bigr]",
    true=r"\sum_{i=1}^n \bigl[ \operatorname{softplus}(z_i) - x_i z_i \bigr]",
    false=r"\sum_{i=1}^n \bigl[ \operatorname{softplus}(-z_i) - x_i z_i \bigr]",
)
def bernoulli_decoder(rng: Generator) -> Values:
    n = size(rng)
    x, z = bits(rng, n), normal(rng, n)
    r = sigma(z)
    loss = -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum()
    return loss, (softplus(z) - x * z).sum(), (softplus(-z) - x * z).sum()


PAIRS = gather(globals())
