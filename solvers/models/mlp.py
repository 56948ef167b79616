"""The multilayer perceptron of any depth, forward and backward by hand (notes 4.1, 4.4, 5.1), and as a module to train.

A layer computes out = g(W x + b), plus x itself where it has a skip connection; a mask keeps some weights at zero.
Linear, logistic and softmax regression are networks of one linear layer under the squared, bernoulli and softmax heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Tensor, nn

from solvers.models.activations import activation
from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes
from solvers.models.heads import Head, gradient, head, loss


@dataclass(frozen=True, slots=True)
class Layer:
    """W (..., out, in), b (..., out); `mask` (out, in) of 0 and 1 multiplies W; `skip` adds the input to the output."""

    W: Tensor
    b: Tensor
    activation: str = "linear"
    skip: bool = False
    mask: Tensor | None = None

    def __post_init__(self) -> None:
        activation(self.activation)
        expected = {"W": (self.W, "outputs inputs"), "b": (self.b, "outputs")}
        if self.mask is not None:
            expected["mask"] = (self.mask, "outputs inputs")
        sizes = check_shapes(**expected)
        if self.skip and sizes["outputs"] != sizes["inputs"]:
            raise BadInput(
                f"A skip connection needs as many outputs as inputs, not {sizes['outputs']} and {sizes['inputs']}."
            )

    @property
    def weights(self) -> Tensor:
        """W, masked: (..., out, in)."""
        return self.W if self.mask is None else self.W * self.mask


@dataclass(frozen=True, slots=True)
class Run:
    """All that a forward pass computes, each (..., N, units): `out[0]` is x, `net[l-1]` and `out[l]` are layer l's."""

    net: tuple[Tensor, ...]
    out: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Gradient:
    """∂L/∂W and ∂L/∂b of one layer, and δ = ∂L/∂net of each example, (..., N, out)."""

    W: Tensor
    b: Tensor
    delta: Tensor


@dataclass(frozen=True, slots=True)
class Backward:
    """The gradients of all layers, first layer first, and ∂L/∂x (..., N, in)."""

    layers: tuple[Gradient, ...]
    x: Tensor


def forward(layers: Sequence[Layer], x: Tensor) -> Run:
    """x (..., N, in) through every layer."""
    _check(layers, x)
    nets, outs = [], [x]
    for layer in layers:
        nets.append(outs[-1] @ layer.weights.mT + layer.b.unsqueeze(-2))
        out = activation(layer.activation).value(nets[-1])
        outs.append(out + outs[-1] if layer.skip else out)
    return Run(net=tuple(nets), out=tuple(outs))


def total_loss(run: Run, y: Tensor, using: Head | str, factor: float = 1.0) -> Tensor:
    """L = factor · Σ over the examples of the head's loss (1, 1/N, 1/2N: the caller says which): (...)."""
    check_number(factor=factor)
    return factor * loss(using, run.out[-1], y).sum(dim=-1)


def backward(layers: Sequence[Layer], run: Run, y: Tensor, using: Head | str, factor: float = 1.0) -> Backward:
    """∇L by hand: δ = g'(net) ⊙ ∂L/∂out, ∂L/∂W = Σ δ xᵀ, ∂L/∂x = Wᵀ δ, from the last layer to the first."""
    upstream = factor * gradient(using, run.out[-1], y)
    found = []
    for layer, net, seen in zip(reversed(layers), reversed(run.net), reversed(run.out[:-1]), strict=True):
        delta = activation(layer.activation).slope(net) * upstream
        dW = delta.mT @ seen  # (..., out, N) @ (..., N, in)
        found.append(Gradient(W=dW if layer.mask is None else dW * layer.mask, b=delta.sum(dim=-2), delta=delta))
        upstream = delta @ layer.weights + (upstream if layer.skip else 0)
    return Backward(layers=tuple(reversed(found)), x=upstream)


def autograd(
    layers: Sequence[Layer], x: Tensor, y: Tensor, using: Head | str, factor: float = 1.0
) -> tuple[tuple[Tensor, Tensor], ...]:
    """(∂L/∂W, ∂L/∂b) of each layer by one backward pass of all instances' losses, summed.

    Weights shared by several instances get the sum of their gradients.
    """
    leaves = [
        replace(layer, W=layer.W.detach().clone().requires_grad_(), b=layer.b.detach().clone().requires_grad_())
        for layer in layers
    ]
    flat = [each for layer in leaves for each in (layer.W, layer.b)]
    grown = torch.autograd.grad(total_loss(forward(leaves, x), y, using, factor).sum(), flat)
    return tuple(zip(grown[::2], grown[1::2], strict=True))


def descend(layers: Sequence[Layer], found: Backward, eta: float) -> tuple[Layer, ...]:
    """One step of gradient descent: W <- W - η ∂L/∂W, b <- b - η ∂L/∂b, all layers at once."""
    check_number(eta=eta)
    return tuple(
        replace(layer, W=layer.W - eta * each.W, b=layer.b - eta * each.b)
        for layer, each in zip(layers, found.layers, strict=True)
    )


def collapse(layers: Sequence[Layer]) -> Layer:
    """Linear layers are one linear layer (4.1): W = W_L ⋯ W_1 and the biases carried through."""
    if any(layer.activation != "linear" or layer.skip for layer in layers) or not layers:
        raise BadInput("Only linear layers without skip connections collapse into one.")
    W, b = layers[0].weights, layers[0].b
    for layer in layers[1:]:
        W, b = layer.weights @ W, (layer.weights @ b.unsqueeze(-1)).squeeze(-1) + layer.b
    return Layer(W, b)


def parameter_count(sizes: Sequence[int], *, bias: bool = True) -> int:
    """Weights and biases of a fully connected network with these layer sizes, the input's first."""
    check_at_least(2, layers=len(sizes))
    check_at_least(1, **{f"size_{place}": size for place, size in enumerate(sizes)})
    return sum(outputs * (inputs + bias) for inputs, outputs in pairwise(sizes))


def interpolant(knots: Tensor, values: Tensor) -> tuple[Layer, Layer]:
    """The ReLU network that joins the points (knot, value) by straight lines and is flat on either side (4.5).

    f(x) = y_0 + Σ_k (s_k - s_{k-1}) ReLU(x - x_k) with the slopes s, 0 outside: knots rising, both (..., K).
    """
    check_shapes(knots=(knots, "knots"), values=(values, "knots"))
    gaps = knots.diff(dim=-1)
    if not bool((gaps > 0).all()):
        raise BadInput("knots do not rise, but each must be larger than the one before.")
    slopes = values.diff(dim=-1) / gaps
    flat = torch.zeros_like(slopes[..., :1])
    bends = torch.cat([flat, slopes, flat], dim=-1).diff(dim=-1)
    hidden = Layer(torch.ones_like(knots).unsqueeze(-1), -knots, "relu")  # (..., K) -> (..., K, 1)
    return hidden, Layer(bends.unsqueeze(-2), values[..., :1])  # (..., K) -> (..., 1, K)


class Mlp(nn.Module):
    """A trainable network with layer sizes (in, hidden…, out), one activation for all hidden layers, one head."""

    def __init__(self, sizes: Sequence[int], hidden: str, using: str, generator: torch.Generator | None = None) -> None:
        super().__init__()
        parameter_count(sizes)
        activation(hidden)
        head(using)
        self.hidden, self.using = hidden, using
        pairs = list(pairwise(sizes))
        # Variance 1/inputs keeps the size of the signal from layer to layer; biases start at 0.
        self.W = nn.ParameterList([torch.randn(out, n, generator=generator) * n**-0.5 for n, out in pairs])
        self.b = nn.ParameterList([torch.zeros(out) for _, out in pairs])

    def layers(self) -> tuple[Layer, ...]:
        names = [self.hidden] * (len(self.W) - 1) + ["linear"]
        return tuple(Layer(W, b, name) for W, b, name in zip(self.W, self.b, names, strict=True))

    def forward(self, x: Tensor) -> Tensor:
        """z = what the head reads: (..., N, in) -> (..., N, out)."""
        return forward(self.layers(), x).out[-1]

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """The mean loss over the examples, a scalar."""
        return loss(self.using, self(x), y).mean()


def _check(layers: Sequence[Layer], x: Tensor) -> None:
    if not layers:
        raise BadInput("A network needs at least one layer.")
    expected = {"x": (x, "examples size_0")}
    for place, layer in enumerate(layers):
        expected[f"W_{place + 1}"] = (layer.W, f"size_{place + 1} size_{place}")
    check_shapes(**expected)
