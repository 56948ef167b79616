"""What the words of a sentence say of its symbols is kept: "a symmetric matrix", "where h is binary"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import unsized, with_words
from engine.derivation.document import Formula
from engine.derivation.knowing import symbols
from engine.derivation.sentences import Sentence
from engine.derivation.words import parts_in, said_in

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


_SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|(?<!look )for|case|unless|hence|thus|therefore|follows)\b", re.IGNORECASE
)


def heed(checker: Checker, sentence: Sentence) -> None:
    """Adds what a sentence that declares says of its symbols, and what any other calls a symbol that nothing
    defines: "a unit vector u". One of no size is told and left unsure."""
    texts = {k: p.source.text for k, p in enumerate(sentence.parts) if isinstance(p, Formula)}
    if not sentence.declares:
        made = checker.context.definitions.keys()
        new = {k: text for k, text in texts.items() if not symbols(text) & made and re.fullmatch(r"[^=<>]+", text)}
        declared = {k: text for k, text in new.items() if re.search(r"\\in(?![a-z])|∈", text)}
        checker.context = with_words(checker.context, said_in(sentence.template), declared, checker.ranks)
        if _SUPPOSED.search(sentence.template):
            return
        checker.context = with_words(checker.context, said_in(sentence.template, before=True), new, checker.ranks)
        return
    rows = said_in(sentence.template)
    checker.context = with_words(checker.context, rows, texts, checker.ranks)
    for name, place in unsized(checker.context, rows, texts, checker.ranks).items():
        source = sentence.parts[place].source
        checker.unsure[name] = checker.line(source)
        checker.note(source, f"{name} is a vector or a matrix by these words: say of which size")
    for place in parts_in(sentence.template):
        source = sentence.parts[place].source
        known = checker.context.scope.names.keys() | checker.context.definitions.keys()
        checker.unsure.update(dict.fromkeys(symbols(re.split(r"[_^]", source.text)[0]) - known, checker.line(source)))
