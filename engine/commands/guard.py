"""A command in a process of its own that can be killed: what strangers type is given so much time and memory, no more.

The checks inside count their steps and end by themselves; this is the last guard, for what no count has foreseen.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from engine.cli import FAILED, INTERRUPTED, complain, stopped

TOO_MUCH = 9  # the exit code of a child that had not enough memory
GIBIBYTES = 6  # of address space, of which numpy reserves far more than it uses


def guarded(name: str, work: Callable[[], int], seconds: float) -> int:
    """The exit code of `work`, run in a child process that is killed after `seconds`.

    In-process where there is no fork, or where somebody else holds standard output (as tests do).
    """
    if not _can_fork():
        return work()
    sys.stdout.flush()
    done, alive = os.pipe()  # the child holds one end; it closes when the child ends
    child = os.fork()
    if child == 0:
        os.close(done)
        _end(_run(name, work, seconds))
    os.close(alive)
    try:
        ended = bool(select.select([done], [], [], seconds)[0])
    except BaseException:
        _kill(child)
        raise
    finally:
        os.close(done)
    if not ended:
        _kill(child)
        return complain(f"{name}: stopped after {seconds:g} seconds: this takes too long to settle", FAILED)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return complain(f"{name}: ended by signal {-code}: this needs more time or memory than it may have", FAILED)
    return code


def _can_fork() -> bool:
    return hasattr(os, "fork") and sys.stdout is sys.__stdout__


def each_guarded(
    lines: Iterable[bytes], work: Callable[[bytes], str], failed: Callable[[str], str], seconds: float
) -> Iterator[str]:
    """`work` of each line, in a child process that goes on from line to line; one that takes too long is killed.

    `failed` makes the answer to a line that ended its process; the next line gets a new one.
    """
    if not _can_fork():
        yield from map(work, lines)
        return
    helper: _Helper | None = None
    try:
        for line in lines:
            helper = helper or _Helper(work, seconds)
            answer = helper.ask(line)
            if answer is None:
                answer = failed(
                    "not judged: the program made a mistake of its own here"
                    if helper.kill()
                    else f"stopped after {seconds:g} seconds or for want of memory: this takes too much to settle"
                )
                helper = None
            yield answer
    finally:
        if helper is not None:
            helper.kill()


class _Helper:
    """A child process that answers line by line."""

    def __init__(self, work: Callable[[bytes], str], seconds: float) -> None:
        sys.stdout.flush()
        asked, self._ask = os.pipe()
        self._answer, answered = os.pipe()
        self._seconds = seconds
        self._child = os.fork()
        if self._child == 0:
            os.close(self._ask)
            os.close(self._answer)
            _end(_serve(asked, answered, work))
        os.close(asked)
        os.close(answered)

    def ask(self, line: bytes) -> str | None:
        """The answer to one line; None if there was none in time."""
        try:
            _write(self._ask, line.rstrip(b"\r\n") + b"\n")
        except OSError:
            return None
        found = b""
        while not found.endswith(b"\n"):
            if not select.select([self._answer], [], [], self._seconds)[0]:
                return None
            piece = os.read(self._answer, 1 << 16)
            if not piece:
                return None
            found += piece
        return found.decode("utf-8").rstrip("\n")

    def kill(self) -> bool:
        """Ends the process; whether it had ended at a mistake of the program's own."""
        os.close(self._ask)
        os.close(self._answer)
        return _kill(self._child) == FAILED


def _serve(asked: int, answered: int, work: Callable[[bytes], str]) -> int:
    """The child's side: one answer a line until there are no more."""
    _limit(float("inf"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends this
    with os.fdopen(asked, "rb") as lines:
        for number, line in enumerate(lines):
            if number == 1:
                gc.freeze()  # what the first line has loaded is not looked through for garbage again
            try:
                answer = work(line)
            except MemoryError:
                return TOO_MUCH
            except Exception as error:  # noqa: BLE001 - it costs this line alone
                return stopped("a line", error)
            _write(answered, answer.encode("utf-8", "backslashreplace") + b"\n")
    return 0


def _write(end: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(end, view) :]


def _run(name: str, work: Callable[[], int], seconds: float) -> int:
    """The child's side; what goes wrong is told as the command line tells it."""
    _limit(seconds)
    try:
        return work()
    except KeyboardInterrupt:
        return INTERRUPTED  # the parent says so
    except BrokenPipeError:
        return FAILED
    except Exception as error:  # noqa: BLE001 - the boundary to people: they get a sentence, the details are kept
        return stopped(name, error)


def _end(code: int) -> None:
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(code)


def _limit(seconds: float) -> None:
    """No more address space than GIBIBYTES, and no more processor time than the parent waits (should it be gone).

    One thread for numpy: its arrays are small here, and threads that wait for work cost four starts of Python.
    """
    import resource

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    limits = {resource.RLIMIT_AS: GIBIBYTES * 2**30}
    if seconds != float("inf"):
        limits[resource.RLIMIT_CPU] = int(seconds) + 5
    for what, limit in limits.items():
        _, most = resource.getrlimit(what)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def _kill(child: int) -> int:
    """The exit code of a process that has ended, or ends here; that of a signal is negative."""
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except ChildProcessError:
        return -signal.SIGKILL
