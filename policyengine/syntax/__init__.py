"""Text to tree and back. The one home of lark and of the grammar.

The way back is loaded when it is first asked for: few runs go there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from policyengine.syntax._grammar import grammar
from policyengine.syntax._parse import parse
from policyengine.syntax._print_expressions import expression_text
from policyengine.syntax._print_values import needs_quotes
from policyengine.syntax._strings import is_bare_name, quote

if TYPE_CHECKING:
    from policyengine.syntax._format import format_source
    from policyengine.syntax._print import format_module

KEYWORDS = grammar().words
"""Every word that the grammar uses."""

__all__ = [
    "KEYWORDS",
    "expression_text",
    "format_module",
    "format_source",
    "is_bare_name",
    "needs_quotes",
    "parse",
    "quote",
]

_HOMES = {"format_module": "_print", "format_source": "_format"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
