"""A right call of a model by its arguments, and tensors for many: `test_bad_input` spoils one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tests.solvers.models.data import normal


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


def whole(below: int, *shape: int) -> Tensor:
    """Repeatable whole numbers from 0 on."""
    return torch.randint(below, shape, generator=torch.Generator().manual_seed(5))


def spread(size: int) -> Tensor:
    """A positive definite matrix."""
    root = normal(8, size, size)
    return root @ root.mT + torch.eye(size, dtype=torch.float64)
