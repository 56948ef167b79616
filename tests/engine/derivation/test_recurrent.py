"""Recurrent networks as people write them down: matrices undeclared, the state by way of its pre-activation."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

LSTM = r"""LSTM with $x_t\in\mathbb{R}^d$, $h_t, c_t\in\mathbb{R}^n$: $f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)$,
$i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)$, $g_t = \tanh(W_g x_t + U_g h_{t-1} + b_g)$,
$o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o)$, $c_t = f_t\odot c_{t-1} + i_t\odot g_t$, $h_t = o_t\odot\tanh(c_t)$."""
GRU = r"""Let $z_t=\sigma(W_z x_t + U_z h_{t-1})$, $r_t=\sigma(W_r x_t + U_r h_{t-1})$,
$\tilde h_t = \tanh(W x_t + U(r_t\odot h_{t-1}))$ and $h_t = (1-z_t)\odot h_{t-1} + z_t\odot\tilde h_t$."""
RNN = r"RNN with $x_t\in\mathbb{R}^d$, $h_t\in\mathbb{R}^n$: $h_t = \tanh(W x_t + U h_{t-1} + b)$."
APART = r"$$a_t = W h_{t-1} + U x_t + b, \quad h_t = \tanh(a_t), \quad \hat y_t = V h_t + c$$"
SCALAR = r"Let $w, u, h_t, x_t$ be real numbers, $a_t = w h_{t-1} + u x_t$ and $h_t = \tanh(a_t)$."
GATES = r"Scalars: $$f_t = \sigma(a_f),\quad i_t = \sigma(a_i),\quad c_t = f_t c_{t-1} + i_t g_t$$"

ROWS = [
    (LSTM, [r"\partial c_t/\partial c_{t-1} = \mathrm{diag}(f_t)", r"\partial h_t/\partial o_t = \mathrm{diag}(c_t)"],
     "valid wrong", "lstm"),
    (LSTM, [r"\partial c_t/\partial b_i = \mathrm{diag}(g_t\odot i_t\odot(1-i_t))",
            r"\partial c_t/\partial b_i = \mathrm{diag}(g_t\odot i_t)"], "valid wrong", "lstm-within-a-step"),
    (GRU, [r"\partial h_t/\partial \tilde h_t = \mathrm{diag}(z_t)",
           r"\partial h_t/\partial z_t = \mathrm{diag}(h_{t-1} - \tilde h_t)"], "valid wrong", "gru"),
    (RNN, [r"\partial h_t/\partial h_{t-1} = \mathrm{diag}(1-h_t^2) U",
           r"\partial h_t/\partial h_{t-1} = U \mathrm{diag}(1-h_t^2)"], "valid wrong", "rnn"),
    (APART, [r"\partial h_t/\partial h_{t-1} = \mathrm{diag}(1-h_t^2) W",
             r"\partial h_t/\partial h_{t-1} = W^\top \mathrm{diag}(1-h_t^2)"], "valid wrong", "by-way-of-a"),
    (SCALAR, [r"\partial h_t/\partial w = (1-h_t^2) h_{t-1}", r"\partial h_t/\partial u = (1-h_t^2) h_t"],
     "valid wrong", "scalar-within-a-step"),
    (SCALAR, [r"\partial h_t/\partial w = (1-h_t^2) (h_{t-1} + w \frac{\partial h_{t-1}}{\partial w})"],
     "valid", "scalar-in-total"),
    (GATES, [r"\partial c_t/\partial a_i = g_t i_t (1-i_t)", r"\partial c_t/\partial a_f = c_{t-1} f_t (1-f_t)"],
     "valid valid", "what-has-no-step-of-its-own"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "claims", "verdicts", "name"), ROWS, ids=[row[-1] for row in ROWS])
def test_network(given: str, claims: list[str], verdicts: str, name: str) -> None:
    text = given + "\n" + "".join(f"\n$${claim}$$\n" for claim in claims)
    assert [step.verdict for step in check(text).steps] == verdicts.split()
