"""Functions that a write-up uses and never defines: any smooth ones; what fails for them may still be what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from engine.derivation.declaring import read_side, text_of
from engine.derivation.document import Formula, Prose
from engine.derivation.judging import Judged, depends, judge_step
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.solutions import marked
from solvers.formula.context import Context
from solvers.formula.nodes import Apply, Chain, names
from solvers.formula.operators import GREEK
from solvers.formula.unknown import apart_in, is_number, is_unknown, only, unknown_in

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker

_NARROWS = re.compile(  # words that say of a function what no smooth one has of itself
    r"(?i)\b(?:linear\w*|affine|quadratic\w*|square[ds]?|convex\w*|concave|even|odd|homogen\w+|identity|logistic|sigmoid\w*|"
    r"softmax|tanh|hyperbolic|re-?lu|rectif\w+|gauss\w*|normal|exponential\w*|log(?:arithm\w*)?|cross-?\s?entropy|"
    r"likelihood|hinge|polynomial\w*|symmetric|periodic|monoton\w+|constant|additive|multiplicative|inverse|lipschitz|"
    r"flat|separable|bounded|positive|negative|non-?negative|minim\w+|maxim\w+|optim\w+|stationary|critical|root|zero|"
    r"vanish\w*|density|densities|distribut\w+|probabilit\w+|unit|equals?|satisf\w+|such that|strongly|"
    r"orthogonal|norm)\b"
)


def with_functions(known: Context, start: Context, stated: Sequence[Statement], items: Iterable[Item]) -> Context:
    """`start` with the functions that statements use, and that nothing they say (`known`) defines or declares."""
    from solvers.formula.used import defined_in, with_used

    texts = [side.text for statement in stated for side in statement.sides]
    found = with_used(known, texts, defined_in(map(text_of, stated)), read_side, _called(items))
    fresh = [name for name in found.definitions if name not in known.definitions and is_unknown(found, name)]
    if not fresh:
        return start
    added = only(found, fresh)
    return Context(
        start.scope.with_names(added.scope.names.values()), {**start.definitions, **added.definitions},
        start.constraints, start.entrywise, start.said,
    )  # fmt: skip


_FIXED = {"sigma", "pi", "rho"}  # sigma is the logistic function unless a formula says otherwise
_FUNCTION = re.compile(
    r"\b(?:functions?|activations?|nonlinearit(?:y|ies)|transfer functions?)\s+⟦(\d+)⟧|"
    r"⟦(\d+)⟧\s*(?:,\s*)?(?:(?:is|be|denotes?|acts?|acting|applied|works?|working)\b\s*)?(?:(?:an?|the|some|any|our)\s+)?"
    r"(?:[a-z-]+\s+){0,2}(?:(?:activation |transfer |link )?functions?|nonlinearity|"
    r"(?:element|entry|component|coordinate)-?wise)\b",
    re.IGNORECASE,
)


def _called(items: Iterable[Item]) -> set[str]:
    """The letters that words call functions: "a differentiable function s", "s acting elementwise"."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, Sentence):
            for match in _FUNCTION.finditer(item.template):
                part = item.parts[int(match[1] or match[2])]
                letter = re.fullmatch(r"\s*\\?([A-Za-z]+)\s*", part.source.text)
                found |= {letter[1]} if letter and (len(letter[1]) == 1 or letter[1] in GREEK) else set()
    return found - _FIXED


def left_open(checker: Checker, work: Work, chain: Chain, judged: Judged) -> str:
    """Why a wrong step about functions of which nothing is said may be right for those that are meant; "" if none."""
    left, right = chain.sides
    spoken = unknown_in(work.context, depends(left, work.context) | depends(right, work.context))
    if not spoken:
        return ""
    from solvers.equality.generic import left_open as may_hold

    named = ", ".join(sorted(spoken))
    applied = [n for n in spoken if any(isinstance(d.left, Apply) for d in work.context.definitions[n])]
    moved = [name for name in applied if f"{name}dot" in work.context.scope.names]
    if moved:
        return f"what \\dot {moved[0]} is says more of {moved[0]} than can be read here"
    line = _narrowed_in(checker, applied, work.context)
    if line:
        return f"line {line} says more of {named} than can be read here: define it in a formula"
    if judged.shapes and any(is_number(work.context, name) for name in applied):
        return f"{named} is taken as a number where it stands: declare it, as f: \\mathbb{{R}}^n \\to \\mathbb{{R}}^m"
    if any(apart_in(work.context, name) & set(work.undeclared) for name in spoken):
        return f"what {named} is of is not all declared: define it in a sentence that begins with Let or Define"
    if judged.domain:
        return f"nothing says where {named} lies: where both sides have a value they are equal"

    if chain.relations[0] not in {"=", ":="}:
        return f"nothing says what {named} is: this may hold for it, and not for any function"

    def holds(other: Context) -> bool:
        return judge_step(chain.relations[0], left, right, other, checker.facts, work.undeclared).verdict == "valid"

    return may_hold(left, right, work.context, spoken, holds)


def narrowed(checker: Checker, sentence: Sentence) -> list[tuple[int, frozenset[str]]]:
    """The functions of which a sentence may say more than that they are smooth: by its words, or in passing."""
    found: list[tuple[int, frozenset[str]]] = []
    for place, part in enumerate(sentence.parts):
        if not isinstance(part, Formula) or part.display:
            continue
        words = _about(sentence.parts[:place][-1:], 0) + _about(sentence.parts[place + 1 : place + 2], -1)
        for statement in statements_of(part.source):
            nodes = [side.node for side in map(checker.read, statement.sides)]
            said = set(statement.relations) - {"in"}
            defines = bool(said) and said <= {"=", ":="}  # words are about what is defined, not about its right side
            telling = nodes[:1] if defines else nodes if said or _NARROWS.search(words) else []
            spoken = frozenset[str]().union(*(depends(node, Context()) for node in telling if node is not None))
            if functions := unknown_in(checker.context, spoken):
                found.append((checker.line(statement.sides[0]), functions))
    return found


def _about(words: Sequence[Prose | Formula], side: int) -> str:
    """What words say of the formula behind (0) or before them (-1): up to an "and", unless they go on about it."""
    text = words[0].source.text if words and isinstance(words[0], Prose) else ""
    return text if _GOES_ON.search(text) else _APART.split(text)[-1 - side]


_APART = re.compile(r"\b(?:and|with|where|while|but|let|also)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\b(?:its?|which|that|they|both|each|these|all)\b", re.IGNORECASE)


def _narrowed_in(checker: Checker, named: Sequence[str], context: Context) -> int:
    """The line in which words or an equation that is no identity say more of some functions; 0 if there is none."""
    functions = frozenset(named)
    for line, found in checker.narrowed:
        if found & functions:
            return line
    for fact in checker.facts:
        of_optimum = bool(fact.by) or any(marked(name) for name in names(fact.chain))  # it says what w^* is
        if fact.given and not of_optimum and depends(fact.chain, context) & functions:
            return fact.line
    for judgement in checker.chains:
        pairs = zip(judgement.steps, judgement.sides, judgement.sides[1:], strict=False)
        for step, before, after in pairs:
            nodes = [side.node for side in (before, after) if side.node is not None]
            if step.verdict not in {"valid", "wrong"} and any(depends(n, judgement.context) & functions for n in nodes):
                return step.line
    return 0
