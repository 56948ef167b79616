"""What statements show of names with steps: L = \\sum_t L_t has a total beside its steps; h_t = f(a_t), a_t = W h_{t-1}
are one recursion, in whatever order they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from solvers.formula.declare import MEMBERSHIP
from solvers.formula.known import Context
from solvers.formula.lazily import lazily
from solvers.formula.nodes import Name, Num
from solvers.formula.targets import target_of
from solvers.formula.tokens import Declaration

_FONT = r"(?:\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|hat|tilde|bar|vec)\s*\{?\s*)?"
_SYMBOL = rf"{_FONT}(?<![A-Za-z\\])\\?[A-Za-z]+(?![A-Za-z])\s*\}}?"
_SPACE = r"(?:\s|~|\\[,;:! ]|\\q?quad(?![A-Za-z]))*"
_AFTER = r"(?:(?<![A-Za-z\\])|(?<=[\^_][A-Za-z]))"  # ^TL_t speaks of L_t
_TOTAL = lazily(rf"{_SPACE}(?P<name>{_SYMBOL})\s*(?::?=)(?!=)(?P<right>.*)", re.DOTALL)
_NUMBER = lazily(rf"{_SPACE}(?P<name>{_SYMBOL})\s*(?:\\in|∈|in)\s*(?:\\mathbb\s*\{{?\s*R\s*\}}?|\\R|ℝ)\s*")
_STEP = lazily(
    rf"{_SPACE}(?P<name>{_SYMBOL})\s*_\s*(?:\{{\s*(?P<a>[a-z])\s*\}}|(?P<b>[a-z]))\s*:?=(?!=)(?P<right>.*)", re.DOTALL
)

_MEMBER = lazily(
    rf"{_SPACE}(?P<name>{_SYMBOL})\s*_\s*(?:(?P<place>\d)(?!\d)|\{{\s*(?P<in>\d+)\s*\}})\s*:?=(?!=)(?=.*[A-Za-z])",
    re.DOTALL,
)  # h_1 = tanh(a_1), and no number


def totals(texts: Sequence[str]) -> tuple[Declaration, ...]:
    """The steps, as families, of totals made of them: of L = \\sum_t L_t where L_t = ... says what they are."""
    steps = {name: m["a"] or m["b"] for m in map(_STEP.match, texts) if m for name in _names(m["name"])}
    found: dict[str, str] = {}
    for match in filter(None, map(_TOTAL.match, texts)):
        for name in _names(match["name"]):
            spelled = rf"{_AFTER}{re.escape(match['name'].strip())}\s*_\s*(?:[a-z](?![A-Za-z])|\{{\s*[a-z]\s*\}})"
            if name in steps and re.search(spelled, match["right"]):
                found[name] = steps[name]
    return tuple(_family(f"{name}_", letter) for name, letter in found.items())


def _family(name: str, letter: str) -> Declaration:
    return Declaration(name, None, ((letter, Num("0"), Num("5")),), "defined")


def recursions(texts: Sequence[str]) -> tuple[Declaration, ...]:
    """The families of definitions that lead to an earlier or later step of each other: h and a of h_t = f(a_t)."""
    heads = [(m["name"].strip(), m["a"] or m["b"], m["right"]) for m in map(_STEP.match, texts) if m]
    letters: dict[str, set[str]] = {}
    for letter in {letter for _, letter, _ in heads}:
        alike = [(name, right) for name, other, right in heads if other == letter]
        stems = dict.fromkeys(name for name, _ in alike)
        crossed = any(_stepped(other, letter, right) for name, right in alike for other in stems if other != name)
        if len(stems) > 1 and crossed:
            for stem in stems:
                letters.setdefault(stem, set()).add(letter)
    single = ((name, min(found)) for name, found in letters.items() if len(found) == 1)
    return tuple(_family(name, letter) for stem, letter in single for name in _names(stem))


def numbered(texts: Sequence[str]) -> tuple[Declaration, ...]:
    """The families of which each member has an equation of its own, h_1 = ..., h_2 = ..., and that are spoken of with
    a letter, h_k, which no equation gives."""
    heads: dict[str, set[str]] = {}
    for match in filter(None, map(_MEMBER.match, texts)):
        heads.setdefault(match["name"].strip(), set()).add(match["place"] or match["in"])
    whole = {m["name"].strip() for m in map(_TOTAL.match, texts) if m} | {
        m["name"].strip() for m in map(_STEP.match, texts) if m
    }
    found: dict[str, str] = {}
    for stem in (stem for stem, places in heads.items() if len(places) > 1 and stem not in whole):
        spelled = rf"(?<![A-Za-z\\]){re.escape(stem)}\s*_\s*(?:([a-z])(?![A-Za-z])|\{{\s*([a-z])\s*\}})"
        letters = {a or b for text in texts for a, b in re.findall(spelled, text)}
        declared = rf"(?<![A-Za-z\\]){re.escape(stem)}\s*(?:\\in(?![A-Za-z])|∈|,[^=]*(?:\\in(?![A-Za-z])|∈))"
        if len(letters) == 1 and not any(re.search(declared, text) for text in texts):
            found[stem] = letters.pop()
    return tuple(_family(name, letter) for stem, letter in found.items() for name in _names(stem))


def _stepped(name: str, letter: str, text: str) -> bool:
    """Whether a text speaks of h_{t-1} or h_{t+1}."""
    return re.search(rf"{_AFTER}{re.escape(name)}\s*_\s*\{{\s*{letter}\s*[-+]\s*\d", text) is not None


def _names(spelled: str) -> Iterator[str]:
    node = target_of(spelled)
    if isinstance(node, Name):
        yield node.text


def beside_numbers(context: Context, lines: Sequence[str]) -> Context:
    """The context where an s_j = ... has nothing to do with a number s that is declared too."""
    steps = {name: m["a"] or m["b"] for m in map(_STEP.match, lines) if m for name in _names(m["name"])}
    numbers = {name for m in map(_NUMBER.fullmatch, lines) if m for name in _names(m["name"])} & steps.keys()
    families = (_family(f"{name}_", steps[name]) for name in sorted(numbers))
    return replace(context, scope=replace(context.scope, steps=context.scope.steps | numbers)).declared(*families)


def with_steps(context: Context, lines: Sequence[str]) -> Context:
    """The context with totals that have steps of their name, and with recursions through several names."""
    found = totals(lines)
    if found:
        names = {declared.name.removesuffix("_") for declared in found}
        context = replace(context, scope=replace(context.scope, steps=context.scope.steps | names)).declared(*found)
    sets = {name for text in lines if MEMBERSHIP.search(text) for name in re.findall(r"[A-Za-z]+", text)}
    families = [d for d in recursions(lines) if d.name not in context.scope.names and d.name not in sets]
    return context.declared(*families) if families else context


__all__ = ["beside_numbers", "numbered", "recursions", "totals", "with_steps"]
