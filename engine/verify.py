"""Certifies variants in bulk: draws, works and compares thousands of instances in a few batched calls a question."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.drawing import draw_given, draw_options
from engine.fitness import Worked, holds, solver_given, solver_of, work
from engine.records import Question, Value
from engine.variant import MAX_DRAWS, required
from solvers.certify import AGREE, disagreement, second_values
from solvers.trace import Solver

Given = Mapping[str, Value]
AT_ONCE = 20_000  # seeds in one batch: what the widest question needs of them fits into a few gibibytes


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying one question found.

    `refused` counts draws by the reason why they were unfit; `failed` lists seeds without a certificate, each with a
    sentence; `attempts` has the number of draws that each seed took.
    """

    question: str
    seeds: int
    certified: int
    draws: int
    refused: Mapping[str, int]
    failed: Mapping[int, str]
    routes: tuple[str, ...]
    compared: int
    disagreement: float
    seconds: float
    attempts: Mapping[int, int]

    @property
    def unfit_share(self) -> float:
        """Refused draws among all draws."""
        return sum(self.refused.values()) / self.draws if self.draws else 0.0


@dataclass(slots=True)
class _Tally:
    """What is counted while one question is verified."""

    draws: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)
    certified: int = 0
    compared: int = 0
    worst: float = 0.0
    attempts: dict[int, int] = field(default_factory=dict)


def verify(
    question: Question, seeds: Iterable[int], device: str = "cpu", tick: Callable[[int], None] = lambda n: None
) -> Report:
    """Certifies `question` at every seed. `tick` is told how many seeds have just been settled.

    Raises LookupError, with a sentence, if the bank names a solver that does not exist.
    """
    start = time.perf_counter()
    solver = solver_of(question)
    wanted = list(seeds)
    if question.derivation is not None:
        return _derivation(question, wanted, tick, start)
    tally = _Tally()
    for first in range(0, len(wanted), AT_ONCE):
        _certify(question, solver, wanted[first : first + AT_ONCE], device, tally, tick)
    routes = (
        ("statements of the bank",) if solver is None else ("formulas of the trace", *(n for n, _ in solver.routes))
    )
    return Report(
        question.id, len(wanted), tally.certified, tally.draws, dict(tally.refused), tally.failed, routes,
        tally.compared, tally.worst, time.perf_counter() - start, tally.attempts,
    )  # fmt: skip


def _derivation(question: Question, seeds: list[int], tick: Callable[[int], None], start: float) -> Report:
    """A derivation question is the same at every seed: it is certified once, by its model solution."""
    from engine.derivation.goals import certified

    refused = certified(question)
    tick(len(seeds))
    once = seeds[:1]
    failed = dict.fromkeys(once, refused) if refused else {}
    done, attempts = len(once) - len(failed), dict.fromkeys(once, 1)
    routes = ("the model solution, judged step by step",)
    seconds = time.perf_counter() - start
    return Report(question.id, len(once), done, len(once), {}, failed, routes, 0, 0.0, seconds, attempts)


def _certify(
    question: Question, solver: Solver | None, seeds: list[int], device: str, tally: _Tally,
    tick: Callable[[int], None],
) -> None:  # fmt: skip
    """Draws until every seed is settled: certified, failed, or without a fit draw."""
    attempts = dict.fromkeys(seeds, 0)
    while attempts:
        groups = _drawn(question, attempts, tally)
        attempts = {seed: attempt + 1 for seed, attempt in attempts.items()}
        for members in groups:
            settled = _settle(question, solver, members, device, tally)
            tick(len(settled))
            for seed in settled:
                tally.attempts[seed] = attempts.pop(seed)
        for seed in [seed for seed, attempt in attempts.items() if attempt >= MAX_DRAWS or not question.given]:
            tally.failed[seed] = f"no fit draw in {attempts.pop(seed)}"
            tick(1)


def _drawn(question: Question, attempts: Mapping[int, int], tally: _Tally) -> list[dict[int, Given]]:
    """One draw for each seed, grouped so that the members of a group have the same sizes and whole numbers."""
    groups: dict[object, dict[int, Given]] = defaultdict(dict)
    solver = solver_of(question)
    for seed, attempt in attempts.items():
        tally.draws += 1
        given = draw_given(question, seed, attempt, required)
        if isinstance(given, str):
            tally.refused[f"not required: {given}"] += 1
        else:
            groups[_structure(solver, given)][seed] = given
    return list(groups.values())


def _structure(solver: Solver | None, given: Given) -> object:
    wholes = () if solver is None else solver.wholes
    return tuple((name, _shape(value), value if name in wholes else None) for name, value in given.items())


def _shape(value: Value) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, tuple) and value else ()


def _settle(
    question: Question, solver: Solver | None, members: Mapping[int, Given], device: str, tally: _Tally
) -> list[int]:
    """The seeds of a group whose draw is fit; each is certified, or noted as failed."""
    import numpy as np  # 12 times the start of Python

    from solvers.formula.tables.arrays import numpy_table

    seeds, table = list(members), numpy_table()
    names = next(iter(members.values())).keys()
    arrays = {n: np.asarray([_floats(given[n]) for given in members.values()], dtype=np.float64) for n in names}
    with np.errstate(all="ignore"):
        worked = work(question, arrays, table)
    if isinstance(worked, str):
        tally.refused[worked] += len(seeds)
        return []
    fit = _fit(question, worked, seeds, tally)
    if solver is None:
        tally.certified += int(fit.sum())
    else:
        gaps = _gaps(question, solver, arrays, worked, device)
        for place in np.flatnonzero(fit):
            _judge(seeds[place], {key: gap[min(place, len(gap) - 1)] for key, gap in gaps.items()}, tally)
    return [seed for seed, good in zip(seeds, fit, strict=True) if good]


def _floats(value: Value) -> Any:
    return [_floats(entry) for entry in value] if isinstance(value, tuple) else float(value)


def _fit(question: Question, worked: Worked, seeds: list[int], tally: _Tally) -> Any:
    """Which instances may be asked, as a boolean array; the first reason against each of the others is counted."""
    import numpy as np  # 12 times the start of Python

    fit = np.ones(len(seeds), dtype=bool)
    for reason, applies in worked.faults:
        hit = np.broadcast_to(np.asarray(applies) != 0, fit.shape) & fit
        tally.refused[reason] += int(hit.sum())
        fit &= ~hit
    for part in question.parts:
        if part.options:
            truths = [np.broadcast_to(np.asarray(t), fit.shape) for t in worked.holds[part.name]]
            for place in np.flatnonzero(fit):
                shown = draw_options(question, part, seeds[place], [bool(t[place]) for t in truths])
                if isinstance(shown, str):
                    tally.refused[shown] += 1
                    fit[place] = False
    tally.refused += Counter()  # drop the zeros
    return fit


def _gaps(question: Question, solver: Solver, arrays: Mapping[str, Any], worked: Worked, device: str) -> dict[str, Any]:
    """How far the second route is from each key, and from each option decided by a formula; one array a part."""
    import numpy as np  # 12 times the start of Python

    from solvers.formula.tables.arrays import numpy_table

    second = second_values(solver, solver_given(solver, arrays), worked.trace.integers, device)
    gaps: dict[str, Any] = {}
    for part in question.parts:
        if part.name in worked.keys:
            found = second.get(part.answer or "")
            missing = np.full(1, np.nan)
            gaps[f"part {part.name}"] = missing if found is None else disagreement(worked.keys[part.name], found)
            if part.formula and found is not None:
                gaps[f"part {part.name}, {part.formula}"] = disagreement(worked.formulas[part.name], found)
        for option, truth in zip(part.options, worked.holds.get(part.name, ()), strict=True):
            if isinstance(option.holds, str):
                values = {**worked.trace.values, **{n: v for n, v in second.items() if n in worked.trace.values}}
                again = holds(option.holds, values, worked.trace.integers, numpy_table())
                gaps[f"part {part.name}, {option.holds}"] = disagreement(np.asarray(truth), np.asarray(again))
    return gaps


def _judge(seed: int, gaps: Mapping[str, float], tally: _Tally) -> None:
    tally.compared += len(gaps)
    for what, gap in gaps.items():
        if gap != gap:
            tally.failed[seed] = f"{what}: the second route does not compute this step"
            return
        if gap > AGREE:
            tally.failed[seed] = f"{what}: the two routes differ by {gap:.3g}"
            return
        tally.worst = max(tally.worst, float(gap))
    tally.certified += 1
