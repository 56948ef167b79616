"""`main(argv) -> int`: the commands that need no terminal app. One row a command; each is imported when it is called.

Exit codes: 0 done (and everything right), 1 something was judged wrong or failed, 2 the input or the usage was bad,
130 interrupted. What people asked for goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TextIO

OK, FAILED, BAD, INTERRUPTED = 0, 1, 2, 130
MOST_SEEDS: Final = 1_000_000  # in one run of verify


@dataclass(frozen=True, slots=True)
class Command:
    """One row: the name, what `--help` says, which options it takes, and "module:function" that does it."""

    name: str
    help: str
    options: tuple[tuple[tuple[str, ...], dict[str, Any]], ...]
    runs: str


def _option(*names: str, **settings: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return names, settings


def whole_number(text: str) -> int:
    """A whole number from 0 on, for argparse."""
    if not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 on, found {text!r}")
    return int(text)


def seed_count(text: str) -> int:
    """How many seeds to certify, for argparse: at least one, for nothing is certified by none."""
    if not text.isdecimal() or len(text) > 18 or not 1 <= int(text) <= MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to {MOST_SEEDS}, found {text!r}")
    return int(text)


_JSON = _option("--json", action="store_true", help="one JSON document on standard output, nothing else")
_SEED = _option("--seed", type=whole_number, default=0, metavar="S", help="the seed of the variant (default 0)")
_BANK = _option(
    "--bank", action="append", metavar="FILE", help="read this bank instead of the shipped ones (repeatable)"
)
_TOPICS = _option("topics", nargs="*", metavar="TOPIC", help="all topics unless named")

COMMANDS = (
    Command("topics", "list the topics", (_BANK, _JSON), "engine.commands.listing:topics"),
    Command(
        "questions", "list the questions, of one topic or all",
        (_option("topic", nargs="?", metavar="TOPIC"), _BANK, _JSON), "engine.commands.listing:questions",
    ),
    Command(
        "show", "show a variant of a question",
        (_option("id", metavar="ID"), _SEED, _BANK, _JSON), "engine.commands.listing:show",
    ),
    Command(
        "solve", "work a question, or a solver with your own numbers, step by step",
        (
            _option("id", metavar="ID|SOLVER"),
            _option("--seed", type=whole_number, default=None, metavar="S", help="the seed of the variant (default 0)"),
            _option("--given", metavar="FILE.yaml", help="your own numbers, for a solver (- is standard input)"),
            _BANK, _JSON,
        ), "engine.commands.solving:solve",
    ),
    Command(
        "grade", "grade answers to a variant",
        (
            _option("id", metavar="ID"), _SEED,
            _option("--answers", required=True, metavar="FILE", help="YAML or JSON: part: answer; - is standard input"),
            _BANK, _JSON,
        ), "engine.commands.solving:grade",
    ),
    Command(
        "check", "check a derivation line by line: the first wrong step, a counterexample, a diagnosis",
        (
            _option("file", metavar="FILE", help="Markdown or LaTeX; - is standard input"),
            _option("--question", metavar="ID", help="declarations and goal of a derivation question"),
            _option("--watch", action="store_true", help="check again whenever the file is saved"),
            _BANK, _JSON,
        ), "engine.commands.checking:check",
    ),
    Command(
        "equal", "whether two formulas have one value, or two equations the same solutions: same, different, undecided",
        (
            _option("formulas", nargs="*", metavar="FORMULA", help="A and B, as LaTeX or plain text"),
            _option("--let", action="append", metavar="DECL", help=r"a declaration or definition (repeatable)"),
            _option(
                "--batch", action="store_true",
                help='JSON lines {"a", "b", "let"} on standard input, each with the --let given here too; a verdict a '
                "line, and exit code 0 whatever the verdicts",
            ),
            _JSON,
        ), "engine.commands.comparing:equal",
    ),
    Command(
        "verify", "certify variants in bulk by two independent routes",
        (
            _TOPICS,
            _option("--seeds", type=seed_count, default=1000, metavar="N", help="seeds 0..N-1 (default 1000)"),
            _option("--device", default="cpu", metavar="DEVICE", help="where the second route runs: cpu or cuda"),
            _option("--write", action="store_true", help="store the certificates beside the shipped banks"),
            _BANK, _JSON,
        ), "engine.commands.verifying:verify",
    ),
    Command(
        "lint", "check banks: everything wrong, with file and line",
        (_option("files", nargs="*", metavar="FILE", help="the shipped banks unless named"), _JSON),
        "engine.commands.authoring:lint",
    ),
    Command(
        "lab", "train a model of the course on small data and look inside; without a name, list the labs",
        (
            _option("name", nargs="?", metavar="MODEL"),
            _option("--steps", type=whole_number, metavar="N", help="updates in all (each lab has its own)"),
            _option("--seed", type=whole_number, default=0, metavar="S", help="the seed of data and weights (0)"),
            _option("--length", type=whole_number, default=None, metavar="T", help="the length of the sequences"),
            _option("--device", default="cpu", metavar="DEVICE", help="where it is trained: cpu or cuda"),
            _option("--out", default=None, metavar="FOLDER", help="where runs are kept (default: with your attempts)"),
            _option("--resume", action="store_true", help="go on from the run that is kept there"),
            _JSON,
        ), "engine.commands.training:lab",
    ),
    Command("schema", "the JSON Schema of banks, for editors", (_JSON,), "engine.commands.authoring:schema"),
)  # fmt: skip

_APP = "  quiz        a session: [TOPIC...] [-n N] [--seed S] [--plain]"

# What people look for and this release does not have: each says what there is instead.
NOT_THERE: Final = {
    "exam": "there is no timed exam in this release; `chainrule quiz` practises the same questions.",
    "serve": "this release does not open in a browser; run `chainrule` in a terminal.",
    "print": "this release prints no sheets; `chainrule show ID --seed S` shows one variant.",
    "export": "this release exports to no other system; `chainrule show ID --seed S --json` gives a variant as JSON.",
    "progress": "this release draws no progress; your attempts are kept all the same.",
}


class _Parser(argparse.ArgumentParser):
    """Usage errors are one sentence and exit code 2. Help is printed as the rest is: an output that is full is told."""

    def print_help(self, file: Any = None) -> None:
        print(self.format_help(), end="")

    def error(self, message: str) -> NoReturn:
        raise SystemExit(complain(f"{self.prog}: {message}; `{self.prog} --help` shows the usage"))


def _usage() -> str:
    rows = "\n".join(f"  {command.name:<11} {command.help}" for command in COMMANDS)
    return (
        "chainrule: deep-learning exam practice with certified keys\n\n"
        "usage: chainrule [COMMAND] [--help]\n\nWithout a command the app opens.\n\n"
        f"{_APP}\n{rows}\n\nExit codes: 0 done, 1 something is wrong, 2 bad input or usage, 130 interrupted."
    )


def parser_of(command: Command) -> argparse.ArgumentParser:
    """The argument parser of one command."""
    parser = _Parser(prog=f"chainrule {command.name}", description=command.help, allow_abbrev=False)
    for names, settings in command.options:
        parser.add_argument(*names, **settings)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line (without the program's name); returns the exit code and never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = f"chainrule {arguments[0]}" if arguments and _command(arguments[0]) else "chainrule"
    if sys.stdout is None:
        return complain(f"{name}: standard output is closed, so nothing can be shown", FAILED)
    if hasattr(sys.stdout, "reconfigure"):  # a character that the terminal cannot show must not end the program
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _dispatched(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return complain("Interrupted.", INTERRUPTED)
    except BrokenPipeError:  # whoever read the output has gone
        return _deaf()
    except Exception as error:  # noqa: BLE001 - the boundary to people: they get a sentence, the details are kept
        return stopped(name, error)
    return code


def _command(name: str) -> Command | None:
    return next((command for command in COMMANDS if command.name == name), None)


def _dispatched(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(_usage())
        return OK
    if arguments[0] == "--version":
        print(_version())
        return OK
    if arguments[0] in NOT_THERE:
        return complain(f"chainrule {arguments[0]}: {NOT_THERE[arguments[0]]}")
    command = _command(arguments[0])
    return _unknown(arguments[0]) if command is None else _run(command, arguments[1:])


def _unknown(name: str) -> int:
    if name == "quiz":
        return complain("chainrule quiz: the app is opened by `chainrule quiz`, not by the engine alone")
    from engine.near import did_you_mean

    known = [command.name for command in COMMANDS] + ["quiz"]
    return complain(f"chainrule: there is no command {name[:40]!r}: {did_you_mean(name[:40], known)}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # twice the start of Python

    try:
        return f"chainrule {version('chainrule')}"
    except PackageNotFoundError:
        return "chainrule, run from its source folder (no version is installed)"


def _run(command: Command, arguments: list[str]) -> int:
    try:
        options = parser_of(command).parse_args(arguments)
    except SystemExit as stop:  # argparse's way out, after --help or a usage error
        return stop.code if isinstance(stop.code, int) else BAD
    module, _, name = command.runs.partition(":")
    code: int = getattr(importlib.import_module(module), name)(options)
    return code


def stopped(name: str, error: Exception) -> int:
    """One sentence about what ended a command: bad input, an output that takes no more, or a mistake of our own."""
    if type(error) is LookupError:  # a bank that names what does not exist; its kinds (KeyError) are our mistakes
        return complain(f"{name}: {error}")
    if isinstance(error, OSError) and error.filename is not None:
        return complain(f"{name}: {error.filename}: {error.strerror or error}")
    if isinstance(error, OSError):
        complain(f"{name}: the output cannot be written: {error.strerror or error}", FAILED)
        return _deaf()
    if isinstance(error, MemoryError):
        return complain(f"{name}: this needs more memory than there is", FAILED)
    what = f"{type(error).__name__}: {str(error)[:200]}"
    return complain(f"{name}: stopped at a mistake of its own ({what}). {keep(error)}", FAILED)


def keep(error: Exception) -> str:
    """Writes where the program failed beside the record of attempts; the sentence that says so."""
    import traceback

    from engine.paths import data_dir

    try:
        path = data_dir() / "report.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    except (OSError, RuntimeError, ValueError) as why:  # no home folder, or none that can be written
        return f"No report could be written ({why})."
    return f"Report: {path}"


def _deaf() -> int:
    """Standard output takes nothing more: it is let go."""
    _let_go(sys.stdout)
    return FAILED


def _let_go(stream: TextIO) -> None:
    """Lets what is still written to `stream` go nowhere, so that Python does not stumble over it when it ends."""
    with suppress(OSError, ValueError):  # a stream without a file behind it needs none of this
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def complain(sentence: str, code: int = BAD) -> int:
    """Prints to standard error; returns the exit code. Nobody may be listening there: the exit code still tells."""
    if sys.stderr is not None:
        try:
            print(sentence, file=sys.stderr, flush=True)
        except OSError:
            _let_go(sys.stderr)
    return code
