"""What a message says about a name or a value that was not expected."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names as a question, or all of them."""
    from difflib import get_close_matches  # only when something is wrong

    names = list(known)
    near = get_close_matches(name, names, 1, 0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    listed = ", ".join(f"`{each}`" for each in names[:30]) + (", ..." if len(names) > 30 else "")
    return f"expected one of {listed}" if names else "there is none"


def shown(value: object) -> str:
    """A value from a bank as a message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Fraction):
        decimal = isinstance(value, Fraction) and 10**9 % value.denominator == 0
        return f"the number {float(value) if decimal else value}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a mapping"
    text = str(value)
    return f"the text `{text if len(text) <= 40 else text[:37] + '...'}`"
