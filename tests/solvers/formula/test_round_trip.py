"""Printing and reading are inverse, in LaTeX and in plain text, for random trees."""

from __future__ import annotations

from hypothesis import given, settings

from solvers.formula.nodes import Node
from solvers.formula.parser import Parsed, parse
from solvers.formula.to_latex import to_latex
from solvers.formula.to_plain import to_plain
from tests.solvers.formula.trees import SCOPE, statements


@settings(max_examples=500, deadline=None)
@given(statements)
def test_latex_reads_back(tree: Node) -> None:
    text = to_latex(tree)
    parsed = parse(text, SCOPE, latex=True)
    assert isinstance(parsed, Parsed), f"{text}: {parsed}"
    assert parsed.node == tree, text


@settings(max_examples=500, deadline=None)
@given(statements)
def test_plain_text_reads_back(tree: Node) -> None:
    text = to_plain(tree)
    parsed = parse(text, SCOPE, latex=False)
    assert isinstance(parsed, Parsed), f"{text}: {parsed}"
    assert parsed.node == tree, text
