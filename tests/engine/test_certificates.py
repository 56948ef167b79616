"""Shipped evidence: when it covers a variant, when it is stale, what a damaged file is worth, certifying live."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import engine
import solvers
from engine import bank, certificates
from engine.certificates import (
    agreed,
    certificate_of,
    certify_live,
    certify_numbers,
    counted,
    draws_of,
    fingerprint,
    hash_of,
    load_entries,
    stale,
)
from engine.records import Certificate, Question, Variant
from engine.variant import make_variant
from solvers.registry import topics
from solvers.worker import WorkerFailed

LIBRARY = bank.load()
SOLVERS, ENGINE = Path(solvers.__file__).parent, Path(engine.__file__).parent


def question(name: str = "perceptron/net-and-output") -> Question:
    return next(each for each in LIBRARY.questions if each.id == name)


def variant(name: str = "perceptron/net-and-output", seed: int = 0) -> Variant:
    made = make_variant(question(name), seed)
    assert isinstance(made, Variant)
    return made


def entry(asked: Question, **changes: Any) -> dict[str, Any]:
    whole = {
        "hash": hash_of(asked), "seeds": 3, "failed": [1], "routes": ["one", "two"], "compared": 9,
        "disagreement": 1e-12, "draws": "12?",
    }  # fmt: skip
    return whole | changes


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An evidence file of the test's own, and copies of the sources that may be changed."""
    for room, home in ((SOLVERS, "solvers"), (ENGINE, "engine")):
        shutil.copytree(room, tmp_path / home, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(solvers, "__file__", str(tmp_path / "solvers" / "__init__.py"))
    monkeypatch.setattr(engine, "__file__", str(tmp_path / "engine" / "__init__.py"))
    monkeypatch.setattr(certificates, "shipped_file", lambda: tmp_path / "certificates.json")
    forget()
    yield tmp_path / "certificates.json"
    forget()


def forget() -> None:
    certificates._shipped.cache_clear()
    fingerprint.cache_clear()


def ship(path: Path, document: object) -> None:
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    forget()


# ----- what is covered -----


def test_a_seed_that_was_certified_is_covered(shipped: Path) -> None:
    asked = question()
    ship(shipped, {asked.id: entry(asked)})
    assert certificate_of(variant()) == Certificate(("one", "two"), 9, 1e-12)
    assert [draws_of(asked, seed) for seed in range(4)] == [1, None, None, None]  # 1 failed, 2 is not told, 3 unknown
    assert certificate_of(variant(seed=1)) is None
    assert certificate_of(variant(seed=3)) is None
    assert stale([asked]) == []
    assert stale([asked, question("perceptron/one-update")]) == ["perceptron/one-update"]


def test_numbers_of_draws_are_counted_in_a_character_each() -> None:
    assert counted({0: 1, 1: 10, 2: 61, 3: 62, 5: 9}, 7) == "1aZ??9?"


CHANGES = [
    pytest.param("solvers/topics/perceptron.py", id="solver"),
    pytest.param("solvers/models/perceptron.py", id="model"),
    pytest.param("solvers/formula/evaluate.py", id="formula-language"),
    pytest.param("solvers/formula/tables/nested.py", id="number-table"),
    pytest.param("solvers/trace.py", id="trace"),
    pytest.param("engine/drawing.py", id="drawing"),
    pytest.param("engine/fitness.py", id="fitness"),
    pytest.param("engine/variant.py", id="variant"),
]


@pytest.mark.parametrize("source", CHANGES)
def test_evidence_is_stale_when_a_source_changes(shipped: Path, source: str) -> None:
    asked = question()
    ship(shipped, {asked.id: entry(asked)})
    assert certificate_of(variant()) is not None
    with (shipped.parent / source).open("a", encoding="utf-8") as stream:
        stream.write("\n# changed\n")
    forget()
    assert certificate_of(variant()) is None
    assert draws_of(asked, 0) is None
    assert stale([asked]) == [asked.id]


def test_evidence_is_stale_when_the_question_changes(shipped: Path, tmp_path: Path) -> None:
    asked = question()
    ship(shipped, {asked.id: entry(asked)})
    text = (ENGINE.parent / "questions" / "perceptron.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "perceptron.yaml"
    changed.write_text(text.replace("grid: [-2, 2", "grid: [-3, 2", 1), encoding="utf-8")
    again = next(q for q in bank.load([changed], cached_in=tmp_path).questions if q.id == asked.id)
    assert stale([asked]) == []
    assert stale([again]) == [again.id]
    moved = tmp_path / "moved.yaml"
    moved.write_text("# one line further down\n" + text, encoding="utf-8")
    same = next(q for q in bank.load([moved], cached_in=tmp_path).questions if q.id == asked.id)
    assert stale([same]) == []


@pytest.mark.parametrize("source", ["solvers/topics/rbm.py", "solvers/models/lstm.py", "engine/cli.py"])
def test_other_sources_leave_evidence_alone(shipped: Path, source: str) -> None:
    asked = question()
    ship(shipped, {asked.id: entry(asked)})
    with (shipped.parent / source).open("a", encoding="utf-8") as stream:
        stream.write("\n# changed\n")
    forget()
    assert stale([asked]) == []


def imports_of(path: Path) -> set[Path]:
    """The topics and models that a file imports, by Python's own reading of it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        module = node.module if isinstance(node, ast.ImportFrom) else None
        for name in [module, *(f"{module}.{name}" if module else name for name in names)]:
            parts = (name or "").split(".")
            if parts[0] == "solvers" and len(parts) > 2 and parts[1] in {"topics", "models"}:
                found.add(SOLVERS / parts[1] / f"{parts[2]}.py")
    return {path for path in found if path.exists()}


@pytest.mark.parametrize("topic", topics())
def test_a_topics_fingerprint_sees_all_that_it_imports(topic: str) -> None:
    found: set[Path] = set()
    todo = {SOLVERS / "topics" / f"{topic}.py"}
    while todo:
        path = todo.pop()
        found.add(path)
        todo |= imports_of(path) - found
    assert set(certificates._sources(topic)) == found


@pytest.mark.parametrize(
    "line",
    [
        "from solvers.models import lstm",
        "from solvers.models import gru as cell, lstm as other",
        "from solvers.models import (\n    gru,  # a comment\n    lstm,\n)",
        "from solvers.models.lstm import forward",
        "from solvers.models.lstm import (\n    forward,\n)",
        "import solvers.models.lstm",
        "def late():\n    from solvers.models import lstm  # torch",
    ],
)
def test_every_way_to_import_is_seen(shipped: Path, line: str) -> None:
    path = shipped.parent / "solvers" / "topics" / "perceptron.py"
    path.write_text(line + "\n", encoding="utf-8")
    assert shipped.parent / "solvers" / "models" / "lstm.py" in certificates._sources("perceptron")


# ----- damaged files -----

DAMAGED = [
    pytest.param("", id="empty"),
    pytest.param("{", id="cut-off"),
    pytest.param("[]", id="a-list"),
    pytest.param("null", id="null"),
    pytest.param('{"perceptron/net-and-output": null}', id="no-entry"),
    pytest.param('{"perceptron/net-and-output": {}}', id="empty-entry"),
    pytest.param("[" * 100_000, id="too-deep"),
    pytest.param("\ufeff{}", id="byte-order-mark"),
]


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_file_certifies_nothing(shipped: Path, text: str) -> None:
    ship(shipped, text)
    assert certificate_of(variant()) is None
    assert draws_of(question(), 0) is None
    assert stale([question()]) == [question().id]


@pytest.mark.parametrize("name", ["hash", "seeds", "failed", "routes", "compared", "disagreement", "draws"])
@pytest.mark.parametrize("value", [None, {"a": 1}], ids=["null", "mapping"])
def test_an_entry_without_all_its_fields_certifies_nothing(shipped: Path, name: str, value: object) -> None:
    asked = question()
    ship(shipped, {asked.id: entry(asked, **{name: value}), "other": entry(asked)})
    assert certificate_of(variant()) is None
    assert list(load_entries(shipped)) == ["other"]


def test_a_missing_file_certifies_nothing(shipped: Path) -> None:
    assert not shipped.exists()
    assert certificate_of(variant()) is None


def test_bytes_that_are_no_text_certify_nothing(shipped: Path) -> None:
    shipped.write_bytes(bytes(range(256)))
    forget()
    assert certificate_of(variant()) is None


# ----- certifying live -----


def test_a_variant_is_certified_live() -> None:
    found = certify_live(variant())
    assert isinstance(found, Certificate)
    assert found.routes == ("formulas of the trace", "torch: the perceptron shown one example")
    assert found.compared >= 2
    assert found.disagreement <= 1e-9


def test_statements_need_no_second_route(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.worker.call", None)
    assert certify_live(variant("perceptron/what-it-can-do")) == Certificate(("statements of the bank",), 0, 0.0)


def told(monkeypatch: pytest.MonkeyPatch, answer: object) -> Certificate | str:
    monkeypatch.setattr("solvers.worker.call", lambda *_: answer)
    return certify_numbers("perceptron.step", {"w": (1, 2)}, ["out"])


ROUTES = ["one", "two"]
ANSWERS = [
    pytest.param({"routes": ROUTES, "steps": {"out": 0.0}}, Certificate(("one", "two"), 1, 0.0), id="agreed"),
    pytest.param({"routes": ROUTES, "steps": {"out": 1e-9}}, Certificate(("one", "two"), 1, 1e-9), id="just"),
    pytest.param(
        {"routes": ROUTES, "steps": {"out": 2e-9}}, "the two routes differ at out by 2e-09", id="just-not"
    ),
    pytest.param(
        {"routes": ROUTES, "steps": {"out": 0.0, "net": float("inf")}}, "the two routes differ at net by inf", id="inf"
    ),
    pytest.param(
        {"routes": ROUTES, "steps": {"net": 0.0, "out": float("nan")}}, "the two routes differ at out by nan", id="nan"
    ),
    pytest.param({"routes": ROUTES, "steps": {"net": 0.0}}, "the second route does not compute out", id="missing"),
    pytest.param({"error": "division by zero"}, "division by zero", id="no-value"),
    pytest.param(WorkerFailed("it stopped"), "the second route gave no result: it stopped", id="worker"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_what_the_worker_says_is_a_certificate_or_a_sentence(
    monkeypatch: pytest.MonkeyPatch, answer: object, expected: Certificate | str
) -> None:
    assert told(monkeypatch, answer) == expected


def test_nothing_compared_certifies_nothing() -> None:
    assert (
        agreed({"routes": ["formulas of the trace"], "steps": {}}, []) == "the second route computes none of the steps"
    )
