"""Gaussian vectors as pages introduce them: "x ~ N(mu, Sigma) in R^n" says how long x and mu are, and that Sigma is a
covariance; and what is known of a part of a Gaussian vector given another part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SYMBOL = r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z])(?:_\{?\w\}?)?"
_NORMAL = r"\\mathcal\s*(?:\{\s*N\s*\}|N)\s*(?:\\left|\\[bB]igg?l?)?\("
_LAW = re.compile(
    rf"\s*(?P<of>{_SYMBOL})\s*(?:\\mid\s*{_SYMBOL}\s*)?\\sim\s*{_NORMAL}\s*(?P<mean>[^,()]*?)\s*,\s*(?P<spread>[^,()]*?)\s*"
    r"(?:\\right|\\[bB]igg?r?)?\)\s*"
)
_SPACE = re.compile(r"\s*\\(?:mathbb\s*(?:\{\s*R\s*\}|R)|R)\s*\^\s*(?:\{\s*(?P<size>\w+)\s*\}|(?P<one>\w))\s*")
_MEMBER = re.compile(
    rf"\s*(?P<names>{_SYMBOL}(?:\s*,\s*{_SYMBOL})*)\s*\\in(?P<space>{_SPACE.pattern})".replace("size", "s").replace(
        "one", "o"
    )
)
_MADE = re.compile(rf"\s*(?P<of>{_SYMBOL})\s*=\s*(?P<right>[^=]+)")
_TERM = re.compile(rf"(?:^|\+|-)\s*(?P<term>{_SYMBOL})\s*(?=$|\+|-)")
_PRODUCT = re.compile(rf"(?:^|\+|-)\s*(?P<of>{_SYMBOL})\s*{_SYMBOL}\s*(?=$|\+|-)")
_MATRIX = re.compile(
    rf"⟦\s*(?P<of>{_SYMBOL})\s*(?:⟧[^⟦⟧.;]*?\b(?:is|are|of|size|an?|shape)\s+⟦|\\in\s*\\(?:mathbb\s*(?:\{{\s*R\s*\}}|R)|R)\s*\^\s*\{{)"
    r"\s*(?P<rows>[a-z])\s*\\times"
)
_SCALED = re.compile(rf"(?P<by>{_SYMBOL})\s*(?:\^\s*\{{?2\}}?)?\s*I(?:_\{{?\w\}}?)?")
_JOINT = re.compile(
    r"\bjoint(?:ly)?\s+(?:gaussian|normal)|\blinear[\s-]+gaussian|\bgaussian\s+(?:linear|state)", re.IGNORECASE
)
_E = r"(?:\\mathbb\s*\{?\s*E\s*\}?|\\(?:operatorname|mathrm)\s*\{\s*E\s*\})"
_COV = r"\\(?:operatorname|mathrm)\s*\{\s*(?:Cov|Var|cov|var)\s*\}"
_BARS = r"\s*(?:\\mid(?![a-z])|\||\\vert(?![a-z])|\\,\s*\|\\,)\s*"


def with_gaussians(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with how long Gaussian vectors are, and with conditional means and covariances written out."""
    read = tuple(items)
    found = tuple(_placed(item) if isinstance(item, Sentence) else item for item in read)
    laws = [law for text in _texts(found) if (law := _LAW.fullmatch(text)) is not None]
    if not laws:
        return found
    sizes = _sizes(found, read)
    wanted = list(_declarations(laws, sizes, list(_texts(found))))
    place = next((item.parts[0].source.place(0) for item in found if isinstance(item, Sentence)), 0)
    lead = Prose(written_at("Let ", place))
    told = [Sentence((lead, Formula(written_at(text, place), False)), True) for text in wanted]
    if any(isinstance(item, Sentence) and _JOINT.search(item.template) for item in found):
        found = tuple(_conditional(item, [law["of"] for law in laws], sizes) for item in found)
    return (*told, *found)


def _texts(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text.strip(" .,;") for part in item.parts if isinstance(part, Formula))


def _placed(sentence: Sentence) -> Sentence:
    """ "⟦x ~ N(m, S)⟧ in ⟦R^n⟧": x lies in R^n."""
    parts = list(sentence.parts)
    for place in range(len(parts) - 2):
        first, between, space = parts[place : place + 3]
        if not (isinstance(first, Formula) and isinstance(space, Formula) and isinstance(between, Prose)):
            continue
        said = _LAW.fullmatch(first.source.text) or _MADE.fullmatch(first.source.text)
        if said is not None and between.source.text.strip() == "in" and _SPACE.fullmatch(space.source.text):
            if _LAW.fullmatch(first.source.text) is None:
                parts[place + 2] = Prose(space.source)
                continue
            text = rf"{said['of']} \in {space.source.text.strip()}"
            parts[place + 1] = replace(between, source=written_at(" with ", between.source.place(0)))
            parts[place + 2] = replace(space, source=written_at(text, space.source.place(0)), written=space.source)
    return replace(sentence, parts=tuple(parts))


def _matrices(sentence: Sentence) -> Iterator[re.Match[str]]:
    """ "⟦W⟧ of size ⟦d x k⟧", "⟦W \\in R^{d x k}⟧": the W and the d."""
    texts = {k: part.source.text for k, part in enumerate(sentence.parts) if isinstance(part, Formula)}
    told = re.sub(r"⟦(\d+)⟧", lambda match: f"⟦{texts[int(match[1])]}⟧", sentence.template)
    yield from _MATRIX.finditer(told)


def _made_in(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """ "⟦y = A x + e⟧ in ⟦R^m⟧": the y and the m."""
    for first, between, space in zip(sentence.parts, sentence.parts[1:], sentence.parts[2:], strict=False):
        said = _MADE.fullmatch(first.source.text) if isinstance(first, Formula) else None
        size = _SPACE.fullmatch(space.source.text) if isinstance(space, Formula) else None
        if said is not None and size is not None and between.source.text.strip() == "in":
            yield said["of"], size["size"] or size["one"]


def _sizes(items: Sequence[Item], before: Sequence[Item]) -> dict[str, str]:
    """How long names are: those that are said to lie in R^n, and the terms of a sum that does."""
    sizes = {name: size for item in before if isinstance(item, Sentence) for name, size in _made_in(item)}
    for text in _texts(items):
        said = _MEMBER.fullmatch(text)
        if said is not None:
            for name in said["names"].split(","):
                sizes.setdefault(name.strip(), said["s"] or said["o"])
    rows = {m["of"]: m["rows"] for item in items if isinstance(item, Sentence) for m in _matrices(item)}
    drawn = {m["of"] for text in _texts(items) if (m := _LAW.fullmatch(text)) is not None}
    for text in _texts(items):
        made = _MADE.fullmatch(text)
        terms = [] if made is None else [m["term"] for m in _TERM.finditer(made["right"])]
        if made is None or not drawn & {*terms}:
            continue
        known = {sizes[name] for name in (*terms, made["of"]) if name in sizes}
        known |= {rows[m["of"]] for m in _PRODUCT.finditer(made["right"]) if m["of"] in rows}
        if len(known) == 1:
            sizes.update(dict.fromkeys([made["of"], *terms], known.pop()))
    return sizes


def _declarations(laws: Sequence[re.Match[str]], sizes: Mapping[str, str], texts: Sequence[str]) -> Iterator[str]:
    """That the vectors are as long as they are, and that covariances are covariances of that size."""
    declared = {
        name.strip() for text in texts if (said := _MEMBER.fullmatch(text)) for name in said["names"].split(",")
    }
    made = {
        said["of"] for text in texts if (said := _MADE.fullmatch(text))
    }  # these are as long as what they are made of
    vectors = {name: size for name, size in sizes.items() if name not in declared | made}
    for law in laws:
        size = sizes.get(law["of"])
        if size is None or not size.isalpha():
            continue
        if re.fullmatch(_SYMBOL, law["mean"]) and law["mean"] not in declared:
            vectors[law["mean"]] = size
        scaled = _SCALED.fullmatch(law["spread"])
        if scaled is not None and not any(re.match(rf"{re.escape(scaled['by'])}\s*(?:\\in|>|=|:=)", t) for t in texts):
            yield f"{scaled['by']} > 0"
        capital = re.sub(r"\\(?:mathbf|boldsymbol|bm)|[{}\\\s]", "", law["spread"])[:1].isupper()
        told = any(re.match(rf"{re.escape(law['spread'])}\s*(?:\\in|\\succ|:?=)", text) for text in texts)
        if re.fullmatch(_SYMBOL, law["spread"]) and capital and law["spread"] != "I" and not told:
            yield rf"{law['spread']} \in \mathbb{{R}}^{{{size} \times {size}}}"
            yield rf"{law['spread']} \succ 0"
    yield from (rf"{name} \in \mathbb{{R}}^{{{size}}}" for name, size in vectors.items())


def _conditional(item: Item, random: Sequence[str], sizes: Mapping[str, str]) -> Item:
    """E[x | y] and Cov(x | y) of jointly Gaussian x and y, by their means and covariances."""
    if not isinstance(item, Sentence):
        return item
    pair = rf"(?P<x>{_SYMBOL}){_BARS}(?P<y>{_SYMBOL})"
    close = r"\s*(?:\\right|\\[bB]igg?r?)?"
    mean = re.compile(rf"{_E}\s*(?:\\left|\\[bB]igg?l?)?[\[(]\s*{pair}{close}[\])]")
    spread = re.compile(rf"{_COV}\s*(?:\\left|\\[bB]igg?l?)?[\[(]\s*{pair}{close}[\])]")

    def known(match: re.Match[str]) -> bool:
        return match["x"] in random and match["x"] in sizes and match["y"] in sizes

    def gain(x: str, y: str) -> str:
        return rf"\operatorname{{Cov}}({x},{y})\operatorname{{Cov}}({y},{y})^{{-1}}"

    def of_mean(match: re.Match[str]) -> str:
        x, y = match["x"], match["y"]
        return rf"(\mathbb{{E}}[{x}]+{gain(x, y)}({y}-\mathbb{{E}}[{y}]))" if known(match) else match[0]

    def of_spread(match: re.Match[str]) -> str:
        x, y = match["x"], match["y"]
        rest = rf"{gain(x, y)}\operatorname{{Cov}}({y},{x})"
        return rf"(\operatorname{{Cov}}({x},{x})-{rest})" if known(match) else match[0]

    parts: list[Prose | Formula] = []
    for part in item.parts:
        if isinstance(part, Formula):
            source = part.source.replaced(mean, of_mean).replaced(spread, of_spread)
            same = source.text == part.source.text
            part = part if same else replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


__all__ = ["with_gaussians"]
