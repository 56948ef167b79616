"""Points that a function is introduced with: "f(x, y) = (x + y) log(xy) at x = 2, y = 3" gives x and y these values.
One value alone is a point that the sentence speaks of (see `at_points.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_AT = re.compile(
    r"⟦(?P<of>\d+)⟧\s*,?\s*(?P<at>(?:taken\s+|evaluated\s+|considered\s+)?at)\s+(?:the\s+point\s+)?"
    r"(?P<points>⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*)\s*[.:;]?\s*",
    re.IGNORECASE,
)
_FUNCTION = re.compile(r"\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*(?:\((?P<args>[^()=]+)\))?\s*=(?P<body>[^=]+)")
_SYMBOLS = re.compile(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?")
_VALUE = re.compile(r"\s*(?P<name>\\?[A-Za-z]+(?:_\{?\w+\}?)?)\s*=\s*[-+]?[\d./]+\s*")


_FROM = re.compile(  # f(x_1, x_2) = ... from the point (1, 1)
    r"⟦(?P<of>\d+)⟧[^⟦⟧.;]{0,60}\b(?:from|at|in)\s+(?:the\s+)?(?:(?:starting|initial|start)\s+)?(?:point\s+)?⟦(?P<point>\d+)⟧",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*(?P<stem>\\?[A-Za-z]+)_\{?1\}?\s*,\s*(?P=stem)_\{?2\}?(?:\s*,\s*(?P=stem)_\{?\d\}?)*\s*")
_TUPLE = re.compile(r"\s*\(\s*[-+]?[\d./]+(?:\s*,\s*(?:\\[,;])?\s*[-+]?[\d./]+)+\s*\)\s*")


def with_points(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with the values as declarations, where a sentence ends with the point of a function in it; and
    behind those that say at which point (1, 1) an f(x_1, x_2) is taken, that this is what x is.
    """
    found: list[Item] = []
    for item in items:
        found += [item] if not isinstance(item, Sentence) else [_told(item), *_started(item)]
    return tuple(found)


def _started(sentence: Sentence) -> list[Item]:
    said = _FROM.search(sentence.template)
    if said is None:
        return []
    function, point = (sentence.parts[int(said[key])].source for key in ("of", "point"))
    left = _FUNCTION.match(function.text)
    arguments = _LIST.fullmatch(left["args"] or "") if left is not None else None
    if arguments is None or not _TUPLE.fullmatch(point.text) or point.text.count(",") != arguments[0].count(","):
        return []
    place = point.place(0)
    value = Formula(written_at(f"{arguments['stem']} = {point.text.strip()}", place), False)
    return [Sentence((Prose(written_at("Let ", place)), value), True, sentence.section)]


def _told(sentence: Sentence) -> Sentence:
    said = next((found for found in _AT.finditer(sentence.template) if found.end() == len(sentence.template)), None)
    if said is None:
        return sentence
    function = _FUNCTION.fullmatch(sentence.parts[int(said["of"])].source.text.rstrip(" .,;"))
    places = list(map(int, re.findall(r"\d+", said["points"])))
    values = [_VALUE.fullmatch(sentence.parts[place].source.text.rstrip(" .,;")) for place in places]
    arguments = set() if function is None else set(_SYMBOLS.findall(function["args"] or function["body"]))
    arguments |= set("".join(arguments)) if function is not None and not function["args"] else set()  # b c of bc
    if (
        function is None
        or len(places) < 2
        or not all(value is not None and value["name"] in arguments for value in values)
    ):
        return sentence
    parts = list(sentence.parts)
    before = parts[places[0] - 1]
    assert isinstance(before, Prose)
    start = before.source.place(0)
    parts[places[0] - 1] = Prose(joined([written_at(" with ", start)]))
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_points"]
