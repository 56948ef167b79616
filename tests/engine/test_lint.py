"""What lint says of a question beyond its YAML, each at the line where the question begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import bank
from engine.lint import lint_question
from engine.records import Problem
from tests.engine import fake_solvers

DOUBLE = fake_solvers.bank("double")
CHOICE = """\
    parts: [{{ask: Which?, kind: choice, options: [{{text: One., holds: {0}}}, {{text: Two., holds: {1}}}]}}]
"""
HEAD = DOUBLE.partition("    parts:")[0]


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_solvers.install(monkeypatch)


def linted(text: str, folder: Path) -> list[Problem]:
    path = folder / "bank.yaml"
    path.write_text(text, encoding="utf-8")
    library = bank.load([path], cached_in=folder / "cache")
    assert library.problems == ()
    return lint_question(library.questions[0])


def with_rule(rule: str) -> str:
    return DOUBLE.replace("    text:", f"    {rule}\n    text:")


IN_ORDER = [
    pytest.param(DOUBLE, id="solver"),
    pytest.param(fake_solvers.CONCEPTS, id="concepts"),
    pytest.param(with_rule('require: ["x > 3"]'), id="requirement"),
    pytest.param(with_rule("mistakes: [late]"), id="mistake"),
    pytest.param(HEAD + CHOICE.format('"x > 4"', '"x <= 4"'), id="conditions"),
]


@pytest.mark.parametrize("text", IN_ORDER)
def test_nothing_is_said_of_what_is_in_order(text: str, tmp_path: Path) -> None:
    assert linted(text, tmp_path) == []


WRONG = [
    ("no-solver", fake_solvers.bank("nope"), "no solver is called 'fake_solvers.nope'"),
    ("no-topic", DOUBLE.replace("fake_solvers.double", "bppt.gradients"), "did you mean 'bptt'?"),
    ("no-step", fake_solvers.bank("double", answer="ot"), "fake_solvers.double has no step `ot`: did you mean `out`?"),
    ("given-missing", fake_solvers.bank("again"), "takes x, times; `given` has no times"),
    (
        "ill-shaped", fake_solvers.bank("double", "x: {integer: [1, 3], size: 2}"),
        "does not take what is drawn: x: expected a number, found 2",
    ),
    ("unreadable", with_rule('require: ["x >"]'), "the formula `x >` cannot be read: "),
    ("unknown-name", with_rule('require: ["y > 1"]'), "the formula `y > 1` cannot be computed: "),
    ("never-a-value", with_rule('require: ["1 / (x - x) > 1"]'), "cannot be computed: division by zero"),
    ("never", with_rule('require: ["x > 9"]'), "`require` refused 50 draws of 50"),
    ("no-mistake", with_rule("mistakes: [lat]"), "knows no mistake `lat`: did you mean `late`?"),
    ("blind", fake_solvers.bank("blind"), "no fit variant at seed 0: part a: the mistake same gives the key (100 "),
    ("condition", HEAD + CHOICE.format('"z > 4"', '"x <= 4"'), "the condition `z > 4` cannot be computed"),
    ("no-value", HEAD + CHOICE.format('"1 / (x - x) > 4"', '"x <= 4"'), "cannot be computed: division by zero"),
    ("none-holds", HEAD + CHOICE.format('"x > 9"', '"x > 10"'), "no fit variant at seed 0: part a: 0 of 2 options"),
    ("counts", fake_solvers.bank("again", "x: {integer: [3, 6]}, times: 1000000"), "times: expected at most 1000"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said_at_the_question(text: str, said: str, tmp_path: Path) -> None:
    (problem,) = linted(text, tmp_path)
    assert problem.file.endswith("bank.yaml")
    assert problem.line == 5
    assert problem.message.startswith("fakes/one: ")
    assert said in problem.message
