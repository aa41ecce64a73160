"""How messages quote, list and suggest. Takes the author's words, gives text for one line of a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from policyengine.syntax.nodes import Target

_LONGEST_QUOTE = 60
_LONGEST_NAME = 100
_LONGEST_LIST = 30
_MOST_CANDIDATES = 300  # comparing names is dear

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


def quoted(text: str) -> str:
    """The author's text in backticks, on one line and no longer than a message can bear."""
    text = " ".join(text.split()) if text.strip() else text.replace("\n", " ")
    return f"`{text[:_LONGEST_QUOTE]}…`" if len(text) > _LONGEST_QUOTE else f"`{text}`"


def as_string(text: str) -> str:
    """A text as the author would write it in a file."""
    return f'"{text}"'


def listed(names: Sequence[str]) -> str:
    """Names in backticks, with commas: "`a`, `b`"; a long list is cut."""
    shown = ", ".join(quoted(name) for name in names[:_LONGEST_LIST])
    return f"{shown}, …" if len(names) > _LONGEST_LIST else shown


def nearest(name: str, known: Iterable[str]) -> str:
    """A question (did you mean `regions`?) for the closest known name, case ignored; empty where none is close."""
    if len(name) > _LONGEST_NAME:
        return ""
    reach = len(name) // 2 + 2  # what differs more in length is never close enough
    folded = {other.lower(): other for other in known if abs(len(other) - len(name)) <= reach}
    candidates = list(folded)
    if len(folded) > _MOST_CANDIDATES:
        candidates = [other for other in folded if other[:1] == name[:1].lower()][:_MOST_CANDIDATES]
    close = get_close_matches(name.lower(), candidates, n=1)
    return f"did you mean {quoted(folded[close[0]])}?" if close else ""


def place_text(block: str, key: str) -> str:
    """A place of the tree in the author's words: "a rule", "`lifecycle`"."""
    return _PLACES.get(block) or quoted(block or key)


def target_text(target: Target) -> str:
    """A target as an author writes it: `root`, `ou "Workloads"`."""
    return quoted(target.kind if target.kind == "root" else f'{target.kind} "{target.text}"')
