"""What the oracle says that a check finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Claim(NamedTuple):
    """A check speaks of an account, at one of some paths; `may` where the facts leave open whether it does."""

    paths: frozenset[str]
    region: str = ""
    may: bool = False


Claims = Iterator[Claim]


def at(*paths: str, region: str = "", may: bool = False) -> Claim:
    """A claim at one of the paths."""
    return Claim(frozenset(paths), region, may)
