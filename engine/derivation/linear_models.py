"""Linear models with the covariance of their noise: of y = X b + e, X of n x p and Cov(e) = s^2 I, e is in R^n."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_LETTER = r"(?:\\(?:beta|theta|epsilon|varepsilon|eta|xi|nu)|\\(?:mathbf|boldsymbol|bm)\s*\{\s*\\?[a-z]+\s*\}|[a-z])"
_MODEL = re.compile(
    rf"\s*(?P<y>{_LETTER})\s*=\s*(?P<X>[A-Z]|\\Phi)\s*(?P<b>{_LETTER}(?:\s*\^\s*\{{?\*\}}?|_0)?)\s*\+\s*(?P<e>{_LETTER})\s*"
)
_MEMBER = re.compile(
    r"(?:\\in(?![a-z])|∈)\s*\\?(?:mathbb|R|ℝ)[^^]*\^\s*\{\s*(?P<n>\w+)\s*(?:\\times|×)\s*(?P<p>\w+)\s*\}"
)


def with_linear_models(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences, with the sizes of such noise and coefficients told before the sentence that has the model."""
    items = tuple(items)
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    found: list[Item] = []
    for item in items:
        if isinstance(item, Sentence) and (sizes := _sizes(item, texts)):
            found += [_let(text, item) for text in sizes]
        found.append(item)
    return tuple(found)


def _sizes(sentence: Sentence, texts: list[str]) -> list[str]:
    """What the first model in a sentence says of its noise and coefficients, where no formula says more of these."""
    said = (_MODEL.fullmatch(part.source.text) for part in sentence.parts if isinstance(part, Formula))
    model = next((match for match in said if match is not None), None)
    if model is None:
        return []
    design = re.compile(rf"\s*{re.escape(model['X'])}\s*{_MEMBER.pattern}")
    shape = next((match for text in texts if (match := design.match(text)) is not None), None)
    noise = re.escape(model["e"])
    spread = re.compile(
        rf"(?:Cov|Var|\\Sigma_)[^=]*(?<![A-Za-z\\]){noise}(?![A-Za-z])[^=]*=[^=]*(?:(?<![A-Za-z])I|\\mathbf\s*\{{?I)|"
        rf"\s*{noise}\s*\\sim[^=]*(?:(?<![A-Za-z])I|\\mathbf\s*\{{?I)"
    )
    if shape is None or not any(map(spread.search, texts)):
        return []
    told = {
        name: rf"{name} \in \mathbb{{R}}^{{{size}}}"
        for name, size in ((model["e"], shape["n"]), (model["b"], shape["p"]))
    }
    return [text for name, text in told.items() if not _is_member(name, texts)]


def _is_member(name: str, texts: Iterable[str]) -> bool:
    member = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}[^=$]{{0,12}}(?:\\in(?![a-z])|∈)")
    return any(map(member.search, texts))


def _let(text: str, sentence: Sentence) -> Sentence:
    place = sentence.parts[0].source.place(0)
    parts = (Prose(written_at("Let ", place)), Formula(written_at(text, place), False))
    return Sentence(parts, True, sentence.section)


__all__ = ["with_linear_models"]
