"""Write-ups as hurried students hand them in: what is read otherwise than meant is never called wrong, and says why."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

ROWS = [
    (
        "log likelihood is $\\ell = x \\log p$\n\n$$\\frac{d\\ell}{dp} = \\frac{x}{p}$$",
        ["valid"], "\\ell is taken as the sentence says", "a-function-that-a-sentence-defines",
    ),
    ("$$\\frac{dL}{dw} = \\frac{dL}{dy} \\frac{dy}{dw}$$", ["undecided"], "what the loss depends on is not", "0-is"),
    ("$$\\frac{d}{dx} a x^2 = 2 a x$$", ["valid"], "not declared, taken as real numbers: a, x", "undeclared-is-fine"),
    (
        "Input $n = 32$ and $k = 5$.\n\n$$n - k = 27$$",
        ["valid"], "k is taken as the sentence says", "given-in-a-sentence",
    ),
    ("Input $n = 32$ and $k = 5$.\n\n$$n - k = 28$$", ["wrong"], "differ", "given-in-a-sentence-and-wrong"),
    (
        "We show that $k = 5$.\n\n$$k = 5$$\n\n$$k + 1 = 6$$", ["valid"], "k was not known", "not-given-but-announced",
    ),
    ("The result is $p = 5$ for $k = 2$.\n\n$$2 k + p = 9$$", ["undecided"], "line 1 says what", "announced"),
    (
        ("Let $z, x \\in \\mathbb{R}^2$, $L = z^T z$.\n\nIf $z = W x$ with $W \\in \\mathbb{R}^{2 \\times 2}$:\n\n"
         "$$\\frac{\\partial L}{\\partial W} = 2 W x x^T$$"),
        ["valid"], "z is taken as the sentence says", "supposed-of-a-symbol-that-was-free",
    ),
    ("Let $k = 5$.\n\n- $k + 1 = 6$\n- so $k + 2 = 8$.", ["valid", "wrong"], "", "items-below-a-full-stop-claim"),
    ("Let:\n\n- $k = 5$\n- $n = 6$\n\nThen\n\n$k + n = 12$", ["wrong"], "", "items-below-a-colon-declare"),
    ("Let $k = 5$.\n\nThe sum\n$k = 7$\nis not meant.", [], "", "a-formula-that-a-line-ends-before"),
    ("Let $k = 5$.\n\nSum: $k + 1 = 7$.\n\n**Step 2**: $k + 2 = 7$", ["wrong", "valid"], "", "behind-a-label"),
    (
        ("Let $A = [[0.9, 0.5], [0.1, 0.5]]$. A step is $v^{(t)} = A v^{(t-1)}$, from $v^{(0)} = (1, 0)^T$.\n\n"
         "$v^{(1)} = (0.9, 0.1)^T$\n\n$v^{(2)} = (0.86, 0.15)^T$"),
        ["valid", "wrong"], "v^{(0)} is taken as the sentence says", "where-a-recursion-starts",
    ),
    (
        "Let $W \\in \\mathbb{R}^{m \\times n}$ and $z = W x + b$.\n\n$$z^T z = x^T W^T W x + 2 b^T W x + b^T b$$",
        ["valid"], "x is taken as a vector of n", "shapes-by-use",
    ),
    (
        "Let $W \\in \\mathbb{R}^{m \\times n}$ and $z = W x + b$.\n\n$$z^T z = x^T W^T W x + b^T W x + b^T b$$",
        ["wrong"], "differ", "wrong-under-whichever-shapes",
    ),
    ("$$\\nabla_w (w^T x) = x^T$$", ["undecided"], "is transposed, so it is no number", "transposed-and-undeclared"),
    (
        ("Let $W \\in \\mathbb{R}^{m \\times n}$, $x \\in \\mathbb{R}^n$, $z = W x$ and $g = \\nabla_z L$.\n\n"
        "$$\\nabla_W L = g x^T$$\n\n$$\\nabla_x L = W g$$"),
        ["valid", "wrong"], "", "any-loss",
    ),
    (
        ("Let $x \\in \\mathbb{R}^m$, $\\mu = \\frac1m \\sum_{i=1}^m x_i$ and $c_i = x_i - \\mu$.\n\n"
          "Let $g_i = \\partial L/\\partial c_i$.\n\n"
        "$$\\frac{\\partial L}{\\partial x_j} = g_j - \\frac1m \\sum_{i=1}^m g_i$$\n\n"
          "$$\\frac{\\partial L}{\\partial x_j} = g_j$$"),
        ["valid", "wrong"], "", "any-loss-of-entries",
    ),
    (
        ("Let $H \\in \\mathbb{R}^{2 \\times 2}$, $G = \\partial L/\\partial H$, $L = \\frac12 \\|H\\|_F^2$.\n\n"
        "$$G = H$$"),
        ["valid"], "", "a-loss-that-is-said-later",
    ),
    (
        ("A layer has $h_j = \\tanh(u_j)$, $u_j = \\sum_i w_{ji} x_i + b_j$, $s = \\sum_j v_j h_j$.\n\n"
        "- $\\partial s/\\partial h_j = v_j$\n- $\\partial s/\\partial w_{ji} = v_j (1 - h_j^2) x_i$\n"
        "- $\\partial s/\\partial b_j = v_j (1 - h_j)$"),
        ["valid", "valid", "wrong"], "", "nothing-but-indices",
    ),
    (
        ("Let $w \\in \\mathbb{R}^d$, $p \\in (0, 1)$.\n\n"
        "Let $m \\in \\{0,1\\}^d$ with independent $m_i \\sim \\operatorname{Bernoulli}(p)$.\n\n"
        "$$\\mathbb{E}[w^T m] = p \\sum_i w_i$$\n\n$$\\operatorname{Var}[w^T m] = p(1-p) \\sum_i w_i$$"),
        ["valid", "wrong"], "", "a-law-of-entries",
    ),
    (
        ("Let $w \\in \\mathbb{R}^d$, $p \\in (0, 1)$.\n\n"
        "Let $m \\in \\{0,1\\}^d$ with independent entries, $P(m_i = 1) = p$.\n\n"
        "$$\\mathbb{E}[w^T m] = p \\sum_i w_i$$\n\n$$\\operatorname{Var}[w^T m] = p(1-p) \\sum_i w_i$$"),
        ["valid", "wrong"], "", "a-law-by-its-share",
    ),
    ("Let $n = 32$ and $k = 5$.\n\n$$n - k = 27$$", ["valid"], "", "given-as-it-should-be"),
    ("Let $n = 32$ and $k = 5$.\n\n$$n - k = 28$$", ["wrong"], "differ", "given-and-wrong"),
    (
        "Let $m_0 = 0$, $m_t = \\beta m_{t-1} + (1-\\beta) g_t$.\n\n$$m_1 = (1 - \\beta) g_1 + x$$",
        ["wrong"], "the two sides differ", "a-label-beside-an-index",
    ),
    (
        "Let $P(X = 1) = p$.\n\n$$E[X^2] = p$$\n\n$$E[X^2] - E[X]^2 = p - p^2$$",
        ["valid", "valid"], "", "a-law-by-its-share-of-what-nothing-declares",
    ),
    ("$$E[Y^2] - E[Y]^2 = V$$", ["unreadable", "undecided"], "say under which distribution", "a-mean-of-nothing"),
    (
        "Let $w, x \\in \\mathbb{R}^2$.\n\n$$net = w^\\top x = x^\\top w$$\n\n$$2 net = 2 x^\\top w$$",
        ["valid", "valid"], "net was not known: this line is taken as its definition", "a-word-is-a-name",
    ),
    ("Now [ \\frac{1}{2} = 0.5 ]\n\n$$x = x$$", ["valid"], "line 1: \\frac stands outside of any formula", "signs"),
    ("# On $\\sigma$ and \\(\\frac12\\)\n\n$$x = x$$", ["valid"], "", "formulas-in-headings"),
    ("$$ $$\n\n$$x = x$$", ["valid"], "line 1: this formula is empty", "empty"),
    ("Let $\\alpha \\in (0, " + "9" * 400 + ")$.\n\n$$\\alpha = 2 \\alpha$$", None, "", "beyond-all-floats"),
    ("Let $x \\in \\{0, 1/2\\}$.\n\n$$2 x^2 = x$$", ["valid"], "", "a-set-of-fractions"),
    ("Let $x \\in \\{a, b\\}$.\n\n$$x = x + 1$$", ["undecided"], "the set {a, b} is not known", "a-set-of-names"),
    (
        ("Let $W_{ij} \\in \\mathbb{R}$ where $i = 1, \\dots, m$ and $j = 1, \\dots, n$, and $x_j \\in \\mathbb{R}$ "
        "for $j = 1, \\dots, n$.\n\n$$\\frac{\\partial}{\\partial x_k} \\sum_{j=1}^n W_{ij} x_j = W_{ik}$$\n\n"
        "$$\\frac{\\partial}{\\partial x_k} \\sum_{j=1}^n W_{ij} x_j = W_{ki}$$"),
        ["valid", "wrong"], "", "a-matrix-by-its-entries",
    ),
    (
        "Let $A_{ij} \\in \\mathbb{R}$ for $i, j = 1, \\dots, n$.\n\n$$\\sum_{i=1}^n A_{ii} = \\operatorname{tr}(A)$$",
        ["valid"], "", "a-square-matrix-by-its-entries",
    ),
    (
        ("Let $W_{ij} \\in \\mathbb{R}$ and $x_j \\in \\mathbb{R}$ for $j = 1, \\dots, n$.\n\n"
        "$$\\frac{\\partial}{\\partial x_k} \\sum_{j=1}^n W_{ij} x_j = W_{ik}$$"),
        ["undecided"], "declare the matrix that it is an entry of", "an-entry-alone",
    ),
    ("Let $f(x) = x^2$ and $f(2) = 4$.\n\n$$f(3) = 9$$", ["valid"], "", "a-function-and-its-value"),
    ("Let $f(x) = x^2$ and $f(2) = 5$.\n\n$$f(3) = 9$$", ["valid"], "", "a-function-and-no-value-of-it"),
    ("Let $z_1 = 2$, $z_2 = 1$, $z_3 = 3$, $z_4 = 4$.\n\n$$\\sum_j z_j = 10$$", ["valid"], "", "numbers-one-by-one"),
    (
        ("Let $c_t = f_t c_{t-1} + i_t$ where $f_t, i_t \\in \\mathbb{R}$ and $c_0 = 0$.\n\n"
                "$$\\frac{\\partial c_t}{\\partial c_{t-1}} = f_t$$\n\n$$c_2 = f_1 i_1 + i_2$$"),
        ["valid", "wrong"], "differ", "zero-meant-by-nobody",
    ),
    (
        "Let $x \\in \\mathbb{R}^n$ and $f(x) = x^T x$.\n\n$$\\nabla f(x) = 2 x$$\n\n$$f(x) = f(2 x)$$",
        ["valid", "wrong"], "differ", "a-gradient-is-not-set-to-zero",
    ),
    ("Let $I$ be the identity matrix, $A \\in \\mathbb{R}^{n \\times n}$.\n\n$$I A = A$$", ["valid"], "", "identity"),
    (
        "Let $x, y \\in \\mathbb{R}^n$ and $e = y - x$.\n\n$$e^\\top e = \\|x - y\\|^2$$",
        ["valid"], "", "an-error-is-no-number-of-euler",
    ),
    ("Assume $a, b > 0$.\n\n$$a + b = a b$$", ["wrong"], "differ", "assumed-before-a-claim"),
    ("Let $x \\in \\mathbb{R}$ such that $x > 0$.\n\n$$2 x = 3 x$$", ["wrong"], "differ", "such-that-before-a-claim"),
    ("Let $x > 0$. We want to show that\n\n$$2 x = 3 x$$", ["wrong"], "differ", "wanted-to-be-shown"),
    ("Let $x > 0$. We must show that\n\n$$2 x = 3 x$$", ["wrong"], "differ", "must-be-shown"),
    ("Let $x > 0$. The condition is met.\n\n$$2 x = 3 x$$", ["wrong"], "differ", "a-condition-that-is-met"),
    ("Let $x, y \\in \\mathbb{R}$. We require\n\n$$x y = 1$$\n\n$$x^2 y^2 = 1$$", ["valid"], "set", "required"),
    ("Let $x, y > 0$. We equate both.\n\n$$x y = 1$$\n\n$$x^2 y^2 = 1$$", ["valid"], "set", "set-before"),
    ("Let $x, y > 0$. The constraint is:\n\n$$x y = 1$$\n\n$$x^2 y^2 = 1$$", ["valid"], "set", "a-constraint"),
    (
        "Let $a > 0$, $J = (x - a)^2$.\n\n$$\\frac{dJ}{dx} = 2 (x - a)$$\n\n$$x = a$$",
        ["valid", "valid"], "follows from setting the derivative of line 3 to zero", "zero-left-out",
    ),
    (
        "Let $a > 0$, $J = (x - a)^2$.\n\n$$\\frac{dJ}{dx} = 2 (x - a)$$\n\n$$x = 2 a$$",
        ["valid", "wrong"], "differ", "zero-left-out-and-wrong",
    ),
    ("Let $A$ and $B$ be matrices.\n\n$$A B = B A$$", ["wrong"], "its use has to show", "matrices-of-no-size"),
    (
        "Let $u$ and $v$ be vectors.\n\n$$u v^T = v u^T$$",
        ["wrong"], "u is taken as a vector of size_", "vectors-of-no-size",
    ),
    (
        "Let $A$ be a matrix. Let $A \\in \\mathbb{R}^{n \\times n}$.\n\n$$A A^T = A^T A$$",
        ["wrong"], "differ", "a-matrix-whose-size-comes-later",
    ),
    (
        "Let $u$ and $v$ be vectors.\n\n$$\\sum_i u_i v_i = \\sum_i v_i u_i$$",
        ["valid"], "", "vectors-by-their-entries",
    ),
    ("$$x = 1 \\\n+ y$$", ["unreadable"], "a command is expected behind the backslash", "backslash-at-the-end"),
    (
        ("Let $a = x \\in \\mathbb{R}^n$, $W \\in \\mathbb{R}^{m \\times n}$, $b \\in \\mathbb{R}^m$, $z = W a + b$."
        "\n\n$$\\frac{\\partial z}{\\partial a} = W$$\n\n$$a = 2x$$"),
        ["valid", "wrong"], "", "a-membership-behind-an-equation",
    ),
    (
        ("Let $x \\in \\mathbb{R}^n$, $W \\in \\mathbb{R}^{m \\times n}$.\n\n$$z = W x \\in \\mathbb{R}^m$$\n\n"
        "$$\\hat y = \\sigma(z) \\in \\mathbb{R}^m$$\n\n$$\\hat y = \\sigma(W x)$$\n\n$$\\hat y = W x$$"),
        ["valid", "wrong"], "", "displays-that-define-and-say-where",
    ),
    (
        "Let $W \\in \\mathbb{R}^{m \\times n}$, $b \\in \\mathbb{R}^m$, $z = W a + b$.\n\n$$z = b + W a + W a$$",
        ["wrong"], "differ", "a-vector-that-nothing-declares",
    ),
    (
        "Let $W \\in \\mathbb{R}^{m \\times n}$, $b, c \\in \\mathbb{R}^m$, $z = W a + b$.\n\n$$z = c$$",
        ["wrong"], "differ", "a-vector-behind-a-definition-that-nothing-declares",
    ),
    (
        ("Let $W \\in \\mathbb{R}^{n \\times n}$, $b \\in \\mathbb{R}^n$, $h_0 = 0$, $h_1 = \\tanh(W h_0 + b)$.\n\n"
        "$$h_1 = \\tanh(b)$$\n\n$$h_1 = \\tanh(W b)$$"),
        ["valid", "wrong"], "", "a-start-of-zeros",
    ),
    ("Let $s_0 = 0$ and $s_1 = s_0 + 1$.\n\n$$e^{s_0} = s_1 = 2 s_1$$", ["valid", "wrong"], "", "a-start-of-zero"),
    ("Let $x \\in \\mathbb{R}$.\n\n$$\\frac{1}{0} = \\frac{1}{0}$$", ["undecided"], "division by zero", "no-value"),
    (
        "Let $h \\colon \\mathbb{R} \\to \\mathbb{R}$, $h(x) = \\tanh(x)$.\n\n$$h''(x) = -2 h(x) (1 - h(x)^2)$$",
        ["valid"], "", "a-map-and-what-it-is",
    ),
    ("$$\\log(xy) = \\log x + \\log y \\quad \\text{for } x, y > 0$$", ["valid"], "", "two-names-in-a-condition"),
    ("$$\\log(xy) = \\log x - \\log y \\quad \\text{for } x, y > 0$$", ["wrong"], "", "a-condition-saves-nothing"),
    ("Let $x \\in \\mathbb{R}$.\n\n$$|x| = x \\quad \\text{when $x \\ge 0$}$$", ["valid"], "", "a-formula-in-words"),
    ("Let $x, y \\in \\mathbb{R}$.\n\n$$x^2 > y^2, \\quad x > y > 0$$", ["valid"], "", "a-chain-as-a-condition"),
    ("Let $x, y \\in \\mathbb{R}$.\n\n$$x^2 > y^2 \\quad \\forall x > y$$", ["wrong"], "", "for-all-with-a-condition"),
    ("$$\\alpha > 0, \\quad \\log \\alpha^2 = 2 \\log \\alpha$$", ["valid"], "", "a-condition-that-stands-first"),
    ("$$x = 3, \\quad x > 0$$\n\n$$y = 2, \\quad y > 5$$", ["valid", "wrong"], "", "what-is-defined-is-no-condition"),
    ("$$f(x) = x^2, \\quad 0 < x < 1$$\n\n$$f(x) < 1$$\n\n$$f(x) > 1$$", ["valid", "wrong"], "", "a-domain"),
    (
        ("Let $a_i = b_i + c_i$ for $i = 1, \\dots, n$.\n\n$$2 a_i = 2 b_i + 2 c_i \\quad \\text{for all } i$$\n\n"
        "$$2 a_i = 2 b_i + c_i \\quad \\text{for all } i = 1, \\dots, n$$"),
        ["valid", "wrong"], "", "for-all-indices",
    ),
    (
        "$$(1 + x)^2 = 1 + 2x \\quad \\text{for small } x$$",
        ["undecided"], "the condition small x", "a-condition-that-is-not-read",
    ),
    (
        ("Let $A, B \\in \\mathbb{R}^{n \\times n}$.\n\n"
        "$$(A + B)_{ij} = A_{ij} + B_{ij}, \\qquad i, j = 1, \\dots, n$$\n\n"
        "$$(A + B)_{ij} = A_{ij} + B_{ji} \\qquad (i, j = 1, \\dots, n)$$"),
        ["valid", "wrong"], "", "two-indices-that-run",
    ),
    (
        ("Let $y \\in \\{0, 1\\}$ and $p \\in (0, 1)$.\n\nA factor is $p$ for $y = 1$ and $1 - p$ for $y = 0$:\n\n"
        "$$p^y (1 - p)^{1 - y} = y p + (1 - y)(1 - p)$$\n\n$$p^y (1 - p)^{1 - y} = p$$"),
        ["valid", "wrong"], "", "two-cases-in-one-sentence",
    ),
    (
        ("Let $P$ be an $n \\times n$ permutation matrix, $A \\in \\mathbb{R}^{n \\times n}$, "
        "$X \\in \\mathbb{R}^{n \\times d}$.\n\n"
        "$$\\tanh(P A X) = P \\tanh(A X)$$\n\n$$P P^\\top = I$$\n\n$$P^\\top = P$$\n\n$$P A = A P$$"),
        ["valid", "valid", "wrong", "wrong"], "", "a-permutation",
    ),
    (
        "Let $S$ be an $n \\times n$ real symmetric matrix.\n\n$$S^\\top = S$$\n\n$$S S = I$$",
        ["valid", "wrong"], "", "a-size-before-adjectives",
    ),
    (
        ("Let $x, y \\in \\mathbb{R}$.\n\n\\begin{align}\n"
        "(x + y)^2 - y^2 &= x^2 + 2xy && \\text{since } y^2 - y^2 = 0 \\\\\n"
        "&= x (x + 2y) && \\text{by } (1) \\\\\n&= x (x + y) && \\text{because $y$ is small}\n\\end{align}"),
        ["valid", "valid", "wrong"], "", "reasons-beside-the-rows",
    ),
    ("$$\\frac{n + 1}{n} = 1 \\quad \\text{as } n \\to \\infty$$", ["undecided"], "the condition", "a-limit-in-words"),
    (
        ("Let $z \\in \\mathbb{R}^K$, $p = \\operatorname{softmax}(z)$.\n\n"
        "$$\\frac{\\partial p_i}{\\partial z_i} = p_i (1 - p_i), \\qquad "
        "\\frac{\\partial p_i}{\\partial z_j} = -p_i p_j \\quad (j \\neq i)$$"),
        ["valid", "valid"], "", "a-condition-on-an-index-that-one-of-two-has",
    ),
    (
        ("Let $f(x) = \\max(0, x)$.\n\n$$f'(x) = 1 \\text{ for } x > 0, \\qquad f'(x) = 0 \\text{ for } x < 0$$\n\n"
        "$$f'(x) = 0 \\text{ for } x > 0, \\qquad f'(x) = 1 \\text{ for } x < 0$$"),
        ["valid", "valid", "wrong", "wrong"], "", "two-formulas-with-their-conditions",
    ),
    (
        ("$$\\sigma(z) = \\frac{e^z}{1 + e^z} \\quad \\text{(multiply by } e^z \\text{)}$$\n\n"
        "$$\\sigma(-z) = 1 - \\sigma(z) \\quad \\text{for all } z \\in \\mathbb{R}$$"),
        ["valid", "valid"], "", "a-remark-in-brackets-and-a-set",
    ),
    (
        "Let $a, b > 0$.\n\n$$\\sqrt{ab} \\le \\frac{a+b}{2} \\quad \\text{with equality iff } a = b$$",
        ["valid"], "", "when-it-is-an-equality",
    ),
    (
        ("Let $U \\in \\mathbb{R}^{n \\times n}$ be orthogonal.\n\n$$U U^\\top = \\sum_i u_i u_i^\\top$$\n\n"
        "with $u_i$ the columns of $U$."),
        ["valid"], "", "parts-that-only-words-name",
    ),
    (
        "A mistake means that $t (w^\\top x) \\le 0$:\n\n$$\\|w\\|^2 + 2 t (w^\\top x) \\le \\|w\\|^2$$",
        None, "line 1 bounds what stands here in passing", "a-bound-in-passing",
    ),
    ("$$a^2 + 1 \\le a^2$$", ["wrong"], "", "a-bound-that-is-wrong"),
    ("Let $x \\in \\mathbb{R}^n$.\n\n$$\\|t x\\|^2 = \\|x\\|^2$$", ["undecided"], "which nothing says: t", "labels"),
    ("Let $x \\in \\mathbb{R}^n$.\n\n$$\\|t x\\|^2 = 2 \\|x\\|^2$$", ["wrong"], "", "no-labels"),
    (
        ("Let $v > 0$, $L = v - \\log v$ and $s = \\log v$.\n\n"
        "$$\\frac{dL}{ds} = e^s - 1$$\n\n$$\\frac{dL}{dv} = 1 + \\frac1v$$"),
        ["valid", "wrong"], "v is taken as a function of s", "a-change-of-variables",
    ),
    (
        ("Let $\\tau > 0$, $q = \\mu + \\tau u$ and $r = 2\\log \\tau$.\n\n"
        "$$\\frac{\\partial q}{\\partial r} = \\frac12 \\tau u$$\n\n$$\\frac{\\partial q}{\\partial r} = \\tau u$$"),
        ["valid", "wrong"], "tau is taken as a function of r", "a-log-variance",
    ),
    (
        ("Let $g_i \\in \\mathbb{R}^d$ and $\\bar g = \\frac{1}{|B|} \\sum_{i \\in B} g_i$.\n\n"
        "$$\\frac{1}{|B|} \\sum_{i \\in B} (g_i - \\bar g) = 0$$\n\n"
        "$$\\sum_{i \\in B} 2 g_i = 2 |B| \\bar g$$\n\n$$\\sum_{i \\in B} 2 g_i = 2 \\bar g$$"),
        ["valid", "valid", "wrong"], "B is taken as any set of |B| indices", "a-mini-batch",
    ),
    (
        "Let $a, c > 0$, $L = a^2$ and $s = a c$.\n\n$$\\frac{dL}{ds} = 2a/c$$",
        ["undecided"], "s is defined by what it is to be varied with", "of-several-names",
    ),
    (
        ("$$\\mathrm{KL}(p \\| q) = \\sum_x p(x) \\log\\frac{p(x)}{q(x)}$$\n\nEquality to zero holds if and only if "
         "$p = q$.\n\n$$\\mathrm{KL}(p \\| q) = \\mathrm{KL}(q \\| p)$$"),
        ["valid", "undecided"], "right only under what line 3 is about", "only-when",
    ),
    (
        ("Let $q(z)$ be a distribution.\n\n$$\\sum_z q(z)\\log\\frac{q(z)}{p(z)} = \\mathrm{KL}\\bigl(q(z)\\,\\|\\,p(z)"
         "\\bigr) \\ge 0,$$\n\nwith equality iff $q(z) = p(z)$ for all $z$.\n\n"
         "$$\\sum_z p(z)\\log\\frac{q(z)}{p(z)} = \\mathrm{KL}(q(z) \\| p(z))$$"),
        ["valid", "valid", "wrong"], "", "with-equality-declares-nothing",
    ),
    (
        "Let $a, b > 0$.\n\n$$\\log a - \\log b = D_{KL}(a \\| b)$$",
        ["undecided"], "is not said to be a distribution", "a-divergence-of-numbers",
    ),
    (
        ("Let $x \\in \\mathbb{R}^n$.\n\nWith $s = x^\\top x$,\n\n$$\\nabla_x s = 2x .$$\n\nWith $u = 2 s$,\n\n"
         "$$\\nabla_x u = 2x .$$"),
        ["valid", "wrong"], "", "a-display-behind-the-comma-of-with",
    ),
    (
        ("Let $x \\in \\mathbb{R}^n$, $f = x^\\top x$.\n\n$$df = 2 x^\\top dx$$\n\n$$d^2 f = 2\\,dx^\\top dx$$\n\n"
         "$$\\mathrm{d}^{2} f = 3\\,dx^\\top dx$$\n\n$$\\frac{d^2}{dt^2} t^3 = 6t$$"),
        ["valid", "valid", "wrong", "valid"], "", "d-of-d",
    ),
    (
        ("We use $\\beta_1(i) = q_i r(i)$ and $\\beta_{t+1}(j) = \\sum_i\\beta_t(i)M_{ij}$.\n\n"
         "$$\\beta_2(2) = 0.4\\cdot 2$$"),
        ["undecided"], "was read as a product", "a-function-that-nothing-tells",
    ),
    (
        ("Let $A$ be the $n\\times n$ adjacency matrix of a graph, so $A=A^\\top$ with $A_{ij}\\ge0$.\n\n"
         "$$\\sum_{i,j} A_{ij} \\ge 0$$\n\n$$\\sum_{i,j} A_{ij} \\ge A_{11} + 1$$"),
        ["valid", "wrong"], "", "entries-bounded-behind-the-words",
    ),
    (
        "Let $B$ be an $m \\times n$ matrix with $B_{ij} > 0$.\n\n$$B_{11} > 0$$\n\n$$B_{11} \\ge 1$$",
        ["valid", "wrong"], "", "entries-positive-behind-the-words",
    ),
    (
        ("Let $0 \\le b < 1$. We use $\\hat v_t = v_t/(1-b^t)$ with $v_t = b v_{t-1} + (1-b) g_t^2$, $v_0 = 0$.\n\n"
         "$$\\hat v_1 = g_1^2$$\n\n$$\\hat v_1 = b g_1^2$$"),
        ["valid", "wrong"], "v_0 is taken as the sentence says", "a-recursion-in-passing-and-its-start",
    ),
    (
        "Let $g \\in \\mathbb{R}$.\n\n$$w_1 - w_0 = -g^2$$\n\n$$w_1 - w_0 = -g^2$$\n\n$$w_1 - w_0 = w_1$$",
        ["undecided", "undecided", "wrong"], "what w_0 and w_1 are", "a-difference-of-what-nothing-tells",
    ),
    (
        ("Let $p = \\mathcal N(m, s^2)$ with $s > 0$.\n\n(a) $\\mathbb E_p[(x - m)^2] = s^2$ by definition of "
         "the variance.\n\n(b) $\\mathbb E_p[x^2] = s^2 + m^2$.\n\n(c) From (a) and (b), "
         "$\\mathbb E_p[2 x^2] = s^2 + m^2$."),
        ["valid", "valid", "wrong"], "", "lines-with-their-reasons",
    ),
    ("Let $x > 0$.\n\n(a) $x = 3$ by assumption.\n\n(b) $2x = 3x$ by the rule.", ["wrong"], "", "by-assumption"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "said", "name"), ROWS, ids=[row[3] for row in ROWS])
def test_what_is_made_of_it(text: str, verdicts: list[str] | None, said: str, name: str) -> None:
    report = check(text)
    told = [step.evidence for step in report.steps] + [str(note) for note in report.notes]
    if verdicts is None:
        assert "wrong" not in {step.verdict for step in report.steps}
    else:
        assert [step.verdict for step in report.steps] == verdicts
    assert any(said in line for line in [*told, ""]), told
    if not said and verdicts == ["valid"]:
        assert not any("outside" in line for line in told)
