"""First-order optimizers as the notes write them (7.3, 7.5), one rule each; a driver over instances, one over a module.

A rule says what is remembered from step to step and how θ moves. Steps count from k = 1. Where torch differs (velocity
without the rate, θ + αv stored for Nesterov, δ outside the root of RMSProp) these follow the notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, final

import torch
from torch import Tensor
from torch.nn.utils import parameters_to_vector, vector_to_parameters
from torch.optim.adam import adam as torch_adam

from solvers.models.checks import BadInput, check_at_least, check_number, check_numbers, check_real, check_shapes

FUSED_ON: Final = ("cpu", "cuda", "mps", "xpu")  # where torch has one kernel for a whole step

Number = Tensor | float  # a number for all instances, or a tensor (...) with one an instance
Rate = Number | Callable[[int], Number]  # constant, or ε_k
Memory = Mapping[str, Tensor]
Pieces = list[Tensor]
Gradient = Callable[[Tensor, int], Tensor]  # (θ (..., d), step k) -> ∇J (..., d)


@dataclass(frozen=True, slots=True)
class Rule:
    """`start(θ)`: memory before step 1; `step(θ, g, memory, k)`: the next θ and memory; g is taken at θ + ahead.

    `in_place(θ, g, memory, k)`, where a rule has it, is the same step by the library's kernel: each is a list of
    tensors, one a parameter, and θ and memory are overwritten.
    """

    start: Callable[[Tensor], Memory]
    step: Callable[[Tensor, Tensor, Memory, int], tuple[Tensor, Memory]]
    ahead: Callable[[Memory], Tensor] | None = None
    in_place: Callable[[Pieces, Pieces, Mapping[str, Pieces], int], None] | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """θ_0, θ_1, … (..., steps+1, d), the gradients g_1, … (..., steps, d), and all memory, each (..., steps+1, d)."""

    theta: Tensor
    gradients: Tensor
    memory: Memory


def linear_decay(first: Number, last: Number, tau: int) -> Callable[[int], Number]:
    """ε_k = (1 - a) ε_0 + a ε_τ with a = k / τ until τ, and ε_τ from there on (7.3.1)."""
    check_at_least(1, tau=tau)
    check_real(first=first, last=last)

    def rate(k: int) -> Number:
        share = min(k / tau, 1.0)
        return (1 - share) * first + share * last

    return rate


def sgd(rate: Rate) -> Rule:
    """θ <- θ - ε_k g (7.3.1)."""
    _check_rate(rate)
    return Rule(_nothing, lambda theta, g, _, k: (theta - _at(rate, k, theta) * g, {}))


def momentum(rate: Rate, alpha: Number) -> Rule:
    """v <- α v - ε g, θ <- θ + v, from v = 0 (7.3.2)."""
    _check_rate(rate)
    _check_share(alpha=alpha)
    return Rule(lambda theta: {"v": torch.zeros_like(theta)}, _roll(rate, alpha))


def nesterov(rate: Rate, alpha: Number) -> Rule:
    """Momentum whose gradient is taken at the interim point θ + α v (7.3.3)."""
    _check_rate(rate)
    _check_share(alpha=alpha)
    return Rule(
        lambda theta: {"v": torch.zeros_like(theta)},
        _roll(rate, alpha),
        ahead=lambda memory: _per(alpha, memory["v"]) * memory["v"],
    )


def adagrad(rate: Rate, delta: float = 1e-7) -> Rule:
    """r <- r + g ⊙ g, θ <- θ - ε / (δ + √r) ⊙ g (7.5.1, with the root that the printed formula lost)."""
    _check_rate(rate)
    _check_delta(delta)

    def step(theta: Tensor, g: Tensor, memory: Memory, k: int) -> tuple[Tensor, Memory]:
        r = memory["r"] + g * g
        return theta - _at(rate, k, theta) * _over(g, delta + r.sqrt()), {"r": r}

    return Rule(lambda theta: {"r": torch.zeros_like(theta)}, step)


def rmsprop(rate: Rate, rho: Number = 0.9, delta: float = 1e-6) -> Rule:
    """r <- ρ r + (1 - ρ) g ⊙ g, θ <- θ - ε / √(δ + r) ⊙ g (7.5.2)."""
    _check_share(rho=rho)
    _check_rate(rate)
    _check_delta(delta)

    def step(theta: Tensor, g: Tensor, memory: Memory, k: int) -> tuple[Tensor, Memory]:
        r = _average(memory["r"], g * g, rho)
        return theta - _at(rate, k, theta) * _over(g, (delta + r).sqrt()), {"r": r}

    return Rule(lambda theta: {"r": torch.zeros_like(theta)}, step)


def adam(rate: Rate = 1e-3, rho1: Number = 0.9, rho2: Number = 0.999, delta: float = 1e-8) -> Rule:
    """Moments s and r of g and g ⊙ g, each divided by 1 - ρ^k; θ <- θ - ε ŝ / (√r̂ + δ) (7.5.3)."""
    _check_share(rho1=rho1, rho2=rho2)
    _check_rate(rate)
    _check_delta(delta)

    def step(theta: Tensor, g: Tensor, memory: Memory, k: int) -> tuple[Tensor, Memory]:
        s, r = _average(memory["s"], g, rho1), _average(memory["r"], g * g, rho2)
        unbiased = s / (1 - _per(rho1, theta) ** k), r / (1 - _per(rho2, theta) ** k)
        return theta - _at(rate, k, theta) * _over(unbiased[0], unbiased[1].sqrt() + delta), {"s": s, "r": r}

    def in_place(theta: Pieces, g: Pieces, memory: Mapping[str, Pieces], k: int) -> None:
        """Many times as fast on large networks, where most of the time goes into new memory."""
        fused = theta[0].device.type in FUSED_ON
        taken = torch.full((len(theta),), k - 1.0, device=theta[0].device).unbind()  # steps before this one
        torch_adam(
            theta, g, memory["s"], memory["r"], [], list(taken), fused=fused, foreach=False, amsgrad=False,
            beta1=float(rho1), beta2=float(rho2), lr=float(rate(k) if callable(rate) else rate), weight_decay=0.0,
            eps=delta, maximize=False,
        )  # fmt: skip

    plain = delta > 0 and not any(isinstance(each, Tensor) for each in (rate, rho1, rho2))
    return Rule(
        lambda theta: {"s": torch.zeros_like(theta), "r": torch.zeros_like(theta)},
        step,
        in_place=in_place if plain else None,
    )


def delta_bar_delta(rate: Number, kappa: Number, phi: Number, share: Number = 0.0) -> Rule:
    """A rate a parameter (7.5; Jacobs 1988): + κ where g has the sign of the trace of earlier g, × (1 - φ) where not.

    The trace is ḡ <- (1 - share) g + share ḡ, so share = 0 compares with the last gradient alone; the new rate moves θ.
    """
    check_real(rate=rate, kappa=kappa)
    _check_share(phi=phi, share=share)

    def step(theta: Tensor, g: Tensor, memory: Memory, k: int) -> tuple[Tensor, Memory]:
        agreement, old = memory["trace"] * g, memory["rate"]
        raised, lowered = old + _per(kappa, theta), old * (1 - _per(phi, theta))
        rates = torch.where(agreement > 0, raised, torch.where(agreement < 0, lowered, old))
        return theta - rates * g, {"rate": rates, "trace": _average(memory["trace"], g, share)}

    return Rule(
        lambda theta: {"rate": _per(rate, theta).expand_as(theta), "trace": torch.zeros_like(theta)},
        step,
    )


def optimise(rule: Rule, gradient: Gradient, start: Tensor, steps: int) -> Trail:
    """Follow a rule from start (..., d). `gradient` sees where it is taken and the step k, so batches may differ."""
    check_shapes(start=(start, "parameters"))
    check_at_least(1, steps=steps)
    theta, memory = start, rule.start(start)
    thetas, memories, seen = [theta], [memory], []
    for k in range(1, steps + 1):
        seen.append(gradient(theta if rule.ahead is None else theta + rule.ahead(memory), k))
        theta, memory = rule.step(theta, seen[-1], memory, k)
        thetas.append(theta)
        memories.append(memory)
    stored = {name: _stack([each[name] for each in memories]) for name in memory}
    return Trail(_stack(thetas), _stack(seen), stored)


@final
class Optimizer:
    """A rule applied to the parameters of a module, which become views of one vector, so that a step is few operations.

    Values may be written into the parameters between steps; their storage may not be replaced (move the module first).
    """

    def __init__(self, parameters: Iterable[Tensor], rule: Rule) -> None:
        self._parameters = [each for each in parameters if not isinstance(each, Tensor) or each.requires_grad]
        if not self._parameters:
            raise BadInput("There is no parameter that requires a gradient, so nothing can be trained.")
        check_numbers(**{f"parameter {place}": each for place, each in enumerate(self._parameters)})
        self._rule, self._k = rule, 0
        self._theta = parameters_to_vector(self._parameters).detach()
        vector_to_parameters(self._theta, self._parameters)
        self.memory = rule.start(self._theta)
        self._pieces = {name: self._cut(each) for name, each in self.memory.items()}

    def step(self, loss: Callable[[], Tensor]) -> Tensor:
        """One update. `loss()` is the scalar to lower, and is evaluated where the rule wants it; it is returned."""
        here = self._theta
        if self._rule.ahead is not None:
            here = self._theta.clone()
            self._theta += self._rule.ahead(self.memory)
        value = loss()
        # A parameter that this loss does not use has the gradient 0.
        found = torch.autograd.grad(value, self._parameters, allow_unused=True, materialize_grads=True)
        self._k += 1
        with torch.no_grad():
            if self._rule.in_place is not None:
                self._rule.in_place(self._parameters, [each.contiguous() for each in found], self._pieces, self._k)
            else:
                gradient = torch.cat([each.reshape(-1) for each in found])  # parameters of any shape -> (d,)
                theta, self.memory = self._rule.step(here, gradient, self.memory, self._k)
                self._theta.copy_(theta)
        return value.detach()

    def _cut(self, vector: Tensor) -> Pieces:
        """Views of a vector (d,), one a parameter and of its shape."""
        parts = vector.split([each.numel() for each in self._parameters])
        # (weights) -> the shape of its parameter
        return [part.view(each.shape) for part, each in zip(parts, self._parameters, strict=True)]


def _nothing(theta: Tensor) -> Memory:
    return {}


def _roll(rate: Rate, alpha: Number) -> Callable[[Tensor, Tensor, Memory, int], tuple[Tensor, Memory]]:
    def step(theta: Tensor, g: Tensor, memory: Memory, k: int) -> tuple[Tensor, Memory]:
        v = _per(alpha, theta) * memory["v"] - _at(rate, k, theta) * g
        return theta + v, {"v": v}

    return step


def _average(old: Tensor, new: Tensor, share: Number) -> Tensor:
    return _per(share, old) * old + (1 - _per(share, old)) * new


def _over(g: Tensor, scale: Tensor) -> Tensor:
    """g / scale, and 0 where both are 0: a parameter that never saw a gradient stays, even with δ = 0."""
    return torch.where(g == 0, torch.zeros_like(g), g / scale)


def _per(value: Number, like: Tensor) -> Tensor:
    """A number of each instance beside its parameters: (...) -> (..., 1)."""
    return torch.as_tensor(value, dtype=like.dtype, device=like.device).unsqueeze(-1)


def _at(rate: Rate, k: int, like: Tensor) -> Tensor:
    return _per(rate(k) if callable(rate) else rate, like)


def _stack(steps: list[Tensor]) -> Tensor:
    return torch.stack(torch.broadcast_tensors(*steps), dim=-2)


def _check_share(**shares: Number) -> None:
    check_real("[0, 1)", **shares)


def _check_rate(rate: Rate) -> None:
    """A constant rate is a finite number; a schedule is asked when it is used."""
    if not callable(rate):
        check_real(rate=rate)


def _check_delta(delta: float) -> None:
    check_number("[0, inf)", delta=delta)
