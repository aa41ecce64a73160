"""Text to syntax tree and back: parser and formatter. Only this room knows the grammar and imports lark.

The formatter is imported on first use, since most commands only parse. Doors beside this one: `nodes` and
`literals` are the tree.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from policyengine.language.syntax.grammar import grammar as _grammar
from policyengine.language.syntax.parser import parse
from policyengine.language.syntax.print_items import needs_quotes, value_text
from policyengine.language.syntax.print_requirements import expression_text
from policyengine.language.syntax.words import DAY_NAMES, MONTH_DAYS, is_bare_name, quote

if TYPE_CHECKING:
    from policyengine.language.syntax.formatter import format_module, format_source

KEYWORDS = _grammar().words
"""The keywords of the grammar."""

__all__ = [
    "DAY_NAMES",
    "KEYWORDS",
    "MONTH_DAYS",
    "expression_text",
    "format_module",
    "format_source",
    "is_bare_name",
    "needs_quotes",
    "parse",
    "quote",
    "value_text",
]

_HOMES = {"format_module": "formatter", "format_source": "formatter"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
