"""The documents that the examples of rule pages share."""

from __future__ import annotations

from textwrap import indent

_BEFORE = """\
{
  "plans": {
    "daily": {
      "rules": {
        "nightly": {
"""
_AFTER = """\
        }
      }
    }
  }
}
"""


def one_rule(settings: str) -> dict[str, str]:
    """A document with one plan and one rule that holds the settings, given as lines of JSON."""
    return {"policy.json": _BEFORE + indent(settings, " " * 10) + _AFTER}
