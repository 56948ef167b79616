"""Declared names in the smaller domain that words give them: positive, natural, one-hot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from solvers.formula.joined_bounds import with_bounds_of
from solvers.formula.nodes import Name
from solvers.formula.tokens import Declaration


def narrowed(old: Declaration, domain: str) -> Declaration | None:
    """The same name in a smaller domain; None where the words do not fit its shape."""
    if domain == "natural" and old.domain in {"real", "inferred", "integer", "natural"}:
        return replace(old, domain="natural")
    square = old.shape is not None and len(old.shape) == 2
    if domain == "permutation" and old.domain in {"real", "inferred", "{0, 1}"}:
        return replace(old, domain="permutation") if square else None
    if domain == "one-hot" and old.domain in {"real", "inferred", "{0, 1}"}:
        return replace(old, domain="{0, 1}") if old.shape else None
    if old.domain not in {"real", "inferred"}:
        return None  # the formula itself said more
    if domain == "positive":
        return with_bounds_of(replace(old, domain="real"), Declaration(old.name, positive=True))
    if domain == "nonnegative":
        return with_bounds_of(replace(old, domain="real"), Declaration(old.name, low=Fraction(0), ends="[)"))
    if domain == "count":
        return replace(old, domain="natural", low=Fraction(0), ends="[)")
    if domain == "simplex":
        vector = old.shape is not None and len(old.shape) == 1
        return replace(old, domain="simplex") if vector else None
    return replace(old, domain=domain)


def one_in_all(text: str, declared: Declaration | None) -> str:
    """That the entries of what is one-hot sum to one; those of each row of a matrix, or of each column where its rows
    are the classes.
    """
    shape = declared.shape if declared is not None and declared.shape is not None else ()
    if len(shape) != 2:
        return rf"\sum_k {text}_k = 1"
    classes = [isinstance(size, Name) and size.text in {"C", "K", "V"} for size in shape]
    return rf"\sum_k {text}_{{kn}} = 1" if classes == [True, False] else rf"\sum_k {text}_{{nk}} = 1"


__all__ = ["narrowed", "one_in_all"]
