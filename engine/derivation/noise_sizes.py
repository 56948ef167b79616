"""How long noise is that is added to a vector: e of x + e, with E[e e^T] = s^2 I, is as long as x."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_TURN = r"\s*\^\s*(?:\{\s*(?:\\top|\\intercal|T)\s*\}|\\top|\\intercal|T)"
_SECOND = re.compile(rf"[\[(]\s*(?P<e>\\?[A-Za-z]+)\s*(?P=e){_TURN}\s*(?:\\right)?[\])]")
WITHIN = re.compile(r"(?P<names>[^=<>]*)\\in\s*\\mathbb\s*\{?\s*R\s*\}?\s*\^\s*\{?\s*(?P<d>[A-Za-z])\s*\}?\s*[.,;]?\s*")


def with_noise_sizes(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences behind what lengths of noise they tell by adding it to a vector."""
    texts = list(_texts(items))
    lengths = {name.strip(): m["d"] for t in texts if (m := WITHIN.fullmatch(t)) for name in m["names"].split(",")}
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    found: list[Item] = []
    for name in dict.fromkeys(m["e"] for text in texts for m in _SECOND.finditer(text)):
        size = next((d for x, d in lengths.items() if any(_added(x, name, text) for text in texts)), None)
        if name not in lengths and size is not None:
            text = rf"{name} \in \mathbb{{R}}^{{{size}}}"
            found.append(Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True))
    return (*found, *items)


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _added(one: str, other: str, text: str) -> bool:
    """Whether two names are added: x + e, with nothing else in either term."""
    return re.search(rf"(?:^|[\[(=])\s*{re.escape(one)}\s*\+\s*{re.escape(other)}\s*(?:$|[\])])", text) is not None


__all__ = ["WITHIN", "with_noise_sizes"]
