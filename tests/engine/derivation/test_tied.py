"""A symbol that was free is tied to another: V = W^T. Then what was solved for it holds no longer."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_FREE = (
    "$X$ is $n\\times d$, the encoder $W$ is $d\\times k$, the decoder $V$ is $k\\times d$, $R = XWV - X$ and "
    "$L = \\frac12\\|R\\|_F^2$.\n\n$$\\nabla_W L = X^T R V^T$$\n\n"
    "For a fixed encoder the best decoder solves $\\nabla_V L = 0$, that is\n\n$$W^T X^T X W V = W^T X^T X$$\n\n"
)
_RIGHT, _WRONG = "\n\n$$\\nabla_W L = X^T R W + R^T X W$$", "\n\n$$\\nabla_W L = 2 X^T R W$$"


@pytest.mark.parametrize(
    "said",
    [
        "Tied weights: put $V = W^T$, so $L$ depends on $W$ alone. Then",
        "Now let $V = W^T$. Then",
        "With tied weights, $V = W^T$, we get",
        "Now tie the weights, $V = W^T$:",
        "For tied weights $V=W^T$ this becomes",
    ],
)
def test_tied_weights(said: str) -> None:
    found = [step.verdict for step in check(f"{_FREE}{said}{_RIGHT}{_WRONG}").steps]
    assert found == ["valid", "valid", "valid", "wrong"]


@pytest.mark.parametrize("said", ["Set $V = W^T$. Then", "Taking $V = W^T$ gives"])
def test_where_nobody_says_whether_it_moves_along(said: str) -> None:
    found = [step.verdict for step in check(f"{_FREE}{said}{_RIGHT}{_WRONG}").steps]
    assert found == ["valid", "valid", "undecided", "wrong"]


def test_a_gradient_that_a_sentence_sets_to_zero() -> None:
    page = _FREE.replace("$$W^T X^T X W V = W^T X^T X$$", "$$W^T X^T X W V = X^T X$$")
    assert [step.verdict for step in check(page).steps][1] != "valid"
