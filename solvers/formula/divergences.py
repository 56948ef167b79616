"""Divergences, entropies and Gaussians as they are written: D_KL(p || q), H(p), H(p, q), N(x; mu, sigma^2)."""

from __future__ import annotations

import re

from solvers.formula.joint_variables import refuse_joint, refuse_laws, sides_of
from solvers.formula.law_names import name_laws
from solvers.formula.mixtures import is_mixture
from solvers.formula.nodes import (
    Apply,
    Call,
    Name,
    Node,
    Num,
)  # fmt: skip
from solvers.formula.probability import OPENERS, random_names
from solvers.formula.reader import CLOSERS, Reader
from solvers.formula.tokens import Token


def _divergence(reader: Reader, token: Token) -> Node | None:
    """D_KL(p || q), KL(p || q); None of anything else, behind which it may have read on."""
    labelled = token.text in {"D", "bbD", "calD"} and reader.peek().kind == "_"
    if labelled:
        reader.take()
        tokens, _ = reader.script()
        label = "".join(t.text for t in tokens)
        labelled = label.lower() == "kl"
        if not labelled and reader.peek().kind in OPENERS and token.text not in reader.scope.names:
            _refuse_divergence(reader, token, label)
    declared = reader.scope.names.get(token.text)
    own = declared is not None and declared.shape != ()  # as D >= 0 says nothing of what D(p || q) is
    if (
        labelled
        and "D_KL" not in reader.scope.names
        and reader.peek().kind not in OPENERS
        and reader.starts_operand(reader.peek())
    ):
        raise reader.fail("a divergence is between two distributions: D_KL(p || q)", token)
    if (
        token.text in {"D", "bbD", "KL"}
        and reader.peek().kind in OPENERS
        and (labelled or (not own and _barred(reader)))
    ):
        name_laws(reader)
        sides, _ = sides_of(reader, reader.take())
        if len(sides) != 2:
            raise reader.fail("a divergence is between two distributions: D_KL(p || q)", token)
        return _in_bits(Call("kl", tuple(sides), reader.span(token.start)), reader)
    return None


def information(reader: Reader, token: Token) -> Node | None:
    """D_KL(p || q), KL(p || q), H(p), H(p, q), N(mu, sigma^2), N(x; mu, sigma^2); None if it is none of them."""
    start = reader.at
    if (divergence := _divergence(reader, token)) is not None:
        return divergence
    reader.at = start
    opener = reader.peek()
    if token.text not in {"H", "bbH", "calH", "CE", "calN", "N", "calU"} or opener.kind not in OPENERS:
        return None
    sides, marked = sides_of(reader, reader.take())
    if token.text == "calU" and len(sides) == 2:
        return Call("uniform", tuple(sides), reader.span(token.start))
    if token.text in {"calN", "N"} and len(sides) in {2, 3} and (token.text == "calN" or marked or len(sides) == 3):
        return Call("normal" if len(sides) == 2 else "gaussian", tuple(sides), reader.span(token.start))
    if token.text in {"H", "bbH", "calH", "CE"}:
        refuse_joint(sides, reader, token)
        if len(sides) <= 2 and all(_distribution(s, reader) for s in sides):
            return _in_bits(Call("entropy", tuple(sides), reader.span(token.start)), reader)
        refuse_laws(sides, reader, token)
    reader.at = start
    return None


def _refuse_divergence(reader: Reader, token: Token, label: str) -> None:
    """Which divergence D_f(p || q) or D_{TV}(p || q) is, is not known: it is not the one of Kullback and Leibler."""
    if f"D_{label}" not in reader.scope.names and _barred(reader, ("||",)):
        raise reader.fail(f"which divergence D_{label} means is not known, as D_KL is: say it in a formula", token)


def _in_bits(node: Call, reader: Reader) -> Node:
    """A divergence or an entropy, which is one in nats, to the base that the text takes logarithms to."""
    return Call("div", (node, Call("log", (Num("2"),))), node.span) if reader.scope.bits else node


def _barred(reader: Reader, marks: tuple[str, ...] = ("||", ",")) -> bool:
    """Whether || or a comma stands between the brackets that open here: a divergence."""
    depth, ahead = 0, 0
    while (token := reader.peek(ahead)).kind != "eof":
        depth += (token.kind in CLOSERS and token.kind not in {"|"}) - (token.kind in {")", "]", "}", "g}"})
        if depth == 1 and token.kind in marks:
            return True
        if depth <= 0:
            return False
        ahead += 1
    return False


def _distribution(node: Node, reader: Reader) -> bool:
    if isinstance(node, Apply) or ("H" not in reader.scope.names and is_mixture(node, reader.scope)):
        return True
    declared = reader.scope.names.get(node.text) if isinstance(node, Name) else None
    if declared is not None and (declared.normalized or declared.law is not None) and "H" not in reader.scope.names:
        return True  # H(x) of a random x
    given = declared is not None and declared.domain == "defined" and not declared.family
    if given and isinstance(node, Name) and re.fullmatch("[pqPQ]", node.text) and "H" not in reader.scope.names:
        return True  # p = (1/2, 1/2)
    if declared is not None and declared.domain == "defined" and "H" not in reader.scope.names:
        return any(isinstance(law, Call) and law.op == "normal" for law in random_names(reader).values())  # H(Bx)
    return declared is not None and declared.domain in {"simplex", "distribution"}


__all__ = ["information"]
