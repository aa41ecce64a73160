"""Requirements that come to something else for accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from policyengine.diff.values import Flip, Standing
from policyengine.requirements import Judgement, Result

_WORST_FIRST: tuple[Standing, ...] = ("violated", "undecided", "holds", "not applicable")


def flips(base: Judgement, head: Judgement, accounts: Collection[str]) -> list[Flip]:
    """Each requirement with those of the accounts of which it says something else now, the worst first.

    An account whose results are the same on both sides is not looked at.
    """
    old, new = set(base.results), set(head.results)
    touched = {account.id or "" for result in old ^ new for account in result.accounts}
    views = {result.view for result in old ^ new}
    before, after = (_standings([r for r in results if r.view in views]) for results in (old, new))
    found: list[Flip] = []
    for name in dict.fromkeys(requirement.name for requirement in (*head.requirements, *base.requirements)):
        groups: dict[tuple[Standing, Standing], list[str]] = {}
        for number in sorted(touched.intersection(accounts)):
            was, now = (side.get(name, {}).get(number, "not applicable") for side in (before, after))
            if was != now:
                groups.setdefault((was, now), []).append(number)
        found += [Flip(name, was, now, tuple(numbers)) for (was, now), numbers in groups.items()]
    return sorted(found, key=lambda flip: _WORST_FIRST.index(flip.after))


def _standings(results: Collection[Result]) -> Mapping[str, dict[str, Standing]]:
    """The worst that the assertions of a requirement come to, by its name and by account."""
    standings: dict[str, dict[str, Standing]] = {}
    for result in results:
        found = standings.setdefault(result.requirement.name, {})
        standing = _standing(result)
        for account in result.accounts:
            number = account.id or ""
            found[number] = min(found.get(number, "holds"), standing, key=_WORST_FIRST.index)
    return standings


def _standing(result: Result) -> Standing:
    return "violated" if result.violated else "undecided" if result.undecided else "holds"
