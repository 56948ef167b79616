"""Fuzzing the reader, by hand: `python -m tests.solvers.formula.fuzz SECONDS [SEED] [--keep-going]`.

Random bytes, random token soups and mutated real formulas (those of the tests, of the pairs and of the write-ups) are
read as LaTeX and as plain text, and mutated declarations as declarations. Whatever is read must print to text that
reads back, and must not be read with anything left over; whatever is refused must be refused in a sentence, inside the
text. All of it within SLOW seconds of processor time. The first find ends the run; with --keep-going finds are cut
down to the shortest text that still fails, and each kind is shown once.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from solvers.formula.context import Context, read_context
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
SLOW = 2.0
TESTS = Path(__file__).resolve().parents[2]


def soup(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 60)))


def noise(rng: random.Random) -> str:
    return bytes(rng.randrange(256) for _ in range(rng.randint(0, 80))).decode("utf-8", "replace")


@cache
def formulas() -> tuple[str, ...]:
    """Real formulas: of the table of the reader, of the pairs, and of the write-ups."""
    found = [text for text, _ in READ]
    for path in sorted((TESTS / "solvers/equality/pairs").glob("*.jsonl")):
        pairs = map(json.loads, path.read_text("utf-8").splitlines())
        found += [text for pair in pairs for text in (pair["a"], pair["b"])]
    for path in sorted((TESTS / "engine/derivation").rglob("*.md")):
        found += re.findall(r"\$\$?([^$]+)\$", path.read_text("utf-8"))
    return tuple(found)


@cache
def declarations() -> tuple[str, ...]:
    """Real declarations, of the pairs."""
    pairs = (
        json.loads(line)
        for path in sorted((TESTS / "solvers/equality/pairs").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    )
    return tuple(dict.fromkeys(text for pair in pairs for text in pair["let"]))


def mutated(rng: random.Random, texts: tuple[str, ...]) -> str:
    """A real text, changed in a few places."""
    text = rng.choice(texts)
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
            text = text[:at] + rng.choice(texts)
    return text


def check(text: str, latex: bool) -> str:
    """What became of one text; raises AssertionError, with the text, if it was not handled as it must be."""
    begin = time.process_time()
    parsed = parse(text, SCOPE, latex)
    assert time.process_time() - begin < SLOW, f"slow: {text!r}"
    if isinstance(parsed, Unreadable):
        assert parsed.message, repr(text)
        assert 0 <= parsed.start < parsed.end <= len(text) + 1, repr((text, parsed))
        return "refused"
    assert isinstance(parsed, Parsed)
    again = parse(to_latex(parsed.node), SCOPE, latex=True)
    assert isinstance(again, Parsed), repr((text, to_latex(parsed.node), again))
    assert again.node == parsed.node, repr((text, to_latex(parsed.node)))
    if "%" not in text:
        for more in (" \u2603", " )", " ]", " }"):
            assert isinstance(parse(text + more, SCOPE, latex), Unreadable), f"left over: {text + more!r}"
    return "read"


def check_declared(texts: list[str]) -> str:
    """What became of some declarations; raises AssertionError as `check` does."""
    begin = time.process_time()
    context = read_context(texts)
    assert time.process_time() - begin < SLOW, f"slow: {texts!r}"
    if isinstance(context, Context):
        return "read"
    place, problem = context
    assert problem.message, repr(texts)
    assert 0 <= place < len(texts), repr((texts, context))
    assert 0 <= problem.start < problem.end, repr((texts, context))
    return "refused"


Sample: TypeAlias = tuple[Literal["latex", "plain", "declared"], tuple[str, ...]]


def handled(sample: Sample) -> str:
    """What became of one sample; raises AssertionError if it was not handled as it must be."""
    reading, texts = sample
    return check_declared(list(texts)) if reading == "declared" else check(texts[0], reading == "latex")


def one(rng: random.Random) -> tuple[str, Sample]:
    """Makes one sample, and says its kind."""
    kind = rng.choice(("soup", "noise", "mutated", "mutated", "declared"))
    if kind == "declared":
        return kind, ("declared", tuple(mutated(rng, declarations()) for _ in range(rng.randint(1, 3))))
    text = mutated(rng, formulas()) if kind == "mutated" else soup(rng) if kind == "soup" else noise(rng)
    return kind, ("latex" if rng.random() < 0.5 else "plain", (text,))


def failure(sample: Sample) -> str:
    """What is wrong with how a sample was handled; empty if nothing is."""
    try:
        handled(sample)
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is the find
        return f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"
    return ""


def shortened(sample: Sample) -> Sample:
    """The sample with everything left out that it fails without; one that is slow stays as it is."""
    reading, texts = sample
    if "slow" in failure(sample):
        return sample
    for place in range(len(texts)):
        size = max(1, len(texts[place]) // 2)
        while size:
            at = 0
            while at < len(texts[place]):
                cut = texts[place][:at] + texts[place][at + size :]
                tried = (*texts[:place], cut, *texts[place + 1 :])
                texts, at = (tried, at) if failure((reading, tried)) else (texts, at + size)
            size //= 2
    return reading, texts


def main(seconds: float, seed: int, keep_going: bool) -> Counter[str]:
    rng, counts, shown = random.Random(seed), Counter[str](), set[Sample | str]()
    end = time.process_time() + seconds
    while time.process_time() < end:
        kind, sample = one(rng)
        if not keep_going:
            counts[f"{kind}, {handled(sample)}"] += 1
        elif not failure(sample):
            counts[kind] += 1
        else:
            counts["FOUND"] += 1
            problem = failure(sample)
            if problem in shown:
                continue
            short = shortened(sample)
            if short not in shown:
                print(short, failure(short), sep="\n    ", flush=True)
            shown |= {short, problem}
    return counts


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--keep-going"]
    print(dict(main(float(given[0]), int(given[1]) if given[1:] else 0, "--keep-going" in sys.argv)))
