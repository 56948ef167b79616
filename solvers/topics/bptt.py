"""Back-propagation through time in the network of chapter 12: tanh state, tanh output, squared error summed over time.

The notes print tanh where tanh' belongs in the Jacobian of the state (MODELS, E28); here it is tanh', and the slip is a
mistake.
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
    "no-state-tanh": "the tanh of the state was left out: h is a_h itself",
    "state-dropped": "the state of the step before was left out: the term W h^(t-1) is missing",
    "weights-swapped": "U and W changed places: U goes with the input, W with the state before",
    "loss-averaged": "the errors were averaged over time: the loss is their sum",
}
_OUTPUT_MISTAKES = {
    "factor-2-lost": "the factor 2 of the squared error's derivative was lost",
    "output-slope-lost": "the slope tanh'(a_o) of the output was left out",
    "sign-turned": "the sign of the squared error's derivative was turned: it is -2 (y - o)",
}
_STATE_MISTAKES = {
    "tanh-for-slope": "tanh was put where its slope tanh' belongs in the Jacobian of the state",
    "not-transposed": "W stands where its transpose belongs when the error goes back",
}
_GRADIENT_MISTAKES = {
    "cut-at-one-step": "the gradient was cut after one step: the term through the next state is missing",
    "state-of-same-step": "h(t) was put for h(t-1) in the gradient of W",
    "gradient-transposed": "the gradient of W came out transposed: rows belong to the units, columns to their inputs",
    "last-step-only": "only the last time step was counted: the gradient is a sum over all of them",
}
_BACKWARD_MISTAKES = {**_FORWARD_MISTAKES, **_OUTPUT_MISTAKES, **_STATE_MISTAKES, **_GRADIENT_MISTAKES}


def _forward(trace: Tracer, T: int, H: int, D: int) -> None:
    # U and W can only change places where both are square
    swapped = {"weights-swapped": r"W x^{(t)} + U h^{(t-1)} + b"} if H == D else {}
    trace.let(r"h^{(0)}", (0,) * H if H > 1 else 0, note="the state before the sequence")
    for t in range(1, T + 1):
        trace.step(
            r"a_h^{(t)} = U x^{(t)} + W h^{(t-1)} + b", t=t,
            mistakes={**({"state-dropped": r"U x^{(t)} + b"} if t > 1 else {}), **swapped},
            note="net input of the hidden units",
        )  # fmt: skip
        trace.step(r"h^{(t)} = \tanh(a_h^{(t)})", t=t, mistakes={"no-state-tanh": r"a_h^{(t)}"}, note="state")
        trace.step(r"a_o^{(t)} = V h^{(t)} + c", t=t, note="net input of the output")
        trace.step(r"o^{(t)} = \tanh(a_o^{(t)})", t=t, mistakes={"no-output-tanh": r"a_o^{(t)}"}, note="output")
        trace.step(r"e^{(t)} = (y^{(t)} - o^{(t)})^2", t=t, note="squared error")
    trace.step(
        r"L = \sum_{t=1}^{T} e^{(t)}", note="loss of the whole sequence",
        mistakes={"loss-averaged": r"\frac{1}{T} \sum_{t=1}^{T} e^{(t)}"},
    )  # fmt: skip


@solver(*_NETWORK, notes="12.1", exact=False, mistakes=_FORWARD_MISTAKES)
def forward(trace: Tracer, T: int, H: int, D: int) -> None:
    """States, outputs and loss of the recurrent network, from h(0) = 0 (notes 12.1).

    U is H×D, W is H×H, V is 1×H, b has H entries, c is a number; x holds T inputs of D entries, y holds T targets.
    """
    _forward(trace, T, H, D)


def _output_errors(trace: Tracer, T: int) -> None:
    for t in range(1, T + 1):
        trace.step(
            r"\delta_o^{(t)} = -2 (y^{(t)} - o^{(t)}) \tanh'(a_o^{(t)})", t=t,
            mistakes={
                "factor-2-lost": r"-(y^{(t)} - o^{(t)}) \tanh'(a_o^{(t)})",
                "output-slope-lost": r"-2 (y^{(t)} - o^{(t)})",
                "sign-turned": r"2 (y^{(t)} - o^{(t)}) \tanh'(a_o^{(t)})",
            },
            note="error at the output's net input; the slope is 1 - o(t)^2",
        )  # fmt: skip


def _output_gradients(trace: Tracer) -> None:
    trace.step(
        r"\frac{\partial L}{\partial V} = \sum_{t=1}^{T} \delta_o^{(t)} h^{(t)\top}",
        mistakes={"last-step-only": r"\delta_o^{(T)} h^{(T)\top}"},
        note="no path through time leads to V: one term a step",
    )
    trace.step(
        r"\frac{\partial L}{\partial c} = \sum_{t=1}^{T} \delta_o^{(t)}",
        mistakes={"last-step-only": r"\delta_o^{(T)}"},
    )


def _state_errors(trace: Tracer, T: int, stale: bool = False) -> None:
    """The errors of the states, back from T; with `stale` also the mistake of using V after its update."""
    new = r"(V - \eta \frac{\partial L}{\partial V})^\top \delta_o^{(t)}"
    for t in range(T, 0, -1):
        if t == T:
            trace.step(
                r"\frac{\partial L}{\partial h^{(t)}} = V^\top \delta_o^{(t)}", t=t,
                mistakes={"new-weights-used": new} if stale else {},
                note="the last state reaches the loss through its own output only",
            )  # fmt: skip
        else:
            trace.step(
                r"\frac{\partial L}{\partial h^{(t)}} = V^\top \delta_o^{(t)} + W^\top \delta_h^{(t+1)}", t=t,
                mistakes={
                    "cut-at-one-step": r"V^\top \delta_o^{(t)}",
                    "not-transposed": r"V^\top \delta_o^{(t)} + W \delta_h^{(t+1)}",
                    **({"new-weights-used": new + r" + W^\top \delta_h^{(t+1)}"} if stale else {}),
                },
                note="through the output of this step, and through the state of the next",
            )  # fmt: skip
        trace.step(
            r"\delta_h^{(t)} = \tanh'(a_h^{(t)}) \odot \frac{\partial L}{\partial h^{(t)}}", t=t,
            mistakes={"tanh-for-slope": r"\tanh(a_h^{(t)}) \odot \frac{\partial L}{\partial h^{(t)}}"},
            note="error at the state's net input; the slope is 1 - h(t)^2, entry by entry",
        )  # fmt: skip


def _input_gradients(trace: Tracer) -> None:
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
        note="W meets the state of the step before; at t = 1 that is h(0) = 0, which adds nothing",
    )
    trace.step(
        r"\frac{\partial L}{\partial b} = \sum_{t=1}^{T} \delta_h^{(t)}",
        mistakes={"last-step-only": r"\delta_h^{(T)}"},
    )


def _gradients(trace: Tracer, T: int, H: int, D: int, stale: bool = False) -> None:
    _forward(trace, T, H, D)
    _output_errors(trace, T)
    _output_gradients(trace)
    _state_errors(trace, T, stale)
    _input_gradients(trace)


@solver(*_NETWORK, notes="12.1", exact=False, mistakes=_BACKWARD_MISTAKES)
def gradients(trace: Tracer, T: int, H: int, D: int) -> None:
    """Gradients of the loss by V, c, U, W and b, by back-propagation through time (notes 12.1).

    U is H×D, W is H×H, V is 1×H, b has H entries, c is a number; x holds T inputs of D entries, y holds T targets.
    """
    _gradients(trace, T, H, D)


@solver(
    *_NETWORK, r"\eta \in \mathbb{R}", notes="12.1", exact=False,
    mistakes={
        **_BACKWARD_MISTAKES,
        "ascent": "the step went up the gradient: descent subtracts it",
        "rate-lost": "the learning rate was left out: the whole gradient was subtracted",
        "new-weights-used": "the error went back through V after its update: all gradients belong to the old weights",
    },
)  # fmt: skip
def update(trace: Tracer, T: int, H: int, D: int) -> None:
    """One step of gradient descent with learning rate eta on all weights of the recurrent network (notes 12.1).

    The given is that of `gradients`, and the number eta. The new weights are written with a tilde.
    """
    _gradients(trace, T, H, D, stale=True)
    for name in ("V", "c", "U", "W", "b"):
        slope = rf"\frac{{\partial L}}{{\partial {name}}}"
        trace.step(
            rf"\tilde{{{name}}} = {name} - \eta {slope}",
            mistakes={"ascent": rf"{name} + \eta {slope}", "rate-lost": rf"{name} - {slope}"},
            note="every gradient is taken at the old weights",
        )


@solver(
    *_NETWORK, r"K \in \mathbb{N}", notes="12.1", exact=False,
    mistakes={
        **_FORWARD_MISTAKES, **_OUTPUT_MISTAKES, **_STATE_MISTAKES,
        "window-one-short": "the window is one state too short: K states count, the one of the loss included",
        "window-one-long": "the window is one state too long: K states count, the one of the loss included",
        "nothing-cut": "nothing was cut: this is the full gradient",
    },
)  # fmt: skip
def truncated(trace: Tracer, T: int, H: int, D: int, K: int) -> None:
    """Truncated back-propagation: each error e(k) goes back through the K states k, k-1, ..., k-K+1 only (notes 12.1).

    The given is that of `gradients`, and the whole number K >= 1. G_U, G_W, G_b are the truncated gradients; E_U is the
    full gradient of U less the truncated one, `miss` its Frobenius norm.
    """
    _forward(trace, T, H, D)
    _output_errors(trace, T)
    _contributions(trace, T)
    for t in range(1, T + 1):
        trace.step(r"\delta_h^{(t)} = \sum_{k=t}^{T} \delta_h^{(k,t)}", t=t, note="all losses count: the full error")
        trace.step(
            r"\bar{\delta}^{(t)} = \sum_{k=t}^{m} \delta_h^{(k,t)}", t=t, m=min(T, t + K - 1),
            mistakes=_wrong_windows(t, T, K),
            note="only the losses whose window of K states reaches back to this one",
        )  # fmt: skip
    trace.step(r"\frac{\partial L}{\partial U} = \sum_{t=1}^{T} \delta_h^{(t)} x^{(t)\top}", note="the full gradient")
    trace.step(r"G_U = \sum_{t=1}^{T} \bar{\delta}^{(t)} x^{(t)\top}")
    trace.step(r"G_W = \sum_{t=1}^{T} \bar{\delta}^{(t)} h^{(t-1)\top}")
    trace.step(r"G_b = \sum_{t=1}^{T} \bar{\delta}^{(t)}")
    trace.step(r"E_U = \frac{\partial L}{\partial U} - G_U", note="what the truncation leaves out")
    trace.step(r"\mathrm{miss} = \|E_U\|_F")


def _contributions(trace: Tracer, T: int) -> None:
    for k in range(1, T + 1):
        for t in range(k, 0, -1):
            back = r"V^\top \delta_o^{(k)}" if t == k else r"W^\top \delta_h^{(k,t+1)}"
            wrong = {"tanh-for-slope": rf"\tanh(a_h^{{(t)}}) \odot ({back})"}
            if t < k:
                wrong["not-transposed"] = r"\tanh'(a_h^{(t)}) \odot (W \delta_h^{(k,t+1)})"
            trace.step(
                rf"\delta_h^{{(k,t)}} = \tanh'(a_h^{{(t)}}) \odot ({back})", k=k, t=t, mistakes=wrong,
                note="derivative of the error e(k) by the net input a_h(t)",
            )  # fmt: skip


def _wrong_windows(t: int, T: int, K: int) -> dict[str, str]:
    """Sums over other windows, where they can be told apart: all from T up cut nothing, which has its own name."""
    windows = {"window-one-short": K - 1, "window-one-long": K + 1, "nothing-cut": T}
    told = {name: size for name, size in windows.items() if size > 0 and (size < T or name == "nothing-cut")}
    return {
        name: rf"\sum_{{k=t}}^{{{min(T, t + size - 1)}}} \delta_h^{{(k,t)}}"
        for name, size in told.items()
        if size != min(K, T)
    }


@forward.second_route("torch: the recurrent network, run forward")
def _by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rnn  # torch: 110 times the start of Python

    weights, x, y = _network(given)
    return _run_values(rnn.forward(weights, x), y)


@gradients.second_route("torch: autograd through the recurrent network")
def _by_autograd(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rnn  # torch: 110 times the start of Python

    weights, x, y = _network(given)
    run = rnn.forward(weights, x)
    found = _named(rnn.autograd(weights, x, y), "dL/d")
    return {**_run_values(run, y), **found, **_errors_by_autograd(run, weights, y)}


@update.second_route("torch: one step of torch.optim.SGD")
def _by_optimizer(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import rnn

    weights, x, y = _network(given)
    leaves = [each.detach().clone().requires_grad_() for each in weights.tensors()]
    rates = given["eta"].reshape(-1, *[1] * 2)
    # the optimizer has one rate for all instances: it takes steps of 1, on losses scaled by each instance's own rate
    optimizer = torch.optim.SGD(leaves, lr=1.0)
    (rates[:, 0, 0] * rnn.loss(rnn.forward(rnn.Weights(*leaves), x), y)).sum().backward()
    optimizer.step()
    after = _named(rnn.Weights(*(leaf.detach() for leaf in leaves)), "")
    return {**_by_autograd(given, sizes), **{f"{name}tilde": value for name, value in after.items()}}


@truncated.second_route("torch: autograd over losses whose states are detached before their window")
def _by_detaching(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import rnn

    weights, x, y = _network(given)
    leaves = rnn.Weights(*(each.detach().clone().requires_grad_() for each in weights.tensors()))
    run, window = rnn.forward(weights, x), int(given["K"].reshape(-1)[0])
    total = torch.zeros((), dtype=x.dtype)
    for t in range(1, x.shape[1] + 1):
        start = max(0, t - window)
        last = rnn.forward(leaves, x[:, start:t], run.h[:, start].detach()).o[:, -1]  # (N, 1)
        total = total + ((y[:, t - 1] - last) ** 2).sum()
    cut = _named(rnn.Weights(*torch.autograd.grad(total, leaves.tensors())), "G_")
    full = {**_by_autograd(given, sizes), **_contributions_by_autograd(run, weights, y, window)}
    error = full["dL/dU"] - cut["G_U"]
    return {**full, **cut, "E_U": error, "miss": error.flatten(1).norm(dim=1)}


def _network(given: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """The given as the model's weights, inputs (N, T, D) and targets (N, T, 1): one output."""
    from solvers.models import rnn  # torch: 110 times the start of Python

    weights = rnn.Weights(
        U=given["U"],
        W=given["W"],
        b=given["b"],
        V=given["V"].reshape(-1, 1, given["W"].shape[-1]),
        c=given["c"].unsqueeze(-1),
    )
    return weights, given["x"], given["y"].unsqueeze(-1)


def _run_values(run: Any, y: Any) -> dict[str, Any]:
    from solvers.models import rnn  # torch: 110 times the start of Python

    return {
        "L": rnn.loss(run, y), **_over_time("e", rnn.errors(run, y)), **_over_time("h", run.h, 0),
        **_over_time("a_h", run.a), **_over_time("a_o", run.net[..., 0]), **_over_time("o", run.o[..., 0]),
    }  # fmt: skip


def _errors_by_autograd(run: Any, weights: Any, y: Any) -> dict[str, Any]:
    """The errors of states and net inputs: derivatives of the loss by shifts of zero that are added to them."""
    import torch  # 110 times the start of Python

    losses, shifts = _shifted(run, weights, y)
    by_net, by_state, by_output = torch.autograd.grad(losses.sum(), shifts)
    found = {**_over_time("delta_h", by_net), **_over_time("dL/dh", by_state)}
    return {**found, **_over_time("delta_o", by_output[..., 0])}


def _contributions_by_autograd(run: Any, weights: Any, y: Any, window: int) -> dict[str, Any]:
    """What each loss e(k) sends back to each net input a(t), and the sums over the losses within the window."""
    import torch  # 110 times the start of Python

    losses, shifts = _shifted(run, weights, y)
    kept = torch.zeros_like(run.a)
    found: dict[str, Any] = {}
    for k in range(run.steps):
        sent = torch.autograd.grad(losses[:, k].sum(), shifts[0], retain_graph=True)[0]  # (N, T, H)
        found |= {f"delta_h^({k + 1},{t + 1})": sent[:, t] for t in range(k + 1)}
        kept[:, max(0, k - window + 1) : k + 1] += sent[:, max(0, k - window + 1) : k + 1]
    return {**found, **_over_time("deltabar", kept)}


def _shifted(run: Any, weights: Any, y: Any) -> tuple[Any, tuple[Any, Any, Any]]:
    """The squared errors (N, T) as functions of shifts of a_h (N, T, H), h (N, T, H) and a_o (N, T, 1)."""
    import torch  # 110 times the start of Python

    shifts = tuple(torch.zeros_like(each).requires_grad_() for each in (run.a, run.a, run.net))
    state, losses = run.h[:, 0], []
    for t in range(run.steps):
        net = run.a[:, t] + torch.einsum("nij,nj->ni", weights.W, state - run.h[:, t]) + shifts[0][:, t]
        state = torch.tanh(net) + shifts[1][:, t]
        out = run.net[:, t] + torch.einsum("nij,nj->ni", weights.V, state - run.h[:, t + 1]) + shifts[2][:, t]
        losses.append(((y[:, t] - torch.tanh(out)) ** 2).sum(dim=-1))
    return torch.stack(losses, dim=1), (shifts[0], shifts[1], shifts[2])


def _named(weights: Any, prefix: str) -> dict[str, Any]:
    """Weights or gradients by name; the one output makes c a number."""
    found = {name: getattr(weights, name) for name in ("U", "W", "b", "V", "c")}
    return {f"{prefix}{name}": value[..., 0] if name == "c" else value for name, value in found.items()}


def _over_time(name: str, values: Any, first: int = 1) -> dict[str, Any]:
    """(N, T, ...) -> one entry a time step, counted from `first`."""
    return {f"{name}^({first + t})": values[:, t] for t in range(values.shape[1])}
