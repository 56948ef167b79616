"""`solve` and `grade`: worked solutions and verdicts."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from engine.cli import FAILED, OK, complain
from engine.commands.output import json_given, json_value, listed, print_json, print_text, question_of
from engine.records import Certificate, PartVerdict, Question, SolutionStep, Unfit, Value, Variant, Verdict
from solvers.trace import Solver, Trace

WRITE_UP = "is answered by a write-up, which `chainrule check` judges"
SECONDS = 30  # for numbers of one's own


def solve(options: Namespace) -> int:
    """The worked solution of a question's variant, or of a solver with one's own numbers."""
    if options.given is not None:
        if options.seed is not None:
            return complain("chainrule solve: --seed draws numbers and --given brings them; give one of the two")
        return _solve_own(options)
    if "." in options.id and "/" not in options.id and not options.bank:
        return complain(_no_numbers(options.id))
    question = question_of(options)
    if isinstance(question, str):
        return complain(question)
    if question.derivation is not None:
        return _solve_derivation(options, question)
    variant = _variant(options, question)
    if isinstance(variant, int):
        return variant
    from engine.certificates import certificate_of, certify_live
    from engine.fitness import solver_given, solver_of
    from engine.solution import worked_solution
    from engine.wording import solution_document

    certificate = certificate_of(variant) or certify_live(variant)
    solver = solver_of(variant.question)
    answers = {part.name: _shown_key(part.key, part.kind) for part in variant.parts}
    given = solver_given(solver, variant.given) if solver else dict(variant.given)
    steps = worked_solution(variant)
    shown = "" if options.json else f"{_heading(variant)}\n\n{solution_document(variant, steps)}"
    return _print_solution(options, shown, given, steps, answers, certificate, variant.question.solver)


def _solve_derivation(options: Namespace, question: Question) -> int:
    """The model write-up of a derivation question, where every step of it holds and it reaches the goal."""
    from engine.derivation.goals import certified

    assert question.derivation is not None
    refused = certified(question)
    if refused:
        return complain(
            f"chainrule solve: the solution is not shown, since it could not be certified: {refused}", FAILED
        )
    solution = question.derivation.solution
    if options.json:
        print_json({"id": question.id, "goal": question.derivation.goal, "solution": solution})
        return OK
    print_text(f"**{question.title}** ({question.id})\n\n{question.text}\n\n---\n\n{solution}")
    print("\nCertified by `chainrule check`: every step holds, and the goal is reached.")
    return OK


def _no_numbers(name: str) -> str:
    """What to say to a solver's name without numbers."""
    from solvers import registry

    found = registry.find(name)
    said = f"{name} is a solver: give it your numbers with --given FILE.yaml" if isinstance(found, Solver) else found
    return f"chainrule solve: {said}"


def _heading(variant: Variant) -> str:
    from engine.wording import question_text

    return f"**{variant.question.title}** ({variant.question.id}, seed {variant.seed})\n\n{question_text(variant)}"


def _shown_key(key: Any, kind: str) -> Any:
    from engine.wording import letters_of

    return letters_of(key) if kind in {"choice", "choices"} else json_value(key)


def _variant(options: Namespace, question: Question) -> Variant | int:
    from engine.variant import make_variant

    variant = make_variant(question, options.seed or 0)
    if isinstance(variant, Unfit):
        reasons = "; ".join(f"{why} ({count})" for why, count in variant.reasons.items())
        return complain(f"chainrule: {question.id} has no fit variant at seed {options.seed or 0}: {reasons}", FAILED)
    return variant


def _solve_own(options: Namespace) -> int:
    from engine.certificates import agreed, run_second_route
    from engine.own_numbers import read_given
    from engine.solution import solution_of
    from solvers.worker import WorkerFailed

    solver = _solver(options)
    if isinstance(solver, str):
        return complain(f"chainrule solve: {solver}")
    given = read_given(solver, options.given)
    if isinstance(given, list):
        return complain(listed(given))
    found = run_second_route(solver.name, given, SECONDS)  # first: it can be stopped, the working here cannot
    if isinstance(found, WorkerFailed) and found.late:
        return complain(f"chainrule solve: {options.given}: {found.reason}", FAILED)
    trace = _worked(solver, given)
    if isinstance(trace, str):
        return complain(f"{options.given}: {trace}")
    read = {name for step in trace.steps for name in step.reads}
    answers = {step.name: json_value(step.value) for step in trace.steps if step.name not in read}
    certificate = found.reason if isinstance(found, WorkerFailed) else agreed(found, answers)
    if not isinstance(certificate, str) and not options.json:
        print(f"{solver.name} (notes {solver.notes}) with the numbers of {options.given}\n")
    steps = solution_of(trace)
    shown = "\n\n".join([solver.doc, *(_step_text(place, step) for place, step in enumerate(steps, 1))])
    return _print_solution(options, shown, given, steps, answers, certificate, solver.name)


def _solver(options: Namespace) -> Solver | str:
    """The solver that one's own numbers are for, or a sentence that names it where a question was named instead."""
    from engine.commands.output import library_of
    from solvers import registry

    found = registry.find(options.id)
    if isinstance(found, Solver) or options.bank:
        return "--bank names questions; --given takes a solver, which needs no bank" if options.bank else found
    library = library_of(options)
    questions = () if isinstance(library, str) else library.questions
    named = next((q.solver for q in questions if options.id in (q.id, q.id.partition("/")[2]) and q.solver), None)
    if named is not None:
        return f"{options.id} is a question; your own numbers go to its solver: `chainrule solve {named} --given FILE`"
    own = [solver.name for solver in registry.solvers_of(options.id)] if options.id in registry.topics() else []
    return f"{options.id} is a topic; say which of its solvers: {', '.join(own)}" if own else found


def _worked(solver: Solver, given: dict[str, Value]) -> Trace | str:
    from solvers.formula.tables.table import EvaluationError
    from solvers.trace import run

    try:
        trace = run(solver, given)
    except EvaluationError as error:
        return f"with these numbers {solver.name} has no value: {error}"
    except (
        ValueError,
        ArithmeticError,
        LookupError,
    ) as error:  # formulas that grow with the given, or shrink to nothing
        why = str(error).rpartition("': ")[2]  # without the formula itself, which may be pages long
        return f"{solver.name} cannot be worked with these numbers: {why[-200:]}"
    return trace if isinstance(trace, Trace) else "; ".join(trace)


def _print_solution(
    options: Namespace, shown: str, given: Any, steps: tuple[SolutionStep, ...], answers: Any,
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
        evidence = {
            "routes": list(certificate.routes),
            "compared": certificate.compared,
            "disagreement": certificate.disagreement,
        }
        print_json({"given": json_given(given), "steps": rows, "answers": answers, "certificate": evidence})
        return OK
    print_text(shown)
    print(f"\nCertified by {_evidence(certificate)}.")
    return OK


def _evidence(certificate: Certificate) -> str:
    if not certificate.compared:
        return f"the {' and the '.join(certificate.routes)}"
    gap = certificate.disagreement
    return f"routes that agree {f'within {gap:.1g}' if gap else 'exactly'}: {'; '.join(certificate.routes)}"


def _step_text(place: int, step: SolutionStep) -> str:
    note = f" {step.note or step.name}"
    lines = [piece for piece in (step.numbers, step.value) if piece]
    chain = "".join(f" = {piece}" for piece in dict.fromkeys(lines))
    return f"{place}.{note}\n\n$${step.formula}{chain}$$"


def grade(options: Namespace) -> int:
    """The verdict of each part; exit code 0 only if all are correct."""
    from engine.grading import grade as judge
    from engine.own_answers import read_answers

    question = question_of(options)
    if isinstance(question, str):
        return complain(question)
    if question.derivation is not None:
        return complain(f"chainrule grade: {question.id} {WRITE_UP}: `chainrule check FILE --question {question.id}`")
    variant = _variant(options, question)
    if isinstance(variant, int):
        return variant
    answers = read_answers(options.answers, [part.name for part in variant.parts])
    if isinstance(answers, list):
        return complain(listed(answers))
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
