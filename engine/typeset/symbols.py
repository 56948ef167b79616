"""The symbols of the course's mathematics: LaTeX name, glyph, ASCII fallback and spoken name, one row a symbol.

Every glyph is one cell wide. The kind (relation, operator, ...) is the table that a row stands in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a command stands for."""

    glyph: str
    ascii: str
    spoken: str
    kind: str


# Each row: LaTeX names (comma between synonyms), glyph, ASCII, spoken. An ASCII entry of @ is the first name.
_ORD = r"""
alpha α @ alpha
beta β @ beta
gamma γ @ gamma
delta δ @ delta
epsilon,varepsilon ε @ epsilon
zeta ζ @ zeta
eta η @ eta
theta θ @ theta
vartheta ϑ @ theta
iota ι @ iota
kappa κ @ kappa
lambda λ @ lambda
mu μ @ mu
nu ν @ nu
xi ξ @ xi
omicron ο @ omicron
pi π @ pi
varpi ϖ @ pi
rho ρ @ rho
varrho ϱ @ rho
sigma σ @ sigma
varsigma ς @ sigma
tau τ @ tau
upsilon υ @ upsilon
phi φ @ phi
varphi ϕ @ phi
chi χ @ chi
psi ψ @ psi
omega ω @ omega
Gamma Γ @ capital gamma
Delta Δ @ capital delta
Theta Θ @ capital theta
Lambda Λ @ capital lambda
Xi Ξ @ capital xi
Pi Π @ capital pi
Sigma Σ @ capital sigma
Upsilon Υ @ capital upsilon
Phi Φ @ capital phi
Psi Ψ @ capital psi
Omega Ω @ capital omega
partial ∂ d partial
nabla ∇ grad nabla
infty ∞ inf infinity
ell ℓ l ell
hbar ℏ hbar h bar
imath ı i i
jmath ȷ j j
Re ℜ Re real part
Im ℑ Im imaginary part
aleph ℵ aleph aleph
wp ℘ p p
forall ∀ forall for all
exists ∃ exists there exists
nexists ∄ not-exists there is no
emptyset,varnothing ∅ {} the empty set
top ⊤ T transpose
bot ⊥ _|_ bottom
intercal ⊺ T transpose
angle ∠ angle angle
triangle △ triangle triangle
square,Box □ [] square
blacksquare ■ [#] black square
diamond ⋄ <> diamond
checkmark ✓ v check mark
dots,ldots,dotsc,dotso,textellipsis … ... dots
cdots,dotsb,dotsm,dotsi ⋯ ... dots
vdots ⋮ : vertical dots
ddots ⋱ :. diagonal dots
degree ° deg degrees
S § S section
P ¶ P paragraph
pounds £ GBP pounds
neg,lnot ¬ not not
flat ♭ b flat
natural ♮ natural natural
sharp ♯ # sharp
% % % percent
& & & and
_ _ _ underscore
# # # number sign
$ $ $ dollar
backslash \ \ backslash
prime ′ ' prime
"""

_BIN = r"""
cdot · * times
times × x times
pm ± +- plus or minus
mp ∓ -+ minus or plus
div ÷ / divided by
ast ∗ * star
star ⋆ * star
circ ∘ o composed with
bullet • * bullet
odot ⊙ (.) element-wise times
otimes ⊗ (x) tensor
oplus ⊕ (+) circle plus
ominus ⊖ (-) circle minus
oslash ⊘ (/) element-wise divided by
cup ∪ U union
cap ∩ n intersection
sqcup ⊔ U square union
sqcap ⊓ n square intersection
uplus ⊎ U+ multiset union
setminus,smallsetminus ∖ \ without
wedge,land ∧ /\ and
vee,lor ∨ \/ or
dagger † + dagger
ddagger ‡ ++ double dagger
amalg ⨿ II amalgamated with
wr ≀ wr wreath
boxplus ⊞ [+] box plus
boxtimes ⊠ [x] box times
"""

_REL = r"""
le,leq,leqslant ≤ <= is at most
ge,geq,geqslant ≥ >= is at least
ne,neq ≠ != is not equal to
lt < < is less than
gt > > is greater than
approx ≈ ~= is approximately
cong ≅ ~= is congruent to
simeq ≃ ~= is similar or equal to
sim ∼ ~ is distributed as
nsim ≁ !~ is not similar to
propto ∝ prop is proportional to
equiv ≡ == is identical to
doteq ≐ .= approaches
triangleq ≜ := is defined as
coloneqq,coloneq ≔ := is defined as
in ∈ in in
notin ∉ not-in not in
ni,owns ∋ contains contains
subset ⊂ c is a proper subset of
subseteq ⊆ c= is a subset of
subsetneq ⊊ c!= is a proper subset of
nsubseteq ⊈ !c= is not a subset of
supset ⊃ ) contains properly
supseteq ⊇ )= contains
to,rightarrow → -> to
gets,leftarrow ← <- gets
leftrightarrow ↔ <-> goes both ways with
mapsto ↦ |-> maps to
longrightarrow ⟶ --> to
longleftarrow ⟵ <-- from
longmapsto ⟼ |--> maps to
Rightarrow ⇒ => implies
Leftarrow ⇐ <== follows from
implies,Longrightarrow ⟹ ==> implies
impliedby,Longleftarrow ⟸ <== follows from
Leftrightarrow ⇔ <=> is equivalent to
iff,Longleftrightarrow ⟺ <==> if and only if
hookrightarrow ↪ c-> embeds into
rightsquigarrow,leadsto ⇝ ~> leads to
rightharpoonup ⇀ -> to
rightleftharpoons ⇌ <=> is in balance with
uparrow ↑ ^ up to
downarrow ↓ v down to
updownarrow ↕ ^v up and down
nearrow ↗ /^ up right
searrow ↘ \v down right
ll ≪ << is much less than
gg ≫ >> is much greater than
prec ≺ -< precedes
preceq ≼ -<= precedes or equals
succ ≻ >- follows
succeq ≽ >-= follows or equals
mid | | given
nmid ∤ !| does not divide
parallel ∥ || parallel to
perp ⊥ _|_ is independent of
vdash ⊢ |- proves
models,vDash ⊨ |= models
therefore ∴ .:. therefore
because ∵ :. because
lesssim ≲ <~ is at most about
gtrsim ≳ >~ is at least about
asymp ≍ ~= is asymptotic to
colon : : colon
"""

_OP = r"""
sum ∑ sum sum
prod ∏ prod product
coprod ∐ coprod coproduct
int ∫ int integral
iint ∬ iint double integral
iiint ∭ iiint triple integral
oint ∮ oint contour integral
bigcup ⋃ U union
bigcap ⋂ n intersection
bigvee ⋁ OR or
bigwedge ⋀ AND and
bigoplus ⨁ (+) direct sum
bigotimes ⨂ (x) tensor product
bigodot ⨀ (.) element-wise product
bigsqcup ⨆ U square union
biguplus ⨄ U+ multiset union
"""

_OPEN = r"""
{,lbrace { { brace
[,lbrack [ [ bracket
langle ⟨ < angle
lfloor ⌊ |_ floor
lceil ⌈ |^ ceiling
lvert | | absolute value
lVert ‖ || norm
llbracket ⟦ [[ double bracket
lgroup ⟮ ( parenthesis
"""

_CLOSE = r"""
},rbrace } } brace
],rbrack ] ] bracket
rangle ⟩ > angle
rfloor ⌋ _| floor
rceil ⌉ ^| ceiling
rvert | | absolute value
rVert ‖ || norm
rrbracket ⟧ ]] double bracket
rgroup ⟯ ) parenthesis
"""

# Plain characters that a formula may hold besides letters and digits.
_CHARS = {
    "+": Symbol("+", "+", "plus", "bin"),
    "-": Symbol("-", "-", "minus", "bin"),
    "\u2212": Symbol("-", "-", "minus", "bin"),
    "*": Symbol("*", "*", "star", "bin"),
    "/": Symbol("/", "/", "divided by", "ord"),
    "=": Symbol("=", "=", "equals", "rel"),
    "<": Symbol("<", "<", "is less than", "rel"),
    ">": Symbol(">", ">", "is greater than", "rel"),
    ":": Symbol(":", ":", "colon", "rel"),
    ",": Symbol(",", ",", "comma", "punct"),
    ";": Symbol(";", ";", "semicolon", "punct"),
    ".": Symbol(".", ".", "point", "ord"),
    "!": Symbol("!", "!", "factorial", "ord"),
    "?": Symbol("?", "?", "question mark", "ord"),
    "(": Symbol("(", "(", "parenthesis", "open"),
    ")": Symbol(")", ")", "parenthesis", "close"),
    "[": Symbol("[", "[", "bracket", "open"),
    "]": Symbol("]", "]", "bracket", "close"),
    "|": Symbol("|", "|", "bar", "bar"),
    "‖": Symbol("‖", "||", "double bar", "bar"),
    "@": Symbol("@", "@", "at", "ord"),
    '"': Symbol('"', '"', "quote", "ord"),
    "`": Symbol("`", "`", "backquote", "ord"),
}

_BARS = {name: Symbol("|", "|", "bar", "bar") for name in ("vert",)} | {
    name: Symbol("‖", "||", "double bar", "bar") for name in ("|", "Vert")
}


def _rows(table: str, kind: str) -> dict[str, Symbol]:
    """One block of rows as a dictionary from LaTeX name to symbol."""
    found: dict[str, Symbol] = {}
    for row in table.strip().splitlines():
        names, glyph, fallback, spoken = row.split(" ", 3)
        first, *others = names.split(",")
        symbol = Symbol(glyph, first if fallback == "@" else fallback, spoken, kind)
        for name in (first, *others):
            found[name] = symbol
    return found


COMMANDS: dict[str, Symbol] = (
    _rows(_ORD, "ord") | _rows(_BIN, "bin") | _rows(_REL, "rel") | _rows(_OP, "op")
    | _rows(_OPEN, "open") | _rows(_CLOSE, "close") | _BARS
)  # fmt: skip

# The first name of a glyph wins: | is the bar before it is "given", ⊥ is bottom before it is independence.
GLYPHS: dict[str, Symbol] = {s.glyph: s for s in reversed(COMMANDS.values())} | {"⋅": COMMANDS["cdot"]} | _CHARS

# Operators whose scripts stand above and below in a display; integrals keep theirs at the side.
SIDE_LIMITS = frozenset("∫∬∭∮")

FUNCTIONS = frozenset(
    "log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth arg deg dim hom ker".split()
)
LIMIT_FUNCTIONS: dict[str, str] = {
    name: name for name in "max min sup inf lim det gcd Pr argmax argmin limsup liminf".split()
} | {"limsup": "lim sup", "liminf": "lim inf", "injlim": "inj lim", "projlim": "proj lim"}

SPACES: dict[str, int] = {
    "!": 0, ",": 1, "thinspace": 1, ":": 1, ">": 1, "medspace": 1, ";": 1, "thickspace": 1, " ": 1, "\n": 1, "\t": 1,
    "enspace": 1, "space": 1, "nobreakspace": 1, "quad": 2, "qquad": 4, "negthinspace": 0, "/": 0, "-": 0, "hfill": 2,
}  # fmt: skip

# Commands that only change sizes, numbering or line breaking on paper.
IGNORED = frozenset(
    "displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag allowbreak nobreak relax strut".split()
)

_BOARD = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_SCRIPT = dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True))
_FRAKTUR = dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True))


def _letters(holes: dict[str, str], upper: int, lower: int) -> dict[str, str]:
    """A Unicode mathematical alphabet; letters that Unicode had before it got one stand in `holes`."""
    found = {chr(65 + i): chr(upper + i) for i in range(26)} | {chr(97 + i): chr(lower + i) for i in range(26)}
    return found | holes


ALPHABETS: dict[str, dict[str, str]] = {
    "mathbb": _letters(_BOARD, 0x1D538, 0x1D552) | {str(d): chr(0x1D7D8 + d) for d in range(10)},
    "mathcal": _letters(_SCRIPT, 0x1D49C, 0x1D4B6),
    "mathscr": _letters(_SCRIPT, 0x1D49C, 0x1D4B6),
    "mathfrak": _letters(_FRAKTUR, 0x1D504, 0x1D51E),
}
_SPOKEN_ALPHABETS = {"mathbb": "blackboard", "mathcal": "script", "mathfrak": "fraktur"}

# Glyph of an alphabet -> (spoken style, plain letter): for speech and for the ASCII fallback.
PLAIN_LETTERS: dict[str, tuple[str, str]] = {
    glyph: (spoken, letter)
    for name, spoken in _SPOKEN_ALPHABETS.items()
    for letter, glyph in ALPHABETS[name].items()
    if glyph not in GLYPHS  # ℜ and ℑ are the real and the imaginary part
}

# Accents: LaTeX name -> (mark, wide).
ACCENTS: dict[str, tuple[str, bool]] = {
    "hat": ("hat", False), "widehat": ("hat", True), "bar": ("bar", False), "overline": ("bar", True),
    "tilde": ("tilde", False), "widetilde": ("tilde", True), "vec": ("vec", False), "overrightarrow": ("vec", True),
    "dot": ("dot", False), "ddot": ("ddot", False), "check": ("check", False), "breve": ("breve", False),
    "underline": ("underline", True), "mathring": ("ring", False), "acute": ("acute", False), "grave": ("grave", False),
}  # fmt: skip

# Mark -> (combining character, glyph on a row of its own, ASCII glyph).
MARKS: dict[str, tuple[str, str, str]] = {
    "hat": ("\u0302", "^", "^"), "bar": ("\u0304", "_", "_"), "tilde": ("\u0303", "~", "~"),
    "vec": ("\u20d7", "→", ">"), "dot": ("\u0307", ".", "."), "ddot": ("\u0308", "..", ".."),
    "check": ("\u030c", "ˇ", "v"), "breve": ("\u0306", "˘", "u"), "underline": ("\u0332", "‾", "-"),
    "ring": ("\u030a", "°", "o"), "acute": ("\u0301", "´", "'"), "grave": ("\u0300", "`", "`"),
}  # fmt: skip
