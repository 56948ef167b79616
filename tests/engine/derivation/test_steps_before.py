"""What is said of the law of a state one step before is not used: what would be wrong of the state is undecided."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

FILTER = (
    "Let the hidden state follow $x_t=a\\,x_{t-1}+\\varepsilon_t$ with $\\varepsilon_t\\sim\\mathcal N(0,q)$, $q>0$, "
    "$a\\in\\mathbb{R}$. All noise terms are independent of each other and of $x_0$.\n\n"
)
CLAIM = "\n\n$$\\mathbb{E}[x_t] = a\\,m$$\n\n$$\\operatorname{Var}[x_t] = a^2\\operatorname{Var}[x_{t-1}] + q$$"


@pytest.mark.parametrize(
    "said",
    [
        "Suppose that after time $t-1$ the belief about $x_{t-1}$ is $\\mathcal N(m,P)$ with $P>0$.",
        "Suppose $x_{t-1}\\sim\\mathcal N(m,P)$ with $P>0$.",
        "At time $t-1$ the state $x_{t-1}$ has mean $m$ and variance $P$.",
    ],
)
def test_the_law_of_the_state_before(said: str) -> None:
    found = [step.verdict for step in check(FILTER + said + CLAIM).steps]
    assert found[0] == "undecided"
    assert "wrong" not in found


def test_without_such_words_a_slip_is_found() -> None:
    page = FILTER + "$$\\operatorname{Var}[x_t] = a\\operatorname{Var}[x_{t-1}] + q$$"
    assert [step.verdict for step in check(page).steps] == ["wrong"]
