r"""Values as people write them: rounded to the places asked, as LaTeX or as plain text that an answer may be typed as.

`engine.number_text` prints the given of a question, exactly; this prints what was computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.number_text import finite_decimal
from engine.records import Scalar, Value

PLACES: Final = 4
WIDEST_DENOMINATOR: Final = 1000  # above it a fraction tells a reader less than its decimal
SMALL, LARGE = 1e-4, 1e6


@dataclass(frozen=True, slots=True)
class Written:
    """A number in the pieces it is printed from: -12.5, -1/3 (`below`), -1.25 times 10 to the `exponent`."""

    negative: bool
    digits: str
    below: str = ""
    exponent: int | None = None


def written(value: Scalar, places: int | None = PLACES) -> Written:
    """A finite scalar rounded to `places` decimals (None: in full). Rationals stay exact where that is short."""
    if isinstance(value, float):
        return _float(value, places)
    exact = Fraction(value)
    negative, size = exact < 0, abs(exact)
    short = finite_decimal(size, PLACES if places is None else max(places, 0))
    if short is not None:
        return Written(negative, short)
    beyond_floats = size.numerator.bit_length() - size.denominator.bit_length() > 1000
    if places is None or size.denominator <= WIDEST_DENOMINATOR or beyond_floats:
        return Written(negative, str(size.numerator), str(size.denominator))
    return _float(float(exact), places)


def _float(value: float, places: int | None) -> Written:
    size, negative = abs(value), value < 0
    if size == 0:
        return Written(False, "0")
    if places is None:
        text = repr(size)
    else:
        text = f"{size:.{places}f}" if SMALL <= size < LARGE else f"{size:.{places}e}"
    mantissa, _, exponent = text.partition("e")
    digits = _trimmed(mantissa)
    return Written(negative and digits != "0", digits, "", int(exponent) if exponent else None)


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def latex_scalar(value: Scalar, places: int | None = PLACES) -> str:
    r"""A scalar as LaTeX: 0.4621, -\frac{1}{3}, 1.25 \cdot 10^{-5}."""
    if not _finite(value):
        return r"\infty" if value == math.inf else r"-\infty" if value == -math.inf else r"\text{undefined}"
    pieces = written(value, places)
    sign = "-" if pieces.negative else ""
    if pieces.below:
        return rf"{sign}\frac{{{pieces.digits}}}{{{pieces.below}}}"
    tail = "" if pieces.exponent is None else rf" \cdot 10^{{{pieces.exponent}}}"
    return sign + pieces.digits + tail


def plain_scalar(value: Scalar, places: int | None = PLACES) -> str:
    """A scalar as it may be typed: 0.4621, -1/3, 1.25e-5."""
    if not _finite(value):
        return "infinite" if abs(value) == math.inf else "undefined"
    pieces = written(value, places)
    tail = f"/{pieces.below}" if pieces.below else "" if pieces.exponent is None else f"e{pieces.exponent}"
    return ("-" if pieces.negative else "") + pieces.digits + tail


def latex_value(value: Value, places: int | None = PLACES) -> str:
    r"""A scalar, a vector (a column) or a matrix as LaTeX; deeper families as a list of their members."""
    if not isinstance(value, tuple):
        return latex_scalar(value, places)
    if depth(value) > 2:
        return ", ".join(latex_value(member, places) for member in value)
    rows = [" & ".join(latex_scalar(entry, places) for entry in entries(row)) for row in value]
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def plain_value(value: Value, places: int | None = PLACES) -> str:
    """A scalar, a vector ([1, 2]) or a matrix ([1, 2; 3, 4]) as it may be typed."""
    if not isinstance(value, tuple):
        return plain_scalar(value, places)
    if depth(value) > 2:
        return "[" + ", ".join(plain_value(member, places) for member in value) + "]"
    rows = [", ".join(plain_scalar(entry, places) for entry in entries(row)) for row in value]
    return "[" + ("; " if depth(value) == 2 else ", ").join(rows) + "]"


def _finite(value: Scalar) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def depth(value: Value) -> int:
    """0 for a scalar, 1 for a vector, 2 for a matrix."""
    return 1 + max(map(depth, value), default=0) if isinstance(value, tuple) else 0


def entries(value: Value) -> Iterator[Scalar]:
    """The scalars in a value, row by row."""
    if isinstance(value, tuple):
        for entry in value:
            yield from entries(entry)
    else:
        yield value


def sizes(value: Value) -> tuple[int, ...]:
    """The shape: () for a scalar, (n,) for a vector, (m, n) for a matrix."""
    found = []
    while isinstance(value, tuple):
        found.append(len(value))
        value = value[0] if value else 0
    return tuple(found)


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape for people: a number, a vector of 3, a 2×2 matrix."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector of {shape[0]}"
    noun = "matrix" if len(shape) == 2 else "tensor"
    return f"a {'×'.join(map(str, shape))} {noun}"
