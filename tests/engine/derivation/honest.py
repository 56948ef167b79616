"""Write-ups that show what is asked, by many routes: the question, and what is handed in."""
# ruff: noqa: E501

from __future__ import annotations

from tests.engine.derivation.cheats import BPTT, ELBO, GAN, MOM, RBM, RIDGE, SCE, SIG, SQ, D, G, shown

MEAN, TWO, JAC = "regularization/weight-scaling", "backprop/two-layers", "backprop/softmax-jacobian"
LIKE, ATT, KL = "rbm/derive-learning-rule", "backprop/attention-query", "generative/gaussian-divergence"
HONEST: dict[str, tuple[str, str]] = {
    "in two lines": (SQ, shown(rf"{D} = 2 X^\top X w - 2 X^\top y = {G}")),
    "aligned": (SQ, rf"$$\begin{{aligned}} {D} &= 2 X^\top X w - 2 X^\top y \\ &= {G} \end{{aligned}}$$"),
    "a LaTeX file": (SQ, ("\\documentclass{article}\n\\begin{document}\nWe multiply out:\n\\begin{align*}\nJ &= w^\\top X^\\top X w"
                     " - 2 w^\\top X^\\top y + y^\\top y\n\\end{align*}\nso that\n\\[ \\nabla_w J = 2 X^\\top X w - 2 X^\\top y \\]\nand\n"
                     "\\begin{equation}\n\\nabla_w J = 2 X^\\top (X w - y).\n\\end{equation}\n\\end{document}\n")),
    "declared again": (SQ, r"Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$ and $J = \|X w - y\|_2^2$."
                        "\n\n" + shown(rf"{D} = 2 X^\top X w - 2 X^\top y", f"{D} = {G}")),
    "declared again with other sizes": (SQ, r"Let $X \in \mathbb{R}^{m \times k}$, $w \in \mathbb{R}^k$, $y \in \mathbb{R}^m$."
                                         "\n\n" + shown(rf"{D} = 2 X^\top X w - 2 X^\top y = {G}")),
    "J defined again as a product": (SQ, r"Let $J = (X w - y)^\top (X w - y)$." + "\n\n" + shown(rf"{D} = 2 X^\top X w - 2 X^\top y = {G}")),
    "the residual": (SQ, r"Let $r = X w - y$, so that $J = r^\top r$." + "\n\n" + shown(
        r"\frac{\partial r}{\partial w} = X", rf"{D} = \left(\frac{{\partial r}}{{\partial w}}\right)^\top 2 r", rf"{D} = 2 X^\top r = {G}")),
    "the goal announced": (SQ, f"We want to show that $$ {D} = {G}. $$ Multiplying out," + "\n\n" + shown(
        r"J = w^\top X^\top X w - 2 w^\top X^\top y + y^\top y", rf"{D} = 2 X^\top X w - 2 X^\top y = {G}")),
    "the task copied": (SQ, rf"Given $X \in \mathbb{{R}}^{{n \times d}}$ and $J = \|X w - y\|_2^2$, show that ${D} = {G}$." + "\n\n"
                        + shown(rf"{D} = 2 X^\top X w - 2 X^\top y = {G}")),
    "by components": (SQ, shown(
        r"J = \sum_{i=1}^n \left(\sum_{j=1}^d X_{ij} w_j - y_i\right)^2",
        r"\frac{\partial J}{\partial w_k} = \sum_{i=1}^n 2 \left(\sum_{j=1}^d X_{ij} w_j - y_i\right) X_{ik}",
        f"{D} = {G}")),
    "by components only": (SQ, shown(
        r"\frac{\partial J}{\partial w_k} = \sum_{i=1}^n \frac{\partial}{\partial w_k} \left(\sum_{j=1}^d X_{ij} w_j - y_i\right)^2"
        r" = 2 \sum_{i=1}^n X_{ik} \left(\sum_{j=1}^d X_{ij} w_j - y_i\right)")),
    "by components with other letters": (SQ, shown(
        r"\frac{\partial J}{\partial w_a} = \sum_{s=1}^n 2 \left(\sum_{c=1}^d X_{sc} w_c - y_s\right) X_{sa}"
        r" = 2 \sum_{s=1}^n X_{sa} \left((X w)_s - y_s\right)", f"{D} = {G}")),
    "term by term in displays of their own": (SQ, shown(
        r"\nabla_w (w^\top X^\top X w) = 2 X^\top X w", r"\nabla_w (w^\top X^\top y) = X^\top y",
        r"J = w^\top X^\top X w - 2 w^\top X^\top y + y^\top y", rf"{D} = 2 X^\top X w - 2 X^\top y", f"{D} = {G}")),
    "only J multiplied out": (SQ, shown(r"J = w^\top X^\top X w - 2 w^\top X^\top y + y^\top y", f"{D} = {G}")),
    "with the other derivative sign": (SQ, shown(rf"\frac{{\partial J}}{{\partial w}} = 2 X^\top X w - 2 X^\top y = {G}")),
    "an aside that is wrong": (SQ, shown(rf"{D} = 2 X^\top X w - 2 X^\top y = {G}") + "\n\nAn aside:\n\n" + shown("2 + 2 = 5")),
    "a sum over the examples": (SQ, shown(
        rf"{D} = \sum_{{i=1}}^n 2 \left((X w)_i - y_i\right) X_{{i,:}}^\top", rf"{D} = {G}")),
    # the sigmoid unit
    "chain rule in one line": (SIG, shown(
        r"\frac{\partial E}{\partial w} = \frac{\partial E}{\partial o} \frac{\partial o}{\partial net} \frac{\partial net}{\partial w}"
        r" = -(t - o) \cdot o (1 - o) \cdot x")),
    "factors first": (SIG, shown(
        r"\frac{\partial E}{\partial o} = o - t", r"\frac{\partial o}{\partial net} = o (1 - o)",
        r"\frac{\partial net}{\partial w} = x", r"\frac{\partial E}{\partial w} = -(t - o) o (1 - o) x")),
    "delta": (SIG, r"Let $\delta = (o - t) o (1 - o)$." + "\n\n" + shown(
        r"\frac{\partial E}{\partial net} = \frac{\partial E}{\partial o} \cdot \frac{\partial o}{\partial net} = \delta",
        r"\frac{\partial E}{\partial w} = \frac{\partial E}{\partial net} x = \delta x = -(t - o) o (1 - o) x")),
    "with sigma prime": (SIG, shown(
        r"\frac{\partial E}{\partial w} = -(t - o) \sigma'(w^\top x) x = -(t - o) \sigma(w^\top x) (1 - \sigma(w^\top x)) x"
        r" = -(t - o) o (1 - o) x")),
    "one weight": (SIG, shown(
        r"\frac{\partial E}{\partial w_i} = -(t - o) \frac{\partial o}{\partial w_i} = -(t - o) o (1 - o) x_i")),
    # layers
    "two layers with deltas": (TWO, r"Let $\delta_2 = o - y$ and $\delta_1 = (W_2^\top \delta_2) \odot (1 - h \odot h)$." + "\n\n" + shown(
        r"\frac{\partial L}{\partial o} = \delta_2", r"\frac{\partial L}{\partial a} = \delta_1",
        r"\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial a} x^\top = \delta_1 x^\top"
        r" = \left(\left(W_2^\top (o - y)\right) \odot (1 - h \odot h)\right) x^\top")),
    "two layers by diag": (TWO, shown(
        r"\frac{\partial L}{\partial a} = \operatorname{diag}(1 - h \odot h) W_2^\top (o - y)",
        r"\frac{\partial L}{\partial W_1} = \operatorname{diag}(1 - h \odot h) W_2^\top (o - y) x^\top"
        r" = \left(\left(W_2^\top (o - y)\right) \odot (1 - h \odot h)\right) x^\top")),
    "softmax by logarithms": (JAC, shown(
        r"\log p_i = z_i - \log \sum_{k=1}^K e^{z_k}",
        r"\frac{\partial \log p_i}{\partial z_j} = \delta_{ij} - p_j",
        r"\frac{\partial p_i}{\partial z_j} = p_i \frac{\partial \log p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)")),
    "cross-entropy by the Jacobian": (SCE, shown(
        r"\frac{\partial L}{\partial z_j} = -\sum_{k=1}^K \frac{y_k}{p_k} \cdot \frac{\partial p_k}{\partial z_j}"
        r" = -\sum_{k=1}^K \frac{y_k}{p_k} p_k (\delta_{kj} - p_j) = -y_j + p_j \sum_{k=1}^K y_k = p_j - y_j",
        r"\frac{\partial L}{\partial z} = p - y")),
    # conditions
    "ridge by equivalences": (RIDGE, "At the minimum the gradient is zero:\n\n" + shown(
        r"2 X^\top (X w - y) + 2 \lambda w = 0 \iff (X^\top X + \lambda I) w = X^\top y"
        r" \iff w = (X^\top X + \lambda I)^{-1} X^\top y")),
    "ridge with the gradient set": (RIDGE, "We set the gradient to zero:\n\n" + shown(
        r"\nabla_w J = 2 X^\top (X w - y) + 2 \lambda w = 0") + "\n\nso\n\n" + shown(
        r"X^\top X w + \lambda w = X^\top y", r"w = (X^\top X + \lambda I)^{-1} X^\top y")),
    "ridge in two lines": (RIDGE, shown(r"\nabla_w J = 2 X^\top X w - 2 X^\top y + 2 \lambda w") + "\n\nSetting it to zero,\n\n"
                           + shown(r"w = (X^\top X + \lambda I)^{-1} X^\top y")),
    "the best discriminator": (GAN, "Setting the derivative to zero,\n\n" + shown(
        r"\frac{p}{D} - \frac{g}{1 - D} = 0") + "\n\nthat is\n\n" + shown("p (1 - D) = g D", r"D = \frac{p}{p + g}")),
    # distributions
    "posterior with the sum written as a product": (RBM, shown(
        r"P(h \mid v) = \frac{P(v, h)}{P(v)}",
        r"P(h \mid v) = \frac{e^{c^\top h + v^\top W h}}{\sum_{g \in \{0,1\}^m} e^{c^\top g + v^\top W g}}",
        r"P(h \mid v) = \prod_{j=1}^m \frac{e^{h_j s_j}}{1 + e^{s_j}}")),
    "posterior up to a factor": (RBM, shown(
        r"P(h \mid v) \propto e^{c^\top h + v^\top W h} = \prod_{j=1}^m e^{h_j s_j}",
        r"P(h \mid v) = \prod_{j=1}^m \frac{e^{h_j s_j}}{1 + e^{s_j}}")),
    "posterior by logistic functions": (RBM, shown(
        r"P(h \mid v) = \frac{e^{c^\top h + v^\top W h}}{\sum_{k \in \{0,1\}^m} e^{c^\top k + v^\top W k}}"
        r" = \prod_{j=1}^m \sigma(s_j)^{h_j} (1 - \sigma(s_j))^{1 - h_j}"
        r" = \prod_{j=1}^m \frac{e^{h_j s_j}}{1 + e^{s_j}}")),
    "learning rule by a product of logarithms": (LIKE, shown(
        r"\frac{\partial \ell}{\partial W_{ij}} = \frac{\sum_{h \in \{0,1\}^m} v_i h_j e^{-E(v, h)}}{\sum_{h \in \{0,1\}^m} e^{-E(v, h)}}"
        r" - \frac{1}{Z} \sum_{u \in \{0,1\}^n} \sum_{h \in \{0,1\}^m} u_i h_j e^{-E(u, h)}"
        r" = \sum_{h \in \{0,1\}^m} P(h \mid v) v_i h_j - \sum_{u \in \{0,1\}^n} \sum_{h \in \{0,1\}^m} P(u, h) u_i h_j")),
    "bound from the divergence": (ELBO, shown(
        r"D_{KL}(q(h \mid v) \| P(h \mid v)) = \sum_{h \in \{0,1\}^m} q(h \mid v) \log \frac{q(h \mid v)}{P(h \mid v)}"
        r" = \sum_{h \in \{0,1\}^m} q(h \mid v) \log \frac{q(h \mid v)}{P(v, h)} + \log P(v)",
        r"\log P(v) = \sum_{h \in \{0,1\}^m} q(h \mid v) \log \frac{P(v, h)}{q(h \mid v)} + D_{KL}(q(h \mid v) \| P(h \mid v))")),
    # recursions
    "velocity from the start": (MOM, shown(
        r"v^{(1)} = -\eta g^{(1)}", r"v^{(2)} = \alpha v^{(1)} - \eta g^{(2)} = -\eta (\alpha g^{(1)} + g^{(2)})",
        r"v^{(3)} = \alpha v^{(2)} - \eta g^{(3)} = -\eta (\alpha^2 g^{(1)} + \alpha g^{(2)} + g^{(3)})",
        r"v^{(3)} = -\eta \sum_{k=1}^3 \alpha^{3-k} g^{(k)}")),
    "two steps in time": (BPTT, shown(
        r"\frac{\partial L}{\partial a^{(2)}} = \delta^{(2)}",
        r"\frac{\partial L}{\partial a^{(1)}} = \left(W^\top \frac{\partial L}{\partial a^{(2)}}\right) \odot (1 - h^{(1)} \odot h^{(1)}) = \delta^{(1)}",
        r"\frac{\partial L}{\partial U} = \delta^{(2)} x^{(2)\top} + \delta^{(1)} x^{(1)\top}")),
    "two steps in time as a sum": (BPTT, shown(
        r"\frac{\partial L}{\partial U} = \sum_{t=1}^2 \frac{\partial L}{\partial a^{(t)}} x^{(t)\top}"
        r" = \delta^{(2)} x^{(2)\top} + \delta^{(1)} x^{(1)\top}")),
    "mean of a mask, input by input": (MEAN, shown(
        r"a = \sum_{i=1}^n w_i x_i \sum_{\mu \in \{0,1\}^n} P(\mu) \mu_i = \sum_{i=1}^n w_i x_i p", r"a = (p w)^\top x")),
    "attention by its Jacobian": (ATT, shown(
        r"\frac{\partial c}{\partial s} = \alpha \odot v - \alpha \alpha^\top v",
        r"\frac{\partial c}{\partial q} = \frac{1}{\sqrt{d}} K^\top (\alpha \odot v - c \alpha)"
        r" = \frac{1}{\sqrt{d}} K^\top \left(\alpha \odot (v - c \mathbf{1})\right)")),
    "divergence of Gaussians": (KL, shown(
        r"D_{KL}(\mathcal{N}(\mu, \sigma^2) \| \mathcal{N}(m, s^2)) = \frac{1}{2} \left(\log \frac{s^2}{\sigma^2}"
        r" + \frac{\sigma^2 + (\mu - m)^2}{s^2} - 1\right) = \log \frac{s}{\sigma} + \frac{\sigma^2 + (\mu - m)^2}{2 s^2} - \frac{1}{2}")),
    "everything declared again": (SIG, r"""Let $x, w \in \mathbb{R}^n$, $t \in \mathbb{R}$, $net = w \cdot x$, $o = \sigma(net)$ and $E = \frac{1}{2}(t-o)^2$.

$$\frac{\partial E}{\partial w} = \frac{\partial E}{\partial o}\frac{\partial o}{\partial net}\frac{\partial net}{\partial w}$$

where $\frac{\partial E}{\partial o} = -(t-o)$, $\frac{\partial o}{\partial net} = o(1-o)$ and $\frac{\partial net}{\partial w} = x$. Therefore

$$\frac{\partial E}{\partial w} = -(t-o)\,o\,(1-o)\,x$$
"""),
    "J as a function": (SQ, r"""Let $J(w) = (Xw-y)^\top (Xw-y)$.

$$\nabla_w J(w) = 2X^\top X w - 2X^\top y = 2X^\top(Xw-y)$$"""),
    "bold": (SQ, r"$$\nabla_{\mathbf{w}} J = 2\mathbf{X}^T\mathbf{X}\mathbf{w} - 2\mathbf{X}^T\mathbf{y} = 2\mathbf{X}^T(\mathbf{X}\mathbf{w} - \mathbf{y})$$"),
    "signs instead of commands": (SQ, "$$\n∇_w J = 2 X^T X w - 2 X^T y = 2 X^T (X w - y)\n$$"),
    "as a row first": (SQ, shown(r"\left(\frac{\partial J}{\partial w}\right)^\top = 2 (Xw-y)^\top X",
        r"\frac{\partial J}{\partial w} = \left(2(Xw-y)^\top X\right)^\top = 2 X^\top X w - 2 X^\top y = 2X^\top(Xw-y)")),
    "the residual with a name": (SQ, r"""Let $e = y - Xw$. Then

$$J = e^\top e$$

$$\nabla_w J = -2X^\top e = -2 X^\top (y - Xw) = 2X^\top(Xw - y)$$"""),
    "beside a directional derivative": (SQ, r"""Let $u \in \mathbb{R}^d$ and $\epsilon \in \mathbb{R}$.

$$\frac{d}{d\epsilon} \|X(w + \epsilon u) - y\|_2^2 = 2 (X(w+\epsilon u) - y)^\top X u$$

$$\nabla_w J = 2X^\top X w - 2X^\top y = 2X^\top(Xw-y)$$"""),
    "weight decay, multiplied out": ("regularization/ridge-gradient", r"""$$J = \frac12 (w^\top X^\top X w - 2 y^\top X w + y^\top y) + \frac{\lambda}{2} w^\top w$$

$$\nabla_w J = \frac12 (2 X^\top X w - 2 X^\top y) + \lambda w = X^\top X w - X^\top y + \lambda w = (X^\top X + \lambda I)w - X^\top y$$"""),
    "cross-entropy through the logarithm of the softmax": (SCE, r"""$$\frac{\partial L}{\partial z_i} = -\sum_{k=1}^K y_k \frac{\partial \log p_k}{\partial z_i}$$

Since $\log p_k = z_k - \log\sum_j e^{z_j}$,

$$\frac{\partial \log p_k}{\partial z_i} = \delta_{ki} - p_i$$

$$\frac{\partial L}{\partial z_i} = -\sum_{k=1}^K y_k (\delta_{ki} - p_i) = -y_i + p_i \sum_{k=1}^K y_k = p_i - y_i$$"""),
    "label smoothing by entries": ("backprop/label-smoothing", r"""$$\frac{\partial L}{\partial z_j} = -s_j + p_j \sum_{k=1}^K s_k = p_j - s_j$$

$$\frac{\partial L}{\partial z} = p - s = p - (1-\epsilon) y - \frac{\epsilon}{K}\mathbf{1}$$"""),
    "batch normalisation by the quotient rule": ("regularization/batch-norm-gradient", shown(
        r"\frac{\partial z_i}{\partial x_j} = \frac{1}{s}\left(\delta_{ij} - \frac1m\right) - \frac{x_i-\bar x}{s^2}\frac{\partial s}{\partial x_j}",
        r"\frac{\partial s}{\partial x_j} = \frac{x_j - \bar x}{m s}",
        r"\frac{\partial z_i}{\partial x_j} = \frac{1}{s}\left(\delta_{ij} - \frac1m - \frac{z_i z_j}{m}\right)")),
    "ridge, the condition within a sentence": (RIDGE, r"""The gradient is

$$\nabla_w J = 2X^\top X w - 2X^\top y + 2\lambda w.$$

At a minimum $\nabla_w J = 0$, i.e.

$$X^\top X w + \lambda w = X^\top y$$

$$(X^\top X + \lambda I) w = X^\top y$$

Since $X^\top X + \lambda I$ is invertible, multiply from the left by its inverse:

$$w = (X^\top X + \lambda I)^{-1}X^\top y$$"""),
    "ridge by arrows": (RIDGE, shown(r"\nabla_w J = 2X^\top X w - 2X^\top y + 2\lambda w = 0", r"\Rightarrow (X^\top X + \lambda I) w = X^\top y",
        r"\Rightarrow w = (X^\top X + \lambda I)^{-1}X^\top y")),
    "the best discriminator in one line": (GAN, shown(
        r"\frac{\partial V}{\partial D} = \frac{p}{D} - \frac{g}{1-D} = 0 \Rightarrow p(1-D) = gD \Rightarrow D = \frac{p}{p+g}")),
    "the best step, the condition within a sentence": ("optimization/best-step", r"""$$\frac{df}{d\epsilon} = -g^\top g + \epsilon g^\top H g$$

Setting $\frac{df}{d\epsilon} = 0$ yields

$$\epsilon = \frac{g^\top g}{g^\top H g}$$"""),
    "recurrent weights as a sum over time": ("bptt/derive-recurrent-weights", shown(
        r"\frac{\partial L}{\partial a^{(2)}} = (h^{(2)} - y^{(2)})\odot(1 - h^{(2)}\odot h^{(2)}) = \delta^{(2)}",
        r"\frac{\partial L}{\partial a^{(1)}} = \left((h^{(1)} - y^{(1)}) + W^\top \delta^{(2)}\right)\odot(1 - h^{(1)}\odot h^{(1)}) = \delta^{(1)}",
        r"\frac{\partial L}{\partial W} = \sum_{t=1}^{2} \delta^{(t)} h^{(t-1)\top} = \delta^{(2)} h^{(1)\top} + \delta^{(1)} h^{(0)\top}")),
    "recurrence declared again with another letter": (BPTT, r"""Let $a^{(k)} = U x^{(k)} + W h^{(k-1)} + b$ and $h^{(k)} = \tanh(a^{(k)})$.

""" + shown(r"\frac{\partial L}{\partial U} = \frac{\partial L}{\partial a^{(1)}} x^{(1)\top} + \frac{\partial L}{\partial a^{(2)}} x^{(2)\top}"
        r" = \delta^{(2)} x^{(2)\top} + \delta^{(1)} x^{(1)\top}")),
    "two updates with momentum": ("optimization/momentum-unrolled", shown(r"\theta^{(1)} = \theta^{(0)} - \eta g^{(1)}",
        r"\theta^{(2)} = \theta^{(1)} + \alpha v^{(1)} - \eta g^{(2)} = \theta^{(0)} - \eta g^{(1)} - \alpha\eta g^{(1)} - \eta g^{(2)}"
        r" = \theta^{(0)} - \eta\left((1+\alpha)g^{(1)} + g^{(2)}\right)")),
    "bound by expectations": (ELBO, r"""$$\begin{aligned}
\log P(v) &= \mathbb{E}_{h \sim q(h \mid v)}[\log P(v)] \\
&= \mathbb{E}_{h \sim q(h \mid v)}\left[\log \frac{P(v,h)}{P(h \mid v)}\right] \\
&= \mathbb{E}_{h \sim q(h \mid v)}\left[\log \frac{P(v,h)}{q(h \mid v)}\right] + \mathbb{E}_{h \sim q(h \mid v)}\left[\log \frac{q(h \mid v)}{P(h \mid v)}\right] \\
&= \sum_{h \in \{0,1\}^m} q(h \mid v)\log\frac{P(v,h)}{q(h \mid v)} + D_{KL}(q(h \mid v) \| P(h \mid v))
\end{aligned}$$"""),
    "posterior with an energy of its own": (RBM, r"""Let $E(v,h) = -b^\top v - c^\top h - v^\top W h$.

$$P(h\mid v) = \frac{e^{-E(v,h)}}{\sum_{g\in\{0,1\}^m} e^{-E(v,g)}} = \prod_{j=1}^m \frac{e^{h_j s_j}}{1+e^{s_j}}$$"""),
    "posterior unit by unit": (RBM, shown(
        r"P(h\mid v) = \frac{\prod_{j=1}^m e^{h_j s_j}}{\prod_{j=1}^m \sum_{k=0}^{1} e^{k s_j}} = \prod_{j=1}^m \frac{e^{h_j s_j}}{1+e^{s_j}}")),
    "two layers by entries": (TWO, shown(r"\frac{\partial L}{\partial a_i} = \sum_{l=1}^k (o_l - y_l) (W_2)_{li} (1 - h_i^2)",
        r"\frac{\partial L}{\partial (W_1)_{ij}} = \frac{\partial L}{\partial a_i} x_j",
        r"\frac{\partial L}{\partial W_1} = \left(\left(W_2^\top (o - y)\right) \odot (1 - h \odot h)\right) x^\top")),
}  # fmt: skip
