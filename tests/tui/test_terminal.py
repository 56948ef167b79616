"""The app in a real terminal: keys through tmux, text from its screen; a kill -9 in the middle loses nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.play import stored

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0  # seconds until a text counts as never shown

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """One tmux server with one window, 80x24."""

    def __init__(self, socket: Path) -> None:
        self._socket = str(socket)

    def run(self, *words: str) -> str:
        return subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *words], capture_output=True, text=True, check=True
        ).stdout

    def open(self, folder: Path) -> None:
        self.run("new-session", "-d", "-x", "80", "-y", "24", "-c", str(ROOT), self._command(folder))

    def open_again(self, folder: Path) -> None:
        self.run("respawn-pane", "-k", "-c", str(ROOT), self._command(folder))

    def open_deaf(self, folder: Path) -> None:
        """As `open`, below a shell that ignores hangups."""
        self.run("new-session", "-d", "-c", str(ROOT), f"trap '' HUP; {self._command(folder)}")

    def _command(self, folder: Path) -> str:
        return f"{sys.executable} -m tests.tui.fake_app {folder}; cat"

    def press(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def wait(self, text: str) -> str:
        """The screen once `text` stands on it; polled, for a terminal tells nobody when it is done."""
        until = time.monotonic() + PATIENCE
        while text not in (shown := self.run("capture-pane", "-p")):
            assert time.monotonic() < until, f"{text!r} was never shown:\n{shown}"
        return shown

    def child(self) -> int:
        """The process id of the app: the only child of the window's shell."""
        shell = self.run("display-message", "-p", "#{pane_pid}").strip()
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "tmux")
    yield made
    subprocess.run(["tmux", "-S", str(tmp_path / "tmux"), "kill-server"], capture_output=True)


def test_a_session_with_real_keys(terminal: Terminal, tmp_path: Path) -> None:
    terminal.open(tmp_path)
    terminal.wait("(b) How much is")
    terminal.press("7", "Enter")
    terminal.wait("✓ Correct, 1 of 1 point.")
    terminal.press("15", "Enter")
    terminal.wait("✗ Wrong, 0 of 1 point.")
    terminal.press("n")
    shown = terminal.wait("Choose all that hold.")
    assert len(shown.splitlines()) == 24
    terminal.press("a", "c", "Enter")
    terminal.wait("✓ Correct")
    terminal.press("q")
    assert "Traceback" not in terminal.wait("Answers kept: 3.")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="the app's process is found through /proc")
def test_kill_9_in_the_middle_loses_nothing_that_was_shown(terminal: Terminal, tmp_path: Path) -> None:
    terminal.open(tmp_path)
    terminal.wait("(b) How much is")
    terminal.press("7", "Enter")
    terminal.wait("✓ Correct, 1 of 1 point.")
    os.kill(terminal.child(), signal.SIGKILL)
    terminal.open_again(tmp_path)
    terminal.wait("You stopped at question 1 of 3; parts answered: 1.")
    terminal.press("Enter")
    terminal.wait("✓ Correct, 1 of 1 point.")
    terminal.press("C-q")
    assert "Traceback" not in terminal.wait("Answers kept: 1.")
    assert [dict(attempt.answers) for attempt in stored(tmp_path)] == [{"sum": "7"}]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="the app's process is found through /proc")
def test_a_closed_terminal_ends_the_app_though_hangups_are_ignored(terminal: Terminal, tmp_path: Path) -> None:
    terminal.open_deaf(tmp_path)
    terminal.wait("(b) How much is")
    terminal.press("7", "Enter")
    terminal.wait("✓ Correct, 1 of 1 point.")
    app = terminal.child()
    terminal.run("kill-server")
    until = time.monotonic() + PATIENCE
    while (outlived := Path(f"/proc/{app}").exists()) and time.monotonic() < until:
        pass
    if outlived:
        os.kill(app, signal.SIGKILL)
    assert not outlived, "the app outlived its terminal"
    assert [dict(attempt.answers) for attempt in stored(tmp_path)] == [{"sum": "7"}]
