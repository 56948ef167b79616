"""The evidence that travels with the banks: which seeds were certified, keyed by everything the key depends on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import engine
import solvers
from engine.paths import questions_dir
from engine.records import Certificate, Question, Value, Variant

_COUNTS = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IMPORTS = re.compile(r"from solvers\.(models|topics)(?:\.(\w+))? import (\w+(?:, \w+)*)")


def shipped_file() -> Path:
    return questions_dir() / "certificates.json"


@cache
def _shipped() -> Mapping[str, Any]:
    try:
        loaded = json.loads(shipped_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _sources(topic: str) -> list[Path]:
    """The solver file of a topic, and every topic and model it leads to by its imports."""
    home, found = Path(solvers.__file__).parent, dict[Path, None]()
    todo = [home / "topics" / f"{topic}.py"]
    while todo:
        file = todo.pop()
        if file in found or not file.exists():
            continue
        found[file] = None
        for room, one, several in _IMPORTS.findall(file.read_text(encoding="utf-8")):
            names = [one] if one else [word.strip() for word in several.split(",")]
            todo += [home / room / f"{name}.py" for name in names]
    return sorted(found)


@cache
def fingerprint(topic: str) -> str:
    """A hash of the code that a topic's keys come from: solver, models, language, drawing, fitness."""
    home = Path(solvers.__file__).parent
    files = [*_sources(topic), home / "trace.py", *sorted((home / "formula").rglob("*.py"))]
    files += [Path(engine.__file__).parent / name for name in ("drawing.py", "fitness.py", "variant.py")]
    digest = sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def hash_of(question: Question) -> str:
    """What a shipped certificate is keyed by: the question and the code behind it."""
    topic = (question.solver or "").partition(".")[0]
    return sha256(f"{question.digest} {fingerprint(topic)}".encode()).hexdigest()[:16]


def _covering(question: Question, seed: int) -> Mapping[str, Any] | None:
    """The shipped entry that covers a seed, if there is one and it is not stale."""
    entry = _shipped().get(question.id)
    if not entry or entry.get("hash") != hash_of(question) or not 0 <= seed < entry.get("seeds", 0):
        return None
    return None if seed in entry.get("failed", ()) else dict(entry)


def draws_of(question: Question, seed: int) -> int | None:
    """How many draws a certified seed takes until it is fit; None where no certificate says so."""
    entry = _covering(question, seed)
    known = entry.get("draws", "") if entry else ""
    place = _COUNTS.find(known[seed]) if seed < len(known) else -1
    return place + 1 if place >= 0 else None


def counted(attempts: Mapping[int, int], seeds: int) -> str:
    """The numbers of draws of seeds 0, 1, ... as text, a character each."""
    return "".join(_COUNTS[attempts[s] - 1] if attempts.get(s, 99) <= len(_COUNTS) else "?" for s in range(seeds))


def certificate_of(variant: Variant) -> Certificate | None:
    """The shipped certificate that covers this variant, if there is one and it is not stale."""
    entry = _covering(variant.question, variant.seed)
    if entry is None:
        return None
    return Certificate(tuple(entry["routes"]), entry["compared"], entry["disagreement"])


def stale(questions: Iterable[Question]) -> list[str]:
    """The ids of questions whose shipped certificate is missing or out of date."""
    return [q.id for q in questions if _shipped().get(q.id, {}).get("hash") != hash_of(q)]


def certify_live(variant: Variant) -> Certificate | str:
    """Certifies one variant by its solver's second route, in a worker; a sentence if the routes do not agree.
    Seconds.
    """
    from engine.fitness import solver_given, solver_of

    solver = solver_of(variant.question)
    if solver is None:
        return Certificate(("statements of the bank",), 0, 0.0)
    asked = [part.answer for part in variant.question.parts if part.answer is not None]
    return certify_numbers(solver.name, solver_given(solver, variant.given), asked)


def certify_numbers(solver: str, given: Mapping[str, Value], wanted: Iterable[str] = ()) -> Certificate | str:
    """Certifies a solver on a given: every step in `wanted`, and all that the second route computes."""
    from solvers import worker

    result = worker.call("certify", [solver, {name: _plain(value) for name, value in given.items()}])
    if isinstance(result, worker.WorkerFailed):
        return f"the second route gave no result: {result.reason}"
    if "error" in result:
        return str(result["error"])
    steps: dict[str, float] = result["steps"]
    missing = [name for name in wanted if name not in steps]
    if missing:
        return f"the second route does not compute {', '.join(missing)}"
    worst = max(steps, key=lambda name: steps[name], default="")
    if worst and steps[worst] > 1e-9:
        return f"the two routes differ at {worst} by {steps[worst]:.3g}"
    return Certificate(tuple(result["routes"]), len(steps), max(steps.values(), default=0.0))


def _plain(value: Value) -> Any:
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else str(value)
