"""Own numbers and own answers: what is read, and every way in which a file can be wrong, with its line."""

from __future__ import annotations

import io
import json
from fractions import Fraction as F
from math import sqrt, tanh
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.own_answers import read_answers
from engine.own_file import MAX_BYTES
from engine.own_numbers import MAX_ENTRIES, described, read_given
from engine.records import Problem, Value
from solvers.formula.declare import declared
from solvers.registry import find
from solvers.trace import Solver

GOOD = {"w": "[1, 2]", "b": "-1", "x": "[1, -1]", "t": "1", "eta": "0.5"}


def solver(name: str = "perceptron.step") -> Solver:
    found = find(name)
    assert isinstance(found, Solver)
    return found


def written(**changes: str | None) -> str:
    """The good file with some lines changed, or (None) left out."""
    return "".join(f"{key}: {value}\n" for key, value in (GOOD | changes).items() if value is not None)


def reading(text: str | bytes, folder: Path, name: str = "perceptron.step") -> dict[str, Value] | list[Problem]:
    path = folder / "own.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_given(solver(name), str(path))


READ = [
    pytest.param({}, "b", -1, id="integer"),
    pytest.param({}, "eta", F(1, 2), id="decimal"),
    pytest.param({"b": '"1/3"'}, "b", F(1, 3), id="fraction"),
    pytest.param({"b": "1/3"}, "b", F(1, 3), id="fraction-unquoted"),
    pytest.param({"b": "2e-3"}, "b", F(1, 500), id="exponent"),
    pytest.param({"b": '"tanh(0.5)"'}, "b", tanh(0.5), id="formula"),
    pytest.param({"b": r"'\frac{1}{4}'"}, "b", F(1, 4), id="latex"),
    pytest.param({"w": '["sqrt(2)/2", 2]'}, "w", (sqrt(2) / 2, 2), id="formula-in-a-list"),
    pytest.param({"w": "\n  - 1\n  - 2"}, "w", (1, 2), id="block-list"),
    pytest.param({"b": "5 # a comment"}, "b", 5, id="comment"),
]


@pytest.mark.parametrize(("changes", "key", "value"), READ)
def test_numbers_are_read_exactly(changes: dict[str, str], key: str, value: Value, tmp_path: Path) -> None:
    found = reading(written(**changes), tmp_path)
    assert isinstance(found, dict)
    assert found[key] == pytest.approx(value, rel=1e-15) if isinstance(value, float) else found[key] == value
    assert list(found) == list(GOOD)


def test_json_is_read_too(tmp_path: Path) -> None:
    document = json.dumps({"w": [1, 2], "b": -1, "x": [1, -1], "t": 1, "eta": 0.5})
    assert reading(document, tmp_path) == reading(written(), tmp_path)


EXPECTED = "expected the keys w, b, x, t, eta, each with its value"
# The file (or changes to the good one), and what is said: the line, and a piece of the message.
WRONG = [
    ("missing", written(b=None), [(1, "`b` is missing; expected a number")]),
    ("missing-two", written(t=None, eta=None), [(1, "`t` is missing; expected a number of {-1, 1}"), (1, "above 0")]),
    ("unknown", written(eat="1"), [(6, "`eat` is not asked for: did you mean `eta`?")]),
    ("unknown-far", written(zzzz="1"), [(6, "expected one of `w`, `b`, `x`, `t`, `eta`")]),
    ("misspelt", written(eta=None, eat="1"), [(1, "`eta` is missing"), (5, "`eat` is not asked for")]),
    ("twice", written() + "w: [1, 2]\n", [(6, "`w` is here twice; the first is on line 1")]),
    ("longer", written(x="[1, 2, 3]"), [(3, "x: expected n (n = 2), found 3; `x` is a vector of n numbers")]),
    ("scalar-for-vector", written(w="3"), [(1, "w: expected n, found a number; `w` is a vector of n numbers")]),
    ("vector-for-scalar", written(b="[1]"), [(2, "b: expected a number")]),
    ("ragged", written(x="[[1, 2], [1]]"), [(3, "`x`: its rows have different lengths; expected a vector")]),
    ("mixed", written(x="[1, [2]]"), [(3, "`x`: its rows have different lengths")]),
    ("mapping", written(w="{a: 1}"), [(1, "`w`: found a mapping; expected a vector of n numbers")]),
    ("empty-list", written(w="[]"), [(1, "`w`: found an empty list")]),
    ("nested", written(w="[[[[[1]]]]]"), [(1, "`w`: found lists in too many lists")]),
    ("null", written(b="~"), [(2, "`b`: found nothing; expected a number")]),
    ("truth", written(b="true"), [(2, "`b`: found true; expected a number")]),
    ("word", written(b="about three"), [(2, "`b`: 'about three' could not be read (column 1: 'about' is not known")]),
    ("division", written(b='"1/0"'), [(2, "`b`: '1/0' is no number (division by zero)")]),
    ("logarithm", written(b='"log(-1)"'), [(2, "`b`: 'log(-1)' is no number")]),
    ("tower", written(b='"9^9^9^9"'), [(2, "`b`: '9^9^9^9' is no number (a number grew too large)")]),
    ("matrix-in-quotes", written(b='"[1, 2]"'), [(2, "is no single number; write lists in square brackets")]),
    ("infinite", written(b=".inf"), [(2, "`b`: '.inf' could not be read")]),
    ("code", written(b="\"__import__('os').system('id')\""), [(2, "could not be read")]),
    ("digits", written(b="1" * 31), [(2, "a number of 31 characters; at most 30 are read")]),
    ("outside", written(t="7"), [(4, "t: expected a number of {-1, 1}, found 7")]),
    ("not-above-0", written(eta="0"), [(5, "eta: expected a number above 0, found 0")]),
    ("too-many", written(w=str([1] * 501)), [(1, f"`w`: found 501 entries; at most {MAX_ENTRIES} are worked")]),
    ("syntax", written(w="[1, 2"), [(2, "this is no YAML: while parsing a flow sequence")]),
    ("tab", "w:\n\t- 1\n", [(2, "this is no YAML: while scanning for the next token")]),
    ("alias", written(w="&a [1, 2]", x="*a"), [(3, "`*a` is an alias; this file has none: write out")]),
    ("tag", written(w="!!python/object/apply:os.system [id]"), [(1, "is a tag; this file is plain data")]),
    ("two-documents", written() + "---\nw: 1\n", [(6, "a second document begins")]),
    ("deep", written(w="[" * 3000 + "]" * 3000), [(1, "nested deeper than 20 levels")]),
    ("empty", "", [(1, f"nothing is in it; {EXPECTED}")]),
    ("only-comments", "# nothing\n\n  # here\n", [(1, f"nothing is in it; {EXPECTED}")]),
    ("a-list", "- 1\n", [(1, f"found no keys; {EXPECTED}")]),
    ("a-text", "hello\n", [(1, f"found no keys; {EXPECTED}")]),
    ("large", "#" * (MAX_BYTES + 1), [(1, f"more than 1,000,000 bytes; {EXPECTED}")]),
]


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said_with_its_line(text: str, said: list[tuple[int, str]], tmp_path: Path) -> None:
    found = reading(text, tmp_path)
    assert isinstance(found, list)
    assert [problem.line for problem in found] == [line for line, _ in said], [str(problem) for problem in found]
    for problem, (_, message) in zip(found, said, strict=True):
        assert message in problem.message
        assert problem.file.endswith("own.yaml")
        assert len(problem.message) < 300


BYTES = [
    pytest.param(bytes(range(256)), 2, "byte 0x80 is not UTF-8", id="binary"),
    pytest.param(written().encode("utf-16"), 1, "byte 0xff is not UTF-8", id="utf-16"),
    pytest.param(b"w: [1, 2]\0\n", 1, "control characters are not allowed", id="zero-byte"),
]


@pytest.mark.parametrize(("data", "line", "said"), BYTES)
def test_bytes_that_are_no_text(data: bytes, line: int, said: str, tmp_path: Path) -> None:
    found = reading(data, tmp_path)
    assert isinstance(found, list)
    assert found[0].line == line
    assert said in found[0].message


def test_an_alias_bomb_is_told_at_once(tmp_path: Path) -> None:
    rows = ["a: &a [1, 1]"] + [
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]" for i in range(9)
    ]
    found = reading("\n".join(rows), tmp_path)
    assert isinstance(found, list)
    assert len(found) == 81


FILES = [
    pytest.param("absent.yaml", "No such file or directory", id="absent"),
    pytest.param(".", "Is a directory", id="folder"),
    pytest.param("/dev/zero", "more than 1,000,000 bytes", id="endless-device"),
    pytest.param("a\0b", "embedded null byte", id="zero-byte"),
    pytest.param("a" * 5000, "File name too long", id="long-name"),
    pytest.param("", "Is a directory", id="empty-name"),
]


@pytest.mark.parametrize(("name", "said"), FILES)
def test_what_is_no_file(name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for found in (read_given(solver(), name), read_answers(name, ["a"])):
        assert isinstance(found, list)
        assert [problem.line for problem in found] == [1]
        assert said in found[0].message
        assert "; expected" in found[0].message


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(written().encode())))
    assert read_given(solver(), "-") == reading(written(), tmp_path)


def test_standard_input_may_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    found = read_given(solver(), "-")
    assert isinstance(found, list)
    assert str(found[0]) == f"-:1: standard input is closed; {EXPECTED}"


def test_a_count_that_would_not_end_is_refused(tmp_path: Path) -> None:
    text = "w: [1, 1]\nb: 0\nx: [[1, 2]]\nt: [1]\neta: 1\nepochs: 100000000\n"
    found = reading(text, tmp_path, "perceptron.train")
    assert found == [Problem(str(tmp_path / "own.yaml"), 6, "epochs: expected at most 1000, found 100000000")]


WORDS = [
    (r"w \in \mathbb{R}", "a number"),
    (r"w \in \mathbb{R}^{n}", "a vector of n numbers"),
    (r"w \in \mathbb{R}^{n \times m}", "a matrix n×m of numbers"),
    (r"w > 0", "a number above 0"),
    (r"w \in \mathbb{N}", "a whole number from 0 on"),
    (r"w \in \mathbb{Z}", "a whole number"),
    (r"w \in \mathbb{N}^{3}", "a vector of 3 whole numbers from 0 on"),
    (r"w \in \{-1, 1\}", "a number of {-1, 1}"),
    (r"w^{(s)} \in \mathbb{R}^{n}, s = 1, \dots, N", "a list: one vector of n numbers for each s = 1..N"),
    (r"w^{(s)} \in \{-1, 1\}, s = 1, \dots, N", "a list: one number of {-1, 1} for each s = 1..N"),
]


@pytest.mark.parametrize(("declaration", "words"), WORDS, ids=[row[1] for row in WORDS])
def test_what_a_key_must_hold_in_words(declaration: str, words: str) -> None:
    assert described(declared(declaration)[0]) == words


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: f"w: {text}\n".encode())))
def test_no_file_ends_the_program(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(data)
    for found in (read_given(solver(), str(path)), read_answers(str(path), ["a", "w"])):
        assert isinstance(found, dict | list)
