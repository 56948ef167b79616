"""Sinusoidal positions (notes 14.3): PE(k, 2i) = sin(k / n^(2i/d)), PE(k, 2i+1) = cos(k / n^(2i/d)).

Columns interleave sine and cosine, as in the notes and the paper; some libraries put all sines first (`halves`).
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes

Layout = Literal["interleaved", "halves"]
BASE = 10_000.0


def frequencies(d: int, n: float = BASE) -> Tensor:
    """ω_i = n^(-2i/d) for 0 <= i < d/2: (⌈d/2⌉,) in float64."""
    check_at_least(1, d=d)
    check_number("(0, inf)", n=n)
    i = torch.arange((d + 1) // 2, dtype=torch.float64)
    return torch.as_tensor(n, dtype=torch.float64) ** (-2 * i / d)


def encode(positions: Tensor, d: int, n: float = BASE, layout: Layout = "interleaved") -> Tensor:
    """PE(k, ·) of each position k: (...) -> (..., d), of the dtype and on the device of the positions.

    For odd d the last column is the sine of the last frequency. Angles are computed in float64: far along a sequence,
    float32 would lose the phase.
    """
    check_shapes(positions=(positions, "positions?"))
    check_one_of("layout", layout, ("interleaved", "halves"))
    angles = positions.double().unsqueeze(-1) * frequencies(d, n).to(positions.device)  # (...) -> (..., ⌈d/2⌉)
    sines, cosines = angles.sin(), angles.cos()
    if layout == "halves":
        both = torch.cat([sines, cosines[..., : d // 2]], dim=-1)
    else:
        both = torch.stack([sines, cosines], dim=-1).flatten(-2)[..., :d]  # (..., ⌈d/2⌉, 2) -> (..., d)
    return both.to(positions.dtype)


def table(length: int, d: int, n: float = BASE, *, dtype: torch.dtype = torch.float64, device: str = "cpu") -> Tensor:
    """The rows PE(0), …, PE(length - 1): (length, d)."""
    check_at_least(1, length=length)
    return encode(torch.arange(length, device=device).to(torch.float64), d, n).to(dtype)


def rotation(shift: Tensor, d: int, n: float = BASE) -> Tensor:
    """M_φ with PE(k + φ) = M_φ PE(k) for every k: (...) -> (..., d, d), one 2x2 turn a frequency; d must be even."""
    check_shapes(shift=(shift, ""))
    check_at_least(2, d=d)
    if d % 2:
        raise BadInput(f"d is {d}, but only an even d pairs every sine with a cosine.")
    angles = shift.double().unsqueeze(-1) * frequencies(d, n).to(shift.device)  # (...) -> (..., d/2)
    cosine, sine = angles.cos(), angles.sin()
    matrix = torch.zeros(*shift.shape, d, d, dtype=torch.float64, device=shift.device)
    even = torch.arange(0, d, 2, device=shift.device)
    matrix[..., even, even], matrix[..., even, even + 1] = cosine, sine
    matrix[..., even + 1, even], matrix[..., even + 1, even + 1] = -sine, cosine
    return matrix.to(shift.dtype)


class PositionalEncoding(nn.Module):
    """Adds the table's rows to a sequence of embeddings, (..., T, d) -> (..., T, d). It has nothing to learn."""

    def __init__(self, d: int, n: float = BASE) -> None:
        super().__init__()
        frequencies(d, n)
        self.d, self.n = d, n

    def forward(self, embeddings: Tensor) -> Tensor:
        sizes = check_shapes(embeddings=(embeddings, "positions d"))
        if sizes["d"] != self.d:
            raise BadInput(f"embeddings have {sizes['d']} entries, but d = {self.d} is needed.")
        positions = torch.arange(sizes["positions"], device=embeddings.device).to(embeddings.dtype)
        return embeddings + encode(positions, self.d, self.n)
