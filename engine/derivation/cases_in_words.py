"""Values by cases within a sentence: "$s' = 1$ if $u \\ge 0$ and $s' = -1$ otherwise", as one formula with cases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.shown_behind import with_each
from engine.derivation.source import Source, joined, written_at

_CASES = re.compile(
    r"⟦(?P<first>\d+)⟧\s*,?\s*(?:if|when|whenever)\s*⟦(?P<when>\d+)⟧\s*[,;]?\s*(?:and|or|but)?\s*"
    r"⟦(?P<other>\d+)⟧\s*,?\s*(?:otherwise|else)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"^\s*,?\s*(?:otherwise|else)\b", re.IGNORECASE)


def with_cases_in_words(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences so; where the two formulas do not give one symbol its values, they stay as they are."""
    return with_each(tuple(items), lambda sentence: (_joined(sentence),))


def _joined(sentence: Sentence) -> Sentence:
    said = _CASES.search(sentence.template)
    if said is None:
        return sentence
    first, when, other = (int(said[key]) for key in ("first", "when", "other"))
    parts = [sentence.parts[place] for place in (first, when, other)]
    formulas = [part.source for part in parts if isinstance(part, Formula) and not part.display]
    whole = _by_cases(*formulas) if len(formulas) == 3 and (first, when) == (other - 4, other - 2) else None
    behind = sentence.parts[other + 1] if other + 1 < len(sentence.parts) else None
    if whole is None or not isinstance(behind, Prose):
        return sentence
    rest: tuple[Prose | Formula, ...] = (Prose(behind.source.without(_OTHERWISE)), *sentence.parts[other + 2 :])
    return replace(sentence, parts=(*sentence.parts[:first], Formula(whole, False), *rest))


def _by_cases(first: Source, when: Source, other: Source) -> Source | None:
    """x = a, c and x = b (or b alone) as x = a if c and b otherwise; None where they are something else."""
    one, two = statements_of(first), statements_of(other)
    if len(one) != 1 or len(two) != 1 or one[0].relations != ("=",) or two[0].relations not in {(), ("=",)}:
        return None
    head, value = one[0].sides
    if two[0].relations and two[0].sides[0].text.strip() != head.text.strip():
        return None
    at = first.place(0)
    signs = (" = \\begin{cases} ", " & \\text{if } ", " \\\\ ", " & \\text{otherwise} \\end{cases}")
    written = [written_at(sign, at) for sign in signs]
    return joined((head, written[0], value, written[1], when, written[2], two[0].sides[-1], written[3]))
