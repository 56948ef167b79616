"""Entropy, cross entropy and Kullback-Leibler divergence of finite distributions and Gaussians (notes 3.1), in nats."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

from solvers.formula.affine import gaussian_law
from solvers.formula.env import Env
from solvers.formula.functions import declaration_of, domain_of
from solvers.formula.mixtures import of_names
from solvers.formula.nodes import Apply, Big, Binder, Call, Name, Node, Num, children, map_children
from solvers.formula.open_sizes import identity
from solvers.formula.parser import read
from solvers.formula.tables.table import EvaluationError, Open, ShapeMismatch, written
from solvers.formula.tokens import scope


def kl(node: Call, env: Env) -> Any:
    """D(p || q) of probability vectors, of declared distributions, or of two Gaussians N(mu, variance)."""
    p, q = (_named_law(side, env) for side in node.args)
    if isinstance(p, Call) and isinstance(q, Call) and p.op == q.op == "normal":
        return _gaussians(p, q, env)
    return _summed(p, q, env, lambda a, b: Call("mul", (a, Call("log", (Call("div", (a, b)),)))))


def _named_law(node: Node, env: Env) -> Node:
    from solvers.formula.sums import law_of  # it evaluates in its turn

    law: Node | None = law_of(node, env) if isinstance(node, Name) else None
    if law is None and isinstance(node, Name) and (declared := env.declared.get(node.text)) is not None:
        law = declared.law  # H(x) of a random x
    if law is None and isinstance(node, Name):
        law = _mixed(node, env) or gaussian_law(node, env)
    return node if law is None else law


def _mixed(node: Name, env: Env) -> Node | None:
    """What m is of m = (p + q)/2, where p and q are distributions of a variable."""
    found = env.definitions.get(node.text, ())
    right = found[0].right if len(found) == 1 and found[0].left == node else None
    return right if right is not None and of_names(right) and _variable(right, env) is not None else None


def entropy(node: Call, env: Env) -> Any:
    """H(p), or with two distributions the cross entropy H(p, q) = -sum p log q."""
    p, q = (_named_law(side, env) for side in (node.args[0], node.args[-1]))
    if len(node.args) == 1 and isinstance(p, Call) and p.op == "normal":
        return _gaussian_entropy(p, env)
    return _summed(p, q, env, lambda a, b: Call("neg", (Call("mul", (a, Call("log", (b,)))),)))


def _summed(p: Node, q: Node, env: Env, term: Callable[[Node, Node], Node]) -> Any:
    """The sum of a term in p and q over the support that both have."""
    if (several := _variables(p, q, env)) is not None:
        return env.value(Big("sum", several, term(p, q)))
    over = _variable(p, env)
    if over is not None:
        variable, domain, first = over
        other = _at(q, variable, env)
        return env.value(Big("sum", (Binder(variable, None, None, domain),), term(first, other)))
    beside = _variable(q, env)
    if (
        beside is not None and isinstance(p, Apply) and beside[0] in p.args
    ):  # p(z | x) is defined, and q(z) says what z runs through
        return env.value(Big("sum", (Binder(beside[0], None, None, beside[1]),), term(p, beside[2])))
    return _over_vectors(_probabilities(p, env), _probabilities(q, env), env, term)


def _at(law: Node, variable: Name, env: Env) -> Node:
    """A distribution at the variable of the one that is beside it: p at h, where p(h) and p(v, h) are declared."""
    if of_names(law):  # (p + q)/2
        return map_children(law, lambda part: _at(part, variable, env))
    declared = env.declared.get(law.text) if isinstance(law, Name) else None
    if not isinstance(law, Name) or declared is None or declared.domain not in {"distribution", "function"}:
        second = _variable(law, env)
        return law if second is None else second[2]
    of, given = declared.parameters or ((), ())
    if f"{law.text}({variable.text}|)" in env.declared:
        return Apply(law.text, (variable,), ())
    if len(of) != 1:
        raise EvaluationError(f"{law.text} is a distribution of several things: write {law.text}({variable.text})")
    return Apply(law.text, (variable,), tuple(Name(name) for name in given))


def _variables(p: Node, q: Node, env: Env) -> tuple[Binder, ...] | None:
    """What p(x, y) and p(x) p(y) are summed over: the variables of both; None of distributions of one name."""
    first, second = _arguments(p, frozenset()), _arguments(q, frozenset())
    single = isinstance(p, Apply) and len(p.args) == 1
    if not first or single:
        return None
    if set(first) != set(second):
        raise EvaluationError("a divergence is taken between distributions of the same variables")
    domains = [domain_of(name, env.declared) for name in first]
    if any(domain is None for domain in domains):
        raise EvaluationError("what a distribution is over has no finite domain: declare it")
    return tuple(Binder(Name(name), None, None, domain) for name, domain in zip(first, domains, strict=True))


def _arguments(node: Node, bound: frozenset[str]) -> dict[str, None]:
    """The names that distributions are taken at in front of the bar, and that no sum binds."""
    if isinstance(node, Apply):
        return {arg.text: None for arg in node.args if isinstance(arg, Name) and arg.text not in bound}
    if isinstance(node, Big):
        bound |= {binder.name.text for binder in node.binders}
    found: dict[str, None] = {}
    for child in children(node):
        found |= _arguments(child, bound)
    return found


def _probabilities(node: Node, env: Env) -> Any:
    """A distribution over a finite set as a vector."""
    if isinstance(node, Call) and node.op == "bernoulli":
        p = env.value(node.args[0])
        return env.table.stack([env.table.lift("sub", env.table.number(Fraction(1)), p), p])
    return env.value(node.args[0] if isinstance(node, Call) and node.op == "categorical" else node)


def _variable(node: Node, env: Env) -> tuple[Name, Node, Node] | None:
    """What a distribution is summed over: its variable, the set that lies in, and the distribution at it."""
    if isinstance(node, Call) and of_names(node):  # (p + q)/2
        parts = (_variable(part, env) for part in node.args)
        first = next((part for part in parts if part is not None), None)
        return None if first is None else (first[0], first[1], _at(node, first[0], env))
    if isinstance(node, Apply):
        declared = declaration_of(node, env)
    else:
        declared = env.declared.get(node.text) if isinstance(node, Name) else None
    if declared is None or declared.parameters is None or declared.support is None:
        return None
    variable = node.args[0] if isinstance(node, Apply) else Name(declared.parameters[0][0])
    if not isinstance(variable, Name):
        raise EvaluationError("a divergence is taken between distributions of a variable")
    given = node.given if isinstance(node, Apply) else tuple(Name(n) for n in declared.parameters[1])
    return variable, declared.support, Apply(declared.name, (variable,), given)


def _over_vectors(p: Any, q: Any, env: Env, term: Callable[[Node, Node], Node]) -> Any:
    table = env.table
    shape = table.shape(p)
    if () in {shape, table.shape(q)}:
        raise EvaluationError("what a divergence or an entropy is of is not said to be a distribution: declare it")
    if len(shape) != 1:
        raise EvaluationError("whether a divergence or an entropy is one of rows or of columns is not said")
    if table.shape(q) != shape:
        raise ShapeMismatch(f"a divergence between {written(shape)} and {written(table.shape(q))}")
    total: Any = None
    for i in range(shape[0]):
        inner = env.holding("p", table.pick(p, (i,))).holding("q", table.pick(q, (i,)))
        value = inner.value(term(Name("p"), Name("q")))
        total = value if total is None else table.lift("add", total, value)
    return total


def _gaussians(p: Call, q: Call, env: Env) -> Any:
    values = [env.value(a) for a in (*p.args, *q.args)]
    size = _size(values, env)
    if size is None:
        formula = _formula("(log(w/v) + (v + (m - n)^2)/w - 1)/2", m=0, v=0, n=0, w=0)
        return Env(env.table, dict(zip("mvnw", values, strict=True))).value(formula)
    m, v, n, w = (_full(value, size, place % 2 == 1, env) for place, value in enumerate(values))
    known = {"m": m, "v": v, "n": n, "w": w, "k": env.table.number(Fraction(size))}
    text = "(log(det(w)/det(v)) + tr(inv(w) v) + (m - n)^T inv(w) (m - n) - k)/2"
    return Env(env.table, known).value(_formula(text, m=1, v=2, n=1, w=2, k=0))


def _gaussian_entropy(law: Call, env: Env) -> Any:
    """log(2 pi e v)/2, and of a vector log det(2 pi e V)/2."""
    values = [env.value(a) for a in law.args]
    size = _size(values, env)
    v = values[1] if size is None else _full(values[1], size, True, env)
    known = {"v": v, "k": env.table.number(Fraction(size or 1))}
    text = "k/2 log(2 pi) + k/2 + log({})/2".format("v" if size is None else "det(v)")
    return Env(env.table, known).value(_formula(text, v=0 if size is None else 2, k=0))


@cache
def _formula(text: str, **orders: int) -> Node:
    """A formula of this module, read once: its names with the orders of what they stand for."""
    return read(text, scope(False, **orders), latex=False)


def _size(values: list[Any], env: Env) -> int | None:
    """How many variables Gaussians have: None for one."""
    shapes = [env.table.shape(value) for value in values if not isinstance(value, Open)]
    sizes = {shape[0] for shape in shapes if shape}
    if len(sizes) > 1:
        raise ShapeMismatch("Gaussians of different sizes: " + ", ".join(written(s) for s in shapes if s))
    if not sizes and any(isinstance(value, Open) for value in values):
        raise EvaluationError("how many variables the Gaussian has is not said")
    return next(iter(sizes), None)


def _full(value: Any, size: int, covariance: bool, env: Env) -> Any:
    """A mean as a vector, a covariance as a matrix: 0, c I and a variance for all entries too."""
    table = env.table
    if isinstance(value, Open):
        scale = value.scale if value.kind != "zero" else table.number(Fraction(0))
        return identity(table, size, scale) if covariance else table.stack([scale] * size)
    shape = table.shape(value)
    if not covariance:
        return table.stack([value] * size) if not shape else value
    if not shape:
        return identity(table, size, value)
    if len(shape) == 1:
        raise ShapeMismatch("a covariance is a matrix: write diag(...) for a vector of variances")
    return value


def gaussian(node: Call, env: Env) -> Any:
    """The density N(x; mu, variance), of one variable or of several."""
    values = [env.value(a) for a in node.args]
    size = _size(values, env)
    if size is None:
        formula = _formula("exp(-(x - m)^2/(2 v))/sqrt(2 pi v)", x=0, m=0, v=0)
        return Env(env.table, dict(zip("xmv", values, strict=True))).value(formula)
    x, m, v = (_full(value, size, place == 2, env) for place, value in enumerate(values))
    known = {"x": x, "m": m, "v": v, "k": env.table.number(Fraction(size))}
    text = "exp(-(x - m)^T inv(v) (x - m)/2)/sqrt((2 pi)^k det(v))"
    return Env(env.table, known).value(_formula(text, x=1, m=1, v=2, k=0))


def density(law: Call, at: Node, env: Env) -> Any:
    """The density, or the probability, of a law at a place."""
    if law.op == "normal":
        return gaussian(Call("gaussian", (at, *law.args)), env)
    if law.op == "bernoulli":
        (p,) = law.args
        one: Node = Num("1")
        rest = Call("mul", (Call("sub", (one, p)), Call("sub", (one, at))))
        return env.value(Call("add", (Call("mul", (p, at)), rest)))  # of 0 and 1
    raise EvaluationError("the density of this law is not computed: write it out")


INFORMATION: dict[str, Callable[[Call, Env], Any]] = {"kl": kl, "entropy": entropy, "gaussian": gaussian}
