"""Whom words about random numbers are about: the symbols beside which they stand in a sentence."""

from __future__ import annotations

import re

from solvers.formula.context import Context
from solvers.formula.nodes import names
from solvers.formula.random_words import Facts, facts_at

PLACE = re.compile(r"⟦(\d+)⟧")
_JOINT = re.compile(  # q_1, ..., q_d of the query and k_1, ..., k_d; the inputs x_i and the weights w_i
    r"\s*(?:of\s+(?:the|an?|each)\s+[a-z-]+(?:\s+(?!and\b|or\b)[a-z-]+)?\s*(?=,|;|&|and\b|as\b))?"
    r"(?:(?:,|;|&|\band\b|\bor\b|\bboth\b|\bas well as\b|\btheir\b|\bthe\b|"
    r"\b(?:weights?|inputs?|outputs?|noise|errors?|biases|bias|keys?|quer(?:y|ies)|components|entries|coordinates)\b)\s*)*"
)
_NOUNS = re.compile(
    r"(?:\s|,|\b(?:random|real|scalar|variables?|numbers?|vectors?|samples?|noise|inputs?|weights?|entries|draws?|copies|the|"
    r"each|all|gradients?|errors?|masks?|units?|activations?|observations?|components?|coordinates?|of|and|with|zero|mean|"
    r"unit|variance|gaussian|initial|training|labels?|targets?|features?|values?|quantities|quantity|a|an|for|let)\b)*",
    re.IGNORECASE,
)
_LEADS = re.compile(r"[\W_]*(?:let|assume|suppose|with|given|for|assuming|under|consider)\b", re.IGNORECASE)
_COUNTED = re.compile(  # n independent samples
    r"\s*(?:i\.i\.d\.?|independent|random|uncorrelated|identical\w*|samples?|draws?|points|examples|units|inputs|weights|"
    r"terms|models|times|copies|observations|batches|numbers|ones|trials|variables)(?![A-Za-z])"
)


def groups_in(template: str, texts: dict[int, str]) -> list[list[int]]:
    """The symbols that words may be about, those side by side together; no arguments of the words."""
    taken = {int(k) for _, _, facts in facts_at(template) for text in arguments(facts) for k in PLACE.findall(text)}
    found: list[list[int]] = []
    for match in PLACE.finditer(template):
        place = int(match[1])
        if place in taken or place not in texts or not _is_target(texts[place]):
            continue
        if re.fullmatch(r"\\?[A-Za-z]+", texts[place]) and _COUNTED.match(template, match.end()):
            continue
        before = f"⟦{found[-1][-1]}⟧" if found else ""
        between = template[template.index(before) + len(before) : match.start()] if before else "x"
        if found and _JOINT.fullmatch(between):
            found[-1].append(place)
        elif not found or not re.search(r"\b(?:of|for|from|in|at|over|into)(?:\s+(?:the|all|each))*\s*$", between):
            found.append([place])
    return found


def arguments(facts: Facts) -> tuple[str, ...]:
    return facts.mean, facts.variance, facts.deviation, facts.interval, facts.law, *facts.apart


def _is_target(text: str) -> bool:
    """Whether a formula names symbols, or says where they lie: w_i; x_1, ..., x_n; q, k \\in R^d."""
    head = re.split(r"\\in(?![a-z])|∈|\\sim|~", text)[0]
    return re.search(
        r"[=<>+/]|\\(?:frac|sum|le|ge|mathbb\s*\{?E|operatorname|approx|to)(?![a-z])", head
    ) is None and bool(re.match(r"[^\w]*[A-Za-z]", head))  # no count, 2d


def meant(template: str, start: int, end: int, groups: list[list[int]]) -> int | None:
    """The group of symbols that words are about: the one right behind them, else the last before, else the next."""
    places = [(template.index(f"⟦{group[0]}⟧"), number) for number, group in enumerate(groups)]
    after = next(((at, number) for at, number in places if at >= end), None)
    ended = re.search(r"[,;]\s*(?:and\s*)?$|⟦\d+⟧\s*$", template[:end]) or re.match(r"\s*(?:,|;|and\b)", template[end:])
    if after is not None and not ended and _NOUNS.fullmatch(template[end : after[0]]):
        behind = template[:start].rstrip()
        if not re.search(r"(?:⟦\d+⟧|\b(?:is|are|has|have|both|all|be|being|is a|are all|mutually))$", behind):
            return after[1]
    before = [number for at, number in places if at < start]
    if before:
        return before[-1]
    return after[1] if after is not None and _LEADS.match(template) else None


def sizes_in(context: Context) -> set[str]:
    """The names that count: sizes of what is declared, and natural numbers. None of them is drawn."""
    declared = context.scope.names.values()
    natural = {d.name for d in declared if d.domain == "natural"}
    return natural | {name for d in declared for size in d.shape or () for name in names(size)}
