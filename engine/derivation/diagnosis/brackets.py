"""Brackets in the wrong place: a (b + c) for a b + c, and the other way round; f(a + b) for f(a) + b; a^(b + c)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import Place, factors, is_sum, product_of, sum_of, terms
from solvers.formula.nodes import Big, Call, Name, Node, Num
from solvers.formula.operators import elementwise


def brackets(place: Place, setting: Setting) -> Iterator[Edit]:
    """Every way of moving one bracket at this place."""
    for new in _moved(place):
        if new != place.node:
            said = said_of("right with the bracket in another place: {}, not {}", new, place.node)
            yield Edit("bracket", said, place.put(new))


def _moved(place: Place) -> Iterator[Node]:
    node = place.node
    parts = terms(node)
    if len(parts) > 1 and not is_sum(place.parent):
        yield from _closed_later(parts)
    if isinstance(node, Call) and node.op in {"mul", "times", "hadamard"}:
        yield from _closed_sooner(node)
    if isinstance(node, Call) and len(node.args) == 1 and elementwise(node.op) and is_sum(node.args[0]):
        inner = terms(node.args[0])
        yield sum_of([(1, Call(node.op, (sum_of(inner[:-1]),))), inner[-1]])
        yield sum_of([inner[0], (1, Call(node.op, (sum_of(inner[1:]),)))])
    if isinstance(node, Call) and node.op == "pow" and is_sum(node.args[0]):
        inner = terms(node.args[0])
        yield sum_of([*inner[:-1], (inner[-1][0], Call("pow", (inner[-1][1], node.args[1])))])
    if isinstance(node, Big) and is_sum(node.body):
        inner = terms(node.body)
        yield sum_of([(1, Big(node.op, node.binders, sum_of(inner[:-1]))), inner[-1]])


def _closed_later(parts: list[tuple[int, Node]]) -> Iterator[Node]:
    """a b + c -> a (b + c); a + b c -> (a + b) c; f(a) + b -> f(a + b); Σ a + b -> Σ (a + b); -b + c -> -(b + c)."""
    for first in range(len(parts) - 1):
        for last in range(first + 2, len(parts) + 1):
            group = parts[first:last]
            for joined in _joined(group):
                yield sum_of([*parts[:first], *joined, *parts[last:]])


def _joined(group: list[tuple[int, Node]]) -> Iterator[list[tuple[int, Node]]]:
    (sign, head), rest = group[0], group[1:]
    chain = factors(head)
    for cut in range(1, len(chain)):
        inner = sum_of([(1, product_of(chain[cut:])), *rest])
        yield [(sign, product_of([*chain[:cut], inner]))]
    last_sign, tail = group[-1]
    chain = factors(tail)
    for cut in range(1, len(chain)):
        inner = sum_of([*group[:-1], (last_sign, product_of(chain[:cut]))])
        yield [(1, product_of([inner, *chain[cut:]]))]
    if isinstance(head, Call) and len(head.args) == 1 and elementwise(head.op):
        yield [(sign, Call(head.op, (sum_of([(1, head.args[0]), *rest]),)))]
    if isinstance(tail, Call) and len(tail.args) == 1 and elementwise(tail.op):
        yield [(last_sign, Call(tail.op, (sum_of([*group[:-1], (1, tail.args[0])]),)))]
    if isinstance(head, Big):
        yield [(sign, Big(head.op, head.binders, sum_of([(1, head.body), *rest])))]
    if isinstance(head, Call) and head.op == "pow":
        yield [(sign, Call("pow", (head.args[0], sum_of([(1, head.args[1]), *rest]))))]
    if isinstance(head, Call) and head.op == "div":
        yield [(sign, Call("div", (head.args[0], sum_of([(1, head.args[1]), *rest]))))]
        yield [(sign, Call("div", (sum_of([(1, head.args[0]), *rest]), head.args[1])))]
    if isinstance(tail, Call) and tail.op == "div":
        over = sum_of([*group[:-1], (last_sign, tail.args[0])])
        yield [(1, Call("div", (over, tail.args[1])))]
    if sign < 0 and len(group) > 1:
        yield [(-1, sum_of([(1, head), *rest]))]


def _closed_sooner(node: Call) -> Iterator[Node]:
    """a (b + c) -> a b + c and b + a c; (a + b) c -> a c + b and a + b c."""
    a, b = node.args
    for place, bracket in ((1, b), (0, a)):
        parts = terms(bracket)
        if len(parts) < 2:
            continue
        for chosen in (0, len(parts) - 1):
            changed = []
            for i, (sign, term) in enumerate(parts):
                pair = (a, term) if place == 1 else (term, b)
                changed.append((sign, _product(node.op, pair) if i == chosen else term))
            yield sum_of(changed)
        if parts[0] == (1, Num("1")):  # (1 - η) A for I - η A
            head: list[tuple[int, Node]] = [(1, Name("I"))]
            head += [(s, Call(node.op, (a, t) if place == 1 else (t, b))) for s, t in parts[1:]]
            yield sum_of(head)


def _product(op: str, pair: tuple[Node, Node]) -> Node:
    """A product; of 1 and x, x."""
    return pair[1] if pair[0] == Num("1") else pair[0] if pair[1] == Num("1") else Call(op, pair)
