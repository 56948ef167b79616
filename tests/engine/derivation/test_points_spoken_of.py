"""Points that sentences speak of: what holds there alone is not called right further on."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

# a sentence, the display behind it, and its verdict
ROWS = [
    ("The function has a kink at $x = 0$.", "|x|=x", "undecided"),
    ("Consider $f(x)=x^2$ near $x=0$.", "f'(x)=3x", "undecided"),
    ("Let $f(x)=x^3$. At $x=2$ we find $f'(2)=12$.", "f'(x)=6x", "undecided"),
    ("Consider the tangent of $f(x)=x^2$ at $x=1$.", "x^2=2x-1", "undecided"),
    ("We need the derivative at $z=0$.", "\\tanh'(z)=1+\\tanh^2(z)", "undecided"),
    ("Linearise around $\\theta=\\theta_0$.", "\\sin\\theta=\\sin\\theta_0+5(\\theta-\\theta_0)", "wrong"),
    ("Taylor around $x=0$:", "e^x\\approx1+x+x^2", "undecided"),
    ("Evaluate at $x = 0$.", "e^x=1+5x", "undecided"),
    ("Let $f(z)=\\sin z$. The slope at $z=0$ is $f'(0)=1$.", "f''(z)=\\sin z", "undecided"),
    ("Let $f(w)=(w-1)^2$. It is zero at $w=1$.", "f'(w)=w-1", "undecided"),
    ("The minimum is at $w=1$.", "w^2=w", "undecided"),
    # what is meant at the point, or holds in general
    ("Let $f(x)=\\sqrt x$, which has no derivative at $x=0$.", "f'(x)=\\frac1{2\\sqrt x}", "valid"),
    ("Let $f(x)=x^2$. At $x=3$:", "f(x)=9", "valid"),
    ("Let $f(x)=x^2$. At $x=3$ we have", "f'(x)=6", "valid"),
    ("Let $f(w)=w^2-aw$. It is minimal at $w=a/2$.", "f(w)=-a^2/4", "valid"),
    ("Let $f(x)=x^2$.\n\n**At $x=1$.**", "f'(x)=2", "valid"),
    ("Let $f(x,y)=x^2+3xy$. At the point $(x,y)=(1,2)$:", "\\frac{\\partial f}{\\partial x}=8", "valid"),
    ("Let $f(x,y)=x^2+3xy$. At the point $(x,y)=(1,2)$:", "\\frac{\\partial f}{\\partial y}=4", "wrong"),
]


@pytest.mark.parametrize(("said", "shown", "verdict"), ROWS, ids=[row[0] + row[1] for row in ROWS])
def test_a_point(said: str, shown: str, verdict: str) -> None:
    assert [step.verdict for step in check(f"{said}\n\n$${shown}$$\n").steps] == [verdict]


def test_what_follows_is_not_said_of_the_point_either() -> None:
    page = "Let $f(x) = x^2$.\n\nIf $x = 1$, then $f(x) = 1$.\n\n$$f'(x) = 2x$$\n\n$$f(x) = 1$$\n"
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "undecided"]
