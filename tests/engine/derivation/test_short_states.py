"""Letters for the state before, and lists that are transposed as a whole."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

GATED = r"""A unit with a scalar state. {said} and fix the input $x$.

$z = \sigma(w_z x + u_z c)$, $\tilde h = \tanh(w x + u c)$, and
$$h = (1 - z)\,c + z\,\tilde h$$
$$\frac{dz}{dc} = u_z\, z(1-z)$$
$$\frac{dh}{dc} = (1 - z) + (\tilde h {sign} c)\frac{dz}{dc} + z\,\frac{d\tilde h}{dc}$$
"""
TURN = r"""Take one frequency $\omega$ and let $p_t = (\sin \omega t, \cos \omega t)^T$.

$\sin(\omega(t+k)) = \sin\omega t\cos\omega k {sign} \cos\omega t\sin\omega k$

$p_t^T p_{t+k} = \cos(\omega {shift})$
"""


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


@pytest.mark.parametrize("said", ["Let $c = h_{t-1}$", "Write $c = h^{(t-1)}$ for short", "Let $h_{k-1} = c$"])
def test_a_letter_for_the_state_before(said: str) -> None:
    page = GATED.replace("{said}", said)
    assert verdicts(page.replace("{sign}", "-")) == ["valid", "valid"]
    assert verdicts(page.replace("{sign}", "+")) == ["valid", "wrong"]


def test_lists_are_transposed_as_a_whole() -> None:
    assert verdicts(TURN.replace("{sign}", "+").replace("{shift}", "k")) == ["valid", "valid"]
    assert verdicts(TURN.replace("{sign}", "-").replace("{shift}", "k")) == ["wrong", "valid"]
    assert verdicts(TURN.replace("{sign}", "+").replace("{shift}", "t")) == ["valid", "wrong"]
