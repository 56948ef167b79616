"""What nothing explains, on a page that is not understood in every line, is undecided and not wrong."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

STRANGE = "\n\n$$\\spin(x) = \\wave$$\n"
UNEXPLAINED = "Let $x > 0$.\n\n$$(x + 1)^2 = x^7 - \\cos(x)$$"


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page).steps]


def test_on_a_clear_page_it_is_wrong() -> None:
    assert verdicts(UNEXPLAINED) == ["wrong"]


def test_beside_an_unreadable_line_it_is_undecided() -> None:
    found = check(UNEXPLAINED + STRANGE)
    assert [step.verdict for step in found.steps] == ["undecided", "unreadable", "unreadable"]
    assert "line 5 is not understood" in found.steps[0].evidence
    assert found.first_wrong is None


@pytest.mark.parametrize("line", ["(x + 1)^2 = x^2 + x + 1", "2 \\cdot 3 + 1 = 8", "\\frac{3}{4} = 0.7"])
def test_slips_and_numbers_are_wrong_beside_anything(line: str) -> None:
    assert verdicts(f"Let $x > 0$.\n\n$${line}$${STRANGE}")[0] == "wrong"


def test_what_carries_a_doubted_line_on_is_doubted_too() -> None:
    page = "Let $x > 0$ and $f(x) = (x + 1)^2$.\n\n$$f(x) = x^7 - \\cos(x)$$\n\n$$2 f(x) = 2 (x^7 - \\cos(x))$$"
    assert "wrong" not in verdicts(page + STRANGE)


@pytest.mark.parametrize("line", ["x = 1.5 + 0.5 \\cdot (2 - 1.5)", "v = (1, 3, 3)"])
def test_other_numbers_than_before_are_no_slip(line: str) -> None:
    before = "Let $x = \\frac32$ and $v = (1, 2, 4)$.\n\n$$x^2 = \\frac94$$\n\n$$v^\\top v = 21$$\n\n"
    page = f"{before}So:\n\n$${line}$$"
    assert "wrong" not in verdicts(page + STRANGE)[2:]
