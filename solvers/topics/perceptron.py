"""The perceptron: output, learning rule, training runs, risk, margin and mistake bound, decision line, separability.

Weights and inputs are augmented, as in the notes: w~ = (b, w), x~ = (1, x). The notes leave sign(0) open; here: +1.
The bound of 1.2.1 is taken as it holds: for a vector of length 1 and a start at zero (MODELS, E3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solvers.trace import Tracer, solver

_UNIT = (r"w \in \mathbb{R}^{n}", r"b \in \mathbb{R}")
_EXAMPLE = (r"x \in \mathbb{R}^{n}", r"t \in \{-1, 1\}", r"\eta > 0")
_POINTS = (r"x^{(s)} \in \mathbb{R}^{n}, s = 1, \dots, N",)
_LABELS = (r"t^{(s)} \in \{-1, 1\}, s = 1, \dots, N",)

_NET = r"\mathrm{net}"
_BIAS_LOST = "the bias was left out of the net input"
_TIE_DOWN = "a net input of exactly 0 was given the output -1; here sign(0) = +1"
_RULE_MISTAKES = {
    "factor-2-lost": "the weights moved by eta t x: on a wrong output t - o is +2 or -2, so the step is twice that",
    "sign-turned": "the weights moved away from the example: the rule adds eta (t - o) x, it does not subtract it",
    "bias-not-moved": "the bias stayed where it was: it is a weight like the others, with the constant input 1",
    "delta-rule": "the net input was put in place of the output: that is the delta rule, not the perceptron's",
    "moved-though-right": "the weights moved although the output was right: then t - o = 0 and nothing moves",
    "bias-lost": _BIAS_LOST,
    "tie-down": _TIE_DOWN,
}


def _column(top: str, entry: str, n: int) -> str:
    rows = [top, *(f"{entry}_{{{i}}}" for i in range(1, n + 1))]
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def _sign(net: str, relation: str = r"\ge") -> str:
    return rf"\begin{{cases}} 1 & \text{{if }} {net} {relation} 0 \\ -1 & \text{{otherwise}} \end{{cases}}"


def _augment(trace: Tracer, n: int, N: int | None) -> None:
    """Writes x~ for one example (N is None) or for each of N."""
    if N is None:
        trace.step(rf"\tilde{{x}} = {_column('1', 'x', n)}", note="the input with a 1 in front, for the bias")
        return
    for s in range(1, N + 1):
        trace.step(rf"\tilde{{x}}^{{(s)}} = {_column('1', 'x^{(s)}', n)}", s=s)


def _outputs(trace: Tracer, N: int) -> None:
    """net and output of each example under the weights w~."""
    for s in range(1, N + 1):
        trace.step(
            r"\mathrm{net}^{(s)} = \tilde{w} \cdot \tilde{x}^{(s)}", s=s,
            mistakes={"bias-lost": r"\tilde{w} \cdot \tilde{x}^{(s)} - \tilde{w}_1"},
        )  # fmt: skip
        net = r"\mathrm{net}^{(s)}"
        trace.step(rf"o^{{(s)}} = {_sign(net)}", s=s, mistakes={"tie-down": _sign(net, ">")})


@solver(*_UNIT, *_EXAMPLE, notes="1.2.1", mistakes=_RULE_MISTAKES)
def step(trace: Tracer, n: int) -> None:
    """One example shown once: net and output before, augmented weights after, net after (notes 1.2, 1.2.1).

    w and x have n entries, b is a number, t is -1 or +1, eta > 0. w~ and x~ have n + 1 entries, the bias first.
    """
    _augment(trace, n, None)
    trace.step(rf"\tilde{{w}}^{{(0)}} = {_column('b', 'w', n)}", note="the weights with the bias in front")
    _output_of(trace, 0)
    trace.step(
        r"\tilde{w}^{(1)} = \tilde{w}^{(0)} + \eta (t - o^{(0)}) \tilde{x}",
        mistakes={
            "factor-2-lost": r"\tilde{w}^{(0)} + \llbracket o^{(0)} \ne t \rrbracket \eta t \tilde{x}",
            "sign-turned": r"\tilde{w}^{(0)} - \eta (t - o^{(0)}) \tilde{x}",
            "bias-not-moved": rf"\tilde{{w}}^{{(0)}} + \eta (t - o^{{(0)}}) {_column('0', 'x', n)}",
            "delta-rule": r"\tilde{w}^{(0)} + \eta (t - \mathrm{net}^{(0)}) \tilde{x}",
            "moved-though-right": r"\tilde{w}^{(0)} + 2 \eta t \tilde{x}",
        },
        note="where the output is right, t - o = 0 and the weights stay",
    )
    _output_of(trace, 1)


def _output_of(trace: Tracer, k: int) -> None:
    """net and output of the one example under the weights w~^(k)."""
    lost = {"bias-lost": r"\tilde{w}^{(k)} \cdot \tilde{x} - \tilde{w}^{(k)}_1"}
    trace.step(r"\mathrm{net}^{(k)} = \tilde{w}^{(k)} \cdot \tilde{x}", k=k, mistakes=lost)
    net = r"\mathrm{net}^{(k)}"
    trace.step(rf"o^{{(k)}} = {_sign(net)}", k=k, mistakes={"tie-down": _sign(net, ">")})


@solver(
    *_UNIT, *_POINTS, *_LABELS, r"\eta > 0", r"\mathrm{epochs} \in \mathbb{N}",
    notes="1.2.1", mistakes={
        **_RULE_MISTAKES,
        "old-weights": "the net inputs of an epoch were all taken with the weights at its start: they move in between",
        "reversed-order": "the examples were shown from last to first",
        "stopped-early": "the training stopped at the first right example: the others are still to be shown",
    },
)  # fmt: skip
def train(trace: Tracer, n: int, N: int, epochs: int) -> None:
    """A training run: N examples shown in their order, `epochs` times; the log of every step, updates, convergence.

    w and each x have n entries, b is a number, t is -1 or +1, eta > 0 (notes 1.2.1). Steps are counted through all
    epochs: w~^(k) are the augmented weights after k examples, u^(k) says whether the k-th moved them.
    """
    _augment(trace, n, N)
    trace.step(rf"\tilde{{w}}^{{(0)}} = {_column('b', 'w', n)}", note="the weights with the bias in front")
    for k in range(1, N * epochs + 1):
        _shown(trace, n, k=k, s=(k - 1) % N + 1, r=N - (k - 1) % N, a=(k - 1) // N * N)
    for i in range(1, epochs + 1):
        trace.step(r"m^{(i)} = \sum_{k=(i-1)N+1}^{iN} u^{(k)}", i=i, note=f"updates in epoch {i}")
    trace.step(r"M = \sum_{k=1}^{K} u^{(k)}", K=N * epochs, note="updates in all")
    for s in range(1, N + 1):
        trace.step(r"z^{(s)} = \tilde{w}^{(K)} \cdot \tilde{x}^{(s)}", s=s, K=N * epochs)
        trace.step(rf"\hat{{o}}^{{(s)}} = {_sign('z^{(s)}')}", s=s, note="output with the last weights")
    trace.step(r"E = \sum_{s=1}^{N} \llbracket \hat{o}^{(s)} \ne t^{(s)} \rrbracket", note="examples still wrong")
    trace.step(r"c = \llbracket E = 0 \rrbracket", note="1 if the training has converged, 0 if not")


def _shown(trace: Tracer, n: int, k: int, s: int, r: int, a: int) -> None:
    """Example s shown as the k-th; r is its mirror in the order, a the step at which its epoch began."""
    trace.step(
        r"\mathrm{net}^{(k)} = \tilde{w}^{(k-1)} \cdot \tilde{x}^{(s)}", k=k, s=s, r=r, a=a,
        mistakes={
            "bias-lost": r"\tilde{w}^{(k-1)} \cdot \tilde{x}^{(s)} - \tilde{w}^{(k-1)}_1",
            "old-weights": r"\tilde{w}^{(a)} \cdot \tilde{x}^{(s)}",
            "reversed-order": r"\tilde{w}^{(k-1)} \cdot \tilde{x}^{(r)}",
        },
    )  # fmt: skip
    net = r"\mathrm{net}^{(k)}"
    trace.step(rf"o^{{(k)}} = {_sign(net)}", k=k, s=s, r=r, a=a, mistakes={"tie-down": _sign(net, ">")})
    trace.step(
        r"u^{(k)} = \llbracket o^{(k)} \ne t^{(s)} \rrbracket", k=k, s=s, r=r, a=a,
        mistakes={
            "reversed-order": r"\llbracket o^{(k)} \ne t^{(r)} \rrbracket",
            "stopped-early": r"\llbracket o^{(k)} \ne t^{(s)} \rrbracket \prod_{j=1}^{k-1} u^{(j)}",
        },
        note="1 if the output is wrong, so that the weights move",
    )  # fmt: skip
    trace.step(
        r"\tilde{w}^{(k)} = \tilde{w}^{(k-1)} + u^{(k)} \eta (t^{(s)} - o^{(k)}) \tilde{x}^{(s)}", k=k, s=s, r=r, a=a,
        mistakes={
            "factor-2-lost": r"\tilde{w}^{(k-1)} + u^{(k)} \eta t^{(s)} \tilde{x}^{(s)}",
            "sign-turned": r"\tilde{w}^{(k-1)} - u^{(k)} \eta (t^{(s)} - o^{(k)}) \tilde{x}^{(s)}",
            "bias-not-moved": r"\tilde{w}^{(k-1)} + u^{(k)} \eta (t^{(s)} - o^{(k)}) " + _column("0", "x^{(s)}", n),
            "delta-rule": r"\tilde{w}^{(k-1)} + \eta (t^{(s)} - \mathrm{net}^{(k)}) \tilde{x}^{(s)}",
            "moved-though-right": r"\tilde{w}^{(k-1)} + 2 \eta t^{(s)} \tilde{x}^{(s)}",
            "reversed-order": r"\tilde{w}^{(k-1)} + u^{(k)} \eta (t^{(r)} - o^{(k)}) \tilde{x}^{(r)}",
        },
    )  # fmt: skip


@solver(
    *_UNIT, *_POINTS, *_LABELS, notes="1.1.2", mistakes={
        "accuracy": "the share of right outputs was given: the risk is the share of wrong ones",
        "not-averaged": "the wrong outputs were counted, but not divided by the number of examples",
        "bias-lost": _BIAS_LOST,
        "tie-down": _TIE_DOWN,
    },
)  # fmt: skip
def risk(trace: Tracer, n: int, N: int) -> None:
    """The empirical 0/1 risk of a perceptron on N labelled points (notes 1.1.2, 1.2).

    w and each x have n entries, b is a number, t is -1 or +1.
    """
    _augment(trace, n, N)
    trace.step(rf"\tilde{{w}} = {_column('b', 'w', n)}", note="the weights with the bias in front")
    _outputs(trace, N)
    trace.step(rf"o = {_listed('o', N)}", note="all outputs")
    trace.step(r"m = \sum_{s=1}^{N} \llbracket o^{(s)} \ne t^{(s)} \rrbracket", note="how many are wrong")
    wrong = {"accuracy": r"1 - \frac{m}{N}", "not-averaged": "m"}
    trace.step(r"\rho = \frac{m}{N}", mistakes=wrong, note="the empirical risk")


def _listed(name: str, N: int) -> str:
    return r"\begin{bmatrix} " + r" \\ ".join(f"{name}^{{({s})}}" for s in range(1, N + 1)) + r" \end{bmatrix}"


@solver(
    *_UNIT, *_POINTS, notes="1.2.1", mistakes={
        "not-squared": "R / gamma was taken: the bound is its square",
        "not-normalised": "the weights were not divided by their length: then scaling them would change the bound",
        "bias-lost-in-radius": "the 1 in front of each input was left out of R",
        "bias-lost-in-length": "the bias was left out of the length of the weights",
        "largest-margin": "the largest of the distances was taken: the margin is the smallest",
    },
)  # fmt: skip
def bound(trace: Tracer, n: int, N: int) -> None:
    """Radius, margin and the bound R²/γ² on the number of updates, for points labelled by a separating (w, b).

    w and each x have n entries, b is a number; no point may lie on the line. The notes' 1.2.1 leaves out what the bound
    needs (MODELS, E3): w~ is divided by its length, and the training starts at w~ = 0.
    """
    _augment(trace, n, N)
    trace.step(rf"\tilde{{w}} = {_column('b', 'w', n)}", note="the weights with the bias in front")
    _outputs(trace, N)
    trace.step(rf"t = {_listed('o', N)}", note="the labels: the side on which each point lies")
    for s in range(1, N + 1):
        trace.step(r"g^{(s)} = o^{(s)} \mathrm{net}^{(s)}", s=s)
        length = {"bias-lost-in-radius": r"x^{(s)} \cdot x^{(s)}"}
        trace.step(r"q^{(s)} = \tilde{x}^{(s)} \cdot \tilde{x}^{(s)}", s=s, mistakes=length)
    family = ", ".join(f"g^{{({s})}}" for s in range(1, N + 1))
    trace.step(rf"g = \min({family})", mistakes={"largest-margin": rf"\max({family})"})
    trace.step(rf"Q = \max({family.replace('g', 'q')})", note="R squared")
    trace.step(r"R = \sqrt{Q}", note="radius of the smallest ball round the origin that holds all augmented points")
    trace.step(
        r"P = \tilde{w} \cdot \tilde{w}", mistakes={"not-normalised": "1", "bias-lost-in-length": r"w \cdot w"},
        note="the length of the weights, squared",
    )  # fmt: skip
    trace.step(r"\gamma = \frac{g}{\sqrt{P}}", note="the margin of the unit vector along the weights")
    note = "R squared over gamma squared, without the roots"
    trace.step(r"B = \frac{Q P}{g^2}", mistakes={"not-squared": r"\frac{\sqrt{Q P}}{g}"}, note=note)
    trace.step(r"U = \lfloor B \rfloor", note="the number of updates is whole")


@solver(
    r"w \in \mathbb{R}^{2}", r"b \in \mathbb{R}", r"x \in \mathbb{R}^{2}", notes="1.2", mistakes={
        "sign-lost": "a minus sign was lost: on the line w1 x1 + w2 x2 = -b",
        "slope-turned": "the two weights changed places in the slope: it is -w1 / w2",
        "axes-swapped": "the crossings changed places: with the x1 axis it is -b / w1, with the x2 axis -b / w2",
        "not-normalised": "the net input was taken for the distance: it must be divided by the length of w",
        "bias-in-length": "the bias was counted in the length of w: the normal of the line is w alone",
        "bias-lost": _BIAS_LOST,
    },
)  # fmt: skip
def line(trace: Tracer) -> None:
    """The decision line of a perceptron in the plane: crossings with the axes, slope, signed distance of a point x.

    w and x have 2 entries, both of w other than 0; b is a number (notes 1.2). The distance is positive on the side
    whose output is +1.
    """
    trace.step(
        r"p = \begin{bmatrix} -\frac{b}{w_1} \\ -\frac{b}{w_2} \end{bmatrix}",
        mistakes={
            "sign-lost": r"\begin{bmatrix} \frac{b}{w_1} \\ \frac{b}{w_2} \end{bmatrix}",
            "axes-swapped": r"\begin{bmatrix} -\frac{b}{w_2} \\ -\frac{b}{w_1} \end{bmatrix}",
        },
        note="where the line crosses the x1 axis and the x2 axis",
    )
    wrong = {"sign-lost": r"\frac{w_1}{w_2}", "slope-turned": r"-\frac{w_2}{w_1}"}
    trace.step(r"a = -\frac{w_1}{w_2}", mistakes=wrong, note="the slope, x2 against x1")
    trace.step(r"\mathrm{net} = w \cdot x + b", mistakes={"bias-lost": r"w \cdot x"})
    trace.step(rf"o = {_sign(_NET)}")
    trace.step(r"\ell = \|w\|_2", mistakes={"not-normalised": "1", "bias-in-length": r"\sqrt{w \cdot w + b^2}"})
    trace.step(r"D = \frac{\mathrm{net}}{\ell}", note="signed distance of the point from the line")


@solver(
    r"x^{(s)} \in \mathbb{R}^{2}, s = 1, \dots, 4", r"t^{(s)} \in \{-1, 1\}, s = 1, \dots, 4",
    notes="1.2", mistakes={
        "labels-forgotten": "the labels were left out: the sum is over c t x, not over c x",
        "signs-not-alternating": "the signs of the determinants do not alternate, as Cramer's rule wants",
    },
)  # fmt: skip
def separable(trace: Tracer) -> None:
    """Whether a line separates four labelled points of the plane, with the certificate of 1.2 when none does.

    x holds 4 points, t their labels -1 or +1; no three points on one line. The only dependence of the vectors t x~ is
    sum c t x~ = 0 (with c_1 = 1). If all c are positive, no w~ has t w~·x~ > 0 for all four: their weighted sum is 0.
    If the signs differ, a line separates (the other half of Gordan's theorem).
    """
    trio = {1: (2, 3, 4), 2: (1, 3, 4), 3: (1, 2, 4), 4: (1, 2, 3)}
    for s, (i, j, k) in trio.items():
        trace.step(
            rf"D^{{({s})}} = (x^{{({j})}}_1 - x^{{({i})}}_1) (x^{{({k})}}_2 - x^{{({i})}}_2)"
            rf" - (x^{{({k})}}_1 - x^{{({i})}}_1) (x^{{({j})}}_2 - x^{{({i})}}_2)",
            note=f"the determinant of points {i}, {j} and {k} with a 1 in front",
        )
    for s in trio:
        sign, plain = "-" if s % 2 == 0 else "", rf"\frac{{t^{{(1)}} t^{{({s})}} D^{{({s})}}}}{{D^{{(1)}}}}"
        unlabelled = rf"{sign}\frac{{D^{{({s})}}}}{{D^{{(1)}}}}"
        wrong = {"labels-forgotten": unlabelled, "signs-not-alternating": plain}
        trace.step(rf"c^{{({s})}} = {sign}{plain}", mistakes=wrong)
    trace.step(rf"c = {_listed('c', 4)}", note="the weights of the dependence")
    trace.step(r"v = \llbracket \min(c) < 0 \rrbracket", note="1 if a line separates the points, 0 if none does")


@solver(
    r"w \in \mathbb{R}^{2}", r"b \in \mathbb{R}", notes="1.2", mistakes={"bias-lost": _BIAS_LOST, "tie-down": _TIE_DOWN}
)
def truth_table(trace: Tracer) -> None:
    """The outputs of a perceptron on the four binary inputs (0,0), (0,1), (1,0), (1,1), in this order (notes 1.2).

    w has 2 entries, b is a number. `f` numbers the function: 1, 2, 4, 8 for the inputs whose output is +1, added up.
    """
    trace.step(r"\tilde{w} = \begin{bmatrix} b \\ w_1 \\ w_2 \end{bmatrix}", note="the weights with the bias in front")
    for s in range(4):
        trace.let(r"\tilde{x}^{(s)}", (1, s // 2, s % 2), s=s + 1)
    _outputs(trace, 4)
    trace.step(rf"o = {_listed('o', 4)}")
    trace.step(r"f = \sum_{s=1}^{4} 2^{s-1} \llbracket o^{(s)} = 1 \rrbracket", note="the number of the function")


# ----- second routes -----


@step.second_route("torch: the perceptron shown one example")
def _step_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import perceptron as model  # torch: 110 times the start of Python

    shown = model.step(model.join(given["b"], given["w"]), given["x"], given["t"], given["eta"])
    again = model.step(shown.weights, given["x"], given["t"], given["eta"])
    return {
        "net^(0)": shown.net, "o^(0)": shown.output, "wtilde^(0)": model.join(given["b"], given["w"]),
        "wtilde^(1)": shown.weights, "net^(1)": again.net, "o^(1)": again.output,
    }  # fmt: skip


@train.second_route("torch: the perceptron's training loop")
def _train_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import perceptron as model  # torch: 110 times the start of Python

    x, t, start = given["x"], given["t"], model.join(given["b"], given["w"])
    log = model.train(start, x, t, given["eta"], sizes["epochs"])
    last = model.predict(log.weights[:, -1], x)
    found = {"M": log.updates, "c": log.converged, "E": (last != t).sum(-1)}
    found |= {f"m^({e + 1})": log.errors[:, e] for e in range(log.epochs)}
    found |= {f"ohat^({s + 1})": last[:, s] for s in range(t.shape[1])}
    found |= {f"wtilde^({k})": log.weights[:, k] for k in range(log.weights.shape[1])}
    for k in range(log.net.shape[1]):
        found |= {f"net^({k + 1})": log.net[:, k], f"o^({k + 1})": log.outputs[:, k], f"u^({k + 1})": log.wrong[:, k]}
    return found


@risk.second_route("torch: the perceptron's outputs")
def _risk_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import perceptron as model  # torch: 110 times the start of Python

    o = model.predict(model.join(given["b"], given["w"]), given["x"])
    wrong = (o != given["t"]).double()
    return {"o": o, "m": wrong.sum(-1), "rho": wrong.mean(-1)}


@bound.second_route("torch: margin and radius of the perceptron's model")
def _bound_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import perceptron as model

    weights, x = model.join(given["b"], given["w"]), given["x"]
    t = model.predict(weights, x)
    limit, R, gamma = model.bound(weights, x, t), model.radius(x), model.margin(weights, x, t)
    return {
        "t": t, "R": R, "Q": R**2, "gamma": gamma, "g": gamma * torch.linalg.vector_norm(weights, dim=-1), "B": limit,
        "U": torch.floor(limit * (1 + 1e-12)),  # a whole bound may come out a rounding below itself
    }  # fmt: skip


@line.second_route("torch: the foot of the perpendicular, solved as a linear system")
def _line_by_system(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    w, b, x = given["w"], given["b"], given["x"]
    turned = torch.stack([-w[:, 1], w[:, 0]], -1)  # along the line
    # the foot y: on the line (w·y = -b), and straight below x (turned·y = turned·x)
    matrix, right = torch.stack([w, turned], -2), torch.stack([-b, (turned * x).sum(-1)], -1)
    foot = torch.linalg.solve(matrix, right.unsqueeze(-1)).squeeze(-1)  # (I, 2)
    o = torch.where((w * x).sum(-1) >= -b, 1.0, -1.0).to(w)
    on_axes = torch.stack([foot[:, 0] - foot[:, 1] * turned[:, 0] / turned[:, 1],
                           foot[:, 1] - foot[:, 0] * turned[:, 1] / turned[:, 0]], -1)  # fmt: skip
    return {
        "p": on_axes, "a": turned[:, 1] / turned[:, 0], "o": o, "D": o * torch.linalg.vector_norm(x - foot, dim=-1),
        "net": torch.einsum("in,in->i", w, x - foot), "ell": torch.linalg.vector_norm(w, dim=-1),
    }  # fmt: skip


@separable.second_route("torch: null vector by SVD; a sweep over all directions of the plane")
def _separable_by_sweep(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import perceptron as model

    x, t = given["x"], given["t"]
    signed = t.unsqueeze(-1) * model.augment(x)  # (I, 4, 3)
    null = torch.linalg.svd(signed.mT, full_matrices=True).Vh[:, -1]  # (I, 4): signedᵀ null = 0
    pairs = torch.combinations(torch.arange(4, device=x.device))
    across = x[:, pairs[:, 0]] - x[:, pairs[:, 1]]  # (I, 6, 2)
    turn = torch.atan2(across[..., 0], -across[..., 1])  # where the two points tie
    ties = torch.cat([turn, turn + torch.pi], -1).remainder(2 * torch.pi).sort(dim=-1).values  # (I, 12)
    middle = (ties + torch.cat([ties[:, 1:], ties[:, :1] + 2 * torch.pi], -1)) / 2  # one direction between two ties
    shadow = torch.einsum("iad,isd->ias", torch.stack([middle.cos(), middle.sin()], -1), x)  # (I, 12, 4)
    positive = (t > 0).unsqueeze(1)
    lowest = shadow.masked_fill(~positive, torch.inf).amin(-1)
    highest = shadow.masked_fill(positive, -torch.inf).amax(-1)
    return {"c": null / null[:, :1], "v": (lowest > highest + 1e-12).any(-1)}


@truth_table.second_route("torch: the perceptron on every binary input")
def _table_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import perceptron as model

    bits = torch.tensor([0.0, 1.0]).to(given["w"])
    inputs = torch.cartesian_prod(bits, bits)  # (4, 2)
    o = model.predict(model.join(given["b"], given["w"]), inputs)
    code = sum(((o[:, s] > 0) * 2**s for s in range(4)), torch.zeros_like(given["b"]))
    return {"o": o, "f": code}
