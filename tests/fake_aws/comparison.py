"""Whether a pulled snapshot is the truth: both taken apart to facts, each about one object, and compared.

What the snapshot says it did not look at is no fact; where it claims to have looked, all has to be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fake_aws.fake import FakeAws
from fake_aws.organization_state import COUNTING, State

Tree = dict[str, Any]
Facts = dict[tuple[str, ...], Any]

OPTIONAL = {"kms:DescribeKey": "key", "backup:GetBackupVaultAccessPolicy": "policy"}
"""What of a vault stays unknown where an action is denied."""


def differences(aws: FakeAws, pulled: Tree) -> list[str]:
    """What differs between a pulled snapshot and what is true now: the object, what is true, what was pulled."""
    state = aws.state
    here, there = facts_of(aws, pulled), pulled_facts(pulled, state)
    return [
        f"{' '.join(key)}: {here.get(key)!r}, and pulled {there.get(key)!r}"
        for key in sorted({*here, *there})
        if here.get(key) != there.get(key)
    ]


def lost_orders(aws: FakeAws, pulled: Tree) -> list[str]:
    """The places for which a snapshot keeps orders of attachment none of which does what the true one does.

    Peers that touch no leaf together may stand in any order: what counts is what accounts below get, by the oracle.
    """
    state = aws.state
    ids = {policy.name: policy.id for policy in state.policies.values()}
    places = {target if target in state.accounts else state.path_of(target): target for target in state.attached}
    return [
        place
        for place, orders in pulled.get("orders", {}).items()
        if not any(_is_as_good(aws, places[place], tuple(ids[name] for name in order)) for order in orders)
    ]


def _is_as_good(aws: FakeAws, target: str, order: tuple[str, ...]) -> bool:
    state = aws.state
    other = replace(state, attached={**state.attached, target: order})
    below = [one.id for one in state.accounts.values() if one.state in COUNTING and target in state.chain(one.id)]
    return all(aws.publisher.result(state, one).policy == aws.publisher.result(other, one).policy for one in below)


def facts_of(aws: FakeAws, pulled: Tree) -> Facts:
    """The truth about everything that a snapshot says it looked at."""
    state = aws.state
    facts: Facts = {
        ("organization",): {
            "id": state.organization,
            "management_account": state.management,
            "backup_policies_enabled": state.enabled,
        },
        ("root", state.root): state.root_name,
    }
    for unit in state.units.values():
        facts["unit", unit.id] = (unit.name, unit.parent)
    active = [account.id for account in state.accounts.values() if account.state in COUNTING]
    for account in state.accounts.values():
        tags = dict(state.tags.get(account.id, {}))
        facts["account", account.id] = (account.name, account.parent, account.state, tags)
    for policy in state.policies.values():
        tags = dict(state.tags.get(policy.id, {}))
        facts["policy", policy.name] = (policy.id, policy.description, tags, json.loads(policy.content))
    for target, attached in state.attached.items():
        if attached and (target not in state.accounts or target in active):
            facts["attached", target] = sorted(state.policies[policy].name for policy in attached)
    for account in pulled.get("last_valid", {}):
        facts["published", account] = aws.published(account)
    if "invalid" in pulled["pulled"]:
        facts["invalid",] = sorted(set(aws.invalid()) & set(active))
    facts |= _settings(state, pulled)
    for part, own, region in _looked(state, pulled, active):
        facts[part, own, region] = _known(_items(part, state, own, region), state, pulled, own, region)
    return facts


def pulled_facts(pulled: Tree, state: State) -> Facts:
    """The facts of a pulled snapshot."""
    facts: Facts = {("organization",): pulled["organization"], ("root", pulled["root"]["id"]): pulled["root"]["name"]}
    for entity in (pulled["root"], *pulled["units"], *pulled["accounts"]):
        if entity.get("policies"):
            facts["attached", entity["id"]] = sorted(entity["policies"])
    for unit in pulled["units"]:
        facts["unit", unit["id"]] = (unit["name"], unit["parent"])
    for account in pulled["accounts"]:
        described = (account["name"], account["parent"], account.get("state", "ACTIVE"), account.get("tags", {}))
        facts["account", account["id"]] = described
    for name, policy in pulled["policies"].items():
        content = policy["content"]
        document = json.loads(content) if isinstance(content, str) else content
        facts["policy", name] = (policy["id"], policy["description"], policy.get("tags", {}), document)
    facts |= {("published", account): document for account, document in pulled.get("last_valid", {}).items()}
    if "invalid" in pulled["pulled"]:
        facts["invalid",] = sorted(pulled["pulled"]["invalid"])
    return facts | _pulled_settings(pulled) | _pulled_items(pulled, state)


def _known(items: list[Tree], state: State, pulled: Tree, account: str, region: str) -> list[Tree]:
    """Items without what could not be read of some of them in that account and Region."""
    unread = {member for action, member in OPTIONAL.items() if _was_skipped(state, pulled, action, account, region)}
    return [{key: one for key, one in item.items() if key not in unread} for item in items]


def _was_skipped(state: State, pulled: Tree, action: str, account: str, region: str) -> bool:
    return any(
        skip["action"] == action
        and state.in_scope(account, skip.get("accounts"))
        and region in skip.get("regions", [region])
        for skip in pulled["pulled"]["skipped"]
    )


def _pulled_settings(pulled: Tree) -> Facts:
    facts: Facts = {}
    for name, value in pulled.get("settings", {}).items():
        for region, one in value.items() if isinstance(value, dict) else [("", value)]:
            facts["setting", name, region] = sorted(one) if isinstance(one, list) else one
    return facts


def _pulled_items(pulled: Tree, state: State) -> Facts:
    active = [account["id"] for account in pulled["accounts"] if account.get("state", "ACTIVE") in COUNTING]
    facts: Facts = {}
    for part, account, region in _looked(state, pulled, active):
        found = [
            _without_scope(item)
            for item in pulled.get(part, [])
            if state.in_scope(account, item["accounts"]) and region in item.get("regions", [region])
        ]
        facts[part, account, region] = _known(sorted(found, key=_by_name), state, pulled, account, region)
    return facts


def _settings(state: State, pulled: Tree) -> Facts:
    """The settings of the Regions where vaults were looked for, but for what the snapshot says was skipped."""
    facts: Facts = {}
    skipped = {(skip["action"], region) for skip in pulled["pulled"]["skipped"] for region in skip.get("regions", [""])}
    shared = state.settings.get("cross_account_backup")
    if shared is not None and ("backup:DescribeGlobalSettings", "") not in skipped:
        facts["setting", "cross_account_backup", ""] = shared
    for region in pulled["pulled"]["looked"].get("vaults", {}).get("regions", []):
        if ("backup:DescribeRegionSettings", region) not in skipped:
            facts["setting", "opt_in", region] = sorted(state.settings.get("opt_in", {}).get(region, []))
            if (advanced := state.settings.get("dynamodb_advanced", {}).get(region)) is not None:
                facts["setting", "dynamodb_advanced", region] = advanced
    return facts


def _looked(state: State, pulled: Tree, active: list[str]) -> Iterator[tuple[str, str, str]]:
    """The parts, accounts and Regions where the snapshot says that it looked."""
    for part, where in pulled["pulled"]["looked"].items():
        for account in active:
            if state.in_scope(account, where.get("accounts")):
                for region in where.get("regions", [""]):
                    yield part, account, region


def _items(part: str, state: State, account: str, region: str) -> list[Tree]:
    if part == "roles":
        return sorted(({"name": name} for name in state.roles_in(account)), key=_by_name)
    if part == "vaults":
        return sorted((_vault(vault) for vault in state.vaults_in(account, region)), key=_by_name)
    return sorted((_without_scope(item) for item in state.items_in(part, account, region)), key=_by_name)


def _vault(vault: Tree) -> Tree:
    """A vault with what is true where the state does not say it, in the order of keys in which it is pulled."""
    filled = {
        "name": vault["name"],
        "type": vault.get("type", "standard"),
        "lock": vault.get("lock", "none"),
        "key": vault.get("key", "aws_managed"),
        "policy": vault.get("policy", "none"),
    }
    return _without_scope(filled)


def _by_name(item: Tree) -> str:
    return str(item["name"])


def _without_scope(item: Mapping[str, Any]) -> Tree:
    return {key: _sorted(value) for key, value in sorted(item.items()) if key not in ("accounts", "regions")}


def _sorted(value: object) -> object:
    return {key: _sorted(one) for key, one in sorted(value.items())} if isinstance(value, dict) else value
