"""Gibbs sampling of Π φ (notes 18.5): conditionals, sweeps from given uniforms, exact transition matrices.

A Bayesian network is sampled through its tables taken as factors. States are (..., n) whole numbers, in the order of
the variables' first appearance in the factors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import torch
from torch import Tensor

from solvers.models import factor
from solvers.models.bayes_net import invert
from solvers.models.checks import BadInput, check_enumerable, check_shapes, check_symbols, check_uniforms
from solvers.models.factor import Factor


def conditional(factors: Sequence[Factor], name: str, states: Mapping[str, int | Tensor]) -> Tensor:
    """P(name | all others), from the factors that hold it alone: (..., k). Its own state is not looked at."""
    if name not in factor.sizes(factors):
        raise BadInput(f"{name} is no variable here, but one of {', '.join(factor.sizes(factors))} is needed.")
    others = {each: state for each, state in states.items() if each != name}
    around = [factor.condition(each, others) for each in factors if name in each.scope]
    missing = {each for one in around for each in one.scope} - {name}
    if missing:
        raise BadInput(f"The state of {', '.join(sorted(missing))} is not given, but {name} depends on it.")
    return factor.normalised(factor.multiply(*around)).table


def run(factors: Sequence[Factor], start: Tensor, uniforms: Tensor, order: Sequence[str] | None = None) -> Tensor:
    """N chains from start (..., N, n), T sweeps, a uniform of [0, 1) for each draw (..., N, T, n): (..., N, T + 1, n).

    A sweep draws the variables one after the other in `order` (of appearance unless told), each from its conditional
    given the newest states; the k-th uniform of a sweep is for the k-th of `order`.
    """
    sizes = factor.sizes(factors)
    names = tuple(sizes)
    order = names if order is None else tuple(order)
    leading = _check(factors, start, uniforms, order)
    spread = [Factor(each.scope, each.table.unsqueeze(-len(each.scope) - 1)) for each in factors]  # (..., 1, k_1, …)
    states = dict(zip(names, start.expand(*leading, -1).unbind(-1), strict=True))
    trail = [torch.stack(list(states.values()), dim=-1)]
    for sweep in uniforms.unbind(-2):
        for name, u in zip(order, sweep.unbind(-1), strict=True):
            chances = conditional(spread, name, states)
            states[name] = invert(chances.expand(*leading, -1), u.expand(leading))
        trail.append(torch.stack([states[name] for name in names], dim=-1))
    return torch.stack(trail, dim=-2)


def transition(joint: Factor, names: Sequence[str]) -> Tensor:
    """Drawing the named variables together given all others, as a Markov chain: (..., S, S), columns sum to 1.

    States of all variables are counted with the first of the scope slowest. One name is a step of Gibbs sampling,
    several are a block.
    """
    sizes = joint.sizes
    for name in names:
        if name not in sizes:
            raise BadInput(f"{name} is no variable of the table, but one of {', '.join(sizes)} is needed.")
    count = prod(sizes.values())
    check_enumerable(2 * (count - 1).bit_length(), "The transition matrix")
    axes = tuple(len(joint.leading) + joint.scope.index(name) for name in names)
    total = joint.table.sum(dim=axes, keepdim=True)
    if not bool((total > 0).all()):
        raise BadInput("The others have a state of probability 0, so nothing can be drawn given it.")
    chances = (joint.table / total).flatten(len(joint.leading))  # (..., k_1, …, k_n) -> (..., S)
    kept = [k for k, name in enumerate(joint.scope) if name not in names]
    # (S,) of one variable or (S, variables) -> (S, variables)
    digits = torch.cartesian_prod(*(torch.arange(size) for size in sizes.values())).reshape(count, -1)[:, kept]
    same = (digits.unsqueeze(1) == digits.unsqueeze(0)).all(dim=-1).to(joint.table.device)  # (S, S): others unchanged
    return chances.unsqueeze(-1) * same  # (..., S, 1) * (S, S): where one goes does not depend on where one was


def sweep_transition(joint: Factor, blocks: Sequence[Sequence[str]]) -> Tensor:
    """One block after the other: the product of their matrices, the first to act on the right. (..., S, S)."""
    whole = transition(joint, blocks[0])
    for block in blocks[1:]:
        whole = transition(joint, block) @ whole
    return whole


def random_scan(joint: Factor) -> Tensor:
    """Each variable with equal chance: the mean of their matrices, in detailed balance with the joint. (..., S, S)."""
    return torch.stack([transition(joint, [name]) for name in joint.scope]).mean(dim=0)


def may_block(factors: Sequence[Factor], names: Sequence[str]) -> bool:
    """Can these be drawn each on its own, all at once? Only when no factor holds two of them."""
    return all(len(set(each.scope) & set(names)) < 2 for each in factors)


def _check(factors: Sequence[Factor], start: Tensor, uniforms: Tensor, order: Sequence[str]) -> torch.Size:
    """The instance axes and the chains, (..., N)."""
    sizes = factor.sizes(factors)
    if sorted(order) != sorted(sizes):
        raise BadInput(f"order is {', '.join(order)}, but each of {', '.join(sizes)} must stand there once.")
    check_shapes(uniforms=(uniforms, "chains sweeps variables"))
    check_uniforms(uniforms=uniforms)
    check_symbols("start", start, max(sizes.values()), "chains variables")
    limits = torch.tensor(list(sizes.values()), device=start.device)
    if start.shape[-1] != len(sizes) or not bool((start < limits).all()):
        raise BadInput(f"start must hold, for each chain, a state of each of {', '.join(sizes)} as whole numbers.")
    if uniforms.shape[-1] != len(sizes) or uniforms.shape[-3] != start.shape[-2]:
        raise BadInput(
            f"uniforms has shape {tuple(uniforms.shape)}, but (…, {start.shape[-2]}, sweeps, {len(sizes)}) is needed."
        )
    return torch.broadcast_shapes(start.shape[:-1], uniforms.shape[:-2], *((*each.leading, 1) for each in factors))
