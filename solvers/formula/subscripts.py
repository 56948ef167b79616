"""Subscripts that mean something of their own: a_{ij}, where the entries of A are called so, and delta_{ij}."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solvers.formula.label_words import label_of, wordy
from solvers.formula.nodes import Big, Call, Chain, Index, Member, Name, Node, Num
from solvers.formula.tokens import ReadError, Scope, Token

if TYPE_CHECKING:
    from solvers.formula.scripts import Scripts


def entry_of(reader: Scripts, node: Node, tokens: list[Token], opener: Token, start: int) -> Node | None:
    """a_{ij} where the entries of A are called so: A_{ij}; None of any other subscript that says something."""
    if len(tokens) > 2 and tokens[0].kind == "name" and tokens[1].text == "=":
        return _listed(reader, node, tokens, opener, start)
    if isinstance(node, Num) or (isinstance(node, Call) and node.op in {"inner", "norm"}):
        end = tokens[-1].end if tokens else opener.end
        raise ReadError("a number has no entries: write it without indices", start, end)
    name = node.base if isinstance(node, Member) else node
    matrix = reader.scope.entries.get(name.text) if isinstance(name, Name) else None
    two = len(tokens) == 2 or any(t.kind == "," for t in tokens) or any(t.text.isdecimal() for t in tokens[:1])
    indices = reader.indices(tokens, opener, 2) if matrix is not None and two else ()
    if matrix is None or len(indices) != 2:
        return None
    base: Node = Name(matrix, node.span)
    base = Member(base, node.indices, node.span) if isinstance(node, Member) else base
    return Index(base, indices, reader.span(start))


def labelled(reader: Scripts, node: Node, tokens: list[Token], start: int) -> Node | None:
    """A label behind a square or a transpose: \\sigma^2_{ML}; W^T_{hh}, where W_{hh} is a matrix; None of others."""
    base = node.args[0] if isinstance(node, Call) else None
    if not isinstance(node, Call) or not isinstance(base, Name):
        return None
    if node.op == "pow" and wordy(reader, tokens):
        return Call("pow", (Name(f"{base.text}_{tokens[0].text}"), node.args[1]), reader.span(start))
    label = label_of(reader, tokens) if node.op == "transpose" else ""
    if label and f"{base.text}_{label}" in reader.scope.names:
        return Call("transpose", (Name(f"{base.text}_{label}"),), reader.span(start))
    return None


def _listed(reader: Scripts, node: Node, tokens: list[Token], opener: Token, start: int) -> Node | None:
    """(f_i)_{i=1..n}, (f_i)_{i=1}^n: the vector of these; None where no bracket stands around them."""
    from solvers.formula.ranges import binders  # it reads in its turn

    bracketed = any(token.start == start and token.kind in {"(", "["} for token in reader.tokens)
    upper: Node | None = None
    if bracketed and reader.accept("^"):
        upper = reader.whole(*reader.script())
    groups = binders(reader.inside(tokens, opener), upper) if bracketed else []  # type: ignore[arg-type]
    if len(groups) != 1 or len(groups[0]) != 1 or groups[0][0].high is None:
        return None
    return Big("list", groups[0], node, reader.span(start))


def apart(reader: Scripts, tokens: list[Token], rank: int | None) -> list[list[Token]]:
    """The tokens of each of the indices that stand side by side: W_{ij}, W_{12}, W_{i1}, W_{:j}."""
    start = tokens[0].start if tokens else 0
    written = reader.source[start : tokens[-1].end] if tokens else ""
    if re.fullmatch(r"\d\d|[A-Za-z]\d" if rank == 2 else r"[A-Za-z]\d", written):
        places = enumerate(written, start)
        return [[Token("num" if sign.isdecimal() else "name", sign, at, at + 1)] for at, sign in places]
    digits = all(len(t.text) == 1 for t in tokens if t.kind == "num")
    numbered = digits and (rank == 2 or (tokens and tokens[0].kind != "num"))
    kinds = {"name", ":", "num"} if numbered else {"name", ":"}
    whole = len(tokens) < 2 or any(t.kind not in kinds for t in tokens)
    return [tokens] if whole else [[t] for t in tokens]


def kronecker(reader: Scripts, node: Name, tokens: Sequence[Token], opener: Token, start: int) -> Node | None:
    """delta_{ij}, delta_{j, i + 1}: 1 where both are equal; None where delta is something else."""
    letters = [t for t in tokens if t.kind != ","]
    commas = len(tokens) - len(letters)
    plain = all(t.kind == "name" and len(t.text) == 1 for t in letters)
    numbered = all(
        t.kind in {"name", "num", "add", "sub", "(", ")", "{", "}", "op"} or t.text in {"+", "-"} for t in letters
    )
    if (
        node.text != "delta"
        or "delta" in reader.scope.names
        or not ((len(letters) == 2 and plain and commas < 2) or (commas == 1 and numbered and len(letters) > 1))
    ):
        return None
    i, j = reader.indices(list(tokens), opener, 2)
    return Call("indicator", (Chain((i, j), ("=",)),), reader.span(start))


def bracketed_index(reader: Scripts, node: Node, start: int) -> Node:
    """x[1], behind its opening bracket."""
    inner: list[Token] = []
    opener = reader.tokens[reader.at - 1]
    while reader.peek().kind != "]":
        inner.append(reader.take())
    reader.take()
    return Index(node, reader.indices(inner, opener, 1), reader.span(start))


def like_entry(node: Node, exponent: Node, scope: Scope) -> bool:
    """Whether W^{ij} of a declared matrix has letters above it that are indices by custom."""
    declared = scope.names.get(node.text) if isinstance(node, Name) else None
    letters = exponent.args if isinstance(exponent, Call) and exponent.op == "mul" else ()
    plain = all(isinstance(i, Name) and i.text in {*"ijkl"} - scope.names.keys() for i in letters)
    return declared is not None and len(declared.shape or ()) == 2 and len(letters) == 2 and plain
