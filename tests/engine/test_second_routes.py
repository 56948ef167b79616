"""Second routes keep to the device of their given, as far as a machine without a second device can tell.

While a route runs, whatever it makes without naming a device is made on one that holds no values: mixed with the given,
it fails, as a tensor of the processor fails among those of a graphics card.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch

import engine.verify
from engine import bank
from solvers.certify import second_values, tensors_of
from solvers.registry import topics
from solvers.trace import Solver

LIBRARY = bank.load()


def mixed(solver: Solver, tensors: Mapping[str, Any], integers: Mapping[str, int]) -> str:
    """What a route says that mixes devices; nothing otherwise. Routes that only count may make what they like."""
    for name, route in solver.routes:
        try:
            with torch.device("meta"):
                route(tensors, integers)
        except (RuntimeError, NotImplementedError) as error:
            if "device" in str(error):
                return f"{solver.name}: {name}: {error}"
    return ""


@pytest.mark.parametrize("topic", [each for each in topics() if any(q.topic == each for q in LIBRARY.questions)])
def test_no_route_mixes_devices(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, str] = {}

    def watched(
        solver: Solver, given: Mapping[str, Any], integers: Mapping[str, int], device: str
    ) -> Mapping[str, Any]:
        found[solver.name] = mixed(solver, tensors_of(solver, given), integers)
        return second_values(solver, given, integers, device)

    monkeypatch.setattr(engine.verify, "second_values", watched)
    for question in LIBRARY.questions:
        if question.topic == topic:
            report = engine.verify.verify(question, range(1))
            assert report.certified == 1, question.id
    assert [each for each in found.values() if each] == []


def test_a_route_that_mixes_devices_is_seen() -> None:
    def careless(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
        return {"y": given["x"] + torch.ones(3)}

    bad = Solver("fake.careless", lambda trace: None, (), (), "", False, (), (), [("torch: ones", careless)])
    assert "fake.careless" in mixed(bad, {"x": torch.ones(3)}, {})
