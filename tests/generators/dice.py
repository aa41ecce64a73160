"""The only source of chance of the generators.

Everything is drawn with `randrange`, and 0 is always the plainest outcome, so that Hypothesis shrinks to plain
organizations.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

T = TypeVar("T")


class Source(Protocol):
    """What `random.Random` and a Hypothesis draw have in common here."""

    def randrange(self, stop: int, /) -> int:
        """A number from 0 up to and without `stop`."""


def seeded(seed: int) -> Source:
    """A source that repeats itself."""
    return Random(seed)


class Dice:
    """Chances, picks and samples."""

    def __init__(self, source: Source) -> None:
        self._randrange = source.randrange

    def below(self, stop: int) -> int:
        """A number from 0 up to and without `stop`."""
        return self._randrange(stop) if stop > 1 else 0

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return percent > 0 and self._randrange(100) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; the first is the plainest."""
        return options[self.below(len(options))]

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """`least` to `most` different options in any order."""
        most = min(most, len(options))
        count = least + self.below(most - least + 1) if most > least else most
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(count)]
