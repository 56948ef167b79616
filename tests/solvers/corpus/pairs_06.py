"""Twin pairs of chapter 6: penalties, ridge and lasso, dropout, noise, ensembles, adversarial inputs."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    cube,
    gather,
    grad,
    normal,
    positive,
    reals,
    sigma,
    signs,
    simplex,
    size,
    sizes,
    softmax,
    twin,
    unit,
    wide,
)

Values = tuple[Value, Value, Value]
DESIGN = (r"X \in \mathbb{R}^{m \times n}", r"w \in \mathbb{R}^n", r"y \in \mathbb{R}^m", r"\lambda > 0")


@twin(
    6,
    let=DESIGN,
    a=r"\nabla_w \left( \|X w - y\|_2^2 + \lambda \|w\|_2^2 \right)",
    true=r"2 X^\top (X w - y) + 2 \lambda w",
    false=r"2 X^\top (X w - y) + \lambda w",
)
def ridge_gradient(rng: Generator) -> Values:
    m, n = sizes(rng, 2)
    X, w, y, lam = normal(rng, m, n), normal(rng, n), normal(rng, m), positive(rng)
    found = grad(lambda w, X, y: ((X @ w - y) ** 2).sum() + float(lam) * (w**2).sum(), w, X, y)
    data = 2 * X.T @ (X @ w - y)
    return found, data + 2 * lam * w, data + lam * w


@twin(
    6,
    let=DESIGN,
    a=r"(X^\top X + \lambda I)^{-1} X^\top y",
    true=r"X^\top (X X^\top + \lambda I)^{-1} y",
    false=r"X^\top (X X^\top + \lambda^2 I)^{-1} y",
)
def ridge_pushed_through(rng: Generator) -> Values:
    m, n = sizes(rng, 2)
    X, y, lam = normal(rng, m, n), normal(rng, m), positive(rng)
    small = np.linalg.solve(X.T @ X + lam * np.eye(n), X.T @ y)
    big, other = X @ X.T + lam * np.eye(m), X @ X.T + lam**2 * np.eye(m)
    return small, X.T @ np.linalg.solve(big, y), X.T @ np.linalg.solve(other, y)


@twin(
    6,
    let=(*DESIGN, r"\hat{w} = (X^\top X + \lambda I)^{-1} X^\top y"),
    a=r"X^\top X \hat{w} + \lambda \hat{w}",
    true=r"X^\top y",
    false=r"X^\top y + \lambda \hat{w}",
)
def ridge_stationary_point(rng: Generator) -> Values:
    m, n = sizes(rng, 2)
    X, y, lam = normal(rng, m, n), normal(rng, m), positive(rng)
    best = np.linalg.solve(X.T @ X + lam * np.eye(n), X.T @ y)
    return X.T @ (X @ best) + lam * best, X.T @ y, X.T @ y + lam * best


@twin(
    6,
    let=("w ∈ ℝ^n", "g ∈ ℝ^n"),
    a="w - η (α w + g)",
    true="(1 - η α) w - η g",
    false="(1 - α) w - η g",
)
def weight_decay(rng: Generator) -> Values:
    n, (eta, alpha) = size(rng), reals(rng, 2)
    w, g = normal(rng, n), normal(rng, n)
    return w - eta * (alpha * w + g), (1 - eta * alpha) * w - eta * g, (1 - alpha) * w - eta * g


@twin(
    6,
    let=(r"\lambda > 0",),
    a=r"\operatorname{sign}(v) \max(|v| - \lambda, 0)",
    true=r"\max(v - \lambda, 0) - \max(-v - \lambda, 0)",
    false=r"v - \lambda \operatorname{sign}(v)",
)
def soft_threshold(rng: Generator) -> Values:
    v, lam = wide(rng), float(positive(rng))
    return np.sign(v) * max(abs(v) - lam, 0), max(v - lam, 0) - max(-v - lam, 0), v - lam * np.sign(v)


@twin(
    6,
    let=(r"\lambda > 0",),
    a="sign(v) max(|v| - λ, 0)",
    true="v - max(-λ, min(v, λ))",
    false="max(v - λ, 0)",
    only_if="v > 0",
)
def shrinkage_is_a_clipped_remainder(rng: Generator) -> Values:
    v, lam = wide(rng), float(positive(rng))
    return np.sign(v) * max(abs(v) - lam, 0), v - np.clip(v, -lam, lam), max(v - lam, 0)


@twin(
    6,
    let=(r"w \in \mathbb{R}^n",),
    a=r"\nabla_w \|w\|_1",
    true=r"\operatorname{sign}(w)",
    false=r"\frac{w}{\|w\|_1}",
)
def lasso_gradient(rng: Generator) -> Values:
    w = normal(rng, size(rng))
    return grad(lambda w: w.abs().sum(), w), np.sign(w), w / np.abs(w).sum()


@twin(
    6,
    let=(r"w \in \mathbb{R}^n",),
    a=r"\lVert w \rVert_2^2",
    true=r"w \cdot w",
    false=r"\lVert w \rVert_1^2",
    only_if="n = 1",
)
def norms_differ(rng: Generator) -> Values:
    w = normal(rng, size(rng))
    return np.sqrt((w**2).sum()) ** 2, w @ w, np.abs(w).sum() ** 2


@twin(
    6,
    let=(r"w \in \mathbb{R}^n", r"x \in \mathbb{R}^n", r"s > 0"),
    a=r"\frac{1}{2^n} \sum_{h \in \{-1, 1\}^n} \bigl( w \cdot (x + s h) - y \bigr)^2",
    true=r"(w \cdot x - y)^2 + s^2 \|w\|^2",
    false=r"(w \cdot x - y)^2 + s \|w\|^2",
)
def input_noise_is_weight_decay(rng: Generator) -> Values:
    n, s, y = size(rng), positive(rng), wide(rng)
    w, x = normal(rng, n), normal(rng, n)
    corners = [np.array(corner) for corner in itertools.product((-1, 1), repeat=n)]
    mean = np.mean([(w @ (x + s * corner) - y) ** 2 for corner in corners])
    return mean, (w @ x - y) ** 2 + s**2 * (w @ w), (w @ x - y) ** 2 + s * (w @ w)


@twin(
    6,
    let=(r"w \in \mathbb{R}^m", r"h \in \mathbb{R}^m"),
    a=r"\frac{1}{2^m} \sum_{\mu \in \{0,1\}^m} w^\top (\mu \odot h)",
    true=r"\tfrac12 w^\top h",
    false=r"w^\top h",
)
def dropout_halves(rng: Generator) -> Values:
    m = size(rng)
    w, h = normal(rng, m), normal(rng, m)
    return np.mean([w @ (mask * h) for mask in cube(m)]), w @ h / 2, w @ h


@twin(
    6,
    let=(r"w \in \mathbb{R}^m", r"h \in \mathbb{R}^m", r"0 < p < 1"),
    a=r"\sum_{\mu \in \{0,1\}^m} \left( \prod_{i=1}^m p^{\mu_i} (1-p)^{1 - \mu_i} \right) w^\top (\mu \odot h)",
    true=r"p\, w^\top h",
    false=r"(1 - p)\, w^\top h",
    only_if=r"p = \frac12",
)
def weight_scaling(rng: Generator) -> Values:
    m, p = size(rng), unit(rng)
    w, h = normal(rng, m), normal(rng, m)
    total = sum(p ** mask.sum() * (1 - p) ** (m - mask.sum()) * (w @ (mask * h)) for mask in cube(m))
    return total, p * (w @ h), (1 - p) * (w @ h)


@twin(
    6,
    let=(r"w \in \mathbb{R}^d", r"x \in \mathbb{R}^d", r"b \in \mathbb{R}"),
    a=r"\frac{1}{2^d} \sum_{\mu \in \{0,1\}^d}"
    r" \log \frac{\sigma(w^\top (\mu \odot x) + b)}{1 - \sigma(w^\top (\mu \odot x) + b)}",
    true=r"\frac12 w^\top x + b",
    false=r"\frac12 (w^\top x + b)",
)
def geometric_mean_of_subnetworks(rng: Generator) -> Values:
    d, b = size(rng), reals(rng, 1)[0]
    w, x = normal(rng, d), normal(rng, d)
    odds = [np.log(sigma(w @ (mask * x) + b) / sigma(-(w @ (mask * x)) - b)) for mask in cube(d)]
    return np.mean(odds), w @ x / 2 + b, (w @ x + b) / 2


@twin(
    6,
    let=(r"y \in \Delta^k", r"z \in \mathbb{R}^k", r"p = \operatorname{softmax}(z)", r"0 < \epsilon < 1"),
    a=r"-\sum_{j=1}^k \Bigl[ (1 - \epsilon) y_j + \frac{\epsilon}{k} \Bigr] \log p_j",
    true=r"-(1 - \epsilon) \sum_{j=1}^k y_j \log p_j - \frac{\epsilon}{k} \sum_{j=1}^k \log p_j",
    false=r"-(1 - \epsilon) \sum_{j=1}^k y_j \log p_j - \epsilon \sum_{j=1}^k \log p_j",
)
def label_smoothing(rng: Generator) -> Values:
    k, eps = size(rng), unit(rng)
    y, logs = simplex(rng, k), np.log(softmax(normal(rng, k)))
    kept = -(1 - eps) * (y @ logs)
    return -((1 - eps) * y + eps / k) @ logs, kept - eps / k * logs.sum(), kept - eps * logs.sum()


@twin(
    6,
    let=(r"w_A \in \mathbb{R}^n", r"w_B \in \mathbb{R}^n"),
    a=r"\nabla_{w_A} \left\| w_A - w_B \right\|_2^2",
    true=r"2 (w_A - w_B)",
    false=r"2 (w_B - w_A)",
)
def parameter_tying(rng: Generator) -> Values:
    n = size(rng)
    one, two = normal(rng, n), normal(rng, n)
    return grad(lambda a, b: ((a - b) ** 2).sum(), one, two), 2 * (one - two), 2 * (two - one)


@twin(6, a="(k v + k (k - 1) c)/k^2", true="v/k + (k - 1) c/k", false="v/k + c", let=("k > 0",))
def variance_of_an_average(rng: Generator) -> Values:
    k, (v, c) = positive(rng), reals(rng, 2)
    return (k * v + k * (k - 1) * c) / k**2, v / k + (k - 1) * c / k, v / k + c


@twin(
    6,
    let=("w ∈ ℝ^n", "x ∈ ℝ^n"),
    a="w·(x + ε sign(w))",
    true="w·x + ε ‖w‖_1",
    false="w·x + ε ‖w‖_2",
    only_if="n = 1",
)
def adversarial_step(rng: Generator) -> Values:
    n, eps = size(rng), wide(rng)
    w, x = normal(rng, n), normal(rng, n)
    return w @ (x + eps * np.sign(w)), w @ x + eps * np.abs(w).sum(), w @ x + eps * np.sqrt(w @ w)


@twin(
    6,
    let=(r"w \in \mathbb{R}^n", r"x \in \mathbb{R}^n", r"y \in \{-1, 1\}", r"J = \log(1 + e^{-y\, w \cdot x})"),
    a=r"\nabla_x J",
    true=r"-y\, \sigma(-y\, w^\top x)\, w",
    false=r"-y\, \sigma(y\, w^\top x)\, w",
)
def direction_of_an_attack(rng: Generator) -> Values:
    n, y = size(rng), signs(rng)
    w, x = normal(rng, n), normal(rng, n)
    found = grad(lambda x, w: (1 + (-float(y) * (w @ x)).exp()).log(), x, w)
    return found, -y * sigma(-y * (w @ x)) * w, -y * sigma(y * (w @ x)) * w


PAIRS = gather(globals())
