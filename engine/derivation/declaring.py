"""What a declaring sentence adds to what is known: formulas that declare or define, and what the words say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from engine.derivation.gathered import gathered, numbers_apart
from engine.derivation.held_constant import with_constant_signs
from engine.derivation.inverted import turned_round
from engine.derivation.labels import entries_apart
from engine.derivation.law_sizes import with_law_sizes
from engine.derivation.open_vectors import as_vector
from engine.derivation.own_entries import own_entries
from engine.derivation.rows import Statement
from engine.derivation.source import Source
from engine.derivation.sums_to_one import with_probabilities
from engine.derivation.words import Said
from solvers.formula.context import Context, read_context
from solvers.formula.index_ranges import is_listed
from solvers.formula.marks import is_turned
from solvers.formula.narrowed import narrowed, one_in_all
from solvers.formula.nodes import All, Apply, Chain, Index, Member, Name, Node, Num, names
from solvers.formula.operators import OPERATORS, RELATIONS
from solvers.formula.parser import RUN, Parsed, parse
from solvers.formula.parts import orthonormal_members, with_said_entries
from solvers.formula.phrases import Phrase
from solvers.formula.random_words import moments_said
from solvers.formula.spoken import constant_said, texts_said
from solvers.formula.tokens import Declaration, Scope, Unreadable

UNKNOWN = Num("0")  # a size that nothing says
RESERVED = frozenset({"I", "ones"})
_FUNCTIONS = frozenset(
    alias
    for row in OPERATORS.values()
    if row.fix in {"elementwise", "call", "big"}
    for alias in (row.plain, *row.plain_aliases)
)


def text_of(statement: Statement) -> str:
    """The statement as one formula again."""
    parts = [statement.sides[0].text]
    for relation, side in zip(statement.relations, statement.sides[1:], strict=False):
        sign = RELATIONS[relation][0] if relation in RELATIONS else "="
        parts += [sign, side.text]
    text = " ".join(parts)
    return text if statement.over is None else f"{text}, {statement.over.text}"


def read_side(text: str, scope: Scope) -> Parsed | Unreadable:
    """A side of a write-up: LaTeX; where no command stands in it, plain text is tried too."""
    if "\\" in text:
        return parse(text, scope, True)
    first_latex = text.isascii() and not any(word in _FUNCTIONS for word in re.findall(r"[A-Za-z]{2,}", text))
    first = parse(text, scope, first_latex)
    second = first if isinstance(first, Parsed) else parse(text, scope, not first_latex)
    return second if isinstance(second, Parsed) else first


def extended(context: Context, text: str) -> Context | Unreadable:
    """The context with one declaration, definition or constraint more."""
    context = entries_apart(context, text := own_entries(text, context) or text)
    bounded = _entries_bounded(context, text)
    if bounded is not None:
        return with_probabilities(bounded)
    found = _extended(numbers_apart(context, text), text)
    if isinstance(found, Unreadable):
        return found
    return with_probabilities(turned_round(with_law_sizes(with_constant_signs(gathered(found), context)), context))


def declared_by(stated: Iterable[tuple[Statement, bool]], context: Context) -> Context:
    """What the declarations among statements say together; each statement with whether it declares."""
    for statement, declares in stated:
        if statement.relations and (statement.relations[0] in {"in", "~"} or declares):
            with suppress(Exception):  # what goes wrong here goes wrong again where it is told
                if any(moments_said(text_of(statement))):
                    continue  # E[g_i] = m says nothing of what g is, but for how it is drawn
                found = extended(context, text_of(statement))
                context = found if isinstance(found, Context) else context
    return context


def _extended(context: Context, text: str) -> Context | Unreadable:
    failed: Unreadable | None = None
    forms = (text, f"{text}\\,") if "\\" not in text else (text,)
    for form in reversed(forms) if RUN.search(text) or _labels_end(text) else forms:  # t_ix_i is t_i x_i
        found = read_context([form], context)
        if isinstance(found, Context):
            return found
        failed = failed or found[1]
    assert failed is not None
    return failed


def _labels_end(text: str) -> bool:
    """Whether W_zx + b_z is W_z x + b_z, by labels that stand alone elsewhere."""
    runs = re.findall(r"_([A-Za-z])[A-Za-z](?![A-Za-z])", text)
    return bool(runs) and {*runs} <= {*re.findall(r"_([A-Za-z])(?![A-Za-z])", text)}


def _with_ones(context: Context, text: str) -> Context:
    """\\mathbf{1} \\in R^n: the vector of ones, whose length is known."""
    where = re.split(r"\\in(?![a-z])|∈", text, maxsplit=1)[-1]
    found = _extended(Context(), f"u \\in {where}")
    if isinstance(found, Unreadable) or "u" not in found.scope.names:
        return context
    return context.declared(replace(found.scope.names["u"], name="ones", domain="{1}"))


def _entries_bounded(context: Context, text: str) -> Context | None:
    """p_i > 0 of a declared vector is said of all its entries; a reserved name stays what it is."""
    parsed = read_side(text, context.scope)
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain):
        return None
    if chain.relations == ("!=",):
        base = target(chain.sides[0])
        declared = context.scope.names.get(base) if base is not None else None
        return context if declared is not None and declared.shape else None
    if chain.relations == ("in",) and chain.sides[0] in {Name(name) for name in RESERVED}:
        return _with_ones(context, text) if chain.sides[0] == Name("ones") else context
    entry, bound = (
        (chain.sides[0], chain.sides[-1]) if chain.relations[0] in {">", ">="} else (chain.sides[-1], chain.sides[0])
    )
    if len(chain.relations) > 1 or chain.relations[0] not in {"<", "<=", ">", ">="} or bound != Num("0"):
        return None
    name = target(entry)
    declared = context.scope.names.get(name) if name is not None else None
    if declared is None or name in context.definitions or (isinstance(entry, Name) and not declared.shape):
        return None
    if declared.domain not in {"real", "inferred"}:
        return context  # probabilities are positive as they are drawn
    strict = chain.relations[0] in {"<", ">"}
    changed = (
        replace(declared, domain="real", positive=True)
        if strict
        else replace(declared, domain="real", low=Fraction(0), ends="[)")
    )
    return context.declared(changed)


def is_range(text: str) -> bool:
    """Whether a text says what an index runs through: t = 1, ..., T; i \\in \\{1, ..., n\\}; t = 1, 2, 3."""
    return is_listed(text) or _LISTED.fullmatch(text) is not None


_LISTED = re.compile(r"\s*[A-Za-z]\s*=\s*\d+(?:\s*,\s*\d+)+\s*")


def range_text(text: str) -> str:
    """A range with its first and last value only: t = 1, 2, 3 is t = 1, \\dots, 3."""
    if _LISTED.fullmatch(text) is None:
        return text
    name, _, values = text.partition("=")
    listed = [value.strip() for value in values.split(",") if value.strip()]
    return f"{name.strip()} = {listed[0]}, \\dots, {listed[-1]}"


_ENTRY = re.compile(
    r"\s*(\\?[A-Za-z]+)_\{\s*([a-z])\s*,?\s*([a-z])\s*\}\s*\\in\s*\\(?:mathbb\s*\{?\s*R\s*\}?|R(?:eals)?)\s*"
)
_ENDS = re.compile(
    r"([a-z](?:\s*,\s*[a-z])*)\s*(?:=|\\in\s*\\?\{)\s*1\s*,?\s*(?:\\[lc]?dots[a-z]?|\.\.\.?|…)\s*,?\s*(\w+)"
)


def matrix_of(text: str) -> tuple[str, str] | None:
    """A_{ij} \\in R, i, j = 1, ..., n: the name of the entry, A_ij, and the declaration of the matrix that it is of."""
    entry = _ENTRY.match(text)
    if entry is None:
        return None
    ends = {letter.strip(): end for letters, end in _ENDS.findall(text[entry.end() :]) for letter in letters.split(",")}
    if entry[2] == entry[3] or not {entry[2], entry[3]} <= ends.keys():
        return None
    size = f"{ends[entry[2]]} \\times {ends[entry[3]]}"
    stem = entry[1].strip("\\").removeprefix("var")  # \\varphi is phi
    return f"{stem}_{entry[2]}{entry[3]}", f"{entry[1]} \\in \\mathbb{{R}}^{{{size}}}"


def ranged(family: str, scope: Scope) -> str | None:
    """What a declaration means with the range that is said behind it, in a formula of its own; None for the same.

    x^{(s)} \\in R^n for s = 1, ..., N; A_{ij} \\in R for i, j = 1, ..., n; x_i > 0 for i = 2, ..., 5.
    """
    matrix = matrix_of(family)
    if family.startswith(","):
        return None
    if matrix is not None:
        return matrix[1] if matrix[0] in scope.names else None
    member = "^" in family.partition("\\in")[0]
    return family if member or _OF_ENTRIES.match(family) else None


_OF_ENTRIES = re.compile(r"[^=<>]*_[^=<>]*(?:[<>≤≥≠]|\\(?:le|ge|leq|geq|lt|gt|ne|neq)(?![A-Za-z])|!=)")


def own_symbol(text: str, scope: Scope, right: str = "") -> str | None:
    """The name of a left side that would mean something else if it were not declared: e, pi, h' (a transpose), net."""
    letters = {"e": "e", r"\mathbf{e}": "e", r"\boldsymbol{e}": "e", r"\pi": "pi", "I": "I", "E": "E"}
    if text in letters:
        return letters[text]
    word = re.fullmatch(r"[a-z]{2,}|[A-Z]{2,}|[A-Za-z]{3,}", text)  # Av is A times v
    if word and text not in _FUNCTIONS and not set(text) <= scope.names.keys():
        return text
    layer = re.fullmatch(r"(?:\\(?:mathbf|boldsymbol)\s*\{?)?(\\?[A-Za-z]+)\}?\^\{?(\d)\}?", text)
    if layer is not None and any(re.fullmatch(r"\w+\^\d", name) for name in scope.names):
        return f"{layer[1].strip(chr(92))}^{layer[2]}"
    primed = re.fullmatch(r"(?:\\(?:mathbf|boldsymbol)\s*\{?)?(\\?)([A-Za-z]+(?:_\w)?)\}?('+|\^\{?\\prime\}?)", text)
    if primed is None or (not primed[1] and len(primed[2].partition("_")[0]) > 1) or is_turned(text, right):
        return None
    return primed[2] + ("'" if "prime" in primed[3] else primed[3])


def target(node: Node) -> str | None:
    """The name that an equation with this left side would define: x, h^(t), s_i, f(x); None if it defines nothing."""
    if isinstance(node, Apply):
        return node.name
    base: Node = node
    while isinstance(base, (Member, Index)):
        if any(isinstance(index, All) for index in base.indices):
            return None
        base = base.base
    return base.text if isinstance(base, Name) else None


def without_definition(context: Context, left: Node) -> Context:
    """The context without an earlier definition of a left side, and without its law or what words alone said of it."""
    name = target(left)
    declared = None if name is None else context.scope.names.get(name)
    drawn = declared is not None and declared.law is not None and isinstance(left, Name) and not declared.family
    unsaid = declared is not None and (declared.shape == (UNKNOWN,) or drawn)
    if name is not None and unsaid and name not in context.definitions:
        others = {n: d for n, d in context.scope.names.items() if n != name}
        told = tuple(chain for chain in context.constraints if name not in names(chain))
        return replace(context, scope=replace(context.scope, names=MappingProxyType(others)), constraints=told)
    if name is None or name not in context.definitions:
        return context
    kept = tuple(d for d in context.definitions[name] if d.left != left)
    definitions = {n: ds for n, ds in context.definitions.items() if n != name}
    return replace(context, definitions={**definitions, name: kept} if kept else definitions)


def with_words(context: Context, said: Sequence[Said], texts: Mapping[int, str], ranks: Mapping[str, int]) -> Context:
    """The context with what the words of a sentence say; `texts` are its formulas by their places."""
    large = {row.size for row in said if texts.get(row.place, "")[:1].isupper()}  # "with a ReLU s, W of size m x n"
    for row in said:
        small = row.size in large and re.fullmatch(r"\s*\\?[a-z]+\s*", texts.get(row.place, "")) is not None
        if small and re.search(r"\\times|×", texts.get(row.size or 0, "")):
            row = replace(row, size=None)
        named = _names_in(texts.get(row.place, ""), context)
        for name in named:
            known = context.scope.names.get(name.strip("\\"))
            if known is not None and known.law is not None and known.name in context.definitions:
                continue  # q = N(0, 1), a density on R: it is known which
            ordered = re.search(r"[<>≤≥]|\\[lg]e", texts.get(row.place, "")) is not None  # s_i > 0, and V is n x n
            context = _with_size(context, name, row, texts) if not ordered or row.inside is not None else context
            made = (
                "=" in texts.get(row.place, "") and name.strip("\\") in context.definitions
            )  # A = Q L Q^T, Q orthogonal
            for said_property in () if made else row.properties:
                if (ordered and said_property.rank == 2) or (said_property.role == "constant" and len(named) > 1):
                    continue
                context = _with_property(context, name, said_property, ranks)
            context = with_said_entries(_without_label(context, name), name)
    return context


def _without_label(context: Context, name: str) -> Context:
    """The context where p_k > 0, said before the words that p is a distribution, is of an entry and no name."""
    base = _base(name, context.scope)
    declared = context.scope.names.get(base) if base is not None else None
    if declared is None or len(declared.shape or ()) != 1:
        return context
    label = re.compile(rf"{re.escape(declared.name)}_[a-z]")
    own = context.definitions.keys() | context.scope.own
    kept = {n: d for n, d in context.scope.names.items() if not label.fullmatch(n) or n in own}
    return replace(context, scope=replace(context.scope, names=MappingProxyType(kept)))


def unsized(
    context: Context, said: Sequence[Said], texts: Mapping[int, str], ranks: Mapping[str, int]
) -> dict[str, int]:
    """The names that words call a vector or a matrix and that nothing gives a size, with the places of their formulas.

    What the write-up takes entries of (`ranks`) shows by that what it is.
    """
    found: dict[str, int] = {}
    for row in said:
        if row.whole and not row.scalar and row.size is None and row.inside is None:
            bases = [_base(name, context.scope) for name in _named(texts.get(row.place, ""))]
            known = context.scope.names.keys() | context.definitions.keys() | ranks.keys() | RESERVED
            found |= {base: row.place for base in bases if base is not None and base not in known}
    return found


def _named(text: str) -> list[str]:
    """The symbols that a formula names: x, y; A in A \\in R^{n x n}; h in h^{(t)}."""
    head = re.split(r"\\in(?![a-z])|∈|[<>]|\\[lg]eq?(?![a-z])|\\sim|=", text)[0]
    parts = [part for part in re.split(r",(?![^{(]*[})])|\\dots|\\ldots|\.\.\.", head) if part.strip(" \\,")]
    return [
        re.sub(r"\^\s*(?:\{\s*)?(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?)\s*\}?\s*$", "", part.strip(" ,"))
        for part in parts
    ]


def _names_in(text: str, context: Context) -> list[str]:
    """The symbols that a formula names; of a listed vector, p_1, ..., p_n > 0, the vector."""
    named = _named(text)
    bases = {_base(name, context.scope) for name in named}
    base = next(iter(bases)) if len(bases) == 1 and "dots" in text else None
    declared = context.scope.names.get(base) if base is not None else None
    whole = declared is not None and len(declared.shape or ()) == 1 and not declared.family
    return [re.split(r"_", named[0])[0]] if whole and re.fullmatch(r"\\?[A-Za-z]+_.*", named[0]) else named


def _base(text: str, scope: Scope) -> str | None:
    parsed = read_side(text, scope)
    return target(parsed.node) if isinstance(parsed, Parsed) and not isinstance(parsed.node, Apply) else None


def _with_size(context: Context, name: str, row: Said, texts: Mapping[int, str]) -> Context:
    if name in {"I", r"\mathbf{I}"}:
        return context
    if row.inside is not None and row.inside in texts:
        where = texts[row.inside].strip()
        distribution = any(p.domain == "simplex" for p in row.properties)
        own = distribution and where in re.split(r"[(),|\s]+", name.replace("\\mid", "|"))  # q(h), over h
        if own or re.search(r"\\in(?![a-z])|∈|=", where):
            return context
        if distribution and re.search(r"[({]", name) and "(" in name:
            where = where if "Delta" in where else rf"\Delta({where})"
        elif distribution:
            items = re.fullmatch(r"\\\{\s*1\s*,.*,\s*(\w+)\s*\\\}", where, re.DOTALL)
            if items is None:
                return context
            where = rf"\Delta^{{{items[1]}}}"
        return _sized(context, name, rf"{name} \in {where}")
    if row.size is not None and row.size in texts:
        size = texts[row.size].strip()
        if re.search(r"=|\\in(?![a-z])", size) or re.search(r"(?:\\in(?![a-z])|∈).*\^", texts.get(row.place, "")):
            return context  # of "x \in R^n, W is m x n" the size is that of W
        return _sized(context, name, rf"{name} \in \mathbb{{R}}^{{{size}}}")
    return context


def _sized(context: Context, name: str, text: str) -> Context:
    """The context with a declaration; what a formula has said of the entries already, A_ij >= 0, stays."""
    found, base = _or_same(context, text), _base(name, context.scope)
    old, new = (c.scope.names.get(base) if base is not None else None for c in (context, found))
    if old is None or new is None or new.domain != "real" or (old.low, old.high, old.positive) == (None, None, False):
        return found
    return context if (old.shape, old.family) == (new.shape, new.family) else found


def _or_same(context: Context, text: str) -> Context:
    found = extended(context, text)
    return context if isinstance(found, Unreadable) else found


def _with_property(context: Context, text: str, said: Phrase, ranks: Mapping[str, int]) -> Context:
    base = _base(text, context.scope)
    if base is None:
        return context
    declared = context.scope.names.get(base)
    if said.role == "orthonormal" and (each := orthonormal_members(base, context)):
        return _or_same(context, each)
    if said.rank == 2 and declared is not None and declared.shape is not None and len(declared.shape) != 2:
        return context  # the vector of "$x \in R^n$, $A \in R^{n x n}$ symmetric"
    if said.role == "diagonal" and base in context.definitions:
        return context  # L = diag(l_1, ..., l_n), which says so
    constant = said.role == "constant"
    for template in constant_said(text, said, declared) if constant else texts_said(said, declared, text):
        context = _or_same(context, template.format(name=text))
    if base not in ranks or "_" in text:  # where the page takes entries t_k of t, that shows what it is
        context, base = as_vector(context, text, base, said.domain)
    known = context.scope.names.get(base)
    if not said.domain or (known is None and base in context.definitions):
        return context
    old = known or Declaration(base, (UNKNOWN,) * ranks.get(base, 0))
    if (changed := narrowed(old, said.domain)) is None:
        return context
    context = context.declared(changed)
    return _or_same(context, one_in_all(text, changed)) if said.domain == "one-hot" else context


def bare(source: Source) -> str:
    """A side's text on one line."""
    return " ".join(source.text.split())


def written(source: Source) -> str:
    """A side as it was written, on one line."""
    return " ".join((source.shown or source.text).split())
