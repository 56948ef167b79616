"""Sinusoidal positions (notes 14.3): PE_(k,2i) = sin(k / n^(2i/d)), PE_(k,2i+1) = cos(k / n^(2i/d)).

Positions, columns and pairs count from 0, sine and cosine alternate, angles are in radians, and d is even.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from solvers.trace import Tracer, solver

_SIZES = (r"d \in \mathbb{N}", r"n > 0")
_FREQUENCY = {
    "i-for-2i": "the exponent was i/d: it is 2i/d",
    "base-10000": "n = 10000 was used, as in the original paper: this problem says another n",
}
_ANGLE = {
    **_FREQUENCY,
    "column-as-i": "the column j was put for i: columns 2i and 2i + 1 share i, the number of their pair",
    "odd-exponent": "the exponent of an odd column was (2i + 1)/d: the cosine has the frequency of the sine beside it",
    "position-from-1": "positions were counted from 1: the first token has k = 0",
    "degrees": "the calculator was set to degrees: the angles are in radians",
}
_SINE, _COSINE, _OMEGA, _LAMBDA = r"\sin(\theta)", r"\cos(\theta)", r"\omega", r"\lambda"
_SWAPPED = "sine and cosine changed places: even columns hold the sine, odd columns the cosine"
_HALVES = "all sines came first, then all cosines: here they alternate, pair by pair"


@solver(
    r"k \in \mathbb{N}", r"j \in \mathbb{N}", *_SIZES, notes="14.3", mistakes={**_ANGLE, "sin-cos-swapped": _SWAPPED}
)
def entry(trace: Tracer) -> None:
    """One entry PE_(k,j): its pair i, its angle, its value. k, j and d are whole numbers, j < d, n > 0 (notes 14.3)."""
    trace.step(r"i = \lfloor \frac{j}{2} \rfloor", note="the pair to which column j belongs")
    trace.step(
        r"\theta = \frac{k}{n^{2 i / d}}",
        mistakes={
            "i-for-2i": r"\frac{k}{n^{i / d}}", "base-10000": r"\frac{k}{10000^{2 i / d}}",
            "column-as-i": r"\frac{k}{n^{2 j / d}}", "odd-exponent": r"\frac{k}{n^{j / d}}",
            "position-from-1": r"\frac{k + 1}{n^{2 i / d}}", "degrees": r"\frac{\pi}{180} \frac{k}{n^{2 i / d}}",
        },
        note="the angle, in radians",
    )  # fmt: skip
    right, swapped = _by_parity(_SINE, _COSINE), _by_parity(_COSINE, _SINE)
    note = "even columns hold the sine, odd columns the cosine"
    trace.step(rf"\mathrm{{PE}} = {right}", mistakes={"sin-cos-swapped": swapped}, note=note)


def _by_parity(even: str, odd: str) -> str:
    is_even = r"j = 2 \lfloor \frac{j}{2} \rfloor"
    return rf"\begin{{cases}} {even} & \text{{if }} {is_even} \\ {odd} & \text{{otherwise}} \end{{cases}}"


def _frequencies(trace: Tracer, d: int) -> None:
    for i in range(d // 2):
        trace.step(
            r"\omega^{(i)} = \frac{1}{n^{2 i / d}}", i=i,
            mistakes={"i-for-2i": r"\frac{1}{n^{i / d}}", "base-10000": r"\frac{1}{10000^{2 i / d}}"},
            note=f"the frequency of columns {2 * i} and {2 * i + 1}",
        )  # fmt: skip
    trace.step(rf"\omega = {_column([f'{_OMEGA}^{{({i})}}' for i in range(d // 2)])}")


def _waves(trace: Tracer, d: int, k: int | None = None) -> None:
    """The sines and cosines of one position: of the given k, or of row k of the matrix."""
    at = "i" if k is None else "k, i"
    for i in range(d // 2):
        for name, wave, column, twice in (("s", r"\sin", "2 i", "4 i"), ("c", r"\cos", "(2 i + 1)", "(4 i + 2)")):
            wrong = {
                "column-as-i": rf"{wave}(\frac{{k}}{{n^{{{twice} / d}}}})",
                "odd-exponent": rf"{wave}(\frac{{k}}{{n^{{{column} / d}}}})",
                "position-from-1": rf"{wave}((k + 1) \omega^{{(i)}})",
                "degrees": rf"{wave}(\frac{{\pi}}{{180}} k \omega^{{(i)}})",
            }
            indices = {"i": i} if k is None else {"i": i, "k": k}
            trace.step(rf"{name}^{{({at})}} = {wave}(k \omega^{{(i)}})", mistakes=wrong, note="", **indices)


def _orders(d: int, at: str = "") -> tuple[list[str], list[str], list[str]]:
    """The entries of a row: as it should be, with sine and cosine swapped, with all sines first."""
    sines, cosines = ([f"{name}^{{({at}{i})}}" for i in range(d // 2)] for name in "sc")
    pairs = list(zip(sines, cosines, strict=True))
    return [e for s, c in pairs for e in (s, c)], [e for s, c in pairs for e in (c, s)], sines + cosines


def _matrix(rows: Sequence[Sequence[str]]) -> str:
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}"


def _column(entries: Sequence[str]) -> str:
    return _matrix([[entry] for entry in entries])


@solver(
    r"k \in \mathbb{N}", *_SIZES, r"x \in \mathbb{R}^{d}",
    notes="14.3",
    mistakes={
        **_ANGLE, "sin-cos-swapped": _SWAPPED, "sines-first": _HALVES,
        "multiplied": "the position was multiplied into the embedding: it is added",
    },
)  # fmt: skip
def row(trace: Tracer, d: int) -> None:
    """The row PE_k, and the embedding x of the token with its position added: z = x + PE_k (notes 14.3).

    k and d are whole numbers, d even, n > 0; x, PE and z have d entries.
    """
    _frequencies(trace, d)
    _waves(trace, d)
    right, swapped, halves = map(_column, _orders(d))
    wrong = {"sin-cos-swapped": swapped, "sines-first": halves}
    trace.step(rf"\mathrm{{PE}} = {right}", mistakes=wrong, note="pair by pair, the sine first")
    trace.step(r"z = x + \mathrm{PE}", mistakes={"multiplied": r"x \odot \mathrm{PE}"}, note="enters the first layer")
    trace.step(r"N = \mathrm{PE} \cdot \mathrm{PE}", note="sin² + cos² = 1 in each of the d/2 pairs")


@solver(
    r"L \in \mathbb{N}", *_SIZES,
    notes="14.3", mistakes={**_ANGLE, "sin-cos-swapped": _SWAPPED, "sines-first": _HALVES},
)  # fmt: skip
def table(trace: Tracer, L: int, d: int) -> None:
    """The matrix of the positions 0 .. L-1, one row a position: L×d (notes 14.3). L and d are whole numbers, d even."""
    _frequencies(trace, d)
    for k in range(L):
        _waves(trace, d, k)
    orders = zip(*[_orders(d, f"{k}, ") for k in range(L)], strict=True)
    right, swapped, halves = (_matrix(rows) for rows in orders)
    trace.step(rf"\mathrm{{PE}} = {right}", mistakes={"sin-cos-swapped": swapped, "sines-first": halves})


@solver(
    r"k \in \mathbb{N}", r"m \in \mathbb{N}", *_SIZES,
    notes="14.3",
    mistakes={
        **_FREQUENCY,
        "positions-added": "the positions were added: cos a cos b + sin a sin b is the cosine of a - b",
        "sines-summed": "the sines of the differences were added up: it is their cosines",
        "first-pair-only": "every pair was given the frequency 1: each has its own",
        "halved-length": "the squared length of a row is d/2, not d: each pair gives sin² + cos² = 1",
    },
)  # fmt: skip
def dot(trace: Tracer, d: int) -> None:
    """The dot product of PE_k and PE_m, which depends on k - m only, and their squared distance (notes 14.3).

    k, m and d are whole numbers, d even, n > 0.
    """
    _frequencies(trace, d)
    trace.step(r"\phi = k - m", mistakes={"positions-added": "k + m"}, note="only the offset will matter")
    for i in range(d // 2):
        trace.step(
            r"a^{(i)} = \cos(\phi \omega^{(i)})", i=i,
            mistakes={"sines-summed": r"\sin(\phi \omega^{(i)})", "first-pair-only": r"\cos(\phi)"},
            note="sin sin + cos cos of the pair",
        )  # fmt: skip
    trace.step(r"S = \sum_{i=0}^{d/2-1} a^{(i)}", note="the dot product of the two rows")
    trace.step(r"\Delta = d - 2 S", mistakes={"halved-length": "2 d - 2 S"}, note="squared distance of the two")
    trace.step(r"C = \frac{2 S}{d}", mistakes={"halved-length": r"\frac{S}{d}"}, note="cosine of their angle")


@solver(
    r"k \in \mathbb{N}", r"\phi \in \mathbb{Z}", *_SIZES,
    notes="14.3",
    mistakes={
        **_FREQUENCY,
        "turned-back": "the sign of the sines was turned: that matrix leads from k + phi back to k",
        "first-pair-only": "every pair was turned by phi: each has its own frequency",
        "target-angle": "the position was turned by k + phi: the shift alone is phi",
    },
)  # fmt: skip
def rotation(trace: Tracer, d: int) -> None:
    """The matrix M_phi with PE_(k+phi) = M_phi PE_k for every k: one 2×2 turn a pair; applied to PE_k (notes 14.3).

    k, phi and d are whole numbers, d even, n > 0; M is d×d, p and q have d entries.
    """
    _frequencies(trace, d)
    for i in range(d // 2):
        trace.step(
            r"\alpha^{(i)} = \phi \omega^{(i)}", i=i,
            mistakes={"first-pair-only": r"\phi", "target-angle": r"(k + \phi) \omega^{(i)}"},
        )  # fmt: skip
        turn, back = (
            rf"\begin{{bmatrix}} \cos(\alpha^{{(i)}}) & {up}\sin(\alpha^{{(i)}}) \\"
            rf" {down}\sin(\alpha^{{(i)}}) & \cos(\alpha^{{(i)}}) \end{{bmatrix}}"
            for up, down in (("", "-"), ("-", ""))
        )
        note = "addition theorems: sin(a + b) = cos b sin a + sin b cos a; cos(a + b) = cos b cos a - sin b sin a"
        trace.step(rf"T^{{(i)}} = {turn}", i=i, mistakes={"turned-back": back}, note=note)
    trace.step(rf"M = {_blocks(d)}", note="the pairs do not mix")
    for i in range(d // 2):
        trace.step(r"s^{(i)} = \sin(k \omega^{(i)})", i=i)
        trace.step(r"c^{(i)} = \cos(k \omega^{(i)})", i=i)
    trace.step(rf"p = {_column(_orders(d)[0])}", note="the row of position k, written as a column")
    trace.step(r"q = M p", note="the row of position k + phi")


def _blocks(d: int) -> str:
    def cell(r: int, c: int) -> str:
        return f"T^{{({r // 2})}}_{{{r % 2 + 1},{c % 2 + 1}}}" if r // 2 == c // 2 else "0"

    return _matrix([[cell(r, c) for c in range(d)] for r in range(d)])


@solver(
    r"L \in \mathbb{N}", *_SIZES,
    notes="14.3",
    mistakes={**_FREQUENCY, "turn-lost": "2 pi was left out: a wave repeats when its angle has grown by 2 pi"},
)  # fmt: skip
def wavelength(trace: Tracer, d: int) -> None:
    """The wavelengths of the d/2 pairs, in positions; how many of them go round within L positions (notes 14.3).

    L and d are whole numbers, d even, n > 0. `lambda` has d/2 entries; `j` is the first column with a longer wave.
    """
    for i in range(d // 2):
        trace.step(
            r"\lambda^{(i)} = 2 \pi n^{2 i / d}", i=i,
            mistakes={
                "i-for-2i": r"2 \pi n^{i / d}", "turn-lost": r"n^{2 i / d}",
                "base-10000": r"2 \pi 10000^{2 i / d}",
            },
            note="the angle k / n^(2i/d) has grown by 2 pi",
        )  # fmt: skip
    trace.step(rf"\lambda = {_column([rf'{_LAMBDA}^{{({i})}}' for i in range(d // 2)])}")
    trace.step(r"C = \sum_{i=0}^{d/2-1} \llbracket \lambda^{(i)} \le L \rrbracket", note="pairs that go round")
    trace.step(r"j = 2 C", note="columns are counted from 0, two a pair")


@solver(
    r"\theta > 0", r"i \in \mathbb{N}", *_SIZES,
    notes="14.3",
    mistakes={**_FREQUENCY, "divided": "the angle was divided by n^(2i/d): k is the angle times n^(2i/d)"},
)  # fmt: skip
def position(trace: Tracer) -> None:
    """The first position whose pair i is (sin theta, cos theta), 0 < theta < 2 pi (notes 14.3).

    i and d are whole numbers, i < d/2, n > 0; theta is chosen so that the position is whole.
    """
    trace.step(
        r"k = \theta n^{2 i / d}",
        mistakes={
            "i-for-2i": r"\theta n^{i / d}", "base-10000": r"\theta 10000^{2 i / d}",
            "divided": r"\frac{\theta}{n^{2 i / d}}",
        },
    )  # fmt: skip
    trace.step(r"j = 2 i", note="the column of the sine; the cosine stands beside it")


@solver(
    r"j \in \mathbb{N}", r"d \in \mathbb{N}",
    notes="14.3",
    mistakes={
        "column-as-i": "the column itself was taken for the pair: columns 2i and 2i + 1 share i",
        "second-half-lost": "the cosines begin after the d/2 sines: d/2 was not added",
        "not-halved": "the cosines were put after d columns: there are only d/2 sines before them",
    },
)  # fmt: skip
def layout(trace: Tracer) -> None:
    """Where column j of the notes' order (sine, cosine, sine, ...) stands when all sines come first (MODELS, C21).

    j and d are whole numbers, j < d, d even; columns count from 0.
    """
    trace.step(r"i = \lfloor \frac{j}{2} \rfloor", mistakes={"column-as-i": "j"}, note="the pair of the column")
    wrong = {"second-half-lost": "i", "not-halved": _by_parity("i", "d + i")}
    right = _by_parity("i", r"\frac{d}{2} + i")
    trace.step(f"h = {right}", mistakes=wrong, note="d/2 sines stand before the first cosine")


# ----- second routes -----


def _by_base(
    given: Mapping[str, Any], compute: Callable[[Mapping[str, Any], int, float], dict[str, Any]]
) -> dict[str, Any]:
    """`compute(given, d, n)` on the instances of each pair of sizes, put together again in order."""
    import torch  # 110 times the start of Python

    pairs = torch.stack([given["d"], given["n"]], -1)
    found: dict[str, Any] = {}
    for pair in pairs.unique(dim=0):
        here = (pairs == pair).all(-1)
        part = compute({name: value[here] for name, value in given.items()}, int(pair[0]), float(pair[1]))
        for name, value in part.items():
            empty = torch.zeros(len(here), *value.shape[1:], dtype=torch.float64, device=pair.device)
            found.setdefault(name, empty)[here] = value.to(empty)
    return found


@entry.second_route("torch: the table of positions")
def _entry_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import positional_encoding as model

    def compute(here: Mapping[str, Any], d: int, n: float) -> dict[str, Any]:
        column = here["j"].long().unsqueeze(-1)
        frequency = model.frequencies(d, n).to(column.device).repeat_interleave(2)[column[:, 0]]  # one a column
        pair = torch.arange(d // 2, device=column.device).repeat_interleave(2)[column[:, 0]]
        value = model.encode(here["k"], d, n).gather(-1, column)[:, 0]
        return {"i": pair, "theta": here["k"] * frequency, "PE": value}

    return _by_base(given, compute)


@row.second_route("torch: the layer that adds positions")
def _row_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import positional_encoding as model  # torch: 110 times the start of Python

    def compute(here: Mapping[str, Any], d: int, n: float) -> dict[str, Any]:
        code = model.encode(here["k"], d, n)
        omega = model.frequencies(d, n).to(code).expand(len(code), -1)
        return {"PE": code, "z": here["x"] + code, "omega": omega, "N": code.square().sum(-1)}

    return _by_base(given, compute)


@table.second_route("torch: the table of positions")
def _table_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import positional_encoding as model  # torch: 110 times the start of Python

    return _by_base(given, lambda here, d, n: {"PE": model.table(sizes["L"], d, n).expand(len(here["d"]), -1, -1)})


@dot.second_route("torch: the two rows, multiplied and subtracted")
def _dot_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import positional_encoding as model

    def compute(here: Mapping[str, Any], d: int, n: float) -> dict[str, Any]:
        a, b = model.encode(here["k"], d, n), model.encode(here["m"], d, n)
        cosine = torch.cosine_similarity(a, b, dim=-1)
        omega = model.frequencies(d, n).to(a).expand(len(a), -1)
        return {"omega": omega, "S": (a * b).sum(-1), "Delta": (a - b).square().sum(-1), "C": cosine}

    return _by_base(given, compute)


@rotation.second_route("torch: least squares over many positions; the row of k + phi itself")
def _rotation_by_fit(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import positional_encoding as model

    def compute(here: Mapping[str, Any], d: int, n: float) -> dict[str, Any]:
        # far enough for the slowest pair to turn
        spread = torch.linspace(0, 4 * n, 64 * d, dtype=torch.float64, device=here["k"].device)
        before = model.encode(spread, d, n).expand(len(here["k"]), -1, -1)
        after = model.encode(spread + here["phi"].unsqueeze(-1), d, n)
        turn = torch.linalg.lstsq(before, after).solution.mT  # after = before Mᵀ
        blocks = {f"T^({i})": turn[:, 2 * i : 2 * i + 2, 2 * i : 2 * i + 2] for i in range(d // 2)}
        p, q = model.encode(here["k"], d, n), model.encode(here["k"] + here["phi"], d, n)
        omega = model.frequencies(d, n).to(p).expand(len(p), -1)
        return {"omega": omega, "M": turn, **blocks, "p": p, "q": q}

    return _by_base(given, compute)


@wavelength.second_route("torch: one turn over the frequencies of the table")
def _wavelength_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import positional_encoding as model

    def compute(here: Mapping[str, Any], d: int, n: float) -> dict[str, Any]:
        frequency = model.frequencies(d, n).to(here["L"]).expand(len(here["L"]), -1)
        rounds = (here["L"].unsqueeze(-1) * frequency >= 2 * torch.pi).sum(-1)
        return {"lambda": 2 * torch.pi / frequency, "C": rounds, "j": 2 * rounds}

    return _by_base(given, compute)


@position.second_route("torch: every position tried until the pair fits")
def _position_by_search(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import positional_encoding as model

    def compute(here: Mapping[str, Any], d: int, n: float) -> dict[str, Any]:
        table = model.table(min(int(2 * torch.pi * n) + 1, 100_000), d, n).to(here["theta"])  # (K, d)
        pair = torch.stack([2 * here["i"], 2 * here["i"] + 1], -1).long()  # (I, 2)
        wanted = torch.stack([here["theta"].sin(), here["theta"].cos()], -1)
        gaps = torch.stack([(table[:, p] - w).abs().amax(-1) for p, w in zip(pair, wanted, strict=True)])
        return {"k": (gaps < 1e-9).double().argmax(-1), "j": pair[:, 0]}

    return _by_base(given, compute)


@layout.second_route("torch: the model's two layouts, compared column by column")
def _layout_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    import torch  # 110 times the start of Python

    from solvers.models import positional_encoding as model

    def compute(here: Mapping[str, Any], d: int, n: float) -> dict[str, Any]:
        sample = torch.arange(1.0, 8.0, dtype=torch.float64)
        one, two = model.encode(sample, d, n), model.encode(sample, d, n, "halves")
        same = (one.unsqueeze(-1) == two.unsqueeze(-2)).all(0).to(here["j"].device)  # (d, d): column here, column there
        return {"h": same[here["j"].long()].double().argmax(-1)}

    return _by_base({**given, "n": torch.full_like(given["d"], 100.0)}, compute)
