"""Fuzzing the checker of write-ups, by hand: `python -m tests.engine.derivation.fuzz SECONDS [SEED]`.

Random bytes, soups of Markdown and LaTeX tokens, and damaged write-ups of the corpora are checked and told. Whatever
comes must end in a report within ten seconds, its places inside the file, its text free of control characters.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from engine.derivation import chains, unforeseen
from engine.derivation.check import check
from engine.derivation.report import Report
from engine.derivation.told import Style, told
from engine.derivation.unforeseen import MISTAKE
from tests.engine.derivation.corrupt import CORRUPTIONS

HERE = Path(__file__).parent
FILES = sorted(p for folder in ("corpus", "notes_corpus") for p in (HERE / folder).glob("*.*") if p.suffix != ".yaml")
PIECES = [
    *"abehnxyzWLT0123456789.,;:+-*/^_'!|&%()[]{}=<>~\\ \n#>`$", "\n\n", "$$", "$", "\\[", "\\]", "\\(", "\\)",
    "```math\n", "```\n", "\n- ", "\n1. ", "\n## Derivation\n", "\\begin{align}", "\\end{align}",
    "\\begin{align*}", "\\end{align*}",
    "\\begin{equation}", "\\end{equation}", "\\begin{cases}", "\\end{cases}", "\\begin{bmatrix}", "\\end{bmatrix}",
    "\\begin{verbatim}", "\\end{verbatim}", "\\\\", "&=", "&", "\\tag{1}", "\\label{a}", "\\nonumber", "\\text{for }",
    "\\intertext{so}", "\\newcommand{\\a}[1]{#1}", "\\def\\b#1{#1}", "\\let\\c=\\a", "\\DeclareMathOperator{\\d}{d}",
    "\\a", "\\b", "\\a{x}", "\\documentclass{article}", "\\begin{document}", "\\end{document}", "\\section{Given}",
    "\\item ", "Let ", "Given ", "where ", "with ", "We get ", "Setting to zero: ", "Suppose ", "Hence ", "such that ",
    "$x \\in \\mathbb{R}^n$", "$W \\in \\mathbb{R}^{m \\times n}$", "$h = \\tanh(W x)$", " be a vector", "positive",
    "\\frac{\\partial L}{\\partial W}", "\\sum_{i=1}^n", "\\Rightarrow", "\\iff", "\\propto", "\\le", "\\approx",
    "\\overset{!}{=}", "\\left(", "\\right)", "\\left.", "\\nabla", "\\mathbb{E}", "\\quad", "\\dots",
    ", t = 1, \\dots, T", "\r\n", "\r", "\t", "\x0c", "\u00a0", "\ufeff", "\u2028", "\x1b[31m", "\x00", "σ", "∑", "²",
    "<!--", "-->", "%",
]  # fmt: skip
SLOW = 10.0


def soup(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 120)))


def noise(rng: random.Random) -> str:
    return bytes(rng.randrange(256) for _ in range(rng.randint(0, 400))).decode("utf-8", "replace")


def damaged(rng: random.Random) -> str:
    text = rng.choice(FILES).read_text(encoding="utf-8")
    for _ in range(rng.randint(1, 3)):
        text = rng.choice(list(CORRUPTIONS.values()))(text, rng)[:6000]
    return text


def mutated(rng: random.Random) -> str:
    """A write-up with tokens of others put in, and pieces of another one behind it."""
    text = rng.choice(FILES).read_text(encoding="utf-8")
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(text))
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + rng.randint(1, 20) :]
        elif kind == 1:
            text = text[:at] + rng.choice(PIECES) + text[at:]
        elif kind == 2:
            text = text[:at] + text[at : at + 30] * 2 + text[at + 30 :]
        else:
            other = rng.choice(FILES).read_text(encoding="utf-8")
            start = rng.randint(0, len(other))
            text = text[:at] + other[start : start + 200] + text[at:]
    return text


def sound(text: str, report: Report) -> None:
    """Raises AssertionError where a report breaks what every report keeps."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for step in report.steps:
        assert 1 <= step.line <= len(lines), step
        assert 1 <= step.column <= len(lines[step.line - 1]) + 3, step
        assert step.evidence or step.verdict == "valid", step
        assert MISTAKE not in step.evidence, step
        assert "\n" not in step.evidence, step
    for note in report.notes:
        assert 0 <= note.line <= len(lines), note
    for style in (Style(), Style(ascii=True)):
        for printed in told(report, text, style):
            assert harmless(printed), repr(printed)
            assert not style.ascii or printed.isascii(), repr(printed)


def harmless(printed: str) -> bool:
    """Whether a line holds no control characters, no marks that turn the writing, no line ends."""
    return all(c == "\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in printed)


def _raised(error: Exception) -> str:
    raise error


def main(seconds: float, seed: int) -> Counter[str]:
    rng, counts = random.Random(seed), Counter[str]()
    end = time.monotonic() + seconds
    makers: tuple[Callable[[random.Random], str], ...] = (soup, noise, damaged, mutated, mutated)
    while time.monotonic() < end:
        make = rng.choice(makers)
        text = make(rng)
        begin = time.process_time()
        try:
            with mock.patch.object(unforeseen, "told", _raised), mock.patch.object(chains, "told", _raised):
                sound(text, check(text, latex=rng.choice((None, None, True))))
            outcome = "held"
        except Exception:  # noqa: BLE001 (whatever it is, its text is told, and the search goes on)
            print(f"{make.__name__}: {text!r}\n{traceback.format_exc()}", flush=True)
            outcome = "broke"
        taken = time.process_time() - begin
        if taken > SLOW:
            print(f"{make.__name__}, {taken:.0f} s: {text!r}", flush=True)
            outcome = "slow"
        counts[f"{make.__name__}, {outcome}"] += 1
    return counts


if __name__ == "__main__":
    print(dict(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)))
