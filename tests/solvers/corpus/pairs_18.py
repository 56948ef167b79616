"""Twin pairs of chapter 18: restricted Boltzmann machines, importance sampling, Markov chains, mean field."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Array,
    Value,
    bits,
    cube,
    gather,
    grad,
    normal,
    positive,
    reals,
    sigma,
    signs,
    size,
    softmax,
    twin,
    unit,
    whole,
)

Values = tuple[Value, Value, Value]
RBM = (
    r"W \in \mathbb{R}^{n \times m}",
    r"b \in \mathbb{R}^n",
    r"c \in \mathbb{R}^m",
    r"v \in \{0,1\}^n",
)
TWO = (
    r"a \in \mathbb{R}^k",
    r"b \in \mathbb{R}^k",
    r"f \in \mathbb{R}^k",
    r"p = \operatorname{softmax}(a)",
    r"q = \operatorname{softmax}(b)",
)


def _machine(rng: Generator) -> tuple[Array, Array, Array, Array]:
    n, m = (2, 3) if bits(rng) else (3, 2)
    return normal(rng, n, m), normal(rng, n), normal(rng, m), bits(rng, n)


@twin(
    18,
    let=RBM,
    a=r"\log \sum_{h \in \{0,1\}^m} e^{b^\top v + c^\top h + v^\top W h}",
    true=r"b^\top v + \sum_{j=1}^m \log\bigl( 1 + e^{c_j + (W^\top v)_j} \bigr)",
    false=r"b^\top v + \log\Bigl( 1 + \sum_{j=1}^m e^{c_j + (W^\top v)_j} \Bigr)",
)
def free_energy(rng: Generator) -> Values:
    W, b, c, v = _machine(rng)
    total = sum(np.exp(b @ v + c @ h + v @ W @ h) for h in cube(len(c)))
    drive = np.exp(c + W.T @ v)
    return np.log(total), b @ v + np.log(1 + drive).sum(), b @ v + np.log(1 + drive.sum())


@twin(
    18,
    let=(r"W \in \mathbb{R}^{n \times n}", r"c \in \mathbb{R}^n", r"v \in \{0,1\}^n"),
    a=r"\frac{\sum_{h \in \{0,1\}^n} h_j\, e^{c^\top h + v^\top W h}}"
    r"{\sum_{h \in \{0,1\}^n} e^{c^\top h + v^\top W h}}",
    true=r"\sigma\left( c_j + \sum_{i=1}^n v_i W_{ij} \right)",
    false=r"\sigma\left( c_j + \sum_{i=1}^n v_i W_{ji} \right)",
    only_if=r"W^\top = W",
)
def hidden_conditional(rng: Generator) -> Values:
    n = whole(rng, 2, 4)
    W, c, v = normal(rng, n, n), normal(rng, n), bits(rng, n)
    states = np.array(cube(n))
    weights = np.exp(states @ (c + W.T @ v))
    return weights @ states / weights.sum(), sigma(c + v @ W), sigma(c + W @ v)


@twin(
    18,
    let=(r"W \in \mathbb{R}^{n \times m}",),
    a=r"\frac{\partial}{\partial W_{ij}} \log \sum_{v \in \{0,1\}^n} \sum_{h \in \{0,1\}^m} e^{v^\top W h}",
    true=r"\frac{\sum_{v \in \{0,1\}^n} \sum_{h \in \{0,1\}^m} v_i h_j\, e^{v^\top W h}}"
    r"{\sum_{v \in \{0,1\}^n} \sum_{h \in \{0,1\}^m} e^{v^\top W h}}",
    false=r"\sum_{v \in \{0,1\}^n} \sum_{h \in \{0,1\}^m} v_i h_j\, e^{v^\top W h}",
)
def gradient_of_the_log_partition_function(rng: Generator) -> Values:
    W = _machine(rng)[0]
    n, m = W.shape
    V, H = np.array(cube(n)), np.array(cube(m))
    found = grad(lambda W, V, H: (V @ W @ H.T).exp().sum().log(), W, V, H)
    powers = np.exp(V @ W @ H.T)
    return found, V.T @ powers @ H / powers.sum(), V.T @ powers @ H


@twin(
    18,
    let=(
        "W ∈ ℝ^{n×m}",
        "b ∈ ℝ^n",
        "c ∈ ℝ^m",
        "Z = sum_{v in {0,1}^n} sum_{h in {0,1}^m} exp(b·v + c·h + v^T W h)",
    ),
    a="1/Z sum_{v in {0,1}^n} sum_{h in {0,1}^m} v_i exp(b·v + c·h + v^T W h)",
    true="1/Z ∂Z/∂b_i",
    false="∂Z/∂b_i",
)
def mean_of_a_visible_unit(rng: Generator) -> Values:
    W, b, c, _ = _machine(rng)
    V, H = np.array(cube(len(b))), np.array(cube(len(c)))
    powers = np.exp((V @ b)[:, None] + (H @ c)[None, :] + V @ W @ H.T)
    found = grad(lambda b, c, W, V, H: ((V @ b)[:, None] + (H @ c)[None, :] + V @ W @ H.T).exp().sum(), b, c, W, V, H)
    return powers.sum(axis=1) @ V / powers.sum(), found / powers.sum(), found


@twin(
    18,
    let=(r"u \in \mathbb{R}^m", r"h \in \{0,1\}^m"),
    a=r"\prod_{j=1}^m \sigma(u_j)^{h_j} (1 - \sigma(u_j))^{1 - h_j}",
    true=r"\prod_{j=1}^m \sigma\bigl( (2 h_j - 1) u_j \bigr)",
    false=r"\prod_{j=1}^m \sigma( h_j u_j )",
)
def factored_conditional(rng: Generator) -> Values:
    m = size(rng)
    u, h = normal(rng, m), bits(rng, m)
    return np.prod(sigma(u) ** h * (1 - sigma(u)) ** (1 - h)), np.prod(sigma((2 * h - 1) * u)), np.prod(sigma(h * u))


@twin(
    18,
    let=(
        r"W \in \mathbb{R}^{n \times m}",
        r"b \in \mathbb{R}^n",
        r"c \in \mathbb{R}^m",
        r"v \in \{0,1\}^n",
        r"h \in \{0,1\}^m",
        r"E = -b^\top v - c^\top h - v^\top W h",
    ),
    a=r"\frac{\partial E}{\partial W}",
    true=r"-v h^\top",
    false=r"-h v^\top",
    misfit=True,
)
def gradient_of_the_energy(rng: Generator) -> Values:
    W, b, c, v = _machine(rng)
    h = bits(rng, len(c))
    return grad(lambda W, b, c, v, h: -(b @ v) - c @ h - v @ W @ h, W, b, c, v, h), -np.outer(v, h), None


@twin(
    18,
    let=TWO,
    a=r"\mathbb{E}_{i \sim q}\left[ \frac{p_i}{q_i} f_i \right]",
    true=r"\mathbb{E}_{i \sim p}[f_i]",
    false=r"\mathbb{E}_{i \sim q}[f_i]",
)
def importance_weights(rng: Generator) -> Values:
    a, b, f = normal(rng, 3, size(rng))
    p, q = softmax(a), softmax(b)
    return sum(q[i] * (p[i] / q[i] * f[i]) for i in range(len(f))), p @ f, q @ f


@twin(
    18,
    let=(*TWO, r"s = \sum_{i=1}^k p_i f_i"),
    a=r"\sum_{i=1}^k q_i \left( \frac{p_i f_i}{q_i} - s \right)^2",
    true=r"\sum_{i=1}^k \frac{p_i^2 f_i^2}{q_i} - s^2",
    false=r"\sum_{i=1}^k \frac{p_i f_i^2}{q_i} - s^2",
)
def variance_of_importance_sampling(rng: Generator) -> Values:
    a, b, f = normal(rng, 3, size(rng))
    p, q = softmax(a), softmax(b)
    s = p @ f
    return q @ (p * f / q - s) ** 2, (p**2 * f**2 / q).sum() - s**2, (p * f**2 / q).sum() - s**2


@twin(
    18,
    let=(r"A \in \mathbb{R}^{n \times n}", r"u \in \mathbb{R}^n", r"v^{(t)} = A v^{(t-1)}", r"v^{(0)} = u"),
    a=r"v^{(3)}",
    true=r"A^3 u",
    false=r"(A^\top)^3 u",
    only_if=r"A^\top = A",
)
def three_steps_of_a_chain(rng: Generator) -> Values:
    n = size(rng)
    A, u = normal(rng, n, n), normal(rng, n)
    return A @ (A @ (A @ u)), np.linalg.matrix_power(A, 3) @ u, np.linalg.matrix_power(A.T, 3) @ u


@twin(
    18,
    let=(r"p > 0", r"q > 0"),
    a=r"p \min\left(1, \frac{q}{p}\right)",
    true=r"q \min\left(1, \frac{p}{q}\right)",
    false=r"q \min\left(1, \frac{q}{p}\right)",
)
def detailed_balance(rng: Generator) -> Values:
    p, q = positive(rng, 2)
    return p * min(1, q / p), q * min(1, p / q), q * min(1, q / p)


@twin(
    18,
    a=r"\begin{bmatrix} 1 - a & b \\ a & 1 - b \end{bmatrix} \begin{bmatrix} b \\ a \end{bmatrix}",
    true=r"\begin{bmatrix} b \\ a \end{bmatrix}",
    false=r"\begin{bmatrix} a \\ b \end{bmatrix}",
)
def stationary_state_of_two(rng: Generator) -> Values:
    a, b = reals(rng, 2)
    return np.array([[1 - a, b], [a, 1 - b]]) @ np.array([b, a]), np.array([b, a]), np.array([a, b])


@twin(
    18,
    let=(r"0 < q < 1",),
    a=r"\frac{\partial}{\partial q} \Bigl[ q u - q \log q - (1 - q) \log (1 - q) \Bigr]",
    true=r"u - \log \frac{q}{1 - q}",
    false=r"u + \log \frac{q}{1 - q}",
)
def mean_field_stationarity(rng: Generator) -> Values:
    q, (u,) = float(unit(rng)), reals(rng, 1)
    found = grad(lambda q: q * u - q * q.log() - (1 - q) * (1 - q).log(), q)
    return found, u - np.log(q / (1 - q)), u + np.log(q / (1 - q))


@twin(
    18,
    let=(r"u \in \mathbb{R}^m", r"\mu = \sigma(u)"),
    a=r"\sum_{h \in \{0,1\}^m} \left( \prod_{k=1}^m \mu_k^{h_k} (1 - \mu_k)^{1 - h_k} \right) h_i h_j",
    true=r"\mu_i \mu_j + \delta_{ij}\, \mu_i (1 - \mu_i)",
    false=r"\mu_i \mu_j",
)
def second_moments_of_a_factored_posterior(rng: Generator) -> Values:
    m = whole(rng, 2, 4)
    mu = sigma(normal(rng, m))
    total = sum(np.prod(mu**h * (1 - mu) ** (1 - h)) * np.outer(h, h) for h in cube(m))
    return total, np.outer(mu, mu) + np.diag(mu * (1 - mu)), np.outer(mu, mu)


@twin(
    18,
    let=(r"x \in \{-1, 1\}",),
    a=r"\frac{e^{x u}}{e^{u} + e^{-u}}",
    true=r"\sigma(2 x u)",
    false=r"\sigma(x u)",
)
def gibbs_step_of_a_spin(rng: Generator) -> Values:
    x, (u,) = signs(rng), reals(rng, 1)
    return np.exp(x * u) / (np.exp(u) + np.exp(-u)), sigma(2 * x * u), sigma(x * u)


@twin(18, let=("n > 0",), a="l - k/2 log(n)", true="log(exp(l)/n^(k/2))", false="log(exp(l)/n^k)")
def penalty_of_a_structure(rng: Generator) -> Values:
    n, (score, k) = positive(rng), reals(rng, 2)
    return score - k / 2 * np.log(n), np.log(np.exp(score) / n ** (k / 2)), np.log(np.exp(score) / n**k)


PAIRS = gather(globals())
