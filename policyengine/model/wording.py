"""How names and values from outside are shown in a message: shortened, inert, with the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 60
_SIMPLE_KEY = re.compile(r"[\w-]+", re.ASCII)
_COMPARABLE = 128  # characters; names of AWS are shorter, and comparing takes the square of the length
_COMPARISONS = 200_000  # of one name with another in one run, a few seconds at most


def quoted(text: str) -> str:
    """The user's text in backticks: what does not print is escaped, what is long is cut."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return f"`{shown.replace('`', chr(39))}`"


def path_text(path: tuple[str | int, ...]) -> str:
    """`root.units[0].name`; a key that is no plain word stands in brackets and quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif len(step) <= _LONGEST and _SIMPLE_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{quoted(step)[1:-1]}"]'
    return text


def found(value: object) -> str:
    """What stands there, in words: `the number 5`, "the text `x`", `a list`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text {quoted(value)}" if value else "an empty text"
    if isinstance(value, (int, float)):
        return f"the number {quoted(str(value))[1:-1]}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "a date or time"


class Nearest:
    """Finds the known name that a mistyped one most likely means.

    A name that differs only in case wins. `known` is looked at when first needed. Comparing is bounded, so that a file
    full of unknown names stays cheap.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._source = known
        self._known: list[str] = []
        self._folded: dict[str, str] = {}
        self._answers: dict[str, str] = {}
        self._left = _COMPARISONS

    def name(self, text: str) -> str:
        """The nearest known name, or an empty text."""
        if not self._folded:
            self._known = [name for name in dict.fromkeys(self._source) if len(name) <= _COMPARABLE]
            self._folded = {name.casefold(): name for name in reversed(self._known)}
        if (same := self._folded.get(text.casefold())) is not None:
            return same
        if text not in self._answers:
            self._answers[text] = self._compare(text)
        return self._answers[text]

    def advice(self, text: str) -> str:
        """A question with the nearest known name, or an empty text."""
        name = self.name(text)
        return f"did you mean {quoted(name)}?" if name else ""

    def _compare(self, text: str) -> str:
        self._left -= len(self._known)
        if self._left < 0 or len(text) > _COMPARABLE:
            return ""
        close = get_close_matches(text, self._known, n=1)
        return close[0] if close else ""
