"""Numbers told of a distribution P among declarations, and whether they fix what is compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from solvers.equality.compare import compare
from solvers.equality.of_any_law import told_by_sums
from solvers.formula.chance_texts import factors_of, givens_of, independence_of, network_of, spelling_of
from solvers.formula.chance_words import Spelling, calls, unions_apart
from solvers.formula.chances import MARK, Factor, Given, Joint, joint_under, with_joint, with_variables
from solvers.formula.clauses import clauses
from solvers.formula.context import Context, read_context
from solvers.formula.domains import numbers_of
from solvers.formula.nodes import Apply, Node, map_children, walk
from solvers.formula.tokens import Unreadable


@dataclass(frozen=True, slots=True)
class Told:
    """Distributions, what else is known, and how their formulas are written: one that declarations tell numbers of, or
    any (without a `joint`, and with a remark). `plain` writes out what stands for formulas in them.
    """

    spellings: tuple[Spelling, ...]
    joint: Joint | None
    context: Context
    remark: str = ""
    plain: Callable[[str], str] = str

    def rewritten(self, text: str) -> str:
        """A formula in the one spelling that is read."""
        text = self.plain(text)
        for spelling in self.spellings:
            text = spelling.rewritten(text)
        return text


_BLANKS = re.compile(r"\s{9,}+")
_ANY = re.compile(r"[Pp](?:r|rob)?\s*+\}*+\s*+(?:\\left|\\[bB]igg?l?)?\s*+[(\[]")  # whatever may be a P(...)


def told_by(lets: Sequence[str], formulas: Sequence[str], latex: bool) -> Told | tuple[int, Unreadable] | None:
    """The P that declarations tell numbers of, None if they tell none; or which of them cannot be read, and why."""
    if not any(_ANY.search(text) for text in (*lets, *formulas)):
        return None
    formulas = [unions_apart(text) for text in formulas]
    parts = [
        (part.place, unions_apart(part.text))
        for place, let in enumerate(lets)
        for part in clauses(_BLANKS.sub(" ", let), place)
    ]
    if told_by_sums(lets, formulas, ("p", "q")):  # said by formulas: any law, and no function
        from solvers.equality.unsaid import unsaid_laws

        return unsaid_laws(lets, formulas, latex, Context())
    lets = [text for _, text in parts]
    if spelling_of([*lets, *formulas], {}) is None:
        return None
    first = read_context([let for let in lets if re.search(r"\\in(?![A-Za-z])|∈", let) and "(" not in let])
    scope = (Context() if isinstance(first, tuple) else first).scope
    sets = {n: [int(v) for v in numbers_of(d.domain)] for n, d in scope.names.items() if d.domain.startswith("{")}
    spelling = spelling_of([*lets, *formulas], sets)
    if spelling is None:
        return None
    givens: list[Given] = []
    options: tuple[tuple[Factor, ...], ...] = ()
    others: list[tuple[int, str]] = []
    for place, let in enumerate(lets):
        numbers, made = givens_of(let, spelling, scope), made_by(let, spelling)
        givens += numbers
        options = options or made
        if not numbers and not made:
            others.append((parts[place][0], spelling.rewritten(let)))
    context = read_context([let for _, let in others], latex=latex)
    if isinstance(context, tuple):
        return others[context[0]][0], context[1]
    joint = joint_under(spelling, givens, options)
    if isinstance(joint, str):
        return parts[-1][0], Unreadable(joint, 0, len(lets[-1]))
    return Told((spelling,), joint, with_joint(with_variables(context, context, spelling), joint), plain=unions_apart)


_WORDS = re.compile(r"^[^:]*:|\\text(?:rm)?\s*\{[^{}]*\}|[A-Za-z][a-z]{3,}")


def made_by(let: str, spelling: Spelling) -> tuple[tuple[Factor, ...], ...]:
    """How a declaration says that P is made: a product, a network, independence."""
    factors = factors_of(let, spelling) or network_of("network", [_WORDS.sub(" ", let)], spelling)
    if factors:
        return (factors,)
    if (apart := _dropped(let, spelling)) is not None:
        return independence_of("", {0: apart}, spelling)
    formulas: dict[int, str] = {}

    def kept(match: re.Match[str]) -> str:
        formulas[len(formulas)] = match[0]
        return f"⟦{len(formulas) - 1}⟧"

    names = "|".join(sorted(map(re.escape, spelling.values), key=len, reverse=True))
    template = re.sub(rf"(?<![\w\\\\])(?:{names})(?!\w)", kept, let)
    return independence_of(template, formulas if "independent" in let else {0: let}, spelling)


def _dropped(let: str, spelling: Spelling) -> str | None:
    """P(a | b, c) = P(a | c) as a \\perp b | c; None of any other statement."""
    found = list(calls(let, spelling.name))
    if len(found) != 2 or let[: found[0].start].strip() or let[found[1].end :].strip(" ."):
        return None
    if let[found[0].end : found[1].start].strip() not in {"=", ":="}:
        return None
    first, second = sorted(found, key=lambda call: -len(call.given))
    args, given, kept = ([atom.variable for atom in part] for part in (first.args, first.given, second.given))
    left = [name for name in given if name not in kept]
    if args != [atom.variable for atom in second.args] or not left or not set(kept) < set(given):
        return None
    bar = f" \\mid {', '.join(kept)}" if kept else ""
    return f"{', '.join(args)} \\perp {', '.join(left)}{bar}"


def left_open(sides: Sequence[Node], joint: Joint, context: Context) -> str:
    """Why different sides may be equal: the numbers told leave open what one of them is; "" if they do not."""
    if joint.fixed:
        return ""
    name, other = joint.name, f"{joint.name}{MARK}{MARK}"
    both = with_joint(context, joint, MARK * 2)
    for side in (s for s in sides if any(isinstance(n, Apply) and n.name == name for n in walk(s))):
        if compare(side, _renamed(side, name, other), both).verdict != "same":
            if len(joint.values) == 1:
                return f"the numbers said of {name} do not fix this: say which values there are"
            made = f"say how {name}({', '.join(joint.values)}) is made, or which are independent"
            return f"the numbers said of {name} do not fix this: {made}"
    return ""


def _renamed(node: Node, old: str, new: str) -> Node:
    node = map_children(node, lambda child: _renamed(child, old, new))
    return replace(node, name=new) if isinstance(node, Apply) and node.name == old else node
