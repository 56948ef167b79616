"""Twin pairs of chapters 12 and 13: backpropagation through time, gated and reservoir networks."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Array,
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
STATE = (
    r"W \in \mathbb{R}^{n \times n}",
    r"U \in \mathbb{R}^{n \times d}",
    r"b \in \mathbb{R}^n",
    r"x^{(t)} \in \mathbb{R}^d",
    r"h^{(t)} = \tanh(U x^{(t)} + W h^{(t-1)} + b)",
    r"h^{(0)} = 0",
)
SCALAR = (
    r"x^{(t)} \in \mathbb{R}",
    r"h^{(t)} = \tanh(u x^{(t)} + w h^{(t-1)})",
    r"h^{(0)} = 0",
)
LAST = (
    *STATE,
    r"y \in \mathbb{R}^n",
    r"L = \frac12 \lVert h^{(3)} - y \rVert^2",
    r"\delta^{(3)} = (1 - h^{(3)} \odot h^{(3)}) \odot (h^{(3)} - y)",
    r"\delta^{(2)} = (1 - h^{(2)} \odot h^{(2)}) \odot (W^\top \delta^{(3)})",
    r"\delta^{(1)} = (1 - h^{(1)} \odot h^{(1)}) \odot (W^\top \delta^{(2)})",
)


def _states(W: Array, U: Array, b: Array, X: Array) -> list[Array]:
    states = [np.zeros(len(b))]
    for x in X:
        states.append(np.tanh(U @ x + W @ states[-1] + b))
    return states


def _drawn(rng: Generator, steps: int) -> tuple[Array, Array, Array, Array]:
    n, d = sizes(rng, 2)
    return normal(rng, n, n), normal(rng, n, d), normal(rng, n), normal(rng, steps, d)


@twin(
    12,
    let=STATE,
    a=r"\frac{\partial h^{(2)}}{\partial h^{(1)}}",
    true=r"\operatorname{diag}\bigl(1 - h^{(2)} \odot h^{(2)}\bigr)\, W",
    false=r"W \operatorname{diag}\bigl(1 - h^{(2)} \odot h^{(2)}\bigr)",
)
def jacobian_of_a_step(rng: Generator) -> Values:
    W, U, b, X = _drawn(rng, 2)
    h = _states(W, U, b, X)
    slope = np.diag(1 - h[2] ** 2)
    found = jacobian(lambda h, W, U, b, x: (U @ x + W @ h + b).tanh(), h[1], W, U, b, X[1])
    return found, slope @ W, W @ slope


@twin(
    12,
    let=STATE,
    a=r"\frac{\partial h^{(3)}}{\partial h^{(1)}}",
    true=r"\operatorname{diag}(1 - h^{(3)} \odot h^{(3)})\, W \operatorname{diag}(1 - h^{(2)} \odot h^{(2)})\, W",
    false=r"\operatorname{diag}(1 - h^{(2)} \odot h^{(2)})\, W \operatorname{diag}(1 - h^{(3)} \odot h^{(3)})\, W",
)
def jacobian_of_two_steps(rng: Generator) -> Values:
    W, U, b, X = _drawn(rng, 3)
    h = _states(W, U, b, X)
    two, three = np.diag(1 - h[2] ** 2), np.diag(1 - h[3] ** 2)

    def onward(state: Value, W: Value, U: Value, b: Value, X: Value) -> Value:
        for x in X[1:]:
            state = (U @ x + W @ state + b).tanh()
        return state

    return jacobian(onward, h[1], W, U, b, X), three @ W @ two @ W, two @ W @ three @ W


def _scalar_states(x: Array, u: float, w: float) -> list[float]:
    states = [0.0]
    for value in x:
        states.append(float(np.tanh(u * value + w * states[-1])))
    return states


@twin(
    12,
    let=SCALAR,
    a=r"\frac{d h^{(2)}}{d u}",
    true=r"\bigl(1 - (h^{(2)})^2\bigr) \Bigl( x^{(2)} + w \bigl(1 - (h^{(1)})^2\bigr) x^{(1)} \Bigr)",
    false=r"\bigl(1 - (h^{(2)})^2\bigr)\, x^{(2)}",
)
def total_derivative_by_the_input_weight(rng: Generator) -> Values:
    x, (u, w) = normal(rng, 2), reals(rng, 2)
    h = _scalar_states(x, u, w)
    found = grad(lambda u: (u * x[1] + w * (u * x[0]).tanh()).tanh(), u)
    return found, (1 - h[2] ** 2) * (x[1] + w * (1 - h[1] ** 2) * x[0]), (1 - h[2] ** 2) * x[1]


@twin(
    12,
    let=SCALAR,
    a=r"\frac{d h^{(3)}}{d w}",
    true=r"\left(1 - (h^{(3)})^2\right) \left( h^{(2)} + w \left(1 - (h^{(2)})^2\right) h^{(1)} \right)",
    false=r"\left(1 - (h^{(3)})^2\right) \left( h^{(3)} + w \left(1 - (h^{(2)})^2\right) h^{(2)} \right)",
)
def total_derivative_by_the_recurrent_weight(rng: Generator) -> Values:
    x, (u, w) = normal(rng, 3), reals(rng, 2)
    h = _scalar_states(x, u, w)
    found = grad(lambda w: (u * x[2] + w * (u * x[1] + w * np.tanh(u * x[0])).tanh()).tanh(), w)
    outer, inner = 1 - h[3] ** 2, w * (1 - h[2] ** 2)
    return found, outer * (h[2] + inner * h[1]), outer * (h[3] + inner * h[2])


@twin(
    12,
    let=(*STATE, r"V \in \mathbb{R}^{n \times n}", r"y^{(t)} \in \mathbb{R}^n")
    + (r"L = \frac12 \sum_{t=1}^{2} \| V h^{(t)} - y^{(t)} \|^2",),
    a=r"\frac{\partial L}{\partial V}",
    true=r"\sum_{t=1}^{2} \bigl(V h^{(t)} - y^{(t)}\bigr) h^{(t)\top}",
    false=r"\sum_{t=1}^{2} \bigl(V h^{(t)} - y^{(t)}\bigr) h^{(t-1)\top}",
)
def output_matrix(rng: Generator) -> Values:
    W, U, b, X = _drawn(rng, 2)
    h, n = _states(W, U, b, X), len(b)
    V, Y = normal(rng, n, n), normal(rng, 2, n)
    found = grad(lambda V, H, Y: ((H @ V.T - Y) ** 2).sum() / 2, V, np.array(h[1:]), Y)
    errors = [V @ h[t + 1] - Y[t] for t in range(2)]
    return found, sum(np.outer(errors[t], h[t + 1]) for t in range(2)), sum(np.outer(errors[t], h[t]) for t in range(2))


def _last_loss(W: Value, U: Value, b: Value, X: Value, y: Value) -> Value:
    state = 0 * b
    for x in X:
        state = (U @ x + W @ state + b).tanh()
    return ((state - y) ** 2).sum() / 2


def _deltas(W: Array, h: list[Array], y: Array) -> list[Array]:
    three = (1 - h[3] ** 2) * (h[3] - y)
    two = (1 - h[2] ** 2) * (W.T @ three)
    return [0 * y, (1 - h[1] ** 2) * (W.T @ two), two, three]


@twin(
    12,
    let=LAST,
    a=r"\frac{\partial L}{\partial W}",
    true=r"\delta^{(3)} h^{(2)\top} + \delta^{(2)} h^{(1)\top}",
    false=r"\delta^{(3)} h^{(3)\top} + \delta^{(2)} h^{(2)\top}",
)
def recurrent_matrix(rng: Generator) -> Values:
    W, U, b, X = _drawn(rng, 3)
    h, y = _states(W, U, b, X), normal(rng, len(b))
    d = _deltas(W, h, y)
    found = grad(_last_loss, W, U, b, X, y)
    return found, np.outer(d[3], h[2]) + np.outer(d[2], h[1]), np.outer(d[3], h[3]) + np.outer(d[2], h[2])


@twin(
    12,
    let=LAST,
    a=r"dL/dU",
    true=r"\delta^{(3)} (x^{(3)})^\top + \delta^{(2)} (x^{(2)})^\top + \delta^{(1)} (x^{(1)})^\top",
    false=r"\delta^{(3)} (x^{(3)})^\top + \delta^{(2)} (x^{(2)})^\top",
)
def input_matrix(rng: Generator) -> Values:
    W, U, b, X = _drawn(rng, 3)
    h, y = _states(W, U, b, X), normal(rng, len(b))
    d = _deltas(W, h, y)
    found = grad(lambda U, W, b, X, y: _last_loss(W, U, b, X, y), U, W, b, X, y)
    late = np.outer(d[3], X[2]) + np.outer(d[2], X[1])
    return found, late + np.outer(d[1], X[0]), late


@twin(
    12,
    let=LAST,
    a="dL/db",
    true="delta^(1) + delta^(2) + delta^(3)",
    false="delta^(3)",
)
def bias_gathers_every_step(rng: Generator) -> Values:
    W, U, b, X = _drawn(rng, 3)
    h, y = _states(W, U, b, X), normal(rng, len(b))
    d = _deltas(W, h, y)
    return grad(lambda b, W, U, X, y: _last_loss(W, U, b, X, y), b, W, U, X, y), d[1] + d[2] + d[3], d[3]


@twin(
    12,
    let=SCALAR,
    a=r"\prod_{k=2}^{4} w \bigl(1 - (h^{(k)})^2\bigr)",
    true=r"\frac{\partial h^{(4)}}{\partial h^{(1)}}",
    false=r"\frac{\partial h^{(4)}}{\partial h^{(2)}}",
)
def product_of_steps(rng: Generator) -> Values:
    x, (u, w) = normal(rng, 4), reals(rng, 2)
    h = _scalar_states(x, u, w)

    def onward(state: Value, first: int) -> Value:
        for value in x[first:]:
            state = (u * value + w * state).tanh()
        return state

    factors = [w * (1 - h[k] ** 2) for k in (2, 3, 4)]
    return np.prod(factors), grad(lambda s: onward(s, 1), h[1]), grad(lambda s: onward(s, 2), h[2])


@twin(
    12,
    let=(*SCALAR, "y^(t) ∈ ℝ", "L = 1/2 (h^(1) - y^(1))^2 + 1/2 (h^(2) - y^(2))^2"),
    a="∂L/∂h^(1)",
    true="(h^(1) - y^(1)) + (h^(2) - y^(2)) (1 - (h^(2))^2) w",
    false="(h^(2) - y^(2)) (1 - (h^(2))^2) w",
)
def state_feeds_its_own_loss(rng: Generator) -> Values:
    x, y, (u, w) = normal(rng, 2), normal(rng, 2), reals(rng, 2)
    h = _scalar_states(x, u, w)
    found = grad(lambda s: (s - y[0]) ** 2 / 2 + ((u * x[1] + w * s).tanh() - y[1]) ** 2 / 2, h[1])
    later = (h[2] - y[1]) * (1 - h[2] ** 2) * w
    return found, h[1] - y[0] + later, later


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
