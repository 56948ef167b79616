"""Twin pairs of chapter 13: gated cells, leaky integrators, readouts."""

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
    twin,
    unit,
    wide,
)

Values = tuple[Value, Value, Value]
CELL = (
    r"f^{(t)} \in \mathbb{R}^n",
    r"i^{(t)} \in \mathbb{R}^n",
    r"g^{(t)} \in \mathbb{R}^n",
    r"c^{(t)} = f^{(t)} \odot c^{(t-1)} + i^{(t)} \odot g^{(t)}",
    r"c^{(0)} = 0",
)


@twin(
    13,
    let=CELL,
    a=r"c^{(2)}",
    true=r"f^{(2)} \odot i^{(1)} \odot g^{(1)} + i^{(2)} \odot g^{(2)}",
    false=r"f^{(1)} \odot i^{(1)} \odot g^{(1)} + i^{(2)} \odot g^{(2)}",
)
def cell_after_two_steps(rng: Generator) -> Values:
    f, i, g = normal(rng, 3, 2, size(rng))
    c = f[1] * (f[0] * 0 + i[0] * g[0]) + i[1] * g[1]
    return c, f[1] * i[0] * g[0] + i[1] * g[1], f[0] * i[0] * g[0] + i[1] * g[1]


@twin(
    13,
    let=CELL,
    a=r"\frac{\partial c^{(3)}}{\partial c^{(1)}}",
    true=r"\operatorname{diag}(f^{(3)} \circ f^{(2)})",
    false=r"\operatorname{diag}(f^{(3)} \circ f^{(2)} \circ f^{(1)})",
)
def gates_multiply(rng: Generator) -> Values:
    f, i, g = normal(rng, 3, 3, size(rng))
    found = jacobian(lambda c, f, i, g: f[2] * (f[1] * c + i[1] * g[1]) + i[2] * g[2], i[0] * g[0], f, i, g)
    return found, np.diag(f[2] * f[1]), np.diag(f[2] * f[1] * f[0])


@twin(
    13,
    let=(r"z \in \mathbb{R}^n", r"h \in \mathbb{R}^n", r"\tilde{h} \in \mathbb{R}^n"),
    a=r"z \odot h + (1 - z) \odot \tilde{h}",
    true=r"\tilde{h} + z \odot (h - \tilde{h})",
    false=r"h + z \odot (\tilde{h} - h)",
)
def role_of_the_update_gate(rng: Generator) -> Values:
    z, h, new = normal(rng, 3, size(rng))
    return z * h + (1 - z) * new, new + z * (h - new), h + z * (new - h)


@twin(
    13,
    let=(r"o \in \mathbb{R}^n", r"c \in \mathbb{R}^n", r"h = o \odot \tanh(c)"),
    a=r"\frac{\partial h}{\partial c}",
    true=r"\operatorname{diag}\bigl( o \odot (1 - \tanh(c) \odot \tanh(c)) \bigr)",
    false=r"\operatorname{diag}\bigl( 1 - \tanh(c) \odot \tanh(c) \bigr)",
)
def output_gate(rng: Generator) -> Values:
    o, c = normal(rng, 2, size(rng))
    slope = 1 - np.tanh(c) ** 2
    return jacobian(lambda c, o: o * c.tanh(), c, o), np.diag(o * slope), np.diag(slope)


@twin(13, a="σ(2 x)", true="(1 + tanh(x))/2", false="(1 + tanh(2 x))/2")
def gate_from_a_tanh(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return sigma(2 * x), (1 + np.tanh(x)) / 2, (1 + np.tanh(2 * x)) / 2


@twin(
    13,
    let=(r"0 < a < 1", r"x^{(t)} \in \mathbb{R}", r"h^{(t)} = (1 - a) h^{(t-1)} + a x^{(t)}", r"h^{(0)} = 0"),
    a=r"h^{(4)}",
    true=r"a \sum_{k=1}^{4} (1 - a)^{4-k} x^{(k)}",
    false=r"\sum_{k=1}^{4} (1 - a)^{4-k} x^{(k)}",
)
def leaky_integrator(rng: Generator) -> Values:
    a, x = unit(rng), normal(rng, 4)
    h = 0.0
    for value in x:
        h = (1 - a) * h + a * value
    kept = sum((1 - a) ** (3 - k) * x[k] for k in range(4))
    return h, a * kept, kept


@twin(
    13,
    let=(
        r"W \in \mathbb{R}^{k \times n}",
        r"H \in \mathbb{R}^{n \times T}",
        r"Y \in \mathbb{R}^{k \times T}",
        r"\lambda > 0",
    ),
    a=r"\nabla_W \left( \| W H - Y \|_F^2 + \lambda \| W \|_F^2 \right)",
    true=r"2 (W H - Y) H^\top + 2 \lambda W",
    false=r"2 (W H - Y) H + 2 \lambda W",
    misfit=True,
)
def reservoir_readout(rng: Generator) -> Values:
    k, n, T = sizes(rng, 3)
    W, H, Y, lam = normal(rng, k, n), normal(rng, n, T), normal(rng, k, T), float(positive(rng))
    found = grad(lambda W, H, Y: ((W @ H - Y) ** 2).sum() + lam * (W**2).sum(), W, H, Y)
    return found, 2 * (W @ H - Y) @ H.T + 2 * lam * W, None


@twin(
    13,
    let=(r"W \in \mathbb{R}^{n \times n}", r"r \in \mathbb{R}^n", r"h \in \mathbb{R}^n", r"u \in \mathbb{R}^n"),
    a=r"\tanh\bigl(u + W (r \odot h)\bigr)",
    true=r"\tanh\bigl(u + W \operatorname{diag}(r)\, h\bigr)",
    false=r"\tanh\bigl(u + r \odot (W h)\bigr)",
)
def reset_before_the_product(rng: Generator) -> Values:
    n = size(rng)
    W, (r, h, u) = normal(rng, n, n), normal(rng, 3, n)
    return np.tanh(u + W @ (r * h)), np.tanh(u + W @ np.diag(r) @ h), np.tanh(u + r * (W @ h))


@twin(13, a="4 (D H + H^2 + H)", true="4 H (D + H + 1)", false="4 H (D + H) + 1")
def parameters_of_an_lstm(rng: Generator) -> Values:
    D, H = reals(rng, 2)
    return 4 * (D * H + H**2 + H), 4 * H * (D + H + 1), 4 * H * (D + H) + 1


@twin(13, a="d/dc (o tanh(c))", true="o (1 - tanh(c)^2)", false="o (1 - c^2)")
def slope_through_the_output(rng: Generator) -> Values:
    c, o = reals(rng, 2)
    return grad(lambda c: o * c.tanh(), c), o * (1 - np.tanh(c) ** 2), o * (1 - c**2)


@twin(13, let=("λ > 0",), a="λ^τ", true="exp(τ log λ)", false="exp(τ λ)")
def fading_of_a_mode(rng: Generator) -> Values:
    lam, (tau,) = positive(rng), reals(rng, 1)
    return lam**tau, np.exp(tau * np.log(lam)), np.exp(tau * lam)


@twin(
    13,
    let=(r"y = \sigma(a x + b)",),
    a=r"\frac{\partial y}{\partial a}",
    true=r"x y (1 - y)",
    false=r"a y (1 - y)",
)
def intrinsic_plasticity_slope(rng: Generator) -> Values:
    a, x, b = reals(rng, 3)
    y = sigma(a * x + b)
    return grad(lambda a: (a * x + b).sigmoid(), a), x * y * (1 - y), a * y * (1 - y)


@twin(
    13,
    a=r"\frac{\partial}{\partial h} \bigl[ z h + (1 - z) \tanh(u x + w r h) \bigr]",
    true=r"z + (1 - z) \left(1 - \tanh^2(u x + w r h)\right) w r",
    false=r"z + (1 - z) \left(1 - \tanh^2(u x + w r h)\right) w",
    only_if="r = 1",
)
def slope_through_a_gated_unit(rng: Generator) -> Values:
    (h, z, u, x), w, r = reals(rng, 4), wide(rng), wide(rng)
    found = grad(lambda h: z * h + (1 - z) * (u * x + w * r * h).tanh(), h)
    slope = 1 / np.cosh(u * x + w * r * h) ** 2
    return found, z + (1 - z) * slope * w * r, z + (1 - z) * slope * w


PAIRS = gather(globals())
