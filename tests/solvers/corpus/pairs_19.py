"""Twin pairs of chapter 19: evidence bounds, divergences of Gaussians, reparametrisation, adversarial values."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Array,
    Value,
    gather,
    grad,
    normal,
    positive,
    reals,
    sigma,
    simplex,
    size,
    softmax,
    twin,
    unit,
    whole,
)

Values = tuple[Value, Value, Value]
FINITE = (
    r"a \in \mathbb{R}^k",
    r"z \in \mathbb{R}^k",
    r"q = \operatorname{softmax}(a)",
    r"p = \exp(z)",
)
LATENT = (
    r"p(h) \in \Delta(\{0,1\}^m)",
    r"p(v \mid h) \in \Delta(\{0,1\}^n)",
    r"q(h \mid v) \in \Delta(\{0,1\}^m)",
    r"v \in \{0,1\}^n",
)


@twin(
    19,
    let=FINITE,
    a=r"\sum_{i=1}^k q_i \log \frac{p_i}{q_i}",
    true=r"\log \sum_{j=1}^k p_j - \sum_{i=1}^k q_i \log \frac{q_i \sum_{j=1}^k p_j}{p_i}",
    false=r"\log \sum_{j=1}^k p_j - \sum_{i=1}^k \frac{p_i}{\sum_{j=1}^k p_j} \log \frac{p_i}{q_i \sum_{j=1}^k p_j}",
)
def bound_and_gap(rng: Generator) -> Values:
    a, z = normal(rng, 2, size(rng))
    q, p = softmax(a), np.exp(z)
    post = p / p.sum()
    evidence = np.log(p.sum())
    return q @ np.log(p / q), evidence - q @ np.log(q / post), evidence - post @ np.log(post / q)


@twin(
    19,
    let=LATENT,
    a=r"\mathbb{E}_{h \sim q(h \mid v)}[\log p(v \mid h)] - D_{KL}(q(h \mid v) \,\|\, p(h))",
    true=r"\sum_{h \in \{0,1\}^m} q(h \mid v) \log \frac{p(v \mid h)\, p(h)}{q(h \mid v)}",
    false=r"\sum_{h \in \{0,1\}^m} q(h \mid v) \log \frac{p(v \mid h)\, q(h \mid v)}{p(h)}",
)
def two_forms_of_the_bound(rng: Generator) -> Values:
    states = 2 ** whole(rng, 2, 3)
    prior, q = simplex(rng, states), simplex(rng, states)
    likelihood = unit(rng, states)
    bound = q @ np.log(likelihood) - q @ np.log(q / prior)
    return bound, q @ np.log(likelihood * prior / q), q @ np.log(likelihood * q / prior)


@twin(
    19,
    let=(r"\sigma > 0",),
    a=r"D_{KL}\bigl( \mathcal{N}(\mu, \sigma^2) \,\|\, \mathcal{N}(0, 1) \bigr)",
    true=r"\frac12 \left( \mu^2 + \sigma^2 - 1 - \log \sigma^2 \right)",
    false=r"\frac12 \left( \mu^2 + \sigma^2 - 1 - \log \sigma \right)",
)
def divergence_from_the_prior(rng: Generator) -> Values:
    s, (m,) = positive(rng), reals(rng, 1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    x = m + s * nodes  # the log ratio is a square, which eight nodes integrate exactly
    ratio = -np.log(s) - nodes**2 / 2 + x**2 / 2
    rest = m**2 + s**2 - 1
    return weights @ ratio / weights.sum(), (rest - 2 * np.log(s)) / 2, (rest - np.log(s)) / 2


@twin(
    19,
    let=("m ∈ ℝ^k", "s ∈ ℝ^k", "R = 1/2 sum_{j=1}^k (m_j^2 + exp(s_j) - 1 - s_j)"),
    a="∂R/∂s_i",
    true="1/2 (exp(s_i) - 1)",
    false="exp(s_i) - 1",
)
def gradient_by_the_log_variance(rng: Generator) -> Values:
    m, s = normal(rng, 2, size(rng))
    found = grad(lambda s, m: (m**2 + s.exp() - 1 - s).sum() / 2, s, m)
    return found, (np.exp(s) - 1) / 2, np.exp(s) - 1


@twin(
    19,
    let=(r"\sigma > 0", r"z = \mu + \sigma \epsilon"),
    a=r"\frac{\partial z^2}{\partial \sigma}",
    true=r"2 \epsilon z",
    false=r"2 z",
    only_if=r"\epsilon = 1",
)
def reparametrisation(rng: Generator) -> Values:
    s, (m, eps) = positive(rng), reals(rng, 2)
    z = m + s * eps
    return grad(lambda s: (m + s * eps) ** 2, s), 2 * eps * z, 2 * z


@twin(
    19,
    let=(r"0 < D < 1",),
    a=r"\frac{d}{dD} \left[ p \log D + q \log (1 - D) \right]",
    true=r"\frac{p}{D} - \frac{q}{1 - D}",
    false=r"\frac{p}{D} + \frac{q}{1 - D}",
)
def discriminator_stationarity(rng: Generator) -> Values:
    D, (p, q) = float(unit(rng)), reals(rng, 2)
    return grad(lambda D: p * D.log() + q * (1 - D).log(), D), p / D - q / (1 - D), p / D + q / (1 - D)


def _divergence(p: Array, q: Array) -> float:
    return float(p @ np.log(p / q))


@twin(
    19,
    let=(
        r"a \in \mathbb{R}^k",
        r"b \in \mathbb{R}^k",
        r"p = \operatorname{softmax}(a)",
        r"q = \operatorname{softmax}(b)",
        r"m = \frac{p + q}{2}",
    ),
    a=r"\sum_{i=1}^k \left[ p_i \log \frac{p_i}{p_i + q_i} + q_i \log \frac{q_i}{p_i + q_i} \right]",
    true=r"-\log 4 + D_{KL}\left(p \,\middle\|\, m\right) + D_{KL}\left(q \,\middle\|\, m\right)",
    false=r"-\log 2 + D_{KL}\left(p \,\middle\|\, m\right) + D_{KL}\left(q \,\middle\|\, m\right)",
)
def value_at_the_best_discriminator(rng: Generator) -> Values:
    a, b = normal(rng, 2, size(rng))
    p, q = softmax(a), softmax(b)
    middle = _divergence(p, (p + q) / 2) + _divergence(q, (p + q) / 2)
    return p @ np.log(p / (p + q)) + q @ np.log(q / (p + q)), middle - np.log(4), middle - np.log(2)


@twin(19, a="d/da log(1 - σ(a))", true="-σ(a)", false="-(1 - σ(a))")
def saturating_generator(rng: Generator) -> Values:
    (a,) = reals(rng, 1)
    return grad(lambda a: (1 - a.sigmoid()).log(), a), -sigma(a), -(1 - sigma(a))


@twin(19, a=r"\frac{d}{da} \bigl( -\log \sigma(a) \bigr)", true=r"\sigma(a) - 1", false=r"-\sigma(a)")
def non_saturating_generator(rng: Generator) -> Values:
    (a,) = reals(rng, 1)
    return grad(lambda a: -a.sigmoid().log(), a), sigma(a) - 1, -sigma(a)


@twin(
    19,
    let=(r"L \in \mathbb{R}^{n \times n}", r"z \in \mathbb{R}^n"),
    a=r"(L z)(L z)^\top",
    true=r"L z z^\top L^\top",
    false=r"L^\top z z^\top L",
    only_if=r"L^\top = L",
)
def coloured_noise(rng: Generator) -> Values:
    n = size(rng)
    L, z = normal(rng, n, n), normal(rng, n)
    return np.outer(L @ z, L @ z), L @ np.outer(z, z) @ L.T, L.T @ np.outer(z, z) @ L


@twin(
    19,
    let=(r"\mu \in \mathbb{R}^n", r"s \in \mathbb{R}^n", r"\Sigma = \operatorname{diag}(s \odot s)"),
    a=r"\tfrac12 \left( \operatorname{tr}(\Sigma) + \mu^\top \mu - n - \log \det \Sigma \right)",
    true=r"\tfrac12 \sum_{i=1}^n \left( \mu_i^2 + s_i^2 - 1 - 2 \log |s_i| \right)",
    false=r"\tfrac12 \sum_{i=1}^n \left( \mu_i^2 + s_i^2 - 1 - \log |s_i| \right)",
)
def divergence_of_a_diagonal_gaussian(rng: Generator) -> Values:
    m, s = normal(rng, 2, size(rng))
    covariance = np.diag(s * s)
    left = np.trace(covariance) + m @ m - len(m) - np.log(np.linalg.det(covariance))
    rest, logs = (m**2 + s**2 - 1).sum(), np.log(np.abs(s)).sum()
    return left / 2, (rest - 2 * logs) / 2, (rest - logs) / 2


@twin(
    19,
    a="g + (j - N/2 - 1/2) δ",
    true="g - (N + 1)/2 δ + j δ",
    false="g - N/2 δ + j δ",
)
def centres_of_a_filterbank(rng: Generator) -> Values:
    g, j, N, step = reals(rng, 4)
    return g + (j - N / 2 - 0.5) * step, g - (N + 1) / 2 * step + j * step, g - N / 2 * step + j * step


@twin(
    19,
    let=(r"\theta \in \mathbb{R}^k", r"f \in \mathbb{R}^k", r"p = \operatorname{softmax}(\theta)"),
    a=r"\nabla_\theta \sum_{i=1}^k p_i f_i",
    true=r"p \odot (f - (p^\top f) \mathbf{1})",
    false=r"p \odot f",
    only_if=r"p^\top f = 0",
)
def score_function_gradient(rng: Generator) -> Values:
    theta, f = normal(rng, 2, size(rng))
    p = softmax(theta)
    return grad(lambda t, f: t.softmax(0) @ f, theta, f), p * (f - p @ f), p * f


@twin(
    19,
    let=("0 < u < 1", "v > 0"),
    a="log(u) + log(1 - u) + log(v)",
    true="log(u v (1 - u))",
    false="log(u v (1 + u))",
)
def logarithms_gather(rng: Generator) -> Values:
    u, v = float(unit(rng)), float(positive(rng))
    return np.log(u) + np.log(1 - u) + np.log(v), np.log(u * v * (1 - u)), np.log(u * v * (1 + u))


PAIRS = gather(globals())
