"""Densities that a page only calls so: "let p and g be two densities, m = (p + g)/2", and then \\int p \\log(p/m) dx.

What holds for all of them is meant. They are written at the variable that is integrated over, by names that are read as
distributions; mixtures, divergences between them and functionals of them are written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_CALLED_SO = re.compile(r"\b(?:densit(?:y|ies)|distributions?)\b", re.IGNORECASE)
_OVER = re.compile(r"(?<![A-Za-z\\_])(?:d|\\mathrm\s*\{\s*d\s*\}|\\d)\s*([a-z])(?![A-Za-z])")
_BLANKS = re.compile(r"\s{60}")  # no page that was written
_DRAWN = re.compile(r"_\s*\{\s*([a-z])\s*\\sim(?![a-z])")
_INTEGRAL = re.compile(r"\\i*int(?![A-Za-z])")
_LABEL = r"_\s*(?:\{\s*(?:\\(?:text|mathrm|rm)\s*\{)?\s*[A-Za-z]+\s*\}?\s*\}|[a-z](?![A-Za-z]))"
_LETTER = rf"[a-zA-Z](?:{_LABEL})?"
_LISTED = re.compile(
    rf"\s*(?:{_LETTER})(?:\(\s*[a-z]\s*\))?(?:\s*,\s*(?:{_LETTER})(?:\(\s*[a-z]\s*\))?)*\s*(?:(?:>|\\gt(?![a-z]))\s*0)?\s*"
)
_LAWS = re.compile(r"\\mathcal\s*\{?\s*[NUB]\b|\\operatorname\{(?:Bern|Cat|Exp|Unif)|\\Delta\s*[\^(]")
_MIXED = re.compile(
    r"[\s\d.+\-/*(){}]|\\(?:[td]?frac|cdot|left|right|[bB]igg?[lr]?|,|;|alpha|lambda|pi|epsilon)(?![A-Za-z])"
)
_DIVERGENCE = re.compile(
    r"(?:D\s*_\s*(?:\{\s*(?:\\(?:mathrm|text|operatorname)\s*\{)?\s*KL\s*\}?\s*\})|\\(?:mathrm|operatorname|text)\s*\{\s*KL\s*\}"
    r"|(?<![A-Za-z\\{])KL(?![A-Za-z}])|(?<![A-Za-z\\])D(?=\s*(?:\\left)?\(\s*[^()=]*\\\|))\s*"
    r"(?:\\left|\\[bB]igg?l?|\\!|\\,)*\s*\(\s*(?P<first>[^()|=]+?)\s*(?:\\[,;:!]\s*)*(?:\\\||\|\||\\parallel|\\mid\s*\\mid)"
    r"(?:\\[,;:!]\s*)*\s*(?P<second>[^()|=]+?)\s*(?:\\right|\\[bB]igg?r?)?\)"
)
_WORDS = re.compile(r"(?<!_\{)(?<!_)\\(?:text(?:rm|bf|it)?|mathrm|operatorname|mbox)\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_SIDES = re.compile(r"(?=[^\s.,;&])(?:(?!\\\\)[^=&<>])+?(?=[\s.,;]*(?:\\\\|[=&<>]|$))")
_FUNCTIONAL = (
    r"\\(?:mathrm|operatorname|text)\s*\{{\s*(?P<name>JS|JSD|TV)\s*\}}\s*(?:\\left|\\[bB]igg?l?|\\!|\\,)*\(\s*{0}\s*"
    r"(?:,|(?:\\[,;:!]\s*)*\\\|(?:\\[,;:!]\s*)*)\s*{0}\s*(?:\\right|\\[bB]igg?r?)?\)"
)


@dataclass(frozen=True, slots=True)
class _Page:
    variable: str
    names: Mapping[str, str]  # of the densities: as they are read
    mixtures: Mapping[str, str]  # what is made of them, as it is written
    functional: bool = False  # the JS of JS(p, g), which the page defines

    def at(self, text: str) -> str:
        """A text with densities and mixtures at the variable."""
        kept: list[str] = []

        def keep(made: str) -> str:
            kept.append(made)
            return f"\1{len(kept) - 1}\2"

        text = _spaced(_WORDS.sub(lambda match: keep(match[0]), text), [*self.names, *self.mixtures])
        for name, made in self.mixtures.items():
            mixed = rf"{_bare(name)}(?:\s*\(\s*{self.variable}\s*\))?"
            text = re.sub(mixed, _always(rf"{{\left({made}\right)}}"), text)
        for name, read in self.names.items():
            value, drawn = _always(keep(f"{{{read}({self.variable})}}")), _always(keep(f" {read}"))
            below = rf"(?<=_)\s*(?:\{{\s*{_pattern(name)}\s*\}}|{_pattern(name)}(?=\s*[\[(\\]))"
            text = re.sub(rf"(?<=\\sim)\s*{_bare(name)}", drawn, text)
            text = re.sub(below, _always(keep(rf"{{{self.variable} \sim {read}}}")), text)
            text = re.sub(rf"{_bare(name)}\s*(?:\\left)?\(\s*{self.variable}\s*(?:\\right)?\)", value, text)
            text = re.sub(rf"{_bare(name)}(?!\s*\((?=\s*{self.variable}\s*\)))", value, text)
        return re.sub("\1(\\d+)\2", lambda match: kept[int(match[1])], text)


def _spaced(text: str, names: Sequence[str]) -> str:
    """A text with letters apart that stand side by side and are symbols: the p and m of \\frac pm."""
    single = "".join(name for name in names if len(name) == 1)
    pairs = rf"(?<![A-Za-z\\])(?:([{single}])(?=[A-Za-z](?![A-Za-z]))|([A-Za-z])(?=[{single}](?![A-Za-z])))"
    return re.sub(pairs, lambda match: f"{match[0]} ", text) if single else text


def _always(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def with_densities(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences of a page about densities of which it says no more, with each at its variable."""
    found = tuple(items)
    page = _page_of(found)
    if page is None:
        return found
    return tuple(_changed(item, page) if isinstance(item, Sentence) else item for item in found)


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _page_of(items: Sequence[Item]) -> _Page | None:
    texts = list(_texts(items))
    if any(_BLANKS.search(text) for text in texts):
        return None
    over = {m[1] for text in texts if _INTEGRAL.search(text) for m in _OVER.finditer(text)}
    over = over or {m[1] for text in texts for m in _DRAWN.finditer(text)}
    if len(over) != 1 or any(_LAWS.search(text) for text in texts):
        return None
    (variable,) = over
    letters = list(dict.fromkeys(_called_so(items, variable)))
    if not letters or variable in letters:
        return None
    beside = re.compile(rf"(?<![A-Za-z\\])[pqPQ]{_LABEL}(?=\s*\(\s*{variable}\s*\))")
    letters = list(dict.fromkeys([*letters, *(m[0] for text in texts for m in beside.finditer(text))]))
    read = {name: name if re.match("[pqPQ]", name) else rf"p_{{\text{{{name}}}}}" for name in letters}
    plain = [re.sub(r"\\text|[{}\s]", "", other) for other in read.values()]
    if len(set(plain)) < len(plain):
        return None
    texts = [_spaced(text, letters) for text in texts]
    mixtures = dict(_mixtures(texts, letters))
    functions = _functions(texts, variable)
    if any(_says_more(text, name, variable, functions) for text in texts for name in letters):
        return None
    rest = [_DIVERGENCE.sub("", text) for text in texts if not _LISTED.fullmatch(text)]
    drawn = rf"\\sim\s*{_LETTER}|(?<![a-z])_\s*{_LETTER}"  # what something is drawn from
    rest = [re.sub(drawn, "", text) for text in rest]
    bare = [name for name in letters if any(re.search(rf"{_bare(name)}(?!\s*(?:\\left)?\()", text) for text in rest)]
    apart = [m[side].strip() for text in texts for m in _DIVERGENCE.finditer(text) for side in ("first", "second")]
    mixed = any(side.replace(" ", "") not in {name.replace(" ", "") for name in letters} for side in apart)
    if not mixtures and not bare and not mixed and all(name == other for name, other in read.items()):
        return None  # what is written with its variable throughout is read as it is
    either = "|".join(_pattern(name) for name in letters)
    functional = re.compile(_FUNCTIONAL.format(f"(?:{either})"))
    said = {re.sub(r"\s", "", m[0]) for text in texts for m in functional.finditer(text)}
    return _Page(variable, read, mixtures, len(said) == 1)


def _functions(texts: Sequence[str], variable: str) -> list[str]:
    """The D of D(x)."""
    called = re.compile(rf"(?<![A-Za-z\\_])[A-Z](?=\s*\(\s*{variable}\s*\))")
    return list(dict.fromkeys(m[0] for text in texts for m in called.finditer(text)))


def _called_so(items: Sequence[Item], variable: str) -> Iterator[str]:
    """The names that stand alone in sentences about densities: p; p(x) > 0; p, g > 0."""
    for item in items:
        if isinstance(item, Sentence) and _CALLED_SO.search(item.template):
            for part in item.parts:
                if isinstance(part, Formula) and not part.display and _LISTED.fullmatch(part.source.text):
                    for one in re.split(r"[,>]|\\gt(?![a-z])", part.source.text):
                        name = re.sub(rf"\(\s*{variable}\s*\)", "", one).strip()
                        if re.fullmatch(_LETTER, name) and name != variable:
                            yield name


def _mixtures(texts: Sequence[str], letters: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The m of m = (p + g)/2, and the D^* of D^* = p/(p + g) that was spoken of before."""
    for place, text in enumerate(texts):
        left, sign, right = text.partition("=")
        rest = right
        for name in letters:
            rest = re.sub(_bare(name), "", rest)
        made = re.fullmatch(r"\s*([A-Za-z](?:\s*\^\s*\*)?)(?:\s*\(\s*[a-z]\s*\))?\s*:?", left)
        if (
            sign
            and made is not None
            and ("*" not in made[1] or any(re.search(_bare(made[1]), before) for before in texts[:place]))
            and made[1] not in letters
            and rest != right
            and not _MIXED.sub("", rest).strip(" .,")
        ):
            yield made[1], right.strip(" .,")


def _says_more(text: str, name: str, variable: str, functions: Sequence[str]) -> bool:
    """Whether a formula says what a density is, or takes it at something else: p(D - 1) is a product beside D(x)."""
    values = "".join(functions) or "!"
    defined = re.match(rf"[\s&]*{_bare(name)}\s*(?:\(\s*{variable}\s*\))?\s*&?\s*:?=(?!\s*{_LETTER}\s*$)", text)
    return defined is not None or bool(
        re.search(
            rf"{_bare(name)}\s*(?:\\left)?\(\s*(?!{variable}\s*(?:\\right)?\)|[^()]*[{values}](?![(A-Za-z]))", text
        )
    )


def _pattern(name: str) -> str:
    return r"\s*".join(map(re.escape, name.replace(" ", "")))


def _bare(name: str) -> str:
    """A pattern for a name that is no part of a word, of a command or of an index."""
    body = _pattern(name) + ("" if "_" in name else r"(?!\s*_)") + r"(?!'|[A-Za-z]{2})"
    return rf"(?:(?<![A-Za-z\\{{_]){body}|(?<=\{{)(?<!_\{{){body})"


# ---- what is rewritten


def _changed(sentence: Sentence, page: _Page) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        if not isinstance(part, Formula):
            parts.append(part)
        elif _only_names(part.source.text, page):
            parts.append(Prose(part.source))
        else:
            source = _rewritten(part.source, page)
            same = source.text == part.source.text
            parts.append(part if same else replace(part, source=source, written=part.written or part.source))
    return replace(sentence, parts=tuple(parts))


def _only_names(text: str, page: _Page) -> bool:
    """Whether a formula only names densities, p, g > 0, or says what a mixture is."""
    left, sign, right = text.partition("=")
    if sign and left.strip(" :") in page.mixtures and right.strip(" .,") == page.mixtures[left.strip(" :")]:
        return True
    named = [re.sub(r"\(.*?\)", "", one).strip() for one in re.split(r"[,>]|\\gt(?![a-z])", text)]
    return _LISTED.fullmatch(text) is not None and all(one in {*page.names, "0"} for one in named)


def _rewritten(source: Source, page: _Page) -> Source:
    def divergence(match: re.Match[str]) -> str:
        first, second = match["first"], match["second"]
        return rf"\left(\int {first}\log\frac{{{first}}}{{{second}}}\,d{page.variable}\right)"

    source = source.replaced(_DIVERGENCE, divergence)
    if page.functional:
        either = "|".join(_pattern(name) for name in page.names)
        source = source.replaced(re.compile(_FUNCTIONAL.format(f"(?:{either})")), lambda _: r"\mathcal{J}")
    return source.replaced(_SIDES, _at(page))


def _at(page: _Page) -> Callable[[re.Match[str]], str]:
    return lambda match: _unbraced(page.at(match[0]))


def _unbraced(text: str) -> str:
    """A side without the braces around all of it, which would be a set."""
    inner = re.fullmatch(r"\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\s*", text)
    return text if inner is None else inner[1]


__all__ = ["with_densities"]
