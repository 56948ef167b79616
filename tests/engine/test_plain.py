"""The session on two streams: what is said, in which order, and how it ends."""

from __future__ import annotations

import io
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from engine.plain import INTERRUPTED, LONGEST, RETRIES, Streams, run_plain, streams
from engine.quiz import Planned, Quiz
from engine.records import Attempt, Certificate, Question, Unfit, Variant, VariantPart
from engine.session import Resume, Start
from engine.store import Saved, Store, StoreProblem
from tests.engine.fake_quiz import LIBRARY, QUIZ, make_variant, quiz_with

SUM = Planned("sums/plain", 21)  # 1 + 2
TWO = Planned("sums/two-parts", 34)  # 4 + 3
MATRIX = Planned("matrices/outer", 21)
TRUTHS = Planned("matrices/truths", 0)


class Clock:
    """A second passes at each look."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        self.time += 1
        return self.time


def play(
    answers: str, *plan: Planned, store: Store | StoreProblem, quiz: Quiz = QUIZ, person: bool = False
) -> tuple[int, str]:
    sink = io.StringIO()
    code = run_plain(quiz, LIBRARY, Start("s", plan), store, Streams(io.StringIO(answers), sink, person), Clock())
    return code, sink.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "attempts.sqlite3")


def stored(store: Store) -> tuple[Attempt, ...]:
    found = store.attempts()
    assert isinstance(found, tuple)
    return found


WHOLE = """\
Question 1 of 1: Title of two-parts (sums, level 1, 3 minutes)

Add the numbers a and b. Here a = 4 and b = 3.

(a) How much is a + b?
[a whole number; ? for help]
>\x20
  @7
  ^
not read: @ is not part of the language: leave it out. It costs nothing; try again.
>\x20
read as 7
Correct, 1 of 1 point.

(b) How much is 2(a + b)?
[a whole number; ? for help]
>\x20
read as 15
Wrong, 0 of 1 point. This is what the mistake “off-by-some” gives.

Worked solution
1. sum

s = a + b = 4 + 3 = 7

Done: 1 of 2 points in 1 question.
"""


def test_a_whole_session_reads_like_this(store: Store) -> None:
    assert play("@7\n7\n15\n", TWO, store=store) == (0, WHOLE)


def test_each_part_is_stored_with_its_time(store: Store) -> None:
    play("7\n15\n", TWO, store=store)
    (attempt,) = stored(store)
    assert dict(attempt.answers) == {"sum": "7", "double": "15"}
    assert (attempt.grade.points, attempt.grade.of) == (Fraction(1), Fraction(2))
    assert (attempt.seed, attempt.session) == (34, "s")
    assert attempt.seconds > 0


def test_an_answer_is_on_disk_before_its_verdict_is_said(store: Store) -> None:
    class Watching(io.StringIO):
        def write(self, text: str) -> int:
            if text.startswith(("Correct", "Wrong")):
                assert len(stored(store)) == 1
            return super().write(text)

    sink = Watching()
    run_plain(QUIZ, LIBRARY, Start("s", (SUM,)), store, Streams(io.StringIO("3\n"), sink, False), Clock())
    assert "Correct" in sink.getvalue()


@pytest.mark.parametrize(
    ("planned", "typed", "said"),
    [
        (MATRIX, "[1, 2; 2, 1]", "Correct"),
        (TRUTHS, "a, c", "Correct"),
        (TRUTHS, "b", "Wrong"),
        (SUM, "13", "Could not be judged; it costs nothing. 13 is too odd."),
        (SUM, "", "Nothing was typed"),
        (SUM, "?", ":solution"),
        (SUM, ":dance", ":dance is no command"),
    ],
    ids=["matrix", "choices", "wrong-choice", "undecided", "empty", "help", "unknown-command"],
)
def test_what_is_said(store: Store, planned: Planned, typed: str, said: str) -> None:
    assert said in play(typed + "\n", planned, store=store)[1]


def test_a_truth_is_told_with_its_reason(store: Store) -> None:
    said = play("a\n", TRUTHS, store=store)[1]
    assert "b) does not hold. Matrices need not commute." in said
    assert "a) holds. Differentiation is linear." in said


def test_a_pipe_gets_three_unreadable_answers_and_goes_on(store: Store) -> None:
    said = play("x\n" * (RETRIES + 1), SUM, SUM, store=store)[1]
    assert said.count("not read") == RETRIES + 1
    assert "Question 2 of 2" in said
    assert stored(store) == ()


def test_a_person_may_try_for_ever(store: Store) -> None:
    said = play("x\n" * 9 + "3\n", SUM, store=store, person=True)[1]
    assert said.count("not read") == 9
    assert "Correct" in said


def test_skip_leaves_the_question(store: Store) -> None:
    said = play(":skip\n3\n", TWO, SUM, store=store)[1]
    assert "Worked solution" not in said.partition("Question 2")[0]
    assert "Done: 1 of 3 points in 2 questions, 1 skipped." in said


def test_solution_gives_the_open_parts_up(store: Store) -> None:
    said = play("7\n:solution\n", TWO, store=store)[1]
    assert "s = a + b = 4 + 3 = 7" in said
    assert "Done: 1 of 2 points" in said


@pytest.mark.parametrize("ending", ["", ":quit\n"], ids=["end-of-input", "quit"])
def test_leaving_keeps_what_was_stored_and_can_be_resumed(store: Store, ending: str) -> None:
    code, said = play("7\n" + ending, TWO, SUM, store=store)
    saved = store.unfinished()
    assert code == 0
    assert said.endswith("Answers kept: 1. `chainrule quiz` continues this session.\n")
    assert isinstance(saved, Saved)
    sink = io.StringIO()
    run_plain(QUIZ, LIBRARY, saved.resume, store, Streams(io.StringIO("14\n3\n"), sink, False), Clock())
    assert "(a) 7: correct, 1 of 1 point." in sink.getvalue()
    assert "Done: 3 of 3 points in 2 questions." in sink.getvalue()
    assert store.unfinished() is None
    assert [dict(each.answers) for each in stored(store)] == [{"sum": "7", "double": "14"}, {"sum": "3"}]


def test_ctrl_c_is_one_line_and_130(store: Store) -> None:
    class Interrupting(io.StringIO):
        def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]  # typeshed: the base reads bytes
            raise KeyboardInterrupt

    sink = io.StringIO()
    code = run_plain(QUIZ, LIBRARY, Start("s", (SUM,)), store, Streams(Interrupting(), sink, True), Clock())
    assert code == INTERRUPTED
    assert sink.getvalue().endswith("\nInterrupted. Answers kept: 0. `chainrule quiz` continues this session.\n")
    assert isinstance(store.unfinished(), Saved)


def test_a_line_of_ten_million_characters_is_one_sentence(store: Store) -> None:
    said = play("9" * 10_000_000 + "\n3\n", SUM, store=store)[1]
    assert f"That answer has 10000000 characters; at most {LONGEST} are read." in said
    assert "Correct" in said
    assert len(said) < 2000


def test_a_caret_in_a_long_line_shows_the_stretch_around_it(store: Store) -> None:
    said = play("1" * 500 + "@" + "1" * 500 + "\n", SUM, store=store)[1].splitlines()
    caret = next(number for number, row in enumerate(said) if row.strip() == "^")
    assert said[caret - 1][said[caret].index("^")] == "@"
    assert len(said[caret - 1]) < 79


def test_without_a_record_it_says_so_and_goes_on() -> None:
    code, said = play("3\n", SUM, store=StoreProblem("/x: the disk is full; make room."))
    assert code == 0
    assert said.startswith("/x: the disk is full; make room.\nFrom here on your answers are NOT being saved.\n")
    assert "Correct" in said


def test_a_record_that_fails_on_the_way_is_told_before_the_verdict(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = play("3\n", SUM, store=Store(tmp_path / "file" / "attempts.sqlite3"))[1]
    assert said.index("NOT being saved") < said.index("Correct")


def test_a_variant_without_a_certificate_is_certified_live_or_left_out(store: Store) -> None:
    live = quiz_with(certificate_of=lambda _: None, certify_live=lambda _: Certificate(("one", "two"), 3, 0.0))
    assert "Certifying this variant ..." in play("3\n", SUM, store=store, quiz=live)[1]
    refused = quiz_with(certificate_of=lambda _: None, certify_live=lambda _: "the routes differ by 0.5")
    said = play("3\n", SUM, store=store, quiz=refused)[1]
    assert "sums/plain: none of 8 seeds from 21 on can be shown" in said
    assert "the routes differ by 0.5" in said
    assert "Add the numbers" not in said


def test_an_unfit_seed_gives_way_to_the_next(store: Store) -> None:
    def fussy(asked: Question, seed: int) -> Variant | Unfit:
        return Unfit(asked.id, seed, {"too easy": 9}) if seed == 21 else make_variant(asked, seed)

    assert "a = 2 and b = 2" in play("4\n", SUM, store=store, quiz=quiz_with(make_variant=fussy))[1]


def _broken(*_: object) -> None:
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("make_variant", "sums/plain at seed 21: the program failed (ZeroDivisionError: division by zero); it is left"),
        ("read_answer", "not read: the program failed while reading this (ZeroDivisionError"),
        ("grade", "Could not be judged; it costs nothing. The program failed while grading"),
        ("worked_solution", "The program failed while working the solution"),
    ],
)
def test_a_failure_of_the_program_is_a_sentence_and_costs_nothing(store: Store, broken: str, said: str) -> None:
    code, text = play("3\n", SUM, store=store, quiz=quiz_with(**{broken: _broken}))
    assert code == 0
    assert said in text
    assert "Traceback" not in text


def test_a_question_that_left_the_banks_is_left_out(store: Store) -> None:
    assert "gone/away: this question is in no bank any more" in play("", Planned("gone/away", 1), store=store)[1]


def test_resume_takes_up_the_seed_that_was_used(store: Store) -> None:
    sink = io.StringIO()
    start = Resume("s", (SUM, TWO), 1, {}, (), ())
    run_plain(QUIZ, LIBRARY, start, store, Streams(io.StringIO(""), sink, False), Clock())
    assert "a = 4 and b = 3" in sink.getvalue()


def test_long_sentences_are_broken_on_a_terminal_only() -> None:
    for style, rows in (("boxes", 2), ("line", 1)):
        sink = io.StringIO()
        Streams(io.StringIO(), sink, True, 20, style).tell("eight or nine words that do not fit")  # type: ignore[arg-type]
        assert len(sink.getvalue().splitlines()) == rows


def test_pipes_get_one_line_formulas() -> None:
    made = streams(io.StringIO(), io.StringIO())
    assert (made.style, made.person, made.ascii) == ("line", False, False)


def test_an_output_without_mathematics_gets_ascii() -> None:
    assert streams(io.StringIO(), io.TextIOWrapper(io.BytesIO(), encoding="ascii")).ascii


def test_hint_names_the_places() -> None:
    from engine.wording import hint

    assert hint(VariantPart("x", "?", "integer", Fraction(1), 1, places=3)) == "a whole number; to 3 places"


def test_plain_imports_nothing_slow() -> None:
    script = (
        "import sys, engine.plain\n"
        "slow = {'textual', 'rich', 'numpy', 'torch', 'sympy', 'yaml', 'pydantic', 'jinja2', 'mpmath'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
