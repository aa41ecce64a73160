"""Entries of one vault: what several of them say has to be true together."""

from __future__ import annotations

import json
import random
from itertools import combinations

import pytest
from generators.entries_of_vaults import contradicting, entries

from policyengine.aws.organization import attach
from policyengine.aws.snapshot import read_snapshot
from policyengine.base.errors import SnapshotError
from policyengine.base.source import Source

SHOP, EU, OTHER = "222222222222", "333333333333", "444444444444"
TREE = f"""\
version: 1
root:
  units:
    - name: Prod
      accounts: [{{id: "{SHOP}", name: shop}}]
      units: [{{name: Eu, accounts: [{{id: "{EU}", name: eu}}]}}, {{name: 'a/b', units: [{{name: Low}}]}}]
  accounts: [{{id: "{OTHER}", name: other}}]
vaults:
"""


def faults(*listed: str) -> list[str]:
    """What is wrong with a snapshot that lists vaults."""
    text = TREE + "".join(f"  - {{{entry}}}\n" for entry in listed)
    try:
        attach(read_snapshot(Source("organization.yaml", text)))
    except SnapshotError as error:
        return [f"{fault.line}: {fault.path}: {fault.message}" for fault in error.faults]
    return []


def main(facts: str, accounts: str = '"*"', regions: str = "[eu-west-1]") -> str:
    return f"name: Main, accounts: {accounts}, regions: {regions}, {facts}"


HERE = "vault `Main` in eu-west-1"
THERE = "in vaults[0]: leave out the one that is wrong"
BOUNDS = "{mode: %s, min_retention_days: 7, max_retention_days: 35}"


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        ("type: standard", "type: logically_air_gapped", f"type: {HERE} has the type `logically_air_gapped` here and `standard` {THERE}"),
        ("key: customer", "key: aws_managed", f"key: {HERE} has the key `aws_managed` here and `customer` {THERE}"),
        ("policy: none", "policy: {Statement: []}", f"policy: {HERE} has one access policy here and another {THERE}"),
        ("policy: {Statement: []}", 'policy: "{"', f"policy: {HERE} has one access policy here and another {THERE}"),
        ("lock: none", "lock: {mode: governance}", f"lock: {HERE} has the lock `governance` here and `none` {THERE}"),
        ("lock: {mode: compliance}", "lock: {mode: governance}", f"lock: {HERE} has the lock `governance` here and `compliance` {THERE}"),
        ("lock: {mode: governance}", f"lock: {BOUNDS % 'governance'}", f"lock: {HERE} has a lock with `min_retention_days: 7` here and with no `min_retention_days` {THERE}"),
        ("lock: {mode: compliance, max_retention_days: 30}", f"lock: {BOUNDS % 'compliance'}", f"lock: {HERE} has a lock with `max_retention_days: 35` here and with `max_retention_days: 30` {THERE}"),
        ("lock: {mode: compliance}, type: standard", f"lock: {BOUNDS % 'compliance'}", f"lock: {HERE} has a lock with `min_retention_days: 7` here and with no `min_retention_days` {THERE}"),
        ("lock: {mode: compliance, changeable_until: 2027-01-31}", "lock: {mode: compliance, changeable_until: 2027-02-01}", f"lock: {HERE} has a lock that is `changeable_until` 2027-02-01 here and 2027-01-31 {THERE}"),
        ("type: logically_air_gapped", "lock: none", f"lock: {HERE} has a lock here that is `none`, and is air-gapped {THERE}"),
        ("lock: none", "type: logically_air_gapped", f"type: {HERE} is air-gapped here, and has a lock that is `none` {THERE}"),
        ("type: logically_air_gapped", "lock: {mode: governance}", f"lock: {HERE} has a lock here that has the mode `governance`, and is air-gapped {THERE}"),
        ("type: logically_air_gapped", "lock: {mode: compliance, min_retention_days: 3}", f"lock: {HERE} has a lock here that has `min_retention_days: 3`, and is air-gapped {THERE}"),
        ("type: logically_air_gapped", "key: aws_managed", f"key: {HERE} has the key `aws_managed` here, and is air-gapped {THERE}"),
        ("key: aws_managed", "type: logically_air_gapped", f"type: {HERE} is air-gapped here, and has the key `aws_managed` {THERE}"),
        ("lock: {mode: compliance}, key: aws_managed", f"lock: {BOUNDS % 'compliance'}", f"lock: {HERE} has a lock with `min_retention_days: 7` here and with no `min_retention_days` {THERE}"),
        ("lock: {mode: compliance}", "lock: {mode: compliance, min_retention_days: 3}", f"lock: {HERE} has a lock with `min_retention_days: 3` here and with no `min_retention_days` {THERE}"),
        ("lock: {mode: compliance}", "lock: {mode: compliance, changeable_until: 2027-01-31, min_retention_days: 7}", f"lock: {HERE} has a lock with `min_retention_days: 7` here and with no `min_retention_days` {THERE}"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_together(first: str, second: str, fault: str) -> None:
    assert [one.partition(": vaults[1].")[2] for one in faults(main(first), main(second))] == [fault]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("type: standard", "type: standard"),
        (f"lock: {BOUNDS % 'governance'}, key: customer", f"lock: {BOUNDS % 'governance'}, key: customer"),
        ("type: standard", f"lock: {BOUNDS % 'governance'}"),
        ("key: customer", "policy: none"),
        ("policy: {Statement: [], Version: x}", 'policy: \'{"Version": "x", "Statement": []}\''),
        ("policy: {Statement: {Action: x, Resource: '*'}}", "policy: {Statement: [{Action: [x], Resource: ['*']}]}"),
        ("type: logically_air_gapped", "lock: {mode: compliance}"),
        ("type: logically_air_gapped", "key: customer"),
        ("type: standard", "key: aws_owned"),
        # Of an air-gapped vault the bounds that an entry leaves out are unknown, and this may be one.
        ("lock: {mode: compliance}, type: logically_air_gapped", f"lock: {BOUNDS % 'compliance'}"),
        ("lock: {mode: compliance}", f"lock: {BOUNDS % 'compliance'}"),
        # One of them leaves out the day.
        ("lock: {mode: compliance, changeable_until: 2027-01-31}", "lock: {mode: compliance}"),
    ],
)
def test_what_can_be_true_together(first: str, second: str) -> None:
    assert faults(main(first), main(second)) == []
    assert faults(main(second), main(first)) == []


UNLOCKED, LOCKED = "lock: none", "lock: {mode: governance}"


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ('"*"', '"*"', True),
        ('"*"', f'["{SHOP}"]', True),
        ('"*"', "{ou: Prod/Eu}", True),
        ("{ou: Prod}", "{ou: Prod}", True),
        ("{ou: Prod}", "{ou: Prod/Eu}", True),
        ("{ou: Prod}", f'["{OTHER}", "{EU}"]', True),
        ("{ou: Prod/Eu}", f'["{EU}"]', True),
        ("{ou: Prod}", r"{ou: 'Prod/a\/b/Low'}", True),
        (f'["{SHOP}", "{EU}"]', f'["{EU}", "{OTHER}"]', True),
        ("{ou: Prod/Eu}", f'["{SHOP}"]', False),
        ("{ou: Prod/Eu}", r"{ou: 'Prod/a\/b'}", False),
        ("{ou: Prod}", f'["{OTHER}"]', False),
        (f'["{SHOP}"]', f'["{EU}"]', False),
        ('"*"', '["999999999999"]', False),  # outside of the organization
        ('["999999999999"]', '["999999999999"]', True),
        ("[]", '"*"', False),
    ],
)
def test_entries_meet_in_an_account(first: str, second: str, *, meet: bool) -> None:
    assert bool(faults(main(UNLOCKED, first), main(LOCKED, second))) is meet
    assert bool(faults(main(LOCKED, second), main(UNLOCKED, first))) is meet


def test_entries_meet_in_a_region_and_by_their_name() -> None:
    assert faults(main(UNLOCKED), main(LOCKED, regions="[eu-central-1]")) == []
    assert len(faults(main(UNLOCKED, regions="[us-east-1, eu-central-1]"), main(LOCKED, regions="[eu-central-1]"))) == 1
    assert faults(main(UNLOCKED), main(LOCKED).replace("Main", "main")) == []
    assert faults(main(UNLOCKED), f"name: Main, regions: [eu-west-1], {LOCKED}") == []
    assert faults(main(UNLOCKED), f'name: Main, accounts: "*", {LOCKED}') == []


def test_each_key_is_one_fault_at_the_later_entry() -> None:
    entry = f'name: Main, accounts: ["{SHOP}"], regions: [eu-west-1], key: customer, lock: none'
    found = faults(entry, main("type: standard"), main("key: aws_owned, lock: {mode: governance}"), entry)
    assert [one.partition(" has ")[0] for one in found] == [
        f"11: vaults[2].key: {HERE}",
        f"11: vaults[2].lock: {HERE}",
        f"12: vaults[3].key: {HERE}",
        f"12: vaults[3].lock: {HERE}",
    ]


@pytest.mark.parametrize("seed", range(150))
def test_faults_are_those_of_a_literal_reading(seed: int) -> None:
    snapshot = entries(random.Random(seed))
    listed = snapshot["vaults"]
    assert isinstance(listed, list)
    pairs = combinations(range(len(listed)), 2)
    wrong = {late for early, late in pairs if contradicting(snapshot, listed[early], listed[late])}
    found: set[int] = set()
    try:
        attach(read_snapshot(Source("organization.json", json.dumps(snapshot))))
    except SnapshotError as error:
        found = {int(fault.path.partition("[")[2].partition("]")[0]) for fault in error.faults}
    # Of entries that tell the same one stands for all.
    assert found <= wrong
    assert bool(found) is bool(wrong)
