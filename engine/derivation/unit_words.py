"""Units behind the numbers of a formula, 0.25 \\text{ bits}: numbers, where a page has one unit of each kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_UNIT = re.compile(
    r"(?<=[\d.})\]])(?:\\[,;: !]|~|\s)*\\(?:text|mathrm|textrm|mbox|operatorname)\s*\{\s*(?P<unit>bit|nat|shannon|"
    r"parameter|weight|neuron|FLOP|multiplication|addition|operation|step|epoch|iteration|unit|sample|example|pixel|"
    r"channel|token)s?\.?\s*\}"
    r"(?=(?:\\[,;: !]|\s)*(?:$|[.,;=&<>]|\\(?:approx|q?quad|[lg]eq?|[lg]t)(?![a-z])|\\\\))"
)
_LOGARITHM = re.compile(r"\\(?:log|ln)(?![A-Za-z])(?!\s*_)")


def with_units_apart(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences without the units; those of information stay where more than one is used, or where the base of a
    logarithm is not written.
    """
    formulas = [
        part.source.text for item in items if isinstance(item, Sentence) for part in item.parts
        if isinstance(part, Formula)
    ]  # fmt: skip
    units = {match["unit"] for text in formulas for match in _UNIT.finditer(text)}
    of_information = units & {"bit", "nat", "shannon"}
    natural = any(map(_LOGARITHM.search, formulas))
    if len(of_information) > 1 or (of_information and of_information != {"nat"} and natural) or not units:
        return tuple(items)
    return tuple(_without(item) if isinstance(item, Sentence) else item for item in items)


def _without(sentence: Sentence) -> Sentence:
    parts = (
        replace(part, source=part.source.without(_UNIT), written=part.written or part.source)
        if isinstance(part, Formula) and _UNIT.search(part.source.text) else part for part in sentence.parts
    )  # fmt: skip
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_units_apart"]
