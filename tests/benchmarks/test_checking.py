"""How fast write-ups are checked, and how many of the labelled ones are told as they are."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.derivation.check import check
from tests.engine.derivation.corpora import diagnosed, judged, named, outcome, write_ups

ROOT = Path(__file__).resolve().parents[2]
Record = Callable[[str, object], None]
ROUNDS = 5
FROM_THE_SHELL, WARM = 1.5, 0.3  # seconds for twenty steps

HEAD = r"""Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$, $b, y \in \mathbb{R}^m$ and $\lambda > 0$.
Define $z = W x + b$, $h = \tanh(z)$ and $L = \frac{1}{2} \|h - y\|^2 + \lambda \|x\|^2$.
"""
BLOCK = r"""
$$
\begin{aligned}
\frac{\partial L}{\partial z} &= (h - y) \odot (1 - h \odot h) \\
&= (h - y) - (h - y) \odot h \odot h \\
&= h - y - h \odot h \odot h + y \odot h \odot h
\end{aligned}
$$

$$\frac{\partial L}{\partial x} = W^\top \left( (h - y) \odot (1 - h^2) \right) + 2 \lambda x$$

$$\|W x\|^2 = (W x)^\top (W x) = x^\top W^\top W x = \operatorname{tr}(W x x^\top W^\top)
= \sum_{i=1}^m \Big( \sum_{j=1}^n W_{ij} x_j \Big)^2 = \sum_{i=1}^m (z_i - b_i)^2 = \|z - b\|^2$$
"""


def twenty_steps() -> str:
    return HEAD + BLOCK * 2


def seconds(*command: str) -> float:
    """Processor time of a process, the least of several: on an idle machine, what a person waits for."""
    settings = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def once() -> float:
        start = spent()
        subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, timeout=60, check=False)
        return spent() - start

    return min(once() for _ in range(ROUNDS))


def test_twenty_steps_from_the_shell(tmp_path: Path, record_property: Record) -> None:
    page = tmp_path / "page.md"
    page.write_text(twenty_steps(), encoding="utf-8")
    bare = seconds(sys.executable, "-c", "")
    taken = seconds(sys.executable, "-m", "tui", "check", str(page))
    record_property("times bare Python", round(taken / bare, 1))
    print(f"20 steps from the shell: {taken:.2f} s, {taken / bare:.0f} times bare Python ({bare:.3f} s)")
    assert taken < FROM_THE_SHELL


def test_twenty_steps_once_warm(record_property: Record) -> None:
    text = twenty_steps()
    report = check(text)
    assert [step.verdict for step in report.steps] == ["valid"] * 20
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        check(text)
        times.append(time.process_time() - start)
    record_property("seconds", round(min(times), 3))
    print(f"20 steps once warm: {min(times):.3f} s")
    assert min(times) < WARM


@pytest.mark.timeout(0)
def test_time_a_step() -> None:
    """Over all labelled write-ups, without diagnoses."""
    times = []
    for row in write_ups():
        start = time.process_time()
        steps = len(judged(row).steps)
        times.append((time.process_time() - start) / max(steps, 1))
    times.sort()
    print(f"a step: median {1000 * statistics.median(times):.0f} ms, 99 % {1000 * times[-len(times) // 100]:.0f} ms")
    assert statistics.median(times) < 0.1


def _share(found: Sequence[bool], said: str, record: Record) -> float:
    share = sum(found) / len(found)
    record(said, f"{share:.1%}")
    print(f"{said}: {sum(found)} of {len(found)} ({share:.1%})")
    return share


def test_labelled_write_ups(record_property: Record) -> None:
    told = {row: outcome(row, judged(row)) for row in write_ups()}
    print(dict(Counter(f"{'right' if row.right else 'wrong'}: told {what}" for row, what in told.items())))
    right = _share([what == "right" for row, what in told.items() if row.right], "right ones accepted", record_property)
    wrong = _share([what == "right" for row, what in told.items() if not row.right], "errors located", record_property)
    assert right >= 0.85
    assert wrong >= 0.9
    assert sum(what == "wrong" for row, what in told.items() if row.right) <= 5
    assert "all valid" not in told.values()


@pytest.mark.timeout(900)
def test_errors_are_named(record_property: Record) -> None:
    found = [named(row, diagnosed(row)) for row in write_ups() if not row.right]
    located = [right for right in found if right is not None]
    assert _share(located, "located errors named rightly", record_property) >= 0.8
