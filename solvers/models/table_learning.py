"""The tables of a Bayesian network from whole cases (notes 17.3.1, 3.2.1): by counting, or as parameters by gradient.

The likelihood is a product over the tables' rows, so that the best table has the relative frequencies N_jk / N_j.
Data are (..., N, n) whole numbers, columns in the order of `states`: {name: how many states}.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from solvers.models import dag, structure_search
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.checks import check_at_least, check_number


def counted(data: Tensor, states: Mapping[str, int], parents: structure_search.Graph, prior: float = 0.0) -> BayesNet:
    """P(k | row j) = (N_jk + prior) / (N_j + k prior), float64: the likeliest tables, or a Dirichlet mean.

    Where the parents' states were never seen together and the prior is 0 all states are alike.
    """
    check_number("[0, inf)", prior=prior)
    structure_search.check_nodes(states, parents)
    return BayesNet(tuple(_cpt(data, states, name, tuple(parents[name]), prior) for name in states))


class Tables(nn.Module):
    """The tables as softmax of free numbers, at first all alike: what a gradient can learn."""

    def __init__(self, states: Mapping[str, int], parents: structure_search.Graph) -> None:
        super().__init__()
        dag.check_dag(parents)
        structure_search.check_nodes(states, parents)
        check_at_least(1, **{f"states of {name}": size for name, size in states.items()})
        self.parents = {name: tuple(parents[name]) for name in states}
        shapes = [[states[each] for each in (*self.parents[name], name)] for name in states]
        self.scores = nn.ParameterList([torch.zeros(shape, dtype=torch.float64) for shape in shapes])

    def net(self) -> BayesNet:
        """The network of these tables."""
        rows = zip(self.parents.items(), self.scores, strict=True)
        return BayesNet(tuple(Cpt(name, above, torch.softmax(scores, dim=-1)) for (name, above), scores in rows))


def _cpt(data: Tensor, states: Mapping[str, int], name: str, above: tuple[str, ...], prior: float) -> Cpt:
    cells = structure_search.counts(data, states, name, above) + prior
    rows = cells.sum(dim=-1, keepdim=True)
    return Cpt(name, above, torch.where(rows > 0, cells / rows.clamp(min=1e-300), 1 / states[name]))
