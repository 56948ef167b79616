"""Every question of every shipped bank: certified at seeds 0..999, fit, broad, the same in bulk and singly."""

from __future__ import annotations

from collections import Counter

import pytest

from engine import bank
from engine.certificates import stale
from engine.fitness import solver_of
from engine.lint import lint_question
from engine.records import Question, Variant
from engine.variant import make_variant
from engine.verify import verify

LIBRARY = bank.load()
SEEDS = range(1000)
TOPICS = ("bptt", "convolution", "perceptron", "positional_encoding", "rbm")
MOST_UNFIT = 0.30


def _all(questions: tuple[Question, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", questions, ids=[question.id for question in questions])


def test_nothing_is_wrong_in_the_banks() -> None:
    assert bank.load(lint_question=lint_question).problems == ()


@pytest.mark.parametrize("topic", TOPICS)
def test_breadth_of_a_topic(topic: str) -> None:
    questions = [question for question in LIBRARY.questions if question.topic == topic]
    assert len(questions) >= 8
    assert {question.level for question in questions} == {1, 2, 3, 4, 5}
    assert len({part.kind for question in questions for part in question.parts}) >= 4
    assert any(question.level == 5 and len(question.parts) >= 4 for question in questions)


@pytest.mark.parametrize("topic", TOPICS)
def test_at_least_three_mistakes_a_topic(topic: str) -> None:
    solvers = [solver_of(question) for question in LIBRARY.questions if question.topic == topic]
    assert len({mistake.name for solver in solvers if solver for mistake in solver.mistakes}) >= 3


def test_every_answer_kind_is_asked() -> None:
    kinds = Counter(part.kind for question in LIBRARY.questions for part in question.parts)
    expected = {"integer", "number", "exact", "expression", "vector", "matrix", "shape", "choice", "choices"}
    assert set(kinds) == expected, kinds


@_all(LIBRARY.drawn)
def test_every_seed_is_certified_and_fit(question: Question) -> None:
    report = verify(question, SEEDS)
    assert report.failed == {}
    assert report.certified == len(SEEDS)
    assert report.unfit_share <= MOST_UNFIT, report.refused
    assert report.disagreement <= 1e-9
    for seed in (0, 1, 17, 500, 999):  # what is certified in bulk is what a session shows
        variant = make_variant(question, seed)
        assert isinstance(variant, Variant), variant
        assert variant.draws == report.attempts[seed]


def test_the_shipped_certificates_are_those_of_the_banks() -> None:
    assert stale(LIBRARY.questions) == [], "run `chainrule verify --write`"
