"""Scaled dot-product and multi-head attention (notes 14.4), forward and backward by hand, with masks.

Rows are tokens: Q (n, d_k), K (m, d_k), V (m, d_v); A = softmax over the keys of Q Kᵀ / √d_k, out = A V. A mask is
boolean and true where a query may look; a query that may look nowhere is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_at_least, check_shapes, check_symbols


@dataclass(frozen=True, slots=True)
class Run:
    """All that one attention computes: scores Q Kᵀ · scale before the mask, the attention matrix A, and A V."""

    Q: Tensor  # (..., n, d_k)
    K: Tensor  # (..., m, d_k)
    V: Tensor  # (..., m, d_v)
    scale: float
    scores: Tensor  # (..., n, m)
    weights: Tensor  # (..., n, m): rows sum to 1
    out: Tensor  # (..., n, d_v)


@dataclass(frozen=True, slots=True)
class Gradient:
    """∂L by the queries, keys and values, of their shapes."""

    Q: Tensor
    K: Tensor
    V: Tensor


@dataclass(frozen=True, slots=True)
class Heads:
    """Q, K (..., h, d, d_k), V (..., h, d, d_v), O (..., h d_v, d). Gradients have the same form.

    Biases or None: q, k (..., h, d_k), v (..., h, d_v), o (..., d).
    """

    Q: Tensor
    K: Tensor
    V: Tensor
    O: Tensor
    q: Tensor | None = None
    k: Tensor | None = None
    v: Tensor | None = None
    o: Tensor | None = None

    def __post_init__(self) -> None:
        sizes = check_shapes(**_axes(self))
        if sizes["concatenated"] != sizes["heads"] * sizes["d_v"]:
            raise BadInput(
                f"O has {sizes['concatenated']} rows, but {sizes['heads']} heads of {sizes['d_v']} values make "
                f"{sizes['heads'] * sizes['d_v']}."
            )

    def tensors(self) -> tuple[Tensor, ...]:
        """The weights and the biases there are, in the order of the fields."""
        found = (getattr(self, each.name) for each in fields(self))
        return tuple(each for each in found if each is not None)


@dataclass(frozen=True, slots=True)
class HeadsRun:
    """All that multi-head attention computes, from queries x (..., n, d) and memory y (..., m, d)."""

    x: Tensor
    y: Tensor
    each: Run  # of all heads: Q (..., h, n, d_k), …, out (..., h, n, d_v)
    concatenated: Tensor  # (..., n, h d_v)
    out: Tensor  # (..., n, d)


@dataclass(frozen=True, slots=True)
class HeadsGradient:
    """∂L by the weights, by the tokens that ask, and by those that are looked at (for self-attention, add the two)."""

    weights: Heads
    x: Tensor
    y: Tensor


def causal_mask(queries: int, keys: int | None = None, device: str | torch.device = "cpu") -> Tensor:
    """True where key j <= query i, the last query seeing the last key: (queries, keys), as many keys unless told."""
    keys = queries if keys is None else keys
    check_at_least(1, queries=queries, keys=keys)
    if keys < queries:
        raise BadInput(f"keys is {keys}, but at least {queries} are needed: every query sees itself.")
    return torch.ones(queries, keys, dtype=torch.bool, device=device).tril(keys - queries)


def padding_mask(lengths: Tensor, keys: int) -> Tensor:
    """True for the first `lengths` keys of each sequence: (...) whole numbers -> (..., 1, keys)."""
    check_at_least(1, keys=keys)
    check_symbols("lengths", lengths, keys + 1, "sequences?")
    if not bool(((lengths >= 1) & (lengths <= keys)).all()):
        raise BadInput(f"lengths leave 1 to {keys}, but each sequence has at least one and at most {keys} tokens.")
    return (torch.arange(keys, device=lengths.device) < lengths.unsqueeze(-1)).unsqueeze(-2)


def attend(Q: Tensor, K: Tensor, V: Tensor, mask: Tensor | None = None, scale: float | None = None) -> Run:
    """softmax(Q Kᵀ · scale) V with scale 1/√d_k unless given; mask broadcasts to (..., n, m)."""
    check_shapes(Q=(Q, "n d_k"), K=(K, "m d_k"), V=(V, "m d_v"))
    scale = Q.shape[-1] ** -0.5 if scale is None else scale
    scores = (Q * scale) @ K.mT  # the queries are fewer numbers than the scores
    weights = torch.softmax(masked(scores, mask), dim=-1)
    return Run(Q=Q, K=K, V=V, scale=scale, scores=scores, weights=weights, out=weights @ V)


def attended(Q: Tensor, K: Tensor, V: Tensor, mask: Tensor | None = None, *, causal: bool = False) -> Tensor:
    """`attend(…).out` by torch's kernel, which does not keep the attention matrix: (..., n, d_v).

    `causal` is `causal_mask` of as many queries as keys, for which the kernel needs no table.
    """
    sizes = check_shapes(Q=(Q, "n d_k"), K=(K, "m d_k"), V=(V, "m d_v"))
    if causal:
        if mask is not None or sizes["n"] != sizes["m"]:
            raise BadInput(
                f"causal is for as many queries as keys and no other mask, not {sizes['n']} and {sizes['m']}."
            )
        return F.scaled_dot_product_attention(Q, K, V, is_causal=True)
    if mask is not None:
        mask = _looks(mask, (*torch.broadcast_shapes(Q.shape[:-2], K.shape[:-2]), Q.shape[-2], K.shape[-2]))
    return F.scaled_dot_product_attention(Q, K, V, mask)


def backward(run: Run, upstream: Tensor) -> Gradient:
    """From ∂L/∂out (..., n, d_v), with S the scaled scores: ∂V = Aᵀ ∂out, ∂A = ∂out Vᵀ, ∂S = A ⊙ (∂A - Σ_keys A ⊙ ∂A),
    ∂Q = ∂S K · scale, ∂K = ∂Sᵀ Q · scale.
    """
    check_shapes(out=(run.out, "n d_v"), upstream=(upstream, "n d_v"))
    dA = upstream @ run.V.mT
    dS = run.weights * (dA - (run.weights * dA).sum(dim=-1, keepdim=True)) * run.scale
    return Gradient(Q=dS @ run.K, K=dS.mT @ run.Q, V=run.weights.mT @ upstream)


def multi_head(heads: Heads, x: Tensor, y: Tensor, mask: Tensor | None = None) -> HeadsRun:
    """Concat(head_1, …, head_h) W^O with head_i = Attention(x W_i^Q, y W_i^K, y W_i^V); y = x is self-attention."""
    leading = common_axes(**_axes(heads), x=(x, "queries d"), y=(y, "keys d"))
    x, y = (each.expand(*leading, *each.shape[-2:]) for each in (x, y))
    mask = mask if mask is None or mask.ndim < 3 else mask.unsqueeze(-3)  # the same for every head
    run = attend(*_projected(heads, x, y), mask)
    concatenated = _side_by_side(run.out)
    return HeadsRun(x=x, y=y, each=run, concatenated=concatenated, out=_linear(concatenated, heads.O, heads.o))


def project(heads: Heads, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Queries of x, keys and values of y, head by head: (..., h, n, d_k), (..., h, m, d_k), (..., h, m, d_v)."""
    check_shapes(**_axes(heads), x=(x, "queries d"), y=(y, "keys d"))
    return _projected(heads, x, y)


def _projected(heads: Heads, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    pairs = [(x, heads.Q, heads.q), (y, heads.K, heads.k), (y, heads.V, heads.v)]
    q, k, v = (_by_head(tokens, W, b) for tokens, W, b in pairs)
    return q, k, v


def concatenate(by_head: Tensor) -> Tensor:
    """The heads' outputs side by side: (..., h, n, d_v) -> (..., n, h, d_v) -> (..., n, h d_v)."""
    check_shapes(by_head=(by_head, "heads n d_v"))
    return _side_by_side(by_head)


def _side_by_side(by_head: Tensor) -> Tensor:
    return by_head.transpose(-3, -2).flatten(-2)  # (..., n, h, d_v) -> (..., n, h d_v)


def multi_head_backward(heads: Heads, run: HeadsRun, upstream: Tensor) -> HeadsGradient:
    """All gradients from ∂L/∂out (..., n, d), by hand."""
    check_shapes(out=(run.out, "queries d"), upstream=(upstream, "queries d"))
    by_head = (upstream @ heads.O.mT).unflatten(-1, (heads.Q.shape[-3], -1))  # (..., n, h d_v) -> (..., n, h, d_v)
    inner = backward(run.each, by_head.transpose(-3, -2))
    x, y = run.x.unsqueeze(-3), run.y.unsqueeze(-3)  # (..., n, d) -> (..., 1, n, d)
    biases = (
        None if bias is None else delta.sum(dim=-2)
        for bias, delta in ((heads.q, inner.Q), (heads.k, inner.K), (heads.v, inner.V), (heads.o, upstream))
    )
    weights = Heads(x.mT @ inner.Q, y.mT @ inner.K, y.mT @ inner.V, run.concatenated.mT @ upstream, *biases)
    return HeadsGradient(
        weights=weights,
        x=(inner.Q @ heads.Q.mT).sum(dim=-3),
        y=(inner.K @ heads.K.mT + inner.V @ heads.V.mT).sum(dim=-3),
    )


def parameter_count(d: int, *, bias: bool = True) -> int:
    """4 d² + 4 d: the number of heads changes nothing when d_k = d_v = d / h."""
    check_at_least(1, d=d)
    return 4 * d * (d + bias)


class MultiHead(nn.Module):
    """The same as a trainable module with d_k = d_v = d / h: (..., n, d), memory (..., m, d) -> (..., n, d)."""

    def __init__(self, d: int, heads: int, *, bias: bool = True, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, d=d, heads=heads)
        if d % heads:
            raise BadInput(f"heads is {heads}, but it must divide d = {d}.")
        each = (heads, d, d // heads)
        self.Q, self.K, self.V, self.O = (
            nn.Parameter(torch.randn(shape, generator=generator) * d**-0.5) for shape in (each, each, each, (d, d))
        )
        self.q, self.k, self.v, self.o = (
            nn.Parameter(torch.zeros(shape)) if bias else None for shape in (each[::2], each[::2], each[::2], (d,))
        )

    def weights(self) -> Heads:
        return Heads(self.Q, self.K, self.V, self.O, self.q, self.k, self.v, self.o)

    def forward(
        self, x: Tensor, y: Tensor | None = None, mask: Tensor | None = None, *, causal: bool = False
    ) -> Tensor:
        """As `multi_head`, by torch's kernel; `causal` as in `attended`."""
        heads, y = self.weights(), x if y is None else y
        leading = common_axes(x=(x, "queries d"), y=(y, "keys d"), O=(self.O, "concatenated d"))
        x, y = (each.expand(*leading, *each.shape[-2:]) for each in (x, y))
        mask = mask if mask is None or mask.ndim < 3 else mask.unsqueeze(-3)  # the same for every head
        return _linear(_side_by_side(attended(*_projected(heads, x, y), mask, causal=causal)), self.O, self.o)

    def remember(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """The keys and values of y (..., m, d), (..., h, m, d / h) each: what a cache keeps."""
        _, keys, values = project(self.weights(), y, y)
        return keys, values

    def recall(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None) -> Tensor:
        """Attention of x (..., n, d) over kept keys and values: (..., n, d)."""
        queries = _by_head(x, self.Q, self.q)
        return _linear(_side_by_side(attended(queries, keys, values, mask)), self.O, self.o)


def _by_head(tokens: Tensor, W: Tensor, b: Tensor | None) -> Tensor:
    """(..., n, d), (..., h, d, k) -> (..., h, n, k)."""
    if W.ndim > 3:
        return _linear(tokens.unsqueeze(-3), W, b)  # (..., n, d) -> (..., 1, n, d)
    side_by_side = W.movedim(0, 1).flatten(1)  # (h, d, k) -> (d, h k): one product for all heads and instances
    flat = tokens @ side_by_side if b is None else tokens @ side_by_side + b.flatten()  # b (h, k) -> (h k)
    return flat.unflatten(-1, (W.shape[0], -1)).transpose(-3, -2)  # (..., n, h k) -> (..., n, h, k) -> (..., h, n, k)


def _linear(tokens: Tensor, W: Tensor, b: Tensor | None) -> Tensor:
    return tokens @ W if b is None else tokens @ W + b.unsqueeze(-2)


def masked(scores: Tensor, mask: Tensor | None) -> Tensor:
    """Scores (..., n, m) with -∞ where the mask is false."""
    return scores if mask is None else scores.masked_fill(~_looks(mask, scores.shape), -torch.inf)


def _looks(mask: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The mask in the shape of the scores, checked."""
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        kind = mask.dtype if isinstance(mask, Tensor) else type(mask).__name__
        raise BadInput(f"mask is {kind}, but a boolean tensor is needed: true where a query may look.")
    try:
        spread = mask.expand(torch.broadcast_shapes(mask.shape, shape))
    except RuntimeError:
        raise BadInput(
            f"mask has shape {tuple(mask.shape)}, but one that broadcasts to {tuple(shape)} is needed."
        ) from None
    if not bool((mask.any(dim=-1) if mask.ndim else mask).all()):
        raise BadInput("mask leaves a query no key to look at, but each needs at least one.")
    return spread


def _axes(heads: Heads) -> dict[str, tuple[Tensor, str]]:
    names = {"Q": "heads d d_k", "K": "heads d d_k", "V": "heads d d_v", "O": "concatenated d"}
    names |= {"q": "heads d_k", "k": "heads d_k", "v": "heads d_v", "o": "d"}
    found = {name: (getattr(heads, name), axes) for name, axes in names.items()}
    return {name: row for name, row in found.items() if row[0] is not None}
