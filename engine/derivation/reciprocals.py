"""Symbols that are introduced by their inverse: 1/v = 1/a + 1/b, S^{-1} = A + B where nothing was said of v and S."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_MARK = (
    r"(?:\\(?:tilde|hat|bar|mathbf|boldsymbol|bm|mathrm)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z])|"
    r"\\?[A-Za-z]+)"
)
_SIGN = r"(?:\s*\^\s*(?:[+\-*]|\{\s*[+\-*]\s*\}))"
_SYMBOL = (
    rf"{_MARK}(?:{_SIGN}|(?:\s*_\s*(?:\{{[^{{}}=]*(?:\{{[^{{}}]*\}}[^{{}}]*)?\}}|\w))?(?:\s*\^\s*(?:2|\{{\s*2\s*\}}))?)"
)
_ONE_OVER = re.compile(
    rf"\s*\\[dt]?frac\s*(?:\{{\s*1\s*\}}|1)\s*(?:\{{\s*(?P<in>{_SYMBOL})\s*\}}|(?P<bare>[A-Za-z]))\s*"
)
_INVERSE = re.compile(rf"\s*(?P<in>{_MARK}(?:\s*_\s*(?:\{{[^{{}}=]*\}}|\w))?)\s*\^\s*\{{\s*-\s*1\s*\}}\s*")


_QUOTIENT = re.compile(
    rf"\s*&?\s*\\[dt]?frac\s*\{{\s*(?P<above>{_MARK}{_SIGN})\s*\}}\s*\{{\s*(?P<below>{_MARK}{_SIGN})\s*\}}\s*"
)


def with_reciprocals(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, each behind what it says of a symbol by its inverse, which claims nothing."""
    found: list[Item] = []
    heard = ""
    for item in items:
        told = _introduced(item, heard) if isinstance(item, Sentence) and not item.declares else ()
        found += told or (item,)
        texts = [part.source.text for part in item.parts] if isinstance(item, Sentence) else []
        heard += " ".join((" ", *texts))
    return tuple(found)


def _introduced(sentence: Sentence, heard: str) -> tuple[Sentence, ...]:
    """ "Let v = ..." ahead of a display that begins with 1/v, and the display from there on."""
    part = sentence.parts[-1]
    said = statements_of(part.source) if isinstance(part, Formula) and part.display else ()
    first = said[0] if said else None
    if first is None or first.relations[:1] != ("=",) or first.continues or first.over is not None:
        return ()
    over, inverse = _ONE_OVER.fullmatch(first.sides[0].text), _INVERSE.fullmatch(first.sides[0].text)
    match = over or inverse
    right = first.sides[1].text.strip(" .,;&\n")
    name = "" if match is None else (match["in"] or match.groupdict().get("bare") or "").strip()
    root = re.sub(r"\s*\^\s*\{?\s*2\s*\}?$", "", name)
    if not name or _has(heard, root) or _has(right, root) or _is_made_of(right, root):
        return ()
    value = rf"\frac{{1}}{{{right}}}" if over else rf"\left({right}\right)^{{-1}}"
    text = f"{root} = {value}" if root == name else rf"{root} = \sqrt{{{value}}}"
    place, rest = first.sides[0].place(0), _without_first(part.source, first.sides[0].text)
    assert isinstance(part, Formula)
    lets = [text, *(beside := _beside(said[1:], root, heard))]
    if beside and len(first.sides) == 2:
        rest = part.source.cut(part.source.text.find(said[1].sides[0].text))
    shown = replace(sentence, parts=(*sentence.parts[:-1], replace(part, source=rest)))
    return *(_let(sentence, text, place) for text in lets), shown


def _let(sentence: Sentence, text: str, place: int) -> Sentence:
    parts = (Prose(written_at("Let ", place)), Formula(written_at(text, place), False))
    return replace(sentence, parts=parts, declares=True, after_display=False)


def _beside(said: Iterable[Statement], name: str, heard: str) -> list[str]:
    """m^+ = P^+ (...) of m^+/P^+ = ... behind 1/P^+ = ...: what a second display line says in the same way."""
    found = []
    for statement in said:
        match = _QUOTIENT.fullmatch(statement.sides[0].text) if statement.relations[:1] == ("=",) else None
        right = statement.sides[1].text.strip(" .,;&\n") if match is not None else ""
        if match and match["below"] == name and not _has(heard, match["above"]) and not _has(right, match["above"]):
            found.append(rf"{match['above']} = {name} \left({right}\right)")
    return found


def _without_first(source: Source, side: str) -> Source:
    """A display without its first side and the sign behind it."""
    start = source.text.find(side.strip())
    end = source.text.find("=", start) + 1
    return joined([source.cut(0, max(start, 0)), source.cut(end)])


def _has(text: str, name: str) -> bool:
    """Whether a symbol stands in a text, with any index where it has one."""
    signed = re.fullmatch(r"(?P<stem>.*?)\s*\^\s*\{?\s*(?P<sign>[+\-*])\s*\}?", name)
    if signed is not None:  # P^+ of a law N(m^+, P^+), which an equation is yet to say
        either = rf"{re.escape(signed['stem'])}\s*\^\s*\{{?\s*{re.escape(signed['sign'])}\s*\}}?"
        return re.search(rf"(?<![A-Za-z\\]){either}[^=<>()]*=", text) is not None
    stem = re.split(r"\s*_", name, maxsplit=1)[0]
    return re.search(rf"(?<![A-Za-z\\]){re.escape(stem)}(?![A-Za-z])", text) is not None


def _is_made_of(right: str, name: str) -> bool:
    """Whether nothing is worked out on the right: 1/v = c says what c is as well."""
    return re.fullmatch(r"\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*", right) is not None and bool(name)


__all__ = ["with_reciprocals"]
