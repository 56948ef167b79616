"""Sentences that give a function among other things: "For $f(x) = x^2$ with $L > 0$ and $x_{k+1} = ...$ we get". They
declare, up to what is shown or concluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.sentences import Item, Sentence

_GIVEN = re.compile(
    r"\W*(?:(?:now|so|then)\W+)?(?:for|given|with)\s+(?:the\s+(?:function|loss|map|objective|cost)\s+)?"
    r"(?P<given>⟦\d+⟧(?:\s*(?:,\s*(?:and|with|where)?|and|with|where)\s+⟦\d+⟧)+)",
    re.IGNORECASE,
)
_FUNCTION = re.compile(r"\s*(?P<name>\\?[A-Za-z]+)\s*\(\s*\\?[A-Za-z]+(?:\s*,\s*\\?[A-Za-z]+)*\s*\)\s*=[^=]+")


def with_given_functions(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences, such ones as declaring ones where no formula before spoke of the function."""
    found: list[Item] = []
    heard = ""
    for item in items:
        if isinstance(item, Sentence):
            said = _GIVEN.match(item.template)
            if said is not None and not item.declares and _gives(item, said["given"], heard):
                item = replace(item, declares=True)
            heard += " ".join(part.source.text for part in item.parts) + " "
        found.append(item)
    return tuple(found)


def _gives(sentence: Sentence, given: str, heard: str) -> bool:
    texts = [sentence.parts[int(place)].source.text for place in re.findall(r"\d+", given)]
    functions = [match["name"] for text in texts if (match := _FUNCTION.fullmatch(text)) is not None]
    called = (re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}\s*\(") for name in functions)
    return bool(functions) and not any(pattern.search(heard) for pattern in called)


__all__ = ["with_given_functions"]
