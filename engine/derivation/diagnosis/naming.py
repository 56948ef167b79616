"""Names taken for one another: one name for another of its shape, two exchanged, a formula where another is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.signs import ordinal
from engine.derivation.diagnosis.trees import Place, everywhere, size, sum_of, terms
from solvers.formula.nodes import Apply, Call, Chain, Derivative, Index, Member, Name, Node, Num, walk
from solvers.formula.operators import elementwise


def names_for_names(place: Place, setting: Setting) -> Iterator[Edit]:
    """Each other name that is known in the step, first those of the same shape."""
    node = place.node
    if isinstance(node, Member) and isinstance(node.base, Name):
        others: list[Node] = [replace(node, base=Name(f)) for f in setting.families if Name(f) != node.base]
    elif isinstance(node, Name) and not isinstance(place.parent, (Chain, Member)):
        if node.text in setting.free_indices or any(b.name == node for b in place.binders):
            return
        others = [Name(s) for s in (*setting.symbols, *setting.sizes) if s != node.text]
        if node == Name("I"):
            others = [Num("1"), Name("ones"), *others]
    elif isinstance(node, Apply):
        others = [
            n
            for n in dict.fromkeys(x for side in setting.formulas for x in walk(side))
            if isinstance(n, Apply) and n != node
        ]
    else:
        return
    shape = setting.shape(node, place.binders)
    alike = [other for other in others if setting.shape(other, place.binders) == shape]
    for other in [*alike, *(o for o in others if o not in alike)]:
        old, new = (n.base if isinstance(n, Member) else n for n in (node, other))
        shown = said_of(": {}, not {}", other, node) if isinstance(node, Member) else ""
        yield Edit("name", said_of("{} is meant, not {}{}", new, old, shown), place.put(other))


def swaps(setting: Setting) -> Iterator[Edit]:
    """Two names, members or probabilities exchanged throughout the side."""
    found = dict.fromkeys(
        n for n in walk(setting.right) if isinstance(n, (Name, Member, Apply)) and not _inside_member(n, setting.right)
    )
    for a, b in combinations([n for n in found if not _is_index(n, setting)], 2):
        turned = everywhere(everywhere(everywhere(setting.right, a, _SPARE), b, a), _SPARE, b)
        if turned != setting.right:
            yield Edit("swap", said_of("right with {} and {} exchanged", a, b), turned)
    parts = terms(setting.right)
    for place, (_, term) in enumerate(parts) if len(parts) > 1 else ():
        inside = dict.fromkeys(n for n in walk(term) if isinstance(n, (Name, Member)) and not _inside_member(n, term))
        for a, b in combinations([n for n in inside if not _is_index(n, setting)], 2):
            turned = everywhere(everywhere(everywhere(term, a, _SPARE), b, a), _SPARE, b)
            side = sum_of([(s, turned if i == place else t) for i, (s, t) in enumerate(parts)])
            said = said_of("right with {} and {} exchanged in the {} term: {}", a, b, ordinal(place), turned)
            yield Edit("swap", said, side)
    families = sorted({n.base.text for n in walk(setting.right) if isinstance(n, Member) and isinstance(n.base, Name)})
    for one, other in combinations(families, 2):
        turned = everywhere(setting.right, Name(one), _SPARE)
        turned = everywhere(everywhere(turned, Name(other), Name(one)), _SPARE, Name(other))
        yield Edit("swap", f"right with {one} and {other} exchanged", turned)


def swaps_inside(place: Place, setting: Setting) -> Iterator[Edit]:
    """Two names or probabilities exchanged in one fraction or argument: log p/q for log q/p."""
    node, parent = place.node, place.parent
    argument = isinstance(parent, Call) and len(parent.args) == 1
    if parent is None or not (argument or (isinstance(node, Call) and node.op == "div")):
        return
    inside = dict.fromkeys(
        n for n in walk(node) if isinstance(n, (Name, Member, Apply)) and not _inside_member(n, node)
    )
    for a, b in combinations([n for n in inside if not _is_index(n, setting)], 2):
        turned = everywhere(everywhere(everywhere(node, a, _SPARE), b, a), _SPARE, b)
        yield Edit("swap", said_of("right with {} and {} exchanged in {}: {}", a, b, node, turned), place.put(turned))


_SPARE = Name("\x00")


def _inside_member(node: Node, side: Node) -> bool:
    return isinstance(node, Name) and any(isinstance(n, Member) and n.base == node for n in walk(side))


def _is_index(node: Node, setting: Setting) -> bool:
    return isinstance(node, Name) and node.text not in setting.symbols and node.text not in setting.sizes


def instead(place: Place, setting: Setting) -> Iterator[Edit]:
    """A piece of the step where another stands: 1 - p for p."""
    node = place.node
    if place.parent is None or isinstance(node, (Chain, Derivative)):
        return
    if isinstance(place.parent, (Index, Member)) or not isinstance(node, (Name, Member, Index, Num, Call, Apply)):
        return
    if isinstance(node, Call) and sum(1 for _ in walk(node)) > 7:
        return
    shape = setting.shape(node, place.binders)
    for atom in setting.atoms:
        if atom == node or not setting.usable(atom, place) or setting.shape(atom, place.binders) != shape:
            continue
        new = place.put(atom)
        if new == setting.left and 2 * size(atom) > size(new):
            continue  # the left side written over the right one is no repair
        kind = "name" if isinstance(node, Name) and isinstance(atom, Name) else "expression"
        yield Edit(kind, said_of("{} is meant, not {}", atom, node), new)


def complements(place: Place, setting: Setting) -> Iterator[Edit]:
    """1 - p for p, and p for 1 - p."""
    node = place.node
    if isinstance(node, Call) and node.op == "sub" and node.args[0] == Num("1"):
        other = node.args[1]
    elif _simple(node) and not isinstance(place.parent, (Index, Member, Chain)):
        other = Call("sub", (Num("1"), node))
    else:
        return
    yield Edit("expression", said_of("{} is meant, not {}", other, node), place.put(other))


def _simple(node: Node) -> bool:
    """A name, an entry, a probability, or a function of one: what has a complement by name."""
    return isinstance(node, (Name, Index, Member, Apply)) or (isinstance(node, Call) and elementwise(node.op))
