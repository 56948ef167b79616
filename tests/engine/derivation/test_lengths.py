"""Lengths that are only spoken of as numbers: a mean over d entries says that there are d."""

from __future__ import annotations

from engine.derivation.check import check

PAGE = r"""LayerNorm: $\mu = \frac1d \mathbf{1}^T x$, $\sigma^2 = \frac1d \|x - \mu \mathbf 1\|^2$,
$y = \frac{x - \mu \mathbf 1}{\sigma}$.

$$\mathbf 1^T y = 0$$

$$\|y\|^2 = d$$

$$\frac{\partial \mu}{\partial x} = \frac1d \mathbf 1$$
"""


def test_what_is_averaged_over_d_entries_has_d_of_them() -> None:
    assert [step.verdict for step in check(PAGE, latex=False).steps] == ["valid"] * 3


def test_a_slip_is_found_all_the_same() -> None:
    wrong = PAGE.replace(r"$$\frac{\partial \mu}{\partial x} = \frac1d", r"$$\frac{\partial \mu}{\partial x} = ")
    assert [step.verdict for step in check(wrong, latex=False).steps] == ["valid", "valid", "wrong"]
    assert check(PAGE.replace("= d$$", "= 1$$"), latex=False).steps[1].verdict != "valid"
