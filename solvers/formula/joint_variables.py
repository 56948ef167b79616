"""Random variables that have one law together, X, Y ~ p(x, y): their entropies are not read as those of laws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from solvers.formula.nodes import Apply, Name, Node, walk
from solvers.formula.stream import CLOSERS
from solvers.formula.tokens import Token

if TYPE_CHECKING:
    from solvers.formula.reader import Reader


def refuse_joint(sides: Sequence[Node], reader: Reader, token: Token) -> None:
    """Raises ReadError for the entropy of random variables with a joint law, or of several variables."""
    known = [reader.scope.names.get(side.text) for side in sides if isinstance(side, Name)]
    laws = [declared.law for declared in known if declared is not None and declared.law is not None]
    joint = any(isinstance(law, Apply) and len(law.args) > 1 for law in laws) or (len(sides) > 1 and bool(laws))
    if joint and token.text != "CE":
        raise reader.fail("entropies of variables with a joint law are not read: write the sum over the law", token)


def refuse_laws(sides: Sequence[Node], reader: Reader, token: Token) -> None:
    """Raises ReadError where H(...) is of values of functions, and H is no number that they are multiplied with."""
    speak = any(isinstance(node, Apply) for side in sides for node in walk(side))
    if speak and token.text != "CE" and token.text not in reader.scope.names:
        raise reader.fail("what this is the entropy of is not understood: write the sum over the law", token)


def law_of_targets(law: Node | None, targets: list[str]) -> Node | None:
    """The law p(X, Y) of X, Y ~ p(x, y): the letters of a distribution are those of what is drawn."""
    drawn = tuple(Name(target.strip()) for target in targets)
    if not isinstance(law, Apply) or law.given or len(law.args) != len(drawn) or len(drawn) < 2:
        return law
    letters = {arg.text for arg in law.args if isinstance(arg, Name)}
    same = len(letters) == len(drawn) and letters == {name.text.lower() for name in drawn}
    return replace(law, args=drawn) if same and letters.isdisjoint(name.text for name in drawn) else law


def sides_of(reader: Reader, opener: Token) -> tuple[list[Node], bool]:
    """What stands between a function's brackets, apart by commas, semicolons or bars; whether by more than commas."""
    with reader.within("||"):
        found, marked = [reader.expression()], False
        while reader.peek().kind in {",", ";", "||", "|"}:
            marked = reader.take().kind != "," or marked
            found.append(reader.expression())
    reader.expect(CLOSERS[opener.kind], opener)
    return found, marked


__all__ = ["law_of_targets", "refuse_joint", "refuse_laws", "sides_of"]
