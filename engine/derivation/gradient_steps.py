"""Gradient descent that is only spoken of: "a step with the learning rate \\eta changes the error e_k = x_k - x^*".

The step is x_{k+1} = x_k - \\eta \\nabla f(x_k) then. What holds for every eigenvalue,
|1 - \\eta \\lambda_i| < 1, holds for both ends: the absolute value of a linear term is largest at an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.shown_behind import with_each
from engine.derivation.source import joined, written_at

_DESCENT = re.compile(r"\bgradient\s+(?:descent|steps?|method)\b|\bsteepest\s+descent\b", re.IGNORECASE)
_RATE = re.compile(r"\b(?:learning\s+rate|step\s*-?\s*(?:size|length|width))\s+⟦(\d+)⟧", re.IGNORECASE)
_FUNCTION = re.compile(r"\s*(?P<f>[A-Za-z])\s*\(\s*(?P<x>[A-Za-z]|\\(?:theta|bm\s*\w|mathbf\s*\{\w\}))\s*\)\s*=")
_ERROR = re.compile(
    r"\s*(?P<e>[a-z]|\\(?:epsilon|varepsilon|delta))\s*_\s*\{?\s*(?P<k>[a-z])\s*\}?\s*:?=\s*(?P<x>[A-Za-z]|\\theta)\s*_\s*"
    r"\{?\s*(?P=k)\s*\}?\s*-\s*(?P=x)\s*\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?\s*"
)
_DOTS = re.compile(r"(?P<sign>\\leq?(?![a-z])|<|≤)\s*\\[lc]?dots\s*(?:\\leq?(?![a-z])|<|≤)(?=[^<]*\\max)")
_EVERY = re.compile(
    r"\b(?:iff|if\s+and\s+only\s+if|exactly\s+(?:when|if)|precisely\s+(?:when|if)|just\s+when)\s+⟦(?P<at>\d+)⟧\s*,?\s*"
    r"(?:for|holds?\s+for)\s+(?:every|all|each|any)\s+⟦(?P<i>\d+)⟧\s*,?\s*"
    r"(?:that\s+is|i\.e\.|which\s+means|in\s+other\s+words|or)\W*⟦(?P<shown>\d+)⟧",
    re.IGNORECASE,
)
_LINEAR = re.compile(r"\s*(?:\\left)?\|(?P<inner>[^|]*)(?:\\right)?\|\s*(?P<bound><[^<>=]*)")


def with_gradient_steps(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with the step of gradient descent told, and with what holds for every eigenvalue."""
    plain = [_undotted(item) if isinstance(item, Sentence) else item for item in items]
    found = with_each(plain, lambda sentence: (_every(sentence),))
    told = _told(found)
    if told is None:
        return found
    place, text = told
    return (*found[:place], _let(text, found[place]), *found[place:])


def _told(items: Sequence[Item]) -> tuple[int, str] | None:
    """Where the errors of the steps are spoken of, and what a step is; None where the page says it, or no error."""
    sentences = [item for item in items if isinstance(item, Sentence)]
    texts = [part.source.text for part in _formulas(sentences)]
    functions = {(m["f"], m["x"]) for text in texts if (m := _FUNCTION.match(text))}
    rates = {s.parts[int(m[1])].source.text.strip() for s in sentences for m in _RATE.finditer(s.template)}
    if len(functions) != 1 or len(rates) != 1 or not any(_DESCENT.search(s.template) for s in sentences):
        return None
    f, x = functions.pop()
    for place, item in enumerate(items):
        for part in _formulas([item]) if isinstance(item, Sentence) else ():
            said = _ERROR.fullmatch(part.source.text)
            if said is None or said["x"] != x:
                continue
            k, step = said["k"], re.compile(rf"(?<![A-Za-z\\]){re.escape(x)}\s*_\s*\{{\s*{said['k']}\s*\+\s*1\s*\}}")
            if any(map(step.search, texts)):
                return None
            return place, rf"{x}_{{{k}+1}} = {x}_{k} - {rates.pop()} \nabla {f}({x}_{k})"
    return None


def _undotted(sentence: Sentence) -> Sentence:
    """0 < l_min \\le l_max for eigenvalues 0 < l_min \\le ... \\le l_max."""
    parts = tuple(_changed(part, _DOTS) for part in sentence.parts)
    return sentence if parts == sentence.parts else replace(sentence, parts=parts)


def _changed(part: Prose | Formula, pattern: re.Pattern[str]) -> Prose | Formula:
    if not isinstance(part, Formula):
        return part
    source = part.source.replaced(pattern, lambda said: f"{said['sign']} ")
    return (
        part if source.text == part.source.text else replace(part, source=source, written=part.written or part.source)
    )


def _every(sentence: Sentence) -> Sentence:
    """The display behind "iff |1 - h l_i| < 1 for every i, that is" as what is equivalent to that."""
    said = _EVERY.search(sentence.template)
    if said is None:
        return sentence
    one, letter, shown = (sentence.parts[int(said[key])] for key in ("at", "i", "shown"))
    bound, index = _LINEAR.fullmatch(one.source.text), re.escape(letter.source.text.strip())
    at = re.compile(rf"(?P<name>\\?[A-Za-z]+)\s*_\s*\{{?\s*{index}\s*\}}?(?![A-Za-z])")
    if bound is None or len(at.findall(bound["inner"])) != 1 or not isinstance(shown, Formula) or not shown.display:
        return sentence
    ends = (at.sub(lambda m, end=end: rf"{m['name']}_{{\{end}}}", bound["inner"]) for end in ("min", "max"))
    text = rf"\max({', '.join(f'|{end}|' for end in ends)}) {bound['bound'].strip()} \iff "
    source = joined([written_at(text, shown.source.place(0)), shown.source])
    new = replace(shown, source=source, written=shown.written or shown.source)
    place = int(said["shown"])
    words = Prose(written_at("\nWe require that ", sentence.parts[0].source.place(0)))
    return replace(sentence, parts=(words, new, *sentence.parts[place + 1 :]))


def _let(text: str, item: Item) -> Sentence:
    assert isinstance(item, Sentence)
    place = item.parts[0].source.place(0)
    return Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True, item.section)


def _formulas(items: Sequence[Item]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["with_gradient_steps"]
