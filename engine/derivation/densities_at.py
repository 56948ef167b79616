"""Gaussian densities given at their variable: q(z|x) = N(z; m, V), p(z) = N(0, I). They are laws: q = N(m, V).

What stands behind the bar is held fixed all through the page, where neither m nor V speaks of it. A p that is that of
p(x, z) too is left alone: as a law of its own it would have nothing to do with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_BAR = r"(?:\\[,;! ]|\s)*(?:\\mid(?![a-z])|\\vert(?![a-z])|\|(?!\|)|\\given(?![a-z]))(?:\\[,;! ]|\s)*"
_VARIABLE = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*[a-z]\s*\}|[a-z])"
_LABEL = r"(?:_(?:\{\s*\\?[A-Za-z]+\s*\}|\\[a-z]+|[a-z0-9]))"
_NAME = rf"(?P<letter>[a-zA-Z])(?P<label>{_LABEL})?"
_OPEN, _CLOSE = r"(?:\\left|\\[bB]igg?l?)?\(\s*", r"\s*(?:\\right|\\[bB]igg?r?)?\)"
_GIVEN = re.compile(
    rf"\s*{_NAME}\s*{_OPEN}(?P<of>{_VARIABLE})(?:{_BAR}(?P<given>[^()|;]+?))?{_CLOSE}\s*(?::?=|\\equiv|\\triangleq)\s*"
    rf"\\mathcal\s*(?:\{{\s*N\s*\}}|N)\s*{_OPEN}(?P<inside>.+){_CLOSE}\s*[.,;]?\s*",
    re.DOTALL,
)
_USED = re.compile(r"\\\||\|\||\\parallel|(?:E|\\mathbb\s*\{?\s*E\s*\}?|\\operatorname\s*\{\s*E\s*\}|\\E)\s*_")


@dataclass(frozen=True, slots=True)
class _Law:
    """One such density: its name with and without the label, its variable, and the law by a name of its own."""

    name: str
    head: re.Pattern[str]
    of: str
    own: str
    mean: str
    spread: str


def with_densities_at(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such densities as laws, where means under them or divergences between them are taken."""
    items = tuple(items)
    texts = [p.source.text for i in items if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    if not any(map(_USED.search, texts)):
        return items
    laws = list(_laws(texts))
    return tuple(_changed(item, laws) if isinstance(item, Sentence) else item for item in items) if laws else items


def _laws(texts: Sequence[str]) -> Iterator[_Law]:
    taken = set[str]()
    for text in texts:
        made = _GIVEN.fullmatch(text)
        if made is None:
            continue
        parts = _arguments(made["inside"])
        if len(parts) == 3 and parts[0] == made["of"]:
            parts = parts[1:]
        given = re.findall(r"\\?[A-Za-z]+", made["given"] or "")
        held = not any(re.search(rf"(?<![A-Za-z\\]){re.escape(g)}(?![A-Za-z])", part) for g in given for part in parts)
        if len(parts) != 2 or not held:
            continue
        name, own = f"{made['letter']}{made['label'] or ''}", made["letter"]
        others = re.compile(
            rf"(?<![A-Za-z\\_]){own}{_LABEL}?\s*{_OPEN}(?!{re.escape(made['of'])}\s*(?:\)|\\right|\||\\mid))"
        )
        if own in taken or any(map(others.search, texts)):
            continue  # the p of p(z) is that of p(x, z) too
        taken.add(own)
        behind = "" if made["given"] is None else _BAR + re.escape(made["given"].strip())
        head = re.compile(rf"(?<![A-Za-z\\_]){re.escape(name)}\s*{_OPEN}{re.escape(made['of'])}{behind}{_CLOSE}")
        yield _Law(name, head, made["of"], own, *parts)


def _arguments(inside: str) -> list[str]:
    """What stands between the commas, semicolons and bars of a law, outside of brackets."""
    found, depth = [""], 0
    for sign in re.sub(r"\\mid(?![a-z])|\\vert(?![a-z])", "|", inside):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign in ",;|":
            found.append("")
        else:
            found[-1] += sign
    return [re.sub(r"^(?:\s|\\[,;! ])+|(?:\s|\\[,;! ])*\\?$", "", part) for part in found]


def _changed(sentence: Sentence, laws: Sequence[_Law]) -> Sentence:
    parts = tuple(
        replace(part, source=_law_written(part.source, laws)) if isinstance(part, Formula) else part
        for part in sentence.parts
    )
    return replace(sentence, parts=parts)


def _law_written(source: Source, laws: Sequence[_Law]) -> Source:
    for law in laws:
        made = _GIVEN.fullmatch(source.text)
        if made is not None and law.head.match(source.text.strip()):
            said = rf"{law.own} = \mathcal{{N}}({law.mean}, {law.spread})"
            source = source.replaced(re.compile(r".+", re.DOTALL), lambda _, said=said: said)  # type: ignore[misc]
            continue
        source = source.replaced(law.head, lambda match, law=law: _called(match, law))  # type: ignore[misc]
        source = _bare(source, law)
        if law.name != law.own and "_" in law.name:
            alone = re.compile(rf"(?<![A-Za-z\\_]){re.escape(law.name)}(?!\s*(?:\\left)?\()(?![A-Za-z0-9])")
            source = source.replaced(alone, lambda _, law=law: law.own)  # type: ignore[misc]
    return source


_MEAN = r"(?:(?<![A-Za-z\\])E|\\mathbb\s*(?:\{\s*E\s*\}|E)|\\operatorname\s*\{\s*E\s*\}|\\E)\s*_\s*"


def _bare(source: Source, law: _Law) -> Source:
    """The same with a mean under q as one of z under q."""
    names = "|".join(re.escape(name) for name in dict.fromkeys([law.name, law.own]))
    mean = re.compile(rf"(?P<sign>{_MEAN})(?:\{{\s*(?:{names})\s*\}}|(?:{names})(?![A-Za-z0-9_]))")
    return source.replaced(mean, lambda match: rf"{match['sign']}{{{law.of} \sim {law.own}}}")


def _called(match: re.Match[str], law: _Law) -> str:
    """The law in a divergence and below a mean, its density anywhere else."""
    before, behind = match.string[: match.start()], match.string[match.end() :]
    if re.search(r"\\sim\s*$", before):
        return law.own
    if re.search(r"_\s*\{\s*$", before) and re.match(r"\s*\}", behind):
        return rf"{law.of} \sim {law.own}"
    space = r"(?:\\[,;! ]|\s)*"
    if re.match(rf"{space}(?:\\\||\|\||\\parallel)", behind) or re.search(rf"(?:\\\||\|\||\\parallel){space}$", before):
        return law.own
    return f"{law.own}({law.of})"
