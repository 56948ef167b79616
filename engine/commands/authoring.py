"""`lint` and `schema`: for the people who write banks."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from engine import bank
from engine.cli import BAD, FAILED, OK, complain
from engine.commands.output import print_json


def lint(options: Namespace) -> int:
    """Everything wrong in the banks, with file and line; exit code 1 if anything is."""
    from engine.lint import lint_question

    paths = [Path(name) for name in options.files] or None
    for path in paths or ():
        if not path.exists():
            return complain(f"chainrule lint: {path}: no such file", BAD)
        if path.is_dir() and not any(found.suffix in bank.SUFFIXES for found in path.iterdir()):
            return complain(f"chainrule lint: {path}: no bank is in this folder; expected files in .yaml", BAD)
    library = bank.load(paths, lint_question=lint_question)
    problems = sorted(set(library.problems), key=lambda problem: (problem.file, problem.line))
    if options.json:
        rows = [{"file": p.file, "line": p.line, "message": p.message} for p in problems]
        print_json({"problems": rows, "questions": len(library.questions)})
    else:
        for problem in problems:
            print(problem)
        print(f"{len(library.questions)} questions can be used; {len(problems)} problems")
    return FAILED if problems else OK


def schema(options: Namespace) -> int:
    """The published JSON Schema of banks."""
    from engine.schema import json_schema

    print_json(json_schema())
    return OK
