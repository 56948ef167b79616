"""Derivation questions: what earns the goal, what does not, and the shipped ones with their model solutions."""

from __future__ import annotations

import re
from argparse import Namespace
from functools import cache
from pathlib import Path

import pytest

from engine import bank
from engine.derivation.goals import Flaw, asked_of, certified, check_question, judged, read_derivation
from engine.derivation.report import Goal, Report
from engine.derivation.trail import Asked
from engine.records import Derivation, Question
from tests.engine.derivation.cheats import CHEATS, SQ, D, G, shown
from tests.engine.derivation.honest import HONEST

# Whole write-ups are worked through: on a busy machine some take longer than the suite's limit, which is for hangs.
pytestmark = pytest.mark.timeout(600)

LIBRARY = bank.load()
DERIVATIONS = tuple(question for question in LIBRARY.questions if question.derivation is not None)
BY_ID = {question.id: question for question in DERIVATIONS}
NAMED = (  # what the banks must have
    "squared-error-gradient", "sigmoid-unit", "two-layers", "softmax-cross-entropy", "ridge-gradient", "ridge-solution",
    "derive-input-weights", "derive-recurrent-weights", "derive-hidden-given-visible", "derive-visible-given-hidden",
    "derive-learning-rule", "elbo", "weight-scaling", "momentum-unrolled", "gaussian-divergence",
)  # fmt: skip


@cache
def asked(name: str) -> Asked:
    found = asked_of(BY_ID[name])
    assert isinstance(found, Asked), found
    return found


def goal_of(name: str, text: str, latex: bool | None = None) -> Goal:
    found = judged(asked(name), text, latex).goal
    assert found is not None
    return found


def every(questions: tuple[Question, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", questions, ids=[question.id for question in questions])


# ----- what is shown, and what is not


@pytest.mark.parametrize("name", CHEATS)
def test_what_shows_nothing_earns_nothing(name: str) -> None:
    question, text, reason = CHEATS[name]
    goal = goal_of(question, text)
    assert not goal.reached
    assert re.search(reason, goal.reason), goal.reason


@pytest.mark.parametrize("name", HONEST)
def test_what_shows_it_by_any_route_reaches_the_goal(name: str) -> None:
    question, text = HONEST[name]
    assert goal_of(question, text).reached, goal_of(question, text).reason


def test_the_line_that_ends_at_the_goal_is_told() -> None:
    found = goal_of(SQ, f"$$ {D} = 2 X^\\top X w - 2 X^\\top y $$\n\nand\n\n$$ {D} = {G} $$\n")
    assert found == Goal(True, "line 5 ends at what was to be shown", 5)


def test_a_line_that_cannot_be_read_stands_against_the_goal() -> None:
    found = goal_of(SQ, shown(rf"{D} = 2 X^\top (X w - = {G}"))
    assert (found.reached, found.reason) == (False, "line 1 is unreadable")


# ----- the shipped questions


def test_the_banks_have_the_derivations_of_the_course() -> None:
    assert len(DERIVATIONS) >= 16
    assert {name.partition("/")[2] for name in BY_ID} >= set(NAMED)


@every(DERIVATIONS)
def test_a_model_solution_holds_step_by_step_and_reaches_the_goal(question: Question) -> None:
    assert certified(question) == ""


@every(DERIVATIONS)
def test_the_goal_alone_is_no_derivation(question: Question) -> None:
    assert question.derivation is not None
    assert not goal_of(question.id, f"$$ {question.derivation.goal} $$").reached


@every(DERIVATIONS)
def test_planted_errors_are_found_in_their_line(question: Question) -> None:
    assert question.derivation is not None
    text = question.derivation.solution
    steps = judged(asked(question.id), text).steps
    chosen = {0, len(steps) // 2, len(steps) - 1}
    assert len(chosen) >= 3 or len(steps) < 3
    for number in sorted(chosen):
        step = steps[number]
        report = judged(asked(question.id), with_error(text, step.line, step.column))
        assert report.first_wrong is not None
        assert report.first_wrong.line == step.line
        assert report.goal is not None
        assert not report.goal.reached


def with_error(text: str, line: int, column: int) -> str:
    """The side at a place three times as large, or with its sign turned."""
    lines = text.split("\n")
    before, after = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    lines[line - 1] = before + (after[1:] if after.startswith("-") else rf"3 \cdot {after}")
    return "\n".join(lines)


# ----- asking for a question


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-such-question", "there is no question `no-such-question`"),
        ("perceptron/net-and-output", "is answered part by part"),
        ("ELBO", "did you mean `generative/elbo`"),
    ],
)
def test_what_is_no_derivation_question_is_told_in_a_sentence(name: str, said: str) -> None:
    found = check_question(Namespace(question=name, bank=None), "", None)
    assert isinstance(found, str)
    assert said in found


def test_a_question_is_found_by_its_short_name() -> None:
    found = check_question(Namespace(question="squared-error-gradient", bank=None), shown(f"{D} = {G}"), None)
    assert isinstance(found, Report)
    assert found.goal is not None
    assert not found.goal.reached


# ----- reading and linting


@pytest.mark.parametrize(
    ("said", "entry", "message"),
    [
        (Derivation(("w \\in \\mathbb{R}^",), "w = w", ""), "let 0", "cannot be read"),
        (Derivation(("w \\in \\mathbb{R}^n", "J = w^\\top w", "x \\in"), "w = w", ""), "let 2", "cannot be read"),
        (Derivation(("w \\in \\mathbb{R}^n",), "w +", ""), "goal", "cannot be read"),
        (Derivation(("w \\in \\mathbb{R}^n",), "w", ""), "goal", "is no equation"),
        (Derivation(("a > 0",), "a \\le a + 1", ""), "goal", "is no equation"),
        (Derivation(("a > 0",), "a = a = a", ""), "goal", "is no equation"),
        (Derivation(("a > 0",), "a = 1", "", start="a + = 1"), "start", "cannot be read"),
        (Derivation(("a > 0",), "a = 1", "", start="a \\le 1"), "start", "neither a formula nor one equation"),
    ],
)
def test_what_cannot_be_read_in_a_question_is_named(said: Derivation, entry: str, message: str) -> None:
    found = read_derivation(said)
    assert isinstance(found, Flaw)
    assert found.entry == entry
    assert message in found.message


BANK = r"""topic: own
title: Own
notes: "1"
questions:
  - id: square
    title: A square
    notes: "1.1"
    level: 1
    minutes: 3
    skills: [square]
    text: Show it.
    derivation:
      let:
        - w \in \mathbb{R}^n
        - J = w^\top w
      goal: \nabla_w J = 2 w
      solution: |
        By components

        $$ \frac{\partial J}{\partial w_k} = \frac{\partial}{\partial w_k} \sum_{i=1}^n w_i^2 = 2 w_k $$

        and so

        $$ \nabla_w J = 2 w $$
"""


def linted(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    from engine.lint import lint_question

    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    library = bank.load([path], cached_in=tmp_path / "cache", lint_question=lint_question)
    return [(problem.line, problem.message) for problem in library.problems]


def test_a_right_question_has_no_problems(tmp_path: Path) -> None:
    assert linted(tmp_path, BANK) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (r"w \in \mathbb{R}^n", r"w \in \mathbb{R}^", 14, "the declaration `w \\in \\mathbb{R}^` cannot be read"),
        (r"- J = w^\top w", r"- J = w^\top (w", 15, "cannot be read"),
        (r"goal: \nabla_w J = 2 w", r"goal: \nabla_w J", 16, "is no equation"),
        (r"= 2 w_k $$", r"= 3 w_k $$", 20, "line 3 of the model solution is wrong"),
        (r"\frac{\partial}{\partial w_k} \sum_{i=1}^n w_i^2 = 2 w_k", r"2 w_k", 24, "the goal is restated"),
        (r"\nabla_w J = 2 w $$", r"\nabla_w J = 2 (w $$", 24, "line 7 of the model solution is unreadable"),
        ("    derivation:", "    solver: rbm.energy\n    derivation:", 12, "with `derivation` has no `solver`"),
        ("      goal:", "      gaol: 1\n      goal:", 16, "unknown key `gaol`: did you mean `goal`?"),
        ("      let:\n", "      lett:\n", 13, "unknown key `lett`: did you mean `let`?"),
        (r"      goal: \nabla_w J = 2 w" + "\n", "", 12, "`goal` is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_question_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in BANK
    head, _, tail = BANK.rpartition(old)
    found = linted(tmp_path, head + new + tail)
    assert any(at == line and message in said for at, said in found), found


def test_a_question_without_parts_and_derivation_is_told(tmp_path: Path) -> None:
    head = BANK.partition("    derivation:")[0]
    assert any("`parts` is missing" in said for _, said in linted(tmp_path, head))


def test_no_sitting_asks_for_a_write_up() -> None:
    from engine.session import plan_session

    planned = {each.question for each in plan_session(LIBRARY, (), 500, 1)}
    assert planned
    assert not planned & BY_ID.keys()


def test_a_derivation_survives_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(BANK, encoding="utf-8")
    first = bank.load([path], cached_in=tmp_path / "cache").questions
    assert first == bank.load([path], cached_in=tmp_path / "cache").questions
    assert first[0].derivation is not None
    assert first[0].derivation.line("goal") == 16


@pytest.mark.parametrize(
    "text",
    [
        r"Let $i = 2$." + "\n\n" + shown(rf"{D} = 2 \sum_{{i=1}}^n X_{{i,:}}^\top ((X w)_i - y_i) = {G}"),  # an index
        shown(rf"{D} = \nabla_w (w^\top) X^\top (X w - y) = {G}"),  # a tensor between a row and a column
        shown(rf"{D} = \nabla_w (\nabla_w (w w^\top)) w = {G}"),
    ],
    ids=["index", "row", "tensor"],
)
def test_whatever_is_handed_in_comes_to_a_goal(text: str) -> None:
    assert isinstance(goal_of(SQ, text), Goal)
