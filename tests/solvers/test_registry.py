"""The registry: names to solvers, imported late, with a hint where a name is nearly one; what every solver says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from solvers import registry
from solvers.trace import Solver


def every_solver() -> list[Solver]:
    return [each for topic in registry.topics() for each in registry.solvers_of(topic)]


@pytest.mark.parametrize("topic", registry.topics())
def test_a_topic_has_solvers_under_its_own_name(topic: str) -> None:
    found = registry.solvers_of(topic)
    assert found
    assert {each.name.partition(".")[0] for each in found} == {topic}
    assert len({each.name for each in found}) == len(found)


@pytest.mark.parametrize("name", [each.name for each in every_solver()])
def test_a_solver_is_found_and_says_what_it_does(name: str) -> None:
    found = registry.find(name)
    assert isinstance(found, Solver)
    assert found.name == name
    assert len(found.doc) > 30
    assert found.notes
    assert found.routes, "a solver without a second route has no certificate"


@pytest.mark.parametrize("name", [each.name for each in every_solver()])
def test_mistakes_are_named_once_and_told_to_a_student(name: str) -> None:
    found = registry.find(name)
    assert isinstance(found, Solver)
    names = [each.name for each in found.mistakes]
    assert len(set(names)) == len(names)
    for mistake in found.mistakes:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mistake.name)  # what a bank may list
        assert len(mistake.says.split()) > 3


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bptt.gradiants", "did you mean 'bptt.gradients'?"),
        ("bptt.gradient", "did you mean 'bptt.gradients'?"),
        ("bptt.forwards", "did you mean 'bptt.forward'?"),
        ("bpt.gradients", "did you mean 'bptt'?"),
        ("recurence.cost", "did you mean 'recurrence'?"),
        ("bptt", "bptt has bptt.forward, bptt.gradients"),
        ("bptt.", "bptt has bptt.forward, bptt.gradients"),
        ("qqqq.qqqq", "topics with solvers: "),
        ("", "topics with solvers: "),
        ("__init__.x", "topics with solvers: "),
        ("../models/rnn.forward", "topics with solvers: "),
        ("bptt.Tracer", "bptt has bptt.forward"),
        ("bptt.second_route", "bptt has bptt.forward"),
    ],
)
def test_an_unknown_name_is_answered_with_what_there_is(name: str, says: str) -> None:
    found = registry.find(name)
    assert isinstance(found, str)
    assert found.startswith(f"no solver is called {name!r}")
    assert says in found


@pytest.mark.parametrize("name", ["qqqq.qqqq", "bptt.zzzzzzzz"])
def test_nothing_is_guessed_from_afar(name: str) -> None:
    assert "did you mean" not in str(registry.find(name))


def test_topics_are_told_in_order_and_found_twice_the_same() -> None:
    assert list(registry.topics()) == sorted(registry.topics())
    assert registry.find("bptt.forward") is registry.find("bptt.forward")


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("registry.topics()", ("solvers.topics.", "numpy", "torch", "sympy")),
        ("registry.find('bptt.forward')", ("solvers.topics.convolution", "numpy", "torch", "sympy")),
        (
            "from solvers.trace import run; run(registry.find('recurrence.cost'), {'T': 5, 'H': 3, 'D': 2})",
            ("solvers.topics.bptt", "solvers.models", "numpy", "torch", "sympy"),
        ),
    ],
    ids=["list", "find", "run"],
)
def test_nothing_is_imported_before_it_is_used(code: str, absent: tuple[str, ...]) -> None:
    program = f"import sys\nfrom solvers import registry\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert not [name for name in loaded if name.startswith(absent)]
