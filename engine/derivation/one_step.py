"""Pages on one step of a recurrent cell, backwards: h_t, h_{t-1} and x_t are three vectors, and no members of series.

Where a page speaks of the steps t, t - 1 and t + 1 alone, of no first step and of no sum over them, what stands before
the step is given, and not made by steps before it: the derivative of a loss by h_{t-1} is through this one step. The
state of the next step, c_{t+1}, comes from this one by the rule that the page gives for c_t.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_MINUS = "[-\N{MINUS SIGN}\N{EN DASH}]"
_SYMBOL = (
    r"(?:\\(?:tilde|hat|bar|widetilde|mathbf|boldsymbol|bm|vec|overline)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z])|"
    r"[A-Za-z])"
)
_DERIVATIVES = re.compile(r"\\partial|∂|\\nabla|\\bar|\\overline")
_PARAMETERS = re.compile(  # a derivative by weights, of the state before, or of a state
    r"(?:/\s*(?:\\partial|∂)|\}\s*\{\s*\\partial)\s*(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*)?(?:[A-Zwb]|\\theta)(?![A-Za-z])|"
    r"\\nabla_\s*\{?\s*(?:[A-Zwb]|\\theta)|\\bar\s*\{?\s*[A-Zwb]|"
    r"(?:\\frac\s*\{\s*\\partial|∂|\\partial)\s*(?:\\(?:tilde|hat)\s*)?\{?\\?[a-z]+\}?\s*_\s*"
    r"(?:\{[^{}]*\}|[a-z])\s*(?:\}\s*\{|/)"
)
_ONE_STEP = re.compile(
    r"\b(?:one|this|single|current)\s+(?:time[ -]?\s?)?step|\bone[ -]step|\bcontribution", re.IGNORECASE
)
_LABELS = {"-": "prev", "+": "next"}


def with_one_step(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with h for h_t and h_{prev} for h_{t-1}, where a page speaks of one step alone."""
    found = tuple(items)
    texts = [part.source.text for item in found if isinstance(item, Sentence)
             for part in item.parts if isinstance(part, Formula)]  # fmt: skip
    for letter in "tkn":
        if _is_one_step(letter, texts, found):
            found = tuple(_labelled(item, letter) for item in found)
    return found


def _steps(letter: str) -> re.Pattern[str]:
    return re.compile(rf"_\s*(?:\{{\s*{letter}\s*(?:(?P<sign>{_MINUS}|\+)\s*1\s*)?\}}|{letter}(?![A-Za-z]))")


def _is_one_step(letter: str, texts: Sequence[str], items: Sequence[Item]) -> bool:
    """Whether all that stands with a letter is of one step of a recursion, and derivatives are taken."""
    alone = re.compile(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])")
    steps = _steps(letter)
    if any(alone.search(steps.sub(" ", text)) for text in texts) or not any(map(_DERIVATIVES.search, texts)):
        return False  # it is counted, summed over, or a number
    if any(isinstance(part, Formula) and part.source.text.strip() == letter
           for item in items if isinstance(item, Sentence) for part in item.parts):  # fmt: skip
        return False
    if any(map(_PARAMETERS.search, texts)) and not any(
        isinstance(item, Sentence) and _ONE_STEP.search(item.template) for item in items
    ):
        return False  # the weights are in every step
    symbols = {re.sub(r"[\s{}]", "", m[1]) for text in texts
               for m in re.finditer(rf"({_SYMBOL})\s*{steps.pattern}", text)}  # fmt: skip
    numbered = {re.sub(r"[\s{}]", "", m[1]) for text in texts
                for m in re.finditer(rf"({_SYMBOL})\s*_\s*\{{?\s*(?:\d|[A-Z])\s*\}}?", text)}  # fmt: skip
    alone = re.compile(rf"(?<![A-Za-z\\_{{])({_SYMBOL})(?![A-Za-z]|\s*[_}}])")
    bare = {re.sub(r"[\s{}]", "", m[1]) for text in texts for m in alone.finditer(steps.sub("_", text))}
    before = {re.sub(r"[\s{}]", "", m[1]) for text in texts
              for m in re.finditer(rf"({_SYMBOL})\s*_\s*\{{\s*{letter}\s*{_MINUS}", text)}  # fmt: skip
    states = {state for text in texts if (state := _recurs(letter, text))}
    return not symbols & (numbered | bare) and bool(states) and before <= states


def _recurs(letter: str, text: str) -> str:
    """The state that a formula gives by the one before it, entry by entry: c of c_t = f_t \\odot c_{t-1} + ...."""
    now = re.match(rf"\s*({_SYMBOL})\s*_\s*(?:\{{\s*{letter}\s*\}}|{letter})\s*&?\s*:?=", text)
    if now is None:
        return ""
    before = rf"(?<![A-Za-z\\]){re.escape(now[1])}\s*_\s*\{{\s*{letter}\s*{_MINUS}\s*1\s*\}}"
    entrywise = re.search(r"\\odot|⊙|\\circ(?![a-z])", text)
    found = entrywise is not None and re.search(before, text[now.end() :]) is not None
    return re.sub(r"[\s{}]", "", now[1]) if found else ""


def _labelled(item: Item, letter: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    steps = _steps(letter)

    def label(match: re.Match[str]) -> str:
        sign = "+" if match["sign"] == "+" else "-" if match["sign"] else ""
        return rf"_{{\text{{{_LABELS[sign]}}}}}" if sign else ""

    parts: list[Prose | Formula] = []
    for part in item.parts:
        changed = part.source.replaced(steps, label) if isinstance(part, Formula) else part.source
        if isinstance(part, Formula) and changed is not part.source:
            part = replace(part, source=changed, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


__all__ = ["with_one_step"]
