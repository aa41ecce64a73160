"""How a schedule is refused: what is wrong, where in its text, and what to write instead."""

from __future__ import annotations


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
