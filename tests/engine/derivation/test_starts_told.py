"""Where a recursion starts, as clauses tell of it: "..., initialised at $v_0 = 0$"."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""The estimate is $v_t = b v_{t-1} + (1-b) g_t^2${start}.

$v_1 = {first}$

$v_t = (1-b) \sum_{i=1}^{t} b^{t-i}\, g_i^2$
"""


@pytest.mark.parametrize("start", [
    ", initialised at $v_0 = 0$", ", starting from $v_0 = 0$", " (initialized with $v_0 = 0$)", ", with $v_0 = 0$",
    ", and initialized to zero, $v_0 = 0$", ", started at $v_0 = 0$",
])  # fmt: skip
def test_starts(start: str) -> None:
    page = PAGE.replace("{start}", start)
    right, wrong = (page.replace("{first}", first) for first in ("(1-b) g_1^2", "b g_1^2"))
    assert [step.verdict for step in check(right).steps] == ["valid", "valid"]
    assert [step.verdict for step in check(wrong).steps] == ["wrong", "valid"]
