"""Functionals at a function that a page has found: V(D^*) of V(D) = E[\\log D(x)] + ..., and what it is where two laws
are supposed to be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_STAR = r"\^\s*(?:\{\s*(?:\*|\\star|\\ast)\s*\}|\*|\\star(?![a-z])|\\ast(?![a-z]))"
_SIZES = r"(?:\\left|\\right|\\[bB]igg?[lr]?)?\s*"
_ROWS = re.compile(r"\\\\|\\q?quad(?![A-Za-z])|\\begin\{\w+\*?\}|\\end\{\w+\*?\}")
_FUNCTIONAL = re.compile(r"(?P<name>[A-Z])\s*\(\s*(?P<args>[A-Z](?:\s*,\s*[A-Z])?)\s*\)\s*&?\s*:?$")
_BEST = re.compile(rf"(?:\\boxed\s*\{{)?\s*(?P<name>[A-Z])\s*{_STAR}\s*\(\s*(?P<of>[a-z])\s*\)\s*&?\s*:?$")
_OF_OTHER = re.compile(
    rf"(?<![A-Za-z\\])(?P<name>[A-Z])\s*(?:_\s*(?:\{{\s*[A-Z]\s*\}}|[A-Z])\s*{_STAR}|{_STAR}\s*_\s*(?:\{{\s*[A-Z]\s*\}}|[A-Z]))"
)
_LAW = r"[pqPQ](?:_\s*(?:\{\s*(?:\\(?:text|mathrm|rm)\s*\{)?\s*[A-Za-z]+\s*\}?\s*\}|[a-z](?![A-Za-z])))?|[a-z]"
_SAME = re.compile(rf"\s*(?P<one>{_LAW})\s*=\s*(?P<other>{_LAW})\s*")
_SUPPOSES = re.compile(
    r"[\W_]*(?:now\s+|and\s+|in\s+particular,?\s+)?(?:if|when|for|suppose|where)\s+⟦(\d+)⟧", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Made:
    """NAME(args) = right."""

    name: str
    args: tuple[str, ...]
    right: str


def with_functionals(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with functionals written out at the functions that they are taken at."""
    found = _without_others(tuple(_changed(item, _OF_OTHER, lambda m: f"{m['name']}^*") for item in items))
    texts = [p.source.text for i in found if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    best = {m.name: m for m in _made(texts, _BEST)}
    functionals = [m for m in _made(texts, _FUNCTIONAL) if any(re.search(rf"{a}\s*\(", m.right) for a in m.args)]
    for made in functionals:
        at = r"\s*,\s*".join(rf"{arg}(?:_\{{?\w\}}?)?\s*(?:{_STAR})?" for arg in made.args)
        called = re.compile(rf"(?<![A-Za-z\\]){made.name}\s*{_SIZES}\(\s*(?={at})(?=[^()]*\^)[^()]*{_SIZES}\)")
        right = made.right
        for arg in made.args:
            right = re.sub(rf"(?<![A-Za-z\\]){arg}(?=\s*\()", lambda _, a=arg: f"{a}^*", right)  # type: ignore[misc]
        written_out = rf"\left({right}\right)"
        found = tuple(_changed(item, called, lambda _, w=written_out: w) for item in found)  # type: ignore[misc]
        found = _later(found, made)
    laws = {m[0] for text in texts for m in re.finditer(rf"(?:{_LAW})(?=\s*\(\s*[a-z]\s*\))", text)}
    return _under_suppositions(found, best, laws)


def _later(items: Sequence[Item], made: _Made) -> tuple[Item, ...]:
    """V(D) behind the sentence that says what it is, written out."""
    args = r"\s*,\s*".join(map(re.escape, made.args))
    called = re.compile(rf"(?<![A-Za-z\\]){made.name}\s*\(\s*{args}\s*\)")
    found, told = list[Item](), False
    for item in items:
        spoken = isinstance(item, Sentence) and any(
            isinstance(part, Formula) and part.display and called.search(part.source.text) for part in item.parts
        )
        whole = rf"\left({made.right}\right)"
        found.append(_changed(item, called, lambda _, w=whole: w, inline=False) if told else item)  # type: ignore[misc]
        told = told or spoken
    return tuple(found)


def _without_others(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """V(G, D) as V(D), where what it is says nothing of G that is not in D or in the laws."""
    texts = [p.source.text for i in items if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    for made in _made(texts, _FUNCTIONAL):
        kept = [place for place, arg in enumerate(made.args) if re.search(rf"(?<![A-Za-z\\]){arg}\s*\(", made.right)]
        if len(made.args) == 2 and len(kept) == 1:
            called = re.compile(rf"(?<![A-Za-z\\]){made.name}\s*\(\s*([^(),]*),([^(),]*)\)")

            def alone(match: re.Match[str], name: str = made.name, place: int = kept[0]) -> str:
                return f"{name}({match[place + 1].strip()})"

            items = tuple(_changed(item, called, alone) for item in items)
    return items


def _made(texts: Sequence[str], left: re.Pattern[str]) -> Iterator[_Made]:
    """The equations with such a left side, the first of each."""
    seen: set[str] = set()
    for text in texts:
        for row in _ROWS.split(text):
            before, sign, after = row.partition("=")
            said = left.match(before.strip().lstrip("&").strip())
            right = (
                re.split(r"(?<![<>:])=|\\le(?:q)?(?![a-z])|\\ge(?:q)?(?![a-z])", after)[0]
                .replace("&", " ")
                .strip(" .,;\n")
            )
            right = right[:-1] if right.count("}") > right.count("{") else right  # of a frame
            if sign and said is not None and said["name"] not in seen and right:
                seen.add(said["name"])
                args = said["args"] if "args" in said.re.groupindex else said["of"]
                yield _Made(said["name"], tuple(part.strip() for part in args.split(",")), right)


def _under_suppositions(items: Sequence[Item], best: Mapping[str, _Made], laws: set[str]) -> tuple[Item, ...]:
    """The sentences with one law for the other where they are supposed to be one; a display behind "if ..., we have"
    belongs to that sentence.
    """
    found: list[Item] = []
    waiting: re.Match[str] | None = None
    for item in items:
        if isinstance(item, Sentence):
            shown = isinstance(item.parts[0], Formula) and item.parts[0].display
            same = waiting if shown else _same_in(item, laws)
            waiting = None if any(isinstance(p, Formula) and p.display for p in item.parts) else same
            item = item if same is None else _as_one(item, same, best)
        found.append(item)
    return tuple(found)


def _same_in(sentence: Sentence, laws: set[str]) -> re.Match[str] | None:
    """The p = q of "if p = q, then"; None of sentences that suppose nothing like it."""
    said = _SUPPOSES.match(sentence.template)
    part = sentence.parts[int(said[1])] if said is not None else None
    same = _SAME.fullmatch(part.source.text) if isinstance(part, Formula) else None
    return same if same is not None and {same["one"], same["other"]} <= laws else None


def _as_one(sentence: Sentence, same: re.Match[str], best: Mapping[str, _Made]) -> Item:
    """A sentence with the one law for the other, in what was found too."""
    parts = [Prose(p.source) if isinstance(p, Formula) and p.source.text == same.string else p for p in sentence.parts]
    item: Item = replace(sentence, parts=tuple(parts))
    for made in best.values():
        star = rf"(?<![A-Za-z\\]){made.name}\s*{_STAR}\s*(?:\(\s*{made.args[0]}\s*\))?"
        item = _changed(item, re.compile(star), lambda _, m=made: rf"\left({m.right}\right)", inline=False)  # type: ignore[misc]
    spelled = r"\s*".join(map(re.escape, same["one"].replace(" ", "")))
    law = re.compile(rf"(?<![A-Za-z\\]){spelled}(?![A-Za-z_])")
    return _changed(item, law, lambda _: same["other"], inline=False)


def _changed(item: Item, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str], inline: bool = True) -> Item:
    """The sentence with each match exchanged, in displays, and in formulas within it too if `inline`."""
    if not isinstance(item, Sentence):
        return item
    parts: list[Prose | Formula] = []
    for part in item.parts:
        if isinstance(part, Formula) and (part.display or inline) and pattern.search(part.source.text):
            source = part.source.replaced(pattern, change)
            part = replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


__all__ = ["with_functionals"]
