"""Where the heads of an attention look, while a model runs: one table a head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from solvers.lab.experiment import rows
from solvers.lab.picture import Rows
from solvers.models import t5
from solvers.models.attention import MultiHead, causal_mask, multi_head

Heard = tuple[Tensor, Tensor, Tensor | None]  # queries (N, n, d), memory (N, m, d), mask


def looks(attention: nn.Module, run: Callable[[], object]) -> tuple[tuple[str, Rows], ...]:
    """The attention of the first instance when `run` last called the module: a table (queries, keys) a head."""
    heard: list[Heard] = []

    def listen(_: nn.Module, places: tuple[Tensor, ...], named: dict[str, Any]) -> None:
        x, *others = places
        mask = others[1] if len(others) > 1 else named.get("mask")
        mask = causal_mask(x.shape[-2], device=x.device) if named.get("causal") else mask
        heard.append((x, others[0] if others else x, mask))

    hook = attention.register_forward_pre_hook(listen, with_kwargs=True)
    try:
        with torch.no_grad():
            run()
            weights = _weights(attention, heard[-1])[0]  # (N, h, n, m) -> (h, n, m)
    finally:
        hook.remove()
    return tuple((f"head {place + 1}", rows(each)) for place, each in enumerate(weights))


def _weights(attention: nn.Module, heard: Heard) -> Tensor:
    x, memory, mask = heard
    if isinstance(attention, t5.Attention):  # the cross-attention, which has no bias
        return attention.weights(x, memory)
    assert isinstance(attention, MultiHead)
    return multi_head(attention.weights(), x, memory, mask).each.weights
