"""Gaussian densities that are given with a condition: q(x_t | x_{t-1}) = N(a x_{t-1}, b), p(x | C_k) = N(mu_k, S).

One letter q stands for several functions then, told apart by what stands between the brackets. So each is put in where
it is used: q(x_{t-1} | x_0) by what is said of q(x_t | x_0); class densities by the name of the class; and Bayes' rule
gives the density of what a page conditions on, and the probability of a class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_BAR = r"(?:\\,|\\;|\s)*(?:\\mid(?![a-z])|\\vert(?![a-z])|\||\\given(?![a-z]))(?:\\,|\\;|\s)*"
_CALL = re.compile(
    rf"(?<![A-Za-z\\}}_])(?P<name>[pqPQ])(?:_\s*\{{?\\?[a-z]+\}}?)?\s*(?:\\left)?\(\s*(?P<args>[^()|=]*?)(?:{_BAR}(?P<given>[^()|=]*?))?"
    r"\s*(?:\\right)?\)"
)
_NORMAL = re.compile(
    r"\s*\\mathcal\s*(?:\{\s*N\s*\}|N)\s*(?:\\left|\\[bB]igg?l?)?\((?P<inside>.*)\)\s*[.,;]?\s*", re.DOTALL
)
_LETTER = re.compile(r"(?<=_)\s*(?:\{\s*(?P<braced>[a-z])\s*(?P<by>[+-]\s*1)?\s*\}|(?P<bare>[a-z])(?![A-Za-z]))")
_MATRIX = re.compile(r"\\Sigma|[A-Z]|\\(?:mathbf|boldsymbol)\s*\{?\s*(?:\\Sigma|[A-Z])\s*\}?")
_LABEL = r"(?:\\mathcal\s*\{?\s*C\s*\}?|C|\\omega|c)\s*_\s*\{?\s*\w\s*\}?"


@dataclass(frozen=True, slots=True)
class Density:
    """One density as a page gives it: N(mean, spread) of args given given, for every value of a letter."""

    name: str
    args: str
    given: tuple[str, ...]
    mean: str
    spread: str
    letter: str

    def at(self, name: str, args: str, given: Sequence[str]) -> str | None:
        """The density at other arguments, where these are those with another value for the letter."""
        if name != self.name or len(given) != len(self.given):
            return None
        for value in _values(self.letter, (args, *given)):
            own = [_plain(_with(text, self.letter, value)) for text in (self.args, *self.given)]
            if own == [_plain(text) for text in (args, *given)]:
                mean, spread = (_with(text, self.letter, value) for text in (self.mean, self.spread))
                return rf"\mathcal{{N}}\left({args};\, {mean},\, {spread}\right)"
        return None


@dataclass(frozen=True, slots=True)
class Given:
    """What a page gives: densities, and the probabilities of classes by their labels."""

    densities: tuple[Density, ...]
    priors: Mapping[str, str] = field(default_factory=dict)

    def formula(self, name: str, args: str, given: Sequence[str]) -> str | None:
        """A density or a probability in terms of what is given."""
        if self.priors and name in {"p", "P"}:
            return self._of_class(args, given)
        known = self._known(name, args, given)
        if known is not None or len(given) != 2:
            return known
        seen, start = given  # q(x_{t-1} | x_t, x_0) of a Markov chain, by Bayes' rule
        parts = [self._known(name, seen, (args,)), self._known(name, args, (start,)), self._known(name, seen, (start,))]
        return None if None in parts else rf"\frac{{{parts[0]}\,{parts[1]}}}{{{parts[2]}}}"

    def _known(self, name: str, args: str, given: Sequence[str]) -> str | None:
        return next((found for d in self.densities if (found := d.at(name, args, given)) is not None), None)

    def _of_class(self, args: str, given: Sequence[str]) -> str | None:
        label = _plain(args)
        if not given:
            return rf"\left({self.priors[label]}\right)" if label in self.priors else self._evidence(args)
        if len(given) == 1 and label in self.priors:
            weight, whole = self._weighted(args, given[0]), self._evidence(given[0])
            return None if weight is None or whole is None else rf"\frac{{{weight}}}{{{whole}}}"
        return self._known("p", args, given)

    def _weighted(self, label: str, args: str) -> str | None:
        density = self._known("p", args, (label,))
        return None if density is None else rf"\left({self.priors[_plain(label)]}\right) {density}"

    def _evidence(self, args: str) -> str | None:
        terms = [self._weighted(label, args) for label in self.priors]
        return None if None in terms else rf"\left({' + '.join(term or '' for term in terms)}\right)"


def with_given_densities(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such densities put in where they are used."""
    found = list(_densities(items))
    told = {(d.name, _plain(d.args), *map(_plain, d.given)) for d in found}
    classes = [d for d in found if any(re.fullmatch(_LABEL, given) for given in d.given)]
    priors = _priors(items) if classes else {}
    if not found or len(told) < len(found) or (classes and not priors):
        return items
    given = Given(tuple(replace(d, name="p") if priors else d for d in found), priors)
    changed = tuple(_changed(item, given) if isinstance(item, Sentence) else item for item in items)
    return (*_declared(items, given), *(changed if priors else with_own_names(changed, found)))


# ---- what is given


def _statements(items: Sequence[Item]) -> Iterator[tuple[str, str, bool]]:
    """The two sides of every equation of two, and whether it is displayed."""
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if not isinstance(part, Formula):
                continue
            for said in statements_of(part.source):
                if said.relations in {("=",), (":=",)} and not said.continues:
                    yield said.sides[0].text, said.sides[1].text, part.display


def _densities(items: Sequence[Item]) -> Iterator[Density]:
    for left, right, _ in _statements(items):
        density = _density(left, right)
        if density is not None:
            yield density


def _density(left: str, right: str) -> Density | None:
    head, law = _CALL.fullmatch(left.strip(" &\n")), _NORMAL.fullmatch(right)
    if head is None or law is None or not head["given"] or "_" in head[0][: head.start("args") - head.start()]:
        return None
    inside = law["inside"]
    first = re.match(rf"\s*{re.escape(head['args'].strip())}(?:\\[,;! ]|\s)*(?:;|{_BAR})(?:\\[,;! ]|\s)*", inside)
    parts = _split(inside[first.end() if first else 0 :])
    letters = {m["braced"] or m["bare"] for m in _LETTER.finditer(left)}
    given = tuple(part.strip() for part in _split(head["given"]))
    if len(parts) != 2 or len(letters) > 1:
        return None
    mean, spread = (part.strip() for part in parts)
    return Density(head["name"], head["args"].strip(), given, mean, spread, letters.pop() if letters else "")


def _split(text: str) -> list[str]:
    """The parts of a list, commas within brackets aside."""
    parts, depth = [""], 0
    for token in re.findall(r"\\.|[^\\]", text, re.DOTALL):
        depth += (token in "([{") - (token in ")]}")
        if token == "," and depth == 0:
            parts.append("")
        elif token != r"\,":
            parts[-1] += token
    return parts


def _priors(items: Sequence[Item]) -> dict[str, str]:
    """The probabilities of classes, P(C_1) = pi: of all of them, two at least."""
    found = {}
    for left, right, display in _statements(items):
        head = _CALL.fullmatch(left.strip(" &\n"))
        if head is not None and not head["given"] and not display and re.fullmatch(_LABEL, head["args"].strip()):
            found[_plain(head["args"])] = right.strip(" .,;")
    numbered = all(re.search(r"\d$", label) for label in found)
    return found if len(found) > 1 and numbered else {}


# ---- what is put in


def _plain(text: str) -> str:
    return re.sub(r"\\(?:[,;!: ]|mathcal|mathbf|boldsymbol)|[\s{}]", "", text)


def _values(letter: str, texts: Sequence[str]) -> list[str]:
    """What may stand for a letter: the indices of some texts."""
    found = {re.sub(r"[\s{}]", "", m) for text in texts for m in re.findall(r"_\s*(\{[^{}]*\}|\w)", text)}
    near = {value for at in found for value in (at, _plus(at, 1), _plus(at, -1))}
    return [letter, *sorted(near - {"", letter})]


def _plus(index: str, by: int) -> str:
    """t+1 of t, t of t-1, 2 of 1."""
    if index.isdigit():
        return str(int(index) + by) if int(index) + by >= 0 else ""
    match = re.fullmatch(r"([a-z])(?:([+-])(\d))?", index)
    if match is None:
        return ""
    total = int(f"{match[2]}{match[3]}" if match[2] else 0) + by
    return match[1] if total == 0 else f"{match[1]}{total:+d}"


def _with(text: str, letter: str, value: str) -> str:
    """A formula with another value for the letter of its indices."""

    def put(match: re.Match[str]) -> str:
        if (match["braced"] or match["bare"]) != letter:
            return match[0]
        by = int(re.sub(r"\s", "", match["by"])) if match["by"] else 0
        return f"{{{_plus(value, by) if by else value}}}"

    return _LETTER.sub(put, text) if letter else text


def _changed(sentence: Sentence, given: Given) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        if not isinstance(part, Formula):
            parts.append(part)
        elif _only_gives(part.source, given):
            parts.append(Prose(part.source))
        else:
            source = _put_in(part.source, given)
            same = source.text == part.source.text
            parts.append(part if same else replace(part, source=source, written=part.written or part.source))
    return replace(sentence, parts=tuple(parts))


def _only_gives(source: Source, given: Given) -> bool:
    """Whether a formula gives a density or a probability, and says nothing else."""
    said = statements_of(source)
    if len(said) != 1 or len(said[0].sides) != 2:
        return False
    left, right = (side.text for side in said[0].sides)
    head = _CALL.fullmatch(left.strip())
    return _density(left, right) is not None or (
        head is not None and not head["given"] and given.priors.get(_plain(head["args"])) == right.strip(" .,;")
    )


def _put_in(source: Source, given: Given) -> Source:
    parts: list[Source] = []
    done = 0
    for match in _CALL.finditer(source.text):
        under = tuple(part.strip() for part in _split(match["given"])) if match["given"] else ()
        formula = given.formula(match["name"], match["args"].strip(), under)
        if formula is not None:
            parts += [source.cut(done, match.start()), written_at(formula, source.place(match.start()))]
            done = match.end()
    return joined([*parts, source.cut(done)]) if parts else source


def with_own_names(items: tuple[Item, ...], densities: Sequence[Density]) -> tuple[Item, ...]:
    """The sentences with x_t, x_{t-1} and x_0 as three symbols, where no chain says how one comes from the other."""
    heads = [_plain(left) for left, _, display in _statements(items) if display]
    for density in densities:
        stem, _, index = _plain(density.args).partition("_")
        if not stem or index != density.letter or any(re.fullmatch(rf"{re.escape(stem)}_\w[+-]?\d?", h) for h in heads):
            continue
        for at, label in ((index, "now"), (f"{index}-1", "before"), ("0", "start")):
            braced = r"\s*".join(map(re.escape, at))
            bare = "" if len(at) > 1 else rf"|{at}(?![A-Za-z0-9])"
            written = re.compile(rf"(?<![A-Za-z\\]){re.escape(stem)}\s*_\s*(?:\{{\s*{braced}\s*\}}{bare})")
            own = rf"{stem}_{{\text{{{label}}}}}"
            items = tuple(_named(item, written, own) if isinstance(item, Sentence) else item for item in items)
    return items


def _named(sentence: Sentence, written: re.Pattern[str], own: str) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        if isinstance(part, Formula) and written.search(part.source.text):
            source = part.source.replaced(written, lambda _: own)
            part = replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(sentence, parts=tuple(parts))


def _declared(items: Sequence[Item], given: Given) -> Iterator[Sentence]:
    """Of what shape the means and the spread of class densities are, where nothing says it: any."""
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    texts = [p.source.text for i in items if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    for text in _shapes(texts, given) if given.priors else ():
        yield Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True)


def _shapes(texts: Sequence[str], given: Given) -> Iterator[str]:
    said = _plain(" ".join(text for text in texts if re.search(r"\\in(?![a-z])|\\succ", text)))
    labels = [re.sub(r".*_(\w)$", r"\1", label) for label in given.priors]
    for density in given.densities:
        if _MATRIX.fullmatch(density.spread) is None:
            continue
        told = re.search(rf"{re.escape(_plain(density.args))}\\in\\(?:mathbbR|R)\^(\w)", said)
        size = told[1] if told else _unused(texts)
        vectors = [density.args, *(_with(density.mean, density.letter, label) for label in labels)]
        unsaid = [name for name in dict.fromkeys(vectors) if _plain(name) not in said]
        if unsaid:
            yield rf"{', '.join(unsaid)} \in \mathbb{{R}}^{{{size}}}"
        if _plain(density.spread) not in said:
            yield rf"{density.spread} \in \mathbb{{R}}^{{{size} \times {size}}}"
            yield rf"{density.spread} \succ 0"
    for prior in given.priors.values():
        if re.fullmatch(r"\\?[A-Za-z]+(?:_\{?\w\}?)?", prior) and _plain(prior) not in said:
            yield rf"{prior} \in (0, 1)"


def _unused(texts: Sequence[str]) -> str:
    """A letter for a size, of which a page says nothing."""
    said = " ".join(texts)
    return next(letter for letter in "dmnrDMRGH" if not re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", said))


__all__ = ["with_given_densities"]
