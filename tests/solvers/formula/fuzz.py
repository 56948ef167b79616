"""Fuzzing the reader, by hand: `python -m tests.solvers.formula.fuzz SECONDS [SEED]`.

Random bytes, random token soups and mutated real formulas are read as LaTeX and as plain text. Whatever is read must
print to text that reads back; whatever is refused must be refused in a sentence, inside the text, within a second.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from solvers.formula.parser import Parsed, parse
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Unreadable
from tests.solvers.formula.test_parser import READ, SCOPE

PIECES = [
    *"abcdefhxyzWUTLE0123456789.,;:+-*/^_'!|&%()[]{}=<>~\\ \n", "\\frac", "\\sum", "\\prod", "\\partial", "\\left",
    "\\right", "\\top", "\\begin{bmatrix}", "\\end{bmatrix}", "\\begin{cases}", "\\end{cases}", "\\\\", "\\sigma",
    "\\tanh", "\\mathbb", "\\mathbf{1}", "\\hat", "\\text{if}", "\\nabla", "\\sqrt", "\\|", "\\lvert", "\\rvert",
    "\\underbrace", "\\mid", "\\left.", "\\right|", "\\langle", "\\rangle", "\\sim", "[[", "]]", "σ", "∑", "∂",
    "√", "²", "ᵀ", "₁", "ŷ", "⟦", "‖", "ℒ", "\u202e", "\x00", "\u200b", "х", "１", "1e9", "sum", "dL/dW",
    "E_{x \\sim p}", "\\in", "\\mathbb{R}", "\\ne", "\\infty",
]  # fmt: skip
SLOW = 1.0


def soup(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 60)))


def noise(rng: random.Random) -> str:
    return bytes(rng.randrange(256) for _ in range(rng.randint(0, 80))).decode("utf-8", "replace")


def mutated(rng: random.Random) -> str:
    text = rng.choice(READ)[0]
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(text))
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + rng.choice(PIECES) + text[at:]
        elif kind == 2:
            text = text[:at] + text[at : at + 4] * 2 + text[at + 4 :]
        else:
            text = text[:at] + rng.choice(READ)[0]
    return text


def check(text: str, latex: bool) -> str:
    """What became of one text; raises AssertionError, with the text, if it was not handled as it must be."""
    begin = time.perf_counter()
    parsed = parse(text, SCOPE, latex)
    assert time.perf_counter() - begin < SLOW, f"slow: {text!r}"
    if isinstance(parsed, Unreadable):
        assert parsed.message, repr(text)
        assert 0 <= parsed.start < parsed.end <= len(text) + 1, repr((text, parsed))
        return "refused"
    assert isinstance(parsed, Parsed)
    again = parse(to_latex(parsed.node), SCOPE, latex=True)
    assert isinstance(again, Parsed), repr((text, to_latex(parsed.node), again))
    assert again.node == parsed.node, repr((text, to_latex(parsed.node)))
    return "read"


def main(seconds: float, seed: int) -> Counter[str]:
    rng, counts = random.Random(seed), Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        make = rng.choice((soup, noise, mutated))
        counts[f"{make.__name__}, {check(make(rng), rng.random() < 0.5)}"] += 1
    return counts


if __name__ == "__main__":
    print(dict(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)))
