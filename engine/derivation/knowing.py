"""What is known at a place of a write-up: whether an equation there defines its left side, or says something of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from engine.derivation.declaring import read_side, target, text_of
from engine.derivation.first_squares import is_only_positive
from engine.derivation.joint_sums import adds_marginals
from engine.derivation.rows import Statement
from solvers.formula.context import Context, dimensions
from solvers.formula.definitions import reached
from solvers.formula.domains import constant
from solvers.formula.env import whole
from solvers.formula.nodes import Apply, Call, Chain, Derivative, Index, Member, Name, Node, Num, names, walk
from solvers.formula.parser import Parsed
from solvers.formula.parts import symmetric
from solvers.formula.tables.table import EvaluationError
from solvers.formula.targets import function, is_parameter
from solvers.formula.tokens import Declaration, Scope, Unreadable
from solvers.formula.unknown import is_unknown

_MEAN = re.compile(
    r"\s*(?:\\mathbb|\\operatorname|(?:E|Var|Cov)\s*(?:\\left|\\[Bb]igg?l?)?\s*\[)"
)  # E(w) may be an energy
_PROBABILITIES = frozenset({"P", "p", "Q", "q", "bbP", "Pr"})
_OPERATORS = frozenset({"E", "bbE", "calE", "Var", "bbV", "Cov", "KL", "D", "D_KL", "H", "Pr", "bbP"})
_FIXED = frozenset({"tr", "det", "diag", "exp", "log", "ln", "sqrt", "sin", "cos", "tan", "tanh", "abs", "rank"})


def forgotten(context: Context, since: Mapping[str, int], section: int, statement: Statement) -> set[str]:
    """A symbol that is declared anew, and what was sized by it, where an earlier section spoke of them."""
    parsed = read_side(statement.sides[0].text, Scope())
    spoken = names(parsed.node) if isinstance(parsed, Parsed) and statement.relations[0] != "!=" else frozenset()
    sized = {d.name for d in context.scope.names.values() for s in dimensions(d) if names(s) & spoken}
    return {n for n in {*spoken, *sized} if since.get(n, section) < section}


def without(context: Context, gone: Collection[str]) -> Context:
    """The context with nothing said of some names."""
    kept = {key: d for key, d in context.scope.names.items() if d.name not in gone}
    definitions = {n: d for n, d in context.definitions.items() if n not in gone}
    scope = replace(context.scope, names=MappingProxyType(kept))
    return replace(context, scope=scope, definitions=definitions)


_DIVERGENCE = re.compile(  # D(q||r) = sum_h q(h) log(q(h) / r(h)), without blanks
    r"(?:D|KL|D_\{?KL\}?)\((?P<q>[A-Za-z])\\\|(?P<r>[A-Za-z])\)=(?:\\sum_\{?(?P<x>[a-z])\}?|\\int)(?P<at>(?P=q)\((?P<y>[a-z])\))"
    r"\\(?:log|ln)\\frac\{(?P=at)\}\{(?P=r)\((?P=y)\)\}(?:d(?P=y))?"
)
_LOOSE = re.compile(
    r"\s+|\\(?:left|right|[bB]igg?[lr]?|d?isplaystyle|[,;:!])(?![A-Za-z])|\\(?:mathrm|text|operatorname)(?=\{KL)"
)


def recalls_divergence(text: str) -> bool:
    """Whether a text recalls what the divergence of Kullback and Leibler is, for letters that stand for any laws."""
    found = _DIVERGENCE.fullmatch(_LOOSE.sub("", text).replace("{{KL}}", "KL").replace("||", r"\|").strip(".,;"))
    return found is not None and found["q"] != found["r"] and found["x"] in {None, found["y"]}


_IDENTITY = re.compile(
    r"(?:I|\\(?:mathbf|boldsymbol|bm|mathrm)\{I\}|\\mathbb\{1\})(?:_\{?\w\}?)?\s*(?:\\in(?![a-z])|∈)\s*(?:\\(?:mathbb|mathbf|bf)\s*\{?R\}?|\\R|ℝ)\s*"
    r"\^\s*\{?\s*(?P<size>\w+)\s*(?:\\times|×)\s*(?P=size)\s*\}?"
)
_PICTURE = re.compile(r"\b(?:images?|pictures?|inputs?|intensit\w+|pixels?|grids?|currents?)\b", re.IGNORECASE)


def is_identity(statement: Statement, words: str) -> bool:
    """Whether a declaration gives the size of the identity matrix, I in R^{n x n}, and of no image I."""
    return _IDENTITY.fullmatch(text_of(statement).strip(" .,;")) is not None and _PICTURE.search(words) is None


def is_function(context: Context, used: Collection[str], statement: Statement, declares: bool = False) -> bool:
    """Whether an equation defines a function at its arguments, f(x) = ... of an f that nothing is known of, or does so
    up to a factor."""
    head = Statement(statement.sides[:2], ("=",) if statement.relations[0] == "prop" else statement.relations[:1])
    said = function(text_of(head), context.scope.heads)
    if said is None or said[1] != "=":
        return False
    name = said[0].name
    if (
        name in _FIXED
        or recalls_divergence(text_of(head))
        or (name in _OPERATORS and _of_distributions(context, said[0]))
    ):
        return False
    if name.endswith("dot") and name.removesuffix("dot") in context.definitions:
        return False  # \\dot u(t) of a u(t) that is given
    energy = name == "E" and _is_energy(context, said[0], *(side.text for side in statement.sides[:2]))
    plain = name == "D" and len((said[0].parameters or ((), ()))[0]) == 1 and "|" not in statement.sides[0].text
    plain = plain or (name == "H" and _is_no_entropy_of_laws(context, said[0], statement.sides[1].text))
    if name in _OPERATORS and not energy and not plain and (not declares or _MEAN.match(statement.sides[0].text)):
        return False
    if name in _PROBABILITIES and (_of_an_event(context, said[0], statement) or adds_marginals(statement)):
        return False
    fresh = (known := context.scope.names.get(name)) is None or known.domain in {"inferred", "function"}
    left = read_side(statement.sides[0].text, context.scope)
    built_in = isinstance(left, Parsed) and isinstance(left.node, Call) and left.node.op != "mul"  # relu(a)
    heard = context.scope.names.keys() | context.definitions.keys()
    if built_in and (not declares or {*(said[0].parameters or ((), ()))[0]} <= heard):
        return False  # a claim about it
    unsaid = name not in context.definitions or is_unknown(context, name)
    unsaid = unsaid or _at_another_index(context, name, statement.sides[0].text)
    return fresh and unsaid and name not in used and name != "sigma"


def _of_an_event(context: Context, said: Declaration, statement: Statement) -> bool:
    """Whether P(A) = 0.2 or P(\\text{none}) = 0.8^3 is the probability of one event, and no function of events."""
    parameters = {name for part in said.parameters or () for name in part}
    right = read_side(statement.sides[1].text, context.scope)
    if not isinstance(right, Parsed) or names(right.node) & parameters:
        return False
    return any(re.fullmatch(r"[A-Z]\w*|[A-Za-z]{2,}", name) for name in parameters)


def _at_another_index(context: Context, name: str, text: str) -> bool:
    """Whether \\alpha_t(k) = ... goes with a start \\alpha_1(k) that is known already, or the other way round."""
    parsed = read_side(text, context.scope)
    left = parsed.node if isinstance(parsed, Parsed) else None
    known = [(d.left, d.right) for d in context.definitions[name]]
    if not isinstance(left, Apply) or not left.indices:
        return False
    start = all(isinstance(index, Num) for index in left.indices)
    if start and len(known) > 1:
        return False  # the recursion and its start say what it is
    for other, right in known:
        if not isinstance(other, Apply) or not other.indices or other.indices == left.indices:
            return False
        begins = all(isinstance(index, Num) for index in other.indices)
        recursive = any(isinstance(n, Apply) and n.name == name for n in walk(right))
        if not begins and not (start and recursive):
            return False
    return True


def _of_distributions(context: Context, declared: Declaration) -> bool:
    """Whether H(p, q) and D_{KL}(p || q) speak of declared distributions: what they are is known."""
    known = [context.scope.names.get(name) for part in declared.parameters or () for name in part]
    return bool(known) and all(d is not None and d.domain in {"simplex", "distribution"} for d in known)


def _is_no_entropy_of_laws(context: Context, declared: Declaration, right: str) -> bool:
    """Whether H(x) = ... is a matrix, or H(p) = -p \\log p - ... a function of numbers."""
    if re.match(r"\s*\\begin\{[bpv]?(?:small)?matrix\}", right):
        return True
    parsed = read_side(right, context.scope)
    inner = list(walk(parsed.node)) if isinstance(parsed, Parsed) else []
    parts = {n.base.text for n in inner if isinstance(n, (Index, Member)) and isinstance(n.base, Name)}
    labelled = {n.text.partition("_")[0] for n in inner if isinstance(n, Name) and "_" in n.text}
    arguments = {name for part in declared.parameters or () for name in part}
    return bool(arguments) and arguments <= {n.text for n in inner if isinstance(n, Name)} - parts - labelled


def _is_energy(context: Context, declared: Declaration, left: str, right: str) -> bool:
    """Whether E(v, h) = ... or E(W) = ... is an energy or an error, and no mean: of numbers that stand on its right."""
    arguments = (declared.parameters or ((), ()))[0]
    if len(arguments) > 1:
        return True
    parsed = read_side(right, context.scope)
    spoken = reached(parsed.node, context.definitions) if isinstance(parsed, Parsed) else frozenset()
    return "[" not in left and {*arguments} <= spoken and not re.search(r"(?<![A-Za-z\\])[Pp]\s*\(", right)


def knows(context: Context, name: str) -> bool:
    """Whether a name written before a bracket is anything known: a function, a declared symbol, a command."""
    parsed = read_side(name, context.scope)
    if isinstance(parsed, Unreadable) or not isinstance(parsed.node, Name):
        return True
    return parsed.node.text in context.scope.names.keys() | context.definitions.keys() | {"sigma"}


def is_known(context: Context, left: Node) -> bool:
    """Whether an equation with this left side says something of what is known, rather than defining it."""
    name = target(left)
    if name is None:
        return True
    if is_unknown(context, name):
        return False
    if name in context.definitions:
        return isinstance(left, Apply) or any(_may_match(d.left, left) for d in context.definitions[name])
    declared = context.scope.names.get(name)
    if declared is None or declared.domain in {"inferred", "defined"}:
        return isinstance(left, Apply) and declared is not None and declared.support is not None
    if declared.positive or declared.domain != "real":
        return declared.domain != "function"
    return False


_SPREADS = frozenset({"sigma", "tau", "s", "sigmahat", "shat"})


def rooted(node: Node) -> Node:
    """The sigma of sigma^2, which is a variance, and the x of log x: that says what they are."""
    if isinstance(node, Call) and node.op == "log":
        inner = node.args[0]
        if isinstance(inner, Call) and inner.op == "div" and inner.args[1] == Call("sub", (Num("1"), inner.args[0])):
            inner = inner.args[0]  # log p/(1 - p)
        inner = rooted(inner)
        return inner if isinstance(inner, (Name, Index, Member)) else node
    inner = node.args[0] if isinstance(node, Call) and node.op == "pow" and node.args[1] == Num("2") else node
    name = target(inner) if isinstance(inner, (Name, Index, Member)) else None
    return inner if name is not None and name.partition("_")[0] in _SPREADS else node


def is_first_heard(context: Context, spoken: Collection[str], left: Node, right: Node) -> bool:
    """Whether a claimed equation is the first that is heard of its left side; `spoken` are the names used before."""
    whole, left = left, rooted(left)
    name = target(left)
    if isinstance(left, Apply) and left.indices and not all(map(is_parameter, left.args)):
        return False  # \\alpha_1(1) of an \\alpha_t(k) that the page speaks of: no value is put in for it
    if name is None or symmetric(Chain((left, right), ("=",))) is not None:
        return False
    numbered = isinstance(left, Member) and all(isinstance(i, Num) for i in left.indices)
    if numbered and not is_known(context, left) and _from_numbered(context, name, right):
        return True  # where a sequence starts, or how it goes on by hand
    declared = context.scope.names.get(name)
    if is_known(context, left) and not (left != whole and is_only_positive(declared, context)):
        return starts(context, name, left) and name not in names(right)
    if isinstance(left, (Member, Index)) and name in names(right) and name not in context.definitions:
        return declared is None or declared.domain == "inferred"
    earlier = {n for ds in context.definitions.values() for d in ds for n in names(d.right)}
    earlier |= {n for chain in context.constraints for n in names(chain)}
    return name not in {*spoken, *earlier, *reached(right, {})}


def _from_numbered(context: Context, name: str, right: Node) -> bool:
    """Whether a formula speaks of no member of a sequence, or of those that are known one by one: r_1 = r_0 - a A p_0,
    of a sequence that nothing else is said of.
    """
    if name not in names(right):
        return True
    known = {d.left for d in context.definitions.get(name, ())}
    spoken = [inner for inner in walk(right) if isinstance(inner, Member) and inner.base == Name(name)]
    alone = sum(inner == Name(name) for inner in walk(right)) > len(spoken)
    held = any(name in names(chain) for chain in context.constraints)
    return {*spoken} <= known and not alone and not held


def apart(context: Context, statement: Statement, given: bool = False) -> tuple[Statement, ...]:
    """a = x \\in R^n says two things: that x lies there (a, where x is no new symbol), and that a = x. So does
    a = b =: c, where the last one names what stands before it, and a \\approx b := c, which says what b is.
    """
    if statement.relations[-1:] == (":=",) and len(statement.relations) > 1:
        named = Statement(statement.sides[-2:], (":=",), over=statement.over)
        return (named, replace(statement, sides=statement.sides[:-1], relations=statement.relations[:-1]))
    if statement.relations[-1:] == ("=:",):
        named = Statement((statement.sides[-1], statement.sides[-2]), (":=",))
        rest = replace(statement, sides=statement.sides[:-1], relations=statement.relations[:-1])
        return (rest, named) if rest.relations else (named,)
    if given and statement.relations == ("=",) and _names_gradient(context, statement):
        return (replace(statement, sides=statement.sides[::-1]),)
    if (
        given
        and len(statement.relations) > 1
        and {*statement.relations} == {"="}
        and _MEAN.match(statement.sides[0].text)
        and not all(_MEAN.match(side.text) for side in statement.sides[:-1])  # E[q_i] = E[k_i] = 0 is one statement
    ):
        pairs = zip(statement.sides, statement.sides[1:], strict=False)  # E[e^2] = v = 2: first what v is
        return tuple(Statement(pair, ("=",), over=statement.over) for pair in reversed(list(pairs)))
    if given and len(statement.relations) > 1 and _bounds_last(context, statement):  # |g_i| = c > 0
        bound = Statement(statement.sides[-2:], statement.relations[-1:], over=statement.over)
        return (bound, replace(statement, sides=statement.sides[:-1], relations=statement.relations[:-1]))
    if len(statement.relations) < 2 or statement.relations[-1] != "in":
        return (statement,)
    *sides, inside = statement.sides
    rest = replace(statement, sides=tuple(sides), relations=statement.relations[:-1])
    new = next((side for side in (sides[-1], sides[0]) if _is_new(context, side.text)), None)
    return (rest,) if new is None else (Statement((new, inside), ("in",), over=statement.over), rest)


def _bounds_last(context: Context, statement: Statement) -> bool:
    """Whether a = b = c > 0 bounds, by a number, a symbol of which nothing more is known than that."""
    *equal, order = statement.relations
    symbol, limit = (read_side(side.text, context.scope) for side in statement.sides[-2:])
    if {*equal} != {"="} or order not in {"<", "<=", ">", ">="} or not isinstance(limit, Parsed):
        return False
    name = symbol.node.text if isinstance(symbol, Parsed) and isinstance(symbol.node, Name) else None
    declared = context.scope.names.get(name) if name is not None else None
    free = declared is None or (declared.domain in {"real", "inferred"} and not declared.shape)
    return name is not None and free and name not in context.definitions and constant(limit.node) is not None


_GRADIENT = re.compile(
    r"\s*(?:\\[dt]?frac\s*\{\s*\\partial\s*[^{}]*\}\s*\{\s*\\partial\s*[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"
    r"|\\partial\s*[^=/]+/\s*\\partial\s*[^=/]+|\\nabla\s*_[^=+-]+)\s*"
)


def _names_gradient(context: Context, statement: Statement) -> bool:
    """Whether dL/dZ = G names the derivative of a loss: nothing is known of G. It says what G is, not what L is."""
    if len(statement.sides) != 2:
        return False
    left, right = (side.text for side in statement.sides)
    if _GRADIENT.fullmatch(left) is None or not _is_new(context, right) or symbols(right) & symbols(left):
        return False
    parsed = read_side(left, context.scope)
    of = parsed.node.of if isinstance(parsed, Parsed) and isinstance(parsed.node, Derivative) else None
    return isinstance(of, Name) and of.text not in context.definitions


def _is_new(context: Context, text: str) -> bool:
    """Whether a text is a symbol, or a member of a family, that nothing is known of."""
    parsed = read_side(text, context.scope)
    node = parsed.node if isinstance(parsed, Parsed) else None
    if isinstance(node, Member) and not all(isinstance(index, Name) for index in node.indices):
        return False
    name = target(node) if isinstance(node, (Name, Member)) else None
    declared = context.scope.names.get(name) if name is not None else None
    unheard = declared is None or declared.domain == "inferred"
    return name is not None and unheard and name not in context.definitions


def starts(context: Context, name: str, left: Node) -> bool:
    """Whether a member with a number is the one that a recursion goes out from: v^(0), where only v^(t) is defined."""
    definitions = context.definitions.get(name, ())
    if not isinstance(left, Member) or not all(isinstance(i, Num) for i in left.indices):
        return False
    open_start = bool(definitions) and all(d.recursive and d.indices for d in definitions)
    return open_start and not _is_computed(context, name, left.indices[0], MAX_BACK)


MAX_BACK = 20  # steps of a recursion


def _is_computed(context: Context, name: str, place: Node, more: int) -> bool:
    """Whether a member follows from what is given: a_1 of a_t = w h_{t-1} and h_t = tanh(a_t), where h_0 is."""
    definitions = context.definitions.get(name, ())
    if any(isinstance(d.left, Member) and d.left.indices == (place,) for d in definitions):
        return True
    general = [d for d in definitions if len(d.indices) == 1]
    if len(general) != 1 or not more or not isinstance(place, Num) or place.value.denominator != 1:
        return False
    known = {general[0].indices[0]: int(place.value)}
    for inner in walk(general[0].right):
        base = inner.base if isinstance(inner, Member) else None
        if not isinstance(inner, Member) or not isinstance(base, Name) or base.text not in context.definitions:
            continue
        try:
            before = whole(inner.indices[0], known)
        except EvaluationError:
            return False
        if before < 0 or not _is_computed(context, base.text, Num(str(before)), more - 1):
            return False
    return True


def is_given_anew(context: Context, left: Node | None, right: Node | None) -> bool:
    """Whether a name that had a value gets another one (k = 5 further up, and k = 3 here), or its value is said that
    only followed before.
    """
    if not isinstance(left, Name) or right is None:
        return False
    before = context.definitions.get(left.text, ())
    if any(d.implied for d in before):
        return True
    if constant(right) is None:
        return False
    return bool(before) and all(constant(d.right) is not None for d in before)


def symbols(text: str) -> set[str]:
    """The symbols in a text that cannot be read: x and W_1 in x, W_1 \\in ...; no indices."""
    parsed = [read_side(part, Scope()) for part in re.split(r"[,;()=]|\\in(?![a-z])|\\[dl]?dots", text)]
    nodes = [p.node for p in parsed if isinstance(p, Parsed)]
    places = {n for node in nodes for inner in walk(node) if isinstance(inner, (Index, Member))
              for index in inner.indices for n in names(index)}  # fmt: skip
    return {n for node in nodes for n in names(node)} - places


def _may_match(known: Node, left: Node) -> bool:
    """Whether a definition may speak of this member or entry: h^(t) does of h^(2), h^(0) does not."""
    if isinstance(left, Index) and not isinstance(known, Index):
        return _may_match(known, left.base)
    if isinstance(known, Index) and not isinstance(left, Index):
        return _may_match(known.base, left)
    if type(known) is not type(left):
        return False
    if isinstance(known, (Member, Index)) and isinstance(left, (Member, Index)):
        if len(known.indices) != len(left.indices):
            return False
        pairs = zip(known.indices, left.indices, strict=True)
        return all(a == b or isinstance(a, Name) for a, b in pairs)
    return True


def can_be_sampled(context: Context, node: Node) -> bool:
    """Whether points can be found under the constraints of a context."""
    from solvers.equality import compare

    try:
        found = compare(node, Call("sub", (Call("mul", (Num("2"), node)), node)), context)
    except EvaluationError:
        return False
    return found.verdict == "same"
