"""Random numbers in write-ups: what is said of them in passing, and what follows; what is open is not called wrong."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

ROWS = [
    (("Let $x,w\\in\\mathbb{R}^D$. The $r_i$ are independent Bernoulli variables with $P(r_i=1)=p$, $0<p<1$, and "
         "$z=\\sum_{i=1}^D\\frac{r_i}{p}w_ix_i$.\n\n"
         "$$\\mathbb{E}[z] = \\sum_i\\frac{\\mathbb{E}[r_i]}{p}w_ix_i = w^\\top x$$\n\n"
         "$$\\mathrm{Var}(z) = \\frac{1-p}{p}\\sum_i w_i^2x_i^2$$\n\n"
         "$$\\mathrm{Var}(z) = (1-p)\\sum_i w_i^2x_i^2$$"),
     "valid valid valid wrong", "dropout"),
    (("Let $w\\in\\mathbb{R}^D$. The $r_{ni}$ are independent with mean $p$ and variance $v$, and "
         "$z=\\sum_{i=1}^D r_{ni}w_i$.\n\n"
         "$$\\mathrm{Var}(z) = v\\sum_i w_i^2$$\n\n"
         "$$\\mathrm{Var}(z) = v\\Big(\\sum_i w_i\\Big)^2$$"),
     "undecided undecided", "two indices"),
    (("Let $e\\sim\\mathcal{N}(0,1)$. A Bernoulli variable has variance $p(1-p)$. The estimator $2e$ has variance "
         "$\\mathrm{Var}(2e)=4$.\n\n"
         "$$\\mathbb{E}[(e+1)^2] = 2$$\n\n"
         "$$\\mathbb{E}[(e+1)^2] = 1$$"),
     "valid wrong", "what says nothing of the law"),
    (("Let $x_1, \\dots, x_n$ be i.i.d. with mean $\\mu$ and variance $\\sigma^2$, and $\\bar x = "
         "\\frac1n\\sum_{i=1}^n x_i$.\n\n"
         "$$E[\\bar x] = \\mu$$\n\n"
         "$$\\operatorname{Var}(\\bar x) = \\frac{\\sigma^2}{n}$$\n\n"
         "$$\\operatorname{Var}(\\bar x) = \\sigma^2$$"),
     "valid valid wrong", "sample-mean"),
    (("The weights $w_1, \\ldots, w_m$ are independent and have zero mean and variance $s^2$; the "
         "inputs $x_1, \\ldots, x_m$ are fixed.\n\n"
         "$$\\mathrm{Var}\\Big(\\sum_{i=1}^m w_i x_i\\Big) = s^2 \\sum_{i=1}^m x_i^2$$\n\n"
         "$$\\mathrm{Var}\\Big(\\sum_{i=1}^m w_i x_i\\Big) = s^2 \\Big(\\sum_{i=1}^m x_i\\Big)^2$$"),
     "valid wrong", "weights"),
    (("Let $X$ and $Y$ be random variables.\n\n"
         "$$\\mathbb{E}[X + Y] = \\mathbb{E}[X] + \\mathbb{E}[Y]$$\n\n"
         "$$\\mathbb{E}[XY] = \\mathbb{E}[X]\\,\\mathbb{E}[Y]$$\n\n"
         "$$\\operatorname{Var}(X+Y) = \\operatorname{Var}(X) + \\operatorname{Var}(Y)$$"),
     "valid undecided undecided", "dependent"),
    (("Let $X$ and $Y$ be independent random variables.\n\n"
         "$$\\mathbb{E}[XY] = \\mathbb{E}[X]\\,\\mathbb{E}[Y]$$\n\n"
         "$$\\operatorname{Var}(X-Y) = \\operatorname{Var}(X) - \\operatorname{Var}(Y)$$\n\n"
         "$$\\operatorname{Var}(XY) = \\operatorname{Var}(X)\\operatorname{Var}(Y)$$"),
     "valid wrong wrong", "independent"),
    (("Suppose $\\mathbb{E}[\\epsilon] = 0$ and $\\operatorname{Var}(\\epsilon) = \\sigma^2$, and $y = "
         "f + \\epsilon$.\n\n"
         "$$\\mathbb{E}[(y - h)^2] = (f-h)^2 + \\sigma^2$$\n\n"
         "$$\\mathbb{E}[(y - h)^2] = (f-h)^2$$"),
     "valid wrong", "noise"),
    (("Noise $\\epsilon \\in \\mathbb{R}^d$ has mean zero and covariance $\\sigma^2 I$; $w \\in "
         "\\mathbb{R}^d$.\n\n"
         "$$\\mathbb{E}[(w^\\top\\epsilon)^2] = \\sigma^2 \\|w\\|_2^2$$\n\n"
         "$$\\mathbb{E}[(w^\\top\\epsilon)^2] = \\sigma \\|w\\|_2^2$$"),
     "valid wrong", "white-noise"),
    (("Let $\\epsilon\\in\\mathbb{R}^d$ with $\\mathbb{E}[\\epsilon]=0$, "
         "$\\mathbb{E}[\\epsilon\\epsilon^\\top]=I$. Let $L\\in\\mathbb{R}^{d\\times d}$, "
         "$\\mu\\in\\mathbb{R}^d$ and $z=\\mu+L\\epsilon$.\n\n"
         "$$\\mathbb E[z]=\\mu$$\n\n"
         "$$\\operatorname{Cov}(z)=LL^\\top$$\n\n"
         "$$\\operatorname{Cov}(z) = L^\\top L$$"),
     "valid valid wrong", "reparametrisation"),
    (("Bagging: the errors $\\epsilon_i$ of $k$ models have zero mean, variances "
         "$\\mathbb{E}[\\epsilon_i^2]=v$ and covariances $\\mathbb{E}[\\epsilon_i\\epsilon_j]=c$ for $i "
         "\\neq j$.\n\n"
         "$$\\mathbb{E}\\Big[\\Big(\\frac1k\\sum_{i=1}^k\\epsilon_i\\Big)^2\\Big] = \\frac1k v + "
         "\\frac{k-1}{k}c$$\n\n"
         "$$\\mathbb{E}\\Big[\\Big(\\frac1k\\sum_{i=1}^k\\epsilon_i\\Big)^2\\Big] = \\frac1k v + \\frac1k c$$"),
     "valid wrong", "bagging"),
    (("We assume that the $g_t$ are independent of each other with $\\mathbb{E}[g_t]=\\mu$ and "
         "$\\operatorname{Var}[g_t]=s^2$.\n\n"
         "$$\\operatorname{Var}\\Big[\\frac{1}{T}\\sum_{t=1}^T g_t\\Big] = \\frac{s^2}{T}$$\n\n"
         "$$\\mathbb{E}[g_t^2] = \\mu^2 + s^2$$\n\n"
         "$$\\mathbb{E}[g_t^2] = \\mu^2$$"),
     "valid valid wrong", "averaged-gradients"),
    (("Let $m_1,\\dots,m_n \\sim \\operatorname{Bernoulli}(p)$ i.i.d., and $x \\in \\mathbb{R}^n$.\n\n"
         "$$\\mathbb{E}\\Big[\\sum_{i=1}^n m_i x_i\\Big] = p\\sum_{i=1}^n x_i$$\n\n"
         "$$\\operatorname{Var}\\Big[\\sum_{i=1}^n m_i x_i\\Big] = p(1-p)\\sum_{i=1}^n x_i^2$$\n\n"
         "$$\\operatorname{Var}\\Big[\\sum_{i=1}^n m_i x_i\\Big] = p\\sum_{i=1}^n x_i^2$$"),
     "valid valid wrong", "dropout"),
    (("The entries of $W \\in \\mathbb{R}^{m \\times n}$ are i.i.d. with mean $0$ and variance "
         "$\\sigma^2$, and $x \\in \\mathbb{R}^n$ is fixed. Let $y = Wx$.\n\n"
         "$$\\mathbb{E}[y_i^2] = \\sigma^2 \\|x\\|_2^2$$\n\n"
         "$$\\mathbb{E}[\\|y\\|_2^2] = m\\sigma^2\\|x\\|_2^2$$\n\n"
         "$$\\mathbb{E}[\\|y\\|_2^2] = \\sigma^2\\|x\\|_2^2$$"),
     "valid valid wrong", "layer"),
    (("Each $w_i$ is drawn from a uniform distribution on $[-a, a]$, independently.\n\n"
         "$$\\operatorname{Var}[w_i] = \\frac{a^2}{3}$$\n\n"
         "$$\\operatorname{Var}\\Big[\\sum_{i=1}^n w_i\\Big] = \\frac{n a^2}{3}$$\n\n"
         "$$\\operatorname{Var}[w_i] = \\frac{a^2}{12}$$"),
     "valid valid wrong", "uniform"),
    (("Let $x$ be a random vector with mean $\\mu\\in\\mathbb{R}^d$ and covariance "
         "$\\Sigma\\in\\mathbb{R}^{d\\times d}$, and $A\\in\\mathbb{R}^{d\\times d}$.\n\n"
         "$$\\mathbb{E}[x^\\top A x] = \\operatorname{tr}(A\\Sigma)+\\mu^\\top A\\mu$$\n\n"
         "$$\\mathbb{E}[x^\\top A x] = \\operatorname{tr}(A\\Sigma)$$"),
     "valid wrong", "quadratic-form"),
    (("Let $x_1, x_2, \\dots, x_n$ be uncorrelated with $\\mathbb{E}[x_i]=0$ and "
         "$\\operatorname{Var}(x_i)=1$.\n\n"
         "$$\\operatorname{Var}\\Big(\\sum_{i=1}^n x_i\\Big)=n$$\n\n"
         "$$\\operatorname{Var}\\Big(\\sum_{i=1}^n x_i\\Big)=n^2$$"),
     "valid wrong", "uncorrelated"),
    (("$\\hat\\theta$ is a random variable, $\\theta \\in \\mathbb{R}$ the true value. Then\n\n"
         "$$\\mathbb{E}[(\\hat\\theta-\\theta)^2] = \\operatorname{Var}(\\hat\\theta) + "
         "(\\mathbb{E}[\\hat\\theta]-\\theta)^2$$\n\n"
         "$$\\mathbb{E}[(\\hat\\theta-\\theta)^2] = \\operatorname{Var}(\\hat\\theta) + "
         "\\mathbb{E}[\\hat\\theta]-\\theta$$"),
     "valid wrong", "bias-variance"),
    (("Let $z = \\mu + \\sigma\\epsilon$ with $\\epsilon\\sim\\mathcal{N}(0,1)$.\n\n"
         "$$\\mathbb{E}[z] = \\mu$$\n\n"
         "$$\\mathrm{Var}[z] = \\sigma^2$$\n\n"
         "$$\\mathrm{Var}[z]=\\sigma$$"),
     "valid valid wrong", "gaussian"),
    (("Let $\\mathbb{E}[x]=\\mu$, $\\mathbb{V}[x]=\\sigma^2$.\n\n"
         "$$\\mathbb{V}[ax+b] = a^2\\sigma^2$$\n\n"
         "$$\\mathbb{E}[x^2] = \\sigma^2+\\mu^2$$\n\n"
         "$$\\mathbb{E}[x]^2 = \\mathbb{E}[x^2]$$"),
     "valid valid wrong", "moments"),
    (("Let $a$ be a random number with $\\mathbb{E}\\,a = 2$.\n\n"
         "$$\\mathbb{E}[3a+1] = 7$$\n\n"
         "$$\\mathbb{E}[3a+1]=6$$"),
     "valid wrong", "bare"),
    (("The scores are $s = q^\\top k$ where the entries of $q, k \\in \\mathbb{R}^d$ are independent "
         "standard normal.\n\n"
         "$$\\operatorname{Var}(s) = d$$\n\n"
         "$$\\operatorname{Var}(s/\\sqrt d) = 1$$\n\n"
         "$$\\operatorname{Var}(s)=\\sqrt d$$"),
     "valid valid wrong", "attention"),
    (("Let $X_1, \\ldots, X_n$ be random variables with $\\mathbb{E}[X_i] = \\mu$.\n\n"
         "$$\\mathbb{E}\\Big[\\frac1n\\sum_{i=1}^n X_i\\Big] = \\mu$$\n\n"
         "$$\\operatorname{Var}\\Big[\\frac1n\\sum_{i=1}^n X_i\\Big] = "
         "\\frac1{n^2}\\sum_{i=1}^n\\operatorname{Var}[X_i]$$"),
     "valid undecided", "common-mean"),
    (("The batch has $x_1, \\dots, x_m$, $\\mu = \\frac1m\\sum_{i=1}^m x_i$ and $\\hat x_i = x_i - "
         "\\mu$, with mean $0$.\n\n"
         "$$\\sum_{i=1}^m \\hat x_i = 0$$"),
     "valid", "data-and-no-law"),
    (("Inverted dropout: $\\tilde h_i = \\frac{m_i}{q} h_i$ where $m_i \\sim \\mathrm{Bernoulli}(q)$ "
         "are independent and the $h_i$ are constants.\n\n"
         "$$\\mathbb{E}[\\tilde h_i] = h_i$$\n\n"
         "$$\\operatorname{Var}[\\tilde h_i] = \\frac{1-q}{q}h_i^2$$\n\n"
         "$$\\operatorname{Var}[\\tilde h_i] = q(1-q)h_i^2$$"),
     "valid valid wrong", "inverted-dropout"),
    (("Let $x \\sim p$ with mean $\\mu$ and variance $\\sigma^2$.\n\n"
         "$$\\mathbb{E}[x^2]=\\mu^2+\\sigma^2$$\n\n"
         "$$\\mathbb{E}[x^2]=\\mu^2-\\sigma^2$$"),
     "valid wrong", "some-law"),
    (("Assume $\\mathbb{E}[w_i]=0$, $\\mathbb{E}[x_i]=0$ and that all $w_i$ and $x_i$ are "
         "independent. With $\\operatorname{Var}[w_i]=\\frac{2}{n}$ and $\\operatorname{Var}[x_i]=v$,\n\n"
         "$$\\operatorname{Var}\\Big[\\sum_{i=1}^n w_ix_i\\Big] = 2v$$\n\n"
         "$$\\operatorname{Var}\\Big[\\sum_{i=1}^n w_ix_i\\Big] = v$$"),
     "valid wrong", "initialisation"),
    (("Let $\\rho > 0$. Let $X_1,\\dots,X_B$ have variance $\\sigma^2$ and "
         "$\\operatorname{Cov}(X_i, X_j)=\\rho\\sigma^2$ for $i\\ne j$.\n\n"
         "$$\\operatorname{Var}\\Big(\\frac1B\\sum_{b=1}^B X_b\\Big) = "
         "\\rho\\sigma^2+\\frac{1-\\rho}{B}\\sigma^2$$\n\n"
         "$$\\operatorname{Var}\\Big(\\frac1B\\sum_{b=1}^B X_b\\Big) = \\frac{1-\\rho}{B}\\sigma^2$$"),
     "valid wrong", "correlated"),
    (("Let $p=\\mathcal N(\\mu,\\sigma^2)$ with $\\sigma>0$.\n\n"
      "$$\\mathbb E_p[(x-\\mu)^2]=\\sigma^2$$\n\n"
      "$$\\mathbb E_p[\\log p(x)]=-\\frac12\\log(2\\pi\\sigma^2)-\\frac12$$\n\n"
      "$$\\mathbb E_p[x^2]=\\sigma^2$$"),
     "valid valid wrong", "a-law-of-its-own"),
    (("Let $q$ be a distribution on $\\{1,\\dots,k\\}$ and $x_1,\\dots,x_n \\sim q$ i.i.d.\n\n"
      "$$\\operatorname{Var}\\Big[\\frac1n\\sum_{i=1}^n x_i\\Big] = \\frac1n\\Big(\\sum_j q_j j^2 - "
      "\\big(\\sum_j q_j j\\big)^2\\Big)$$"),
     "valid", "probabilities"),
    (("Let $x \\sim p$ where $p(x) \\in \\Delta(\\{0,1,2\\})$, and $s=\\mathbb{E}[x]$.\n\n"
      "$$s = \\sum_x p(x) x$$\n\n"
      "$$\\operatorname{Var}[x] = \\sum_x p(x)x^2 - s^2$$\n\n"
      "$$\\operatorname{Var}[x] = \\sum_x p(x)x^2 - s$$"),
     "valid valid wrong", "a-table-said-later"),
    (("Let $x \\in \\mathbb{R}^d$ be random with mean $\\mu$ and covariance $\\Sigma$, $A \\in "
      "\\mathbb{R}^{m\\times d}$, $b\\in\\mathbb{R}^m$.\n\n"
      "$$\\mathbb{E}[Ax+b]=A\\mu+b$$\n\n"
      "$$\\operatorname{Cov}(Ax+b)=A\\Sigma A^\\top$$\n\n"
      "$$\\operatorname{Cov}(Ax+b)=A^\\top\\Sigma A$$"),
     "valid valid wrong", "covariance"),
    (("A linear model with input noise: $\\tilde x = x + \\epsilon$ where $\\mathbb{E}[\\epsilon]=0$, "
      "$\\mathbb{E}[\\epsilon\\epsilon^\\top]=\\lambda I$ and $x, w \\in \\mathbb{R}^d$, $y \\in "
      "\\mathbb{R}$.\n\n"
      "$$\\mathbb{E}[(w^\\top\\tilde x-y)^2] = (w^\\top x-y)^2+\\lambda\\|w\\|^2$$\n\n"
      "$$\\mathbb{E}[(w^\\top\\tilde x-y)^2] = (w^\\top x-y)^2+\\lambda\\|x\\|^2$$"),
     "valid wrong", "input-noise"),
    (("Suppose the components of $z\\in\\mathbb{R}^n$ are uncorrelated with variance $\\tau^2$ and "
      "mean zero.\n\n"
      "$$\\mathbb{E}[\\|z\\|_2^2]=n\\tau^2$$\n\n"
      "$$\\mathbb{E}[zz^\\top]=\\tau^2 I$$\n\n"
      "$$\\mathbb{E}[\\|z\\|_2^2]=\\tau^2$$"),
     "valid valid wrong", "components"),
    (("Let $\\epsilon \\sim \\mathcal N(0, I)$ with $\\epsilon\\in\\mathbb{R}^d$ and "
      "$g\\in\\mathbb{R}^d$.\n\n"
      "$$\\mathbb{E}[(g^\\top\\epsilon)\\epsilon] = g$$\n\n"
      "$$\\mathbb{E}[\\epsilon^\\top\\epsilon]=d$$\n\n"
      "$$\\mathbb{E}[\\epsilon^\\top\\epsilon]=1$$"),
     "valid valid wrong", "gaussian-vector"),
    (("If $X$ and $Y$ are independent, then\n\n"
      "$$\\operatorname{Var}(X+Y)=\\operatorname{Var}(X)+\\operatorname{Var}(Y)$$"),
     "valid", "if-independent"),
    (("Let $X$ be a random variable with $\\mathbb{E}[X]=\\mu$. We show that "
      "$\\operatorname{Var}(X)=\\mathbb{E}[X^2]-\\mu^2$:\n\n"
      "\\begin{align*}\\operatorname{Var}(X)&=\\mathbb{E}[(X-\\mu)^2]\\\\&=\\mathbb{E}[X^2-2\\mu "
      "X+\\mu^2]\\\\&=\\mathbb{E}[X^2]-2\\mu\\mathbb{E}[X]+\\mu^2\\\\&=\\mathbb{E}[X^2]-\\mu^2\\end{align*}"),
     "valid valid valid valid", "variance"),
    (("SGD noise: $g_1,\\dots,g_B$ are independent and identically distributed with "
      "$\\mathbb{E}[g_i]=g$ and $\\operatorname{Var}[g_i]=\\sigma^2$. Let $\\bar g=\\frac1B\\sum_{i=1}^B "
      "g_i$.\n\n"
      "- $\\mathbb{E}[\\bar g]=g$\n- $\\operatorname{Var}[\\bar g]=\\sigma^2/B$\n- $\\mathbb{E}[\\bar "
      "g^2]=g^2+\\sigma^2$"),
     "undecided valid undecided", "sgd"),
    (("Let $h_i = m_i x_i / (1-p)$ with $m_i\\sim\\text{Bernoulli}(1-p)$.\n\n"
      "$$\\mathbb{E}[h_i]=x_i$$\n\n"
      "$$\\mathbb{E}[h_i^2]=\\frac{x_i^2}{1-p}$$\n\n"
      "$$\\mathbb{E}[h_i^2]=x_i^2$$"),
     "valid valid wrong", "bernoulli"),
    (("Let $y = w^\\top x + \\epsilon$ where $\\epsilon$ has mean $0$ and variance $\\sigma^2$ and "
      "$w,x\\in\\mathbb{R}^d$ are constant.\n\n"
      "$$\\mathbb{E}[y] = w^\\top x$$\n\n"
      "$$\\operatorname{Var}[y]=\\sigma^2$$\n\n"
      "$$\\mathbb{E}[y^2]=\\sigma^2$$"),
     "valid valid wrong", "response"),
    (("Let $\\hat f$ be an estimator, random through the training set, and $f$ the truth. Then "
      "$$\\mathbb{E}[(\\hat f-f)^2]=\\operatorname{Var}(\\hat f)+(\\mathbb{E}[\\hat f]-f)^2.$$"),
     "valid", "estimator"),
    (("Let $v_t = \\beta v_{t-1} + (1-\\beta)g_t^2$, $v_0 = 0$. If $\\mathbb{E}[g_t^2] = s$ for all $t$, "
      "then\n\n$$\\mathbb{E}[v_t] = (1-\\beta^t)s$$\n\n$$\\mathbb{E}[v_t] = \\beta^t s$$"),
     "valid wrong", "adam"),
    (("Let $w\\in\\mathbb{R}^d$, $x\\in\\mathbb{R}^d$.\n\n"
      "$$\\nabla_w\\mathbb{E}_{x\\sim p}[(w^\\top x)^2]=2\\mathbb{E}_{x\\sim p}[x x^\\top]w$$\n\n"
      "$$\\nabla_w\\mathbb{E}_{x\\sim p}[(w^\\top x)^2]=\\mathbb{E}_{x\\sim p}[x x^\\top]w$$"),
     "valid wrong", "any-law"),
    (("The data distribution $p$ is centred.\n\n"
      "$$\\mathbb{E}_{x\\sim p}[x]=0$$"),
     "undecided", "any-law-of-which-words-say-more"),
    (("Let $x \\sim p$ with $\\mathbb{E}[x]=\\mu$.\n\n"
      "$$\\mathbb{E}[2x]=2\\mu$$\n\n"
      "$$\\mathbb{E}_{x\\sim p}[x+1]=\\mu$$"),
     "valid wrong", "any-law-and-its-mean"),
    (("Let $v\\in\\{0,1\\}^m$, $h\\in\\{0,1\\}^n$, $W\\in\\mathbb R^{m\\times n}$.\n\n"
      "\\[ E(v,h)=-v^\\top Wh,\\qquad p(v,h)=\\frac{1}{Z}e^{-E(v,h)}. \\]\n\n"
      "$$p(h\\mid v)=\\frac{e^{v^\\top Wh}}{\\sum_{h'}e^{v^\\top Wh'}}$$"),
     "valid", "a-law-by-its-energy"),
    (("$$\\mathbb{E}_{x\\sim p_{\\text{data}}}[x+y]=\\mathbb{E}_{x\\sim p_{\\text{data}}}[x]+y$$"),
     "valid", "any-law-with-a-label"),
    (("Let $u_1, \\dots, u_m$ be the noises of $m$ sensors. They are random variables with "
         "$\\mathbb{E}[u_i] = 0$, $\\mathbb{E}[u_i^2] = s$ for all $i$ and $\\mathbb{E}[u_i u_j] = r$ for all "
         "$i \\ne j$, where $s > 0$. Put $U = \\sum_{i=1}^m u_i$. Its variance is\n\n"
         "$$\\mathbb{E}[U^2] = \\sum_{i=1}^m \\sum_{j \\ne i} \\mathbb{E}[u_i u_j] + m s = m(m-1) r + m s$$\n\n"
         "$$\\mathbb{E}[U^2] = m^2 r + m s$$"),
     "valid valid wrong", "listed-and-then-said"),
    (("Let $v \\in \\mathbb{R}^n$. The gates $g_1, \\dots, g_n$ are i.i.d. Bernoulli variables with success "
         "probability $q$, and $s = \\sum_{i=1}^n g_i v_i$.\n\n$$\\mathbb{E}[g_i^2] = q$$\n\n"
         "$$\\operatorname{Var}(s) = q(1-q) \\|v\\|^2$$\n\n$$\\operatorname{Var}(s) = q \\|v\\|^2$$"),
     "valid valid wrong", "bernoulli-in-words"),
    (("Let $a \\in \\mathbb{R}^n$. Each weight is kept with probability $r$ independently of the others: the switches "
         "$s_1, \\dots, s_n \\in \\{0,1\\}$ are independent Bernoulli variables with $\\mathbb{E}[s_i] = r$.\n\n"
         "$$\\mathbb{E}[(\\sum_i a_i s_i)^2] = r (1-r) a^\\top a + r^2 (\\sum_i a_i)^2$$\n\n"
         "$$\\mathbb{E}[(\\sum_i a_i s_i)^2] = r a^\\top a + r^2 (\\sum_i a_i)^2$$"),
     "valid wrong", "binary-with-a-mean"),
    (("Every unit is dropped with probability $r$. The mask entries $m_i$ are independent with mean $1 - r$, "
         "$y = \\sum_{i=1}^n m_i x_i$.\n\n$$\\mathbb{E}[y] = (1-r) \\sum_{i=1}^n x_i$$\n\n"
         "$$\\mathbb{E}[m_i^2] = 1-r$$"),
     "valid undecided", "masks-may-be-binary"),
    (("Let $h_i \\in \\{0,1\\}$ be binary with mean $\\sigma(z_i)$, $i=1,\\dots,n$.\n\n"
         "$$\\mathbb{E}[h_1 h_2] = \\sigma(z_1) \\sigma(z_2)$$"),
     "unreadable undecided", "a-mean-of-what-nobody-knows"),
    (("Let $\\hat g$ be a random number (depending on the random mini-batch). The numbers $y_1, \\dots, y_m$ are "
         "independent with mean $a$ and variance $s^2 > 0$, and $b = \\frac{1}{m} \\sum_{i=1}^m y_i$.\n\n"
         "$$\\mathbb{E}[b^2] = a^2 + \\frac{s^2}{m} > a^2$$\n\n$$\\mathbb{E}[b^2] = a^2 + s^2$$"),
     "valid valid wrong", "a-variance-with-its-bound"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts"), [row[:2] for row in ROWS], ids=[row[2] for row in ROWS])
def test_what_is_said_of_random_numbers(text: str, verdicts: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts.split()


RIGHT = [  # in words of which many are not read
    ("Xavier: a layer $y_i = \\sum_{j=1}^{n} W_{ij} x_j$ has weights of zero mean and variance "
     "$\\operatorname{Var}[W_{ij}] = v$, and inputs of zero mean with $\\operatorname{Var}[x_j] = s$, "
     "everything independent. Then $$\\operatorname{Var}[y_i] = n v s .$$ To keep the variance we need "
     "$n v = 1$."),
    ("He initialisation. The pre-activations $z$ are symmetric around zero, so with $h = \\max(0, z)$ "
     "we get $\\mathbb{E}[h^2] = \\frac12 \\operatorname{Var}[z]$.\n\n$$\\mathbb{E}[h^2] = "
     "\\frac12\\mathbb{E}[z^2]$$"),
    ("Let $X$ be exponential with rate $\\lambda$, so that $\\mathbb{E}[X] = "
     "1/\\lambda$.\n\n$$\\operatorname{Var}[X] = \\frac1{\\lambda^2}$$"),
    ("Let $N$ be Poisson with mean $\\lambda$.\n\n$$\\mathbb{E}[N^2] = \\lambda + \\lambda^2$$"),
    ("Let $\\epsilon$ be Laplace noise with scale $b$ and zero mean.\n\n$$\\operatorname{Var}[\\epsilon] = "
     "2b^2$$"),
    ("Let $z$ be a standard normal random variable.\n\n$$\\mathbb{E}[z^4] = 3$$\n\n$$\\mathbb{E}[z^6] = 15$$"),
    ("The random vector $u$ is uniform on the unit sphere in $\\mathbb{R}^n$.\n\n$$\\mathbb{E}[u u^\\top] "
     "= \\frac1n I$$"),
    ("Rademacher: $s_i = \\pm 1$ with probability $\\frac12$ each, independent. "
     "$$\\operatorname{Var}\\Big[\\sum_{i=1}^n s_i a_i\\Big] = \\sum_{i=1}^n a_i^2$$"),
    ("Batch norm: $\\hat x_i = (x_i-\\mu)/\\sigma$, where $\\mu = \\mathbb{E}[x]$ and $\\sigma^2 = "
     "\\operatorname{Var}[x]$.\n\n$$\\mathbb{E}[\\hat x] = 0$$\n\n$$\\operatorname{Var}[\\hat x] = 1$$"),
    ("Bias and variance. Let $y = f + \\epsilon$ with $\\mathbb{E}\\epsilon = 0$, "
     "$\\operatorname{Var}\\epsilon = \\sigma^2$, and let $\\hat f$ be independent of "
     "$\\epsilon$.\n\n\\begin{align*}\\mathbb{E}[(y-\\hat f)^2] &= \\mathbb{E}[(f-\\hat f)^2] + \\sigma^2 \\\\ "
     "&= (f-\\mathbb{E}[\\hat f])^2 + \\operatorname{Var}[\\hat f] + \\sigma^2\\end{align*}"),
    ("Let $X_1,\\dots,X_n$ be an i.i.d. sample with mean $\\mu$ and variance $\\sigma^2$, $\\bar X = "
     "\\frac1n\\sum_{i=1}^n X_i$.\n\n$$\\mathbb{E}\\Big[\\frac1{n-1}\\sum_{i=1}^n (X_i-\\bar X)^2\\Big] = "
     "\\sigma^2$$"),
    ("Momentum: $v_t = \\beta v_{t-1} + g_t$, $v_0=0$, and the gradients have the same mean "
     "$\\mathbb{E}[g_t]=g$.\n\n$$\\mathbb{E}[v_t] = g\\frac{1-\\beta^t}{1-\\beta}$$"),
    ("REINFORCE with baseline: $\\mathbb{E}[b\\,s] = b\\,\\mathbb{E}[s] = 0$ because the score $s$ has "
     "mean zero and $b$ is constant.\n\n$$\\operatorname{Var}[(r-b)s] = \\mathbb{E}[(r-b)^2s^2] - "
     "\\mathbb{E}[rs]^2$$"),
    ("Control variate: $\\hat\\theta = X - c(Y - "
     "\\mathbb{E}[Y])$.\n\n$$\\mathbb{E}[\\hat\\theta]=\\mathbb{E}[X]$$\n\n$$\\operatorname{Var}[\\hat\\theta]=\\operatorname{Var}[X]-2c\\operatorname{Cov}(X,Y)+c^2\\operatorname{Var}[Y]$$"),
    ("Assume that $x$ and $y$ are jointly distributed with means $0$ and covariance "
     "$\\operatorname{Cov}(x,y)=c$, variances $\\operatorname{Var}(x)=a$, "
     "$\\operatorname{Var}(y)=b$.\n\n$$\\operatorname{Var}(x+y)=a+b+2c$$"),
    ("Let $x$ have mean $\\mu$ and standard deviation $\\sigma$, "
     "$z=(x-\\mu)/\\sigma$.\n\n$$\\mathbb{E}[z]=0$$\n\n$$\\mathbb{E}[z^2]=1$$"),
    ("Suppose $w_j$ are drawn independently from $\\mathcal N(0, \\frac2n)$ and $x\\in\\mathbb{R}^n$ is "
     "fixed, $a=\\sum_{j=1}^n w_jx_j$.\n\n$$\\operatorname{Var}[a]=\\frac2n\\|x\\|_2^2$$"),
    ("Let $a_t$ be i.i.d. with $\\mathbb{E}[a_t]=0$ and $\\mathbb{E}[a_t^2]=1$, and "
     "$s_T=\\sum_{t=1}^Ta_t$.\n\n$$\\mathbb{E}[s_T^2]=T$$"),
    ("Let $U\\sim\\mathrm{Uniform}(0,1)$ and $X = "
     "a+(b-a)U$.\n\n$$\\mathbb{E}[X]=\\frac{a+b}2$$\n\n$$\\operatorname{Var}[X]=\\frac{(b-a)^2}{12}$$"),
    ("With $m\\in\\{0,1\\}$, $P(m=1)=q$:\n\n$$\\mathbb{E}[m]=q$$\n\n$$\\operatorname{Var}[m]=q(1-q)$$"),
    ("The noise $n_1,n_2$ has zero mean, unit variance and correlation "
     "$\\rho$.\n\n$$\\operatorname{Var}(n_1+n_2)=2+2\\rho$$"),
    ("Weights in $[-r, r]$ drawn uniformly: $$\\operatorname{Var}(w)=\\frac{r^2}{3}.$$"),
    ("Sum of squares: for independent $x_i\\sim\\mathcal N(0,1)$ we have $\\mathbb{E}\\left[\\sum_{i=1}^n "
     "x_i^2\\right]=n$.\n\n$$\\mathbb{E}\\Big[\\sum_{i=1}^n "
     "x_i^2\\Big]=n$$\n\n$$\\operatorname{Var}\\Big[\\sum_{i=1}^n x_i^2\\Big]=2n$$"),
]  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_no_right_line_is_called_wrong(text: str) -> None:
    assert "wrong" not in {step.verdict for step in check(text).steps}
