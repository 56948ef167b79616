"""`solve` and `grade`: the documents they print, own numbers, answers of every kind, and what cannot be certified."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli import BAD, FAILED, OK, main
from engine.records import Certificate
from solvers.worker import WorkerFailed
from tests.engine import fake_solvers
from tests.quick import within

ASKED = "perceptron/net-and-output"  # parts: exact, choice, shape
OWN = "w: [1, 2]\nb: -1\nx: [1, -1]\nt: 1\neta: 0.5\n"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = OK) -> Any:
    """What a command prints with --json: one JSON document, and nothing else."""
    assert main([*arguments, "--json"]) == code
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def file_of(text: str | bytes, folder: Path, name: str = "file.yaml") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


# ----- solve -----


def check_solution(found: Any) -> None:
    """Exactly the keys of section 10 of the design."""
    assert set(found) == {"given", "steps", "answers", "certificate"}
    assert all(set(step) == {"name", "formula", "value", "exact"} for step in found["steps"])
    assert set(found["certificate"]) == {"routes", "compared", "disagreement"}


def test_a_question_is_solved(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["solve", ASKED, "--seed", "3"], capsys)
    check_solution(found)
    assert set(found["answers"]) == {"a", "b", "c"}
    assert set(found["given"]) == {"w", "b", "x", "t", "eta"}
    net = sum(w * x for w, x in zip(found["given"]["w"], found["given"]["x"], strict=True)) + found["given"]["b"]
    assert found["answers"]["a"] == net
    assert next(step for step in found["steps"] if step["name"] == "net^(0)")["value"] == net


def test_a_conceptual_question_is_solved_with_its_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["solve", "perceptron/what-it-can-do"], capsys)
    check_solution(found)
    assert (found["steps"], found["given"]) == ([], {})
    assert main(["solve", "perceptron/what-it-can-do"]) == OK
    out = capsys.readouterr().out
    assert "does not hold." in out
    assert out.endswith("\nCertified by the statements of the bank.\n")


def test_own_numbers_are_solved(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = document(["solve", "perceptron.step", "--given", file_of(OWN, tmp_path)], capsys)
    check_solution(found)
    assert found["given"] == {"w": [1, 2], "b": -1, "x": [1, -1], "t": 1, "eta": 0.5}
    by_name = {step["name"]: step for step in found["steps"]}
    assert by_name["net^(0)"]["value"] == -2
    assert by_name["wtilde^(1)"]["exact"] == ["0", "2", "1"]
    assert found["answers"] == {"o^(1)": 1}
    assert found["certificate"]["disagreement"] <= 1e-9


def test_own_numbers_are_solved_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = file_of(OWN, tmp_path, "my_own$file*.yaml")
    assert main(["solve", "perceptron.step", "--given", name]) == OK
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"perceptron.step (notes 1.2.1) with the numbers of {name}\n")
    assert "Certified by routes that agree exactly: formulas of the trace; torch: the perceptron" in out


def test_from_rounded_numbers_nothing_follows_exactly(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """sqrt(2)/2 is rounded when it is read: its 53 bits as a fraction would be a false exactness."""
    own = file_of(OWN.replace("b: -1", 'b: "sqrt(2)/2"'), tmp_path)
    found = document(["solve", "perceptron.step", "--given", own], capsys)
    by_name = {step["name"]: step["exact"] for step in found["steps"]}
    assert by_name["net^(0)"] is None
    assert by_name["o^(0)"] in {"1", "-1"}


def test_problems_of_own_numbers_go_to_standard_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = file_of("w: [1, 2]\nb: yes\n", tmp_path)
    assert main(["solve", "perceptron.step", "--given", name, "--json"]) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0].startswith(f"{name}:1: `x` is missing")
    assert len(err.splitlines()) == 4


def test_of_very_many_problems_the_first_are_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = file_of("".join(f"k{i}: 1\n" for i in range(200)), tmp_path)
    assert main(["solve", "perceptron.step", "--given", name]) == BAD
    lines = capsys.readouterr().err.splitlines()
    assert (len(lines), lines[-1]) == (21, "and 185 more")


def test_numbers_without_a_value_are_bad_input(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = file_of("w: [0, 0]\nb: 1\nx: [1, 1]\n", tmp_path)
    assert main(["solve", "perceptron.line", "--given", name]) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{name}: with these numbers perceptron.line has no value: ")


UNWORKABLE = [
    ("convolution.output_size", "n: 5\nk: 3\ns: 0\np: 0\n", "has no value: division by zero"),
    ("pooling.max_pool", "X: [[1, 2], [3, 4]]\nG: [[1]]\nk: 0\ns: 1\n", "cannot be worked with these numbers: "),
    ("positional_encoding.table", "L: 3\nd: 1000\nn: 10000\n", "symbols; at most"),
    ("positional_encoding.table", "L: 0\nd: 4\nn: 10000\n", "cannot be worked with these numbers: "),
    ("recurrence.jacobian", "W: [[1]]\nh: [[1], [2]]\nk: 9\n", "has no value: h^(10) has no value here"),
]


@pytest.mark.parametrize(
    ("solver", "text", "said"), UNWORKABLE, ids=["no-stride", "no-window", "too-wide", "no-rows", "too-early"]
)
def test_numbers_that_cannot_be_worked_are_bad_input(
    solver: str,
    text: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("engine.certificates.run_second_route", lambda *_: WorkerFailed("it fell over"))
    assert main(["solve", solver, "--given", file_of(text, tmp_path)]) == BAD
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert len(err) < 500


LATE = WorkerFailed("the second route gave no result: it took more than 30 seconds and was stopped", late=True)
ROUTES = ["formulas of the trace", "other"]
UNCERTIFIED = [
    pytest.param(LATE, "it took more than 30 seconds and was stopped", id="late"),
    pytest.param(WorkerFailed("it fell over"), "could not be certified: it fell over", id="failed"),
    pytest.param({"routes": ROUTES, "steps": {}}, "could not be certified: the second route does not", id="nothing"),
    pytest.param({"routes": ROUTES, "steps": {"o^(1)": 0.5}}, "the two routes differ at o^(1) by 0.5", id="apart"),
]


@pytest.mark.parametrize(("found", "said"), UNCERTIFIED)
def test_what_is_not_certified_is_not_shown(
    found: object, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.certificates.run_second_route", lambda *_: found)
    assert main(["solve", "perceptron.step", "--given", file_of(OWN, tmp_path)]) == FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_stale_certificate_is_replaced_by_a_live_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("engine.certificates.certificate_of", lambda variant: None)
    monkeypatch.setattr("engine.certificates.certify_live", lambda variant: Certificate(("one", "live"), 2, 0.0))
    assert document(["solve", ASKED], capsys)["certificate"]["routes"] == ["one", "live"]


def test_a_question_whose_live_routes_differ_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("engine.certificates.certificate_of", lambda variant: None)
    monkeypatch.setattr("engine.certificates.certify_live", lambda variant: "the two routes differ at net by 1")
    assert main(["solve", ASKED, "--json"]) == FAILED
    out, err = capsys.readouterr()
    assert (out, "the two routes differ at net by 1" in err) == ("", True)


@pytest.mark.parametrize("command", [["show"], ["solve"], ["grade", "--answers", "x"]], ids=lambda c: c[0])
def test_a_question_without_a_fit_variant_says_why(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fake_solvers.install(monkeypatch)
    name = file_of(fake_solvers.bank("blind"), tmp_path)
    assert main([command[0], "fakes/one", *command[1:], "--bank", name]) == FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert "has no fit variant at seed 0: part a: the mistake same gives the key (100)" in err


@pytest.mark.parametrize("command", [["show"], ["solve"], ["grade", "--answers", "x"]], ids=lambda c: c[0])
def test_a_bank_with_an_unknown_solver_says_where(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    name = file_of(fake_solvers.bank("no_such"), tmp_path)
    assert main([command[0], "fakes/one", *command[1:], "--bank", name]) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{name}:5: no solver is called 'fake_solvers.no_such'" in err


# ----- grade -----


def keys(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = document(["solve", ASKED], capsys)["answers"]
    return found


def test_right_answers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    right = keys(capsys) | {"c": "4"}
    found = document(["grade", ASKED, "--answers", file_of(json.dumps(right), tmp_path, "a.json")], capsys)
    assert set(found) == {"parts", "points", "of"}
    assert (found["points"], found["of"]) == (3, 3)
    for part in found["parts"]:
        assert set(part) == {
            "name", "verdict", "points", "of", "read_as", "mistake", "follow_through", "message"
        }  # fmt: skip
        assert (part["verdict"], part["mistake"], part["follow_through"]) == ("correct", None, False)


def test_a_known_mistake_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given = document(["show", ASKED], capsys)["given"]
    lost = sum(w * x for w, x in zip(given["w"], given["x"], strict=True))  # without the bias
    found = document(["grade", ASKED, "--answers", file_of(f"a: {lost}\n", tmp_path)], capsys, FAILED)
    assert (found["parts"][0]["verdict"], found["parts"][0]["mistake"]) == ("wrong", "bias-lost")
    assert [part["message"] for part in found["parts"][1:]] == ["No answer.", "No answer."]


# One answer to part a, as it stands in the file -> how it is read, or a piece of the message if it is not.
ANSWERS = [
    ("integer", "a: 3", "3", None),
    ("decimal", "a: 0.50", "0.50", None),
    ("negative", "a: -1.5", "-1.5", None),
    ("plus", "a: +3", "3", None),
    ("fraction", "a: 1/3", "1/3", None),
    ("quoted", "a: '1/3'", "1/3", None),
    ("formula", 'a: "sqrt(2)/2"', "sqrt(2)/2", None),
    ("block", "a: |\n  1/3\n", "1/3", None),
    ("list-of-one", "a: [3]", "3", None),
    ("json", '{"a": 0.1}', "0.1", None),
    ("json-null", '{"a": null}', "", "No answer."),
    ("null", "a: ~", "", "No answer."),
    ("blank", "a:", "", "No answer."),
    ("truth", "a: true", "", "'true' is not known"),
    ("nan", '{"a": NaN}', "", "'NaN' is not known"),
    ("words", "a: hello world", "", "'hello' is not known"),
    ("brackets", "a: '(((((((('", "", "but the formula ends here"),
    ("vector", "a: [1, 2]", "", "one number is asked"),
    ("escape", r'a: "\e[31m1"', "", "an invisible character stands here"),
    ("long", f"a: {'1+' * 20_000}1", "", "the answer has 40001 characters; at most 10000 are read"),
    ("tower", "a: 9^9^9^9", "", ""),
    ("division", "a: 1/0", "", ""),
]


@pytest.mark.parametrize(("text", "read_as", "message"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_answers_as_they_are_typed(
    text: str, read_as: str, message: str | None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = document(["grade", ASKED, "--answers", file_of(text, tmp_path)], capsys, FAILED)
    part = found["parts"][0]
    assert part["points"] == 0
    if message is None:
        assert (part["verdict"], part["read_as"]) == ("wrong", read_as)
    else:
        assert message in part["message"]


MATRICES = [
    ("rows", "[[1, 2], [3, 4]]", "[1, 2; 3, 4]"),
    ("vector", "[1.50, 1/3]", "[1.50, 1/3]"),
    ("one-row", "[[1, 2]]", "[1, 2]"),
    ("empty", "[]", "[]"),
    ("texts", "['a', \"b\"]", "[a, b]"),
]


@pytest.mark.parametrize(("text", "typed"), [row[1:] for row in MATRICES], ids=[row[0] for row in MATRICES])
def test_lists_are_vectors_and_matrices(text: str, typed: str, tmp_path: Path) -> None:
    from engine.own_answers import read_answers

    assert read_answers(file_of(f"a: {text}\n", tmp_path), ["a"]) == {"a": typed}


BAD_ANSWERS = [
    ("unknown-part", "a: 1\nq: 3\n", 2, "there is no part `q`: expected one of `a`, `b`, `c`"),
    ("two-problems", "q: 3\nr: 3\n", 1, "there is no part `q`"),
    ("mapping", "a: {b: 1}\n", 1, "`a`: expected a text, a number, a list or a list of lists"),
    ("mapping-in-a-list", "b: 1\na: [{b: 1}]\n", 2, "`a`: expected a text"),
    ("mixed-list", "a: [1, [2]]\n", 1, "`a`: expected a text"),
    ("deep-list", "a: [[[1]]]\n", 1, "`a`: expected a text"),
    ("list", "- 1\n", 1, "found no keys; expected one answer a part, such as `a: 1/3`"),
    ("text", "3\n", 1, "found no keys"),
    ("empty", "", 1, "nothing is in it; expected one answer a part"),
    ("binary", bytes(range(256)), 2, "byte 0x80 is not UTF-8"),
    ("alias", "a: &x 1\nb: *x\n", 2, "`*x` is an alias"),
    ("tag", "a: !!python/name:os.system x\n", 1, "is a tag"),
    ("syntax", "a: [1\n", 2, "this is no YAML"),
    ("twice", "a: 1\na: 2\n", 2, "`a` is here twice"),
    ("ten-megabytes", "a: " + "1+" * 5_000_000, 1, "more than 1,000,000 bytes"),
]


@pytest.mark.parametrize(("text", "line", "said"), [r[1:] for r in BAD_ANSWERS], ids=[r[0] for r in BAD_ANSWERS])
def test_a_file_that_holds_no_answers(
    text: str | bytes, line: int, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    name = file_of(text, tmp_path)
    assert within(2, lambda: main(["grade", ASKED, "--answers", name, "--json"])) == BAD
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{name}:{line}: ")
    assert said in err


def test_answers_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b'{"a": "1e9", "b": "z"}')))
    found = document(["grade", ASKED, "--answers", "-"], capsys, FAILED)
    assert [part["verdict"] for part in found["parts"]] == ["wrong", "invalid", "wrong"]


def test_verdicts_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["grade", ASKED, "--answers", file_of("a: 123\nb: z\n", tmp_path)]) == FAILED
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "(a) wrong, 0 of 1 point. (read as 123)"
    assert lines[1].startswith("(b) could not be read; it costs nothing")
    assert lines[-1] == "0 of 3 points"
