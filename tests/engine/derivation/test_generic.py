"""Functions that a write-up uses and never defines: what holds for any is valid, what may hold for one is no error."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

DENSE = (
    "Let $W \\in \\mathbb{R}^{m\\times n}$, $x \\in \\mathbb{R}^n$, $z = W x$, $h = \\phi(z)$, "
    "$g = \\partial L/\\partial h$.\n\n"
)
DECAY = "The cost is $\\tilde J(w) = J(w) + \\lambda \\|w\\|^2$ with $w \\in \\mathbb{R}^d$.\n\n"
NEWTON = (
    "Expand $J\\colon\\mathbb{R}^d\\to\\mathbb{R}$ around $a$, with $g = \\nabla J(a)$ and a symmetric $H$:\n"
    "\\[ J(x) \\approx q(x) := J(a) + (x-a)^T g + \\tfrac12 (x-a)^T H (x-a). \\]\n"
)
MOMENTUM = "Momentum: $v_{t+1} = \\mu v_t - \\eta \\nabla J(w_t)$, $w_{t+1} = w_t + v_{t+1}$.\n\n"
UNIT = "Suppose $\\delta = \\partial L/\\partial z$ is given, $z = w x + b$.\n\n"
SAMPLES = "We minimise $J(w) = \\frac1m \\sum_{i=1}^m \\ell(f(x_i; w), y_i)$.\n\n"
GATE = (
    "State: $h_t = z_t h_{t-1} + (1-z_t) k_t$ with $z_t = \\sigma(u_t)$, $u_t = a x_t + b h_{t-1}$. "
    "Let $\\delta_t = \\partial L/\\partial h_t$.\n\n"
)

# text, verdicts, what a note or a reason says, id
ROWS = [
    (f"{DECAY}$$\\nabla \\tilde J(w) = \\nabla J(w) + 2\\lambda w$$", ["valid"], "", "weight-decay"),
    (f"{DECAY}$$\\nabla \\tilde J(w) = \\nabla J(w) + \\lambda w$$", ["wrong"], "", "weight-decay-half"),
    (f"{DECAY}$$\\nabla \\tilde J(w) = \\nabla J(w)$$", ["wrong"], "", "weight-decay-forgotten"),
    (f"{DENSE}$$\\frac{{\\partial L}}{{\\partial W}} = (g \\odot \\phi'(z)) x^T$$", ["valid"], "", "any-activation"),
    (f"{DENSE}$$\\frac{{\\partial L}}{{\\partial W}} = g x^T$$", ["wrong"], "", "any-activation-forgotten"),
    (f"{DENSE}$$\\nabla_x L = W (g \\odot \\phi'(z))$$", ["wrong"], "", "any-activation-not-transposed"),
    (f"{NEWTON}\\[ \\nabla q(x) = g + H (x - a) \\]", ["valid"], "", "second-order-model"),
    (f"{NEWTON}\\[ \\nabla q(x) = -g + H (x - a) \\]", ["wrong"], "", "second-order-model-sign"),
    (
        f"{MOMENTUM}$$w_{{t+1}} = w_t + \\mu (w_t - w_{{t-1}}) - \\eta \\nabla J(w_t)$$", ["valid"], "",
        "momentum-of-any-cost",
    ),
    (f"{MOMENTUM}$$w_{{t+1}} = w_t + \\mu v_t + \\eta \\nabla J(w_t)$$", ["wrong"], "", "momentum-sign"),
    (f"{UNIT}$$\\frac{{\\partial L}}{{\\partial w}} = \\delta x$$", ["valid"], "", "given-delta"),
    (f"{UNIT}$$\\frac{{\\partial L}}{{\\partial w}} = \\delta w$$", ["wrong"], "", "given-delta-wrong-factor"),
    (
        f"{GATE}$$\\frac{{\\partial L}}{{\\partial u_t}} = \\delta_t (h_{{t-1}} - k_t) z_t (1 - z_t)$$", ["valid"], "",
        "gate-of-a-recursion",
    ),
    (
        f"{GATE}$$\\frac{{\\partial L}}{{\\partial u_t}} = \\delta_t (k_t - h_{{t-1}}) z_t (1 - z_t)$$", ["wrong"], "",
        "gate-of-a-recursion-sign",
    ),
    ("$$\\frac{d}{dx} f(g(x)) = f'(g(x)) g'(x)$$", ["valid"], "", "chain-rule"),
    ("$$\\frac{d}{dx} f(g(x)) = f'(x) g'(x)$$", ["wrong"], "", "chain-rule-at-the-wrong-place"),
    ("$$\\frac{d}{dx}\\frac{f(x)}{g(x)} = \\frac{f'(x) g(x) - f(x) g'(x)}{g(x)^2}$$", ["valid"], "", "quotient"),
    ("$$\\frac{d}{dx}\\frac{f(x)}{g(x)} = \\frac{f'(x) g(x) + f(x) g'(x)}{g(x)^2}$$", ["wrong"], "", "quotient-sign"),
    ("Net: $L = \\ell(y)$, $y = w x$.\n\n$$\\frac{dL}{dw} = \\ell'(y) x$$", ["valid"], "y was not", "said-behind"),
    ("Net: $L = \\ell(y)$, $y = w x$.\n\n$$\\frac{dL}{dw} = \\ell'(y) w$$", ["wrong"], "", "said-behind-and-wrong"),
    (
        ("Let $\\nabla_t = \\partial L/\\partial h_t$, $h_t = w h_{t-1} + x_t$.\n\n"
         "$$\\nabla_t + \\nabla_t = 2\\nabla_t$$"),
        ["valid"], "", "nabla-as-a-name",
    ),
    # what is said of a function in words, or by an equation
    ("Let $\\phi$ be the logistic function.\n\n$$\\phi'(z) = \\phi(z)(1-\\phi(z))$$", ["valid"], "", "named"),
    ("An activation $g$.\n\n$$g'(z) = 1 - g(z)^2$$", ["undecided"], "right for some functions g", "not-even-named"),
    ("Let $L$ be the loss.\n\n$$\\frac{\\partial L}{\\partial z} = \\hat y - y$$", ["undecided"], "what L is", "loss"),
    ("The cost is quadratic.\n\n$$\\nabla J(w) = H(w - w^*)$$", ["undecided"], "nothing says what J is", "quadratic"),
    ("A map $f$ is additive.\n\n$$f(x+y) = f(x)+f(y)$$", ["undecided"], "", "additive"),
    ("$$f(x+y) = f(x)+f(y)$$", ["undecided"], "right for some functions f", "additive-unsaid"),
    ("By convexity\n\n$$f(\\tfrac{x+y}{2}) \\le \\tfrac12 f(x) + \\tfrac12 f(y)$$", ["undecided"], "", "convex"),
    ("Let $f$ satisfy $f'(x) = f(x)$.\n\n$$f''(x) = f(x)$$", ["undecided"], "not every function meets", "an-equation"),
    ("We know $f'(x) = 2 f(x)$.\n\n$$f''(x) = 4 f(x)$$", ["undecided"], "line 1 says more of f", "in-passing"),
    (
        "The output is a multiple of $w$.\n\n$$\\frac{\\partial L}{\\partial w} = 2\\frac{\\partial L}{\\partial y}$$",
        ["undecided"], "not all declared", "depends-in-words",
    ),
    ("$$\\frac{\\partial L}{\\partial h_{t-1}} = \\frac{\\partial h_t}{\\partial h_{t-1}} \\delta_t$$",
     ["undecided"], "", "nothing-known-of-the-states"),
    (("Flow: $\\dot w = -\\nabla J(w)$.\n\n"
     "$$\\frac{d}{dt} J(w(t)) = -\\|\\nabla J(w(t))\\|^2$$"), ["undecided", "undecided"], "says more of J, w", "flow"),
    ("The energy is $E(x)$.\n\n$$\\nabla_x \\log e^{-E(x)} = -\\nabla_x E(x)$$", ["valid"], "", "energy"),
    ("The energy is $E(x)$.\n\n$$\\nabla_x \\log e^{-E(x)} = \\nabla_x E(x)$$", ["wrong"], "", "energy-sign"),
    (f"{SAMPLES}$$\\nabla J(w) = \\frac1m \\sum_{{i=1}}^m \\nabla_w \\ell(f(x_i; w), y_i)$$",
     ["valid"], "", "mean-loss"),
    (f"{SAMPLES}$$\\nabla J(w) = \\sum_{{i=1}}^m \\nabla_w \\ell(f(x_i; w), y_i)$$",
     ["wrong"], "", "mean-loss-as-a-sum"),
    (("$y = f(g(x))$, $u = g(x)$.\n\n"
     "$$\\frac{dy}{dx} = f'(u) g'(x)$$"), ["valid"], "", "with-a-name-for-the-inner-value"),
    ("$L(x, c) = f(x) + c g(x)$.\n\n$$\\nabla_x L = \\nabla f(x) + c \\nabla g(x)$$", ["valid"], "", "lagrangian"),
    ("$L(x, c) = f(x) + c g(x)$.\n\n$$\\nabla_x L = \\nabla f(x) - c \\nabla g(x)$$", ["wrong"], "", "lagrangian-sign"),
    ("Block: $x_{k+1} = x_k + F(x_k)$.\n\n$$x_{k+1} - x_k = F(x_{k+1})$$", ["wrong"], "", "residual-block-shifted"),
    # products stay products
    ("$$\\alpha(x+1) = \\alpha x + \\alpha$$", ["valid"], "", "a-factor"),
    ("Let $a \\in \\mathbb{R}$.\n\n$$a(x) = a x$$", ["valid"], "", "a-declared-factor"),
    ("$$f(a+b) = f a + f b$$", ["valid"], "", "a-letter-that-is-a-factor"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "said", "name"), ROWS, ids=[row[3] for row in ROWS])
def test_a_function_that_nothing_defines(text: str, verdicts: list[str], said: str, name: str) -> None:
    report = check(text)
    assert [step.verdict for step in report.steps] == verdicts, report
    told = [step.evidence for step in report.steps] + [str(note) for note in report.notes]
    assert any(said in each for each in told)
