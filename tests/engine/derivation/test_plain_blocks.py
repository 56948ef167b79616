"""Blocks of plain text: equations between bare fences, and indented ones."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

INDENTED = """We expand, with a and b real numbers:

    (a + b)^2 = (a + b)(a + b)
              = a^2 + a b + b a + b^2
              = a^2 + {middle} a b + b^2
"""
FENCED = """conv2: 32 filters, 3 x 3

```
size   = (16 - 3)/1 + 1 = 14
params = 32*(3*3*16 + 1) = {product} = {total}
```
"""


def verdicts(text: str) -> list[tuple[int, str]]:
    return [(step.line, step.verdict) for step in check(text).steps]


def test_indented_lines_are_a_chain() -> None:
    assert verdicts(INDENTED.format(middle=2)) == [(3, "valid"), (4, "valid"), (5, "valid")]
    assert verdicts(INDENTED.format(middle=3)) == [(3, "valid"), (4, "valid"), (5, "wrong")]


def test_a_label_is_no_value() -> None:
    right = FENCED.format(product="32*144 + 32", total=4640)
    assert verdicts(right) == [(4, "valid"), (5, "valid"), (5, "valid")]
    assert (5, "wrong") in verdicts(FENCED.format(product="32*144 + 1", total=4609))


def test_columns_are_formulas_of_their_own() -> None:
    text = "The products:\n\n    2*3 = 6    4*5 = 20\n    7*8 = 54   2*2 = 4\n"
    assert verdicts(text) == [(3, "valid"), (3, "valid"), (4, "wrong"), (4, "valid")]


@pytest.mark.parametrize("block", [
    "```\nfor i in range(3):\n    x = x + 1\n```",
    "```python\n2 + 2 = 5\n```", "```\nx = 3\nprint(x)\n```",
    "    def f(x):\n        return x == 3", "- an item\n\n      a + b = b - a\n",
    "```\n2 + 2 = 5\nthis is no equation\n```",
    "```\n2 + 2 = 5\n",
])  # fmt: skip
def test_what_is_no_block_of_equations_is_not_read(block: str) -> None:
    assert check(f"Words.\n\n{block}\n\nMore words.").first_wrong is None


def test_in_latex_indentation_says_nothing() -> None:
    assert not check("\\section{A}\n\n    a + b = b - a\n", latex=True).steps


def test_paragraphs_of_a_page_without_marks() -> None:
    page = "The odds are\n\n0.95 / 0.10 = 9.5\n\nso\n\nO = 9.5 * (1/99)\n\nO = {found}\n\nwhich is small.\n"
    assert verdicts(page.format(found="19/198")) == [(3, "valid"), (9, "valid")]
    assert verdicts(page.format(found="19/99")) == [(3, "valid"), (9, "wrong")]
