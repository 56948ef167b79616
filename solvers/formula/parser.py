"""Text -> formula: picks the lexer, reads everything, and says where it could not. Never raises on what people type."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from solvers.formula.angles import step_in_angles
from solvers.formula.forms import FORMS
from solvers.formula.latex_lexer import LatexLexer
from solvers.formula.limit_words import arrows_as_signs
from solvers.formula.nodes import Call, Cases, Chain, Node, children
from solvers.formula.plain_lexer import PlainLexer
from solvers.formula.reader import Reader
from solvers.formula.sum_scopes import going_on
from solvers.formula.tokens import ReadError, Scope, Unreadable

MAX_DEPTH = 200
REMEMBERED = 256  # texts that a scope knows how they read: declarations are asked the same in several ways
REMARK = re.compile(  # says nothing that is not taken so anyway: e^z (entrywise)
    r"(?P<upright>\\text(?:rm)?\s*\{)?\s*\(\s*(?:(?:exponential|square|power|division|logarithm|"
    r"product|root|function|operation|all|is|are|taken|applied|meant|understood)s?\s+)*"
    r"(?:entry|element|component|coordinate)-?\s?wise\s*\)\s*(?(upright)\})[\s.]*$",
    re.IGNORECASE,
)
_LATEX = re.compile(r"\\|\$|\{,\}|&")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A formula, and the remarks on how ambiguous spots were read."""

    node: Node
    notes: tuple[str, ...] = ()


def parse(text: str, scope: Scope | None = None, latex: bool | None = None) -> Parsed | Unreadable:
    """Reads `text` as one formula (an expression, or a chain of relations).

    `latex` None decides by the text: a backslash means LaTeX. Every character is consumed or named in the Unreadable.
    """
    known = scope or Scope()
    if "wise" in text:
        text = REMARK.sub("", text)
    text = arrows_as_signs(step_in_angles(text))  # the backslash of lim_{x \\to 0} makes no LaTeX
    in_latex = _LATEX.search(text) is not None if latex is None else latex
    before = known.read.get((text, in_latex))
    if before is None:
        if len(known.read) >= REMEMBERED:
            known.read.clear()
        before = known.read[text, in_latex] = _parsed(text, known, in_latex)
    return before


def _parsed(text: str, known: Scope, in_latex: bool) -> Parsed | Unreadable:
    try:
        lexer = LatexLexer(text, known) if in_latex else PlainLexer(text, known)
        tokens = lexer.tokens()
        if known.bracketed:
            from solvers.formula.square_steps import subscripted  # only where a text has such steps

            tokens = subscripted(tokens, known.bracketed)
        reader = Reader(text, tokens, known, FORMS, in_latex)
        node = _statement(reader)
        _check_depth(node)
        if known.sets or any(token.text in {"in", "notin"} for token in tokens):
            from solvers.formula.told_sets import told  # it parses in its turn

            node = told(node, known.sets)
    except ReadError as error:
        bars = "||" in text and "expected '||'" in str(error)  # ||x| - |y||
        apart = _parsed(text.replace("||", "| |"), known, in_latex) if bars else None
        return apart if isinstance(apart, Parsed) else error.unreadable
    return Parsed(node, tuple(dict.fromkeys(reader.notes)))


RUN = re.compile(r"_[A-Za-z]{2,}\s*_")  # f_tc_t is f_t c_t in LaTeX


def parse_among(text: str, scope: Scope, latex: bool) -> Parsed | Unreadable:
    """Reads a formula among others of which some are LaTeX: without a backslash it may be either."""
    if not latex or _LATEX.search(text):
        return parse(text, scope)
    first = bool(RUN.search(text))
    found = parse(text, scope, first)
    other = found if isinstance(found, Parsed) else parse(text, scope, not first)
    return other if isinstance(other, Parsed) else found


def read(text: str, scope: Scope | None = None, latex: bool | None = None) -> Node:
    """Reads a formula that the program itself wrote; raises ValueError, with the text, if it cannot be read."""
    parsed = parse(text, scope, latex)
    if isinstance(parsed, Unreadable):
        raise ValueError(f"{text!r}: {parsed}")
    return parsed.node


def _statement(reader: Reader) -> Node:
    while reader.accept(";") or reader.accept("cell"):
        pass
    if reader.peek().kind == "eof":
        raise reader.fail("nothing to read: expected a formula")
    node = reader.chain()
    if reader.peek().kind == "word" and reader.peek().text == "if":
        node = _ternary(reader, node)
    if isinstance(node, Chain):
        node = replace(node, sides=going_on(node.sides))
        node = _implications(node) if any(r in {"=>", "<=>"} for r in node.relations) else node
    while reader.peek().kind in {".", ";", "row", "cell"} or (
        reader.peek().kind == "," and reader.peek(1).kind == "eof"
    ):
        reader.take()
    token = reader.peek()
    if token.kind != "eof":
        raise ReadError(_left_over(reader.written(token), token.kind), token.start, token.end)
    return node


def _ternary(reader: Reader, value: Node) -> Node:
    """x if x > 0 else 0, as programs write it."""
    reader.take()
    condition = reader.condition()
    other = reader.accept("word", "else") or reader.accept("word", "otherwise")
    if not isinstance(condition, (Chain, Call)) or other is None:
        raise reader.fail("expected a condition and else, as in: x if x > 0 else 0")
    return Cases(((value, condition), (reader.expression(), None)), reader.span(0))


def _left_over(text: str, kind: str) -> str:
    if kind in {")", "]", "}", "g}"}:
        return f"{text!r} closes a bracket that was never opened"
    return f"{text!r} was not expected here"


def _implications(chain: Chain) -> Chain:
    """a = b => c = d: relations bind tighter than implications."""
    outer: list[Node] = []
    arrows: list[str] = []
    sides, relations = [chain.sides[0]], list[str]()

    def close() -> None:
        outer.append(Chain(tuple(sides), tuple(relations), chain.span) if relations else sides[0])

    for relation, side in zip(chain.relations, chain.sides[1:], strict=True):
        if relation in {"=>", "<=>"}:
            close()
            arrows.append(relation)
            sides, relations = [side], []
        else:
            relations.append(relation)
            sides.append(side)
    close()
    return Chain(tuple(outer), tuple(arrows), chain.span)


def _check_depth(node: Node) -> None:
    stack = [(node, 1)]
    while stack:
        inner, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise ReadError(f"the formula has more than {MAX_DEPTH} operations one inside the other", 0)
        stack.extend((child, depth + 1) for child in children(inner))
