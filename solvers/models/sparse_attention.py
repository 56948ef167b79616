"""Sparse attention (notes 15.2): masks of the common patterns, what is kept, what L layers reach, and attention on it.

A mask is (n, n), true where query i may look at key j; patterns are joined with |, and made causal by `causal`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_shapes, check_uniforms


def band(n: int, radius: int, device: str | torch.device = "cpu") -> Tensor:
    """|i - j| <= radius: a window of 2 radius + 1, less at the borders."""
    check_at_least(0, radius=radius)
    return _distance(n, device).abs() <= radius


def dilated(n: int, radius: int, gap: int, device: str | torch.device = "cpu") -> Tensor:
    """Like a band whose taps stand gap + 1 apart: |i - j| <= radius (gap + 1) and divisible by gap + 1."""
    check_at_least(0, radius=radius, gap=gap)
    away = _distance(n, device)
    return (away.abs() <= radius * (gap + 1)) & (away % (gap + 1) == 0)


def global_nodes(n: int, nodes: tuple[int, ...], device: str | torch.device = "cpu") -> Tensor:
    """These tokens see all and are seen by all; nothing else (join it with a pattern in which each sees itself)."""
    check_at_least(1, n=n)
    for node in nodes:
        check_at_least(0, nodes=node)
    if max(nodes, default=0) >= n:
        raise BadInput(f"nodes is {nodes!r}, but tokens from 0 to {n - 1} are needed.")
    chosen = torch.zeros(n, dtype=torch.bool, device=device)
    chosen[list(nodes)] = True
    return chosen.unsqueeze(0) | chosen.unsqueeze(1)


def blocks(n: int, size: int, device: str | torch.device = "cpu") -> Tensor:
    """Neighbouring tokens in blocks of this size see their own block; the last block may be shorter."""
    check_at_least(1, n=n, size=size)
    block = torch.arange(n, device=device) // size
    return block.unsqueeze(0) == block.unsqueeze(1)


def random(uniforms: Tensor, keys: int) -> Tensor:
    """Each query sees itself and the `keys` others with the smallest uniforms: (n, n) in [0, 1) -> (n, n)."""
    n = check_shapes(uniforms=(uniforms, "= n n"))["n"]
    check_uniforms(uniforms=uniforms)
    check_at_least(0, keys=keys)
    if keys > n - 1:
        raise BadInput(f"keys is {keys}, but there are only {n - 1} others.")
    itself = torch.eye(n, dtype=torch.bool, device=uniforms.device)
    order = torch.where(itself, -1, uniforms).argsort(dim=-1, stable=True)
    return torch.zeros_like(itself).scatter(-1, order[:, : keys + 1], True)


def causal(mask: Tensor) -> Tensor:
    """Without the later keys."""
    _check(mask)
    return mask.tril()


def pairs(mask: Tensor) -> int:
    """How many scores are computed, of n² in dense attention."""
    _check(mask)
    return int(mask.sum())


def reach(mask: Tensor, layers: int) -> Tensor:
    """[i, j]: does the output of token i, after so many layers with residuals, depend on the input j? (n, n)"""
    _check(mask)
    check_at_least(0, layers=layers)
    step = mask | torch.eye(mask.shape[-1], dtype=torch.bool, device=mask.device)
    found = torch.eye(mask.shape[-1], device=mask.device)
    for _ in range(layers):
        found = ((step.to(found.dtype) @ found) > 0).to(found.dtype)
    return found > 0


def layers_needed(mask: Tensor) -> int | None:
    """The fewest layers after which every token can depend on every other that any depth reaches; None if some never.

    For causal masks "every other" means every earlier one.
    """
    _check(mask)
    n = mask.shape[-1]
    goal = torch.ones_like(mask)
    if not bool(mask.triu(1).any()):
        goal = goal.tril()
    for layers in range(n + 1):
        if bool(reach(mask, layers)[goal].all()):
            return layers
    return None


def band_pairs(n: int, radius: int) -> int:
    """n (2 r + 1) - r (r + 1) for r < n: what the two borders cut off is counted."""
    check_at_least(1, n=n)
    check_at_least(0, radius=radius)
    r = min(radius, n - 1)
    return n * (2 * r + 1) - r * (r + 1)


def attend(Q: Tensor, K: Tensor, V: Tensor, mask: Tensor) -> Tensor:
    """softmax(Q Kᵀ / √d_k) V with the scores of the kept pairs alone: (..., n, d_k), (..., n, d_v) -> (..., n, d_v).

    Work and memory grow with the longest row of the mask, not with n.
    """
    sizes = check_shapes(Q=(Q, "n d_k"), K=(K, "n d_k"), V=(V, "n d_v"))
    _check(mask)
    if mask.shape[-1] != sizes["n"]:
        raise BadInput(f"mask is for {mask.shape[-1]} tokens, but there are {sizes['n']}.")
    width = int(mask.sum(dim=-1).amax())
    kept, places = mask.to(torch.int8).sort(dim=-1, descending=True, stable=True)
    kept, places = kept[:, :width] > 0, places[:, :width]  # (n, r): the keys of each query, then filling
    scores = torch.einsum("...nd,...nrd->...nr", Q, K[..., places, :]) * sizes["d_k"] ** -0.5
    weights = torch.softmax(scores.masked_fill(~kept, -torch.inf), dim=-1)
    return torch.einsum("...nr,...nrd->...nd", weights, V[..., places, :])


def _distance(n: int, device: str | torch.device) -> Tensor:
    check_at_least(1, n=n)
    place = torch.arange(n, device=device)
    return place.unsqueeze(-1) - place


def _check(mask: Tensor) -> None:
    if not isinstance(mask, Tensor):
        raise BadInput(f"mask is a {type(mask).__name__}, but a boolean (n, n) is needed.")
    if mask.dtype != torch.bool or mask.ndim != 2 or mask.shape[0] != mask.shape[1]:
        raise BadInput(f"mask is {mask.dtype} of shape {tuple(mask.shape)}, but a boolean (n, n) is needed.")
    if not bool(mask.any(dim=-1).all()):
        raise BadInput("mask leaves a query no key to look at, but each needs at least one.")
