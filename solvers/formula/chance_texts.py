"""What a text tells of its P: which variables it is over, numbers, how it is made, networks, tables of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from solvers.formula.chance_words import OPPOSITES, OTHER, TEST, Atom, Call, Spelling, as_case, calls, number_of
from solvers.formula.chances import Factor, Given
from solvers.formula.lazily import lazily
from solvers.formula.nodes import Node, names
from solvers.formula.parser import Parsed, parse
from solvers.formula.tokens import Scope

_CONSTANT = lazily(r"[01]?\s*[-+]?\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*")  # p, 1 - \alpha
_NETWORK = lazily(
    r"\b(?:networks?|nets?|chains?|graphs?|dags?|structures?|markov|bayes\w*|models?|nodes?|edges?|arrows?|fork|collider|"
    r"v-structure|parents?|dependenc\w+|hmm)\b",
    re.IGNORECASE,
)
_DRAWN = lazily(  # what a text says of variables and events that are no numbers
    r"\\(?:(?:long)?(?:right|left)arrow|to|gets|perp|bot|cap|cup|emptyset|varnothing|subset(?:eq)?|in)(?![A-Za-z])|"
    r"[∩∪∅→←⊥⫫∈]|->|<-|\bindependent\b"
)
_ARROW = lazily(r"\\(?:long)?(right|left)arrow(?![A-Za-z])|\\(to|gets)(?![A-Za-z])|(→|->)|(←|<-)")


def spelling_of(texts: Sequence[str], known: Mapping[str, Sequence[int]]) -> Spelling | None:
    """How these texts write their P, if they tell numbers of it; `known` are the values of declared variables."""
    for name in ("P", "p"):
        said = [list(told_numbers(text, name)) for text in texts]
        numbers = [each for found in said for each in found]
        if numbers and not any(_by_formula(text, name) for text in texts):
            found = spelling_over(name, [call for text in texts for call in calls(text, name)], numbers, known)
            return None if found is None else _of_these(found, texts)
    return None


def _of_these(spelling: Spelling, texts: Sequence[str]) -> Spelling | None:
    """The spelling without letters that stand for something else too; None where a variable may.

    Only P says that x is an event, or has finitely many values, in P(y=1 | x): where x is used as a number it is one.
    """
    rest = [_without_calls(text, spelling.name) for text in texts]
    unsaid = [n for n in spelling.values if n in spelling.events or n in spelling.unsaid]
    if any(_speaks(text, n) and not _DRAWN.search(text) for n in unsaid for text, _ in rest):
        return None
    other = {letter for letter in spelling.letters for text, spoken in rest if not spoken and _speaks(text, letter)}
    return replace(spelling, letters={letter: n for letter, n in spelling.letters.items() if letter not in other})


def _without_calls(text: str, name: str) -> tuple[str, bool]:
    """A text without its P(...), and whether there is one."""
    parts, done = [], 0
    for call in calls(text, name):
        parts.append(text[done : call.start])
        done = call.end
    return " ".join([*parts, text[done:]]), bool(done)


def _speaks(text: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", text) is not None


def told_numbers(text: str, name: str) -> Iterator[tuple[Call, Fraction]]:
    """P(A=1) = P(B=1) = 0.3, and nothing else in the text: each P with its number."""
    head, _, last = text.rpartition("=")
    number, found = number_of(last), list(calls(head, name))
    if number is None or number > 1 or any(_is_mixed(call) for call in found):
        return
    between = [head[a.end : b.start].strip() for a, b in pairwise(found)]
    if found and not head[: found[0].start].strip() and not head[found[-1].end :].strip() and set(between) <= {"="}:
        yield from ((call, number) for call in found)


def _is_mixed(call: Call) -> bool:
    """P(y=1 | x): whether x is an event or a value is not said; P(R | U=1) is of an event R."""
    atoms = [atom for atom in (*call.args, *call.given) if atom.variable != TEST]
    letters = [atom for atom in atoms if atom.value is None and re.fullmatch(r"[a-z](?:_\w)?", atom.variable)]
    return bool(letters) and any(atom.value is not None for atom in atoms)


def _by_formula(text: str, name: str) -> bool:
    """Whether a P is told by a formula in its value: P(X=k) = \\binom{n}{k} p^k."""
    found = next(calls(text, name), None)
    if found is None or text[: found.start].strip() or not text[found.end :].lstrip().startswith(("=", ":=")):
        return False
    letters = {atom.value or atom.variable for atom in found.args if re.fullmatch("[a-z]", atom.value or atom.variable)}
    right = text[found.end :].lstrip().lstrip(":=")
    spoken = set(re.findall(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])", right))
    return bool(letters & spoken) and next(calls(right, name), None) is None


def spelling_over(
    name: str, every: Sequence[Call], numbers: Sequence[tuple[Call, Fraction]], known: Mapping[str, Sequence[int]]
) -> Spelling | None:
    """How these calls of a P write it; None if what they are over is not clear."""
    cases = _cases(every, numbers)
    every = [_in_cases(call, cases) for call in every]
    numbers = [(_in_cases(call, cases), number) for call, number in numbers]
    atoms = [atom for call in every for atom in (*call.args, *call.given)]
    in_numbers = [atom for call, _ in numbers for atom in (*call.args, *call.given)]
    seen: dict[str, dict[str, None]] = {}
    for atom in atoms:
        if atom.value is not None and not _is_letter(atom, in_numbers):
            seen.setdefault(atom.variable, {})[atom.value] = None
    eventful = {a.variable for a in in_numbers if a.value is None} | {a.variable for a in atoms if a.negated}
    unsaid: set[str] = set()
    for atom in atoms:  # variables without numbers of their own
        if not _of(atom.variable, {*seen, *eventful}):
            unsaid.add(atom.variable)
            if eventful:
                eventful.add(atom.variable)
            else:
                seen[atom.variable] = {}
    if any(n != n.upper() and n.upper() in {*seen, *eventful} and n in {*seen, *eventful} for n in seen):
        return None  # a and A are two variables
    values = {n: _numbered(list(seen.get(n, ())), n, numbers, known.get(n, ())) for n in sorted({*seen, *eventful})}
    if any(found is None for found in values.values()):
        return None
    known_values = {n: found for n, found in values.items() if found is not None}
    plain = Spelling(name, known_values, frozenset(eventful), unsaid=frozenset(unsaid - known.keys()), cases=cases)
    roots = {plain.variable(atom.variable) or "" for call, _ in numbers for atom in call.given}
    plain = replace(plain, root=roots.pop() if len(roots) == 1 else "")
    letters = {a.value: a.variable for a in atoms if a.value is not None and _is_letter(a, in_numbers)}
    letters |= {a.variable: a.variable for a in atoms if a.value is None and a.variable not in known_values}
    meant = {letter: plain.variable(variable) for letter, variable in letters.items()}
    return replace(plain, letters={letter: n for letter, n in meant.items() if n is not None})


def _in_cases(call: Call, cases: frozenset[str]) -> Call:
    args, given = (tuple(as_case(atom, cases) for atom in part) for part in (call.args, call.given))
    return replace(call, args=args, given=given)


def _cases(every: Sequence[Call], numbers: Sequence[tuple[Call, Fraction]]) -> frozenset[str]:
    """The M of events M_1, M_2, ... that are the cases of one variable: their probabilities sum to one, something else
    is told under each of them, and no two of them are ever spoken of together.
    """
    shares: dict[str, dict[str, Fraction]] = {}
    for call, number in numbers:
        stem, _, place = call.args[0].variable.rpartition("_")
        alone = len(call.args) == 1 and not call.given and call.args[0].value is None and not call.args[0].negated
        if alone and stem and place.strip("{}").isdecimal():
            shares.setdefault(stem, {}).setdefault(call.args[0].variable, number)
    found = set[str]()
    for stem, members in shares.items():
        under = {a.variable for call, _ in numbers if len(call.given) == 1 for a in call.given if not a.negated}
        apart = all(sum(a.variable in members for a in (*call.args, *call.given)) <= 1 for call in every)
        if len(members) > 1 and sum(members.values()) == 1 and members.keys() <= under and apart:
            found.add(stem)
    return frozenset(found)


def _of(name: str, variables: set[str]) -> bool:
    return bool({name, name.upper(), name.capitalize()} & variables)


def _is_letter(atom: Atom, in_numbers: Sequence[Atom]) -> bool:
    """Whether the value is a letter for any value: b of B = b, k of X = k."""
    letter = re.fullmatch(r"[a-z](?:_\w|')?", atom.value or "")
    return letter is not None and atom not in in_numbers


def _numbered(
    seen: Sequence[str], name: str, numbers: Sequence[tuple[Call, Fraction]], known: Sequence[int]
) -> dict[str, int] | None:
    """The numbers that stand for the values of a variable: themselves, 1 and 0 for opposites; one more for what may be
    missing.
    """
    plain = [value for value in seen if re.fullmatch(r"-?\d+", value)]
    if len(plain) < len(seen):
        if plain or (name == TEST and set(seen) - {"positive", "negative"}):
            return None
        pair = next((pair for pair in OPPOSITES if set(seen) <= set(pair)), None)
        if pair is not None:
            return {pair[0]: 1, pair[1]: 0}
        found = {value: place for place, value in enumerate(seen)}
        return found if _complete(seen, name, numbers) else {**found, "": OTHER}
    if known:
        return {str(number): number for number in known}
    if set(seen) <= {"0", "1"}:
        return {"0": 0, "1": 1}
    found = {value: int(value) for value in sorted(seen, key=int)}
    return found if _complete(seen, name, numbers) else {**found, "": OTHER}


def _complete(seen: Sequence[str], name: str, numbers: Sequence[tuple[Call, Fraction]]) -> bool:
    """Whether the numbers of all values seen sum to one, under nothing or under all that they are told under: then
    there are no others.
    """
    sums: dict[tuple[Atom, ...], dict[str, Fraction]] = {}
    for call, number in numbers:
        if len(call.args) == 1 and call.args[0].variable == name and call.args[0].value is not None:
            sums.setdefault(call.given, {}).setdefault(call.args[0].value, number)
    told = [sums[()]] if () in sums else list(sums.values())
    return bool(told) and all(set(found) == set(seen) and sum(found.values()) == 1 for found in told)


def givens_of(text: str, spelling: Spelling, scope: Scope) -> tuple[Given, ...]:
    """What P(...) = 0.3, or P(...) = p with a symbol, tells; nothing if the text is something else."""
    found = list(told_numbers(text, spelling.name))
    if found:
        return _understood([(call, number) for call, number in found], spelling)
    call = next(calls(text, spelling.name), None)
    if call is None or text[: call.start].strip():
        return ()
    right = text[call.end :].strip()
    if not right.startswith("=") or not _CONSTANT.fullmatch(right[1:].strip()):
        return ()
    parsed = parse(right[1:].strip(), scope, True)
    known = isinstance(parsed, Parsed) and "pi" not in names(parsed.node)  # that is a number
    return _understood([(call, parsed.node)], spelling) if isinstance(parsed, Parsed) and known else ()


def _understood(said: Sequence[tuple[Call, Fraction | Node]], spelling: Spelling) -> tuple[Given, ...]:
    found = []
    for call, value in said:
        event, under = ([spelling.number(atom) for atom in part] for part in (call.args, call.given))
        known = tuple(e for e in event if e is not None), tuple(u for u in under if u is not None)
        if (len(known[0]), len(known[1])) != (len(event), len(under)):
            return ()
        found.append(Given(*known, value))
    return tuple(found)


def factors_of(text: str, spelling: Spelling) -> tuple[Factor, ...]:
    """How P(a, b, c) = P(a) P(b | a) P(c | b) says that all of P is made; nothing if the text is something else."""
    found = list(calls(text, spelling.name))
    if len(found) < 3 or text[: found[0].start].strip() or found[0].given:
        return ()
    between = [text[a.end : b.start] for a, b in pairwise(found)]
    if between[0].strip() not in {"=", ":="} or text[found[-1].end :].strip(" .,"):
        return ()
    if any(re.sub(r"\\(?:cdot|times|[,;:! ]|left|right|big\w*)|[~\s.*]", "", part) for part in between[1:]):
        return ()
    sides = [[_names(part, spelling) for part in (call.args, call.given)] for call in found]
    if any(None in side for side in sides):
        return ()
    (whole, _), *parts = [(a or (), g or ()) for a, g in sides]
    made = [n for args, _ in parts for n in args]
    if set(whole) != set(spelling.values) or sorted(made) != sorted(whole) or len(made) != len(set(made)):
        return ()
    return _ordered([Factor(args, given) for args, given in parts])


def _names(atoms: Sequence[Atom], spelling: Spelling) -> tuple[str, ...] | None:
    """The variables of a list of variables or of their letters: a, b, or A = a, B = b."""
    found = [spelling.variable(atom.variable) for atom in atoms if not atom.negated]
    open_values = all(atom.value is None or re.fullmatch("[a-z]", atom.value) for atom in atoms)
    names = tuple(n for n in found if n is not None)
    return names if open_values and len(names) == len(atoms) else None


def _ordered(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """The factors, each behind those it depends on; none if they go in a circle."""
    waiting, known, found = list(factors), set[str](), list[Factor]()
    while waiting:
        ready = next((factor for factor in waiting if set(factor.given) <= known), None)
        if ready is None:
            return ()
        waiting.remove(ready)
        found.append(ready)
        known |= set(ready.args)
    return tuple(found)


def network_of(words: str, formulas: Sequence[str], spelling: Spelling) -> tuple[Factor, ...]:
    """The factors of a network that arrows between the variables draw, in a sentence that speaks of one."""
    if not _NETWORK.search(words):
        return ()
    parents: dict[str, list[str]] = {n: [] for n in spelling.values}
    drawn: set[str] = set()
    for formula in formulas:
        for path in re.split(r",|\\q?quad|;", formula):
            arrows = list(_ARROW.finditer(path))
            ends = [0, *(arrow.end() for arrow in arrows)]
            starts = [*(arrow.start() for arrow in arrows), len(path)]
            nodes = [_node_names(path[a:b], spelling) for a, b in zip(ends, starts, strict=True)]
            if not arrows or not all(nodes):
                continue
            for arrow, left, right in zip(arrows, nodes, nodes[1:], strict=False):
                onward = arrow[1] == "right" or arrow[2] == "to" or bool(arrow[3])
                for a in left:
                    for b in right:
                        parents[b if onward else a].append(a if onward else b)
                        drawn |= {a, b}
    if drawn != set(spelling.values):
        return ()
    return _ordered([Factor((n,), tuple(dict.fromkeys(before))) for n, before in parents.items()])


def _node_names(text: str, spelling: Spelling) -> tuple[str, ...]:
    """The variables at an end of an arrow: B, or (A, B)."""
    inner = re.sub(r"\\(?:[,;:! ]|left|right)|[(){}\s]|\\[{}]", "", text)
    found = [spelling.variable(part) for part in inner.split(",")]
    return tuple(n for n in found if n is not None) if None not in found else ()


_PERP = re.compile(r"(?:\\perp|\\bot|⊥|\\indep)(?![A-Za-z])(?:\s*(?:\\!)*\s*(?:\\perp|\\bot)(?![A-Za-z]))?|⫫")
_INDEPENDENT = lazily(
    r"(?P<those>⟦\d+⟧(?:\s*(?:,\s*and|,|and)?\s*(?:(?:the\s+|an?\s+)?(?!given\b|of\b|on\b|for\b)[a-z]+\s+)?⟦\d+⟧)*)"
    r"\s*(?:are|is|be)?\s*(?:(?:mutually|conditionally|statistically|"
    r"pairwise|all)\s+)*independent(?:\s+of\s+(?P<of>⟦\d+⟧))?(?:,?\s*(?:given|conditional(?:ly)? on|conditioned on)\s+"
    r"(?:the\s+(?:\w+\s+)?)?(?P<given>⟦\d+⟧))?",
    re.IGNORECASE,
)
_NAIVE = lazily(
    r"\bna[iï]ve[\s-]+bayes|\bconditionally\s+independent\s*,?\s+given\s+(?:the\s+|its\s+)?"
    r"(?:class|label|category|cause|disease|hypothesis|state|type|target)\b",
    re.IGNORECASE,
)
_UNSURE = lazily(
    r"\b(?:if|whether|were|would|show|prove|check|not|hence|so|therefore|thus|neither|nor)\b|n't|\?", re.IGNORECASE
)


_UNDER = lazily(
    r"(?<=independent) or not\b|\b(?:if|iff|unless|whether|when|only|provided|show|prove|check)\b|\?", re.IGNORECASE
)


def independence_of(template: str, formulas: Mapping[int, str], spelling: Spelling) -> tuple[tuple[Factor, ...], ...]:
    """The ways to write P as a product that a sentence allows: "A and B are independent given C", A \\perp B | C.

    `formulas` are those of the sentence by their places in the template.
    """
    found = _INDEPENDENT.search(template)
    if _UNSURE.search(template if found is None else template[: found.end()]):
        return ()
    if found is not None and _UNDER.search(template, found.end()):
        return ()
    for formula in formulas.values():
        sides = re.split(_PERP, formula)
        if len(sides) == 2:
            right, *given = re.split(r"\\mid(?![A-Za-z])|\\?\|", sides[1])
            return _apart([_node_names(sides[0], spelling), _node_names(right, spelling)], given, spelling)
    if found is None and spelling.root and _NAIVE.search(template):
        others = [(n,) for n in spelling.values if n != spelling.root]
        return _apart(others, [spelling.root], spelling)
    if found is None or ("conditionally" in found[0].lower() and found["given"] is None):
        return ()
    places = [int(place) for place in re.findall(r"⟦(\d+)⟧", f"{found['those']} {found['of'] or ''}")]
    groups = [_node_names(formulas.get(place, ""), spelling) for place in places]
    if len(groups) == 1:
        groups = [(n,) for n in groups[0]]
    given = [formulas.get(int(found["given"][1:-1]), "")] if found["given"] else []
    return _apart(groups, given, spelling)


def _apart(
    groups: Sequence[tuple[str, ...]], given: Sequence[str], spelling: Spelling
) -> tuple[tuple[Factor, ...], ...]:
    """P(Z, A) P(B | Z) P(rest | Z, A, B), with each group in turn as the first, for groups independent given Z."""
    under = _node_names(given[0], spelling) if given else ()
    every = [n for group in (*groups, under) for n in group]
    if len(groups) < 2 or not all(groups) or len(every) != len(set(every)) or (given and not under):
        return ()
    rest = tuple(n for n in spelling.values if n not in every)
    tail = [Factor(rest, tuple(every))] if rest else []
    return tuple(
        (Factor((*under, *first)), *(Factor(group, under) for group in groups if group is not first), *tail)
        for first in groups
    )
