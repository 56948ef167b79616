"""`chainrule lab`: the list, a run, Ctrl-C and going on, JSON, what is refused, and what a terminal sees."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from safetensors import safe_open

from engine.cli import BAD, FAILED, INTERRUPTED, OK, main
from engine.commands import training
from solvers.lab.driver import Progress
from solvers.lab.table import LABS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_without_a_name_the_labs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab"]) == OK
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()[::2]] == [row.name for row in LABS]
    assert err == ""


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "--json"]) == OK
    found = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in found] == [row.name for row in LABS]
    assert all(row["steps"] > 0 and row["milestone"]["measure"] for row in found)


def test_listing_loads_no_torch() -> None:
    code = "import sys; from engine.cli import main; main(['lab']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False).returncode == 0


def test_a_run_shows_loss_picture_and_measures_and_is_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "logistic", "--steps", "5"]) == OK
    out, err = capsys.readouterr()
    kept = home / "data" / "lab" / "logistic-seed0.safetensors"
    assert "logistic regression: mean cross-entropy" in out
    assert "Logistic regression: decision boundary" in out
    assert "accuracy 0." in out
    assert f"saved: {kept}" in out
    assert err == "", "no bar where standard error is no terminal"
    with safe_open(str(kept), framework="pt") as file:
        assert {"losses", "model.W.0", "model.b.0"} <= set(file.keys())


def test_a_run_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["lab", "rnn", "--steps", "2", "--length", "6", "--seed", "4", "--out", str(tmp_path), "--json"]
    assert main(arguments) == OK
    first = document(capsys)
    assert (first["lab"], first["seed"], first["steps"], first["stopped"]) == ("rnn", 4, 2, False)
    assert first["saved"] == str(tmp_path / "rnn-seed4-length6.safetensors")
    picture = first["picture"]
    assert isinstance(picture, dict)
    assert picture["kind"] == "curves"
    assert len(picture["lines"][0][1]) == 6
    assert main(arguments) == OK
    assert document(capsys) == first, "the same seed gives the same document"


def test_going_on_equals_a_run_in_one_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["lab", "mlp", "--json", "--out"]
    assert main([*common, str(tmp_path / "a"), "--steps", "6"]) == OK
    whole = document(capsys)
    assert main([*common, str(tmp_path / "b"), "--steps", "2"]) == OK
    assert document(capsys)["steps"] == 2
    assert main([*common, str(tmp_path / "b"), "--steps", "6", "--resume"]) == OK
    went_on = document(capsys)
    assert went_on["resumed_from"] == 2
    assert [went_on[key] for key in ("losses", "measures", "picture")] == [
        whole[key] for key in ("losses", "measures", "picture")
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        pytest.param(["lstn"], BAD, "lstm", id="name"),
        pytest.param(["mlp", "--length", "5"], BAD, "--length is for window, rnn, jordan, brnn", id="no-length"),
        pytest.param(["rnn", "--length", "1"], BAD, "2 to 1000", id="short"),
        pytest.param(["rnn", "--length", "1001"], BAD, "2 to 1000", id="long"),
        pytest.param(["mlp", "--device", "abacus"], BAD, "abacus", id="device"),
        pytest.param(["mlp", "--resume"], FAILED, "there is no saved run", id="nothing-to-resume"),
        pytest.param(["mlp", "--steps", "-1"], BAD, "whole number", id="steps"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(
    arguments: list[str], code: int, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("chainrule lab: ")
    assert err.count("\n") == 1
    assert word in err


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("here")
    assert main(["lab", "logistic", "--steps", "1", "--out", str(tmp_path / "file" / "below")]) == BAD
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert str(tmp_path / "file") in err


def test_ctrl_c_saves_and_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def pressing(row: object, steps: int) -> Iterator[Callable[[Progress], None]]:
        yield lambda progress: signal.raise_signal(signal.SIGINT) if progress.step == 3 else None

    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        patch.setattr(training, "_live", pressing)
        assert main(["lab", "mlp", "--steps", "9", "--out", str(tmp_path), "--seed", "2"]) == INTERRUPTED
    assert signal.getsignal(signal.SIGINT) is before
    words = capsys.readouterr().err.strip().split("chainrule lab ")[1]
    assert words == f"mlp --resume --steps 9 --seed 2 --out {tmp_path}"
    assert main(["lab", *words.split(), "--json"]) == OK
    found = document(capsys)
    assert (found["resumed_from"], found["steps"]) == (3, 9)


def test_a_second_ctrl_c_ends_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def pressing(row: object, steps: int) -> Iterator[Callable[[Progress], None]]:
        def twice(progress: Progress) -> None:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

        yield twice

    monkeypatch.setattr(training, "_live", pressing)
    assert main(["lab", "mlp", "--out", str(tmp_path)]) == INTERRUPTED


def test_a_terminal_sees_the_bar_and_the_loss(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "engine", "lab", "logistic", "--steps", "30", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:  # Linux says so when the other end is closed
                break
            if not block:
                break
            seen += block
        out = process.stdout.read() if process.stdout else b""
    os.close(ours)
    assert process.returncode == OK
    assert b"30/30" in seen
    assert b"mean cross-entropy" in seen
    assert b"\x1b" not in out, "no colour where standard output is no terminal"
