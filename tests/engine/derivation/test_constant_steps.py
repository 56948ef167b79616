"""A quantity of each step that is the same in all: "for a constant gradient g_t = g"."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""Let $m_t = \beta m_{t-1} + (1 - \beta) g_t$ with $m_0 = 0$. WORDS

$$m_2 = (1 - \beta)(1 + \beta) g$$

$$m_t = (1 - \beta^t) g$$
"""


@pytest.mark.parametrize("words", [
    "For a constant gradient $g_t = g$,", "If the gradient is constant, $g_t = g$ for all $t$, then",
    "Let $g_t = g$.", "Suppose that all gradients are equal: $g_t = g$. Then",
])  # fmt: skip
def test_all_steps_have_one_value(words: str) -> None:
    page = PAGE.replace("WORDS", words)
    assert [step.verdict for step in check(page, latex=False).steps] == ["valid", "valid"]
    wrong = page.replace(r"\beta^t)", r"\beta^{t-1})")
    assert [step.verdict for step in check(wrong, latex=False).steps] == ["valid", "wrong"]
