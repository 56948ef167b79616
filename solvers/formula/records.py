"""Records: dataclasses that the type checker holds frozen. Freezing them at run time as well makes each take four times
as long to build, and reading a formula or evaluating it builds thousands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(made: type[T]) -> type[T]:
    """A class of fields as a record: equal by its fields, and a key where they are. Nothing assigns to a field."""
    return dataclass(slots=True, unsafe_hash=True)(made)
