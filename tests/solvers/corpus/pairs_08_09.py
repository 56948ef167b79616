"""Twin pairs of chapters 8 and 9: output sizes with floors, convolution sums, precision, recall, trials."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    bits,
    gather,
    grad,
    normal,
    positive,
    reals,
    size,
    sizes,
    twin,
    unit,
    whole,
)

Values = tuple[Value, Value, Value]
SIZES = (r"n \in \mathbb{N}", r"k \in \mathbb{N}", r"s \in \mathbb{N}")
COUNTS = (r"\mathrm{TP} > 0", r"\mathrm{FP} > 0", r"\mathrm{FN} > 0")


@twin(
    8,
    let=(*SIZES, r"p \in \mathbb{N}"),
    a=r"\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1",
    true=r"\left\lfloor \frac{n + 2p - k + s}{s} \right\rfloor",
    false=r"\left\lceil \frac{n + 2p - k}{s} \right\rceil + 1",
)
def output_size(rng: Generator) -> Values:
    n, p, k, s = whole(rng, 5, 30), whole(rng, 1, 3), whole(rng, 1, 5), whole(rng, 1, 4)
    rest = n + 2 * p - k
    return math.floor(rest / s) + 1, math.floor((rest + s) / s), math.ceil(rest / s) + 1


@twin(
    8,
    let=SIZES,
    a="floor((n - k)/s) + 1",
    true="ceil((n - k + 1)/s)",
    false="ceil((n - k)/s)",
)
def floor_and_ceiling(rng: Generator) -> Values:
    n, k, s = whole(rng, 5, 30), whole(rng, 1, 5), whole(rng, 1, 4)
    return (n - k) // s + 1, math.ceil((n - k + 1) / s), math.ceil((n - k) / s)


@twin(8, let=SIZES, a="⌊n/s⌋ - k", true="⌊(n - k s)/s⌋", false="⌊(n - k)/s⌋")
def whole_steps_leave_a_floor(rng: Generator) -> Values:
    n, k, s = whole(rng, 5, 30), whole(rng, 1, 5), whole(rng, 1, 4)
    return n // s - k, (n - k * s) // s, (n - k) // s


@twin(8, a="k + (k - 1) (r - 1)", true="r (k - 1) + 1", false="r k")
def dilated_kernel(rng: Generator) -> Values:
    k, r = reals(rng, 2)
    return k + (k - 1) * (r - 1), r * (k - 1) + 1, r * k


@twin(
    8,
    let=(r"x \in \mathbb{R}^6", r"w \in \mathbb{R}^3"),
    a=r"\sum_{a=1}^{3} w_a x_{a+1}",
    true=r"w_1 x_2 + w_2 x_3 + w_3 x_4",
    false=r"w_3 x_2 + w_2 x_3 + w_1 x_4",
)
def correlation_does_not_flip(rng: Generator) -> Values:
    x, w = normal(rng, 6), normal(rng, 3)
    return sum(w[a] * x[a + 1] for a in range(3)), w @ x[1:4], w[::-1] @ x[1:4]


@twin(
    8,
    let=(r"x \in \mathbb{R}^3", r"w \in \mathbb{R}^2"),
    a=r"\begin{bmatrix} w_1 & w_2 & 0 \\ 0 & w_1 & w_2 \end{bmatrix} x",
    true=r"\begin{bmatrix} w_1 x_1 + w_2 x_2 \\ w_1 x_2 + w_2 x_3 \end{bmatrix}",
    false=r"\begin{bmatrix} w_2 x_1 + w_1 x_2 \\ w_2 x_2 + w_1 x_3 \end{bmatrix}",
)
def toeplitz_matrix(rng: Generator) -> Values:
    x, w = normal(rng, 3), normal(rng, 2)
    matrix = np.array([[w[0], w[1], 0], [0, w[0], w[1]]])
    return matrix @ x, np.correlate(x, w, "valid"), np.convolve(x, w, "valid")


@twin(
    8,
    let=(r"g \in \mathbb{R}^3", r"w \in \mathbb{R}^2", r"x \in \mathbb{R}^4"),
    a=r"\frac{\partial}{\partial w_a} \sum_{i=1}^{3} g_i \sum_{b=1}^{2} w_b x_{i+b-1}",
    true=r"\sum_{i=1}^{3} g_i x_{i+a-1}",
    false=r"\sum_{i=1}^{3} g_i x_{i+2-a}",
)
def kernel_gradient(rng: Generator) -> Values:
    g, w, x = normal(rng, 3), normal(rng, 2), normal(rng, 4)
    found = grad(lambda w, g, x: sum(g[i] * (w[0] * x[i] + w[1] * x[i + 1]) for i in range(3)), w, g, x)
    right = np.array([g @ x[0:3], g @ x[1:4]])
    return found, right, right[::-1].copy()


@twin(
    8,
    let=(
        r"\boldsymbol{X} \in \mathbb{R}^{n \times n}",
        r"\boldsymbol{u} \in \mathbb{R}^n",
        r"\boldsymbol{v} \in \mathbb{R}^n",
    ),
    a=r"\sum_{a=1}^{n} \sum_{b=1}^{n} \boldsymbol{u}_a \boldsymbol{v}_b \boldsymbol{X}_{a,b}",
    true=r"\boldsymbol{u}^{\top} \boldsymbol{X} \boldsymbol{v}",
    false=r"\boldsymbol{v}^{\top} \boldsymbol{X} \boldsymbol{u}",
    only_if=r"X^\top = X",
)
def separable_kernel(rng: Generator) -> Values:
    n = size(rng)
    X, u, v = normal(rng, n, n), normal(rng, n), normal(rng, n)
    return sum(u[a] * v[b] * X[a, b] for a in range(n) for b in range(n)), u @ X @ v, v @ X @ u


@twin(
    8,
    let=(r"c_{\mathrm{in}} > 0", r"c_{\mathrm{out}} > 0"),
    a=r"c_{\mathrm{out}} \left( k^2 c_{\mathrm{in}} + 1 \right)",
    true=r"k^2 c_{\mathrm{in}} c_{\mathrm{out}} + c_{\mathrm{out}}",
    false=r"k^2 c_{\mathrm{in}} c_{\mathrm{out}} + 1",
)
def parameters_of_a_layer(rng: Generator) -> Values:
    one, two, (k,) = positive(rng), positive(rng), reals(rng, 1)
    return two * (k**2 * one + 1), k**2 * one * two + two, k**2 * one * two + 1


@twin(
    8,
    let=(r"X \in \mathbb{R}^{2 \times 2}",),
    a=r"\frac14 \sum_{i=1}^2 \sum_{j=1}^2 X_{ij}",
    true=r"\frac14 (X_{11} + X_{12} + X_{21} + X_{22})",
    false=r"\frac14 \operatorname{tr}(X)",
)
def average_pooling(rng: Generator) -> Values:
    X = normal(rng, 2, 2)
    return X.mean(), (X[0, 0] + X[0, 1] + X[1, 0] + X[1, 1]) / 4, np.trace(X) / 4


@twin(8, let=("p = (k - 1)/2",), a="n + 2 p - k + 1", true="n", false="n + 1")
def same_padding(rng: Generator) -> Values:
    n, k = whole(rng), whole(rng)
    return n + 2 * ((k - 1) / 2) - k + 1, float(n), n + 1.0


@twin(
    8,
    let=("x ∈ ℝ^4",),
    a="max(x_1, x_2, x_3, x_4)",
    true="max(max(x_1, x_2), max(x_3, x_4))",
    false="max(max(x_1, x_2), x_3)",
)
def nested_max_pooling(rng: Generator) -> Values:
    x = normal(rng, 4)
    return x.max(), max(max(x[:2]), max(x[2:])), max(x[:3])


@twin(
    8,
    let=(r"W \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n", r"y \in \mathbb{R}^n"),
    a=r"\langle W x, y \rangle",
    true=r"\langle x, W^{\top} y \rangle",
    false=r"\langle x, W y \rangle",
    only_if=r"W^\top = W",
)
def transposed_convolution_is_the_adjoint(rng: Generator) -> Values:
    n = size(rng)
    W, x, y = normal(rng, n, n), normal(rng, n), normal(rng, n)
    return (W @ x) @ y, x @ (W.T @ y), x @ (W @ y)


@twin(
    8,
    let=(r"L \in \mathbb{N}", r"k \in \mathbb{N}"),
    a=r"1 + \sum_{l=1}^{L} (k - 1)\, 2^{l-1}",
    true=r"1 + (k - 1) (2^L - 1)",
    false=r"1 + (k - 1)\, 2^L",
)
def receptive_field(rng: Generator) -> Values:
    L, k = whole(rng, 1, 5), whole(rng, 2, 5)
    return 1 + sum((k - 1) * 2 ** (j - 1) for j in range(1, L + 1)), 1 + (k - 1) * (2**L - 1), 1 + (k - 1) * 2**L


@twin(
    9,
    let=(
        *COUNTS,
        r"P = \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FP}}",
        r"R = \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FN}}",
    ),
    a=r"\frac{2 P R}{P + R}",
    true=r"\frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}",
    false=r"\frac{P + R}{2}",
)
def f_one_from_counts(rng: Generator) -> Values:
    tp, fp, fn = positive(rng, 3)
    p, r = tp / (tp + fp), tp / (tp + fn)
    return 2 * p * r / (p + r), 2 * tp / (2 * tp + fp + fn), (p + r) / 2


@twin(
    9,
    let=(r"p > 0", r"r > 0", r"\beta > 0"),
    a=r"(1 + \beta^2) \frac{p r}{\beta^2 p + r}",
    true=r"\frac{1}{\frac{1}{1 + \beta^2} \cdot \frac1p + \frac{\beta^2}{1 + \beta^2} \cdot \frac1r}",
    false=r"(1 + \beta^2) \frac{p r}{p + \beta^2 r}",
)
def f_beta(rng: Generator) -> Values:
    p, r, b = positive(rng, 3)
    weighted = 1 / (1 + b**2) / p + b**2 / (1 + b**2) / r
    return (1 + b**2) * p * r / (b**2 * p + r), 1 / weighted, (1 + b**2) * p * r / (p + b**2 * r)


@twin(
    9,
    let=(r"y \in \{0,1\}^n", r"\hat{y} \in \{0,1\}^n"),
    a=r"\frac{1}{n} \sum_{i=1}^n \mathbb{1}[\hat{y}_i = y_i]",
    true=r"\frac{1}{n} \sum_{i=1}^n \bigl( y_i \hat{y}_i + (1 - y_i)(1 - \hat{y}_i) \bigr)",
    false=r"\frac{1}{n} \sum_{i=1}^n y_i \hat{y}_i",
)
def accuracy(rng: Generator) -> Values:
    n = size(rng)
    y, told = bits(rng, n), bits(rng, n)
    return (y == told).mean(), (y * told + (1 - y) * (1 - told)).mean(), (y * told).mean()


@twin(
    9,
    let=("a > 0", "b > 0", "c > 0", "f > 0"),
    a="1 - (a + f)/(a + b + c + f)",
    true="(b + c)/(a + b + c + f)",
    false="(b + c)/(a + f)",
)
def error_rate(rng: Generator) -> Values:
    a, b, c, f = positive(rng, 4)
    return 1 - (a + f) / (a + b + c + f), (b + c) / (a + b + c + f), (b + c) / (a + f)


@twin(
    9,
    let=(r"n \in \mathbb{N}", r"0 < p < 1"),
    a=r"1 - (1 - p)^n",
    true=r"\sum_{k=1}^{n} \binom{n}{k} p^k (1 - p)^{n-k}",
    false=r"\sum_{k=1}^{n} p^k (1 - p)^{n-k}",
    only_if="n = 1",
)
def random_search_hits(rng: Generator) -> Values:
    n, p = size(rng), unit(rng)
    terms = [p**k * (1 - p) ** (n - k) for k in range(1, n + 1)]
    counted = sum(math.comb(n, k) * term for k, term in enumerate(terms, 1))
    return 1 - (1 - p) ** n, counted, sum(terms)


@twin(
    9,
    let=(r"0 < q < 1", r"0 < s < 1", r"0 < c < 1"),
    a=r"\frac{s q}{s q + (1 - c)(1 - q)}",
    true=r"\left( 1 + \frac{(1 - c)(1 - q)}{s q} \right)^{-1}",
    false=r"\frac{s q}{s q + c (1 - q)}",
)
def precision_from_prevalence(rng: Generator) -> Values:
    q, s, c = unit(rng, 3)
    return s * q / (s * q + (1 - c) * (1 - q)), 1 / (1 + (1 - c) * (1 - q) / (s * q)), s * q / (s * q + c * (1 - q))


@twin(9, let=("h > 0",), a="((x + h)^3 - (x - h)^3)/(2 h)", true="3 x^2 + h^2", false="3 x^2")
def central_difference(rng: Generator) -> Values:
    h, (x,) = positive(rng), reals(rng, 1)
    return ((x + h) ** 3 - (x - h) ** 3) / (2 * h), 3 * x**2 + h**2, 3 * x**2


@twin(9, let=(r"0 < p < 1",), a=r"1 - \max(p, 1 - p)", true=r"\min(p, 1 - p)", false=r"p (1 - p)")
def bayes_error(rng: Generator) -> Values:
    p = unit(rng)
    return 1 - max(p, 1 - p), min(p, 1 - p), p * (1 - p)


@twin(
    9,
    let=(r"C \in \mathbb{R}^{k \times k}", r"P \in \mathbb{R}^{k \times k}"),
    a=r"\operatorname{tr}(C^T P)",
    true=r"\sum_{i=1}^k \sum_{j=1}^k C_{ij} P_{ij}",
    false=r"\sum_{i=1}^k \sum_{j=1}^k C_{ij} P_{ji}",
    only_if=r"C^\top = C",
)
def expected_cost(rng: Generator) -> Values:
    k = sizes(rng, 1)[0]
    C, P = normal(rng, k, k), normal(rng, k, k)
    return np.trace(C.T @ P), (C * P).sum(), (C * P.T).sum()


@twin(9, let=("p > 0", "r > 0"), a="2/(1/p + 1/r)", true="2 p r/(p + r)", false="(p + r)/2")
def harmonic_mean(rng: Generator) -> Values:
    p, r = positive(rng, 2)
    return 2 / (1 / p + 1 / r), 2 * p * r / (p + r), (p + r) / 2


PAIRS = gather(globals())
