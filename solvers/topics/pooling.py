"""Pooling forward and backward, and a small convolutional network from image to kernel gradient (notes 8.1.8).

Among equal entries of a window the first one, row by row, wins the gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solvers.topics.convolution import collect, gathered, matrix, places
from solvers.trace import Tracer, solver

Place = tuple[int, int]


def _block(name: str, place: Place, k: int, s: int) -> str:
    """The window of `name` at a place, as a matrix literal."""
    top, left = (place[0] - 1) * s, (place[1] - 1) * s
    return matrix(lambda a, b: f"{name}_{{{top + a},{left + b}}}", k, k)


def _seen_by(i: int, j: int, size: int, k: int, s: int) -> list[Place]:
    """The places of the size×size map whose windows hold the entry (i, j)."""
    return [(y, x) for y, x in places(size, size) if 0 <= i - 1 - (y - 1) * s < k and 0 <= j - 1 - (x - 1) * s < k]


@solver(
    r"X \in \mathbb{R}^{N \times N}", r"G \in \mathbb{R}^{m \times m}", r"k \in \mathbb{N}", r"s \in \mathbb{N}",
    notes="8.1.8",
    mistakes={
        "average-for-max": "the mean of each window was taken; max pooling takes its largest entry",
        "overlap-lost": "an entry that won several windows got the gradient of the last one only; they add up",
        "spread-evenly": "the gradient was shared among the whole window; max pooling sends it to the winner alone",
    },
)  # fmt: skip
def max_pool(trace: Tracer, N: int, m: int, k: int, s: int) -> None:
    """Max pooling of an image, and the gradient by the image (8.1.8). No two entries of a window may be equal.

    Given: X (N×N), window k×k, stride s, upstream gradient G of the map's size m×m, m = floor((N - k)/s) + 1.
    """
    for y, x in places(m, m):
        block = _block("X", (y, x), k, s)
        trace.step(rf"M_{{i,j}} = \max({block})", i=y, j=x, mistakes={"average-for-max": _mean("X")})
    collect(trace, "M", m, m, "the largest entry of each window")
    for i, j in places(N, N):
        seen = _seen_by(i, j, m, k, s)
        won = [rf"\llbracket X_{{{i},{j}}} = M_{{{y},{x}}} \rrbracket" for y, x in seen]
        sent = [f"G_{{{y},{x}}} {wins}" for (y, x), wins in zip(seen, won, strict=True)]
        last = [" ".join([term, *(f"(1 - {w})" for w in won[place + 1 :])]) for place, term in enumerate(sent)]
        even = [rf"\frac{{1}}{{k^2}} G_{{{y},{x}}}" for y, x in seen]
        trace.step(
            f"B_{{i,j}} = {_plus(sent)}", i=i, j=j,
            mistakes={"overlap-lost": _plus(last), "spread-evenly": _plus(even)},
        )  # fmt: skip
    trace.step(
        rf"\frac{{\partial L}}{{\partial X}} = {gathered('B', N, N)}",
        note="each place sends its gradient to its winner",
    )


def _plus(terms: list[str]) -> str:
    return " + ".join(terms) or "0"


def _mean(name: str, over: str = "k^2") -> str:
    return rf"\frac{{1}}{{{over}}} \sum_{{a=1}}^{{k}} \sum_{{b=1}}^{{k}} {name}_{{(i-1) s + a, (j-1) s + b}}"


@solver(
    r"X \in \mathbb{R}^{N \times N}", r"G \in \mathbb{R}^{m \times m}", r"k \in \mathbb{N}", r"s \in \mathbb{N}",
    notes="8.1.8",
    mistakes={
        "max-for-average": "the largest entry of each window was taken; average pooling takes the mean",
        "sum-for-mean": "the sum of each window was taken, not its mean",
        "divided-by-side": "the sum was divided by k; a window has k times k entries",
        "share-lost": "each entry got the whole gradient of its window; it gets one part in k times k",
    },
)  # fmt: skip
def average_pool(trace: Tracer, N: int, m: int, k: int, s: int) -> None:
    """Average pooling of an image, and the gradient by the image (8.1.8).

    Given: X (N×N), window k×k, stride s, upstream gradient G of the map's size m×m, m = floor((N - k)/s) + 1.
    """
    for y, x in places(m, m):
        trace.step(
            f"A_{{i,j}} = {_mean('X')}", i=y, j=x,
            mistakes={
                "max-for-average": rf"\max({_block('X', (y, x), k, s)})", "sum-for-mean": _mean("X", "1"),
                "divided-by-side": _mean("X", "k"),
            },
        )  # fmt: skip
    collect(trace, "A", m, m, "the mean of each window")
    for i, j in places(N, N):
        seen = [f"G_{{{y},{x}}}" for y, x in _seen_by(i, j, m, k, s)]
        right, whole = (rf"\frac{{1}}{{k^2}} ({_plus(seen)})", _plus(seen)) if seen else ("0", "0")
        trace.step(f"B_{{i,j}} = {right}", i=i, j=j, mistakes={"share-lost": whole})
    trace.step(
        rf"\frac{{\partial L}}{{\partial X}} = {gathered('B', N, N)}",
        note="every window gives each entry an equal share",
    )


@solver(
    r"X \in \mathbb{R}^{N \times N}", r"K \in \mathbb{R}^{k \times k}", r"c \in \mathbb{R}",
    r"V \in \mathbb{R}^{m \times m}", r"d \in \mathbb{R}", r"y \in \mathbb{R}",
    notes="8.1.8, 5.2",
    mistakes={
        "kernel-flipped": "the kernel was flipped: a cross-correlation uses it as it stands",
        "bias-dropped": "the bias of the map was left out",
        "average-for-max": "the mean of each window was taken; max pooling takes its largest entry",
        "error-turned": "the sign of the error was turned: the gradient of (o - y)^2 / 2 by o is o - y",
        "spread-evenly": "the gradient was shared among the whole window; max pooling sends it to the winner alone",
        "weights-forgotten": "the weights V were left out on the way back from the output to the pooled map",
        "places-averaged": "the mean over the places was taken; a shared weight gets the sum",
    },
)  # fmt: skip
def network(trace: Tracer, N: int, k: int, m: int) -> None:
    """Cross-correlation, ReLU, 2×2 max pooling with stride 2, linear output, half squared error; forward and backward.

    Given: image X (N×N), kernel K (k×k), bias c, output weights V (m×m, one a pooled entry), output bias d, target y;
    N - k + 1 = 2m. S and A are 2m×2m, M is m×m, o is a number.
    """
    _forward(trace, m)
    trace.step(
        r"\delta = o - y", mistakes={"error-turned": "y - o"}, note="the gradient of L by o",
    )  # fmt: skip
    trace.step(r"\frac{\partial L}{\partial V} = \delta M")
    trace.step(
        r"\frac{\partial L}{\partial M} = \delta V", mistakes={"weights-forgotten": rf"\delta {matrix(_one, m, m)}"}
    )
    for i, j in places(2 * m, 2 * m):
        home = ((i + 1) // 2, (j + 1) // 2)
        sent = rf"\delta V_{{{home[0]},{home[1]}}}"
        plain = rf"{sent} \llbracket S_{{{i},{j}}} > 0 \rrbracket"
        trace.step(
            f"T_{{i,j}} = {plain} {_wins((i, j), home)}", i=i, j=j,
            mistakes={
                "spread-evenly": rf"\frac{{1}}{{4}} {plain}",
                "weights-forgotten": plain.replace(sent, r"\delta") + _wins((i, j), home),
            },
        )  # fmt: skip
    trace.step(
        rf"\frac{{\partial L}}{{\partial S}} = {gathered('T', 2 * m, 2 * m)}",
        note="to the winner of each window, and through the ReLU only where S > 0",
    )
    _kernel_gradient(trace, k)


def _one(i: int, j: int) -> str:
    return "1"


def _forward(trace: Tracer, m: int) -> None:
    window = r"\sum_{a=1}^{k} \sum_{b=1}^{k} K_{a,b} X_{i+a-1, j+b-1}"
    turned = r"\sum_{a=1}^{k} \sum_{b=1}^{k} K_{k+1-a, k+1-b} X_{i+a-1, j+b-1}"
    for i, j in places(2 * m, 2 * m):
        trace.step(
            f"S_{{i,j}} = {window} + c", i=i, j=j,
            mistakes={"kernel-flipped": f"{turned} + c", "bias-dropped": window},
        )  # fmt: skip
    collect(trace, "S", 2 * m, 2 * m, "net input of the map")
    trace.step(r"A = \operatorname{ReLU}(S)")
    mean = r"\frac{1}{4} \sum_{a=1}^{2} \sum_{b=1}^{2} A_{2 i - 2 + a, 2 j - 2 + b}"
    for y, x in places(m, m):
        trace.step(
            rf"M_{{i,j}} = \max({_block('A', (y, x), 2, 2)})", i=y, j=x, mistakes={"average-for-max": mean}
        )  # fmt: skip
    collect(trace, "M", m, m, "the largest entry of each 2×2 block")
    trace.step(r"o = \sum_{i=1}^{m} \sum_{j=1}^{m} V_{i,j} M_{i,j} + d")
    trace.step(r"L = \frac{1}{2} (o - y)^2")


def _wins(entry: Place, home: Place) -> str:
    """Indicators whose product is 1 where the entry is the first largest one of its 2×2 block of A."""
    top, left = 2 * home[0] - 2, 2 * home[1] - 2
    others = [(top + a, left + b) for a, b in places(2, 2) if (top + a, left + b) != entry]
    signs = (r"\ge" if other > entry else ">" for other in others)
    tests = zip(signs, others, strict=True)
    return " ".join(
        rf"\llbracket A_{{{entry[0]},{entry[1]}}} {sign} A_{{{i},{j}}} \rrbracket" for sign, (i, j) in tests
    )


def _kernel_gradient(trace: Tracer, k: int) -> None:
    total = r"\sum_{i=1}^{2 m} \sum_{j=1}^{2 m} T_{i,j} X_{i+a-1, j+b-1}"
    for a, b in places(k, k):
        trace.step(
            f"D_{{a,b}} = {total}", a=a, b=b, mistakes={"places-averaged": rf"\frac{{1}}{{4 m^2}} {total}"}
        )  # fmt: skip
    trace.step(
        rf"\frac{{\partial L}}{{\partial K}} = {gathered('D', k, k)}",
        note="a shared weight collects from every place it was used at",
    )
    bias = r"\sum_{i=1}^{2 m} \sum_{j=1}^{2 m} T_{i,j}"
    trace.step(
        rf"\frac{{\partial L}}{{\partial c}} = {bias}", mistakes={"places-averaged": rf"\frac{{1}}{{4 m^2}} {bias}"}
    )


# ---- second routes: the torch models


@max_pool.second_route("torch: winners by argmax, gradients folded back")
def _max_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution, pooling  # torch: 110 times the start of Python

    X, G, k, s = _pooled(given)
    geometry = convolution.Geometry(stride=(s, s))
    pool = pooling.max_pool(X, (k, k), geometry)
    size = (X.shape[-2], X.shape[-1])
    gradient = pooling.max_pool_gradient(pool.winners, G, size, (k, k), geometry)
    return {"M": pool.values.squeeze(1), "dL/dX": gradient.squeeze(1)}


@average_pool.second_route("torch: mean windows, gradients folded back")
def _average_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution, pooling  # torch: 110 times the start of Python

    X, G, k, s = _pooled(given)
    geometry = convolution.Geometry(stride=(s, s))
    gradient = pooling.average_pool_gradient(G, (X.shape[-2], X.shape[-1]), (k, k), geometry)
    return {"A": pooling.average_pool(X, (k, k), geometry).squeeze(1), "dL/dX": gradient.squeeze(1)}


def _pooled(given: Mapping[str, Any]) -> tuple[Any, Any, int, int]:
    """Image and upstream gradient with a channel axis, (N, 1, H, W); window and stride of the whole batch."""
    k, s = (int(given[name][0]) for name in ("k", "s"))
    return given["X"].unsqueeze(1), given["G"].unsqueeze(1), k, s


@network.second_route("torch: autograd through conv2d, ReLU and pooling")
def _network_by_autograd(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution, pooling  # torch: 110 times the start of Python

    X, c, d, y = given["X"].unsqueeze(1), given["c"], given["d"], given["y"]
    K, V, bias = (leaf.clone().requires_grad_() for leaf in (given["K"], given["V"], c))
    S = convolution.cross_correlation(X, K.unsqueeze(1).unsqueeze(1), bias.unsqueeze(-1))  # (N, 1, 2m, 2m)
    S.retain_grad()
    M = pooling.max_pool(S.relu(), (2, 2), convolution.Geometry(stride=(2, 2))).values.squeeze(1)
    M.retain_grad()
    o = (V * M).sum(dim=(-2, -1)) + d
    L = (o - y).square() / 2
    L.sum().backward()
    assert S.grad is not None
    return {
        "S": S.squeeze(1), "A": S.relu().squeeze(1), "M": M, "o": o, "L": L, "delta": o - y, "dL/dV": V.grad,
        "dL/dM": M.grad, "dL/dS": S.grad.squeeze(1), "dL/dK": K.grad, "dL/dc": bias.grad,
    }  # fmt: skip
