"""Words about random numbers that are not wholly understood: no mean of what they may be about is called wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import read_side
from engine.derivation.document import Formula
from engine.derivation.random_phrases import NOTATION, OF_LAWS, OPEN, without_laws
from engine.derivation.sentences import Sentence
from solvers.formula.context import Context
from solvers.formula.nodes import names
from solvers.formula.parser import Parsed
from solvers.formula.random_words import moments_said
from solvers.formula.said_of import targets_of
from solvers.formula.symbol_names import symbol_of

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

ANY = "*"  # whatever is random
WHOLE = re.compile(r"[.!?;)][\s*_)]*$")  # a sentence of its own; "The variance of it is" goes on with a display
BARE = re.compile(  # "with E = m": of what?
    r"\s*(?:\\(?:mathbb|mathrm|operatorname|text)\s*\{?\s*(?:E|Var|Cov)\s*\}?|Var|Cov)\s*(?:=|\\approx)", re.IGNORECASE
)


def is_unread(left: str, template: str, texts: dict[int, str]) -> bool:
    """Whether the words that are left speak of laws, and conclude nothing."""
    left = without_laws(NOTATION.sub(lambda match: " " * len(match[0]), left), texts)
    left = _PROBABILITY.sub(lambda match: " " * len(match[0]) if _is_parameter(match["of"], texts) else match[0], left)
    return any(not OPEN.search(template[: match.start()]) for match in OF_LAWS.finditer(left))


_PROBABILITY = re.compile(  # p is the probability of keeping an input: what a law with this p is used for
    r"⟦(?P<of>\d+)⟧\s*(?:,\s*)?(?:(?:is|denotes|being|for|as)?\s*(?:the|a|an|its)\s+|[=:(–—-]\s*(?:the\s+)?)"
    r"(?:\\?[a-z]+[ -]){0,2}?"
    r"(?:probability|chance)(?:\s+(?:of|that|with which|for)\b[^⟦.,;]*)?",
    re.IGNORECASE,
)


def _is_parameter(place: str, texts: dict[int, str]) -> bool:
    """Whether a formula names what a Bernoulli law of the sentence is made of."""
    symbol = re.match(r"\s*(\\?[A-Za-z]+)", texts.get(int(place), ""))
    laws = (law[1] for text in texts.values() for law in re.finditer(r"Ber(?:n(?:oulli)?)?\}?\s*\(([^()]*)\)", text))
    return symbol is not None and any(
        re.search(rf"(?<![A-Za-z]){re.escape(symbol[1])}(?![A-Za-z])", law) for law in laws
    )


def without_generalities(sentence: Sentence) -> str:
    """The words of a sentence without those that say nothing of its random numbers: "a Bernoulli variable has variance
    p(1-p)" is a rule, and in "the estimator 2z has variance Var(2z) = 4" the formula says it all.
    """
    template = _RULE.sub(lambda match: " " * len(match[0]), sentence.template)
    if not sentence.declares:
        template = _BECAUSE.sub(lambda match: " " * len(match[0]), template)
    aimed = _AIMED.match(template) if not sentence.declares else None
    if aimed is not None and not _GIVES.search(template[aimed.end() :]):
        template = " " * aimed.end() + template[aimed.end() :]

    def kept(match: re.Match[str]) -> str:
        whole = any(moments_said(sentence.parts[int(match["value"])].source.text))
        return f"{' ' * len(match['words'])}{match['place']}" if whole else match[0]

    return _ITSELF.sub(kept, template)


_RULE = re.compile(
    r"\b(?:an?|every|any)\s+(?:bernoulli|binary|binomial|gaussian|normal|uniform|exponential|poisson|rademacher)\s+"
    r"(?:random\s+)?(?:variables?|numbers?|distribution|law)\s+(?:with\s+[a-z ]*⟦\d+⟧\s+)?"
    r"(?:(?:satisfies|obeys)(?=\s*⟦)|"
    r"has\s+(?:the\s+|an?\s+)?(?:mean|variance|expectation)\s+⟦\d+⟧(?:\s+and\s+(?:mean|variance|expectation)\s+⟦\d+⟧)?)",
    re.IGNORECASE,
)
_BECAUSE = re.compile(  # "Because of independence the mean of one summand is", of which a display tells
    r"^[\W_]*(?:because\s+of|due\s+to|by|from|thanks\s+to|owing\s+to|using)\s+(?:the\s+|this\s+|their\s+)?(?:mutual\s+)?"
    r"independence(?:\s+of\s+[^.,:;⟦⟧]{0,40})?\b|\b(?:the|their)\s+variances?\s+adds?(?:\s+up)?\b|"
    r"\bthe\s+(?:summands|terms|addends)\s+are\s+(?:all\s+|mutually\s+)?(?:independent|uncorrelated)(?:\s+of\s+each\s+other)?",
    re.IGNORECASE,
)
_AIMED = re.compile(  # "For the variance of one mask we use ...", of which a display tells
    r"[\W_]*for\s+(?:the|its|this|their)\s+(?:\w+\s+)?(?:means?|variances?|expectations?|covariances?|second\s+moments?)\b"
    r"[^⟦⟧.:;,]{0,60}(?=,)",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"\b(?:assum\w*|tak\w+|ch[ou]+s\w+|let|set|given|giv\w+|known|know|is|are|equals?|have|has|suppos\w*)\b",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"(?P<words>\b(?:has|with|of|is|the)\s+(?:mean|variance|expectation|expected\s+value)\s+(?:is\s+|of\s+)?)"
    r"(?P<place>⟦(?P<value>\d+)⟧)",
    re.IGNORECASE,
)


def without_heading(sentence: Sentence, template: str) -> str:
    """The words without "The mean is the output:", which says what the display behind it is about."""
    alone = [part.display for part in sentence.parts if isinstance(part, Formula)]
    found = _HEADING.match(template) if not sentence.declares and alone and all(alone) else None
    return template if found is None else " " * found.end() + template[found.end() :]


_HEADING = re.compile(
    r"(?:\s*\\[a-z]+skip)?[\W_]*(?:\(?(?:[ivx]+|[a-z0-9])\)\s*)?(?:(?:now|then|so|and|for)\s+)*(?:the|its|this|their)\s+(?:\w+\s+)?"
    r"(?:means?|variances?|expectations?|covariances?|deviations?)(?=\s*(?:is|are|of|[:,.]|⟦))|"
    r"[\W_]*(?:\w+\s+){0,2}(?:means?|variances?|expectations?|covariances?|deviations?)\b[^⟦⟧.:;]{0,60}:\s*(?=⟦)",
    re.IGNORECASE,
)


def doubt_of(checker: Checker, texts: list[str], line: int) -> None:
    """Notes that a sentence says more of some random numbers than was read."""
    for name in sorted({name for text in texts for name in spoken_in(text, checker.context)}):
        checker.context = checker.context.told("vague", f"{name}|{line}")


def doubt_of_all(checker: Checker, line: int) -> None:
    """Notes that a sentence says how random numbers are distributed, and that nobody knows which."""
    checker.context = checker.context.told("vague", f"{ANY}|{line}")


def spoken_in(text: str, context: Context) -> set[str]:
    """The names that a formula speaks of, those of its families by their base."""
    found: set[str] = set()
    for part in re.split(r"\\(?:in|sim|le|ge|leq|geq|approx|to)(?![A-Za-z])|[=<>~,]|\\[dl]?dots", text):
        parsed = read_side(part, context.scope)
        found |= names(parsed.node) if isinstance(parsed, Parsed) else set()
        found |= {name for target in targets_of(part) if (name := symbol_of(target)) is not None}
    return found | {name.partition("_")[0] for name in found}


def head_of(text: str) -> str:
    """The symbols of a declaration: q, k of q, k \\in R^d."""
    return re.split(r"\\in(?![a-z])|∈|\\sim|~", text)[0].strip()


__all__ = [
    "ANY",
    "BARE",
    "WHOLE",
    "doubt_of",
    "doubt_of_all",
    "head_of",
    "is_unread",
    "spoken_in",
    "without_generalities",
    "without_heading",
]
