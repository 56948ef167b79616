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

JOBS = {"certify": "solvers.certify:certify_given"}
GIBIBYTE = 2**30


@dataclass(frozen=True, slots=True)
class WorkerFailed:
    """The job gave no result; `reason` is one sentence."""

    reason: str


def call(job: str, arguments: list[Any], seconds: float = 60, gibibytes: int = 16) -> Any | WorkerFailed:
    """The result of JOBS[job](*arguments). The process is killed when its time is up.

    The memory limit is of address space, of which torch reserves far more than it uses.
    """
    request = json.dumps({"job": job, "arguments": arguments, "gibibytes": gibibytes})
    command = [sys.executable, "-m", "solvers.worker"]
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, text=True, timeout=seconds, cwd=root, check=False
        )
    except subprocess.TimeoutExpired:
        return WorkerFailed(f"it took more than {seconds:g} seconds and was stopped")
    except OSError as error:
        return WorkerFailed(f"the worker could not be started ({error.strerror})")
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return WorkerFailed(f"the worker stopped: {last}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    """The worker's side: one request on standard input, one answer as the last line on standard output."""
    import resource  # Unix only; elsewhere the time limit alone holds

    request = json.loads(sys.stdin.read())
    limit = request["gibibytes"] * GIBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    module, _, name = JOBS[request["job"]].partition(":")
    result = getattr(importlib.import_module(module), name)(*request["arguments"])
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
