"""What the words of a sentence say of its symbols is kept: "a symmetric matrix", "where h is binary"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.derivation.adjoints import heed_dependence
from engine.derivation.declaring import RESERVED, UNKNOWN, unsized, with_words
from engine.derivation.document import Formula
from engine.derivation.factored import settle_factors
from engine.derivation.glossary import gloss
from engine.derivation.knowing import symbols
from engine.derivation.randomness import read_again
from engine.derivation.row_vectors import heed_rows
from engine.derivation.sentences import Sentence, words_of
from engine.derivation.spectra_told import heed_spectra
from engine.derivation.steps_before import heed_steps_before
from engine.derivation.true_class import heed_true_class
from engine.derivation.unread_properties import is_vague, unread_properties
from engine.derivation.words import Said, apposed_in, called_in, parts_in, said_in, square_in, with_sizes
from solvers.formula.index_ranges import with_ranges
from solvers.formula.nodes import Name, Node, Num
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


_SPECIAL = re.compile(  # what words call by a property that is not read: it is no symbol like any other
    r"\b(?:eigen-?(?:values?|vectors?)|singular (?:values?|vectors?)|largest(?! of)|smallest(?! of)|roots?)\b"
    r"(?:(?!\b(?:and|let|with|for)\b)[^⟦⟧.;:=,]){0,20}(?<!\bof )(?<!\bof the )⟦(\d+)⟧|"
    r"\beigen-?decomposition\b[^⟦⟧.;:]{0,20}⟦(\d+)⟧",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|(?<!look )for|case|unless|hence|thus|therefore|follows)\b", re.IGNORECASE
)


def heed(checker: Checker, sentence: Sentence) -> None:
    """Adds what a sentence that declares says of its symbols, and what any other calls a symbol that nothing
    defines: "a unit vector u". One of no size is told and left unsure."""
    checker.led = words_of(sentence) if re.search(r"[A-Za-z]", words_of(sentence)) else checker.led
    _heed(checker, sentence)
    for name, symbol in unread_properties(sentence, dict(checker.context.scope.names)):
        checker.spoken.setdefault(name, checker.line(symbol.source))
    if is_vague(sentence):
        checker.vague.append(checker.line(sentence.parts[0].source))
    heed_rows(checker, sentence)
    _count(checker, sentence)
    heed_dependence(checker, sentence)
    heed_spectra(checker, sentence)
    settle_factors(checker)
    read_again(checker)


def _heed(checker: Checker, sentence: Sentence) -> None:
    ranks = {name: len(declared.shape or ()) for name, declared in checker.indexed.items()}
    texts = {k: p.source.text for k, p in enumerate(sentence.parts) if isinstance(p, Formula)}
    if not sentence.declares:
        made = checker.context.definitions.keys()
        new = {k: text for k, text in texts.items() if not symbols(text) & made and re.fullmatch(r"[^=<>]+", text)}
        template = with_sizes(sentence.template, texts)
        fresh = [row for row in said_in(template) if row.size is not None] if template != sentence.template else []
        sized = {place for row in fresh for place in (row.place, row.size)}
        declared = {k: text for k, text in new.items() if k in sized or re.search(r"\\in(?![a-z])|∈", text)}
        checker.context = with_words(checker.context, said_in(template), declared, ranks)
        if _SUPPOSED.search(sentence.template):
            return
        checker.context = with_words(checker.context, said_in(sentence.template, before=True), new, ranks)
        return
    rows = said_in(with_sizes(sentence.template, texts), texts=texts)
    for row in rows:
        names = symbols(_MEMBERSHIP.split(texts.get(row.place, ""))[0]) if row.unsure else ()
        checker.spoken |= {name: checker.line(sentence.parts[row.place].source) for name in names}
    _densities(checker, sentence)
    checker.context = with_words(checker.context, rows, texts, ranks)
    _unsized(checker, sentence, rows, texts, ranks)
    for place in parts_in(sentence.template):
        source = sentence.parts[place].source
        known = checker.context.scope.names.keys() | checker.context.definitions.keys() | RESERVED
        checker.unsure.update(dict.fromkeys(symbols(re.split(r"[_^]", source.text)[0]) - known, checker.line(source)))


def call(checker: Checker, sentence: Sentence) -> None:
    """What a sentence calls its symbols before it says more of them."""
    gloss(checker, sentence)
    heed_true_class(checker, sentence)
    heed_steps_before(checker, sentence)
    heed_rows(checker, sentence)
    _call(checker, sentence)


def _call(checker: Checker, sentence: Sentence) -> None:
    """What a sentence calls a vector or a matrix: "for n x n matrices A and B with AB = BA".

    Only names that nothing is known of; those of no size are unsure, unless the sentence declares and may say it yet.
    """
    texts = {k: p.source.text for k, p in enumerate(sentence.parts) if isinstance(p, Formula)}
    apposed = apposed_in(sentence.template, texts)
    template = with_sizes(sentence.template, texts)
    over = said_in(template) if sentence.declares else ()  # p and q, distributions over ..., with p_i > 0
    laws = tuple(row for row in over if row.inside is not None and any(p.domain == "simplex" for p in row.properties))
    rows = (*called_in(template), *laws)
    if not rows and not apposed:
        return
    known = checker.context.scope.names.keys() | checker.context.definitions.keys()
    named = {k for k, text in texts.items() if re.fullmatch(r"[^=<>∈]+", text) and r"\in" not in text}
    rows, apposed = (
        tuple(row for row in said if row.place in named and not symbols(texts[row.place]) & known)
        for said in (rows, apposed)
    )
    ranks = {name: len(declared.shape or ()) for name, declared in checker.indexed.items()}
    checker.context = with_words(checker.context, (*apposed, *rows), texts, ranks)
    checker.unsure = {n: line for n, line in checker.unsure.items() if n not in checker.context.scope.names}
    if not sentence.declares or square_in(sentence.template):
        _unsized(checker, sentence, rows, texts, ranks)


def _unsized(
    checker: Checker, sentence: Sentence, rows: Sequence[Said], texts: Mapping[int, str], ranks: Mapping[str, int]
) -> None:
    """What is called a vector or a matrix of no size has sizes of its own, which its use may show to be others.

    Square matrices of one sentence are of one size.
    """
    found = unsized(checker.context, rows, texts, ranks)
    if not found:
        return
    square, rank = square_in(sentence.template), {row.place: row.whole for row in rows}
    one = Name(f"size_{min(found)}")
    for name, place in found.items():
        sizes = (Name(f"size_{name}"), Name(f"size_{name}_2"))[: rank[place]]
        declared = Declaration(name, (one, one) if place in square else sizes, (), "inferred")
        checker.context = checker.context.declared(declared)
        kind = "a square matrix" if place in square else "a vector" if rank[place] == 1 else "a matrix"
        checker.note(
            sentence.parts[place].source, f"{name} is {kind} by these words; of which size, its use has to show"
        )


_COUNTED = re.compile(  # k models with errors e_i
    r"⟦(\d+)⟧\s+(?:[a-z-]+\s+){1,3}?(?:with|having|whose|of)\s+(?:[a-z-]+\s+){0,4}⟦(\d+)⟧", re.IGNORECASE
)
_MEMBER = re.compile(r"\\?[A-Za-z]+(?:\s*\{\s*[A-Za-z]\s*\})?\s*_\s*\{?\s*([a-z])\s*\}?(?![A-Za-z,])")


def _count(checker: Checker, sentence: Sentence) -> None:
    """Keeps how many there are of something that has an index: it runs through all of them."""
    for said in _COUNTED.finditer(sentence.template):
        number, member = (sentence.parts[int(place)].source.text.strip() for place in said.groups())
        index = _MEMBER.match(member)
        if index is None or not re.fullmatch(r"[NMKTLnmkd]", number) or index[1] == number:
            continue
        checker.ranges.setdefault(index[1], (Num("1"), Name(number)))
        checker.context = with_ranges(checker.context, checker.ranges)


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
                size = _length(letter, checker.texts)
                checker.context = checker.context.declared(Declaration(name, (size,), (), "simplex"))
                checker.note(sentence.parts[place].source, f"{name} is taken as probabilities of finitely many values")


def _length(letter: str, texts: Sequence[str]) -> Node:
    """How many probabilities there are, by what they are summed to: \\sum_{i=1}^n p_i."""
    summed = re.compile(
        rf"\\sum\s*_\s*\{{?\s*([a-z])\s*=\s*1\s*\}}?\s*\^\s*\{{?\s*([A-Za-z])\s*\}}?\s*{letter}\s*_\s*\{{?\s*\1(?![A-Za-z])"
    )
    ends = {said[2] for text in texts for said in summed.finditer(text)}
    return Name(ends.pop()) if len(ends) == 1 else UNKNOWN


def beware(checker: Checker, sentence: Sentence) -> None:
    """What words call an eigenvalue or the largest of its kind is no symbol like any other."""
    heed_spectra(checker, sentence)
    for match in _SPECIAL.finditer(sentence.template):
        source = sentence.parts[int(match[1] or match[2])].source
        head = re.split(r"=|\\in(?![a-z])|\\[lg]eq?(?![a-z])|[<>_^]", source.text)[0]
        known = checker.context.definitions.keys() | checker.context.scope.names.keys()
        for name in symbols(head) - known:
            checker.spoken.setdefault(name, checker.line(source))
    if not sentence.declares:
        _unused(checker, sentence)
    for match in _DERIVED.finditer(sentence.template):
        source = sentence.parts[int(match[1])].source
        if not re.search(r"=|\\in(?![a-z]).*\^", source.text):  # a vector of any energies is a vector like any other
            for name in symbols(_MEMBERSHIP.split(source.text)[0]) - checker.context.definitions.keys():
                checker.spoken.setdefault(name, checker.line(source))


def _unused(checker: Checker, sentence: Sentence) -> None:
    """What words in passing say of a symbol that nothing declares, a point u of unit length, may not be all of it."""
    known = checker.context.definitions.keys() | checker.context.scope.names.keys()
    plain = {
        place: part.source
        for place, part in enumerate(sentence.parts)
        if isinstance(part, Formula) and not re.search(r"[=<>∈]|\\(?:in|sim|le|ge|ne)(?![a-z])", part.source.text)
    }
    for row in said_in(sentence.template):
        before = max((place for place in plain if place <= row.place), default=None)  # u with unit length we have ...
        told = any("{name}" in text and "=" in text and p.rank == 1 for p in row.properties for text in p.texts)
        if told and before is not None:
            for name in symbols(plain[before].text) - known:
                checker.spoken.setdefault(name, checker.line(plain[before]))


_MEMBERSHIP = re.compile(r"\\in(?![a-z])|∈|[<>]|\\[lg]eq?(?![a-z])")
_DERIVED = re.compile(  # let E_1 be the energy with s_k = 1; r, its distance from the surface: no free number
    r"⟦(\d+)⟧(?:\s*,|\s+(?:be|is|are|as|for|denotes?|denoting))?\s+(?:the|its|their)\s+(?:[a-z-]+\s+){0,2}"
    r"(?:energ(?:y|ies)|entropy|error|loss|cost|distance|sum|total|angle|minimum|maximum|minimi[sz]er|maximi[sz]er|"
    r"solution|root|zero|optimum|fraction|share|ratio|difference|gap|score|margin|value|projection|residual|change)\s+"
    r"(?:with|when|if|for|from|between|over|at|of\s+(?:the|all|this|its|⟦)|that|which|to|where)(?![a-z])",
    re.IGNORECASE,
)
