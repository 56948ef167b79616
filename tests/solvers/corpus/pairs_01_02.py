"""Twin pairs of chapters 1 and 2: perceptron, risk, gradients, Hessians, gradient descent."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    bits,
    definite,
    gather,
    grad,
    hessian,
    jacobian,
    normal,
    positive,
    reals,
    sigma,
    signs,
    simplex,
    size,
    sizes,
    symmetric,
    twin,
    whole,
    wide,
)

Values = tuple[Value, Value, Value]
PERCEPTRON = (
    r"w \in \mathbb{R}^n",
    r"x \in \mathbb{R}^n",
    r"t \in \{-1, 1\}",
    r"\eta > 0",
    r"o = \operatorname{sign}(w \cdot x)",
)


@twin(
    1,
    let=PERCEPTRON,
    a=r"w + \eta (t - o) x",
    true=r"w + \eta t x - \eta \operatorname{sign}(w^\top x) x",
    false=r"w + \eta t x",
)
def perceptron_step(rng: Generator) -> Values:
    n = size(rng)
    w, x, t, eta = normal(rng, n), normal(rng, n), signs(rng), positive(rng)
    o = np.sign(w @ x)
    return w + eta * (t - o) * x, w + eta * t * x - eta * np.sign((w * x).sum()) * x, w + eta * t * x


@twin(
    1,
    let=(r"w \in \mathbb{R}^n", r"x \in \mathbb{R}^n", r"t \in \{-1, 1\}", r"o \in \{-1, 1\}", r"\eta > 0"),
    a=r"w + \eta\,(t - o)\,x",
    true=r"w + 2 \eta t x \, [\![ t \ne o ]\!]",
    false=r"w + \eta t x \, [\![ t \ne o ]\!]",
)
def perceptron_moves_only_when_wrong(rng: Generator) -> Values:
    n = size(rng)
    w, x, t, o, eta = normal(rng, n), normal(rng, n), signs(rng), signs(rng), positive(rng)
    wrong = 1.0 if t != o else 0.0
    return w + eta * (t - o) * x, w + 2 * eta * t * x * wrong, w + eta * t * x * wrong


@twin(
    1,
    let=("w ∈ ℝ^n", "x ∈ ℝ^n"),
    a="sum_{i=1}^n w_i x_i + b",
    true="w·x + b",
    false="sum_{i=1}^n (w_i x_i + b)",
)
def net_as_a_sum(rng: Generator) -> Values:
    n = size(rng)
    w, x, b = normal(rng, n), normal(rng, n), wide(rng)
    return sum(w[i] * x[i] for i in range(n)) + b, w @ x + b, w @ x + n * b


@twin(
    1,
    let=(r"\mathbf{w} \in \mathbb{R}^n", r"\mathbf{x} \in \mathbb{R}^n"),
    a=r"\operatorname{sign}(-\mathbf{w}^\top \mathbf{x})",
    true=r"-\operatorname{sign}\langle \mathbf{x}, \mathbf{w} \rangle",
    false=r"\operatorname{sign}(\mathbf{w}^\top \mathbf{x})",
)
def sign_is_odd(rng: Generator) -> Values:
    n = size(rng)
    w, x = normal(rng, n), normal(rng, n)
    return np.sign(-w @ x), -np.sign(x @ w), np.sign(w @ x)


@twin(
    1,
    let=(r"w \in \mathbb{R}^n", r"x \in \mathbb{R}^n", r"t \in \{-1, 1\}"),
    a=r"\frac{t\, w^\top x}{\lVert w \rVert}",
    true=r"t \left\langle \frac{w}{\lVert w \rVert_2},\, x \right\rangle",
    false=r"\frac{t\, w^\top x}{\lVert w \rVert_2^2}",
)
def margin(rng: Generator) -> Values:
    n = size(rng)
    w, x, t = normal(rng, n), normal(rng, n), signs(rng)
    length = np.sqrt((w**2).sum())
    return t * (w @ x) / length, t * ((w / length) @ x), t * (w @ x) / length**2


@twin(
    1,
    let=(r"w \in \mathbb{R}^n", r"x \in \mathbb{R}^n", r"t \in \{-1, 1\}"),
    a=r"\| w + \eta t x \|^2",
    true=r"\|w\|^2 + 2 \eta t\, (w \cdot x) + \eta^2 \|x\|^2",
    false=r"\|w\|^2 + 2 \eta t\, (w \cdot x) + \eta \|x\|^2",
)
def novikoff_growth(rng: Generator) -> Values:
    n = size(rng)
    w, x, t, eta = normal(rng, n), normal(rng, n), signs(rng), wide(rng)
    start = w @ w + 2 * eta * t * (w @ x)
    return ((w + eta * t * x) ** 2).sum(), start + eta**2 * (x @ x), start + eta * (x @ x)


@twin(
    1,
    let=(r"o \in \{-1,1\}^n", r"y \in \{-1,1\}^n"),
    a=r"\frac1n \sum_{i=1}^n \mathbb{1}[o_i \neq y_i]",
    true=r"\frac12 - \frac{1}{2n} \sum_i o_i y_i",
    false=r"\frac12 - \frac1n \sum_i o_i y_i",
)
def empirical_risk(rng: Generator) -> Values:
    n = size(rng)
    o, y = signs(rng, n), signs(rng, n)
    return (o != y).mean(), 0.5 - (o @ y) / (2 * n), 0.5 - (o @ y) / n


@twin(
    1,
    let=(r"p \in \Delta^K", r"f \in \mathbb{R}^K", r"m = \sum_{k=1}^K p_k f_k"),
    a="sum_{k=1}^K p_k (f_k - c)^2",
    true="sum_{k=1}^K p_k (f_k - m)^2 + (m - c)^2",
    false="sum_{k=1}^K p_k (f_k - m)^2 + (m - c)",
)
def bias_and_variance(rng: Generator) -> Values:
    k = size(rng)
    p, f, c = simplex(rng, k), normal(rng, k), wide(rng)
    m = p @ f
    spread = p @ (f - m) ** 2
    return p @ (f - c) ** 2, spread + (m - c) ** 2, spread + m - c


@twin(1, a="n - n/k", true="n (k - 1)/k", false="n/(k - 1)", let=(r"n > 0", r"k > 1"))
def fold_training_size(rng: Generator) -> Values:
    n, k = positive(rng), 1 + positive(rng)
    return n - n / k, n * (k - 1) / k, n / (k - 1)


@twin(
    1,
    let=(r"n \in \mathbb{N}", r"m \in \mathbb{N}"),
    a=r"2^{2^n - m}",
    true=r"\frac{2^{2^n}}{2^m}",
    false=r"2^{2^{n-m}}",
)
def hypotheses_left(rng: Generator) -> Values:
    n, m = whole(rng, 1, 4), whole(rng, 1, 4)
    return 2.0 ** (2**n - m), 2.0 ** (2**n) / 2.0**m, 2.0 ** (2.0 ** (n - m))


@twin(
    1,
    let=("y ∈ {0,1}^n", "p ∈ ℝ^n"),
    a="sum_{i=1}^n (y_i - p_i)^2",
    true="sum_{i=1}^n y_i (1 - 2 p_i) + p^T p",
    false="sum_{i=1}^n y_i (1 - 2 p_i) + sum_{i=1}^n p_i",
)
def brier_score(rng: Generator) -> Values:
    n = size(rng)
    y, p = bits(rng, n), normal(rng, n)
    start = (y * (1 - 2 * p)).sum()
    return ((y - p) ** 2).sum(), start + p @ p, start + p.sum()


QUADRATIC = (r"A \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n")


@twin(
    2,
    let=(
        r"A \in \mathbb{R}^{n \times n}",
        r"\theta \in \mathbb{R}^n",
        r"b \in \mathbb{R}^n",
        r"J = \frac12 \theta^\top A \theta - b^\top \theta",
    ),
    a=r"\nabla_\theta J",
    true=r"\frac12 (A + A^\top) \theta - b",
    false=r"A \theta - b",
    only_if=r"A^\top = A",
)
def gradient_of_a_quadratic(rng: Generator) -> Values:
    n = size(rng)
    A, theta, b = normal(rng, n, n), normal(rng, n), normal(rng, n)
    found = grad(lambda t, A, b: t @ A @ t / 2 - b @ t, theta, A, b)
    return found, (A + A.T) @ theta / 2 - b, A @ theta - b


@twin(
    2,
    let=(*QUADRATIC, r"A^\top = A"),
    a=r"\nabla_x \left( x^\top A x \right)",
    true=r"2 A x",
    false=r"A x",
)
def gradient_of_a_symmetric_form(rng: Generator) -> Values:
    n = size(rng)
    A, x = symmetric(rng, n), normal(rng, n)
    return grad(lambda x, A: x @ A @ x, x, A), 2 * A @ x, A @ x


@twin(
    2,
    let=QUADRATIC,
    a=r"\nabla_x^2 (x^\top A x)",
    true=r"A + A^\top",
    false=r"2 A",
    only_if=r"A^\top = A",
)
def hessian_of_a_form(rng: Generator) -> Values:
    n = size(rng)
    A, x = normal(rng, n, n), normal(rng, n)
    return hessian(lambda x, A: x @ A @ x, x, A), A + A.T, 2 * A


@twin(
    2,
    let=(r"W \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n"),
    a=r"\frac{\partial\, \sigma(W x)}{\partial x}",
    true=r"\operatorname{diag}(\sigma'(W x))\, W",
    false=r"W \operatorname{diag}(\sigma'(W x))",
)
def jacobian_of_a_layer(rng: Generator) -> Values:
    n = size(rng)
    W, x = normal(rng, n, n), normal(rng, n)
    slope = np.diag(sigma(W @ x) * (1 - sigma(W @ x)))
    return jacobian(lambda x, W: (W @ x).sigmoid(), x, W), slope @ W, W @ slope


@twin(2, a="d/dx sin(x^2)", true="2 x cos(x^2)", false="cos(x^2)")
def inner_derivative(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return grad(lambda x: (x**2).sin(), x), 2 * x * np.cos(x**2), np.cos(x**2)


@twin(2, a=r"\frac{d}{dx}\left(e^{10x} + x\right)", true=r"10 e^{10 x} + 1", false=r"10 e^{10 x}")
def dominated_term(rng: Generator) -> Values:
    x = 0.3 * reals(rng, 1)[0]
    return grad(lambda x: (10 * x).exp() + x, x), 10 * np.exp(10 * x) + 1, 10 * np.exp(10 * x)


@twin(
    2,
    let=(r"A \in \mathbb{R}^{n \times n}", r"\theta \in \mathbb{R}^n", r"c \in \mathbb{R}^n"),
    a=r"\theta - \eta A (\theta - c) - c",
    true=r"(I - \eta A)(\theta - c)",
    false=r"(I + \eta A)(\theta - c)",
)
def descent_on_a_quadratic(rng: Generator) -> Values:
    n = size(rng)
    A, theta, c, eta = normal(rng, n, n), normal(rng, n), normal(rng, n), wide(rng)
    eye = np.eye(n)
    return theta - eta * A @ (theta - c) - c, (eye - eta * A) @ (theta - c), (eye + eta * A) @ (theta - c)


@twin(
    2,
    let=(r"x \in \mathbb{R}^m", r"y \in \mathbb{R}^m", r"J = \frac{1}{2m} \sum_{i=1}^m (\theta_1 x_i - y_i)^2"),
    a=r"\frac{dJ}{d\theta_1}",
    true=r"\frac1m \sum_{i=1}^m (\theta_1 x_i - y_i)\, x_i",
    false=r"\frac1m \sum_{i=1}^m (\theta_1 x_i - y_i)",
)
def slope_of_the_cost(rng: Generator) -> Values:
    m, theta = size(rng), wide(rng)
    x, y = normal(rng, m), normal(rng, m)
    found = grad(lambda t, x, y: ((t * x - y) ** 2).sum() / (2 * m), theta, x, y)
    return found, ((theta * x - y) * x).mean(), (theta * x - y).mean()


@twin(
    2,
    let=(r"u = t^2", r"v = \sin t", r"f = u v"),
    a=r"\frac{df}{dt}",
    true=r"2t \sin t + t^2 \cos t",
    false=r"2t \cos t",
)
def two_paths(rng: Generator) -> Values:
    (t,) = reals(rng, 1)
    found = grad(lambda t: t**2 * t.sin(), t)
    return found, 2 * t * np.sin(t) + t**2 * np.cos(t), 2 * t * np.cos(t)


@twin(
    2,
    let=(*QUADRATIC, r"u \in \mathbb{R}^n", r"A = A^\top"),
    a=r"\frac{d^2}{ds^2} \tfrac12 (x + s u)^\top A (x + s u)",
    true=r"u^\top A u",
    false=r"\tfrac12 u^\top A u",
)
def curvature_along_a_direction(rng: Generator) -> Values:
    n = size(rng)
    A, x, u, s = symmetric(rng, n), normal(rng, n), normal(rng, n), wide(rng)
    found = hessian(lambda s, A, x, u: (x + s * u) @ A @ (x + s * u) / 2, s, A, x, u)
    return found, u @ A @ u, u @ A @ u / 2


@twin(
    2,
    let=(r"f = x^2 y^3 + e^{x y}",),
    a=r"\frac{\partial^2 f}{\partial x \partial y}",
    true=r"6 x y^2 + (1 + x y) e^{xy}",
    false=r"6 x y^2 + x y e^{xy}",
)
def mixed_second_derivative(rng: Generator) -> Values:
    x, y = reals(rng, 2)
    found = hessian(lambda v: v[0] ** 2 * v[1] ** 3 + (v[0] * v[1]).exp(), np.array([x, y]))[0, 1]
    start = 6 * x * y**2
    return found, start + (1 + x * y) * np.exp(x * y), start + x * y * np.exp(x * y)


@twin(
    2,
    let=(
        r"x^{(s)} \in \mathbb{R}^n",
        r"t \in \mathbb{R}^N",
        r"w \in \mathbb{R}^n",
        r"E = \frac{1}{2N} \sum_{s=1}^N (t_s - w \cdot x^{(s)})^2",
    ),
    a=r"\frac{\partial E}{\partial w_i}",
    true=r"-\frac1N \sum_{s=1}^N (t_s - w \cdot x^{(s)})\, x^{(s)}_i",
    false=r"\frac1N \sum_{s=1}^N (t_s - w \cdot x^{(s)})\, x^{(s)}_i",
)
def gradient_of_a_linear_unit(rng: Generator) -> Values:
    n, N = sizes(rng, 2)
    X, t, w = normal(rng, N, n), normal(rng, N), normal(rng, n)
    found = grad(lambda w, X, t: ((t - X @ w) ** 2).sum() / (2 * N), w, X, t)
    return found, -(t - X @ w) @ X / N, (t - X @ w) @ X / N


@twin(
    2,
    let=(r"H \in \mathbb{R}^{n \times n}", r"H \succ 0", r"g \in \mathbb{R}^n"),
    a="(g^T g)^2 / (g^T H g)",
    true="‖g‖^4 / (g·(H g))",
    false="‖g‖^2 / (g·(H g))",
)
def best_decrease(rng: Generator) -> Values:
    n = size(rng)
    H, g = definite(rng, n), normal(rng, n)
    return (g @ g) ** 2 / (g @ H @ g), np.sqrt(g @ g) ** 4 / (g @ (H @ g)), (g @ g) / (g @ H @ g)


PAIRS = gather(globals())
