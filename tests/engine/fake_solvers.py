"""Solvers made for the tests of certifying: agreeing routes, disagreeing ones, a mistake that gives the key, none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from solvers import registry
from solvers.trace import Solver, Tracer, solver

LATER = {"late": "the doubling was left out"}


@solver(r"x \in \mathbb{R}", notes="1", mistakes=LATER)
def double(trace: Tracer) -> None:
    """Twice a number."""
    trace.step(r"\mathrm{out} = 2 x", mistakes={"late": "x"})


@solver(r"x \in \mathbb{R}", notes="1", mistakes=LATER)
def apart(trace: Tracer) -> None:
    """A solver whose second route differs where x = 3."""
    trace.step(r"\mathrm{out} = 2 x", mistakes={"late": "x"})


@solver(r"x \in \mathbb{R}", notes="1", mistakes={"same": "something that changes nothing"})
def blind(trace: Tracer) -> None:
    """A solver whose mistake always gives the key."""
    trace.step(r"\mathrm{out} = 2 x", mistakes={"same": "x + x"})


@solver(r"x \in \mathbb{R}", notes="1")
def alone(trace: Tracer) -> None:
    """A solver without a second route."""
    trace.step(r"\mathrm{out} = 2 x")


@solver(r"x \in \mathbb{R}", notes="1", mistakes={"same-at-two": "the square was taken"})
def sometimes(trace: Tracer) -> None:
    """A solver whose mistake gives the key where x is 0 or 2."""
    trace.step(r"\mathrm{out} = 2 x", mistakes={"same-at-two": "x^2"})


@solver(r"x \in \mathbb{R}", r"\mathrm{times} \in \mathbb{N}", notes="1")
def again(trace: Tracer, times: int) -> None:
    """A solver whose Python counts."""
    for _ in range(times):
        trace.step(r"\mathrm{out} = 2 x")


@double.second_route("tensors: a sum")
@blind.second_route("tensors: a sum")
@sometimes.second_route("tensors: a sum")
def _sum(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    return {"out": given["x"] + given["x"]}


@apart.second_route("tensors: a sum that slips at 3")
def _slips(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    return {"out": given["x"] + given["x"] + (given["x"] == 3) * 0.5}


ALL = {made.name: made for made in (double, apart, blind, alone, sometimes, again)}
_find = registry.find


def find(name: str) -> Solver | str:
    """The registry's `find`, which knows the solvers above too."""
    return ALL[name] if name in ALL else _find(name)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every question of a bank use the solvers above."""
    monkeypatch.setattr("solvers.registry.find", find)
    monkeypatch.setattr("solvers.certify.find", find)
    monkeypatch.setattr("engine.exact.find", find)


def bank(name: str, rules: str = "x: {integer: [3, 6]}", answer: str = "out", kind: str = "integer") -> str:
    """A bank with one question about a solver above."""
    return f"""\
topic: fakes
title: Made for tests
notes: "1"
questions:
  - id: one
    title: One number
    notes: "1"
    level: 1
    minutes: 1
    skills: [one]
    solver: fake_solvers.{name}
    given: {{{rules}}}
    text: "Take $x = {{{{ x }}}}$."
    parts: [{{ask: "And then?", answer: {answer}, kind: {kind}}}]
"""


CONCEPTS = """\
topic: concepts
title: No solver
notes: "1"
questions:
  - id: facts
    title: Facts
    notes: "1"
    level: 1
    minutes: 1
    skills: [facts]
    text: Think.
    parts:
      - ask: Which hold?
        kind: choices
        pick: 3
        options:
          - {text: One., holds: true, reason: It does.}
          - {text: Two., holds: true}
          - {text: Three., holds: false}
          - {text: Four., holds: false}
"""
