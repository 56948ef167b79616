"""`lab`: lists the labs, or trains one, with a bar and the loss as it falls; Ctrl-C saves, --resume goes on."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import FAILED, INTERRUPTED, OK, complain
from engine.commands.output import print_json
from engine.near import did_you_mean
from engine.paths import data_dir
from solvers.certify import device_problem
from solvers.lab.table import LABS, Lab, lab_called

if TYPE_CHECKING:  # the driver loads torch, 110 times the start of Python: only training needs it
    from solvers.lab.driver import Progress, Result

LONGEST = 1000  # steps of a sequence
LOOKS = 8  # how often the live picture is drawn in a run


def lab(options: Namespace) -> int:
    """Without a name, the table of labs; with one, a run. Exit code 130 where Ctrl-C ended it, saved."""
    if options.name is None:
        return _list(options)
    row = lab_called(options.name)
    if row is None:
        known = did_you_mean(options.name, [each.name for each in LABS])
        return complain(f"chainrule lab: there is no lab {options.name[:40]!r}: {known}")
    refused = _refusal(row, options) or device_problem(options.device)
    if refused:
        return complain(f"chainrule lab: {refused}")
    path = kept_at(row, options)
    ended = _run(row, options, path)
    if isinstance(ended, str):
        return complain(f"chainrule lab: {ended}", FAILED)
    if options.json:
        print_json(_described(row, ended, path))
    else:
        _print(row, ended, path)
    if not ended.stopped:
        return OK
    return complain(f"Stopped at update {ended.step}. To go on: chainrule lab {_again(row, options)}", INTERRUPTED)


def kept_at(row: Lab, options: Namespace) -> Path:
    """The file of a run: one a lab, seed and length."""
    folder = data_dir() / "lab" if options.out is None else Path(options.out)
    length = "" if options.length is None else f"-length{options.length}"
    return folder / f"{row.name}-seed{options.seed}{length}.safetensors"


def _refusal(row: Lab, options: Namespace) -> str:
    if options.length is None:
        return ""
    if row.length is None:
        lengths = ", ".join(each.name for each in LABS if each.length is not None)
        return f"{row.name} has no sequences of variable length; --length is for {lengths}"
    if not 2 <= options.length <= LONGEST:
        return f"--length is {options.length}, but 2 to {LONGEST} is expected"
    return ""


def _list(options: Namespace) -> int:
    if options.json:
        print_json([{key: each for key, each in asdict(row).items() if key != "builds"} for row in LABS])
        return OK
    broad = max(len(row.name) for row in LABS)
    for row in LABS:
        print(f"{row.name:<{broad}} {row.title} (notes {row.notes}): {row.data}; shows {row.picture}")
        print(f"{'':<{broad}} {row.steps} updates; milestone: {row.milestone}")
    return OK


def _run(row: Lab, options: Namespace, path: Path) -> Result | str:
    from solvers.lab.driver import train  # torch: 110 times the start of Python
    from solvers.lab.experiment import Setting

    steps = row.steps if options.steps is None else options.steps
    setting = Setting(options.seed, options.device, options.length)
    with _interruptible() as stopped, _live(row, steps) as show:
        return train(row, setting, steps, path=path, resume=options.resume, on_step=show, stop=stopped)


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks for a stop after the update under way, so that what is saved is whole; a second one ends at once."""
    asked: list[int] = []

    def ask(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _live(row: Lab, steps: int) -> Iterator[Callable[[Progress], None]]:
    """A bar, the loss so far and now and then the picture, on standard error where that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich import progress as bars  # 3.5 times the start of Python
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

    from engine.draw.lines import line_plot
    from engine.draw.pictures import drawn

    columns = (bars.TextColumn(row.name), bars.BarColumn(), bars.MofNCompleteColumn(), bars.TimeRemainingColumn())
    bar = bars.Progress(*columns, bars.TextColumn("{task.fields[loss]}"))
    task = bar.add_task(row.name, total=steps, loss="")
    console = Console(stderr=True)
    width, seldom, picture = min(console.width, 80), max(steps // LOOKS, 1), [""]
    with Live(bar, console=console, transient=True, refresh_per_second=8) as live:

        def show(progress: Progress) -> None:
            bar.update(task, completed=progress.step, loss=f"{row.loss} {progress.losses[-1]:.4g}")
            if progress.step % max(steps // 100, 1) and progress.step < steps:
                return
            if progress.step % seldom == 0 and console.height > 40:
                picture[0] = "\n".join(drawn(progress.picture(), width))
            curve = "\n".join(line_plot(progress.losses, width, across="update"))
            live.update(Group(bar, Text(curve), Text(picture[0])))

        yield show


def _described(row: Lab, ended: Result, path: Path) -> dict[str, object]:
    return {
        "lab": row.name, "seed": ended.seed, "steps": ended.step, "resumed_from": ended.began,
        "stopped": ended.stopped, "losses": list(ended.losses), "measures": dict(ended.measures),
        "milestone": str(row.milestone), "reached": _reached(row, ended), "saved": str(path),
        "picture": {"kind": type(ended.picture).__name__.lower(), **asdict(ended.picture)},
    }  # fmt: skip


def _print(row: Lab, ended: Result, path: Path) -> None:
    from engine.draw.lines import line_plot
    from engine.draw.pictures import drawn

    width = max(40, min(shutil.get_terminal_size((80, 24)).columns, 100))
    ascii = "utf" not in (sys.stdout.encoding or "ascii").lower()
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if ended.losses:
        print(f"{row.title}: {row.loss}")
        print("\n".join(line_plot(ended.losses, min(width, 80), first=1, across="update", ascii=ascii)))
        print()
    print("\n".join(drawn(ended.picture, width, colour=colour, ascii=ascii)))
    print()
    print("; ".join(f"{name} {value:.4g}" for name, value in ended.measures.items()))
    print(f"milestone ({row.milestone}): {'reached' if _reached(row, ended) else 'not reached'}")
    print(f"saved: {path}" if ended.step > 0 else "nothing saved: there was no update")


def _reached(row: Lab, ended: Result) -> bool:
    return row.milestone.reached(ended.measures[row.milestone.measure])


def _again(row: Lab, options: Namespace) -> str:
    """The words that take the run up where it stopped."""
    import shlex

    words = [row.name, "--resume"]
    for name in ("steps", "seed", "length", "out"):
        value = getattr(options, name)
        if value not in (None, 0) or (name == "steps" and value is not None):
            words += [f"--{name}", str(value)]
    words += ["--device", options.device] if options.device != "cpu" else []
    return shlex.join(words)
