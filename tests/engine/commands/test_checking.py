"""`check` as a process: exit codes, what is printed and where, files that are no text, terminals, watching a file."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engine.commands.test_processes import ROOT, clean, environment, run, shell

RIGHT = "Let $x, y \\in \\mathbb{R}$.\n\n$$(x + y)^2 = x^2 + 2 x y + y^2$$\n"
WRONG = "Let $x, y \\in \\mathbb{R}$.\n\n$$(x + y)^2 = x^2 + y^2$$\n"
UNREADABLE = "Let $x \\in \\mathbb{R}$.\n\n$$2 \\sigmma(x) = 2 x$$\n"
STEP_KEYS = {
    "line", "column", "lhs", "rhs", "relation", "verdict", "evidence", "counterexample", "diagnosis",
}  # fmt: skip


def written(folder: Path, text: str | bytes, name: str = "page.md") -> str:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


CODES = [
    pytest.param(RIGHT, 0, "1 step: 1 valid", id="right"),
    pytest.param(WRONG, 1, "line 3 is wrong", id="wrong"),
    pytest.param(UNREADABLE, 2, "line 3, column 5: \\sigmma is not known: did you mean \\sigma?", id="unreadable"),
    pytest.param(UNREADABLE + WRONG, 1, "is wrong", id="wrong-and-unreadable"),
    pytest.param("$$A x \\approx B$$\n\n$$f(x) = g(x)$$\n\n$$f(x) = 2$$\n", None, "", id="much-undeclared"),
]


@pytest.mark.parametrize(("text", "code", "said"), CODES)
def test_exit_codes(text: str, code: int | None, said: str, tmp_path: Path) -> None:
    done = run("check", written(tmp_path, text), home=tmp_path)
    assert done.returncode == code if code is not None else done.returncode in {0, 1, 2}
    assert said in done.stdout.decode()
    assert clean(done) == ""


NOTHING = [
    pytest.param(b"", id="empty"),
    pytest.param(b"\n \n\t\n", id="white-space"),
    pytest.param(b"Only words, and a formula within them: $x = 2 y$.\n", id="no-display"),
    pytest.param(b"L = 1/2 (y - t)^2\n", id="plain-text"),
]


@pytest.mark.parametrize("text", NOTHING)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_write_up_without_claims(text: bytes, as_json: bool, tmp_path: Path) -> None:
    done = run("check", written(tmp_path, text), *(["--json"] if as_json else []), home=tmp_path)
    assert done.returncode == 2
    if as_json:
        assert json.loads(done.stdout)["steps"] == []
    else:
        assert re.search(r"page\.md: no claim was found to check; .*\$\$", clean(done))


BAD = [
    pytest.param(b"$$x = \xff\xfe$$", "byte 7 is not UTF-8; save it as UTF-8", id="not-utf-8"),
    pytest.param(bytes(range(256)) * 20, "is not UTF-8", id="binary"),
    pytest.param(b"x" * 2_000_001, "more than 2000000 bytes", id="huge"),
]


@pytest.mark.parametrize(("data", "said"), BAD)
@pytest.mark.parametrize("piped", [False, True], ids=["file", "piped"])
def test_files_that_are_no_write_up(data: bytes, said: str, piped: bool, tmp_path: Path) -> None:
    name = "-" if piped else written(tmp_path, data)
    done = run("check", name, home=tmp_path, stdin=data if piped else b"")
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in clean(done)
    assert clean(done).count("\n") == 1


MISSING = [
    pytest.param(lambda folder: folder / "nothing.md", "nothing.md", id="missing"),
    pytest.param(lambda folder: folder, "", id="folder"),
    pytest.param(lambda folder: folder / "x.md" / "y.md", "y.md", id="below-nothing"),
    pytest.param(lambda folder: f"{folder}/{'n' * 300}.md", "nnn", id="long-name"),
    pytest.param(lambda folder: "", "", id="empty-name"),
]


@pytest.mark.parametrize(("place", "said"), MISSING)
@pytest.mark.parametrize("watch", [False, True], ids=["once", "watched"])
def test_files_that_are_not_there(place: object, said: str, watch: bool, tmp_path: Path) -> None:
    name = str(place(tmp_path))  # type: ignore[operator]
    done = run("check", name, *(["--watch"] if watch else []), home=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in clean(done)
    assert clean(done).count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    name = written(tmp_path, RIGHT)
    Path(name).chmod(0)
    done = run("check", name, home=tmp_path)
    assert done.returncode == 2
    assert "Permission denied" in clean(done)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = WRONG.replace("x", "ξ").replace("\n", "\r\n")
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    done = run("check", written(tmp_path, data), "--json", home=tmp_path)
    assert done.returncode == 1
    assert json.loads(done.stdout)["first_wrong"] == 3


@pytest.mark.parametrize("text", [RIGHT, WRONG, UNREADABLE], ids=["right", "wrong", "unreadable"])
def test_json_is_one_document_with_the_keys_that_are_promised(text: str, tmp_path: Path) -> None:
    done = run("check", written(tmp_path, text), "--json", home=tmp_path)
    document = json.loads(done.stdout)
    assert document.keys() == {"steps", "first_wrong", "notes"}
    assert document["steps"]
    for step in document["steps"]:
        assert step.keys() == STEP_KEYS
        assert step["verdict"] in {"valid", "wrong", "undecided", "unreadable"}
        assert (step["line"], type(step["column"])) == (3, int)
    assert document["first_wrong"] == (3 if text == WRONG else None)
    assert all(isinstance(note, str) for note in document["notes"])
    assert clean(done) == ""
    if text == WRONG:
        point = document["steps"][0]["counterexample"]
        assert point["left"] == (point["x"] + point["y"]) ** 2
        assert point["right"] == point["x"] ** 2 + point["y"] ** 2 != point["left"]


def test_standard_input_is_a_write_up(tmp_path: Path) -> None:
    done = run("check", "-", "--json", home=tmp_path, stdin=WRONG.encode())
    assert (done.returncode, json.loads(done.stdout)["first_wrong"]) == (1, 3)
    watched = run("check", "-", "--watch", home=tmp_path, stdin=WRONG.encode())
    assert (watched.returncode, watched.stdout) == (2, b"")
    assert "name a file" in clean(watched)


CLOSED = [
    pytest.param("chainrule check - <&-", 2, "standard input is closed", id="input-closed"),
    pytest.param("chainrule check page.md >&-", 1, "standard output is closed", id="output-closed"),
    pytest.param("chainrule check page.md 2>&-", 0, "", id="errors-closed"),
    pytest.param("chainrule check page.md | true; exit ${PIPESTATUS[0]}", None, "", id="reader-gone"),
]


@pytest.mark.parametrize(("line", "code", "said"), CLOSED)
def test_outputs_that_take_nothing(line: str, code: int | None, said: str, tmp_path: Path) -> None:
    done = shell(line.replace("page.md", written(tmp_path, RIGHT)), tmp_path)
    assert done.returncode == code if code is not None else done.returncode in {0, 1}
    assert said in clean(done)


# ----- what terminals are sent -----


def on_terminal(*arguments: str, home: Path, columns: str = "80", **more: str) -> str:
    """What a command writes to a terminal."""
    leader, follower = pty.openpty()
    settings = environment(str(home), COLUMNS=columns, **({"TERM": "xterm"} | more))
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", *arguments], cwd=ROOT, env=settings, stdin=subprocess.DEVNULL,
        stdout=follower, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(follower)
    found = b""
    while True:
        try:
            data = os.read(leader, 65536)
        except OSError:  # Linux says so when the last writer is gone
            break
        if not data:
            break
        found += data
    os.close(leader)
    process.wait(timeout=60)
    return found.decode()


COLOURS = [
    pytest.param({}, True, id="terminal"),
    pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR"),
    pytest.param({"TERM": "dumb"}, False, id="dumb"),
]


@pytest.mark.parametrize(("settings", "coloured"), COLOURS)
def test_colours_only_where_they_are_wanted(settings: dict[str, str], coloured: bool, tmp_path: Path) -> None:
    shown = on_terminal("check", written(tmp_path, WRONG), home=tmp_path, **settings)
    assert "line 3 is wrong" in shown
    assert ("\x1b[" in shown) == coloured


def test_no_colours_in_a_pipe(tmp_path: Path) -> None:
    assert b"\x1b" not in run("check", written(tmp_path, WRONG), home=tmp_path).stdout


HOSTILE = "\x1b[31mred\x1b]0;title\x07 \x9b2J \u202eturned \x00\x08"


@pytest.mark.parametrize("where", ["prose", "formula", "declaration", "macro"])
def test_escapes_of_a_write_up_reach_no_terminal(where: str, tmp_path: Path) -> None:
    texts = {
        "prose": f"{HOSTILE}\n\n{WRONG}",
        "formula": f"$$x {HOSTILE} = y$$\n\n$$\\text{{{HOSTILE}}} x = 2 x$$\n\n$$2\\{HOSTILE} = 3$$\n",
        "declaration": f"Let $x{HOSTILE} \\in \\mathbb{{R}}^{HOSTILE}$ and $a_{{{HOSTILE}}} = 2$.\n\n{WRONG}",
        "macro": f"\\newcommand{{\\a}}{{{HOSTILE}}}\n\n$$\\a x = 2 x$$\n\n$$\\b{HOSTILE} = 3$$\n",
    }
    name = written(tmp_path, texts[where])
    shown = run("check", name, home=tmp_path)
    for sent in (shown.stdout.decode(), clean(shown)):
        assert not set(sent) & set("\x1b\x07\x9b\x00\x08\u202e")
    document = run("check", name, "--json", home=tmp_path)
    assert not set(document.stdout) & set(b"\x1b\x07\x00\x08")
    json.loads(document.stdout)


@pytest.mark.parametrize("text", [RIGHT, WRONG, UNREADABLE, "Für $x>0$: „so“\n\n$$σ(x) ≤ ½$$\n"])
def test_a_terminal_that_knows_no_unicode(text: str, tmp_path: Path) -> None:
    done = run("check", written(tmp_path, text), home=tmp_path, PYTHONIOENCODING="ascii")
    assert done.stdout.isascii()
    assert done.stdout
    assert clean(done) == ""


@pytest.mark.parametrize("columns", ["1", "20", "300"])
def test_narrow_and_wide_terminals(columns: str, tmp_path: Path) -> None:
    assert "line 3 is wrong" in on_terminal("check", written(tmp_path, WRONG), home=tmp_path, columns=columns)


# ----- watching -----


class Watched:
    """`check --watch` at work; `until` waits for words in what it wrote so far."""

    def __init__(self, name: str, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine", "check", name, "--watch"], cwd=ROOT, env=environment(str(home)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.seen = ""

    def until(self, said: str, seconds: float = 60.0) -> None:
        assert self.process.stdout is not None
        end = time.monotonic() + seconds
        while said not in self.seen:
            ready, _, _ = select.select([self.process.stdout], [], [], max(end - time.monotonic(), 0))
            assert ready, f"waited for {said!r}, saw {self.seen!r}"
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, f"ended before {said!r}: {self.seen!r}"
            self.seen += data.decode()
        self.seen = self.seen[self.seen.index(said) + len(said) :]


@contextmanager
def watching(name: str, home: Path) -> Iterator[Watched]:
    watched = Watched(name, home)
    try:
        yield watched
    finally:
        watched.process.kill()
        watched.process.communicate()


def test_a_watched_file_is_checked_again_when_it_is_saved(tmp_path: Path) -> None:
    name = written(tmp_path, WRONG)
    with watching(name, tmp_path) as watched:
        watched.until("line 3 is wrong")
        watched.until("Ctrl-C ends")
        written(tmp_path, RIGHT + "\n")  # in place
        watched.until("1 valid")
        watched.until("Ctrl-C ends")
        written(tmp_path, WRONG, "new.md")
        (tmp_path / "new.md").replace(name)  # as most editors do
        watched.until("line 3 is wrong")
        watched.until("Ctrl-C ends")
        Path(name).unlink()  # and as some do
        written(tmp_path, UNREADABLE)
        watched.until("did you mean")
        watched.until("Ctrl-C ends")
        written(tmp_path, b"\xff")  # what cannot be read now may be so at the next save
        watched.until("save it as UTF-8")
        watched.until("Ctrl-C ends")
        written(tmp_path, RIGHT)
        watched.until("1 valid")
        watched.until("Ctrl-C ends")
        watched.process.send_signal(signal.SIGINT)
        assert watched.process.wait(timeout=60) == 130
        assert watched.process.stdout is not None
        assert "Traceback" not in watched.process.stdout.read().decode()
