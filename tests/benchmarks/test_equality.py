"""What a check of equality costs over the corpus, what its first one costs, and how it judges over many seeds.

EQUALITY_SEEDS=200 judges the corpus with that many seeds instead of one.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from solvers.equality import compare_texts
from tests.solvers.corpus import all_pairs

ROOT = Path(__file__).resolve().parents[2]
SEEDS = int(os.environ.get("EQUALITY_SEEDS", "1"))
PAIRS = all_pairs()
MEDIAN, WORST = 0.005, 0.1  # seconds of the processor, as the design asks
SLACK = 3  # for slower and busier machines
COLD = 25  # times the start of Python
Record = Callable[[str, object], None]


def _checks() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """What is expected of each pair of texts, with what is known around them."""
    true = [("same", pair.a, pair.true, pair.let) for pair in PAIRS]
    return true + [("different", pair.a, pair.false, pair.let) for pair in PAIRS]


def test_a_check_costs_milliseconds(record_property: Record) -> None:
    """Of half of the corpus, once warm: with the other half judged, nothing of what is measured was seen before, but
    for the declarations of a pair, under which the true and the false formula stand. As where lines are answered one by
    one, what was loaded is not looked through for garbage.
    """
    checks = _checks()
    for _, a, b, lets in checks[1::2]:
        compare_texts(a, b, lets)
    gc.collect()
    gc.freeze()
    costs = []
    for _, a, b, lets in checks[::2]:
        begin = time.process_time()
        compare_texts(a, b, lets)
        costs.append(time.process_time() - begin)
    gc.unfreeze()
    costs.sort()
    found = {"median": median(costs), "p99": costs[len(costs) * 99 // 100], "worst": costs[-1]}
    for name, seconds in found.items():
        record_property(name, seconds)
    print({name: f"{1000 * seconds:.1f} ms" for name, seconds in found.items()})
    assert found["median"] <= MEDIAN * SLACK
    assert found["worst"] <= WORST * SLACK


def _processor_seconds(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_first_check_is_not_waited_for(record_property: Record) -> None:
    asked = ("-m", "tui", "equal", "(a + b)^2", "a^2 + 2 a b + b^2")
    bare, cold = (min(_processor_seconds(*arguments) for _ in range(5)) for arguments in (("-c", "pass"), asked))
    record_property("cold", cold / bare)
    print(f"{cold / bare:.1f} times the start of Python")
    assert cold / bare <= COLD


def test_nothing_large_is_imported() -> None:
    code = (
        "import sys; from solvers.equality import compare_texts;"
        "assert compare_texts('sin(a)^2 + cos(a)^2', '1', ()).verdict == 'same';"
        "print({'torch', 'sympy', 'mpmath', 'scipy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.timeout(0)
def test_no_seed_gives_a_false_verdict(record_property: Record) -> None:
    verdicts: Counter[tuple[str, str]] = Counter()
    for seed in range(SEEDS):
        verdicts.update((wanted, compare_texts(a, b, lets, seed).verdict) for wanted, a, b, lets in _checks())
    for (wanted, found), count in verdicts.items():
        record_property(f"{wanted} judged {found}", count)
    print(dict(verdicts))
    assert set(verdicts) == {("same", "same"), ("different", "different")}
