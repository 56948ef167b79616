"""Scripts that are words and labels of a name, and no indices: \\lambda_{\\max}, w^{\\text{new}}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.formula.latex_words import LABELS
from solvers.formula.nodes import Name
from solvers.formula.operators import ACCENTS, GREEK
from solvers.formula.tokens import Scope, Token

if TYPE_CHECKING:
    from solvers.formula.scripts import Scripts


def wordy(reader: Scripts, tokens: list[Token]) -> bool:
    """Whether a subscript is a word, as in \\lambda_{\\max} and x_{\\text{new}}: no index."""
    if len(tokens) != 1 or tokens[0].text in {"", *reader.scope.names, *reader.bound}:
        return False
    word = tokens[0].text
    accented = any(word.removesuffix(accent) in (*GREEK, word[0]) for accent in ACCENTS)  # khat is an index
    return tokens[0].kind == "func" or (
        tokens[0].kind == "name" and (len(word) > 2 or word in LABELS) and word not in GREEK and not accented
    )


def is_fixed(name: Name, scope: Scope) -> bool:
    """Whether nothing that stands above a name is a label of it: the ones, the zeros, and e, unless it is declared."""
    return name.text in {"ones", "zeros"} or (name.text == "e" and not {"e"} & (scope.names.keys() | scope.own))


_JOINING = frozenset({"in", "and", "or", "mod"})


def label_of(reader: Scripts, tokens: list[Token]) -> str:
    """The letters, numbers or the word of a script; "" of anything else."""
    if len(tokens) == 1 and (tokens[0].text in _JOINING or tokens[0].kind == "word"):  # C_{in}, q_{if}: no relation
        written = reader.written(tokens[0])
        return tokens[0].text if written.isalpha() or "{" in written else ""  # and no C_\in
    plain = {t.kind for t in tokens} <= {"name", "num"} or [t.kind for t in tokens] == ["func"]
    return "".join(map(reader.word, tokens)) if plain else ""


def word_of(reader: Scripts, tokens: list[Token]) -> str:
    """The label of w^{\text{new}}: one undeclared word in upright letters."""
    if len(tokens) != 1 or tokens[0].kind not in {"name", "func"} or len(tokens[0].text) < 2:
        return ""
    word = tokens[0].text
    upright = reader.written(tokens[0]).startswith(("\\text", "\\mathrm", "\\rm", "\\mbox", "\\operatorname"))
    return word if word not in reader.scope.names and (upright or word in LABELS) else ""
