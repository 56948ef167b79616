"""What is said of random numbers: "x_1, ..., x_n i.i.d. with mean mu", E[g_i] = mu, Var[w_i] = s^2, Cov(e) = I.

A name of which any of it is said is random; what is not said of it, its mean or its spread, is some number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from solvers.formula.alike import is_said_alike, with_alike
from solvers.formula.binary import with_binary
from solvers.formula.domains import Domain
from solvers.formula.known import FIXED, Context
from solvers.formula.nodes import Call, Chain, Index, Member, Name, Node, Num, map_children, names, walk
from solvers.formula.parser import Parsed, parse
from solvers.formula.random_words import Facts
from solvers.formula.ranks import shape_of
from solvers.formula.said_of import Extend
from solvers.formula.symbol_names import indices_of, name_of, symbol_of
from solvers.formula.targets import declaration_of_target, target_of
from solvers.formula.tokens import Declaration, Dependence, Unreadable

UNKNOWN_LAW: Final = "unknown"


def with_facts(
    context: Context, targets: Sequence[str], facts: Facts, extend: Extend, each: bool = False
) -> Context | Unreadable:
    """The context with what is said of some symbols, all of them together; of `each` of their entries, or as wholes."""
    found: list[str] = []
    binary = with_binary(context, targets, facts, extend)
    if isinstance(binary, Unreadable):
        return binary
    context, targets = binary
    for target in targets if facts.law else ():
        extended = extend(context, f"{target} \\sim {written_law(facts.law)}")
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    for target in targets:
        spread = re.findall(r"(?<![A-Za-z\\])[A-Z](?![A-Za-z])", facts.variance)
        changed = randomised(context, target, extend, vector="I" in spread)
        if isinstance(changed, Unreadable):
            return changed
        context, name = changed
        if name is not None:
            found.append(name)
    for name in found:
        context = _depending(context, name, found, facts)
    for target in targets:
        node = target_of(target)
        if isinstance(node, Unreadable) or name_of(node) not in found:
            continue
        context = _as_long(context, name_of(node) or "", facts)
        given = _given(context, node, facts, each or _of_entries(context, name_of(node) or "", facts))
        if isinstance(given, Unreadable):
            return given
        context = given
    return context


def _of_entries(context: Context, name: str, facts: Facts) -> bool:
    """Whether what is said of a name is said of each of its entries: they are independent, or of one law."""
    declared = context.scope.names[name]
    before = declared.dependence if not declared.family else None
    said = before is not None and (before.entries != "joint" or bool(before.like))
    return said or facts.independent or facts.uncorrelated or facts.alike


def written_law(law: str) -> str:
    """A law as formulas write it: Bernoulli(p) upright."""
    return re.sub(r"^\s*\\?Ber(?:n(?:oulli)?)?(?=\s*\()", r"\\operatorname{Bernoulli}", law)


def is_open(kind: str, name: str, context: Context) -> bool:
    """Whether nothing is said yet of the mean ("E"), the variance ("Var", "E2") or the covariances ("pair") of a name
    that may be random."""
    declared = context.scope.names.get(name)
    if name in context.definitions:
        return False
    if declared is None or declared.law is None:
        return declared is None or declared.domain in {"real", "inferred"}
    part = {"E": "mean", "Var": "deviation", "E2": "deviation"}.get(kind)
    if not isinstance(declared.law, Call) or declared.law.op != UNKNOWN_LAW:
        return False
    return part is None or any(f"{label}_{part}" in names(declared.law) for label in _labels(declared))


def _labels(declared: Declaration) -> tuple[str, ...]:
    like = declared.dependence.like if declared.dependence is not None else ""
    return (declared.name, like) if like else (declared.name,)


def with_pair(context: Context, name: str, value: Node, product: bool = False) -> Context:
    """What the covariance of any two members is: 0, or the same for all; said of the mean of their product or not."""
    declared = context.scope.names[name]
    old = replace(declared.dependence or Dependence(), product=product)
    if value == Num("0"):
        entries = old.entries if old.entries == "independent" else "uncorrelated"
        return context.declared(replace(declared, dependence=replace(old, entries=entries)))
    return _sampled(context.declared(replace(declared, dependence=replace(old, covariance=value))), name)


def _sampled(context: Context, name: str) -> Context:
    """Covariances between 0 and the variance, which is as far as they are tried."""
    declared = context.scope.names[name]
    law, said = declared.law, declared.dependence
    if said is None or said.covariance is None or not isinstance(law, Call) or names(law.args[1]) & set(said.letters):
        return context
    return replace(
        context, constraints=(*context.constraints, Chain((Num("0"), said.covariance, law.args[1]), ("<", "<")))
    )


def _as_long(context: Context, name: str, facts: Facts) -> Context:
    """A random name that is a vector because its mean is one."""
    declared, parsed = context.scope.names[name], parse(facts.mean, context.scope) if facts.mean else None
    mean = parsed.node.text if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else ""
    shape = context.scope.names[mean].shape if mean in context.scope.names else ()
    if not shape or declared.family or declared.shape not in ((), (Num("0"),)):
        return context
    like = declared.dependence.like if declared.dependence is not None else ""
    return _unknown(context, replace(declared, shape=shape), bool(like), like)


def has_law(context: Context, target: str) -> bool:
    """Whether a symbol is known to be random."""
    name = symbol_of(target)
    declared = context.scope.names.get(name or "")
    return declared is not None and declared.law is not None and declared.domain != "defined"


def _given(context: Context, node: Node, facts: Facts, each: bool) -> Context | Unreadable:
    """The context with the mean and the variance that words give a random name."""
    if facts.interval:
        ends = re.fullmatch(r"\s*[\[(](.+),(.+)[\])]\s*", facts.interval)
        parsed_ends = [parse(text, context.scope) for text in (ends.groups() if ends else ())]
        nodes = [end.node for end in parsed_ends if isinstance(end, Parsed)]
        if len(nodes) != 2:
            return Unreadable(f"an interval such as [-a, a] was expected, not {facts.interval}", 0, 1)
        return _uniform(context, name_of(node) or "", nodes[0], nodes[1])
    spread = f"({facts.deviation})^2" if facts.deviation else facts.variance
    for kind, text in (("E", facts.mean), ("Var", spread)):
        if not text:
            continue
        name = name_of(node) or ""
        parsed = parse(text, context.scope)
        if isinstance(parsed, Unreadable):
            return parsed
        if not is_open(kind, name, context):
            if is_said_alike(context.scope.names[name], kind, parsed.node):
                continue
            return Unreadable(f"the {'mean' if kind == 'E' else 'variance'} of {name} is said twice", 0, 1)
        context = with_moment(context, kind, node, parsed.node, each)
    if facts.pair:
        parsed = parse(facts.pair, context.scope)
        if isinstance(parsed, Unreadable):
            return parsed
        context = with_pair(context, name_of(node) or "", parsed.node)
    if facts.gaussian:
        old = context.scope.names[name_of(node) or ""]
        assert isinstance(old.law, Call)
        context = context.declared(replace(old, law=replace(old.law, op="normal")))
    return context


def _uniform(context: Context, name: str, low: Node, high: Node) -> Context | Unreadable:
    """The context with a name that is uniform between two ends; what was said of its mean and variance holds too."""
    old = context.scope.names[name]
    said = (old.dependence or Dependence()).letters
    law = old.law
    middle = Call("div", (Call("add", (low, high)), Num("2")))
    width = Call("pow", (Call("sub", (high, low)), Num("2")))
    chains = [Chain((low, high), ("<",))]
    if isinstance(law, Call) and law.op == UNKNOWN_LAW:
        for part, arg, value in zip(
            ("mean", "deviation"), law.args, (middle, Call("div", (width, Num("12")))), strict=True
        ):
            if not any(f"{label}_{part}" in names(arg) for label in _labels(old)):
                if names(arg) & set(said):
                    return Unreadable(f"the {part} of {name} is said twice", 0, 1)
                chains.append(Chain((arg, value), ("=",)))
    elif law is not None:
        return Unreadable(f"how {name} is distributed is said twice", 0, 1)
    context = context.declared(replace(old, law=Call("uniform", (low, high))))
    return replace(context, constraints=(*context.constraints, *chains))


def randomised(
    context: Context, target: str, extend: Extend, vector: bool = False
) -> tuple[Context, str | None] | Unreadable:
    """The context in which a symbol is random, and its name; None for one that is defined, or has a law already.

    A `vector` of which no size is said is as long as what it stands beside.
    """
    node = target_of(target)
    if isinstance(node, Unreadable):
        return node
    name = name_of(node)
    if name is None:
        return Unreadable("what is random is a name", 0, len(target))
    if name in FIXED:
        return Unreadable(f"{name} is a vector of fixed numbers: what is random has a name of its own", 0, len(target))
    if name in context.definitions:
        return context, None
    declared = context.scope.names.get(name)
    if declared is None or declared.domain == "inferred":
        made = declaration_of_target(node, Domain("real"), ())
        if declared is not None and declared.shape and len(made.family) == len(declared.shape):
            made = replace(made, family=(), shape=declared.shape)  # e_1, ..., e_n are listed, and then E[e_i] is said
        elif declared is not None and declared.shape and not made.family:
            made = replace(made, shape=declared.shape)
        if vector and not made.shape and not made.family:
            made = replace(made, shape=_beside(made.name, context))
        name, declared = made.name, made
        context = context.declared(made)
    if declared.law is not None:
        return _lengthened(context, declared) if vector else context, name
    bounded = declared.positive or declared.low is not None or declared.high is not None
    if bounded or declared.parameters is not None or declared.domain not in {"real", "inferred"}:
        return Unreadable(f"{name} is declared to be something else than random numbers", 0, len(target))
    return _unknown(context, declared, alike=False), name


def _lengthened(context: Context, declared: Declaration) -> Context:
    """A random name that was taken as a number, as a vector."""
    law = declared.law
    if declared.shape or declared.family or not isinstance(law, Call) or law.op != UNKNOWN_LAW:
        return context
    context = _unknown(context, replace(declared, shape=_beside(declared.name, context)), alike=False)
    made = context.scope.names[declared.name]
    if f"{declared.name}_mean" in names(law) or not isinstance(made.law, Call):
        return context
    return context.declared(replace(made, law=Call(law.op, (law.args[0], made.law.args[1]))))


def _beside(name: str, context: Context) -> tuple[Node, ...]:
    """How long a vector is, by what it is added to or multiplied with in a definition."""
    for node in (n for found in context.definitions.values() for d in found for n in walk(d.right)):
        if isinstance(node, Call) and node.op in {"add", "sub", "mul"} and Name(name) in node.args:
            other = shape_of(node.args[1 - node.args.index(Name(name))], context.scope)
            if other and (node.op != "mul" or (len(other) == 2 and node.args[1] == Name(name))):
                return other[-1:]
    return (Num("0"),)


def _unknown(context: Context, declared: Declaration, alike: bool, like: str = "") -> Context:
    """The context with a name of some mean and some spread, one of its own for each member and entry."""
    name = like or declared.name
    family, shape = (() if alike else declared.family), declared.shape or ()
    shape = () if alike and not declared.family else shape
    letters = (
        *(letter for letter, _, _ in declared.family),
        *(f"entry{k}" for k, _ in enumerate(declared.shape or ())),
    )
    mean, deviation = (_at(Name(f"{name}_{part}"), letters, len(declared.family), family, shape)
                       for part in ("mean", "deviation"))  # fmt: skip
    context = context.declared(
        Declaration(f"{name}_mean", shape, family), Declaration(f"{name}_deviation", shape, family, positive=True)
    )
    law = Call(UNKNOWN_LAW, (mean, Call("pow", (deviation, Num("2")))))
    before = declared.dependence or Dependence()
    told = replace(before, letters=letters, apart=before.apart | _told(context, declared.name))
    return context.declared(replace(declared, domain="real", law=law, dependence=told))


def _told(context: Context, name: str) -> set[str]:
    """What a name was said to be independent of, before it was said to be random."""
    together = {other for role, other in context.said if role == "independent"}
    of = {
        other
        for role, what in context.said
        if role == "apart"
        for first, _, other in [what.partition("|")]
        if first == name
    }
    return (together - {name} if name in together else set()) | of


def _at(base: Node, letters: tuple[str, ...], members: int, family: object, shape: object) -> Node:
    """A hidden number at the letters of a member and an entry."""
    found = Member(base, tuple(map(Name, letters[:members]))) if family else base
    return Index(found, tuple(map(Name, letters[members:]))) if shape else found


def _depending(context: Context, name: str, together: Sequence[str], facts: Facts) -> Context:
    """The context with what is said of how a name depends on others, and its members on each other."""
    declared = context.scope.names[name]
    old = declared.dependence or Dependence()
    apart = set(old.apart)
    if facts.independent:
        apart |= set(together) - {name}
    apart |= {other for text in facts.apart if (other := symbol_of(text)) is not None}
    beside = old.uncorrelated | (set(together) - {name} if facts.uncorrelated else set())
    entries = "independent" if facts.independent else "uncorrelated" if facts.uncorrelated else old.entries
    like = together[0] if facts.alike else old.like
    changed = replace(old, entries=entries, apart=frozenset(apart), uncorrelated=frozenset(beside), like=like)
    context = context.declared(replace(declared, dependence=changed))
    declared = context.scope.names[name]
    if (
        facts.alike
        and isinstance(declared.law, Call)
        and declared.law.op == UNKNOWN_LAW
        and _hidden(declared.law, name)
    ):
        context = _unknown(context, declared, alike=True, like=together[0])
    return context


def _hidden(law: Call, name: str) -> bool:
    """Whether nothing is said of a mean and a variance."""
    return names(law) & {f"{name}_mean", f"{name}_deviation"} == {f"{name}_mean", f"{name}_deviation"}


def with_moment(context: Context, kind: str, node: Node, value: Node, each: bool = False) -> Context:
    """The context with the mean ("E"), the variance ("Var") or the second moment ("E2") of a random name."""
    declared = context.scope.names[name_of(node) or ""]
    law, said = declared.law, declared.dependence or Dependence()
    assert isinstance(law, Call)
    letters = [i.text for part in indices_of(node) for i in part if isinstance(i, Name)]
    value = _renamed(value, {a: b for a, b in zip(letters, said.letters, strict=False) if a != b})
    mean, variance = law.args
    if kind == "E":
        context = context if each or letters else _sized(context, value, declared.shape or ())
        if isinstance(variance, Call) and variance == _less(variance.args[0], mean):  # a second moment is said
            kept = tuple(c for c in context.constraints if c.sides[0] != variance)
            variance = variance.args[0] if value == Num("0") else _less(variance.args[0], value)
            context = _positive(replace(context, constraints=kept), variance)
        mean = value
    else:
        context, value = _spread(context, value, declared)
        variance = value if kind == "Var" or mean == Num("0") else _less(value, mean)
        context = context if kind == "Var" or mean == Num("0") else _positive(context, variance)
    law = Call(law.op, (mean, variance))
    context = context.declared(replace(declared, law=law))
    return _sampled(with_alike(context, declared, law) if law.op == UNKNOWN_LAW else context, declared.name)


def _less(second: Node, mean: Node) -> Node:
    return Call("sub", (second, Call("pow", (mean, Num("2")))))


def _sized(context: Context, value: Node, shape: tuple[Node, ...]) -> Context:
    """The mean of a vector is a vector, where nothing else is said of it."""
    unheard = isinstance(value, Name) and value.text not in context.scope.names.keys() | context.definitions.keys()
    return (
        context.declared(Declaration(value.text, shape)) if unheard and isinstance(value, Name) and shape else context
    )


def _spread(context: Context, value: Node, declared: Declaration) -> tuple[Context, Node]:
    """A variance is not negative, and a covariance is positive definite."""
    if not isinstance(value, Name) or value.text == "I" or value.text in context.definitions:
        return _positive(context, value), value
    old = context.scope.names.get(value.text)
    if old is not None and len(old.shape or ()) == 2:
        return replace(context, constraints=(*context.constraints, Chain((value, Num("0")), ("succ",)))), value
    if old is None and value.text[:1].isupper() and declared.shape:
        size = declared.shape[0]
        context = context.declared(Declaration(value.text, (size, size)))
        return replace(context, constraints=(*context.constraints, Chain((value, Num("0")), ("succ",)))), value
    if old is None or (old.shape == () and old.domain in {"real", "inferred"} and old.low is None and old.high is None):
        return context.declared(replace(old or Declaration(value.text), positive=True, domain="real")), value
    return _positive(context, value), value


def _positive(context: Context, value: Node) -> Context:
    if _surely(value, context):
        return context
    while isinstance(value, Call) and value.op in {"mul", "dot"} and Name("I") in (value.args[0], value.args[-1]):
        value = value.args[0] if value.args[-1] == Name("I") else value.args[-1]  # a covariance c I, where c > 0
    return replace(context, constraints=(*context.constraints, Chain((value, Num("0")), (">",))))


def _surely(node: Node, context: Context) -> bool:
    """Whether the form of a variance shows that it is not negative, or is one of a matrix."""
    if isinstance(node, Num) or node == Name("I") or (isinstance(node, Index) and node.base == Name("I")):
        return True
    if isinstance(node, Call) and node.op == "pow" and node.args[1] == Num("2"):
        return True
    if isinstance(node, Call) and node.op in {"mul", "div", "add", "dot", "times", "diag"}:
        return all(_surely(arg, context) for arg in node.args)
    while isinstance(node, (Index, Member)):
        node = node.base
    declared = context.scope.names.get(node.text) if isinstance(node, Name) else None
    return declared is not None and (declared.positive or declared.domain in {"natural", "unit"})


def _renamed(node: Node, letters: Mapping[str, str]) -> Node:
    if isinstance(node, Name):
        return Name(letters.get(node.text, node.text))
    return map_children(node, lambda child: _renamed(child, letters)) if letters else node
