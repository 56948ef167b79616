"""Networks of any number of layers: superscripts that are layers, sizes that no page says."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_RIGHT = "$$\\delta^l = ((W^{l+1})^T \\delta^{l+1}) \\odot \\sigma'(z^l)$$"
_WEIGHTS = "$$\\frac{\\partial C}{\\partial W^l} = \\delta^l (a^{l-1})^T$$"
_WRONG = "$$\\delta^l = (W^{l+1} \\delta^{l+1}) \\odot \\sigma'(z^l)$$"


def _verdicts(intro: str, *steps: str) -> list[str]:
    return [step.verdict for step in check("\n\n".join((intro, *steps))).steps]


@pytest.mark.parametrize(
    "intro",
    [
        ("For layer $l=1,\\dots,L$ let $z^l = W^l a^{l-1} + b^l$ and $a^l = \\sigma(z^l)$. The cost is "
         "$C = \\tfrac12 \\|a^L - y\\|^2$ and $\\delta^l = \\partial C/\\partial z^l$."),
        ("Layers $l=1,\\dots,L$ have weights $W^l \\in \\mathbb{R}^{n_l\\times n_{l-1}}$ and biases "
         "$b^l\\in\\mathbb{R}^{n_l}$; the input is $a^0\\in\\mathbb{R}^{n_0}$, the target $y \\in \\mathbb{R}^{n_L}$. "
         "Then $z^l = W^l a^{l-1} + b^l$, $a^l = \\sigma(z^l)$, $C = \\tfrac12 \\|a^L - y\\|^2$, "
         "$\\delta^l = \\partial C/\\partial z^l$."),
    ],
)  # fmt: skip
def test_a_superscript_is_a_layer(intro: str) -> None:
    assert _verdicts(intro, _RIGHT, _WEIGHTS, _WRONG) == ["valid", "valid", "wrong"]


def test_a_layer_in_square_brackets() -> None:
    intro = (
        "The layers compute $z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$, $a^{[l]} = \\sigma(z^{[l]})$ for $l=1,\\dots,L$. "
        "The cost is $C = \\tfrac12 \\|a^{[L]} - y\\|^2$ and $\\delta^{[l]} = \\partial C/\\partial z^{[l]}$."
    )
    steps = [
        step.replace("^{l+1}", "^{[l+1]}").replace("^{l-1}", "^{[l-1]}").replace("^l", "^{[l]}")
        for step in (_RIGHT, _WEIGHTS, _WRONG)
    ]
    assert _verdicts(intro, *steps) == ["valid", "valid", "wrong"]


def test_a_layer_called_ell_and_entries_before_their_layer() -> None:
    intro = (
        "In layer $\\ell$ we have $z^\\ell = W^\\ell a^{\\ell-1} + b^\\ell$ and $a^\\ell = \\sigma(z^\\ell)$, "
        "$\\ell=1,\\dots,L$. The cost is $C = \\tfrac12 \\|a^L - y\\|^2$; let "
        "$\\delta_j^\\ell = \\partial C/\\partial z_j^\\ell$."
    )
    right = "$$\\delta_j^\\ell = \\sum_k \\delta_k^{\\ell+1} W_{kj}^{\\ell+1} \\sigma'(z_j^\\ell)$$"
    wrong = right.replace("W_{kj}", "W_{jk}")
    assert _verdicts(intro, right, wrong) == ["valid", "wrong"]


def test_sizes_that_sums_run_to_stay_open() -> None:
    intro = (
        "Layers $l=1,\\dots,L$ have weights $W^l \\in \\mathbb{R}^{n_l\\times n_{l-1}}$, $z^l = W^l a^{l-1}$, "
        "$a^l = \\sigma(z^l)$, $C = \\tfrac12 \\|a^L - y\\|^2$, $\\delta^l = \\partial C/\\partial z^l$."
    )
    bound = "$$\\delta^l_j = \\sum_{k=1}^{n_l} \\delta^{l+1}_k W^{l+1}_{kj} \\sigma'(z^l_j)$$"
    assert _verdicts(intro, bound) == ["undecided"]


def test_powers_of_numbers_stay_powers() -> None:
    page = "Let $x, l \\in \\mathbb{R}$. A layer squares its input.\n\n$$x^2 l = l x^2$$\n\n$$x^2 l = l^2 x$$"
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]
