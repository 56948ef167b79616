"""Labels that are numbers of the page: \\hat w_\\lambda of \\lambda > 0, beside \\hat w, is a symbol of its own."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_NAME = r"(?:\\(?:hat|tilde|bar|mathbf|boldsymbol|bm|vec)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+))"
_LABEL = r"\\(?:lambda|alpha|mu|gamma|beta|epsilon|varepsilon|eta|tau|rho|delta)"
_LABELLED = re.compile(
    rf"(?P<name>(?<![A-Za-z\\])[A-Za-z]|{_NAME})\s*_\s*(?:\{{\s*(?P<in>{_LABEL})\s*\}}|(?P<at>{_LABEL})(?![A-Za-z]))"
)
_NUMBER = r"{0}\s*(?:>|\\gt(?![a-z])|\\geq?(?![a-z]))\s*0|{0}\s*(?:\\mathbf\s*\{{?\s*)?I(?![A-Za-z_])|{0}\s*\\\|"


def with_number_labels(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, such symbols under a label in letters: \\hat w_{\\text{oflambda}}."""
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    whole = "\n".join(texts)
    found = {(m["name"], m["in"] or m["at"]) for m in _LABELLED.finditer(whole)}
    for name, label in found:
        start = "" if name.startswith("\\") else r"(?<![A-Za-z\\])"
        letter = re.escape(label)
        own = rf"{start}{re.escape(name)}\s*_\s*(?:\{{\s*{letter}\s*\}}|{letter}(?![A-Za-z]))"
        equated = re.compile(rf"\s*&?\s*{own}\s*&?\s*:?=")
        bare = re.search(rf"{start}{re.escape(name)}(?![A-Za-z]|\s*_)", whole)
        if bare and any(map(equated.match, texts)) and re.search(_NUMBER.format(letter), whole):
            text = rf"{name}_{{\text{{of{label.removeprefix(chr(92))}}}}}"
            items = tuple(_changed(item, re.compile(own), text) for item in items)
    return items


def _changed(item: Item, own: re.Pattern[str], text: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts: list[Prose | Formula] = []
    for part in item.parts:
        put = part.source.replaced(own, lambda _: text)
        if isinstance(part, Formula) and put is not part.source:
            part = replace(part, source=put, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


__all__ = ["with_number_labels"]
