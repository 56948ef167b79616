"""Entropies of variables of whose law a page says nothing: H(X, Y) = H(X) + H(Y | X), I(X; Y) = H(X) - H(X | Y).

They are sums over the values of p(x, y), whatever that is. A page that supposes more of its variables, that they are
independent, that one is a function of another, or that gives numbers, is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_SIZED = r"(?:\\left|\\[bB]igg?[lrm]?|\\right|\\middle|\\,|\\;|\\!|\s)*"
_VARIABLES = rf"[A-Z](?:{_SIZED},{_SIZED}[A-Z])?"
_MEASURE = re.compile(
    rf"(?<![A-Za-z\\])(?P<kind>[HI])\s*{_SIZED}\({_SIZED}(?P<first>{_VARIABLES}){_SIZED}"
    rf"(?:(?P<sign>;|\\mid(?![a-z])|\|){_SIZED}(?P<second>[A-Z]){_SIZED})?\)"
)
_SUPPOSES = re.compile(
    r"\b(?:independen\w*|uncorrelated|functions?\s+of|determin\w+|uniform\w*|identical\w*|equal\s+(?:to|with)|copy|copies|markov|"
    r"channel|continuous\w*|densit\w+|gaussians?|normal|bernoulli|coins?|dice|die|bijecti\w+|one-to-one|example|numbers?|"
    r"numerical\w*|symmetric\w*|fixed|constant)\b",
    re.IGNORECASE,
)
_GIVES_MORE = re.compile(
    r"\\int(?![a-z])|\\perp|\\sim(?![a-z])|(?<![A-Za-z\\])[A-Z]\s*=|[pP]\s*\([^()]*\)\s*=\s*[\d.]|"
    r"[pP]\s*\([^()]*\d[^()]*\)|\\mathbb\s*\{?\s*R|\\mathcal\s*\{?\s*N|"
    r"(?<![A-Za-z\\])[HI]\s*(?:\\left)?\([^()]*=[^()]*\)|(?<![A-Za-z\\])[A-Z]\s*(?:_|\^|')"
)
_CALLED = re.compile(r"(?<![A-Za-z\\])(?P<name>[pP])\s*(?:\\left)?\((?P<args>[^()]*)\)")
_LOG = re.compile(r"\\(?:log\s*_\s*(?:2|\{\s*2\s*\})|log|ln|lg)(?![A-Za-z])")


def with_any_entropies(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such measures as sums."""
    texts = [part.source.text for part in _formulas(items)]
    words = " ".join(item.template for item in items if isinstance(item, Sentence))
    found = [m for text in texts for m in _MEASURE.finditer(text)]
    letters = sorted({letter for m in found for letter in re.findall("[A-Z]", (m["first"] + (m["second"] or "")))})
    if not letters or len(letters) > 3 or _SUPPOSES.search(words) or any(map(_GIVES_MORE.search, texts)):
        return items
    names = {m["name"] for text in texts for m in _CALLED.finditer(text)}
    spoken = {
        each for text in texts for m in _CALLED.finditer(text)
        for each in re.findall(r"\\?[A-Za-z]+", re.sub(r"\\mid", " ", m["args"]))
    }  # fmt: skip
    logs = {re.sub(r"[\s{}]", "", m[0]) for text in texts for m in _LOG.finditer(text)}
    small = [letter.lower() for letter in letters]
    if len(names) > 1 or len(logs) > 1 or not spoken <= {*small}:
        return items
    name, log = next(iter(names), "p"), next(iter(logs), r"\log")

    def written(match: re.Match[str]) -> str:
        return _sum(match, name, log) or match[0]

    recalled = {id(part): _recalls(part.source.text, written) for part in _formulas(items) if not part.display}
    if None in recalled.values():
        return items  # it is defined otherwise
    return tuple(_changed(item, written, {key for key, same in recalled.items() if same}) for item in items)


def _recalls(text: str, written: Callable[[re.Match[str]], str]) -> bool | None:
    """Whether a formula in a sentence recalls the sum that a measure is; None where it says something else."""
    left, sign, right = text.partition("=")
    head = _MEASURE.fullmatch(left.strip(" :"))
    if not sign or head is None:
        return False
    same = _plainly(written(head)) == _plainly(right)
    return True if same else None


def _plainly(text: str) -> str:
    plain = re.sub(r"\\(?:left|right|[bB]igg?[lr]?|[,;:!])(?![A-Za-z])|[\s{}]", "", text.replace(r"\mid", "|"))
    return plain.strip(".,;()")


def _sum(match: re.Match[str], name: str, log: str) -> str:
    """The sum that a measure is; empty where it is none of those that are read."""
    first = [letter.lower() for letter in re.findall("[A-Z]", match["first"])]
    second = (match["second"] or "").lower()
    every = [*first, *([second] if second else [])]
    if len({*every}) < len(every) or (match["kind"] == "I") != (match["sign"] == ";"):
        return ""
    over, joint, own = ",".join(every), f"{name}({', '.join(every)})", f"{name}({', '.join(first)})"
    if match["kind"] == "I":
        return rf"\left(\sum_{{{over}}} {joint} {log} \frac{{{joint}}}{{{own} {name}({second})}}\right)"
    inner = rf"{name}({', '.join(first)} \mid {second})" if second else own
    return rf"\left(-\sum_{{{over}}} {joint} {log} {inner}\right)"


def _changed(item: Item, written: Callable[[re.Match[str]], str], recalled: set[int]) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts = list(item.parts)
    for place, part in enumerate(parts):
        if id(part) in recalled:
            parts[place] = Prose(part.source)
        elif isinstance(part, Formula) and _MEASURE.search(part.source.text):
            source = part.source.replaced(_MEASURE, written)
            parts[place] = replace(part, source=source, written=part.written or part.source)
    return replace(item, parts=tuple(parts))


def _formulas(items: tuple[Item, ...]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["with_any_entropies"]
