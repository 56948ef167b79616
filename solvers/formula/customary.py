"""The ranks that names customarily have: capitals are matrices, small letters vectors, Greek ones numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solvers.formula.known import Context
from solvers.formula.operators import GREEK


def by_custom(names: Sequence[str], context: Context) -> Iterator[tuple[int, ...]]:
    """The ranks to try, the customary ones first."""
    choices = [_customary(name, context) for name in names]
    most = [len(choice) - 1 for choice in choices]
    for total in range(sum(most) + 1):
        for places in _places(most, total):
            yield tuple(choice[place] for choice, place in zip(choices, places, strict=True))


def _places(most: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """The numbers up to `most` each that come to a total."""
    if not most:
        if not total:
            yield ()
        return
    for first in range(max(total - sum(most[1:]), 0), min(most[0], total) + 1):
        for others in _places(most[1:], total - first):
            yield (first, *others)


def _customary(name: str, context: Context) -> tuple[int, ...]:
    known = context.scope.names.get(name)
    if known is not None and known.shape and not known.family:
        return (len(known.shape),)
    if name[:1].isupper():
        return (2, 0, 1) if known is None or not known.family else (2, 1, 0)
    return (0, 1, 2) if name.partition("_")[0] in GREEK else (1, 0, 2)
