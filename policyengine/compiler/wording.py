"""How the messages of this room name strings, places and targets."""

from __future__ import annotations

from policyengine.syntax.nodes import Target
from policyengine.wording import quoted

_PLACES = {
    "policy": "a policy",
    "plan": "a plan",
    "rule": "a rule",
    "copy": "a copy",
    "tag": "a tag",
    "tag selection": "a tag selection",
    "resource selection": "a resource selection",
    "where ==": "a condition",
    "where !=": "a condition",
    "where like": "a condition",
    "where not like": "a condition",
}


def as_string(text: str) -> str:
    """A text as the author would write it in a file."""
    return f'"{text}"'


def place_text(block: str, key: str) -> str:
    """A place of the tree in the author's words: "a rule", "`lifecycle`"."""
    return _PLACES.get(block) or quoted(block or key)


def target_text(target: Target) -> str:
    """A target as an author writes it: `root`, `ou "Workloads"`."""
    return quoted(target.kind if target.kind == "root" else f'{target.kind} "{target.text}"')
