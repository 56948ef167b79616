"""Why a step that came out wrong may have been misread: then it is undecided, and the reason says what to write."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TypeGuard

from engine.derivation.antiderivatives import antiderived
from engine.derivation.gathered import vector_of_numbers
from engine.derivation.judging import depends
from engine.derivation.law_doubts import ANY
from solvers.formula.context import Context
from solvers.formula.iterates import member_of
from solvers.formula.nodes import (
    Apply,
    Big,
    Call,
    Derivative,
    Index,
    Member,
    Name,
    Node,
    Num,
    children,
    free_names,
    names,
    walk,
)
from solvers.formula.ranks import shape_of
from solvers.formula.to_plain import to_plain

_MEAN = re.compile(
    r"(?<![\\A-Za-z{])(?:(E|P|Pr|Var|Cov)|\\mathbb\s*\{?\s*(E|P)\s*\}?)\s*(?:\\left|\\[Bb]igg?l?)?\s*[\[(]"
)


def _is_indefinite(node: Node) -> TypeGuard[Big]:
    """Whether an integral has no limits, and is not of a density."""
    whole = isinstance(node, Big) and node.op == "int" and node.binders[0].domain is None
    return whole and not any(isinstance(inner, Apply) for inner in walk(node))


_CALLED = re.compile(
    r"(?<![A-Za-z_\\])\\?([A-Za-z]+)(?:_\{?(\w+)\}?)?(?:\^\{?\(?\w+\)?\}?)?\s*(?:\\left)?\(\s*(?:\d+|[a-z])\s*(?:\\right)?\)"
)
_UNENDED = re.compile(  # \\sin\\omega(t + k)
    r"\\(?:sin|cos|tan)(?![A-Za-z])\s*(?:\\[a-zA-Z]+|[a-zA-Z])(?:_\{?\w+\}?)?\s*(?:\\left|\\big)?\("
)
_COMMAND = re.compile(r"\\[A-Za-z]+")


def doubt(
    left: Node, right: Node, texts: tuple[str, str], context: Context, spoken: Mapping[str, int],
    assumed: Iterable[str], turned: bool,
) -> str:  # fmt: skip
    """The reason, "" where there is none. `spoken` are names that sentences which declare nothing equate, by line;
    `assumed` are distributions of which nothing is known but their variables; `turned`: the page writes ^T somewhere.
    """
    numbers = [not re.search(r"[A-Za-z]", _COMMAND.sub("", text)) for text in texts]
    for name in assumed:
        if any(numbers) and any(re.search(rf"(?<![A-Za-z]){re.escape(name)}\s*(?:\\left)?\(", text) for text in texts):
            return f"the numbers of {name} are not known here"
    indefinite = {b.name.text for side in (left, right) for n in walk(side) if _is_indefinite(n) for b in n.binders}
    by_derivatives = bool(indefinite) and bool(antiderived((left, right), context)[2])
    for name in sorted(indefinite & (free_names(left) | free_names(right))) if not by_derivatives else ():
        return f"an integral without limits is one over all {name} here: write its limits"
    undefined = (depends(left, context) | depends(right, context)) - context.definitions.keys()
    open_names = {n for n in undefined - {"ones", "zeros", "I"} if _undeclared(n, context)}
    for side, other in ((left, right), (right, left)):
        behind = sorted((depends(side, context) & open_names) - names(side) - _counting(context))
        if behind and not depends(other, context) - {"pi"}:
            return f"nothing says what {', '.join(behind)} is in what stands behind {to_plain(side)}"
    for text in texts:
        mean = _MEAN.search(text)
        if mean is not None and open_names & ({*mean[1]} if mean[1] else {f"bb{mean[2]}"}):
            said = r"write \mathbb{E}_{x \sim p}[...], and declare the distribution"
            return f"{mean[1] or mean[2]} was read as a number: {said}"
    if any(map(_UNENDED.search, texts)):
        return "where the angle behind sin or cos ends is not clear: put it in brackets"
    sides = left, right
    said = (
        _products(texts, open_names) or _primes(sides, texts, context, turned) or _of_chance(sides, context, undefined)
    )
    if said:
        return said
    for name in sorted(undefined & spoken.keys()):
        return (
            f"line {spoken[name]} says what {name} is in words, or in passing: say it in a formula behind Let or Define"
        )
    return _two_symbols((left, right), context, open_names)


def _two_symbols(sides: tuple[Node, Node], context: Context, open_names: Collection[str]) -> str:
    """A name with a label that may be a member of an indexed one."""
    rights = [d.right for found in context.definitions.values() for d in found]
    indexed = {inner.base for node in (*sides, *rights) for inner in walk(node)
               if isinstance(inner, (Index, Member))}  # fmt: skip
    around = depends(sides[0], context) | depends(sides[1], context)
    labelled = {name for name in around if re.fullmatch(r"[A-Za-z]+_[i-n]", name) and not _declared_so(name, context)}
    for name in sorted({*open_names, *labelled}):
        base = name.partition("_")[0]
        if base != name and (base in open_names or name in labelled) and Name(base) in indexed:
            return f"{name} and the indexed {base} were read as two symbols: declare {base}, for t = 1, ..., T, say"
    return ""


def _declared_so(name: str, context: Context) -> bool:
    """Whether a text says of a symbol what it is, or where it lies, rather than what is made of it."""
    declared = context.scope.names.get(name)
    return declared is not None and declared.domain not in {"defined", "inferred"}


def _products(texts: tuple[str, str], open_names: Collection[str]) -> str:
    """A name before a bracket that was read as a product, and may be a function."""
    for called in (found for text in texts for found in _CALLED.finditer(text)):
        if {called[1], f"{called[1]}_{called[2]}"} & {*open_names}:
            said = "say what it is as a function, in a sentence that begins with Let or Define"
            return f"{called[0]} was read as a product, as nothing tells a function of this name: {said}"
    return ""


def _primes(sides: tuple[Node, Node], texts: tuple[str, str], context: Context, turned: bool) -> str:
    """A prime that was read as a transpose, and may have meant a derivative or another symbol."""
    for node in (inner for side in sides for inner in walk(side)):
        name = node.args[0].text if isinstance(node, Call) and isinstance(node.args[0], Name) else ""
        number = [shape_of(d.right, context.scope) for d in context.definitions.get(name, ())] == [()]
        primed = isinstance(node, Call) and node.op == "transpose" and any(f"{name}'" in text for text in texts)
        if primed and number:
            return f"{name}' was read as a transpose: write a derivative as \\frac{{d{name}}}{{dx}}"
        apart = turned and name in context.definitions and not any(f"{name}^" in text for text in texts)
        if primed and apart:
            return f"{name}' was read as a transpose, which stands as ^T elsewhere: give what it is a name of its own"
    return ""


def _of_chance(sides: tuple[Node, Node], context: Context, undefined: Collection[str]) -> str:
    return _vague(sides, context, undefined) or _one_for_all(sides, context) or _in_law(sides, context)


def squared_for_all(sides: tuple[Node, Node], context: Context) -> str:
    """The same where a square is in a mean, a variance: a right step may be right for one number alone."""
    means = [n for side in sides for n in walk(side) if isinstance(n, Big) and n.op == "E"]
    squared = any(isinstance(n, Call) and n.op in {"pow", "mul", "dot"} for mean in means for n in walk(mean.body))
    return _one_for_all(sides, context) if squared else ""


def _one_for_all(sides: tuple[Node, Node], context: Context) -> str:
    """A random r_{ni} that is one symbol, in a sum over n or i: one number for all of them."""
    spoken = depends(sides[0], context) | depends(sides[1], context)
    rights = [d.right for name in spoken for d in context.definitions.get(name, ())]
    sums = [n for node in (*sides, *rights) for n in walk(node) if isinstance(n, Big) and n.op != "E"]
    counted = {binder.name.text for one in sums for binder in one.binders}
    for name in sorted(spoken):
        declared, (base, _, label) = context.scope.names.get(name), name.partition("_")
        if declared is not None and declared.law is not None and len(label) == 2 and counted & {*label}:
            letters = ", ".join(label)
            return f"{name} was read as one random number: declare {base} with its indices {letters}"
    return ""


def _vague(sides: tuple[Node, Node], context: Context, undefined: Collection[str]) -> str:
    """A mean of something of whose law words said more than could be read."""
    means = [n for side in sides for n in walk(side) if isinstance(n, Big) and n.op == "E"]
    before = dict(what.split("|") for role, what in reversed(context.said) if role == "before")
    for name in sorted({n for side in sides for n in depends(side, context)} & before.keys() if means else ()):
        return f"line {before[name]} says how {name} is distributed one step before, which is not used"
    if means:
        vague = dict(what.split("|") for role, what in reversed(context.said) if role == "vague")
        random = {n for n in undefined if (d := context.scope.names.get(n)) is not None and d.law}
        laws = {b.domain.text for mean in means for b in mean.binders if isinstance(b.domain, Name)}
        known = {name: context.scope.names[name] for name in laws & {*undefined} if name in context.scope.names}
        random |= {name for name, declared in known.items() if declared.domain == "simplex"}
        for name in sorted(random if ANY in vague else random & vague.keys()):
            said = f"line {vague.get(name, vague.get(ANY))} says more of how {name} is distributed than could be read"
            return f"{said}: say it as in E[x] = m"
    return ""


def _in_law(sides: tuple[Node, Node], context: Context) -> str:
    """Random numbers on one side alone, x = m + s e of an x that is made of other noise: equal in law, it may be."""
    if any(isinstance(n, Big) and n.op == "E" for side in sides for n in walk(side)):
        return ""
    for side, other in (sides, sides[::-1]):
        behind = [other, *(d.right for name in depends(other, context) for d in context.definitions.get(name, ()))]
        fresh = _alone(side) - {name for node in behind for name in _alone(node)}
        drawn = sorted(name for name in fresh if _is_drawn(name, context))
        members = {n.base for node in behind for n in walk(node) if isinstance(n, Member)}
        beside = any(_is_drawn(name, context) for name in depends(other, context) - depends(side, context))
        if drawn and (beside or members & {*map(Name, drawn)}):
            return f"the two sides may be equal in law: {drawn[0]} is random, and stands on one side alone"
    return ""


def _is_drawn(name: str, context: Context) -> bool:
    declared = context.scope.names.get(name)
    return declared is not None and isinstance(declared.law, Call) and name not in context.definitions


def _alone(node: Node) -> set[str]:
    """The names in a formula that are no bases of members or entries."""
    if isinstance(node, (Index, Member)):
        return set()
    if isinstance(node, Name):
        return {node.text}
    return {name for inner in children(node) for name in _alone(inner)}


def _counting(context: Context) -> set[str]:
    """The indices in definitions, of what they define and of sums."""
    found = [d for definitions in context.definitions.values() for d in definitions]
    sums = [inner for d in found for inner in walk(d.right) if isinstance(inner, Big)]
    return {n for d in found for n in d.indices} | {binder.name.text for inner in sums for binder in inner.binders}


def put_in_doubt(sides: tuple[Node, Node], context: Context) -> str:
    """Why a derivative may be lost because numbers have been put in: a = sigma(-0.6), where -0.6 is some w x + b."""
    for node in (inner for side in sides for inner in walk(side) if isinstance(inner, Derivative)):
        reached = depends(node.of, context)
        moved = {n for variable in node.by for n in names(variable)}
        told = sorted(n for n in reached & context.definitions.keys() if _is_worked_out(n, context))
        if told and not moved & reached and moved & context.definitions.keys():
            return f"{told[0]} is given by its number alone: what it depends on is not said"
    return ""


def _is_worked_out(name: str, context: Context) -> bool:
    """Whether a name is given by numbers that something has been worked out of."""
    rights = [d.right for d in context.definitions[name]]
    return any(not names(right) and not isinstance(right, Num) for right in rights)


def step_doubt(sides: tuple[Node, Node], context: Context, iterated: Collection[str], shapes: bool) -> str:
    """Why the steps of an iteration may have been misread; `iterated` are the names that have iterates, and `shapes`
    says that the sides do not fit."""
    counted: dict[str, set[Node]] = {}
    for node in (inner for side in sides for inner in walk(side)):
        if isinstance(node, Member) and isinstance(node.base, Name) and len(node.indices) == 1:
            counted.setdefault(node.base.text, set()).add(node.indices[0])
    sizes = {n for declared in context.scope.names.values() for size in declared.shape or () for n in names(size)}
    for name, places in sorted(counted.items()):
        clash = sorted({n for place in places for n in names(place)} & sizes)
        if clash:
            return f"{clash[0]} is a size, and counts the steps of {name} too: use another letter for one of them"
        undefined = not any(member_of(d.left) for d in context.definitions.get(name, ()))
        if name in iterated and undefined and len(places) > 1:
            return f"no line says how one {name} comes from the one before it: write the update rule first"
    if isinstance(sides[0], Name) and sides[0] in _terms(sides[1]):
        return f"read as an equation, not as an update: write {sides[0].text}_{{t+1}} or \\leftarrow for a new value"
    still = _without_step(sides, context)
    if still:
        return still
    for node in (inner for side in sides for inner in walk(side)) if shapes else ():
        if isinstance(node, Index) and isinstance(node.base, Name) and node.base.text in iterated:
            step = to_plain(node.indices[0])
            return f"{node.base.text}_{step} was read as an entry: write the step as {node.base.text}^{{({step})}}"
    return _misread(sides, context, sizes, shapes) or (vector_of_numbers(sides, context) if shapes else "")


def _without_step(sides: tuple[Node, Node], context: Context) -> str:
    """Whether a derivative is by an a of f_t = \\sigma(a), where one a for every step was meant."""
    by = {n.text for side in sides for d in walk(side) if isinstance(d, Derivative) and member_of(d.of) is None
          for n in d.by if isinstance(n, Name)}  # fmt: skip
    by |= {n.text for found in context.definitions.values() for d in found for inner in walk(d.right)
           if isinstance(inner, Derivative) for n in inner.by if isinstance(n, Name)}  # fmt: skip
    for definition in (d for found in context.definitions.values() for d in found):
        member, right = member_of(definition.left), definition.right
        alone = isinstance(right, Call) and len(right.args) == 1 and isinstance(right.args[0], Name)
        name = right.args[0].text if alone and isinstance(right, Call) and isinstance(right.args[0], Name) else ""
        if member is not None and definition.indices and name in by and _undeclared(name, context):
            left = to_plain(definition.left)
            return f"{name} has no step in what {left} is made of, and {left} has one: write it with its step"
    return ""


def _terms(node: Node) -> list[Node]:
    """The terms of a sum of several."""
    if isinstance(node, Call) and node.op in {"add", "sub"}:
        return [term for arg in node.args for term in (_terms(arg) or [arg])]
    return []


def _misread(sides: tuple[Node, Node], context: Context, sizes: Collection[str], shapes: bool) -> str:
    """Whether a power of a vector, or in sides that do not fit an entry of one, may have meant one of many vectors."""
    bound = {b.name.text for side in sides for n in walk(side) if isinstance(n, Big) for b in n.binders}
    known = bound | set(sizes) | context.scope.names.keys()
    for node in (inner for side in sides for inner in walk(side)):
        if isinstance(node, Call) and node.op == "pow":
            base, index, sign, said = node.args[0], node.args[1], "^", "a power"
        elif isinstance(node, Index) and shapes:
            base, index, sign, said = node.base, node.indices[0], "_", "an entry"
        else:
            continue
        declared = context.scope.names.get(base.text) if isinstance(base, Name) else None
        if isinstance(base, Name) and declared is not None and len(declared.shape or ()) == 1 and names(index) - known:
            step = to_plain(index).replace(" ", "")
            meant = f"${base.text}^{{({step})}} \\in \\mathbb{{R}}^n$"
            return f"{base.text}{sign}{{{step}}} was read as {said} of {base.text}: if it is a vector, declare {meant}"
    return ""


def _undeclared(name: str, context: Context) -> bool:
    declared = context.scope.names.get(name)
    return declared is None or declared.domain == "inferred"
