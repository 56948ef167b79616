"""Transposes that are missing or too much, and the two indices of an entry exchanged."""

from __future__ import annotations

from collections.abc import Iterator

from engine.derivation.diagnosis.record import Edit
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import Place, show
from solvers.formula.nodes import Apply, Call, Index, Matrix, Member, Name, Node


def transposes(place: Place, setting: Setting) -> Iterator[Edit]:
    """Transposes a name, a member or a bracket; takes a transpose away; exchanges i and j in W_ij."""
    node = place.node
    parent = place.parent
    if isinstance(parent, Call) and parent.op == "transpose":
        return
    if isinstance(node, Index) and len(node.indices) == 2 and node.indices[0] != node.indices[1]:
        turned: Node = Index(node.base, node.indices[::-1])
        said = f"the indices of {show(node.base)} should be exchanged: {show(turned)}, not {show(node)}"
        yield Edit("transpose", f"{said} ({show(node.base)} transposed)", place.put(turned))
    if not isinstance(node, (Name, Member, Call, Apply, Matrix)) or setting.shape(node, place.binders) == ():
        return
    if isinstance(parent, (Index, Member)) and len(setting.shape(node, place.binders) or ()) < 2:
        return
    turned = setting.turned(node, place.binders)
    if isinstance(node, Call) and node.op == "transpose":
        yield Edit(
            "transpose", f"{show(turned)} should not be transposed: {show(turned)}, not {show(node)}", place.put(turned)
        )
    else:
        said = f"{show(node)} should be transposed: {show(turned)}"
        yield Edit("transpose", said + _only_if(node, place, setting), place.put(turned))


def _only_if(node: Node, place: Place, setting: Setting) -> str:
    """What makes the step right as it stands: said for square matrices with a name."""
    shape = setting.shape(node, place.binders)
    square = isinstance(node, Name) and shape is not None and len(shape) == 2 and shape[0] == shape[1]
    return f" (as it stands, right only if {show(node)} is symmetric)" if square else ""
