"""Rows that many parts of a page refer to by number, each once."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping

_BITS = 8
_SHORT = 100  # characters that are not worth counting
_ENCODER = json.JSONEncoder(separators=(",", ":"))


def compact(value: object) -> str:
    """A value as JSON of the shortest form."""
    return _ENCODER.encode(value)


class Table:
    """Rows by number; equal rows are one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def add(self, row: object) -> int:
        """The number of a row, which is any value that JSON can hold."""
        return self._numbers.setdefault(compact(row), len(self._numbers))

    def text(self) -> str:
        """All rows as a JSON list."""
        return f"[{','.join(self._numbers)}]"


class Sets:
    """Sets of accounts by number: as ranges `[0, 12, 20, 21]`, each end exclusive, or as the bits of a shorter text."""

    def __init__(self, accounts: Mapping[str, int]) -> None:
        self._accounts = accounts
        self._rows = Table()

    def add(self, ids: Iterable[str]) -> int:
        """The number of a set of accounts; ids that the page does not show are left out."""
        members = sorted({self._accounts[number] for number in ids if number in self._accounts})
        ranges = list(_bounds(members))
        length = len(compact(ranges))
        longer = length > _SHORT and length > len(self._accounts) / 6  # base 64 takes a character for six accounts
        return self._rows.add(self._bits(members) if longer else ranges)

    def text(self) -> str:
        """All sets as a JSON list."""
        return self._rows.text()

    def _bits(self, members: Iterable[int]) -> str:
        """The accounts as bits, the lowest of each byte first, in base 64."""
        bits = bytearray(-(-len(self._accounts) // _BITS))
        for member in members:
            bits[member // _BITS] |= 1 << member % _BITS
        return b64encode(bits).decode("ascii")


def _bounds(members: Iterable[int]) -> Iterator[int]:
    last: int | None = None
    for member in members:
        if member != last:
            if last is not None:
                yield last
            yield member
        last = member + 1
    if last is not None:
        yield last
