"""Texts that cannot be laid out are found when the bank is linted, with the place they stand in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.bank import load
from engine.records import Option, Question
from engine.text_lint import text_problems

GOOD = Path(__file__).parent / "banks" / "convolution.yaml"


@pytest.fixture
def question(tmp_path: Path) -> Question:
    return load([GOOD], cached_in=tmp_path).questions[1]


def test_a_good_bank_can_be_set(tmp_path: Path) -> None:
    library = load([GOOD], cached_in=tmp_path, lint_question=text_problems)
    assert (library.problems, len(library.questions)) == ((), 3)


def test_an_unknown_command_is_found(question: Question) -> None:
    (problem,) = text_problems(replace(question, text=r"A bias of $\nosuchcommand{b}$."))
    assert problem.file == str(GOOD)
    assert f"{problem.file}:{problem.line}" == question.origin
    assert problem.message.startswith("convolution/cross-correlate: `text`: ")
    assert "nosuchcommand" in problem.message


def test_each_place_is_looked_at(question: Question) -> None:
    bad = r"$\nosuchcommand$"
    part = replace(question.parts[0], ask=bad, options=(Option(bad, True, bad), Option("fine", False)))
    found = text_problems(replace(question, title=bad, text=bad, parts=(part,)))
    assert [problem.message.split(": ")[1] for problem in found] == [
        "`title`",
        "`text`",
        "part a, `ask`",
        "part a, option 1",
        "part a, option 1, `reason`",
    ]


def test_a_value_that_does_not_suit_is_found(question: Question) -> None:
    (problem,) = text_problems(replace(question, text="{{ eta | matrix }}"))
    assert "expected a matrix, found the number 0.25" in problem.message
