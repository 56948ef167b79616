"""The command before the app: what it was given, where it goes, what it says and with which code it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.__main__ import Wish, keep_report, main, parse

ROOT = Path(__file__).parents[2]
TOPIC = "convolution"


@pytest.mark.parametrize(
    ("arguments", "wish"),
    [
        ([], Wish()),
        (["bptt"], Wish(topics=("bptt",))),
        (["a", "-n", "3", "b", "--seed", "7", "--plain"], Wish(("a", "b"), 3, 7, True)),
        (["-n=4", "--seed=0"], Wish(n=4, seed=0)),
        (["--help"], Wish(help=True)),
    ],
    ids=["nothing", "topic", "all", "equals", "help"],
)
def test_parse(arguments: list[str], wish: Wish) -> None:
    assert parse(arguments) == wish


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-n"], "-n was given 'nothing', expected a whole number"),
        (["-n", "x"], "-n was given 'x'"),
        (["-n", "0"], "-n was given 0, expected 1 to 1000"),
        (["-n", "٣"], "-n was given 3, expected"),
        (["--seed", "-1"], "--seed was given '-1'"),
        (["--seed", "9" * 30], "--seed was given"),
        (["--loud"], "there is no option --loud"),
    ],
    ids=["no-number", "no-digit", "none", "other-digits", "negative", "huge", "unknown"],
)
def test_parse_says_what_is_wrong(arguments: list[str], said: str) -> None:
    found = parse(arguments)
    if arguments == ["-n", "٣"]:  # Arabic digits are digits
        assert found == Wish(n=3)
        return
    assert isinstance(found, str)
    assert said in found


@pytest.mark.parametrize("command", ["exam", "serve"])
def test_what_is_not_there_is_one_sentence(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command]) == 2
    assert capsys.readouterr().err.startswith(f"chainrule {command}: ")


def test_bad_usage_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quiz", "--loud"]) == 2
    assert "usage: chainrule quiz" in capsys.readouterr().err


def test_help_is_cheap_and_on_standard_output() -> None:
    script = (
        "import sys; from tui.__main__ import main; code = main(['quiz', '--help'])\n"
        "print(code, sorted({'textual', 'numpy', 'yaml', 'sqlite3', 'engine.store'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.splitlines()[-1] == "0 []"


SLOW = (
    "numpy", "torch", "sympy", "mpmath", "yaml", "pydantic", "jinja2", "markdown_it", "tree_sitter",
    "textual.widgets._text_area", "textual.widgets._markdown", "textual.widgets._data_table",
)  # fmt: skip

# A certificate is put in: without shipped ones the first question waits for torch, and that is another matter.
SETTING = """
import asyncio, io, sys, time
from dataclasses import replace
from pathlib import Path
from engine import shipped
from engine.records import Certificate
QUIZ = replace(shipped.SHIPPED, certificate_of=lambda _: Certificate(("one", "two"), 1, 0.0))
from engine.session import Start, plan_session
from engine.store import open_store
library = QUIZ.load()
start = Start("s", plan_session(library, (), 3, 1))
store = open_store(Path(sys.argv[1]) / "attempts.sqlite3", 0.0)
"""
APP = """
from tests.tui.play import state
from tests.tui.screen_text import until
from tui.app import ChainruleApp, Opening
from tui.desk import Desk
questions = {each.id: each for each in library.questions}
app = ChainruleApp(Desk(QUIZ, questions, store, time.time, str), Opening(lambda: start))
async def run():
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(state(app).parts))
asyncio.run(run())
"""
PLAIN = """
from engine.plain import Streams, run_plain
sink = io.StringIO()
run_plain(QUIZ, library, start, store, Streams(io.StringIO(), sink, False), time.time)
assert "Question 1 of 3" in sink.getvalue(), sink.getvalue()
assert "textual" not in sys.modules
"""


@pytest.mark.parametrize("front", [APP, PLAIN], ids=["app", "plain"])
def test_nothing_slow_is_loaded_before_the_first_question(tmp_path: Path, front: str) -> None:
    script = f"{SETTING}{front}\nprint(sorted(set({SLOW!r}) & set(sys.modules)))"
    environ = {**os.environ, "CHAINRULE_HOME": str(tmp_path)}
    for _ in range(2):  # the first run compiles the banks, for which YAML and pydantic are needed
        run = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, env=environ
        )
    assert run.stdout.strip().splitlines()[-1:] == ["[]"], run.stdout + run.stderr


def test_a_report_is_written_and_named(tmp_path: Path) -> None:
    said = keep_report(tmp_path / "data", "Traceback\nValueError: no")
    assert said == (
        "chainrule stopped at a mistake of its own: ValueError: no. Your answers are kept. "
        f"Report: {tmp_path / 'data' / 'report.txt'}"
    )
    assert (tmp_path / "data" / "report.txt").read_text().startswith("Traceback")


def test_a_report_that_cannot_be_written_is_said_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "No report could be written" in keep_report(tmp_path / "file", "ValueError: no")


def _command(tmp_path: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "CHAINRULE_HOME": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments], input=typed, capture_output=True, text=True, cwd=ROOT, env=environ
    )


def test_an_unknown_topic_is_a_sentence_with_the_near_one(tmp_path: Path) -> None:
    run = _command(tmp_path, "quiz", TOPIC[:-1])
    assert run.returncode == 2
    assert f"did you mean `{TOPIC}`?" in run.stderr
    assert not run.stdout


def test_without_a_terminal_the_session_is_plain(tmp_path: Path) -> None:
    run = _command(tmp_path, "quiz", TOPIC, "-n", "1", "--seed", "3", typed=":quit\n")
    assert run.returncode == 0, run.stderr
    assert "Question 1 of 1: " in run.stdout
    assert "\x1b" not in run.stdout
    assert not run.stderr
