"""Random numbers that a page makes of others without an equation: X_{\\beta^*} is X_\\beta = X - \\beta Y at \\beta^*,
and the mean of n independent copies of X has the mean of X and a variance n times smaller."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_SPLIT = re.compile(r"\\\\|\\q?quad(?![A-Za-z])|(?<=[^\\]),(?![^{(\[]*[})\]])|&&")
_LETTERED = re.compile(
    r"[\s&]*(?P<name>[A-Za-z]|\\hat\s*\{?\s*[A-Za-z]\s*\}?)_\{?\s*(?P<by>\\[a-z]+)\s*\}?\s*&?:?=(?P<made>[^=]*)"
)
_COPIES = re.compile(
    r"\b(?:mean|average)\s+⟦(?P<mean>\d+)⟧\s+of\s+(?:the\s+)?⟦(?P<count>\d+)⟧\s+(?:independent|i\.?\s?i\.?\s?d\.?)\s+"
    r"(?:copies|samples|draws|observations|reali[sz]ations|replica\w*|values|evaluations)\s+of\s+⟦(?P<of>\d+)⟧",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+(?:_\w)?)\s*:?=\s*(?P=name)\s*(?:\\left)?\((?P<at>[^()]*)(?:\\right)?\)[\s.,]*"
)
_MARKED = r"(?:\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|_\{?\\?[a-z]+\{?[a-z]*\}*)"  # the * of \beta^*
_RUN = re.compile(
    r"\s*(?P<name>(?:\\(?:hat|bar|tilde)\s*)?\{?\s*(?P<letter>[A-Za-z])\s*\}?)_\{?1\}?\s*,\s*(?:(?P=name)_\{?2\}?\s*,\s*)?"
    r"(?:\\[lc]?dots|\.\.\.)\s*,\s*(?P=name)_\{?\w+\}?\s*"
)
_OF_MANY = re.compile(r"\s*(?:be|are|is|have|has|with|all|each)\b[^.;]*\b(?:means?|variances?)\b", re.IGNORECASE)
_HEARD = re.compile(r"\b(?:mean|average|independent|i\.?\s?i\.?\s?d\.?)(?![A-Za-z])", re.IGNORECASE)
_COUNT = re.compile(r"\s*(?:[A-Za-z]|\d+)\s*")
_WRAPPED = r"\\(?:mathbb|operatorname|mathrm|text)\s*\{{?\s*{0}\s*\}}?|\\{0}(?![A-Za-z])|(?<![A-Za-z\\]){0}(?![A-Za-z])"


def with_copies(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with what is made so written out, and f for the f(x) that it abbreviates."""
    found = _apart(_abbreviated(list(items)))
    for name, by, made in list(_by_letters(found)):
        other = rf"\\hat\s*\{{?\s*{re.escape(by)}\s*\}}?|{re.escape(by)}\s*{_MARKED}"
        at = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}_\{{\s*(?P<at>{other})\s*\}}")
        letter = re.compile(rf"{re.escape(by)}(?![A-Za-z])")

        def member(match: re.Match[str], made: str = made, letter: re.Pattern[str] = letter) -> str:
            value = f"{{{match['at']}}}" if "_" in match["at"] else match["at"]
            return rf"\left({letter.sub(lambda _: value, made)}\right)"

        found = [_changed(item, at, member) for item in found]
    for place, item in enumerate(found):
        said = _COPIES.search(item.template) if isinstance(item, Sentence) else None
        if said is not None and isinstance(item, Sentence):
            mean, count, of = (item.parts[int(said[key])].source.text.strip() for key in ("mean", "count", "of"))
            if _COUNT.fullmatch(count):
                found[place:] = _with_mean([_without_words(item), *found[place + 1 :]], mean, count.strip(), of)
    return tuple(found)


def _abbreviated(items: list[Item]) -> list[Item]:
    """ "Write f = f(x)": f(x) is called f from the first line on, where f is taken at nothing else."""
    texts = [p.source.text for i in items if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    for text in texts:
        said = _SHORT.fullmatch(text)
        if said is None:
            continue
        name = re.escape(said["name"])
        called = re.compile(rf"(?<![A-Za-z\\]){name}\s*(?:\\left)?\(([^()]*)(?:\\right)?\)")
        rest = [called.sub("", other).strip() for other in texts if other != text]
        at = said["at"].strip()
        if any(re.search(rf"(?<![A-Za-z\\]){re.escape(at)}(?![A-Za-z])", r) for r in rest if r != at):
            continue  # more is said of the x than that f is taken there
        if {"".join(m[1].split()) for other in texts for m in called.finditer(other)} == {"".join(said["at"].split())}:
            items = [_without_formula(item, text) for item in items]
            items = [_changed(item, called, lambda _, name=said["name"]: name) for item in items]  # type: ignore[misc]
    return items


def _apart(items: list[Item]) -> list[Item]:
    """ "Let f_1, ..., f_M have mean m" behind a random f: these are others, under a name of their own."""
    for place, item in enumerate(items):
        for number, part in enumerate(item.parts if isinstance(item, Sentence) else ()):
            run = _RUN.fullmatch(part.source.text) if isinstance(part, Formula) else None
            if run is None or not isinstance(item, Sentence) or not _is_alone(items[:place], run["name"]):
                continue
            labelled = re.compile(rf"(?<![A-Za-z\\]){re.escape(run['name'])}_\{{?[A-Za-z]\}}?\s*:?=")
            if any(labelled.match(p.source.text) for i in items if isinstance(i, Sentence) for p in i.parts):
                continue  # f_a = ... is no member
            if _OF_MANY.match(item.template.partition(f"⟦{number}⟧")[2]):
                edge = "" if run["name"].startswith("\\") else r"(?<![A-Za-z\\])"
                of_many = re.compile(rf"{edge}{re.escape(run['name'])}(?=_(?:\{{\s*\w\s*\}}|\w))")
                other = rf"\check{{{run['letter']}}}"
                items = [_changed(each, of_many, lambda _, other=other: other) for each in items]  # type: ignore[misc]
    return items


def _is_alone(items: Iterable[Item], name: str) -> bool:
    """Whether a symbol is spoken of without an index, as a formula of its own."""
    parts = (part for item in items if isinstance(item, Sentence) for part in item.parts if isinstance(part, Formula))
    return any(part.source.text.strip() == name.strip() for part in parts)


def _without_formula(item: Item, text: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts = [Prose(p.source) if isinstance(p, Formula) and p.source.text == text else p for p in item.parts]
    return replace(item, parts=tuple(parts))


def _by_letters(items: Iterable[Item]) -> Iterator[tuple[str, str, str]]:
    """X_\\beta = X - \\beta Y: the X, the \\beta, and what is made with it."""
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            for piece in _SPLIT.split(part.source.text) if isinstance(part, Formula) else ():
                said = _LETTERED.fullmatch(piece.rstrip(" .,;\n"))
                if said is not None and re.search(rf"{re.escape(said['by'])}(?![A-Za-z])", said["made"]):
                    yield said["name"], said["by"], said["made"].strip(" &")


def _with_mean(items: list[Item], mean: str, count: str, of: str) -> list[Item]:
    """E and Var of the mean of so many copies as those of one."""
    at = rf"\s*(?:\\left|\\[bB]igg?l?)?[(\[{{]\s*{re.escape(mean)}\s*(?:\\right|\\[bB]igg?r?)?[)\]}}]"
    expected = re.compile(rf"(?:{_WRAPPED.format('E')}){at}")
    variance = re.compile(rf"(?:{_WRAPPED.format('Var')}){at}")
    found = []
    for item in items:
        item = _changed(item, expected, lambda _: rf"\mathbb{{E}}[{of}]")
        found.append(_changed(item, variance, lambda _: rf"\frac{{1}}{{{count}}}\operatorname{{Var}}[{of}]"))
    return found


def _without_words(sentence: Sentence) -> Sentence:
    """The sentence without the words of a law, which have been heard."""
    parts = [replace(p, source=p.source.without(_HEARD)) if isinstance(p, Prose) else p for p in sentence.parts]
    return replace(sentence, parts=tuple(parts))


def _changed(item: Item, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts = []
    for part in item.parts:
        if isinstance(part, Formula):
            source: Source = part.source.replaced(pattern, change)
            if source is not part.source and source.text != part.source.text:
                part = replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


__all__ = ["with_copies"]
