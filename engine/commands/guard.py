"""A command in a process of its own that can be killed: what strangers type is given so much time and memory, no more.

The checks inside count their steps and end by themselves; this is the last guard, for what no count has foreseen.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from engine.cli import FAILED, INTERRUPTED, complain

GIBIBYTES = 6  # of address space, of which numpy reserves far more than it uses


def guarded(name: str, work: Callable[[], int], seconds: float) -> int:
    """The exit code of `work`, run in a child process that is killed after `seconds`.

    In-process where there is no fork, or where somebody else holds standard output (as tests do).
    """
    if not hasattr(os, "fork") or sys.stdout is not sys.__stdout__:
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


def _run(name: str, work: Callable[[], int], seconds: float) -> int:
    """The child's side; what goes wrong is told as the command line tells it."""
    from engine.cli import told_stop

    _limit(seconds)
    try:
        return work()
    except KeyboardInterrupt:
        return INTERRUPTED  # the parent says so
    except BrokenPipeError:
        return FAILED
    except Exception as error:  # noqa: BLE001 - the boundary to people: they get a sentence, the details are kept
        return told_stop(name, error)


def _end(code: int) -> None:
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(code)


def _limit(seconds: float) -> None:
    """No more address space than GIBIBYTES, and no more processor time than the parent waits (should it be gone)."""
    import resource

    for what, limit in ((resource.RLIMIT_AS, GIBIBYTES * 2**30), (resource.RLIMIT_CPU, int(seconds) + 5)):
        _, most = resource.getrlimit(what)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def _kill(child: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)
