"""Numbers of points as they are written, against the long way round."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from solvers.equality.values import PLAIN_DENOMINATOR, written_out

FLOATS = st.floats(-1e12, 1e12) | st.builds(lambda a, b: a / b, st.integers(-(10**6), 10**6), st.integers(1, 10**5))


@given(FLOATS)
def test_a_number_is_written_as_the_fraction_that_it_lies_next_to(value: float) -> None:
    near = Fraction(value).limit_denominator(PLAIN_DENOMINATOR)
    assert written_out(value) == (near if float(near) == value else Fraction(repr(value)))
