"""Limits of gates: how many of some things may be other than they should."""

from __future__ import annotations

from policyengine.base.records import record


@record
class GateLimit:
    """A number, or `percent` of all."""

    number: float
    percent: bool = False

    def is_exceeded(self, count: int, total: int) -> bool:
        """Whether a count of a total is more."""
        return count > (self.number * total / 100 if self.percent else self.number)

    def __str__(self) -> str:
        """The limit as it is written on the command line."""
        return f"{self.number:g}{'%' if self.percent else ''}"
