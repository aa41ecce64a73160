"""What nobody knows is no pass: a finding says which fact is missing and where it would stand.

The tables read like the terminal: the assertion of the requirement `house-rule`, then every finding about it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from analysis.requirements.tables import cases, told
from cli import command
from cli.command import AT, Command, project_in
from support.moment import AT as NOW

from policyengine.base.source import Source
from policyengine.engine import evaluate

TREE = """\
version: 1
root:
  name: Root
  accounts: [{id: "222222222222", name: payments}]
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      vault  = "Main"
      retain = 35 days
      copy to vault "Central" in eu-west-1 account "999999999999"
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily"]
    }
  }
}
attach baseline to root
"""
WITHHELD_TREE = """\
version: 1
root:
  name: Root
  policies: [raw]
  accounts: [{id: "222222222222", name: payments}]
policies:
  raw: {content: {plans: {daily: {regions: {"@@assign": []}}}}}
"""
STRANGER = """\
every plan satisfies EBS in plan.resource_types
warning[requirement-undecided]: `house-rule` cannot be decided: `arn:aws:ec2:*:*:*` in a selection is no pattern of AWS Backup
  at plans/daily/selections
  help: correct what the snapshot says under `last_valid`

every plan satisfies RDS in plan.resource_types
"""
LAST_VALID = """\
last_valid:
  "222222222222":
    plans:
      daily:
        regions: [eu-west-1]
        rules:
          nightly:
            schedule_expression: whenever
            target_backup_vault_name: Main
            copy_actions: {somewhere: {target_backup_vault_arn: somewhere}}
vaults: []
"""
NOBODY_LOOKED = """\
every rule satisfies rule.vault.exists
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies not rule.vault.exists
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.lock == compliance
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.lock != none
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.min_retention >= 7 days
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.type == standard
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.key == customer
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every copy satisfies copy.vault.exists
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Central` in eu-west-1 of account 999999999999
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:999999999999:backup-vault:central/target_backup_vault_arn in eu-west-1 by baseline
  set here: 7 | copy to vault "Central" in eu-west-1 account "999999999999"
  help: add it to `vaults` of the snapshot, with the account 999999999999

account.management
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell which account is the management account
  help: add `organization.management_account` to the snapshot

not account.management
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell which account is the management account
  help: add `organization.management_account` to the snapshot
"""
UNPLACED = """\
every rule satisfies rule.vault.exists
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot lists vault `Main` without saying whether it is in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: give the vault its `accounts` and `regions` in `vaults` of the snapshot

every rule satisfies rule.vault.lock == none
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot lists vault `Main` without saying whether it is in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: give the vault its `accounts` and `regions` in `vaults` of the snapshot
"""
UNTOLD = """\
every rule satisfies rule.vault.lock == compliance
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.min_retention >= 7 days
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.max_retention <= 35 days
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.type == standard
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the type of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `type` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.key == customer
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the key of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `key` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.lock == compliance and rule.vault.min_retention >= 7 days
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.lock == compliance and rule.vault.key == customer
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the key of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `key` to the vault in `vaults` of the snapshot
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.lock == compliance or rule.vault.key == customer
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the key of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `key` to the vault in `vaults` of the snapshot
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.exists

every rule satisfies rule.retention >= rule.vault.min_retention
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.max_retention >= rule.retention or rule.vault.lock == none
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot
"""
ONE_REGION = """\
plans["daily"].rules["nightly"].vault.lock == governance
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

plans["daily"].rules["nightly"].in_region["eu-west-1"].vault.lock == governance

every rule satisfies rule.vault.lock == governance
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

every rule satisfies rule.vault.lock == none
error: vault `Main` in eu-west-1 is locked in governance mode; an unlocked vault is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"

some rule satisfies rule.vault.lock == governance

some rule satisfies rule.vault.lock == none
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

at least 1 rule satisfies rule.vault.lock == governance
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

at least 2 rule satisfies rule.vault.lock == governance
error: none of 1 rule, in all its Regions, satisfies `rule.vault.lock == governance`; `house-rule` asks for at least 2

at least 2 rule satisfies rule.vault.lock == none
error: none of 1 rule satisfies `rule.vault.lock == none`; `house-rule` asks for at least 2

no rule satisfies rule.vault.lock == none
warning[requirement-undecided]: `house-rule` cannot be decided: the snapshot does not tell the lock of vault `Main` in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
  help: add `lock` to the vault in `vaults` of the snapshot

no rule satisfies rule.vault.lock == governance
error: vault `Main` in eu-west-1 is locked in governance mode; anything but governance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
"""
TRUTHS = """\
every rule satisfies rule.vault.lock == none or rule.retention >= 35 days

every rule satisfies rule.vault.lock == none or rule.retention >= 60 days
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.lock == none and rule.retention >= 35 days
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.lock == none and rule.retention >= 60 days
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every rule where rule.vault.exists satisfies rule.retention >= 35 days

every rule where rule.vault.exists satisfies rule.retention >= 60 days
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

some rule where rule.vault.exists satisfies rule.retention >= 35 days
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

some rule where rule.vault.exists satisfies rule.retention >= 60 days
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

no rule where rule.vault.exists satisfies rule.retention >= 60 days

not (every rule satisfies rule.vault.exists)
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot

every rule satisfies rule.vault.exists or rule.vault.lock == none
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot
"""
WITHHELD = """\
every rule satisfies rule.retention >= 35 days
warning[requirement-undecided]: `house-rule` cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps
  help: mend the policy, or add what AWS publishes now to `last_valid` in the snapshot

some plan satisfies plan.name == "daily"
warning[requirement-undecided]: `house-rule` cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps
  help: mend the policy, or add what AWS publishes now to `last_valid` in the snapshot

not (some rule satisfies rule.continuous)
warning[requirement-undecided]: `house-rule` cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps
  help: mend the policy, or add what AWS publishes now to `last_valid` in the snapshot

at least 2 plan satisfies plan.windows_vss
warning[requirement-undecided]: `house-rule` cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps
  help: mend the policy, or add what AWS publishes now to `last_valid` in the snapshot

plans["daily"].windows_vss
warning[requirement-undecided]: `house-rule` cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps
  help: mend the policy, or add what AWS publishes now to `last_valid` in the snapshot

account.name == "payments"

account.name == "ledger" and (some plan satisfies plan.windows_vss)
error: the account's name is `payments`; `house-rule` asks for `ledger`

account.name == "payments" or (some plan satisfies plan.windows_vss)
"""
KEPT = """\
every rule satisfies rule.interval <= 1 day
warning[requirement-undecided]: `house-rule` cannot be decided: schedule `whenever` is none that AWS Backup takes
  at plans/daily/rules/nightly/schedule_expression
  help: correct what the snapshot says under `last_valid`

every copy satisfies copy.cross_region
warning[requirement-undecided]: `house-rule` cannot be decided: copy target `somewhere` is the ARN of no vault
  at plans/daily/rules/nightly/copy_actions/somewhere/target_backup_vault_arn
  help: correct what the snapshot says under `last_valid`

every copy satisfies copy.cross_account
warning[requirement-undecided]: `house-rule` cannot be decided: copy target `somewhere` is the ARN of no vault
  at plans/daily/rules/nightly/copy_actions/somewhere/target_backup_vault_arn
  help: correct what the snapshot says under `last_valid`

every copy satisfies copy.vault.exists
error: the copy names no vault; one is required
  at plans/daily/rules/nightly/copy_actions/somewhere/target_backup_vault_arn

every copy satisfies copy.vault.lock == none
error: the copy names no vault
  at plans/daily/rules/nightly/copy_actions/somewhere/target_backup_vault_arn

every copy satisfies copy.region == eu-west-1
error: the copy's Region is not set; `house-rule` asks for `eu-west-1`
  at plans/daily/rules/nightly/copy_actions/somewhere/target_backup_vault_arn

every copy satisfies copy.account == "999999999999"
error: the copy's account is not set; `house-rule` asks for `999999999999`
  at plans/daily/rules/nightly/copy_actions/somewhere/target_backup_vault_arn
"""
VACUOUS = """\
every rule where rule.name == "hourly" satisfies rule.continuous
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a rule where `rule.name == "hourly"`
  help: look at its `where`, or ask for one with `some rule`

every copy where copy.cross_account and copy.region == "us-east-1" satisfies copy.retention >= 1 day
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a copy where `copy.cross_account and copy.region == "us-east-1"`
  help: look at its `where`, or ask for one with `some copy`

every selection where selection.kind == resource satisfies selection.role like "*"
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a selection where `selection.kind == resource`
  help: look at its `where`, or ask for one with `some selection`

every plan where plan.name == "weekly" satisfies every rule satisfies rule.continuous
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a plan where `plan.name == "weekly"`
  help: look at its `where`, or ask for one with `some plan`

every rule satisfies every copy where copy.region == "us-east-1" satisfies copy.retention >= 1 day
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no rule that it looks at has a copy where `copy.region == "us-east-1"`
  help: look at its `where`, or ask for one with `some copy`

every plan satisfies every selection where selection.kind == resource satisfies selection.role like "*"
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no plan that it looks at has a selection where `selection.kind == resource`
  help: look at its `where`, or ask for one with `some selection`

(every rule satisfies rule.retention >= 1 day) and (every rule where rule.name == "hourly" satisfies rule.continuous)
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a rule where `rule.name == "hourly"`
  help: look at its `where`, or ask for one with `some rule`

no rule where rule.name == "hourly" satisfies rule.continuous
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a rule where `rule.name == "hourly"`
  help: look at its `where`, or ask for one with `some rule` beside it

not (some rule where rule.name == "hourly" satisfies rule.continuous)
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a rule where `rule.name == "hourly"`
  help: look at its `where`, or ask for one with `some rule` beside it

not (at least 1 copy where copy.region == "us-east-1" satisfies copy.cross_account)
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a copy where `copy.region == "us-east-1"`
  help: look at its `where`, or ask for one with `some copy` beside it

not (account.name == "nobody" or (some copy where copy.region == "us-east-1" satisfies copy.cross_account))
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a copy where `copy.region == "us-east-1"`
  help: look at its `where`, or ask for one with `some copy` beside it

every rule satisfies no copy where copy.region == "us-east-1" satisfies copy.cross_account
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no rule that it looks at has a copy where `copy.region == "us-east-1"`
  help: look at its `where`, or ask for one with `some copy` beside it

not (at least 2 copy where copy.region == "us-east-1" satisfies copy.cross_account)

no rule satisfies some copy where copy.region == "us-east-1" satisfies copy.cross_account

(every rule where rule.name == "hourly" satisfies rule.continuous) or account.name == "payments"

every rule where rule.name == "nightly" satisfies rule.retention >= 1 day
"""
UNTYPED_POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      vault  = "Main"
      retain = 35 days
      continuous = true
    }
    resource selection named {
      role   = "BackupRole"
      types  = [EBS, EFS]
    }
    resource selection production {
      role   = "BackupRole"
      where prod: "aws:ResourceTag/env" == "prod"
    }
  }
}
attach baseline to root
"""
UNTYPED = """\
every plan satisfies DynamoDB in plan.resource_types
warning[requirement-undecided]: `house-rule` cannot be decided: nobody can tell which types selection `production` takes: it has conditions and no `types`
  at plans/daily/selections/resources/production by baseline
  defined here: 13 | resource selection production
  help: write the `types` that are meant, `["*"]` for all of them

every rule satisfies rule.continuous
warning[requirement-undecided]: `house-rule` cannot be decided: nobody can tell which types selection `production` takes: it has conditions and no `types`
  at plans/daily/selections/resources/production by baseline
  defined here: 13 | resource selection production
  help: write the `types` that are meant, `["*"]` for all of them

every plan satisfies plan.resource_types == [RDS]
error: the list of resource types holds `EBS` and `EFS` and perhaps more; `house-rule` asks for exactly `RDS`
  at plans/daily/selections by baseline
  defined here: 9 | resource selection named

plans["daily"].resource_types != [EBS, EFS]
warning[requirement-undecided]: `house-rule` cannot be decided: nobody can tell which types selection `production` takes: it has conditions and no `types`
  at plans/daily/selections/resources/production by baseline
  defined here: 13 | resource selection production
  help: write the `types` that are meant, `["*"]` for all of them

every plan satisfies "Nothing" in plan.resource_types
error: the list of resource types holds `EBS` and `EFS` and perhaps more; `house-rule` asks for `Nothing` among them
  at plans/daily/selections by baseline
  defined here: 9 | resource selection named

every plan satisfies plan.resource_types == []
error: the list of resource types holds `EBS` and `EFS` and perhaps more; `house-rule` asks for an empty list
  at plans/daily/selections by baseline
  defined here: 9 | resource selection named

every rule satisfies rule.name in rule.resource_types
error: the rule's name is `nightly`; `house-rule` asks for `EC2`, `EBS`, `RDS`, `Aurora`, `DSQL`, `DocumentDB`, `Neptune`, `DynamoDB`, `EFS`, `FSx`, `FSxVolume`, `S3`, `StorageGateway`, `Timestream`, `VirtualMachine`, `CloudFormation`, `SAPHANA`, `EKS`, `Redshift` or `RedshiftServerless`, the list of resource types
  at plans/daily/rules/nightly by baseline
  defined here: 4 | rule nightly

every rule satisfies rule.vault.exists
warning[requirement-undecided]: `house-rule` cannot be decided: nobody looked for vault `Main` in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
  help: add it to `vaults` of the snapshot
"""
UNTYPED_TREE = """\
version: 1
root:
  name: Root
  policies: [raw]
  accounts: [{id: "222222222222", name: payments}]
policies:
  raw:
    content:
      plans:
        daily:
          regions: {"@@assign": [eu-west-1]}
          rules: {nightly: {target_backup_vault_name: {"@@assign": Main}}}
          selections:
            resources:
              some: &some
                iam_role_arn: {"@@assign": "arn:aws:iam::$account:role/Backup"}
                conditions:
                  string_equals:
                    prod:
                      condition_key: {"@@assign": "aws:ResourceTag/env"}
                      condition_value: {"@@assign": prod}
              others: *some
"""
UNTYPED_IN_JSON = """\
every plan satisfies DynamoDB in plan.resource_types
warning[requirement-undecided]: `house-rule` cannot be decided: nobody can tell which types selections `others` and `some` take: they have conditions and no `resource_types`
  at plans/daily/selections/resources/others by raw
  help: write the `resource_types` that are meant, `["*"]` for all of them

every plan satisfies "Nothing" in plan.resource_types
error: the list of resource types holds nothing for certain; `house-rule` asks for `Nothing` among them
  at plans/daily/selections by raw
"""


def project(tree: str, policy: str = POLICY) -> dict[str, str]:
    return {"organization.yaml": tree, "backup.bpol": policy}


def test_nobody_looked() -> None:
    assert told(NOBODY_LOOKED, project(TREE)) == NOBODY_LOOKED


@pytest.mark.parametrize("vault", ["{name: Main, regions: [eu-west-1]}", '{name: Main, accounts: "*"}', "{name: Main}"])
def test_a_vault_is_listed_without_its_place(vault: str) -> None:
    assert told(UNPLACED, project(f"{TREE}vaults: [{vault}]\n")) == UNPLACED


def test_a_vault_is_listed_without_what_is_asked() -> None:
    assert told(UNTOLD, project(TREE + 'vaults: [{name: Main, accounts: "*", regions: [eu-west-1]}]\n')) == UNTOLD


@pytest.mark.parametrize(
    "searched",
    ['{accounts: ["333333333333"]}', '{accounts: "*", regions: [eu-central-1]}', "{accounts: {ou: Elsewhere}}"],
)
def test_nobody_looked_there(searched: str) -> None:
    tree = TREE.replace("name: Root\n", "name: Root\n  units: [{name: Elsewhere}]\n")
    case = cases(NOBODY_LOOKED)[0]
    assert told(case, project(f"{tree}searched: {searched}\nvaults: []\n")) == f"{case}\n"


def test_somebody_looked_and_found_nothing() -> None:
    said = told("every rule satisfies rule.vault.exists", project(f"{TREE}vaults: []\n"))
    assert said.splitlines()[1] == "error: vault `Main` does not exist in eu-west-1; it is required"


def test_what_only_three_entries_contradict_is_unknown() -> None:
    """A bound that one of them leaves out is none of a standard vault, and unknown of an air-gapped one."""
    tree = f"""{TREE}vaults:
  - {{name: Main, accounts: "*", regions: [eu-west-1], type: standard}}
  - {{name: Main, accounts: "*", regions: [eu-west-1], lock: {{mode: compliance}}}}
  - {{name: Main, accounts: "*", regions: [eu-west-1], lock: {{mode: compliance, min_retention_days: 7}}}}"""
    assert told(cases(UNTOLD)[0], project(tree)) == f"{cases(UNTOLD)[0]}\n"


def test_nobody_knows_what_a_selection_without_types_takes() -> None:
    assert told(UNTYPED, project(TREE, UNTYPED_POLICY)) == UNTYPED


def test_the_document_of_a_selection_without_types_is_no_text_of_the_language() -> None:
    assert told(UNTYPED_IN_JSON, project(UNTYPED_TREE, "")) == UNTYPED_IN_JSON


def test_one_region_is_known_and_the_other_is_not() -> None:
    vaults = """vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], lock: {mode: governance}}
  - {name: Main, accounts: "*", regions: [eu-central-1]}
"""
    policy = POLICY.replace("[eu-west-1]", "[eu-west-1, eu-central-1]")
    assert told(ONE_REGION, project(TREE + vaults, policy)) == ONE_REGION


def test_an_unknown_fact_counts_only_where_it_matters() -> None:
    assert told(TRUTHS, project(TREE)) == TRUTHS


def test_aws_withholds_the_policy_and_nobody_knows_the_one_it_keeps() -> None:
    assert told(WITHHELD, {"organization.yaml": WITHHELD_TREE}) == WITHHELD


def test_a_pattern_that_aws_is_said_to_keep_is_none() -> None:
    excepted = 'selections: {resources: {s: {resource_types: ["*"], not_resource_types: ["arn:aws:ec2:*:*:*"]}}}'
    kept = LAST_VALID.replace("regions: [eu-west-1]", f"regions: [eu-west-1]\n        {excepted}")
    files = {"organization.yaml": WITHHELD_TREE + kept}
    assert told(STRANGER, files) == STRANGER


def test_what_aws_is_said_to_keep_makes_no_sense() -> None:
    assert told(KEPT, {"organization.yaml": WITHHELD_TREE + LAST_VALID}) == KEPT


@pytest.mark.parametrize(
    ("scope", "fact", "advice"),
    [
        (
            "account.management",
            "the snapshot does not tell which account is the management account",
            "add `organization.management_account` to the snapshot",
        ),
        (
            "some rule satisfies rule.vault.exists",
            "nobody looked for vault `Main` in eu-west-1",
            "add it to `vaults` of the snapshot",
        ),
    ],
)
def test_nobody_can_say_whether_a_requirement_applies(scope: str, fact: str, advice: str) -> None:
    said = told("every rule satisfies rule.retention >= 60 days", project(TREE), f"  for {scope}\n").splitlines()
    assert said[1] == f"warning[requirement-undecided]: nobody can say whether `house-rule` applies: {fact}"
    assert said[-1] == f"  help: {advice}"


def test_what_holds_anyway_needs_not_apply() -> None:
    case = "every rule satisfies rule.retention >= 35 days"
    assert told(case, project(TREE), "  for account.management\n") == f"{case}\n"


def test_both_the_scope_and_the_assertion_may_be_unknown() -> None:
    said = told("every rule satisfies rule.vault.exists", project(TREE), "  for account.management\n")
    before = "warning[requirement-undecided]: `house-rule` cannot be decided: "
    assert {line.removeprefix(before) for line in said.splitlines() if line.startswith(before)} == {
        "nobody looked for vault `Main` in eu-west-1",
        "the snapshot does not tell which account is the management account",
    }


def test_every_over_nothing_says_nothing() -> None:
    assert told(VACUOUS, project(TREE)) == VACUOUS


def test_every_over_nothing_is_fine_where_another_account_has_something() -> None:
    tree = TREE.replace("name: payments}]", 'name: payments}, {id: "333333333333", name: empty}]')
    policy = POLICY.replace("attach baseline to root", 'attach baseline to account "payments"')
    case = "every rule satisfies rule.retention >= 1 day"
    assert told(case, project(tree, policy)) == f"{case}\n"


def test_every_over_nothing_names_the_accounts_it_is_about() -> None:
    said = told(
        'every plan where plan.name == "weekly" satisfies plan.windows_vss',
        project(TREE),
        '  for account.name == "payments"\n',
    )
    assert said.splitlines()[1] == (
        "warning[requirement-vacuous]: an assertion of `house-rule` holds only because"
        ' no account that it applies to has a plan where `plan.name == "weekly"`'
    )


EVERY_COPY = "every copy satisfies copy.retention >= 7 days"


@pytest.mark.parametrize(
    ("requirements", "idle"),
    [
        pytest.param(
            """\
require payments { for account.name == "payments" assert every rule satisfies rule.retention >= 1 day }
require empty { for account.name == "empty" assert every rule satisfies rule.retention >= 1 day }
""",
            ["empty"],
            id="the same of other accounts",
        ),
        pytest.param(
            f"""\
require continuous {{ assert every rule where rule.continuous satisfies {EVERY_COPY} }}
require all {{ assert every rule satisfies {EVERY_COPY} }}
""",
            ["continuous"],
            id="a part of another",
        ),
        pytest.param(
            f"""\
require both {{
  assert (every rule where rule.continuous satisfies {EVERY_COPY})
    and (every rule where not rule.continuous satisfies {EVERY_COPY})
}}
""",
            ["both"],
            id="twice in one",
        ),
        pytest.param(
            """\
require first { assert every rule satisfies every copy satisfies copy.account != account.name }
require second { assert every rule satisfies every copy satisfies copy.account != account.name }
""",
            [],
            id="of each account by itself",
        ),
    ],
)
def test_what_one_assertion_meets_no_other_has_met(requirements: str, idle: list[str]) -> None:
    """However alike they are: each says for itself whether it holds only because there is nothing to hold for."""
    tree = TREE.replace("name: payments}]", 'name: payments}, {id: "333333333333", name: empty}]')
    policy = POLICY.replace("attach baseline to root", 'attach baseline to account "payments"')
    text = f"{policy}\n{requirements}"
    found = evaluate([Source("backup.bpol", text)], Source("organization.yaml", tree), at=NOW).diagnostics
    assert [one.requirement for one in found if one.name == "requirement-vacuous"] == idle


@pytest.mark.parametrize(
    "scope", ['account.path like "Trading/*"', 'account.tags["env"] == "prod"', 'plans["weekly"].windows_vss', "false"]
)
def test_a_requirement_that_applies_to_nothing_is_reported(scope: str) -> None:
    assert told("account.management", project(TREE), f"  for {scope}\n").splitlines()[1:] == [
        "warning[requirement-applies-to-nothing]: `house-rule` applies to no account",
        "  help: no account of the organization fits its `for`",
    ]


REQUIRED = "\nrequire locked { assert every rule satisfies rule.vault.lock == compliance }\n"


@pytest.mark.parametrize(("options", "code", "severity"), [((), 0, "warning"), (("--strict",), 1, "error")])
def test_what_is_undecided_fails_a_strict_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], code: int, severity: str
) -> None:
    folder = project_in(tmp_path, policy=command.POLICY + REQUIRED)
    ran = Command(capsys).json("check", folder, *options, "--at", AT)
    undecided = [found for found in ran.json["findings"] if found["name"] == "requirement-undecided"]
    assert (ran.code, [found["severity"] for found in undecided]) == (code, [severity])
    assert undecided[0]["requirement"] == "locked"
    assert ran.json["summary"]["undecided"] == 1
