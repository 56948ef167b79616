"""Names that are defined: found when they are asked for, recursions from their start, circles named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from solvers.formula.env import Definition, Env, origin_of, whole
from solvers.formula.nodes import Apply, Call, Derivative, Index, Member, Name, Node, Num, map_children, names, walk
from solvers.formula.tables.table import EvaluationError, Open, OutOfRange
from solvers.formula.targets import UNKNOWN

MAX_OPEN = 60


def reached(node: Node, definitions: Mapping[str, Sequence[Definition]]) -> frozenset[str]:
    """The names of a formula, those of functions too, and those that its definitions lead to."""
    done: set[str] = set()
    bare, applied = _spoken(node)
    while new := (bare | applied) - done:
        done |= new
        for name in new:
            for definition in definitions.get(name, ()):
                own = frozenset() if name in bare else _parameters(definition)
                spoken, called = _spoken(definition.right)
                bare, applied = bare | (spoken - own), applied | called
    return frozenset(done)


def _parameters(definition: Definition) -> frozenset[str]:
    """The arguments of a function that is defined: names of its own."""
    return names(definition.left) if isinstance(definition.left, Apply) else frozenset()


def _spoken(node: Node) -> tuple[set[str], set[str]]:
    """The names in a formula, and those of the functions that are applied in it."""
    return set(names(node)), {inner.name for inner in walk(node) if isinstance(inner, Apply)}


def loose_in(nodes: Iterable[Node], definitions: Mapping[str, Sequence[Definition]]) -> frozenset[str]:
    """The names that are differentiated by what they do not lead to: L in dL/dw where nothing says what L is.

    In the formulas, and in the definitions that they lead to.
    """
    found: set[str] = set()
    nodes = tuple(nodes)
    behind = {name for node in nodes for name in reached(node, definitions)}
    rights = [definition.right for name in behind for definition in definitions.get(name, ())]
    for node in (inner for each in (*nodes, *rights) for inner in walk(each)):
        if isinstance(node, Derivative):
            spoken = reached(node.of, definitions)
            if not any(names(by) & spoken for by in node.by):
                found |= spoken
            elif isinstance(node.of, Member) and any(_beside(node.of, by, definitions) for by in node.by):
                found |= names(node.of.base)
    return frozenset(found)


def _beside(member: Member, other: Node, definitions: Mapping[str, Sequence[Definition]]) -> bool:
    """Whether two are members of one family that nothing defines: h^(t) and h^(t-1)."""
    undefined = not names(member.base) & definitions.keys()
    return undefined and isinstance(other, Member) and other.base == member.base and other != member


def beside(nodes: Iterable[Node], definitions: Mapping[str, Sequence[Definition]]) -> str:
    """A defined name that is differentiated by, where what is differentiated is made of the same, but not of it:
    with s = log v and L of v, dL/ds is meant with v = e^s. "" if there is none.
    """
    nodes = list(nodes)
    behind = (
        d.right for name in {n for node in nodes for n in reached(node, definitions)} for d in definitions.get(name, ())
    )
    for node in (inner for each in (*nodes, *behind) for inner in walk(each) if isinstance(inner, Derivative)):
        spoken = reached(node.of, definitions)
        for by in node.by:
            base = by.base if isinstance(by, (Index, Member)) else by
            if isinstance(base, Name) and base.text in definitions and base.text not in spoken:
                variables = {n for n in reached(base, definitions) if n not in definitions}
                if variables & spoken:
                    return base.text
    return ""


def defined(node: Node, key: str, env: Env) -> Any:
    """The value of what a definition defines, computed once."""
    if key in env.memo:
        if env.memo[key] is _OPEN:
            raise EvaluationError(f"{key} is defined by itself")
        return env.memo[key]
    if sum(value is _OPEN for value in env.memo.values()) >= MAX_OPEN:
        raise EvaluationError(f"{key}: definitions lead to definitions more than {MAX_OPEN} deep")
    env.memo[key] = _OPEN
    try:
        env.memo[key] = value = _from_definition(node, key, env)
    finally:
        if env.memo[key] is _OPEN:
            del env.memo[key]
    return value


_OPEN = object()


def _from_definition(node: Node, key: str, env: Env) -> Any:
    found = _definition_of(node, env)
    if found is not None:
        definition, bound = found
        if definition.right == Num("0"):
            return _zero(node, env)
        return replace(env, integers={**env.sizes, **bound}).value(definition.right)
    functions = [d for d in env.definitions[node.text] if isinstance(d.left, Apply)] if isinstance(node, Name) else []
    if len(functions) == 1:
        return env.value(functions[0].right)  # J beside J(w) = ...: its value at w
    if isinstance(node, Name) and node.text in env.declared:
        return _whole_vector(node, env)
    if isinstance(node, Member):
        return _whole_member(node, key, env)
    raise EvaluationError(f"{key} is not defined")


def _zero(node: Node, env: Env) -> Any:
    """h^(0) = 0: zeros of the declared shape, or of whatever shape the context asks for; x_i = 0 is a number."""
    base, _, _ = taken_apart(node)
    declared = env.declared.get(base.text) if base is not None else None
    zero = env.table.number(Fraction(0))
    if declared is None or declared.shape is None:
        return Open("zero", zero)
    shape = declared.shape[len(node.indices) :] if isinstance(node, Index) else declared.shape
    if any(size == Num("0") for size in shape):
        return Open("zero", zero)
    value = zero
    for size in reversed(shape):
        value = env.table.stack([value] * whole(size, env.sizes))
    return value


def _definition_of(node: Node, env: Env) -> tuple[Definition, dict[str, int]] | None:
    """The definition of a name, member or entry, and what its index names stand for. A start value goes first."""
    base, form, indices = taken_apart(node)
    if base is None or base.text not in env.definitions:
        return None
    places = tuple(whole(i, env.integers) for i in indices)
    found = [(d, _matched(d, form, places, env.sizes)) for d in env.definitions[base.text]]
    fitting = [(definition, bound) for definition, bound in found if bound is not None]
    return min(fitting, key=lambda pair: len(pair[1]), default=None)


def taken_apart(node: Node) -> tuple[Name | None, tuple[str, ...], tuple[Node, ...]]:
    """The name at the root of a member or entry, how its indices hang on it, and all of them."""
    form: list[str] = []
    indices: tuple[Node, ...] = ()
    while isinstance(node, (Member, Index)):
        form.append(f"{type(node).__name__}{len(node.indices)}")
        indices = (*node.indices, *indices)
        node = node.base
    return (node if isinstance(node, Name) else None), tuple(form), indices


def right_side(node: Node, env: Env) -> Node | None:
    """The right side of what defines `node`, with the index names put in; None if nothing does."""
    found = _definition_of(node, env)
    if found is None:
        return None
    definition, bound = found
    return with_numbers(definition.right, bound)


def with_numbers(node: Node, bound: Mapping[str, int]) -> Node:
    """The node with numbers in place of the names that have one."""
    if isinstance(node, Name) and node.text in bound:
        return Num(str(bound[node.text])) if bound[node.text] >= 0 else Call("neg", (Num(str(-bound[node.text])),))
    return map_children(node, lambda child: with_numbers(child, bound))


def _matched(
    definition: Definition, form: tuple[str, ...], places: tuple[int, ...], sizes: Mapping[str, int]
) -> dict[str, int] | None:
    """What the index names of a definition stand for so that its left side is the one asked for; None if it is not."""
    _, written_as, indices = taken_apart(definition.left)
    if written_as != form or isinstance(definition.left, Apply):
        return None
    bound: dict[str, int] = {}
    for index, place in zip(indices, places, strict=True):
        if isinstance(index, Name) and index.text in definition.indices:
            if (definition.recursive and place < 1) or bound.get(index.text, place) != place:
                return None  # W_{ii} says nothing of W_{12}
            bound[index.text] = place
        elif (letter := _letter_in(index, definition.indices)) is not None and letter not in bound:
            solved = _solved(index, letter, place, sizes)
            if solved is None:
                return None
            bound[letter] = solved
        elif whole(index, {**sizes, **bound}) != place:
            return None
    return bound


def _letter_in(index: Node, letters: Sequence[str]) -> str | None:
    """The letter of a definition in an index that is computed from it: i of p_{2i + 1}."""
    found = [letter for letter in letters if letter in names(index)]
    return found[0] if len(found) == 1 and isinstance(index, Call) else None


def _solved(index: Node, letter: str, place: int, sizes: Mapping[str, int]) -> int | None:
    """The i with 2 i + 1 = place; None if there is none, or the index does not grow by equal steps."""
    start, after, further = (whole(index, {**sizes, letter: number}) for number in (0, 1, 2))
    step = after - start
    if not step or further - after != step or (place - start) % step:
        return None
    return (place - start) // step


def _whole_member(node: Member, key: str, env: Env) -> Any:
    """z^(2) that is defined entry by entry: by a second index of its family, or by entries."""
    base = node.base
    declared = env.declared.get(base.text) if isinstance(base, Name) else None
    if declared is None:
        raise EvaluationError(f"{key} is not defined")
    if len(declared.family) > len(node.indices):
        high = declared.family[len(node.indices)][2]
        if high != Num("0"):
            places = range(1, whole(high, env.sizes) + 1)
            return env.table.stack([env.value(Member(base, (*node.indices, Num(str(p))))) for p in places])
    entrywise = any(isinstance(d.left, Index) for d in env.definitions.get(getattr(base, "text", ""), ()))
    if entrywise and declared.shape and UNKNOWN not in declared.shape:
        return _stacked(node, [whole(size, env.sizes) for size in declared.shape], env)
    raise OutOfRange(f"{key} is not defined")


def _length(name: str, axis: int, env: Env, depth: int = 5) -> int | None:
    """How long what is defined entry by entry is along an axis, by what its index runs along on the right side."""
    for definition in env.definitions.get(name, ()) if depth else ():
        left = definition.left
        letter = left.indices[axis] if isinstance(left, Index) and axis < len(left.indices) else None
        if not isinstance(letter, Name) or letter.text not in definition.indices:
            continue
        for node in walk(definition.right):
            if isinstance(node, Index) and isinstance(node.base, Name) and letter in node.indices:
                place, base = node.indices.index(letter), node.base.text
                if base in env.values:
                    shape = env.table.shape(env.values[base])
                    return shape[place] if place < len(shape) else None
                found = _length(base, place, env, depth - 1)
                found = _length_of_whole(base, place, env) if found is None else found
                if found is not None:
                    return found
    return None


def _length_of_whole(name: str, axis: int, env: Env) -> int | None:
    """How long what is defined as a whole is along an axis: s of s = A x."""
    if not any(d.left == Name(name) for d in env.definitions.get(name, ())):
        return None
    shape = env.table.shape(env.value(Name(name)))
    return shape[axis] if axis < len(shape) else None


def _whole_vector(node: Name, env: Env) -> Any:
    """A vector or matrix that is defined entry by entry, or one by one as the numbers y_1, ..., y_N are."""
    family = env.declared[node.text].family
    if not env.declared[node.text].shape and len(family) == 1 and (numbers := _numbered(node, env)) is not None:
        return numbers
    declared = env.declared[node.text].shape or ()
    known = [
        _length(node.text, axis, env) if size == UNKNOWN else whole(size, env.sizes)
        for axis, size in enumerate(declared)
    ]
    sizes = [size for size in known if size is not None]
    if not sizes or len(sizes) < len(known):
        raise EvaluationError(f"how long {node.text} is cannot be known: declare it")
    return _stacked(node, sizes, env)


def _numbered(node: Name, env: Env) -> Any:
    """The numbers of a family as a vector: as many as there are of what they are made of; None where none says it."""
    from solvers.formula.sums import range_inside  # it stands on this module

    places = range_inside(node.text, 0, env)
    if places is None or places.start != 1 or len(places) < 1:
        return None
    return env.table.stack([env.value(Member(node, (Num(str(place)),))) for place in places])


def _stacked(node: Node, sizes: list[int], env: Env, places: tuple[int, ...] = ()) -> Any:
    """A vector or matrix from its entries."""
    if len(places) == len(sizes):
        return env.value(Index(node, tuple(Num(str(p)) for p in places)))
    first = origin_of(node, env)
    rows = range(first, sizes[len(places)] + first)
    return env.table.stack([_stacked(node, sizes, env, (*places, p)) for p in rows])
