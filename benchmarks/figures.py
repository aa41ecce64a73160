"""What a measure comes to: figures, and the goals that they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["s", "ms", "µs", "MB", "times", "exponent", "count", "bytes", "tokens", "million"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `note` says how it came about where that is not plain: sampled, extrapolated, what it leaves out."""

    name: str
    value: float
    unit: Unit
    note: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure shall be: at most `limit`, or at least, where `least`."""

    name: str
    value: float
    limit: float
    unit: Unit
    least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure keeps to the limit."""
        return self.value >= self.limit if self.least else self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measure: what was looked at, what came out, which goals that meets. `skipped` names peers that are missing."""

    name: str
    title: str
    figures: tuple[Figure, ...]
    goals: tuple[Goal, ...] = ()
    skipped: tuple[str, ...] = ()
