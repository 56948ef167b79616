"""One input first, and then many examples of it; noise as long as what it is added to."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

NOISY = r"""Let $\sigma > 0$, $f(x)=w^{\top}x$, $w,x\in\mathbb{R}^d$, with noise $\epsilon$,
where $\mathbb{E}[\epsilon]=0$ and
$\mathbb{E}[\epsilon\epsilon^{\top}]=\sigma^2I$. The target is $t$.

$$\mathbb{E}_\epsilon\bigl[(w^{\top}(x+\epsilon)-t)^2\bigr] = (w^{\top}x-t)^2 + \sigma^2\|w\|^2$$

Now average over $N$ examples $(x_n,t_n)$ with independent noise on each:

$$R(w) = \frac1N\sum_{n=1}^N (w^{\top}x_n-t_n)^2 + \sigma^2\|w\|^2$$

$$\nabla_w R = \frac2N\sum_{n=1}^N (w^{\top}x_n-t_n)\,x_n + 2\sigma^2w$$

Stack the $x_n^{\top}$ as the rows of $X$ and the $t_n$ into $\mathbf t$:

$$\nabla_w R = \frac2N X^{\top}(Xw-\mathbf t) + 2\sigma^2 w$$
"""
PLAIN = r"""For an input $x \in \mathbb{R}^d$ the model predicts $w^T x$, $w \in \mathbb{R}^d$. On the data set
$\{(x_i, y_i)\}_{i=1}^m$ the loss is

$$L(w) = \frac12 \sum_{i=1}^m (y_i - w^T x_i)^2$$

$$\nabla_w L = - \sum_{i=1}^m (y_i - w^T x_i) x_i$$

$$\nabla^2_w L = \sum_{i=1}^m x_i x_i^T$$
"""
RIGHT = [
    (NOISY, 3, "stacked"),
    (NOISY.replace("Stack the", "Put the").replace("X$ and", "X$, and"), 3, "other-words"),
    (PLAIN, 2, "set-of-pairs"),
]
WRONG = [
    (NOISY.replace(r"\sigma^2\|w\|^2$$" + "\n\nNow", r"\sigma^2\|x\|^2$$" + "\n\nNow"), 0, "norm"),
    (NOISY.replace(r",x_n + 2\sigma^2w", r",x_n + \sigma^2w"), 1, "factor"),
    (NOISY.replace(r"X^{\top}(Xw-\mathbf t)", r"X^{\top}(\mathbf t-Xw)"), 2, "sign"),
    (PLAIN.replace("= - \\sum", "= \\sum"), 0, "gradient"),
    (PLAIN.replace("x_i x_i^T", "x_i x_i^T w"), 1, "hessian"),
]


@pytest.mark.parametrize(("page", "count"), [row[:2] for row in RIGHT], ids=[row[2] for row in RIGHT])
def test_examples_are_vectors_beside_the_input(page: str, count: int) -> None:
    assert [step.verdict for step in check(page).steps] == ["valid"] * count


@pytest.mark.parametrize(("page", "place"), [row[:2] for row in WRONG], ids=[row[2] for row in WRONG])
def test_errors_are_found_where_they_stand(page: str, place: int) -> None:
    verdicts = [step.verdict for step in check(page).steps]
    assert verdicts.index("wrong") == place
