"""The restricted Boltzmann machine (notes 18.3, 18.5): exact tables by enumeration, Gibbs sampling from given uniforms.

E(v, h) = -bᵀv - cᵀh - vᵀWh with v in {0,1}^n, h in {0,1}^m. A unit is 1 where its uniform lies below its probability.
Layers are (..., N, n) and (..., N, m): any instance axes, then the samples, then the units.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import (
    check_at_least,
    check_entries,
    check_enumerable,
    check_real,
    check_shapes,
    check_uniforms,
    instance_axes,
)

BITS = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Rbm:
    """Visible bias b (..., n), hidden bias c (..., m), weights W (..., n, m). Gradients have the same form."""

    b: Tensor
    c: Tensor
    W: Tensor

    def __post_init__(self) -> None:
        check_shapes(b=(self.b, "visible"), c=(self.c, "hidden"), W=(self.W, "visible hidden"))

    @property
    def sizes(self) -> tuple[int, int]:
        """(n, m)."""
        return self.W.shape[-2], self.W.shape[-1]

    def moved(self, gradient: Rbm, rate: float) -> Rbm:
        """One step of gradient ascent: θ + rate * ∇θ."""
        return Rbm(self.b + rate * gradient.b, self.c + rate * gradient.c, self.W + rate * gradient.W)


@dataclass(frozen=True, slots=True)
class Chain:
    """A block Gibbs chain: v(0), …, v(k) and the hidden samples between them, with their probabilities."""

    visible: Tensor  # (..., k+1, N, n)
    hidden: Tensor  # (..., k, N, m)
    visible_probability: Tensor  # (..., k, N, n): P(v=1 | h) for v(1), …, v(k)
    hidden_probability: Tensor  # (..., k, N, m): P(h=1 | v) for v(0), …, v(k-1)


@dataclass(frozen=True, slots=True)
class Divergence:
    """Contrastive divergence: the gradient estimate (ascend it), and the chain it came from."""

    gradient: Rbm
    chain: Chain


@dataclass(frozen=True, slots=True)
class Persistent:
    """One step of persistent contrastive divergence: the gradient estimate and the chains' next hidden samples."""

    gradient: Rbm
    visible: Tensor  # (..., M, n): the fantasy samples the model term was taken at
    hidden: Tensor  # (..., M, m): where the chains go on


def states(units: int, like: Tensor) -> Tensor:
    """All binary vectors, counted in binary with the first unit most significant: (2^units, units)."""
    check_at_least(1, units=units)
    check_enumerable(units, "A layer")
    counter = torch.arange(2**units, device=like.device).unsqueeze(-1)  # (2^u) -> (2^u, 1)
    return (counter >> torch.arange(units - 1, -1, -1, device=like.device) & 1).to(like.dtype)


def energy(rbm: Rbm, v: Tensor, h: Tensor) -> Tensor:
    """E(v, h) = -bᵀv - cᵀh - vᵀWh: (..., N, n), (..., N, m) -> (..., N)."""
    _check(rbm, v=v, h=h)
    return -(_dot(v, rbm.b) + _dot(h, rbm.c) + torch.einsum("...si,...ij,...sj->...s", v, rbm.W, h))


def unnormalised(rbm: Rbm, v: Tensor, h: Tensor) -> Tensor:
    """P̃(v, h) = exp(-E(v, h)): (..., N)."""
    return torch.exp(-energy(rbm, v, h))


def hidden_given_visible(rbm: Rbm, v: Tensor) -> Tensor:
    """P(h_j = 1 | v) = σ(c_j + vᵀW_:,j): (..., N, n) -> (..., N, m)."""
    _check(rbm, v=v)
    return torch.sigmoid(_hidden_net(rbm, v))


def visible_given_hidden(rbm: Rbm, h: Tensor) -> Tensor:
    """P(v_i = 1 | h) = σ(b_i + W_i,: h): (..., N, m) -> (..., N, n)."""
    _check(rbm, h=h)
    return torch.sigmoid(rbm.b.unsqueeze(-2) + h @ rbm.W.mT)


def conditional(probability: Tensor, layer: Tensor) -> Tensor:
    """P(layer | other) = Π p or 1 - p, from the probabilities of ones: (..., u), (..., u) -> (...)."""
    check_entries("layer", layer, BITS)
    check_shapes(probability=(probability, "units"), layer=(layer, "units"))
    check_real("[0, 1]", probability=probability)
    return torch.where(layer == 1, probability, 1 - probability).prod(dim=-1)


def free_energy(rbm: Rbm, v: Tensor) -> Tensor:
    """F(v) = -bᵀv - Σ_j ζ(c_j + vᵀW_:,j) with ζ the softplus, so that P̃(v) = exp(-F(v)): (..., N, n) -> (..., N)."""
    _check(rbm, v=v)
    net = _hidden_net(rbm, v)
    return -_dot(v, rbm.b) - torch.logaddexp(net, torch.zeros_like(net)).sum(dim=-1)


def log_partition(rbm: Rbm) -> Tensor:
    """log Z = log Σ_v Σ_h exp(-E(v, h)), the smaller layer enumerated, the other summed in closed form: (...)."""
    visible, hidden = rbm.sizes
    narrow = rbm if visible <= hidden else Rbm(b=rbm.c, c=rbm.b, W=rbm.W.mT)
    return torch.logsumexp(-free_energy(narrow, states(min(visible, hidden), rbm.W)), dim=-1)


def log_probability(rbm: Rbm, v: Tensor) -> Tensor:
    """log P(v) = -F(v) - log Z: (..., N, n) -> (..., N)."""
    return -free_energy(rbm, v) - log_partition(rbm).unsqueeze(-1)


def joint(rbm: Rbm) -> Tensor:
    """The table P(v, h), rows and columns in the order of `states`: (..., 2^n, 2^m)."""
    visible, hidden = rbm.sizes
    check_enumerable(visible + hidden, "The machine")
    v, h = states(visible, rbm.W), states(hidden, rbm.W)
    linear = _dot(v, rbm.b).unsqueeze(-1) + _dot(h, rbm.c).unsqueeze(-2)  # (..., 2^n, 1) + (..., 1, 2^m)
    return torch.exp(linear + v @ rbm.W @ h.mT - log_partition(rbm)[..., None, None])


def likelihood_gradient(rbm: Rbm, data: Tensor) -> Rbm:
    """∇θ of the mean log P(v) over the data (..., N, n), exactly: the data's expectation less the model's.

    ∂/∂W = E_data[v P(h|v)ᵀ] - E_model[v P(h|v)ᵀ], and so for b (v) and c (P(h=1|v)).
    """
    _check(rbm, v=data)
    everything = states(rbm.sizes[0], rbm.W)
    weight = torch.exp(log_probability(rbm, everything))  # (..., 2^n)
    uniform = torch.full_like(data[..., 0], 1 / data.shape[-2])  # (..., N)
    return _difference(_expectation(rbm, data, uniform), _expectation(rbm, everything, weight))


def gibbs(rbm: Rbm, start: Tensor, hidden_uniforms: Tensor, visible_uniforms: Tensor) -> Chain:
    """Block Gibbs sampling from v(0) = start (..., N, n): h ~ P(h|v), then v ~ P(v|h), k times.

    Uniforms in [0, 1): (..., k, N, m) for the hidden and (..., k, N, n) for the visible layers.
    """
    leading = _check_chain(rbm, start, hidden_uniforms, visible_uniforms)
    visible = [start.expand(*leading, *start.shape[-2:])]
    hidden, visible_p, hidden_p = [], [], []
    for u_h, u_v in zip(hidden_uniforms.unbind(-3), visible_uniforms.unbind(-3), strict=True):
        hidden_p.append(torch.sigmoid(_hidden_net(rbm, visible[-1])))
        hidden.append(_drawn(hidden_p[-1], u_h))
        visible_p.append(visible_given_hidden(rbm, hidden[-1]))
        visible.append(_drawn(visible_p[-1], u_v))
    return Chain(*(torch.stack(each, dim=-3) for each in (visible, hidden, visible_p, hidden_p)))


def sample(probability: Tensor, uniforms: Tensor) -> Tensor:
    """1 where u < p, else 0."""
    check_shapes(probability=(probability, "units"), uniforms=(uniforms, "units"))
    return _drawn(probability, uniforms)


def _drawn(probability: Tensor, uniforms: Tensor) -> Tensor:
    """As `sample`, inside loops whose inputs are checked."""
    return (uniforms < probability).to(probability.dtype)


def contrastive_divergence(rbm: Rbm, data: Tensor, hidden_uniforms: Tensor, visible_uniforms: Tensor) -> Divergence:
    """CD-k: the model's expectation taken at v(k), reached from the data in k sweeps; uniforms as for `gibbs`.

    Both terms use P(h=1|v), not samples of it, and are means over the data.
    """
    chain = gibbs(rbm, data, hidden_uniforms, visible_uniforms)
    return Divergence(_phases(rbm, data, chain.visible[..., -1, :, :]), chain)


def persistent_divergence(
    rbm: Rbm, data: Tensor, hidden: Tensor, visible_uniforms: Tensor, hidden_uniforms: Tensor
) -> Persistent:
    """PCD: the model's expectation at v ~ P(v|h) of M chains kept from step to step, hidden (..., M, m).

    Uniforms in [0, 1): visible (..., M, n), then hidden (..., M, m) for the chains' next state.
    """
    _check(rbm, v=data)
    _check_persistent(rbm, hidden, visible_uniforms, hidden_uniforms)
    visible = _drawn(visible_given_hidden(rbm, hidden), visible_uniforms)
    onward = _drawn(hidden_given_visible(rbm, visible), hidden_uniforms)
    return Persistent(_phases(rbm, data, visible), visible, onward)


def transitions(rbm: Rbm) -> Tensor:
    """Block Gibbs as a Markov chain on v: column v holds P(next v' | v), so π <- T π. (..., 2^n, 2^n)."""
    v, h = (states(units, rbm.W) for units in rbm.sizes)
    up = conditional(hidden_given_visible(rbm, v).unsqueeze(-2), h)  # (..., 2^n, 1, m) and (2^m, m) -> (..., 2^n, 2^m)
    down = conditional(visible_given_hidden(rbm, h).unsqueeze(-2), v)  # (..., 2^m, 1, n), (2^n, n) -> (..., 2^m, 2^n)
    return (up @ down).mT


def _dot(layer: Tensor, bias: Tensor) -> Tensor:
    """The bias term of each sample: (..., N, u), (..., u) -> (..., N)."""
    return torch.einsum("...su,...u->...s", layer, bias)


def _hidden_net(rbm: Rbm, v: Tensor) -> Tensor:
    return rbm.c.unsqueeze(-2) + v @ rbm.W


def _phases(rbm: Rbm, data: Tensor, model: Tensor) -> Rbm:
    """Data's expectation less the expectation at the model's samples, each a mean."""
    flat = [torch.full_like(each[..., 0], 1 / each.shape[-2]) for each in (data, model)]
    return _difference(_expectation(rbm, data, flat[0]), _expectation(rbm, model, flat[1]))


def _expectation(rbm: Rbm, v: Tensor, weight: Tensor) -> Rbm:
    """Σ_s weight_s ∇θ(-F(v_s)): the parts v, P(h=1|v) and v P(h=1|v)ᵀ."""
    hidden = torch.sigmoid(_hidden_net(rbm, v))
    leading = instance_axes(v=(v, 2), weight=(weight, 1), hidden=(hidden, 2))
    v = v.expand(*leading, *v.shape[-2:])
    return Rbm(
        b=torch.einsum("...s,...si->...i", weight, v),
        c=torch.einsum("...s,...sj->...j", weight, hidden),
        W=torch.einsum("...s,...si,...sj->...ij", weight, v, hidden),
    )


def _difference(data: Rbm, model: Rbm) -> Rbm:
    return Rbm(b=data.b - model.b, c=data.c - model.c, W=data.W - model.W)


def _check(rbm: Rbm, **layers: Tensor) -> None:
    """The layers' units are 0 or 1 and as many as the machine has, and there are as many samples in each."""
    axes = {"v": "samples visible", "h": "samples hidden"}
    for name, units in layers.items():
        check_entries(name, units, BITS)
    check_shapes(W=(rbm.W, "visible hidden"), **{name: (units, axes[name]) for name, units in layers.items()})


def _check_chain(rbm: Rbm, start: Tensor, hidden_uniforms: Tensor, visible_uniforms: Tensor) -> torch.Size:
    _check(rbm, v=start)
    check_uniforms(hidden_uniforms=hidden_uniforms, visible_uniforms=visible_uniforms)
    check_shapes(
        W=(rbm.W, "visible hidden"),
        start=(start, "samples visible"),
        hidden_uniforms=(hidden_uniforms, "sweeps samples hidden"),
        visible_uniforms=(visible_uniforms, "sweeps samples visible"),
    )
    machine = {"b": (rbm.b, 1), "c": (rbm.c, 1), "W": (rbm.W, 2)}
    return instance_axes(**machine, start=(start, 2), uniforms=(hidden_uniforms, 3), others=(visible_uniforms, 3))


def _check_persistent(rbm: Rbm, hidden: Tensor, visible_uniforms: Tensor, hidden_uniforms: Tensor) -> None:
    _check(rbm, h=hidden)
    check_uniforms(visible_uniforms=visible_uniforms, hidden_uniforms=hidden_uniforms)
    check_shapes(
        W=(rbm.W, "visible hidden"),
        hidden=(hidden, "chains hidden"),
        visible_uniforms=(visible_uniforms, "chains visible"),
        hidden_uniforms=(hidden_uniforms, "chains hidden"),
    )
