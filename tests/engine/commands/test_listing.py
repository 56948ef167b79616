"""`topics`, `questions`, `show`, `lint`, `schema`, `equal`: their documents, and banks of one's own."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli import BAD, FAILED, OK, main
from tests.engine import fake_solvers

BROKEN = Path(__file__).parents[1] / "banks" / "broken.yaml"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = OK) -> Any:
    assert main([*arguments, "--json"]) == code
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def bank_of(text: str, folder: Path, name: str = "bank.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_topics(capsys: pytest.CaptureFixture[str]) -> None:
    rows = document(["topics"], capsys)
    assert all(set(row) == {"topic", "title", "notes", "questions"} for row in rows)
    assert {"bptt", "convolution", "perceptron", "positional_encoding", "rbm"} <= {row["topic"] for row in rows}
    assert main(["topics"]) == OK
    assert len(capsys.readouterr().out.splitlines()) == len(rows)


def test_questions(capsys: pytest.CaptureFixture[str]) -> None:
    every = document(["questions"], capsys)
    assert all(
        set(row)
        == {"id", "topic", "title", "notes", "level", "minutes", "skills", "solver", "points", "parts", "derivation"}
        for row in every
    )
    some = document(["questions", "perceptron"], capsys)
    assert some == [row for row in every if row["topic"] == "perceptron"]
    assert sum(row["questions"] for row in document(["topics"], capsys)) == len(every)


def test_show_never_shows_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["show", "perceptron/net-and-output", "--seed", "5"], capsys)
    assert set(found) == {"id", "seed", "given", "text", "parts"}
    assert (found["id"], found["seed"]) == ("perceptron/net-and-output", 5)
    assert all(set(part) == {"name", "ask", "kind", "points", "places", "options"} for part in found["parts"])
    assert all(isinstance(option, str) for part in found["parts"] for option in part["options"])


def test_show_takes_a_local_id_that_one_topic_alone_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(["show", "net-and-output"], capsys) == document(["show", "perceptron/net-and-output"], capsys)


def test_show_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "perceptron/net-and-output"]) == OK
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("Net input and output (perceptron/net-and-output, seed 0)\n")
    assert "(a) an exact value" in out


def test_a_bank_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fake_solvers.install(monkeypatch)
    one, two = bank_of(fake_solvers.bank("double"), tmp_path), bank_of(fake_solvers.CONCEPTS, tmp_path, "two.yaml")
    rows = document(["topics", "--bank", one, "--bank", two], capsys)
    assert [row["topic"] for row in rows] == ["fakes", "concepts"]
    assert document(["show", "one", "--bank", one], capsys)["text"].startswith("Take $x = ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["topics"], ["questions"], ["show", "x"], ["solve", "x"], ["grade", "x", "--answers", "-"], ["verify"],
    ],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_a_broken_bank_is_told_with_its_lines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--bank", str(BROKEN), "--json"]) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert all(line.startswith(f"{BROKEN}:") for line in err.splitlines()[:-1])
    assert err.splitlines()[-1].startswith("and ")


# ----- lint and schema -----

BANKS = [
    pytest.param(fake_solvers.CONCEPTS, [], id="in-order"),
    pytest.param(fake_solvers.bank("double"), [], id="with-a-solver"),
    pytest.param("topic: [\n", ["this is no YAML"], id="syntax"),
    pytest.param("", ["the file is empty"], id="empty"),
    pytest.param(fake_solvers.bank("no_such"), ["no solver is called 'fake_solvers.no_such'"], id="no-solver"),
    pytest.param(fake_solvers.bank("double", answer="ot"), ["no step `ot`: did you mean `out`?"], id="no-step"),
    pytest.param(fake_solvers.bank("blind"), ["no fit variant at seed 0: part a: the mistake same"], id="no-variant"),
    pytest.param(
        fake_solvers.bank("again"), ["takes x, times; `given` has no times"], id="a-given-missing"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BANKS)
def test_lint(
    text: str, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fake_solvers.install(monkeypatch)
    name = bank_of(text, tmp_path)
    found = document(["lint", name], capsys, FAILED if said else OK)
    assert set(found) == {"problems", "questions"}
    assert found["questions"] == (0 if said else 1)
    assert len(found["problems"]) == len(said)
    for row, message in zip(found["problems"], said, strict=True):
        assert set(row) == {"file", "line", "message"}
        assert (row["file"], message in row["message"]) == (name, True)
    assert main(["lint", name]) == (FAILED if said else OK)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(said) + 1
    assert all(line.startswith(f"{name}:") for line in lines[:-1])


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(["schema"], capsys)["$schema"].startswith("https://json-schema.org/")


# ----- equal -----

EQUAL = [
    pytest.param(["a + b", "b + a"], OK, "same", id="same"),
    pytest.param(["a - b", "b - a"], FAILED, "different", id="different"),
    pytest.param(["a + ", "a"], BAD, "unreadable", id="unreadable"),
    pytest.param(["", "a"], BAD, "unreadable", id="empty"),
    pytest.param(["a", "b" * 20_000], BAD, "unreadable", id="long"),
    pytest.param(["W x", "W x", "--let", "W in"], BAD, "unreadable", id="bad-declaration"),
]


@pytest.mark.parametrize(("arguments", "code", "verdict"), EQUAL)
def test_equal(arguments: list[str], code: int, verdict: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["equal", *arguments], capsys, code)
    assert {"verdict", "evidence", "counterexample", "where"} <= set(found)
    assert found["verdict"] == verdict
    assert main(["equal", *arguments]) == code
    out, err = capsys.readouterr()
    assert bool(err) == (code == BAD)
    assert bool(out) == (code != BAD)


LINES = [
    ("same", b'{"a": "x", "b": "x"}', "same"),
    ("different", b'{"a": "x", "b": "2 x", "let": ["x in R"]}', "different"),
    ("no-json", b"hello", "unreadable"),
    ("list", b"[1]", "unreadable"),
    ("missing", b'{"a": "x"}', "unreadable"),
    ("numbers", b'{"a": 1, "b": 2}', "unreadable"),
    ("let-text", b'{"a": "x", "b": "x", "let": "x"}', "unreadable"),
    ("bytes", b"\xff\xfe", "unreadable"),
    ("blank", b"", "unreadable"),
    ("deep", b"[" * 100_000, "unreadable"),
]


def test_equal_batch_answers_line_by_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    data = b"\n".join(row[1] for row in LINES) + b"\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert main(["equal", "--batch"]) == OK
    out, err = capsys.readouterr()
    assert err == ""
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["verdict"] for row in rows] == [row[2] for row in LINES]
    assert all({"verdict", "evidence", "counterexample", "where"} <= set(row) for row in rows)


def test_equal_batch_takes_declarations_for_all_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = b'{"a": "|x|", "b": "x"}\n{"a": "|x| y", "b": "2 x", "let": ["y = 2"]}\n'
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert main(["equal", "--batch", "--let", "x > 0"]) == OK
    assert [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()] == ["same", "same"]
