"""Lookups of accounts by path give what going through all entries gives."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from policyengine.analysis.checks.accounts_by_path import AccountsByPath, Path

PATHS = st.lists(st.sampled_from("abc"), max_size=4).map(tuple)
ENTRIES = st.lists(
    st.tuples(st.lists(PATHS, max_size=3).map(tuple), st.frozensets(st.sampled_from("123"), max_size=2)), max_size=5
)
Entries = list[tuple[tuple[Path, ...], frozenset[str]]]


def of(entries: Entries, fits: Callable[[Path], bool]) -> frozenset[str]:
    """The accounts of the entries with a path that fits, one entry after the other."""
    return frozenset(account for paths, accounts in entries if any(map(fits, paths)) for account in accounts)


@given(ENTRIES, PATHS)
def test_a_path_is_looked_up_exactly_around_and_below(entries: Entries, path: Path) -> None:
    index = AccountsByPath(entries)
    assert index.at(path) == of(entries, lambda other: other == path)
    assert index.around(path) == of(entries, lambda other: path[: len(other)] == other)
    assert index.around_or_below(path) == of(
        entries, lambda other: path[: len(other)] == other or other[: len(path)] == path
    )
    assert index.everywhere == frozenset(account for _, accounts in entries for account in accounts)


@given(ENTRIES, PATHS, st.frozensets(st.sampled_from("abc")))
def test_keys_are_looked_up_within_a_block(entries: Entries, block: Path, keys: frozenset[str]) -> None:
    index, length = AccountsByPath(entries), len(block)
    assert index.within(block, keys) == of(
        entries, lambda other: other[:length] == block and not keys.isdisjoint(other[length:])
    )
