"""Text to tree and back. The one home of lark and of the grammar."""

from policyengine.syntax._format import format_source
from policyengine.syntax._grammar import grammar
from policyengine.syntax._parse import parse
from policyengine.syntax._print import format_module
from policyengine.syntax._print_expressions import expression_text
from policyengine.syntax._print_values import needs_quotes
from policyengine.syntax._strings import is_bare_name, quote

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
