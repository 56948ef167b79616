"""What a model asks of its inputs before any work. Each refusal is one sentence: what was given, what is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import torch
from torch import Tensor

STATES_AT_MOST: Final = 2**20
EVERY: Final = "(-inf, inf)"
SUM_WITHIN: Final = 1e-6


class BadInput(ValueError):
    """An input the formula is not defined for."""


def check_shapes(**expected: tuple[Tensor, str]) -> dict[str, int]:
    """The size of each named axis. `W=(W, "h d")` asks for trailing axes h, d after any number of instance axes.

    "= h d" asks for no instance axes, "h?" for the axis h only where there is any axis. All tensors must be of one
    floating dtype on one device, finite, and their instance axes must broadcast.
    """
    check_numbers(**{name: tensor for name, (tensor, _) in expected.items()})
    found: dict[str, tuple[int, str]] = {}
    wanted = {name: _named(tensor, axes) for name, (tensor, axes) in expected.items()}
    for name, (tensor, axes) in expected.items():
        _bind(name, tensor, wanted[name], found, exact=axes.startswith("="))
    instance_axes(**{name: (tensor, len(wanted[name])) for name, (tensor, _) in expected.items()})
    return {axis: size for axis, (size, _) in found.items()}


def check_numbers(**tensors: Tensor) -> None:
    """All are tensors of one floating dtype on one device, finite."""
    first, reference = next(iter(tensors.items()))
    for name, tensor in tensors.items():
        check_dtype(name, tensor)
        if (tensor.dtype, tensor.device) != (reference.dtype, reference.device):
            raise BadInput(
                f"{name} is {tensor.dtype} on {tensor.device}, but {first} is {reference.dtype} on "
                f"{reference.device}: bring them together."
            )
        if not _finite(tensor):
            raise BadInput(f"{name} holds an infinite or undefined number, but every entry must be finite.")


def check_examples(x: Tensor, sizes: tuple[int | None, ...], weight: Tensor, name: str = "x") -> None:
    """(N, *sizes), finite, None where any size fits, of the dtype and on the device of a weight."""
    check_numbers(weight=weight, **{name: x})
    wanted = ", ".join("any" if size is None else str(size) for size in sizes)
    if x.ndim != len(sizes) + 1 or any(size not in (None, of_x) for size, of_x in zip(sizes, x.shape[1:], strict=True)):
        raise BadInput(f"{name} has shape {tuple(x.shape)}, but (examples, {wanted}) is needed.")
    if 0 in x.shape[1:]:
        raise BadInput(f"{name} has shape {tuple(x.shape)}, but every axis of an example must be at least 1.")


def check_dtype(name: str, tensor: object) -> None:
    """A tensor of real numbers."""
    if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
        kind = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
        raise BadInput(f"{name} is {kind}, but a tensor of real numbers (float32, float64) is needed.")


def _finite(tensor: Tensor) -> bool:
    """Every entry is finite (on meta there is none): so it is if the sum is, which costs less than to look at each."""
    return tensor.is_meta or math.isfinite(tensor.detach().sum().item()) or bool(torch.isfinite(tensor).all())


def _named(tensor: Tensor, axes: str) -> list[str]:
    """The names of the trailing axes."""
    if axes.endswith("?"):
        return [axes[:-1]] if tensor.ndim else []
    return axes.removeprefix("=").split()


def _bind(
    name: str, tensor: Tensor, axes: list[str], found: dict[str, tuple[int, str]], *, exact: bool = False
) -> None:
    """Give each axis its size, or say which earlier input disagrees."""
    wanted = f"({', '.join(axes)})" if exact else f"(…, {', '.join(axes)})" if axes else "(…)"
    if exact and tensor.ndim > len(axes):
        raise BadInput(f"{name} has shape {tuple(tensor.shape)}, but {wanted} is needed: too many axes.")
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


def check_pair(name: str, pair: tuple[int, int], low: int = 1) -> None:
    """(vertical, horizontal), two whole numbers of at least `low`."""
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise BadInput(f"{name} is {pair!r}, but two whole numbers, vertical and horizontal, are needed.")
    check_at_least(low, **{f"{name} ({way})": each for way, each in zip(("vertical", "horizontal"), pair, strict=True)})


def check_real(interval: str = EVERY, /, **values: Tensor | float) -> None:
    """Each value, a number or a tensor of one an instance, is finite and in the interval, say "[0, 1)"."""
    for name, value in values.items():
        kind = value.dtype if isinstance(value, Tensor) else repr(value)
        if not isinstance(value, Tensor | int | float) or kind in (torch.bool, torch.complex64, torch.complex128):
            raise BadInput(f"{name} is {kind}, but {_wanted(interval)} is needed.")
        stray = _outside(interval, value)
        if stray is not None:
            given = f"holds {stray:g}" if isinstance(value, Tensor) else f"is {value!r}"
            raise BadInput(f"{name} {given}, but {_wanted(interval)} is needed.")


def check_number(interval: str = EVERY, /, **values: Tensor | float) -> None:
    """Each value is one number, finite and in the interval; a tensor without axes is one."""
    for name, value in values.items():
        if isinstance(value, Tensor) and value.ndim:
            raise BadInput(f"{name} is a tensor of shape {tuple(value.shape)}, but {_wanted(interval)} is needed.")
    check_real(interval, **values)


def _outside(interval: str, value: Tensor | float) -> float | None:
    """A number of the value that is not in the interval, if there is one."""
    low, high = _bounds(interval)
    if not isinstance(value, Tensor):
        above = value >= low if interval[0] == "[" else value > low
        below = value <= high if interval[-1] == "]" else value < high
        return None if above and below and math.isfinite(value) else value
    fits = value.isfinite() & (value >= low if interval[0] == "[" else value > low)
    fits = fits & (value <= high if interval[-1] == "]" else value < high)
    return None if bool(fits.all()) else float(value[~fits][0])


def _bounds(interval: str) -> tuple[float, float]:
    low, _, high = interval[1:-1].partition(", ")
    return float(low), float(high)


def _wanted(interval: str) -> str:
    """The interval in words."""
    (low, high), closed = _bounds(interval), (interval[0] == "[", interval[-1] == "]")
    if closed == (True, True):
        return f"a number from {low:g} to {high:g}"
    least = "" if low == -math.inf else f" of at least {low:g}" if closed[0] else f" above {low:g}"
    if high == math.inf:
        return f"a finite number{least}"
    return f"a number{least} and {'at most' if closed[1] else 'below'} {high:g}"


def check_symbols(name: str, symbols: Tensor, below: int, axes: str = "") -> None:
    """Whole numbers (…, axes) from 0 on, and below the bound; none of the axes named is empty ("=": no others)."""
    if not isinstance(symbols, Tensor) or symbols.dtype != torch.int64:
        kind = symbols.dtype if isinstance(symbols, Tensor) else type(symbols).__name__
        raise BadInput(f"{name} is {kind}, but whole numbers (torch.int64) are needed.")
    _bind(name, symbols, _named(symbols, axes), {}, exact=axes.startswith("="))
    fits = (symbols >= 0) & (symbols < below)
    if not bool(fits.all()):
        stray = int(symbols[~fits][0])
        raise BadInput(f"{name} holds {stray}, but only the numbers 0 to {below - 1} may stand there.")


def picked(name: str, symbols: Tensor, table: Tensor) -> Tensor:
    """The entry of each row that its symbol names: table (..., k), symbols (...) -> (...)."""
    check_symbols(name, symbols, table.shape[-1])
    if symbols.device != table.device:
        raise BadInput(f"{name} is on {symbols.device}, but what it picks from is on {table.device}.")
    leading = instance_axes(table=(table, 1), **{name: (symbols, 0)})
    places = symbols.expand(leading).unsqueeze(-1)  # (...) -> (..., 1)
    return table.expand(*leading, -1).gather(-1, places).squeeze(-1)


def check_one_of(name: str, value: object, allowed: Iterable[object]) -> None:
    options = list(allowed)
    if value not in options:
        raise BadInput(f"{name} is {value!r}, but one of {', '.join(map(repr, options))} is needed.")


def check_texts(name: str, texts: Iterable[str]) -> None:
    """Each of them is a text."""
    for each in texts:
        if not isinstance(each, str):
            raise BadInput(f"{name} holds {each!r}, but texts are needed.")


def check_entries(name: str, tensor: Tensor, allowed: tuple[float, ...]) -> None:
    """Every entry is one of the allowed numbers."""
    check_dtype(name, tensor)
    fits = torch.stack([tensor == value for value in allowed]).any(dim=0)
    if not bool(fits.all()):
        stray = tensor[~fits][0].item()
        raise BadInput(
            f"{name} holds {stray:g}, but only {', '.join(f'{value:g}' for value in allowed)} may stand there."
        )


def check_uniforms(**uniforms: Tensor) -> None:
    """Every entry lies in [0, 1)."""
    for name, tensor in uniforms.items():
        check_dtype(name, tensor)
        if not bool(((tensor >= 0) & (tensor < 1)).all()):
            raise BadInput(f"{name} holds a number outside [0, 1), but uniforms of [0, 1) are needed.")


def check_distribution(axes: tuple[int, ...] = (-1,), /, **masses: Tensor) -> None:
    """Every entry is at least 0, and over these axes they sum to 1."""
    for name, mass in masses.items():
        if not bool((mass >= 0).all()):
            raise BadInput(f"{name} holds {float(mass.min()):g}, but no probability is negative.")
        total = mass.sum(dim=axes)
        off = (total - 1).abs() > max(SUM_WITHIN, 16 * torch.finfo(mass.dtype).eps)
        if bool(off.any()):
            raise BadInput(f"{name} sums to {float(total[off][0]):g}, but a distribution sums to 1.")


def check_enumerable(units: int, what: str) -> None:
    """2^units states fit in memory."""
    if 2**units > STATES_AT_MOST:
        raise BadInput(f"{what} has {units} binary units, but at most 20 can be enumerated (2^20 states).")
