"""Autoencoders of one hidden layer (notes 16): h = g(W x + b), r = V h + c, with sparse and contractive penalties.

The loss of an example is its squared error Σ (r - x)² (or a Bernoulli -log p(x | h), r then logits) plus a penalty on
its code; the loss of the data is the mean over examples. Tied weights have V = Wᵀ.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from solvers.models.activations import activation
from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes
from solvers.models.svd import decompose, pca

Output = Literal["squared", "bernoulli"]
OUTPUTS = ("squared", "bernoulli")
SMOOTH = ("linear", "sigmoid", "tanh")


@dataclass(frozen=True, slots=True)
class Weights:
    """W (..., H, D), b (..., H), V (..., D, H) or None where it is Wᵀ, c (..., D)."""

    W: Tensor
    b: Tensor
    c: Tensor
    V: Tensor | None = None

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))

    @property
    def decoder(self) -> Tensor:
        """(..., D, H)."""
        return self.W.mT if self.V is None else self.V


@dataclass(frozen=True, slots=True)
class Run:
    """Of each example: net and code (..., N, H), reconstruction r (..., N, D)."""

    net: Tensor
    h: Tensor
    r: Tensor


def forward(weights: Weights, x: Tensor, g: str = "sigmoid", keep: Tensor | None = None) -> Run:
    """x (..., N, D); `keep` (..., N, H) multiplies the code: the mask of dropout on it, scaled or not."""
    common_axes(**_axes(weights), x=(x, "examples inputs"))
    net = x @ weights.W.mT + weights.b.unsqueeze(-2)
    h = activation(g).value(net)
    if keep is not None:
        check_shapes(h=(h, "examples hidden"), keep=(keep, "examples hidden"))
        h = h * keep
    return Run(net=net, h=h, r=h @ weights.decoder.mT + weights.c.unsqueeze(-2))


def reconstruction(r: Tensor, x: Tensor, kind: Output = "squared") -> Tensor:
    """Σ (r - x)², or Σ ζ(r) - x r = -log p(x | h) with P(x_i = 1) = σ(r_i): (..., N, D) -> (..., N)."""
    check_shapes(r=(r, "examples inputs"), x=(x, "examples inputs"))
    check_one_of("kind", kind, OUTPUTS)
    if kind == "squared":
        return ((r - x) ** 2).sum(dim=-1)
    return (softplus(r) - x * r).sum(dim=-1)


def l1_penalty(h: Tensor) -> Tensor:
    """Σ |h_j| of each example; its slope is sign(h_j), 0 at 0: (..., N, H) -> (..., N)."""
    check_shapes(h=(h, "examples hidden"))
    return h.abs().sum(dim=-1)


def kl_penalty(h: Tensor, target: float) -> Tensor:
    """Σ_j D_KL(Bernoulli(ρ) ‖ Bernoulli(mean over examples of h_j)), for codes in (0, 1): (..., N, H) -> (...)."""
    share = _share(h, target)
    rho = torch.full_like(share, target)
    return (rho * torch.log(rho / share) + (1 - rho) * torch.log((1 - rho) / (1 - share))).sum(dim=-1)


def kl_slope(h: Tensor, target: float) -> Tensor:
    """∂/∂h_nj of `kl_penalty`: ((1 - ρ) / (1 - ρ̂_j) - ρ / ρ̂_j) / N, the same for every example: (..., N, H)."""
    share = _share(h, target)
    slope = (1 - target) / (1 - share) - target / share
    return (slope / h.shape[-2]).unsqueeze(-2).expand_as(h)


def contractive_penalty(weights: Weights, run: Run, g: str = "sigmoid") -> Tensor:
    """‖∂h/∂x‖_F² = Σ_j g'(net_j)² Σ_i W_ji² of each example: (..., N). For σ, g' = h (1 - h)."""
    slope = activation(g).slope(run.net)
    return (slope**2 * (weights.W**2).sum(dim=-1).unsqueeze(-2)).sum(dim=-1)


def contractive_gradient(weights: Weights, x: Tensor, g: str = "sigmoid") -> Weights:
    """∇ of Σ_n ‖∂h/∂x_n‖_F² by W and b, by hand, for g in linear, sigmoid, tanh; nothing else has a part in it.

    ∂/∂W_ji = 2 Σ_n g'² W_ji + 2 g' g'' ‖W_j‖² x_ni, ∂/∂b_j = Σ_n 2 g' g'' ‖W_j‖².
    """
    check_one_of("g", g, SMOOTH)
    run = forward(weights, x, g)
    slope, bend = activation(g).slope(run.net), _bend(run, g)
    lengths = (weights.W**2).sum(dim=-1).unsqueeze(-2)  # (..., 1, H)
    by_net = 2 * slope * bend * lengths  # (..., N, H)
    dW = 2 * (slope**2).sum(dim=-2).unsqueeze(-1) * weights.W + by_net.mT @ x
    empty = torch.zeros_like(weights.c)
    return Weights(dW, by_net.sum(dim=-2), empty, None if weights.V is None else torch.zeros_like(weights.V))


def best_linear(x: Tensor, hidden: int) -> Weights:
    """The linear autoencoder of least squared error: PCA, W = Uᵀ, V = U, b = -Uᵀ mean, c = mean. x (..., N, D)."""
    found = pca(x, hidden)
    W = found.directions.mT
    return Weights(W=W, b=-(W @ found.mean.unsqueeze(-1)).squeeze(-1), c=found.mean)


def least_linear_loss(x: Tensor, hidden: int) -> Tensor:
    """Σ of the discarded σ² of the centred data, over all examples: what no linear autoencoder undercuts. (...)"""
    check_at_least(0, hidden=hidden)
    check_shapes(x=(x, "examples inputs"))
    values = decompose(x - x.mean(dim=-2, keepdim=True)).values
    return (values[..., hidden:] ** 2).sum(dim=-1)


def copying(inputs: int, hidden: int, like: Tensor) -> Weights:
    """An overcomplete linear autoencoder that copies and has learnt nothing: W = [I; 0], V = Wᵀ, no biases."""
    check_at_least(1, inputs=inputs)
    check_at_least(inputs, hidden=hidden)
    W = torch.eye(hidden, inputs, dtype=like.dtype, device=like.device)
    return Weights(W=W, b=W.new_zeros(hidden), c=W.new_zeros(inputs))


def parameter_count(inputs: int, hidden: int, *, tied: bool = False) -> int:
    """D H (twice unless tied) + H + D."""
    check_at_least(1, inputs=inputs, hidden=hidden)
    return inputs * hidden * (1 if tied else 2) + hidden + inputs


class Autoencoder(nn.Module):
    """A deep one: D -> … -> H and back, the activation between layers, linear codes and outputs; tied or not."""

    def __init__(
        self, sizes: tuple[int, ...], g: str = "tanh", *, tied: bool = False, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        if len(sizes) < 2:
            raise BadInput(f"sizes is {sizes!r}, but the input's and at least one code's size are needed.")
        check_at_least(1, **{f"size {k}": size for k, size in enumerate(sizes)})
        self.g = activation(g)
        shapes = [(after, before) for before, after in pairwise(sizes)]
        self.up = nn.ParameterList([_drawn(shape, generator) for shape in shapes])
        self.down = nn.ParameterList([] if tied else [_drawn(shape[::-1], generator) for shape in shapes[::-1]])
        self.up_bias = nn.ParameterList([torch.zeros(size) for size in sizes[1:]])
        self.down_bias = nn.ParameterList([torch.zeros(size) for size in sizes[-2::-1]])

    def encode(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., H)."""
        return self._through(x, list(self.up), list(self.up_bias))

    def decode(self, h: Tensor) -> Tensor:
        """(..., H) -> (..., D)."""
        matrices = list(self.down) or [each.mT for each in reversed(list(self.up))]
        return self._through(h, matrices, list(self.down_bias))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def _through(self, x: Tensor, matrices: list[Tensor], biases: list[Tensor]) -> Tensor:
        check_shapes(W=(matrices[0], "outputs inputs"), x=(x, "inputs"))
        for k, (W, b) in enumerate(zip(matrices, biases, strict=True)):
            x = x @ W.mT + b
            x = x if k == len(matrices) - 1 else self.g.value(x)
        return x


def _drawn(shape: tuple[int, ...], generator: torch.Generator | None) -> nn.Parameter:
    return nn.Parameter(torch.randn(shape, generator=generator) * shape[-1] ** -0.5)


def _bend(run: Run, g: str) -> Tensor:
    """g''(net)."""
    if g == "linear":
        return torch.zeros_like(run.net)
    return run.h * (1 - run.h) * (1 - 2 * run.h) if g == "sigmoid" else -2 * run.h * (1 - run.h**2)


def _share(h: Tensor, target: float) -> Tensor:
    """ρ̂: how active each unit is on average, (..., H)."""
    check_shapes(h=(h, "examples hidden"))
    check_number("(0, 1)", target=target)
    share = h.mean(dim=-2)
    if not bool(((share > 0) & (share < 1)).all()):
        raise BadInput("The activity found in h must lie strictly between 0 and 1, as for sigmoid codes.")
    return share


def _axes(weights: Weights) -> dict[str, tuple[Tensor, str]]:
    found = {"W": (weights.W, "hidden inputs"), "b": (weights.b, "hidden"), "c": (weights.c, "inputs")}
    return found if weights.V is None else {**found, "V": (weights.V, "inputs hidden")}
