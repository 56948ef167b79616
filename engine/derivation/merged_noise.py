"""Noise that is added up: x_t = a_t x_{t-1} + b_t e_t with independent standard normal e_t, and then x_t = A x_0 + B e
"with a fresh e", which is equal in law.

Such a line is judged by its mean and its covariance given x_0: both sides are linear in the noise. Behind it x_t is
what it says, and e is the noise of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_SYMBOL = r"\\?[A-Za-z]+"
_NOISE = r"(?:\\(?:bar|tilde|hat)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z])|\\?[A-Za-z]+)"
_STANDARD = r"\\mathcal\s*\{?\s*N\s*\}?\s*\(\s*0\s*,\s*(?:1|(?:\\mathbf\s*\{?\s*)?I\s*\}?)\s*\)"
_HEAD = re.compile(rf"\s*(?P<x>{_SYMBOL})\s*_\s*\{{?\s*(?P<t>[a-z])\s*\}}?\s*")
_FRESH = re.compile(
    r"⟦(?P<of>\d+)⟧\s*(?:,\s*)?(?:is|being|denotes|are|be)?\s*(?:again\s+)?(?:an?|another|some|one|the|also)\s+"
    r"(?:(?:fresh|new|single|merged|combined|different|other|common)\s+)*(?:standard|unit)\s+(?:normal|gaussian)",
    re.IGNORECASE,
)
_BY_WORDS = re.compile(r"(?:standard|unit)[\s-]+(?:normal|gaussian)", re.IGNORECASE)
_ALL = re.compile(r"\b(?:independent|i\.i\.d\.?|iid)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chain:
    """x_t = a_t x_{t-1} + b_t e_{t-by}: the symbols of it."""

    x: str
    letter: str
    noise: str
    by: int


def with_merged_noise(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such a line by its mean and its covariance, and with symbols of their own behind it."""
    chain = next(_chains(items), None)
    if chain is None or not _is_standard(items, chain):
        return items
    for place, item in enumerate(items):
        merged = _merged(item, chain, _fresh(items[: place + 2])) if isinstance(item, Sentence) else None
        if merged is not None and not _goes_back(items[place + 1 :], chain):
            return _with_law(items, place, chain, *merged)
    return items


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _equations(items: Sequence[Item]) -> Iterator[Statement]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield from (s for s in statements_of(part.source) if s.relations[:1] == ("=",) and not s.continues)


def _chains(items: Sequence[Item]) -> Iterator[Chain]:
    for said in _equations(items):
        head, right = _HEAD.fullmatch(said.sides[0].text), said.sides[1].text
        if head is None or len(re.findall(_at(head["x"], rf"{head['t']}\s*-\s*1"), right)) != 1:
            continue
        rest = re.sub(_at(head["x"], rf"{head['t']}\s*-\s*1"), "", right)
        last = re.search(rf"(?P<e>{_SYMBOL})\s*_\s*\{{?\s*{head['t']}\s*(?P<by>-\s*1)?\s*\}}?\s*[.,;]?\s*$", rest)
        if last is not None and last["e"] != head["x"]:
            yield Chain(head["x"], head["t"], last["e"], 1 if last["by"] else 0)


def _at(name: str, index: str) -> str:
    """A pattern for a name at an index."""
    bare = rf"|{index}(?![A-Za-z0-9])" if len(index) == 1 else ""
    return rf"(?<![A-Za-z\\]){re.escape(name)}\s*_\s*(?:\{{\s*{index}\s*\}}{bare})"


def _is_standard(items: Sequence[Item], chain: Chain) -> bool:
    """Whether the noise is said to be independent and standard normal."""
    sentences = [item for item in items if isinstance(item, Sentence)]
    said = any(
        _ALL.search(s.template) and (re.search(_STANDARD, " ".join(_texts([s]))) or _BY_WORDS.search(s.template))
        for s in sentences
    )
    own = re.compile(rf"\s*{re.escape(chain.noise)}(?:\s*_.*?)?\s*(?:\\sim|~)\s*{_STANDARD}")
    words = any(_ALL.search(s.template) for s in sentences)
    return said or (words and any(own.match(text) for text in _texts(items)))


def _fresh(items: Sequence[Item]) -> set[str]:
    """The symbols that are said to be a standard normal of their own."""
    found = set()
    for item in items:
        if not isinstance(item, Sentence):
            continue
        texts = {k: part.source.text.strip() for k, part in enumerate(item.parts) if isinstance(part, Formula)}
        found |= {texts[int(m["of"])] for m in _FRESH.finditer(item.template) if int(m["of"]) in texts}
        laws = (
            re.fullmatch(rf"\s*({_NOISE})\s*(?:\\sim|~)\s*{_STANDARD}\s*[.,;]?\s*", text) for text in texts.values()
        )
        found |= {law[1].strip() for law in laws if law is not None}
    return {name for name in found if re.fullmatch(_NOISE, name)}


def _merged(item: Sentence, chain: Chain, fresh: set[str]) -> tuple[Statement, str] | None:
    """The statement x_t = A x_0 + B e of a display, and the e of it."""
    part = item.parts[-1]
    said = statements_of(part.source) if isinstance(part, Formula) and part.display else ()
    if len(said) != 1 or said[0].relations != ("=",) or said[0].continues:
        return None
    left, right = (side.text for side in said[0].sides)
    head = _HEAD.fullmatch(left)
    earlier = re.search(rf"(?<![A-Za-z\\]){re.escape(chain.x)}\s*_\s*\{{?\s*{chain.letter}", right)
    if head is None or (head["x"], head["t"]) != (chain.x, chain.letter) or earlier is not None:
        return None
    inside = [name for name in sorted(fresh) if re.search(_lone(name), right)]
    start = re.search(_at(chain.x, "0"), right)
    return (said[0], inside[0]) if start is not None and len(inside) == 1 else None


def _lone(name: str) -> str:
    return rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])(?!\s*_)"


def _goes_back(items: Sequence[Item], chain: Chain) -> bool:
    """Whether the steps of the chain are spoken of again."""
    step = rf"\{{\s*(?!(?:0|{chain.letter})\s*\}})|[^\s{{0{chain.letter}]"
    other = re.compile(rf"(?<![A-Za-z\\]){re.escape(chain.x)}\s*_\s*(?:{step})")
    return any(other.search(text) for text in _texts(items))


def _with_law(items: tuple[Item, ...], place: int, chain: Chain, said: Statement, noise: str) -> tuple[Item, ...]:
    item = items[place]
    assert isinstance(item, Sentence)
    whole, right = said.sides[0].text.strip(), said.sides[1].text.strip(" .,;\n")
    at, unit = said.sides[0].place(0), r"\upsilon_{\text{unit}}"
    first, last = ("0", f"{chain.letter}-1") if chain.by else ("1", chain.letter)
    steps, member = rf"\sum_{{s={first}}}^{{{last}}}", rf"{chain.noise}_{{s}}"
    slope = rf"\frac{{\partial {whole}}}{{\partial {member}}}"
    own, lone = r"\upsilon_{\text{noise}}", re.compile(_lone(noise))
    named = lone.sub(lambda _: own, right)
    still, by_noise = (
        named.replace(own, f"({own}-{own})"),
        rf"\left(\frac{{\partial}}{{\partial {own}}}\left({named}\right)\right)",
    )
    left = rf"{whole} - {steps} {slope} {member} + {steps} {slope} \left({slope}\right)^T {unit}"
    one, two = said.sides
    law = [
        written_at(left, one.place(0)), written_at(" = ", one.end),
        replace(written_at(f"{still} + {by_noise} {by_noise}^T {unit}", two.place(0)), end=two.end),
    ]  # fmt: skip
    part = item.parts[-1]
    assert isinstance(part, Formula)
    shown = replace(part, source=joined(law), written=part.written or part.source)
    before = (*_declared(items, chain, own, unit, at), *items[:place], replace(item, parts=(*item.parts[:-1], shown)))
    now, start = rf"{chain.x}_{{\text{{now}}}}", rf"{chain.x}_{{\text{{start}}}}"
    pairs = ((_at(chain.x, chain.letter), now), (_at(chain.x, "0"), start), (_lone(noise), own))
    let = Formula(_renamed(written_at(f"{whole} = {right}", at), pairs), False)
    behind = (_with_names(other, pairs) if isinstance(other, Sentence) else other for other in items[place + 1 :])
    return (*before, Sentence((Prose(written_at("Let ", at)), let), True, item.section), *behind)


def _renamed(source: Source, pairs: Sequence[tuple[str, str]]) -> Source:
    for pattern, own in pairs:
        source = source.replaced(re.compile(pattern), _always(own))
    return source


def _always(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def _with_names(sentence: Sentence, pairs: Sequence[tuple[str, str]]) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        if isinstance(part, Formula) and (source := _renamed(part.source, pairs)).text != part.source.text:
            part = replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(sentence, parts=tuple(parts))


def _declared(items: Sequence[Item], chain: Chain, noise: str, unit: str, at: int) -> Iterator[Sentence]:
    """How long everything is: any length, where the noise is N(0, I) and nothing says it."""
    texts = list(_texts(items))
    several = any(re.search(r"\\mathcal\s*\{?\s*N\s*\}?\s*\(.*(?<![A-Za-z])I(?![A-Za-z])", text) for text in texts)
    told = next((m[1] for text in texts if (m := re.search(r"\\mathbb\s*\{?\s*R\s*\}?\s*\^\s*\{?\s*(\w)", text))), "")
    space = rf"\mathbb{{R}}^{{{told or 'D'}}}" if several or told else r"\mathbb{R}"
    names = [noise, unit, rf"{chain.x}_{{\text{{start}}}}"]
    if not any(re.search(rf"{re.escape(chain.x)}_0.*\\in", text) for text in texts):
        names.append(f"{chain.x}_0")
    names.append(rf"{chain.noise}^{{({chain.letter})}}")
    for name in names:
        yield Sentence((Prose(written_at("Let ", at)), Formula(written_at(rf"{name} \in {space}", at), False)), True)


__all__ = ["with_merged_noise"]
