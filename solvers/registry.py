""" "bptt.gradients" -> the solver of that name, imported when it is used and not before."""

from __future__ import annotations

import difflib
import importlib
from functools import cache
from pathlib import Path

from solvers.trace import Solver

TOPICS = Path(__file__).parent / "topics"


def topics() -> tuple[str, ...]:
    """The topics that have solvers, by file name, without importing them."""
    return tuple(sorted(path.stem for path in TOPICS.glob("*.py") if path.stem != "__init__"))


@cache
def solvers_of(topic: str) -> tuple[Solver, ...]:
    """Every solver of a topic."""
    module = importlib.import_module(f"solvers.topics.{topic}")
    return tuple(value for value in vars(module).values() if isinstance(value, Solver) and value.name.startswith(topic))


def find(name: str) -> Solver | str:
    """The solver called "topic.name", or a sentence that says what is known instead."""
    topic = name.partition(".")[0]
    if topic not in topics():
        return f"no solver is called {name!r}{_hint(topic, topics())} (topics with solvers: {', '.join(topics())})"
    known = {solver.name: solver for solver in solvers_of(topic)}
    if name in known:
        return known[name]
    return f"no solver is called {name!r}{_hint(name, tuple(known))} ({topic} has {', '.join(known)})"


def _hint(word: str, known: tuple[str, ...]) -> str:
    match = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f": did you mean {match[0]!r}?" if match else ""
