"""Declarations are formulas too: W \\in \\mathbb{R}^{m \\times n}, x, y \\in \\mathbb{R}^n, a > 0, h \\in \\{0,1\\}^n,
x^{(t)} \\in \\mathbb{R}^n, t = 1..T, W: m \\times n, f: \\mathbb{R} \\to \\mathbb{R}, x \\sim p.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from solvers.formula.domains import Domain, bounded, domain, no_size
from solvers.formula.index_ranges import (
    counted_within,
    ends_before,
    ordered_run,
    split_conditions,
    split_range,
    within_bounds,
)
from solvers.formula.intervals import between_symbols, natural_run, positives, without_some
from solvers.formula.joint_variables import law_of_targets
from solvers.formula.known import of_entries_drawn
from solvers.formula.latex_words import WORD_FUNCTIONS
from solvers.formula.lazily import lazily
from solvers.formula.nodes import Call, Chain, Member, Name, Node, Num, plus
from solvers.formula.operators import GREEK
from solvers.formula.parser import parse
from solvers.formula.said_of import family_of
from solvers.formula.supports import of_many, support
from solvers.formula.targets import (
    UNKNOWN,
    Bound,
    bounds_of,
    declaration_of_target,
    function,
    function_name,
    matrix_of_entries,
    opened,
    run_of,
    target_of,
)
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration, Scope, Unreadable

MEMBERSHIP = lazily(r"\\in(?![A-Za-z])|∈|(?<=\s)in(?=\s)")
_LAW = lazily(r"\\sim(?![A-Za-z])|∼|(?<!~)~(?!~)")
_ORDER = re.compile(
    r"\\(?:le|ge|leq|geq|lt|gt|leqslant|geqslant|ne|neq)(?![A-Za-z])|[<>≤≥≠≻⪰]|!=|\\succ(?:eq)?(?![A-Za-z])"
)
_OF_TIME = lazily(r"\s*((?:\\(?:mathbf|bold\w+|bm)\s*\{?)?(?:[A-Za-z]|\\[a-z]+|p[hs]i|[α-ω])\}?)\s*\(\s*[t-zs]\s*\)\s*")
_BOTH_SIGNS = lazily(r"(?:\\pm(?![A-Za-z])|±|\+/?-)\s*1|\+1\s*,\s*-1")
_DEFINITE = lazily(r"(?:\\succ(?:eq)?(?![A-Za-z])|[≻⪰])\s*0\s*$")
_DOTS = lazily(r"\\ldots|\\dots[bcm]?|\\cdots|\.\.\.?|…")
_POSITIVE = lazily(
    r"(\\mathbb\s*\{?R\}?|\\R|ℝ|\bR)\s*(?:\^\s*(\{[^{}]*\}|\w))?\s*(?:_\s*\{\s*(?:>|≥|>=|\\geq?|\\geqslant|\+\+?)\s*0?\s*\}"
    r"|_\+|\^\s*\{?\+\}?)\s*(?:\^\s*(\{[^{}]*\}|\w))?"
)
_NAMED_LAW = lazily(r"(?<=^)\s*([NU])\s*(?=[(\[]|\\left)")  # behind the sign, N and U are laws
_HALF_OPEN = lazily(r"\s*(?P<first>[\[\](])\s*([^,()\[\]]+),\s*([^,()\[\]]+?)\s*(?P<last>[\[\])])\s*(\^.*)?\s*")
_WORD = lazily(r"(?<![\\A-Za-z_^{])[A-Za-z]{2,}(?![A-Za-z(])")
_LEADING = lazily(
    r"\s*(?:(?:\\text\{\s*)?(?:let|where|with|assume|given|suppose|and|all|each|every|for(?:\s+(?:all|each|every|any))?)\b\s*\}?"
    r"|\\forall(?![A-Za-z]))[:,\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one text declares, and the constraints it lays on it; `maps` are unknown functions with their sizes."""

    declarations: tuple[Declaration, ...] = ()
    constraints: tuple[str, ...] = ()
    maps: tuple[tuple[str, tuple[Node, ...], tuple[Node, ...]], ...] = ()


def declare(text: str) -> Declaration | Unreadable:
    """Reads one declaration: a name, the set it lies in, and the range of its index if it is a family."""
    spoken = speak(text)
    if isinstance(spoken, Unreadable):
        return spoken
    if len(spoken.declarations) == 0:
        return Unreadable("a declaration is about a name", 0, len(text))
    return spoken.declarations[-1]


def speak(text: str, scope: Scope | None = None, labels: frozenset[str] = frozenset()) -> Spoken | Unreadable:
    """Everything that one text declares. `scope` is what a law may speak of; `labels` are names without an index."""
    known = function(text)
    if known is not None and known[1] == "in":
        return Spoken((known[0],))
    text = _LEADING.sub("", text, count=1) if _LEADING.match(text) else text
    text, conditions = split_conditions(text.rstrip(" .;"))
    formula, bounds = split_range(text)
    if not bounds and scope is not None and (within := counted_within(text, scope)):
        formula, bounds = "", within
    if not formula.strip() and bounds:
        return Spoken(tuple(declared_index(*bound) for bound in bounds), conditions)
    found = Spoken(constraints=conditions)
    targets: list[str] = []
    run = ordered_run(formula)
    if run is not None:
        where = Domain("real", (run[1],), positive=run[2])
        return Spoken((declaration_of_target(Name(run[0]), where, (), plain=True),))
    pieces = within_bounds(formula) or _pieces(formula)
    for piece in pieces:
        said = _piece(piece, targets, bounds, scope or Scope(), labels)
        if isinstance(said, Unreadable):
            start = text.find(piece.strip())
            return Unreadable(said.message, max(start, 0) + said.start, max(start, 0) + said.end)
        if said is None:
            targets.append(piece)
            continue
        found = Spoken(
            found.declarations + said.declarations, found.constraints + said.constraints, found.maps + said.maps
        )
        targets = []
    if targets:
        return Unreadable(r"expected a declaration such as W \in \mathbb{R}^{2 \times 3} or \eta > 0", 0, len(text))
    return found


def run_listed(text: str) -> tuple[Declaration, ...]:
    """The vectors whose entries a text lists and says no more of: x_1, ..., x_n."""
    if not _DOTS.search(text) or not _ENTRIES.fullmatch(text):
        return ()
    spoken = speak(f"{text} \\in \\mathbb{{R}}")
    found = () if isinstance(spoken, Unreadable) else spoken.declarations
    return tuple(replace(d, domain="inferred") for d in found if len(d.shape or ()) == 1 and not d.family)


_ENTRIES = lazily(r"(?:\s|,|\\[,;:! ]|\\?[A-Za-z]+_(?:\w|\{[\w\s+-]+\})|\\[lc]?dots[a-z]?|\.\.\.?|…)+")


def declared_index(name: str, low: Node, high: Node) -> Declaration:
    """An index with its range; UNKNOWN as its end where it has none."""
    support = None if high == UNKNOWN else Call("range", (low, high))
    least, most = (end.value if isinstance(end, Num) and end != UNKNOWN else None for end in (low, high))
    least = Fraction(0) if low == Num("0") else least
    return Declaration(name, (), (), "natural", support=support, low=least, high=most, ends="[]")


_ANGLE = lazily(r"\\([lr])angle(?![A-Za-z])")


def _pieces(text: str) -> list[str]:
    """The text apart at the commas, semicolons and ands outside of brackets."""
    text = re.sub(r"(?:\\text\{\s*and\s*\}|(?<![A-Za-z\\])and(?![A-Za-z]))", " , ", text).replace("\\quad", " ")
    pieces, depth = [""], 0
    for place, char in enumerate(text):
        angle = _ANGLE.match(text, place)
        if char in "([{⟨" or (angle is not None and angle[1] == "l"):
            depth += 1
        elif char in ")]}⟩" or angle is not None:
            depth -= 1
        if char in ",;" and depth == 0 and text[max(place - 1, 0)] != "\\":
            pieces.append("")
        else:
            pieces[-1] += char
    return [piece for piece in pieces if piece.strip()]


def _piece(
    piece: str, before: list[str], bounds: tuple[Bound, ...], scope: Scope, labels: frozenset[str]
) -> Spoken | Unreadable | None:
    """One piece between commas, with the names that stood before it; None if it is only a name itself."""
    if match := MEMBERSHIP.search(piece):
        targets = [*before, piece[: match.start()]]
        if (left_out := without_some(piece)) is not None:  # x \\in R^n \\setminus \\{0\\}
            whole = _member_of(targets, left_out[0][match.end() :], bounds, labels, scope)
            others = tuple(f"{target} \\ne {value}" for target in targets for value in left_out[1])
            return whole if isinstance(whole, Unreadable) else replace(whole, constraints=(*whole.constraints, *others))
        if (said := between_symbols(targets, piece[match.end() :])) is not None:
            numbers = _member_of(targets, r"\mathbb{R}", bounds, labels, scope)
            if isinstance(numbers, Unreadable):
                return numbers
            return replace(numbers, constraints=(*numbers.constraints, *said))
        return _member_of([*before, piece[: match.start()]], piece[match.end() :], bounds, labels, scope)
    if match := re.match(r"([^:=]+?)\s*(?<!\\):(?!=)\s*(.+)$", piece) or re.match(
        r"([^:=]+?)\s*\\colon\s*(.+)$", piece
    ):
        return _shaped([*before, match[1]], match[2], bounds, labels, scope)
    if match := _LAW.search(piece):
        return _distributed([*before, piece[: match.start()]], piece[match.end() :], scope, bounds, labels)
    if match := _DEFINITE.search(piece):
        return _definite([*before, piece[: match.start()]], scope)
    if _ORDER.search(piece):
        return _ordered(piece, before, bounds)
    return None


def _definite(targets: list[str], scope: Scope) -> Spoken | Unreadable:
    """A, B \\succ 0: of vectors it speaks of the entries, of all else as of square matrices."""
    new: list[Declaration] = []
    for target in targets:
        node = target_of(target)
        if isinstance(node, Unreadable):
            return node
        known = scope.names.get(node.text) if isinstance(node, Name) else None
        if known is not None and len(known.shape or ()) == 1:
            new.append(replace(known, positive=True))
        elif known is None and isinstance(node, Name) and family_of(node.text, scope) == node.text:
            new.append(Declaration(node.text, (UNKNOWN, UNKNOWN)))
    vectors = {declaration.name for declaration in new if declaration.positive}
    matrices = (target for target in targets if target.strip().lstrip("\\") not in vectors)
    return Spoken(tuple(new), tuple(f"{target} \\succ 0" for target in matrices))


def _ordered(piece: str, before: list[str], bounds: tuple[Bound, ...]) -> Spoken | Unreadable:
    """0 < p < 1 and a, b > 0; a relation between other things is a constraint."""
    known = opened(" ".join([piece, *before])).with_names(
        Declaration(word, None)
        for word in re.findall(r"(?<![\\A-Za-z_^{])[A-Za-z]{2,}(?![A-Za-z(])", " ".join([piece, *before]))
        if word not in WORD_FUNCTIONS and word not in GREEK
    )
    parsed = parse(piece, known)
    if isinstance(parsed, Unreadable):
        return parsed
    found: list[Declaration] = []
    said = bounded(parsed.node) if isinstance(parsed.node, Chain) else None
    relation = re.search(_ORDER, piece)
    tail = piece[relation.start() :] if relation else ""
    if said is None or "!=" in getattr(parsed.node, "relations", ()):
        return Spoken(positives(parsed.node), (*(f"{other} {tail}" for other in before), piece))
    target, where = said
    if any(_DOTS.fullmatch(other.strip()) for other in before):  # x_1, ..., x_n > 0
        return _all([*before, piece[: relation.start()] if relation else piece], where, bounds, frozenset())
    for other in before:  # a, b > 0
        more = parse(other + tail, known)
        if isinstance(more, Unreadable):
            return more
        again = bounded(more.node) if isinstance(more.node, Chain) else None
        if again is None:
            return Unreadable("expected a name between numbers, as in 0 < p < 1", 0, len(other))
        found.append(_of_numbers(again[0], again[1], bounds))
    return Spoken((*found, _of_numbers(target, where, bounds)))


def _of_numbers(target: Node, where: Domain, bounds: tuple[Bound, ...]) -> Declaration:
    entries = matrix_of_entries(target, where, bounds)
    return declaration_of_target(target, where, bounds, plain=not bounds) if entries is None else entries


def _member_of(
    targets: list[str], text: str, bounds: tuple[Bound, ...], labels: frozenset[str], scope: Scope
) -> Spoken | Unreadable:
    over = re.fullmatch(r"\s*(?:\\Delta|Δ|Delta)\s*(?:\\left)?\((.+?)(?:\\right)?\)\s*", text)
    if over is not None:  # p \\in \\Delta(\\{0, 1\\}): a distribution whose variable has no name yet
        support = parse(over[1], _SETS_SCOPE)
        names = [function_name(target) for target in targets]
        if isinstance(support, Unreadable) or None in names:
            return support if isinstance(support, Unreadable) else Unreadable("a distribution has a name", 0, len(text))
        return Spoken(tuple(
            Declaration(n or "", None, (), "distribution", False, (("x",), ()), support.node) for n in names
        ))  # fmt: skip
    where = _set(text, scope)
    if isinstance(where, Unreadable):
        return where
    of_time = [match for target in targets if (match := _OF_TIME.fullmatch(target))]
    if of_time and len(of_time) == len(targets) and where.kind == "real":  # u(t) \\in R^n: a function
        return Spoken(maps=tuple((function_name(match[1]) or match[1], (), where.shape) for match in of_time))
    return _all(targets, where, bounds, labels)


def _all(
    targets: list[str], where: Domain, bounds: tuple[Bound, ...], labels: frozenset[str],
    law: Node | None = None,
) -> Spoken | Unreadable:  # fmt: skip
    found: list[Declaration] = []
    law = law_of_targets(law, targets)
    while (dots := next((i for i, t in enumerate(targets) if _DOTS.fullmatch(t.strip())), None)) is not None:
        if not 0 < dots < len(targets) - 1:
            return Unreadable("the dots stand between two members of one family: x_1, ..., x_n", 0, len(targets[0]))
        first, last = target_of(targets[dots - 1], labels), target_of(targets[dots + 1], labels)
        start = dots - 1
        while start and run_of(target_of(targets[start - 1], labels), last) is not None:  # x_1, x_2, ..., x_n
            start, first = start - 1, target_of(targets[start - 1], labels)
        run = None if isinstance(first, Unreadable) else run_of(first, last)
        if run is None:
            return Unreadable("the dots are read between members of one family: x_1, ..., x_n", 0, len(targets[0]))
        if isinstance(first, Name) and not where.shape and run[1][1] == Num("1"):  # numbers: the entries of a vector
            made = declaration_of_target(run[0].base, replace(where, shape=(run[1][2],)), (), plain=True)
        elif isinstance(first, Name) and not where.shape and run[1][1] == Num("0") and ends_before(run[1][2]):
            entries = replace(where, shape=(plus(run[1][2], 1),))
            made = replace(declaration_of_target(run[0].base, entries, (), plain=True), origin=0)
        else:
            made = declaration_of_target(run[0], where, (run[1],))
        made = replace(made, law=law)
        found.append(of_entries_drawn(made) if law is not None and made.shape and not where.shape else made)
        targets = [*targets[:start], *targets[dots + 2 :]]
    for target in targets:
        node = target_of(target, labels)
        if isinstance(node, Unreadable):
            return node
        if (matrix := matrix_of_entries(node, where, bounds)) is not None:
            found.append(matrix)
            continue
        own = bounds_of(node, targets, bounds)
        said = declaration_of_target(node, where, own, plain=isinstance(node, Name) and node.text in labels)
        found.append(replace(said, law=law))
        if isinstance(node, Member) and all(isinstance(i, Num) for i in node.indices):
            found.append(replace(said, name=to_plain(node), family=(), support=None))
    return Spoken(tuple(found))


def _set(text: str, scope: Scope | None = None) -> Domain | Unreadable:
    """Reads a set; of `scope` are the finite sets that have a name."""
    named = scope.names.get(text.strip()) if scope is not None else None
    if named is not None and named.domain.startswith("{") and named.shape == ():
        return Domain(named.domain)
    if counted := _COUNTED.fullmatch(text):
        text = f"{{{counted['low'] or 1}, ..., {counted['high'] or counted['all']}}}"
    text = natural_run(text)
    if half := _HALF_OPEN.fullmatch(text):
        text = f"({half[2]}, {half[3]}){half[5] or ''}"
    text = _BOTH_SIGNS.sub("-1, 1", text)
    positive = _POSITIVE.search(text)
    if positive:
        size = positive[2] or positive[3]
        text = text[: positive.start()] + (f"\\mathbb{{R}}^{size}" if size else "\\mathbb{R}") + text[positive.end() :]
    if "\\" not in text:  # R^(m x n): the letter x between two sizes is a cross
        text = re.sub(r"\^\s*[({]?\s*([\w+-]+)\s*[x×]\s*([\w+-]+)\s*[)}]?\s*$", r"^(\1 × \2)", text)
    text = text.replace("ℝ", "\\mathbb{R}" if "\\" in text else " R ").replace("ℕ", " N ").replace("ℤ", " Z ")
    parsed = parse(text, _SETS_SCOPE)
    if isinstance(parsed, Unreadable):
        return parsed
    where = domain(parsed.node)
    if where is None:
        expected = "expected R, N, Z, a set of numbers {0, 1}, an interval, or a power of one"
        return Unreadable(f"the set {to_plain(parsed.node)} is not known: {expected}", 0, len(text))
    if (size := no_size(where)) is not None:
        return Unreadable(f"{to_plain(size)} is no size: a size is a whole number from 1 on", 0, len(text))
    if half and where.kind == "real":
        return replace(where, ends=("[" if half["first"] == "[" else "(") + ("]" if half["last"] == "]" else ")"))
    if positive:
        return replace(where, positive=True, ends="[)" if re.search(r"≥|\\ge|>=", positive[0]) else where.ends)
    return where


_SETS_SCOPE = Scope()
_COUNTED = lazily(  # 1..n, [1..n], [n]: the whole numbers from 1 on
    r"\s*(?:\[?\s*(?P<low>\d+)\s*,?\s*(?:\.\.\.?|…|\\[lc]?dots[bcm]?)\s*,?\s*(?P<high>\w+(?:\s*[+-]\s*\w+)?)\s*\]?|"
    r"\[\s*(?P<all>[A-Za-z]\w*)\s*\])\s*"
)


def _shaped(
    targets: list[str], text: str, bounds: tuple[Bound, ...], labels: frozenset[str], scope: Scope
) -> Spoken | Unreadable:
    """W: m \\times n, x: n, f: \\mathbb{R}^n \\to \\mathbb{R}."""
    arrow = re.search(r"\\to(?![A-Za-z])|\\rightarrow|\\mapsto|→|->", text)
    if arrow is not None:
        ends = [_set(side, scope) for side in (text[: arrow.start()], text[arrow.end() :])]
        maps = []
        for target in targets:
            name = function_name(target)
            if name is None or any(isinstance(end, Unreadable) for end in ends):
                problem = next((end for end in ends if isinstance(end, Unreadable)), None)
                return problem or Unreadable("a function has a name", 0, len(target))
            shapes = [end.shape for end in ends if isinstance(end, Domain)]
            maps.append((name, shapes[0], shapes[1]))
        return Spoken(maps=tuple(maps))
    if re.search(r"mathbb|R|ℝ|\\{", text):
        where = _set(text)
    elif (word := re.search(r"(?<![\\A-Za-z_{])[a-z]{3,}(?![A-Za-z_])", text)) and word.group() not in scope.names:
        return Unreadable(f"what {word.group()!r} says here is not understood: say it in a formula", 0, len(text))
    else:  # m x n
        sizes = re.sub(r"(?<=[\w\s])(?:×|x|by)(?=[\s\w])", r"\\times ", text.strip().strip("()")).replace(
            "×", r"\times "
        )
        where = _set(f"\\mathbb{{R}}^{{{sizes}}}")
    return where if isinstance(where, Unreadable) else _all(targets, where, bounds, labels)


def _distributed(
    targets: list[str], text: str, scope: Scope, bounds: tuple[Bound, ...], labels: frozenset[str]
) -> Spoken | Unreadable:
    """x \\sim p: where x lies, by what is known of p."""
    parsed = parse(_NAMED_LAW.sub(r"\\mathcal{\1}" if "\\" in text else r"cal\1", text, count=1), scope)
    if isinstance(parsed, Unreadable):
        return parsed
    law = parsed.node
    new, constraints = of_many(law, target_of(targets[0]), scope)
    where = support(law, scope.with_names(new))
    if where is None:
        return Unreadable(f"the distribution {to_plain(law)} is not declared", 0, len(text))
    said = _all(targets, where, bounds, labels, law)
    return said if isinstance(said, Unreadable) else Spoken((*new, *said.declarations), constraints, said.maps)


def declared(*texts: str) -> tuple[Declaration, ...]:
    """Declarations that the program itself wrote; raises ValueError if one cannot be read."""
    found = []
    for text in texts:
        declaration = declare(text)
        if isinstance(declaration, Unreadable):
            raise ValueError(f"{text!r}: {declaration}")
        found.append(declaration)
    return tuple(found)
