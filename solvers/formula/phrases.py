"""What words say of a symbol that a text declares: "a symmetric matrix", "positive integers", "the logistic function".

One table, `PHRASES`, for declarations and for the sentences of write-ups. A row says what follows for the symbol
`{name}`; a row with nothing says that the words leave its values open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from solvers.formula.latex_words import WORD_FUNCTIONS
from solvers.formula.lazily import lazily
from solvers.formula.operators import GREEK
from solvers.formula.tokens import Unreadable


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words (a pattern), and what they stand for.

    `texts` are declarations with {name} for the symbol. `domain` is one that the symbol's shape is kept under:
    "positive", "{0, 1}", "simplex", "unit", ... `rank` is the number of axes that the words give. `role` is what else
    the words do: "size", "in", "over", "function", "random", "rows", "restricts", ... (see `spoken.py`).
    """

    words: str
    texts: tuple[str, ...] = ()
    domain: str = ""
    rank: int | None = None
    role: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        return _compiled(self.words)

    def begins(self, words: str) -> bool:
        """Whether words begin by calling what stands before them so: "is the identity matrix"."""
        found = self.pattern.search(words)
        return found is not None and _CALLS.fullmatch(words, 0, found.start()) is not None

    def ends(self, words: str) -> bool:
        """Whether words end by calling so what stands behind them: "the identity matrix"."""
        return any(not words[found.end() :].strip() for found in self.pattern.finditer(words))


_CALLS = lazily(
    r"\s*[,:(–—-]?\s*(?:(?:be|is|are|denotes?|denoting|being|for|as|which|that|means|here|again|always)\s+)*"
    r"(?:(?:the|an?|its|usual|\S{1,12}-dimensional|[a-z] ?[x×] ?[a-z])\s+)*",
    re.IGNORECASE,
)


@cache
def _compiled(words: str) -> re.Pattern[str]:
    """The pattern of some words, where a text holds words at all: there are many, and most texts hold none."""
    return re.compile(rf"(?<!not )(?<!non)(?<!non-)(?<![A-Za-z])(?:{words})(?![A-Za-z])", re.IGNORECASE)


def _row(pattern: str, *texts: str, domain: str = "", rank: int | None = None, role: str = "") -> Phrase:
    return Phrase(pattern, texts, domain, rank, role)


_ALONE = (  # no "identity matrix plus noise", no "vector of ones and zeros"
    r"(?!\s*(?:(?:plus|minus|times|or|scaled|multiplied|divided|up\s+to|except|without|but|shifted|perturbed|in\s+(?:the|its)|"
    r"and\s+(?:zeros?|minus|an?|some))(?![A-Za-z])|with\s+(?!size|dimension)|[+*/×·]))"
)
PROPERTIES = (  # what is said of values, in declarations and anywhere in a sentence of a write-up
    _row(r"positive[ -]semi-?definite|psd", r"{name} \succeq 0", rank=2),
    _row(r"positive[ -]definite|spd|covariance matrix", r"{name} \succ 0", rank=2),
    _row(r"symmetric", r"{name}^\top = {name}", rank=2),
    _row(r"(?:skew|anti)[- ]?symmetric", r"{name}^\top = -{name}", rank=2),
    _row(r"idempotent", r"{name}^2 = {name}", rank=2),
    _row(r"orthogonal project(?:ions?|ors?)(?: matri(?:x|ces))?", r"{name}^\top = {name}", r"{name}^2 = {name}",
         rank=2),
    _row(r"orthonormal rows", r"{name} {name}^\top = I", rank=2),
    _row(r"orthonormal columns|orthonormal", r"{name}^\top {name} = I", rank=2, role="orthonormal"),
    _row(r"orthogonal matri(?:x|ces)|orthogonal|unitary", r"{name}^\top {name} = I", rank=2, role="orthogonal"),
    _row(r"(?<!block )(?<!block-)(?<!off-)(?:diagonal matri(?:x|ces)|(?<!the )(?<!its )(?<!their )(?<!zero )(?<!main )"
         r"(?<!unit )(?<!on )(?<!over )(?<!with positive )(?<!sub-)(?<!super-)diagonal"
         r"(?=\s*(?:$|[,;.:()|]|(?:and|with|where|so)\b)))",
         r"{name} = \operatorname{{diag}}(\operatorname{{diag}}({name}))", rank=2, role="diagonal"),
    _row(r"(?:with |has |have |having )?(?:a |an all-)?(?:zero|vanishing) diagonal|with zeros on (?:the|its) diagonal",
         r"{name}_{{ii}} = 0", rank=2),
    _row(rf"(?:(?:identity|unit) matri(?:x|ces)|identity(?=\s*$)){_ALONE}", r"{name} = I", rank=2, role="constant"),
    _row(r"(?:vector of (?:all )?(?:ones|1s|1's)|all-?\s?ones(?: vector)?|"
         rf"vector with all entries(?: equal to)? (?:1|one)){_ALONE}",
         r"{name} = \mathbf{{1}}", rank=1, role="constant"),
    _row(r"permutation matri(?:x|ces)", domain="permutation", rank=2),
    _row(r"one-?hot", domain="one-hot"),
    _row(r"(?:binary|dropout|0/1) masks?|binary|0/1|boolean|bernoulli (?:vector|variables?)", domain="{0, 1}"),
    _row(r"non-?negative", domain="nonnegative"),
    _row(r"(?:with |has |have |and )?(?:all |only )?(?:its |the )?(?:strictly )?positive entries|"
         r"(?:with )?(?:all |its |the )*(?:entries|elements|components)(?: are)?(?: strictly| all)* positive",
         domain="positive"),
    _row(r"(?:strictly |all |each |a |are )?positive", domain="positive"),
    _row(r"probability vectors?|(?:probability )?mass functions?|pmfs?|"
         r"(?:(?:joint|conditional|marginal|probability|discrete|categorical) )*distributions?",
         domain="simplex"),
    _row(r"between (?:0|zero) and (?:1|one)|a probability(?! (?:vector|distribution|mass|density))|dropout rate|"
         r"keep(?:ing)? probability", domain="unit"),
    _row(r"(?:of |with |has |have )?(?:unit vectors?|unit norm|unit length|"
         r"(?:length|norm)\s+(?:1|one)(?![\d.])|normali[sz]ed to length (?:1|one))", r"\|{name}\|_2 = 1", rank=1),
    _row(r"integers?|whole numbers?", domain="integer"),
    _row(r"natural numbers?", domain="natural"),
)  # fmt: skip
_NAMED = (
    "logistic function|logistic sigmoid|sigmoid function|sigmoid|logistic|softplus|relu|rectifier|tanh|"
    "hyperbolic tangent|softmax|sign|identity function|exponential"
)
_WHOSE = "(?:with |whose |has |have |having |the |its |all |each )*"
_TO_ONE = "(?:that |which )?sum(?:s|ming)?(?: up)? to (?:1|one)"
MORE = (  # what is said in declarations alone, where every word must be understood
    _row(r"positive (?:integers?|whole numbers?|natural numbers?)", domain="natural"),
    _row(r"non-?negative integers?", domain="count"),
    _row(r"diagonal(?: matri(?:x|ces))?", r"{name} = \operatorname{{diag}}(\operatorname{{diag}}({name}))", rank=2),
    _row(r"(?:weighted )?adjacency matrix", domain="positive", rank=2, role="adjacency"),
    _row(r"(?:diagonal )?degree matrix", rank=2, role="degree"),
    _row(r"(?:the |an? |any )*(?:set of )?(?:neighbou?rs|neighbou?rhood|index set|indices)"
         r"(?:(?: of)?(?: the| a)? (?:nodes?|vert(?:ex|ices))(?: \$?[A-Za-z](?![A-Za-z])\$?)?)?", role="indices"),
    _row(r"(?:of |with |has |have |having )*full (?:column |row )?rank", rank=2, role="ranked"),
    _row(r"as (?:column |row )?vectors|with (?:entries|components) not all (?:equal|the same)"),
    _row(r"without (?:isolated (?:nodes|vertices)|self-?loops)"),
    _row(r"non-?zero", r"{name} \ne 0"),
    _row(r"invertible|non-?singular", r"\det {name} \ne 0", rank=2),
    _row(r"regular|square", rank=2),
    _row(rf"(?:{_NAMED})(?: (?:function|activation|nonlinearity))?", role="function"),
    _row(r"kronecker(?:['’]s)? delta|kronecker symbol", role="kronecker"),
    _row(r"(?:random variables?|random numbers?)", rank=0, role="random"),
    _row(r"random vectors?", rank=1, role="random"),
    _row(r"(?:standard|unit) (?:normal|gaussian)(?: random)?(?: variables?| vectors?| noise)?(?: distributed)?",
         role="standard"),
    _row(r"(?:probabilities|densities or (?:probability )?mass functions|(?:probability )?mass functions?|pmfs?|"
         r"transition probabilities)", domain="simplex"),
    _row(r"with finite (?:mean and variance|mean|variance|second moments?|moments?)"),
    _row(r"(?:mutually |pairwise )?independent variables?"),
    _row(r"(?:mutually )?independent(?! of)", role="independent"),
    _row(r"i\.?\s?i\.?\s?d\.?", role="independent"),
    _row(r"(?:with )?(?:an? |the |common |same |equal |pairwise |mutual |zero[- ]|unit[- ])*"
         r"(?:means?|(?:co)?variances?|standard deviations?|expectations?|expected values?)|"
         r"(?:pairwise |mutually )?uncorrelated|identically distributed|"
         r"cent(?:er|r)ed|uniform(?:ly)?(?: distributed)?", role="moment"),
    _row(r"(?:which )?(?:do(?:es)? not|don't|doesn't) depend on|(?:are |is )?independent of", role="free"),
    _row(r"constant(?! (?:in|with respect to|vector|matrix|number|scalar|real)(?![A-Za-z]))", role="steady"),
    _row(r"constants?(?: (?:in|with respect to))?"),
    _row(r"(?:do|does)?\s*divides?", role="restricts"),
    _row(r"(?:upper |lower |strictly )*triangular", rank=2, role="restricts"),
    _row(rf"(?:(?:transition|emission) matri(?:x|ces) )?{_WHOSE}rows? {_TO_ONE}|row-?\s?stochastic",
         r"{name} \mathbf{{1}} = \mathbf{{1}}", rank=2),
    _row(rf"{_WHOSE}columns? {_TO_ONE}|column-?\s?stochastic", r"{name}^\top \mathbf{{1}} = \mathbf{{1}}", rank=2),
    _row(r"(?:with|has|have|having|whose) (?:the )?(?:entries|elements|components)(?: are)?|"
         r"(?:is|are|denotes?) (?:the|an?) (?:entr(?:y|ies)|elements?|components?) of", role="entries"),
    _row(r"(?:with|has|have|having|whose) (?:the )?rows(?: are)?|(?:is|are) the rows of|rows of|"
         r"(?:(?:is|are|denotes?)\s+)?(?:the\s+)?\$?[a-z]\s*\$?\s*-?th\s+rows? of", role="rows"),
    _row(r"(?:(?:is|are|denotes?)\s+)?(?:the\s+)?\$?[a-z]\s*\$?\s*-?th\s+columns? of", role="columns"),
    _row(r"(?:is |are |denotes )?(?:its|the) (?:transpose|inverse)(?: of)?", role="turned"),
    _row(r"(?:with|has|have|having|whose) (?:the )?columns(?: are)?|(?:is|are) the columns of|columns of",
         role="columns"),
    _row(r"(?:over|on|supported on)(?: an?| some| the)?(?: same)?(?: common)?(?: finite| discrete)*"
         r"(?: set| alphabet| space| support)(?: of [a-z]+)?", role="over"),
    _row(r"over(?! the )|on(?=\s+(?:\\mathcal|\\?\{|(?:[A-Z]|\d+)\s+(?:class|categor|value|outcome|state|symbol)))",
         role="over"),
    _row(r"of (?:the )?(?:same|equal|compatible|matching|suitable|appropriate) "
         r"(?:sizes?|lengths?|dimensions?|shapes?)"),
    _row(r"of an? (?:undirected |directed |simple |finite |weighted |connected )*graph"),
    _row(r"(?:[A-Za-z0-9]+\s+(?:x|by)\s+[A-Za-z0-9]+|\d+x\d+|[A-Za-z0-9]+\s*(?:×|\\times)\s*[A-Za-z0-9]+)"
         r"(?=\s|$|[,;.)])", role="dims"),
    _row(r"of (?:length|size|dimensions?|shape)", role="size"),
    _row(r"(?<=[a-z] )in", role="in"),
    _row(r"(?<=[a-z] )of", role="of"),
    _row(r"for (?:all|every|each|any)|\\forall", role="every"),
    _row(r"(?:(?:continuously |twice |once )*differentiable|smooth|continuous)"
         r"(?: +(?:in|with respect to) +\\?[A-Za-z]+)?(?= |$|,|\.|\)|\})"),
    _row(r"(?:arbitrary|fixed|given|known|finite|discrete|real|deterministic|observed|latent|real-valued)"
         r"(?= |$|,|\.|\)|\})"),
    _row(r"\(?not (?:equal to )?(?:zero|0)\)?", r"{name} \ne 0"),
    _row(r"\(?not (?:necessarily|assumed(?: to be)?) [a-z-]+(?: (?:definite|semi-?definite))?\)?"),
    _row(r"\(?not (?:normali[sz]ed|symmetric|diagonal|orthogonal|orthonormal|constant|parallel|proportional|square|"
         r"trainable|trained|learn(?:ed|able)|updated|shared)\)?"),  # as values drawn at random are not
    _row(r"(?:entry|element|component|coordinate)-?\s?wise|pointwise|applied (?:entry|element|component)-?wise"),
    _row(r"(?:thin|compact|reduced|economy) (?:svd|singular value decomposition)", role="svd"),
    _row(r"eigen-?(?:value )?decomposition|spectral decomposition|diagonali[sz]ation", role="eigen"),
    _row(r"row-?\s?wise|(?:applied |taken )?(?:to each row|over (?:the|its|each) rows?|along (?:the|its) rows)",
         role="rowwise"),
    _row(r"(?:column |row |weight |input |output |hidden |parameter |real |feature |data )*"
         r"(?:matrix|matrices)", rank=2),
    _row(r"(?:column |weight |input |output |hidden |parameter |real |feature |data )*vectors?", rank=1),
    _row(r"(?:real )?(?:numbers?|scalars?)|reals", rank=0),
    _row(r"variables?|parameters?|functions?|maps?|activations?|inputs?|outputs?|targets?|labels?|weights?|bias(?:es)?|"
         r"learning rates?|step sizes?|temperature|loss(?:es)?|cost|logits?|hidden states?|samples?|coefficients?|"
         r"hyperparameters?|(?:batch|sample) size|hypotheses|energ(?:y|ies)|counts?|"
         r"prior(?: probability)?|prevalence|sensitivity|specificity|"
         r"thresholds?|margin|momentum|discount factor|(?:decay|smoothing|forgetting) (?:rate|factor)|slope|intercept"),
    _row(r"(?:the )?(?:number|count) of (?:(?:training|hidden|input|output|data|different|possible) )*[a-z]{3,}",
         domain="natural"),
    _row(r"(?:(?:true|correct|target|predicted|gold|ground[- ]truth|observed|hidden|visible|input|output) )*"
         r"(?<!(?-i:[A-Z0-9]) )(?<!(?-i:[A-Z0-9])\$ )(?:class(?:es)?|words?|tokens?|images?|pixels?|features?|"
         r"examples?|observations?|predictions?|scores?|answers?|"  # K classes are so many
         r"gradients?|errors?|residuals?|embeddings?|quer(?:y|ies)|keys?|filters?|neurons?|data(?: points?)?|"
         r"(?<=hidden )units?|(?<=input )units?|(?<=output )units?|index)(?!\s+(?:of|at|from|with)(?![A-Za-z]))"),
    _row(r"is|are|be|being|has|have|having|an?|the|some|any|all|both|each|denotes?|which|that|with|where|let|here|and|or|two|three",
         role="filler"),
)  # fmt: skip
PHRASES = (*MORE[:8], *PROPERTIES, *MORE[8:])
_BETWEEN = lazily(r"(?:[\s,;.:()~\-–—]|\\(?:quad|qquad|[,;:! ])|\\text(?:rm)?\s*\{|\\mathrm\s*\{|\})*")
_CANDIDATE = lazily(
    r"(?<![\\A-Za-z_^{])(?:[A-Za-z]{2,}(?![A-Za-z(_^])|i\.\s?i\.\s?d(?![A-Za-z]))|\\text(?:rm)?\s*\{|\\forall|"
    rf"(?<=\s)a(?=\s(?!(?:{'|'.join(GREEK)})(?![a-z]))[a-z]{{3}})"  # a matrix, and not a theta
)
_SIGNS = frozenset("in and or exp log ln sin cos tan tanh max min sum tr det diag sqrt sigma softmax sigmoid".split())
_APPLIED = lazily(  # \\text{softmax}(z): a function at its argument
    rf"\\text(?:rm)?\s*\{{\s*(?:{'|'.join(WORD_FUNCTIONS)})\s*\}}\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[]"
)
LONGEST_TAIL: Final = 200
MOST_PHRASES: Final = 100
_TAIL = lazily(
    r"(?:\s|,|:|\(|\\quad|\\qquad|\\[,;:! ]|\\text(?:rm)?\s*\{|"
    r"(?:(?<=[^\s,]\s)|(?<=\s\s))(?:an?|with|are|is|have|has|having|being|of|both|all)\b)*$"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One phrase where it stands: behind it, up to the next one, stands `argument`, a formula."""

    phrase: Phrase
    words: str
    start: int
    argument: str = ""


@cache
def _beginning() -> re.Pattern[str]:
    """What words may begin with that follow a formula."""
    rows = [re.sub(r"\(\?P<\w+>", "(?:", row.words) for row in PHRASES if row.role not in {"in", "of", "filler"}]
    return _compiled("|".join([*rows, "is|are|be|being|has|have|an?|the|denotes?|all"]))


def words_begin(text: str) -> int | None:
    """Where words begin that are spoken of a formula before them; 0 if the text is words alone, None without words."""
    for match in _CANDIDATE.finditer(text):
        if match.group() in _SIGNS or _APPLIED.match(text, match.start()):
            continue
        at = _BETWEEN.match(text, match.start()).end()  # type: ignore[union-attr]
        if not (found := _beginning().match(text, at)):
            continue
        head = text[: match.start()]
        before = head[:-LONGEST_TAIL] + _TAIL.sub("", head[-LONGEST_TAIL:])
        if _depth(before):
            continue
        if head.strip() and not re.search(r"[\s,)}$;~]$|\s\($", head):
            continue
        if re.match(r"\s*(?:=(?!=)|\\in(?![a-z])|∈|[<>]|:=)", text[found.end() :]):
            continue  # a name that is a word, as in: loss = ...
        begin = len(before)
        return begin if begin or not isinstance(phrases(text, 0), Unreadable) else None
    return None


def _depth(head: str) -> int:
    return sum(map(head.count, "([{")) - sum(map(head.count, ")]}"))


def phrases(text: str, start: int) -> list[Said] | Unreadable:
    """The phrases of the words that begin at `start`, to the end of the text; what is not understood is said."""
    found: list[Said] = []
    at = start
    while (at := _BETWEEN.match(text, at).end()) < len(text):  # type: ignore[union-attr]
        if len(found) == MOST_PHRASES:
            return Unreadable(f"more than {MOST_PHRASES} phrases in one statement: say it in several", at, len(text))
        row, match = next(((r, m) for r in PHRASES if (m := r.pattern.match(text, at))), (None, None))
        if row is None or match is None:
            word = re.match(r"[A-Za-z'’-]+|\S+", text[at:])
            said = word.group() if word else text[at:]
            return Unreadable(f"what {said!r} says here is not understood: say it in a formula, as in A^\\top = A",
                              at, at + len(said))  # fmt: skip
        at = match.end()
        argument = match.group() if row.role == "dims" else ""
        if row.role in _WITH_ARGUMENT:
            end = _argument_end(text, at)
            argument, at = text[at:end].strip(" ,;.)"), end
        found.append(Said(row, match.group(), match.start(), argument))
    return found


_WITH_ARGUMENT = frozenset(
    {"turned", "over", "size", "in", "of", "every", "free", "restricts", "rows", "columns", "entries"}
)


def _argument_end(text: str, start: int) -> int:
    """Where a formula among words ends: before the next word that is none of its names."""
    for match in _CANDIDATE.finditer(text, start):
        outside = match.group() not in {"in", "and", "or"} and not _depth(text[start : match.start()])
        if outside and _beginning().match(text, _BETWEEN.match(text, match.start()).end()):  # type: ignore[union-attr]
            return match.start()
    return len(text)
