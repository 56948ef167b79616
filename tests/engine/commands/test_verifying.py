"""`verify`: its document, its exit codes, and how the evidence is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import bank, certificates
from engine.cli import BAD, FAILED, OK, main
from engine.records import Problem
from tests.engine import fake_solvers

KEYS = {
    "question", "seeds", "certified", "draws", "unfit", "reasons", "failed", "routes", "compared", "disagreement",
    "seconds", "per_second",
}  # fmt: skip


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The fakes are known, and evidence goes to a file of the test's own."""
    fake_solvers.install(monkeypatch)
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(certificates, "shipped_file", lambda: tmp_path / "certificates.json")
    certificates._shipped.cache_clear()
    yield tmp_path / "certificates.json"
    certificates._shipped.cache_clear()


def bank_of(name: str, folder: Path) -> str:
    path = folder / "bank.yaml"
    path.write_text(fake_solvers.bank(name) if name != "concepts" else fake_solvers.CONCEPTS, encoding="utf-8")
    return str(path)


def report(name: str, folder: Path, capsys: pytest.CaptureFixture[str], code: int, *more: str) -> Any:
    assert main(["verify", "--bank", bank_of(name, folder), "--seeds", "20", "--json", *more]) == code
    out, err = capsys.readouterr()
    assert err == ""
    (row,) = json.loads(out)
    assert set(row) == KEYS
    return row


CASES = [
    pytest.param("double", OK, 20, 0, id="agreeing"),
    pytest.param("concepts", OK, 20, 0, id="conceptual"),
    pytest.param("apart", FAILED, None, 0, id="disagreeing"),
    pytest.param("alone", FAILED, 0, 0, id="no-second-route"),
    pytest.param("blind", FAILED, 0, 2000, id="mistake-gives-the-key"),
]


@pytest.mark.parametrize(("name", "code", "certified", "unfit"), CASES)
def test_the_document(
    name: str, code: int, certified: int | None, unfit: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = report(name, tmp_path, capsys, code)
    assert row["seeds"] == 20
    assert row["certified"] + len(row["failed"]) == 20
    assert certified in (None, row["certified"])
    assert (row["unfit"], sum(row["reasons"].values())) == (unfit, unfit)
    assert main(["verify", "--bank", str(tmp_path / "bank.yaml"), "--seeds", "20"]) == code
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[-1].startswith("1 questions, ")
    assert ("failed: " in out) == (code == FAILED)


def test_a_bank_with_an_unknown_solver_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--bank", bank_of("no_such", tmp_path)]) == BAD
    assert "no solver is called 'fake_solvers.no_such'" in capsys.readouterr().err


def test_problems_of_the_banks_are_told_and_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = bank.load([Path(bank_of("double", tmp_path))], cached_in=tmp_path)
    broken = type(library)(library.questions, library.topics, (Problem("b.yaml", 3, "this is wrong"),))
    monkeypatch.setattr("engine.bank.load", lambda *_: broken)
    assert main(["verify", "--seeds", "2", "--json"]) == FAILED
    out, err = capsys.readouterr()
    assert json.loads(out)[0]["certified"] == 2
    assert err == "b.yaml:3: this is wrong\n"


# ----- --write -----


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """One bank that counts as shipped."""
    path = Path(bank_of("double", tmp_path))
    library = bank.load([path], cached_in=tmp_path)
    monkeypatch.setattr("engine.bank.load", lambda *_: library)
    return path


def written(stored: Path) -> Any:
    return json.loads(stored.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("shipped")
def test_write_stores_what_was_certified(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--seeds", "20", "--write"]) == OK
    entry = written(stored)["fakes/one"]
    assert set(entry) == {"hash", "seeds", "failed", "routes", "compared", "disagreement", "draws"}
    assert (entry["seeds"], entry["failed"], len(entry["draws"])) == (20, [], 20)
    assert list(certificates.load_entries(stored)) == ["fakes/one"]
    assert [path.name for path in stored.parent.glob("certificates*")] == ["certificates.json"]
    assert "20 of 20 variants certified" in capsys.readouterr().out


@pytest.mark.usefixtures("shipped")
def test_write_keeps_what_holds_already(stored: Path) -> None:
    other = {
        "hash": "h", "seeds": 5, "failed": [], "routes": ["r"], "compared": 1, "disagreement": 0.0, "draws": "11111"
    }  # fmt: skip
    assert main(["verify", "--seeds", "20", "--write"]) == OK
    stored.write_text(json.dumps(written(stored) | {"other/one": other}), encoding="utf-8")
    assert main(["verify", "--seeds", "3", "--write"]) == OK
    assert written(stored)["fakes/one"]["seeds"] == 20  # the same question and code: 20 seeds hold still
    assert written(stored)["other/one"] == other
    assert main(["verify", "--seeds", "30", "--write"]) == OK
    assert written(stored)["fakes/one"]["seeds"] == 30
    stale = written(stored)
    stale["fakes/one"]["hash"] = "of other code"
    stored.write_text(json.dumps(stale), encoding="utf-8")
    assert main(["verify", "--seeds", "3", "--write"]) == OK
    assert written(stored)["fakes/one"]["seeds"] == 3


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("damaged", ["", "{", "[1]", '{"fakes/one": 3}'], ids=["empty", "cut-off", "list", "no-entry"])
def test_write_mends_a_damaged_file(damaged: str, stored: Path) -> None:
    stored.write_text(damaged, encoding="utf-8")
    assert main(["verify", "--seeds", "2", "--write"]) == OK
    assert written(stored)["fakes/one"]["seeds"] == 2


@pytest.mark.usefixtures("shipped")
def test_a_write_that_fails_leaves_the_old_file(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--seeds", "2", "--write"]) == OK
    before = stored.read_bytes()

    def full(path: Path, text: str, **_: object) -> None:
        path.write_bytes(text[:10].encode())
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", full)
    capsys.readouterr()
    assert main(["verify", "--seeds", "3", "--write"]) == FAILED
    out, err = capsys.readouterr()
    assert "3 of 3 variants certified" in out  # the work is not lost: it is told before it is stored
    assert err.startswith("chainrule verify: the evidence is not stored: ")
    assert "No space left on device" in err
    assert stored.read_bytes() == before
    assert [path.name for path in stored.parent.glob("certificates*")] == ["certificates.json"]


def test_write_refuses_other_banks(tmp_path: Path, stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--write", "--bank", bank_of("double", tmp_path)]) == BAD
    assert "--write stores the evidence of the shipped banks; leave --bank out" in capsys.readouterr().err
    assert not stored.exists()
