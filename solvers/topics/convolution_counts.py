"""Counting in convolutional networks: receptive fields, parameters, operations, a whole network (notes 8.1).

An operation is one multiplication or one addition; a multiply-add is one of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solvers.trace import Tracer, solver


@solver(
    r"k \in \mathbb{N}^{L}", r"s \in \mathbb{N}^{L}", r"n \in \mathbb{N}",
    notes="8.1.2, 8.1.6",
    mistakes={
        "kernel-added-whole": "k was added where k - 1 belongs: neighbouring windows share all but one jump",
        "jump-ignored": "k - 1 was added without the jump: behind a stride, neighbours lie several inputs apart",
        "own-stride": "the layer's own stride was counted in; it spreads the layers after it",
        "strides-added": "the strides were added; the jump is their product",
        "plus-one-lost": "the + 1 of the size was lost: the window also counts where it starts",
    },
)  # fmt: skip
def receptive_field(trace: Tracer, L: int) -> None:
    """Receptive field r, jump j and size m of each layer of a stack without padding (8.1.2), along one side.

    Given: kernel sizes k and strides s (L entries each, first layer first), input size n. r counts from the first input
    seen to the last; a stride above its kernel's size leaves unseen ones between.
    """
    trace.let(r"r^{(0)}", 1, note="an input sees itself")
    trace.let(r"j^{(0)}", 1, note="neighbouring inputs are one apart")
    trace.step(r"m^{(0)} = n")
    for t in range(1, L + 1):
        trace.step(
            r"r^{(t)} = r^{(t-1)} + (k_t - 1) j^{(t-1)}", t=t,
            mistakes={
                "kernel-added-whole": r"r^{(t-1)} + k_t j^{(t-1)}", "jump-ignored": r"r^{(t-1)} + (k_t - 1)",
                "own-stride": r"r^{(t-1)} + (k_t - 1) j^{(t-1)} s_t",
            },
            note="k units of the layer below, the jump of that layer apart",
        )  # fmt: skip
        trace.step(
            r"j^{(t)} = j^{(t-1)} s_t", t=t, mistakes={"strides-added": r"j^{(t-1)} + s_t"},
            note="how many inputs two neighbouring units lie apart",
        )  # fmt: skip
        trace.step(
            r"m^{(t)} = \lfloor \frac{m^{(t-1)} - k_t}{s_t} \rfloor + 1", t=t,
            mistakes={"plus-one-lost": r"\lfloor \frac{m^{(t-1)} - k_t}{s_t} \rfloor"}, note="size of the map",
        )  # fmt: skip


@solver(
    r"C_{in} \in \mathbb{N}", r"C_{out} \in \mathbb{N}", r"k \in \mathbb{N}", r"H \in \mathbb{N}", r"W \in \mathbb{N}",
    notes="8.1.3, 8.1.10",
    mistakes={
        "channels-lost": "the input channels were left out: each map has a kernel for every input channel",
        "biases-lost": "the biases were left out",
        "bias-per-kernel": "a bias was counted for each pair of channels; a map has one",
        "places-forgotten": "the size of the map was left out: every weight works once at each place",
    },
)  # fmt: skip
def parameters(trace: Tracer) -> None:
    """Weights, biases, multiply-adds of a convolutional layer, and the weights of its unshared twin (8.1.10, 8.1.11).

    Given: input channels C_in, maps C_out, kernel k×k, maps of H×W entries.
    """
    trace.step(
        r"\mathrm{weights} = C_{out} C_{in} k^2", mistakes={"channels-lost": r"C_{out} k^2"},
        note="one k×k kernel for each pair of an input channel and a map",
    )  # fmt: skip
    trace.step(
        r"\mathrm{parameters} = \mathrm{weights} + C_{out}",
        mistakes={"biases-lost": r"\mathrm{weights}", "bias-per-kernel": r"\mathrm{weights} + C_{out} C_{in}"},
        note="and one bias a map",
    )
    trace.step(
        r"\mathrm{madds} = H W \mathrm{weights}", mistakes={"places-forgotten": r"\mathrm{weights}"},
        note="every weight works once at each place of the map",
    )  # fmt: skip
    trace.step(
        r"\mathrm{unshared} = H W \mathrm{weights}", mistakes={"places-forgotten": r"\mathrm{weights}"},
        note="without sharing, each place has weights of its own",
    )  # fmt: skip


@solver(
    r"H \in \mathbb{N}", r"W \in \mathbb{N}", r"k \in \mathbb{N}", r"l \in \mathbb{N}",
    notes="8.1.3",
    mistakes={
        "input-for-output": "the size of the input was taken for the size of the output",
        "additions-lost": "only the multiplications were counted: a sum of q products has q - 1 additions",
        "additions-as-many": "as many additions as multiplications were counted; a sum of q products has q - 1",
        "zeros-stored": "the full matrix was counted: a sparse matrix stores its nonzero entries only",
    },
)  # fmt: skip
def cost_table(trace: Tracer) -> None:
    """The notes' table of 8.1.3 for other numbers: floats stored and operations, shared kernel against matrices.

    Given: image H×W, kernel k×l, no padding, stride 1, no bias. Operations: multiplications plus additions.
    """
    trace.step(
        r"\mathrm{places} = (H - k + 1) (W - l + 1)", mistakes={"input-for-output": "H W"}, note="entries of the output"
    )
    trace.step(r"\mathrm{shared} = k l", note="the kernel, and nothing else")
    trace.step(
        r"\mathrm{sparse} = k l \mathrm{places}", mistakes={"zeros-stored": r"H W \mathrm{places}"},
        note="k l nonzero entries in the row of each output",
    )  # fmt: skip
    trace.step(r"\mathrm{dense} = H W \mathrm{places}", note="a row of H W entries for each output")
    trace.step(
        r"\mathrm{operations} = \mathrm{places} (2 k l - 1)",
        mistakes={"additions-lost": r"\mathrm{places} k l", "additions-as-many": r"2 \mathrm{places} k l"},
        note="k l multiplications and k l - 1 additions for each output",
    )
    trace.step(r"\mathrm{ratio} = \frac{\mathrm{dense}}{\mathrm{sparse}}", note="dense against sparse storage")


@solver(
    r"N \in \mathbb{N}", r"C \in \mathbb{N}^{3}", r"k \in \mathbb{N}^{2}", r"F \in \mathbb{N}^{3}",
    notes="8.1.8, 8.1.10",
    mistakes={
        "channels-lost": "the input channels of the second convolution were left out",
        "biases-lost": "the biases were left out",
        "pooling-forgotten": "the last pooling was left out before the map was flattened",
        "maps-forgotten": "only one map was flattened; all of them are",
        "plus-one-lost": "the + 1 of the size was lost: the window also counts where it starts",
    },
)  # fmt: skip
def listing(trace: Tracer) -> None:
    """Sizes and parameters of conv, pool, conv, pool, flatten and three dense layers, LeNet's pattern (8.1.8, 8.1.10).

    Given: input N×N, channels C = (input, first maps, second maps), kernels k (two, square), dense widths F (three).
    No padding, stride 1; each pooling takes 2×2 blocks with stride 2 and drops what is left over. A bias everywhere.
    """
    for t in (1, 2):
        before = "N" if t == 1 else "p^{(1)}"
        trace.step(
            rf"n^{{(t)}} = {before} - k_t + 1", t=t, mistakes={"plus-one-lost": f"{before} - k_t"},
            note="side of the maps of this convolution",
        )  # fmt: skip
        trace.step(
            r"p^{(t)} = \lfloor \frac{n^{(t)}}{2} \rfloor", t=t, note="side after pooling",
            mistakes={"pooling-forgotten": r"n^{(t)}"} if t == 2 else {},
        )  # fmt: skip
    trace.step(
        r"f = C_3 (p^{(2)})^2", mistakes={"maps-forgotten": r"(p^{(2)})^2"}, note="length of the flattened vector"
    )
    wrong = {"channels-lost": "C_3 k_2^2 + C_3", "biases-lost": "C_3 C_2 k_2^2"}
    trace.step(
        r"\theta^{(1)} = C_2 C_1 k_1^2 + C_2", mistakes={"biases-lost": "C_2 C_1 k_1^2"}, note="first convolution"
    )
    trace.step(r"\theta^{(2)} = C_3 C_2 k_2^2 + C_3", mistakes=wrong, note="second convolution; pooling has none")
    for t, before in ((1, "f"), (2, "F_1"), (3, "F_2")):
        trace.step(
            rf"\theta^{{({t + 2})}} = {before} F_{t} + F_{t}", mistakes={"biases-lost": f"{before} F_{t}"},
            note="dense layer",
        )  # fmt: skip
    trace.step(r"\mathrm{total} = \sum_{t=1}^{5} \theta^{(t)}")


# ---- second routes: inputs traced from the top, tables recounted by the torch models' counters


@receptive_field.second_route("the inputs of the first two units, traced down from the top")
def _from_the_top(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    k, s, n = given["k"], given["s"], given["n"]
    found: dict[str, Any] = {}
    for top in range(1, k.shape[-1] + 1):
        low, high, other = 0 * n, 0 * n, 0 * n + 1
        for below in range(top - 1, -1, -1):
            low, other = low * s[:, below], other * s[:, below]
            high = high * s[:, below] + k[:, below] - 1
        found[f"r^({top})"], found[f"j^({top})"] = high - low + 1, other - low
        # the last unit of the layer ends at or before the last input
        found[f"m^({top})"] = ((n - found[f"r^({top})"]) / found[f"j^({top})"]).floor() + 1
    return found


@parameters.second_route("the model's counters, one layer at a time")
def _by_counters(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import pooling  # torch: 110 times the start of Python

    names = ("C_in", "C_out", "k", "H", "W")
    rows = [[int(v) for v in row] for row in zip(*(given[name].tolist() for name in names), strict=True)]
    new = given["k"].new_tensor
    weights = [pooling.parameters(i, o, (k, k), bias=False) for i, o, k, _, _ in rows]
    madds = new([pooling.multiply_adds(i, o, (k, k), (h, w)) for i, o, k, h, w in rows])
    both = new([pooling.parameters(i, o, (k, k)) for i, o, k, _, _ in rows])
    unshared = new([weight * h * w for weight, (_, _, _, h, w) in zip(weights, rows, strict=True)])
    return {"weights": new(weights), "parameters": both, "madds": madds, "unshared": unshared}


@cost_table.second_route("the model's costs of a shared kernel, a sparse and a full matrix")
def _by_costs(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution, pooling  # torch: 110 times the start of Python

    rows = [[int(v) for v in row] for row in zip(*(given[name].tolist() for name in ("H", "W", "k", "l")), strict=True)]
    table = []
    for height, width, k, l in rows:
        high, wide = convolution.PLAIN.output((height, width), (k, l))
        shared = pooling.convolution_cost(high * wide, k * l)
        sparse, dense = pooling.sparse_cost(high * wide, k * l), pooling.dense_cost(height * width, high * wide)
        ratio = dense.stored / sparse.stored
        table.append([high * wide, shared.stored, sparse.stored, dense.stored, shared.operations, ratio])
    names = ("places", "shared", "sparse", "dense", "operations", "ratio")
    return dict(zip(names, given["H"].new_tensor(table).unbind(-1), strict=True))


@listing.second_route("the model's sizes and counters, layer by layer")
def _by_layers(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    rows = [
        _network([int(n)], *([int(v) for v in row] for row in lists))
        for n, *lists in zip(*(given[name].tolist() for name in ("N", "C", "k", "F")), strict=True)
    ]
    return {name: given["N"].new_tensor([row[name] for row in rows]) for name in rows[0]}


def _network(n: list[int], C: list[int], k: list[int], F: list[int]) -> dict[str, int]:
    from solvers.models import convolution, pooling  # torch: 110 times the start of Python

    found: dict[str, int] = {}
    side = n[0]
    for t in (1, 2):
        found[f"n^({t})"] = side = convolution.output_size(side, k[t - 1])
        found[f"p^({t})"] = side = convolution.output_size(side, 2, stride=2)
        found[f"theta^({t})"] = pooling.parameters(C[t - 1], C[t], (k[t - 1], k[t - 1]))
    found["f"] = side * side * C[2]
    for t, (inputs, outputs) in enumerate(zip([found["f"], *F], F, strict=False), start=3):
        # a dense layer is a 1×1 kernel over as many channels
        found[f"theta^({t})"] = pooling.parameters(inputs, outputs, (1, 1))
    return {**found, "total": sum(found[f"theta^({t})"] for t in range(1, 6))}
