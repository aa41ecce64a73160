"""Organizations of one odd shape each, with one thing of any size: what AWS's quotas allow and few people have.

`python -m benchmarks.inputs.shapes NAME SIZE` checks one of them, as `measures/shapes.py` does in a process of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from benchmarks.check import check
from benchmarks.inputs.projects import ASKING
from policyengine.base.source import Source

Tree = dict[str, Any]

_PEERS = 4  # policies on a node, of ten that AWS allows
_PLANS_IN_POLICY = 30
_YEARS = "2026-2030"


class Project(NamedTuple):
    """The text of a project, and its snapshot."""

    text: str
    snapshot: Tree


class Shape(NamedTuple):
    """What grows, three sizes of it, and the project of a size."""

    title: str
    sizes: tuple[int, int, int]
    project: Callable[[int], Project]


def peers_that_append(levels: int) -> Project:
    """Policies that append to one list on each level of units, in an order that nobody knows."""
    numbers = count()
    policies: dict[str, Tree] = {}
    node: Tree = {}
    top = node
    for level in range(levels):
        node["name"] = f"level{level}" if level else "Root"
        node["policies"] = [f"p{next(numbers)}" for _ in range(_PEERS)]
        for name in node["policies"]:
            policies[name] = _raw({"regions": {"@@assign": ["eu-west-1"]}}, tags={"@@append": [name]})
        node["units"] = [{}] if level < levels - 1 else []
        node["accounts"] = [] if node["units"] else _accounts(100)
        node = node["units"][0] if node["units"] else node
    return Project("", {"version": 1, "attachment_order": "unknown", "root": top, "policies": policies})


def peers_that_assign(levels: int) -> Project:
    """Policies that assign one setting on each level of units, in an order that nobody knows."""
    project = peers_that_append(levels)
    for number, policy in enumerate(project.snapshot["policies"].values()):
        tags = policy["content"]["plans"]["daily"]["selections"]["tags"]["all"]
        tags["tag_value"] = {"@@assign": [f"value-{number}"]}
    return project


def own_vaults(accounts: int) -> Project:
    """A vault in each account whose name no policy says."""
    return _with_own(accounts, "vaults", {"regions": ["eu-west-1"]})


def own_roles(accounts: int) -> Project:
    """A role in each account whose name no policy says."""
    return _with_own(accounts, "roles", {})


def _with_own(accounts: int, kind: str, more: Tree) -> Project:
    snapshot = _organization(accounts)
    ids = [account["id"] for account in snapshot["root"]["accounts"]]
    snapshot["vaults"] = [{"name": "Main", "accounts": "*", "regions": ["eu-west-1"]}]
    snapshot["roles"] = [{"name": "Backup", "accounts": "*"}]
    snapshot[kind] += [{"name": f"own-{number}", "accounts": [number], **more} for number in ids]
    return Project(_policy("base", _plan("daily")) + "attach base to root\n", snapshot)


def one_policy_on_each_account(accounts: int) -> Project:
    """The same policy attached to every account, beside one at the root."""
    snapshot = _organization(accounts)
    snapshot["policies"] = {"own": _raw({"regions": {"@@assign": ["eu-west-1"]}}, "weekly")}
    for account in snapshot["root"]["accounts"]:
        account["policies"] = ["own"]
    return Project(_policy("base", _plan("daily")) + "attach base to root\n", snapshot)


def listed_years(plans: int) -> Project:
    """Plans of two rules each whose start windows overlap, with schedules that list years."""
    rules = [
        f'rule nightly {{ schedule = cron("{minute} {hour} ? * * {_YEARS}")  vault = "Main"  retain = 35 days }}\n'
        f'rule weekly {{ schedule = cron("{minute} {hour} ? * SUN {_YEARS}")  vault = "Main"  retain = 90 days }}'
        for hour, minute in (divmod(number, 60) for number in range(plans))
    ]
    return _in_units(rules)


def continuous_rules(plans: int) -> Project:
    """Plans that back up continuously, side by side in the accounts of each unit."""
    rule = 'rule nightly {{ schedule = daily at 05:00  vault = "Main"  retain = {} days  continuous = true }}'
    return _in_units([rule.format(number % 35 + 1) for number in range(plans)])


def refused_documents(number: int) -> Project:
    """Policies that AWS refuses, each on a unit of its own, with ten accounts below it."""
    refused = _raw({"regions": {"@@assign": ["eu-west-1"]}, "unheard_of": {"@@assign": "x"}})
    units = [
        {"name": f"u{unit}", "policies": [f"p{unit}"], "accounts": _accounts(10, 10 * unit)} for unit in range(number)
    ]
    policies = {f"p{unit}": refused for unit in range(number)}
    return Project("", {"version": 1, "root": {"name": "Root", "units": units}, "policies": policies})


def waivers_and_findings(number: int) -> Project:
    """Accounts that break a requirement, each with a waiver."""
    waived = (
        f'waive named for account "{account["id"]}" until 2027-01-01 because "moving"\n'
        for account in _accounts(number)
    )
    text = 'require named { assert account.name == "x" }\n' + "".join(waived)
    return Project(text, _organization(number))


def requirements_for_one_account(number: int) -> Project:
    """Requirements that ask of one account each."""
    asking = (
        f'require r{place} {{ for account.id == "{account["id"]}" assert some plan satisfies plan.windows_vss }}\n'
        for place, account in enumerate(_accounts(number))
    )
    text = _policy("base", _plan("daily")) + "attach base to root\n" + "".join(asking)
    return Project(text, _organization(number))


def broken_in_each_account(accounts: int) -> Project:
    """A requirement on the accounts' names that each of them breaks."""
    return Project('require named { assert account.name == "x" }\n', _organization(accounts))


def own_tags(accounts: int) -> Project:
    """Tags that no two accounts have in common, and a requirement that asks for some."""
    snapshot = _organization(accounts)
    for number, account in enumerate(snapshot["root"]["accounts"]):
        account["tags"] = {"owner": f"team-{number}", "env": "prod"}
    asking = 'require kept { for account.tags["env"] == "prod" assert every rule satisfies rule.retention >= 7 days }\n'
    return Project(_policy("base", _plan("daily")) + "attach base to root\n" + asking, snapshot)


def deep_units(units: int) -> Project:
    """Units five levels deep with one account and one policy each, which changes a plan of the root."""
    deepest = 5
    parent: Tree = {}
    tops: list[Tree] = []
    policies = {"base": _raw({"regions": {"@@assign": ["eu-west-1"]}})}
    for number in range(units):
        unit: Tree = {"name": f"u{number}", "policies": [f"p{number}"], "accounts": _accounts(1, number)}
        policies[f"p{number}"] = {"content": {"plans": {"daily": {"regions": {"@@append": ["eu-west-2"]}}}}}
        if number % deepest:
            parent["units"] = [unit]
        else:
            tops.append(unit)
        parent = unit
    root = {"name": "Root", "policies": ["base"], "units": tops}
    return Project(ASKING, {"version": 1, "root": root, "policies": policies})


def rules_in_one_plan(rules: int) -> Project:
    """One plan with many rules, in Regions of their plan and with a copy each."""
    text = "\n".join(
        f"rule r{number} {{ schedule = daily at {number // 60 % 24:02}:{number % 60:02} "
        f'vault = "Main"  retain = 35 days  copy to vault "Copies" in eu-central-1 {{ retain = 90 days }} }}'
        for number in range(rules)
    )
    text = _policy("base", _plan("daily", text)) + "attach base to root\n" + ASKING
    vaults = [{"name": "Main", "accounts": "*"}, {"name": "Copies", "accounts": "*"}]
    return Project(text, {**_organization(10), "vaults": vaults})


def plans_side_by_side(plans: int) -> Project:
    """Plans of one policy that select by the same tag, in one account."""
    text = _policy("base", *(_plan(f"plan{number}") for number in range(plans)))
    return Project(text + "attach base to root\n" + ASKING, _organization(1))


def long_lists(values: int) -> Project:
    """A selection by a long list of values, some more of which each of twenty units appends."""
    tags = {"@@assign": [f"value-{number}" for number in range(values)]}
    policies = {"base": _raw({"regions": {"@@assign": ["eu-west-1"]}}, tags=tags)}
    units = []
    for unit in range(20):
        more = {"@@append": [f"more-{unit}-{number}" for number in range(values // 10 + 1)]}
        policies[f"p{unit}"] = _raw({"regions": {"@@append": ["eu-west-2"]}}, tags=more)
        units.append({"name": f"u{unit}", "policies": [f"p{unit}"], "accounts": _accounts(5, 5 * unit)})
    return Project(
        "", {"version": 1, "root": {"name": "Root", "policies": ["base"], "units": units}, "policies": policies}
    )


def copies_to_one_account(plans: int) -> Project:
    """Plans whose rules all copy into one vault of one account."""
    copied = 'rule nightly {{ schedule = daily at {:02}:{:02}  vault = "Main"  retain = 35 days  {} }}'
    to = 'copy to vault "Central" in eu-central-1 account "100000000000" { retain = 90 days }'
    project = _in_units([copied.format(*divmod(number % 1440, 60), to) for number in range(plans)])
    where = {"accounts": ["100000000000"], "regions": ["eu-central-1"]}
    others = [{"name": f"Other{number}", **where} for number in range(plans)]
    return project._replace(snapshot={**project.snapshot, "vaults": [{"name": "Central", **where}, *others]})


SHAPES: Mapping[str, Shape] = {
    "peers": Shape("levels on which 4 peers append, order unknown", (1, 3, 6), peers_that_append),
    "vaults": Shape("accounts with a vault of their own that no policy names", (2_000, 6_000, 20_000), own_vaults),
    "roles": Shape("accounts with a role of their own that no policy names", (2_000, 6_000, 20_000), own_roles),
    "attached": Shape("accounts that have one policy attached", (1_000, 3_000, 10_000), one_policy_on_each_account),
    "years": Shape("plans with overlapping windows and listed years", (100, 300, 1_000), listed_years),
    "continuous": Shape("plans that back up continuously", (100, 300, 1_000), continuous_rules),
    "refused": Shape("refused documents, ten accounts below each", (100, 300, 1_000), refused_documents),
    "waivers": Shape("waivers, each of a finding of its own", (500, 1_500, 5_000), waivers_and_findings),
    "requirements": Shape("requirements, each for one account", (300, 1_000, 2_000), requirements_for_one_account),
    "assigning": Shape("levels on which 4 peers assign, order unknown", (1, 3, 6), peers_that_assign),
    "names": Shape("accounts that break a requirement on their names", (1_000, 3_000, 10_000), broken_in_each_account),
    "tags": Shape("accounts with tags of their own", (1_000, 3_000, 10_000), own_tags),
    "deep": Shape("units with a policy and an account each", (200, 600, 2_000), deep_units),
    "rules": Shape("rules in one plan", (30, 100, 300), rules_in_one_plan),
    "plans": Shape("plans side by side in one account", (30, 100, 300), plans_side_by_side),
    "lists": Shape("values in a list that units append to", (100, 300, 1_000), long_lists),
    "copies": Shape("plans that copy into one account", (100, 300, 1_000), copies_to_one_account),
}
"""The shapes by name."""


def _organization(accounts: int) -> Tree:
    return {"version": 1, "root": {"name": "Root", "accounts": _accounts(accounts)}}


def _accounts(number: int, first: int = 0) -> list[Tree]:
    return [{"id": f"{100_000_000_000 + place}", "name": f"a{place}"} for place in range(first, first + number)]


def _in_units(rules: Sequence[str]) -> Project:
    """Plans with these rules, thirty to a policy, each policy on a unit of its own with two accounts."""
    starts = range(0, len(rules), _PLANS_IN_POLICY)
    text, units = "", []
    for unit, start in enumerate(starts):
        plans = (_plan(f"plan{start + place}", rule) for place, rule in enumerate(rules[start:][:_PLANS_IN_POLICY]))
        text += _policy(f"p{unit}", *plans) + f'attach p{unit} to ou "u{unit}"\n'
        units.append({"name": f"u{unit}", "accounts": _accounts(2, 2 * unit)})
    return Project(text, {"version": 1, "root": {"name": "Root", "units": units}})


def _policy(name: str, *plans: str) -> str:
    return f"policy {name} {{\n{''.join(plans)}}}\n"


def _plan(
    name: str, rules: str = 'rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }'
) -> str:
    selection = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
    return f"plan {name} {{\nregions = [eu-west-1]\n{rules}\n{selection}\n}}\n"


def _raw(settings: Tree, plan: str = "daily", tags: Tree | None = None) -> Tree:
    rule = {"target_backup_vault_name": {"@@assign": "Main"}}
    selection = {
        "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
        "tag_key": {"@@assign": "backup"},
        "tag_value": tags or {"@@assign": ["yes"]},
    }
    filled = {**settings, "rules": {"nightly": rule}, "selections": {"tags": {"all": selection}}}
    return {"content": {"plans": {plan: filled}}}


def main(name: str, size: str) -> None:
    """Checks the project of a shape and a size."""
    project = SHAPES[name].project(int(size))
    check([Source("project.bpol", project.text)], Source("organization.json", json.dumps(project.snapshot)))


if __name__ == "__main__":
    main(*sys.argv[1:])
