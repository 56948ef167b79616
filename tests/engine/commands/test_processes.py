"""Commands as real processes: exit codes, closed and full outputs, Ctrl-C, homes that cannot be written, hashing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ASKED = "perceptron/what-it-can-do"  # conceptual: solving it needs no second route
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")


def environment(home: str, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CHAINRULE"))}
    return kept | {"CHAINRULE_HOME": home, "PYTHONDONTWRITEBYTECODE": "1", **more}


def run(
    *arguments: str, home: Path | str, stdin: bytes = b"", stdout: int = subprocess.PIPE, **more: str
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "engine", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(str(home), **more), input=stdin, stdout=stdout, stderr=subprocess.PIPE,
        timeout=60, check=False,
    )  # fmt: skip


def shell(line: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    """A command line with redirections, as bash runs it; `chainrule` stands for this engine."""
    script = f'chainrule() {{ "{sys.executable}" -m engine "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment(str(home)), capture_output=True, timeout=60, check=False
    )


def clean(done: subprocess.CompletedProcess[bytes]) -> str:
    """What was said on standard error, which is never a traceback nor a complaint of Python's own."""
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    return said


CODES = [
    pytest.param(["topics"], b"", 0, id="done"),
    pytest.param(["show", ASKED, "--seed", "7", "--json"], b"", 0, id="json"),
    pytest.param(["grade", ASKED, "--answers", "-"], b"a: z", 1, id="judged-wrong"),
    pytest.param(["equal", "x", "2 x"], b"", 1, id="different"),
    pytest.param(["show", "nothing"], b"", 2, id="bad-input"),
    pytest.param(["no-such-command"], b"", 2, id="bad-usage"),
]


@pytest.mark.parametrize(("arguments", "stdin", "code"), CODES)
def test_exit_codes(arguments: list[str], stdin: bytes, code: int, tmp_path: Path) -> None:
    done = run(*arguments, home=tmp_path, stdin=stdin)
    assert done.returncode == code
    assert bool(clean(done)) == (code == 2)
    if "--json" in arguments:
        json.loads(done.stdout)


OUTPUTS = [
    pytest.param("chainrule questions | true; exit ${PIPESTATUS[0]}", 1, "", id="reader-gone"),
    pytest.param("chainrule | true; exit ${PIPESTATUS[0]}", 1, "", id="reader-of-usage-gone"),
    pytest.param("chainrule topics >&-", 1, "standard output is closed", id="output-closed"),
    pytest.param("chainrule show x 2>&-", 2, "", id="errors-closed"),
    pytest.param(f"chainrule grade {ASKED} --answers - <&-", 2, "standard input is closed", id="input-closed"),
    pytest.param("chainrule equal --batch <&-", 2, "standard input is closed", id="lines-closed"),
    *(
        pytest.param(line, code, said, id=name, marks=needs_full)
        for line, code, said, name in [
            ("chainrule topics >/dev/full", 1, "cannot be written: No space left on device", "full"),
            ("chainrule show --help >/dev/full", 1, "cannot be written: No space left", "help-full"),
            (f"chainrule show {ASKED} --json >/dev/full", 1, "cannot be written: No space left", "json-full"),
            ("chainrule show x 2>/dev/full", 2, "", "errors-full"),
            ("chainrule topics >/dev/full 2>/dev/full", 1, "", "both-full"),
        ]
    ),
]


@pytest.mark.skipif(sys.platform == "win32", reason="bash redirections")
@pytest.mark.parametrize(("line", "code", "said"), OUTPUTS)
def test_outputs_that_take_nothing(line: str, code: int, said: str, tmp_path: Path) -> None:
    done = shell(line, tmp_path)
    assert done.returncode == code
    assert clean(done).count("\n") == bool(said)
    assert said in clean(done)
    assert done.stdout == b""


COMMANDS = [
    pytest.param(["show", ASKED], b"", 0, id="show"),
    pytest.param(["solve", ASKED], b"", 0, id="solve"),
    pytest.param(["grade", ASKED, "--answers", "-"], b"a: a", 1, id="grade"),
]


@pytest.mark.parametrize("place", ["below-a-file", "read-only", "of-nobody"])
@pytest.mark.parametrize(("arguments", "stdin", "code"), COMMANDS)
def test_a_home_that_cannot_be_written(
    place: str, arguments: list[str], stdin: bytes, code: int, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "locked").mkdir(mode=0o500)
    homes = {"below-a-file": tmp_path / "file" / "home", "read-only": tmp_path / "locked" / "home"}
    done = run(*arguments, home=homes.get(place, Path("/proc/1/no-such-home")), stdin=stdin)
    assert done.returncode == code
    assert clean(done) == ""
    assert done.stdout


def test_ctrl_c_is_one_line_and_130(tmp_path: Path) -> None:
    """The process says by its first output that it is at work; the signal comes then."""
    started = "import sys, engine.verify as v; w = v._drawn; v._drawn = lambda *a: (print('on', flush=True), w(*a))[1]"
    code = f"{started}; from engine.cli import main; sys.exit(main(['verify', '--seeds', '100000']))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(str(tmp_path)), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"on\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"Interrupted.\n")
    assert b"certified" not in out


def test_a_terminal_that_knows_no_unicode(tmp_path: Path) -> None:
    for arguments in (["show", "bptt/cost"], ["questions"], ["show", "bptt/cost", "--json"], ["schema"]):
        done = run(*arguments, home=tmp_path, PYTHONIOENCODING="ascii")
        assert (done.returncode, clean(done)) == (0, "")
        assert done.stdout.isascii()


def test_an_argument_that_is_no_text(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"engine", b"show", b"\xff\xfe"], cwd=ROOT, env=environment(str(tmp_path)),
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "there is no question" in clean(done)


@pytest.mark.parametrize("question", ["perceptron/what-it-can-do", "perceptron/net-and-output", "bptt/cost"])
def test_the_same_seed_is_the_same_variant_in_every_process(question: str, tmp_path: Path) -> None:
    shown = {
        run("show", question, "--seed", "41", "--json", home=tmp_path, PYTHONHASHSEED=hashed).stdout
        for hashed in ("0", "1", "4242")
    }
    assert len(shown) == 1
    assert json.loads(shown.pop())["seed"] == 41


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_a_guarded_command_has_one_thread(tmp_path: Path) -> None:
    code = (
        "import os; from engine.commands.guard import guarded;"
        "work = lambda: __import__('numpy').ones(1) is None or len(os.listdir('/proc/self/task'));"
        "print(guarded('test', work, 20))"
    )
    env = {name: value for name, value in environment(str(tmp_path)).items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, timeout=60, check=True)
    assert done.stdout == b"1\n"


def test_a_line_without_an_end_costs_itself_alone(tmp_path: Path) -> None:
    """Among others it is unreadable; alone it is passed over in little memory, until Ctrl-C."""
    lines = b"\n".join((b'{"a": "x", "b": "x"}', b"a" * 3_000_000, b'{"a": "x", "b": "y"}'))
    done = run("equal", "--batch", home=tmp_path, stdin=lines)
    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == ["same", "unreadable", "different"]
    with Path("/dev/zero").open("rb") as endless:
        running = subprocess.Popen(
            [sys.executable, "-m", "engine", "equal", "--batch"], cwd=ROOT, env=environment(str(tmp_path)),
            stdin=endless, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["verdict"] == "unreadable"
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=30)[1]
    assert (running.returncode, said.decode().strip()) == (130, "Interrupted.")
