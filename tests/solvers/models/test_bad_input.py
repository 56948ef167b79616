"""Every model refuses what its formula is not defined for in one sentence, and never fails in any other way.

A right call of each is in `calls_learning` and its neighbours; here one argument after the other is spoiled.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from solvers import models
from solvers.models import (
    bayes_net,
    bpe,
    dag,
    factor,
    factor_graph,
    gibbs,
    graph,
    markov_net,
    mean_field,
    model_selection,
    reverse_mode,
    spectral,
    structure_search,
    word2vec,
)  # fmt: skip
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.checks import BadInput
from solvers.models.factor import Factor
from tests.solvers.models import (
    calls_attention,
    calls_learning,
    calls_memory,
    calls_modules,
    calls_practice,
    calls_probability,
    calls_training,
)
from tests.solvers.models.calls import Case, numbers
from tests.solvers.models.data import tensor

# torch's own forward mode compiles its rules on first use with a function that torch itself now warns of.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")

TABLES = (
    calls_learning,
    calls_training,
    calls_practice,
    calls_memory,
    calls_attention,
    calls_probability,
    calls_modules,
)
CASES = {name: one for table in TABLES for name, one in table.CALLS.items()}


def spoiled(value: Any) -> Iterator[tuple[str, Any, bool]]:
    """(how, the value spoiled, whether it must be refused: otherwise it may also be right)."""
    if isinstance(value, Tensor):
        yield from _spoiled_tensor(value)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        yield "negative", -3, True
        yield "fraction", value + 0.5, True
        yield "text", "nonsense", True
    elif isinstance(value, float):
        yield "nan", float("nan"), True
        yield "infinite", float("inf"), False
        yield "text", "nonsense", True
        yield "complex", 1j, True
        yield "negative", -value - 1, False
    elif isinstance(value, str):
        yield "nonsense", "nonsense", True
        yield "number", 3, True
    elif isinstance(value, tuple):
        yield "empty", (), True
        yield "negative", tuple(-each for each in value), True


def _spoiled_tensor(value: Tensor) -> Iterator[tuple[str, Any, bool]]:
    yield "listed", value.tolist(), True
    yield "text", "nonsense", True
    yield "complex", value.to(torch.complex128), True
    if value.is_floating_point():
        broken = value.clone(memory_format=torch.contiguous_format)
        broken.view(-1)[0] = torch.nan
        yield "nan", broken, True
        yield "whole", value.long(), True
        yield "single", value.float(), False
        yield "nested", value[None, None, None], False
        if value.ndim:
            yield "empty", value[..., :0], True
            yield "longer", torch.cat([value, value[..., :1]], dim=-1), False
            yield "flat", value.reshape(-1)[0], False
            yield "none", value[:0], False
    else:
        yield "real", value.double(), True
        yield "bits", value.bool(), True
        yield "nested", value[None, None, None], False
        yield "none", value[..., :0] if value.ndim else value, False
        yield "negative", torch.full_like(value, -1), True
        yield "large", torch.full_like(value, 1_000), True


ARGUMENTS = [
    pytest.param(one, argument, id=f"{name}-{argument}") for name, one in CASES.items() for argument in one.arguments
]


# One step inside of a loop whose inputs are checked before it, masks, other people's modules, and checks themselves.
INNER = {
    "algebra", "checks", "factor.given_states", "gpt.check_tokens", "gru.cell", "lstm.steps", "sparse_attention.causal",
    "sparse_attention.pairs", "sparse_attention.layers_needed", "span_corruption.sentinel", "rnn.sum_over_losses",
    "markov_chain.check_stochastic", "debugging.gradient_norms", "debugging.dead_units", "ggnn.forward",
    "attention.masked",
}  # fmt: skip


def test_every_function_of_tensors_and_numbers_has_its_call() -> None:
    """What takes structures alone is in the tests of its own file, and in `STRUCTURES`."""
    missing = []
    for file in sorted(Path(next(iter(models.__path__))).glob("[a-z]*.py")):
        module = import_module(f"solvers.models.{file.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            takes = {str(each.annotation) for each in inspect.signature(function).parameters.values()}
            if own and takes & {"Tensor", "int", "float"} and f"{file.stem}.{name}" not in CASES:
                missing.append(f"{file.stem}.{name}")
    assert {each for each in missing if not {each, each.partition(".")[0]} & INNER} == set()


# What is judged in "module.Class" of the tables, where its constructor and its call are one; parts of those; tables.
CALLED = {
    "bert.Bert", "bert.PreTraining", "fine_tuning.Classifier", "seq2seq.Seq2Seq", "t5.T5",
    "transformer.DecoderBlock", "transformer.Transformer", "transformer_xl.TransformerXl",
    "t5.Attention", "t5.Block", "t5.Stack", "table_learning.Tables",
}  # fmt: skip


def test_every_network_has_the_call_of_its_forward_pass() -> None:
    missing = set()
    for file in sorted(Path(next(iter(models.__path__))).glob("[a-z]*.py")):
        module = import_module(f"solvers.models.{file.stem}")
        for name, each in inspect.getmembers(module, inspect.isclass):
            own = each.__module__ == module.__name__ and not name.startswith("_")
            if own and issubclass(each, torch.nn.Module) and f"{file.stem}.{name}.forward" not in CASES:
                missing.add(f"{file.stem}.{name}")
    assert missing <= CALLED, missing - CALLED


@pytest.mark.parametrize("name", CASES)
def test_the_call_is_right(name: str) -> None:
    """It answers, and no number in the answer is undefined."""
    found = CASES[name].call(**CASES[name].arguments)
    assert found is not None
    assert not any(bool(each.isnan().any()) for each in numbers(found) if not each.is_meta)


@pytest.mark.parametrize(("one", "argument"), ARGUMENTS)
def test_what_is_wrong_is_said_in_a_sentence(one: Case, argument: str) -> None:
    for how, value, must in spoiled(one.arguments[argument]):
        if f"{argument} {how}" in one.allowed:
            continue
        try:
            one.call(**{**one.arguments, argument: value})
        except BadInput as error:
            said = str(error)
            assert said.endswith("."), f"{how}: {said}"
            assert "\n" not in said
            assert len(said) < 400
        except Exception as error:
            raise AssertionError(f"{argument} {how}: not refused in a sentence") from error
        else:
            assert not must, f"{argument} {how}: it was taken"


ONES = torch.ones(2, 2, dtype=torch.float64)
PAIR = [Factor(("a", "b"), ONES)]
COIN = BayesNet((Cpt("a", (), tensor([0.5, 0.5])),))
ROWS = torch.tensor([[0, 1]])
STRUCTURES: dict[str, tuple[Callable[[], object], str]] = {
    "cycle of a network": (
        lambda: BayesNet((Cpt("a", ("b",), ONES / 2), Cpt("b", ("a",), ONES / 2))), "directed cycle among a, b"
    ),
    "cycle of a graph": (lambda: dag.topological_order({"a": ("b",), "b": ("a",)}), "directed cycle among a, b"),
    "row without sum 1": (
        lambda: BayesNet((Cpt("a", (), tensor([0.5, 0.6])),)), r"A row of the table of a sums to 1\.1"
    ),
    "missing parent": (lambda: BayesNet((Cpt("a", ("z",), ONES / 2),)), "z is a parent of a, but no node"),
    "unknown question": (lambda: bayes_net.posterior(COIN, ["q"]), "q is no variable here"),
    "unknown state": (lambda: bayes_net.probability(COIN, {"a": 5}), "the state of a holds 5"),
    "unknown node": (lambda: dag.d_separated({"a": ()}, "a", "q"), "q is no node of the graph"),
    "negative factor": (lambda: Factor(("a",), tensor([-1, 1])), "factor of a holds a negative number"),
    "name twice": (lambda: Factor(("a", "a"), ONES), "names without spaces, each once"),
    "sizes apart": (
        lambda: factor.multiply(Factor(("a",), ONES[0]), Factor(("a",), tensor([1, 1, 1]))), "2 states in one factor"
    ),
    "nothing to eliminate": (lambda: factor.eliminate([], ["q"]), "q is no variable here"),
    "nothing to multiply": (lambda: markov_net.partition([]), "at least one is needed"),
    "no factor graph": (lambda: factor_graph.sum_product([]), "factors is empty"),
    "no best state": (lambda: factor_graph.max_product([]), "factors is empty"),
    "loop of factors": (
        lambda: factor_graph.sum_product([*PAIR, Factor(("b", "c"), ONES), Factor(("a", "c"), ONES)]), "has a loop"
    ),
    "no mean field": (lambda: mean_field.fit([]), "at least one is needed"),
    "state outside": (lambda: gibbs.conditional(PAIR, "a", {"b": 9}), "the state of b holds 9"),
    "unknown variable": (lambda: gibbs.conditional(PAIR, "q", {"a": 0}), "q is no variable here"),
    "column without states": (
        lambda: structure_search.bic(ROWS, {"a": 2, "b": 2}, "q", ("b",)), "node is 'q', but one of 'a', 'b'"
    ),
    "state too large": (lambda: structure_search.bic(ROWS, {"a": 1, "b": 1}, "a", ("b",)), "data holds 1"),
    "edge outside": (lambda: graph.adjacency([(0, 7)], 3), r"edge \(0, 7\) leaves the nodes 0 to 2"),
    "no permutation": (lambda: graph.permutation([0, 0, 1], ONES), "each of 0 to 2 must stand in it once"),
    "more folds than examples": (lambda: model_selection.folds(3, 5), "k is 5, but 3 examples"),
    "negative count of a word": (lambda: word2vec.huffman([1, -2]), "count 1 is -2"),
    "negative count of a text": (lambda: bpe.train({"a": -1}, 3), "count of 'a' is -1"),
    "row before its parent": (lambda: reverse_mode.graph([("a", "sin", ["z"])]), "a needs z, which no earlier row"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
def test_what_does_not_hang_together_is_said(name: str) -> None:
    call, message = STRUCTURES[name]
    with pytest.raises(BadInput, match=message):
        call()


def test_a_node_without_edges_is_no_bad_input() -> None:
    """Nothing is divided by its degree: its row is that of the unit matrix, of D - A that of zeros."""
    A = torch.zeros(3, 3, dtype=torch.float64)
    A[0, 1] = A[1, 0] = 1
    for kind, row in (("normalised", [0, 0, 1]), ("plain", [0, 0, 0])):
        L = spectral.laplacian(A, kind)
        assert L[2].tolist() == row
        assert bool(torch.isfinite(L).all())
    assert spectral.components(A) == 2
