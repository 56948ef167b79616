"""Work off the event loop: daemon threads that touch no widget and only post one message, and one thread that writes.

Daemon threads rather than Textual's workers: those are joined when the app ends, and a certification may take seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import final

from textual.message import Message
from textual.message_pump import MessagePump

from engine.session import Session
from engine.store import Store, StoreProblem


class Failed(Message):
    """The work ended in a mistake of the program's own; `what` is one sentence for a dialog."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what


class NotSaved(Message):
    """The place in the session could not be written down."""

    def __init__(self, problem: StoreProblem) -> None:
        super().__init__()
        self.problem = problem


def start(name: str, work: Callable[[], Message], target: MessagePump) -> None:
    """Run `work` in a thread and post the message it returns to `target`."""

    def run() -> None:
        try:
            message = work()
        except Exception as error:  # noqa: BLE001 - the end of a thread: it is shown in a dialog, not printed
            message = Failed(f"The program failed while {name} ({type(error).__name__}: {error}).")
        post(target, message)

    threading.Thread(target=run, name=name, daemon=True).start()


def post(target: MessagePump, message: Message) -> None:
    """Post from any thread; when the app has just closed there is nobody left to tell."""
    try:
        target.post_message(message)
    except RuntimeError:  # the event loop is closed
        return


@final
class Recorder:
    """Writes the session's place and drafts down, newest last, from one thread. Attempts are not its business."""

    def __init__(self, store: Store, now: Callable[[], float], target: MessagePump) -> None:
        self._store, self._now, self._target = store, now, target
        self._queue: SimpleQueue[tuple[Session, bool] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def save(self, state: Session, closed: bool = False) -> None:
        """Note the state; returns at once. A state overtaken by a newer one of the same session need not be written."""
        self._queue.put((state, closed))

    def finish(self, seconds: float = 10.0) -> None:
        """Write what is waiting and stop."""
        self._queue.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            while not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    self._write(*item)
                    return
                if following[0].id != item[0].id or item[1]:
                    self._write(*item)
                item = following
            self._write(*item)

    def _write(self, state: Session, closed: bool) -> None:
        problem = self._store.save_session(state, self._now(), closed)
        if problem is not None:
            post(self._target, NotSaved(problem))
