"""Twin pairs of chapter 12: backpropagation through time, with recursive definitions."""

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
    reals,
    sizes,
    twin,
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
    x, (u, w) = 0.5 * normal(rng, 3), reals(rng, 2)  # small: 1 - h^2 loses digits when h saturates
    h = _scalar_states(x, u, w)
    found = grad(lambda w: (w * (w * h[1] + u * x[1]).tanh() + u * x[2]).tanh(), w)
    outer, inner = 1 - h[3] ** 2, w * (1 - h[2] ** 2)
    return found, outer * (h[2] + inner * h[1]), outer * (h[3] + inner * h[2])


@twin(
    12,
    let=(
        *STATE,
        r"V \in \mathbb{R}^{n \times n}",
        r"y^{(t)} \in \mathbb{R}^n",
        r"L = \frac12 \sum_{t=1}^{2} \| V h^{(t)} - y^{(t)} \|^2",
    ),
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


PAIRS = gather(globals())
