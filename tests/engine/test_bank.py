"""Loading banks: what is found, what a warm cache costs, what a damaged one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import cache
from engine.bank import Library, find, load
from engine.compiler import compile_bank
from engine.library import MAX_BYTES
from engine.paths import questions_dir
from engine.records import Problem, Question

ROOT = Path(__file__).resolve().parents[2]
BANKS = Path(__file__).parent / "banks"
GOOD, BROKEN = BANKS / "convolution.yaml", BANKS / "broken.yaml"

SECOND = """\
topic: sums
title: Sums
notes: "1"
questions:
  - {id: output-size, title: S, notes: "1", level: 1, minutes: 1, skills: [s], solver: sums.add, text: Add.,
     parts: [{ask: The sum, kind: integer, answer: out}]}
  - {id: halves, title: S, notes: "1", level: 1, minutes: 1, skills: [s], solver: sums.add, text: Add.,
     parts: [{ask: The sum, kind: integer, answer: out}]}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    second = tmp_path / "sums.yaml"
    second.write_text(SECOND, encoding="utf-8")
    return load([GOOD, second], cached_in=tmp_path / "cache")


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


# ----- what is read -----


def test_banks_are_read(library: Library) -> None:
    assert library.problems == ()
    assert [topic.topic for topic in library.topics] == ["convolution", "sums"]
    assert library.topics[0].skills == ("conv-output-size", "cross-correlation", "conv-concepts")
    assert len(library.questions) == 5


def test_folders_are_read_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "c.txt"):
        (tmp_path / name).write_text(SECOND.replace("topic: sums", f"topic: {name[0]}"), encoding="utf-8")
    library = load([tmp_path], cached_in=tmp_path / "cache")
    assert [topic.topic for topic in library.topics] == ["a", "b"]


def test_a_broken_bank_gives_its_problems_and_no_crash(tmp_path: Path) -> None:
    library = load([GOOD, BROKEN], cached_in=tmp_path)
    assert len(library.questions) == 3
    assert {problem.file for problem in library.problems} == {str(BROKEN)}
    assert load([GOOD, BROKEN], cached_in=tmp_path) == library


UNREADABLE = [
    pytest.param("absent.yaml", "No such file", id="absent"),
    pytest.param("pipe", "this is no file", id="pipe"),
]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize(("name", "said"), UNREADABLE)
def test_what_cannot_be_read_is_a_problem(name: str, said: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    library = load([tmp_path / name, GOOD], cached_in=tmp_path / "cache")
    assert [problem.file for problem in library.problems] == [str(tmp_path / name)]
    assert said in library.problems[0].message
    assert len(library.questions) == 3


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "split the bank" in load([large], cached_in=tmp_path / "cache").problems[0].message


def test_an_id_and_a_topic_are_unique_over_all_files(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SECOND + f"# {name}\n", encoding="utf-8")
    library = load([tmp_path], cached_in=tmp_path / "cache")
    assert [question.origin for question in library.questions] == [f"{tmp_path / 'a.yaml'}:{line}" for line in (5, 7)]
    assert [(problem.file, problem.line) for problem in library.problems] == [
        (str(tmp_path / "b.yaml"), line) for line in (1, 5, 7)
    ]


def test_shipped_banks_are_the_default(tmp_path: Path) -> None:
    assert load(cached_in=tmp_path / "one") == load([questions_dir()], cached_in=tmp_path / "two")


def test_lint_leaves_out_what_it_finds_fault_with(tmp_path: Path) -> None:
    def lint(question: Question) -> Iterator[Problem]:
        if question.solver == "convolution.output_size":
            yield Problem(*question.origin.rsplit(":", 1), message="no such step")  # type: ignore[misc, arg-type]

    library = load([GOOD], cached_in=tmp_path, lint_question=lint)
    assert [question.id for question in library.questions] == ["convolution/cross-correlate", "convolution/concepts"]
    assert [problem.message for problem in library.problems] == ["no such step"]


# ----- the cache -----


def test_the_cache_gives_back_what_was_compiled(tmp_path: Path) -> None:
    compiled = compile_bank(GOOD.read_bytes(), "a.yaml")
    cache.save(tmp_path, "key", compiled)
    assert cache.load(tmp_path, "key", "a.yaml") == compiled
    moved = cache.load(tmp_path, "key", "elsewhere.yaml")
    assert moved is not None
    assert [question.digest for question in moved.questions] == [question.digest for question in compiled.questions]
    assert moved.questions[0].origin == "elsewhere.yaml:7"


def test_exact_numbers_survive_the_cache(tmp_path: Path) -> None:
    cold, warm = (load([GOOD], cached_in=tmp_path) for _ in range(2))
    for before, after in zip(cold.questions, warm.questions, strict=True):
        assert repr(before) == repr(after)  # == would take 1 for True, and 2.0 for 2


def test_an_edit_is_seen(tmp_path: Path) -> None:
    bank = tmp_path / "sums.yaml"
    bank.write_text(SECOND, encoding="utf-8")
    before = load([bank], cached_in=tmp_path / "cache")
    bank.write_text(SECOND.replace("text: Add.", "text: Take away."), encoding="utf-8")
    after = load([bank], cached_in=tmp_path / "cache")
    assert before.questions[0].digest != after.questions[0].digest
    assert len(entries(tmp_path / "cache")) == 2


def test_a_change_of_the_compiler_makes_the_cache_stale() -> None:
    version = cache.compiler_version()
    assert version is not None
    assert cache.key_of(b"bank", version) != cache.key_of(b"bank", version[::-1])


DAMAGE = [
    pytest.param(b"", id="empty"),
    pytest.param(b"not json", id="text"),
    pytest.param(b"\xff\xfe\n{}", id="bytes"),
    pytest.param(b"0" * 64 + b'\n{"topic":null,"questions":[],"problems":[]}', id="checksum"),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_cache_is_compiled_again(damage: bytes, tmp_path: Path) -> None:
    before = load([GOOD], cached_in=tmp_path)
    (entry,) = entries(tmp_path)
    whole = entry.read_bytes()
    entry.write_bytes(damage)
    assert load([GOOD], cached_in=tmp_path) == before
    assert entry.read_bytes() == whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_is_never_believed(at: int, bit: int, tmp_path: Path) -> None:
    cache.save(tmp_path, "key", compile_bank(SECOND.encode(), "f"))
    entry = tmp_path / "key.json"
    data = bytearray(entry.read_bytes())
    data[at % len(data)] ^= 1 << bit
    entry.write_bytes(data)
    assert cache.load(tmp_path, "key", "f") is None


def test_a_cut_off_entry_is_never_believed(tmp_path: Path) -> None:
    cache.save(tmp_path, "key", compile_bank(SECOND.encode(), "f"))
    whole = (tmp_path / "key.json").read_bytes()
    for length in range(0, len(whole), 37):
        (tmp_path / "key.json").write_bytes(whole[:length])
        assert cache.load(tmp_path, "key", "f") is None


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    assert len(load([GOOD], cached_in=in_the_way / "cache").questions) == 3
    assert in_the_way.read_text(encoding="utf-8") == "not a folder"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home_is_no_failure(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert len(load([GOOD], cached_in=tmp_path / "cache").questions) == 3


def test_old_entries_are_cleared_away(tmp_path: Path) -> None:
    compiled = compile_bank(SECOND.encode(), "f")
    for number in range(cache.KEEP + 5):
        (tmp_path / f"{number}.json").write_bytes(b"")
        os.utime(tmp_path / f"{number}.json", (number, number))
    cache.save(tmp_path, "new", compiled)
    assert len(entries(tmp_path)) == cache.KEEP
    assert cache.load(tmp_path, "new", "f") == compiled


def test_all_that_decides_the_compiling_is_hashed() -> None:
    """Each module of the engine that the compiler loads is in the version, or a change of it would go unseen."""
    code = "import sys, engine.compiler; print(*(name for name in sys.modules if name.startswith('engine.')))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(cache._SOURCES) == {name.removeprefix("engine.") for name in found.stdout.split()}


LOADED = """\
import json, sys
from pathlib import Path
from engine.bank import load
library = load([Path(path) for path in sys.argv[1:]])
print(json.dumps([len(library.questions), [name for name in ("yaml", "pydantic", "numpy", "difflib", "tempfile",
    "platformdirs", "random") if name in sys.modules]]))
"""


def test_a_warm_start_loads_nothing_slow(tmp_path: Path) -> None:
    def start() -> Any:
        environ = {**os.environ, "CHAINRULE_HOME": str(tmp_path)}
        command = [sys.executable, "-c", LOADED, str(GOOD), str(BROKEN)]
        return json.loads(subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True).stdout)

    questions, loaded = start()
    assert (questions, {"yaml", "pydantic"} <= set(loaded)) == (3, True)
    assert start() == [3, []]


# ----- finding -----


FOUND = [
    pytest.param("convolution/concepts", "convolution/concepts", id="full"),
    pytest.param("concepts", "convolution/concepts", id="local"),
    pytest.param("sums/output-size", "sums/output-size", id="full-of-two"),
]


@pytest.mark.parametrize(("name", "expected"), FOUND)
def test_find(library: Library, name: str, expected: str) -> None:
    question = find(library, name)
    assert isinstance(question, Question)
    assert question.id == expected


NOT_FOUND = [
    pytest.param("output-size", "names 2 questions: convolution/output-size, sums/output-size", id="ambiguous"),
    pytest.param("concept", "did you mean `concepts`?", id="near-local"),
    pytest.param("convolution/concept", "did you mean `convolution/concepts`?", id="near-full"),
    pytest.param("qqq", "`chainrule questions` lists all 5", id="far"),
    pytest.param("", "there is no question", id="empty"),
]


@pytest.mark.parametrize(("name", "said"), NOT_FOUND)
def test_find_says_what_to_do(library: Library, name: str, said: str) -> None:
    problem = find(library, name)
    assert isinstance(problem, Problem)
    assert said in problem.message
