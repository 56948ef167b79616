"""Fuzzing the comparison, by hand: `python -m tests.solvers.equality.fuzz SECONDS [SEED]`.

The pairs of the tests, with their texts and declarations changed in a few places, are compared. Nothing may raise or
take longer than SLOW seconds of processor time; a formula is never different from itself, never the same as itself plus
one, and a pair never the same one way round and different the other. Finds are printed, each kind once.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from typing import Any

from solvers.equality import compare_texts
from tests.solvers.equality.test_pairs import PAIRS
from tests.solvers.formula.fuzz import mutated

SLOW = 2.0
Sample = tuple[str, str, tuple[str, ...]]


def sample(rng: random.Random) -> Sample:
    """A pair with one or two of its texts changed."""
    pair: dict[str, Any] = rng.choice(PAIRS)
    texts = [pair["a"], pair["b"], *pair["let"]]
    for _ in range(rng.randint(1, 2)):
        place = rng.randrange(len(texts))
        texts[place] = mutated(rng, (texts[place], rng.choice(texts)))
    return texts[0], texts[1], tuple(texts[2:])


def verdict(a: str, b: str, lets: tuple[str, ...]) -> str:
    begin = time.process_time()
    found = compare_texts(a, b, lets).verdict
    taken = time.process_time() - begin
    assert taken < SLOW, f"slow: {taken:.1f} s"
    return found


def check(a: str, b: str, lets: tuple[str, ...]) -> str:
    """The verdict on a pair; raises AssertionError if it contradicts what else is told of the two."""
    told = verdict(a, b, lets)
    if told == "unreadable":
        return told
    assert verdict(a, a, lets) != "different", "different from itself"
    if "%" not in a and "=" not in a:
        assert verdict(a, f"({a}) + 1", lets) != "same", "the same as itself plus one"
    assert {told, verdict(b, a, lets)} != {"same", "different"}, "same one way, different the other"
    return told


def main(seconds: float, seed: int) -> Counter[str]:
    rng, counts, shown = random.Random(seed), Counter[str](), set[str]()
    end = time.process_time() + seconds
    while time.process_time() < end:
        a, b, lets = sample(rng)
        try:
            counts[check(a, b, lets)] += 1
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is the find
            kind = f"{type(problem).__name__}: {problem}"
            counts["FOUND"] += 1
            if kind not in shown:
                print(kind, (a, b, list(lets)), sep="\n    ", flush=True)
            shown.add(kind if "slow" not in kind else f"{kind}{a}")
    return counts


if __name__ == "__main__":
    print(dict(main(float(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 0)))
