"""The units and accounts of a project's recorded tree beside those that AWS has now, and the tree of the two.

Units are the same by their id, else by their path; accounts by their id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from policyengine.aws.organization import Entity, Organization

_SCOPED = ("vaults", "roles", "local_plans", "restore_testing", "frameworks", "searched", "pulled")
_FACTS = ("organization", "settings", *_SCOPED)


class MatchedTree:
    """A recorded organization and the actual one; without a record, the project has the tree that AWS has."""

    def __init__(self, recorded: Organization | None, actual: Organization) -> None:
        self.recorded = recorded or actual
        self.actual = actual

    @cached_property
    def counterparts(self) -> Mapping[Entity, Entity]:
        """The actual entity of each recorded one that is still there."""
        pairs = {self.recorded.root: self.actual.root}
        accounts = {account.id: account for account in self.actual.accounts}
        pairs.update((old, accounts[old.id]) for old in self.recorded.accounts if old.id in accounts)
        old_units, units = ([e for e in side.entities if e.kind == "ou"] for side in (self.recorded, self.actual))
        by_id = {unit.id: unit for unit in units if unit.id}
        pairs.update((old, by_id[old.id]) for old in old_units if old.id in by_id)
        taken = set(pairs.values())
        by_path = {unit.path: unit for unit in units if unit not in taken}
        pairs.update((old, by_path[old.path]) for old in old_units if old not in pairs and old.path in by_path)
        return pairs

    @cached_property
    def joined(self) -> tuple[Entity, ...]:
        """The accounts that only AWS has."""
        known = {account.id for account in self.recorded.accounts}
        return tuple(account for account in self.actual.accounts if account.id not in known)

    @cached_property
    def left(self) -> tuple[Entity, ...]:
        """The accounts that only the record has."""
        return tuple(account for account in self.recorded.accounts if account not in self.counterparts)

    @cached_property
    def moved(self) -> tuple[tuple[Entity, Entity], ...]:
        """The accounts that stand below another unit, as recorded and as AWS has them."""
        pairs = ((old, self.counterparts.get(old)) for old in self.recorded.accounts)
        return tuple((old, new) for old, new in pairs if new and self._of(old.parent) is not new.parent)

    def _of(self, old: Entity | None) -> Entity | None:
        return self.counterparts.get(old) if old else None

    def intended(self, facts: Mapping[str, Any], policies: Mapping[str, Any]) -> dict[str, Any]:
        """A snapshot of the recorded tree, with units and accounts that only AWS has, and nothing attached.

        `facts` is the pulled snapshot as data: whatever else AWS has is the same on both sides of a comparison, but for
        the policy type, which a project takes to be enabled.
        """
        units = _Units(self)
        known = {account.id: account for account in self.recorded.accounts}
        accounts = [
            _account(new, units.keys[old.parent] if (old := known.get(new.id)) and old.parent else units.parent_of(new))
            for new in self.actual.accounts
        ]
        accounts += [_account(old, units.keys[old.parent]) for old in self.left if old.parent]
        root = {"id": units.keys[self.recorded.root], "name": self.recorded.root.name or "Root"}
        tree = {"version": 1, "root": root, "units": units.listed, "accounts": accounts, "policies": dict(policies)}
        enabled = {**facts.get("organization", {}), "backup_policies_enabled": True}
        return {**tree, **_all_but_policies(facts, self.actual), "organization": enabled}


def _all_but_policies(facts: Mapping[str, Any], organization: Organization) -> dict[str, Any]:
    """The facts of a snapshot beside the tree and policies, with the ids of accounts in place of units' paths."""
    ids: dict[str, list[str]] = {}
    for account in organization.accounts:
        for entity in account.chain:
            if entity.kind == "ou":
                ids.setdefault(entity.path, []).append(account.id or "")
    return {key: _expanded(facts[key], ids) if key in _SCOPED else facts[key] for key in _FACTS if key in facts}


def _expanded(value: Any, ids: Mapping[str, list[str]]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [_expanded(item, ids) for item in value]
    if not isinstance(value, dict):
        return value
    scope = value.get("accounts")
    below = {"accounts": ids.get(scope["ou"], [])} if isinstance(scope, dict) and "ou" in scope else {}
    return {key: _expanded(item, ids) for key, item in value.items()} | below


def _account(account: Entity, parent: str) -> dict[str, Any]:
    return {"id": account.id, "name": account.name, "parent": parent, "tags": dict(account.tags)}


class _Units:
    """The units of the tree of both: `keys` are the ids that entities have in it, `listed` the units themselves."""

    def __init__(self, tree: MatchedTree) -> None:
        self.keys: dict[Entity, str] = {}
        self.listed: list[dict[str, Any]] = []
        self._names: set[tuple[str, str]] = set()
        for entity in self._every(tree):
            key = f"ou-{len(self.keys)}" if entity.parent else "r-root"
            self.keys[entity] = key
            if entity.parent:
                self._list(key, entity)
            if new := tree.counterparts.get(entity):
                self.keys[new] = key

    def parent_of(self, account: Entity) -> str:
        """The id of the unit that an actual account stands in."""
        return self.keys[account.parent] if account.parent else ""

    def _every(self, tree: MatchedTree) -> Iterator[Entity]:
        yield from (entity for entity in tree.recorded.entities if entity.kind != "account")
        for entity in tree.actual.entities:
            if entity.kind != "account" and entity not in self.keys:
                yield entity

    def _list(self, key: str, entity: Entity) -> None:
        parent, name = self.keys[entity.parent] if entity.parent else "", entity.name
        while (parent, name) in self._names:  # a unit that AWS has and one that was renamed
            name += " (2)"
        self._names.add((parent, name))
        self.listed.append({"id": key, "name": name, "parent": parent})
