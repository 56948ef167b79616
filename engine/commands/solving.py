"""`solve` and `grade`: worked solutions and verdicts."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from engine.cli import FAILED, OK, complain
from engine.commands.output import json_given, json_value, print_json, print_text, question_of
from engine.records import Certificate, PartVerdict, SolutionStep, Unfit, Variant, Verdict

MAX_ANSWERS = 20_000_000


def solve(options: Namespace) -> int:
    """The worked solution of a question's variant, or of a solver with one's own numbers."""
    if options.given is not None:
        if options.seed is not None:
            return complain("chainrule solve: --seed draws numbers and --given brings them; give one of the two")
        return _solve_own(options)
    if "." in options.id and "/" not in options.id and not options.bank:
        return complain(f"chainrule solve: {options.id} is a solver: give it your numbers with --given FILE.yaml")
    variant = _variant(options)
    if isinstance(variant, int):
        return variant
    from engine.certificates import certificate_of, certify_live
    from engine.fitness import solver_given, solver_of
    from engine.solution import worked_solution

    certificate = certificate_of(variant) or certify_live(variant)
    solver = solver_of(variant.question)
    answers = {part.name: _shown_key(part.key, part.kind) for part in variant.parts}
    given = solver_given(solver, variant.given) if solver else dict(variant.given)
    return _print_solution(
        options, f"**{variant.question.title}** ({variant.question.id}, seed {variant.seed})\n\n{_text(variant)}",
        given, worked_solution(variant), answers, certificate, variant.question.solver,
    )  # fmt: skip


def _text(variant: Variant) -> str:
    from engine.wording import question_text

    return question_text(variant)


def _shown_key(key: Any, kind: str) -> Any:
    from engine.wording import letters_of

    return letters_of(key) if kind in {"choice", "choices"} else json_value(key)


def _variant(options: Namespace) -> Variant | int:
    from engine.variant import make_variant

    question = question_of(options)
    if isinstance(question, str):
        return complain(question)
    variant = make_variant(question, options.seed or 0)
    if isinstance(variant, Unfit):
        reasons = "; ".join(f"{why} ({count})" for why, count in variant.reasons.items())
        return complain(f"chainrule: {question.id} has no fit variant at seed {options.seed or 0}: {reasons}", FAILED)
    return variant


def _solve_own(options: Namespace) -> int:
    from engine.certificates import certify_numbers
    from engine.own_numbers import read_given
    from engine.solution import solution_of
    from solvers import registry
    from solvers.formula.tables.table import EvaluationError
    from solvers.trace import run

    solver = registry.find(options.id)
    if isinstance(solver, str):
        return complain(f"chainrule solve: {solver}")
    given = read_given(solver, Path(options.given))
    if isinstance(given, list):
        return complain("\n".join(str(problem) for problem in given))
    try:
        trace = run(solver, given)
    except EvaluationError as error:
        return complain(f"{options.given}: with these numbers {solver.name} has no value: {error}")
    if isinstance(trace, list):
        return complain("\n".join(f"{options.given}: {sentence}" for sentence in trace))
    read = {name for step in trace.steps for name in step.reads}
    answers = {step.name: json_value(step.value) for step in trace.steps if step.name not in read}
    certificate = certify_numbers(solver.name, given, answers)
    title = f"**{solver.name}** (notes {solver.notes}) with the numbers of {options.given}\n\n{solver.doc}"
    return _print_solution(options, title, given, solution_of(trace), answers, certificate, solver.name)


def _print_solution(
    options: Namespace, title: str, given: Any, steps: tuple[SolutionStep, ...], answers: Any,
    certificate: Certificate | str, solver: str | None,
) -> int:  # fmt: skip
    if isinstance(certificate, str):
        return complain(
            f"chainrule solve: the solution is not shown, since it could not be certified: {certificate}", FAILED
        )
    if options.json:
        from engine.exact import values_and_exact

        values = values_and_exact(solver, given) if solver else {}
        rows = [
            {
                "name": step.name, "formula": step.formula, "value": json_value(values[step.name][0]),
                "exact": values[step.name][1],
            }
            for step in steps
        ]  # fmt: skip
        shown = {
            "routes": list(certificate.routes),
            "compared": certificate.compared,
            "disagreement": certificate.disagreement,
        }
        print_json({"given": json_given(given), "steps": rows, "answers": answers, "certificate": shown})
        return OK
    print_text(title)
    for place, step in enumerate(steps, 1):
        print()
        print_text(_step_text(place, step))
    print()
    print(f"Certified: {' and '.join(certificate.routes)} agree within {certificate.disagreement:.1g}.")
    return OK


def _step_text(place: int, step: SolutionStep) -> str:
    note = f" {step.note}" if step.note else ""
    lines = [piece for piece in (step.numbers, step.value) if piece]
    chain = "".join(f" = {piece}" for piece in dict.fromkeys(lines))
    return f"{place}.{note}\n\n$${step.formula}{chain}$$"


def grade(options: Namespace) -> int:
    """The verdict of each part; exit code 0 only if all are correct."""
    from engine.grading import grade as judge

    variant = _variant(options)
    if isinstance(variant, int):
        return variant
    answers = _answers(options.answers, [part.name for part in variant.parts])
    if isinstance(answers, str):
        return complain(answers)
    result = judge(variant, answers, final=True)
    if options.json:
        print_json({
            "parts": [_judged(part) for part in result.parts], "points": float(result.points), "of": float(result.of),
        })  # fmt: skip
    else:
        from engine.wording import verdict_text

        for part in result.parts:
            read = f" (read as {part.read_as})" if part.read_as else ""
            print(f"({part.name}) {verdict_text(part)}{read}")
        print(f"{float(result.points):g} of {float(result.of):g} points")
    return OK if all(part.verdict is Verdict.CORRECT for part in result.parts) else FAILED


def _judged(part: PartVerdict) -> dict[str, object]:
    return {
        "name": part.name, "verdict": part.verdict.value, "points": float(part.points), "of": float(part.of),
        "read_as": part.read_as, "mistake": part.mistake, "follow_through": part.follow_through,
        "message": part.message,
    }  # fmt: skip


def _answers(name: str, parts: list[str]) -> dict[str, str] | str:
    """The answers in a YAML or JSON file, by part; a sentence with file and line if it is not that."""
    from engine.marked_yaml import Items, Table, read
    from engine.near import did_you_mean

    data = sys.stdin.buffer.read(MAX_ANSWERS) if name == "-" else Path(name).read_bytes()[:MAX_ANSWERS]
    tree, faults = read(data)
    if faults:
        return "\n".join(f"{name}:{line}: {message}" for line, message in faults)
    if not isinstance(tree, Table):
        return f"{name}:1: expected one answer a part, such as `a: 1/3`"
    found: dict[str, str] = {}
    for key, node in tree.entries.items():
        if key not in parts:
            return f"{name}:{tree.lines[key]}: there is no part `{key}`: {did_you_mean(key, parts)}"
        found[key] = _written(node) if isinstance(node, Items) else _leaf_text(node)
    return found


def _leaf_text(node: Any) -> str:
    value = getattr(node, "value", None)
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return _decimal(value)


def _decimal(value: Any) -> str:
    from fractions import Fraction

    if isinstance(value, Fraction):
        from engine.number_text import finite_decimal

        return finite_decimal(value, 30) or str(value)
    return str(value)


def _written(node: Any) -> str:
    """A YAML list as the vector or matrix it is."""
    from engine.marked_yaml import Items

    rows = [_written(item) if isinstance(item, Items) else _leaf_text(item) for item in node.items]
    nested = any(isinstance(item, Items) for item in node.items)
    return "[" + ("; ".join(row.strip("[]") for row in rows) if nested else ", ".join(rows)) + "]"
