"""What the fake AWS holds: one immutable value, from a snapshot (interface.md section 2), and a snapshot again.

A change is a new value, so that the values after each call are the log of states, and what is seen late is an earlier
one. Vaults, roles and settings stay as the snapshot writes them; the tree is by AWS's ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

Tree = dict[str, Any]

ROLE_IN_MEMBERS = "OrganizationAccountAccessRole"
"""The role that Organizations makes in accounts that it creates; the management account has none."""
COUNTING = ("ACTIVE", "PENDING_ACTIVATION")
ITEMS = ("local_plans", "restore_testing", "frameworks")


class HeldUnit(NamedTuple):
    """An organizational unit; `parent` is the id of the root or of another unit."""

    id: str
    name: str
    parent: str


class HeldAccount(NamedTuple):
    """An account; `state` is one of AWS's `AccountState`."""

    id: str
    name: str
    parent: str
    state: str = "ACTIVE"

    @property
    def email(self) -> str:
        return f"aws+{self.id}@example.com"

    @property
    def status(self) -> str:
        """The `AccountStatus` that retires: it has no words for the other states."""
        return {"SUSPENDED": "SUSPENDED", "CLOSED": "SUSPENDED", "PENDING_CLOSURE": "PENDING_CLOSURE"}.get(
            self.state, "ACTIVE"
        )


class HeldPolicy(NamedTuple):
    """A backup policy; `content` is the text as it was stored."""

    id: str
    name: str
    content: str
    description: str = ""


@dataclass(frozen=True)
class State:
    """An organization with what its accounts have. Replace fields with `dataclasses.replace`.

    `attached` has the ids of policies by target, in the order of attachment, which no operation tells. `tags` are by
    id of account or policy. `items` are plans and frameworks of accounts, by the snapshot's key.
    `before` is what was published for accounts before the server started.
    """

    organization: str
    management: str
    root: str
    root_name: str = "Root"
    enabled: bool = True
    units: Mapping[str, HeldUnit] = field(default_factory=dict)
    accounts: Mapping[str, HeldAccount] = field(default_factory=dict)
    policies: Mapping[str, HeldPolicy] = field(default_factory=dict)
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    vaults: tuple[Tree, ...] = ()
    items: Mapping[str, tuple[Tree, ...]] = field(default_factory=dict)
    roles: tuple[Tree, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Tree] = field(default_factory=dict)

    def chain(self, target: str) -> list[str]:
        """The ids from the root down to a unit or an account."""
        found = [target]
        while found[-1] != self.root:
            entity = self.accounts.get(found[-1]) or self.units[found[-1]]
            found.append(entity.parent)
        return found[::-1]

    def has_target(self, target: str) -> bool:
        """Whether policies can be attached there."""
        return target == self.root or target in self.units or target in self.accounts

    def name_of(self, target: str) -> str:
        """The name of the root, a unit or an account."""
        return self.root_name if target == self.root else (self.units.get(target) or self.accounts[target]).name

    def path_of(self, target: str) -> str:
        """A unit's path as a snapshot writes it."""
        return "/".join(self.name_of(step).replace("/", "\\/") for step in self.chain(target)[1:])

    def in_scope(self, account: str, scope: object) -> bool:
        """Whether an account is in a snapshot's scope: absent or `*`, a list of ids, `{ou: PATH}`."""
        if scope is None or scope == "*":
            return True
        if isinstance(scope, dict):
            return any(self.path_of(step) == scope["ou"] for step in self.chain(account)[1:-1])
        return account in tuple(scope) if isinstance(scope, (list, tuple)) else False

    def vaults_in(self, account: str, region: str) -> list[Tree]:
        """The vaults of an account in a Region, as the snapshot writes them."""
        return self._there(self.vaults, account, region)

    def items_in(self, part: str, account: str, region: str) -> list[Tree]:
        """The same for `local_plans`, `restore_testing` or `frameworks`."""
        return self._there(self.items.get(part, ()), account, region)

    def _there(self, items: tuple[Tree, ...], account: str, region: str) -> list[Tree]:
        return [
            item
            for item in items
            if region in (item.get("regions") or [region]) and self.in_scope(account, item.get("accounts"))
        ]

    def roles_in(self, account: str) -> list[str]:
        """The roles of an account: path and name, without the leading slash."""
        return [role["name"].lstrip("/") for role in self.roles if self.in_scope(account, role.get("accounts"))]


def state_of(snapshot: Tree) -> State:
    """The state that a snapshot describes. Ids that it lacks are derived from names, the same each time."""
    told = snapshot.get("organization", {})
    organization = told.get("id", "o-exampleorgid")
    root = snapshot["root"].get("id", "r-fake")
    units: dict[str, HeldUnit] = {}
    accounts: dict[str, HeldAccount] = {}
    attached: dict[str, tuple[str, ...]] = {}
    tags: dict[str, Mapping[str, str]] = {}
    policies = {
        policy.id: policy for policy in (_policy(name, stored) for name, stored in snapshot.get("policies", {}).items())
    }
    ids = {policy.name: policy.id for policy in policies.values()}
    for target, parent, entity in _entities(snapshot["root"], root):
        if target.isdigit():
            accounts[target] = HeldAccount(target, entity["name"], parent, entity.get("state", "ACTIVE"))
        elif target != root:
            units[target] = HeldUnit(target, entity["name"], parent)
        if names := entity.get("policies"):
            attached[target] = tuple(ids[name] for name in names)
        if entity.get("tags"):
            tags[target] = dict(entity["tags"])
    for name, stored in snapshot.get("policies", {}).items():
        if stored.get("tags"):
            tags[ids[name]] = dict(stored["tags"])
    management = told.get("management_account") or next(iter(accounts))
    return State(
        organization=organization,
        management=management,
        root=root,
        root_name=snapshot["root"].get("name", "Root"),
        enabled=told.get("backup_policies_enabled", True),
        units=units,
        accounts=accounts,
        policies=policies,
        attached=attached,
        tags=tags,
        vaults=tuple(snapshot.get("vaults") or ()),
        items={part: tuple(snapshot.get(part) or ()) for part in ITEMS},
        roles=_roles(snapshot, management, list(accounts)),
        settings=snapshot.get("settings") or {},
        before=snapshot.get("last_valid") or {},
    )


def snapshot_of(state: State) -> Tree:
    """The truth about a state in the form of a snapshot: every list sorted but attachments, which are in true order."""
    units: dict[str, list[HeldUnit]] = {}
    accounts: dict[str, list[HeldAccount]] = {}
    for unit in state.units.values():
        units.setdefault(unit.parent, []).append(unit)
    for account in state.accounts.values():
        accounts.setdefault(account.parent, []).append(account)

    def unit_below(target: str) -> Tree:
        node: Tree = {"id": target, "name": state.name_of(target)}
        _put(node, "policies", [state.policies[policy].name for policy in state.attached.get(target, ())])
        _put(node, "units", [unit_below(unit.id) for unit in sorted(units.get(target, []), key=lambda one: one.name)])
        _put(node, "accounts", [account_of(one) for one in sorted(accounts.get(target, []))])
        return node

    def account_of(account: HeldAccount) -> Tree:
        node: Tree = {"id": account.id, "name": account.name}
        if account.state != "ACTIVE":
            node["state"] = account.state
        _put(node, "tags", dict(state.tags.get(account.id, {})))
        _put(node, "policies", [state.policies[policy].name for policy in state.attached.get(account.id, ())])
        return node

    return {
        "version": 1,
        "organization": {
            "id": state.organization,
            "management_account": state.management,
            "backup_policies_enabled": state.enabled,
        },
        "root": unit_below(state.root),
        "policies": {policy.name: _stored(policy, state) for policy in sorted(state.policies.values(), key=_by_name)},
        "vaults": list(state.vaults),
        "roles": list(state.roles),
        **{part: list(items) for part, items in state.items.items()},
        "settings": dict(state.settings),
    }


def made_up_id(prefix: str, *parts: str) -> str:
    """An id of AWS's form that depends on the parts alone."""
    return prefix + sha256("\0".join(parts).encode()).hexdigest()[:10]


def _policy(name: str, stored: Tree) -> HeldPolicy:
    content = stored["content"]
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return HeldPolicy(stored.get("id") or made_up_id("p-", name), name, text, stored.get("description") or "")


def _entities(root: Tree, root_id: str) -> Iterator[tuple[str, str, Tree]]:
    """Id, parent's id and the snapshot's node of the root, all units and all accounts."""
    waiting: list[tuple[str, str, Tree]] = [(root_id, "", root)]
    while waiting:
        target, parent, entity = waiting.pop()
        yield target, parent, entity
        for account in entity.get("accounts") or ():
            yield account["id"], target, account
        for unit in entity.get("units") or ():
            name = unit.get("id") or made_up_id(f"ou-{root_id[2:]}-", target, unit["name"])
            waiting.append((name, target, unit))


def _roles(snapshot: Tree, management: str, accounts: list[str]) -> tuple[Tree, ...]:
    told = tuple(snapshot.get("roles") or ())
    if any(role["name"] == ROLE_IN_MEMBERS for role in told):
        return told
    return (*told, {"name": ROLE_IN_MEMBERS, "accounts": [account for account in accounts if account != management]})


def _stored(policy: HeldPolicy, state: State) -> Tree:
    node: Tree = {"id": policy.id, "content": json.loads(policy.content)}
    _put(node, "description", policy.description)
    _put(node, "tags", dict(state.tags.get(policy.id, {})))
    return node


def _by_name(policy: HeldPolicy) -> str:
    return policy.name


def _put(node: Tree, key: str, value: object) -> None:
    if value:
        node[key] = value
