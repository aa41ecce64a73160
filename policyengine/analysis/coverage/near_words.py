"""When a tag's key or value is nearly the one that a selection names (inventory.md 2)."""

from __future__ import annotations

from functools import lru_cache

_LEAST_LETTERS = 4  # in shorter words one letter makes another word


def same_but_case_or_space(word: str, wanted: str) -> bool:
    """Whether two words that differ are equal without case and outer spaces."""
    return word != wanted and _folded(word) == _folded(wanted)


@lru_cache(maxsize=65_536)
def is_typo(word: str, wanted: str) -> bool:
    """Whether two words are one edit apart, ignoring case and outer spaces; both are longer than three letters.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours: a Damerau-Levenshtein distance of 1.
    """
    first, second = _folded(word), _folded(wanted)
    if min(len(first), len(second)) < _LEAST_LETTERS or abs(len(first) - len(second)) > 1 or first == second:
        return False
    start = next(
        (place for place, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )
    left, right = first[start:], second[start:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])


def _folded(word: str) -> str:
    return word.strip().casefold()
