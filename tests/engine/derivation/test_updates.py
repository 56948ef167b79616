"""Updates of declared names, in the notations of the course: what they carry on is judged, they themselves are not."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

LET = (
    r"Let $w, x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$, $\eta > 0$, $\beta > 0$, $u \in \mathbb{R}$, "
    r"$L = w^\top x$."
)
UPDATES = [
    r"w_{t+1} = w_t - \eta \nabla_w L", r"w_{t+1} = w_t - \eta \frac{\partial L}{\partial w_t}",
    r"w^{(t+1)} = w^{(t)} - \eta x", r"w^{k+1} = w^k - \eta x", r"\mathbf{w}_{t+1} = \mathbf{w}_t - \eta x",
    r"w_i^{(t+1)} = w_i^{(t)} - \eta x_i", r"A_{k+1} = A_k - \eta x x^\top", r"u^{(s+1)} = u^{(s)} - \eta",
    r"w_{t+1} = w - \eta x_t", r"w_{t+1} = A x_t",
]  # fmt: skip
CLAIMED = [
    (r"w_{t+1} = w_t - \eta \nabla_w L = w_t - \eta x", ["valid"]),
    (r"w_{t+1} = w_t - \eta \nabla_w L = w_t + \eta x", ["wrong"]),
    (r"w^{(t+1)} = w^{(t)} - \eta \frac{\partial L}{\partial w} = w^{(t)} - \eta x", ["valid"]),
    (r"w_i^{(t+1)} = w_i^{(t)} - \eta x_i = w_i^{(t)} - \eta \frac{\partial L}{\partial w_i}", ["valid"]),
    (r"A_{t+1} = A_t - \eta x x^\top = A_t - \eta x w^\top", ["wrong"]),
    (
        "w_{t+1} = w_t - \\eta x$$\n\n$$\\|w_{t+1}\\|^2 = \\|w_t\\|^2 - 2 \\eta w_t^\\top x + \\eta^2 \\|x\\|^2",
        ["valid"],
    ),
    (
        "w_{t+1} = w_t - \\eta x$$\n\n$$\\|w_{t+1}\\|^2 = \\|w_t\\|^2 + 2 \\eta w_t^\\top x + \\eta^2 \\|x\\|^2",
        ["wrong"],
    ),
    (
        "w_{k+1} = w_k - \\eta x + \\beta (w_k - w_{k-1})$$\n\n$$w_{k+1} - w_k = \\beta (w_k - w_{k-1}) - \\eta x",
        ["valid"],
    ),
    ("w_{t+1} = w_t - \\eta x$$\n\n$$w_{t+1} = w_t + \\eta x", ["wrong"]),
    ("w_{t+1} = w_t - x$$\n\n$$\\sum_{t=1}^n x_t = x^\\top \\mathbf{1}", ["valid"]),
]
NO_UPDATES = [
    (r"w_{i+1} = w_i", "wrong"), (r"x^{k+1} = x^k \odot x", "valid"), (r"w_{t+1} = w_{t+1} + 0 w_t", "valid"),
    (r"w_{n+1} = w_n", "undecided"),
]  # fmt: skip


@pytest.mark.parametrize("line", UPDATES)
def test_an_update_defines_the_next_value(line: str) -> None:
    report = check(f"{LET}\n\n$$ {line} $$")
    assert report.steps == ()
    assert "is taken as the next value, which this line defines" in str(report.notes[-1])


@pytest.mark.parametrize(("lines", "verdicts"), CLAIMED, ids=[lines for lines, _ in CLAIMED])
def test_what_is_claimed_of_it_is_judged(lines: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(f"{LET}\n\n$$ {lines} $$").steps] == verdicts


PRIMED = [
    ("x' = x + w$$\n\n$$w^\\top x' = w^\\top x + \\|w\\|^2", ["valid"]),
    ("x' = x + w$$\n\n$$w^\\top x' = w^\\top x - \\|w\\|^2", ["wrong"]),
    (r"w' = w - \eta x = w - \eta \nabla_w L", ["valid"]), (r"w^{\prime} = w - \eta x = w + \eta x", ["wrong"]),
    (r"A' = A + x x^\top = A - x x^\top", ["wrong"]), ("A' = A", []), ("x' w = w' x", ["valid"]),
    ("x' w = w' x$$\n\n$$x' = x + w", ["valid", "wrong"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "verdicts"), PRIMED, ids=[lines for lines, _ in PRIMED])
def test_a_prime_is_a_transpose_or_a_symbol_of_its_own(lines: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(f"{LET}\n\n$$ {lines} $$").steps] == verdicts


def test_an_update_that_is_given() -> None:
    text = LET + "\n\nLet $w_{t+1} = w_t - \\eta x$.\n\n$$ x^\\top (w_{t+1} - w_t) = {sign} \\eta \\|x\\|^2 $$"
    assert [step.verdict for step in check(text.replace("{sign}", "-")).steps] == ["valid"]
    assert [step.verdict for step in check(text.replace("{sign}", "")).steps] == ["wrong"]


@pytest.mark.parametrize(("line", "verdict"), NO_UPDATES, ids=[line for line, _ in NO_UPDATES])
def test_entries_and_powers_are_none(line: str, verdict: str) -> None:
    assert [step.verdict for step in check(f"{LET}\n\n$$ {line} $$").steps] == [verdict]
