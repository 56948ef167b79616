"""What words call one-hot is a vector, though nothing gives its size: it has a size of its own."""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.context import Context, read_context
from solvers.formula.nodes import Name

_VECTORS = frozenset({"one-hot"})


def as_vector(context: Context, text: str, base: str, domain: str) -> tuple[Context, str]:
    """The context where y, or each y_t, is a vector if it is called so and nothing is known of it; and its name."""
    known = [context.scope.names.get(name) for name in (base, base.partition("_")[0])]
    free = all(d is None or (d.domain == "inferred" and not d.shape) for d in known)
    if domain not in _VECTORS or not free or {base, base.partition("_")[0]} & context.definitions.keys():
        return context, base
    found = read_context([rf"{text} \in \mathbb{{R}}^{{Q}}"], context)
    new = [d for d in found.scope.names.values() if d.shape == (Name("Q"),)] if isinstance(found, Context) else []
    if len(new) != 1 or new[0].name.partition("_")[0] != base.partition("_")[0]:
        return context, base
    return context.declared(replace(new[0], shape=(Name(f"size_{new[0].name}"),))), new[0].name


__all__ = ["as_vector"]
