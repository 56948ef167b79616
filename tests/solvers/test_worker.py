"""The worker: answers come back, and whatever else happens in it is one sentence."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from solvers import worker
from solvers.worker import WorkerFailed, call

ROOT = Path(__file__).resolve().parents[2]
# What jobs may do, as the JOBS of a test; each is a function of the standard library.
JOBS = {
    "echo": "operator:pos",
    "sleep": "time:sleep",
    "exit": "sys:exit",
    "abort": "os:abort",
    "grab": "operator:mul",
    "absent": "no_such_module:f",
    "closed": "os:close",
}
START = (
    "import sys; from solvers import worker; worker.JOBS.update({jobs!r}); sys.exit(worker.main())"  # in the process
)


@pytest.fixture
def _jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs above on both sides of the pipe."""
    run = subprocess.run

    def with_jobs(command: list[str], **settings: object) -> subprocess.CompletedProcess[str]:
        changed = [sys.executable, "-c", START.format(jobs=JOBS)]
        return run(changed if command[1:] == ["-m", "solvers.worker"] else command, **settings)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(worker, "JOBS", JOBS)
    monkeypatch.setattr("solvers.worker.subprocess.run", with_jobs)


@pytest.mark.usefixtures("_jobs")
def test_an_answer_comes_back() -> None:
    assert call("echo", [3]) == 3


FAILING = [
    pytest.param("sleep", [60], {"seconds": 0.5}, "it took more than 0.5 seconds and was stopped", id="time"),
    pytest.param("grab", ["x" * 1000, 10**7], {"gibibytes": 1}, "more memory than it may have", id="memory"),
    pytest.param("echo", ["text"], {}, "the worker stopped: TypeError: bad operand", id="crash"),
    pytest.param("exit", [3], {}, "the worker stopped: exit code 3", id="exit"),
    pytest.param("exit", [0], {}, "no answer that can be read", id="silent"),
    pytest.param("abort", [], {}, "it was ended by signal 6", id="signal"),
    pytest.param("absent", [], {}, "No module named 'no_such_module'", id="absent"),
    pytest.param("nope", [], {}, "there is no job 'nope'; expected one of echo", id="unknown"),
]


@pytest.mark.usefixtures("_jobs")
@pytest.mark.parametrize(("job", "arguments", "limits", "reason"), FAILING)
def test_a_failure_is_a_sentence(job: str, arguments: list[object], limits: dict[str, int], reason: str) -> None:
    failed = call(job, arguments, **limits)
    assert isinstance(failed, WorkerFailed)
    assert reason in failed.reason
    assert "\n" not in failed.reason
    assert len(failed.reason) < 400
    assert failed.late == (job == "sleep")


def test_a_worker_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.worker.sys", SimpleNamespace(executable="/no/such/python"))
    assert call("certify", []) == WorkerFailed("the worker could not be started (No such file or directory)")


def test_the_jobs_are_those_of_the_solvers() -> None:
    assert set(worker.JOBS) == {"certify", "exact"}
    assert all(where.startswith("solvers.") for where in worker.JOBS.values())


def test_a_job_is_never_named_by_a_text_from_outside() -> None:
    """The worker's own side refuses too."""
    request = json.dumps({"job": "os:system", "arguments": ["true"], "gibibytes": 16})
    command = [sys.executable, "-m", "solvers.worker"]
    done = subprocess.run(command, input=request, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert (done.returncode != 0, done.stdout) == (True, "")


def test_the_workers_side_prints_one_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(worker, "JOBS", JOBS)
    monkeypatch.setattr(worker, "_limit_memory", lambda limit: None)  # this process goes on afterwards
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"job": "echo", "arguments": [7], "gibibytes": 1})))
    assert worker.main() == 0
    assert json.loads(capsys.readouterr().out) == 7
