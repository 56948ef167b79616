"""Regular expressions that are compiled when they are first used: most of what reads words is not needed for a formula
without words, and compiling is a fifth of the start.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """A pattern that is not compiled yet; afterwards it has the methods of the compiled one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:  # only of what is not there yet
        compiled = re.compile(self.pattern, self._given)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"):
            self.__dict__[method] = getattr(compiled, method)
        return getattr(compiled, name)


def lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern as `re.compile` gives it, compiled at its first use; an error in it shows only then."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
