"""The session as a state machine, and the plan: tables of events, and properties of every plan."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.library import Library
from engine.quiz import Planned
from engine.records import Attempt, Grade, PartVerdict, Verdict
from engine.session import (
    OPEN,
    Event,
    Graded,
    Next,
    Phase,
    Quit,
    Resume,
    Reveal,
    Session,
    Shown,
    Skip,
    Start,
    Submitted,
    Typed,
    advance,
    plan_session,
)
from tests.engine.fake_quiz import LIBRARY, question

ONE = Fraction(1)
PLAN = (Planned("sums/two-parts", 1), Planned("sums/plain", 2))
SHOWN = Shown(PLAN[0], {"sum": ONE, "double": ONE}, 10.0)


def run(*events: Event) -> Session:
    state = Session()
    for event in (Start("s", PLAN), *events):
        state = advance(state, event)
    return state


def judged(name: str, verdict: Verdict) -> PartVerdict:
    return PartVerdict(name, verdict, ONE if verdict is Verdict.CORRECT else Fraction(0), ONE)


def graded(name: str, verdict: Verdict = Verdict.CORRECT) -> tuple[Event, Event]:
    return Submitted({name: "3"}), Graded((judged(name, verdict),))


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ((), Phase.MAKING),
        ((SHOWN,), Phase.ASKING),
        ((SHOWN, Submitted({"sum": "3"})), Phase.GRADING),
        ((SHOWN, *graded("sum")), Phase.ASKING),
        ((SHOWN, *graded("sum"), *graded("double")), Phase.SETTLED),
        ((SHOWN, *graded("sum"), *graded("double", Verdict.INVALID)), Phase.ASKING),
        ((SHOWN, *graded("sum"), *graded("double", Verdict.UNDECIDED)), Phase.SETTLED),
        ((SHOWN, Reveal()), Phase.SETTLED),
        ((SHOWN, *graded("sum"), *graded("double"), Next()), Phase.MAKING),
        ((SHOWN, Skip(), Skip()), Phase.FINISHED),
    ],
    ids=["start", "shown", "submitted", "one-part", "all-parts", "unreadable", "undecided", "revealed", "next", "end"],
)
def test_phase(events: tuple[Event, ...], phase: Phase) -> None:
    assert run(*events).phase is phase


@pytest.mark.parametrize(
    "event",
    [Next(), Graded(()), Typed("nobody", "3"), Submitted({"nobody": "3"}), Submitted({"sum": "  "}), SHOWN],
    ids=["next-too-early", "nothing-graded", "typed-nowhere", "submitted-nowhere", "empty", "shown-twice"],
)
def test_events_that_do_not_fit_change_nothing(event: Event) -> None:
    before = run(SHOWN)
    assert advance(before, event) == before


def test_an_unreadable_answer_leaves_the_part_open_and_keeps_the_draft() -> None:
    state = run(SHOWN, *graded("sum", Verdict.INVALID))
    assert state.open_parts == ("sum", "double")
    assert state.drafts["sum"] == "3"
    assert state.verdicts["sum"].verdict is Verdict.INVALID


def test_a_graded_part_is_closed() -> None:
    closed = run(SHOWN, *graded("sum", Verdict.WRONG))
    assert closed.open_parts == ("double",)
    assert advance(closed, Submitted({"sum": "4"})).pending == {}
    assert advance(closed, Typed("sum", "4")) == closed


def test_points_are_counted_when_a_question_is_left() -> None:
    state = run(SHOWN, *graded("sum"), *graded("double", Verdict.WRONG), Next())
    assert (str(state.points), str(state.of), state.outcomes[0].answered) == ("1", "2", 2)


def test_skipping_counts_the_open_parts_but_not_the_undecided_one() -> None:
    assert run(SHOWN, *graded("sum"), Skip()).of == 2
    assert run(SHOWN, *graded("sum", Verdict.UNDECIDED), Skip()).of == 1
    assert run(SHOWN, *graded("sum"), *graded("double", Verdict.UNDECIDED), Next()).of == 1


def test_the_seed_that_was_used_stands_in_the_plan() -> None:
    used = Planned("sums/two-parts", 5)
    assert run(Shown(used, {"sum": ONE}, 0.0)).plan == (used, PLAN[1])


def test_quit_and_resume_keep_answers_and_drafts() -> None:
    left = run(SHOWN, *graded("sum", Verdict.WRONG), Typed("double", "6"), Quit())
    attempt = Attempt("sums/two-parts", 1, {"sum": "3"}, Grade((judged("sum", Verdict.WRONG),)), 11.0, "s")
    back = advance(
        Session(), Resume("s", left.plan, left.position, left.drafts, left.outcomes, (attempt,), left.revealed)
    )
    again = advance(back, SHOWN)
    assert left.away
    assert (again.answers, dict(again.drafts), again.open_parts) == ({"sum": "3"}, dict(left.drafts), ("double",))
    assert again.phase is Phase.ASKING


def test_an_answer_stored_but_not_yet_shown_is_closed_on_resume() -> None:
    attempt = Attempt("sums/plain", 2, {"sum": "3"}, Grade((judged("sum", Verdict.CORRECT),)), 11.0, "s")
    back = advance(Session(), Resume("s", PLAN, 1, {}, (), (attempt,)))
    assert advance(back, Shown(PLAN[1], {"sum": ONE}, 12.0)).phase is Phase.SETTLED


EVENTS = st.sampled_from(
    [SHOWN, Typed("sum", "1"), *graded("sum"), *graded("double", Verdict.INVALID), Reveal(), Next(), Skip(), Quit()]
)


@given(st.lists(EVENTS, max_size=30))
def test_closed_answers_never_change_and_the_place_never_goes_back(events: list[Event]) -> None:
    state = run()
    for event in events:
        after = advance(state, event)
        assert after.position in (state.position, state.position + 1)
        assert len(after.outcomes) == after.position
        if after.position == state.position:
            assert set(state.answers.items()) <= set(after.answers.items())
        state = after


MANY = Library(tuple(question(f"{topic}/{number}") for topic in ("a", "b", "c") for number in range(4)), (), ())


@given(n=st.integers(0, 40), seed=st.integers(0, 10**9))
def test_plan_uses_every_question_before_repeating(n: int, seed: int) -> None:
    plan = plan_session(MANY, (), n, seed)
    assert len(plan) == n
    assert all(0 <= planned.seed < 1000 for planned in plan)
    assert len(set(plan)) == n
    assert all(one.question != other.question for one, other in pairwise(plan))
    counts = Counter(planned.question for planned in plan)
    assert max(counts.values(), default=0) - min((counts[each.id] for each in MANY.questions), default=0) <= 1


def test_topics_alternate() -> None:
    topics = [planned.question[0] for planned in plan_session(MANY, (), 12, 7)]
    assert all({*topics[start : start + 3]} == {"a", "b", "c"} for start in range(0, 12, 3))


def test_plan_is_the_same_everywhere_and_follows_the_seed() -> None:
    assert plan_session(LIBRARY, ("sums",), 3, 1) == (
        Planned("sums/plain", 199),
        Planned("sums/two-parts", 745),
        Planned("sums/plain", 906),
    )
    assert plan_session(LIBRARY, (), 4, 1) != plan_session(LIBRARY, (), 4, 2)


def test_plan_of_an_unknown_topic_is_empty() -> None:
    assert plan_session(LIBRARY, ("nobody",), 3, 1) == ()


@given(st.lists(EVENTS, max_size=20))
def test_what_is_stored_gives_the_state_back(events: list[Event]) -> None:
    """The place, drafts and outcomes as saved, and each graded hand-in as an attempt, are the whole state."""
    state = run()
    attempts: dict[int, list[Attempt]] = {}
    for event in events:
        if isinstance(event, Graded):
            closed = tuple(each for each in event.verdicts if each.name in state.pending and each.verdict not in OPEN)
            answers = {each.name: state.pending[each.name] for each in closed}
            attempts.setdefault(state.position, []).append(Attempt("q", 1, answers, Grade(closed), 0.0, "s"))
        state = advance(state, event)
    found = tuple(attempts.get(state.position, ()))
    resume = Resume("s", state.plan, state.position, state.drafts, state.outcomes, found, state.revealed)
    back = advance(Session(), resume)
    if state.parts:
        back = advance(back, Shown(state.current, state.parts, state.shown_at))
    assert (back.answers, back.outcomes, back.open_parts) == (state.answers, state.outcomes, state.open_parts)
    assert {**back.drafts, **state.answers} == {**state.drafts, **state.answers}
    assert (back.points, back.of) == (state.points, state.of)
