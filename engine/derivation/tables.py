"""Probabilities that a write-up uses without declaring them: P(a, b | c) over finite variables is some joint table.

What holds for every table over such variables holds for these; so an undeclared P is taken as one, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from engine.derivation.chances import heard
from engine.derivation.declaring import bare, extended, read_side, text_of
from engine.derivation.joint_sums import independent
from engine.derivation.rows import Statement
from engine.derivation.source import Source
from solvers.equality.summed_values import summed_values
from solvers.formula.binary import all_known
from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.functions import unit
from solvers.formula.index_ranges import split_range
from solvers.formula.nodes import Call, Index, Member, Name, walk
from solvers.formula.parser import Parsed
from solvers.formula.random_words import moments_said
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_CALL = re.compile(
    r"(?<!\\tilde )(?<!\\hat )(?<!\\bar )(?<![A-Za-z\\])"
    r"(?P<name>\\Pr|\\mathbb\{P\}|[PpQq](?:_(?:[dgmrz](?![A-Za-z])|\{?\\(?:text|mathrm|rm)\s*\{[A-Za-z]+\}\}?"
    r"|\{[A-Za-z]{2,}\}|\{?\\(?:theta|phi|psi)(?![A-Za-z])\}?))?)\s*(?:\\left)?\(\s*(?P<args>[^()|=]*?)\s*"
    r"(?:(?:\\mid|\\,\s*\\?\||\|)\s*(?P<given>[^()=]*?))?\s*(?:\\right)?\)"
)
BINARY = r"\{0, 1\}"


def factors_declared(context: Context, left: str, right: str) -> Context:
    """Before P(a, b, c) = P(c) P(a | c) P(b | c) is taken as a definition: its factors, as tables of their own."""
    head = _CALL.search(left)
    if head is None:
        return context
    for match in _CALL.finditer(right):
        same = match["name"] == head["name"] and match.groups() != head.groups()
        if same and _named(match["args"], context) and not _declared(context, match):
            context = _with_table(context, match["name"], _names(match["args"]), _names(match["given"] or ""))
    return context


def spoken_declared(checker: Checker, statement: Statement) -> None:
    """Before C = \\int p(x) \\log p(x) dx is taken as a definition: the tables that its right side speaks of."""
    left, *rights = statement.sides
    context = factors_declared(checker.context, left.text, rights[0].text)
    told: dict[str, str] = {}
    if context is checker.context:
        own = {m["name"] for m in _CALL.finditer(left.text)}
        spoken = {m["name"] for side in rights for m in _CALL.finditer(side.text)}
        if not own & spoken:
            context, told = joints_declared(context, rights, checker.texts)
    checker.context = context
    for name, text in told.items():
        checker.assumed.add(name)
        checker.note(rights[0], text)


_OF_ONE = re.compile(
    r"\s*(?:P|p|\\Pr|\\mathbb\s*\{?P\}?|\\operatorname\{Pr\})\s*\(\s*(?P<what>[A-Za-z](?:_\{?\w+\}?|\^\{\(\w\)\})?)\s*=\s*1\s*\)\s*"
    r"=\s*(?P<share>[^=]+)"
)


def as_law(context: Context, text: str) -> tuple[str, ...]:
    """P(m_i = 1) = p, or E[m_i] = p, of a binary m as the law m_i \\sim Bernoulli(p), and p in (0, 1); else nothing."""
    body = split_range(text)[0].rstrip(" ,")
    match = _OF_ONE.fullmatch(body)
    if match is not None and ("P" in context.scope.names or "P" in context.definitions):
        return ()
    means = [(what, value) for kind, what, value in moments_said(text) if kind == "E"] if match is None else []
    if match is None and (len(means) != 1 or not all_known(means[0][1], context)):
        return ()
    what, share = (match["what"], match["share"].strip()) if match is not None else means[0]
    parsed = read_side(what, context.scope)
    node = parsed.node if isinstance(parsed, Parsed) else None
    base = node.base if isinstance(node, (Index, Member)) else node
    declared = context.scope.names.get(base.text) if isinstance(base, Name) else None
    if not isinstance(base, Name) or (declared is None and (base is not node or match is None)):
        return ()
    if declared is not None and (declared.domain != "{0, 1}" or (match is None and declared.law is not None)):
        return ()
    behind = text[len(body) :] if match is not None else ""  # , i = 1, ..., n
    known = share in context.scope.names or share in context.definitions or not share.isalpha()
    return *(() if known else (rf"{share} \in (0, 1)",)), rf"{what} \sim \operatorname{{Bernoulli}}({share}){behind}"


def models(checker: Checker, statement: Statement) -> bool:
    """Whether a claim says how an undeclared P is made, or what numbers it has; if not, a P that it speaks of is taken
    as some joint table.
    """
    if heard(checker, statement, claims=True):
        return True
    if factorises(checker.context, statement):
        checker.assumed.add(statement.sides[0].text.partition("(")[0].strip())
        checker.note(statement.sides[0], f"{bare(statement.sides[0])} is taken to be made as this line says")
        checker.define(statement, None)
        return True
    if makes(checker, statement):
        return False  # it is defined by this line
    checker.context, densities = densities_declared(checker.context, statement.sides, checker.texts)
    for text in densities:
        checker.note(statement.sides[0], text)
    checker.context, told = joints_declared(checker.context, statement.sides, checker.texts)
    for name, text in told.items():
        checker.assumed.add(name)
        checker.note(statement.sides[0], text)
    return False


def makes(checker: Checker, statement: Statement) -> bool:
    """Whether an equation says what an undeclared p(v, h) is, by an energy, e^{-E(v, h)}/Z, or as a formula in x."""
    from engine.derivation.knowing import is_function  # it stands beside this module

    left, right = (side.text for side in statement.sides[:2]) if len(statement.sides) == 2 else ("", "")
    head = _CALL.fullmatch(left.strip())
    plain = head is not None and not head["given"] and not _CALL.search(right)
    energy = re.search(r"(?<![A-Za-z])E\s*(?:\\left)?\(", right)
    worked = head is not None and bool(plain) and (energy or _works_out(checker.context, head["args"], right))
    return bool(worked) and is_function(checker.context, checker.used, statement)


def _works_out(context: Context, args: str, right: str) -> bool:
    """Whether a formula computes with a letter as with a number, of which no law is known: e^{-x^2/2}/\\sqrt{2\\pi}."""
    parsed = read_side(right, context.scope)
    variable = read_side(args, context.scope)
    if not isinstance(parsed, Parsed) or not isinstance(variable, Parsed) or not isinstance(variable.node, Name):
        return False
    declared = context.scope.names.get(variable.node.text)
    free = declared is None or (declared.law is None and declared.domain in {"real", "inferred"})
    return free and any(isinstance(n, Call) and variable.node in n.args for n in walk(parsed.node))


def densities_declared(
    context: Context, sides: Iterable[Source], everywhere: Sequence[str]
) -> tuple[Context, list[str]]:
    """The context in which an undeclared p, spoken of as p(x) alone of an x that is Gaussian, is the density of x."""
    from solvers.formula.to_latex import to_latex

    notes: list[str] = []
    for name in dict.fromkeys(
        m["name"] for side in sides for form in (_CALL, _BELOW) for m in form.finditer(side.text)
    ):
        said = {(m["args"].strip(), m["given"]) for t in everywhere for m in _CALL.finditer(t) if m["name"] == name}
        (of, given), *others = said or {("", None)}
        declared = context.scope.names.get(of)
        law = None if declared is None else declared.law
        if name != "p" or others or given or not isinstance(law, Call) or law.op != "normal":
            continue
        beside = {m["name"] for t in everywhere for m in _CALL.finditer(t) if m["args"].strip() == of} - {"p"}
        if beside & {"q", "r", "g", "f"} - context.definitions.keys():
            continue  # log p(z) - log q(z): which of them z has is not said
        behind = {context.scope.names[n] for n in reached(law, context.definitions) if n in context.scope.names}
        if {"p"} & {*context.scope.names, *context.definitions} or any(d.law is not None for d in behind):
            continue
        found = extended(context, f"p = {to_latex(law)}")
        if isinstance(found, Context):
            context = found
            notes.append(f"p is taken as the density of {of}")
    return context, notes


_BELOW = re.compile(  # E_q[...] of a q(h)
    r"(?<![A-Za-z\\])(?:\\(?:mathbb|mathrm|operatorname)\s*\{?\s*)?E\s*\}?\s*_\s*\{?\s*(?:[a-z]\s*\\sim\s*)?(?P<name>[PpQq])\s*\}?"
    r"(?=\s*(?:\\left|\\[bB]igg?l?)?\s*\[)"
)


def factorises(context: Context, statement: Statement) -> bool:
    """Whether an equation says how an undeclared P(a, b, c) is made: P(a) P(b | a) P(c | b), each variable once."""
    if statement.continues or statement.relations[0] not in {"=", ":="}:
        return False
    left, right = (side.text for side in statement.sides[:2])
    head, factors = _CALL.fullmatch(left.strip()), list(_CALL.finditer(right))
    if head is None or head["given"] or not _named(head["args"], context) or len(factors) < 2:
        return False
    known = _letter(head["name"], context)
    between = re.sub(r"\\(?:cdot|times|[,;:! ]|left|right|big\w*)|[~\s.,*]", "", _CALL.sub("", right))
    made = sorted(name for factor in factors for name in _names(factor["args"]))
    new = known not in context.scope.names and known not in context.definitions
    return new and not between and made == sorted(_names(head["args"])) and len(made) > 1


def _letter(name: str, context: Context) -> str:
    """The name by which a probability is known: P of \\Pr."""
    read = read_side(name, context.scope)
    return read.node.text if isinstance(read, Parsed) and isinstance(read.node, Name) else name.replace("\\Pr", "P")


def joints_declared(
    context: Context, sides: Iterable[Source], everywhere: Sequence[str]
) -> tuple[Context, dict[str, str]]:
    """The context with a joint table for each undeclared P among the sides, over all its variables in the text; and a
    note on each.
    """
    notes: dict[str, str] = {}
    for name in dict.fromkeys(
        m["name"] for side in sides for form in (_CALL, _BELOW) for m in form.finditer(side.text)
    ):
        letter = _letter(name, context)
        if letter in context.scope.names or letter in context.definitions or _varies(name, everywhere):
            continue
        variables = _variables(name, everywhere, context)
        if variables and len({v.lower() for v in variables}) == len(variables):  # A and its value a are one
            given = _always_given(name, everywhere)
            context = _with_ranges(context, variables, everywhere)
            apart = None if given else independent(context, name, variables)
            context = apart or _with_table(context, name, [v for v in variables if v not in given], given)
            context = _with_units(context, variables, everywhere)
            over = ", ".join(variables)
            notes[name] = f"{name} is taken as a distribution over {over} (binary where nothing is said)"
    return context, notes


def _with_ranges(context: Context, variables: Sequence[str], texts: Sequence[str]) -> Context:
    """The context with what the variables run through in sums: z of \\sum_{z=1}^K p(x, z) lies in {1, ..., K}."""
    for said in summed_values(texts, ()):
        variable = said.partition(" ")[0]
        found = extended(context, said) if variable in variables and variable not in context.scope.names else None
        context = found if isinstance(found, Context) else context
    return context


def _varies(name: str, texts: Iterable[str]) -> bool:
    """Whether the letter below a name is differentiated by: what p_\\theta is then depends on it."""
    letter = re.search(r"_\{?\\(theta|phi|psi)", name)
    if letter is None:
        return False
    return any(re.search(rf"\\(?:nabla|partial)|d\s*\\{letter[1]}", text) for text in texts)


def _always_given(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """What stands behind the bar wherever a name is written: then it is no joint distribution, q(z | x)."""
    found = {
        (_names(match["args"]), _names(match["given"] or ""))
        for text in texts for match in _CALL.finditer(text) if match["name"] == name
    }  # fmt: skip
    return next(iter(found))[1] if len(found) == 1 else ()


def _with_units(context: Context, variables: Iterable[str], texts: Sequence[str]) -> Context:
    """The context in which a distribution over variables that are integrated over has a density."""
    for name in variables:
        differential = re.compile(
            rf"\\i*int(?![A-Za-z]).*(?<![A-Za-z\\])(?:d|\\mathrm\s*\{{d\}})\s*{re.escape(name)}(?![A-Za-z])", re.DOTALL
        )
        parsed = read_side(name, context.scope)
        letter = parsed.node.text if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else name
        if any(differential.search(text) for text in texts):
            context = context.declared(Declaration(unit(letter), (), (), "real", positive=True))
    return context


def _variables(name: str, texts: Sequence[str], context: Context) -> tuple[str, ...]:
    """What stands between the brackets of a P, all over the text; nothing if that is no list of finite variables."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _CALL.finditer(text):
            if match["name"] != name:
                continue
            parts = (*_names(match["args"]), *_names(match["given"] or ""))
            if not _named(",".join(parts), context):
                return ()
            found.update(dict.fromkeys(part.rstrip("'") for part in parts))
    return tuple(found)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,;]", text) if part.strip())


def _named(text: str, context: Context) -> bool:
    """Whether a list holds names only, of finite variables or of undeclared ones."""
    for part in _names(text):
        parsed = read_side(part.rstrip("'"), context.scope)
        if not isinstance(parsed, Parsed) or not isinstance(parsed.node, Name):
            return False
        declared = context.scope.names.get(parsed.node.text)
        if declared is not None and not (declared.domain.startswith(("{", "inferred")) or _counted(declared)):
            return False
        if parsed.node.text in context.definitions:
            return False
    return bool(_names(text))


def _counted(declared: Declaration) -> bool:
    """Whether a variable has one of the values 1, ..., K."""
    return isinstance(declared.support, Call) and declared.support.op == "range" and not declared.shape


def values_told(checker: Checker, statement: Statement) -> None:
    """z \\in \\{1, ..., K\\} of a z that some p(x, z) speaks of says which values this variable has."""
    letter = statement.sides[0].text.strip()
    of_laws = {name for text in checker.texts for m in _CALL.finditer(text) for part in (m["args"], m["given"] or "")
               for name in _names(part)}  # fmt: skip
    if statement.relations == ("in",) and letter in of_laws and letter not in checker.context.scope.names:
        checker.extend(text_of(statement), statement)


def positive_table(checker: Checker, statement: Statement) -> bool:
    """Whether p(x, z) > 0 is the first that is heard of p: then it is some joint table, whose numbers are positive."""
    if statement.relations not in {(">",), (">=",)} or statement.sides[1].text.strip() != "0":
        return False
    head = _CALL.fullmatch(statement.sides[0].text.strip())
    before = checker.context
    known = None if head is None else before.scope.names.get(head["args"].strip())
    if head is None or head["given"] or (len(_names(head["args"])) < 2 and (known is None or not _counted(known))):
        return False
    checker.context, told = joints_declared(before, statement.sides[:1], checker.texts)
    for name, text in told.items():
        checker.assumed.add(name)
        checker.note(statement.sides[0], text)
    return checker.context is not before


def _declared(context: Context, match: re.Match[str]) -> bool:
    wanted = (_names(match["args"]), _names(match["given"] or ""))
    return any(d.parameters == wanted and d.name == match["name"] for d in context.scope.names.values())


def _with_table(context: Context, name: str, args: Sequence[str], given: Sequence[str]) -> Context:
    for variable in (*args, *given):
        parsed = read_side(variable, context.scope)
        letter = parsed.node.text if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else variable
        if letter not in context.scope.names:
            context = context.declared(Declaration(letter, (), (), "{0, 1}"))
    sets = r" \times ".join(_set_of(variable, context) for variable in args)
    bar = f" \\mid {', '.join(given)}" if given else ""
    found = extended(context, f"{name}({', '.join(args)}{bar}) \\in \\Delta({sets})")
    return found if isinstance(found, Context) else context


def _set_of(variable: str, context: Context) -> str:
    from solvers.formula.to_latex import to_latex

    parsed = read_side(variable, context.scope)
    letter = parsed.node.text if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else variable
    declared = context.scope.names[letter]
    if _counted(declared) and isinstance(declared.support, Call):
        low, high = (to_latex(end) for end in declared.support.args)
        return rf"\{{{low}, \dots, {high}\}}"
    entries = declared.domain.strip("{}") if declared.domain.startswith("{") else "0, 1"
    power = "" if not declared.shape else f"^{{{to_latex(declared.shape[0])}}}"
    return rf"\{{{entries}\}}{power}"
