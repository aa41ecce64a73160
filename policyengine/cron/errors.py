"""How a schedule is refused: what is wrong, where in its text, and what to write instead."""

from __future__ import annotations

_SHOWN = 40


class CronError(ValueError):
    """The text is not a schedule that AWS admits.

    `message` says what was found and what was expected, `hint` (may be empty) what to write; `start` and `end` are
    character offsets of the offending part of the text.
    """

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.start = start
        self.end = end


def quoted(text: str) -> str:
    """A piece of the user's text for a message: in backticks, shortened, nothing in it that a terminal obeys."""
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    harmless = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in shown)
    return f"`{harmless}`"
