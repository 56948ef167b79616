"""What words say of eigenvalues and singular values: "with largest eigenvalue L", "the eigenvalues l_1 >= ... of C"."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended
from engine.derivation.document import Formula
from engine.derivation.provisos import ORDERS
from engine.derivation.sentences import Sentence
from engine.derivation.source import Source
from solvers.formula.bits import with_bits
from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.nodes import Big, Call, Chain, Index, Member, Name, Node, Num, names, walk
from solvers.formula.parser import Parsed, parse
from solvers.formula.ranks import rank_of
from solvers.formula.scripts import SIZED
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
    """The context with the habits of a page: which norm of a matrix is meant, to which base logarithms
    are, whether eigenvectors are told of."""
    if _SPECTRAL.search(text) and not _OTHER.search(text):
        context = replace(context, scope=replace(context.scope, spectral=True))
    context = with_bits(context, text)
    context = context.told("adjacency", "page") if re.search(r"\badjacency\b", text, re.I) else context
    return context.told("eigenvectors", "page") if _VECTORS.search(text) else context


def heed_spectra(checker: Checker, sentence: Sentence) -> None:
    """Defines what a sentence calls the largest (or smallest) eigenvalue or singular value of a matrix, or its
    eigenvalues."""
    template = sentence.template
    if "value" not in template:
        _keep_last(checker, sentence)
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
    if not matrix or not op:
        return
    if op == "eigenvalues":
        for symbol, value in _listed(source.text):
            _name(checker, source, symbol, value, matrix)
        if _ABOVE_ZERO.search(source.text):
            _bound(checker, f"{matrix} \\succ 0", matrix)
        return
    head = re.split(r"=|\\in(?![a-z])|\\[lg]eq?(?![a-z])|[<>≤≥]", source.text)[0]
    if "=" not in source.text and _SYMBOL.fullmatch(head):
        _name(checker, source, head.strip(), f"\\operatorname{{{op}}}({{}})", matrix)
        parsed = parse(source.text, checker.context.scope, True)
        if op == "eigmin" and _ABOVE_ZERO.search(source.text):
            _bound(checker, f"{matrix} \\succ 0", matrix)
        elif isinstance(parsed, Parsed) and isinstance(parsed.node, Chain) and set(parsed.node.relations) <= ORDERS:
            checker.context = replace(checker.context, constraints=(*checker.context.constraints, parsed.node))


_CAPITAL = re.compile(r"\s*(?:\\?[A-Z][a-z]*|\\math\w+\{\w\})\s*")
_ABOVE_ZERO = re.compile(r"^\s*0\s*(?:<|≤|\\le)|(?:>|≥|\\geq?(?:slant)?)\s*0\s*$")


def _bound(checker: Checker, text: str, matrix: str) -> None:
    """Keeps what is said of the eigenvalues of a matrix that nothing else defines: all positive, or the largest."""
    if not _is_defined(checker, matrix):
        found = extended(checker.context, text)
        checker.context = found if isinstance(found, Context) else checker.context


_ENTRY = re.compile(r"\s*(\\?[A-Za-z]+)\s*_\s*\{?\s*(\w+)\s*\}?\s*")
_DOTS = re.compile(r"[\s,]*(?:\\[lc]?dots[a-z]?|\.\.\.|…)[\s,]*")


def _listed(text: str) -> list[tuple[str, str]]:
    """What m = l_n \\le ... \\le l_1 = M says: that l are the eigenvalues, the largest first, m the smallest, M the
    largest. A list without order is taken so too."""
    run = re.match(r"\s*(\\?[A-Za-z]+)\s*_\s*\{?\s*1\s*\}?\s*,", text)
    if run is not None:
        return [(run[1], "\\operatorname{eigenvalues}({})")]
    pieces = re.split(r"(\\(?:le|ge)q?(?:slant)?(?![A-Za-z])|[<>≤≥]=?)", text)
    groups, signs = pieces[::2], pieces[1::2]
    while groups and groups[0].strip() == "0":
        groups, signs = groups[1:], signs[1:]
    while groups and groups[-1].strip() == "0":
        groups, signs = groups[:-1], signs[:-1]
    falling = {re.match(r"\\ge|>|≥", sign) is not None for sign in signs}
    if len(falling) != 1 or not any(_DOTS.fullmatch(group) for group in groups):
        return []
    parts = [group.split("=") for group in (groups[0], groups[-1])]
    entries = [next((found for part in group if (found := _ENTRY.fullmatch(part))), None) for group in parts]
    first, last = entries
    if first is None or last is None or first[1] != last[1] or "1" not in {first[2], last[2]}:
        return []
    down = falling.pop()
    turned = down is not (first[2] == "1")
    value = "\\operatorname{flip}(\\operatorname{eigenvalues}({}))" if turned else "\\operatorname{eigenvalues}({})"
    told = [(first[1], value)]
    for group, largest in zip(parts, (down, not down), strict=True):
        op = "eigmax" if largest else "eigmin"
        names_ = [part.strip() for part in group if not _ENTRY.fullmatch(part) and _SYMBOL.fullmatch(part)]
        told += [(name, f"\\operatorname{{{op}}}({{}})") for name in names_]
    return told


def _name(checker: Checker, source: Source, symbol: str, value: str, matrix: str) -> None:
    """Defines a symbol of which nothing else is known as a value of a matrix."""
    parsed = parse(symbol, checker.context.scope, True)
    name = parsed.node.text if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else ""
    if not name or name in checker.context.definitions:
        return
    value = value.replace("({})", f"({matrix})")
    plain = replace(checker.context, scope=replace(checker.context.scope, names=_without(checker.context, name)))
    found = extended(plain, f"{symbol} = {value}")
    if isinstance(found, Context):
        checker.context = found.told("eigen", name)
        for known in (checker.spoken, checker.bounded, checker.unsure):
            known.pop(name, None)
        checker.note(source, f"{symbol} is taken as the words say: {value}")


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
        if _CAPITAL.fullmatch(head) and not _is_defined(checker, head):
            return ""  # one that is not known yet
    last = next((what for role, what in reversed(checker.context.said) if role == "last matrix"), "")
    parsed = parse(last, checker.context.scope, True) if last else None
    return last if isinstance(parsed, Parsed) and _is_matrix(parsed, checker.context) else ""


def _keep_last(checker: Checker, sentence: Sentence) -> None:
    """Keeps the last symbol written as a matrix is, known or not: what follows in a clause of its own is of that."""
    for part in reversed(sentence.parts):
        head = re.split(r"=|\\in|\\[lg]e|[<>]", part.source.text)[0] if isinstance(part, Formula) else ""
        if not getattr(part, "display", True) and _CAPITAL.fullmatch(head):
            checker.context = checker.context.told("last matrix", head.strip())
            return


def _is_defined(checker: Checker, text: str) -> bool:
    parsed = parse(text, checker.context.scope, True)
    return isinstance(parsed, Parsed) and bool(names(parsed.node) & checker.context.definitions.keys())


def without_loops(context: Context, spoken: Collection[str]) -> Context | None:
    """The context in which square matrices have a zero diagonal, where a page speaks of adjacency: who says that there
    are no loops? None where it does not, or where that is said."""
    if ("adjacency", "page") not in context.said:
        return None
    known = (d for d in context.scope.names.values() if d.name in spoken and d.name not in context.definitions)
    square = [d.name for d in known if len(d.shape or ()) == 2 and len(set(d.shape or ())) == 1]
    zeros = [Chain((Index(Name(n), (Name("i"), Name("i"))), Num("0")), ("=",)) for n in square]
    new = [chain for chain in zeros if chain not in context.constraints]
    return replace(context, constraints=(*context.constraints, *new)) if new else None


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
    inside = [node for side in chain.sides for node in walk(side)]
    counting = {b.name.text for node in inside if isinstance(node, Big) for b in node.binders}
    counting |= {n for node in inside if isinstance(node, (Index, Member)) for i in node.indices for n in names(i)}
    free = spoken - eigen - of - sizes - counting - SIZED - {"pi", "e", "F"}
    told = (d for d in context.scope.names.values() if d.domain not in {"inferred", "defined"})
    others = free - {d.name for d in told if d.shape == ()}
    return f"words say more of eigenvectors, and {min(others)} may be one: say it in a formula" if others else ""
