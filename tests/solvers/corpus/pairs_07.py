"""Twin pairs of chapter 7: momentum, adaptive rates, Newton, conjugate gradients, batch normalisation."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    definite,
    gather,
    grad,
    normal,
    positive,
    reals,
    size,
    symmetric,
    twin,
    unit,
    whole,
    wide,
)

Values = tuple[Value, Value, Value]
MOMENTUM = (
    r"g^{(t)} \in \mathbb{R}^n",
    r"v^{(t)} = \alpha v^{(t-1)} - \epsilon g^{(t)}",
    r"v^{(0)} = 0",
)
AVERAGE = (
    r"g^{(t)} \in \mathbb{R}^n",
    r"0 < \beta < 1",
    r"s^{(t)} = \beta s^{(t-1)} + (1 - \beta) g^{(t)}",
    r"s^{(0)} = 0",
)
BATCH = (
    r"x \in \mathbb{R}^m",
    r"g \in \mathbb{R}^m",
    r"\epsilon > 0",
    r"\mu = \frac1m \sum_{i=1}^m x_i",
    r"v = \frac1m \sum_{i=1}^m (x_i - \mu)^2",
    r"\hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}",
)


@twin(
    7,
    let=MOMENTUM,
    a=r"v^{(3)}",
    true=r"-\epsilon \left( g^{(3)} + \alpha g^{(2)} + \alpha^2 g^{(1)} \right)",
    false=r"-\epsilon \left( g^{(1)} + \alpha g^{(2)} + \alpha^2 g^{(3)} \right)",
)
def three_steps_of_momentum(rng: Generator) -> Values:
    g, (alpha, eps) = normal(rng, 3, size(rng)), reals(rng, 2)
    v = np.zeros(g.shape[1])
    for step in g:
        v = alpha * v - eps * step
    return v, -eps * (g[2] + alpha * g[1] + alpha**2 * g[0]), -eps * (g[0] + alpha * g[1] + alpha**2 * g[2])


@twin(
    7,
    let=MOMENTUM,
    a=r"v^{(4)}",
    true=r"-\epsilon \sum_{j=1}^{4} \alpha^{4-j} g^{(j)}",
    false=r"-\epsilon \sum_{j=1}^{4} \alpha^{j} g^{(j)}",
)
def momentum_as_a_sum(rng: Generator) -> Values:
    g, (alpha, eps) = normal(rng, 4, size(rng)), reals(rng, 2)
    v = np.zeros(g.shape[1])
    for step in g:
        v = alpha * v - eps * step
    return (
        v,
        -eps * sum(alpha ** (3 - j) * g[j] for j in range(4)),
        -eps * sum(alpha ** (j + 1) * g[j] for j in range(4)),
    )


@twin(7, let=AVERAGE, a=r"\frac{s^{(1)}}{1 - \beta}", true=r"g^{(1)}", false=r"(1 - \beta)\, g^{(1)}")
def first_bias_correction(rng: Generator) -> Values:
    g, beta = normal(rng, size(rng)), unit(rng)
    return (beta * 0 + (1 - beta) * g) / (1 - beta), g, (1 - beta) * g


@twin(
    7,
    let=AVERAGE,
    a=r"\frac{s^{(3)}}{1 - \beta^3}",
    true=r"\frac{\beta^2 g^{(1)} + \beta g^{(2)} + g^{(3)}}{1 + \beta + \beta^2}",
    false=r"\frac{\beta^3 g^{(1)} + \beta^2 g^{(2)} + \beta g^{(3)}}{1 + \beta + \beta^2}",
)
def third_bias_correction(rng: Generator) -> Values:
    g, beta = normal(rng, 3, size(rng)), unit(rng)
    s = np.zeros(g.shape[1])
    for step in g:
        s = beta * s + (1 - beta) * step
    weighted = (beta**2 * g[0] + beta * g[1] + g[2]) / (1 + beta + beta**2)
    return s / (1 - beta**3), weighted, beta * weighted


@twin(
    7,
    let=(r"t \in \mathbb{N}", r"0 < \beta < 1"),
    a=r"(1 - \beta) \sum_{j=1}^t \beta^{t-j}",
    true=r"1 - \beta^t",
    false=r"1 - \beta^{t-1}",
)
def weights_of_an_average(rng: Generator) -> Values:
    t, beta = whole(rng), unit(rng)
    return (1 - beta) * sum(beta ** (t - j) for j in range(1, t + 1)), 1 - beta**t, 1 - beta ** (t - 1)


@twin(
    7,
    let=(r"r > 0", r"\delta > 0"),
    a=r"\frac{g}{\sqrt{r + \delta}}",
    true=r"g\, (r + \delta)^{-1/2}",
    false=r"\frac{g}{\sqrt{r} + \delta}",
)
def where_delta_stands(rng: Generator) -> Values:
    r, delta, g = positive(rng), positive(rng), wide(rng)
    return g / np.sqrt(r + delta), g * (r + delta) ** -0.5, g / (np.sqrt(r) + delta)


@twin(7, let=("v > 0",), a="√(v + 1e-8)", true="(v + 10^(-8))^(1/2)", false="√v")
def a_small_difference(rng: Generator) -> Values:
    v = unit(rng)
    return np.sqrt(v + 1e-8), (v + 1e-8) ** 0.5, np.sqrt(v)


@twin(
    7,
    let=(r"v > 0",),
    a=r"\sqrt{v + 10^{-8}}",
    true=r"\sqrt{\frac{10^8 v + 1}{10^8}}",
    false=r"\sqrt{v} + 10^{-8}",
)
def epsilon_inside_or_outside(rng: Generator) -> Values:
    v = unit(rng)
    return np.sqrt(v + 1e-8), np.sqrt((1e8 * v + 1) / 1e8), np.sqrt(v) + 1e-8


@twin(
    7,
    let=(r"H \in \mathbb{R}^{n \times n}", r"H^\top = H", r"\theta \in \mathbb{R}^n", r"g = H \theta"),
    a=r"\tfrac12 (\theta - \epsilon g)^\top H (\theta - \epsilon g) - \tfrac12 \theta^\top H \theta",
    true=r"-\epsilon\, g^\top g + \tfrac12 \epsilon^2 g^\top H g",
    false=r"-\epsilon\, g^\top g + \epsilon^2 g^\top H g",
)
def change_of_the_cost(rng: Generator) -> Values:
    n, eps = size(rng), wide(rng)
    H, theta = symmetric(rng, n), normal(rng, n)
    g = H @ theta
    moved = theta - eps * g
    change = (moved @ H @ moved - theta @ H @ theta) / 2
    return change, -eps * (g @ g) + eps**2 * (g @ H @ g) / 2, -eps * (g @ g) + eps**2 * (g @ H @ g)


@twin(
    7,
    let=(r"H \in \mathbb{R}^{n \times n}", r"\theta \in \mathbb{R}^n", r"b \in \mathbb{R}^n", r"H \succ 0"),
    a=r"\theta - H^{-1} (H \theta - b)",
    true=r"H^{-1} b",
    false=r"H b",
)
def newton_step(rng: Generator) -> Values:
    n = size(rng)
    H, theta, b = definite(rng, n), normal(rng, n), normal(rng, n)
    return theta - np.linalg.solve(H, H @ theta - b), np.linalg.solve(H, b), H @ b


@twin(
    7,
    let=(r"H \in \mathbb{R}^{n \times n}", r"H \succ 0", r"g \in \mathbb{R}^n", r"u \in \mathbb{R}^n"),
    a=r"\bigl( (g^\top H u)\, u - (u^\top H u)\, g \bigr)^\top H u",
    true=r"0",
    false=r"(u^\top H u) (g^\top H u)",
)
def conjugate_directions(rng: Generator) -> Values:
    n = size(rng)
    H, g, u = definite(rng, n), normal(rng, n), normal(rng, n)
    one, two = g @ H @ u, u @ H @ u
    product = (one * u - two * g) @ H @ u
    rounded = round(float(product / (1 + abs(one * two))), 9) + 0.0  # against zero no relative error is small
    return rounded, 0.0, two * one


@twin(
    7,
    let=(*BATCH, r"L = \sum_{j=1}^m g_j \hat{x}_j"),
    a=r"\frac{\partial L}{\partial x_i}",
    true=r"\frac{1}{m \sqrt{v + \epsilon}}"
    r" \Bigl( m g_i - \sum_{j=1}^m g_j - \hat{x}_i \sum_{j=1}^m g_j \hat{x}_j \Bigr)",
    false=r"\frac{1}{m \sqrt{v + \epsilon}} \Bigl( m g_i - \sum_{j=1}^m g_j \Bigr)",
)
def batch_norm_gradient(rng: Generator) -> Values:
    m, eps = size(rng), positive(rng)
    x, g = normal(rng, m), normal(rng, m)
    root = np.sqrt(x.var() + eps)
    hat = (x - x.mean()) / root
    found = grad(lambda x, g: (g * (x - x.mean()) / (x.var(correction=0) + float(eps)).sqrt()).sum(), x, g)
    centred = m * g - g.sum()
    return found, (centred - hat * (g @ hat)) / (m * root), centred / (m * root)


@twin(
    7,
    let=BATCH,
    a=r"\sum_{i=1}^m \hat{x}_i^2",
    true=r"\frac{m v}{v + \epsilon}",
    false=r"m",
    only_if=r"\epsilon = 0",
)
def power_after_batch_norm(rng: Generator) -> Values:
    m, eps = size(rng), positive(rng)
    x = normal(rng, m)
    hat = (x - x.mean()) / np.sqrt(x.var() + eps)
    return (hat**2).sum(), m * x.var() / (x.var() + eps), float(m)


@twin(
    7,
    let=("x ∈ ℝ^m", "μ = 1/m sum_{i=1}^m x_i"),
    a="1/m sum_{i=1}^m (x_i - μ)^2",
    true="1/m sum_{i=1}^m x_i^2 - μ^2",
    false="1/(m-1) sum_{i=1}^m x_i^2 - μ^2",
)
def batch_variance(rng: Generator) -> Values:
    m = size(rng)
    x = normal(rng, m)
    return ((x - x.mean()) ** 2).mean(), (x**2).mean() - x.mean() ** 2, (x**2).sum() / (m - 1) - x.mean() ** 2


@twin(
    7,
    let=(r"\tau > 0",),
    a=r"\left(1 - \frac{k}{\tau}\right) \epsilon_0 + \frac{k}{\tau} \epsilon_1",
    true=r"\epsilon_0 - \frac{k}{\tau} (\epsilon_0 - \epsilon_1)",
    false=r"\epsilon_0 + \frac{k}{\tau} (\epsilon_0 - \epsilon_1)",
)
def linear_decay(rng: Generator) -> Values:
    tau, (k, start, end) = positive(rng), reals(rng, 3)
    share = k / tau
    return (1 - share) * start + share * end, start - share * (start - end), start + share * (start - end)


@twin(
    7,
    let=(r"g \in \mathbb{R}^n", r"c > 0"),
    a=r"\frac{c}{\max\left(c, \lVert g \rVert\right)}\, g",
    true=r"\begin{cases} g & \text{if } \lVert g \rVert \le c \\"
    r" \frac{c}{\lVert g \rVert} g & \text{otherwise} \end{cases}",
    false=r"\frac{c\, g}{\lVert g \rVert}",
)
def clipping_by_norm(rng: Generator) -> Values:
    g, c = normal(rng, size(rng)), float(positive(rng))
    length = float(np.sqrt(g @ g))
    return c / max(c, length) * g, g if length <= c else c / length * g, c * g / length


@twin(
    7,
    let=("m > 0", "n > 0"),
    a="(2 sqrt(6/(m + n)))^2/12",
    true="2/(m + n)",
    false="6/(m + n)",
)
def variance_of_normalised_initialisation(rng: Generator) -> Values:
    m, n = positive(rng), positive(rng)
    return (2 * np.sqrt(6 / (m + n))) ** 2 / 12, 2 / (m + n), 6 / (m + n)


@twin(
    7,
    let=("g^(t) ∈ ℝ", "r^(t) = r^(t-1) + (g^(t))^2", "r^(0) = 0"),
    a="g^(3)/√(r^(3))",
    true="g^(3)/√((g^(1))^2 + (g^(2))^2 + (g^(3))^2)",
    false="g^(3)/√((g^(1))^2 + (g^(2))^2)",
)
def adagrad_step(rng: Generator) -> Values:
    g = normal(rng, 3)
    r = 0.0
    for step in g:
        r = r + step**2
    return g[2] / np.sqrt(r), g[2] / np.sqrt(g @ g), g[2] / np.sqrt(g[:2] @ g[:2])


PAIRS = gather(globals())
