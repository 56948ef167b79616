"""Networks of any number of layers, as pages write them: z^l = W^l a^{l-1} + b^l, a^{[l]}, \\delta_j^l.

A superscript that is a layer is read as one, a^{(l)}. Where a page says no sizes, or sizes n_l that count for each
layer and in no sum, all layers are taken as of one size: what holds for every W, b and input of that size is
what is meant, as no number of the sizes is spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, written_at

ONE_SIZE = "all layers are taken as of one size, as nothing says of which"
_SYMBOL = (
    r"(?P<x>\\(?:mathbf|boldsymbol|bm|vec|hat|tilde|bar)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)|\\[a-z]+|"
    r"(?<![A-Za-z\\])[A-Za-z])"
)
_SUB = r"(?P<sub>\s*_\s*(?:\{[^{}^]*\}|\w))?"
_STEP = r"(?:l|L|\\ell(?![A-Za-z]))(?:\s*[-+]\s*\d)?|\d"
_LAYERED = re.compile(
    rf"{_SYMBOL}{_SUB}\s*\^\s*(?:\{{\s*[\[(]?\s*(?P<step>{_STEP})\s*[\])]?\s*\}}|(?P<one>l|L|\\ell(?![A-Za-z])|\d))"
)
_GENERAL = re.compile(r"(?:l|\\ell)(?:\s*[-+]\s*\d)?")
_NEXT = re.compile(r"(?:l|\\ell)\s*[-+]\s*1")
_NO_LAYER = frozenset({"\\sum", "\\prod", "\\partial", "\\nabla", "\\int", "\\mathbb", "\\big", "\\left", "\\right"})
_LAYER_WORDS = re.compile(r"\blayers?\b|\bnetworks?\b|\bbackprop\w*", re.IGNORECASE)
_SIZE = re.compile(
    r"(?<![A-Za-z\\])(?P<n>[a-zN])\s*_\s*(?:\{\s*(?:l|\\ell|L|0)(?:\s*[-+]\s*1)?\s*\}|l|L|0|\\ell(?![A-Za-z]))"
)
_MEMBER = re.compile(r"(?P<head>.*?(?:\\in(?![a-z])|∈))(?P<set>.*)", re.DOTALL)
_AFFINE = re.compile(
    r"(?P<W>\\?[A-Za-z]+|\\mathbf\{\w\})\^\{\(l\)\}\s*(?:\\,)?\s*(?P<a>\\?[A-Za-z]+|\\mathbf\{\w\})\^\{\(l\s*-\s*1\)\}"
    r"(?:\s*\+\s*(?P<b>\\?[A-Za-z]+|\\mathbf\{\w\})\^\{\(l\)\})?"
)


def with_layers(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with a^{(l)} for the a^l of a page about layers, and what its layers are of."""
    found = tuple(items)
    texts = list(_texts(found))
    words = " ".join(item.template for item in found if isinstance(item, Sentence))
    spelled = [match for text in texts for match in _LAYERED.finditer(text)]
    steps = [(match["x"], match["step"] or match["one"]) for match in spelled]
    layered = {x for x, step in steps if _GENERAL.fullmatch(step)} - _NO_LAYER
    about = _LAYER_WORDS.search(words) or any(_MEMBER.match(text) and _SIZE.search(text) for text in texts)
    if not about or not any(_NEXT.fullmatch(step) for x, step in steps if x in layered):
        return found
    found = tuple(_spelled(item, layered) if isinstance(item, Sentence) else item for item in found)
    return _sized(_last_apart(found))


def _texts(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _spelled(sentence: Sentence, layered: set[str]) -> Sentence:
    def change(match: re.Match[str]) -> str:
        step = re.sub(r"\\ell", "l", match["step"] or match["one"])
        return match[0] if match["x"] not in layered else f"{match['x']}^{{({step})}}{match['sub'] or ''}"

    def bare(source: Source) -> Source:
        return source.replaced(_LAYERED, change).replaced(re.compile(r"\\ell(?![A-Za-z])"), lambda _: "l")

    parts = (p if isinstance(p, Prose) else replace(p, source=bare(p.source)) for p in sentence.parts)
    return replace(sentence, parts=tuple(parts))


def _sized(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with one size for all layers, where the page says none or one that depends on the layer."""
    texts = list(_texts(items))
    sizes = {match["n"] for text in texts for match in _SIZE.finditer(text) if _MEMBER.match(text)}
    if len(sizes) == 1:
        (letter,) = sizes
        elsewhere = [m for text in texts if not _MEMBER.match(text) for m in _SIZE.finditer(text) if m["n"] == letter]
        return items if elsewhere else _with_vectors(tuple(_of_one_size(item, letter) for item in items), letter)
    affine = next((match for text in texts if (match := _AFFINE.search(text)) is not None), None)
    if sizes or affine is None:
        return items
    told = re.compile(rf"{re.escape(affine['W'])}[^=]*(?:\\in(?![a-z])|∈)")
    letter = next((n for n in "ndmqN" if not any(re.search(rf"(?<![A-Za-z\\]){n}(?![A-Za-z])", t) for t in texts)), "")
    if not letter or any(map(told.search, texts)):
        return items
    first = next(place for place, item in enumerate(items) if affine.string in _texts((item,)))
    head = items[first]
    assert isinstance(head, Sentence)
    return (*items[:first], *_declared(head, affine, letter, texts), *items[first:])


def _with_vectors(items: tuple[Item, ...], n: str) -> tuple[Item, ...]:
    """The sentences of one size behind what biases, input and target are, where the page declares its weights alone."""
    texts = list(_texts(items))
    affine = next((match for text in texts if (match := _AFFINE.search(text)) is not None), None)
    if affine is None or not affine["b"]:
        return items
    given = re.compile(rf"\s*{re.escape(affine['a'])}\^\{{\(0\)\}}\s*=\s*(?P<x>[A-Za-z])\s*")
    inputs = [match["x"] for text in texts if (match := given.fullmatch(text)) is not None]
    targets = [match[1] or match[2] for text in texts for match in _TARGET.finditer(text)]
    names = [f"{affine['b']}^{{(l)}}", *(inputs or [f"{affine['a']}^{{(0)}}"]), *dict.fromkeys(targets)]
    told = [
        re.compile(rf"{re.escape(name[0] if len(name) == 1 else name.split('^')[0])}[^=]*(?:\\in(?![a-z])|∈)")
        for name in names
    ]
    if any(form.search(text) for form in told for text in texts):
        return items
    vector = rf"\in \mathbb{{R}}^{{{n}}}"
    head = next(item for item in items if isinstance(item, Sentence))
    return (*_lets([f"{name} {vector}" for name in names], head, any("^{(L)}" in text for text in texts)), *items)


_LAST = re.compile(r"\b(?:last|output|final|top)\s+layer\b", re.IGNORECASE)
_OF_LAST = re.compile(r"\s*\\?[A-Za-z]+\^\{\(L\)\}\s*=[^=]+")


def _last_apart(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with what the last layer is, as words say: "only the last layer is linear, a^{(L)} = z^{(L)}"."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, Sentence) and not item.declares and _LAST.search(item.template):
            said = [
                p for p in item.parts if isinstance(p, Formula) and not p.display and _OF_LAST.fullmatch(p.source.text)
            ]
            if len(said) == 1:
                place = said[0].source.place(0)
                found.append(Sentence((Prose(written_at("Let ", place)), said[0]), True, item.section))
                item = replace(item, parts=tuple(Prose(p.source) if p is said[0] else p for p in item.parts))
        found.append(item)
    return tuple(found)


def _of_one_size(item: Item, letter: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    one = re.compile(_SIZE.pattern.replace("[a-zN]", letter))

    def in_one(source: Source) -> Source:
        return source.replaced(one, lambda _: letter)

    parts = (p if isinstance(p, Prose) else replace(p, source=in_one(p.source)) for p in item.parts)
    return replace(item, parts=tuple(parts))


def _declared(item: Sentence, affine: re.Match[str], n: str, texts: list[str]) -> list[Sentence]:
    """What the layers of a page are of: declaring sentences for the weights, the input and the target."""
    item.parts[0].source.place(0)
    targets = [match[1] or match[2] for text in texts for match in _TARGET.finditer(text)]
    matrix, vector = rf"\in \mathbb{{R}}^{{{n} \times {n}}}", rf"\in \mathbb{{R}}^{{{n}}}"
    said = [f"{affine['W']}^{{(l)}} {matrix}", *([f"{affine['b']}^{{(l)}} {vector}"] if affine["b"] else [])]
    said += [f"{affine['a']}^{{(0)}} {vector}", *(f"{target} {vector}" for target in dict.fromkeys(targets))]
    return _lets(said, item, any("^{(L)}" in text for text in texts))


def _lets(said: Iterable[str], item: Sentence, last: bool) -> list[Sentence]:
    """Sentences that declare, those of a layer for all layers up to the last."""
    found, place = [], item.parts[0].source.place(0)
    for text in said:
        parts: list[Prose | Formula] = [Prose(written_at("Let ", place)), Formula(written_at(text, place), False)]
        if last and "(l)" in text:
            parts += [Prose(written_at(" for ", place)), Formula(written_at(r"l = 1, \dots, L", place), False)]
        found.append(Sentence(tuple(parts), True, item.section))
    return found


_TARGET = re.compile(r"(?<![A-Za-z\\])([yt])\s*-\s*a\^\{\(L\)\}|a\^\{\(L\)\}\s*-\s*([yt])(?![A-Za-z])")

__all__ = ["ONE_SIZE", "with_layers"]
