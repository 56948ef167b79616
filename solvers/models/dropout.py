"""Dropout (notes 6.12.1): masks, the ensemble of all 2^d sub-networks, weight scaling, and a network to train.

`keep` is the probability that a unit stays (torch's p drops). Plain dropout multiplies by the mask and scales the
weights at test time; inverted dropout divides by `keep` in training and leaves the test network alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from solvers.models.activations import activation
from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_dtype,
    check_enumerable,
    check_number,
    check_real,
    check_shapes,
    check_uniforms,
    instance_axes,
)
from solvers.models.mlp import Layer, Mlp


def mask(uniforms: Tensor, keep: float) -> Tensor:
    """1 where u < keep, else 0, the shape of the uniforms."""
    check_shapes(uniforms=(uniforms, "units?"))
    _check_keep([keep])
    check_uniforms(uniforms=uniforms)
    return (uniforms < keep).to(uniforms.dtype)


def drop(x: Tensor, uniforms: Tensor, keep: float, *, inverted: bool = True) -> Tensor:
    """μ ⊙ x, divided by keep when inverted, so that its expectation is x."""
    check_shapes(x=(x, "units?"), uniforms=(uniforms, "units?"))
    if x.shape != uniforms.shape:
        raise BadInput(
            f"uniforms has shape {tuple(uniforms.shape)}, but one for each entry of x {tuple(x.shape)} is needed."
        )
    kept = mask(uniforms, keep) * x
    return kept / keep if inverted else kept


def forward(layers: Sequence[Layer], x: Tensor, masks: Sequence[Tensor | None]) -> Tensor:
    """x (..., N, in) through the layers; masks[l] (..., N, units) multiplies what enters layer l: (..., N, out).

    masks[0] drops inputs, the others hidden units; None drops nothing. No output unit is dropped.
    """
    _check_layers(layers, masks)
    check_shapes(x=(x, "examples inputs"), W=(layers[0].W, "units inputs"))
    for layer, each in zip(layers, masks, strict=True):
        if each is not None:
            check_shapes(mask=(each, "examples units"), W=(layer.W, "out units"))
            instance_axes(x=(x, 0), mask=(each, 0))
        seen = x if each is None else x * each
        x = activation(layer.activation).value(seen @ layer.weights.mT + layer.b.unsqueeze(-2))
        x = x + seen if layer.skip else x
    return x


def all_masks(units: int, like: Tensor) -> Tensor:
    """Every mask of `units` units, counting up in binary: (2^units, units)."""
    check_at_least(0, units=units)
    check_enumerable(units, "The network")
    places = torch.arange(units - 1, -1, -1, device=like.device)
    return ((torch.arange(2**units, device=like.device).unsqueeze(-1) >> places) & 1).to(like.dtype)


def probabilities(masks: Tensor, keep: Tensor) -> Tensor:
    """p(μ) = Π keep^μ (1 - keep)^(1 - μ): masks (..., units), keep (units) -> (...)."""
    check_shapes(masks=(masks, "units"), keep=(keep, "units"))
    check_real("[0, 1]", keep=keep)
    return torch.where(masks > 0, keep, 1 - keep).prod(dim=-1)


def sub_networks(layers: Sequence[Layer], x: Tensor, keep: Sequence[float]) -> tuple[Tensor, Tensor]:
    """What each of the 2^d sub-networks puts out (2^d, ..., N, out), and how likely its mask is (2^d).

    keep[l] is of the units that enter layer l; 1 means that they are never dropped (and not enumerated).
    """
    _check_layers(layers, keep)
    _check_keep(keep)
    check_shapes(x=(x, "examples inputs"))
    widths = [layer.W.shape[-1] if chance < 1 else 0 for layer, chance in zip(layers, keep, strict=True)]
    table = all_masks(sum(widths), x)
    chances = torch.cat([x.new_full((width,), chance) for width, chance in zip(widths, keep, strict=True)])
    inner = x.ndim - 1
    parts = [
        # (2^d, units) -> (2^d, 1…, units)
        part.reshape(len(table), *[1] * inner, part.shape[-1])
        for part in table.split(widths, dim=-1)
    ]  # (2^d, 1…, units)
    masks = [part if part.shape[-1] else None for part in parts]
    return forward(layers, x.unsqueeze(0), masks), probabilities(table, chances)


def arithmetic_mean(logits: Tensor, chance: Tensor) -> Tensor:
    """Σ_μ p(μ) softmax(z_μ): (2^d, ..., N, k), (2^d) -> (..., N, k)."""
    _check_ensemble(logits, chance)
    return torch.tensordot(chance, torch.softmax(logits, dim=-1), dims=1)


def geometric_mean(logits: Tensor, chance: Tensor) -> Tensor:
    """Π_μ p(y | x, μ)^p(μ), renormalised over y; with keep ½ the root is the 2^d-th. (..., N, k)."""
    _check_ensemble(logits, chance)
    return torch.softmax(torch.tensordot(chance, torch.log_softmax(logits, dim=-1), dims=1), dim=-1)


def weight_scaled(layers: Sequence[Layer], keep: Sequence[float]) -> tuple[Layer, ...]:
    """The one network whose weights out of each unit are multiplied by its probability of staying."""
    _check_layers(layers, keep)
    _check_keep(keep)
    return tuple(replace(layer, W=layer.W * chance) for layer, chance in zip(layers, keep, strict=True))


class DropoutMlp(Mlp):
    """A multilayer perceptron whose training passes drop inputs and hidden units, inverted; testing drops nothing."""

    def __init__(
        self, sizes: Sequence[int], hidden: str, using: str, keep: Sequence[float], generator: torch.Generator
    ) -> None:
        super().__init__(sizes, hidden, using, generator)
        _check_layers(self.layers(), keep)
        _check_keep(keep)
        self.keep, self.generator = tuple(keep), generator

    def forward(self, x: Tensor) -> Tensor:
        """A fresh mask for every example and call while training: (..., N, in) -> (..., N, out)."""
        if not self.training:
            return super().forward(x)
        check_shapes(W=(self.W[0], "outputs inputs"), x=(x, "examples inputs"))
        masks = []
        for layer, keep in zip(self.layers(), self.keep, strict=True):
            shape = (*x.shape[:-1], layer.W.shape[-1])
            uniforms = torch.rand(shape, generator=self.generator, dtype=x.dtype, device=self.generator.device)
            masks.append(mask(uniforms.to(x.device), keep) / keep)
        return forward(self.layers(), x, masks)


class Dropout(nn.Module):
    """Inverted dropout as a layer: while training each number stays with the chance `keep`, divided by it. (...)"""

    def __init__(self, keep: float, generator: torch.Generator | None = None) -> None:
        super().__init__()
        _check_keep([keep])
        self.keep, self.generator = keep, generator

    def forward(self, x: Tensor) -> Tensor:
        check_dtype("x", x)
        if not self.training:
            return x
        drawn_on = x.device if self.generator is None else self.generator.device
        uniforms = torch.rand(x.shape, generator=self.generator, dtype=x.dtype, device=drawn_on).to(x.device)
        return x * (uniforms < self.keep) / self.keep


def _check_ensemble(logits: Tensor, chance: Tensor) -> None:
    """One chance for each sub-network: (2^d, ..., N, k) and (2^d,)."""
    check_shapes(logits=(logits, "examples classes"))
    check_shapes(chance=(chance, "networks"))
    if chance.dtype != logits.dtype or tuple(chance.shape) != tuple(logits.shape[:1]) or logits.ndim < 2:
        raise BadInput(
            f"chance is {chance.dtype} {tuple(chance.shape)}, but one for each first entry of logits "
            f"{tuple(logits.shape)} is needed."
        )


def _check_layers(layers: Sequence[Layer], values: Sequence[object]) -> None:
    if not layers or len(layers) != len(values):
        raise BadInput(f"{len(values)} masks or probabilities for {len(layers)} layers, but one a layer is needed.")


def _check_keep(keep: Sequence[float]) -> None:
    for chance in keep:
        check_number("(0, 1]", keep=chance)
