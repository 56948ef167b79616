"""Labels and weights whose sum a page tells anywhere, even behind what rests on it: "..., because $\\sum_k t_k = 1$".

Of a symbol that nothing defines, and that no derivative is taken by, nobody can derive that its entries sum to one: it
is given, and holds from the first line on. So does that it is one-hot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.glossary import labels_in
from engine.derivation.sentences import Item, Sentence
from solvers.formula.tokens import Declaration

_SUM = re.compile(
    r"\s*(?:\\sum|∑)\s*(?:\\(?:no)?limits\s*)?_\s*(?:\{\s*(?P<braced>[a-z])\s*(?:=\s*1\s*)?\}|(?P<one>[a-z]))"
    r"(?:\s*\^\s*(?:\{\s*\w+\s*\}|\w))?\s*(?:\\[,;]\s*)?(?P<of>\\?[A-Za-z]+)\s*_\s*(?:\{\s*(?P<at>[a-z])\s*\}|(?P<index>[a-z]))"
    r"\s*=\s*1\s*[.,;]?\s*"
)
_APART = re.compile(r"[\s,;]*\\q?quad(?![A-Za-z])")
_AIMED = re.compile(
    r"\b(?:if|when|whenever|unless|suppos\w+|subject|constrain\w*|lagrang\w*|s\.\s?t|such that|want|wish|should|must|"
    r"not|without|instead|show|prove|verify|check|case|normali[sz]e)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(?:because|since|as|using|where|with|that|recall|remember)[\s,:]*$", re.IGNORECASE)
_DERIVED = r"(?:\\partial|\bd|\\nabla\s*_\s*\{{?)\s*{name}(?![A-Za-z])"


def with_totals(indexed: Mapping[str, Declaration], items: Iterable[Item]) -> dict[str, Declaration]:
    """The vectors that nothing declares, with those as probabilities that are said to be so, or to sum to one."""
    sentences = [item for item in items if isinstance(item, Sentence)]
    texts = [part.source.text for s in sentences for part in s.parts if isinstance(part, Formula)]
    found = dict(indexed)
    for name in {name for sentence in sentences for name in _told(sentence)}:
        declared = found.get(name.strip("\\"))
        moved = re.compile(_DERIVED.format(name=re.escape(name)))
        vector = declared is not None and len(declared.shape or ()) == 1 and not declared.family
        if declared is not None and vector and not any(map(moved.search, texts)):
            found[declared.name] = replace(declared, domain="simplex")
    return found


def _told(sentence: Sentence) -> Iterator[str]:
    """The names whose entries a sentence says to sum to one, or that it calls one-hot or probability vectors."""
    for place, part in enumerate(sentence.parts):
        if isinstance(part, Formula) and part.display:
            beside = map(_SUM.fullmatch, _APART.split(part.source.text)[1:])  # f = ..., \\qquad \\sum_k a_k = 1
            yield from (m["of"] for m in beside if m and (m["braced"] or m["one"]) == (m["at"] or m["index"]))
        said = _SUM.fullmatch(part.source.text) if isinstance(part, Formula) else None
        if said is None or (said["braced"] or said["one"]) != (said["at"] or said["index"]):
            continue
        words = replace(sentence, parts=sentence.parts[:place]).template
        shown = isinstance(part, Formula) and part.display
        if not _AIMED.search(words) and (not shown or _REASON.search(words)):
            yield said["of"]
    for row in labels_in(sentence):
        if any(p.domain in {"one-hot", "simplex"} for p in row.properties):
            yield sentence.parts[row.place].source.text.strip()


__all__ = ["with_totals"]
