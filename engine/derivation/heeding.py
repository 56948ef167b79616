"""What the words of a sentence say of its symbols is kept: "a symmetric matrix", "where h is binary"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.adjoints import heed_dependence
from engine.derivation.declaring import UNKNOWN, unsized, with_words
from engine.derivation.document import Formula
from engine.derivation.knowing import symbols
from engine.derivation.randomness import read_again
from engine.derivation.sentences import Sentence
from engine.derivation.words import parts_in, said_in
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


_SPECIAL = re.compile(  # what words call by a property that is not read: it is no symbol like any other
    r"\b(?:eigen-?(?:values?|vectors?)|singular (?:values?|vectors?)|largest(?! of)|smallest(?! of)|roots?)\b"
    r"[^⟦⟧.;:=]{0,20}⟦(\d+)⟧",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|(?<!look )for|case|unless|hence|thus|therefore|follows)\b", re.IGNORECASE
)


def heed(checker: Checker, sentence: Sentence) -> None:
    """Adds what a sentence that declares says of its symbols, and what any other calls a symbol that nothing
    defines: "a unit vector u". One of no size is told and left unsure."""
    _heed(checker, sentence)
    heed_dependence(checker, sentence)
    read_again(checker)


def _heed(checker: Checker, sentence: Sentence) -> None:
    ranks = {name: len(declared.shape or ()) for name, declared in checker.indexed.items()}
    texts = {k: p.source.text for k, p in enumerate(sentence.parts) if isinstance(p, Formula)}
    if not sentence.declares:
        made = checker.context.definitions.keys()
        new = {k: text for k, text in texts.items() if not symbols(text) & made and re.fullmatch(r"[^=<>]+", text)}
        declared = {k: text for k, text in new.items() if re.search(r"\\in(?![a-z])|∈", text)}
        checker.context = with_words(checker.context, said_in(sentence.template), declared, ranks)
        if _SUPPOSED.search(sentence.template):
            return
        checker.context = with_words(checker.context, said_in(sentence.template, before=True), new, ranks)
        return
    rows = said_in(sentence.template)
    _densities(checker, sentence)
    checker.context = with_words(checker.context, rows, texts, ranks)
    for name, place in unsized(checker.context, rows, texts, ranks).items():
        source = sentence.parts[place].source
        checker.unsure[name] = checker.line(source)
        checker.note(source, f"{name} is a vector or a matrix by these words: say of which size")
    for place in parts_in(sentence.template):
        source = sentence.parts[place].source
        known = checker.context.scope.names.keys() | checker.context.definitions.keys()
        checker.unsure.update(dict.fromkeys(symbols(re.split(r"[_^]", source.text)[0]) - known, checker.line(source)))


_DENSITIES = re.compile(
    r"⟦\d+⟧(?:[^⟦.;]{0,25}⟦\d+⟧)*(?:\s*\([^)]{0,30}\))?\s*(?:be|are|is|denote)\s+(?:an?\s+|the\s+|two\s+|any\s+|some\s+)?"
    r"(?:\w+\s+){0,2}(?:densit(?:y|ies)|distributions?)(?!\s+(?:of|over|on|with)\b)",
    re.IGNORECASE,
)


def _densities(checker: Checker, sentence: Sentence) -> None:
    """Densities p and q of no variable: vectors of probabilities, as means under them and divergences take them."""
    said = _DENSITIES.search(sentence.template)
    for place in map(int, re.findall(r"⟦(\d+)⟧", said.group() if said else "")):
        for name in re.split(r"\s*,\s*", sentence.parts[place].source.text.strip()):
            letter = re.escape(name)
            taken = re.compile(rf"(?:E\}}?\s*_\s*\{{?\s*{letter}(?![A-Za-z(])|[(|]\s*{letter}\s*(?:\\\||\|\|))")
            used = [text for text in checker.texts if taken.search(text)]
            applied = any(re.search(rf"(?<![A-Za-z\\]){letter}\s*(?:\\left)?\(", text) for text in checker.texts)
            if re.fullmatch(r"[a-z]", name) and used and not applied and name not in checker.context.scope.names:
                checker.context = checker.context.declared(Declaration(name, (UNKNOWN,), (), "simplex"))
                checker.note(sentence.parts[place].source, f"{name} is taken as probabilities of finitely many values")


def beware(checker: Checker, sentence: Sentence) -> None:
    """What words call an eigenvalue or the largest of its kind is no symbol like any other."""
    for match in _SPECIAL.finditer(sentence.template):
        source = sentence.parts[int(match[1])].source
        head = re.split(r"=|\\in(?![a-z])|\\[lg]eq?(?![a-z])|[<>_^]", source.text)[0]
        known = checker.context.definitions.keys() | checker.context.scope.names.keys()
        for name in symbols(head) - known:
            checker.spoken.setdefault(name, checker.line(source))
