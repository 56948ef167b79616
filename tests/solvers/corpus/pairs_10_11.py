"""Twin pairs of chapters 10 and 11: unfolding, filters, aggregation over graphs, Laplacians."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    bits,
    gather,
    grad,
    normal,
    orthogonal,
    positive,
    reals,
    simplex,
    size,
    sizes,
    softmax,
    symmetric,
    twin,
    unit,
    whole,
)

Values = tuple[Value, Value, Value]
LINEAR_RNN = (
    r"W \in \mathbb{R}^{n \times n}",
    r"U \in \mathbb{R}^{n \times d}",
    r"x^{(t)} \in \mathbb{R}^d",
    r"h^{(t)} = W h^{(t-1)} + U x^{(t)}",
    r"h^{(0)} = 0",
)
KALMAN = ("P > 0", "R > 0", "K = P/(P + R)")
GRAPH = (r"A \in \mathbb{R}^{n \times n}", r"h \in \mathbb{R}^n")
LAPLACIAN = (r"A \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n", r"D = \operatorname{diag}(A \mathbf{1})")


@twin(
    10,
    let=LINEAR_RNN,
    a=r"h^{(3)}",
    true=r"\sum_{k=1}^{3} W^{3-k} U x^{(k)}",
    false=r"\sum_{k=1}^{3} W^{4-k} U x^{(k)}",
)
def linear_recurrence_unrolled(rng: Generator) -> Values:
    n, d = sizes(rng, 2)
    W, U, X = normal(rng, n, n), normal(rng, n, d), normal(rng, 3, d)
    h = np.zeros(n)
    for x in X:
        h = W @ h + U @ x
    return h, W @ W @ U @ X[0] + W @ U @ X[1] + U @ X[2], W @ (W @ W @ U @ X[0] + W @ U @ X[1] + U @ X[2])


@twin(
    10,
    let=("x^(t) ∈ ℝ", "h^(t) = w h^(t-1) + u x^(t)", "h^(0) = 0"),
    a="h^(3)",
    true="u x^(3) + w u x^(2) + w^2 u x^(1)",
    false="u x^(3) + w u x^(2) + w u x^(1)",
)
def scalar_recurrence(rng: Generator) -> Values:
    x, (w, u) = normal(rng, 3), reals(rng, 2)
    h = 0.0
    for value in x:
        h = w * h + u * value
    recent = u * x[2] + w * u * x[1]
    return h, recent + w**2 * u * x[0], recent + w * u * x[0]


@twin(
    10,
    let=(
        r"W \in \mathbb{R}^{n \times n}",
        r"U \in \mathbb{R}^{n \times d}",
        r"b \in \mathbb{R}^n",
        r"x^{(t)} \in \mathbb{R}^d",
        r"h^{(t)} = \tanh(U x^{(t)} + W h^{(t-1)} + b)",
        r"h^{(0)} = 0",
    ),
    a=r"h^{(2)}",
    true=r"\tanh\bigl( U x^{(2)} + W \tanh(U x^{(1)} + b) + b \bigr)",
    false=r"\tanh\bigl( U x^{(2)} + W \tanh(U x^{(1)}) + b \bigr)",
)
def unfolded_state(rng: Generator) -> Values:
    n, d = sizes(rng, 2)
    W, U, b, X = normal(rng, n, n), normal(rng, n, d), normal(rng, n), normal(rng, 2, d)
    h = np.zeros(n)
    for x in X:
        h = np.tanh(U @ x + W @ h + b)
    start = U @ X[1] + b
    return h, np.tanh(start + W @ np.tanh(U @ X[0] + b)), np.tanh(start + W @ np.tanh(U @ X[0]))


@twin(
    10,
    let=(
        r"o^{(t)} \in \mathbb{R}^K",
        r"y^{(t)} \in \mathbb{R}^K",
        r"\hat{y}^{(t)} = \operatorname{softmax}(o^{(t)})",
    ),
    a=r"-\sum_{t=1}^{3} \sum_{k=1}^{K} y_k^{(t)} \log \hat{y}_k^{(t)}",
    true=r"\sum_{t=1}^{3} \sum_{k=1}^{K} y_k^{(t)} \Bigl( \log \sum_{j=1}^{K} e^{o_j^{(t)}} - o_k^{(t)} \Bigr)",
    false=r"\sum_{t=1}^{3} \Bigl( \log \sum_{j=1}^{K} e^{o_j^{(t)}} - \sum_{k=1}^{K} y_k^{(t)} o_k^{(t)} \Bigr)",
    only_if=r"\sum_k y_k^{(t)} = 1",
)
def sequence_loss(rng: Generator) -> Values:
    k = size(rng)
    o, y = normal(rng, 3, k), normal(rng, 3, k)
    lse = np.log(np.exp(o).sum(axis=1, keepdims=True))
    return -(y * np.log(softmax(o))).sum(), (y * (lse - o)).sum(), lse.sum() - (y * o).sum()


@twin(10, a="2 (H D + H^2 + H)", true="2 H (D + H + 1)", false="2 H (D + H) + H")
def bidirectional_parameters(rng: Generator) -> Values:
    H, D = reals(rng, 2)
    return 2 * (H * D + H**2 + H), 2 * H * (D + H + 1), 2 * H * (D + H) + H


@twin(
    10,
    let=(r"A \in \mathbb{R}^{n \times n}", r"\alpha \in \Delta^n"),
    a=r"\sum_{i=1}^n \alpha_i A_{ij}",
    true=r"\left( A^\top \alpha \right)_j",
    false=r"\left( A \alpha \right)_j",
    only_if=r"A^\top = A",
)
def forward_step_of_a_hidden_markov_model(rng: Generator) -> Values:
    n = size(rng)
    A, alpha = normal(rng, n, n), simplex(rng, n)
    return np.array([sum(alpha[i] * A[i, j] for i in range(n)) for j in range(n)]), A.T @ alpha, A @ alpha


@twin(10, let=KALMAN, a="(1 - K) P", true="1/(1/P + 1/R)", false="K P")
def kalman_variance(rng: Generator) -> Values:
    P, R = positive(rng, 2)
    K = P / (P + R)
    return (1 - K) * P, 1 / (1 / P + 1 / R), K * P


@twin(
    10,
    let=KALMAN,
    a=r"m + K (y - m)",
    true=r"\frac{R m + P y}{P + R}",
    false=r"\frac{P m + R y}{P + R}",
)
def kalman_mean(rng: Generator) -> Values:
    (P, R), (m, y) = positive(rng, 2), reals(rng, 2)
    return m + P / (P + R) * (y - m), (R * m + P * y) / (P + R), (P * m + R * y) / (P + R)


@twin(
    10,
    let=(
        "W ∈ ℝ^{n×n}",
        "R ∈ ℝ^{n×d}",
        "x ∈ ℝ^d",
        "h^(t) = tanh(W h^(t-1) + R x)",
        "h^(0) = 0",
    ),
    a="h^(2)",
    true="tanh(W tanh(R x) + R x)",
    false="tanh(W tanh(R x))",
)
def one_vector_to_a_sequence(rng: Generator) -> Values:
    n, d = sizes(rng, 2)
    W, R, x = normal(rng, n, n), normal(rng, n, d), normal(rng, d)
    h = np.zeros(n)
    for _ in range(2):
        h = np.tanh(W @ h + R @ x)
    return h, np.tanh(W @ np.tanh(R @ x) + R @ x), np.tanh(W @ np.tanh(R @ x))


@twin(
    10,
    let=(r"0 < w < 1", r"t \in \mathbb{N}"),
    a=r"\sum_{k=0}^{t-1} w^k u",
    true=r"u\, \frac{1 - w^t}{1 - w}",
    false=r"u\, \frac{1 - w^{t-1}}{1 - w}",
)
def constant_input(rng: Generator) -> Values:
    w, t, (u,) = unit(rng), whole(rng), reals(rng, 1)
    return sum(w**k * u for k in range(t)), u * (1 - w**t) / (1 - w), u * (1 - w ** (t - 1)) / (1 - w)


@twin(
    10,
    let=(r"x^{(t)} \in \mathbb{R}", r"y^{(t)} = x^{(t)} + x^{(t-1)}"),
    a=r"\sum_{t=2}^{5} y^{(t)}",
    true=r"2 \sum_{t=1}^{5} x^{(t)} - x^{(1)} - x^{(5)}",
    false=r"2 \sum_{t=1}^{5} x^{(t)} - x^{(1)}",
)
def finite_memory(rng: Generator) -> Values:
    x = normal(rng, 5)
    return sum(x[t] + x[t - 1] for t in range(1, 5)), 2 * x.sum() - x[0] - x[4], 2 * x.sum() - x[0]


@twin(
    11,
    let=GRAPH,
    a=r"\sum_{j=1}^n A_{ij} h_j",
    true=r"(A h)_i",
    false=r"(A^\top h)_i",
    only_if=r"A^\top = A",
)
def sum_aggregation(rng: Generator) -> Values:
    n = size(rng)
    A, h = normal(rng, n, n), normal(rng, n)
    return np.array([sum(A[i, j] * h[j] for j in range(n)) for i in range(n)]), A @ h, A.T @ h


@twin(
    11,
    let=(*LAPLACIAN, r"A^\top = A"),
    a=r"x^\top (D - A)\, x",
    true=r"\frac12 \sum_{i=1}^n \sum_{j=1}^n A_{ij} (x_i - x_j)^2",
    false=r"\sum_{i=1}^n \sum_{j=1}^n A_{ij} (x_i - x_j)^2",
)
def laplacian_form(rng: Generator) -> Values:
    n = size(rng)
    A, x = symmetric(rng, n), normal(rng, n)
    spread = (A * (x[:, None] - x[None, :]) ** 2).sum()
    return x @ (np.diag(A.sum(axis=1)) - A) @ x, spread / 2, spread


@twin(
    11,
    let=LAPLACIAN,
    a=r"x^\top (D - A)\, x",
    true=r"\sum_{i=1}^n \sum_{j=1}^n A_{ij} (x_i^2 - x_i x_j)",
    false=r"\frac12 \sum_{i=1}^n \sum_{j=1}^n A_{ij} (x_i - x_j)^2",
    only_if=r"A^\top = A",
)
def laplacian_form_of_a_directed_graph(rng: Generator) -> Values:
    n = size(rng)
    A, x = normal(rng, n, n), normal(rng, n)
    right = sum(A[i, j] * (x[i] ** 2 - x[i] * x[j]) for i in range(n) for j in range(n))
    return x @ (np.diag(A.sum(axis=1)) - A) @ x, right, (A * (x[:, None] - x[None, :]) ** 2).sum() / 2


@twin(
    11,
    let=(r"A \in \mathbb{R}^{n \times n}", r"z \in \mathbb{R}^n", r"d = \exp(z)", r"D = \operatorname{diag}(d)"),
    a=r"\left( D^{-1/2} (D - A) D^{-1/2} \right)_{ij}",
    true=r"\delta_{ij} - \frac{A_{ij}}{\sqrt{d_i d_j}}",
    false=r"\delta_{ij} - \frac{A_{ij}}{d_i}",
)
def normalised_laplacian(rng: Generator) -> Values:
    n = size(rng)
    A, d = normal(rng, n, n), np.exp(normal(rng, n))
    root, eye = np.diag(d**-0.5), np.eye(n)
    return root @ (np.diag(d) - A) @ root, eye - A / np.sqrt(np.outer(d, d)), eye - A / d[:, None]


@twin(
    11,
    let=(r"A \in \mathbb{R}^{n \times n}",),
    a=r"(A^2)_{ij}",
    true=r"\sum_{k=1}^n A_{ik} A_{kj}",
    false=r"A_{ij}^2",
    only_if="n = 1",
)
def walks_of_length_two(rng: Generator) -> Values:
    A = normal(rng, *([size(rng)] * 2))
    return np.linalg.matrix_power(A, 2), A @ A, A**2


@twin(
    11,
    let=(r"A \in \mathbb{R}^{n \times n}",),
    a=r"\operatorname{tr}(A^3)",
    true=r"\sum_{i=1}^n \sum_{j=1}^n \sum_{k=1}^n A_{ij} A_{jk} A_{ki}",
    false=r"\sum_{i=1}^n \sum_{j=1}^n \sum_{k=1}^n A_{ij} A_{jk} A_{ik}",
    only_if=r"A^\top = A",
)
def closed_walks(rng: Generator) -> Values:
    A = normal(rng, *([size(rng)] * 2))
    third = np.linalg.matrix_power(A, 3)
    return np.trace(third), np.einsum("ij,jk,ki->", A, A, A), np.einsum("ij,jk,ik->", A, A, A)


@twin(
    11,
    let=(
        r"P \in \mathbb{R}^{n \times n}",
        r"P^\top P = I",
        r"A \in \mathbb{R}^{n \times n}",
        r"X \in \mathbb{R}^{n \times d}",
    ),
    a=r"(P A P^\top)(P X)",
    true=r"P A X",
    false=r"A P X",
)
def renamed_nodes(rng: Generator) -> Values:
    n, d = sizes(rng, 2)
    P, A, X = orthogonal(rng, n), normal(rng, n, n), normal(rng, n, d)
    return (P @ A @ P.T) @ (P @ X), P @ A @ X, A @ P @ X


@twin(
    11,
    let=(r"H \in \mathbb{R}^{n \times n}",),
    a=r"\sum_{i=1}^n H_{i,j}",
    true=r"(H^\top \mathbf{1})_j",
    false=r"(H \mathbf{1})_j",
    only_if=r"H^\top = H",
)
def sum_readout(rng: Generator) -> Values:
    H = normal(rng, *([size(rng)] * 2))
    ones = np.ones(len(H))
    return np.array([sum(row[j] for row in H) for j in range(len(H))]), H.T @ ones, H @ ones


@twin(
    11,
    let=(
        r"U \in \mathbb{R}^{n \times n}",
        r"U^\top U = I",
        r"\lambda \in \mathbb{R}^n",
        r"x \in \mathbb{R}^n",
        r"L = U \operatorname{diag}(\lambda) U^\top",
    ),
    a=r"\theta_0 x + \theta_1 L x",
    true=r"U \left( \theta_0 I + \theta_1 \operatorname{diag}(\lambda) \right) U^\top x",
    false=r"U^\top \left( \theta_0 I + \theta_1 \operatorname{diag}(\lambda) \right) U x",
)
def spectral_filter(rng: Generator) -> Values:
    n, (t0, t1) = size(rng), reals(rng, 2)
    U, lam, x = orthogonal(rng, n), normal(rng, n), normal(rng, n)
    L = U @ np.diag(lam) @ U.T
    inner = np.diag(t0 + t1 * lam)
    return t0 * x + t1 * L @ x, U @ inner @ U.T @ x, U.T @ inner @ U @ x


@twin(
    11,
    let=("z ∈ ℝ^n", "h ∈ ℝ^n", "c ∈ ℝ^n"),
    a="(1 - z) ⊙ h + z ⊙ c",
    true="h + z ⊙ (c - h)",
    false="c + z ⊙ (h - c)",
    only_if="z = 1/2",
)
def gated_update(rng: Generator) -> Values:
    n = size(rng)
    z, h, c = normal(rng, n), normal(rng, n), normal(rng, n)
    return (1 - z) * h + z * c, h + z * (c - h), c + z * (h - c)


@twin(
    11,
    let=(r"A \in \mathbb{R}^{n \times n}", r"b \in \mathbb{R}^n", r"h = (I - A)^{-1} b"),
    a=r"A h + b",
    true=r"h",
    false=r"(I + A)^{-1} b",
)
def fixed_point_of_a_linear_network(rng: Generator) -> Values:
    n = size(rng)
    A, b, eye = 0.3 * normal(rng, n, n), normal(rng, n), np.eye(n)
    h = np.linalg.solve(eye - A, b)
    return A @ h + b, h, np.linalg.solve(eye + A, b)


@twin(
    11,
    let=(r"x \in \mathbb{R}^n",),
    a=r"\sum_{i \ne j} x_i x_j",
    true=r"\left( \sum_i x_i \right)^2 - \sum_i x_i^2",
    false=r"\frac12 \left( \sum_i x_i \right)^2 - \frac12 \sum_i x_i^2",
)
def pairs_of_different_nodes(rng: Generator) -> Values:
    n = size(rng)
    x = normal(rng, n)
    total = sum(x[i] * x[j] for i in range(n) for j in range(n) if i != j)
    return total, x.sum() ** 2 - x @ x, (x.sum() ** 2 - x @ x) / 2


@twin(
    11,
    let=(r"u \in \mathbb{R}^n", r"v \in \mathbb{R}^n", r"y \in \{0, 1\}", r"s = \sigma(u \cdot v)"),
    a=r"\nabla_u \left[ -y \log s - (1 - y) \log (1 - s) \right]",
    true=r"(s - y)\, v",
    false=r"(s - y)\, u",
)
def link_prediction(rng: Generator) -> Values:
    n, y = size(rng), float(bits(rng))
    u, v = normal(rng, n), normal(rng, n)
    s = 1 / (1 + np.exp(-u @ v))
    found = grad(lambda u, v: -y * (u @ v).sigmoid().log() - (1 - y) * (-(u @ v)).sigmoid().log(), u, v)
    return found, (s - y) * v, (s - y) * u


PAIRS = gather(globals())
