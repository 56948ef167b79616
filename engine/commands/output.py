"""Printing for the commands: JSON documents, typeset text, and the banks a command was told to read."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.library import Library
    from engine.records import Problem, Question, Value

MOST_PROBLEMS = 20  # shown at once


def print_json(document: object) -> None:
    """One JSON document on standard output; escapes stand for what its encoding has not."""
    unicode = "utf" in (sys.stdout.encoding or "ascii").lower()
    print(json.dumps(document, ensure_ascii=not unicode, indent=1))


def listed(problems: Sequence[Problem]) -> str:
    """Problems, one a line; of very many the first ones."""
    lines = [str(problem) for problem in problems[:MOST_PROBLEMS]]
    more = len(problems) - len(lines)
    return "\n".join([*lines, f"and {more} more"] if more else lines)


def json_value(value: Any) -> Any:
    """A value for JSON: whole numbers stay whole, fractions become floats, tuples lists."""
    if isinstance(value, tuple):
        return [json_value(entry) for entry in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def json_given(given: Mapping[str, Value]) -> dict[str, Any]:
    return {name: json_value(value) for name, value in given.items()}


def print_text(markdown: str) -> None:
    """Markdown with LaTeX, laid out for the terminal's width."""
    import shutil  # `equal` does without, and without the banks

    from engine import typeset

    width = max(40, min(shutil.get_terminal_size((80, 24)).columns, 120))
    encoding = (sys.stdout.encoding or "ascii").lower()
    for row in typeset.document(markdown, width, style="boxes", ascii="utf" not in encoding):
        print(row.rstrip())


def library_of(options: Namespace) -> Library | str:
    """The banks to read; a sentence if one that was named cannot be used."""
    from pathlib import Path

    from engine import bank  # `equal` and `check` do without

    if not options.bank:
        return bank.load()
    library = bank.load([Path(name) for name in options.bank])
    return listed(library.problems) if library.problems else library


def question_of(options: Namespace) -> Question | str:
    """The question called `options.id`; a sentence if there is none."""
    from engine import bank
    from engine.records import Problem

    library = library_of(options)
    if isinstance(library, str):
        return library
    found = bank.find(library, options.id)
    if not isinstance(found, Problem):
        return found
    meant = bank.find(library, options.id.strip().lower())
    if isinstance(meant, Problem):
        return f"chainrule: {found.message}"
    return f"chainrule: there is no question `{options.id}`: did you mean `{meant.id}`?"
