"""Text to tree and back: `parse`, `format_source`, `format_module`. The one home of lark and of the grammar."""

from policyengine.syntax._parse import parse

__all__ = ["parse"]
