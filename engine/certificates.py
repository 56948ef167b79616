"""The evidence that travels with the banks: which seeds were certified, keyed by everything the key depends on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import engine
import solvers
from engine.paths import questions_dir
from engine.records import Certificate, Question, Value, Variant
from solvers.certify import AGREE, written

if TYPE_CHECKING:
    from solvers.worker import WorkerFailed

_COUNTS = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IMPORTS = re.compile(
    r"from solvers\.(models|topics)(?:\.(\w+))? import (\([^)]*\)|.*)|import solvers\.(models|topics)\.(\w+)"
)
_FIELDS: Final[Mapping[str, type | tuple[type, ...]]] = MappingProxyType(
    {"hash": str, "seeds": int, "failed": list, "routes": list, "compared": int, "disagreement": (int, float),
     "draws": str}
)  # fmt: skip
_AS = re.compile(r"#.*| as \w+")


def shipped_file() -> Path:
    return questions_dir() / "certificates.json"


@cache
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    return load_entries(shipped_file())


def load_entries(path: Path) -> dict[str, dict[str, Any]]:
    """The evidence in a file, by question. What is no evidence is left out: it certifies nothing, and harms nobody."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    entries = loaded.items() if isinstance(loaded, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict) and _whole(entry)}


def _whole(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has all that a certificate is made of."""
    return all(isinstance(entry.get(name), kind) for name, kind in _FIELDS.items())


def _sources(topic: str) -> list[Path]:
    """The solver file of a topic, and every topic and model it leads to by its imports."""
    home, found = Path(solvers.__file__).parent, dict[Path, None]()
    todo = [home / "topics" / f"{topic}.py"]
    while todo:
        file = todo.pop()
        if file in found or not file.exists():
            continue
        found[file] = None
        for room, one, several, other, alone in _IMPORTS.findall(file.read_text(encoding="utf-8")):
            names = [one or alone] if one or alone else re.findall(r"\w+", _AS.sub("", several))
            todo += [home / (room or other) / f"{name}.py" for name in names]
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
    if entry is None or entry["hash"] != hash_of(question) or not 0 <= seed < entry["seeds"]:
        return None
    return None if seed in entry["failed"] else entry


def draws_of(question: Question, seed: int) -> int | None:
    """How many draws a certified seed takes until it is fit; None where no certificate says so."""
    entry = _covering(question, seed)
    known: str = entry["draws"] if entry else ""
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
    """The ids of questions whose shipped certificate is missing or out of date; a derivation needs none."""
    asked = (q for q in questions if q.derivation is None)
    return [q.id for q in asked if _shipped().get(q.id, {}).get("hash") != hash_of(q)]


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
    from solvers.worker import WorkerFailed  # subprocess: a session whose certificates are shipped needs none

    found = run_second_route(solver, given)
    return found.reason if isinstance(found, WorkerFailed) else agreed(found, wanted)


def run_second_route(solver: str, given: Mapping[str, Value], seconds: float = 60) -> Mapping[str, Any] | WorkerFailed:
    """What `solvers.certify.certify_given` finds, in a process of its own that is stopped when its time is up."""
    from solvers.worker import WorkerFailed, call

    found = call("certify", [solver, {name: written(value) for name, value in given.items()}], seconds)
    if isinstance(found, WorkerFailed):
        return WorkerFailed(f"the second route gave no result: {found.reason}", found.late)
    return dict(found)


def agreed(found: Mapping[str, Any], wanted: Iterable[str]) -> Certificate | str:
    """The certificate over the steps found, if every step in `wanted` is among them and the routes agree on all."""
    if "error" in found:
        return str(found["error"])
    steps: dict[str, float] = found["steps"]
    missing = [name for name in wanted if name not in steps]
    if missing:
        return f"the second route does not compute {', '.join(missing)}"
    if not steps:
        return "the second route computes none of the steps"
    for name, gap in steps.items():
        if not gap <= AGREE:
            return f"the two routes differ at {name} by {gap:.3g}"
    return Certificate(tuple(found["routes"]), len(steps), max(steps.values()))
