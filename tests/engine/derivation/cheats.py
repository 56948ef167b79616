"""Write-ups that show nothing: the question, what is handed in, and what must be said of it."""
# ruff: noqa: E501

from __future__ import annotations

SQ, SIG, SCE = "regularization/squared-error-gradient", "backprop/sigmoid-unit", "backprop/softmax-cross-entropy"
RIDGE, GAN, RBM = "regularization/ridge-solution", "generative/gan-discriminator", "rbm/derive-hidden-given-visible"
MOM, ELBO, BPTT = "optimization/momentum-three-steps", "generative/elbo", "bptt/derive-input-weights"
G = r"2 X^\top (X w - y)"
D = r"\nabla_w J"
R = r"(X^\top X + \lambda I)^{-1} X^\top y"
POST = r"\prod_{j=1}^m \frac{e^{h_j s_j}}{1 + e^{s_j}}"


def shown(*lines: str) -> str:
    """Display formulas, one after the other."""
    return "\n\n".join(f"$$ {line} $$" for line in lines)


ASSUMES, RESTATED = "assumes what is to be shown", "is restated|no line ends|no line begins"
CHEATS: dict[str, tuple[str, str, str]] = {
    # restating
    "empty": (SQ, "", "no line begins"),
    "words alone": (SQ, "The claim is obvious.", "no line begins"),
    "bare line": (SQ, shown(f"{D} = {G}"), "restated"),
    "bare line twice": (SQ, shown(f"{D} = {G}", f"{D} = {G}"), "restated"),
    "goal = goal": (SQ, shown(f"{D} = {G} = {G}"), "restated"),
    "other notation of the derivative": (SQ, shown(rf"{D} = \frac{{\partial J}}{{\partial w}} = \frac{{dJ}}{{dw}} = {G}"), "restated"),
    "plus zero": (SQ, shown(f"{D} = {G} + 0 = {G}"), "restated"),
    "times one": (SQ, shown(rf"{D} = 1 \cdot {G} = {G}"), "restated"),
    "order of factors": (SQ, shown(rf"{D} = X^\top (X w - y) \cdot 2 = {G}"), "restated"),
    "brackets": (SQ, shown(rf"{D} = (2 (X^\top ((X w) - y))) = {G}"), "restated"),
    "twice transposed": (SQ, shown(rf"{D} = ({G})^{{\top\top}} = {G}"), "restated|unreadable"),
    "transposed within": (SQ, shown(rf"{D} = 2 ((X w - y)^\top X)^\top = {G}"), "restated"),
    "minus minus": (SQ, shown(rf"{D} = -2 X^\top (y - X w) = {G}"), "restated"),
    "half of four": (SQ, shown(rf"{D} = \frac{{1}}{{2}} \cdot 4 X^\top (X w - y) = {G}"), "restated"),
    "number within": (SQ, shown(rf"{D} = X^\top (2 X w - 2 y) = {G}"), "restated"),
    "added and taken away": (SQ, shown(rf"{D} = {G} + w - w = {G}"), "restated"),
    "a fraction that is 1": (SQ, shown(rf"{D} = \frac{{e^\lambda}}{{e^\lambda}} {G} = {G}"), "restated|wrong"),
    "something that is 0 added": (SQ, shown(rf"{D} = {G} + \left(\|w\|_2^2 - w^\top w\right) w = {G}"), "restated"),
    "the gradient added and taken away": (SQ, shown(rf"{D} = {D} + w - w = {G}"), "restated"),
    "definition put in": (SQ, shown(rf"{D} = \nabla_w \|X w - y\|_2^2 = {G}"), "restated"),
    "definition put in as a product": (SQ, shown(rf"{D} = \nabla_w (X w - y)^\top (X w - y) = {G}"), "restated"),
    "a constant out of the derivative": (SQ, shown(rf"{D} = 2 \nabla_w \left(\tfrac{{1}}{{2}} J\right) = {G}"), "restated"),
    "only the square rewritten": (SQ, shown(r"J = (X w - y)^\top (X w - y)", f"{D} = {G}"), "restated"),
    "only J = J": (SQ, shown("J = J + 0", f"{D} = {G}"), "restated"),
    "an identity of something else": (SQ, shown(r"\nabla_w (w^\top w) = 2 w", f"{D} = {G}"), "restated"),
    "a derivative by what is not asked": (SQ, shown(r"\nabla_y J = -2 (X w - y)", f"{D} = {G}"), "restated"),
    "numbers that add up": (SQ, shown("1 + 1 = 2", f"{D} = {G}"), "restated"),
    # assuming
    "let the goal": (SQ, f"Let ${D} = {G}$.", "assumes|no line"),
    "let the goal, then state it": (SQ, f"Let ${D} = {G}$.\n\n" + shown(f"{D} = {G}"), ASSUMES),
    "assume the goal, then expand it": (SQ, f"Assume that ${D} = {G}$.\n\n" + shown(rf"{D} = {G} = 2 X^\top X w - 2 X^\top y = {G}"), ASSUMES),
    "suppose": (SQ, f"Suppose $$ {D} = {G}. $$ Then\n\n" + shown(rf"{D} = 2 X^\top X w - 2 X^\top y"), ASSUMES),
    "recall": (SQ, f"Recall that $$ {D} = {G}. $$\n\n" + shown(rf"{D} = 2 X^\top X w - 2 X^\top y"), ASSUMES),
    "given": (SQ, f"Given: ${D} = {G}$.\n\n" + shown(rf"{D} = 2 X^\top X w - 2 X^\top y = {G}"), ASSUMES),
    "the goal the other way round": (SQ, f"Let ${G} = {D}$.\n\n" + shown(f"{D} = {G}"), ASSUMES),
    "the expanded goal assumed": (SQ, rf"Assume ${D} = 2 X^\top X w - 2 X^\top y$." + "\n\n" + shown(f"{D} = {G}"), ASSUMES),
    "an entry assumed": (SQ, r"Recall that $\frac{\partial J}{\partial w_k} = 2 \sum_{i=1}^n X_{ik} (\sum_{j=1}^d X_{ij} w_j - y_i)$."
                          "\n\n" + shown(f"{D} = {G}"), f"{ASSUMES}|restated"),
    "an entry of the goal": (SQ, shown(r"\frac{\partial J}{\partial w_k} = 2 (X^\top (X w - y))_k", f"{D} = {G}"), "restated"),
    "an entry of the goal in sums": (SQ, shown(
        r"\frac{\partial J}{\partial w_k} = 2 \sum_{i=1}^n X_{ik} \left(\sum_{j=1}^d X_{ij} w_j - y_i\right)", f"{D} = {G}"), "restated"),
    "an entry of the goal by itself": (SQ, shown(r"\frac{\partial J}{\partial w_k} = 2 (X^\top (X w - y))_k"), "restated"),
    "the identity in between": (SQ, shown(rf"{D} = 2 X^\top (I X w - y) = {G}"), "restated"),
    "ones in between": (SQ, shown(rf"{D} = 2 X^\top ((X w - y) \odot \mathbf{{1}}) = {G}"), "restated"),
    "a constant under the derivative": (SQ, shown(rf"{D} = \nabla_w (J + 1) = {G}"), "restated"),
    "a constant vector under the derivative": (SQ, shown(rf"{D} = \nabla_w (\|X w - y\|_2^2 + y^\top y) = {G}"), "restated"),
    "the derivative by J over J": (SQ, shown(rf"{D} = \frac{{J}}{{J}} {D} = {G}"), "restated|undecided|wrong"),
    "a name by its entries": (SQ, r"Let $g \in \mathbb{R}^d$ with $g_k = (2 X^\top (X w - y))_k$." + "\n\n" + shown(f"{D} = g = {G}"), "restated"),
    "orthonormal columns": (SQ, r"Assume that $X^\top X = I$." + "\n\n" + shown(rf"{D} = 2 w - 2 X^\top y = {G}"), "restated"),
    "without the factor 2": (SQ, shown(rf"{D} \propto X^\top (X w - y)", f"{D} = {G}"), "restated"),
    "the goal as an equivalence": (SQ, shown(rf"{D} = {G} \iff {D} = {G}"), "restated"),
    "one trivial factor": (SIG, shown(r"\frac{\partial net}{\partial w} = x", r"\frac{\partial E}{\partial w} = -(t - o) o (1 - o) x"), "restated"),
    "an entry of the solution": (RIDGE, rf"Setting the gradient to zero gives $$ w_k = ({R})_k $$ and so $$ w = {R}. $$", "restated|assumes|wrong|undecided"),
    "the solution taken to the other side": (RIDGE, rf"Setting the gradient to zero gives $$ w - {R} = 0 $$ and so $$ w = {R}. $$", "restated|assumes"),
    "another form of the solution": (GAN, r"Setting the derivative to zero gives $$ D = \frac{1}{1 + g/p} $$ and so $$ D = \frac{p}{p + g}. $$", "restated|assumes"),
    "divergence for itself": (ELBO, r"Let $F = \sum_{h \in \{0,1\}^m} q(h \mid v) \log \frac{P(v, h)}{q(h \mid v)}$." + "\n\n" + shown(
        r"\log P(v) = F + D_{KL}(q(h \mid v) \| P(h \mid v))"), "restated"),
    "another J as a function": (SQ, r"Let $J(w) = w^\top w$." + "\n\n" + shown(rf"{D} = 2 w = w + w"), "J is defined anew"),
    "the residual with a name": (SQ, r"Let $r = X w - y$." + "\n\n" + shown(rf"{D} = 2 X^\top r = {G}"), "restated"),
    "the solution supposed in a line": (RIDGE, rf"Setting $w - {R} = 0$ gives $$ w = {R}. $$", "restated|assumes|does not give"),
    "another condition supposed": (RIDGE, r"Suppose $2 X^\top X w - X^\top y = 0$. Then $$ w = \frac{1}{2} (X^\top X)^{-1} X^\top y. $$", "no line ends|wrong|undecided"),
    "the goal within a sentence": (SQ, f"Clearly ${D} = {G}$.", "no line begins"),
    "a name for the goal": (SQ, f"Let $g = {G}$.\n\n" + shown(f"{D} = g"), "restated"),
    "a name for the gradient": (SQ, f"Let $g = {D}$.\n\n" + shown(f"{D} = g = {G}"), "restated"),
    "a function for the goal": (SQ, f"Let $f(w) = {G}$.\n\n" + shown(f"{D} = f(w) = {G}"), "restated"),
    "a name defined in passing": (SQ, shown(f"g = {G}", f"{D} = g", f"{D} = {G}"), "restated"),
    # symbols with another meaning
    "another J": (SQ, r"Let $J = w^\top w$." + "\n\n" + shown(rf"{D} = 2 w = w + w"), "J is defined anew in line 1"),
    "another J that has the gradient": (SQ, r"Let $J = 2 w^\top X^\top (X w - y)$." + "\n\n" + shown(rf"{D} = {G}"), "J is defined anew"),
    "w is the solution": (SQ, r"Let $w = 0$." + "\n\n" + shown(rf"{D} = -2 X^\top y = {G}"), "w is defined anew"),
    "X is the identity": (SQ, r"Let $X = I$." + "\n\n" + shown(rf"{D} = 2 (w - y) = {G}"), "X is defined anew|wrong"),
    "y is X w": (SQ, r"Let $y = X w$." + "\n\n" + shown(rf"{D} = 0 = {G}"), "y is defined anew"),
    # not there yet
    "the gradient still to be taken": (SQ, shown(rf"{D} = \nabla_w (w^\top X^\top X w) - 2 X^\top y"), "still contains a derivative"),
    "half the way": (SIG, shown(r"\frac{\partial E}{\partial w} = \frac{\partial E}{\partial o} \frac{\partial o}{\partial net} x"), "still contains a derivative"),
    "an end with sigma'": (SIG, shown(r"\frac{\partial E}{\partial w} = \frac{\partial E}{\partial o} \sigma'(net) x = -(t - o) \sigma'(net) x"), "still contains a derivative"),
    "a true line that is not asked": (SQ, shown(r"\nabla_y J = -2 (X w - y) = 2 y - 2 X w"), "no line begins"),
    # errors
    "wrong on the way": (SQ, shown(rf"{D} = 2 X^\top X w - X^\top y = {G}"), "line 1 is wrong"),
    "an error and the goal below it": (SQ, shown(rf"{D} = 2 X^\top X w + 2 X^\top y", f"{D} = {G}"), "line 1 is wrong"),
    "a wrong factor of the chain rule": (SIG, shown(
        r"\frac{\partial E}{\partial o} = t - o", r"\frac{\partial o}{\partial net} = o (1 - o)",
        r"\frac{\partial E}{\partial w} = -(t - o) o (1 - o) x"), "line 1 is wrong"),
    "the wrong end": (SQ, shown(rf"{D} = 2 X^\top X w - 2 X^\top y = 2 X (X w - y)"), "line 1 is wrong"),
    # conditions
    "the solution alone": (RIDGE, shown(f"w = {R}"), "wrong|restated|undecided"),
    "set to zero, and the solution": (RIDGE, f"Setting the gradient to zero gives $$ w = {R}. $$", "restated|wrong|assumes"),
    "let w be the solution": (RIDGE, f"Let $w = {R}$.\n\n" + shown(f"w = {R}"), ASSUMES),
    "we set w": (RIDGE, f"We set $$ w = {R}. $$", f"{ASSUMES}|restated"),
    "a condition that nobody gave": (RIDGE, r"We require that $$ (X^\top X + \lambda I) w = 2 X^\top y, $$ and so $$ w = 2 " + R + ". $$", "does not give|no line ends|wrong"),
    "the solution in disguise": (RIDGE, rf"We require that $$ 2 w = 2 {R}. $$ So $$ w = {R}. $$", f"{ASSUMES}|restated|wrong"),
    "the discriminator alone": (GAN, r"Setting the derivative to zero gives $$ D = \frac{p}{p + g}. $$", "restated|assumes|wrong"),
    "the discriminator assumed": (GAN, r"Suppose $D = \frac{p}{p + g}$. Then $$ D (p + g) = p. $$", "assumes|no line"),
    # other left sides
    "posterior restated": (RBM, shown(rf"P(h \mid v) = {POST}"), "restated"),
    "posterior assumed": (RBM, rf"Recall that $P(h \mid v) = {POST}$." + "\n\n" + shown(rf"P(h \mid v) = {POST}"), ASSUMES),
    "posterior half the way": (RBM, shown(r"P(h \mid v) = \frac{P(v, h)}{\sum_{k \in \{0,1\}^m} P(v, k)}"), "still contains|no line ends"),
    "velocity restated": (MOM, shown(r"v^{(3)} = -\eta \sum_{k=1}^3 \alpha^{3-k} g^{(k)}"), "restated"),
    "velocity, one step": (MOM, shown(r"v^{(3)} = \alpha v^{(2)} - \eta g^{(3)}"), "still contains|no line ends"),
    "another recursion": (MOM, r"Let $v^{(t)} = -\eta g^{(t)}$." + "\n\n" + shown(r"v^{(3)} = -\eta g^{(3)}"), "v is defined anew"),
    "bound restated": (ELBO, shown(r"\log P(v) = \sum_{h \in \{0,1\}^m} q(h \mid v) \log \frac{P(v, h)}{q(h \mid v)} + D_{KL}(q(h \mid v) \| P(h \mid v))"), "restated"),
    "cross-entropy restated": (SCE, shown(r"\frac{\partial L}{\partial z} = -y + p = p - y"), "restated"),
    "cross-entropy, softmax written out at the end only": (SCE, shown(r"\frac{\partial L}{\partial z} = p - y = \operatorname{softmax}(z) - y"), "restated"),
    "two steps in time restated": (BPTT, shown(r"\frac{\partial L}{\partial U} = \delta^{(1)} x^{(1)\top} + \delta^{(2)} x^{(2)\top}"), "restated"),
}  # fmt: skip
