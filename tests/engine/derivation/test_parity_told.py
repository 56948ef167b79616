"""Even and odd numbers."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


@pytest.mark.parametrize(("said", "right"), [
    ("Let $n$ be an even integer.", "1"), ("Let $n$ be even.", "1"), ("Let $n$ be an odd natural number.", "-1"),
    ("Let $n \\in \\mathbb{N}$ be odd.", "-1"), ("Suppose that $n$ is an odd integer.", "-1"),
    ("Let $n$ be any positive even integer.", "1"),
])  # fmt: skip
def test_powers_of_minus_one(said: str, right: str) -> None:
    wrong = right.removeprefix("-") if right.startswith("-") else f"-{right}"
    assert [step.verdict for step in check(f"{said}\n\n$$(-1)^n = {right}$$\n").steps] == ["valid"]
    assert [step.verdict for step in check(f"{said}\n\n$$(-1)^n = {wrong}$$\n").steps] == ["wrong"]


def test_even_functions_are_no_numbers() -> None:
    page = "Let $f$ be an even function.\n\n$$f(-x) = f(x)$$\n"
    assert "wrong" not in [step.verdict for step in check(page).steps]
