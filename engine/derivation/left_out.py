"""Points that words leave out: "(we leave out $z = 0$)", "ignoring the kink at $x = 0$", "except at $t = 1$".

What is left out is not what is so: it is supposed that z is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_LEFT_OUT = re.compile(
    r"\b(?:leav(?:e|es|ing)\s+(?:out|aside)|exclud(?:e|es|ed|ing)|except|ignor(?:e|es|ing)|omit(?:s|ting)?|"
    r"disregard(?:ing)?|(?:away|apart|aside)\s+from|skip(?:ping)?|save|neglect(?:ing)?)"
    r"(?:\s+(?:the|a|single|one|for|at|in|where|when|if|of|case|point|value|place|kink|corner|origin|jump|singularity|"
    r"discontinuity|subgradient|exception|boundary|that))*\s*⟦(?P<at>\d+)⟧",
    re.IGNORECASE,
)
_POINT = re.compile(  # of a number that is no index: all terms but j = i, and but k = 1, are something else
    r"\s*(?P<left>(?![i-nt]\s*=)\\?[A-Za-z]\w*(?:_\{?\w+\}?)?)\s*=\s*(?P<right>-?\s*\d[\d.]*)\s*"
)


def with_points_left_out(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences without such equations, each behind one that supposes that it is not so."""
    return tuple(told for item in items for told in (_apart(item) if isinstance(item, Sentence) else (item,)))


def _apart(sentence: Sentence) -> Iterable[Sentence]:
    parts = list(sentence.parts)
    for said in _LEFT_OUT.finditer(sentence.template):
        part = parts[int(said["at"])]
        point = _POINT.fullmatch(part.source.text) if isinstance(part, Formula) and not part.display else None
        if point is None:
            continue
        place = part.source.place(0)
        unequal = written_at(rf"{point['left']} \ne {point['right']}", place)
        yield Sentence(
            (Prose(written_at("Assume ", place)), Formula(unequal, False), Prose(written_at(".", place))),
            True, sentence.section,
        )  # fmt: skip
        parts[int(said["at"])] = Prose(written_at(" it ", place))
    yield replace(sentence, parts=tuple(parts))


__all__ = ["with_points_left_out"]
