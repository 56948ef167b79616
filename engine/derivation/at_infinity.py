"""What a sequence tends to, v_\\infty = ... behind v_t = ...: the limit of the last that the page found v_t to be.

Elsewhere v_\\infty is a symbol of its own, and no member of the sequence: it has no place that could be put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"(?<![A-Za-z\\{|])(?P<name>\\(?!ell|infty|\|)[A-Za-z]+|[A-KM-Za-z])"
_ENDLESS = re.compile(rf"{_NAME}\s*_\s*(?:\{{\s*\\infty\s*\}}|\\infty(?![A-Za-z]))")
_LEFT = re.compile(rf"\s*&?\s*{_ENDLESS.pattern}\s*&?\s*")
_MEMBER = re.compile(r"\s*&?\s*(?P<name>\\[A-Za-z]+|[A-Za-z])\s*_\s*\{?\s*(?P<letter>[a-z])\s*\}?\s*&?\s*")


def with_limits_of_sequences(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such limits written out where an equation says what they are, and as symbols elsewhere."""
    text = " ".join(part.source.text for part in _formulas(items))
    names = {said["name"] for said in _ENDLESS.finditer(text)}
    names = {
        name for name in names if re.search(rf"(?<![A-Za-z\\]){re.escape(name)}\s*_\s*\{{?[a-z0](?![A-Za-z])", text)
    }
    if not names:
        return items
    found: list[Item] = []
    closed: dict[str, tuple[str, str]] = {}
    for item in items:
        if not isinstance(item, Sentence):
            found.append(item)
            continue
        changed, lets = item, []
        for place, part in enumerate(item.parts):
            if isinstance(part, Formula):
                said = statements_of(part.source)
                lets += [s for s in said if part.display and _says(s, closed)]
                changed = _with(changed, place, _written(part, closed if part.display else {}, names))
                closed.update(closed_forms(said))
        found += [changed, *(_let(statement, item.section) for statement in lets)]
    return tuple(found)


def _says(statement: Statement, closed: dict[str, tuple[str, str]]) -> bool:
    left = _LEFT.fullmatch(statement.sides[0].text)
    return left is not None and statement.relations[:1] == ("=",) and left["name"] in closed


def closed_forms(said: Sequence[Statement]) -> Iterator[tuple[str, tuple[str, str]]]:
    """v, with t and the last of v_t = ... = ... in which no v stands."""
    for statement in said:
        left = _MEMBER.fullmatch(statement.sides[0].text)
        if left is None or {*statement.relations} != {"="}:
            continue
        last = statement.sides[-1].text.strip(" .,;&\n")
        own = re.search(rf"(?<![A-Za-z\\]){re.escape(left['name'])}(?![A-Za-z])", last)
        if own is None and re.search(rf"(?<![A-Za-z\\]){left['letter']}(?![A-Za-z])", last):
            yield left["name"], (left["letter"], last)


def _written(part: Formula, closed: dict[str, tuple[str, str]], names: set[str]) -> Formula:
    def changed(said: re.Match[str]) -> str:
        if said["name"] not in names:
            return said[0]
        begins = re.match(r"\s*&?\s*=", part.source.text[said.end() :]) and said["name"] in closed
        if not begins:
            return _symbol(said["name"])
        letter, last = closed[said["name"]]
        return rf"\lim_{{{letter} \to \infty}} \left({last}\right)"

    source = part.source.replaced(_ENDLESS, changed)
    return (
        part if source.text == part.source.text else replace(part, source=source, written=part.written or part.source)
    )


def _symbol(name: str) -> str:
    return rf"{name}_{{\text{{lim}}}}"


def _with(sentence: Sentence, place: int, part: Formula) -> Sentence:
    return replace(sentence, parts=(*sentence.parts[:place], part, *sentence.parts[place + 1 :]))


def _let(statement: Statement, section: int) -> Sentence:
    place = statement.sides[0].place(0)
    name = _ENDLESS.search(statement.sides[0].text)
    assert name is not None
    text = f"{_symbol(name['name'])} = {statement.sides[1].text.strip(' .,;&')}"
    return Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True, section)


def _formulas(items: Sequence[Item]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["closed_forms", "with_limits_of_sequences"]
