"""`check`: a write-up judged line by line; `--watch` again whenever it is saved."""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from pathlib import Path

from engine.cli import BAD, FAILED, OK, complain
from engine.commands.guard import guarded
from engine.commands.output import print_json
from engine.derivation.report import Report

MOST_BYTES = 2_000_000
LONGEST = 120.0  # seconds for one write-up; each step counts its work and ends long before
LOOK = 0.3  # seconds between two looks at a watched file


def check(options: Namespace) -> int:
    """0: every step valid (and the goal reached); 1: not so; 2: nothing to check, or a line that cannot be read."""
    if not options.watch:
        return guarded("chainrule check", lambda: _once(options), LONGEST)
    if options.file == "-":
        return complain("chainrule check: standard input cannot be watched; name a file")
    return _watched(options)


def _once(options: Namespace) -> int:
    text = _text(options.file)
    if isinstance(text, int):
        return text
    report = _report(options, text)
    if isinstance(report, str):
        return complain(f"chainrule check: {report}")
    if options.json:
        print_json(report.as_json())
    else:
        _print(report, text)
    if not report.steps:
        return BAD if options.json else complain(f"chainrule check: {options.file}: {NOTHING}{_instead(text)}")
    return exit_code(report)


NOTHING = (
    "no claim was found to check; expected display formulas ($$ ... $$, \\[ ... \\], align) "
    "outside of sentences that declare (Let, Given, Where, ...)"
)


def _instead(text: str) -> str:
    """What a write-up without claims holds instead of them."""
    from engine.derivation.document import Formula, pieces_of

    inline = sum(isinstance(piece, Formula) and "=" in piece.source.text for piece in pieces_of(text))
    if inline:
        return f"; within sentences stand {inline} formulas with =: put $$ around those that are to be checked"
    plain = next((number for number, line in enumerate(text.splitlines(), 1) if "=" in line), None)
    return "" if plain is None else f"; line {plain} holds an = outside of any formula: put $$ before and behind it"


def exit_code(report: Report) -> int:
    """The exit code that a report asks for."""
    verdicts = {step.verdict for step in report.steps}
    if "wrong" in verdicts or (report.goal is not None and not report.goal.reached):
        return FAILED
    if "unreadable" in verdicts:
        return BAD
    return FAILED if "undecided" in verdicts else OK


def _report(options: Namespace, text: str) -> Report | str:
    from engine.derivation.check import check as checked

    latex = True if options.file.endswith((".tex", ".latex", ".ltx")) else None
    if options.question is None:
        return checked(text, latex=latex)
    from engine.derivation.goals import check_question

    return check_question(options, text, latex)


def _text(name: str) -> str | int:
    """What a file or standard input holds; an exit code where it holds no text."""
    if name == "-":
        if sys.stdin is None:
            return complain("chainrule check: standard input is closed; expected a write-up there")
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with Path(name).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return complain(f"chainrule check: {name}: more than {MOST_BYTES} bytes; a write-up is shorter")
    encoding = "UTF-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "UTF-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        return complain(f"chainrule check: {name}: byte {error.start + 1} is not {encoding}; save it as UTF-8")


def _print(report: Report, text: str) -> None:
    from engine.derivation.told import Style, told

    plain = "utf" not in (sys.stdout.encoding or "ascii").lower()
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for line in told(report, text, Style(colour, plain)):
        print(line)


def _watched(options: Namespace) -> int:
    """Checks the file now and whenever it has been saved, until Ctrl-C."""
    path, seen = Path(options.file), None
    if path.is_dir():
        return complain(f"chainrule check: {path}: a folder cannot be watched; name a file")
    while True:
        try:
            stat = path.stat()
            now = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except FileNotFoundError:
            if seen is None:
                return complain(f"chainrule check: {path}: no such file")
            now = seen  # an editor is about to put the new one in its place
        if now != seen:
            seen = now
            if sys.stdout.isatty():
                print("\033[2J\033[H", end="")
            guarded("chainrule check", lambda: _once(options), LONGEST)
            sys.stdout.flush()
            print(f"watching {path}; Ctrl-C ends", file=sys.stderr, flush=True)
        time.sleep(LOOK)
