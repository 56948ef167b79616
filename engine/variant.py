"""Question + seed -> variant: draws until the given is fit, puts the numbers into the text, takes the key from the
trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine.drawing import draw_given, draw_options
from engine.fitness import Worked, holds, solver_of, work
from engine.records import Option, Part, Question, Unfit, Value, Variant, VariantPart
from engine.template import Fault, compile_template, render
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tables.table import EvaluationError

MAX_DRAWS = 100


def required(formula: str, given: Mapping[str, Value]) -> bool | None:
    """Whether one `require` formula of a bank holds for a drawn given; None if it has no value there."""
    try:
        return bool(holds(formula, given, {}, PLAIN))
    except (EvaluationError, ValueError):
        return None


def make_variant(question: Question, seed: int, draws: int | None = None) -> Variant | Unfit:
    """The variant of `question` at `seed`: the first of at most MAX_DRAWS draws that is fit, always the same one.

    `draws` is how many draws a certificate says it takes: the earlier ones are then not looked at again.
    """
    if draws is not None:
        given = draw_given(question, seed, draws - 1, required)
        made = given if isinstance(given, str) else build(question, seed, draws - 1, given, fit=True)
        if isinstance(made, Variant):
            return made
    reasons: Counter[str] = Counter()
    for attempt in range(MAX_DRAWS):
        given = draw_given(question, seed, attempt, required)
        if isinstance(given, str):
            reasons[f"not required: {given}"] += 1
            continue
        made = build(question, seed, attempt, given)
        if isinstance(made, Variant):
            return made
        reasons[made] += 1
        if question.solver is None and not question.given:
            break  # nothing is drawn: another draw is the same draw
    return Unfit(question.id, seed, dict(reasons))


def build(question: Question, seed: int, attempt: int, given: Mapping[str, Value], fit: bool = False) -> Variant | str:
    """The variant with this very given, or the reason why it is unfit to be asked (`fit`: known not to be)."""
    worked = work(question, given, PLAIN, fit)
    if isinstance(worked, str):
        return worked
    fault = next((reason for reason, applies in worked.faults if applies), None)
    if fault is not None:
        return fault
    parts = [_part(question, part, seed, given, worked) for part in question.parts]
    broken = next((part for part in parts if isinstance(part, str)), None)
    text = _filled(question.text, given)
    if broken is not None or isinstance(text, Fault):
        return broken if broken is not None else f"text: {text}"
    return Variant(question, seed, given, text, tuple(p for p in parts if isinstance(p, VariantPart)), attempt + 1)


def _filled(text: str, given: Mapping[str, Value]) -> str | Fault:
    template = compile_template(text)
    return template if isinstance(template, Fault) else render(template, given)


def _part(question: Question, part: Part, seed: int, given: Mapping[str, Value], worked: Worked) -> VariantPart | str:
    ask = _filled(part.ask, given)
    if isinstance(ask, Fault):
        return f"part {part.name}: {ask.message}"
    key: Any = worked.keys.get(part.name, 0)
    options: tuple[Option, ...] = ()
    if part.options:
        truths = tuple(bool(truth) for truth in worked.holds[part.name])
        shown = draw_options(question, part, seed, truths)
        if isinstance(shown, str):
            return shown
        filled = [_option(part.options[place], truths[place], given) for place in shown]
        broken = next((option for option in filled if isinstance(option, str)), None)
        if broken is not None:
            return f"part {part.name}: {broken}"
        options = tuple(option for option in filled if isinstance(option, Option))
        key = tuple(place for place, option in enumerate(options) if option.holds)
    return VariantPart(
        part.name, ask, part.kind, part.points, key, part.answer, part.places, part.by_element, options,
        part.formula, _symbols(question) if part.formula else (),
    )  # fmt: skip


def _symbols(question: Question) -> tuple[str, ...]:
    """The declarations in which an expression part's formula and answers are read: those of the solver's given."""
    solver = solver_of(question)
    return () if solver is None else solver.declarations


def _option(option: Option, truth: bool, given: Mapping[str, Value]) -> Option | str:
    text, reason = _filled(option.text, given), _filled(option.reason, given)
    if isinstance(text, Fault):
        return text.message
    return reason.message if isinstance(reason, Fault) else Option(text, truth, reason)
