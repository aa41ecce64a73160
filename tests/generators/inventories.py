"""What else a snapshot may tell of an organization: vaults and where they were looked for, tags, what AWS serves now."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from generators.dice import Dice, Source
from generators.documents import PLANS, REGIONS, VAULTS, Habits, whole, words
from generators.entries_of_vaults import with_possible_key, without_contradictions
from generators.inventory_of_resources import STRANGERS
from generators.organizations import SMALL, account_paths, organization

Tree = dict[str, Any]

OUTSIDE = "999999999999"
BETWEEN = re.compile(r"(?<!\\)/")
FEW = SMALL._replace(accounts=4, habits=Habits(control=1, spelling=20, empty=2, extra=35), unknown_order=5)
TAGS = {"env": ("prod", "Prod", "dev", ""), "Owner": ("platform", "finance"), "backup": ("gold", "daily")}
SERVICES = ("EC2", "EBS", "rds", "Aurora", "DocumentDB", "DynamoDB", "EFS", "FSx", "S3", "SAP HANA on Amazon EC2")
CHANGEABLE = ("2026-08-01", "2026-09-13", "2026-09-14", "2027-01-31")  # requirements are judged on 2026-09-13
DAYS = (1, 7, 30, 35, 90, 365, 400)


def stocked(source: Source) -> Tree:
    """A small organization with everything that requirements can ask for, or some of it."""
    dice = Dice(source)
    snapshot = _copying(dice, organization(source, FEW))
    _describe(dice, snapshot["root"])
    paths = account_paths(snapshot)
    if dice.chance(70):
        snapshot["organization"]["management_account"] = dice.pick(list(paths.values()))
    units = sorted({unit_of(path) for path in paths} - {""})
    numbers = [*paths.values(), OUTSIDE]
    if dice.chance(85):
        snapshot["vaults"] = [_vault(dice, numbers, units) for _ in range(dice.below(9))]
    if dice.chance(40):
        snapshot["searched"] = _searched(dice, numbers, units)
    snapshot["last_valid"] = {number: _served(dice) for number in paths.values() if dice.chance(60)}
    return _with_settings(snapshot)


def _with_settings(snapshot: Tree) -> Tree:
    """The same with an opt-in and grace times of locks, by dice of its own: what a seed gives otherwise stays the same."""
    dice = Dice(Random(json.dumps(snapshot)))
    for vault in snapshot.get("vaults", []):
        lock = vault.get("lock", "none")
        removable = lock != "none" and lock["mode"] == "compliance" and vault.get("type") != "logically_air_gapped"
        if removable and dice.chance(40):
            lock["changeable_until"] = dice.pick(CHANGEABLE)
    snapshot = without_contradictions(snapshot)
    if dice.chance(60):
        regions = dice.some(REGIONS, 0, len(REGIONS))
        snapshot["settings"] = {"opt_in": {region: dice.some(SERVICES, 0, len(SERVICES)) for region in regions}}
    if dice.chance(30):
        _leave_out_types(dice, snapshot["policies"], written=True)
        _leave_out_types(dice, snapshot["last_valid"], written=False)
    if dice.chance(30):
        _add_strangers(dice, snapshot["last_valid"])
    return snapshot


def _add_strangers(dice: Dice, node: object) -> None:
    """Adds patterns that nobody knows to some resource selections of documents that somebody wrote down."""
    for key, below in list(node.items()) if isinstance(node, dict) else ():
        types = [name for name in below if name.lower() == "resource_types"] if isinstance(below, dict) else []
        if types and key.lower() not in {"index_actions", "guardduty"} and dice.chance(50):
            place = types[0] if dice.chance(50) else "not_resource_types"
            below[place] = [*below.get(place, []), dice.pick(STRANGERS)]
        _add_strangers(dice, below)


def _leave_out_types(dice: Dice, node: object, *, written: bool) -> None:
    """Turns some resource selections into such of conditions alone, which Organizations admits (facts 3.14).

    `written` as policies are, and not as AWS publishes their outcome.
    """
    for key, below in list(node.items()) if isinstance(node, dict) else ():
        types = [name for name in below if name.lower() == "resource_types"] if isinstance(below, dict) else []
        if types and key.lower() not in {"index_actions", "guardduty"} and dice.chance(70):
            del below[types[0]]
            if not any(name.lower() == "conditions" for name in below):
                below["conditions"] = _condition(written=written)
        _leave_out_types(dice, below, written=written)


def _condition(*, written: bool) -> Tree:
    """A condition, as a policy or a published document has it."""
    entry = {"condition_key": "aws:ResourceTag/env", "condition_value": "prod"}
    return {"string_equals": {"prod": {key: {"@@assign": text} for key, text in entry.items()} if written else entry}}


def unit_of(path: str) -> str:
    """The path of the unit that an account stands in."""
    return "/".join(BETWEEN.split(path)[:-1])


def _copying(dice: Dice, snapshot: Tree) -> Tree:
    """The same with some copies that go to accounts of the organization."""
    numbers = [OUTSIDE, *account_paths(snapshot).values()]
    policies = {
        name: json.loads(json.dumps(policy).replace(OUTSIDE, dice.pick(numbers)))
        for name, policy in snapshot["policies"].items()
    }
    return {**snapshot, "policies": policies}


def _describe(dice: Dice, entity: Tree) -> None:
    """Gives the accounts tags, and some of them names that need care."""
    for account in entity.get("accounts", []):
        account["name"] = dice.pick(("{}", "{}", "{}", "{}", "Dev/Test {}", '"{}"', "{}\nö*")).format(account["name"])
        if dice.chance(70):
            account["tags"] = {key: dice.pick(TAGS[key]) for key in dice.some(list(TAGS), 0, 3)}
    for unit in entity.get("units", []):
        _describe(dice, unit)


def _vault(dice: Dice, numbers: list[str], units: list[str]) -> Tree:
    vault: Tree = {"name": dice.pick(("Main", "Main", "DR", "Central", *VAULTS))}
    if not dice.chance(10):
        vault["accounts"] = _accounts(dice, numbers, units)
    if not dice.chance(10):
        vault["regions"] = dice.some(REGIONS, 0 if dice.chance(5) else 2, 4)
    if dice.chance(70):
        vault["type"] = dice.pick(("standard", "standard", "logically_air_gapped"))
    if dice.chance(75):
        vault["lock"] = _lock(dice, air_gapped=vault.get("type") == "logically_air_gapped")
    if dice.chance(70):
        vault["key"] = dice.pick(("customer", "aws_managed", "aws_owned"))
    return with_possible_key(vault)


def _lock(dice: Dice, *, air_gapped: bool) -> object:
    if not air_gapped and dice.chance(30):
        return "none"
    lock: Tree = {"mode": "compliance" if air_gapped else dice.pick(("governance", "compliance"))}
    least, most = sorted(dice.some([day for day in DAYS if day >= 7] if air_gapped else DAYS, 2, 2))
    return lock | dice.pick(
        (
            {"min_retention_days": least, "max_retention_days": most},
            {"min_retention_days": least},
            {},
            {"max_retention_days": most},
        )
    )


def _searched(dice: Dice, numbers: list[str], units: list[str]) -> Tree:
    searched: Tree = {}
    if dice.chance(60):
        searched["accounts"] = _accounts(dice, numbers, units)
    if dice.chance(60):
        searched["regions"] = dice.some(REGIONS, 0, 3)
    return searched


def _accounts(dice: Dice, numbers: list[str], units: list[str]) -> object:
    scope = dice.pick(("everywhere", "everywhere", "ids", "unit"))
    if scope == "everywhere" or (scope == "unit" and not units):
        return "*"
    return {"ou": dice.pick(units)} if scope == "unit" else dice.some(numbers, 0, 3)


def _served(dice: Dice) -> Tree:
    """A document as AWS serves it, or nearly: somebody wrote it down by hand."""
    if dice.chance(10):
        return {}
    served: Tree = _plain(whole(dice, words(dice), FEW.habits))
    return _torn(dice, served) if dice.chance(15) else served


def _torn(dice: Dice, node: Tree) -> Tree:
    """The same without some of it, and with some that AWS would never serve."""
    kept = {key: below for key, below in node.items() if not dice.chance(8)}
    return {
        key: _torn(dice, below) if isinstance(below, dict) else _garbled(dice, below) for key, below in kept.items()
    }


def _garbled(dice: Dice, value: object) -> object:
    return dice.pick(("somewhere", "", [], {}, None)) if dice.chance(8) else value


def _plain(node: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(node, dict):
        return node
    value = next((node[operator] for operator in ("@@assign", "@@append") if operator in node), None)
    return {key: _plain(below) for key, below in node.items()} if value is None else value


def resources(dice: Dice, snapshot: Tree) -> dict[str, list[Tree]]:
    """Resources of some of the accounts by id, with the plans that protect them, which need not be there."""
    numbers = [number for number in account_paths(snapshot).values() if dice.chance(70)]
    return {number: [_resource(dice) for _ in range(dice.below(4))] for number in numbers}


def _resource(dice: Dice) -> Tree:
    protected = dice.pick((True, True, False, None))
    return {
        "arn": f"arn:aws:rds:eu-west-1:222222222222:db:{dice.pick('abc')}",
        "type": dice.pick(("RDS", "S3", "EC2", None)),
        "region": dice.pick((*REGIONS, None)),
        "tags": {key: dice.pick(values) for key, values in TAGS.items() if dice.chance(60)}
        if dice.chance(80)
        else None,
        "protected": protected,
        "plans": dice.some(PLANS, 1, 2) if protected else [],
        "own": protected is True and dice.chance(20),
    }
