"""Noise that is added up: a line that is an equality in law is judged by its mean and its covariance."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

FORWARD = r"""Let $0<\alpha_t<1$ and $\bar\alpha_t = \prod_{s=1}^{t}\alpha_s$. All noise variables are independent
$\mathcal N(0, I)$. The chain is

$$x_t = \sqrt{\alpha_t}\,x_{t-1} + \sqrt{1-\alpha_t}\,\epsilon_{t-1}$$

Continuing like this down to $x_0$ (with $\epsilon$ a fresh standard normal)

$$x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\epsilon$$

i.e. $q(x_t|x_0) = \mathcal N(\sqrt{\bar\alpha_t}\,x_0,\ (1-\bar\alpha_t)I)$. The score is

$$\nabla_{x_t}\log q(x_t|x_0) = -\frac{x_t - \sqrt{\bar\alpha_t}\,x_0}{1-\bar\alpha_t}$$

$$\nabla_{x_t}\log q(x_t|x_0) = -\frac{\epsilon}{\sqrt{1-\bar\alpha_t}}$$
"""
SCALAR = r"""The $z_t$ are i.i.d. with $z_t \sim \mathcal{N}(0, 1)$, and $0<a<1$ is fixed. Then

$$h_t = a h_{t-1} + \sqrt{1-a^2}\, z_t$$

and, with another standard normal $w$, where $w \sim \mathcal{N}(0, 1)$,

$$h_t = a^t h_0 + \sqrt{1-a^{2t}}\, w$$
"""
RIGHT = [
    (FORWARD, "forward"),
    (FORWARD.replace(r"(with $\epsilon$ a fresh standard normal)", r"(where $\bar\epsilon$ is again a standard normal)")
     .replace(r"\bar\alpha_t}\,\epsilon$$", r"\bar\alpha_t}\,\bar\epsilon$$")
     .replace(r"{\epsilon}{", r"{\bar\epsilon}{"), "marked"),
    (FORWARD.replace(r"\epsilon_{t-1}", r"\epsilon_t"), "own-step"),
    (SCALAR, "scalar"),
]  # fmt: skip
WRONG = [
    (FORWARD.replace(r"\sqrt{1-\bar\alpha_t}\,\epsilon$$", r"(1-\bar\alpha_t)\,\epsilon$$"), 0, "standard-deviation"),
    (FORWARD.replace(r"\sqrt{\bar\alpha_t}\,x_0 + \sqrt", r"\bar\alpha_t\,x_0 + \sqrt"), 0, "mean"),
    (FORWARD.replace(r"{\epsilon}{\sqrt{1-\bar\alpha_t}}", r"{\epsilon}{1-\bar\alpha_t}"), 2, "score"),
    (SCALAR.replace("a^{2t}", "a^t"), 0, "power"),
]


@pytest.mark.parametrize("page", [row[0] for row in RIGHT], ids=[row[1] for row in RIGHT])
def test_what_is_equal_in_law_is_right(page: str) -> None:
    assert {step.verdict for step in check(page).steps} == {"valid"}


@pytest.mark.parametrize(("page", "place"), [row[:2] for row in WRONG], ids=[row[2] for row in WRONG])
def test_another_mean_or_covariance_is_wrong(page: str, place: int) -> None:
    verdicts = [step.verdict for step in check(page).steps]
    assert verdicts.index("wrong") == place


def test_where_it_cannot_be_judged_it_is_not_called_wrong() -> None:
    page = (
        "Let $e_1 \\sim \\mathcal{N}(0,1)$ and $e_2 \\sim \\mathcal{N}(0,1)$ be independent, "
        "$y = \\frac{3}{5} e_1 + \\frac{4}{5} e_2$. With $u \\sim \\mathcal{N}(0,1)$ we can also write\n\n$$y = u$$"
    )
    assert [step.verdict for step in check(page).steps] == ["undecided"]
