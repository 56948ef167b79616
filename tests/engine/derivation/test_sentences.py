"""Sentences: which of them declare, where they end, what lists and headings do; what words say of a symbol."""

from __future__ import annotations

import pytest

from engine.derivation.document import pieces_of
from engine.derivation.sentences import Sentence, sentences_of
from engine.derivation.words import row_layout, said_in


def declared(text: str, latex: bool | None = None) -> dict[str, bool]:
    """Each formula, and whether its sentence declares."""
    found = {}
    for item in sentences_of(pieces_of(text, latex)):
        assert isinstance(item, Sentence)
        for part in item.parts:
            if hasattr(part, "display"):
                found[part.source.text.strip()] = item.declares
    return found


KEYWORDS = [
    *("Let", "let", "LET", "Given", "Where", "With", "Define", "Assume", "Suppose", "Recall", "**Let**", "Now let"),
    *("We define", "We assume that", "Further, suppose", "Throughout, let", "1. Let", "(a) Given", "Let us define"),
]
OTHERS = [
    *("Hence", "Therefore", "We get", "So", "The gradient is", "Letting go,", "Withdrawn", "By the chain rule,"),
    *("Let us now see that", "Let's compute", "Whereas", "It is given", "Then"),
]


@pytest.mark.parametrize("word", KEYWORDS)
def test_sentences_that_declare(word: str) -> None:
    assert declared(f"{word} $a = b$ and $c = d$.") == {"a = b": True, "c = d": True}


@pytest.mark.parametrize("word", OTHERS)
def test_sentences_that_do_not(word: str) -> None:
    assert declared(f"{word} $a = b$.") == {"a = b": False}


ENDS = [
    ("Let $a = b$. Hence $c = d$.", {"a = b": True, "c = d": False}, "full-stop"),
    ("Let $a = b$, e.g. $c = d$.", {"a = b": True, "c = d": True}, "abbreviation"),
    ("Let $a = b$, i.e. $c = d$, cf. $e = f$.", {"a = b": True, "c = d": True, "e = f": True}, "abbreviations"),
    ("Let $a = b$\n\n$c = d$", {"a = b": True, "c = d": False}, "empty-line"),
    ("Let $a = b$\nand $c = d$", {"a = b": True, "c = d": True}, "line-end"),
    ("Let $a = 1.5$ and $c = d$.", {"a = 1.5": True, "c = d": True}, "decimal-point"),
    ("Let $a = b$! We get $c = d$.", {"a = b": True, "c = d": False}, "exclamation-mark"),
    ("Let\n$$a = b$$\nThen\n$$c = d$$", {"a = b": True, "c = d": False}, "displays"),
    ("$$a = b$$\nwhere $c = d$.", {"a = b": False, "c = d": True}, "where-behind-a-display"),
    ("$$a = b,$$\n\nwhere $c = d$.", {"a = b,": False, "c = d": True}, "where-after-an-empty-line"),
    ("Hence $a = b$, where $c = d$.", {"a = b": False, "c = d": True}, "where-within"),
    ("Hence $a = b$ (with $c = d$).", {"a = b": False, "c = d": True}, "with-in-brackets"),
]


@pytest.mark.parametrize(("text", "expected", "name"), ENDS, ids=[row[2] for row in ENDS])
def test_where_sentences_end(text: str, expected: dict[str, bool], name: str) -> None:
    assert declared(text) == expected


LISTS = [
    ("Let\n\n- $a = b$\n- $c = d$\n\nHence $e = f$.", {"a = b": True, "c = d": True, "e = f": False}, "list"),
    ("Given:\n1. $a = b$\n2. $c = d$\n", {"a = b": True, "c = d": True}, "numbered"),
    ("We get\n\n- $a = b$\n- $c = d$\n", {"a = b": False, "c = d": False}, "other-list"),
    ("# Given\n\n$a = b$\n\n# Derivation\n\n$c = d$", {"a = b": True, "c = d": False}, "headings"),
    (
        "## Notation and setup\n\n- $a = b$\n\n## Solution\n\n- $c = d$",
        {"a = b": True, "c = d": False},
        "heading-lists",
    ),
    ("# Let there be light\n\n$a = b$", {"a = b": False}, "heading-is-no-sentence"),
]


@pytest.mark.parametrize(("text", "expected", "name"), LISTS, ids=[row[2] for row in LISTS])
def test_lists_and_headings(text: str, expected: dict[str, bool], name: str) -> None:
    assert declared(text) == expected


LATEX = [
    (
        "Let \\begin{itemize}\\item $a = b$ \\item $c = d$\\end{itemize} Hence $e = f$.",
        {"a = b": True, "c = d": True, "e = f": False},
        "items",
    ),
    ("\\section{Given} $a = b$ \\section*{Proof} $c = d$", {"a = b": True, "c = d": False}, "sections"),
    ("\\paragraph{Setup.} $a = b$", {"a = b": True}, "paragraph"),
]


@pytest.mark.parametrize(("text", "expected", "name"), LATEX, ids=[row[2] for row in LATEX])
def test_latex_lists_and_headings(text: str, expected: dict[str, bool], name: str) -> None:
    assert declared(text, latex=True) == expected


# ----- words -----


def said(template: str) -> dict[int, list[str]]:
    """What is said of each place: domains and the first text of a property, "scalar", "size k", "in k"."""
    found = {}
    for row in said_in(template):
        words = [p.domain or p.texts[0] for p in row.properties]
        words += ["scalar"] * row.scalar
        words += [f"size {row.size}"] * (row.size is not None) + [f"in {row.inside}"] * (row.inside is not None)
        found[row.place] = words
    return found


SYMMETRIC, DEFINITE, SEMIDEFINITE = r"{name}^\top = {name}", r"{name} \succ 0", r"{name} \succeq 0"
WORDS = [
    ("Let ⟦1⟧ be a symmetric matrix", {1: [SYMMETRIC]}, "symmetric"),
    ("Let ⟦1⟧ be symmetric and positive definite", {1: [DEFINITE, SYMMETRIC]}, "two-properties"),
    ("Let ⟦1⟧ be a positive semidefinite matrix", {1: [SEMIDEFINITE]}, "semidefinite"),
    ("Let ⟦1⟧ be positive", {1: ["positive"]}, "positive"),
    ("Let ⟦1⟧ be non-negative", {1: ["nonnegative"]}, "nonnegative"),
    ("Let ⟦1⟧ be a binary vector", {1: ["{0, 1}"]}, "binary"),
    ("Let ⟦1⟧ be a one-hot vector", {1: ["one-hot"]}, "one-hot"),
    ("Let ⟦1⟧ be a probability distribution over ⟦2⟧", {1: ["simplex", "in 2"]}, "distribution-over"),
    ("Let ⟦1⟧ be a vector of length ⟦2⟧", {1: ["size 2"]}, "length"),
    ("Let ⟦1⟧ be an ⟦2⟧ matrix", {1: ["size 2"]}, "sized-matrix"),
    ("Let ⟦1⟧ be a scalar", {1: ["scalar"]}, "scalar"),
    ("Let ⟦1⟧ and ⟦2⟧ be positive", {1: ["positive"], 2: ["positive"]}, "two-symbols"),
    ("Let ⟦1⟧ be symmetric, and let ⟦2⟧ be positive", {1: [SYMMETRIC], 2: ["positive"]}, "each-its-own"),
    ("Let ⟦1⟧ be an integer", {1: ["integer"]}, "integer"),
    ("Let ⟦1⟧ be not symmetric", {}, "not"),
    ("Let ⟦1⟧ be a nonsymmetric matrix", {1: []}, "non"),  # a matrix, and no more
    ("Let ⟦1⟧ be what we want", {}, "nothing"),
]


@pytest.mark.parametrize(("template", "expected", "name"), WORDS, ids=[row[2] for row in WORDS])
def test_what_words_say(template: str, expected: dict[int, list[str]], name: str) -> None:
    assert said(template) == expected


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("We use the numerator layout.", True),
        ("Gradients are row vectors.", True),
        ("The gradient is a column.", False),
        ("Each row of the matrix is an example.", False),
    ],
)
def test_the_layout_of_derivatives(text: str, rows: bool) -> None:
    assert row_layout(text) == rows
