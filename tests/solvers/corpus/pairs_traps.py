"""Twin pairs from all chapters that differ in one mark: order, case, precedence, time, branch, or a small number."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    gather,
    grad,
    normal,
    positive,
    reals,
    sigma,
    simplex,
    size,
    sizes,
    softplus,
    twin,
    whole,
    wide,
)

Values = tuple[Value, Value, Value]
SQUARES = (r"A \in \mathbb{R}^{n \times n}", r"B \in \mathbb{R}^{n \times n}")


@twin(1, a="X^2 + x", true="x + X X", false="x^2 + x")
def case_matters(rng: Generator) -> Values:
    big, small = reals(rng, 2)
    return big**2 + small, small + big * big, small**2 + small


@twin(1, a="-x^2", true="-(x x)", false="(-x)^2")
def power_before_sign(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return -(x**2), -(x * x), (-x) ** 2


@twin(
    1,
    let=(r"x \in \mathbb{R}^n",),
    a=r"\sum_{i=1}^n x_i",
    true=r"\mathbf{1}^\top x",
    false=r"n x_1",
    only_if="n = 1",
)
def sum_is_no_multiple(rng: Generator) -> Values:
    x = normal(rng, size(rng))
    return x.sum(), np.ones(len(x)) @ x, len(x) * x[0]


@twin(2, let=SQUARES, a=r"(A B)^\top", true=r"B^\top A^\top", false=r"A^\top B^\top", only_if="A B = B A")
def transpose_turns_the_order(rng: Generator) -> Values:
    n = size(rng)
    A, B = normal(rng, n, n), normal(rng, n, n)
    return (A @ B).T, B.T @ A.T, A.T @ B.T


@twin(7, let=SQUARES, a=r"(A B)^{-1}", true=r"B^{-1} A^{-1}", false=r"A^{-1} B^{-1}", only_if="A B = B A")
def inverse_turns_the_order(rng: Generator) -> Values:
    n = size(rng)
    A, B = (np.eye(n) + 0.3 * rng.standard_normal((n, n)) for _ in range(2))
    return np.linalg.inv(A @ B), np.linalg.solve(B, np.linalg.inv(A)), np.linalg.solve(A, np.linalg.inv(B))


@twin(2, let=SQUARES, a="(A + B)^2", true="A^2 + A B + B A + B^2", false="A^2 + 2 A B + B^2", only_if="A B = B A")
def square_of_a_sum_of_matrices(rng: Generator) -> Values:
    n = size(rng)
    A, B = normal(rng, n, n), normal(rng, n, n)
    return (A + B) @ (A + B), A @ A + A @ B + B @ A + B @ B, A @ A + 2 * A @ B + B @ B


@twin(
    3,
    let=(r"p \in \Delta^k", r"x \in \mathbb{R}^k"),
    a=r"\mathbb{E}_{i \sim p}[x_i^2]",
    true=r"\sum_i x_i^2 p_i",
    false=r"\mathbb{E}_{i \sim p}[x_i]^2",
)
def mean_of_the_square(rng: Generator) -> Values:
    k = size(rng)
    p, x = simplex(rng, k), normal(rng, k)
    return sum(p[i] * x[i] * x[i] for i in range(k)), x**2 @ p, (p @ x) ** 2


@twin(
    4,
    let=(r"W \in \mathbb{R}^{m \times n}", r"x \in \mathbb{R}^n"),
    a=r"W x",
    true=r"\sum_{j=1}^n x_j W_{:,j}",
    false=r"\sum_{j=1}^n W_{:,j}",
)
def product_as_a_sum_of_columns(rng: Generator) -> Values:
    m, n = sizes(rng, 2)
    W, x = normal(rng, m, n), normal(rng, n)
    return np.array([row @ x for row in W]), sum(x[j] * W[:, j] for j in range(n)), W.sum(axis=1)


@twin(4, a="log(1 + exp(x)) - x", true="log(1 + exp(-x))", false="exp(-x)")
def tail_of_softplus(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return softplus(x) - x, np.log(1 + np.exp(-x)), np.exp(-x)


@twin(4, a=r"\sigma(x)\,\sigma(-x)", true=r"\frac{e^x}{(1 + e^x)^2}", false=r"\frac{e^x}{1 + e^{2x}}")
def square_of_the_denominator(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return sigma(x) * sigma(-x), np.exp(x) / (1 + np.exp(x)) ** 2, np.exp(x) / (1 + np.exp(2 * x))


@twin(
    7,
    let=(r"\delta > 0",),
    a=r"\begin{cases} \frac12 x^2 & |x| \le \delta \\ \delta |x| - \frac12 \delta^2 & |x| > \delta \end{cases}",
    true=r"\frac12 x^2 - \frac12 \max(|x| - \delta, 0)^2",
    false=r"\frac12 x^2",
)
def huber_loss(rng: Generator) -> Values:
    x, d = wide(rng), float(positive(rng))
    value = x**2 / 2 if abs(x) <= d else d * abs(x) - d**2 / 2
    return value, x**2 / 2 - max(abs(x) - d, 0) ** 2 / 2, x**2 / 2


@twin(7, a="max(-3, min(3, x))", true="(|x + 3| - |x - 3|)/2", false="x")
def clipping_by_value(rng: Generator) -> Values:
    x = wide(rng)
    return float(np.clip(x, -3, 3)), (abs(x + 3) - abs(x - 3)) / 2, x


@twin(
    7,
    let=(r"g^{(t)} \in \mathbb{R}", r"v^{(t)} = \alpha v^{(t-1)} - \epsilon g^{(t)}", r"v^{(0)} = 0"),
    a=r"v^{(3)} - \alpha v^{(2)}",
    true=r"-\epsilon g^{(3)}",
    false=r"-\epsilon g^{(2)}",
)
def one_step_early(rng: Generator) -> Values:
    g, (alpha, eps) = normal(rng, 3), reals(rng, 2)
    v = [0.0]
    for step in g:
        v.append(alpha * v[-1] - eps * step)
    return v[3] - alpha * v[2], -eps * g[2], -eps * g[1]


@twin(9, a="x/3", true="(1/3) x", false="0.33333333 x")
def a_third_is_no_decimal(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return x / 3, (1 / 3) * x, 0.33333333 * x


@twin(
    10,
    let=(r"h^{(t)} = w h^{(t-1)}", r"h^{(0)} = c"),
    a=r"h^{(2)}",
    true=r"w^2 c",
    false=r"(h^{(1)})^2",
)
def time_is_no_power(rng: Generator) -> Values:
    w, c = reals(rng, 2)
    return w * (w * c), w**2 * c, (w * c) ** 2


@twin(
    12,
    let=(r"x_t \in \mathbb{R}", r"h_t = \tanh(u x_t + w h_{t-1})", r"h_0 = 0"),
    a=r"\frac{d h_2}{d w}",
    true=r"(1 - h_2^2)\, h_1",
    false=r"(1 - h_2^2)\, h_2",
)
def time_as_a_subscript(rng: Generator) -> Values:
    x, (u, w) = 0.5 * normal(rng, 2), reals(rng, 2)
    one = np.tanh(u * x[0])
    two = np.tanh(u * x[1] + w * one)
    return grad(lambda w: (w * one + u * x[1]).tanh(), w), (1 - two**2) * one, (1 - two**2) * two


@twin(14, let=(r"n \in \mathbb{N}",), a=r"\cos(\pi n)", true=r"(-1)^n", false=r"1")
def only_for_even_positions(rng: Generator) -> Values:
    n = whole(rng)
    return np.cos(np.pi * n), (-1.0) ** n, 1.0


@twin(
    16,
    let=(r"A \in \mathbb{R}^{m \times n}", r"B \in \mathbb{R}^{n \times m}"),
    a=r"\operatorname{tr}(A B)",
    true=r"\operatorname{tr}(B A)",
    false=r"\operatorname{tr}(A)\operatorname{tr}(B)",
    misfit=True,
)
def trace_is_cyclic(rng: Generator) -> Values:
    m, n = sizes(rng, 2)
    A, B = normal(rng, m, n), normal(rng, n, m)
    return np.einsum("ij,ji->", A, B), np.trace(B @ A), None


@twin(
    19,
    let=(r"x \in \mathbb{R}^n", r"y \in \mathbb{R}^n"),
    a=r"\|x + y\|^2 - \|x - y\|^2",
    true=r"4\, x \cdot y",
    false=r"4\, \|x\| \|y\|",
)
def polarisation(rng: Generator) -> Values:
    n = size(rng)
    x, y = normal(rng, n), normal(rng, n)
    return ((x + y) ** 2).sum() - ((x - y) ** 2).sum(), 4 * x @ y, 4 * np.sqrt((x @ x) * (y @ y))


PAIRS = gather(globals())
