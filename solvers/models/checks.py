"""What a model asks of its inputs before any work. Each refusal is one sentence: what was given, what is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import torch
from torch import Tensor

STATES_AT_MOST: Final = 2**20


class BadInput(ValueError):
    """An input the formula is not defined for."""


def check_shapes(**expected: tuple[Tensor, str]) -> dict[str, int]:
    """The size of each named axis. `W=(W, "h d")` asks for trailing axes h, d after any number of instance axes.

    All tensors must be of one floating dtype on one device, finite, and their instance axes must broadcast.
    """
    _check_numbers({name: tensor for name, (tensor, _) in expected.items()})
    found: dict[str, tuple[int, str]] = {}
    for name, (tensor, axes) in expected.items():
        _bind(name, tensor, axes.split(), found)
    instance_axes(**{name: (tensor, len(axes.split())) for name, (tensor, axes) in expected.items()})
    return {axis: size for axis, (size, _) in found.items()}


def _check_numbers(tensors: dict[str, Tensor]) -> None:
    first, reference = next(iter(tensors.items()))
    for name, tensor in tensors.items():
        if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
            kind = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
            raise BadInput(f"{name} is {kind}, but a tensor of real numbers (float32, float64) is needed.")
        if (tensor.dtype, tensor.device) != (reference.dtype, reference.device):
            raise BadInput(
                f"{name} is {tensor.dtype} on {tensor.device}, but {first} is {reference.dtype} on "
                f"{reference.device}: bring them together."
            )
        if not _finite(tensor):
            raise BadInput(f"{name} holds an infinite or undefined number, but every entry must be finite.")


def _finite(tensor: Tensor) -> bool:
    """Every entry is finite: so it is if the sum is, which costs a fraction of looking at each."""
    return math.isfinite(tensor.detach().sum().item()) or bool(torch.isfinite(tensor).all())


def _bind(name: str, tensor: Tensor, axes: list[str], found: dict[str, tuple[int, str]]) -> None:
    """Give each axis its size, or say which earlier input disagrees."""
    wanted = f"(…, {', '.join(axes)})" if axes else "(…)"
    if tensor.ndim < len(axes):
        raise BadInput(f"{name} has shape {tuple(tensor.shape)}, but {wanted} is needed: too few axes.")
    for axis, size in zip(axes, tensor.shape[tensor.ndim - len(axes) :], strict=True):
        known, source = found.setdefault(axis, (size, name))
        if size != known:
            raise BadInput(
                f"{name} has shape {tuple(tensor.shape)}, but {wanted} is needed with {axis} = {known}, as in {source}."
            )
        if size == 0:
            raise BadInput(f"{name} has shape {tuple(tensor.shape)}, but {axis} must be at least 1.")


def instance_axes(**tensors: tuple[Tensor, int]) -> torch.Size:
    """The common instance axes: what is left of each shape without its trailing axes, broadcast together."""
    leading = {name: tensor.shape[: tensor.ndim - axes] for name, (tensor, axes) in tensors.items()}
    distinct = {shape for shape in leading.values() if shape}
    if len(distinct) < 2:  # nearly always: torch's own answer takes as long as a small layer
        return distinct.pop() if distinct else torch.Size()
    try:
        return torch.broadcast_shapes(*leading.values())
    except RuntimeError:
        shapes = ", ".join(f"{name} {tuple(shape)}" for name, shape in leading.items())
        raise BadInput(f"The instance axes do not fit together: {shapes}; they must be equal, 1 or absent.") from None


def check_at_least(low: int, **values: int) -> None:
    """Each value is a whole number and at least `low`."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise BadInput(f"{name} is {value!r}, but a whole number of at least {low} is needed.")


def check_real(low: float = -math.inf, /, **values: Tensor | float) -> None:
    """Each value, a number or a tensor of one an instance, is finite and at least `low`."""
    for name, value in values.items():
        fits = torch.as_tensor(value).isfinite() & (torch.as_tensor(value) >= low)
        if not bool(fits.all()):
            needed = "a finite number" if low == -math.inf else f"a finite number of at least {low:g}"
            given = (
                f"holds {torch.as_tensor(value)[~fits][0].item():g}" if isinstance(value, Tensor) else f"is {value!r}"
            )
            raise BadInput(f"{name} {given}, but {needed} is needed.")


def check_symbols(name: str, symbols: Tensor, below: int) -> None:
    """Whole numbers from 0 on, and below the bound."""
    if symbols.is_floating_point() or symbols.dtype == torch.bool:
        raise BadInput(f"{name} is {symbols.dtype}, but whole numbers (torch.int64) are needed.")
    if not bool(((symbols >= 0) & (symbols < below)).all()):
        raise BadInput(f"{name} holds something else than the numbers 0 to {below - 1}.")


def check_one_of(name: str, value: object, allowed: Iterable[object]) -> None:
    options = list(allowed)
    if value not in options:
        raise BadInput(f"{name} is {value!r}, but one of {', '.join(map(repr, options))} is needed.")


def check_entries(name: str, tensor: Tensor, allowed: tuple[float, ...]) -> None:
    """Every entry is one of the allowed numbers."""
    fits = torch.stack([tensor == value for value in allowed]).any(dim=0)
    if not bool(fits.all()):
        stray = tensor[~fits][0].item()
        raise BadInput(
            f"{name} holds {stray:g}, but only {', '.join(f'{value:g}' for value in allowed)} may stand there."
        )


def check_uniforms(**uniforms: Tensor) -> None:
    """Every entry lies in [0, 1)."""
    for name, tensor in uniforms.items():
        if not bool(((tensor >= 0) & (tensor < 1)).all()):
            raise BadInput(f"{name} holds a number outside [0, 1), but uniforms of [0, 1) are needed.")


def check_enumerable(units: int, what: str) -> None:
    """2^units states fit in memory."""
    if 2**units > STATES_AT_MOST:
        raise BadInput(f"{what} has {units} binary units, but at most 20 can be enumerated (2^20 states).")
