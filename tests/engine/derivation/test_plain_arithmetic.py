"""Arithmetic that stands in plain words, without the signs of a formula, and what only looks like it."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page, latex=False).steps]


@pytest.mark.parametrize(("right", "wrong"), [
    ("side: 32 - 5 + 1 = 28", "side: 32 - 5 - 1 = 28"),
    ("parameters: 16 * (6 * 25 + 1) = 16 * 151 = 2416", "parameters: 16 * (6 * 25 + 1) = 16 * 151 = 2316"),
    ("The layer has 3 x 4 = 12 weights.", "The layer has 3 x 4 = 13 weights."),
    ("- layer 2: 28×28 = 784 pixels", "- layer 2: 28×28 = 748 pixels"),
    ("It is small (0.5 * 0.2 = 0.1).", "It is small (0.5 * 0.2 = 0.01)."),
    ("So 2^10 + 1 = 1025.", "So 2^10 + 1 = 1024."),
    ("In total 2 * (3 * (1 + 1) + 1) = 14, as above.", "In total 2 * (3 * (1 + 1) + 1) = 13, as above."),
])  # fmt: skip
def test_chains_of_numbers_claim_what_they_say(right: str, wrong: str) -> None:
    assert {*verdicts(right)} == {"valid"}
    assert "wrong" in verdicts(wrong)


@pytest.mark.parametrize("words", [
    "log 8 / 2 = 3", "half of 8 * 2 = 8", "the floor 7 / 2 = 3", "It has 1024 * 4 = 4 kB.",
    "It is $x$ - 3 + 4 = 8", "It is 3 * 4 = 11 $x$", "add 5 to 3 + 4 = 12", "9 – 3 + 4 = 10",
    "f(3 + 4) = 8", "It has 1,024 * 2 = 2,049 entries.", "It is not 3 + 4 = 8.", "We have 7 / 2 = 3, rounded down.",
    "In base 5 we have 3 + 3 = 11.", "10 % 4 + 1 = 3", "2 ** 3 + 1 = 9", "p(2, 3 + 1 = 5)", "7 mod 4 + 1 = 4",
])  # fmt: skip
def test_what_may_mean_something_else_claims_nothing(words: str) -> None:
    assert verdicts(words) == []
