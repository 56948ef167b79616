"""What a question gives, seen from a write-up: its own names count, what it assumes of the question's does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.derivation.forms import Form, expanded, form_of, put_in
from solvers.formula.context import Context
from solvers.formula.env import Definition
from solvers.formula.nodes import Apply, Index, Member, Name, Node, names


@dataclass(frozen=True, slots=True)
class Seen:
    """A side of a write-up: as it was read and with the write-up's definitions put in, the form of that, its line, and
    what holds there without assumptions."""

    node: Node
    plain: Node
    form: Form
    line: int
    context: Context


def seen_in(node: Node, line: int, context: Context, question: Context) -> Seen:
    """A side, with the definitions that are the write-up's own put in."""
    own = {name: found for name, found in context.definitions.items() if not _given(name, question)}
    plain = expanded(node, own)
    return Seen(node, plain, form_of(plain), line, context)


def _given(name: str, question: Context) -> bool:
    return name in question.scope.names or name in question.definitions


def clean(context: Context, question: Context) -> Context:
    """What the question gives and what a write-up names anew, without whatever it assumes of the question's symbols.

    A symbol of the question that is defined again, with the same value, keeps the write-up's definition.
    """
    new = {name: declared for name, declared in context.scope.names.items() if not _given(name, question)}
    own = {name: found for name, found in context.definitions.items() if not _given(name, question)}
    spoken = new.keys() | own.keys()
    constraints = tuple(c for c in context.constraints if c not in question.constraints and names(c) <= spoken)
    base = replace(
        question.declared(*new.values()),
        definitions={**question.definitions, **own},
        constraints=(*question.constraints, *constraints),
    )
    again = {
        name: context.definitions[name]
        for name, old in question.definitions.items()
        if name in context.definitions
        and context.definitions[name] != old
        and same_meaning(old, context.definitions[name], base)
    }
    called = [d for key, d in context.scope.names.items() if d.name in again and key not in question.scope.names]
    return replace(base.declared(*called), definitions={**base.definitions, **again}) if again else base


def same_meaning(old: tuple[Definition, ...], new: tuple[Definition, ...], context: Context) -> bool:
    """Whether definitions say the same: letter by letter, or by their values. J(w) = ... may stand for J = ..."""
    from solvers.equality import compare  # numpy comes with it: 12 times the start of Python

    for other in new:
        if other in old:
            continue
        rights = [(one.right, _in_letters_of(one, other)) for one in old]
        same = [compare(a, b, context).verdict == "same" for a, b in rights if b is not None]
        if not any(same):
            return False
    return bool(new) or not old


def _in_letters_of(one: Definition, other: Definition) -> Node | None:
    """The right side of `other` with the index names of `one`; None if they do not define the same."""
    left, again = one.left, other.left
    if left == again:
        return other.right
    if isinstance(again, Apply) and isinstance(left, Name):
        return other.right if all(isinstance(arg, Name) for arg in (*again.args, *again.given)) else None
    if isinstance(left, (Member, Index)) and isinstance(again, (Member, Index)) and type(left) is type(again):
        letters = [(a, b) for a, b in zip(again.indices, left.indices, strict=False) if a != b]
        free = all(isinstance(a, Name) and a.text in other.indices for a, _ in letters)
        if left.base == again.base and len(left.indices) == len(again.indices) and free:
            return put_in(other.right, {a.text: b for a, b in letters if isinstance(a, Name)})
    return None
