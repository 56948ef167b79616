"""Derivations with differentials, dL = tr(G^T dW): right ones hold, wrong ones are told; d k may be a product too."""

from __future__ import annotations

import numpy as np
import pytest

from engine.derivation.check import check
from solvers.equality import compare_texts
from solvers.formula.context import read_context
from solvers.formula.differentials import STEP, change_of, expanded, moving, with_changes
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import Parsed, parse
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tokens import Unreadable

LEAST = (
    "Let $X \\in \\mathbb{R}^{n \\times d}$, $Y \\in \\mathbb{R}^{n \\times k}$, $W \\in \\mathbb{R}^{d \\times k}$, "
    "$R = XW - Y$ and $L = \\frac12 \\operatorname{tr}(R^\\top R)$.\n\n"
)
UNIT = (
    "Let $W \\in \\mathbb{R}^{m \\times n}$, $x \\in \\mathbb{R}^n$, $b, g \\in \\mathbb{R}^m$, $z = W x + b$, "
    "$h = \\sigma(z)$ and $L = g^\\top h$.\n\n"
)
INVERSE = "Let $A \\in \\mathbb{R}^{n \\times n}$ be invertible.\n\n"
GRAPH = (
    "Let $A \\in \\mathbb{R}^{n \\times n}$, $X \\in \\mathbb{R}^{n \\times p}$, $W \\in \\mathbb{R}^{p \\times q}$, "
    "$Z = A X W$. The loss has $\\partial L/\\partial Z = G$.\n\n"
)
DEFINITE = (
    "Let $A \\in \\mathbb{R}^{d\\times d}$ be symmetric positive definite, $S \\in \\mathbb{R}^{d\\times d}$ and "
    "$\\ell = \\log\\det A - \\operatorname{tr}(S A)$.\n\n"
)
V, W, U = "valid", "wrong", "undecided"
ROWS = [
    (LEAST + "$$dR = X\\,dW$$", [V], "a-product"),
    (LEAST + "$$dR = dW\\,X$$", [W], "a-product-turned"),
    (LEAST + "$$dL = \\operatorname{tr}(R^\\top dR) = \\operatorname{tr}(R^\\top X\\,dW)$$", [V, V], "a-trace"),
    (LEAST + "$$dL = 2\\operatorname{tr}(R^\\top dR) = 2\\operatorname{tr}(R^\\top X\\,dW)$$", [W, V], "a-factor"),
    (LEAST + "$$\\mathrm{d}L = \\langle R, X\\,\\mathrm{d}W \\rangle$$", [V], "upright-and-inner"),
    (LEAST + "$$dL = \\operatorname{tr}(R^\\top X\\,dW)$$\n\n$$\\nabla_W L = X^\\top R$$", [V, V], "and-the-gradient"),
    (UNIT + "$$dh = h \\odot (1 - h) \\odot dz$$\n\n$$dz = dW\\,x + db$$", [V, V], "a-unit"),
    (UNIT + "$$dh = h \\odot dz$$\n\n$$dz = dW\\,x + db$$", [W, V], "a-unit-without-its-inner-derivative"),
    (UNIT + "$$dL = g^\\top dh = (g \\odot h \\odot (1-h))^\\top (dW\\,x + db)$$", [V, V], "several-vary"),
    (INVERSE + "$$d(A^{-1}) = -A^{-1}\\,dA\\,A^{-1}$$", [V], "an-inverse"),
    (INVERSE + "$$d(A^{-1}) = -A^{-1} A^{-1}\\,dA$$", [W], "an-inverse-in-another-order"),
    (INVERSE + "$$d(\\log\\det A) = \\operatorname{tr}(A^{-1} dA)$$", [V], "a-determinant"),
    (INVERSE + "$$d(A^\\top A) = dA^\\top A + A^\\top dA$$", [V], "a-transpose"),
    (INVERSE + "$$d(A^\\top A) = 2 A^\\top dA$$", [W], "a-transpose-wrong"),
    ("Let $d = 3$ and $k = 2$.\n\n$$d k = 6$$", [V], "a-product-with-d"),
    ("Let $x \\in \\mathbb{R}$, $f = x^3$.\n\n$$df = 3 x^2\\,dx$$\n\n$$\\frac{df}{dx} = 3 x^2$$", [V, V], "numbers"),
    (DEFINITE + "$$d^2\\ell = -\\operatorname{tr}(A^{-1}\\,dA\\,A^{-1}\\,dA) "
     "= -\\|A^{-1/2}\\,dA\\,A^{-1/2}\\|_F^2 \\le 0$$",
     [V, V, V], "twice"),
    (DEFINITE + "$$\\mathrm{d}^2 \\ell = -\\operatorname{tr}(A^{-1}\\,dA)^2$$\n\n"
     "$$d^2(A^{-1}) = 2 A^{-1} dA A^{-1} dA A^{-1}$$",
     [W, V], "twice-and-wrong"),
    (GRAPH + "For the weights, $$dL = \\operatorname{tr}(G^\\top AX\\,dW).$$\n\nFor the features, "
     "$$dL = \\operatorname{tr}(G^\\top A\\,dX\\,W).$$", [V, V], "one-changes-by-the-words"),
    (GRAPH + "With $X$ held fixed, $$dL = \\operatorname{tr}(G^\\top AX\\,dW).$$\n\nIn the other factor alone, "
     "$$dL = \\operatorname{tr}(G^\\top A\\,dX\\,W^\\top).$$", [V, W], "one-changes-and-does-not-fit"),
    (GRAPH + "For the weights, $$dL = \\operatorname{tr}(G^\\top A^\\top X\\,dW).$$\n\nFor the features, "
     "$$dL = \\operatorname{tr}(G^\\top A\\,dX\\,W).$$", [W, V], "one-changes-and-is-turned"),
    (GRAPH + "$$dL = \\operatorname{tr}(G^\\top AX\\,dW).$$\n\nFurther, "
     "$$dL = \\operatorname{tr}(G^\\top A\\,dX\\,W).$$", [U, U], "one-changes-and-nothing-says-so"),
    (GRAPH + "$$dL = \\operatorname{tr}(G^\\top dZ) = \\operatorname{tr}(G^\\top A\\,(dX\\,W + X\\,dW)).$$", [V, V],
     "any-loss"),
    (GRAPH + "$$dL = \\operatorname{tr}(G\\,dZ^\\top).$$\n\n$$dL = \\operatorname{tr}(G^\\top dX).$$", [V, W],
     "any-loss-of-more"),
    ("Let $s_i = e^{z_i}$ for $z \\in \\mathbb{R}^n$.\n\n$$ds_i = s_i\\,dz_i$$", ["unreadable", U], "entries"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), ROWS, ids=[row[2] for row in ROWS])
def test_write_ups_with_differentials(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts


@pytest.mark.parametrize(
    ("chains", "found"),
    [
        ([["dL", r"\operatorname{tr}(G^\top dW)"]], {"L", "W"}),
        ([[r"\mathrm d r", r"\mathrm dW\,x"]], {"r", "W"}),
        ([[r"d\mathbf{w}", r"-\eta\,d\hat{y}"]], {"w", "yhat"}),
        ([["d(XW)", r"X\,dW"]], {"W"}),
        ([["d k", "6"], ["n", "d k"]], set()),
        ([[r"\frac{dL}{dw}", "2 w"]], set()),
        ([], set()),
    ],
)
def test_which_names_vary(chains: list[list[str]], found: set[str]) -> None:
    assert moving(chains) == found


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("formula", ["x^T A x", "tr(A^T A)", "exp(x^T x / 9)", "A x + x", "A^-1 x", "x ⊙ (A x)"])
def test_a_differential_is_the_change_to_first_order(formula: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    context = read_context([r"x \in \mathbb{R}^3", r"A \in \mathbb{R}^{3 \times 3}"])
    assert not isinstance(context, tuple)
    varying = frozenset({"x", "A"})
    context = with_changes(context, varying)
    parsed = parse(formula, context.scope)
    assert isinstance(parsed, Parsed)
    from solvers.formula.nodes import Call

    whole = expanded(Call("differential", (parsed.node,)), context, varying)
    assert not isinstance(whole, Unreadable)
    x, a = generator.normal(size=(1, 3)), generator.normal(size=(1, 3, 3)) + 3 * np.eye(3)
    dx, da = generator.normal(size=(1, 3)), generator.normal(size=(1, 3, 3))
    small = 1e-6

    def value(node: object, **more: object) -> np.ndarray:
        values = {"x": x, "A": a, **more}
        return np.asarray(evaluate(node, Env(numpy_table(), values)))  # type: ignore[arg-type]

    change = value(whole, **{change_of("x"): dx, change_of("A"): da, STEP.text: np.zeros(1)})
    ahead = value(parsed.node, x=x + small * dx, A=a + small * da)
    behind = value(parsed.node, x=x - small * dx, A=a - small * da)
    np.testing.assert_allclose(change, (ahead - behind) / (2 * small), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("b", "verdict"),
    [(r"\operatorname{tr}((XW - Y)^\top X\,dW)", "same"), (r"\operatorname{tr}((XW - Y)^\top dW\,X)", "different")],
)
def test_two_formulas_with_differentials_are_compared(b: str, verdict: str) -> None:
    lets = [r"X, W, Y \in \mathbb{R}^{n \times n}", r"L = \tfrac12 \|XW - Y\|_F^2"]
    answer = compare_texts("dL", b, lets)
    assert answer.verdict == verdict
    assert answer.read_as[0] == "d(L)"
