"""Which plan, rule or selection of the base is which of the head: by name, else by being equal in all but the name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Matched(NamedTuple, Generic[T]):
    """Pairs of the same name, pairs that were renamed, and what only one side has."""

    kept: tuple[tuple[T, T], ...]
    renamed: tuple[tuple[T, T], ...]
    lost: tuple[T, ...]
    added: tuple[T, ...]


def matched(base: Mapping[str, T], head: Mapping[str, T], content: Callable[[T], Hashable]) -> Matched[T]:
    """The elements of both sides put together; `content` is all of an element but its name.

    Where several would fit, the first by name is taken.
    """
    kept = tuple((part, head[name]) for name, part in base.items() if name in head)
    lost = [part for name, part in base.items() if name not in head]
    added = [part for name, part in head.items() if name not in base]
    renamed: list[tuple[T, T]] = []
    for before in list(lost):
        after = next((part for part in added if content(part) == content(before)), None)
        if after is not None:
            lost.remove(before)
            added.remove(after)
            renamed.append((before, after))
    return Matched(kept, tuple(renamed), tuple(lost), tuple(added))
