"""Habits of ordinary pages, each on the smallest page that shows it (habits.txt)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.derivation.check import check

PAGES = re.findall(
    r"^### (.*): ([a-z ]*)\n((?:(?!^### ).*\n?)*)",
    (Path(__file__).parent / "habits.txt").read_text("utf-8"),
    re.MULTILINE,
)
SQUARE = "Let $f(x)=x^2$.\n\n$f''(x)=2$\n\n"


@pytest.mark.parametrize(("name", "verdicts", "page"), PAGES, ids=[page[0] for page in PAGES])
def test_a_habit(name: str, verdicts: str, page: str) -> None:
    report = check(page.strip("\n") + "\n")
    assert [step.verdict for step in report.steps] == verdicts.split(), (name, report)


def test_equations_within_sentences_are_named() -> None:
    notes = [str(note) for note in check(f"{SQUARE}The derivative is $f'(x)=3x$.\n\nNote that $f'(x)=4x$.").notes]
    assert any("not checked (lines 5, 7)" in note for note in notes)


def test_a_part_that_gives_a_function_anew() -> None:
    page = (
        "Differentiate.\n\n(a) $f(x) = x^2$\n\n$$f'(x) = 2x$$\n\n(b) $f(x) = x^3$\n\n$$f'(x) = 3x^2$$\n\n$$f'(x) = 2x$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "undecided", "valid", "wrong"]


@pytest.mark.parametrize(
    ("claim", "said"), [("0.512\\cdot2=1.042", "the value is 1.024"), ("2/3=0.66", "right but for rounding")]
)
def test_digits_exchanged_are_no_rounding(claim: str, said: str) -> None:
    (step,) = check(f"$${claim}$$").steps
    assert step.verdict == "wrong"
    assert said in (step.diagnosis or "")
