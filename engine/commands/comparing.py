"""`equal`: whether two formulas (or two equations) are the same, singly or a line of JSON at a time."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

from engine.cli import BAD, FAILED, OK, complain
from engine.commands.guard import each_guarded, guarded
from engine.commands.output import print_json

LONGEST_LINE = 1_000_000  # bytes: many times what formulas may have
LONGEST = 20.0  # seconds for one comparison; the steps inside are counted and end it long before


def equal(options: Namespace) -> int:
    """Exit code 0 if they are the same, 1 if they are not (or it is undecided), 2 if something could not be read."""
    if options.batch and not options.formulas:
        return _batch(options.let or [])
    if options.batch or len(options.formulas) != 2:
        return complain("chainrule equal: expected two formulas, A and B (or --batch)")
    return guarded("chainrule equal", lambda: _single(options), LONGEST)


def _single(options: Namespace) -> int:
    answer = compared(options.formulas[0], options.formulas[1], options.let or [])
    unreadable = answer["verdict"] == "unreadable"
    if options.json:
        print_json(answer)
    elif not unreadable:
        _print(answer)
    if unreadable:
        return BAD if options.json else complain(f"chainrule equal: {answer['evidence']}")
    return OK if answer["verdict"] == "same" else FAILED


def _batch(lets: list[str]) -> int:
    """JSON lines {"a", "b", "let"} -> one verdict a line; a fault in one line stays in that line, and what the lines
    say leaves the exit code 0. `lets` stand before those of each line.
    """
    if sys.stdin is None:
        return complain("chainrule equal: standard input is closed; expected JSON lines there")
    for answer in each_guarded(_lines(sys.stdin.buffer), partial(_answered, lets), _failed, LONGEST):
        print(answer, flush=True)
    return OK


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream; of one that is too long the beginning, and the rest is passed over."""
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)


def _answered(lets: list[str], line: bytes) -> str:
    try:
        return json.dumps(_line(line, lets), ensure_ascii=False)
    except MemoryError:
        return _failed("this needs more memory than there is")


def _failed(reason: str) -> str:
    return json.dumps({"verdict": "undecided", "evidence": reason, "counterexample": None, "where": None})


def _line(line: bytes, given: list[str]) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        return _unreadable(f"this line has more than {LONGEST_LINE} bytes; formulas are shorter", None)
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return _unreadable('this line is no JSON; expected {"a": ..., "b": ..., "let": [...]}', None)
    wanted = isinstance(request, dict) and isinstance(request.get("a"), str) and isinstance(request.get("b"), str)
    lets = request.get("let", []) if isinstance(request, dict) else None
    if not wanted or not isinstance(lets, list) or not all(isinstance(text, str) for text in lets):
        return _unreadable('expected {"a": text, "b": text, "let": [texts]}', None)
    return compared(request["a"], request["b"], [*given, *lets])


def _unreadable(message: str, where: Any) -> dict[str, Any]:
    return {"verdict": "unreadable", "evidence": message, "counterexample": None, "where": where}


def compared(a: str, b: str, lets: list[str]) -> dict[str, Any]:
    """The verdict on two texts as the JSON document that `equal` prints."""
    from solvers.equality import compare_texts

    result = compare_texts(a, b, lets)
    return {
        "verdict": result.verdict, "evidence": result.evidence, "counterexample": result.counterexample,
        "where": result.where, "read_as": list(result.read_as), "notes": list(result.notes),
    }  # fmt: skip


def _print(answer: dict[str, Any]) -> None:
    for name, text in zip("AB", answer["read_as"], strict=False):
        print(f"{name} is read as {text}")
    for note in answer["notes"]:
        print(f"note: {note}")
    print(f"{answer['verdict']}: {answer['evidence']}")
    for name, value in (answer["counterexample"] or {}).items():
        print(f"    {name} = {value}")
