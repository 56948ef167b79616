"""Hidden Markov chains: any tables or told ones, forward and backward values, what they say of states."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

ANY = r"""Latent states $z_t\in\{1,\dots,K\}$, observations $x_1,\dots,x_T$. Let $a_{ij}=P(z_{t+1}=j\mid z_t=i)$,
$\pi_i=P(z_1=i)$ and $b_j(x_t)=P(x_t\mid z_t=j)$. Put $\alpha_t(i)=P(x_{1:t},z_t=i)$,
$\beta_t(i)=P(x_{t+1:T}\mid z_t=i)$.
"""
TOLD = r"""States $q_t\in\{H,C\}$, start $\pi=(0.8,0.2)$, $A_{ij}=P(q_{t+1}=j\mid q_t=i)$ with

$$A=\begin{pmatrix}0.7&0.3\\0.4&0.6\end{pmatrix}$$

and $P(o_t=3\mid q_t=H)=0.4$, $P(o_t=1\mid q_t=H)=0.2$, $P(o_t=3\mid q_t=C)=0.1$, $P(o_t=1\mid q_t=C)=0.5$.
We observe $o_1=3$, $o_2=1$. Let $\alpha_t(k)=P(o_1,\dots,o_t,q_t=k)$.
"""
UMBRELLA = r"""Rain $R_t\in\{0,1\}$ is not seen, the umbrella $U_t\in\{0,1\}$ is. $P(R_1=1)=0.5$,
$P(R_{t}=1\mid R_{t-1}=1)=0.7$, $P(R_{t}=1\mid R_{t-1}=0)=0.3$, $P(U_t=1\mid R_t=1)=0.9$,
$P(U_t=1\mid R_t=0)=0.2$.
On both days we observe the umbrella: $U_1=1$, $U_2=1$.
"""
STEPWISE = r"""Hidden states 1, 2 with start $\pi=(0.5, 0.5)$ and transitions $T_{ij}=P(h_{t+1}=j\mid h_t=i)$,

$$T=\begin{bmatrix}0.9&0.1\\0.2&0.8\end{bmatrix}$$

and $P(x\mid 1)=0.3$, $P(y\mid 1)=0.7$, $P(x\mid 2)=0.6$, $P(y\mid 2)=0.4$. With $f_1(i)=\pi_iP(v_1\mid i)$ and
$f_{t+1}(j)=P(v_{t+1}\mid j)\sum_i f_t(i)T_{ij}$ we go through the observed sequence $(x, y)$.
"""
MATRICES = r"""A hidden chain $s_t\in\{1,2\}$ with $A_{jk}=P(s_t=j\mid s_{t-1}=k)$, $B_{kv}=P(o_t=v\mid s_t=k)$,

$$A=\begin{pmatrix}0.5&0.1\\0.5&0.9\end{pmatrix},\qquad B=\begin{pmatrix}0.25&0.75\\0.5&0.5\end{pmatrix}$$

and $\pi=(0.6,0.4)$.

The observations are $o_1=1$, $o_2=2$. We write $\alpha_t(k)=P(o_{1:t},s_t=k)$.
"""
ROWS = [
    (UMBRELLA, r"P(R_1=1\mid U_1=1) = \frac{0.9\cdot0.5}{0.9\cdot0.5+0.2\cdot0.5}", "valid"),
    (UMBRELLA, r"P(R_2=1\mid U_1=1) = 0.7\cdot\frac{9}{11}+0.3\cdot\frac{2}{11} = \frac{69}{110}", "valid valid"),
    (UMBRELLA, r"P(R_2=1\mid U_1=1) = 0.7\cdot\frac{9}{11}+0.7\cdot\frac{2}{11}", "wrong"),
    (UMBRELLA, r"P(R_2=1\mid U_1=1,U_2=1)=\frac{0.9\cdot 69/110}{0.9\cdot69/110+0.2\cdot41/110}", "valid"),
    (UMBRELLA, r"P(R_1=1\mid U_1=1,U_2=1)=\frac{9}{11}", "wrong"),
    (STEPWISE, r"f_1(1) = 0.5\cdot0.3 = 0.15", "valid valid"),
    (STEPWISE, r"f_2(2) = 0.4(0.15\cdot0.1+0.3\cdot0.8)", "valid"),
    (STEPWISE, r"f_2(2) = 0.4(0.15\cdot0.2+0.3\cdot0.8)", "wrong"),
    (STEPWISE, r"P(x,y) = f_2(1)+f_2(2)", "valid"),
    (STEPWISE, r"P(h_2=1\mid x,y) = \frac{f_2(1)}{f_2(2)}", "wrong"),
    (STEPWISE, r"f_3(1) = 0.4", ""),  # of which nothing is known: it is defined
    (MATRICES, r"\alpha_1(2) = 0.4\cdot0.5", "valid"),
    (MATRICES, r"\alpha_2(1) = 0.75(0.5\cdot0.15+0.1\cdot0.2)", "valid"),
    (MATRICES, r"\alpha_2(1) = 0.75(0.5\cdot0.15+0.5\cdot0.2)", "wrong"),
    (MATRICES, r"P(s_2=1) = A_{11}\pi_1 + A_{12}\pi_2 = 0.34", "valid valid"),
    (ANY, r"\alpha_{t+1}(j) = b_j(x_{t+1})\sum_i \alpha_t(i) a_{ij}", "valid"),
    (ANY, r"\alpha_{t+1}(j) = b_j(x_{t+1})\sum_i \alpha_t(i) a_{ji}", "wrong"),
    (ANY, r"\alpha_t(j) = b_j(x_{t-1})\sum_{i=1}^K \alpha_{t-1}(i) a_{ij}", "wrong"),
    (ANY, r"\beta_t(i) = \sum_j a_{ij}\, b_j(x_{t+1})\,\beta_{t+1}(j)", "valid"),
    (ANY, r"\beta_t(i) = \sum_j a_{ij}\, b_j(x_t)\,\beta_{t+1}(j)", "wrong"),
    (ANY, r"P(x_{1:T}) = \sum_i \alpha_T(i) = \sum_i \pi_i\, b_i(x_1)\,\beta_1(i)", "valid valid"),
    (ANY, r"P(x_{1:T}) = \sum_i \pi_i\,\beta_1(i)", "wrong"),
    (ANY, r"P(z_t=i\mid x_{1:T}) = \frac{\alpha_t(i)\beta_t(i)}{\sum_j \alpha_T(j)}", "valid"),
    (ANY, r"P(z_t=i\mid x_{1:t}) = \frac{\alpha_t(i)}{\sum_j\alpha_t(j)}", "valid"),
    (ANY, r"P(z_t=i\mid x_{1:t}) = \frac{\alpha_t(i)}{\sum_j\alpha_T(j)}", "wrong"),
    (
        ANY,
        r"P(z_t=i,z_{t+1}=j\mid x_{1:T}) = \frac{\alpha_t(i)\,a_{ij}\,b_j(x_{t+1})\,\beta_{t+1}(j)}{\sum_k\alpha_T(k)}",
        "valid",
    ),
    (ANY, r"P(z_t=i,z_{t+1}=j\mid x_{1:T}) = \frac{\alpha_t(i)\,a_{ij}\,\beta_{t+1}(j)}{\sum_k\alpha_T(k)}", "wrong"),
    (ANY, r"P(z_{t+1}=j\mid x_{1:t}) = \frac{\sum_i\alpha_t(i)a_{ij}}{\sum_i\alpha_t(i)}", "valid"),
    (ANY, r"P(z_2=j) = \sum_i \pi_i a_{ij}", "valid"),
    (TOLD, r"\alpha_1(H) = 0.8\cdot0.4 = 0.32", "valid valid"),
    (TOLD, r"\alpha_1(C) = 0.2\cdot0.4 = 0.08", "wrong valid"),
    (TOLD, r"\alpha_2(H) = (0.32\cdot0.7+0.02\cdot0.4)\cdot0.2 = 0.0464", "valid valid"),
    (TOLD, r"\alpha_2(C) = (0.32\cdot0.4+0.02\cdot0.6)\cdot0.5 = 0.07", "wrong valid"),
    (TOLD, r"P(q_1=H\mid o_1) = \frac{0.32}{0.34}", "valid"),
    (TOLD, r"P(o_1,o_2) = 0.0464 + 0.054", "valid"),
    (TOLD, r"P(q_2=C\mid o_1,o_2) = \frac{0.054}{0.0464}", "wrong"),
    (TOLD, r"P(q_1=H,q_2=C,o_1=3,o_2=1) = 0.32\cdot0.3\cdot0.5", "valid"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "claim", "verdicts"), ROWS)
def test_claims(page: str, claim: str, verdicts: str) -> None:
    steps = check(f"{page}\n\n$${claim}$$").steps
    assert " ".join(step.verdict for step in steps[-len(verdicts.split()) :]) == verdicts, [
        (step.rhs, step.evidence) for step in steps
    ]
