"""Typed text -> vectors and matrices: with brackets or without, rows by semicolons, lines, brackets or in LaTeX."""

from __future__ import annotations

from dataclasses import replace

from engine.answers.kind import Typed, refused
from engine.answers.reading import cleaned, decimal_comma, parsed, typed
from engine.numbers import depth
from engine.records import Reading
from solvers.formula.nodes import Tuple
from solvers.formula.tokens import Unreadable

_BRACKETS = ("[", "]")
_LATEX = (r"\begin{bmatrix}", r"\end{bmatrix}")


def grid(text: str) -> Reading:
    """Text -> a value of any shape up to a matrix. Its error names columns of the text as it was typed."""
    clean = cleaned(text)
    if isinstance(clean, Reading):
        return clean
    if (comma := decimal_comma(clean)) is not None:
        return comma
    clean = clean.rstrip()
    bare = parsed(clean)
    if not isinstance(bare, Unreadable):
        return typed(bare)
    opening, closing = _LATEX if "&" in clean or r"\\" in clean else _BRACKETS
    if r"\begin" in clean:
        return refused(bare.message, bare.start, bare.end)
    lead = len(clean) - len(clean.lstrip())
    wrapped = parsed(clean[:lead] + opening + clean[lead:] + closing)
    if isinstance(wrapped, Unreadable):
        if clean.lstrip().startswith(("[", "(")) or wrapped.start >= len(clean) + len(opening):
            return refused(bare.message, bare.start, bare.end)
        return _shifted(refused(wrapped.message, wrapped.start, wrapped.end), len(opening), len(clean))
    return _shifted(typed(wrapped), len(opening), len(clean))


def _shifted(reading: Reading, by: int, length: int) -> Reading:
    """The columns of an error, without the brackets that were put around the text."""
    if reading.ok:
        return reading
    start = min(max(reading.span[0] - by, 0), length)
    return replace(reading, span=(start, max(min(reading.span[1] - by, length), start + 1)))


def written_flat(reading: Reading) -> bool:
    """Whether a vector was typed in round brackets: it lies as it is needed, column or row."""
    return isinstance(reading.value, Typed) and isinstance(reading.value.node, Tuple)


def is_matrix(reading: Reading) -> bool:
    """Whether the value has rows and columns, both more than one."""
    value = reading.value.value if isinstance(reading.value, Typed) else 0
    return isinstance(value, tuple) and depth(value) == 2 and len(value) > 1
