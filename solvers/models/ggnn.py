"""The gated graph network as printed in notes 11.6.1: a gated recurrent unit at each node, fed by its neighbours.

h_v(1) = [x_v, 0]; a_v = Σ_u A_vu h_u; z, r = σ(W a_v + U h_v); c = tanh(W a_v + U (r ⊙ h_v));
h_v = (1 - z) ⊙ h_v + z ⊙ c. Nodes are columns. There are no biases; states count from the first, h(1).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models import gru
from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_at_least, check_one_of, check_shapes
from solvers.models.graph import Graph


@dataclass(frozen=True, slots=True)
class Weights:
    """W (..., 3, h, h) on what the neighbours send, U (..., 3, h, h) on the own state; order z, r, candidate."""

    W: Tensor
    U: Tensor

    def __post_init__(self) -> None:
        sizes = check_shapes(W=(self.W, "gates h sent"), U=(self.U, "gates h h"))
        if sizes["gates"] != 3 or sizes["sent"] != sizes["h"]:
            raise BadInput(f"W has shape {tuple(self.W.shape)}, but (…, 3, h, h) is needed: update, reset, candidate.")


@dataclass(frozen=True, slots=True)
class Run:
    """States h(1), …, h(T+1); of each step what was received, and z, r, c."""

    h: Tensor  # (..., T+1, h, n)
    received: Tensor  # (..., T, h, n)
    gates: Tensor  # (..., T, 3, h, n)


def forward(weights: Weights, graph: Graph, steps: int, variant: gru.Variant = gru.GATED_GRAPH) -> Run:
    """`steps` updates of all nodes at once. A_v is row v of A: v receives from every u with A_vu, as printed.

    The variant of the gated unit is the printed one unless told: some libraries reset after the product.
    """
    check_at_least(1, steps=steps)
    h = first_state(graph.X, weights.U.shape[-1])
    leading = common_axes(W=(weights.W, "gates h h"), A=(graph.A, "n n"), h=(h, "h n"))
    states, received, gates = [h.expand(*leading, *h.shape[-2:])], [], []
    zero = weights.U.new_zeros(())
    unit = gru.Weights(_by_node(weights.W), _by_node(weights.U), _by_node(zero.expand(weights.U.shape[:-1]), axes=2))
    for _ in range(steps):
        received.append(states[-1] @ graph.A.mT)  # Σ_u A_vu h_u in column v
        drive = torch.einsum("...gij,...jn->...ngi", weights.W, received[-1])  # (..., n, 3, h)
        found, new = gru.cell(unit, drive, states[-1].mT, variant)  # nodes are the unit's instances
        gates.append(found.movedim(-3, -1))  # (..., n, 3, h) -> (..., 3, h, n)
        states.append(new.mT)
    return Run(*(torch.stack(each, dim) for each, dim in ((states, -3), (received, -3), (gates, -4))))


def first_state(X: Tensor, hidden: int) -> Tensor:
    """[x_v, 0]: features (..., d, n) filled up with zeros to (..., hidden, n)."""
    check_shapes(X=(X, "d n"))
    check_at_least(X.shape[-2], hidden=hidden)
    return F.pad(X, (0, 0, 0, hidden - X.shape[-2]))


def parameter_count(hidden: int) -> int:
    """6 h²: three gates, two matrices each, whatever the graph and the steps."""
    check_at_least(1, hidden=hidden)
    return 6 * hidden**2


class Ggnn(nn.Module):
    """The same as a trainable module with a linear output at each node, or at the graph from the mean state."""

    def __init__(
        self, hidden: int, outputs: int, steps: int, head: str = "node", generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(1, hidden=hidden, outputs=outputs, steps=steps)
        check_one_of("head", head, ("node", "graph"))
        self.steps, self.head = steps, head
        shape = (3, hidden, hidden)
        self.W, self.U = (nn.Parameter(torch.randn(shape, generator=generator) * hidden**-0.5) for _ in range(2))
        self.V = nn.Parameter(torch.randn(outputs, hidden, generator=generator) * hidden**-0.5)
        self.c = nn.Parameter(torch.zeros(outputs))

    def forward(self, graph: Graph) -> Tensor:
        """(..., K, n) at the nodes, or (..., K) for the graph."""
        last = forward(Weights(self.W, self.U), graph, self.steps).h[..., -1, :, :]
        scores = self.V @ last + self.c.unsqueeze(-1)
        return scores if self.head == "node" else scores.mean(dim=-1)


def _by_node(weights: Tensor, axes: int = 3) -> Tensor:
    """One axis more for the nodes, just before the trailing `axes`."""
    return weights.unsqueeze(-axes - 1)
