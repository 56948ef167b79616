"""Examples of what was one input so far: x \\in R^d with target t, and then "N examples (x_n, t_n)".

x_n would be an entry of x. It is row n of a data matrix, the one that a page stacks them in or one of its own, and t_n
an entry of the vector of targets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.noise_sizes import WITHIN
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, written_at

_WORDS = re.compile(r"\b(?:examples?|samples?|pairs?|observations?|points?|data|training set)\b", re.IGNORECASE)
_SYMBOL = r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*\\?[A-Za-z]+\s*\}?|\\[A-Za-z]+|[A-Za-z])"
_PAIR = re.compile(
    r"\s*(?:\\\{\s*)?\(\s*(?P<x>\\?[A-Za-z]+)\s*_\s*\{?(?P<n>[a-z])\}?\s*,"
    r"\s*(?P<t>\\?[A-Za-z]+)\s*_\s*\{?(?P=n)\}?\s*\).*",
    re.DOTALL,
)
_TURN = r"\s*\^\s*(?:\{\s*(?:\\top|\\intercal|T)\s*\}|\\top|\\intercal|T)"
_ROWS = re.compile(
    r"⟦(?P<x>\d+)⟧\s*(?:'s\s+)?(?:as|in|into|to)\s+(?:the\s+)?rows\s+of\s+(?:an?\s+|the\s+)?(?:\w+\s+)?⟦(?P<X>\d+)⟧"
    r"(?:\s*,?\s*and\s+(?:the\s+)?(?:\w+\s+)?⟦(?P<t>\d+)⟧\s*(?:as|in|into|to)\s+(?:an?\s+|the\s+)?(?:\w+\s+){0,2}⟦(?P<T>\d+)⟧)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Examples:
    x: str
    t: str
    letter: str
    rows: str
    targets: str


def with_examples(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with examples as rows of their matrix, where x alone is a vector."""
    texts = list(_texts(items))
    pair = next(_pairs(items), None)
    size = None if pair is None else _size(items, pair["n"])
    long = "" if pair is None else _length(texts, pair["x"])
    if pair is None or size is None or not long:
        return items
    declared_so = re.compile(rf"{re.escape(pair['x'])}_\{{?{pair['n']}\}}?[^=]*\\in")
    if any(map(declared_so.search, texts)):
        return items
    rows, targets = next(_stacked(items, pair), ("", ""))
    told = _Examples(pair["x"], pair["t"], pair["n"], rows or r"\Xi", targets or r"\tau")
    if any(name in text for text in texts for name in (r"\Xi", r"\tau") if name in {told.rows, told.targets}):
        return items
    place = next(item.parts[0].source.place(0) for item in items if isinstance(item, Sentence))
    wanted = (rf"{told.rows} \in \mathbb{{R}}^{{{size} \times {long}}}", rf"{told.targets} \in \mathbb{{R}}^{{{size}}}")
    known = re.compile(r"(?:^|,)\s*(?:" + "|".join(map(re.escape, (told.rows, told.targets))) + r")\s*(?:,[^\\]*)?\\in")
    lets = () if any(map(known.search, texts)) else wanted
    declared = (Sentence((Prose(written_at("Let ", place)), Formula(written_at(t, place), False)), True) for t in lets)
    return (*declared, *(_changed(item, told) if isinstance(item, Sentence) else item for item in items))


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _pairs(items: Sequence[Item]) -> Iterator[re.Match[str]]:
    for item in items:
        if isinstance(item, Sentence) and _WORDS.search(item.template):
            for part in item.parts:
                found = _PAIR.fullmatch(part.source.text) if isinstance(part, Formula) and not part.display else None
                if found is not None:
                    yield found


def _size(items: Sequence[Item], letter: str) -> str | None:
    """How many examples there are: N of \\sum_{n=1}^N."""
    run = re.compile(rf"\\sum\s*(?:\\limits)?\s*_\s*\{{\s*{letter}\s*=\s*1\s*\}}\s*\^\s*\{{?\s*([A-Za-z])\s*\}}?")
    found = {m[1] for text in _texts(items) for m in run.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _length(texts: Sequence[str], name: str) -> str:
    """How long a vector is that is declared by its name alone: d of w, x \\in R^d."""
    said = (WITHIN.fullmatch(text) for text in texts)
    lists = ((m["d"], [part.strip() for part in m["names"].split(",")]) for m in said if m is not None)
    return next((size for size, names in lists if name in names), "")


def _stacked(items: Sequence[Item], pair: re.Match[str]) -> Iterator[tuple[str, str]]:
    """The names of the matrix and of the vector that a page stacks the examples in."""
    for item in items:
        texts = {k: p.source.text.strip() for k, p in enumerate(item.parts)} if isinstance(item, Sentence) else {}
        for said in _ROWS.finditer(item.template) if isinstance(item, Sentence) else ():
            names = [texts[int(said[key])] if said[key] else "" for key in ("X", "T")]
            plain = all(not name or re.fullmatch(_SYMBOL, name) for name in names)
            if plain and texts[int(said["x"])].startswith(pair["x"]):
                yield names[0], names[1]


def _changed(sentence: Sentence, told: _Examples) -> Sentence:
    parts: list[Prose | Formula] = []
    named = {int(m[key]) for m in _ROWS.finditer(sentence.template) for key in ("x", "X", "t", "T") if m[key]}
    for place, part in enumerate(sentence.parts):
        if not isinstance(part, Formula):
            parts.append(part)
        elif place in named or (not part.display and _PAIR.fullmatch(part.source.text)):
            parts.append(Prose(part.source))
        else:
            source = _put_in(part.source, told)
            same = source.text == part.source.text
            parts.append(part if same else replace(part, source=source, written=part.written or part.source))
    return replace(sentence, parts=tuple(parts))


def _put_in(source: Source, told: _Examples) -> Source:
    at = rf"\s*_\s*(?:\{{\s*{told.letter}\s*\}}|{told.letter}(?![A-Za-z]))"
    x, t = (rf"(?<![A-Za-z\\{{]){re.escape(name)}{at}" for name in (told.x, told.t))
    row = rf"{told.rows}_{{{told.letter},:}}"
    source = source.replaced(re.compile(x + _TURN), _always(row))
    source = source.replaced(re.compile(x), _always(rf"{row}^\top "))
    return source.replaced(re.compile(t), _always(rf"{told.targets}_{{{told.letter}}}"))


def _always(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


__all__ = ["with_examples"]
