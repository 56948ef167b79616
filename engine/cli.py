"""`main(argv) -> int`: the commands that need no terminal app. One row a command; each is imported when it is called.

Exit codes: 0 done (and everything right), 1 something was judged wrong or failed, 2 the input or the usage was bad,
130 interrupted. What people asked for goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

OK, FAILED, BAD = 0, 1, 2
Add: TypeAlias = Callable[[argparse.ArgumentParser], None]


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
            _option("--given", metavar="FILE.yaml", help="your own numbers, for a solver such as bptt.gradients"),
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
        "equal", "whether two formulas are the same: same, different (with a counterexample), undecided",
        (
            _option("formulas", nargs="*", metavar="FORMULA", help="A and B, as LaTeX or plain text"),
            _option("--let", action="append", metavar="DECL", help=r"a declaration or definition (repeatable)"),
            _option("--batch", action="store_true", help='JSON lines {"a", "b", "let"} on standard input'),
            _JSON,
        ), "engine.commands.comparing:equal",
    ),
    Command(
        "verify", "certify variants in bulk by two independent routes",
        (
            _TOPICS,
            _option("--seeds", type=whole_number, default=1000, metavar="N", help="seeds 0..N-1 (default 1000)"),
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
    Command("schema", "the JSON Schema of banks, for editors", (_JSON,), "engine.commands.authoring:schema"),
)  # fmt: skip

_APP = "  quiz        a session: [TOPIC...] [-n N] [--seed S] [--plain]"


class _Parser(argparse.ArgumentParser):
    """Usage errors are one sentence and exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD, f"{self.prog}: {message}; `{self.prog} --help` shows the usage\n")


def _usage() -> str:
    rows = "\n".join(f"  {command.name:<11} {command.help}" for command in COMMANDS)
    return (
        "chainrule: deep-learning exam practice with certified keys\n\n"
        "usage: chainrule [COMMAND] [--help]\n\nWithout a command the app opens.\n\n"
        f"{_APP}\n{rows}\n\nExit codes: 0 done, 1 something is wrong, 2 bad input or usage."
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
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(_usage())
        return OK
    if arguments[0] == "--version":
        from importlib.metadata import version

        print(f"chainrule {version('chainrule')}")
        return OK
    command = next((c for c in COMMANDS if c.name == arguments[0]), None)
    if command is None:
        from engine.near import did_you_mean

        known = [c.name for c in COMMANDS] + ["quiz"]
        return complain(f"chainrule: there is no command {arguments[0]!r}: {did_you_mean(arguments[0], known)}")
    return _run(command, arguments[1:])


def _run(command: Command, arguments: list[str]) -> int:
    try:
        options = parser_of(command).parse_args(arguments)
        module, _, name = command.runs.partition(":")
        code: int = getattr(importlib.import_module(module), name)(options)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse's way out, after --help or a usage error
        return stop.code if isinstance(stop.code, int) else BAD
    except KeyboardInterrupt:
        return complain("Interrupted.", 130)
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except LookupError as error:  # a bank that names what does not exist
        return complain(f"chainrule {command.name}: {error.args[0] if error.args else error}")
    except OSError as error:
        return complain(f"chainrule {command.name}: {error.filename or 'the output'}: {error.strerror or error}")
    return code


def complain(sentence: str, code: int = BAD) -> int:
    """Prints to standard error; returns the exit code."""
    print(sentence, file=sys.stderr)
    return code
