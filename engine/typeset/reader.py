"""The door: a formula in, a display tree or a MathError out."""

from __future__ import annotations

from engine.typeset.commands import command, environment
from engine.typeset.lexer import tokens
from engine.typeset.parser import Parser, Unreadable
from engine.typeset.tree import Display, MathError


def parse(latex: str) -> Display | MathError:
    """Read a formula (LaTeX, without its dollar signs) into a display tree, or say why not and where.

    Errors: unknown commands (with the nearest known one), unbalanced braces, delimiters and environments, missing
    arguments, double scripts, more than 10,000 characters, nesting deeper than 60.
    """
    found = tokens(latex)
    if isinstance(found, MathError):
        return found
    try:
        return Display(latex, Parser(latex, found, command, environment).formula())
    except Unreadable as stop:
        return stop.error
