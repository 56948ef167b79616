"""Twin pairs: formulas with a true and a false partner, written and judged without any part of the formula language."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.solvers.corpus.judges import Pair


def all_pairs() -> tuple[Pair, ...]:
    """Every pair of every `pairs_*` file beside this one, by file name, then as written."""
    files = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name.startswith("pairs_"))
    return tuple(pair for name in files for pair in importlib.import_module(f"{__name__}.{name}").PAIRS)
