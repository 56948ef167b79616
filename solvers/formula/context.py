"""What is known around a formula, read from texts: declarations first, then laws and relations, then definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from solvers.formula.angles import step_in_angles
from solvers.formula.bracketed_entries import with_bracketed
from solvers.formula.clauses import Clause, in_dollars, statements, unwrapped
from solvers.formula.declare import Spoken, speak
from solvers.formula.defining import defined_by
from solvers.formula.drawn import with_drawn
from solvers.formula.entry_bounds import definite, on_diagonal, with_entry_bounds, with_symmetric
from solvers.formula.euler import with_own_e
from solvers.formula.factorized import with_factors
from solvers.formula.families import completed, inferred, is_known, with_fitted, with_run_names
from solvers.formula.heads import index_heads
from solvers.formula.index_ranges import each_of, split_range
from solvers.formula.known import Context, dimensions, with_heads, with_own
from solvers.formula.laws import variance_in
from solvers.formula.letters import mean_name
from solvers.formula.marks import PRIMED, own_names
from solvers.formula.moment_equations import with_statement
from solvers.formula.nodes import Apply, Chain, Index, Member, Name, Num, is_quotient, walk
from solvers.formula.normalizers import PROPORTIONAL, with_function
from solvers.formula.order_of_clauses import labels_in, rank_of_clause
from solvers.formula.outside import outside_said, padding
from solvers.formula.parser import RUN, Parsed, parse
from solvers.formula.parts import (
    as_known,
    columns_declared,
    entries_named,
    rebound,
    sized,
    symmetric,
    with_entries,
    with_orthogonal,
)
from solvers.formula.phrases import words_begin
from solvers.formula.random_words import RANDOM_FIRST, moments_said, names_moment
from solvers.formula.ranks import before_vectors
from solvers.formula.said_in_formulas import in_formulas
from solvers.formula.shared_sizes import with_shared
from solvers.formula.square_steps import steps_in_brackets
from solvers.formula.steps import with_steps
from solvers.formula.summed_sizes import with_runs
from solvers.formula.targets import Bound, defining, function
from solvers.formula.tokens import MAX_LENGTH, Declaration, Unreadable
from solvers.formula.told_chances import with_chances
from solvers.formula.told_sets import with_told_set
from solvers.formula.unknown import with_map, without_unknown
from solvers.formula.widths import of_vectors
from solvers.formula.zeros import beside_zero, with_zeros

__all__ = ["Context", "dimensions", "infer", "read_context"]


def read_context(
    texts: Iterable[str], start: Context | None = None, latex: bool | None = None
) -> Context | tuple[int, Unreadable]:
    """Reads declarations, definitions and constraints; the number of the first that cannot be read, and why.

    Declarations are read before definitions, whatever their order: L(w) = w_1 + w_2 needs to know that w is a vector.
    What cannot be read yet is read once more when the others have been. `latex`: whether other formulas around are
    LaTeX; False says that everything is plain text, where letters side by side are a name.
    """
    context = start or Context()
    lines = [unwrapped(defining(step_in_angles(in_dollars(in_formulas(" ".join(text.split())))))) for text in texts]
    context, lines = steps_in_brackets(context, lines)
    hollow = next((place for place, text in enumerate(lines) if _HOLLOW.fullmatch(text)), None)
    if hollow is not None:
        return hollow, Unreadable("nothing is declared here: expected one such as x > 0", 0, max(len(lines[hollow]), 1))
    long = next((place for place, text in enumerate(lines) if len(text) > MAX_LENGTH), None)
    if long is not None:
        size = len(lines[long])
        return long, Unreadable(f"{size} characters; at most {MAX_LENGTH} are read", MAX_LENGTH, size)
    said = with_factors(with_chances(statements(lines)), context)
    context = _announced([clause.text for clause in said], context, latex is False)
    labels = labels_in([clause.text for clause in said])
    latex = latex or any("\\" in text for text in lines)
    waiting = sorted(said, key=lambda clause: (rank_of_clause(clause.text), names_moment(clause.text)))
    failed: list[tuple[Clause, Unreadable]] = []
    while waiting:
        context, failed = _read(waiting, context, labels, latex)
        if len(failed) == len(waiting):
            break
        waiting = [clause for clause, _ in failed]
    if failed:
        clause, problem = min(failed, key=lambda found: (found[0].place, found[0].start))
        moved = replace(problem, start=problem.start + clause.start, end=problem.end + clause.start)
        return clause.place, moved
    return completed(with_fitted(rebound(context)))


def _announced(lines: Sequence[str], context: Context, plain_text: bool) -> Context:
    """The names that are something else than they look: e that is declared, means, functions."""
    context = with_own_e(context, lines)
    means = [match for match in map(_MEAN.match, lines) if match]  # \\langle s \\rangle = ...
    context = context.declared(*(Declaration(mean_name(m[1], m[2] or ""), None, (), "defined") for m in means))
    stated = list(map(_statement, lines))
    context = with_heads(with_own(context, own_names(stated, plain=plain_text)), index_heads(stated))
    primed = [match for match in map(PRIMED.match, lines) if match]  # w' = [b, w]: no transpose
    context = context.declared(*(Declaration(m[1] + m[2], None, (), "defined") for m in primed))
    context = with_steps(context, lines)
    context = with_entries(context, (pair for text in lines if (pair := entries_named(*_halves(text)))))
    plain = [split_range(text)[0] for text in lines if not any(moments_said(text))]
    known = [function(text, context.scope.heads) for text in plain]
    return context.declared(*(said[0] for said in known if said is not None and said[1] == "="))


def _statement(text: str) -> tuple[list[str], list[str]]:
    """The sides of a clause and the relations between them, as far as they say what it gives a value."""
    parts = _RELATED.split(split_range(text)[0])
    return parts[::2], [_SAYING.get(sign.strip(), sign.strip()) for sign in parts[1::2]]


_RELATED = re.compile(r"(:=|=|<=|>=|<|>|≤|≥|∈|∼|~|\\(?:leq?|geq?|in|sim)(?![A-Za-z])|(?<= )in(?= ))")
_SAYING = {"∈": "in", "\\in": "in", "\\sim": "~", "∼": "~"} | dict.fromkeys(
    ("≤", "≥", "\\le", "\\ge", "\\leq", "\\geq"), "<="
)


def _read(
    waiting: Sequence[Clause], context: Context, labels: frozenset[str], latex: bool
) -> tuple[Context, list[tuple[Clause, Unreadable]]]:
    """The context with those clauses that can be read, and the others with what is wrong."""
    failed: list[tuple[Clause, Unreadable]] = []
    for clause in waiting:
        extended = _read_among(context, clause.text, labels, latex)
        if isinstance(extended, Unreadable):
            failed.append((clause, extended))
        else:
            context = extended
    return context, failed


def _read_among(context: Context, text: str, labels: frozenset[str], latex: bool) -> Context | Unreadable:
    """A clause among others of which some are LaTeX: Q = XW, c_t = f_tc_{t-1} may be as well, a \\in R need not."""
    if not latex or "\\" in text:
        return _extended(context, text, labels)
    spellings = [text, f"{text}\\,"]
    if RUN.search(text):
        spellings.reverse()
    found = _extended(context, spellings[0], labels)
    if isinstance(found, Context):
        return found
    other = _extended(context, spellings[1], labels)
    return found if isinstance(other, Unreadable) else other


_MEAN = re.compile(r"\s*(?:\\left)?(?:\\langle|⟨)([^=,]+?)(?:\\right)?(?:\\rangle|⟩)\s*(_\s*\{?\w+\}?)?\s*:?=")


def _halves(text: str) -> tuple[str, str]:
    """The sides of an equation."""
    left, _, right = text.replace(":=", "=").partition("=")
    return left, right.strip()


_HOLLOW = re.compile(r"[\s,;.]+")


def _extended(context: Context, text: str, labels: frozenset[str] = frozenset()) -> Context | Unreadable:
    said = _said_otherwise(context, text)
    if said is not None:
        return said
    left, right = _halves(text)
    if entries_named(left, right):
        size = sized(left, right)
        return context if size is None else _extended(context, size)
    context = columns_declared(context, left, right)
    body, bounds = split_range(text)
    halves = (end for _, low, high in bounds for end in (low, high) if any(is_quotient(n) for n in walk(end)))
    context = replace(context, parts=tuple(dict.fromkeys((*context.parts, *halves))))
    of_arguments = _at_arguments(context, body)
    if of_arguments is not None:
        return of_arguments
    if rank_of_clause(text) == 2:
        context = _with_family(context, body)
        parsed = parse(body, context.scope)
        if isinstance(parsed, Parsed) and isinstance(parsed.node, Chain):
            context = with_orthogonal(context, parsed.node)
            if (matrix := symmetric(parsed.node)) is not None:
                return with_symmetric(context, matrix, parsed.node)
            if (diagonal := on_diagonal(context, parsed.node)) is not None:
                return replace(context, constraints=(*context.constraints, diagonal))
            if parsed.node.relations[0] in {"=", ":="}:
                return _at_each_place(context, parsed.node, body, bounds)
            return replace(context, constraints=(*context.constraints, beside_zero(parsed.node)))
    succeeds = definite(body, context.scope)
    if succeeds is not None:
        return replace(context, constraints=(*context.constraints, succeeds))
    if (bounded := with_entry_bounds(context, body, bounds)) is not None:
        return bounded
    spoken = speak(text, context.scope, labels | context.scope.own)
    if isinstance(spoken, Unreadable):
        parsed = parse(body, context.scope)
        return parsed if isinstance(parsed, Unreadable) and not _looks_declared(text) else spoken
    return _with_spoken(context, spoken, len(text))


def _said_otherwise(context: Context, text: str) -> Context | Unreadable | None:
    """What a text says of places outside, in words, or of a mean; None of any other text."""
    if (padded := outside_said(text)) is not None:
        return padding(context, [padded])
    if (told := with_told_set(context, text, _extended)) is not None:
        return told
    worded = _in_words(context, text)
    return with_statement(context, text, _extended) if worded is None else worded


def _with_spoken(context: Context, spoken: Spoken, length: int) -> Context | Unreadable:
    """The context with what a text of `length` characters declares."""
    for declaration in spoken.declarations:
        context = context.declared(*_with_known(declaration, context))
    for name, inputs, outputs in spoken.maps:
        context = with_map(without_unknown(context, name), name, inputs, outputs)
    for constraint in spoken.constraints:
        parsed = parse(constraint, context.scope)
        if isinstance(parsed, Unreadable):
            return parsed
        if not isinstance(parsed.node, Chain):
            return Unreadable("expected a declaration (with ∈ or >) or a definition (with =)", 0, length)
        context = replace(context, constraints=(*context.constraints, beside_zero(parsed.node)))
    return context


def _at_arguments(context: Context, body: str) -> Context | Unreadable | None:
    """What f(x) = ... or p(x) \\propto ... defines; None of other texts."""
    known = function(body, context.scope.heads)
    if known is not None and known[1] == "=":
        return _function(context, known[0], body)
    scaled = PROPORTIONAL.sub("=", body, count=1)
    known = function(scaled, context.scope.heads) if scaled != body else None
    if known is None or context.scope.function(known[0].name):
        return None
    return _function(context, known[0], scaled, proportional=True)


def _in_words(context: Context, text: str) -> Context | Unreadable | None:
    """What a text with words says; None if it holds none."""
    begin = words_begin(text)
    if begin is None and RANDOM_FIRST.match(text):
        begin = 0
    if begin is not None and begin < len(split_range(text)[0]):
        from solvers.formula.spoken import with_words  # only where words stand

        return with_words(context, text, begin, _extended)
    known = context.scope.names.keys()
    words = _SPOKEN.finditer(split_range(text)[0]) if "\\" in text else ()
    word = next((w for w in words if w.group() not in known and not set(w.group()) <= known), None)
    if word is None:
        return None
    message = f"what {word.group()!r} says here is not understood: say it in a formula"
    return Unreadable(message, word.start(), word.end())


def _at_each_place(context: Context, chain: Chain, body: str, bounds: tuple[Bound, ...]) -> Context | Unreadable:
    """x_i = a for the places of x that the range has, where it leaves some out."""
    left = chain.sides[0]
    indices = left.indices if isinstance(left, Index) else ()
    each = each_of(chain, [bound for bound in bounds if Name(bound[0]) in indices], context.scope)
    if isinstance(each, Unreadable):
        return each
    for equation in each:
        extended = _each_equation(context, equation, body, bounds)
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


INEQUALITIES = frozenset({">", ">=", "<", "<=", "!="})


def _each_equation(context: Context, chain: Chain, body: str, bounds: tuple[Bound, ...] = ()) -> Context | Unreadable:
    """a = b = c: what a defines, and that b is c."""
    if chain.relations[1:] and chain.relations[0] in {"=", ":="} and set(chain.relations[1:]) <= INEQUALITIES:
        said = re.split(r"\\(?:[lg]eq?|neq?)(?![a-z])|[<>≤≥≠]|!=", body, maxsplit=1)[0]  # d_i = sum_j a_ij > 0
        first = defined_by(context, Chain(chain.sides[:2], chain.relations[:1]), said, bounds)
        bound = Chain((chain.sides[0], *chain.sides[2:]), chain.relations[1:])
        return first if isinstance(first, Unreadable) else replace(first, constraints=(*first.constraints, bound))
    if len(chain.sides) == 2 or not set(chain.relations) <= {"=", ":="}:
        return defined_by(context, chain, body, bounds)
    left = chain.sides[0]
    if isinstance(left, (Name, Member, Index, Apply)):
        pairs = list(zip(chain.sides, chain.sides[1:], strict=False))
    else:
        pairs = [(side, chain.sides[-1]) for side in chain.sides[:-1]]
    for a, b in pairs:
        extended = defined_by(context, Chain((a, b), ("=",)), body, bounds)
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


def _function(
    context: Context, declaration: Declaration, body: str, proportional: bool = False
) -> Context | Unreadable:
    """f(x) = ...: the parameters are known on its right side, of whatever shape if nothing declares them.

    `proportional`: it is said up to a factor only.
    """
    context = without_unknown(context, declaration.name).declared(declaration)
    parameters = (*(declaration.parameters or ((), ()))[0], *(declaration.parameters or ((), ()))[1])
    bases = {name: re.split(r"_|\^\(", name)[0] for name in parameters}  # y of y^(i), whose members these are
    unknown = [
        Declaration(n, None, (), "parameter") for n in parameters if not {n, bases[n]} & context.scope.names.keys()
    ]
    parsed = parse(body, context.scope.with_names(unknown))
    if isinstance(parsed, Unreadable):
        return parsed
    if not isinstance(parsed.node, Chain) or not isinstance(parsed.node.sides[0], Apply) or len(parsed.node.sides) != 2:
        return Unreadable("expected a definition such as f(x) = x^2", 0, len(body))
    before, semicolon, _ = body.split("=")[0].partition(";")
    return with_function(context, parsed.node, before.count(",") + 1 if semicolon else 0, proportional)


# words among LaTeX
_SPOKEN = re.compile(
    r"(?:(?<=[\s}$])|(?<=\s\()|^(?=[a-z]{4,}\s+\\))(?:[A-Za-z]*[a-z]{3,}|[A-Z]{3,}(?=\)))(?=[\s,.;)-]|$)(?!\s*(?:=|\\in|∈|[<>]))"
)


_PLAIN_FAMILY = re.compile(r"\s*([A-Za-z]\w*)\s*\^\s*(?:\(\s*([a-z]|\d+)\s*\)|([a-z]))\s*(?::?=|∈|in\b)(.*)", re.DOTALL)


_UPPER_FAMILY = re.compile(r"\s*([^=^_]+?)\s*\^\s*\{?\s*([a-z])\s*\}?\s*:?=")


def _with_family(context: Context, body: str) -> Context:
    """Plain text on a left side, h^(t) or h^t: a family, if it is not known to be something else."""
    upper = _UPPER_FAMILY.match(body)
    if upper is not None:
        name = parse(upper[1], context.scope)
        letters = {letter for d in context.scope.names.values() for letter, _, _ in d.family}
        unknown = isinstance(name, Parsed) and isinstance(name.node, Name) and name.node.text not in context.scope.names
        if unknown and upper[2] in letters and isinstance(name, Parsed) and isinstance(name.node, Name):
            family = ((upper[2], Num("0"), Num("5")),)  # z^l = w^l a + b^l
            return context.declared(Declaration(name.node.text, None, family, "defined"))
    match = _PLAIN_FAMILY.fullmatch(body)
    if match is None or "\\" in body.split("=")[0] or match[1] in context.scope.names:
        return context
    if match[3] and f"{match[1]}^({match[3]}" not in match[4].replace(" ", ""):
        return context  # h^t is a member only if h^(t-1) is on the right
    index = next((g for g in match.groups()[1:3] if g and g.isalpha()), "t")
    return context.declared(Declaration(match[1], None, ((index, Num("0"), Num("5")),), "defined"))


def _looks_declared(text: str) -> bool:
    return "\\in" in text or "∈" in text or ">" in text or re.search(r"\bin\b", text) is not None


def _with_known(declaration: Declaration, context: Context) -> list[Declaration]:
    """What is known of it by now, with the variance that its law speaks of."""
    spoken = context.scope.names.keys() | context.definitions.keys()
    return [as_known(declaration, context), *variance_in(declaration.law, spoken)]


def infer(context: Context, *texts: str, latex: bool | None = None) -> Context:
    """The context with undeclared names declared by how the texts use them: x in \\sum_i x_i is a vector.

    Texts that cannot be read are passed over: reading them properly says why.
    """
    nodes = [p.node for p in (parse(text, context.scope, latex) for text in texts) if isinstance(p, Parsed)]
    nodes += [d.right for found in context.definitions.values() for d in found]
    context = with_drawn(of_vectors(with_run_names(with_bracketed(context, nodes), nodes), nodes), nodes)
    nodes = [p.node for p in (parse(text, context.scope, latex) for text in texts) if isinstance(p, Parsed)]
    nodes += [d.right for found in context.definitions.values() for d in found]
    ranks: dict[str, int] = {}
    for node in (inner for whole in nodes for inner in walk(whole)):
        if isinstance(node, (Index, Member)) and isinstance(node.base, Name) and not is_known(node.base.text, context):
            name, rank = node.base.text, len(node.indices)
            ranks[name] = max(rank, ranks.get(name, 0)) if name[0].isupper() else rank  # W_j beside W_{jk}: a row
    ranks = {n: rank for n, rank in ranks.items() if rank > 1 or n not in before_vectors(nodes, context.scope)}
    implied = any(isinstance(node, Chain) and "=>" in node.relations for node in nodes)
    for name, rank in ranks.items():
        context = inferred(context, name, rank, nodes, implied)
    return completed(with_zeros(with_shared(with_runs(context, nodes), nodes), nodes))
