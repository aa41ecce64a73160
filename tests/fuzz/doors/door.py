"""What the harness knows of a door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from generators.dice import Dice


class Mutate(Protocol):
    """From one text to another; `others` are texts to take parts of, `words` what may be put in."""

    def __call__(self, text: str, dice: Dice, words: Sequence[str], others: Sequence[str], /) -> str:
        """The other text."""


@dataclass(frozen=True, slots=True)
class Door:
    """A door, by what must hold for every text that is given to it.

    `check` raises for a text for which something does not hold; processor time beyond `seconds_per_character` is a
    breach too. It is measured in an instrumented process, three to five times slower than a user's.
    """

    name: str
    check: Callable[[str], None]
    seeds: Callable[[], Iterable[str]]
    words: Sequence[str]
    mutate: Mutate
    seconds_per_character: float
