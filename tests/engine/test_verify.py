"""Certifying in bulk: what is certified, what is unfit and why, and routes that do not agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import bank
from engine.records import Question, Unfit, Variant
from engine.variant import MAX_DRAWS, make_variant
from engine.verify import verify
from tests.engine import fake_solvers


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_solvers.install(monkeypatch)
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))


def question(text: str, folder: Path) -> Question:
    path = folder / "bank.yaml"
    path.write_text(text, encoding="utf-8")
    library = bank.load([path], cached_in=folder / "cache")
    assert library.problems == ()
    return library.questions[0]


def test_two_routes_that_agree_certify_every_seed(tmp_path: Path) -> None:
    ticks: list[int] = []
    report = verify(question(fake_solvers.bank("double"), tmp_path), range(50), tick=ticks.append)
    assert (report.seeds, report.certified, report.failed, report.refused) == (50, 50, {}, {})
    assert report.routes == ("formulas of the trace", "tensors: a sum")
    assert (report.draws, report.unfit_share, report.disagreement, report.compared) == (50, 0.0, 0.0, 50)
    assert set(report.attempts) == set(range(50))
    assert sum(ticks) == 50


def test_routes_that_disagree_fail_those_seeds_alone(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("apart"), tmp_path)
    report = verify(asked, range(60))
    made = [make_variant(asked, seed) for seed in range(60)]
    threes = {each.seed for each in made if isinstance(each, Variant) and each.given["x"] == 3}
    assert threes
    assert set(report.failed) == threes
    assert report.certified == 60 - len(threes)
    assert set(report.failed.values()) == {"part a: the two routes differ by 0.0833"}  # 0.5 over 6
    assert report.unfit_share == 0.0  # nothing is wrong with the draws


def test_a_mistake_that_gives_the_key_makes_every_draw_unfit(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("blind"), tmp_path)
    report = verify(asked, range(4))
    reason = "part a: the mistake same gives the key"
    assert (report.certified, report.refused) == (0, {reason: 4 * MAX_DRAWS})
    assert set(report.failed.values()) == {f"no fit draw in {MAX_DRAWS}"}
    assert report.unfit_share == 1.0
    assert make_variant(asked, 0) == Unfit(asked.id, 0, {reason: MAX_DRAWS})


def test_a_mistake_that_gives_the_key_now_and_then_costs_draws(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("sometimes", "x: {integer: [1, 4]}"), tmp_path)
    report = verify(asked, range(100))
    assert report.certified == 100
    unfit = report.refused["part a: the mistake same-at-two gives the key"]
    assert unfit == report.draws - 100
    assert report.unfit_share == pytest.approx(unfit / report.draws)
    for seed in range(20):  # one by one it is the same
        made = make_variant(asked, seed)
        assert isinstance(made, Variant)
        assert (made.draws, made.given["x"] != 2) == (report.attempts[seed], True)


def test_a_step_that_the_second_route_leaves_out_is_not_certified(tmp_path: Path) -> None:
    report = verify(question(fake_solvers.bank("alone"), tmp_path), range(3))
    assert report.certified == 0
    assert set(report.failed.values()) == {"part a: the second route does not compute this step"}


def test_a_conceptual_question_is_certified_by_its_statements(tmp_path: Path) -> None:
    report = verify(question(fake_solvers.CONCEPTS, tmp_path), range(20))
    assert (report.certified, report.routes, report.compared) == (20, ("statements of the bank",), 0)


REQUIRED = [
    pytest.param("x > 9", "not required: x > 9", id="never-true"),
    pytest.param("x / 0 > 1", "not required: x / 0 > 1 (could not be evaluated)", id="without-a-value"),
]


@pytest.mark.parametrize(("formula", "reason"), REQUIRED)
def test_a_requirement_that_nothing_meets_is_counted(formula: str, reason: str, tmp_path: Path) -> None:
    text = fake_solvers.bank("double").replace("    text:", f'    require: ["{formula}"]\n    text:')
    asked = question(text, tmp_path)
    report = verify(asked, range(2))
    assert (report.certified, report.refused) == (0, {reason: 2 * MAX_DRAWS})
    assert make_variant(asked, 0) == Unfit(asked.id, 0, {reason: MAX_DRAWS})


def test_a_bank_cannot_make_a_solver_count_for_ever(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("again", "x: {integer: [1, 9]}, times: 1000000000"), tmp_path)
    reason = "times: expected at most 1000, found 1000000000"
    assert make_variant(asked, 0) == Unfit(asked.id, 0, {reason: MAX_DRAWS})
    assert verify(asked, range(1)).failed == {0: f"no fit draw in {MAX_DRAWS}"}


def test_seeds_in_several_batches_are_the_same_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = question(fake_solvers.bank("sometimes", "x: {integer: [1, 4]}"), tmp_path)
    whole = verify(asked, range(30))
    monkeypatch.setattr("engine.verify.AT_ONCE", 7)
    parts = verify(asked, range(30))
    assert (parts.attempts, parts.draws, parts.refused) == (whole.attempts, whole.draws, whole.refused)


def test_no_seeds_certify_nothing(tmp_path: Path) -> None:
    report = verify(question(fake_solvers.bank("double"), tmp_path), ())
    assert (report.seeds, report.certified, report.draws, report.unfit_share) == (0, 0, 0, 0.0)


def test_a_solver_that_does_not_exist_is_named_with_its_place(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("no_such"), tmp_path)
    with pytest.raises(LookupError, match=r"bank\.yaml:5: no solver is called 'fake_solvers\.no_such'"):
        verify(asked, range(1))


@pytest.mark.gpu
def test_the_second_route_runs_on_the_gpu(tmp_path: Path) -> None:
    report = verify(question(fake_solvers.bank("double"), tmp_path), range(50), "cuda")
    assert (report.certified, report.failed) == (50, {})
