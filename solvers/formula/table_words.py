"""Words for distributions over finite sets: p, q distributions over a finite set X; p(z), p(x | z) probabilities."""

from __future__ import annotations

import re

from solvers.formula.known import Context
from solvers.formula.nodes import Call
from solvers.formula.said_of import Extend, SaidOf
from solvers.formula.targets import UNKNOWN, function_name
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration, Unreadable

OVER_WHICH = "over which set"
_VALUES = r"\{1, 2, 3\}"
LISTED = re.compile(  # {1, ..., K}, 1..K, [K], K classes
    r"(?:\\?\{)?\s*1\s*(?:,\s*2\s*)?,?\s*(?:\.\.\.?|…|\\[lc]?dots[bcm]?)\s*,?\s*(?P<a>\w+)\s*(?:\\?\})?|"
    r"\[\s*(?P<b>\w+)\s*\]|(?P<c>[A-Z]|\d+)\s+(?:classes|categories|values|outcomes|states|symbols|words|items|elements)"
)


_SET_NAME = re.compile(r"\\?[A-Za-z]+|\\mathcal\s*\{?[A-Za-z]\}?")
_FACTOR = re.compile(r"\\times(?![A-Za-z])|×|(?<=\})\s+x\s+(?=\\?\{)")
_RUNNING = re.compile(
    r"^\\?[A-Za-z]+\s*(?:\\in(?![A-Za-z])|∈|(?<=\s)in\s)\s*(?=\\?\{|\[)"
)  # over z \\in \\{1, ..., K\\}


def tables(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable | None:
    """Distributions over a finite set; None if the words do not speak of any."""
    if not clause.says("simplex"):
        return None
    over = clause.find("over")
    where = _RUNNING.sub("", over.argument) if over is not None else ""
    for target in clause.targets:
        extended = _table(context, target, where, over is not None, extend)
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


def _table(context: Context, target: str, where: str, said: bool, extend: Extend) -> Context | Unreadable:
    """One distribution: p(x | y) as a table, p over {1, ..., k} or an unnamed set as a vector."""
    signed = re.fullmatch(r"(.+?)\((.+?)(?:(?:\\mid|\||\\vert)(.+))?\)", target)
    listed = LISTED.fullmatch(where)
    if signed is None and listed is not None:
        return extend(context, f"{target} \\in \\Delta^{{{listed['a'] or listed['b'] or listed['c']}}}")
    if signed is None and not where:
        declared = context.scope.names.get(target)
        if not said and (declared is None or declared.shape is None or len(declared.shape) != 1):
            return Unreadable(f"{OVER_WHICH} {target} is a distribution is not said", 0, 1)
        name = function_name(target) or target
        shape = (UNKNOWN,) if declared is None else declared.shape
        return context.declared(Declaration(name, shape, (), "simplex"))
    variables = [part.strip() for part in re.split(r",", signed[2])] if signed else [_letter(where)]
    given = [part.strip() for part in re.split(r",", signed[3])] if signed and signed[3] else []
    named = _SET_NAME.fullmatch(where) is not None
    sets = [part.strip() for part in _FACTOR.split(where)] if where else []
    for part in filter(_SET_NAME.fullmatch, sets):
        found = extend(context, f"{part} \\in {_VALUES}") if part not in variables else context
        context = context if isinstance(found, Unreadable) else found
    sets = sets if len(sets) > 1 or not named else []
    if len(sets) > 1 and len(sets) != len(variables):
        return Unreadable(f"{len(sets)} sets for {len(variables)} variables", 0, 1)
    for place, variable in enumerate((*variables, *given)):
        plain = function_name(variable)
        if plain is None:
            return Unreadable("a distribution is of variables: p(x | y)", 0, 1)
        if plain not in context.scope.names:
            values = sets[min(place, len(sets) - 1)] if sets and variable in variables else _VALUES
            values = _VALUES if _SET_NAME.fullmatch(values) else values
            found = extend(context, f"{variable} \\in {values}")
            if isinstance(found, Unreadable):
                return found
            context = found
        if plain not in context.scope.names:
            return Unreadable(f"the set that {variable} runs through is not understood", 0, 1)
    support = " \\times ".join(_set_of(v, context) for v in variables)
    bar = f" \\mid {', '.join(given)}" if given else ""
    name = signed[1] if signed else target
    return extend(context, f"{name}({', '.join(variables)}{bar}) \\in \\Delta({support})")


def _letter(where: str) -> str:
    """The variable that runs through a set: x through X."""
    letter = re.sub(r"[^A-Za-z]|\\mathcal", "", where)
    return letter.lower() if len(letter) == 1 and letter.isupper() else "x"


def _set_of(variable: str, context: Context) -> str:
    declared = context.scope.names[function_name(variable) or variable]
    entries = declared.domain.strip("{}") if declared.domain.startswith("{") else "1, 2, 3"
    if isinstance(declared.support, Call) and declared.support.op == "range":
        low, high = map(to_latex, declared.support.args)
        entries = rf"{low}, \dots, {high}"
    power = "" if not declared.shape else f"^{{{to_latex(declared.shape[0])}}}"
    return rf"\{{{entries}\}}{power}"
