"""Annealed importance sampling of a restricted machine's log Z (notes 18.3, 18.4.2), from given uniforms.

Between a machine of independent visible units (β = 0) and the wanted one (β = 1) stand machines with
b = (1 - β) b_A + β b, and c, W times β. A run weighs w = Π_k P_k+1(v_k) / P_k(v_k), unnormalised, and moves by one
Gibbs sweep after each factor; E[w] = Z / Z_A.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from solvers.models import rbm
from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes, check_uniforms, instance_axes
from solvers.models.rbm import Rbm


@dataclass(frozen=True, slots=True)
class Annealed:
    """log w of each run (..., N), the estimate log Z (...), and the effective number of runs (Σ w)² / Σ w² (...)."""

    log_weights: Tensor
    log_partition: Tensor
    effective: Tensor


def between(machine: Rbm, base: Tensor, beta: float) -> Rbm:
    """The machine at β: base is b_A (..., n)."""
    check_shapes(base=(base, "visible"), b=(machine.b, "visible"))
    check_number("[0, 1]", beta=beta)
    return _between(machine, base, beta)


def _between(machine: Rbm, base: Tensor, beta: float) -> Rbm:
    return Rbm((1 - beta) * base + beta * machine.b, beta * machine.c, beta * machine.W)


def base_log_partition(base: Tensor, hidden: int) -> Tensor:
    """log Z_A = Σ ζ(b_A) + m log 2: (..., n) -> (...)."""
    check_at_least(1, hidden=hidden)
    check_shapes(base=(base, "visible"))
    return torch.logaddexp(base, torch.zeros_like(base)).sum(dim=-1) + hidden * math.log(2)


def run(
    machine: Rbm,
    betas: Sequence[float],
    start_uniforms: Tensor,
    hidden_uniforms: Tensor,
    visible_uniforms: Tensor,
    base: Tensor | None = None,
) -> Annealed:
    """N runs along betas 0 = β_0 < … < β_K = 1. Uniforms of [0, 1): start (..., N, n), then for each of the K - 1
    machines between, hidden (..., K - 1, N, m) and visible (..., K - 1, N, n). base is 0 unless given.
    """
    _check(machine, betas, start_uniforms, hidden_uniforms, visible_uniforms)
    base = torch.zeros_like(machine.b) if base is None else base
    leading = instance_axes(W=(machine.W, 2), base=(base, 1), uniforms=(start_uniforms, 2))
    chance = torch.sigmoid(base).unsqueeze(-2)  # (..., 1, n)
    v = rbm.sample(chance.expand(*leading, *start_uniforms.shape[-2:]), start_uniforms)
    machines = [between(machine, base, beta) for beta in betas]
    total = torch.zeros_like(v[..., 0])
    for k, (here, there) in enumerate(pairwise(machines)):
        if k:
            h = rbm.sample(rbm.hidden_given_visible(here, v), hidden_uniforms[..., k - 1, :, :])
            v = rbm.sample(rbm.visible_given_hidden(here, h), visible_uniforms[..., k - 1, :, :])
        total = total + rbm.free_energy(here, v) - rbm.free_energy(there, v)
    runs = math.log(total.shape[-1])
    known = base_log_partition(base, machine.sizes[1])
    sums = torch.logsumexp(total, dim=-1)
    effective = torch.exp(2 * sums - torch.logsumexp(2 * total, dim=-1))
    return Annealed(total, known + sums - runs, effective)


def _check(machine: Rbm, betas: Sequence[float], start: Tensor, hidden: Tensor, visible: Tensor) -> None:
    rising = all(a < b for a, b in pairwise(betas))
    if len(betas) < 2 or betas[0] != 0 or betas[-1] != 1 or not rising:
        raise BadInput("betas must rise from 0 to 1, both included.")
    check_uniforms(start_uniforms=start, hidden_uniforms=hidden, visible_uniforms=visible)
    check_shapes(W=(machine.W, "visible hidden"), start_uniforms=(start, "runs visible"))
    moves = len(betas) - 2
    for name, each, units in (("hidden", hidden, machine.sizes[1]), ("visible", visible, machine.sizes[0])):
        if tuple(each.shape[-3:]) != (moves, start.shape[-2], units):
            raise BadInput(
                f"{name}_uniforms has shape {tuple(each.shape)}, "
                f"but (…, {moves}, {start.shape[-2]}, {units}) is needed."
            )
