"""The table of commands: each by its contract, usage errors, what is not there, and what must never be seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import BAD, COMMANDS, FAILED, MOST_SEEDS, NOT_THERE, OK, main

# Section 10 of the design: every command is in the table, in the app, or said not to be there.
PROMISED = (
    "quiz", "exam", "topics", "questions", "show", "solve", "grade", "check", "equal", "verify", "print", "export",
    "lint", "schema", "progress", "lab", "serve",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_command_is_there_or_says_that_it_is_not(name: str) -> None:
    there = {command.name for command in COMMANDS} | {"quiz"}
    assert (name in there) != (name in NOT_THERE)


@pytest.mark.parametrize("name", NOT_THERE)
def test_what_is_not_there_says_so_in_a_sentence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "x", "--minutes", "3"]) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"chainrule {name}: ")
    assert err.count("\n") == 1
    assert err.endswith(".\n")


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"], ["help"]], ids=lambda a: " ".join(a) or "nothing")
def test_usage_lists_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == OK
    out, err = capsys.readouterr()
    assert err == ""
    assert all(f"  {command.name} " in out for command in COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == OK
    out, err = capsys.readouterr()
    assert out.startswith("chainrule")
    assert (out.count("\n"), err) == (1, "")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_help_of_a_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == OK
    out, err = capsys.readouterr()
    assert out.startswith(f"usage: chainrule {name}")
    assert err == ""


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_an_unknown_option_is_one_sentence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--no-such-option"]) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"chainrule {name}: ")
    assert f"`chainrule {name} --help` shows the usage" in err
    assert err.count("\n") == 1


UNKNOWN = [
    pytest.param("topcs", "did you mean `topics`?", id="near"),
    pytest.param("xyz", "expected one of `topics`", id="far"),
    pytest.param("", "expected one of", id="empty"),
    pytest.param("a" * 5000, "expected one of", id="long"),
    pytest.param("quiz", "`chainrule quiz`", id="the-app"),
]


@pytest.mark.parametrize(("name", "said"), UNKNOWN)
def test_unknown_commands(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name]) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert len(err) < 400


# Everything wrong that a command line alone can be: the command line, and what the sentence must name.
WRONG = [
    ("show", ["show"], "ID"),
    ("show-many", ["show", "a", "b"], "unrecognized arguments: b"),
    ("show-seed-negative", ["show", "x", "--seed", "-1"], "found '-1'"),
    ("show-seed-float", ["show", "x", "--seed", "1.5"], "found '1.5'"),
    ("show-seed-word", ["show", "x", "--seed", "one"], "expected a whole number from 0 on"),
    ("show-seed-long", ["show", "x", "--seed", "9" * 19], "expected a whole number from 0 on"),
    ("show-seed-empty", ["show", "x", "--seed", ""], "found ''"),
    ("show-seed-missing", ["show", "x", "--seed"], "expected one argument"),
    ("show-unknown", ["show", "bptt/cots"], "did you mean `bptt/cost`?"),
    ("show-unknown-local", ["show", "cots"], "did you mean `cost`?"),
    ("show-unknown-far", ["show", "qqqqqqqq"], "`chainrule questions` lists all"),
    ("show-capitals", ["show", "BPTT/Cost"], "did you mean `bptt/cost`?"),
    ("show-spaces", ["show", " facts "], "did you mean `bptt/facts`?"),
    ("questions-capitals", ["questions", "BPTT"], "did you mean `bptt`?"),
    ("verify-capitals", ["verify", "RBM"], "did you mean `rbm`?"),
    ("equal-batch-and-formulas", ["equal", "--batch", "a", "b"], "expected two formulas, A and B (or --batch)"),
    ("lint-no-banks", ["lint", str(Path(__file__).parent)], ": no bank is in this folder"),
    ("show-solver", ["show", "perceptron.step"], "there is no question `perceptron.step`"),
    ("questions-near", ["questions", "bppt"], "did you mean `bptt`?"),
    ("questions-far", ["questions", "zzzz"], "expected one of `backprop`"),
    ("topics-no-bank", ["topics", "--bank", "no-such.yaml"], "no-such.yaml:1: No such file"),
    ("solve-unknown", ["solve", "bptt/cots"], "did you mean `bptt/cost`?"),
    ("solve-solver", ["solve", "perceptron.step"], "give it your numbers with --given"),
    ("solve-solver-near", ["solve", "perceptron.stp"], "did you mean 'perceptron.step'?"),
    ("solve-both", ["solve", "perceptron.step", "--seed", "1", "--given", "x"], "give one of the two"),
    ("solve-topic-given", ["solve", "perceptron", "--given", "x"], "say which of its solvers: perceptron.step"),
    ("solve-question-given", ["solve", "perceptron/net-and-output", "--given", "x"], "chainrule solve perceptron.step"),
    ("solve-given-far", ["solve", "zzz.zzz", "--given", "x"], "no solver is called 'zzz.zzz'"),
    ("solve-given-bank", ["solve", "perceptron.step", "--given", "x", "--bank", "b"], "--bank names questions"),
    ("grade-no-answers", ["grade", "bptt/cost"], "--answers"),
    ("grade-unknown", ["grade", "bptt/cots", "--answers", "x"], "did you mean `bptt/cost`?"),
    ("equal-none", ["equal"], "expected two formulas"),
    ("equal-three", ["equal", "a", "b", "c"], "expected two formulas"),
    ("verify-topic", ["verify", "percetron"], "did you mean `perceptron`?"),
    ("verify-no-seeds", ["verify", "--seeds", "0"], f"from 1 to {MOST_SEEDS}, found '0'"),
    ("verify-many-seeds", ["verify", "--seeds", str(MOST_SEEDS + 1)], f"from 1 to {MOST_SEEDS}"),
    ("verify-device", ["verify", "--device", "tpu", "--seeds", "1"], "there is no device 'tpu'; expected cpu or cuda"),
    ("verify-write-bank", ["verify", "--write", "--bank", "b.yaml"], "leave --bank out"),
    ("lint-no-file", ["lint", "no-such.yaml"], "no-such.yaml: no such file"),
]


@pytest.mark.parametrize("json_too", [False, True], ids=["text", "json"])
@pytest.mark.parametrize(("arguments", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_bad_input_is_a_sentence_and_2(
    arguments: list[str], said: str, json_too: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--json"] if json_too else arguments) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err


# ----- what goes wrong inside -----


def test_a_mistake_of_our_own_is_a_sentence_and_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("inside")

    monkeypatch.setattr("engine.commands.listing.library_of", broken)
    assert main(["topics"]) == FAILED
    out, err = capsys.readouterr()
    report = tmp_path / "home" / "data" / "report.txt"
    assert out == ""
    assert err == f"chainrule topics: stopped at a mistake of its own (KeyError: 'inside'). Report: {report}\n"
    assert "in broken" in report.read_text(encoding="utf-8")


INSIDE = [
    pytest.param(MemoryError(), FAILED, "more memory than there is", id="memory"),
    pytest.param(RecursionError("too deep"), FAILED, "RecursionError: too deep", id="recursion"),
    pytest.param(LookupError("b.yaml:3: no solver"), BAD, "chainrule topics: b.yaml:3: no solver\n", id="no-solver"),
    pytest.param(PermissionError(13, "Permission denied", "b.yaml"), BAD, "b.yaml: Permission denied", id="permission"),
    pytest.param(OSError(28, "No space left on device"), FAILED, "cannot be written: No space left", id="disk"),
    pytest.param(KeyboardInterrupt(), 130, "Interrupted.\n", id="ctrl-c"),
    pytest.param(BrokenPipeError(32, "Broken pipe"), FAILED, "", id="pipe"),
]


@pytest.mark.parametrize(("error", "code", "said"), INSIDE)
def test_whatever_ends_a_command_has_a_sentence_and_a_code(
    error: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("engine.commands.listing.library_of", broken)
    monkeypatch.setattr("engine.cli._deaf", lambda: FAILED)  # the test's own output is still needed
    assert main(["topics"]) == code
    assert said in capsys.readouterr().err


def test_a_report_that_cannot_be_kept_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("engine.commands.listing.library_of", lambda options: json.loads("{"))
    assert main(["topics"]) == FAILED
    assert "No report could be written" in capsys.readouterr().err
