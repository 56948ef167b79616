"""Transposes that are missing or too much, and the two indices of an entry exchanged."""

from __future__ import annotations

from collections.abc import Iterator

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import Place, factors, show
from solvers.formula.nodes import Apply, Call, Index, Matrix, Member, Name, Node


def transposes(place: Place, setting: Setting) -> Iterator[Edit]:
    """Transposes a name, a member or a bracket; takes a transpose away; exchanges i and j in W_ij."""
    node = place.node
    parent = place.parent
    if isinstance(parent, Call) and parent.op == "transpose":
        return
    if isinstance(node, Index) and len(node.indices) == 2 and node.indices[0] != node.indices[1]:
        turned: Node = Index(node.base, node.indices[::-1])
        said = said_of("the indices of {} should be exchanged: {}, not {}", node.base, turned, node)
        yield Edit("transpose", said_of("{} ({} transposed)", said, node.base), place.put(turned))
    if not isinstance(node, (Name, Member, Call, Apply, Matrix)) or setting.shape(node, place.binders) == ():
        return
    if isinstance(parent, (Index, Member)) and len(setting.shape(node, place.binders) or ()) < 2:
        return
    if sum(setting.shape(f, place.binders) != () for f in factors(node)) == 1 and len(factors(node)) > 1:
        return  # a number times a matrix: the matrix alone says it
    turned = setting.turned(node, place.binders)
    if isinstance(node, Call) and node.op == "transpose":
        yield Edit(
            "transpose", said_of("{} should not be transposed: {}, not {}", turned, turned, node), place.put(turned)
        )
    else:
        said = said_of("{} should be transposed: {}", node, turned)
        yield Edit("transpose", said_of("{}{}", said, _only_if(node, place, setting)), place.put(turned))


def _only_if(node: Node, place: Place, setting: Setting) -> str:
    """What makes the step right as it stands: said for square matrices with a name."""
    shape = setting.shape(node, place.binders)
    square = isinstance(node, Name) and shape is not None and len(shape) == 2 and shape[0] == shape[1]
    return f" (as it stands, right only if {show(node)} is symmetric)" if square else ""
