"""The graph network of Scarselli et al. (notes 11.6): one recurrent layer iterated to its fixed point.

h_v = Σ_{u ∈ N(v)} f(h_u, x_v, x_u) with f = g(W h_u + P x_v + Q x_u + b), nodes as columns. Where the whole map
contracts there is one fixed point, whatever the start, and its gradient solves a second fixed-point equation.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from solvers.models.activations import activation
from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes
from solvers.models.graph import Graph

STEEPEST = {"linear": 1.0, "tanh": 1.0, "sigmoid": 0.25}


@dataclass(frozen=True, slots=True)
class Weights:
    """W (..., h, h) on the neighbour's state, P and Q (..., h, d) on own and neighbour's features, b (..., h)."""

    W: Tensor
    P: Tensor
    Q: Tensor
    b: Tensor

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))

    def tensors(self) -> tuple[Tensor, ...]:
        return self.W, self.P, self.Q, self.b


@dataclass(frozen=True, slots=True)
class Settled:
    """The state reached (..., h, n), and how far the last step still moved it, the largest entry of all (...)."""

    h: Tensor
    moved: Tensor


def step(weights: Weights, graph: Graph, h: Tensor, unit: str = "tanh") -> Tensor:
    """One iteration of all nodes at once: (..., h, n) -> (..., h, n). A_uv is the edge from u to v."""
    return _step(weights, graph, _start(weights, graph, h, unit), unit)


def _step(weights: Weights, graph: Graph, h: Tensor, unit: str) -> Tensor:
    own = weights.P @ graph.X + weights.b.unsqueeze(-1)  # of v: (..., h, n)
    other = weights.W @ h + weights.Q @ graph.X  # of u: (..., h, n)
    message = activation(unit).value(own.unsqueeze(-2) + other.unsqueeze(-1))  # (..., h, u, v)
    return (message * graph.A.unsqueeze(-3)).sum(dim=-2)


def iterates(weights: Weights, graph: Graph, steps: int, start: Tensor | None = None, unit: str = "tanh") -> Tensor:
    """h(0), …, h(steps), from zero unless a start (..., h, n) is given: (..., steps+1, h, n)."""
    check_at_least(0, steps=steps)
    states = [_start(weights, graph, start, unit)]
    for _ in range(steps):
        states.append(_step(weights, graph, states[-1], unit))
    return torch.stack(states, dim=-3)


def settle(weights: Weights, graph: Graph, steps: int, start: Tensor | None = None, unit: str = "tanh") -> Settled:
    """The state after `steps` iterations, without a gradient, and how far from rest it is."""
    check_at_least(1, steps=steps)
    with torch.no_grad():
        h = before = _start(weights, graph, start, unit)
        for _ in range(steps):
            before, h = h, _step(weights, graph, h, unit)
        return Settled(h=h, moved=(h - before).abs().amax(dim=(-2, -1)))


def lipschitz(weights: Weights, graph: Graph, unit: str = "tanh") -> Tensor:
    """A Lipschitz constant of one iteration: steepest slope · σmax(W) · σmax(A). Below 1 it contracts: (...)."""
    check_one_of("unit", unit, STEEPEST)
    return STEEPEST[unit] * torch.linalg.matrix_norm(weights.W, 2) * torch.linalg.matrix_norm(graph.A, 2)


def linear_fixed_point(weights: Weights, graph: Graph) -> Tensor:
    """h* of f without g, by one solve: vec h = (I - Aᵀ ⊗ W)⁻¹ vec of what does not depend on h. (..., h, n)."""
    common_axes(**_axes(weights), X=(graph.X, "d n"), A=(graph.A, "n n"))
    constant = _step(weights, graph, _start(weights, graph, None, "linear"), "linear")
    h, n = constant.shape[-2:]
    system = torch.eye(n * h, dtype=constant.dtype, device=constant.device) - _kron(graph.A.mT, weights.W)
    solution, singular = torch.linalg.solve_ex(system, constant.mT.flatten(-2).unsqueeze(-1))  # node by node
    if bool((singular != 0).any()):
        raise BadInput("I - Aᵀ ⊗ W cannot be inverted, so the linear network has no single fixed point.")
    return solution.squeeze(-1).unflatten(-1, (n, h)).mT  # (..., n h) -> (..., n, h) -> (..., h, n)


def equilibrium(weights: Weights, graph: Graph, steps: int, unit: str = "tanh") -> Tensor:
    """h* with the implicit gradient (Almeida, Pineda): backward solves z = ∂L/∂h* + Jᵀ z by iteration, as forward does.

    Nothing of the iterations is kept; `steps` bounds both. It is right where the map contracts.
    """
    check_at_least(1, steps=steps)
    h = settle(weights, graph, steps, unit=unit).h
    once = _step(weights, graph, h, unit)  # one step with a gradient by the weights, at the fixed point
    found: Tensor = _Implicit.apply(once, h, (weights, graph, unit, steps))  # type: ignore[no-untyped-call]
    return found


def contraction_penalty(weights: Weights, graph: Graph, wanted: float, unit: str = "tanh") -> Tensor:
    """max(0, Lipschitz constant - wanted)²: added to a loss it keeps training among contractions. (...)."""
    check_number("[0, inf)", wanted=wanted)
    return torch.relu(lipschitz(weights, graph, unit) - wanted) ** 2


class FixedPointNet(nn.Module):
    """The same as a trainable module with a linear output at each node: graph -> (..., K, n)."""

    def __init__(
        self, d: int, hidden: int, outputs: int, steps: int = 50, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(1, d=d, hidden=hidden, outputs=outputs, steps=steps)
        self.steps = steps
        # W starts small, so that the map contracts on small graphs.
        self.W = nn.Parameter(0.1 * torch.randn(hidden, hidden, generator=generator) * hidden**-0.5)
        self.P, self.Q = (nn.Parameter(torch.randn(hidden, d, generator=generator) * d**-0.5) for _ in range(2))
        self.b = nn.Parameter(torch.zeros(hidden))
        self.V = nn.Parameter(torch.randn(outputs, hidden, generator=generator) * hidden**-0.5)
        self.c = nn.Parameter(torch.zeros(outputs))

    def weights(self) -> Weights:
        return Weights(self.W, self.P, self.Q, self.b)

    def forward(self, graph: Graph) -> Tensor:
        return self.V @ equilibrium(self.weights(), graph, self.steps) + self.c.unsqueeze(-1)


class _Implicit(torch.autograd.Function):
    """The identity forward; backward turns ∂L/∂h* into z, which then flows through the one step above."""

    @staticmethod
    def forward(ctx: Any, once: Tensor, h: Tensor, how: tuple[Weights, Graph, str, int]) -> Tensor:
        weights, graph, unit, steps = how
        ctx.save_for_backward(h, *(each.detach() for each in weights.tensors()), graph.A.detach(), graph.X.detach())
        ctx.unit, ctx.steps = unit, steps
        return once.clone()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None]:
        h, *parts, A, X = ctx.saved_tensors
        with torch.enable_grad():
            at = h.detach().requires_grad_()
            onward = _step(Weights(*parts), Graph(A, X), at, ctx.unit)
        z = upstream
        for _ in range(ctx.steps):
            z = upstream + torch.autograd.grad(onward, at, z, retain_graph=True)[0]
        return z, None, None


def _start(weights: Weights, graph: Graph, start: Tensor | None, unit: str) -> Tensor:
    check_one_of("unit", unit, STEEPEST)
    zero = weights.b.unsqueeze(-1) * graph.X[..., :1, :] * 0  # (..., h, n)
    start = zero if start is None else start
    leading = common_axes(**_axes(weights), X=(graph.X, "d n"), A=(graph.A, "n n"), start=(start, "h n"))
    return start.expand(*leading, *start.shape[-2:])


def _kron(A: Tensor, B: Tensor) -> Tensor:
    """A ⊗ B with instance axes: (..., n, n), (..., h, h) -> (..., n h, n h)."""
    product = A[..., :, None, :, None] * B[..., None, :, None, :]  # (..., n, h, n, h)
    return product.flatten(-2).flatten(-3, -2)  # (..., n, h, n, h) -> (..., n, h, n h) -> (..., n h, n h)


def _axes(weights: Weights) -> dict[str, tuple[Tensor, str]]:
    names = {"W": "h h", "P": "h d", "Q": "h d", "b": "h"}
    return {each.name: (getattr(weights, each.name), names[each.name]) for each in fields(weights)}
