"""The class of an example in words: "with z = (1, 2, 3), the true class being the second" gives y = (0, 1, 0).

Only where the words before call one symbol one-hot, and the same sentence gives a vector of as many numbers as there
are classes. A number of a class counts from 1, unless the page has anything at the place 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, written_at
from engine.derivation.true_class import CLASS

_ORDER = ("first", "second", "third", "fourth", "fifth", "sixth")
_WHICH = (
    r"(?:(?P<{0}>first|second|third|fourth|fifth|sixth)|"
    r"(?:class\s+|number\s+|no\.\s*)?(?:(?P<{0}n>\d)|⟦(?P<{0}f>\d+)⟧))"
)
_SAID = re.compile(
    rf"\b(?:{CLASS})\s*(?:is|being|=|:)?\s*(?:the\s+)?{_WHICH.format('a')}(?:\s+(?:one|class|entry|component))?(?![\w⟦])|"
    rf"\b(?:the\s+)?{_WHICH.format('b')}(?:\s+(?:class|one|entry|component))?\s+(?:is|being|be)\s+(?:the\s+)?"
    rf"(?:{CLASS}|(?:true|correct|right)(?:\s+one)?)(?!\w)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(rf"\s*(?:where|with)\s+(?:the\s+)?(?:{_SAID.pattern})", re.IGNORECASE)
_ONE_HOT = re.compile(
    r"one-?hot(?:[- ]encoded)?\s+(?:(?:class|true|target)\s+)?(?:labels?|targets?|vectors?|encoding)?\s*⟦(\d+)⟧|"
    r"⟦(\d+)⟧\s*[(—–,-]?\s*(?:(?:is|be|being|a|an|the)\s+)*one-?hot(?![\w -]*⟦)",
    re.IGNORECASE,
)
_SYMBOL = re.compile(
    r"\s*(\\?[A-Za-z]+|\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*\\?[A-Za-z]+\s*\})\s*(?:(?:\\in|∈)(?![a-z]).*)?"
)
_VECTOR = re.compile(
    r"\s*\\?[A-Za-z]+\s*=\s*(?:\\left)?[(\[]([-+\d.,\s]+)(?:\\right)?[)\]]\s*(?:\^\s*\{?(?:\\top|T)\}?)?\s*"
)
_ZEROTH = re.compile(r"_\s*\{?\s*0(?!\d)|=\s*0\s*\}\s*\^")


def with_class_numbers(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, the label of an example that words tell given by its numbers."""
    label = _label(items)
    if label is None:
        return items
    from_zero = any(_ZEROTH.search(part.source.text) for part in _formulas(items))
    return tuple(_told(item, label, from_zero) if isinstance(item, Sentence) else item for item in _joined(items))


def _joined(items: Sequence[Item]) -> list[Item]:
    """The sentences, a clause "where class 2 is the true one" with the sentence that gives the numbers."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if isinstance(item, Sentence) and isinstance(last, Sentence) and _CLAUSE.match(item.template):
            numbers = [part for part in last.parts if isinstance(part, Formula)]
            if numbers and _VECTOR.fullmatch(numbers[-1].source.text) and not last.shown:
                found[-1] = replace(last, parts=(*last.parts, *item.parts))
                continue
        found.append(item)
    return found


def _label(items: Sequence[Item]) -> str | None:
    """The one symbol that words call one-hot."""
    found = set[str]()
    for item in (item for item in items if isinstance(item, Sentence)):
        for said in _ONE_HOT.finditer(item.template):
            symbol = _SYMBOL.fullmatch(item.parts[int(said[1] or said[2])].source.text)
            found |= {symbol[1]} if symbol else set()
    return found.pop() if len(found) == 1 else None


def _told(sentence: Sentence, label: str, from_zero: bool) -> Sentence:
    said = _SAID.search(sentence.template)
    if said is None or any(_gives(part.source, label) for part in _formulas([sentence])):
        return sentence
    lengths = {
        found[1].count(",") + 1 for part in _formulas([sentence]) if (found := _VECTOR.fullmatch(part.source.text))
    }
    place = _place(sentence, said, from_zero)
    vectors = [k for k, part in enumerate(sentence.parts) if _VECTOR.fullmatch(part.source.text)]
    if len(lengths) != 1 or place is None or place >= (length := lengths.pop()) or length == 1:
        return sentence
    at = sentence.parts[vectors[-1]].source.place(0)
    text = f"{label} = ({', '.join(str(int(k == place)) for k in range(length))})"
    added = (Prose(written_at(" and ", at)), Formula(written_at(text, at), False))
    parts = sentence.parts
    return replace(sentence, parts=(*parts[: vectors[-1] + 1], *added, *parts[vectors[-1] + 1 :]))


def _place(sentence: Sentence, said: re.Match[str], from_zero: bool) -> int | None:
    """Which entry is meant, from 0 on."""
    if word := said["a"] or said["b"]:
        return _ORDER.index(word.lower())
    at = said["af"] or said["bf"]
    text = sentence.parts[int(at)].source.text.strip() if at else said["an"] or said["bn"]
    return int(text) - 1 if re.fullmatch("[1-9]", text) and not from_zero else None


def _gives(source: Source, label: str) -> bool:
    return source.text.strip().startswith(f"{label} ") or source.text.strip().startswith(f"{label}=")


def _formulas(items: Sequence[Item]) -> list[Formula]:
    return [part for item in items if isinstance(item, Sentence) for part in item.parts if isinstance(part, Formula)]


__all__ = ["with_class_numbers"]
