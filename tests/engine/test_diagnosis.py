"""Wrong answers and the names they get, beyond the solver's own mistakes."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from engine.answers import Typed
from engine.diagnosis import diagnose, rival, sentence
from engine.records import Value, VariantPart
from engine.workings import Workings
from tests.engine.variants import part, variant, worked

OUT = part("out", "number", "o^(2)", places=3)
STATE = part("state", "vector", "h^(2)", places=3)
LOSS = part("loss", "number", "L", places=3)
GRADIENT = part("grad", "matrix", "dL/dU", places=3)
VALUES = worked().values


def times(factor: F, value: Value) -> Value:
    return tuple(times(factor, v) for v in value) if isinstance(value, tuple) else F(value) * factor


# part, the student's value, the name, what is said
SLIPS: dict[str, tuple[VariantPart, Value, str, str]] = {
    "sign": (OUT, -VALUES["o^(2)"], "sign", "the sign is turned"),
    "sign-vector": (STATE, times(F(-1), STATE.key), "sign", "the sign is turned"),
    "twice": (LOSS, times(F(2), LOSS.key), "factor-2", "twice the right value"),
    "half": (LOSS, times(F(1, 2), LOSS.key), "factor-1/2", "half the right value"),
    "half-matrix": (GRADIENT, times(F(2), GRADIENT.key), "factor-2", "twice"),
    "transposed": (GRADIENT, tuple(zip(*VALUES["dL/dU"], strict=True)), "transposed", "the transpose"),
    "before-tanh": (STATE, VALUES["a_h^(2)"], "other-step", "this is a_h^(2), before the tanh"),
    "other-time": (STATE, VALUES["h^(1)"], "other-step", "this is h^(1) (state)"),
    "summand": (LOSS, VALUES["e^(2)"], "other-step", "this is e^(2) (squared error)"),
    "not-upstream": (STATE, VALUES["h^(3)"], "other-step", "this is h^(3) (state)"),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "value", "name", "says"), SLIPS.values(), ids=SLIPS)
def test_slips_are_named(asked: VariantPart, value: Value, name: str, says: str) -> None:
    found = diagnose(variant(asked, mistakes=()), asked, value)
    assert found is not None
    assert found.name == name
    assert says in found.message


UNNAMED: dict[str, tuple[VariantPart, Value]] = {
    "nothing-fits": (OUT, F(1, 7)),
    "small-whole-number-by-chance": (part("p", "integer", key=7), 0),
    "zero-key-has-no-sign": (part("p", "number", key=0, places=3), 1),
    "another-shape": (STATE, (1, 2, 3)),
    "choice": (part("p", "choice", key=(1,)), (0,)),
    "key-undefined": (part("p", "number", key=float("nan")), 1),
}


@pytest.mark.parametrize(("asked", "value"), UNNAMED.values(), ids=UNNAMED)
def test_nothing_is_named_by_chance(asked: VariantPart, value: Value) -> None:
    assert diagnose(variant(asked, mistakes=()), asked, value) is None


def test_the_solvers_own_name_comes_first() -> None:
    found = diagnose(variant(OUT), OUT, VALUES["a_o^(2)"])
    assert found is not None
    assert found.name == "no-output-tanh"


def test_a_value_too_coarse_names_nothing() -> None:
    """0.8 may be many things rounded; 0.76 is the net input, rounded."""
    asked = part("out", "number", "o^(2)", places=4)
    assert VALUES["a_o^(2)"] == pytest.approx(0.7588, abs=1e-4)
    assert diagnose(variant(asked), asked, Typed(F(4, 5), decimals=(1,))) is None
    found = diagnose(variant(asked), asked, Typed(F(76, 100), decimals=(2,)))
    assert found is not None
    assert found.name == "no-output-tanh"


def test_the_right_answer_has_no_rival() -> None:
    asked = variant(OUT)
    assert rival(OUT, Typed(OUT.key), Workings(asked)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the sign is turned", "The sign is turned."), ("a whole number", "A whole number."), ("W is", "W is."),
        ("h(t) was put", "h(t) was put."), ("a_o^(2) is", "a_o^(2) is."), ("right, given", "Right, given."),
        ("Done!", "Done!"), ("", ""), ("b, c", "b, c."),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: str) -> None:
    assert sentence(text) == expected
