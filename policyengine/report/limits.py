"""Limits of gates: how many of some things may be other than they should."""

from __future__ import annotations

from policyengine.base.records import Record


class GateLimit(Record):
    """A number, or `percent` of all."""

    number: float
    percent: bool = False

    def is_exceeded(self, count: int, total: int) -> bool:
        """Whether a count of a total is more."""
        return count > (self.number * total / 100 if self.percent else self.number)

    def is_open(self, undecided: int, total: int) -> bool:
        """Whether nothing of a total is decided, so that more than the limit allows may be otherwise."""
        return undecided == total and self.is_exceeded(undecided, total)

    def __str__(self) -> str:
        """The limit as it is written on the command line."""
        return f"{self.number:g}{'%' if self.percent else ''}"
