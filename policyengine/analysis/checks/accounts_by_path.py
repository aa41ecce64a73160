"""Ids of accounts by the paths of settings that are in doubt on them: refused by AWS, or the result of a guess.

Thousands of findings are held against thousands of such settings: each lookup takes what has the path, not all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

Path: TypeAlias = tuple[str, ...]
"""The folded keys that lead to a setting or block."""

Entry: TypeAlias = tuple[Iterable[Path], Collection[str]]
"""Paths, and the ids of the accounts on which the settings there are in doubt."""


class AccountsByPath:
    """The accounts of entries by path; a lookup gives the ids of all entries that have a path that fits."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._accounts: list[Collection[str]] = []
        self._paths: dict[Path, list[int]] = {}
        for number, (paths, accounts) in enumerate(entries):
            self._accounts.append(accounts)
            for path in dict.fromkeys(paths):
                self._paths.setdefault(path, []).append(number)
        self._by_key: dict[int, Mapping[tuple[Path, str], list[int]]] = {}
        self._answers: dict[Hashable, frozenset[str]] = {}
        self._merged: dict[frozenset[int], frozenset[str]] = {}

    @property
    def everywhere(self) -> frozenset[str]:
        """The accounts of all entries."""
        return self._answer(self._all)

    def at(self, path: Path) -> frozenset[str]:
        """The accounts with this very path."""
        return self._answer(self._at, path)

    def around(self, path: Path) -> frozenset[str]:
        """The accounts with this path or a block around it."""
        return self._answer(self._around, path)

    def around_or_below(self, path: Path) -> frozenset[str]:
        """The accounts with this path, a block around it, or anything in it."""
        return self._answer(self._around_or_below, path)

    def within(self, block: Path, keys: frozenset[str]) -> frozenset[str]:
        """The accounts with a path into a block that goes through one of the keys."""
        return self._answer(self._within, block, keys)

    def _answer(self, lookup: Callable[..., Iterable[int]], *subject: Hashable) -> frozenset[str]:
        """The accounts of the entries that a lookup has; those of the same entries are merged once."""
        question = (lookup, *subject)
        if question not in self._answers:
            numbers = frozenset(lookup(*subject))
            if numbers not in self._merged:
                self._merged[numbers] = frozenset().union(*(self._accounts[number] for number in numbers))
            self._answers[question] = self._merged[numbers]
        return self._answers[question]

    def _all(self) -> Iterable[int]:
        return range(len(self._accounts))

    def _at(self, path: Path) -> Iterable[int]:
        return self._paths.get(path, ())

    def _around(self, path: Path) -> Iterator[int]:
        for length in range(len(path) + 1):
            yield from self._at(path[:length])

    def _around_or_below(self, path: Path) -> Iterator[int]:
        yield from self._around(path)
        yield from self._below.get(path, ())

    def _within(self, block: Path, keys: frozenset[str]) -> Iterator[int]:
        if len(block) not in self._by_key:
            self._by_key[len(block)] = _by_next_keys(self._paths, len(block))
        by_key = self._by_key[len(block)]
        for key in keys:
            yield from by_key.get((block, key), ())

    @cached_property
    def _below(self) -> Mapping[Path, list[int]]:
        """The entries by every block around their paths."""
        below: dict[Path, list[int]] = {}
        for path, numbers in self._paths.items():
            for length in range(len(path)):
                below.setdefault(path[:length], []).extend(numbers)
        return below


def _by_next_keys(paths: Mapping[Path, list[int]], length: int) -> Mapping[tuple[Path, str], list[int]]:
    """The entries by the first keys of their paths, as many as `length`, and each of the keys that follow."""
    by_key: dict[tuple[Path, str], list[int]] = {}
    for path, numbers in paths.items():
        for key in dict.fromkeys(path[length:]):
            by_key.setdefault((path[:length], key), []).extend(numbers)
    return by_key
