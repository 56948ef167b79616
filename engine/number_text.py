r"""Numbers, vectors and matrices as exact LaTeX: the table of filters behind `{{ name | filter }}`. Rounds nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from engine.records import Scalar, Value

SHORT = 4  # decimals shown by default; a longer or endless one is shown as a fraction


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value does not suit a filter."""

    reason: str


Filter = Callable[[Value], str | Refusal]


def number(value: Scalar) -> str:
    r"""A scalar as LaTeX: 3, -0.25, `-\frac{1}{3}`. Exact: a decimal only where it ends within four places."""
    if isinstance(value, float):
        return _float(value)
    exact = Fraction(value)
    short = finite_decimal(exact, SHORT)
    return short if short is not None else _fraction(exact)


def finite_decimal(value: Fraction, places: int) -> str | None:
    """The exact decimal of `value`, without needless zeros, or None where it needs more than `places` places."""
    needed = next((p for p in range(places + 1) if 10**p % value.denominator == 0), None)
    if needed is None:
        return None
    digits = str(abs(value.numerator) * 10**needed // value.denominator).rjust(needed + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-needed]}.{digits[-needed:]}" if needed else digits)


def needs_parentheses(value: Value) -> bool:
    """Whether a value must be bracketed before a power: a negative number, or one that prints as a fraction."""
    return not isinstance(value, tuple) and (value < 0 or "frac" in number(value) or "cdot" in number(value))


def _fraction(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _float(value: float) -> str:
    mantissa, _, exponent = repr(value).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _scalar(shape: Callable[[Scalar], str | Refusal]) -> Filter:
    def written(value: Value) -> str | Refusal:
        if isinstance(value, tuple):
            return Refusal(f"expected a number, found {_kind(value)}; index it, as in `x[1]`")
        return shape(value)

    return written


def _vectors(shape: Callable[[tuple[Scalar, ...]], str]) -> Filter:
    def written(value: Value) -> str | Refusal:
        row = _row(value)
        return Refusal(f"expected a vector, found {_kind(value)}") if row is None else shape(row)

    return written


def _row(value: Value) -> tuple[Scalar, ...] | None:
    if not isinstance(value, tuple):
        return None
    entries = tuple(entry for entry in value if not isinstance(entry, tuple))
    return entries if len(entries) == len(value) else None


def _rows(value: Value) -> tuple[tuple[Scalar, ...], ...] | None:
    if not isinstance(value, tuple):
        return None
    rows = tuple(row for row in map(_row, value) if row is not None)
    return rows if len(rows) == len(value) and len({len(row) for row in rows}) == 1 else None


def _kind(value: Value) -> str:
    if not isinstance(value, tuple):
        return f"the number {_plain(value)}"
    if _row(value) is not None:
        return f"a vector of {len(value)}"
    rows = _rows(value)
    return f"a family of {len(value)}" if rows is None else f"a {len(rows)} by {len(rows[0])} matrix"


def _bmatrix(rows: tuple[tuple[Scalar, ...], ...]) -> str:
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(map(number, row)) for row in rows) + r" \end{bmatrix}"


def _matrix(value: Value) -> str | Refusal:
    rows = _rows(value)
    return Refusal(f"expected a matrix, found {_kind(value)}") if rows is None else _bmatrix(rows)


def _default(value: Value) -> str | Refusal:
    if not isinstance(value, tuple):
        return number(value)
    if (row := _row(value)) is not None:
        return _bmatrix(tuple((entry,) for entry in row))
    if _rows(value) is not None:
        return _matrix(value)
    return Refusal(f"{_kind(value)} prints in no one way; index it, as in `x[1]`, or use the filter `list`")


def _point(value: Value) -> str:
    if not isinstance(value, tuple):
        return number(value)
    return "(" + ", ".join(map(_point, value)) + ")"


def _list(value: Value) -> str | Refusal:
    if not isinstance(value, tuple):
        return Refusal(f"expected a vector or a family, found {_kind(value)}")
    return ", ".join(map(_point, value))


def _set(value: Value) -> str | Refusal:
    inside = _list(value)
    return inside if isinstance(inside, Refusal) else rf"\{{{inside}\}}"


def _signed(value: Scalar) -> str:
    return f"- {number(-value)}" if value < 0 else f"+ {number(value)}"


def _paren(value: Scalar) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _decimal(value: Scalar) -> str | Refusal:
    exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    places = exact.denominator.bit_length()  # enough for any 2^a 5^b
    text = finite_decimal(exact, places)
    return Refusal(f"{exact} has no finite decimal; use the filter `fraction`") if text is None else text


def _percent(value: Scalar) -> str | Refusal:
    text = _decimal(value * 100)
    return text if isinstance(text, Refusal) else rf"{text}\%"


def _plain(value: Value) -> str:
    """As the formula language reads it: 1/3, [1, 2], [1, 2; 3, 4]."""
    if not isinstance(value, tuple):
        short = None if isinstance(value, float) else finite_decimal(Fraction(value), SHORT)
        return str(value) if short is None else short
    rows = _rows(value)
    if rows is None:
        return "[" + ", ".join(map(_plain, value)) + "]"
    return "[" + "; ".join(", ".join(map(_plain, row)) for row in rows) + "]"


def _table(value: Value) -> str | Refusal:
    rows = _rows(value) or ((row,) if (row := _row(value)) is not None else None)
    if rows is None:
        return Refusal(f"expected a matrix, found {_kind(value)}")
    return "\n".join("| " + " | ".join(f"${number(entry)}$" for entry in row) + " |" for row in rows)


def _count(value: Value) -> str | Refusal:
    return str(len(value)) if isinstance(value, tuple) else Refusal(f"expected a vector, found {_kind(value)}")


# One row a filter; "" is what happens without one. `table` writes rows only: the author writes the header above it.
FILTERS: Mapping[str, Filter] = MappingProxyType(
    {
        "": _default,
        "matrix": _matrix,
        "vector": _vectors(lambda row: _bmatrix(tuple((entry,) for entry in row))),
        "row": _vectors(lambda row: _bmatrix((row,))),
        "point": _vectors(_point),
        "list": _list,
        "set": _set,
        "table": _table,
        "count": _count,
        "signed": _scalar(_signed),
        "paren": _scalar(_paren),
        "decimal": _scalar(_decimal),
        "fraction": _scalar(lambda value: _fraction(Fraction(repr(value) if isinstance(value, float) else value))),
        "percent": _scalar(_percent),
        "plain": _plain,
    }
)
