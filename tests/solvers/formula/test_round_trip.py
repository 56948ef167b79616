"""Printing and reading are inverse, in LaTeX and in plain text, for 10,000 random trees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from solvers.formula.nodes import Node
from solvers.formula.parser import Parsed, parse
from solvers.formula.to_latex import to_latex
from solvers.formula.to_plain import to_plain
from tests.solvers.formula.trees import SCOPE, statements


@pytest.mark.timeout(300)  # half a minute where nothing else runs
@settings(max_examples=10_000, deadline=None)
@given(statements)
def test_printed_trees_read_back(tree: Node) -> None:
    for text, latex in ((to_latex(tree), True), (to_plain(tree), False)):
        parsed = parse(text, SCOPE, latex)
        assert isinstance(parsed, Parsed), f"{text}: {parsed}"
        assert parsed.node == tree, text
