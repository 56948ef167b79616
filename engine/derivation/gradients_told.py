"""Derivatives and losses in words: "let d be the gradient of L with respect to h", "L_t is a function of h_t alone"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_SYMBOL = (
    r"(?:\\(?:mathbf|boldsymbol|bm|mathcal|bar|hat|tilde)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)|\\?[A-Za-z]+)"
    r"(?:\s*[_^]\s*(?:\{[^{}]+\}|[\w*]))*"
)
_GRADIENT = re.compile(
    r"\b(?:let|where|with|and|denote(?:\s+by)?|write|call)\s+⟦(?P<name>\d+)⟧\s*,?\s*(?:be|is|being|denotes?|for|means)?\s*,?\s*"
    r"the\s+(?:\(?(?:total|full|whole|loss|upstream|back-?propagated|column|row)\)?\s+)*(?:gradient|derivative|sensitivity)\s+"
    r"of\s+(?:the\s+)?(?:(?:total|whole|overall)\s+)?(?:(?:loss|cost|error|objective)\s*)?(?:⟦(?P<loss>\d+)⟧)?\s*,?\s*"
    r"(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|by)\s+(?:the\s+)?(?:\w+\s+){0,2}?⟦(?P<by>\d+)⟧",
    re.IGNORECASE,
)
_FUNCTION = re.compile(
    r"⟦(?P<loss>\d+)⟧\s+(?:is\s+(?:an?|any|some)\s+(?:\w+,?\s+){0,3}?function\s+of\s+⟦(?P<of>\d+)⟧(?:\s+(?:alone|only))?|"
    r"depends\s+(?:only\s+on\s+⟦(?P<of2>\d+)⟧|on\s+⟦(?P<of3>\d+)⟧\s+(?:only|alone)))(?=\s*(?:[.,;:)]|and\b|$))",
    re.IGNORECASE,
)
_LOSS = re.compile(r"\b(?:loss|cost|objective|error)\s+(?:function\s+)?⟦(?P<of>\d+)⟧", re.IGNORECASE)
_MEMBER = re.compile(r"\s*(?:\\in(?![a-z])|∈).*", re.DOTALL)
_COUNTED = re.compile(r"(?P<base>.+?)\s*_\s*\{?\s*(?P<n>[a-z])\s*\}?")
_FRESH = (r"\ell", r"\varphi", r"\psi", "F")


def with_gradients_told(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such words as formulas: d = dL/dh, L_t = \\ell(h_t)."""
    found: list[Item] = []
    read = tuple(items)
    whole = " ".join(p.source.text for i in read if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula))
    for item in read:
        if not isinstance(item, Sentence):
            found.append(item)
            continue
        told = _GRADIENT.finditer(item.template)
        found += [let for said in told if (let := _derivative(item, said, _loss_of(read))) is not None]
        found.append(_with_functions(item, whole))
    return tuple(found)


def _loss_of(items: Iterable[Item]) -> str:
    """The one symbol that a page calls its loss: "the loss L", "a loss L = \\sum_t L_t"; "" if there is none."""
    found = set()
    for item in items:
        for said in _LOSS.finditer(item.template) if isinstance(item, Sentence) else ():
            assert isinstance(item, Sentence)
            found.add(re.split(r":?=|\(", item.parts[int(said["of"])].source.text)[0].strip())
    return found.pop() if len(found) == 1 else ""


def _derivative(sentence: Sentence, said: re.Match[str], usual: str) -> Sentence | None:
    """Let d = dL/dh, for a sentence that says so; `usual` is the loss where it names none."""
    name, by = (sentence.parts[int(said[key])].source for key in ("name", "by"))
    name, loss = name.without(_MEMBER), sentence.parts[int(said["loss"])].source.text if said["loss"] else usual
    if not all(re.fullmatch(rf"\s*{_SYMBOL}\s*", text) for text in (name.text, loss, by.text)):
        return None
    at = name.place(0)
    fraction = written_at(rf" = \frac{{\partial {loss.strip()}}}{{\partial {by.text.strip()}}}", name.end)
    return Sentence((Prose(written_at("Let ", at)), Formula(joined([name, fraction]), False)), True, sentence.section)


def _with_functions(sentence: Sentence, whole: str) -> Sentence:
    """The sentence with L_t = \\ell(h_t) for an L_t of which it says only that it is a function of h_t."""
    parts = list(sentence.parts)
    for said in _FUNCTION.finditer(sentence.template):
        place, of = int(said["loss"]), int(said["of"] or said["of2"] or said["of3"])
        left, inside = parts[place].source, parts[of].source
        one, other = _COUNTED.fullmatch(left.text.strip()), _COUNTED.fullmatch(inside.text.strip())
        letter = next((f for f in _FRESH if not re.search(rf"{re.escape(f)}(?![A-Za-z])", whole)), None)
        given = re.search(rf"{re.escape(left.text.strip())}\s*(?:\(|:?=|&\s*=)", whole)
        alike = one is not None and other is not None and one["n"] == other["n"] and one["base"] != other["base"]
        if not alike or letter is None or given is not None or not re.fullmatch(_SYMBOL, inside.text.strip()):
            continue
        value = written_at(f" = {letter}({inside.text.strip()})", left.end)
        parts[place] = Formula(joined([left.stripped(), value]), False, written=left)
        parts[of] = Prose(inside)
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_gradients_told"]
