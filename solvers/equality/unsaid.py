"""Laws of which nothing is said: P(A | B), p(x, z), q(z | x), H(X), I(X; Y), taken as any laws over a few values.

What holds for all of them holds by the rules of probability; what fails for one is no rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce

from solvers.equality.chances import Told, made_by
from solvers.equality.of_any_law import holds_of_any, said_of_numbers, told_by_sums
from solvers.equality.summed_values import HEADS, atoms_of, summed_values
from solvers.formula.chance_texts import spelling_over
from solvers.formula.chance_words import Call as Probability
from solvers.formula.chance_words import Spelling, calls, unions_apart
from solvers.formula.chances import Factor, joint_under, product_set, with_joint, with_variables
from solvers.formula.context import Context, read_context
from solvers.formula.domains import numbers_of
from solvers.formula.nodes import Call, Name, Node, free_names
from solvers.formula.parser import Parsed, parse
from solvers.formula.random_words import insides
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration, Unreadable

FEW = (1, 2, 3)
_OPEN = r"\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[]"
_LETTER = r"[A-Z](?:_\{?\w\}?)?"
_LETTERS = rf"\s*{_LETTER}(?:\s*,\s*{_LETTER})*\s*"
_BAR = r"(?:\\mid(?![A-Za-z])|\||∣|\\vert(?![A-Za-z]))"
_CLOSE = r"\s*(?:\\right|\\[bB]igg?r?)?\s*[)\]]"
_ENTROPY = re.compile(rf"(?<![A-Za-z\\])H{_OPEN}(?P<of>{_LETTERS})(?:{_BAR}(?P<given>{_LETTERS}))?{_CLOSE}")
_MUTUAL = re.compile(
    rf"(?<![A-Za-z\\])(?:I|MI){_OPEN}(?P<of>{_LETTERS})[;:](?P<and>{_LETTERS})(?:{_BAR}(?P<given>{_LETTERS}))?{_CLOSE}"
)
_SAID = re.compile(  # what is true of every law over a few values, or of every event
    r"(?:\\text(?:rm)?\s*\{|\\mathrm\s*\{|[{}\s,;.:()$]|\\[,;:! ]|\\q?quad|0\s*<|>\s*0|<\s*1|\\neq?\s*0|≠\s*0|!=\s*0|"
    r"\\sim(?![a-z])|~|∼|"
    r"(?<![A-Za-z\\])(?:all|any|an?|the|are|is|be|let|with|and|of|on|over|for|some|two|three|both|where|some|same|"
    r"joint(?:ly)?|random|variables?|events?|discrete|finite(?:ly)?|many|values?|sets?|distribut(?:ions?|ed)|"
    r"densit(?:y|ies)|probabilit(?:y|ies)|mass|functions?|pmfs?|positive|strictly|nonzero|observed|latent|hidden|"
    r"complements?|complementary|event|space|common|supports?|everywhere|conditional|marginals?|having|has|have|"
    r"taking|takes|arbitrary)(?![A-Za-z]))*"
)
_BARS = re.compile(
    r"\\(?:bar|overline|neg|lnot)\s*(?:\{\s*([A-Za-z]\w*)\s*\}|([A-Za-z]))|[¬]\s*([A-Za-z])|([A-Z])\^\{?c\}?"
)


def unsaid_laws(
    lets: Sequence[str], formulas: Sequence[str], latex: bool, start: Context
) -> Told | tuple[int, Unreadable] | None:
    """The laws that the texts speak of and say nothing of, as any; None if there are none, or something is said of
    them; or which declaration cannot be read, and why."""
    if any(_DENSITY_OF.search(let) for let in lets) or said_of_numbers(lets, formulas, HEADS):
        return None  # no law over a few values
    every = [unions_apart(text) for text in (*lets, *formulas)]
    letters = {atom.variable for atom in atoms_of(every)}
    head = next((head for head in HEADS if any(_calls(every, head))), "p")
    information = any(_ENTROPY.search(text) or _MUTUAL.search(text) for text in every)

    def plain(text: str) -> str:
        text = unions_apart(text)
        return _written_out(text, head, letters) if information else text

    said = told_by_sums(lets, formulas, HEADS)
    lets = ["" if said and holds_of_any(let, HEADS) else plain(let) for let in lets]
    every = [plain(text) for text in every]
    lets, last = [*lets, *summed_values(every, lets)], len(lets)
    spellings = {head: found for head in HEADS if (found := _spelling(head, every, lets)) is not None}
    if not spellings or not (information or _are_laws(every, spellings)):
        return None
    made: dict[str, tuple[tuple[Factor, ...], ...]] = {}
    others: list[tuple[int, str]] = []
    names = {name for spelling in spellings.values() for name in (*spelling.values, *spelling.letters)}
    for place, let in enumerate(lets):
        options = {head: ways for head, spelling in spellings.items() if (ways := made_by(let, spelling))}
        made |= {head: ways for head, ways in options.items() if head not in made}
        if not options and not _holds_anyway(let, names):
            others.append((place, _rewritten(let, spellings)))
    context = read_context([let for _, let in others], start, latex=latex)
    if isinstance(context, tuple):
        return (others[context[0]][0], context[1]) if others[context[0]][0] < last else None
    for head, spelling in spellings.items():
        context = with_variables(context, context, spelling)
        joint = joint_under(spelling, [], made[head]) if head in made else None
        if isinstance(joint, str):
            return None
        context = with_joint(context, joint) if joint is not None else context.declared(_any(spelling, every, context))
    remark = f"{' and '.join(spellings)}: any law over a few values"
    return Told(tuple(spellings.values()), None, context, remark, plain)


def _calls(texts: Sequence[str], head: str) -> list[Probability]:
    return [call for text in texts for call in calls(text, head)]


def _sets(lets: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """The values of variables that are declared."""
    found = read_context([let for let in lets if re.search(r"\\in(?![A-Za-z])|∈", let) and "(" not in let])
    scope = (Context() if isinstance(found, tuple) else found).scope
    return {n: [int(v) for v in numbers_of(d.domain)] for n, d in scope.names.items() if d.domain.startswith("{")}


def _spelling(head: str, every: Sequence[str], lets: Sequence[str]) -> Spelling | None:
    """How the texts write a law of which nothing is said; None where it is defined or declared, or not spoken of."""
    found = _calls(every, head)
    if not found or any(_defines(let, head) for let in lets):
        return None
    atoms = [atom for call in found for atom in (*call.args, *call.given)]
    told = {atom.variable for atom in atoms if atom.value is not None}
    free = {atom.variable for atom in atoms} - told
    few = FEW if len(free | told) < 3 else FEW[:2]
    events = any(atom.negated for atom in atoms)
    values = {} if events else dict.fromkeys(free, few)
    return spelling_over(head, found, [], {**values, **_sets(lets)})


def _defines(let: str, head: str) -> bool:
    """Whether a declaration says what p(x) is, by a formula or by a set."""
    first = next(calls(let, head), None)
    if re.match(rf"\s*{head}\s*(?:\\in|∈|in\s|=|\\sim)", let):
        return True
    if first is None or let[: first.start].strip():
        return False
    rest = let[first.end :].lstrip()
    if rest.startswith(("\\in", "∈", "in ")):
        return True
    return rest.startswith(("=", ":=")) and not any(_calls([rest], other) for other in HEADS)


def _are_laws(every: Sequence[str], spellings: Mapping[str, Spelling]) -> bool:
    """Whether letters stand for probabilities: of one under another, of several, of what does not happen, or of what
    a mean is taken."""
    for head in spellings:
        for call in _calls(every, head):
            if call.given or len(call.args) > 1 or head == "P" or any(atom.negated for atom in call.args):
                return True
    return any(_is_of(text, head) for text in every for head in spellings)


def _is_of(text: str, head: str) -> bool:
    """Whether a mean, a divergence or an entropy is taken of a law by its name."""
    below = rf"(?:\\sim|~|∼|_)\s*\{{?\s*{head}(?![A-Za-z])"
    inside = rf"(?:KL\}}?|H){_OPEN}\s*(?:[pq]\s*(?:\\\||\|\||,|‖)\s*)?{head}(?![A-Za-z(])"
    return re.search(f"{below}|{inside}", text) is not None


def _holds_anyway(let: str, names: set[str]) -> bool:
    """Whether a declaration says of laws, variables and events only what is so anyway: P(B) > 0, A, B events."""
    rest = let
    for head in HEADS:
        for call in reversed(list(calls(rest, head))):
            rest = rest[: call.start] + " " + rest[call.end :]
    rest = _BARS.sub(" ", rest)
    listed = sorted({*names, *map(str.upper, names), *HEADS}, key=len, reverse=True)
    rest = re.sub(rf"(?<![A-Za-z\\])(?:{'|'.join(map(re.escape, listed))})(?![A-Za-z_])", " ", rest)
    return _SAID.fullmatch(rest) is not None


def _rewritten(text: str, spellings: Mapping[str, Spelling]) -> str:
    for spelling in spellings.values():
        text = spelling.rewritten(text)
    return text


def _any(spelling: Spelling, every: Sequence[str], context: Context) -> Declaration:
    """The declaration of a law: of all its variables, or of some under others where it is spoken of so alone."""
    spoken = {
        (tuple(spelling.variable(a.variable) or "" for a in call.args),
         tuple(spelling.variable(a.variable) or "" for a in call.given))
        for call in _calls(every, spelling.name)
    }  # fmt: skip
    alone = len(spoken) == 1 and any(_is_of(text, spelling.name) for text in every)
    args, given = next(iter(spoken)) if alone else (tuple(spelling.values), ())
    sets = [_values(name, context) or product_set([spelling.numbers[name]]) for name in args]
    support = reduce(lambda one, other: Call("times", (one, other)), sets)
    return Declaration(spelling.name, None, (), "distribution", False, (args, given), support)


def _values(name: str, context: Context) -> Node | None:
    """The range that a variable is declared to run through."""
    declared = context.scope.names.get(name)
    over = declared.support if declared is not None else None
    return over if isinstance(over, Call) and over.op == "range" else None


def _written_out(text: str, head: str, letters: set[str]) -> str:
    """H(X | Y) and I(X; Y) as what they are."""

    def named(part: str | None) -> list[str]:
        found = [name.strip() for name in (part or "").split(",") if name.strip()]
        return [name.lower() if name.lower() in letters else name for name in found]

    def under(names: Sequence[str], given: Sequence[str]) -> str:
        return f"{head}({', '.join(names)}{' | ' + ', '.join(given) if given else ''})"

    def entropy(match: re.Match[str]) -> str:
        of, given = named(match["of"]), named(match["given"])
        return f"(-\\sum_{{{', '.join([*of, *given])}}} {under([*of, *given], [])} \\log {under(of, given)})"

    def mutual(match: re.Match[str]) -> str:
        a, b, given = named(match["of"]), named(match["and"]), named(match["given"])
        every = [*a, *b, *given]
        ratio = f"\\frac{{{under([*a, *b], given)}}}{{{under(a, given)} \\cdot {under(b, given)}}}"
        return f"(\\sum_{{{', '.join(every)}}} {under(every, [])} \\log {ratio})"

    return _ENTROPY.sub(entropy, _MUTUAL.sub(mutual, text))


def unsaid_names(lets: Sequence[str], formulas: Sequence[str]) -> tuple[str, ...]:
    """The names that means, variances and covariances are taken of, where nothing says that anything is random: the
    capitals among those that nothing declares, and those that stand alone in one; else the one name there is.
    """
    scope = Context().scope
    for let in lets:
        found = read_context([let], Context(scope))
        scope = scope if isinstance(found, tuple) else found.scope
    inside = [text for whole in (*lets, *formulas) for text in insides(whole)]
    parsed = (parse(text, scope, True) for text in inside)
    read = [each.node for each in parsed if isinstance(each, Parsed)]
    alone = {node.text for node in read if isinstance(node, Name)} - scope.names.keys()
    spoken = {n for node in read for n in free_names(node)} - {"pi", "I", "ones"}
    new = sorted(spoken - scope.names.keys())
    capitals = [name for name in new if name[:1].isupper()]
    one = new if len(new) == 1 else sorted(spoken) if len(spoken) == 1 else []
    return tuple(to_latex(Name(name)) for name in sorted({*capitals, *alone}) or one)


_DENSITY_OF = re.compile(r"densit(?:y|ies)\s+(?:functions?\s+)?of\b")
_DENSE = re.compile(
    r"\\i*int(?![a-z])|∫|densit|continuous|gaussian|normal|\\mathcal\s*\{?N|differential|real line", re.I
)
_LAWS = re.compile(r"(?:(?:probability|discrete|categorical)\s+)*(?:distributions?|laws)[\s.]*$", re.IGNORECASE)


def over_some_set(lets: Sequence[str], formulas: Sequence[str]) -> list[str] | None:
    """The declarations with "p, q distributions" over a finite set; None where a text speaks of densities."""
    if any(_DENSE.search(text) for text in (*lets, *formulas)):
        return None
    more = [_LAWS.sub("distributions on a finite set", let) for let in lets]
    return more if more != list(lets) else None


__all__ = ["over_some_set", "unsaid_laws", "unsaid_names"]
