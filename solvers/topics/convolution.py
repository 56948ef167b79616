"""Feature maps by hand: sizes, cross-correlation and convolution, stride, padding, channels, gradients (notes 8.1).

Every map here is a cross-correlation, the kernel not flipped, unless its name says otherwise (MODELS, C14).
The dilation rate is the notes': the number of zeros between two neighbouring weights (C8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from solvers.trace import Tracer, solver


def matrix(entry: Callable[[int, int], str], rows: int, columns: int) -> str:
    """A LaTeX matrix literal: `entry` writes the entry in row i and column j, from 1. A single entry is a number."""
    if rows == columns == 1:
        return entry(1, 1)
    written = r" \\ ".join(" & ".join(entry(i, j) for j in range(1, columns + 1)) for i in range(1, rows + 1))
    return rf"\begin{{bmatrix}} {written} \end{{bmatrix}}"


def gathered(name: str, rows: int, columns: int) -> str:
    """The matrix of the entries name_{1,1}, name_{1,2}, ... that stand as steps of their own."""
    return matrix(lambda i, j: f"{name}_{{{i},{j}}}", rows, columns)


def collect(trace: Tracer, name: str, rows: int, columns: int, note: str = "") -> None:
    """Puts entries that stand as steps of their own together to the matrix `name`."""
    trace.step(f"{name} = {gathered(name, rows, columns)}", note=note)


@solver(
    r"n \in \mathbb{N}", r"k \in \mathbb{N}", r"s \in \mathbb{N}", r"p \in \mathbb{N}",
    notes="8.1.6",
    mistakes={
        "plus-one-lost": "the + 1 was lost: the window also counts where it starts",
        "rounded-up": "the quotient was rounded up: a window that leaves the padded input does not count",
        "padding-once": "the padding was counted on one side only; it stands on both",
        "padding-forgotten": "the padding was left out",
        "stride-ignored": "the stride was left out: the places were counted as if the window moved by 1",
    },
)  # fmt: skip
def output_size(trace: Tracer) -> None:
    """Size of a feature map along one side: floor((n + 2p - k) / s) + 1 (notes 8.1.6, 8.1.9).

    Given: input size n, kernel size k, stride s, padding p on either side, all whole numbers of entries.
    """
    trace.step(r"m = n + 2 p", mistakes={"padding-once": "n + p", "padding-forgotten": "n"}, note="padded size")
    trace.step(
        r"\mathrm{out} = \lfloor \frac{m - k}{s} \rfloor + 1",
        mistakes={
            "plus-one-lost": r"\lfloor \frac{m - k}{s} \rfloor",
            "rounded-up": r"\lceil \frac{m - k}{s} \rceil + 1",
            "stride-ignored": "m - k + 1",
        },
        note="the window starts at 0, s, 2 s, ... as long as it stays inside",
    )
    trace.step(r"\mathrm{unseen} = m - k - s (\mathrm{out} - 1)", note="entries at the far edge that no window reaches")


@solver(
    r"n \in \mathbb{N}", r"k \in \mathbb{N}", r"r \in \mathbb{N}", r"s \in \mathbb{N}",
    notes="8.1.7, 8.1.9",
    mistakes={
        "dilation-ignored": "the dilation was left out: the kernel was taken as wide as it has weights",
        "rate-as-step": "the rate was taken as the step between weights; here it is the number of zeros between them",
        "zeros-after-each": "zeros were counted after the last weight too; they stand only between weights",
        "padding-both-sides": "the padding of both sides together was given; asked is the padding on one side",
        "plus-one-lost": "the + 1 was lost: the window also counts where it starts",
    },
)  # fmt: skip
def dilated(trace: Tracer) -> None:
    """Reach of a dilated kernel, the padding that keeps the size at stride 1, and the sizes with it and without it.

    Given: input size n, weights k, dilation rate r (zeros between neighbours), stride s of the unpadded pass.
    """
    trace.step(
        r"k_e = k + (k - 1) r",
        mistakes={"dilation-ignored": "k", "rate-as-step": "k + (k - 1) (r - 1)", "zeros-after-each": "k + k r"},
        note="k weights with r zeros in each of the k - 1 gaps",
    )
    trace.step(
        r"\mathrm{same} = \frac{k_e - 1}{2}", mistakes={"padding-both-sides": "k_e - 1"},
        note="from n + 2p - k_e + 1 = n; whole only for an odd reach",
    )  # fmt: skip
    trace.step(
        r"\mathrm{out} = \lfloor \frac{n - k_e}{s} \rfloor + 1",
        mistakes={"plus-one-lost": r"\lfloor \frac{n - k_e}{s} \rfloor"},
        note="no padding",
    )


_WINDOW = r"\sum_{a=1}^{k} \sum_{b=1}^{l} K_{a,b} X_{i+a-1, j+b-1}"


@solver(
    r"X \in \mathbb{R}^{N \times M}", r"K \in \mathbb{R}^{k \times l}",
    notes="8.1.1",
    mistakes={
        "flip-forgotten": "the kernel was not flipped: this is the cross-correlation",
        "flipped-for-correlation": "the kernel was flipped: a cross-correlation uses it as it stands",
        "one-axis-flipped": "only the order of the rows was turned round; a convolution flips both axes",
    },
)  # fmt: skip
def maps(trace: Tracer, N: int, M: int, k: int, l: int) -> None:
    """Cross-correlation C and convolution S of an image with a kernel, at the places where the kernel fits (8.1.1).

    Given: image X (N×M), kernel K (k×l). F is the flipped kernel; C and S are (N-k+1)×(M-l+1).
    """
    rows, columns = N - k + 1, M - l + 1
    turned = r"\sum_{a=1}^{k} \sum_{b=1}^{l} K_{k+1-a, l+1-b} X_{i+a-1, j+b-1}"
    for i, j in places(rows, columns):
        trace.step(f"C_{{i,j}} = {_WINDOW}", i=i, j=j, mistakes={"flipped-for-correlation": turned})
    collect(trace, "C", rows, columns, "cross-correlation: the kernel slides over the image as it stands")
    trace.step(
        r"F = \operatorname{flip}(K)",
        mistakes={
            "flip-forgotten": "K",
            "one-axis-flipped": matrix(lambda a, b: f"K_{{{k + 1 - a},{b}}}", k, l),
        },
        note="the kernel turned round along both axes",
    )
    for i, j in places(rows, columns):
        trace.step(r"S_{i,j} = \sum_{a=1}^{k} \sum_{b=1}^{l} F_{a,b} X_{i+a-1, j+b-1}", i=i, j=j)
    collect(trace, "S", rows, columns, "convolution: the same with the flipped kernel")


def places(rows: int, columns: int) -> list[tuple[int, int]]:
    """The places of a map, row by row, counted from 1."""
    return [(i, j) for i in range(1, rows + 1) for j in range(1, columns + 1)]


@solver(
    r"X \in \mathbb{R}^{N \times N}", r"K \in \mathbb{R}^{k \times k}", r"c \in \mathbb{R}",
    r"s \in \mathbb{N}", r"p \in \mathbb{N}",
    notes="8.1.6, 8.1.9",
    mistakes={
        "kernel-flipped": "the kernel was flipped: a cross-correlation uses it as it stands",
        "bias-dropped": "the bias was left out",
        "padding-replicated": "the frame was filled with copies of the edge; here it holds zeros",
        "relu-dropped": "the ReLU was left out: negative entries stayed",
    },
)  # fmt: skip
def strided(trace: Tracer, N: int, k: int, s: int, p: int) -> None:
    """One layer with zero padding p and stride s: padded image P, net input S, output A = ReLU(S) (8.1.6, 8.1.9).

    Given: image X (N×N), kernel K (k×k), bias c. S and A are m×m with m = floor((N + 2p - k)/s) + 1.
    """
    size = (N + 2 * p - k) // s + 1
    wide = N + 2 * p

    def framed(i: int, j: int) -> str:
        return f"X_{{{i - p},{j - p}}}" if p < i <= N + p and p < j <= N + p else "0"

    def nearest(i: int, j: int) -> str:
        return f"X_{{{min(max(i - p, 1), N)},{min(max(j - p, 1), N)}}}"

    trace.step(
        f"P = {matrix(framed, wide, wide)}", mistakes={"padding-replicated": matrix(nearest, wide, wide)},
        note="a frame of zeros",
    )  # fmt: skip
    window = r"\sum_{a=1}^{k} \sum_{b=1}^{k} K_{a,b} P_{(i-1) s + a, (j-1) s + b}"
    turned = r"\sum_{a=1}^{k} \sum_{b=1}^{k} K_{k+1-a, k+1-b} P_{(i-1) s + a, (j-1) s + b}"
    for i, j in places(size, size):
        trace.step(
            f"S_{{i,j}} = {window} + c", i=i, j=j,
            mistakes={"kernel-flipped": f"{turned} + c", "bias-dropped": window},
        )  # fmt: skip
    collect(trace, "S", size, size, "net input")
    trace.step(r"A = \operatorname{ReLU}(S)", mistakes={"relu-dropped": "S"})


@solver(
    r"x \in \mathbb{R}^{n}", r"w \in \mathbb{R}^{k}",
    notes="8.1.9",
    mistakes={
        "kernel-flipped": "the kernel was flipped: a cross-correlation uses it as it stands",
        "borders-swapped": "zeros and copies changed places: the one border was filled as the other",
        "one-sided": "all the padding was put in front; half of it belongs behind",
    },
)  # fmt: skip
def borders(trace: Tracer, n: int, k: int) -> None:
    """A signal under the three treatments of its border (8.1.9): u without padding, z with zeros, q with copies.

    Given: x (n entries), kernel w (k, odd). u has n-k+1 entries; z and q have n, with (k-1)/2 padded on either side.
    """
    half = (k - 1) // 2
    zeros = [f"x_{{{t}}}" if 1 <= t <= n else "0" for t in range(1 - half, n + half + 1)]
    copies = [f"x_{{{min(max(t, 1), n)}}}" for t in range(1 - half, n + half + 1)]
    plain = [f"x_{{{t}}}" for t in range(1, n + 1)]
    trace.step(f"u = {_slide('x', n - k + 1, k)}", mistakes={"kernel-flipped": _slide("x", n - k + 1, k, True)})
    trace.step(
        f"Z = {_column(zeros)}", note="zeros in front and behind",
        mistakes={"borders-swapped": _column(copies), "one-sided": _column(["0"] * (k - 1) + plain)},
    )  # fmt: skip
    trace.step(f"z = {_slide('Z', n, k)}", mistakes={"kernel-flipped": _slide("Z", n, k, True)})
    trace.step(
        f"Q = {_column(copies)}", note="the first and the last entry repeated",
        mistakes={"borders-swapped": _column(zeros), "one-sided": _column(["x_{1}"] * (k - 1) + plain)},
    )  # fmt: skip
    trace.step(f"q = {_slide('Q', n, k)}", mistakes={"kernel-flipped": _slide("Q", n, k, True)})


def _column(entries: list[str]) -> str:
    return matrix(lambda i, _: entries[i - 1], len(entries), 1)


def _slide(name: str, places: int, k: int, flipped: bool = False) -> str:
    """The cross-correlation of a padded signal with w, every product written out."""

    def entry(i: int, _: int) -> str:
        taps = [f"w_{{{k + 1 - a if flipped else a}}} {name}_{{{i + a - 1}}}" for a in range(1, k + 1)]
        return " + ".join(taps)

    return matrix(entry, places, 1)


@solver(
    r"X^{(q)} \in \mathbb{R}^{N \times N}, q = 1, \dots, C", r"K^{(q)} \in \mathbb{R}^{k \times k}, q = 1, \dots, C",
    r"c \in \mathbb{R}",
    notes="8.1.10",
    mistakes={
        "bias-per-channel": "the bias was added once for each channel; a map has one bias",
        "bias-dropped": "the bias was left out",
        "first-channel-only": "only the first channel was used; a map sums over all of them",
        "kernel-flipped": "the kernels were flipped: a cross-correlation uses them as they stand",
    },
)  # fmt: skip
def channels(trace: Tracer, N: int, k: int, C: int) -> None:
    """One feature map of an image of C channels: the sum of the channels' cross-correlations, plus one bias (8.1.10).

    Given: channels X^(q) (N×N), a kernel K^(q) (k×k) for each, bias c. S is (N-k+1)×(N-k+1).
    """
    size = N - k + 1
    each = [
        rf"\sum_{{a=1}}^{{k}} \sum_{{b=1}}^{{k}} K^{{({q})}}_{{a,b}} X^{{({q})}}_{{i+a-1, j+b-1}}"
        for q in range(1, C + 1)
    ]
    window = " + ".join(each)
    turned = window.replace("_{a,b}", "_{k+1-a, k+1-b}")
    for i, j in places(size, size):
        trace.step(
            f"S_{{i,j}} = {window} + c", i=i, j=j,
            mistakes={
                "bias-per-channel": f"{window} + C c", "bias-dropped": window, "first-channel-only": f"{each[0]} + c",
                "kernel-flipped": f"{turned} + c",
            },
        )  # fmt: skip
    collect(trace, "S", size, size, "products of all channels in one sum, one bias")


@solver(
    r"X \in \mathbb{R}^{N \times M}", r"K \in \mathbb{R}^{k \times l}", r"G \in \mathbb{R}^{h \times w}",
    notes="8.1.1, 8.1.3",
    mistakes={
        "kernel-gradient-flipped": "the upstream gradient was flipped: the kernel's gradient is a cross-correlation",
        "input-gradient-not-flipped": "the kernel was not flipped: going back to the input, it must be",
        "positions-averaged": "the mean over the places was taken; a shared weight gets the sum",
        "upstream-dropped": "the upstream gradient was left out: the windows were summed with weight 1",
    },
)  # fmt: skip
def gradients(trace: Tracer, N: int, M: int, k: int, l: int) -> None:
    """Gradients of a cross-correlation S by its kernel, its bias and its input, from the gradient G by S.

    Given: image X (N×M), kernel K (k×l), upstream G of the map's size h×w = (N-k+1)×(M-l+1).
    """
    by_weight = r"\sum_{i=1}^{h} \sum_{j=1}^{w} G_{i,j} X_{i+a-1, j+b-1}"
    for a, b in places(k, l):
        trace.step(
            rf"D_{{a,b}} = {by_weight}", a=a, b=b,
            mistakes={
                "kernel-gradient-flipped": r"\sum_{i=1}^{h} \sum_{j=1}^{w} G_{h+1-i, w+1-j} X_{i+a-1, j+b-1}",
                "positions-averaged": rf"\frac{{1}}{{h w}} {by_weight}",
                "upstream-dropped": r"\sum_{i=1}^{h} \sum_{j=1}^{w} X_{i+a-1, j+b-1}",
            },
        )  # fmt: skip
    trace.step(
        rf"\frac{{\partial L}}{{\partial K}} = {gathered('D', k, l)}",
        note="a shared weight collects from every place it was used at",
    )
    trace.step(
        r"\frac{\partial L}{\partial c} = \sum_{i=1}^{h} \sum_{j=1}^{w} G_{i,j}",
        mistakes={"positions-averaged": r"\frac{1}{h w} \sum_{i=1}^{h} \sum_{j=1}^{w} G_{i,j}"},
    )
    _input_gradient(trace, (N, M), (k, l))


def _input_gradient(trace: Tracer, image: tuple[int, int], kernel: tuple[int, int]) -> None:
    """Each input collects from the windows it stood in; the sums list just the places that exist."""
    (N, M), (k, l) = image, kernel
    for i, j in places(N, M):
        seen = [
            (i - a + 1, j - b + 1, a, b)
            for a, b in places(k, l)
            if 1 <= i - a + 1 <= N - k + 1 and 1 <= j - b + 1 <= M - l + 1
        ]
        right = " + ".join(f"G_{{{y},{x}}} K_{{{a},{b}}}" for y, x, a, b in seen)
        wrong = " + ".join(f"G_{{{y},{x}}} K_{{{k + 1 - a},{l + 1 - b}}}" for y, x, a, b in seen)
        trace.step(f"B_{{i,j}} = {right}", i=i, j=j, mistakes={"input-gradient-not-flipped": wrong})
    trace.step(
        rf"\frac{{\partial L}}{{\partial X}} = {gathered('B', N, M)}",
        note="the full convolution of G with K: in a window at (y, x), input (i, j) met the weight (i-y+1, j-x+1)",
    )


# ---- second routes: places counted, windows of the torch model, gradients as folds


@output_size.second_route("counting the places where the window fits")
def _by_counting(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    n, k, s, p = (given[name] for name in ("n", "k", "s", "p"))
    padded = n + p + p
    out, last = _counted(padded, k, s)
    return {"m": padded, "out": out, "unseen": padded - last - k}


@dilated.second_route("the kernel's taps laid out one by one")
def _by_taps(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    n, k, r, s = (given[name] for name in ("n", "k", "r", "s"))
    index = n.new_tensor(range(int(k.max())))
    taps = (index * (r + 1).unsqueeze(-1)).where(index < k.unsqueeze(-1), index.new_zeros(()))  # (N, K)
    reach = taps.amax(dim=-1) + 1
    centre = (taps.amax(dim=-1) + taps.amin(dim=-1)) / 2
    return {"k_e": reach, "same": centre, "out": _counted(n, reach, s)[0]}


def _counted(n: Any, k: Any, s: Any) -> tuple[Any, Any]:
    """How many windows of k entries fit into n, s apart, and where the last one starts: (N,) each."""
    starts = n.new_tensor(range(int(n.max()) + 1)) * s.unsqueeze(-1)  # (N, starts)
    fits = starts + k.unsqueeze(-1) <= n.unsqueeze(-1)
    return fits.sum(dim=-1).to(n.dtype), (starts * fits).amax(dim=-1)


@maps.second_route("torch: conv2d, with the kernel as it is and flipped")
def _maps_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution as model  # torch: 110 times the start of Python

    X, K = given["X"].unsqueeze(1), given["K"].unsqueeze(1).unsqueeze(1)  # (N, 1, H, W), (N, 1, 1, k, l)
    return {
        "C": model.cross_correlation(X, K).squeeze(1),
        "F": model.flip(given["K"]),
        "S": model.convolution(X, K).squeeze(1),
    }


@strided.second_route("torch: conv2d with stride and padding")
def _strided_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution as model  # torch: 110 times the start of Python

    s, p = (int(given[name][0]) for name in ("s", "p"))  # one stride and one padding for the whole batch
    geometry = model.Geometry(stride=(s, s), padding=(p, p))
    X, K = given["X"].unsqueeze(1), given["K"].unsqueeze(1).unsqueeze(1)  # (N, 1, H, W), (N, 1, 1, k, k)
    S = model.cross_correlation(X, K, given["c"].unsqueeze(-1), geometry).squeeze(1)
    return {"P": model.pad(X, geometry).squeeze(1), "S": S, "A": S.relu()}


@borders.second_route("torch: conv2d along a line, padded by the model")
def _borders_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution as model  # torch: 110 times the start of Python

    x, w = given["x"].unsqueeze(1), given["w"].unsqueeze(1).unsqueeze(1)  # (N, 1, n), (N, 1, 1, k)
    half = (w.shape[-1] - 1) // 2
    zero = model.Geometry(padding=(0, half))
    copied = model.Geometry(padding=(0, half), border="replicate")
    return {
        "u": model.cross_correlation_1d(x, w).squeeze(1),
        "z": model.cross_correlation_1d(x, w, geometry=zero).squeeze(1),
        "q": model.cross_correlation_1d(x, w, geometry=copied).squeeze(1),
    }


@channels.second_route("torch: conv2d over the channels")
def _channels_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution as model  # torch: 110 times the start of Python

    S = model.cross_correlation(given["X"], given["K"].unsqueeze(1), given["c"].unsqueeze(-1))  # (N, 1, C, k, k)
    return {"S": S.squeeze(1)}


@gradients.second_route("torch: windows weighed, and folded back")
def _gradients_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution as model  # torch: 110 times the start of Python

    X, K, G = given["X"].unsqueeze(1), given["K"].unsqueeze(1).unsqueeze(1), given["G"].unsqueeze(1)
    tall, broad = K.shape[-2:]
    return {
        "dL/dK": model.kernel_gradient(X, G, (tall, broad)).squeeze(1).squeeze(1),
        "dL/dc": model.bias_gradient(G).squeeze(1),
        "dL/dX": model.input_gradient(K, G, (X.shape[-2], X.shape[-1])).squeeze(1),
    }
