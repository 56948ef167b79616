"""The record on disk: nothing acknowledged is lost, nothing is overwritten, every failure is a sentence."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from engine.quiz import Planned
from engine.records import Attempt, Grade, PartVerdict, Verdict
from engine.session import Outcome, Resume, Session, advance
from engine.store import Saved, Store, StoreProblem, open_store

NOW = 1_700_000_000.0
PLAN = (Planned("sums/plain", 3), Planned("sums/two-parts", 4))


def attempt(part: str = "sum", text: str = "1/3", at: float = NOW, verdict: Verdict = Verdict.PARTIAL) -> Attempt:
    judged = PartVerdict(part, verdict, Fraction(1, 3), Fraction(2), "⅓", "off-by-one", True, "nearly")
    return Attempt("sums/plain", 3, {part: text}, Grade((judged,)), at, "s", 12.5, {"hint": "1"})


def opened(path: Path) -> Store:
    store = open_store(path, NOW)
    assert isinstance(store, Store)
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "attempts.sqlite3"


def test_opening_and_reading_make_no_file(path: Path) -> None:
    store = opened(path)
    assert store.attempts() == ()
    assert store.unfinished() is None
    assert not path.parent.exists()


def test_an_attempt_comes_back_as_it_was(path: Path) -> None:
    assert opened(path).append(attempt(), 0) is None
    assert opened(path).attempts() == (attempt(),)


def test_parts_handed_in_one_by_one_are_one_attempt_and_the_first_verdict_stands(path: Path) -> None:
    store = opened(path)
    again = attempt("sum", "changed", NOW + 2, Verdict.CORRECT)
    for each in (attempt(), attempt("double", "6", NOW + 1), again):
        assert store.append(each, 0) is None
    assert store.append(attempt(), 1) is None
    found = store.attempts()
    assert not isinstance(found, StoreProblem)
    assert [dict(each.answers) for each in found] == [{"sum": "1/3", "double": "6"}, {"sum": "1/3"}]
    assert [part.verdict for part in found[0].grade.parts] == [Verdict.PARTIAL, Verdict.PARTIAL]


@pytest.mark.parametrize("sql", ["DELETE FROM attempts", "UPDATE attempts SET seed = 9"], ids=["delete", "update"])
def test_the_file_itself_refuses_to_lose_attempts(path: Path, sql: str) -> None:
    assert opened(path).append(attempt(), 0) is None
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="attempts are"):
        connection.execute(sql)


def test_a_sitting_is_resumed_with_its_drafts_and_answers(path: Path) -> None:
    store = opened(path)
    outcome = Outcome(PLAN[0], Fraction(1, 2), Fraction(1), 1, False)
    state = Session(id="s", plan=PLAN, position=1, drafts={"double": "4 +"}, outcomes=(outcome,))
    assert store.save_session(state, NOW) is None
    assert store.append(attempt(), 0) is None
    assert store.append(attempt("sum", "7"), 1) is None
    saved = store.unfinished()
    assert isinstance(saved, Saved)
    assert saved.resume == Resume("s", PLAN, 1, {"double": "4 +"}, (outcome,), (attempt("sum", "7"),))
    assert advance(Session(), saved.resume).drafts == {"double": "4 +", "sum": "7"}


def test_the_newest_open_sitting_is_offered_and_closed_ones_are_not(path: Path) -> None:
    store = opened(path)
    for number in range(3):
        assert store.save_session(Session(id=f"s{number}", plan=PLAN), NOW + number) is None
    assert store.close_session("s2", NOW + 9) is None
    saved = store.unfinished()
    assert isinstance(saved, Saved)
    assert saved.resume.id == "s1"


def test_a_closed_sitting_is_not_opened_again_by_a_late_save(path: Path) -> None:
    store = opened(path)
    state = Session(id="s", plan=PLAN)
    assert store.save_session(state, NOW, closed=True) is None
    assert store.save_session(state, NOW + 1) is None
    assert store.unfinished() is None


def test_a_sitting_open_in_a_running_process_is_not_offered(path: Path) -> None:
    with _child("save", path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "saved\n"
        assert opened(path).unfinished() is None
        child.kill()
    saved = opened(path).unfinished()
    assert isinstance(saved, Saved)


CHILD = """
import sys
from pathlib import Path
from engine.session import Session
from engine.store import open_store
from tests.engine.test_store import NOW, PLAN, attempt
store = open_store(Path(sys.argv[2]), NOW)
if sys.argv[1] == "save":
    assert store.save_session(Session(id="s", plan=PLAN), NOW) is None
    print("saved", flush=True)
    sys.stdin.read()
for number in range(int(sys.argv[3])):
    assert store.append(attempt("sum", f"{sys.argv[1]} {number}"), number) is None
    print(number, flush=True)
"""


def _child(word: str, path: Path, count: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, word, str(path), str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip


@pytest.mark.parametrize("acknowledged", [1, 7, 40], ids=str)
def test_kill_9_loses_nothing_that_was_reported_as_stored(path: Path, acknowledged: int) -> None:
    with _child("loop", path, 100_000) as child:
        assert child.stdout is not None
        for _ in range(acknowledged):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        reported = acknowledged + child.stdout.read().count("\n")
    found = opened(path).attempts()
    assert not isinstance(found, StoreProblem)
    assert len(found) >= reported
    assert [each.answers["sum"] for each in found] == [f"loop {number}" for number in range(len(found))]


def test_two_processes_at_once_do_not_harm_each_other(path: Path) -> None:
    children = [_child(word, path, 25) for word in ("one", "two")]
    for child in children:
        with child:
            child.communicate()
        assert child.returncode == 0
    with closing(sqlite3.connect(path)) as connection:
        answers = [row[0] for row in connection.execute("SELECT answers FROM attempts ORDER BY id")]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for word in ("one", "two"):
        assert [each for each in answers if word in each] == [f'{{"sum": "{word} {n}"}}' for n in range(25)]


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 500)


def _cut_short(path: Path) -> None:
    assert opened(path).append(attempt(), 0) is None
    path.write_bytes(path.read_bytes()[:3000])


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def _newer(path: Path) -> None:
    assert opened(path).append(attempt(), 0) is None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("spoil", "word"),
    [(_garbage, "damaged"), (_cut_short, "damaged"), (_foreign, "damaged"), (_newer, "newer")],
    ids=["garbage", "cut-short", "another-program's", "newer"],
)
def test_an_unusable_file_is_moved_aside_whole(path: Path, spoil: Callable[[Path], None], word: str) -> None:
    path.parent.mkdir()
    spoil(path)
    before = path.read_bytes()
    store = opened(path)
    aside = path.with_name(f"attempts.sqlite3.{word}-20231114T221320Z")
    assert aside.read_bytes() == before
    assert str(path) in store.notice
    assert aside.name in store.notice
    assert store.append(attempt(), 0) is None
    assert store.attempts() == (attempt(),)


def test_a_record_that_another_process_is_just_making_is_left_where_it_is(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")  # the file is there, its tables are not yet
        assert path.stat().st_size > 0
        assert opened(path).notice == ""
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_second_unusable_file_in_the_same_second_keeps_its_own_name(path: Path) -> None:
    path.parent.mkdir()
    for _ in range(2):
        _garbage(path)
        opened(path)
    assert len(list(path.parent.glob("*.damaged-*"))) == 2


def test_a_file_that_becomes_newer_while_open_is_not_written(path: Path) -> None:
    store = opened(path)
    _parent_and(_newer, path)
    before = path.read_bytes()
    problem = store.append(attempt(), 1)
    assert isinstance(problem, StoreProblem)
    assert "newer chainrule" in problem.message
    assert path.read_bytes() == before


def _parent_and(spoil: Callable[[Path], None], path: Path) -> None:
    path.parent.mkdir()
    spoil(path)


def test_a_full_disk_is_a_sentence(path: Path) -> None:
    store = opened(path)
    assert store.append(attempt(), 0) is None
    script = CHILD.replace("store = open_store", "import resource, signal\nstore = open_store", 1).replace(
        "for number in", "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
        "print(store.append(attempt('sum', 'x' * 9000), 1), flush=True)\nfor number in",
    )  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", script, "full", str(path), "0"],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True,
    )  # fmt: skip
    assert str(path) in run.stdout
    assert "was not saved" in run.stdout or "cannot be used" in run.stdout
    assert store.attempts() == (attempt(),)


def test_sqlites_own_word_for_a_full_disk_gives_the_advice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path) -> sqlite3.Connection:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.store._connect", full)
    problem = opened(path).append(attempt(), 0)
    assert isinstance(problem, StoreProblem)
    assert problem.message == (
        f"{path}: the answer was not saved, for the disk is full; make room, then hand it in again."
    )


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    problem = open_store(tmp_path / "data" / "attempts.sqlite3", NOW)
    assert isinstance(problem, StoreProblem)
    assert "is not a folder" in problem.message
    assert "CHAINRULE_HOME" in problem.message


def test_a_read_only_home_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere, so the answer is put in
    problem = open_store(path, NOW)
    assert isinstance(problem, StoreProblem)
    assert "read-only" in problem.message


def test_a_locked_record_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.BUSY_SECONDS", 0.01)
    store = opened(path)
    assert store.append(attempt(), 0) is None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        problem = store.append(attempt(), 1)
    assert isinstance(problem, StoreProblem)
    assert "locked" in problem.message


def test_json_that_is_not_ours_is_a_sentence(path: Path) -> None:
    store = opened(path)
    assert store.save_session(Session(id="s", plan=PLAN), NOW) is None
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE sessions SET plan = '5'")
    problem = store.unfinished()
    assert isinstance(problem, StoreProblem)


def test_a_killed_process_that_nobody_waited_for_holds_no_sitting(path: Path) -> None:
    child = _child("save", path)
    assert child.stdout is not None
    assert child.stdout.readline() == "saved\n"
    os.kill(child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has died, and stays unburied
    try:
        assert isinstance(opened(path).unfinished(), Saved)
    finally:
        child.communicate()
