"""Pages of rules, one behind the other: "all matrices are n x n", and then f = tr(AXB), f = log det X, f = ... anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SQUARE = re.compile(r"\s*(?P<size>[a-z])\s*(?:\\times(?![A-Za-z])|×)\s*(?P=size)\s*")
_ALL = re.compile(
    r"\b(?:all|every|any|the|our)\s+(?:the\s+)?(?:matri(?:x|ces)|capitals?|capital\s+letters?)\b"
    r"(?:\s+(?:here|below|that occur|involved|on this page))?\s+(?:are|is|be|denotes?|means?|stands? for)\b[^⟦.;]*"
    r"⟦(\d+)⟧",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"(?<![A-Za-z\\^_])(?<!\\mathbb\{)(?<!\\mathbb )(?<!\\mathrm\{)(?<!\\mathsf\{)(?<!\^\{)[A-HJ-SU-Z](?![A-Za-z])|"
    r"(?<=(?<![A-Za-z\\])d)[A-HJ-SU-Z](?![A-Za-z])"
)
_DERIVED = (
    r"(?<![A-Za-z\\])(?:d|\\mathrm\{{d\}})\s*{name}(?![A-Za-z])|\\nabla[^=]*{name}(?![A-Za-z])|"
    r"(?:\\[dt]?frac\s*\{{\s*)?\\partial\s*{name}(?![A-Za-z])|{name}'"
)
_GIVEN = re.compile(r"\s*(?P<name>[a-zA-Z])\s*=(?P<right>[^=]+)")


def with_square_matrices(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences, with a declaration behind one that says of which size all matrices are."""
    items = tuple(items)
    texts = list(_texts(items))
    found: list[Item] = []
    for item in items:
        found.append(item)
        said = _ALL.search(item.template) if isinstance(item, Sentence) else None
        part = item.parts[int(said[1])] if said is not None and isinstance(item, Sentence) else None
        size = _SQUARE.fullmatch(part.source.text) if isinstance(part, Formula) else None
        if size is None or not isinstance(item, Sentence) or part is None:
            continue
        told = {name for text in texts if re.search(r"\\in(?![a-z])|∈", text) for name in _LETTER.findall(text)}
        made = {match["name"] for text in texts if (match := _GIVEN.match(text)) is not None}
        letters = sorted(
            {name for text in texts for name in _LETTER.findall(text)} - told - made - {"L", "E", "J", "C"}
        )
        for letter in letters:
            text = rf"{letter} \in \mathbb{{R}}^{{{size['size']} \times {size['size']}}}"
            place = part.source.place(0)
            parts = (Prose(written_at("Let ", place)), Formula(written_at(text, place), False))
            found.append(Sentence(parts, True, item.section))
    return tuple(found)


def with_functions_anew(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences that are nothing but f = ... as declarations, where a page has several, each followed by what is
    derived of that f before the next one: no such line claims anything of the f before it.
    """
    items = list(items)
    places: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        if isinstance(item, Sentence) and (name := _alone(item)):
            places.setdefault(name, []).append(place)
    for name, found in places.items():
        derived = re.compile(_DERIVED.format(name=name))
        ends = [*found[1:], len(items)]
        if len(found) < 2 or not all(_any(items[a + 1 : b], derived) for a, b in zip(found, ends, strict=True)):
            continue
        if any(_concluded(items[place - 1]) for place in found[1:]) or all(_in_case(items[k - 1]) for k in found if k):
            continue
        for place in found:
            item = items[place]
            if isinstance(item, Sentence):
                items[place] = _declaring(item)
    return tuple(items)


_CONCLUDES = re.compile(
    r"\b(?:becomes?|gives?|yields?|get|obtain|equals?|expand\w*|simplif\w*|rewrit\w*|thus|hence|so|therefore)\b[^⟦]*",
    re.IGNORECASE,
)


def _concluded(item: Item) -> bool:
    """Whether words alone draw what stands behind them from what stands before: "the loss becomes"."""
    return isinstance(item, Sentence) and "⟦" not in item.template and _CONCLUDES.search(item.template) is not None


def _in_case(item: Item) -> bool:
    """Whether a sentence is the head of a case: "If y = 1:"."""
    return isinstance(item, Sentence) and re.match(r"[\W_]*(?:if|when|case)\b[^⟦]*⟦", item.template, re.I) is not None


def with_named_functions_anew(items: Iterable[Item]) -> tuple[Item, ...]:
    """The same for functions behind labels: "**Swish.** f(x) = x \\sigma(x), f'(x) = ..."; what is given for some x
    alone, "f(x) = x for x > 0", stays as it is.
    """
    items = list(items)
    places: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        said = _GIVEN_AT.fullmatch(item.parts[1].source.text) if isinstance(item, Sentence) and _first(item) else None
        if said is not None and not re.search(rf"(?<![A-Za-z\\]){said['name']}(?![A-Za-z])", said["right"]):
            places.setdefault(said["name"], []).append(place)
    told = set[int]()
    for name, found in places.items():
        ends = [*found[1:], len(items)]
        if len(found) > 1 and all(_any(items[a:b], re.compile(rf"{name}'")) for a, b in zip(found, ends, strict=True)):
            told |= {*found}
    return tuple(other for place, item in enumerate(items) for other in (_apart(item) if place in told else [item]))


def _first(sentence: Sentence) -> bool:
    """Whether a formula within the line stands first, behind no word."""
    if len(sentence.parts) < 2 or not isinstance(sentence.parts[0], Prose):
        return False
    part = sentence.parts[1]
    return isinstance(part, Formula) and not part.display and not re.search(r"\w", sentence.parts[0].source.text)


def _apart(item: Item) -> list[Item]:
    """A sentence that says first what a function is as two, of which the first declares."""
    if not isinstance(item, Sentence) or re.match(r"[^⟦]*⟦1⟧,?\s*\(?(?:for|if|when|where)\b", item.template):
        return [item]
    lead = Prose(written_at("Let ", item.parts[1].source.place(0)))
    rest = item.parts[2:]
    told = Sentence((lead, item.parts[1]), True, item.section)
    return [told, replace(item, parts=rest)] if any(isinstance(part, Formula) for part in rest) else [told]


_GIVEN_AT = re.compile(r"\s*(?P<name>[a-zA-Z])\s*\(\s*[a-z]\s*\)\s*=(?P<right>[^=]+)")


def _any(items: Sequence[Item], pattern: re.Pattern[str]) -> bool:
    return any(map(pattern.match, (text.lstrip(" &(") for text in _texts(items))))


def _alone(sentence: Sentence) -> str:
    """The f of a sentence that is f = ... and no more; "" of any other."""
    formulas = [part for part in sentence.parts if isinstance(part, Formula)]
    words = re.sub(r"⟦\d+⟧", "", sentence.template)
    given = _GIVEN.fullmatch(formulas[0].source.text) if len(formulas) == 1 and not re.search(r"\w", words) else None
    return "" if given is None or given["name"] in given["right"].split("(")[0] else given["name"]


def _declaring(sentence: Sentence) -> Sentence:
    formula = next(part for part in sentence.parts if isinstance(part, Formula))
    lead = Prose(written_at("Let ", formula.source.place(0)))
    return replace(sentence, parts=(lead, replace(formula, display=False)), declares=True)


def _texts(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


__all__ = ["with_functions_anew", "with_named_functions_anew", "with_square_matrices"]
