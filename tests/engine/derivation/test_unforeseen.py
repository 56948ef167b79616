"""What once ended the check of a whole write-up; and that a mistake of the program's own costs one step only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from engine.derivation import chains, checker
from engine.derivation.check import check
from engine.derivation.source import Source
from engine.derivation.unforeseen import MISTAKE
from tests.engine.derivation.fuzz import sound

ROWS = [
    (
        "Let $w_k$ be the weights, $w_0 = \\mathbf{0}$, $w_k = w_{k-1} + x$.\n\n$$\\|w_k\\|^2 = \\|w_{k-1} + x\\|^2$$",
        "the-norm-of-zeros-of-unknown-size",
    ),
    ("Let $v = \\mathbf{0}$ and $x \\in \\mathbb{R}^n$.\n\n$$\\|v\\|^2 + \\|v\\| = 0$$", "norms-of-zeros"),
    ("Let $v = \\mathbf{1}$.\n\n$$\\|v\\|^2 = \\max(v, 0)$$", "the-norm-of-ones"),
    ("Let $f(x) = \\|x\\|^2$.\n\n$$f(\\mathbf{0}) = 0$$\n\n$$\\nabla f(\\mathbf{1}) = 2$$", "a-function-of-zeros"),
    ("Let $\\nabla_t = D_t W$.\n\n$$y = D_2 W^\\top D_3 W^\\top \\cdots D_T W^\\top z$$", "dots-that-run-in-no-number"),
    ("$$y = x_1 + x_{-i} + \\dots + x_{n^\\top}$$", "dots-over-what-is-no-index"),
    ("Define\n\n1. $x = 1 + 1$\n2. $= 2$\n3. $= 3 = 4$", "a-chain-that-goes-on-where-things-are-declared"),
    ("Let $f(x) = f(x + 1)$.\n\n$$f(1) = 2$$\n\n$$1 + 1 = 2$$", "a-function-defined-by-itself"),
    ("Let $z = \\mu + L \\epsilon$ and $g(z) = \\mu + L g(z)$.\n\n$$g(z) = \\mu$$", "a-function-of-its-parameter"),
    ("$$y = \\mathbf{0}^{(t)} = I^{(2)}$$\n\n$$\\mathbf{1}_t + \\pi^{(t)} = I_{ij}$$", "members-of-what-has-none"),
    ("$$\\mathbf{1} \\le \\mathbf{0}$$\n\n$$x \\mathbf{1} > \\mathbf{0}$$\n\n$$I < 0$$", "an-order-of-unknown-size"),
    (
        ("Let $x \\in \\mathbb{R}^n$.\n\n"
        "$$\\frac{\\partial}{\\partial b} (x + b)^\\top x = \\frac{\\partial}{\\partial b} \\|x + b\\|$$"),
        "a-number-beside-a-vector-differentiated",
    ),
    (
        ("Where $x \\mathbf{1} = d$ and $b \\in \\mathbb{R}^d$:\n\n"
        "$$v^{(1)} = a v^{(0)} - g^{(1)} = - g^{(1)}$$\n\n$$b = 2 b$$"),
        "an-equation-of-unknown-size",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), ROWS, ids=[row[1] for row in ROWS])
def test_ends_in_a_report(text: str, name: str) -> None:
    report = check(text)
    sound(text, report)
    assert not any(MISTAKE in str(note) for note in report.notes)


PAGE = "Let $x \\in \\mathbb{R}$.\n\n$$x + x = 2 x$$\n\n$$\\sin(x) = y = y$$\n\n$$x - x = 0$$"


def _sources(chain: Any) -> list[Source]:
    return [side.source for side in chain.sides] if hasattr(chain, "sides") else list(chain)


def _failing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which now makes a mistake at whatever speaks of a sine."""

    def failing(*arguments: Any) -> Any:
        if any("sin" in source.text for source in _sources(arguments[1])):
            raise AttributeError("a sine\nhas none of this")
        return function(*arguments)

    return failing


@pytest.mark.parametrize("name", ["_judged", "judge_chain"])
def test_a_mistake_of_the_program_costs_one_step(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with mock.patch.object(chains, name, _failing(getattr(chains, name))):
        report = check(PAGE)
    sine = [step for step in report.steps if "sin" in step.lhs]
    assert [step.verdict for step in report.steps if step.line != 5] == ["valid", "valid"]
    assert [step.verdict for step in sine] == ["undecided"]
    assert sine[0].evidence.startswith(f"{MISTAKE} (AttributeError: a sine has none of this)")
    assert "Traceback" in next(tmp_path.rglob("report.txt")).read_text()


def test_what_a_lost_declaration_speaks_of_is_unsure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with mock.patch.object(checker, "extended", side_effect=KeyError("a")):
        report = check("Let $y = 3$.\n\n$$y = 4$$\n\n$$1 + 1 = 3$$")
    assert [step.verdict for step in report.steps] == ["undecided", "undecided", "wrong"]
