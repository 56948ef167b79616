"""Numbers and vectors that words declare, and pages in plain text with a formula on each line."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

GRADIENT = """{said}{gap}y = w^T x{gap}L = (y - t)^2{gap}dL/dw = {factor}(y - t) x
"""


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


@pytest.mark.parametrize("page", [
    "Let $x$ be real.\n\n$$x + x = 2x$$", "Let $x$, $y$ be real numbers.\n\n$$x + y = y + x$$",
    "Let $x,y$ be real.\n\n$$x + y = y + x$$", "Let x be real.\n\nx + x = 2x\n",
    "Let x and y be real numbers.\n\nx + y = y + x\n",
])  # fmt: skip
def test_what_is_called_real_is_declared(page: str) -> None:
    report = check(page)
    assert [step.verdict for step in report.steps] == ["valid"]
    assert not [note for note in report.notes if "not declared" in note.text]


@pytest.mark.parametrize("said", ["Given w in R^n, x in R^n, t in R.", "Let w, x be in R^n and t in R."])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_lines_of_plain_formulas(said: str, gap: str) -> None:
    page = GRADIENT.replace("{said}", said).replace("{gap}", gap)
    assert verdicts(page.replace("{factor}", "2 ")) == ["valid"]
    assert verdicts(page.replace("{factor}", "")) == ["wrong"]
    assert not [note for note in check(page).notes if "not declared" in note.text]


@pytest.mark.parametrize(("right", "wrong"), [
    ("(a+b)^2 = a^2 + 2 a b + b^2", "(a+b)^2 = a^2 + a b + b^2"),
    ("We expand the square.\n\n(a+b)^2 = a^2 + 2 a b + b^2", "We expand the square.\n\n(a+b)^2 = a^2 + b^2"),
    ("size = (16 - 3)/1 + 1 = 14", "size = (16 - 3)/1 + 1 = 13"),
    ("Let x be real.\n\nx + x = 2x", "Let x be real.\n\nx + x = 3x"),
    ("exp(a + b) = exp(a) exp(b)", "exp(a + b) = exp(a) + exp(b)"),
])  # fmt: skip
def test_a_paragraph_that_is_a_formula(right: str, wrong: str) -> None:
    assert {*verdicts(right + "\n")} == {"valid"}
    assert "wrong" in verdicts(wrong + "\n")


@pytest.mark.parametrize("words", [
    "the sum a + b = b + c", "- a + b = c + a", "| a = b | b = c |",
    "We know that\na + b = b + b\nholds for a = b.",
])  # fmt: skip
def test_what_may_be_no_claim_is_not_read(words: str) -> None:
    assert verdicts(f"Words.\n\n{words}\n") == []


def test_what_may_be_solved_is_left_open() -> None:
    assert verdicts("Words.\n\n2 x + 3 = 8\n") == ["undecided"]


def test_weights_that_are_real_numbers_stay_a_vector() -> None:
    page = "Let $y, z \\in \\mathbb{R}^k$, where the weights $y$ are any real numbers.\n\n$$y^T z = \\sum_i y_i z_i$$\n"
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("z_i$$", "z_i^2$$")) == ["wrong"]
