"""How near a number is to the key: what is accepted, and what is right as far as it goes. All arithmetic is exact."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from engine.answers.kind import HALF, NOTHING, RIGHT, Outcome, Typed, wrong
from engine.numbers import entries, shape_words, sizes
from engine.records import Scalar, Value, VariantPart, Verdict

RELATIVE: Final = Fraction(1, 10**9)  # rounding in float64, and nothing else
ABSOLUTE: Final = Fraction(1, 10**12)  # the same beside zero
COARSEST: Final = Fraction(1, 10)  # a rounding that loses more than a tenth of the value is no rounding


def exact(value: Scalar) -> Fraction | None:
    """The value as a fraction; None for what is not a finite number."""
    return None if isinstance(value, float) and not math.isfinite(value) else Fraction(value)


def difference(a: Scalar, b: Scalar) -> Fraction | None:
    """|a - b|; None where one of them is no finite number: such values equal nothing."""
    left, right = exact(a), exact(b)
    return None if left is None or right is None else abs(left - right)


def allowed(key: Scalar, places: int | None, other: Scalar = 0) -> Fraction:
    """How far an answer may be from a finite key: one unit in the last place asked; without places, float rounding.

    Between exact numbers without places, nothing is allowed.
    """
    size = abs(exact(key) or Fraction(0))
    if places is not None:
        return Fraction(1, 10**places) + size * RELATIVE
    floats = isinstance(key, float) or isinstance(other, float)
    return size * RELATIVE + ABSOLUTE if floats else Fraction(0)


def near(answer: Scalar, key: Scalar, places: int | None) -> bool:
    """Whether the answer is accepted for the key."""
    gap = difference(answer, key)
    return gap is not None and gap <= allowed(key, places, answer)


def coarse(answer: Scalar, key: Scalar, places: int | None, decimals: int | None) -> bool:
    """Whether the answer is the key correctly rounded, to fewer decimals than asked (0.46 for 0.4621 to 3)."""
    gap, size = difference(answer, key), exact(key)
    if decimals is None or gap is None or size is None or answer == 0:
        return False
    if decimals >= places if places is not None else decimals < 2:
        return False
    slack = size.__abs__() * RELATIVE
    return gap <= Fraction(1, 2 * 10**decimals) + slack and gap <= abs(size) * COARSEST


def near_value(answer: Value, key: Value, places: int | None) -> bool:
    """Whether two values of one shape agree entry by entry."""
    if sizes(answer) != sizes(key):
        return False
    return all(near(a, k, places) for a, k in zip(entries(answer), entries(key), strict=True))


def distance(answer: Value, key: Value) -> Fraction | None:
    """The largest difference of two entries; None where shapes differ or an entry is no finite number."""
    if sizes(answer) != sizes(key):
        return None
    gaps = [difference(a, k) for a, k in zip(entries(answer), entries(key), strict=True)]
    known = [gap for gap in gaps if gap is not None]
    return max(known, default=Fraction(0)) if len(known) == len(gaps) else None


def how_to_be_finer(places: int | None) -> str:
    """What to do about an answer that is right as far as it goes."""
    if places is None:
        return "right as far as it goes: give it exactly, or to more places"
    return f"right as far as it goes: give {places} place{'' if places == 1 else 's'}"


def compare_number(part: VariantPart, answer: Scalar, decimals: int | None) -> Outcome:
    """One number against the key."""
    key = next(entries(part.key))
    if near(answer, key, part.places):
        return RIGHT
    if coarse(answer, key, part.places, decimals):
        return Outcome(Verdict.PARTIAL, HALF, how_to_be_finer(part.places))
    return wrong()


def compare_entries(part: VariantPart, answer: Value, typed: Typed) -> Outcome:
    """Entry by entry, for an answer of the key's shape. All coarse entries right halve their marks."""
    pairs = list(zip(entries(answer), entries(part.key), strict=True))
    decimals = typed.decimals if len(typed.decimals) == len(pairs) else (None,) * len(pairs)
    right = [near(a, k, part.places) for a, k in pairs]
    if all(right):
        return RIGHT
    rough = [not ok and coarse(a, k, part.places, d) for ok, (a, k), d in zip(right, pairs, decimals, strict=True)]
    if all(a or b for a, b in zip(right, rough, strict=True)):
        return Outcome(Verdict.PARTIAL, HALF, how_to_be_finer(part.places))
    count, total = sum(right), len(pairs)
    if not part.by_element or not any(right) or total == 1:
        return wrong()
    share = Fraction(count, total) + HALF * Fraction(sum(rough), total)
    return Outcome(Verdict.PARTIAL, share, f"{count} of {total} entries are right; look at {_places(part.key, right)}")


def _places(key: Value, right: list[bool]) -> str:
    shape = sizes(key)
    wrong_ones = [i for i, ok in enumerate(right) if not ok]
    names = [f"({i // shape[-1] + 1}, {i % shape[-1] + 1})" if len(shape) == 2 else str(i + 1) for i in wrong_ones]
    shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    return f"entr{'y' if len(names) == 1 else 'ies'} {shown}"


def wrong_shape(answer: Value, key: Value) -> Outcome:
    """Names both shapes."""
    return Outcome(Verdict.WRONG, NOTHING, f"{shape_words(sizes(key))} is asked; this is {shape_words(sizes(answer))}")
