"""The count of tests by oracle finds every way in which a test uses one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.oracles import oracles_of, summary
from tests.solvers.models import test_esn, test_graph, test_hmm, test_lstm, test_perceptron


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (test_hmm.test_hmmlearn_believes_the_same, {"hmmlearn"}),  # asked for by name, under hypothesis
        (test_lstm.test_onnxruntime_runs_the_same_states, {"onnxruntime"}),  # through a function of another file
        (test_esn.test_capacity_is_the_r2_of_numpy, {"sklearn"}),  # a class that the file imports
        (test_hmm.test_two_days_of_umbrella, set()),
    ],
    ids=["name", "helper", "class", "none"],
)
def test_oracles_are_found(function: object, expected: set[str]) -> None:
    assert oracles_of(function) == expected


def test_modules_bound_by_a_file_are_found() -> None:
    assert any(oracles_of(each) == {"networkx"} for name, each in vars(test_graph).items() if name.startswith("test_"))
    assert any(
        "sklearn" in oracles_of(each) for name, each in vars(test_perceptron).items() if name.startswith("test_")
    )


def test_a_skipped_oracle_is_counted() -> None:
    def report(when: str, *packages: str) -> object:
        return SimpleNamespace(when=when, user_properties=[("oracle", each) for each in packages])

    whole_file = SimpleNamespace(longrepr=("file", 1, "Skipped: the oracle networkx is not installed"))
    lines = summary(
        {
            "passed": [report("call", "scipy"), report("call", "scipy", "sklearn"), report("call")],
            "failed": [report("call", "sklearn")],
            "skipped": [report("setup", "pgmpy"), report("call", "pgmpy"), whole_file],
        }
    )
    assert [line.split(maxsplit=1) for line in lines] == [
        ["networkx", "0 passed, 1 SKIPPED"],
        ["pgmpy", "0 passed, 2 SKIPPED"],
        ["scipy", "2 passed"],
        ["sklearn", "1 passed, 1 FAILED"],
    ]
    assert summary({}) == []
