"""What words say of eigenvalues and singular values: "with largest eigenvalue L", "the eigenvalues l_1 >= ... of C"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended
from engine.derivation.document import Formula
from engine.derivation.sentences import Sentence
from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.index_ranges import ordered_run
from solvers.formula.nodes import Call, Chain, Name, Node, names
from solvers.formula.parser import Parsed, parse
from solvers.formula.ranks import rank_of
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_LARGE = r"(?P<large>largest|maximal|maximum|biggest|greatest|top|leading|dominant)"
_SMALL = r"(?:smallest|minimal|minimum|least|lowest)"
_KIND = rf"(?:{_LARGE}|{_SMALL})\s+(?:(?P<eigen>eigen-?\s?value)|singular\s+value)"
_OF = r"(?:\s+of\s+(?:the\s+)?(?:[a-z-]+\s+){0,3}⟦(?P<of>\d+)⟧)?"
_AFTER = _OF.replace("P<of>", "P<after>")
_SAID = (
    re.compile(  # the largest eigenvalue of H is L; H with largest eigenvalue L; the largest eigenvalue L of H
        rf"{_KIND}{_OF}\s*(?:,|\(|is|be|by|as|called|denoted(?:\s+by)?|equals?|:)?\s*(?:is\s+|by\s+)?"
        rf"⟦(?P<symbol>\d+)⟧{_AFTER}",
        re.IGNORECASE,
    ),
    re.compile(  # L is the largest eigenvalue of H; L, the largest eigenvalue
        rf"⟦(?P<symbol>\d+)⟧\s*(?:,|\(|is|be|being|denotes?|for|stands\s+for|:)?\s*(?:the|its)\s+{_KIND}{_OF}",
        re.IGNORECASE,
    ),
)
_LISTED = (
    re.compile(rf"eigen-?\s?values{_OF}\s*(?:are|be|by|:|,)?\s*⟦(?P<symbol>\d+)⟧{_AFTER}", re.I),
    re.compile(rf"⟦(?P<symbol>\d+)⟧\s*(?:,|are|be|denote|for|\()?\s*(?:the|its)\s+eigen-?\s?values{_OF}", re.I),
)
_SYMBOL = re.compile(r"\s*(\\?[A-Za-z]+(?:\s*_\s*(?:\{\s*(?:\\max|\\min|\\text\{\w+\}|\w+)\s*\}|\\max|\\min|\w))?)\s*")
_VECTORS = re.compile(
    r"eigen-?\s?(?:vector|bas[ei]s|direction)|principal|singular\s+vector|maximi[sz]|attain|equality|saturat", re.I
)
_SPECTRAL = re.compile(r"\b(?:(?:spectral|operator|induced)\s+(?:2-)?norm|largest\s+singular\s+value)", re.I)
_OTHER = re.compile(r"Frobenius|nuclear\s+norm|\\(?:\||r[vV]ert)\s*_\s*\{?\s*F\b|_F\b|\\mathrm\{F\}")


def observe(context: Context, text: str) -> Context:
    """The context with the habits of a page: which norm of a matrix is meant, whether eigenvectors are told of."""
    if _SPECTRAL.search(text) and not _OTHER.search(text):
        context = replace(context, scope=replace(context.scope, spectral=True))
    return context.told("eigenvectors", "page") if _VECTORS.search(text) else context


def heed_spectra(checker: Checker, sentence: Sentence) -> None:
    """Defines what a sentence calls the largest (or smallest) eigenvalue or singular value of a matrix, or its
    eigenvalues."""
    template = sentence.template
    if "value" not in template:
        return
    for pattern in _SAID:
        for said in pattern.finditer(template):
            op = ("eigmax" if said["large"] else "eigmin") if said["eigen"] else "opnorm" if said["large"] else ""
            _define(checker, sentence, said, op)
    for pattern in _LISTED:
        for said in pattern.finditer(template):
            _define(checker, sentence, said, "eigenvalues")


def _define(checker: Checker, sentence: Sentence, said: re.Match[str], op: str) -> None:
    groups = said.groupdict()
    source = sentence.parts[int(said["symbol"])].source
    place = groups.get("of") or groups.get("after")
    matrix = _text(checker, sentence, int(place)) if place else _before(checker, sentence, said.start())
    flip = False
    if op == "eigenvalues":
        run = ordered_run(source.text)
        listed = re.match(r"\s*(\\?[A-Za-z]+)\s*_\s*\{?\s*1\s*\}?\s*(?:,|>|\\g|≥)", source.text)
        symbol = to_latex(Name(run[0])) if run is not None else listed[1] if listed else ""
        flip = re.search(r"\\leq?(?![a-z])|≤|<", source.text) is not None
    else:
        head = re.split(r"=|\\in(?![a-z])|\\[lg]eq?(?![a-z])|[<>≤≥]", source.text)[0]
        symbol = head.strip() if "=" not in source.text and _SYMBOL.fullmatch(head) else ""
    if not symbol or not matrix or not op:
        return
    parsed = parse(symbol, checker.context.scope, True)
    name = parsed.node.text if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else ""
    if not name or name in checker.context.definitions:
        return
    value = f"\\operatorname{{{op}}}({matrix})"
    value = f"\\operatorname{{flip}}({value})" if flip else value
    plain = replace(checker.context, scope=replace(checker.context.scope, names=_without(checker.context, name)))
    found = extended(plain, f"{symbol} = {value}")
    if isinstance(found, Context):
        checker.context = found.told("eigen", name)
        checker.spoken.pop(name, None)
        checker.bounded.pop(name, None)
        checker.unsure.pop(name, None)
        checker.note(source, f"{symbol} is taken as the words say: {op} of {matrix}")


def _without(context: Context, name: str) -> dict[str, Declaration]:
    return {n: d for n, d in context.scope.names.items() if d.name != name}


def _text(checker: Checker, sentence: Sentence, place: int) -> str:
    """The formula at a place, if it is a matrix."""
    text = re.split(r"=|\\in(?![a-z])", sentence.parts[place].source.text)[0].strip()
    parsed = parse(text, checker.context.scope, True)
    return text if isinstance(parsed, Parsed) and _is_matrix(parsed, checker.context) else ""


def _is_matrix(parsed: Parsed, context: Context) -> bool:
    node = parsed.node
    rank = rank_of(node, context.scope)
    if rank is None and isinstance(node, Name):
        rank = next((_rank(d.right, context) for d in context.definitions.get(node.text, ())), None)
        return rank in {2, None} and node.text in context.definitions and node.text[:1].isupper()
    return rank == 2


def _rank(node: Node, context: Context) -> int | None:
    """The rank of a formula, whatever number stands before it: 1/N of a sum."""
    if isinstance(node, Call) and node.op == "mul" and isinstance(node.args[0], Call) and node.args[0].op == "div":
        return rank_of(node.args[1], context.scope)
    return rank_of(node, context.scope)


def _before(checker: Checker, sentence: Sentence, end: int) -> str:
    """The last matrix that a sentence speaks of before some words: "H symmetric with largest eigenvalue"."""
    for match in reversed(list(re.finditer(r"⟦(\d+)⟧", sentence.template[:end]))):
        part = sentence.parts[int(match[1])]
        if isinstance(part, Formula) and not part.display and (text := _text(checker, sentence, int(match[1]))):
            return text
        head = re.split(r"=|\\in|\\[lg]e|[<>]", part.source.text)[0]
        if re.fullmatch(r"\s*(?:\\?[A-Z][a-z]*|\\math\w+\{\w\})\s*", head) and not _is_defined(checker, head):
            return ""  # one that is not known yet
    return _only_one(checker.context)


def _only_one(context: Context) -> str:
    """The square matrix that is known, if there is one alone."""
    found = {n for n, d in context.scope.names.items() if len(set(d.shape or ())) == 1 and len(d.shape or ()) == 2}
    for name, definitions in context.definitions.items():
        if name[:1].isupper() and _rank(definitions[0].right, context) == 2:
            found.add(name)
    return to_latex(Name(found.pop())) if len(found) == 1 else ""


def _is_defined(checker: Checker, text: str) -> bool:
    parsed = parse(text, checker.context.scope, True)
    return isinstance(parsed, Parsed) and bool(names(parsed.node) & checker.context.definitions.keys())


def spectral_doubt(chain: Chain, context: Context) -> str:
    """Why a wrong step about eigenvalues may be right: its vectors may be eigenvectors, as words say; "" if not."""
    eigen = {what for role, what in context.said if role == "eigen"}
    if ("eigenvectors", "page") not in context.said:
        return ""
    spoken = frozenset[str]().union(*(names(side) for side in chain.sides))
    led = spoken | frozenset[str]().union(*(reached(side, context.definitions) for side in chain.sides))
    if not led & eigen:
        return ""
    of = frozenset[str]().union(*(reached(Name(name), context.definitions) for name in eigen))
    sizes = {n for d in context.scope.names.values() for size in d.shape or () for n in names(size)}
    others = {n for n in spoken - eigen - of - sizes if (d := context.scope.names.get(n)) is not None and d.shape}
    return f"words say more of eigenvectors, and {min(others)} may be one: say it in a formula" if others else ""
