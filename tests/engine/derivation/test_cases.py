"""What claims are said under: conditions beside a formula, cases that sentences open, and where they end."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

SOFTMAX = "Let $z \\in \\mathbb{R}^K$ and $s = \\operatorname{softmax}(z)$.\n\n"
LASSO = "Let $a, w \\in \\mathbb{R}$, $\\lambda > 0$ and $f(w) = \\frac12 (w-a)^2 + \\lambda |w|$.\n\n"
SIZE = "Let $o = \\lfloor (n + 2p - k)/s \\rfloor + 1$.\n\n"
SHORT = {
    "GUP": "f'(w) &= w - a + \\lambda", "GDOWN": "f'(w) &= w - a - \\lambda", "UP": "f'(w) = w - a + \\lambda",
    "DOWN": "f'(w) = w - a - \\lambda", "DIJ": "\\frac{\\partial s_i}{\\partial z_j}", " // ": "\n\n",
    "NUM": "$n = 32$, $k = 5$, $p = 0$ and $s = 1$",
}  # fmt: skip
CHAIN = "$$P(a,b,c) = P(a)P(b\\mid a)P(c\\mid b)$$"
V, W, U = "valid", "wrong", "undecided"


HUBER = (
    "For $k > 0$ let $$f(r) = \\begin{cases} \\frac12 r^2, & \\text{if } |r| \\le k,\\\\[2pt] "
    "k(|r| - \\frac12 k) & \\text{if } |r| > k. \\end{cases}$$\n\n"
)
ROWS = [
    (LASSO + "$$UP \\quad (w > 0)$$", [V], "in-brackets"),
    (LASSO + "$$UP \\quad (w < 0)$$", [W], "in-brackets-wrong"),
    (LASSO + "$$DOWN \\text{ for } w < 0$$", [V], "for"),
    (LASSO + "$$DOWN, \\qquad w < 0$$", [V], "behind-a-comma"),
    (LASSO + "\\begin{align} GUP & (w > 0) \\\\ GDOWN & (w < 0) \\end{align}", [V, V], "a-column"),
    (LASSO + "\\begin{align} GUP & (w > 0) \\\\ GUP & (w < 0) \\end{align}", [V, W], "a-column-wrong"),
    (LASSO + "$$\\text{if } w > 0: \\quad UP$$", [V], "in-front"),
    (LASSO + "For $w > 0$: // $$UP$$ // For $w < 0$: // $$UP$$", [V, W], "sentences"),
    (LASSO + "If $w > 0$ then $$UP$$ otherwise $$DOWN$$", [V, V], "otherwise-but-at-zero"),
    (LASSO + "If $w > 0$, then $$|w| = w$$ and otherwise $$|w| = -w$$ and $$|w| = w$$", [V, V, W], "otherwise"),
    (LASSO + "For $w > 0$: // $$UP$$ // The slope at the next point is // $$UP$$", [V, U], "faded"),
    (LASSO + "For $w > 0$: // $$UP$$ // In general // $$UP$$", [V, W], "ended"),
    (SOFTMAX + "$$DIJ = -s_i s_j \\quad \\text{if } i \\ne j$$", [V], "indices"),
    (SOFTMAX + "$$DIJ = s_i s_j, \\quad i \\ne j$$", [W], "indices-wrong"),
    (SOFTMAX + "$$DIJ = s_i - s_i^2 \\qquad (i = j)$$", [V], "indices-equal"),
    (SOFTMAX + "Case $i = j$: // $$DIJ = s_i (1 - s_j)$$", [V], "case"),
    (SOFTMAX + "Case $i = j$: // $$DIJ = s_i (1 - 2 s_j)$$", [W], "case-wrong"),
    (SOFTMAX + "Case $i \\ne j$: // $$DIJ = -s_i s_j$$ // Together // $$DIJ = -s_i s_j$$", [V, W], "together"),
    (SIZE + "For NUM: // $$o = 28$$ // For $n = 28$, $k = 2$, $s = 2$, $p = 0$: // $$o = 15$$", [V, W], "numbers"),
    (SIZE + "With NUM we get // $$o = 28$$ // With $n = 7$, $k = 3$, $s = 2$ it is // $$o = 3$$", [V, V], "anew"),
    ("At $x = 0$ the slope is // $$\\frac{d}{dx} \\sigma(x) = \\frac14$$", [V], "at-a-point"),
    ("At $x = 0$ the slope is // $$\\frac{d}{dx} \\sigma(x) = \\frac12$$", [W], "at-a-point-wrong"),
    ("For $d_l = 2^{l-1}$: // $$\\sum_{l=1}^L d_l = 2^L - 1$$", [V], "a-family"),
    ("For $d_l = 2^{l-1}$: // $$\\sum_{l=1}^L d_l = 2^L$$", [W], "a-family-wrong"),
    (SOFTMAX + "So $$DIJ = -s_i s_j$$ for $i \\ne j$, and $$DIJ = s_i - s_i^2$$ for $i = j$.", [V, V], "behind"),
    (SOFTMAX + "So $$DIJ = -s_i s_j$$ for $i = j$.", [W], "behind-wrong"),
    (CHAIN + " // $$P(c \\mid a) = \\sum_b P(b \\mid a) P(c \\mid b)$$", [V], "made-of-factors"),
    (CHAIN + " // $$P(c \\mid a) = P(c)$$", [W], "made-of-factors-wrong"),
    (CHAIN + " // $$P(a = 1) = 0.3$$", [U], "tables-that-nobody-gave"),
    ("For $a, b > 0$ (both) // $$\\sqrt{a^2 b^2} = a b$$", [V], "two-names"),
    ("If $a,b>0$ then // $$\\sqrt{a^2 b^2} = a^2 b$$", [W], "two-names-wrong"),
    (("Let $u, v \\in \\mathbb{R}^n$, $c > 0$. For $n = 1$: // $$u^\\top v + c = u v + c$$ // "
     "$$u v = c \\iff u = \\frac{c}{v}$$ // $$u^\\top v + c = u^2 v + c$$"), [V, V, W], "one-entry"),
    ("Let $u, v \\in \\mathbb{R}^n$. // $$u^\\top v = u v$$", [W], "more-entries"),
    (HUBER + "- if $|r| \\le k$, then $f(r) \\le k^2$;\n- if $r > k$, then $f'(r) = r$.", [V, W], "items"),
    (HUBER + "1. For $r > k$: $f(r) = k r - k^2/2$\n2. For $r < -k$, $f(r) = k r - k^2/2$", [U, W], "numbered-items"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), ROWS, ids=[row[2] for row in ROWS])
def test_a_claim_is_judged_under_its_conditions(text: str, verdicts: list[str], name: str) -> None:
    for short, whole in SHORT.items():
        text = text.replace(short, whole)
    assert [step.verdict for step in check(text).steps] == verdicts


def test_what_is_concluded_of_a_case_within_a_sentence_is_said_to_be_unchecked() -> None:
    declared = "Let $a, b \\in \\mathbb{R}$, $u = a/(a + b)$ and $f(u) = u (1 - u)$.\n\n"
    found = check(
        declared + "It is largest in the middle. If $a = b$, then $u = 1/2$ and $f(u) = 1/2$.\n\n$$1 + 1 = 2$$"
    )
    assert [step.verdict for step in found.steps] == [V]
    assert any("not checked (line 3)" in note.text for note in found.notes)
