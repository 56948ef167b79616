"""A clause with words, "H \\in R^{d x d} symmetric", "p, q distributions over a finite set X" -> what is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

from solvers.formula.function_words import EQUATED, function_unheard, functions
from solvers.formula.index_ranges import split_range
from solvers.formula.index_sets import INDEX_SET
from solvers.formula.known import Context
from solvers.formula.matrix_words import adjacency, decomposed, degree, entries, ranked, rows, rowwise, turned
from solvers.formula.moments import with_facts, written_law
from solvers.formula.narrowed import narrowed, one_in_all
from solvers.formula.operators import GREEK
from solvers.formula.parts import orthonormal_members
from solvers.formula.phrases import Phrase, Said, phrases, words_begin
from solvers.formula.random_words import Facts, facts_in, is_filler
from solvers.formula.said_of import RELATION, Extend, SaidOf, named, of_entry, targets_of
from solvers.formula.table_words import tables
from solvers.formula.targets import UNKNOWN, function_name
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration, Unreadable

_LEADING = re.compile(r"^\s*(?:\\text\{\s*)?(?:let|where|with|assume|given|suppose|and)\b\s*\}?[:,\s]*", re.IGNORECASE)

_BESIDE = re.compile(  # A banded, before the word matrix
    rf"\\?(?:[A-Za-z]|{'|'.join(GREEK)})(?:_\{{?\w+\}}?)?\s*:?\s+(?!(?:{'|'.join(GREEK)})(?![a-z]))([a-z][a-z-]{{2,}})(?:\s+[a-z-]+)*"
)


def with_words(context: Context, text: str, begin: int, extend: Extend) -> Context | Unreadable:
    """The context with a clause whose words begin at `begin`. `extend` reads a declaration that has none."""
    if isinstance(phrases(text, begin), Unreadable):
        text, begin = _range_first(text, begin)
    random = _about_random(context, text, begin, extend)
    if random is not None:
        return _placed(random, begin, text)
    found = phrases(text, begin)
    if isinstance(found, Unreadable):
        return found
    formula = _LEADING.sub("", text[:begin]).strip(" ,")
    clause = SaidOf(formula, targets_of(formula), tuple(found))
    if not formula:
        return Unreadable("the words speak of no symbol: say it as in A symmetric", begin, len(text))
    if (unheard := next(filter(None, map(_BESIDE.fullmatch, clause.targets)), None)) is not None:
        return Unreadable(f"what {unheard[1]!r} says here is not understood: say it in a formula", begin, len(text))
    return _with_clause(context, clause, text, begin, extend)


def _range_first(text: str, begin: int) -> tuple[str, int]:
    """m_i \\sim p independent, i = 1, ..., n: the range before the words, and where these begin."""
    body, bounds = split_range(text)
    if not bounds or not begin < len(body):
        return text, begin
    words = text[begin : len(body)]
    text = f"{text[:begin].rstrip(' ,')}{text[len(body) :]} {words}"
    return text, len(text) - len(words)


def _with_clause(context: Context, clause: SaidOf, text: str, begin: int, extend: Extend) -> Context | Unreadable:
    """The context with the formula of a clause, and with what its words say of the symbols it is about."""
    formula = clause.formula
    if clause.find("constant") is not None and all(map(_ONES.fullmatch, clause.targets)):
        return context  # 1, the vector of ones in R^n
    quantified = _quantified(context, clause, extend)
    context = context if isinstance(quantified, Unreadable) else quantified
    if clause.says("simplex") and clause.find("over") is None:
        sized = _of_probabilities(context, clause, extend)
        if isinstance(sized, Unreadable):
            return _placed(sized, begin, text)
        context = sized
    table = tables(context, clause, extend)
    if table is not None:
        return _placed(table, begin, text)
    if clause.find("function") is not None and not EQUATED.search(formula):
        return _placed(functions(context, clause, extend), begin, text)
    if (unheard := function_unheard(context, clause)) is not None:
        return _placed(unheard, begin, text)
    if RELATION.search(formula):
        extended = extend(context, formula)
        if isinstance(extended, Unreadable):
            start = text.find(formula)
            return Unreadable(extended.message, start + extended.start, start + extended.end)
        context = extended
    for step in (_sized, _shaped, _related, _with_properties):
        done = step(context, clause, extend)
        if isinstance(done, Unreadable):
            return _placed(done, begin, text)
        context = done
    return context


def _of_probabilities(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable:
    """A probability vector in R^n."""
    sized = _sized(context, clause, extend)
    inside = RELATION.search(clause.formula) and not clause.formula.rstrip().endswith("0")  # but not q(h) > 0
    return extend(sized, clause.formula) if inside and isinstance(sized, Context) else sized


_ADJECTIVES = re.compile(
    r"(?:(?:i\.?i\.?d\.?|independent(?:ly)?|identically distributed|uncorrelated|random|zero[- ]mean|cent(?:er|r)ed|"
    r"the|an?|all|and|vectors?|variables?|numbers?|weights?|inputs?|samples?|noise|entries)[\s,]+)+",
    re.IGNORECASE,
)


_ENDS = re.compile(
    r"(?:\s|,|(?<=\s)(?:with|and|are|is|of|having|have|has|of|entries|elements|components|coordinates|samples))+$"
)


def _about_random(context: Context, text: str, begin: int, extend: Extend) -> Context | Unreadable | None:
    """What words say of random numbers, every one of them understood; None where they speak of none."""
    head, rest = "", text
    if begin == 0 and (adjectives := _ADJECTIVES.match(_LEADING.sub("", text))) is not None:
        head, rest = adjectives.group(), _LEADING.sub("", text)[adjectives.end() :]
        begin = words_begin(rest) or len(rest)
    formula, words = _LEADING.sub("", rest[:begin]).strip(" ,"), f"{head} {rest[begin:]}"
    facts, left = facts_in(words)
    targets = targets_of(formula)
    known = [name for target in (*targets, *facts.apart) for name in _laws_of(target, context)]
    if not formula or not (facts.random or facts.moments or facts.alike or facts.uncorrelated or known):
        return None
    if not (known or facts.random or facts.moments or facts.alike or facts.uncorrelated):
        return None
    if RELATION.search(formula) or not is_filler(left):
        again = formula if is_filler(left) else _ENDS.sub("", f"{formula} {left.strip()}")
        if len(again) >= len(text.strip()):
            return None  # nothing of it was understood here: other words may be
        extended = extend(context, again)
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    if re.search(r"(?<![A-Za-z])vectors?(?![A-Za-z])", words):
        heard = context.scope.names.keys() | context.definitions.keys()
        fresh = [n for _, n in named(SaidOf(formula, targets, ())) if n not in heard]
        context = context.declared(*(Declaration(n, (UNKNOWN,)) for n in fresh))
    each = any(dots in formula for dots in ("dots", "...", "…"))
    if each:
        said = f"{formula} \\sim {written_law(facts.law)}" if facts.law else f"{formula} \\in \\mathbb{{R}}"
        extended = context if RELATION.search(formula) else extend(context, said)
        if isinstance(extended, Unreadable):
            return extended
        context, facts = extended, replace(facts, law="")
        targets = tuple(target for target in targets if re.search(r"[A-Za-z]_|\^", target))
        targets = tuple(dict.fromkeys(n for t in targets for n in _families_of(t, context)))
    return with_facts(context, targets, facts, extend, each=each)


def _laws_of(target: str, context: Context) -> list[str]:
    """The symbol, if it is random."""
    return [n for _, n in named(SaidOf("", (target,), ())) if (d := context.scope.names.get(n)) and d.law is not None]


def _families_of(target: str, context: Context) -> list[str]:
    """x of x_1, where that is a member of a family or an entry of a vector by now."""
    names_ = [n for _, n in named(SaidOf("", (target,), ()))]
    stems = [n.partition("_")[0] for n in names_]
    return [
        s if n not in context.scope.names and s in context.scope.names else n
        for n, s in zip(names_, stems, strict=True)
    ]


def _placed(found: Context | Unreadable, begin: int, text: str) -> Context | Unreadable:
    return Unreadable(found.message, begin, len(text)) if isinstance(found, Unreadable) else found


def _quantified(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable:
    """For all x in X: where x lies."""
    every = clause.find("every")
    match = re.fullmatch(r"(.+?)\s*(?:\\in(?![a-z])|∈|\bin\b)\s*(.+)", every.argument) if every else None
    if match is None or match[1] in context.scope.names:
        return context
    where = context.scope.names.get(match[2].strip())
    if where is not None and where.domain.startswith("{") and re.fullmatch(r"[A-Za-z]", match[1]):
        return context.declared(Declaration(match[1], (), (), where.domain))
    return extend(context, every.argument if every else "")


def _sized(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable:
    """Vectors in R^d, a matrix of size m x n."""
    for role, form in (
        ("in", "{0} \\in {1}"), ("size", "{0} \\in \\mathbb{{R}}^{{{1}}}"), ("dims", "{0} \\in \\mathbb{{R}}^{{{1}}}")
    ):  # fmt: skip
        row = clause.find(role)
        if row is None or not row.argument:
            continue
        if role == "dims":  # a symmetric n x n matrix
            row = replace(row, argument=re.sub(r"\s*(?:x|×|\\times|by)\s*", r" \\times ", row.argument))
        for target in clause.targets:
            where = row.argument if "\\" in row.argument or role != "in" else None
            text = form.format(target, where) if where else f"{target} in {row.argument}"
            extended = extend(context, text)
            if isinstance(extended, Unreadable):
                return extended
            context = extended
    return context


def _shaped(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable:
    """A matrix, a vector of which no size is said: of one that fits."""
    ranks = [row.phrase.rank for row in clause.said if row.phrase.rank is not None]
    numbers = any(re.fullmatch("reals?|real-valued|(?:real )?numbers?", row.words.strip(), re.I) for row in clause.said)
    listed = any(re.fullmatch(r"\\[lc]?dots|\.\.\.?|…|.+\.\..+", target) for target in clause.targets)
    if numbers and listed and not RELATION.search(clause.formula):  # x_1, ..., x_N real
        reals = r"\in \mathbb{R}" if "\\" in clause.formula else "in R"
        return extend(context, f"{clause.formula} {reals}")
    if not ranks or clause.find("random"):
        return context
    pairs = any(row.words.lower() in {"orthogonal", "orthonormal"} for row in clause.said) and len(clause.targets) > 1
    for _, name in named(clause, context):
        if pairs and name[:1].islower() and name not in context.scope.names:
            return Unreadable(f"whether {name} is a vector or a matrix is not said: declare it", 0, 1)
        if name not in context.scope.names and name not in context.definitions:
            context = context.declared(Declaration(name, (UNKNOWN,) * max(ranks)))
    return context


def _related(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable:
    """Words with a meaning of their own, one role after the other."""
    for row in clause.said:
        act = _ROLES.get(row.phrase.role)
        done = act(context, clause, row, extend) if act is not None else context
        if isinstance(done, Unreadable):
            return done
        context = done
    return context


def _random(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """A random variable of any law."""
    return with_facts(context, clause.targets, Facts(random=True), extend)


def _moment(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Unreadable:
    return Unreadable(f"what {row.words!r} says here is not understood: say it in a formula, as in E[x] = m", 0, 1)


def _standard(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """Standard normal: N(0, 1) for a number, N(0, I) for a vector."""
    for target, name in named(clause):
        declared = context.scope.names.get(name)
        vector = (declared is not None and bool(declared.shape)) or "vector" in row.words
        extended = extend(context, f"{target} \\sim \\mathcal{{N}}(0, {'I' if vector else '1'})")
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


def _independent(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context:
    for _, name in named(clause):
        context = context.told("independent", name)
    return context


def _kronecker(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    if all(name.partition("_")[0] == "delta" for _, name in named(clause)) and "delta" not in context.scope.names:
        return context  # \\delta_{ij} is it anyway
    return Unreadable("the Kronecker delta is written \\delta_{ij}", 0, 1)


def _free(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """What depends on nothing; what is defined depends on what it is defined by."""
    defined = [name for _, name in named(clause) if name in context.definitions]
    if defined:
        return Unreadable(f"{defined[0]} is defined, and what it depends on is known by that", 0, 1)
    others = [other for target in targets_of(row.argument) for _, other in named(SaidOf("", (target,), ()))]
    for _, name in named(clause):
        for other in others:
            context = context.told("apart", f"{name}|{other}")
    return context


def _steady(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """A constant: a name of its own. That all members of g_t are the same would have to be said by an equation."""
    several = [target for target in clause.targets if re.search(r"[_^]\s*[{(]*\s*[a-z]", target)]
    if several:
        return Unreadable(f"whether {several[0]} is the same for each index is not said: write it as g", 0, 1)
    return context


def _indices(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """A set of indices, or one for each node: N(v) the neighbours of v."""
    for target in clause.targets:
        match = re.fullmatch(r"(.+?)(?:\(\s*([A-Za-z])\s*\))?", target)
        name = function_name(match[1]) if match else None
        if match is None or name is None:
            return Unreadable("a set of indices has a name: B, or N(v)", 0, 1)
        parameters = ((match[2],), ()) if match[2] else None
        context = context.declared(Declaration(name, None if parameters else (), (), INDEX_SET, False, parameters))
    return context


def _restricts(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context:
    return context.told("restricts", f"{clause.formula} {row.words} {row.argument}".strip())


_ROLES: dict[str, Callable[[Context, SaidOf, Said, Extend], Context | Unreadable]] = {
    "random": _random, "moment": _moment, "standard": _standard, "independent": _independent, "adjacency": adjacency,
    "degree": degree, "ranked": ranked,
    "kronecker": _kronecker, "free": _free, "restricts": _restricts, "rowwise": rowwise, "rows": rows,
    "indices": _indices, "steady": _steady, "columns": rows, "entries": entries, "svd": decomposed, "eigen": decomposed,
    "turned": turned,
}  # fmt: skip


_ONES = re.compile(r"(?:\\\w+\s*\{?\s*)?(?:1|𝟙|𝟏)\s*\}?(?:_.*)?")
_CONSTANT = re.compile(r"(?:\\\w+\s*\{?\s*)?(?:I|1|𝟙|𝟏)\s*\}?(?:_.*)?")


def constant_said(target: str, said: Phrase, declared: Declaration | None) -> tuple[str, ...]:
    """What says that a symbol is the identity or the vector of ones, of its own size; nothing where it is written as
    that: I_n, \\mathbf{1}.
    """
    if _CONSTANT.fullmatch(target.strip()) is not None:
        return ()
    sizes = () if declared is None else declared.shape or ()
    size = to_latex(sizes[0]).replace("{", "{{").replace("}", "}}") if sizes else ""
    label = f"_{{{{{size}}}}}" if sizes and sizes[0] != UNKNOWN else ""
    return tuple(text + label for text in said.texts)


def texts_said(said: Phrase, declared: Declaration | None, target: str = "") -> tuple[str, ...]:
    """What a property says in formulas: an orthogonal matrix of which no size is said is square."""
    sizes = () if declared is None else declared.shape or ()
    square = said.role == "orthogonal" and (not sizes or UNKNOWN in sizes)
    texts = of_entry(said.texts, target)
    return (*texts, r"{name} {name}^\top = I") if square else texts


def _with_properties(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable:
    """Symmetric, positive, binary: constraints, and smaller domains."""
    about = named(clause, context)
    for target, name in about:
        for row in clause.said:
            if row.phrase.role == "orthonormal" and (each := orthonormal_members(name, context)):
                extended = extend(context, each)
                if isinstance(extended, Unreadable):
                    return extended
                context = extended
                continue
            if row.words.lower() in {"orthogonal", "orthonormal"} and _vectors(context, about):
                done = _perpendicular(context, about, row, extend)
                if isinstance(done, Unreadable):
                    return done
                context = done
                continue
            first = all(r.phrase.role in {"filler", ""} for r in clause.said if r.start < row.start)
            alone = (
                constant_said(target, row.phrase, context.scope.names.get(name)) if len(about) == 1 and first else ()
            )
            if row.phrase.role == "constant" and name == "I":  # I \\in R^{n x n}, the identity
                kept = {n: d for n, d in context.scope.names.items() if n != "I"}
                context = replace(context, scope=replace(context.scope, names=kept))
            said = texts_said(row.phrase, context.scope.names.get(name), target)
            for text in said if row.phrase.role != "constant" else alone:
                extended = extend(context, text.format(name=target))
                if isinstance(extended, Unreadable):
                    return extended
                context = extended
            if row.phrase.domain:
                context = _in_domain(context, name, row.phrase)
            if row.phrase.domain == "one-hot":
                extended = extend(context, one_in_all(target, context.scope.names.get(name)))
                context = context if isinstance(extended, Unreadable) else extended
    return context


def _vectors(context: Context, about: Sequence[tuple[str, str]]) -> bool:
    """Whether all symbols are declared vectors: u, v orthogonal is said of both, and no matrix."""
    shapes = [context.scope.names[name].shape if name in context.scope.names else None for _, name in about]
    return all(shape is not None and len(shape) == 1 for shape in shapes)


def _perpendicular(
    context: Context, about: Sequence[tuple[str, str]], row: Said, extend: Extend
) -> Context | Unreadable:
    """u^T v = 0 of any two, and of orthonormal ones the length 1."""
    texts = [f"{a}^\\top {b} = 0" for (a, _), (b, _) in combinations(about, 2)]
    texts += [f"\\|{a}\\|_2 = 1" for a, _ in about] if row.words.lower() == "orthonormal" else []
    for text in texts:
        extended = extend(context, text)
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


def _in_domain(context: Context, name: str, phrase: Phrase) -> Context:
    declared = context.scope.names.get(name) or Declaration(name)
    changed = narrowed(declared, phrase.domain)
    return context if changed is None or name in context.definitions else context.declared(changed)


__all__ = ["constant_said", "texts_said", "with_words"]
