"""Entries declared by a letter each, weights pi_k beside the number pi, terms of a whole, centred data: no numbers."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

V, W, U = "valid", "wrong", "undecided"
SYMMETRIC = "Let the weights be symmetric, $w_{ij}=w_{ji}$, and let $s_1,\\dots,s_N\\in\\{-1,1\\}$. // "
HALVES = "$$\\frac12\\sum_{j=1}^N w_{kj}s_ks_j+\\frac12\\sum_{i=1}^N w_{ik}s_is_k "
PARAMETERS = "Let $w_{ij},b_j\\in\\mathbb R$ be the parameters and $v\\in\\mathbb R^n$. // "
UNITS = "Let $b_1, \\dots, b_m$ be numbers. // $$\\sum_{j=1}^m (b_j + \\sum_{i=1}^n w_{ij} v_i) = "
MIXTURE = (
    "Let $x_1,\\dots,x_N\\in\\mathbb R$ be data, let $r_{nk}>0$ be weights. The mixture has weights $\\pi_k>0$, means "
    "$\\mu_k\\in\\mathbb R$ and variances $v_k>0$, and // "
    "$$Q=\\sum_{n=1}^N\\sum_{k=1}^K r_{nk} "
    "\\Big[\\ln\\pi_k-\\frac12\\ln(2\\pi v_k)-\\frac{(x_n-\\mu_k)^2}{2v_k}\\Big].$$ // "
)
ENERGY = (
    "Let $w\\in\\mathbb{R}^{N\\times N}$, $s\\in\\mathbb{R}^N$ and define // "
    "$$E=\\sum_{i=1}^N\\sum_{j=1}^N w_{ij}s_is_j.$$ // "
    "Let $E_k$ be the sum of all terms of $E$ in which $s_k$ occurs once, // "
    "$$E_k=\\sum_{j \\ne k} (w_{kj}+w_{jk})s_ks_j"
)
ROWS = [
    (SYMMETRIC + HALVES + "= \\sum_{j=1}^N w_{kj}s_ks_j$$", [V]),
    (SYMMETRIC + HALVES + "= \\frac12\\sum_{j=1}^N w_{kj}s_ks_j$$", [W]),
    (SYMMETRIC.replace("symmetric, $w_{ij}=w_{ji}$,", "$w_{ij}$") + HALVES + "= \\sum_{j=1}^N w_{kj}s_ks_j$$", [W]),
    (PARAMETERS + UNITS + "\\sum_{j=1}^m b_j + \\sum_{i=1}^n \\sum_{j=1}^m w_{ij} v_i$$", [V]),
    (PARAMETERS + UNITS + "\\sum_{j=1}^m b_j + \\sum_{i=1}^n \\sum_{j=1}^m w_{ij} v_j$$", [W]),
    (PARAMETERS + "$$\\frac{\\partial}{\\partial w_{ij}} \\Big(b_j + \\sum_{l=1}^n w_{lj} v_l\\Big) = v_i"
     " \\qquad \\sum_{j=1}^m b_j = \\sum_{j=1}^m b_j$$", [V, V]),
    (PARAMETERS + "$$\\frac{\\partial}{\\partial w_{ij}} \\Big(b_j + \\sum_{l=1}^n w_{lj} v_l\\Big) = v_j"
     " \\qquad \\sum_{j=1}^m b_j = \\sum_{j=1}^m b_j$$", [W, V]),
    (MIXTURE + "$$\\frac{\\partial Q}{\\partial\\mu_k} = \\sum_{n=1}^N r_{nk}\\,\\frac{x_n-\\mu_k}{v_k}$$", [V]),
    (MIXTURE + "$$\\frac{\\partial Q}{\\partial\\mu_k} = \\sum_{n=1}^N r_{nk}\\,\\frac{\\mu_k-x_n}{v_k}$$", [W]),
    (MIXTURE + "$$\\frac{\\partial Q}{\\partial\\pi_k} = \\sum_{n=1}^N \\frac{r_{nk}}{\\pi_k}$$", [V]),
    (MIXTURE + "$$\\frac{\\partial Q}{\\partial\\pi_k} = \\sum_{n=1}^N \\frac{r_{nk}}{\\pi}$$", [W]),
    (ENERGY + "= s_k \\sum_{j \\ne k} (w_{kj}+w_{jk})s_j$$", [V]),
    (ENERGY + "= 2 s_k \\sum_{j \\ne k} w_{kj} s_j$$", [W]),
]  # fmt: skip


@pytest.mark.parametrize(("page", "verdicts"), ROWS)
def test_entries(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page.replace(" // ", "\n\n")).steps] == verdicts


PROJECTED = (
    "Let $X\\in\\mathbb{R}^{N\\times d}$ be a centred data matrix "
    "and $W\\in\\mathbb{R}^{d\\times k}$, $W^\\top W=I_k$.\n\n"
)


def test_a_centred_data_matrix_is_no_random_one() -> None:
    report = check(PROJECTED + "$$\\|XWW^\\top\\|_F^2 = \\operatorname{tr}(W^\\top X^\\top XW) = \\|X\\|_F^2$$")
    assert [step.verdict for step in report.steps] == [V, W]
    assert not any("random" in note.text for note in report.notes)


@pytest.mark.parametrize("said", ["if $v_k>0$", "for all $k$ with $2 v_k>0$", "since $v_k>0$"])
def test_what_is_supposed_of_a_letter_declares_no_vector(said: str) -> None:
    report = check(f"The sum is positive {said}.\n\n$$\\sum_{{k=1}}^K v_k w = w \\sum_{{k=1}}^K v_k$$")
    assert report.steps[-1].verdict == V
