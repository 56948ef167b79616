"""Runs a job in a process of its own, with a time and a memory limit, so that it can be killed. JSON in, JSON out.

The jobs are a table: what is run is never named by a text from outside.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JOBS = {"certify": "solvers.certify:certify_given", "exact": "solvers.certify:exact_given"}
GIBIBYTE = 2**30
LONGEST = 300  # characters of what a failed job says


@dataclass(frozen=True, slots=True)
class WorkerFailed:
    """The job gave no result; `reason` is one sentence. `late`: it was stopped when its time was up."""

    reason: str
    late: bool = False


def call(job: str, arguments: list[Any], seconds: float = 60, gibibytes: int = 16) -> Any | WorkerFailed:
    """The result of JOBS[job](*arguments). The process is killed when its time is up.

    The memory limit is of address space, of which torch reserves far more than it uses.
    """
    if job not in JOBS:
        return WorkerFailed(f"there is no job {job!r}; expected one of {', '.join(JOBS)}")
    request = json.dumps({"job": job, "arguments": arguments, "gibibytes": gibibytes})
    command = [sys.executable, "-m", "solvers.worker"]
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, encoding="utf-8", errors="replace", timeout=seconds,
            cwd=root, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return WorkerFailed(f"it took more than {seconds:g} seconds and was stopped", late=True)
    except OSError as error:
        return WorkerFailed(f"the worker could not be started ({error.strerror})")
    if done.returncode != 0:
        return WorkerFailed(f"the worker stopped: {_why(done)}")
    return _answer(done.stdout)


def _why(done: subprocess.CompletedProcess[str]) -> str:
    """What a worker that failed says of it, in one line."""
    if done.returncode < 0:
        return f"it was ended by signal {-done.returncode} (more memory than there is, or somebody ended it)"
    said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return "it needs more memory than it may have" if said.startswith("MemoryError") else said[:LONGEST]


def _answer(output: str) -> Any | WorkerFailed:
    """The last line as JSON; whatever the job's libraries printed stands above it."""
    try:
        return json.loads((output.splitlines() or [""])[-1])
    except ValueError:
        return WorkerFailed("the worker gave no answer that can be read")


def main() -> int:
    """The worker's side: one request on standard input, one answer as the last line on standard output."""
    request = json.loads(sys.stdin.read())
    _limit_memory(request["gibibytes"] * GIBIBYTE)
    module, _, name = JOBS[request["job"]].partition(":")
    result = getattr(importlib.import_module(module), name)(*request["arguments"])
    print(json.dumps(result))
    return 0


def _limit_memory(limit: int) -> None:
    """No more address space than `limit` bytes, nor than the machine allows already."""
    try:
        import resource
    except ImportError:  # not on Windows, where the time limit alone holds
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


if __name__ == "__main__":
    sys.exit(main())
