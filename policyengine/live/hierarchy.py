"""The tree of the organization and what is attached where, as AWS lists them now.

Units and accounts are listed parent by parent, attachments policy by policy: never a call for an account. Reading it
twice and comparing says whether somebody changed the organization in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from policyengine.aws.facts import limits
from policyengine.aws.facts.api_operations import (
    LIST_ACCOUNTS_FOR_PARENT,
    LIST_POLICIES,
    LIST_TARGETS_FOR_POLICY,
    LIST_UNITS_FOR_PARENT,
)
from policyengine.base.records import Record
from policyengine.live.access import AwsAccess
from policyengine.live.answers import ApiRequest, Listing

POLICY_TYPE = "BACKUP_POLICY"

_UNITS = Listing(LIST_UNITS_FOR_PARENT, "OrganizationalUnits", ("Id", "Name"))
_ACCOUNTS = Listing(LIST_ACCOUNTS_FOR_PARENT, "Accounts", ("Id", "Name"))
_POLICIES = Listing(LIST_POLICIES, "Policies", ("Id", "Name"))
_TARGETS = Listing(LIST_TARGETS_FOR_POLICY, "Targets", ("TargetId",))


class OrganizationsUnit(Record):
    """An organizational unit with its parent's id."""

    id: str
    name: str
    parent: str


class OrganizationsAccount(Record):
    """An account with its parent's id and its state as AWS has it: `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, ..."""

    id: str
    name: str
    parent: str
    state: str

    @property
    def counts(self) -> bool:
        """Whether policies reach it."""
        return self.state in {"ACTIVE", "PENDING_ACTIVATION"}


class OrganizationsPolicy(Record):
    """A policy as it is listed, without its document."""

    id: str
    name: str
    description: str


class Hierarchy(Record):
    """The tree and the attachments: units with parents first and by name, accounts by id, policies by name.

    `attached` has for the root, units and accounts, by id, the names of their policies, sorted: no API of AWS's tells
    in which order they were attached.
    """

    root: str
    units: tuple[OrganizationsUnit, ...]
    accounts: tuple[OrganizationsAccount, ...]
    policies: tuple[OrganizationsPolicy, ...]
    attached: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def active(self) -> tuple[OrganizationsAccount, ...]:
        """The accounts that policies reach."""
        return tuple(account for account in self.accounts if account.counts)


class HierarchyReader:
    """Reads the tree and the attachments. A `fresh` one does not rest on what an interrupted reading left."""

    def __init__(self, access: AwsAccess, *, fresh: bool = False) -> None:
        self._access, self._fresh = access, fresh

    def read(self, root: str) -> Hierarchy:
        """The organization below a root. Raises as `Calls` does."""
        units, accounts = self._walk(root)
        policies = sorted(self._policies(), key=lambda policy: policy.name)
        targets = self._access.each(LIST_TARGETS_FOR_POLICY.name, self._targets, policies)
        attached: dict[str, list[str]] = {}
        for policy, ids in zip(policies, targets, strict=True):
            for target in ids:
                attached.setdefault(target, []).append(policy.name)
        places = tuple((place, tuple(attached[place])) for place in sorted(attached))
        ordered = sorted(accounts, key=lambda account: account.id)
        return Hierarchy(root, tuple(_parents_first(root, units)), tuple(ordered), tuple(policies), places)

    def _walk(self, root: str) -> tuple[list[OrganizationsUnit], list[OrganizationsAccount]]:
        """All units and accounts, level by level; the lowest level that AWS allows has no units to ask for."""
        units: list[OrganizationsUnit] = []
        accounts: list[OrganizationsAccount] = []
        parents, level, deepest = [root], 0, limits()["unit_levels"]
        meter = self._access.meter
        meter.begin(LIST_ACCOUNTS_FOR_PARENT.name, 1)
        while parents:
            asked = [(parent, level < deepest) for parent in parents]
            below = self._access.workers.map(self._below, asked)
            children = list(chain.from_iterable(here for here, _ in below))
            accounts += chain.from_iterable(there for _, there in below)
            units += children
            parents, level = [unit.id for unit in children], level + 1
            meter.more(len(parents))
        meter.end()
        return units, accounts

    def _below(self, asked: tuple[str, bool]) -> tuple[list[OrganizationsUnit], list[OrganizationsAccount]]:
        parent, may_have_units = asked
        units = []
        if may_have_units:
            listed = self._list(_UNITS, {"ParentId": parent})
            units = [OrganizationsUnit(unit["Id"], unit["Name"], parent) for unit in listed]
        accounts = [
            OrganizationsAccount(account["Id"], account["Name"], parent, _state(account))
            for account in self._list(_ACCOUNTS, {"ParentId": parent})
        ]
        self._access.meter.step()
        return units, accounts

    def _policies(self) -> Iterator[OrganizationsPolicy]:
        for policy in self._list(_POLICIES, {"Filter": POLICY_TYPE}):
            yield OrganizationsPolicy(policy["Id"], policy["Name"], str(policy.get("Description") or ""))

    def _targets(self, policy: OrganizationsPolicy) -> list[str]:
        return list(dict.fromkeys(target["TargetId"] for target in self._list(_TARGETS, {"PolicyId": policy.id})))

    def _list(self, listing: Listing, parameters: dict[str, str]) -> Iterator[dict[str, Any]]:
        return self._access.calls.pages(listing, ApiRequest(listing.operation, parameters, fresh=self._fresh))


def _state(account: dict[str, Any]) -> str:
    """`Status` retires in favour of `State`, which older endpoints do not send."""
    return str(account.get("State") or account.get("Status") or "ACTIVE")


def _parents_first(root: str, units: Iterable[OrganizationsUnit]) -> Iterator[OrganizationsUnit]:
    """The units in the order of their paths."""
    by_parent: dict[str, list[OrganizationsUnit]] = {}
    for unit in units:
        by_parent.setdefault(unit.parent, []).append(unit)
    waiting = _by_name(by_parent, root)
    while waiting:
        unit = waiting.pop()
        yield unit
        waiting += _by_name(by_parent, unit.id)


def _by_name(by_parent: dict[str, list[OrganizationsUnit]], parent: str) -> list[OrganizationsUnit]:
    """The units of a parent, the last by name first."""
    return sorted(by_parent.get(parent, ()), key=lambda unit: (unit.name, unit.id), reverse=True)
