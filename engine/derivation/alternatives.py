"""Solutions joined by "or": x = 0 \\text{ or } x = 2 is x (x - 2) = 0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_SPACE = r"(?:(?:\\q?quad|\\[,; ])\s*)*"
_OR = rf"{_SPACE}(?:\\(?:text|mbox|textrm)\s*\{{\s*or\s*\}}|\\(?:lor|vee)(?![A-Za-z]))\s*{_SPACE}"
_SIDE = r"(?:(?!\\(?:iff|implies|Rightarrow|Leftrightarrow|Longrightarrow|text|mbox|textrm|lor|vee|\\)|[=<>,;&]).)+?"
_BEGIN = r"(?:^|\\(?:iff|implies|(?:Long)?(?:Leftr|R)ightarrow)(?![A-Za-z])|[,;&]|\\\\)\s*"
_EITHER = re.compile(
    rf"(?P<begin>{_BEGIN})(?P<a>{_SIDE})=(?P<b>{_SIDE}){_OR}(?P<c>{_SIDE})=(?P<d>{_SIDE})(?=\s*(?:[.,;]|\\(?!\w*frac)|$|{_OR}))"
)
_MORE = re.compile(rf"(?P<all>\(.*\))\s*=\s*0\s*{_OR}(?P<c>{_SIDE})=(?P<d>{_SIDE})(?=\s*(?:[.,;]|$))")


def with_alternatives(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such equations as one of products."""
    return tuple(_joined(item) if isinstance(item, Sentence) else item for item in items)


def _joined(sentence: Sentence) -> Sentence:
    parts = [
        replace(part, source=part.source.replaced(_EITHER, _product).replaced(_MORE, _longer))
        if isinstance(part, Formula) and _EITHER.search(part.source.text) else part
        for part in sentence.parts
    ]  # fmt: skip
    return replace(sentence, parts=tuple(parts))


def _product(match: re.Match[str]) -> str:
    arrow = "" if "arrow" in match["begin"] or match["begin"].strip() in {"\\iff", "\\implies"} else "\\Rightarrow "
    return f"{match['begin']}{arrow}({match['a']}-({match['b']}))({match['c']}-({match['d']})) = 0"


def _longer(match: re.Match[str]) -> str:
    return f"{match['all']}({match['c']}-({match['d']})) = 0"


__all__ = ["with_alternatives"]
