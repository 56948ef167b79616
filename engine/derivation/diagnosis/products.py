"""Products: their order, their kind (matrix, entry by entry, diag), fractions upside down, arguments exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import Place, factors, product_of, transposed
from solvers.formula.nodes import Apply, Call, Node, Num

MAX_FACTORS = 5
TWO_SIDED = frozenset({"kl", "entropy", "binom", "mod"})


def _chain(place: Place) -> list[Node]:
    """The factors of a product that stands in no longer one."""
    parent = place.parent
    if isinstance(parent, Call) and parent.op in {"mul", "times"}:
        return []
    return factors(place.node)


def orders(place: Place, setting: Setting) -> Iterator[Edit]:
    """Every other order of the factors that are not numbers; a fraction turned; arguments exchanged."""
    node = place.node
    if isinstance(node, Call) and node.op == "div":
        a, b = node.args
        turned = b if a == Num("1") else Call("div", (b, a))
        yield Edit(
            "inverse", said_of("numerator and denominator are exchanged: {}, not {}", turned, node), place.put(turned)
        )
    if isinstance(node, Call) and node.op in TWO_SIDED and len(node.args) == 2:
        turned = Call(node.op, node.args[::-1])
        said = said_of("the two sides are exchanged: {}, not {}", turned, node)
        yield Edit("swap", said, place.put(turned))
    if isinstance(node, Apply) and len(node.args) == 1 and len(node.given) == 1:
        other = replace(node, args=node.given, given=node.args)
        yield Edit("swap", said_of("the condition is the wrong way round: {}, not {}", other, node), place.put(other))
    chain = _chain(place)
    moving = [i for i, f in enumerate(chain) if setting.shape(f, place.binders) != ()]
    if not 2 <= len(moving) <= MAX_FACTORS:
        return
    for order in permutations(moving):
        if list(order) == moving:
            continue
        changed = list(chain)
        for to, source in zip(moving, order, strict=True):
            changed[to] = chain[source]
        new = product_of(changed)
        yield Edit("order", said_of("the factors stand in the wrong order: {}, not {}", new, node), place.put(new))
    for i in range(len(chain) - 1):
        moved = [*chain[:i], transposed(chain[i]), transposed(chain[i + 1]), *chain[i + 2 :]]
        new = product_of(moved)
        yield Edit(
            "transpose", said_of("the transpose stands at the wrong factor: {}, not {}", new, node), place.put(new)
        )


def kinds_of_product(place: Place, setting: Setting) -> Iterator[Edit]:
    """a b, a ⊙ b and diag(a) b for one another."""
    node = place.node
    chain = _chain(place)
    for i in range(len(chain) - 1) if len(chain) > 2 else ():
        pair = Call("hadamard", (chain[i], chain[i + 1]))
        new = product_of([*chain[:i], pair, *chain[i + 2 :]])
        yield Edit("hadamard", said_of("the product is meant entry by entry: {}", pair), place.put(new))
    if not isinstance(node, Call) or node.op not in {"mul", "times", "hadamard", "dot", "star"}:
        return
    a, b = node.args
    if () in (setting.shape(a, place.binders), setting.shape(b, place.binders)):
        return
    entrywise, plain = Call("hadamard", (a, b)), Call("mul", (a, b))
    if node.op != "hadamard":
        yield Edit("hadamard", said_of("the product is meant entry by entry: {}", entrywise), place.put(entrywise))
    else:
        yield Edit("hadamard", said_of("the matrix product is meant: {}, not {}", plain, node), place.put(plain))
    for new in (Call("mul", (Call("diag", (a,)), b)), Call("mul", (a, Call("diag", (b,))))):
        meant = new.args[0] if new.args[1] is b else new.args[1]
        yield Edit("hadamard", said_of("a diagonal matrix is meant: {}, as in {}", meant, new), place.put(new))
