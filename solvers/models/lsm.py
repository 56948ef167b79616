"""Liquid state machines (notes 13.4): leaky integrate-and-fire neurons, dynamic synapses, a trace to read out.

V = β V' + I, a spike s where V reaches the threshold, then V is set to 0 or lowered by the threshold, at once.
I = U x + W (e' ⊙ s'), e the efficacy of each neuron's synapses, 1 unless they are dynamic. The trace is r = λ r' + s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from solvers.models.algebra import apply, common_axes
from solvers.models.checks import check_number, check_one_of, check_shapes


@dataclass(frozen=True, slots=True)
class Neuron:
    """Leak β in [0, 1], threshold θ > 0; after a spike "zero" or "subtract"; it fires "at" θ or only "above" it."""

    beta: float = 0.9
    threshold: float = 1.0
    reset: Literal["zero", "subtract"] = "zero"
    fires: Literal["at", "above"] = "at"

    def __post_init__(self) -> None:
        check_one_of("reset", self.reset, ("zero", "subtract"))
        check_one_of("fires", self.fires, ("at", "above"))
        check_number("[0, 1]", beta=self.beta)
        check_number("(0, inf)", threshold=self.threshold)


@dataclass(frozen=True, slots=True)
class Synapse:
    """Short-term plasticity (Markram et al.): utilisation U in (0, 1], time constants of facilitation and depression.

    Times are in steps. A spike uses u R of what is there; then u is raised by U (1 - u) and falls back to U, R is
    lowered by u R and recovers to 1.
    """

    utilisation: float = 0.5
    facilitation: float = 10.0
    depression: float = 10.0

    def __post_init__(self) -> None:
        check_number("(0, 1]", utilisation=self.utilisation)
        check_number("(0, inf)", facilitation=self.facilitation, depression=self.depression)


@dataclass(frozen=True, slots=True)
class Liquid:
    """U (..., H, D), W (..., H, H), one kind of neuron, dynamic synapses or none, and the trace's decay λ in [0, 1)."""

    U: Tensor
    W: Tensor
    neuron: Neuron = Neuron()
    synapse: Synapse | None = None
    decay: float = 0.9

    def __post_init__(self) -> None:
        check_shapes(U=(self.U, "H D"), W=(self.W, "H H"))
        check_number("[0, 1)", decay=self.decay)


@dataclass(frozen=True, slots=True)
class Run:
    """Of each step, (..., T, H): potential before the reset, spikes of 0 and 1, efficacies in force, trace."""

    potential: Tensor
    spikes: Tensor
    efficacy: Tensor
    trace: Tensor


def neuron_step(neuron: Neuron, before: Tensor, current: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """V = β V' + I, the spikes, and V after the reset: (..., H) each."""
    check_shapes(before=(before, "H?"), current=(current, "H?"))
    return _neuron_step(neuron, before, current)


def _neuron_step(neuron: Neuron, before: Tensor, current: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    potential = neuron.beta * before + current
    fires = potential >= neuron.threshold if neuron.fires == "at" else potential > neuron.threshold
    spikes = fires.to(potential.dtype)
    if neuron.reset == "zero":
        return potential, spikes, torch.where(fires, torch.zeros_like(potential), potential)
    return potential, spikes, potential - neuron.threshold * spikes


def spike_train(neuron: Neuron, current: Tensor) -> tuple[Tensor, Tensor]:
    """One neuron a series of currents (..., T), V(0) = 0: potentials before the reset and spikes, (..., T) each."""
    check_shapes(current=(current, "T"))
    state, found = torch.zeros_like(current[..., 0]), []
    for t in range(current.shape[-1]):
        potential, spikes, state = _neuron_step(neuron, state, current[..., t])
        found.append((potential, spikes))
    potentials, trains = zip(*found, strict=True)
    return torch.stack(potentials, dim=-1), torch.stack(trains, dim=-1)


def synapse_step(synapse: Synapse, u: Tensor, R: Tensor, spikes: Tensor) -> tuple[Tensor, Tensor]:
    """u and R one step on: a spike's effect, then one step of recovery. (..., H) each."""
    check_shapes(u=(u, "H?"), R=(R, "H?"), spikes=(spikes, "H?"))
    return _synapse_step(synapse, u, R, spikes)


def _synapse_step(synapse: Synapse, u: Tensor, R: Tensor, spikes: Tensor) -> tuple[Tensor, Tensor]:
    used = spikes * u * R
    u_after, R_after = u + spikes * synapse.utilisation * (1 - u), R - used
    fall, rise = math.exp(-1 / synapse.facilitation), math.exp(-1 / synapse.depression)
    return synapse.utilisation + (u_after - synapse.utilisation) * fall, 1 + (R_after - 1) * rise


def forward(liquid: Liquid, x: Tensor) -> Run:
    """The liquid over inputs x (..., T, D), from rest."""
    leading = common_axes(U=(liquid.U, "H D"), W=(liquid.W, "H H"), x=(x, "T D"))
    drive = (x @ liquid.U.mT).expand(*leading, x.shape[-2], -1)  # (..., T, H)
    state = sent = trace = torch.zeros_like(drive[..., 0, :])
    u, R = torch.full_like(state, 1.0 if liquid.synapse is None else liquid.synapse.utilisation), torch.ones_like(state)
    steps = []
    for t in range(x.shape[-2]):
        potential, spikes, state = _neuron_step(liquid.neuron, state, drive[..., t, :] + apply(liquid.W, sent))
        efficacy, trace = u * R, liquid.decay * trace + spikes
        sent = efficacy * spikes
        if liquid.synapse is not None:
            u, R = _synapse_step(liquid.synapse, u, R, spikes)
        steps.append((potential, spikes, efficacy, trace))
    return Run(*(torch.stack(each, dim=-2) for each in zip(*steps, strict=True)))


def separation(first: Run, second: Run) -> Tensor:
    """How far two inputs drive the liquid apart: the distance of the traces at each step. (..., T)."""
    check_shapes(first=(first.trace, "T H"), second=(second.trace, "T H"))
    return (first.trace - second.trace).norm(dim=-1)
