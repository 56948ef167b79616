"""Random formulas for property tests: every tree the parser can build, over a scope that declares the names."""

from __future__ import annotations

from hypothesis import strategies as st

from solvers.formula.nodes import (
    Apply,
    At,
    Big,
    Binder,
    Call,
    Cases,
    Chain,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    Tuple,
)  # fmt: skip
from solvers.formula.operators import OPERATORS
from solvers.formula.ranks import rank_of
from solvers.formula.tokens import Declaration, Scope

FAMILIES, SCALARS, MATRICES = ("h", "x", "delta"), ("a", "c", "eta", "net", "yhat", "W_hh"), ("W", "U")
INDICES = ("i", "j", "k", "t")
SCOPE = Scope().with_names(
    [Declaration(n) for n in (*SCALARS, *INDICES)]
    + [Declaration(n, (Num("2"), Num("3"))) for n in MATRICES]
    + [Declaration(n, (Num("2"),), (("t", Num("1"), Num("3")),)) for n in FAMILIES]
    + [
        Declaration("f", None, (), "function", False, (("a",), ())),
        Declaration("g", None, (), "function", False, (("a", "c"), ())),
    ]
    + [Declaration("q", None, (), "distribution", False, (("v",), ("c",)), SetOf((Num("0"), Num("1"))))]
)

numbers = st.one_of(
    st.integers(0, 999).map(lambda n: Num(str(n))),
    st.decimals(0, 10, places=2, allow_nan=False).map(lambda d: Num(str(d))),
)
indices = st.sampled_from(INDICES).map(Name) | st.integers(1, 9).map(lambda n: Num(str(n)))
shifted = indices | st.builds(lambda a: Call("sub", (a, Num("1"))), st.sampled_from(INDICES).map(Name))
members = st.builds(lambda n, i: Member(Name(n), (i,)), st.sampled_from(FAMILIES), shifted)
elements = st.builds(lambda n, i, j: Index(Name(n), (i, j)), st.sampled_from(MATRICES), indices, shifted)
member_elements = st.builds(lambda m, i: Index(m, (i,)), members, indices)
leaves = st.one_of(numbers, st.sampled_from((*SCALARS, *MATRICES)).map(Name), members, elements, member_elements)

_INFIX = [r.name for r in OPERATORS.values() if r.fix == "infix" and r.name != "pow"]
_ELEMENTWISE = [r.name for r in OPERATORS.values() if r.fix == "elementwise" and r.name not in {"abs", "absolute"}]


def _normed(inner: Node, kind: str) -> Node:
    """A norm; of what may be a matrix none with a 2 below it, which is its spectral norm."""
    return Call("norm", (inner, Num(kind if rank_of(inner, SCOPE) in {0, 1} else "1")))


def _absolute(inner: Node) -> Node:
    """|x| as the reader has it: of each entry where the shape is known to have any."""
    return Call("absolute" if rank_of(inner, SCOPE) in {1, 2} else "abs", (inner,))


_APART = Chain((Name("i"), Name("j")), ("!=",))


def _more(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    variables = st.sampled_from((*SCALARS, *MATRICES)).map(Name) | members
    conditions = st.builds(
        lambda a, b, r: Chain((a, b), (r,)), inner, inner, st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    )
    return st.one_of(
        st.builds(_absolute, inner),
        st.builds(lambda a, b: Call("inner", (a, b)), inner, inner),
        st.builds(lambda op, a: Call(op, (a,)), st.sampled_from(["total", "mean", "argmax", "logsumexp"]), inner),
        st.builds(lambda i: Call("unit", (i,)), indices),
        st.builds(lambda n, i: Index(Name(n), (i,)), st.sampled_from(["I", "ones", "zeros"]), indices),
        st.builds(lambda n: Name(n), st.sampled_from(["I", "ones", "zeros", "wstar", "Deltaw"])),
        st.builds(lambda a, n, v: At(a, (Name(n),), (v,)), inner, st.sampled_from(SCALARS[:3]), inner),
        st.builds(lambda a: Apply("f", (a,)), inner),
        st.builds(lambda a, b: Apply("g", (a, b)), inner, inner),
        st.builds(lambda a, b: Apply("q", (a,), (b,)), inner, inner),
        st.builds(lambda n, p, b: Big("E", (Binder(Name(n), None, None, Name(p)),), b), st.sampled_from(INDICES),
                  st.sampled_from(["c", "net"]), inner),
        st.builds(lambda op, n, m, r, b: Big(op, (Binder(Name(n), None, None, Chain((Name(n), Name(m)), (r,))),), b),
                  st.sampled_from(["sum", "prod"]), st.just("i"), st.just("j"), st.sampled_from(["!=", "<"]), inner),
        st.builds(lambda low, high, b: Big("sum", (Binder(Name("i"), low, high, _APART),), b), indices, indices, inner),
        st.builds(lambda n, low, high, b: Big("sum", (Binder(Name(n), None, None, SetOf((low, high))),), b),
                  st.sampled_from(INDICES), numbers, numbers, inner),
        st.builds(lambda n, b: Big("max", (Binder(Name(n)),), b), st.sampled_from(INDICES), inner),
        st.builds(lambda op, a, b: Call("indicator", (Call(op, (a, b)),)), st.sampled_from(["and", "or"]), conditions,
                  conditions),
        st.builds(lambda a, v: Derivative("partial+", a, (v,)), inner, variables),
        st.builds(lambda s, a, v, w: Derivative(s, a, (v, w)), st.sampled_from(["partial", "d"]), inner, variables,
                  variables),
    )  # fmt: skip


def _calls(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    variables = st.sampled_from((*SCALARS, *MATRICES)).map(Name) | members
    conditions = st.builds(
        lambda a, b, r: Chain((a, b), (r,)), inner, inner, st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    )
    return st.one_of(
        st.builds(lambda op, a, b: Call(op, (a, b)), st.sampled_from(_INFIX), inner, inner),
        st.builds(lambda op, a: Call(op, (a,)), st.sampled_from(_ELEMENTWISE), inner),
        st.builds(lambda op, a: Call(op + "'", (a,)), st.sampled_from(["tanh", "sigmoid", "relu"]), inner),
        st.builds(lambda a, b: Call("pow", (a, b)), inner, inner),
        st.builds(lambda a: Call("neg", (a,)), inner),
        _more(inner),
        st.builds(lambda a: Call("transpose", (a,)), inner),
        st.builds(lambda a: Call("factorial", (a,)), inner),
        st.builds(_normed, inner, st.sampled_from("12")),
        st.builds(lambda op, a: Call(op, (a,)), st.sampled_from(["softmax", "diag", "tr", "det"]), inner),
        st.builds(lambda op, a, b: Call(op, (a, b)), st.sampled_from(["max", "min", "xcorr"]), inner, inner),
        st.builds(
            lambda op, n, low, high, b: Big(op, (Binder(Name(n), low, high),), b),
            st.sampled_from(["sum", "prod"]), st.sampled_from(INDICES), indices, indices, inner,
        ),
        st.builds(lambda c: Call("indicator", (c,)), conditions),
        st.builds(lambda a, c, b: Cases(((a, c), (b, None))), inner, conditions, inner),
        st.builds(lambda a, b, c, d: Matrix(((a, b), (c, d))), inner, inner, inner, inner),
        st.builds(lambda a, b: Tuple((a, b)), inner, inner),
        st.builds(lambda a, b: SetOf((a, b)), inner, inner),
        st.builds(lambda s, a, v: Derivative(s, a, (v,)), st.sampled_from(["partial", "nabla"]), inner, variables),
    )  # fmt: skip


formulas: st.SearchStrategy[Node] = st.recursive(leaves, _calls, max_leaves=12)
statements = formulas | st.builds(lambda a, b: Chain((a, b), ("=",)), formulas, formulas)
