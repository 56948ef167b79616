"""L¹-penalised least squares (notes 6.3): minimise c ‖Xw - y‖² + α ‖w‖₁ by ISTA, coordinate descent, in closed form.

c is 1 for the sum of squares, 1/n for the mean, 1/2n in scikit-learn.
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_number, check_real, check_shapes, instance_axes


def soft_threshold(v: Tensor, threshold: Tensor | float) -> Tensor:
    """sign(v) max(|v| - t, 0), entry by entry: the w that minimises ½ (w - v)² + t |w|."""
    check_shapes(v=(v, "entries?"))
    check_real("[0, inf)", threshold=threshold)
    instance_axes(v=(v, 0), threshold=(torch.as_tensor(threshold), 0))
    limit = torch.as_tensor(threshold, dtype=v.dtype, device=v.device)
    return torch.sign(v) * (v.abs() - limit).clamp(min=0)


def cost(x: Tensor, y: Tensor, w: Tensor, alpha: float, factor: float = 1.0) -> Tensor:
    """c ‖Xw - y‖² + α ‖w‖₁: (...)."""
    _check(x, y, alpha, factor, w)
    return factor * ((_apply(x, w) - y) ** 2).sum(dim=-1) + alpha * w.abs().sum(dim=-1)


def subgradient(x: Tensor, y: Tensor, w: Tensor, alpha: float, factor: float = 1.0) -> Tensor:
    """2c Xᵀ(Xw - y) + α sign(w), with sign(0) = 0: (..., d)."""
    _check(x, y, alpha, factor, w)
    return 2 * factor * _apply(x.mT, _apply(x, w) - y) + alpha * torch.sign(w)


def ista(x: Tensor, y: Tensor, alpha: float, factor: float, steps: int) -> Tensor:
    """Gradient step of size 1 / L, then soft threshold α / L, with L = 2c λmax(XᵀX), from 0: (..., d)."""
    sizes = _check(x, y, alpha, factor)
    check_at_least(1, steps=steps)
    largest = 2 * factor * torch.linalg.eigvalsh(x.mT @ x)[..., -1:]  # (..., 1)
    w = x.new_zeros(*torch.broadcast_shapes(x.shape[:-2], y.shape[:-1]), sizes["weights"])
    for _ in range(steps):
        slope = 2 * factor * _apply(x.mT, _apply(x, w) - y)
        w = soft_threshold(w - slope / largest, alpha / largest)
    return w


def coordinate_descent(x: Tensor, y: Tensor, alpha: float, factor: float, sweeps: int) -> Tensor:
    """Each w_j in turn set to its best value with the others held, from 0: (..., d)."""
    sizes = _check(x, y, alpha, factor)
    check_at_least(1, sweeps=sweeps)
    squares = (x**2).sum(dim=-2)  # (..., d)
    if not bool((squares > 0).all()):
        raise BadInput("A column of x is all zeros, so its weight has no best value: leave it out.")
    w = x.new_zeros(*torch.broadcast_shapes(x.shape[:-2], y.shape[:-1]), sizes["weights"])
    columns = list(w.unbind(dim=-1))
    rest = y.expand(*w.shape[:-1], -1)  # y - Xw, (..., N)
    for _ in range(sweeps):
        for j, column in enumerate(columns):
            without = rest + column.unsqueeze(-1) * x[..., j]
            moment = (without * x[..., j]).sum(dim=-1)
            columns[j] = soft_threshold(moment, alpha / (2 * factor)) / squares[..., j]
            rest = without - columns[j].unsqueeze(-1) * x[..., j]
    return torch.stack(columns, dim=-1)


def orthonormal(x: Tensor, y: Tensor, alpha: float, factor: float = 1.0) -> Tensor:
    """For XᵀX = I: the least-squares w = Xᵀy, each entry moved by α / 2c towards 0 and stopped there. (..., d)."""
    sizes = _check(x, y, alpha, factor)
    units = torch.eye(sizes["weights"], dtype=x.dtype, device=x.device)
    if not torch.allclose(x.mT @ x, units.expand(*x.shape[:-2], -1, -1), atol=1e-6):
        raise BadInput("The columns of x are not orthonormal, so there is no closed form: use coordinate descent.")
    return soft_threshold(_apply(x.mT, y), alpha / (2 * factor))


def _apply(x: Tensor, w: Tensor) -> Tensor:
    return (x @ w.unsqueeze(-1)).squeeze(-1)


def _check(x: Tensor, y: Tensor, alpha: float, factor: float, w: Tensor | None = None) -> dict[str, int]:
    check_number("[0, inf)", alpha=alpha)
    check_number("(0, inf)", factor=factor)
    expected = {"x": (x, "examples weights"), "y": (y, "examples")}
    if w is not None:
        expected["w"] = (w, "weights")
    return check_shapes(**expected)
