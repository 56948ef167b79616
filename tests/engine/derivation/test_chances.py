"""Numbers of a P: told in sentences, lists and tables, for binary variables, events and named values."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

V, W, U = "valid", "wrong", "undecided"
ROWS = [
    (
        "a-test-with-signs", [V, V, V, V, V, V, V, V, W],
        r"""A disease test: $P(D) = 0.01$, $P(+ \mid D) = 0.95$, $P(+\mid\neg D) = 0.05$.

$$P(+) = P(+\mid D)P(D) + P(+\mid\neg D)P(\neg D) = 0.95\cdot 0.01 + 0.05\cdot 0.99 = 0.059$$

$$P(D\mid +) = \frac{P(+\mid D)P(D)}{P(+)} = \frac{0.0095}{0.059} \approx 0.161$$

$$P(\neg D \mid -) = \frac{0.95\cdot 0.99}{0.941} \approx 0.9995$$

$$P(D \mid -) = 0.05$$""",
    ),
    (
        "words-and-bars", [V, V, V, V, W],
        r"""Let $\Pr(\text{spam}) = 0.4$, $\Pr(\text{free} \mid \text{spam}) = 0.5$ and $\Pr(\text{free}\mid
\overline{\text{spam}}) = 0.1$. Then

- $\Pr(\text{free}) = 0.5 \cdot 0.4 + 0.1\cdot 0.6 = 0.26$
- $\Pr(\text{spam}\mid\text{free}) = \frac{0.2}{0.26} \approx 0.77$
- $\Pr(\text{spam}\mid\text{free}) = 0.5$""",
    ),
    (
        "named-values", [V, V, V, V, V, W],
        r"""Given $P(W=\text{sun})=0.6$, $P(W=\text{rain})=0.4$, $P(L=\text{yes}\mid W=\text{sun})=0.1$ and
$P(L=\text{yes}\mid W=\text{rain})=0.3$.

$$P(L=\text{yes}) = \sum_w P(W=w) P(L=\text{yes}\mid W=w) = 0.06 + 0.12 = 0.18$$
$$P(W=\text{rain}\mid L=\text{yes}) = \frac{0.12}{0.18} = \frac23$$
$$P(L=\text{no}) = 0.83$$""",
    ),
    (
        "numbers-that-do-not-fix-all", [V, V, V, V, U, V, V, W],
        r"""All variables are binary. $P(A=1)=0.4$, $P(B=1|A=1)=0.7$, $P(B=1|A=0)=0.2$, $P(C=1|B=1)=0.9$,
$P(C=1|B=0)=0.3$.

$$P(B=1) = 0.4\cdot 0.7+0.6\cdot 0.2 = 0.4$$
$$P(C=1) = 0.4\cdot 0.9 + 0.6\cdot 0.3 = 0.54$$
$$P(C=1 | A=1) = 0.7\cdot 0.9 + 0.3\cdot 0.3 = 0.72$$
$$P(A=1 | B=1) = 0.7$$
$$P(A=1 | B=1) = 0.28$$""",
    ),
    (
        "independent-events", [V, V, V, V, W],
        r"""Let $A$ and $B$ be independent events with $P(A) = 0.5$ and $P(B) = 0.2$.

$$P(A, B) = P(A) P(B) = 0.1$$
$$P(A \cap B^c) = 0.4$$
$$P(A \mid B) = 0.5$$
$$P(A\cap B) = 0.7$$""",
    ),
    (
        "naive-bayes", [V, V, V, V, V, V, W],
        r"""Naive Bayes. The features $X_1$ and $X_2$ are conditionally independent given $Y$. $P(Y=1)=0.3$,
$P(X_1=1|Y=1)=0.8$, $P(X_1=1|Y=0)=0.4$, $P(X_2=1|Y=1)=0.5$, $P(X_2=1|Y=0)=0.1$.

$$P(X_1=1, X_2=1) = 0.3\cdot 0.8\cdot 0.5 + 0.7\cdot 0.4\cdot 0.1 = 0.148$$

$$P(Y=1 \mid X_1=1, X_2=1) = \frac{0.12}{0.148} \approx 0.811$$

$$P(Y=1 \mid X_1=1, X_2=0) = \frac{0.3\cdot 0.8\cdot 0.5}{0.3\cdot 0.8\cdot 0.5+0.7\cdot 0.4\cdot 0.9} \approx 0.32$$

$$P(Y=1 | X_1 = 1) = 0.3$$""",
    ),
    (
        "a-joint-table", [V, V, V, V, V, V, W],
        r"""The joint table:

| $x$ | $y$ | $P(x,y)$ |
|-----|-----|----------|
| 0 | 0 | 0.1 |
| 0 | 1 | 0.2 |
| 1 | 0 | 0.3 |
| 1 | 1 | 0.4 |

$$P(x=1) = \sum_y P(x=1,y) = 0.3 + 0.4 = 0.7$$
$$P(y=1\mid x=1) = \frac{0.4}{0.7} \approx 0.571$$
$$P(x=1 | y=0) = 0.75$$
$$P(x=1 | y=0) = 0.43$$""",
    ),
    (
        "symbols", [V, V, V, W],
        r"""Let $P(D) = \alpha$, $P(T\mid D) = 0.9$ and $P(T \mid \bar D) = 0.2$.

$$P(T) = 0.9\alpha + 0.2(1-\alpha) = 0.2 + 0.7\alpha$$
$$P(D\mid T) = \frac{0.9\alpha}{0.2+0.7\alpha}$$
$$P(\bar D\mid T) = \frac{0.2\alpha}{0.2+0.7\alpha}$$""",
    ),
    (
        "one-variable-and-its-mean", [V, V, V, V, V, V, V, W],
        r"""A biased die with three faces: $P(X=1)=0.5$, $P(X=2)=0.3$, $P(X=3)=0.2$.

$$P(X=1) + P(X=3) = 0.7$$
$$\sum_{k=1}^3 k P(X=k) = 0.5+0.6+0.6 = 1.7$$
$$\mathbb{E}[X] = 1.7$$
$$\mathbb{E}[X^2] = 0.5+1.2+1.8 = 3.5$$
$$P(X=2) = 0.4$$""",
    ),
    (
        "a-chain", [V, V, V, V, V, V, W],
        r"""A Markov chain $X \to Y \to Z$ of binary variables with $P(X=1) = \tfrac12$, $P(Y=1|X=1) =
\tfrac34$, $P(Y=1|X=0)=\tfrac14$, $P(Z=1|Y=1) = \tfrac23$, $P(Z=1|Y=0)=\tfrac13$.

$$P(Y=1) = \tfrac12$$
$$P(Z=1\mid X=1) = \tfrac34\cdot\tfrac23 + \tfrac14\cdot\tfrac13 = \tfrac{7}{12}$$
$$P(Z=1 | X=1,Y=1) = P(Z=1|Y=1)$$
$$P(X=1|Z=1) = \frac{P(Z=1|X=1)P(X=1)}{P(Z=1)} = \frac{7}{12}$$
$$P(X=1, Z=1) = P(X=1) P(Z=1)$$""",
    ),
    (
        "another-number-later", [V, V, U, V],
        r"""$P(D) = 0.1$ and $P(T|D) = 0.9$, $P(T|\neg D)=0.2$.

$$P(T) = 0.09 + 0.18 = 0.27$$

If $P(D) = 0.5$ instead, then

$$P(T) = 0.45 + 0.1 = 0.55$$""",
    ),
    (
        "explaining-away", [V, V, V, V, V, V, W],
        r"""Explaining away: alarm $A$ with causes $B$ (burglary) and $Q$ (earthquake), which are
independent: the graph is $B \rightarrow A \leftarrow Q$.
$P(B=1)=0.01$, $P(Q=1)=0.02$ and
\begin{tabular}{cc|c}
$B$ & $Q$ & $P(A=1 \mid B, Q)$ \\ \hline
0 & 0 & 0.001 \\
0 & 1 & 0.3 \\
1 & 0 & 0.9 \\
1 & 1 & 0.95
\end{tabular}
\begin{align*}
P(A=1) &= \sum_{b,q} P(A=1\mid b,q)P(b)P(q) \\
&= 0.001\cdot0.99\cdot0.98 + 0.3\cdot0.99\cdot0.02+0.9\cdot0.01\cdot0.98+0.95\cdot0.01\cdot0.02 \\
&\approx 0.01592
\end{align*}
\begin{align*}
P(B=1\mid A=1) &= \frac{P(A=1\mid B=1)P(B=1)}{P(A=1)} \approx 0.566 \\
P(B=1\mid A=1,Q=1) &\approx 0.0310 \\
P(B=1\mid A=1,Q=1) &\approx 0.566
\end{align*}""",
    ),
    (
        "a-crossed-table", [V, V, W],
        r"""|     | Y=0 | Y=1 |
|-----|-----|-----|
| X=0 | 0.3 | 0.1 |
| X=1 | 0.2 | 0.4 |

$$P(Y=1) = 0.5$$
$$P(X=1|Y=1)=0.8$$
$$P(X=1|Y=1)=0.4$$""",
    ),
    (
        "braces-and-labels", [V, V, V, V, V, V, V, V, V, W],
        r"""Bayesian network $A \to C \leftarrow B$ with $P(A{=}1)=0.3$, $P(B{=}1)=0.6$ and

| $A$ | $B$ | $P(C{=}1\mid A,B)$ |
|:---:|:---:|:---:|
| 0 | 0 | 0.1 |
| 0 | 1 | 0.5 |
| 1 | 0 | 0.4 |
| 1 | 1 | 0.9 |

**(a)** $P(C=1) = 0.7\cdot0.4\cdot0.1+0.7\cdot0.6\cdot0.5+0.3\cdot0.4\cdot0.4+0.3\cdot0.6\cdot0.9 = 0.448$

**(b)** $P(A=1 \mid C=1) = \frac{P(A=1,C=1)}{P(C=1)} = \frac{0.048+0.162}{0.448} = 0.46875$

**(c)** $P(A=1, B=1 \mid C=1) = 0.162/0.448 \approx 0.362$

**(d)** $P(A=1\mid B=1, C=1) = \frac{0.162}{0.162+0.21} \approx 0.435$

**(e)** $P(A=1\mid B=1) = 0.435$""",
    ),
    (
        "cases-that-exclude-each-other", [V, V, V, V, V],
        r"""A factory has two machines. Machine $M_1$ makes 60% of the items, $P(M_1)=0.6$, and $P(M_2)=0.4$.
Defect rates: $P(D|M_1)=0.02$ and $P(D|M_2)=0.05$.

By total probability $$P(D) = P(D|M_1)P(M_1)+P(D|M_2)P(M_2) = 0.012 + 0.02 = 0.032.$$

$$P(M_2|D) = \frac{0.02}{0.032} = 0.625$$""",
    ),
    (
        "no-cold", [V, V, V, V],
        r"""Let $P(\text{cold})=0.2$ be the prior and $P(\text{fever}\mid\text{cold})=0.7$,
$P(\text{fever}\mid\text{no cold})=0.1$.

$$P(\text{fever}) = 0.7\cdot0.2+0.1\cdot0.8=0.22$$
$$P(\text{cold}\mid\text{fever}) = \frac{0.14}{0.22}\approx 0.636$$""",
    ),
    (
        "many-variables", [V, V, U],
        r"""Six binary variables: $P(A=1)=0.1$, $P(B=1|A=1)=0.2$, $P(B=1|A=0)=0.3$, $P(C=1|A=1)=0.4$,
$P(C=1|A=0)=0.5$, $P(D=1|B=1,C=1)=0.6$, $P(F=1|D=1)=0.7$, $P(G=1|D=0)=0.8$.

$$P(B=1) = 0.1\cdot0.2+0.9\cdot0.3 = 0.29$$
$$P(B=1, C=1) = 0.2$$""",
    ),
    (
        "the-class-of-a-mail", [V, V],
        r"""Naive Bayes spam filter. $P(S)=0.4$, $P(w_1\mid S)=0.6$, $P(w_1\mid \neg S)=0.1$, $P(w_2\mid
S)=0.3$, $P(w_2\mid\neg S)=0.2$. Assume that the words are conditionally independent given the class.

$$P(S\mid w_1,w_2) = \frac{0.4\cdot0.6\cdot0.3}{0.4\cdot0.6\cdot0.3+0.6\cdot0.1\cdot0.2} = \frac{0.072}{0.084}$$""",
    ),
    (
        "a-value-that-is-sure-under-one-condition", [V, V, V, V, V, W],
        r"""### Monty Hall
The car is behind door $C \in \{1,2,3\}$ with $P(C=1)=P(C=2)=P(C=3)=\frac13$. You choose door 1 and the host
opens $H$:
$P(H=3\mid C=1) = \frac12$, $P(H=3\mid C=2) = 1$, $P(H=3\mid C=3)=0$.

$$P(H=3) = \frac13\cdot\frac12+\frac13\cdot1+\frac13\cdot 0 = \frac12$$

$$P(C=2\mid H=3) = \frac{P(H=3\mid C=2)P(C=2)}{P(H=3)} = \frac{1\cdot\frac13}{\frac12} = \frac23$$

$$P(C=1\mid H=3) = \frac12$$""",
    ),
    (
        "orders", [V, V, V, W],
        r"""Suppose $\mathbb{P}(X=0)=\tfrac12$, $\mathbb{P}(X=1)=\tfrac14$, $\mathbb{P}(X=2)=\tfrac14$.

$$\mathbb{E}[X] = \sum_{x} x\,\mathbb{P}(X=x) = \tfrac34$$

$$\mathbb{P}(X\ge 1) = \tfrac12$$

$$\mathbb{P}(X \ne 2) = \tfrac12$$""",
    ),
    (
        "an-urn", [V, V, V, V],
        r"""Two urns. $P(U=1) = P(U=2) = 1/2$, and $P(R\mid U=1)=0.3$, $P(R\mid U=2) = 0.6$ for a red ball.

$$P(R) = \tfrac12\cdot0.3+\tfrac12\cdot0.6 = 0.45$$
$$P(U=2\mid R) = \frac{0.3}{0.45} = \frac23$$""",
    ),
    (
        "an-event-of-no-number", [V, V, V, U],
        r"""$P(A)=0.2$. By independence of the three trials, $P(\text{all three}) = 0.2^3 = 0.008$ and
$P(\text{none}) = 0.8^3 = 0.512$.

$$P(A)^3 = 0.008$$
$$1 - P(\text{none}) = 0.488$$""",
    ),
    (
        "words-that-are-no-remark", [U, V, U],
        r"""Language model: $P(\text{the}) = 0.1$, $P(\text{cat}\mid\text{the}) = 0.02$,
$P(\text{sat}\mid\text{the cat}) = 0.3$.

$$P(\text{the cat sat}) = 0.1\cdot 0.02\cdot 0.3 = 0.0006$$
$$\log_2 P(\text{the cat sat}) \approx -10.70$$""",
    ),
    (
        "dropout", [V, V, V, V],
        r"""Let $p = 0.3$ be the dropout probability, so that $P(m=1) = 0.7$ and $P(m=0) = 0.3$.

$$\mathbb{E}[m] = 0.7$$
$$\mathbb{E}[m^2] = 0.7$$
$$\operatorname{Var}(m) = 0.21$$
$$p(1-p) = 0.21$$""",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "verdicts", "text"), ROWS, ids=[row[0] for row in ROWS])
def test_probabilities_with_numbers(name: str, verdicts: list[str], text: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts
