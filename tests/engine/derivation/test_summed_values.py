"""Laws of pages whose variables run through what the sums over them say."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

TOTAL = r"""By the law of total probability

$$p(x) = \sum_{z=1}^K p(x,z) = \sum_{z=1}^K p(z) p(x|z)$$
$$p(z|x) = \frac{p(x|z)p(z)}{p(x)}, \qquad \sum_{z=1}^K p(z|x) = 1$$
"""
BOUND = r"""Let $q(z)$ be a distribution over $\{1,\dots,K\}$ and let $p(x,z)$ be a joint distribution.

$$\sum_{z=1}^K q(z) \log\frac{p(x,z)}{q(z)} = \log p(x) - D_{KL}(q(z) \| p(z|x))$$
"""


@pytest.mark.parametrize("page", [TOTAL, BOUND, TOTAL.replace("z=1}^K", "k=1}^K").replace("z", "k")])
def test_what_holds_of_every_law_is_valid(page: str) -> None:
    assert {step.verdict for step in check(page).steps} == {"valid"}


@pytest.mark.parametrize(("right", "wrong"), [
    ("p(z) p(x|z)$$", "p(z) p(z|x)$$"), ("p(z|x) = 1", "p(z|x) = K"), (r"\log p(x) -", r"\log p(x) +"),
])  # fmt: skip
def test_what_holds_of_none_is_not_valid(right: str, wrong: str) -> None:
    page = next(page for page in (TOTAL, BOUND) if right in page).replace(right, wrong)
    assert any(step.verdict != "valid" for step in check(page).steps)
