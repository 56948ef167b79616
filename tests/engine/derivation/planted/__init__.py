"""Planted errors: a true left side, a right side with one mistake in it, and what a good diagnosis of it says.

Written before the diagnosis was, from the mistakes that students make; nothing here was taken from what it can do.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.engine.derivation.planted.records import Planted


def all_planted() -> tuple[Planted, ...]:
    """Every planted error of every `chapters_*` file beside this one, by file name, then as written."""
    files = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name.startswith("chapters_"))
    return tuple(row for name in files for row in importlib.import_module(f"{__name__}.{name}").PLANTED)
