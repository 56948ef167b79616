"""Back-propagation through time in the network of chapter 12: tanh state, tanh output, squared error.

The notes print tanh where tanh' belongs in the Jacobian of the state (MODELS, E28); here it is tanh', and the slip is a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solvers.trace import Tracer, solver

_NETWORK = (
    r"U \in \mathbb{R}^{H \times D}",
    r"W \in \mathbb{R}^{H \times H}",
    r"V \in \mathbb{R}^{1 \times H}",
    r"b \in \mathbb{R}^{H}",
    r"c \in \mathbb{R}",
    r"x^{(t)} \in \mathbb{R}^{D}, t = 1, \dots, T",
    r"y^{(t)} \in \mathbb{R}, t = 1, \dots, T",
)
_FORWARD_MISTAKES = {
    "no-output-tanh": "the tanh of the output was left out: o is a_o itself",
    "state-dropped": "the state of the step before was left out: the term W h^(t-1) is missing",
    "weights-swapped": "U and W changed places: U goes with the input, W with the state before",
}


def _forward(trace: Tracer, T: int, H: int) -> None:
    trace.let(r"h^{(0)}", (0,) * H, note="the state before the sequence")
    for t in range(1, T + 1):
        trace.step(
            r"a_h^{(t)} = U x^{(t)} + W h^{(t-1)} + b", t=t,
            mistakes={"state-dropped": r"U x^{(t)} + b", "weights-swapped": r"W x^{(t)} + U h^{(t-1)} + b"},
            note="net input of the hidden units",
        )  # fmt: skip
        trace.step(r"h^{(t)} = \tanh(a_h^{(t)})", t=t, note="state")
        trace.step(r"a_o^{(t)} = V h^{(t)} + c", t=t, note="net input of the output")
        trace.step(r"o^{(t)} = \tanh(a_o^{(t)})", t=t, mistakes={"no-output-tanh": r"a_o^{(t)}"}, note="output")
        trace.step(r"e^{(t)} = (y^{(t)} - o^{(t)})^2", t=t, note="squared error")
    trace.step(r"L = \sum_{t=1}^{T} e^{(t)}", note="loss of the whole sequence")


@solver(*_NETWORK, notes="12.1", exact=False, mistakes=_FORWARD_MISTAKES)
def forward(trace: Tracer, T: int, H: int) -> None:
    """States, outputs and loss of the recurrent network, from h(0) = 0 (notes 12.1).

    U is H×D, W is H×H, V is 1×H, b has H entries, c is a number; x holds T inputs of D entries, y holds T targets.
    """
    _forward(trace, T, H)


def _output_errors(trace: Tracer, T: int) -> None:
    for t in range(1, T + 1):
        trace.step(
            r"\delta_o^{(t)} = -2 (y^{(t)} - o^{(t)}) \tanh'(a_o^{(t)})", t=t,
            mistakes={
                "factor-2-lost": r"-(y^{(t)} - o^{(t)}) \tanh'(a_o^{(t)})",
                "output-slope-lost": r"-2 (y^{(t)} - o^{(t)})",
                "sign-turned": r"2 (y^{(t)} - o^{(t)}) \tanh'(a_o^{(t)})",
            },
            note="error at the output's net input",
        )  # fmt: skip


def _state_errors(trace: Tracer, T: int) -> None:
    for t in range(T, 0, -1):
        if t == T:
            trace.step(
                r"\frac{\partial L}{\partial h^{(t)}} = V^\top \delta_o^{(t)}", t=t,
                note="the last state reaches the loss through its own output only",
            )  # fmt: skip
        else:
            trace.step(
                r"\frac{\partial L}{\partial h^{(t)}} = V^\top \delta_o^{(t)} + W^\top \delta_h^{(t+1)}", t=t,
                mistakes={
                    "cut-at-one-step": r"V^\top \delta_o^{(t)}",
                    "not-transposed": r"V^\top \delta_o^{(t)} + W \delta_h^{(t+1)}",
                },
                note="through the output of this step, and through the state of the next",
            )  # fmt: skip
        trace.step(
            r"\delta_h^{(t)} = \tanh'(a_h^{(t)}) \odot \frac{\partial L}{\partial h^{(t)}}", t=t,
            mistakes={"tanh-for-slope": r"\tanh(a_h^{(t)}) \odot \frac{\partial L}{\partial h^{(t)}}"},
            note="error at the state's net input",
        )  # fmt: skip


@solver(
    *_NETWORK,
    notes="12.1",
    exact=False,
    mistakes={
        "factor-2-lost": "the factor 2 of the squared error's derivative was lost",
        "output-slope-lost": "the slope tanh'(a_o) of the output was left out",
        "sign-turned": "the sign of the squared error's derivative was turned: it is -2 (y - o)",
        "tanh-for-slope": "tanh was put where its slope tanh' belongs in the Jacobian of the state",
        "cut-at-one-step": "the gradient was cut after one step: the term through the next state is missing",
        "not-transposed": "W stands where its transpose belongs when the error goes back",
        "state-of-same-step": "h(t) was put for h(t-1) in the gradient of W",
        "gradient-transposed": "the gradient of W came out transposed: rows belong to the units, columns to their inputs",
        "last-step-only": "only the last time step was counted: the gradient is a sum over all of them",
    },
)
def gradients(trace: Tracer, T: int, H: int) -> None:
    """Gradients of the loss by V, c, U, W and b, by back-propagation through time (notes 12.1).

    U is H×D, W is H×H, V is 1×H, b has H entries, c is a number; x holds T inputs of D entries, y holds T targets.
    """
    _forward(trace, T, H)
    _output_errors(trace, T)
    _state_errors(trace, T)
    trace.step(
        r"\frac{\partial L}{\partial V} = \sum_{t=1}^{T} \delta_o^{(t)} h^{(t)\top}",
        mistakes={"last-step-only": r"\delta_o^{(T)} h^{(T)\top}"},
    )
    trace.step(
        r"\frac{\partial L}{\partial c} = \sum_{t=1}^{T} \delta_o^{(t)}",
        mistakes={"last-step-only": r"\delta_o^{(T)}"},
    )
    trace.step(
        r"\frac{\partial L}{\partial U} = \sum_{t=1}^{T} \delta_h^{(t)} x^{(t)\top}",
        mistakes={"last-step-only": r"\delta_h^{(T)} x^{(T)\top}"},
    )
    trace.step(
        r"\frac{\partial L}{\partial W} = \sum_{t=1}^{T} \delta_h^{(t)} h^{(t-1)\top}",
        mistakes={
            "state-of-same-step": r"\sum_{t=1}^{T} \delta_h^{(t)} h^{(t)\top}",
            "gradient-transposed": r"\sum_{t=1}^{T} h^{(t-1)} \delta_h^{(t)\top}",
            "last-step-only": r"\delta_h^{(T)} h^{(T-1)\top}",
        },
    )
    trace.step(
        r"\frac{\partial L}{\partial b} = \sum_{t=1}^{T} \delta_h^{(t)}",
        mistakes={"last-step-only": r"\delta_h^{(T)}"},
    )


@forward.second_route("torch: the recurrent network, run forward")
def _by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    run, loss, _ = _model(given)
    return {
        "L": loss,
        **_over_time("h", run.h),
        **_over_time("o", run.o[..., 0], 1),
        **_over_time("a_o", run.net[..., 0], 1),
    }


@gradients.second_route("torch: autograd through the recurrent network")
def _by_autograd(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rnn  # torch: 110 times the start of Python

    run, loss, (weights, x, y) = _model(given)
    gradient = rnn.autograd(weights, x, y)
    return {
        "L": loss, "dL/dU": gradient.U, "dL/dW": gradient.W, "dL/db": gradient.b, "dL/dV": gradient.V,
        "dL/dc": gradient.c[..., 0], **_over_time("h", run.h), **_over_time("o", run.o[..., 0], 1),
    }  # fmt: skip


def _model(given: Mapping[str, Any]) -> tuple[Any, Any, tuple[Any, Any, Any]]:
    from solvers.models import rnn  # torch: 110 times the start of Python

    weights = rnn.Weights(U=given["U"], W=given["W"], b=given["b"], V=given["V"], c=given["c"].unsqueeze(-1))
    x, y = given["x"], given["y"].unsqueeze(-1)  # (N, T) -> (N, T, 1): one output
    run = rnn.forward(weights, x)
    return run, rnn.loss(run, y), (weights, x, y)


def _over_time(name: str, values: Any, first: int = 0) -> dict[str, Any]:
    """(N, T, ...) -> one entry a time step, counted from `first`."""
    return {f"{name}^({first + t})": values[:, t] for t in range(values.shape[1])}
