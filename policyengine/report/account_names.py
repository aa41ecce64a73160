"""Accounts in words: the smallest set of units that says which they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property

from policyengine.aws.organization import Entity, Organization
from policyengine.report.shown_text import some

_MOST = 3  # units and accounts that a description names
_PAIR = 2  # accounts: two names read better than what is left out


class AccountNames:
    """Describes accounts of an organization by their ids; each set is looked at once, and some formats need none."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._known: dict[tuple[str, ...], str] = {}

    @cached_property
    def _by_id(self) -> dict[str, Entity]:
        return {account.id or "": account for account in self._organization.accounts}

    @cached_property
    def _chains(self) -> dict[Entity, tuple[Entity, ...]]:
        return {account: account.chain for account in self._organization.accounts}

    @cached_property
    def _below(self) -> dict[Entity, list[Entity]]:
        below: dict[Entity, list[Entity]] = {}
        for account, chain in self._chains.items():
            for entity in chain:
                below.setdefault(entity, []).append(account)
        return below

    @cached_property
    def _order(self) -> dict[Entity, int]:
        return {entity: place for place, entity in enumerate(self._organization.entities)}

    def named(self, ids: Sequence[str]) -> str:
        """Up to three accounts by their names, more as `described` has them; of ids that have left the ids."""
        if len(ids) > _MOST and self._by_id.keys() >= set(ids):
            return self.described(ids)
        return some([_named(self._by_id[number]) if number in self._by_id else number for number in ids], _MOST)

    def described(self, ids: Sequence[str]) -> str:
        """`all 50 accounts`, `8 accounts in Workloads/Payments`, `storefront (200000000101) and 3 more`.

        A number without `of` counts all accounts of the units; there is at least one account.
        """
        key = tuple(ids)
        if key not in self._known:
            self._known[key] = self._describe(key)
        return self._known[key]

    def _describe(self, ids: Sequence[str]) -> str:
        accounts = [self._by_id[number] for number in ids]
        if len(accounts) == len(self._below[self._organization.root]):
            return f"all {len(accounts):,} accounts" if len(accounts) > 1 else _named(accounts[0])
        cover = self._cover(accounts)
        around = self._around(accounts)
        chosen = set(accounts)
        others = [account for account in self._below[around] if account not in chosen] if len(cover) > 1 else []
        without = self._cover(others)
        a_pair = all(entity.kind == "account" for entity in cover) and len(cover) <= _PAIR
        if others and len(without) < min(len(cover), _MOST) and not a_pair:
            return f"{self._share(accounts, around)}, all but {_listed(without, 'those in')}"
        if all(entity.kind == "account" for entity in cover):
            return _listed(cover, "") if len(cover) < _MOST else f"{_named(cover[0])} and {len(cover) - 1:,} more"
        if all(entity.kind != "account" for entity in cover) and len(cover) <= _MOST:
            return f"{len(accounts):,} accounts in {_joined(cover)}"
        if len(cover) <= _MOST:
            return f"{len(accounts):,} accounts: {_listed(cover, 'all in')}"
        return self._share(accounts, around)

    def _cover(self, accounts: Collection[Entity]) -> list[Entity]:
        """The topmost units with no other accounts than these, and the accounts outside of such units."""
        counts = Counter(entity for account in accounts for entity in self._chains[account])
        whole = {entity for entity, number in counts.items() if number == len(self._below[entity]) > 1}
        covers = (next((e for e in self._chains[account] if e in whole), account) for account in accounts)
        return sorted(dict.fromkeys(covers), key=self._order.__getitem__)

    def _around(self, accounts: Sequence[Entity]) -> Entity:
        """The lowest unit that all of them are below."""
        chains = [self._chains[account][:-1] for account in accounts]
        shared: list[Entity] = [steps[0] for steps in zip(*chains, strict=False) if len(set(steps)) == 1]
        return shared[-1]

    def _share(self, accounts: Sequence[Entity], around: Entity) -> str:
        place = f" in {around.path}" if around.path else ""
        return f"{len(accounts):,} of {len(self._below[around]):,} accounts{place}"


def _listed(entities: Sequence[Entity], before_units: str) -> str:
    """Units, then accounts."""
    units = [entity for entity in entities if entity.kind != "account"]
    accounts = [entity for entity in entities if entity.kind == "account"]
    parts = [f"{before_units} {_joined(units)}"] if units else []
    return ", and ".join([*parts, *([_joined(accounts)] if accounts else [])])


def _joined(entities: Sequence[Entity]) -> str:
    *most, last = [_named(entity) for entity in entities]
    return f"{', '.join(most)} and {last}" if most else last


def _named(entity: Entity) -> str:
    return f"{entity.name} ({entity.id})" if entity.kind == "account" else entity.path
