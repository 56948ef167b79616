"""Derivatives that go forward with the states of a recurrence (notes 12.1): the Jacobian of a late state by an early,
one unit worked exactly, and what back-propagation and real-time recurrent learning cost. The network itself is `bptt`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from solvers.trace import Tracer, solver


@solver(
    r"W \in \mathbb{R}^{H \times H}", r"h^{(t)} \in \mathbb{R}^{H}, t = 1, \dots, T", r"k \in \mathbb{N}", notes="12.1",
    mistakes={
        "slope-lost": "the slopes were left out: the Jacobian is not a power of W",
        "tanh-for-slope": "the state was put where its slope 1 - h^2 belongs on the diagonal",
        "order-turned": "the factors stand in the wrong order: the latest step comes first, on the left",
        "not-transposed": "W was transposed: that is how errors go back, not how states depend on each other",
        "one-step-only": "only the last step was taken: every step from k+1 to T gives a factor",
        "power-one-short": "the exponent of the bound is one too small: there are T - k factors",
    },
)  # fmt: skip
def jacobian(trace: Tracer, T: int, k: int) -> None:
    """Jacobian of the last state by state k of a tanh network, its Frobenius norm, the bound |W|^(T-k) (notes 12.1).

    W is H×H; h holds the states h(1) ... h(T) of H entries, strictly between -1 and 1; k is a whole number, 0 <= k < T.
    """
    _slopes(trace, k + 1)
    trace.step(
        r"J^{(t)} = D^{(t)} W", t=k + 1, mistakes={"slope-lost": "W", "not-transposed": r"D^{(t)} W^\top"},
        note="derivative of this state by the state before",
    )  # fmt: skip
    for t in range(k + 2, T + 1):
        _slopes(trace, t)
        trace.step(
            r"J^{(t)} = D^{(t)} W J^{(t-1)}", t=t,
            mistakes={
                "slope-lost": r"W J^{(t-1)}", "order-turned": r"J^{(t-1)} D^{(t)} W",
                "not-transposed": r"D^{(t)} W^\top J^{(t-1)}", "one-step-only": r"D^{(t)} W",
            },
            note="chain rule: the new factor stands on the left",
        )  # fmt: skip
    trace.step(r"\frac{\partial h^{(T)}}{\partial h^{(k)}} = J^{(T)}")
    trace.step(r"\mathrm{size} = \|J^{(T)}\|_F", note="Frobenius norm: root of the sum of the squares of the entries")
    trace.step(
        r"\mathrm{bound} = \|W\|_F^{T-k}", mistakes={"power-one-short": r"\|W\|_F^{T-k-1}"},
        note="no slope exceeds 1, so each factor has at most the norm of W",
    )  # fmt: skip


def _slopes(trace: Tracer, t: int) -> None:
    trace.step(
        r"D^{(t)} = \operatorname{diag}(1 - h^{(t)} \odot h^{(t)})", t=t,
        mistakes={"tanh-for-slope": r"\operatorname{diag}(h^{(t)})"},
        note="the slopes tanh' = 1 - h(t)^2 on the diagonal",
    )  # fmt: skip


_ONE_UNIT = (
    r"u \in \mathbb{R}", r"w \in \mathbb{R}", r"s \in \mathbb{R}",
    r"x^{(t)} \in \mathbb{R}, t = 1, \dots, T", r"y^{(t)} \in \mathbb{R}, t = 1, \dots, T",
)  # fmt: skip
_ONE_UNIT_MISTAKES = {
    "indirect-path-lost": "the path through the state before was lost: h(t-1) depends on the weight too",
    "direct-path-lost": "the direct term was lost: only the path through the state before was followed",
    "weight-lost": "the factor w was left out on the path through the state before",
    "factor-2-lost": "the factor 2 of the squared error's derivative was lost",
    "sign-turned": "the sign of the squared error's derivative was turned: it is -2 (y - h)",
    "last-step-only": "only the last time step was counted: the gradient is a sum over all of them",
}


def _one_unit(trace: Tracer, T: int, net: str, slope: str, wrong: Mapping[str, str]) -> None:
    """One unit with the derivatives of its state; `net` and `slope` wrap the net input and its derivative."""
    direct = {"w": "h^{(t-1)}", "u": "x^{(t)}"}
    trace.step(r"h^{(0)} = s", note="the start state")
    for name in direct:
        trace.let(rf"\frac{{\partial h^{{(0)}}}}{{\partial {name}}}", 0, note="the start depends on no weight")
    for t in range(1, T + 1):
        trace.step("h^{(t)} = " + net % r"w h^{(t-1)} + u x^{(t)}", t=t, note="state, and output")
        for name, term in direct.items():
            before = rf"\frac{{\partial h^{{(t-1)}}}}{{\partial {name}}}"
            mistakes = {
                "indirect-path-lost": slope % term, "direct-path-lost": slope % f"w {before}",
                "weight-lost": slope % f"({term} + {before})",
                **{mistake: text % f"({term} + w {before})" for mistake, text in wrong.items()},
            }  # fmt: skip
            trace.step(
                rf"\frac{{\partial h^{{(t)}}}}{{\partial {name}}} = " + slope % f"({term} + w {before})", t=t,
                mistakes={mistake: text for mistake, text in mistakes.items() if t > 1 or mistake in wrong},
                note="the weight itself, and the state before it",
            )  # fmt: skip
    trace.step(
        r"L = \sum_{t=1}^{T} (y^{(t)} - h^{(t)})^2", mistakes={"last-step-only": r"(y^{(T)} - h^{(T)})^2"}, note="loss"
    )
    for name in direct:
        terms = [
            rf"(y^{{({t})}} - h^{{({t})}}) \frac{{\partial h^{{({t})}}}}{{\partial {name}}}" for t in range(1, T + 1)
        ]
        trace.step(
            rf"\frac{{\partial L}}{{\partial {name}}} = " + " ".join(f"- 2 {term}" for term in terms),
            mistakes={
                "factor-2-lost": " ".join(f"- {term}" for term in terms),
                "sign-turned": " + ".join(f"2 {term}" for term in terms),
                "last-step-only": f"- 2 {terms[-1]}",
            },
            note="one term a step: each state is an output",
        )


@solver(*_ONE_UNIT, notes="12.1", mistakes=_ONE_UNIT_MISTAKES)
def linear_unit(trace: Tracer, T: int) -> None:
    """One linear unit h(t) = w h(t-1) + u x(t), h(0) = s, with L = sum of (y(t) - h(t))^2: dL/dw, dL/du, exactly.

    All numbers; x and y hold T of them. The derivatives of the state go forward with it (real-time recurrent learning).
    """
    _one_unit(trace, T, "%s", "%s", {})


@solver(
    *_ONE_UNIT, notes="12.1", exact=False,
    mistakes={
        **_ONE_UNIT_MISTAKES,
        "slope-lost": "the slope 1 - h^2 of tanh was left out",
        "tanh-for-slope": "tanh was put where its slope 1 - h^2 belongs",
    },
)  # fmt: skip
def tanh_unit(trace: Tracer, T: int) -> None:
    """One unit h(t) = tanh(w h(t-1) + u x(t)), h(0) = s, with L = sum of (y(t) - h(t))^2: dL/dw and dL/du.

    All numbers; x and y hold T of them. The derivatives of the state go forward with it (real-time recurrent learning).
    """
    _one_unit(trace, T, r"\tanh(%s)", r"(1 - h^{(t)} h^{(t)}) %s", {"slope-lost": "%s", "tanh-for-slope": "h^{(t)} %s"})


@solver(
    r"T \in \mathbb{N}", r"H \in \mathbb{N}", r"D \in \mathbb{N}", notes="12.1",
    mistakes={
        "biases-lost": "the H biases were not counted among the parameters",
        "units-lost": "one number a parameter was kept: every one of the H states has a derivative by it",
        "cubed": "a matrix times a vector was counted as a matrix times a matrix: H^3 for H^2",
        "all-steps": "one product too many: the T states have T-1 passages between them",
        "one-state-kept": "only the last state was kept: going back needs every one of them",
    },
)  # fmt: skip
def cost(trace: Tracer) -> None:
    """What exact gradients by U, W and b cost: numbers kept, multiplications by W, two algorithms (notes 12.1).

    Given T steps, H units, D inputs. Back-propagation keeps the T states, and takes the error through the transposed W
    between neighbouring steps. Real-time recurrent learning keeps S(t), the derivative of the H states by the P
    parameters, and forms the product W S(t-1) for t = 2, ..., T. An m×k matrix times a k×n one: m k n multiplications.
    """
    trace.step(r"P = H D + H^2 + H", mistakes={"biases-lost": "H D + H^2"}, note="entries of U, W and b")
    trace.step(
        r"\mathrm{states} = T H", mistakes={"one-state-kept": "H"}, note="back-propagation keeps every state"
    )  # fmt: skip
    trace.step(
        r"\mathrm{sensitivities} = H P", mistakes={"units-lost": "P"},
        note="one number for each state and parameter, whatever T is",
    )  # fmt: skip
    trace.step(
        r"\mathrm{backward} = (T - 1) H^2", mistakes={"cubed": "(T - 1) H^3", "all-steps": "T H^2"},
        note="the transpose of W times a vector, between neighbouring steps",
    )  # fmt: skip
    trace.step(
        r"\mathrm{onward} = (T - 1) H^2 P",
        mistakes={"units-lost": "(T - 1) H P", "cubed": "(T - 1) H^3 P", "all-steps": "T H^2 P"},
        note="W times a matrix of H rows and P columns, at each step but the first",
    )  # fmt: skip
    trace.step(r"\mathrm{ratio} = \mathrm{onward} / \mathrm{backward}", note="the price of not storing the past")


@jacobian.second_route("torch: autograd through tanh, with inputs that lead to the given states")
def _by_rerunning(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    W, h, k = given["W"], given["h"], int(given["k"].reshape(-1)[0])
    before = h[:, k - 1] if k else torch.zeros_like(h[:, 0])
    state = before = before.detach().requires_grad_()
    found = {f"D^({t + 1})": _diagonal_slopes(h[:, t]) for t in range(k, h.shape[1])}
    for t in range(k, h.shape[1]):
        earlier = h[:, t - 1] if t else torch.zeros_like(h[:, 0])
        drive = torch.atanh(h[:, t]) - torch.einsum("nij,nj->ni", W, earlier)
        state = torch.tanh(torch.einsum("nij,nj->ni", W, state) + drive)
        rows = [torch.autograd.grad(state[:, i].sum(), before, retain_graph=True)[0] for i in range(h.shape[2])]
        found[f"J^({t + 1})"] = torch.stack(rows, dim=1)  # (N, H, H): rows are the entries of h(t+1)
    last = found[f"J^({h.shape[1]})"]
    bound = W.flatten(1).norm(dim=1) ** (h.shape[1] - k)
    return {**found, f"dh^({h.shape[1]})/dh^({k})": last, "size": last.flatten(1).norm(dim=1), "bound": bound}


def _diagonal_slopes(h: Any) -> Any:
    """Autograd's slope of tanh where it is h (N, H), on a diagonal: (N, H, H)."""
    import torch  # 110 times the start of Python

    net = torch.atanh(h).requires_grad_()
    return torch.diag_embed(torch.autograd.grad(torch.tanh(net).sum(), net)[0])


@linear_unit.second_route("torch: autograd through the unrolled polynomial in w")
def _by_polynomial(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    x = given["x"]

    def states(u: Any, w: Any) -> list[Any]:
        """h(t) = w^t s + u (x(t) + w x(t-1) + ... + w^(t-1) x(1)): no recursion."""
        times = range(x.shape[1] + 1)
        return [w**t * given["s"] + u * sum(w**i * x[:, t - 1 - i] for i in range(t)) for t in times]

    return _one_unit_values(given, states)


@tanh_unit.second_route("torch: autograd through the unrolled unit")
def _by_unrolling(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    def states(u: Any, w: Any) -> list[Any]:
        found = [given["s"]]
        for seen in given["x"].unbind(1):
            found.append(torch.tanh(w * found[-1] + u * seen))
        return found

    return _one_unit_values(given, states)


@cost.second_route("torch: entries of the tensors themselves, without storage")
def _by_counting(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    rows = torch.stack([given["T"], given["H"], given["D"]], dim=1)
    distinct, place = rows.unique(dim=0, return_inverse=True)
    counts = [_counted(*map(int, row)) for row in distinct]
    table = torch.tensor(counts, dtype=torch.float64, device=rows.device)[place]
    names = ("P", "states", "sensitivities", "backward", "onward", "ratio")
    return {name: table[:, column] for column, name in enumerate(names)}


def _counted(T: int, H: int, D: int) -> tuple[float, ...]:
    """Counts by the broadcast products themselves: each entry of W * S before its sum is one multiplication."""
    import torch  # 110 times the start of Python

    def product(rows: int, inner: int, columns: int) -> int:
        left = torch.empty(rows, inner, 1, device="meta")
        return (left * torch.empty(1, inner, columns, device="meta")).numel()

    parameters = sum(torch.empty(size, device="meta").numel() for size in ((H, D), (H, H), (H,)))
    backward = sum(product(H, H, 1) for _ in range(2, T + 1))
    onward = sum(product(H, H, parameters) for _ in range(2, T + 1))
    kept = torch.empty(H, parameters, device="meta").numel()
    return parameters, torch.empty(T, H, device="meta").numel(), kept, backward, onward, onward / max(backward, 1)


def _one_unit_values(given: Mapping[str, Any], states: Callable[..., list[Any]]) -> dict[str, Any]:
    import torch  # 110 times the start of Python

    weights = {name: given[name].detach().clone().requires_grad_() for name in ("u", "w")}
    found = states(**weights)
    loss = sum((given["y"][:, t - 1] - found[t]) ** 2 for t in range(1, len(found)))
    values = {"L": loss, **{f"h^({t})": state for t, state in enumerate(found)}}
    slopes: dict[str, Any] = {}
    for of, value in values.items():
        total = value.sum() + 0 * (weights["u"] + weights["w"]).sum()  # the start state depends on neither
        by = torch.autograd.grad(total, list(weights.values()), retain_graph=True)
        slopes |= {f"d{of}/d{name}": each for name, each in zip(weights, by, strict=True)}
    return {**{name: value.detach() for name, value in values.items()}, **slopes}
