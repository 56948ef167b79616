"""What a sentence wants and at once concludes from: "We want Var(y) = s^2, so", "To have v = 5 we need", and a display.

The equation within the sentence is set, and the display is claimed to follow. Only where an equation before ties what
is wanted to what is found: elsewhere the display may be one more thing that is wanted. Where a page wants several
things in turn, one is let go of again, and nothing says where: such pages stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.shown_behind import with_each
from engine.derivation.source import Source, written_at

SET = "With the condition"
_SO = r"(?:so|hence|thus|therefore)"
_WANTED = re.compile(
    rf"^\W*(?:(?:now|then|and|finally)\W+)?(?:we|i|one)\s+(?:now\s+)?(?:want|need|require|demand)\s+(?:that\s+|to\s+have\s+)?"
    rf"⟦(?P<at>\d+)⟧(?:\s+to\s+hold)?\s*,?\s*(?:and\s+)?{_SO}\W*⟦(?P<shown>\d+)⟧|"
    r"^\W*(?:(?:now|then|and|finally)\W+)?to\s+(?:have|get|achieve|ensure)\s+(?:that\s+)?⟦(?P<to>\d+)⟧\s*,?\s*"
    r"(?:we|one)\s+(?:need|must\s+have|require)s?\W*⟦(?P<needed>\d+)⟧",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"\\?[A-Za-z]+(?:\s*_\s*(?:\{\s*\\?\w+\s*\}|\\?\w))?")
_NO_SYMBOLS = re.compile(
    r"\\(?:operatorname|mathrm|mathbb|text)\*?\s*\{[^{}]*\}|\\(?:left|right|[dt]?frac|sqrt|sum|prod|int|log|ln|exp|cdot|"
    r"times|bigl|bigr|quad|top|begin\s*\{\w+\*?\}|end\s*\{\w+\*?\})(?![A-Za-z])"
)


def with_wanted_equations(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such equations as conditions of their own."""
    found = tuple(items)
    changed = with_each(found, partial(_apart, said=tuple(_equations(found))))
    return changed if sum(_is_set(item) for item in changed) - sum(map(_is_set, found)) == 1 else found


def _is_set(item: Item) -> bool:
    return isinstance(item, Sentence) and item.template.startswith(SET)


def _apart(sentence: Sentence, said: tuple[Source, ...]) -> tuple[Sentence, ...]:
    match = None if sentence.declares else _WANTED.match(sentence.template)
    if match is None:
        return (sentence,)
    at, shown = (int(match[one] or match[other]) for one, other in (("at", "to"), ("shown", "needed")))
    wanted, found = sentence.parts[at], sentence.parts[shown]
    if not isinstance(wanted, Formula) or not isinstance(found, Formula) or wanted.display or not found.display:
        return (sentence,)
    if not _is_equation(wanted.source) or not _is_equation(found.source) or not _tied(wanted, found, said):
        return (sentence,)
    place, section = wanted.source.place(0), sentence.section
    words, end = Prose(written_at(f"{SET} ", place)), Prose(written_at(".", place))
    condition = Sentence((words, Formula(wanted.source, True), end), False, section)
    return condition, Sentence((Prose(written_at("so ", place)), *sentence.parts[shown:]), False, section)


def _tied(wanted: Formula, found: Formula, said: Iterable[Source]) -> bool:
    """Whether an equation before speaks of what is wanted and of what is found."""
    start = wanted.source.place(0)
    about = _symbols(wanted.source)
    unknown = _symbols(statements_of(found.source)[0].sides[0])
    before = [_symbols(source) for source in said if source.place(0) < start]
    return any(unknown <= symbols and about & symbols for symbols in before) or unknown <= about


def _is_equation(source: Source) -> bool:
    one = statements_of(source)
    return len(one) == 1 and one[0].relations == ("=",) and not one[0].continues


def _symbols(source: Source) -> frozenset[str]:
    text = _NO_SYMBOLS.sub(" ", source.text)
    return frozenset(re.sub(r"[\s{}]", "", symbol) for symbol in _SYMBOL.findall(text))


def _equations(items: Iterable[Item]) -> Iterator[Source]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula) and "=" in part.source.text:
                yield part.source


__all__ = ["with_wanted_equations"]
