"""Entries that are spoken of before their vector: q_i > 0 for i = 1, ..., K, or q_i >= 0 and \\sum_{i=1}^K q_i = 1."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

from solvers.formula.context import Context, read_context
from solvers.formula.tokens import Declaration

_SUMS = re.compile(r"\\(?:sum|prod)\s*(?:\\limits)?\s*_\s*\{\s*([a-z])\s*=\s*1\s*\}\s*\^\s*(?:\{([^{}]+)\}|(\w))")
_RANGED = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+)_\{?(?P<letter>[a-z])\}?\s*(?:>|≥|>=|\\geq?(?![A-Za-z])|\\gt(?![A-Za-z]))\s*0\s*,"
    r"\s*(?P<again>[a-z])\s*(?:=\s*1\s*,\s*(?:\\[lc]?dots[a-z]?|\.\.\.|…)\s*,|\\in\s*\\\{\s*1\s*,\s*(?:\\[lc]?dots|\.\.\.)\s*,)"
    r"\s*(?P<end>\w+)\s*(?:\\\})?\s*"
)


def entries_apart(context: Context, text: str) -> Context:
    """The context where what a text bounds or sums over all its places is a vector, and no number called q_i."""
    ranged = _RANGED.fullmatch(text)
    if ranged is not None and ranged["letter"] == ranged["again"] and ranged["end"] != "1":
        label = f"{ranged['name'].strip(chr(92))}_{ranged['letter']}"
        return _as_vector(context, Declaration(label), ranged["name"], ranged["end"])
    for letter, first, second in _SUMS.findall(text):
        for label, declared in [*context.scope.names.items()]:
            base = label.removesuffix(f"_{letter}")
            written = re.search(rf"(?<![A-Za-z])(\\?{re.escape(base)})_\{{?{letter}(?![A-Za-z])", text)
            if base != label and written is not None and _is_number(context, declared):
                context = _as_vector(context, declared, written[1], first or second)
    return context


def _is_number(context: Context, declared: Declaration) -> bool:
    """Whether a name is one number by a bound alone."""
    plain = declared.shape == () and not declared.family and declared.law is None and declared.domain == "real"
    return plain and declared.name not in context.definitions


def _as_vector(context: Context, label: Declaration, written: str, end: str) -> Context:
    base = label.name.rpartition("_")[0]
    if base in context.scope.names.keys() | context.definitions.keys():
        return context
    found = read_context([f"{written} \\in \\mathbb{{R}}^{{{end}}}"], context)
    if not isinstance(found, Context) or base not in found.scope.names:
        return context
    vector = replace(label, name=base, shape=found.scope.names[base].shape)
    kept = {name: d for name, d in found.scope.names.items() if name != label.name}
    return replace(found, scope=replace(found.scope, names=MappingProxyType(kept))).declared(vector)
