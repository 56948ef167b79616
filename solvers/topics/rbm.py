"""The restricted Boltzmann machine with units in {0, 1}: energies, exact tables, conditionals, learning (notes 18.3).

E(v, h) = -bᵀv - cᵀh - vᵀWh with W of size visible × hidden. Tables are sums over all states, written out; states are
counted in binary, the first unit most significant. A unit becomes 1 where its uniform number is below its probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from solvers.trace import Tracer, solver

_MACHINE = (r"b \in \mathbb{R}^{n}", r"c \in \mathbb{R}^{m}", r"W \in \mathbb{R}^{n \times m}")
_V, _H = r"v \in \mathbb{R}^{n}", r"h \in \mathbb{R}^{m}"


_ENERGY_MISTAKES = {
    "sign-turned": "the signs of the energy were turned: all three terms carry a minus",
    "biases-dropped": "the bias terms were left out of the energy",
    "interaction-dropped": "the term of the connections, v W h, was left out of the energy",
    "exponent-turned": "exp(E) was taken; the unnormalised probability is exp(-E)",
}
_TABLE_MISTAKES = {
    "visible-only": "the partition function was summed over the visible states only, with all hidden units off",
    "zero-state-lost": "the state with all units off was left out of the partition function; it weighs exp(0) = 1",
    "hidden-not-summed": "the hidden units were set to 0; P(v) sums over all of their states",
}


@solver(*_MACHINE, _V, _H, notes="18.3", mistakes=_ENERGY_MISTAKES)
def energy(trace: Tracer) -> None:
    """Energy and unnormalised probability of a joint state (18.3).

    Given: b (n), c (m), W (n×m), visible units v (n) and hidden units h (m), each 0 or 1.
    """
    _energy(trace)


def _energy(trace: Tracer) -> None:
    trace.step(
        r"E = -b^\top v - c^\top h - v^\top W h",
        mistakes={
            "sign-turned": r"b^\top v + c^\top h + v^\top W h", "biases-dropped": r"-v^\top W h",
            "interaction-dropped": r"-b^\top v - c^\top h",
        },
        note="only the units that are 1 count: their biases, and the weights between two of them",
    )  # fmt: skip
    trace.step(r"\tilde{P} = \exp(-E)", mistakes={"exponent-turned": r"\exp(E)"}, note="not normalised yet")


def _weight(v: tuple[int, ...], h: tuple[int, ...]) -> str:
    """The exponent -E(v, h) of one state: the biases and weights of the units that are on."""
    on = [f"b_{i}" for i, bit in enumerate(v, 1) if bit] + [f"c_{j}" for j, bit in enumerate(h, 1) if bit]
    on += [f"W_{{{i},{j}}}" for (i, x), (j, y) in product(enumerate(v, 1), enumerate(h, 1)) if x and y]
    return " + ".join(on) or "0"


def _states(units: int) -> list[tuple[int, ...]]:
    return list(product((0, 1), repeat=units))


def _table(trace: Tracer, n: int, m: int) -> None:
    """T_(u,t) = exp(-E) of visible state u and hidden state t, and the partition function Z."""
    for (u, v), (t, h) in product(enumerate(_states(n), 1), enumerate(_states(m), 1)):
        trace.step(rf"T_{{u,t}} = \exp({_weight(v, h)})", u=u, t=t, note=f"v = {v}, h = {h}".replace(",)", ")"))
    everything = rf"\sum_{{u=1}}^{{{2**n}}} \sum_{{t=1}}^{{{2**m}}} T_{{u,t}}"
    trace.step(
        f"Z = {everything}",
        mistakes={
            "visible-only": rf"\sum_{{u=1}}^{{{2**n}}} T_{{u,1}}", "zero-state-lost": f"{everything} - T_{{1,1}}"
        },
        note="the partition function sums over all visible and all hidden states",
    )  # fmt: skip


def _marginal(trace: Tracer, m: int) -> None:
    trace.step(r"a = c + W^\top v", note="net inputs of the hidden units")
    for t, h in enumerate(_states(m), 1):
        on = " + ".join([r"b^\top v", *(f"a_{j}" for j, bit in enumerate(h, 1) if bit)])
        trace.step(rf"U^{{(t)}} = \exp({on})", t=t, note=f"the given v with h = {h}".replace(",)", ")"))
    trace.step(
        rf"\mathrm{{marginal}} = \frac{{1}}{{Z}} \sum_{{t=1}}^{{{2**m}}} U^{{(t)}}",
        mistakes={"hidden-not-summed": r"\frac{1}{Z} U^{(1)}"},
        note="P(v): the hidden units are summed out",
    )


@solver(*_MACHINE, _V, _H, notes="18.3", mistakes={**_ENERGY_MISTAKES, **_TABLE_MISTAKES})
def joint(trace: Tracer, n: int, m: int) -> None:
    """Partition function Z, joint P(v, h) and marginal P(v), by a sum over all 2^(n+m) states (18.3).

    Given: b (n), c (m), W (n×m), v (n) and h (m), each unit 0 or 1.
    """
    _energy(trace)
    _table(trace, n, m)
    trace.step(r"\mathrm{joint} = \frac{\tilde{P}}{Z}", note="P(v, h)")
    _marginal(trace, m)


_UP_MISTAKES = {
    "hidden-bias-dropped": "the bias c of the hidden units was left out",
    "visible-bias-dropped": "the bias b of the visible units was left out",
    "biases-swapped": "b and c changed places: b belongs to the visible units, c to the hidden ones",
    "transpose-slipped": "W stands where its transpose belongs, or the other way round: rows of W are visible units",
    "sign-turned": "the sign was turned: P(unit = 0) was given, the probability of a 1 is the logistic function of +",
    "bits-ignored": "the probabilities of ones were multiplied; a unit that is 0 counts with 1 - p",
    "zeros-skipped": "the units that are 0 were skipped; each counts with 1 - p",
}


def _down(m: int) -> str:
    """What the hidden units send down; a single one scales the only column of W."""
    return "W h" if m > 1 else "W_{:,1} h"


@solver(*_MACHINE, _V, _H, notes="18.3", exact=False, mistakes=_UP_MISTAKES)
def conditionals(trace: Tracer, n: int, m: int) -> None:
    """The factorial conditionals: P(h_j = 1 | v), P(h | v), P(v_i = 1 | h), P(v | h) (18.3).

    Given: b (n), c (m), W (n×m), v (n) and h (m), each unit 0 or 1.
    """
    for net, probability, name, bias, other, sent, turned, bit, size, dropped in (
        ("a", "p", "up", "c", "b", r"W^\top v", "W v", "h", "m", "hidden-bias-dropped"),
        ("s", "q", "down", "b", "c", _down(m), r"W^\top h", "v", "n", "visible-bias-dropped"),
    ):
        # with layers of one size only, the wrong sizes do not give these two away
        slips = {"biases-swapped": f"{other} + {sent}", "transpose-slipped": f"{bias} + {turned}"} if n == m else {}
        trace.step(f"{net} = {bias} + {sent}", mistakes={dropped: sent, **slips}, note="net inputs")
        trace.step(
            rf"{probability} = \sigma({net})", mistakes={"sign-turned": rf"\sigma(-{net})"}, note="of a 1, unit by unit"
        )
        one = f"{probability}_i"
        trace.step(
            rf"\mathrm{{{name}}} = \prod_{{i=1}}^{{{size}}} ({bit}_i {one} + (1 - {bit}_i) (1 - {one}))",
            mistakes={
                "bits-ignored": rf"\prod_{{i=1}}^{{{size}}} {one}",
                "zeros-skipped": rf"\prod_{{i=1}}^{{{size}}} ({bit}_i {one} + 1 - {bit}_i)",
            },
            note="the units are independent given the other layer",
        )


@solver(
    *_MACHINE, _V, r"w \in \mathbb{R}^{n}",
    notes="18.3", exact=False,
    mistakes={
        "logarithm-lost": "the net inputs were summed as they are; each counts with log(1 + exp(net input))",
        "hidden-bias-dropped": "the bias c of the hidden units was left out",
        "sign-turned": "the sign was turned: the free energy is minus the logarithm of the unnormalised probability",
        "ratio-inverted": "the ratio was turned over: the state of lower free energy is the more probable one",
    },
)  # fmt: skip
def free_energy(trace: Tracer, m: int) -> None:
    """Free energies of two visible states and the ratio of their probabilities, without the partition function (18.3).

    Given: b (n), c (m), W (n×m); states v and w (n), each unit 0 or 1. F(v) = -log of the sum over h of exp(-E).
    """
    for state, net, name in (("v", "a", "F"), ("w", "s", "G")):
        dropped = rf"W^\top {state}"
        trace.step(
            f"{net} = c + {dropped}", mistakes={"hidden-bias-dropped": dropped}, note="net inputs of the hidden units"
        )
        soft = rf"\sum_{{j=1}}^{{m}} \log(1 + \exp({net}_j))"
        trace.step(
            rf"{name} = -b^\top {state} - {soft}",
            mistakes={
                "logarithm-lost": rf"-b^\top {state} - \sum_{{j=1}}^{{m}} {net}_j",
                "sign-turned": rf"b^\top {state} + {soft}",
            },
            note="each hidden unit summed out by itself: 1 + exp(net input)",
        )  # fmt: skip
    trace.step(
        r"\mathrm{ratio} = \exp(G - F)", mistakes={"ratio-inverted": r"\exp(F - G)"}, note="P(v) / P(w): Z cancels"
    )


@solver(
    *_MACHINE, _V,
    notes="18.3", exact=False,
    mistakes={
        **_TABLE_MISTAKES,
        "hidden-bias-dropped": "the bias c of the hidden units was left out of P(h = 1 | v)",
        "phases-swapped": "the two terms changed places: the gradient is the data's term less the model's",
        "model-term-lost": "the model's term, the gradient of log Z, was left out",
        "not-normalised": "the model's expectation was not divided by Z",
    },
)  # fmt: skip
def likelihood(trace: Tracer, n: int, m: int) -> None:
    """log P(v) of one datum and its exact gradient by W, b and c: the data's term less the model's (18.3).

    Given: b (n), c (m), W (n×m), the datum v (n), each unit 0 or 1. Q is the model's expectation of v hᵀ (n×m).
    """
    _table(trace, n, m)
    _marginal(trace, m)
    trace.step(r"J = \log(\mathrm{marginal})", note="the log-likelihood of the datum")
    trace.step(r"p = \sigma(a)", mistakes={"hidden-bias-dropped": r"\sigma(W^\top v)"}, note="P(h_j = 1 | v)")
    _expectations(trace, n, m)
    trace.step(
        r"\frac{\partial J}{\partial W} = v p^\top - Q", mistakes=_swapped(r"v p^\top", "Q"),
        note="the data's term: the expectation of v h for the datum, with h from P(h | v)",
    )  # fmt: skip
    trace.step(r"\frac{\partial J}{\partial b} = v - x", mistakes=_swapped("v", "x"))
    trace.step(r"\frac{\partial J}{\partial c} = p - y", mistakes=_swapped("p", "y"))


def _swapped(data: str, model: str) -> dict[str, str]:
    return {"phases-swapped": f"{model} - {data}", "model-term-lost": data}


def _expectations(trace: Tracer, n: int, m: int) -> None:
    """The model's expectations: Q of v hᵀ, x of v, y of h, each a sum over the states where the units are on."""
    both = [[_on(n, m, i, j) for j in range(1, m + 1)] for i in range(1, n + 1)]
    rows = {
        "Q": r" \\ ".join(" & ".join(rf"\frac{{1}}{{Z}} ({e})" for e in row) for row in both),
        "x": r" \\ ".join(rf"\frac{{1}}{{Z}} ({_on(n, m, i, None)})" for i in range(1, n + 1)),
        "y": r" \\ ".join(rf"\frac{{1}}{{Z}} ({_on(n, m, None, j)})" for j in range(1, m + 1)),
    }
    notes = {"Q": "P(v_i = 1, h_j = 1) under the model", "x": "P(v_i = 1)", "y": "P(h_j = 1)"}
    for name, entries in rows.items():
        whole = _column(entries)
        trace.step(
            f"{name} = {whole}", mistakes={"not-normalised": whole.replace(r"\frac{1}{Z} ", "")}, note=notes[name]
        )


def _column(entries: str) -> str:
    """A matrix literal of the written entries; a single entry is a number."""
    return rf"\begin{{bmatrix}} {entries} \end{{bmatrix}}" if "&" in entries or r"\\" in entries else entries


def _on(n: int, m: int, i: int | None, j: int | None) -> str:
    """The sum of the table's entries where visible unit i and hidden unit j are on (None: whatever it is)."""
    return " + ".join(
        f"T_{{{u},{t}}}"
        for (u, v), (t, h) in product(enumerate(_states(n), 1), enumerate(_states(m), 1))
        if (i is None or v[i - 1]) and (j is None or h[j - 1])
    )


@solver(
    *_MACHINE, _V, r"\alpha \in \mathbb{R}^{m}", r"\beta \in \mathbb{R}^{n}", r"\eta > 0",
    notes="18.3, 18.5", exact=False,
    mistakes={
        "comparison-turned": "a unit was set to 1 where its uniform number lies above its probability, not below",
        "reconstruction-not-sampled": "the reconstruction's probabilities were used in place of the sampled units",
        "samples-for-probabilities": "the sampled hidden units were used in the data's term in place of P(h = 1 | v)",
        "phases-swapped": "the two terms changed places: the update is the data's term less the reconstruction's",
        "descent-for-ascent": "the step was subtracted; the log-likelihood is climbed",
    },
)  # fmt: skip
def contrastive_divergence(trace: Tracer, n: int, m: int) -> None:
    """One CD-1 update from given uniform numbers; both terms use the hidden probabilities (18.3, 18.5).

    Given: b (n), c (m), W (n×m), datum v (n, bits), uniforms α (m, hidden) and β (n, visible), learning rate η.
    Steps: p, sample h; q, sample the reconstruction r; z = P(h = 1 | r); D estimates the gradient by W.
    """
    trace.step(r"p = \sigma(c + W^\top v)", note="P(h_j = 1 | v)")
    _sample(trace, "h", r"\alpha", "p", m)
    trace.step(rf"q = \sigma(b + {_down(m)})", note="P(v_i = 1 | h)")
    _sample(trace, "r", r"\beta", "q", n, wrong={"reconstruction-not-sampled": "q"})
    trace.step(r"z = \sigma(c + W^\top r)", note="P(h_j = 1 | r)")
    swapped = "phases-swapped"
    trace.step(
        r"D = v p^\top - r z^\top",
        mistakes={swapped: r"r z^\top - v p^\top", "samples-for-probabilities": r"v h^\top - r z^\top"},
        note="data's term less the reconstruction's",
    )
    for name, gradient, wrong in (("W", "D", None), ("b", "(v - r)", "(r - v)"), ("c", "(p - z)", "(z - p)")):
        old = "W_{:,1}" if name == "W" and m == 1 else name  # a single column is a vector, as D is
        mistakes = {"descent-for-ascent": rf"{old} - \eta {gradient}"}
        if wrong is not None:
            mistakes[swapped] = rf"{old} + \eta {wrong}"
        trace.step(rf"{name}^{{(1)}} = {old} + \eta {gradient}", mistakes=mistakes, note="one step uphill")


def _sample(
    trace: Tracer, name: str, uniform: str, probability: str, size: int, wrong: Mapping[str, str] | None = None
) -> None:
    def column(low: str, high: str) -> str:
        tests = r" \\ ".join(rf"\llbracket {low}_{i} < {high}_{i} \rrbracket" for i in range(1, size + 1))
        return _column(tests)

    trace.step(
        f"{name} = {column(uniform, probability)}",
        mistakes={"comparison-turned": column(probability, uniform), **(wrong or {})},
        note="1 where the uniform number lies below the probability",
    )


# ---- second routes: the torch machine; free energies in closed form, tables by its joint distribution


def _machine(given: Mapping[str, Any]) -> Any:
    from solvers.models import rbm as model  # torch: 110 times the start of Python

    return model.Rbm(b=given["b"], c=given["c"], W=given["W"])


@energy.second_route("torch: the machine's energy")
def _energy_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rbm as model  # torch: 110 times the start of Python

    v, h = given["v"].unsqueeze(1), given["h"].unsqueeze(1)  # (N, n) -> (N, 1, n): one sample
    machine = _machine(given)
    return {"E": model.energy(machine, v, h)[:, 0], "Ptilde": model.unnormalised(machine, v, h)[:, 0]}


@joint.second_route("torch: free energies in closed form")
def _joint_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rbm as model  # torch: 110 times the start of Python

    machine, v = _machine(given), given["v"].unsqueeze(1)  # (N, 1, n)
    marginal = model.log_probability(machine, v)[:, 0].exp()
    hidden = model.hidden_given_visible(machine, v)[:, 0]
    return {
        **_energy_by_model(given, sizes),
        "Z": model.log_partition(machine).exp(),
        "joint": marginal * model.conditional(hidden, given["h"]),
        "marginal": marginal,
    }


@conditionals.second_route("torch: ratios of the joint table")
def _conditionals_by_table(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rbm as model  # torch: 110 times the start of Python

    machine, v, h = _machine(given), given["v"], given["h"]
    table = model.joint(machine)  # (N, 2^n, 2^m)
    visible, hidden = (model.states(units, table) for units in machine.sizes)
    at_v = (visible == v.unsqueeze(1)).all(dim=-1).to(table.dtype)  # (N, 2^n)
    at_h = (hidden == h.unsqueeze(1)).all(dim=-1).to(table.dtype)  # (N, 2^m)
    row = (table * at_v.unsqueeze(-1)).sum(dim=1)  # P(v, .): (N, 2^m)
    column = (table * at_h.unsqueeze(1)).sum(dim=2)  # P(., h): (N, 2^n)
    row, column = row / row.sum(dim=-1, keepdim=True), column / column.sum(dim=-1, keepdim=True)
    p, q = row @ hidden, column @ visible
    return {
        "a": p.logit(), "p": p, "up": (row * at_h).sum(dim=-1), "s": q.logit(), "q": q,
        "down": (column * at_v).sum(dim=-1),
    }  # fmt: skip


@free_energy.second_route("torch: rows of the joint table")
def _free_energy_by_table(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rbm as model  # torch: 110 times the start of Python

    machine = _machine(given)
    table = model.joint(machine)  # (N, 2^n, 2^m)
    visible = model.states(machine.sizes[0], table)
    found = {}
    for name, state in (("F", given["v"]), ("G", given["w"])):
        at = (visible == state.unsqueeze(1)).all(dim=-1)  # (N, 2^n)
        found[name] = (table.sum(dim=-1) * at).sum(dim=-1)
    log_z = model.log_partition(machine)
    return {name: -p.log() - log_z for name, p in found.items()} | {"ratio": found["F"] / found["G"]}


@likelihood.second_route("torch: the machine's exact gradient")
def _likelihood_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rbm as model  # torch: 110 times the start of Python

    machine, v = _machine(given), given["v"].unsqueeze(1)  # (N, 1, n): one datum
    gradient = model.likelihood_gradient(machine, v)
    log_p = model.log_probability(machine, v)[:, 0]
    p = model.hidden_given_visible(machine, v)[:, 0]
    return {
        "Z": model.log_partition(machine).exp(), "marginal": log_p.exp(), "J": log_p, "p": p,
        "Q": v.mT * p.unsqueeze(1) - gradient.W, "x": given["v"] - gradient.b, "y": p - gradient.c,
        "dJ/dW": gradient.W, "dJ/db": gradient.b, "dJ/dc": gradient.c,
    }  # fmt: skip


@contrastive_divergence.second_route("torch: a block Gibbs chain from the same uniform numbers")
def _divergence_by_model(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import rbm as model  # torch: 110 times the start of Python

    machine, v = _machine(given), given["v"].unsqueeze(1)  # (N, 1, n): one datum
    hidden, visible = (given[name].unsqueeze(1).unsqueeze(1) for name in ("alpha", "beta"))  # (N, 1 sweep, 1, units)
    found = model.contrastive_divergence(machine, v, hidden, visible)
    chain, gradient, rate = found.chain, found.gradient, given["eta"]
    moved = {
        "W^(1)": given["W"] + rate[:, None, None] * gradient.W,
        "b^(1)": given["b"] + rate[:, None] * gradient.b,
        "c^(1)": given["c"] + rate[:, None] * gradient.c,
    }
    last = chain.visible[:, -1]  # (N, 1, n)
    return {
        "p": chain.hidden_probability[:, 0, 0], "h": chain.hidden[:, 0, 0], "q": chain.visible_probability[:, 0, 0],
        "r": last[:, 0], "z": model.hidden_given_visible(machine, last)[:, 0], "D": gradient.W, **moved,
    }  # fmt: skip
