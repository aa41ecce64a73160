"""Organizations of any size, with the policies of the generators: the same each time."""

from __future__ import annotations

from random import Random
from typing import Any

from generators.dice import seeded
from generators.organizations import PLAIN, organization
from oracle.effective import effective
from oracle.merging import Level

from fake_aws.published import NOW, seconds_between

Tree = dict[str, Any]

REGIONS = ["eu-central-1", "eu-west-1"]


def large_organization(accounts: int = 10_000, units: int = 600, policies: int = 60, seed: int = 1) -> Tree:
    """A snapshot with so many of each: five levels of units, a policy or more on every fourth, few on accounts."""
    random = Random(seed)
    documents = _policies(policies, seed)
    names = list(documents)
    root: Tree = {"name": "Root", "policies": names[:1], "units": [], "accounts": []}
    open_units: list[tuple[int, Tree]] = [(0, root)]
    every = [root]
    for number in range(units):
        depth, parent = open_units[random.randrange(len(open_units))]
        unit: Tree = {"name": f"Unit {number}", "units": [], "accounts": []}
        if number % 4 == 0:
            unit["policies"] = random.sample(names, 1 + random.randrange(3))
        parent["units"].append(unit)
        every.append(unit)
        if depth < 4:
            open_units.append((depth + 1, unit))
    for number in range(accounts):
        account: Tree = {"id": f"{number + 1:012}", "name": f"account {number + 1}"}
        if number % 200 == 7:
            account["policies"] = random.sample(names, 2)
        if number % 500 == 9:
            account["state"] = "SUSPENDED"
        every[random.randrange(len(every))]["accounts"].append(account)
    root["accounts"].append({"id": "999999999999", "name": "management"})
    return {
        "version": 1,
        "organization": {"id": "o-exampleorgid", "management_account": "999999999999"},
        "root": root,
        "policies": documents,
        "settings": {"cross_account_backup": True, "opt_in": {region: ["EBS", "RDS"] for region in REGIONS}},
        "vaults": [{"name": "Main", "accounts": "*", "regions": REGIONS, "type": "standard", "key": "customer"}],
    }


def _policies(count: int, seed: int) -> Tree:
    """Policies by name. Nine of ten are valid alone, so that most accounts are, and the first is the root's."""
    found: Tree = {}
    number = 0
    while len(found) < count:
        number += 1
        for stored in organization(seeded(1000 * seed + number), PLAIN)["policies"].values():
            if len(found) % 10 == 9 or _is_valid(stored["content"]):
                found[f"policy-{len(found)}"] = stored
    return dict(list(found.items())[:count])


def _is_valid(content: Tree) -> bool:
    return effective([Level("", [("policy", content)])], at=NOW, next_two=seconds_between).status == "valid"
