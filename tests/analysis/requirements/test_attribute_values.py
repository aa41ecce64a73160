"""What each attribute is in a small organization, and for which accounts it is that."""

from __future__ import annotations

import re
from collections import defaultdict

from support.moment import AT

from policyengine.analysis.requirements import ATTRIBUTES, Type
from policyengine.base.source import Source
from policyengine.engine import evaluate

TREE = """\
version: 1
organization: {management_account: "111111111111"}
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Trading
      accounts: [{id: "222222222222", name: desk, tags: {env: prod, owner: ""}}]
    - name: Shops
      units: [{name: East, accounts: [{id: "333333333333", name: books, tags: {env: dev}}]}]
vaults:
  - name: Main
    accounts: "*"
    regions: [eu-west-1, eu-central-1]
    type: standard
    lock: {mode: governance, min_retention_days: 7, max_retention_days: 400}
    key: customer
  - name: Air
    accounts: "*"
    regions: [eu-west-1, eu-central-1]
    type: logically_air_gapped
    lock: {mode: compliance, min_retention_days: 8, max_retention_days: 100}
    key: aws_owned
  - {name: Central, accounts: ["333333333333"], regions: [eu-central-1], lock: none, key: aws_managed}
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    plan_tags { Team = "platform" }
    advanced { windows_vss = true }
    rule nightly {
      schedule         = daily at 05:00
      start_within     = 2 hours
      complete_within  = 1 day
      continuous       = true
      vault            = "Main"
      air_gapped_vault = "Air"
      retain           = 35 days
      recovery_point_tags { Owner = "desk" }
      copy to vault "Central" in eu-central-1 account "333333333333" { retain = 90 days }
    }
    rule monthly {
      schedule   = monthly on day 1 at 03:00
      vault      = "Main"
      cold_after = 30 days
      archive    = true
      retain     = 365 days
      copy to vault "Main" in eu-west-1 { cold_after = 10 days }
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily", "gold"]
    }
    resource selection files {
      role  = "FileRole"
      types = [EFS, S3]
      where prod: "aws:ResourceTag/env" == "prod"
      where ours: "aws:ResourceTag/team" not like "guest*"
    }
  }
}
attach baseline to root
"""
NIGHTLY, MONTHLY = 'rule.name == "nightly"', 'rule.name == "monthly"'

# Behind each condition the accounts for which it holds.
OF_ACCOUNTS = """
account.id == "222222222222"                 desk
account.id != "222222222222"                 management books
account.name like "?????"                    books
account.path == "desk"
account.path == "Trading/desk"               desk
account.path like "Shops/*/books"            books
account.ou == ""                             management
account.ou == "Trading"                      desk
account.ou == "Shops/East"                   books
account.management                           management
not account.management                       desk books
account.tags["env"] == "prod"                desk
account.tags["env"] like "*"                 desk books
account.tags["owner"] == ""                  desk
account.plans["daily"].windows_vss           management desk books
"""

# All of them hold for every account.
OF_PLANS = """
plan.name == "daily"
plan.name == "DAILY"
plan.regions == [eu-west-1, eu-central-1]
plan.rules["nightly"].retention == 35 days
plan.tags["Team"] == "platform"
plan.windows_vss
"""
# On the first of a month AWS starts only the rule that keeps its backups longer (facts 1.6), so that a day is left out.
OF_NIGHTLY = """
rule.name == "Nightly"
rule.plan == "Daily"
rule.region in [eu-west-1, eu-central-1]
rule.schedule == "cron(0 5 ? * * *)"
rule.interval == 2 days
rule.retention == 35 days
rule.cold_after == forever
rule.start_within == 2 hours
rule.complete_within == 1 day
rule.continuous
not rule.archive
rule.vault.name == "Main"
rule.vault.region == rule.region
rule.vault.account == account.id
rule.vault.exists
rule.vault.lock == governance
rule.vault.min_retention == 7 days
rule.vault.max_retention == 400 days
rule.vault.type == standard
rule.vault.key == customer
rule.air_gapped_vault.name == "Air"
rule.air_gapped_vault.region == rule.region
rule.air_gapped_vault.account == account.id
rule.air_gapped_vault.exists
rule.air_gapped_vault.lock == compliance
rule.air_gapped_vault.min_retention == 8 days
rule.air_gapped_vault.max_retention == 100 days
rule.air_gapped_vault.type == air_gapped
rule.air_gapped_vault.key == aws_owned
rule.tags["Owner"] == "desk"
EBS in rule.resource_types
"""
OF_MONTHLY = """
rule.interval == 31 days
rule.cold_after == 30 days
rule.start_within == 8 hours
rule.complete_within == 7 days
rule.archive
not rule.continuous
not rule.air_gapped_vault.exists
not rule.leaves_account
not (rule.tags["Owner"] like "*")
"""
OF_COPIES_OF_NIGHTLY = """
copy.vault.name == "Central"
copy.vault.region == eu-central-1
copy.vault.account == "333333333333"
copy.vault.exists
copy.vault.lock == none
copy.vault.key == aws_managed
copy.region == eu-central-1
copy.account == "333333333333"
copy.retention == 90 days
copy.cold_after == forever
copy.rule == "Nightly"
copy.plan == "Daily"
"""
OF_COPIES_OF_MONTHLY = """
copy.region == eu-west-1
copy.account == account.id
not copy.cross_account
copy.retention == 365 days
copy.cold_after == 10 days
copy.rule == "monthly"
"""
OF_TAGGED = """
selection.plan == "Daily"
selection.kind == tag
selection.role like "arn:*:role/BackupRole"
selection.key == "backup"
selection.values == ["daily", "gold"]
selection.types == []
selection.conditions == []
"""
OF_FILES = """
selection.kind == resource
selection.role like "*/FileRole"
not (selection.key like "*")
selection.values == []
selection.types == [S3, EFS]
selection.conditions == ["\\"aws:ResourceTag/env\\" == \\"prod\\"", "\\"aws:ResourceTag/team\\" not like \\"guest*\\""]
"\\"aws:ResourceTag/env\\" == \\"prod\\"" in selection.conditions
not ("prod" in selection.conditions)
"""
# Whether a copy leaves depends on where the rule runs, and in whose account.
OF_PLACES = f"""
every rule where {NIGHTLY} satisfies rule.leaves_account                        management desk
every copy where copy.rule == "nightly" satisfies copy.cross_account            management desk
every rule where rule.region == eu-west-1 and {NIGHTLY} satisfies rule.leaves_region       management desk books
every rule where rule.region == eu-central-1 and {NIGHTLY} satisfies rule.leaves_region
every rule where rule.region == eu-west-1 and {MONTHLY} satisfies rule.leaves_region
every rule where rule.region == eu-central-1 and {MONTHLY} satisfies rule.leaves_region    management desk books
at least 2 copy satisfies copy.cross_region
at least 2 rule satisfies some copy satisfies copy.cross_region
plans["daily"].rules["nightly"].in_region["eu-west-1"].leaves_region            management desk books
plans["daily"].rules["nightly"].vault.account == account.id                     management desk books
plans["daily"].rules["nightly"].leaves_account                                  management desk
"""


def holding(conditions: list[str], tree: str = TREE) -> dict[str, set[str]]:
    """The names of the accounts for which each condition holds."""
    text = "\n".join(f"require r{number} {{ assert {asked} }}" for number, asked in enumerate(conditions))
    sources = [Source("policy.bpol", POLICY), Source("requirements.bpol", text)]
    evaluation = evaluate(sources, Source("organization.yaml", tree), at=AT)
    assert evaluation.judgement, [found.message for found in evaluation.diagnostics]
    names: dict[str, set[str]] = defaultdict(set)
    for result in evaluation.judgement.results:
        if not (result.violated or result.undecided):
            names[conditions[int(result.requirement.name[1:])]] |= {account.name for account in result.accounts}
    return names


def held(table: str) -> dict[str, set[str]]:
    """The rows of a table: conditions, and behind two spaces the names of accounts."""
    rows = (line.partition("  ") for line in table.strip().splitlines())
    return {condition: set(names.split()) for condition, _, names in rows}


def test_what_is_true_of_some_accounts() -> None:
    expected = held(OF_ACCOUNTS) | held(OF_PLACES)
    found = holding([*expected])
    assert {condition: found[condition] for condition in expected} == expected


def test_what_is_true_of_all_accounts() -> None:
    each = {
        "every plan satisfies": OF_PLANS,
        f"every rule where {NIGHTLY} satisfies": OF_NIGHTLY,
        f"every rule where {MONTHLY} satisfies": OF_MONTHLY,
        'every copy where copy.rule == "nightly" satisfies': OF_COPIES_OF_NIGHTLY,
        'every copy where copy.rule == "monthly" satisfies': OF_COPIES_OF_MONTHLY,
        'every selection where selection.name == "tagged" satisfies': OF_TAGGED,
        'every selection where selection.name == "files" satisfies': OF_FILES,
    }
    conditions = [f"{of} {asked}" for of, table in each.items() for asked in table.strip().splitlines()]
    found = holding(conditions)
    assert [asked for asked in conditions if found[asked] != {"management", "desk", "books"}] == []
    asked = "\n".join([*conditions, OF_ACCOUNTS, OF_PLACES])
    for kind in (Type.ACCOUNT, Type.PLAN, Type.RULE, Type.COPY, Type.SELECTION, Type.VAULT):
        names = set(re.findall(rf"\b{kind.name.lower()}\.([a-z_]+)", asked))
        assert ATTRIBUTES[kind].keys() - names <= {"resource_types", "copies"}, "add rows to the tables"
        assert names <= ATTRIBUTES[kind].keys()


def test_what_is_true_of_one_account_of_three_hundred() -> None:
    accounts = ", ".join(f'{{id: "{number:012}", name: a{number}, tags: {{t: x{number}}}}}' for number in range(1, 301))
    tree = f"version: 1\nroot: {{name: Root, accounts: [{accounts}]}}\n"
    asked = {
        'account.name == "a270"': {"a270"},
        'account.name like "*270"': {"a270"},
        'account.name in ["a3", "a300"]': {"a3", "a300"},
        'account.tags["t"] == "x7"': {"a7"},
        "account.name == account.path": {f"a{number}" for number in range(1, 301)},
        'every rule satisfies account.name == "a270"': {"a270"},
    }
    found = holding([*asked], tree)
    assert {condition: found[condition] for condition in asked} == asked
