"""A right call of a model by its arguments, and tensors for many: `test_bad_input` spoils one at a time.

The tables of calls write the makers of tensors as one letter each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
from torch import Tensor

from tests.solvers.models.data import bits, normal, signs, simplex, tensor, uniform

n, p, u, b, s = normal, simplex, uniform, bits, signs
A = tensor([[0, 1, 1], [1, 0, 0], [1, 0, 0]])


@dataclass(frozen=True)
class Case:
    """A right call, and which spoiling is right all the same ("x nan", "steps negative")."""

    call: Callable[..., object]
    arguments: dict[str, Any]
    allowed: frozenset[str] = frozenset()


class Calls(dict[str, Case]):
    """Cases by the name of the model's function."""

    def case(self, title: str, call: Callable[..., object], /, *allowed: str, **arguments: Any) -> None:
        assert title not in self
        self[title] = Case(call, arguments, frozenset(allowed))


def on_meta(build: Callable[..., object], *arguments: object) -> object:
    """A network of full size, of which nothing is stored."""
    with torch.device("meta"):
        return build(*arguments)


def numbers(found: object) -> Iterator[Tensor]:
    """All tensors and numbers that a model's answer consists of."""
    if isinstance(found, Tensor):
        yield found
    elif isinstance(found, int | float):
        yield torch.tensor(found)
    elif isinstance(found, torch.nn.Module):
        yield from found.parameters()
    elif isinstance(found, Mapping):
        yield from numbers(list(found.values()))
    elif isinstance(found, list | tuple | frozenset | set):
        for each in found:
            yield from numbers(each)
    elif is_dataclass(found):
        yield from numbers([getattr(found, each.name) for each in fields(found)])


def whole(below: int, *shape: int) -> Tensor:
    """Repeatable whole numbers from 0 on."""
    return torch.randint(below, shape, generator=torch.Generator().manual_seed(5))


def spread(size: int) -> Tensor:
    """A positive definite matrix."""
    root = normal(8, size, size)
    return root @ root.mT + torch.eye(size, dtype=torch.float64)
