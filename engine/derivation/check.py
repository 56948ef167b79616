"""A write-up -> a verdict for each of its steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from engine.derivation.chances import chances_of
from engine.derivation.checker import Checker
from engine.derivation.class_numbers import with_class_numbers
from engine.derivation.declared_later import declared_later
from engine.derivation.declaring import declared_by, text_of
from engine.derivation.document import Formula, looks_like_latex, pieces_of
from engine.derivation.generic import with_functions
from engine.derivation.iterates import Iterates, iterates_of
from engine.derivation.memberships import with_memberships
from engine.derivation.naming import with_names_of
from engine.derivation.outside import Conventions, without_conventions
from engine.derivation.overlooked import overlooked
from engine.derivation.parts import entries_called
from engine.derivation.passing import settled
from engine.derivation.plain_arithmetic import with_plain_arithmetic
from engine.derivation.plain_equations import with_plain_equations
from engine.derivation.plain_sizes import with_plain_sizes
from engine.derivation.prose import may_define
from engine.derivation.ranged import Counting, counting_letters, letters_up_to, ranges_of_sums, with_ranges
from engine.derivation.reals_told import with_reals_told
from engine.derivation.report import Note, Report, Step
from engine.derivation.rewriting import in_other_words
from engine.derivation.rounding import rounded_in
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence, sentences_of, words_of
from engine.derivation.source import lines_of
from engine.derivation.spectra_told import observe
from engine.derivation.totals_told import with_totals
from engine.derivation.unsure import with_doubts
from engine.derivation.worked_examples import apart, example_of, leaves_open, of_numbers
from solvers.formula.context import Context, infer
from solvers.formula.declare import run_listed
from solvers.formula.differentials import moving
from solvers.formula.nodes import Node, Num
from solvers.formula.origins import counted_from_zero, counting
from solvers.formula.parts import customary, with_entries
from solvers.formula.raised_to import with_raised
from solvers.formula.remembered import remembering
from solvers.formula.tokens import Declaration
from solvers.formula.widths import COUNT, WIDTH

MAX_TEXT = 400_000
_TENDS = "what it tends to is not judged"


def check(text: str, start: Context | None = None, latex: bool | None = None) -> Report:
    """The steps of a write-up (Markdown or LaTeX) judged in order, with notes on how it was read.

    `start` is what is known before its first sentence. Never raises for what the text holds: what cannot be read is
    a step "unreadable" with its line and column, what cannot be settled "undecided" with the reason.
    """
    return report_of(checked(text, start, latex))


def report_of(checker: Checker) -> Report:
    """What a checker has found, in the order of the lines."""
    notes = list(checker.notes)
    shaped = {name for name, declared in checker.context.scope.names.items() if declared.shape}
    if numbers := checker.undeclared.keys() - checker.indexed.keys() - shaped:
        named = ", ".join(sorted(numbers))
        said = "if one is a vector or a matrix, declare it: Let $x \\in \\mathbb{R}^n$"
        notes.append(Note(0, f"not declared, taken as real numbers: {named} ({said})"))
    steps = sorted(checker.steps, key=lambda step: (step.line, step.column))
    return Report(with_doubts(steps, checker.vague), tuple(notes))


def checked(text: str, start: Context | None = None, latex: bool | None = None) -> Checker:
    """The checker after its way through a text."""
    with remembering():
        return _settled(text, start, latex)


def _settled(text: str, start: Context | None, latex: bool | None) -> Checker:
    checker = settled(lambda taken: _checked(text, start, latex, taken))
    if any(step.verdict != "valid" for step in checker.steps):
        with suppress(Exception):
            _with_example_apart(checker, text, start, latex)
    return checker


def _with_example_apart(checker: Checker, text: str, start: Context | None, latex: bool | None) -> None:
    """Looks again at a page that ends with an example in numbers: at what is general alone, and at the numbers."""
    read = latex if latex is not None else looks_like_latex(text)
    example = example_of(_sentences(text.removeprefix("\ufeff"), read)[0])
    if example is None:
        return
    first = checker.lines.line(example.start)

    def in_general(step: Step) -> bool:
        return step.line < first

    def in_numbers(step: Step) -> bool:
        return step.line >= first and of_numbers(step)

    if leaves_open(checker.steps, in_general):
        general = settled(lambda taken: _checked(text[: example.start], start, read, taken))
        checker.steps = apart(checker.steps, general.steps, in_general)
    if leaves_open(checker.steps, in_numbers):
        numbered = settled(lambda taken: _checked(text, start, read, taken, example.items))
        checker.steps = apart(checker.steps, numbered.steps, in_numbers)


def _checked(
    text: str, start: Context | None, latex: bool | None, taken: frozenset[str], arranged: tuple[Item, ...] = ()
) -> Checker:
    """The same, some symbols defined by the first equation of them in any sentence; `arranged`: in another order."""
    text, given = text.removeprefix("\ufeff"), frozenset(() if start is None else start.scope.names)
    items, conventions = _sentences(text, latex)
    written = with_plain_sizes(with_ranges(with_memberships(_plainly(arranged or items))))
    items, tending, hidden = in_other_words(written)
    context = with_entries(start or Context(), entries_called(items))
    stated = _statements(items)
    context = observe(with_names_of(_marked(context, stated, items), items), text[:MAX_TEXT])
    known, iterates = declared_by(stated, context), Iterates()
    entries = customary(known, [side.text for statement, _ in stated for side in statement.sides])
    if entries:
        context = with_entries(context, entries)
        known = declared_by(stated, context)
    with suppress(Exception):
        iterates = _iterates(items, stated, known, context)
    if iterates.rules:
        stated = [(iterates.rewritten(statement), declares) for statement, declares in stated]
        known = declared_by(stated, context)
    statements = [statement for statement, _ in stated]
    start = with_functions(known, context, _unsupposed(statements, _supposed(items)), items)
    if start is not context:
        context, known = start, declared_by(stated, start)
    context = _with_origins(context, known, statements)
    context = conventions.within(counting(context, conventions.begins(context.scope.zero_based)))
    texts = [side.text for statement in statements for side in statement.sides]
    told, context = chances_of(stated, text[:MAX_TEXT], context) or (None, context)
    indexed = with_totals(_indexed(known, statements), items)
    context = _with_examples(context, known, indexed, ranges := ranges_of_sums(texts, known.scope))
    checker = Checker(lines_of(text), indexed, context, texts=texts, iterates=iterates, ranges=ranges)
    checker.given, checker.taken, checker.chances = given, taken, told
    checker.notes += [Note(0, f"{name}_ij is read as an entry of {matrix}") for name, matrix in entries]
    _observe(checker, text, items, statements)
    checker.run(items)
    checker.notes += [*overlooked(written, checker.lines), *(Note(checker.lines.line(at), _TENDS) for at in tending)]
    checker.notes += [Note(0, said) for said in _unchecked(checker)]
    cut = f"only the first {MAX_TEXT} characters were read" if len(text) > MAX_TEXT else ""
    checker.notes += [Note(0, said) for said in (hidden, cut) if said]
    return checker


def _marked(context: Context, stated: Sequence[tuple[Statement, bool]], items: Sequence[Item]) -> Context:
    """The context with what a prime and a T above a symbol mean on the page."""
    context = with_raised(context, [side.text for statement, _ in stated for side in statement.sides])
    return replace(context, scope=replace(context.scope, primes=context.scope.primes or primes_mark(items)))


def _unchecked(checker: Checker) -> Iterator[str]:
    """Where equations stand within sentences that nothing was made of."""
    lines = sorted({*checker.progress.unchecked} - {step.line for step in checker.steps})
    if lines:
        where = f"line{'s' if lines[1:] else ''} {', '.join(map(str, lines))}"
        yield f"equations within sentences are not checked ({where}): put those that are to be on lines of their own"


def _sentences(text: str, latex: bool | None) -> tuple[tuple[Item, ...], Conventions]:
    """The sentences of a text, and what it says of what is outside of vectors."""
    return without_conventions(with_class_numbers(sentences_of(pieces_of(text[:MAX_TEXT], latex))))


def _plainly(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with the formulas that stand in plain words."""
    return with_plain_arithmetic(with_plain_equations(with_reals_told(items)))


def _iterates(
    items: Sequence[Item], stated: Sequence[tuple[Statement, bool]], known: Context, context: Context
) -> Iterates:
    """What the update rules say, whatever later sections declare of their letters."""
    later = declared_later(items)
    early = [row for row in stated if row[0].sides[0].place(0) not in later]
    return iterates_of([statement for statement, _ in stated], declared_by(early, context) if later else known)


def _observe(checker: Checker, text: str, items: Sequence[Item], statements: Sequence[Statement]) -> None:
    """The habits of the whole write-up: what is transposed and how, what changes, what is rounded."""
    checker.counting = Counting(counting_letters(items), letters_up_to(items))
    checker.turned = _transposes(text)
    turned = ((side, m) for side in checker.texts for m in _TURNED.finditer(side))
    checker.turned_names = frozenset(m[1] for side, m in turned if not _is_turned_whole(side, m))
    if not checker.turned_names:  # X'X
        primed = {m[1] for side in checker.texts for m in _PRIMED_CAPITAL.finditer(side)}
        checker.turned_names = frozenset(n for n in primed if not re.search(rf"\b{n}\b[^$.]*?(?:\\in\b|∈|matri)", text))
    checker.turned_names -= checker.context.scope.raised
    checker.moving, checker.rounded = _changing(items), rounded_in(statements)


_PRIMED_CAPITAL = re.compile(r"(?<![A-Za-z\\_{])([A-Z])\s*'\s*(?=[A-Za-z\\])(?!\s*(?:\(|\\left))")


def _is_turned_whole(side: str, turned: re.Match[str]) -> bool:
    """Whether what is transposed is p(k), or a list that ends with the letter, (x, y)^T."""
    end = side.rfind(")", turned.start(), turned.end())
    if _ARGUMENT.match(side, turned.start(1)) or end < 0:
        return end >= 0
    depth = 0
    for place in range(end - 1, -1, -1):
        depth += (side[place] == ")") - (side[place] == "(")
        if depth < 0 or (depth == 0 and side[place] == ","):
            return depth == 0
    return False


_SUPPOSES = re.compile(r"[\W_]*(?:(?:now|but|and|so|for example|e\.g\.)[,\s]+)?(?:if|when|whenever)\b", re.IGNORECASE)


def _unsupposed(statements: Sequence[Statement], supposed: frozenset[int]) -> list[Statement]:
    return [statement for statement in statements if statement.sides[0].place(0) not in supposed]


def _supposed(items: Iterable[Item]) -> frozenset[int]:
    """Where the statements stand of sentences that suppose something, as "if E(x) = -w x" does."""
    return frozenset(
        statement.sides[0].place(0)
        for item in items if isinstance(item, Sentence) and _SUPPOSES.match(item.template)
        for part in item.parts if isinstance(part, Formula)
        for statement in statements_of(part.source)
    )  # fmt: skip


def _changing(items: Iterable[Item]) -> frozenset[str]:
    """The symbols whose differentials are written somewhere."""
    return moving(
        [side.text for side in statement.sides]
        for item in items if isinstance(item, Sentence)
        for part in item.parts if isinstance(part, Formula)
        for statement in statements_of(part.source)
    )  # fmt: skip


def primes_mark(items: Iterable[Item]) -> bool:
    """Whether w' is another w on a page: transposes are written ^T there, or everything is a number."""
    sentences = [item for item in items if isinstance(item, Sentence)]
    texts = [part.source.text for s in sentences for part in s.parts if isinstance(part, Formula)]
    if any(_TURNED.search(text) for text in texts):
        return not any(_TURNED_BY_PRIME.search(_CALLS.sub("", text)) for text in texts)
    return any(_SCALARS.search(words_of(s)) for s in sentences) and not any(_SETS.search(text) for text in texts)


_ARGUMENT = re.compile(r"(?<=[A-Za-z}]\()[A-Za-z]\)\s*\^")  # p(k)^T turns what p is there, not k
_CALLS = re.compile(r"(?<![A-Za-z\\])[a-zL]'\s*\(")  # f'(x)
_TURNED_BY_PRIME = re.compile(  # X'X, w'x, (y - Xb)'y: as a transpose is used
    r"(?:(?<![A-Za-z\\])[A-Za-z]|\))'\s*(?:[A-Za-z]|\\(?:mathbf|boldsymbol|bm|vec|hat|tilde|theta|mu|Sigma)(?![A-Za-z])|\()"
)
_SETS = re.compile(r"\\mathbb\s*\{?\s*R\s*\}?\s*\^|\bR\^|ℝ[ⁿᵐᵈ^]")
_SCALARS = re.compile(r"\bscalars?\b|\b(?:one|a single) (?:hidden )?(?:unit|neuron)\b|\breal numbers\b", re.IGNORECASE)
_TURNED = re.compile(
    r"(?<![A-Za-z\\_,:])(?<!_\{)([A-Za-z])(?:(?<!=[A-Za-z])(?<!= [A-Za-z])\})?"
    r"(?:_\{?\w+\}?)?(?:\^\{?[\[(]\w+[\])]\}?)?\s*\)?\s*\^\s*(?:T(?!_)|\{?\s*(?:\\top|\\intercal|T(?![A-Za-z_]|\s*[-+])|\\mathsf\s*\{T\}|\\mathrm\s*\{T\}))"
)


def _transposes(text: str) -> re.Pattern[str] | None:
    """What a write-up writes for a transpose where it says so: "we write $M^{t}$ for the transpose"."""
    said = _SAID_TRANSPOSE.search(text)
    return None if said is None else re.compile(rf"\^\s*(?:\{{\s*{said[1]}\s*\}}|{said[1]}(?![A-Za-z]))")


_SAID_TRANSPOSE = re.compile(
    r"\^\s*\{?\s*([a-z])\s*\}?\s*\$?,?\s*(?:for|denotes?|is|means|stands for|to denote|as)\s+(?:the |its |a )?transpos",
    re.IGNORECASE,
)


def _statements(items: Iterable[Item]) -> list[tuple[Statement, bool]]:
    """All statements in order, each with whether its sentence declares, or may define in passing."""
    return [
        (statement, item.declares or (not part.display and may_define(item, place)))
        for item in items if isinstance(item, Sentence)
        for place, part in enumerate(item.parts) if isinstance(part, Formula)
        for statement in statements_of(part.source)
    ]  # fmt: skip


def _with_origins(context: Context, known: Context, statements: Sequence[Statement]) -> Context:
    """The context in which the vectors that the write-up takes from 0 on count from there."""
    with suppress(Exception):
        zero = counted_from_zero(known, [text_of(statement) for statement in statements], True)
        return counting(context, zero) if zero else context
    return context


def _with_examples(
    context: Context, known: Context, indexed: Mapping[str, Declaration], ranges: Mapping[str, tuple[Node, Node]]
) -> Context:
    """The context with the w and the x_n of w^T x_n as vectors, where nothing says what they are: as many as sums of
    them run over, and where no sum has limits, of any number.
    """
    found = [d for name, d in indexed.items() if d.shape == (WIDTH,) and name not in known.definitions]
    every = list(dict.fromkeys(ranges.values())) or [(Num("1"), COUNT)]
    for declared in found:
        family = tuple(
            (letter, *ranges[letter])
            if letter in ranges
            else (letter, *every[0])
            if len(every) == 1
            else (letter, low, high)
            for letter, low, high in declared.family
        )
        context = context.declared(replace(declared, family=family))
    return context


def _indexed(known: Context, stated: Sequence[Statement]) -> dict[str, Declaration]:
    """The names with indices that no declaration in the whole text speaks of: vectors, matrices, families of numbers.

    Those that are listed, as in "the inputs x_1, ..., x_n", are as long as the list.
    """
    listed = [d for statement in stated if not statement.relations for d in run_listed(statement.sides[0].text)]
    with suppress(Exception):
        known = infer(known, *(side.text for statement in stated for side in statement.sides))
    found = {n: d for n, d in known.scope.names.items() if d.domain == "inferred"}
    return found | {d.name: d for d in listed if d.name in found and len(found[d.name].shape or ()) < 2}
