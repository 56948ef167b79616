"""Twin pairs of chapter 14: attention, positional encoding, layer normalisation, word vectors."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    gather,
    grad,
    jacobian,
    normal,
    positive,
    reals,
    sigma,
    size,
    sizes,
    softmax,
    twin,
    wide,
)

Values = tuple[Value, Value, Value]
LAYER_NORM = (
    r"x \in \mathbb{R}^n",
    r"\mu = \frac1n \sum_{i=1}^n x_i",
    r"v = \frac1n \sum_{i=1}^n (x_i - \mu)^2",
)


@twin(
    14,
    let=(r"Q \in \mathbb{R}^{T \times d}", r"K \in \mathbb{R}^{T \times d}", r"V \in \mathbb{R}^{T \times m}"),
    a=r"\left( \operatorname{softmax}\left( \frac{Q K^\top}{\sqrt{d}} \right) V \right)_{ij}",
    true=r"\frac{\sum_{s=1}^T \exp\left( \frac{1}{\sqrt{d}} \sum_{l=1}^d Q_{il} K_{sl} \right) V_{sj}}"
    r"{\sum_{s=1}^T \exp\left( \frac{1}{\sqrt{d}} \sum_{l=1}^d Q_{il} K_{sl} \right)}",
    false=r"\frac{\sum_{s=1}^T \exp\left( \sum_{l=1}^d Q_{il} K_{sl} \right) V_{sj}}"
    r"{\sum_{s=1}^T \exp\left( \sum_{l=1}^d Q_{il} K_{sl} \right)}",
)
def scaled_dot_product_attention(rng: Generator) -> Values:
    T, d, m = sizes(rng, 3)
    Q, K, V = normal(rng, T, d), normal(rng, T, d), normal(rng, T, m)

    def by_hand(scale: float) -> Value:
        powers = np.exp(scale * np.einsum("il,sl->is", Q, K))
        return np.einsum("is,sj->ij", powers, V) / powers.sum(axis=1)[:, None]

    return softmax(Q @ K.T / np.sqrt(d)) @ V, by_hand(1 / np.sqrt(d)), by_hand(1)


@twin(
    14,
    let=(r"K \in \mathbb{R}^{T \times d}", r"V \in \mathbb{R}^{T \times m}", r"q \in \mathbb{R}^d"),
    a=r"\left( V^\top \operatorname{softmax}(K q) \right)_j",
    true=r"\frac{\sum_{s=1}^T e^{(K q)_s} V_{sj}}{\sum_{s=1}^T e^{(K q)_s}}",
    false=r"\sum_{s=1}^T e^{(K q)_s} V_{sj}",
)
def one_query(rng: Generator) -> Values:
    T, d, m = sizes(rng, 3)
    K, V, q = normal(rng, T, d), normal(rng, T, m), normal(rng, d)
    powers = np.exp(K @ q)
    return V.T @ softmax(K @ q), powers @ V / powers.sum(), powers @ V


@twin(
    14,
    a=r"\sin(a k) \sin(a (k + \phi)) + \cos(a k) \cos(a (k + \phi))",
    true=r"\cos(a \phi)",
    false=r"\cos(a (2k + \phi))",
)
def encodings_know_the_distance(rng: Generator) -> Values:
    a, k, phi = reals(rng, 3)
    left = np.sin(a * k) * np.sin(a * (k + phi)) + np.cos(a * k) * np.cos(a * (k + phi))
    return left, np.cos(a * phi), np.cos(a * (2 * k + phi))


@twin(
    14,
    a=r"\begin{bmatrix} \cos\phi & \sin\phi \\ -\sin\phi & \cos\phi \end{bmatrix}"
    r" \begin{bmatrix} \sin k \\ \cos k \end{bmatrix}",
    true=r"\begin{bmatrix} \sin(k + \phi) \\ \cos(k + \phi) \end{bmatrix}",
    false=r"\begin{bmatrix} \sin(k - \phi) \\ \cos(k - \phi) \end{bmatrix}",
)
def shift_is_a_rotation(rng: Generator) -> Values:
    phi, k = reals(rng, 2)
    turn = np.array([[np.cos(phi), np.sin(phi)], [-np.sin(phi), np.cos(phi)]])
    left = turn @ np.array([np.sin(k), np.cos(k)])
    return left, np.array([np.sin(k + phi), np.cos(k + phi)]), np.array([np.sin(k - phi), np.cos(k - phi)])


@twin(14, let=("n > 0", "D > 0"), a="sin(k/n^(2 j/D))", true="sin(k n^(-2 j/D))", false="sin(k/n^(j/D))")
def frequency_of_a_column(rng: Generator) -> Values:
    n, D, (k, j) = positive(rng), positive(rng) + 1, reals(rng, 2)
    return np.sin(k / n ** (2 * j / D)), np.sin(k * n ** (-2 * j / D)), np.sin(k / n ** (j / D))


@twin(
    14,
    let=(*LAYER_NORM, r"\epsilon > 0"),
    a=r"\frac1n \sum_{i=1}^n \left( \frac{x_i - \mu}{\sqrt{v + \epsilon}} \right)^2",
    true=r"\frac{v}{v + \epsilon}",
    false="1",
    only_if=r"\epsilon = 0",
)
def variance_after_layer_norm(rng: Generator) -> Values:
    x, eps = normal(rng, size(rng)), positive(rng)
    return (((x - x.mean()) / np.sqrt(x.var() + eps)) ** 2).mean(), x.var() / (x.var() + eps), 1.0


@twin(
    14,
    let=LAYER_NORM,
    a=r"\frac{x_i + c - \frac1n \sum_{j=1}^n (x_j + c)}{\sqrt{v}}",
    true=r"\frac{x_i - \mu}{\sqrt{v}}",
    false=r"\frac{x_i + c - \mu}{\sqrt{v}}",
)
def layer_norm_ignores_a_shift(rng: Generator) -> Values:
    x, c = normal(rng, size(rng)), wide(rng)
    moved = x + c
    return (moved - moved.mean()) / x.std(), (x - x.mean()) / x.std(), (x + c - x.mean()) / x.std()


@twin(
    14,
    let=(*LAYER_NORM, r"g \in \mathbb{R}^n", r"z = \frac{x - \mu \mathbf{1}}{\sqrt{v}}"),
    a=r"\nabla_x (g^\top z)",
    true=r"\frac{1}{\sqrt{v}} \left( g - \frac1n (\mathbf{1}^\top g) \mathbf{1} - \frac1n (g^\top z)\, z \right)",
    false=r"\frac{1}{\sqrt{v}} \left( g - \frac1n (g^\top z)\, z \right)",
    only_if=r"\sum_i g_i = 0",
)
def layer_norm_gradient(rng: Generator) -> Values:
    n = size(rng) + 1
    x, g = normal(rng, n), normal(rng, n)
    z = (x - x.mean()) / x.std()
    found = grad(lambda x, g: g @ ((x - x.mean()) / x.std(correction=0)), x, g)
    along = (g @ z) * z / n
    return found, (g - g.mean() - along) / x.std(), (g - along) / x.std()


@twin(
    14,
    let=(r"q \in \mathbb{R}^d", r"k \in \mathbb{R}^d"),
    a=r"\left\langle \frac{q}{d^{1/4}}, \frac{k}{d^{1/4}} \right\rangle",
    true=r"\frac{q^\top k}{\sqrt{d}}",
    false=r"\frac{q^\top k}{d}",
)
def scale_shared_by_query_and_key(rng: Generator) -> Values:
    d = size(rng)
    q, k = normal(rng, d), normal(rng, d)
    return (q / d**0.25) @ (k / d**0.25), q @ k / np.sqrt(d), q @ k / d


@twin(
    14,
    let=(r"u \in \mathbb{R}^n", r"v \in \mathbb{R}^n", r"r \in \mathbb{R}^n"),
    a=r"\nabla_v \bigl[ -\log \sigma(u^\top v) - \log \sigma(-r^\top v) \bigr]",
    true=r"(\sigma(u^\top v) - 1)\, u + \sigma(r^\top v)\, r",
    false=r"(\sigma(u^\top v) - 1)\, u - \sigma(r^\top v)\, r",
)
def negative_sampling(rng: Generator) -> Values:
    u, v, r = normal(rng, 3, size(rng))
    found = grad(lambda v, u, r: -(u @ v).sigmoid().log() - (-(r @ v)).sigmoid().log(), v, u, r)
    pull, push = (sigma(u @ v) - 1) * u, sigma(r @ v) * r
    return found, pull + push, pull - push


@twin(
    14,
    let=("W ∈ ℝ^{d×n}", "x^(s) ∈ ℝ^n"),
    a="1/3 sum_{s=1}^3 W x^(s)",
    true="W (x^(1) + x^(2) + x^(3))/3",
    false="W (x^(1) + x^(2) + x^(3))",
)
def mean_of_the_context(rng: Generator) -> Values:
    d, n = sizes(rng, 2)
    W, X = normal(rng, d, n), normal(rng, 3, n)
    return np.mean([W @ x for x in X], axis=0), W @ X.sum(axis=0) / 3, W @ X.sum(axis=0)


@twin(14, a="4 D^2 + 2 D (4 D)", true="12 D^2", false="10 D^2")
def weights_of_a_block(rng: Generator) -> Values:
    D = wide(rng)
    return 4 * D**2 + 2 * D * (4 * D), 12 * D**2, 10 * D**2


@twin(
    14,
    let=(r"W \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n"),
    a=r"\frac{\partial}{\partial x} (x + W x)",
    true=r"I + W",
    false=r"I + W^\top",
    only_if=r"W^\top = W",
)
def jacobian_of_a_residual_block(rng: Generator) -> Values:
    n = size(rng)
    W, x = normal(rng, n, n), normal(rng, n)
    return jacobian(lambda x, W: x + W @ x, x, W), np.eye(n) + W, np.eye(n) + W.T


@twin(
    14,
    let=(r"s \in \mathbb{R}^4", r"v \in \mathbb{R}^4"),
    a=r"\frac{\sum_{j=1}^4 [\![ j \le 2 ]\!]\, e^{s_j} v_j}{\sum_{j=1}^4 [\![ j \le 2 ]\!]\, e^{s_j}}",
    true=r"\frac{e^{s_1} v_1 + e^{s_2} v_2}{e^{s_1} + e^{s_2}}",
    false=r"\frac{e^{s_1} v_1 + e^{s_2} v_2}{\sum_{j=1}^4 e^{s_j}}",
)
def causal_mask(rng: Generator) -> Values:
    s, v = normal(rng, 2, 4)
    mask = np.where(np.arange(4) < 2, 0.0, -np.inf)
    seen = np.exp(s[:2]) @ v[:2]
    return softmax(s + mask) @ v, seen / np.exp(s[:2]).sum(), seen / np.exp(s).sum()


PAIRS = gather(globals())
