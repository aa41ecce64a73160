"""What the snapshot does not tell: every check declares the facts that it needs, and the gate says which are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.evaluation import evaluated
from support.small_projects import ONE_UNIT, SANDBOX, one_rule

from policyengine.analysis.checks import CHECKS
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Fact
from policyengine.base.source import Source
from policyengine.engine import evaluate

AT = datetime(2026, 10, 1, tzinfo=UTC)
Tree = dict[str, Any]
Told = tuple[list[Source], Tree, dict[str, set[Diagnostic]]]
EVERYTHING = Path(__file__).parent / "everything"
# What hangs on the type of a vault, and an air-gapped vault in the place of an ordinary one.
TYPES = """\
policy types {
  plan daily {
    regions = [eu-west-1]
    rule short { schedule = daily at 05:00  vault = "Safe"  retain = 3 days }
    rule ongoing { schedule = daily at 15:00  vault = "Safe"  continuous = true  retain = 3 days }
    rule copied {
      schedule = daily at 21:00
      vault = "Main"
      retain = 35 days
      copy to vault "Safe" in eu-west-1 { retain = 3 days }
    }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach types to root
"""
TAGS = """\
policy tags {
  plan daily {
    regions = [eu-west-1]
    rule ongoing { schedule = daily at 05:00  vault = "Main"  continuous = true  retain = 30 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach tags to root
"""
# What hangs on all that a selection by tag takes, DynamoDB with basic features among it.
TAKEN = """\
policy taken {
  plan basic {
    regions = [ap-south-1]
    rule copied { schedule = daily at 05:00  vault = "Main"  retain = 35 days  copy to vault "Main" in eu-west-1 }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
  plan databases {
    regions = [ca-central-1]
    rule isolated {
      schedule = daily at 05:00
      vault = "Main"
      air_gapped_vault = "Safe"
      cold_after = 30 days
      retain = 365 days
      scan = full
      index = [S3]
    }
    rule copied {
      schedule = daily at 15:00
      vault = "Main"
      retain = 35 days
      copy to vault "Main" in eu-west-1 account "222222222222"
    }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
    malware_scan { role = "Scanner"  types = [S3] }
  }
}
attach taken to root
"""
SETTINGS: Tree = {
    "opt_in": {"ap-south-1": ["DynamoDB", "Redshift"], "ca-central-1": ["DynamoDB", "RDS"]},
    "dynamodb_advanced": {"ap-south-1": False, "ca-central-1": False},
}
KEYS: Tree = {"vaults": [{"name": "Main", "accounts": "*", "regions": ["eu-west-1"], "key": "aws_managed"}]}
VAULTS: Tree = {
    "vaults": [
        {"name": "Main", "accounts": "*", "regions": ["eu-west-1"], "type": "standard"},
        {"name": "Safe", "accounts": "*", "regions": ["eu-west-1"], "type": "logically_air_gapped"},
    ]
}
RULES = [check.RULE for check in CHECKS]
# Two judge how the snapshot spells its own facts, so that without these there is nothing to judge.
JUDGING = [rule for rule in RULES if rule.name not in {"snapshot-region-unknown", "opt-in-name-unknown"}]


def without(tree: Tree, fact: Fact) -> Tree:
    """A snapshot that does not tell a fact."""
    left = deepcopy(tree)
    _FORGET[fact](left)
    return left


def _forget_key(key: str) -> Callable[[Tree], None]:
    def forget(tree: Tree) -> None:
        for vault in tree.get("vaults", ()):
            vault.pop(key, None)

    return forget


def _forget_setting(key: str) -> Callable[[Tree], object]:
    return lambda tree: tree.get("settings", {}).pop(key, None)


def _forget_tags(tree: Tree) -> None:
    pending = [tree["root"]]
    while pending:
        unit = pending.pop()
        pending += unit.get("units", ())
        for account in unit.get("accounts", ()):
            account.pop("tags", None)


_FORGET: dict[Fact, Callable[[Tree], object]] = {
    Fact.VAULTS: lambda tree: tree.pop("vaults", None),
    Fact.VAULT_LOCKS: _forget_key("lock"),
    Fact.VAULT_TYPES: _forget_key("type"),
    Fact.VAULT_KEYS: _forget_key("key"),
    Fact.VAULT_POLICIES: _forget_key("policy"),
    Fact.ROLES: lambda tree: tree.pop("roles", None),
    Fact.OPT_IN: _forget_setting("opt_in"),
    Fact.DYNAMODB_ADVANCED: _forget_setting("dynamodb_advanced"),
    Fact.CROSS_ACCOUNT_BACKUP: _forget_setting("cross_account_backup"),
    Fact.TAGS: _forget_tags,
}


def examples() -> Iterator[tuple[list[Source], Tree]]:
    """The examples of all checks, and a project in which every check finds something."""
    for texts in (example for rule in RULES for example in (rule.page.bad, rule.page.good)):
        if "organization.yaml" in texts:
            sources = [Source(name, text) for name, text in texts.items() if name.endswith(".bpol")]
            yield sources, yaml.safe_load(texts["organization.yaml"])
    yield [Source("types.bpol", TYPES)], {**yaml.safe_load(ONE_UNIT), **VAULTS}
    yield [Source("tags.bpol", TAGS)], {**yaml.safe_load(ONE_UNIT), "settings": {"opt_in": {"eu-west-1": ["EC2"]}}}
    yield [Source("taken.bpol", TAKEN)], {**yaml.safe_load(SANDBOX), **KEYS, "settings": SETTINGS}
    sources = [Source(file.name, file.read_text()) for file in sorted(EVERYTHING.glob("*.bpol"))]
    yield sources, yaml.safe_load((EVERYTHING / "organization.yaml").read_text())


def found(sources: list[Source], tree: Tree) -> dict[str, set[Diagnostic]]:
    """The findings of each check."""
    by_name: dict[str, set[Diagnostic]] = {}
    for one in evaluate(sources, Source("organization.yaml", yaml.safe_dump(tree)), at=AT).diagnostics:
        by_name.setdefault(one.name, set()).add(one)
    return by_name


@pytest.fixture(scope="module")
def told() -> list[Told]:
    """The examples with what is found where every fact is told."""
    return [(sources, tree, found(sources, tree)) for sources, tree in examples()]


@pytest.mark.parametrize("fact", Fact)
def test_a_check_declares_the_facts_that_its_findings_hang_on(fact: Fact, told: list[Told]) -> None:
    """It finds something else without one of them, and nothing more; but for an info that nobody knows."""
    hanging, new = set(), []
    for sources, tree, before in told:
        if (left := without(tree, fact)) != tree:
            after = found(sources, left)
            hanging |= {rule.name for rule in JUDGING if before.get(rule.name) != after.get(rule.name)}
            new += [one for rule in RULES for one in after.get(rule.name, set()) - before.get(rule.name, set())]
    assert hanging == {rule.name for rule in RULES if fact in rule.needs}
    assert [one.name for one in new if one.severity is not Severity.INFO] == []


COPY = 'copy to vault "Far" in eu-west-1 account "222222222222"'
TAGGED = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
EBS = 'resource selection all { role = "Backup"  types = [EBS] }'
DYNAMODB = 'resource selection all { role = "Backup"  types = [DynamoDB] }'
FSX = 'resource selection all { role = "Backup"  types = [FSx] }'
MAIN = 'vaults: [{name: Main, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]\n'
NOWHERE = 'vaults: [{name: Main, accounts: ["222222222222"], regions: [eu-west-1], lock: none, type: standard}]\n'
HALF = 'vaults: [{name: Main, accounts: "*", regions: [eu-west-1], type: standard}]\n'
SEARCHED = MAIN + "searched: {regions: [eu-central-1]}\n"


@pytest.mark.parametrize(
    ("rule", "selection", "tree", "lacking"),
    [
        ("", TAGGED, "", ["vaults", "roles", "opt-in"]),
        ("", TAGGED, MAIN, ["roles", "opt-in"]),
        ("", TAGGED, MAIN.replace("type: standard", "key: customer"), ["vault-types", "roles", "opt-in"]),
        ("", TAGGED, HALF, ["vault-locks", "roles", "opt-in"]),
        ("", TAGGED, "vaults: []\n", ["roles", "opt-in"]),
        ("", TAGGED, NOWHERE, ["roles", "opt-in"]),
        ("", TAGGED, MAIN.replace(", regions: [eu-west-1]", ""), ["vaults", "roles", "opt-in"]),
        ("", TAGGED, MAIN.replace('accounts: "*", ', ""), ["vaults", "roles", "opt-in"]),
        ("", TAGGED, SEARCHED.replace("Main", "Other"), ["vaults", "roles", "opt-in"]),
        ("", TAGGED, MAIN + "roles: []\n", ["opt-in"]),
        ("", TAGGED, MAIN + "roles: [{name: Backup}]\n", ["roles", "opt-in"]),
        ("", TAGGED, MAIN + "roles: []\nsettings: {opt_in: {eu-west-1: []}}\n", []),
        ("", TAGGED, MAIN + "roles: []\nsettings: {opt_in: {eu-west-2: []}}\n", ["opt-in"]),
        ("", EBS, MAIN + "roles: []\n", []),
        ("", FSX, MAIN + "roles: []\n", ["opt-in"]),
        ("", DYNAMODB, MAIN + "roles: []\n", []),
        ("cold_after = 30 days", DYNAMODB, MAIN + "roles: []\n", ["dynamodb-advanced"]),
        ("cold_after = 30 days", TAGGED, MAIN + "roles: []\nsettings: {opt_in: {eu-west-1: [DynamoDB, RDS]}}\n", ["dynamodb-advanced"]),
        ("cold_after = 30 days", TAGGED, MAIN + "roles: []\nsettings: {opt_in: {eu-west-1: [DynamoDB, EFS]}}\n", []),
        (COPY, DYNAMODB, "vaults: []\nroles: []\n", ["dynamodb-advanced", "cross-account-backup"]),
        (COPY, EBS, MAIN + "roles: []\n", ["cross-account-backup"]),
        (COPY, EBS, MAIN.replace("}]", '}, {name: Far, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]')
         + "roles: []\n", ["vault-keys", "cross-account-backup"]),
        (COPY, EBS, MAIN.replace("}]", ', policy: none}, {name: Far, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]')
         + "roles: []\n", ["vault-keys", "vault-policies", "cross-account-backup"]),
        (COPY, EBS, MAIN.replace("}]", '}, {name: Far, accounts: "*", regions: [eu-west-1], lock: none, type: standard, policy: none}]')
         + "roles: []\n", ["vault-keys", "cross-account-backup"]),
        (COPY, EBS, MAIN.replace("}]", '}, {name: Far, accounts: "*", regions: [eu-west-1], lock: none, type: standard, policy: "{"}]')
         + "roles: []\n", ["vault-keys", "vault-policies", "cross-account-backup"]),
        ('copy to vault "Far" in eu-west-1', EBS, MAIN.replace("Main", "Far").replace("}]", '}, {name: Main, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]')
         + "roles: []\n", []),
        (COPY, TAGGED, MAIN.replace("}]", '}, {name: Far, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]')
         + "roles: []\nsettings: {opt_in: {eu-west-1: [EBS, RDS]}, cross_account_backup: true}\n", ["vault-keys"]),
        (COPY, TAGGED, MAIN.replace("}]", '}, {name: Far, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]')
         + "roles: []\nsettings: {opt_in: {eu-west-1: [EBS, EFS]}, cross_account_backup: true}\n", []),
        ('air_gapped_vault = "Safe"\ncopy to vault "Far" in eu-west-1', EBS, MAIN.replace("}]", '}, {name: Far, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]')
         .replace("}]", '}, {name: Safe, accounts: "*", regions: [eu-west-1], type: logically_air_gapped, lock: {mode: compliance, min_retention_days: 7, max_retention_days: 400}}]')
         + "roles: []\n", ["vault-keys"]),
        (COPY.replace("2222", "9999"), EBS, MAIN + "roles: []\n", ["cross-account-backup"]),
    ],
)  # fmt: skip
def test_only_what_a_plan_needs_is_missed(rule: str, selection: str, tree: str, lacking: list[str]) -> None:
    texts = one_rule(f'schedule = daily at 05:00\nvault = "Main"\nretain = 400 days\n{rule}', selection=selection)
    evaluation = evaluated(texts["policy.bpol"], SANDBOX + tree)
    assert [one.fact for one in evaluation.missing_facts] == lacking


def test_it_is_said_of_what_and_for_whom() -> None:
    texts = one_rule(tree=SANDBOX)
    evaluation = evaluated(texts["policy.bpol"], SANDBOX + MAIN)
    assert [(one.fact.value, one.subjects, one.asking) for one in evaluation.missing_facts] == [
        ("roles", ("role `Backup`",), ("role-missing",)),
        (
            "opt-in",
            ("eu-west-1",),
            (
                "cold-storage-ignored",
                "scan-without-settings",
                "selection-reaches-everything",
                "continuous-ignored",
                "index-of-nothing",
                "opt-in-off",
                "copy-key-unusable",
                "air-gapped-unsupported",
                "copy-of-nothing",
            ),
        ),
    ]
    assert {one.accounts for one in evaluation.missing_facts} == {("111111111111", "222222222222")}


@pytest.mark.parametrize(
    ("require", "tree", "asking"),
    [
        ('for account.tags["env"] == "prod"\nassert every rule satisfies rule.continuous', SANDBOX, ("r",)),
        ('assert not (account.tags["env"] == "prod") or (some rule satisfies true)', SANDBOX, ("r",)),
        ('assert some rule where account.tags["env"] == "prod" satisfies true', SANDBOX, ("r",)),
        ('assert some rule satisfies rule.tags["env"] == "prod"', SANDBOX, ()),
        ('assert account.tags["env"] == "prod"', SANDBOX.replace("shop}", "shop, tags: {}}"), ()),
    ],
)
def test_tags_are_missed_where_a_requirement_asks_for_them(require: str, tree: str, asking: tuple[str, ...]) -> None:
    text = one_rule()["policy.bpol"] + f"require r {{ {require} }}\n"
    evaluation = evaluated(text, tree)
    assert tuple(name for one in evaluation.missing_facts if one.fact is Fact.TAGS for name in one.asking) == asking
