"""What is asked of every recurrent unit alike: causality, and that its module learns to recall."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from tests.solvers.models.data import assert_close


def assert_causal(states: Callable[[Tensor], Tensor], x: Tensor, t: int) -> None:
    """A change of the input at step t (from 0) leaves the states before it, and changes the one after it.

    `states` maps x (T, D) to h(0), …, h(T).
    """
    changed = x.clone()
    changed[t] += 1
    before, after = states(x), states(changed)
    assert_close(before[: t + 1], after[: t + 1], 0.0)
    assert not torch.equal(before[t + 1], after[t + 1])


def recall_error(model: nn.Module, steps: int, generator: torch.Generator, rate: float, updates: int = 80) -> float:
    """Squared error after training on the sign of the first of `steps` inputs, asked for at the last: 0.25 unlearnt."""
    x = torch.randn(32, steps, 1, generator=generator, dtype=torch.float64)
    target = 0.5 * torch.sign(x[:, 0, 0])
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(updates):
        optimizer.zero_grad()
        error = ((model(x)[:, -1, 0] - target) ** 2).mean()
        error.backward()
        optimizer.step()
    return float(error.detach())
