"""Twin pairs of chapter 5: backpropagation in vector and in index notation."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import Array, Value, gather, grad, normal, reals, sigma, size, sizes, softmax, twin

Values = tuple[Value, Value, Value]
UNIT = (
    r"x^{(s)} \in \mathbb{R}^n",
    r"t \in \mathbb{R}^N",
    r"w \in \mathbb{R}^n",
    r"o^{(s)} = \sigma(w \cdot x^{(s)})",
    r"E = \frac{1}{2N} \sum_{s=1}^N (t_s - o^{(s)})^2",
)
MLP = (
    r"W_1 \in \mathbb{R}^{n \times n}",
    r"W_2 \in \mathbb{R}^{n \times n}",
    r"x \in \mathbb{R}^n",
    r"y \in \mathbb{R}^n",
    r"h = \tanh(W_1 x)",
    r"\hat{y} = W_2 h",
    r"L = \frac12 \| \hat{y} - y \|^2",
)
INDEXED = (
    r"U \in \mathbb{R}^{c \times d}",
    r"V \in \mathbb{R}^{c \times c}",
    r"x \in \mathbb{R}^d",
    r"t \in \mathbb{R}^c",
    r"y = \sigma(U x)",
    r"z = \sigma(V y)",
    r"E = \frac12 \sum_{k=1}^c (t_k - z_k)^2",
)
CLASSIFIER = (
    r"W \in \mathbb{R}^{k \times m}",
    r"h \in \mathbb{R}^m",
    r"b \in \mathbb{R}^k",
    r"y \in \mathbb{R}^k",
    r"p = \operatorname{softmax}(W h + b)",
    r"L = -\sum_{i=1}^k y_i \log p_i",
)
LINEAR = ("W ∈ ℝ^{n×n}", "x ∈ ℝ^n", "y ∈ ℝ^n", "delta = W x - y", "L = 1/2 ‖W x - y‖^2")


@twin(
    5,
    let=UNIT,
    a=r"\nabla_w E",
    true=r"-\frac1N \sum_{s=1}^N (t_s - o^{(s)})\, o^{(s)} (1 - o^{(s)})\, x^{(s)}",
    false=r"-\frac1N \sum_{s=1}^N (t_s - o^{(s)})\, x^{(s)}",
)
def sigmoid_unit(rng: Generator) -> Values:
    n, N = sizes(rng, 2)
    X, t, w = normal(rng, N, n), normal(rng, N), normal(rng, n)
    o = sigma(X @ w)
    found = grad(lambda w, X, t: ((t - (X @ w).sigmoid()) ** 2).sum() / (2 * N), w, X, t)
    return found, -((t - o) * o * (1 - o)) @ X / N, -(t - o) @ X / N


def _mlp(rng: Generator) -> tuple[Array, Array, Array, Array]:
    n = size(rng)
    return normal(rng, n, n), normal(rng, n, n), normal(rng, n), normal(rng, n)


@twin(
    5,
    let=(
        r"V \in \mathbb{R}^{k \times m}",
        r"h \in \mathbb{R}^m",
        r"y \in \mathbb{R}^k",
        r"L = \frac12 \lVert V h - y \rVert^2",
    ),
    a=r"\frac{\partial L}{\partial V}",
    true=r"(V h - y)\, h^\top",
    false=r"h\, (V h - y)^\top",
    misfit=True,
)
def output_weights(rng: Generator) -> Values:
    k, m = sizes(rng, 2)
    V, h, y = normal(rng, k, m), normal(rng, m), normal(rng, k)
    return grad(lambda V, h, y: ((V @ h - y) ** 2).sum() / 2, V, h, y), np.outer(V @ h - y, h), None


@twin(
    5,
    let=MLP,
    a=r"\frac{\partial L}{\partial W_1}",
    true=r"\bigl( W_2^\top (\hat{y} - y) \odot (1 - h \odot h) \bigr) x^\top",
    false=r"\bigl( W_2 (\hat{y} - y) \odot (1 - h \odot h) \bigr) x^\top",
    only_if=r"W_2^\top = W_2",
)
def hidden_weights(rng: Generator) -> Values:
    W1, W2, x, y = _mlp(rng)
    h = np.tanh(W1 @ x)
    found = grad(lambda W1, W2, x, y: ((W2 @ (W1 @ x).tanh() - y) ** 2).sum() / 2, W1, W2, x, y)
    error, slope = W2 @ h - y, 1 - h**2
    return found, np.outer(W2.T @ error * slope, x), np.outer(W2 @ error * slope, x)


@twin(
    5,
    let=MLP,
    a=r"\frac{\partial L}{\partial x}",
    true=r"W_1^\top \operatorname{diag}(1 - h \circ h)\, W_2^\top (\hat{y} - y)",
    false=r"W_1^\top \operatorname{diag}(1 - h)\, W_2^\top (\hat{y} - y)",
)
def gradient_of_the_input(rng: Generator) -> Values:
    W1, W2, x, y = _mlp(rng)
    h = np.tanh(W1 @ x)
    found = grad(lambda x, W1, W2, y: ((W2 @ (W1 @ x).tanh() - y) ** 2).sum() / 2, x, W1, W2, y)
    back = W2.T @ (W2 @ h - y)
    return found, W1.T @ ((1 - h**2) * back), W1.T @ ((1 - h) * back)


def _indexed(rng: Generator) -> tuple[Array, Array, Array, Array, Array]:
    c, d = sizes(rng, 2)
    U, V, x, t = normal(rng, c, d), normal(rng, c, c), normal(rng, d), normal(rng, c)
    found = grad(lambda U, V, x, t: ((t - (V @ (U @ x).sigmoid()).sigmoid()) ** 2).sum() / 2, U, V, x, t)
    return U, V, x, t, found


@twin(
    5,
    let=INDEXED,
    a=r"\frac{\partial E}{\partial U_{ji}}",
    true=r"-\left( \sum_{k=1}^c (t_k - z_k) z_k (1 - z_k) V_{kj} \right) y_j (1 - y_j)\, x_i",
    false=r"-\left( \sum_{k=1}^c (t_k - z_k) z_k (1 - z_k) V_{jk} \right) y_j (1 - y_j)\, x_i",
    only_if=r"V^\top = V",
)
def hidden_weights_by_index(rng: Generator) -> Values:
    U, V, x, t, found = _indexed(rng)
    y = sigma(U @ x)
    z = sigma(V @ y)
    delta = (t - z) * z * (1 - z)
    return found, -np.outer(delta @ V * y * (1 - y), x), -np.outer(V @ delta * y * (1 - y), x)


@twin(
    5,
    let=(*INDEXED, r"\delta_k = (t_k - z_k) z_k (1 - z_k)"),
    a=r"-\frac{\partial E}{\partial U_{j,i}}",
    true=r"x_i\, y_j (1 - y_j) \sum_k V_{k,j}\, \delta_k",
    false=r"x_i \sum_k V_{k,j}\, \delta_k",
)
def hidden_deltas(rng: Generator) -> Values:
    U, V, x, t, found = _indexed(rng)
    y = sigma(U @ x)
    z = sigma(V @ y)
    delta = (t - z) * z * (1 - z)
    return -found, np.outer(y * (1 - y) * (delta @ V), x), np.outer(delta @ V, x)


@twin(5, let=LINEAR, a="dL/dW", true="delta x^T", false="x delta^T")
def weights_of_a_linear_layer(rng: Generator) -> Values:
    n = size(rng)
    W, x, y = normal(rng, n, n), normal(rng, n), normal(rng, n)
    found = grad(lambda W, x, y: ((W @ x - y) ** 2).sum() / 2, W, x, y)
    return found, np.outer(W @ x - y, x), np.outer(x, W @ x - y)


@twin(5, let=LINEAR, a="dL/dx", true="W' delta", false="W delta", only_if="W' = W")
def input_of_a_linear_layer(rng: Generator) -> Values:
    n = size(rng)
    W, x, y = normal(rng, n, n), normal(rng, n), normal(rng, n)
    return grad(lambda x, W, y: ((W @ x - y) ** 2).sum() / 2, x, W, y), W.T @ (W @ x - y), W @ (W @ x - y)


@twin(
    5,
    a=r"\frac{d}{dw} \tanh(\tanh(\tanh(w)))",
    true=r"(1 - \tanh^2(w)) (1 - \tanh^2(\tanh(w))) (1 - \tanh^2(\tanh(\tanh(w))))",
    false=r"(1 - \tanh^2(w))^3",
)
def chain_of_three(rng: Generator) -> Values:
    (w,) = reals(rng, 1)
    one = np.tanh(w)
    two = np.tanh(one)
    found = grad(lambda w: w.tanh().tanh().tanh(), w)
    return found, (1 - one**2) * (1 - two**2) * (1 - np.tanh(two) ** 2), (1 - one**2) ** 3


def _classifier(rng: Generator) -> tuple[Array, Array, Array, Array]:
    k, m = sizes(rng, 2)
    return normal(rng, k, m), normal(rng, m), normal(rng, k), normal(rng, k)


@twin(
    5,
    let=(*CLASSIFIER, r"\sum_{i=1}^k y_i = 1"),
    a=r"\frac{\partial L}{\partial b}",
    true=r"p - y",
    false=r"y - p",
)
def softmax_with_cross_entropy(rng: Generator) -> Values:
    W, h, b, y = _classifier(rng)
    y = y - y.mean() + 1 / len(y)
    p = softmax(W @ h + b)
    return grad(lambda b, W, h, y: -(y * (W @ h + b).log_softmax(0)).sum(), b, W, h, y), p - y, y - p


@twin(
    5,
    let=CLASSIFIER,
    a=r"\frac{\partial L}{\partial W}",
    true=r"\Bigl( \bigl( \sum_{i=1}^k y_i \bigr)\, p - y \Bigr) h^\top",
    false=r"(p - y) h^\top",
    only_if=r"\sum_i y_i = 1",
)
def softmax_without_normalised_targets(rng: Generator) -> Values:
    W, h, b, y = _classifier(rng)
    p = softmax(W @ h + b)
    found = grad(lambda W, h, b, y: -(y * (W @ h + b).log_softmax(0)).sum(), W, h, b, y)
    return found, np.outer(y.sum() * p - y, h), np.outer(p - y, h)


@twin(
    5,
    let=("U ∈ ℝ^{m×d}", "V ∈ ℝ^{m×m}", "x ∈ ℝ^d", "y ∈ ℝ^m", "h = σ(U x)", "L = 1/2 ‖V h - y‖^2"),
    a="∂L/∂h",
    true="V^T (V h - y)",
    false="V (V h - y)",
    only_if="V^T = V",
)
def gradient_of_an_intermediate(rng: Generator) -> Values:
    m, d = sizes(rng, 2)
    U, V, x, y = normal(rng, m, d), normal(rng, m, m), normal(rng, d), normal(rng, m)
    h = sigma(U @ x)
    return grad(lambda h, V, y: ((V @ h - y) ** 2).sum() / 2, h, V, y), V.T @ (V @ h - y), V @ (V @ h - y)


@twin(
    5,
    let=(r"u = x^2", r"v = u + x", r"f = u v"),
    a=r"\frac{\mathrm{d} f}{\mathrm{d} x}",
    true=r"2x v + u (2x + 1)",
    false=r"2x v + u",
)
def fan_out(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    u = x * x
    return grad(lambda x: x**2 * (x**2 + x), x), 2 * x * (u + x) + u * (2 * x + 1), 2 * x * (u + x) + u


@twin(
    5,
    let=(
        r"W^{[l]} \in \mathbb{R}^{n \times n}",
        r"x \in \mathbb{R}^n",
        r"h^{[l]} = \sigma(W^{[l]} h^{[l-1]})",
        r"h^{[0]} = x",
    ),
    a=r"h^{[2]}",
    true=r"\sigma\bigl(W^{[2]}\, \sigma(W^{[1]} x)\bigr)",
    false=r"\sigma\bigl(W^{[1]}\, \sigma(W^{[2]} x)\bigr)",
)
def layers_in_brackets(rng: Generator) -> Values:
    n = size(rng)
    W1, W2, x = normal(rng, n, n), normal(rng, n, n), normal(rng, n)
    h = x
    for W in (W1, W2):
        h = sigma(W @ h)
    return h, sigma(W2 @ sigma(W1 @ x)), sigma(W1 @ sigma(W2 @ x))


@twin(
    5,
    let=("o = σ(w x)", "E = 1/2 (t - o)^2"),
    a="dE/dw",
    true="-(t - o) o (1 - o) x",
    false="(t - o) o (1 - o) x",
)
def sign_of_the_error(rng: Generator) -> Values:
    w, x, t = reals(rng, 3)
    o = sigma(w * x)
    slope = (t - o) * o * (1 - o) * x
    return grad(lambda w: (t - (w * x).sigmoid()) ** 2 / 2, w), -slope, slope


PAIRS = gather(globals())
