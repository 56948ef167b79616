"""Whether a write-up shows what a derivation question asks for: from its left side, by valid steps, to its right.

Values are compared under what the question gives, whatever the write-up assumes; what is only restated shows nothing.
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass, replace

from engine.derivation.check import checked, report_of
from engine.derivation.links import trail_of
from engine.derivation.objections import refusals, unsettled
from engine.derivation.report import Goal, Report
from engine.derivation.trail import Asked, Trail
from engine.records import Derivation, Question
from solvers.formula.context import Context, read_context
from solvers.formula.nodes import Chain
from solvers.formula.parser import parse
from solvers.formula.tokens import Unreadable


def check_question(options: Namespace, text: str, latex: bool | None) -> Report | str:
    """The report on a write-up for the question `options.question` of the banks `options.bank`.

    A sentence where there is no such question, or where it is none that a write-up answers.
    """
    from engine.commands.output import question_of

    found = question_of(Namespace(id=options.question, bank=getattr(options, "bank", None)))
    if isinstance(found, str):
        return found.removeprefix("chainrule: ")
    asked = asked_of(found)
    return asked if isinstance(asked, str) else judged(asked, text, latex)


def judged(asked: Asked, text: str, latex: bool | None = None) -> Report:
    """The report on a write-up, and whether it reaches the goal."""
    checker = checked(text, asked.context, latex)
    return replace(report_of(checker), goal=_goal(asked, trail_of(asked, checker, text, latex)))


def asked_of(question: Question) -> Asked | str:
    """What a derivation question gives and wants; a sentence if it is none or cannot be read."""
    if question.derivation is None:
        return (
            f"{question.id} is answered part by part, not by a write-up: `chainrule grade {question.id}` grades answers"
        )
    found = read_derivation(question.derivation)
    return found if isinstance(found, Asked) else f"{question.id}: {found.message}"


def certified(question: Question) -> str:
    """Why the model solution of a derivation question cannot be shown; nothing if every step of it is valid and it
    reaches the goal."""
    asked = asked_of(question)
    if isinstance(asked, str):
        return asked
    assert question.derivation is not None
    report = judged(asked, question.derivation.solution)
    bad = next((step for step in report.steps if step.verdict != "valid"), None)
    if bad is not None:
        return f"line {bad.line} of the model solution is {bad.verdict}: {bad.evidence}"
    return "" if report.goal is not None and report.goal.reached else "the model solution does not reach the goal"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What cannot be read in a derivation question: the entry ("goal", "let 2"), and why."""

    entry: str
    message: str


def read_derivation(said: Derivation) -> Asked | Flaw:
    """The declarations, goal and start as they are read, or the first that cannot be."""
    context = read_context(said.let)
    if not isinstance(context, Context):
        place, problem = context
        return Flaw(f"let {place}", f"the declaration `{said.let[place]}` cannot be read: {problem}")
    goal = parse(said.goal, context.scope)
    if isinstance(goal, Unreadable):
        return Flaw("goal", f"the goal `{said.goal}` cannot be read: {goal}")
    if not isinstance(goal.node, Chain) or goal.node.relations != ("=",):
        return Flaw("goal", f"the goal `{said.goal}` is no equation; expected one, as in `\\nabla_w L = 2 w`")
    if not said.start:
        return Asked(context, goal.node)
    start = parse(said.start, context.scope)
    if isinstance(start, Unreadable):
        return Flaw("start", f"the start `{said.start}` cannot be read: {start}")
    if isinstance(start.node, Chain) and start.node.relations != ("=",):
        return Flaw("start", f"the start `{said.start}` is neither a formula nor one equation")
    return Asked(context, goal.node, start.node)


def _goal(asked: Asked, trail: Trail) -> Goal:
    """The verdict, with the first reason that stands against it."""
    for line, said in refusals(trail):
        return Goal(False, said, line)
    end = trail.end()
    if end is not None and trail.has_work(end):
        return Goal(True, f"line {end.line} ends at what was to be shown", end.line)
    for line, said in unsettled(trail):
        return Goal(False, said, line)
    if end is not None:
        return Goal(False, "the goal is restated: show the steps between", end.line)
    open_ = trail.open_end()
    if open_ is not None:
        seen, what = open_
        return Goal(False, f"line {seen.line} still contains {what}", seen.line)
    if not trail.begins():
        return Goal(False, f"no line begins at {asked.told(0)}")
    return Goal(False, f"no line ends at {asked.told(1)}")
