"""Requirements that come to something else for accounts."""

from __future__ import annotations

from collections.abc import Collection

from policyengine.diff.values import Flip, Standing
from policyengine.requirements import Judgement, Result

_WORST_FIRST: tuple[Standing, ...] = ("violated", "undecided", "holds", "not applicable")


def flips(base: Judgement, head: Judgement, accounts: Collection[str]) -> list[Flip]:
    """Each requirement with those of the accounts of which it says something else now, the worst first."""
    before, after = _Standings(base, accounts), _Standings(head, accounts)
    found: list[Flip] = []
    for name in dict.fromkeys(requirement.name for requirement in (*head.requirements, *base.requirements)):
        was, is_now = before.of(name), after.of(name)
        both = ((old, new, was[old] & is_now[new]) for old in was for new in is_now if old != new)
        flipped = [Flip(name, old, new, tuple(sorted(ids))) for old, new, ids in both if ids]
        found += sorted(flipped, key=lambda flip: flip.accounts)
    return sorted(found, key=lambda flip: _WORST_FIRST.index(flip.after))


class _Standings:
    """What requirements come to for some accounts, by id."""

    def __init__(self, judgement: Judgement, accounts: Collection[str]) -> None:
        self._accounts = frozenset(accounts)
        self._results: dict[str, list[Result]] = {}
        for result in judgement.results:
            self._results.setdefault(result.requirement.name, []).append(result)
        self._ids: dict[int, frozenset[str]] = {}  # by the identity of a tuple of accounts, which many results share

    def of(self, name: str) -> dict[Standing, frozenset[str]]:
        """The accounts by the worst that the assertions of a requirement come to; each of them once."""
        met: dict[Standing, set[str]] = {}
        for result in self._results.get(name, ()):
            met.setdefault(_standing(result), set()).update(self._of(result))
        found: dict[Standing, frozenset[str]] = {}
        rest = self._accounts
        for standing in _WORST_FIRST:
            here = rest if standing == "not applicable" else rest & met.get(standing, set())
            found[standing], rest = here, rest - here
        return found

    def _of(self, result: Result) -> frozenset[str]:
        key = id(result.accounts)
        if key not in self._ids:
            self._ids[key] = frozenset(account.id or "" for account in result.accounts)
        return self._ids[key]


def _standing(result: Result) -> Standing:
    return "violated" if result.violated else "undecided" if result.undecided else "holds"
