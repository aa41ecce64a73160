"""A violation says what was found, who set it and where, and what is asked for.

The tables read like the terminal: the assertion of the requirement `house-rule`, then every finding about it.
"""

from __future__ import annotations

import pytest
from analysis.requirements.tables import told
from support.evaluation import evaluated

from policyengine.base.diagnostics import Diagnostic

TREE = """\
version: 1
organization: {management_account: "111111111111"}
root:
  name: Root
  units:
    - name: Finance
      accounts: [{id: "222222222222", name: payments, tags: {env: prod}}]
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], type: standard, lock: none, key: customer}
  - name: Ledger
    accounts: "*"
    regions: [eu-west-1]
    type: standard
    lock: {mode: governance, min_retention_days: 7, max_retention_days: 400}
    key: aws_managed
  - {name: Air, accounts: "*", regions: [eu-west-1], type: logically_air_gapped, key: aws_owned}
"""
SET = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    plan_tags { Team = "platform" }
    advanced { windows_vss = true }
    rule nightly {
      schedule        = daily at 05:00
      start_within    = 2 hours
      complete_within = 1 day
      vault           = "Ledger"
      cold_after      = 30 days
      retain          = 150 days
      recovery_point_tags { Owner = "platform" }
      copy to vault "Central" in eu-central-1 account "999999999999" {
        cold_after = 10 days
        retain     = 120 days
      }
    }
    resource selection databases {
      role  = "BackupRole"
      types = [RDS, DynamoDB]
    }
  }
}
attach baseline to root
"""
UNSET = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      vault = "Main"
      copy to vault "Main" in eu-west-1
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily", "gold"]
    }
  }
}
attach baseline to root
"""
SETTINGS = {"organization.yaml": TREE, "backup.bpol": SET}
DEFAULTS = {"organization.yaml": TREE, "backup.bpol": UNSET}

RULES = """\
every rule satisfies rule.retention >= 2557 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at least 2557 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention <= 35 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at most 35 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies 200 days < rule.retention
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for more than 200 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies not rule.retention <= 200 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for more than 200 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention <= 0 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at most 0 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies not rule.continuous == rule.archive
error: continuous backup is off, AWS's default, and the archive opt-in is off, AWS's default; `house-rule` asks for the opposite of `rule.continuous == rule.archive`
  at plans/daily/rules/nightly/enable_continuous_backup by baseline
  not set here: 6 | rule nightly

every rule satisfies rule.retention > 150 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for more than 150 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention < 150 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for less than 150 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention == 35 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for 35 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention != 150 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for anything but 150 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention == forever
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for forever
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention >= forever
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for forever
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention in [35 days, 60 days, 90 days]
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for 35 days, 60 days or 90 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.retention in [35 days]
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for 35 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies not rule.retention in [150 days, 90 days]
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for anything but 150 days or 90 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies 180 days <= rule.retention
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at least 180 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies 100 days > rule.retention
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for less than 100 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies not rule.retention >= 100 days
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for less than 100 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies not (not rule.retention >= 180 days)
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at least 180 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 12 | retain          = 150 days

every rule satisfies rule.cold_after >= 60 days
error: the time before cold storage is 30 days, set by `baseline` at Root (backup.bpol:11); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/move_to_cold_storage_after_days by baseline
  set here: 11 | cold_after      = 30 days

every rule satisfies rule.start_within <= 90 minutes
error: the start window is 2 hours, set by `baseline` at Root (backup.bpol:8); `house-rule` asks for at most 90 minutes
  at plans/daily/rules/nightly/start_backup_window_minutes by baseline
  set here: 8 | start_within    = 2 hours

every rule satisfies rule.complete_within < 12 hours
error: the completion window is 1 day, set by `baseline` at Root (backup.bpol:9); `house-rule` asks for less than 12 hours
  at plans/daily/rules/nightly/complete_backup_window_minutes by baseline
  set here: 9 | complete_within = 1 day

every rule satisfies rule.interval <= 12 hours
error: the longest gap between two runs is 1 day, set by `baseline` at Root (backup.bpol:7); `house-rule` asks for at most 12 hours
  at plans/daily/rules/nightly/schedule_expression by baseline
  set here: 7 | schedule        = daily at 05:00

every rule satisfies rule.schedule == "cron(0 3 ? * * *)"
error: schedule is `cron(0 5 ? * * *)`, set by `baseline` at Root (backup.bpol:7); `house-rule` asks for `cron(0 3 ? * * *)`
  at plans/daily/rules/nightly/schedule_expression by baseline
  set here: 7 | schedule        = daily at 05:00

every rule satisfies rule.schedule like "cron(0 3 *)"
error: schedule is `cron(0 5 ? * * *)`, set by `baseline` at Root (backup.bpol:7); `house-rule` asks for one like `cron(0 3 *)`
  at plans/daily/rules/nightly/schedule_expression by baseline
  set here: 7 | schedule        = daily at 05:00

every rule satisfies not rule.schedule like "cron(0 5 *"
error: schedule is `cron(0 5 ? * * *)`, set by `baseline` at Root (backup.bpol:7); `house-rule` asks for none like `cron(0 5 *`
  at plans/daily/rules/nightly/schedule_expression by baseline
  set here: 7 | schedule        = daily at 05:00

every rule satisfies rule.continuous
error: continuous backup is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/rules/nightly/enable_continuous_backup by baseline
  not set here: 6 | rule nightly

every rule satisfies rule.archive == true
error: the archive opt-in is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/rules/nightly/lifecycle/opt_in_to_archive_for_supported_resources by baseline
  not set here: 6 | rule nightly

every rule satisfies rule.name == "hourly"
error: the rule's name is `nightly`; `house-rule` asks for `hourly`
  at plans/daily/rules/nightly by baseline
  defined here: 6 | rule nightly

every rule satisfies rule.name != "Nightly"
error: the rule's name is `nightly`; `house-rule` asks for anything but `Nightly`
  at plans/daily/rules/nightly by baseline
  defined here: 6 | rule nightly

every rule satisfies rule.name like "week*"
error: the rule's name is `nightly`; `house-rule` asks for one like `week*`
  at plans/daily/rules/nightly by baseline
  defined here: 6 | rule nightly

every rule satisfies rule.name in ["hourly", "weekly"]
error: the rule's name is `nightly`; `house-rule` asks for `hourly` or `weekly`
  at plans/daily/rules/nightly by baseline
  defined here: 6 | rule nightly

every rule satisfies rule.plan == "weekly"
error: the rule's plan is `daily`; `house-rule` asks for `weekly`
  at plans/daily/rules/nightly by baseline
  defined here: 6 | rule nightly

every rule satisfies rule.region == eu-central-1
error: the rule's Region is `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for `eu-central-1`
  at plans/daily/regions in eu-west-1 by baseline
  set here: 3 | regions = [eu-west-1]

every rule satisfies rule.region in [eu-central-1, eu-north-1]
error: the rule's Region is `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for `eu-central-1` or `eu-north-1`
  at plans/daily/regions in eu-west-1 by baseline
  set here: 3 | regions = [eu-west-1]

every rule satisfies rule.tags["Owner"] == "finance"
error: the recovery point tag `Owner` is `platform`, set by `baseline` at Root (backup.bpol:13); `house-rule` asks for `finance`
  at plans/daily/rules/nightly/recovery_point_tags/owner/tag_value by baseline
  set here: 13 | Owner = "platform"

every rule satisfies rule.tags["Owner"] != "platform"
error: the recovery point tag `Owner` is `platform`, set by `baseline` at Root (backup.bpol:13); `house-rule` asks for anything but `platform`
  at plans/daily/rules/nightly/recovery_point_tags/owner/tag_value by baseline
  set here: 13 | Owner = "platform"

every rule satisfies not rule.tags["Owner"] like "plat*"
error: the recovery point tag `Owner` is `platform`, set by `baseline` at Root (backup.bpol:13); `house-rule` asks for none like `plat*`
  at plans/daily/rules/nightly/recovery_point_tags/owner/tag_value by baseline
  set here: 13 | Owner = "platform"

every rule satisfies rule.tags["CostCenter"] like "*"
error: the recovery point tag `CostCenter` is not set; `house-rule` asks for any value
  at plans/daily/rules/nightly/recovery_point_tags/costcenter/tag_value by baseline
  not set here: 13 | recovery_point_tags

every rule satisfies rule.resource_types == [RDS]
error: the list of resource types holds `RDS` and `DynamoDB`; `house-rule` asks for exactly `RDS`
  at plans/daily/selections by baseline
  defined here: 19 | resource selection databases

every rule satisfies S3 in rule.resource_types
error: the list of resource types holds `RDS` and `DynamoDB`; `house-rule` asks for `S3` among them
  at plans/daily/selections by baseline
  defined here: 19 | resource selection databases

every rule satisfies not RDS in rule.resource_types
error: the list of resource types holds `RDS` and `DynamoDB`; `house-rule` asks for `RDS` not among them
  at plans/daily/selections by baseline
  defined here: 19 | resource selection databases

every rule satisfies not rule.leaves_account
error: a copy leaves the account; `house-rule` asks for none that leaves it
  at plans/daily/rules/nightly/copy_actions by baseline
  defined here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every rule satisfies not rule.leaves_region
error: a copy leaves eu-west-1; `house-rule` asks for none that leaves it
  at plans/daily/rules/nightly/copy_actions by baseline
  defined here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every rule satisfies rule.retention >= rule.vault.max_retention
error: retention is 150 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at least 400 days, the maximum retention of vault `Ledger` in eu-west-1
  at plans/daily/rules/nightly/lifecycle/delete_after_days in eu-west-1 by baseline
  set here: 12 | retain          = 150 days
"""

PLANS = """\
every plan satisfies plan.name like "fin-*"
error: the plan's name is `daily`; `house-rule` asks for one like `fin-*`
  at plans/daily by baseline
  defined here: 2 | plan daily

every plan satisfies plan.regions == [eu-west-1, eu-central-1]
error: the list of Regions holds `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for exactly `eu-west-1` and `eu-central-1`
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1]

every plan satisfies plan.regions == []
error: the list of Regions holds `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for an empty list
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1]

every plan satisfies plan.regions != [eu-west-1]
error: the list of Regions holds `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for anything but `eu-west-1`
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1]

every plan satisfies eu-central-1 in plan.regions
error: the list of Regions holds `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for `eu-central-1` among them
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1]

every plan satisfies not eu-west-1 in plan.regions
error: the list of Regions holds `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for `eu-west-1` not among them
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1]

every plan satisfies not plan.windows_vss
error: Windows VSS is on, set by `baseline` at Root (backup.bpol:5); `house-rule` asks for it to be off
  at plans/daily/advanced_backup_settings/ec2/windows_vss by baseline
  set here: 5 | windows_vss = true

every plan satisfies plan.tags["Team"] == "desk"
error: the plan's tag `Team` is `platform`, set by `baseline` at Root (backup.bpol:4); `house-rule` asks for `desk`
  at plans/daily/backup_plan_tags/team/tag_value by baseline
  set here: 4 | Team = "platform"

every plan satisfies plan.tags["Owner"] == "desk"
error: the plan's tag `Owner` is not set; `house-rule` asks for `desk`
  at plans/daily/backup_plan_tags/owner/tag_value by baseline
  not set here: 4 | plan_tags

every plan satisfies plan.resource_types == [RDS, S3]
error: the list of resource types holds `RDS` and `DynamoDB`; `house-rule` asks for exactly `RDS` and `S3`
  at plans/daily/selections by baseline
  defined here: 19 | resource selection databases
"""

COPIES = """\
every copy satisfies copy.retention >= 365 days
error: the copy's retention is 120 days, set by `baseline` at Root (backup.bpol:16); `house-rule` asks for at least 365 days
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/lifecycle/delete_after_days by baseline
  set here: 16 | retain     = 120 days

every copy satisfies copy.cold_after >= 30 days
error: the copy's time before cold storage is 10 days, set by `baseline` at Root (backup.bpol:15); `house-rule` asks for at least 30 days
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/lifecycle/move_to_cold_storage_after_days by baseline
  set here: 15 | cold_after = 10 days

every copy satisfies copy.region == eu-west-1
error: the copy's Region is `eu-central-1`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for `eu-west-1`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.account == "888888888888"
error: the copy's account is `999999999999`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for `888888888888`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.account in ["777777777777", "888888888888"]
error: the copy's account is `999999999999`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for `777777777777` or `888888888888`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.account == account.id
error: the copy's account is `999999999999`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for the account's own id
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.account like account.id
error: the copy's account is `999999999999`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for one like `222222222222`, the account's own id
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies not copy.cross_region
error: the copy goes to eu-central-1, another Region, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for a copy in the same Region
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.cross_account == false
error: the copy goes to account 999999999999, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for a copy in the same account
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.rule == "monthly"
error: the copy's rule is `nightly`; `house-rule` asks for `monthly`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central by baseline
  defined here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.plan == "ledger"
error: the copy's plan is `daily`; `house-rule` asks for `ledger`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central by baseline
  defined here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.vault.name == "Vault"
error: the vault's name is `Central`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for `Vault`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.vault.region == eu-west-1
error: the vault's Region is `eu-central-1`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for `eu-west-1`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn in eu-central-1 by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"

every copy satisfies copy.vault.account == account.id
error: the vault's account is `999999999999`, set by `baseline` at Root (backup.bpol:14); `house-rule` asks for the account's own id
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:999999999999:backup-vault:central/target_backup_vault_arn by baseline
  set here: 14 | copy to vault "Central" in eu-central-1 account "999999999999"
"""

VAULTS = """\
every rule satisfies rule.vault.lock == compliance
error: vault `Ledger` in eu-west-1 is locked in governance mode; compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.lock != governance
error: vault `Ledger` in eu-west-1 is locked in governance mode; anything but governance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.lock == none
error: vault `Ledger` in eu-west-1 is locked in governance mode; an unlocked vault is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.lock in [compliance]
error: vault `Ledger` in eu-west-1 is locked in governance mode; compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies not rule.vault.lock in [governance, none]
error: vault `Ledger` in eu-west-1 is locked in governance mode; anything but governance or none is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies not rule.vault.exists
error: vault `Ledger` exists in eu-west-1; it must not
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.exists == false
error: vault `Ledger` exists in eu-west-1; it must not
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.name == "Main"
error: the vault's name is `Ledger`, set by `baseline` at Root (backup.bpol:10); `house-rule` asks for `Main`
  at plans/daily/rules/nightly/target_backup_vault_name by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.region == eu-central-1
error: the vault's Region is `eu-west-1`; `house-rule` asks for `eu-central-1`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.account == "999999999999"
error: the vault's account is the account itself; `house-rule` asks for `999999999999`
  at plans/daily/rules/nightly/target_backup_vault_name by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.min_retention >= 30 days
error: the minimum retention of vault `Ledger` in eu-west-1 is 7 days; `house-rule` asks for at least 30 days
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.max_retention <= 365 days
error: the maximum retention of vault `Ledger` in eu-west-1 is 400 days; `house-rule` asks for at most 365 days
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.type == air_gapped
error: the type of vault `Ledger` in eu-west-1 is `standard`; `house-rule` asks for `air_gapped`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.key == customer
error: the key of vault `Ledger` in eu-west-1 is `aws_managed`; `house-rule` asks for `customer`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.vault.key in [customer, aws_owned]
error: the key of vault `Ledger` in eu-west-1 is `aws_managed`; `house-rule` asks for `customer` or `aws_owned`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies not rule.vault.type == standard
error: the type of vault `Ledger` in eu-west-1 is `standard`; `house-rule` asks for anything but `standard`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 10 | vault           = "Ledger"

every rule satisfies rule.air_gapped_vault.exists
error: the rule names no air-gapped vault; one is required
  at plans/daily/rules/nightly/target_logically_air_gapped_backup_vault_arn by baseline
  not set here: 6 | rule nightly

every rule satisfies rule.air_gapped_vault.name == "Air"
error: the rule names no air-gapped vault
  at plans/daily/rules/nightly/target_logically_air_gapped_backup_vault_arn by baseline
  not set here: 6 | rule nightly

every rule satisfies rule.air_gapped_vault.region == "eu-west-1"
error: the rule names no air-gapped vault
  at plans/daily/rules/nightly/target_logically_air_gapped_backup_vault_arn by baseline
  not set here: 6 | rule nightly

every rule satisfies rule.air_gapped_vault.lock == compliance
error: the rule names no air-gapped vault
  at plans/daily/rules/nightly/target_logically_air_gapped_backup_vault_arn by baseline
  not set here: 6 | rule nightly
"""

SELECTIONS = """\
every selection satisfies selection.name like "x*"
error: the selection's name is `databases`; `house-rule` asks for one like `x*`
  at plans/daily/selections/resources/databases by baseline
  defined here: 19 | resource selection databases

every selection satisfies selection.plan == "weekly"
error: the selection's plan is `daily`; `house-rule` asks for `weekly`
  at plans/daily/selections/resources/databases by baseline
  defined here: 19 | resource selection databases

every selection satisfies selection.kind == tag
error: the kind of the selection is `resource`; `house-rule` asks for `tag`
  at plans/daily/selections/resources/databases by baseline
  defined here: 19 | resource selection databases

every selection satisfies selection.role like "*:role/Other"
error: the role is `arn:aws:iam::$account:role/BackupRole`, set by `baseline` at Root (backup.bpol:20); `house-rule` asks for one like `*:role/Other`
  at plans/daily/selections/resources/databases/iam_role_arn by baseline
  set here: 20 | role  = "BackupRole"

every selection satisfies selection.key == "backup"
error: the tag's key is not set; `house-rule` asks for `backup`
  at plans/daily/selections/resources/databases/tag_key by baseline
  not set here: 19 | resource selection databases

every selection satisfies "gold" in selection.values
error: the list of tag values is empty; `house-rule` asks for `gold` among them
  at plans/daily/selections/resources/databases/tag_value by baseline
  not set here: 19 | resource selection databases

every selection satisfies selection.types == [RDS]
error: the list of types holds `RDS` and `DynamoDB`, set by `baseline` at Root (backup.bpol:21); `house-rule` asks for exactly `RDS`
  at plans/daily/selections/resources/databases/resource_types by baseline
  set here: 21 | types = [RDS, DynamoDB]

every selection satisfies EFS in selection.types
error: the list of types holds `RDS` and `DynamoDB`, set by `baseline` at Root (backup.bpol:21); `house-rule` asks for `EFS` among them
  at plans/daily/selections/resources/databases/resource_types by baseline
  set here: 21 | types = [RDS, DynamoDB]
"""

UNSET_VALUES = """\
every rule satisfies rule.retention <= 365 days
error: retention is forever, AWS's default; `house-rule` asks for at most 365 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.retention != forever
error: retention is forever, AWS's default; `house-rule` asks for anything but forever
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.cold_after <= 30 days
error: the time before cold storage is not set; `house-rule` asks for at most 30 days
  at plans/daily/rules/nightly/lifecycle/move_to_cold_storage_after_days by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.start_within <= 1 hour
error: the start window is 8 hours, AWS's default; `house-rule` asks for at most 1 hour
  at plans/daily/rules/nightly/start_backup_window_minutes by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.complete_within <= 1 day
error: the completion window is 7 days, AWS's default; `house-rule` asks for at most 1 day
  at plans/daily/rules/nightly/complete_backup_window_minutes by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.schedule == "cron(0 3 ? * * *)"
error: schedule is `cron(0 5 ? * * *)`, AWS's default; `house-rule` asks for `cron(0 3 ? * * *)`
  at plans/daily/rules/nightly/schedule_expression by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.interval <= 1 hour
error: the longest gap between two runs is 1 day, AWS's default; `house-rule` asks for at most 1 hour
  at plans/daily/rules/nightly/schedule_expression by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.continuous
error: continuous backup is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/rules/nightly/enable_continuous_backup by baseline
  not set here: 4 | rule nightly

every rule satisfies rule.archive
error: the archive opt-in is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/rules/nightly/lifecycle/opt_in_to_archive_for_supported_resources by baseline
  not set here: 4 | rule nightly

every plan satisfies plan.windows_vss
error: Windows VSS is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/advanced_backup_settings/ec2/windows_vss by baseline
  not set here: 2 | plan daily

every copy satisfies copy.retention <= 365 days
error: the copy's retention is forever, AWS's default; `house-rule` asks for at most 365 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  not set here: 4 | rule nightly

every copy satisfies copy.cold_after <= 30 days
error: the copy's time before cold storage is not set; `house-rule` asks for at most 30 days
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:$account:backup-vault:main/lifecycle/move_to_cold_storage_after_days by baseline
  not set here: 6 | copy to vault "Main" in eu-west-1

every copy satisfies copy.cross_region
error: the copy stays in eu-west-1, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for a copy in another Region
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:$account:backup-vault:main/target_backup_vault_arn in eu-west-1 by baseline
  set here: 6 | copy to vault "Main" in eu-west-1

every copy satisfies copy.cross_account
error: the copy stays in its account, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for a copy in another account
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:$account:backup-vault:main/target_backup_vault_arn by baseline
  set here: 6 | copy to vault "Main" in eu-west-1

every copy satisfies copy.account == "999999999999"
error: the copy's account is the account itself, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for `999999999999`
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:$account:backup-vault:main/target_backup_vault_arn by baseline
  set here: 6 | copy to vault "Main" in eu-west-1

every rule satisfies rule.tags["Owner"] == "platform"
error: the recovery point tag `Owner` is not set; `house-rule` asks for `platform`
  at plans/daily/rules/nightly/recovery_point_tags/owner/tag_value by baseline
  not set here: 4 | rule nightly

every plan satisfies plan.tags["Owner"] == "platform"
error: the plan's tag `Owner` is not set; `house-rule` asks for `platform`
  at plans/daily/backup_plan_tags/owner/tag_value by baseline
  not set here: 2 | plan daily

every rule satisfies rule.vault.lock != none
error: vault `Main` in eu-west-1 is not locked; a lock is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault = "Main"

every rule satisfies rule.vault.lock in [governance, compliance]
error: vault `Main` in eu-west-1 is not locked; governance or compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault = "Main"

every rule satisfies not rule.vault.lock in [none]
error: vault `Main` in eu-west-1 is not locked; a lock is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault = "Main"

every rule satisfies rule.vault.min_retention >= 7 days
error: vault `Main` in eu-west-1 sets no minimum retention; `house-rule` asks for at least 7 days
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault = "Main"

every rule satisfies rule.vault.max_retention <= 365 days
error: vault `Main` in eu-west-1 sets no maximum retention; `house-rule` asks for at most 365 days
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault = "Main"

every plan satisfies plan.resource_types == [RDS]
error: the list of resource types holds every type; `house-rule` asks for exactly `RDS`
  at plans/daily/selections by baseline
  defined here: 8 | tag selection tagged

every selection satisfies selection.values == ["gold"]
error: the list of tag values holds `daily` and `gold`, set by `baseline` at Root (backup.bpol:11); `house-rule` asks for exactly `gold`
  at plans/daily/selections/tags/tagged/tag_value by baseline
  set here: 11 | values = ["daily", "gold"]

every selection satisfies "silver" in selection.values
error: the list of tag values holds `daily` and `gold`, set by `baseline` at Root (backup.bpol:11); `house-rule` asks for `silver` among them
  at plans/daily/selections/tags/tagged/tag_value by baseline
  set here: 11 | values = ["daily", "gold"]

every selection satisfies selection.types == [RDS]
error: the list of types is empty; `house-rule` asks for exactly `RDS`
  at plans/daily/selections/tags/tagged/resource_types by baseline
  not set here: 8 | tag selection tagged

every selection satisfies RDS in selection.types
error: the list of types is empty; `house-rule` asks for `RDS` among them
  at plans/daily/selections/tags/tagged/resource_types by baseline
  not set here: 8 | tag selection tagged

every selection satisfies selection.kind == resource
error: the kind of the selection is `tag`; `house-rule` asks for `resource`
  at plans/daily/selections/tags/tagged by baseline
  defined here: 8 | tag selection tagged

every rule satisfies rule.leaves_account
error: no copy leaves the account; `house-rule` asks for one that leaves it
  at plans/daily/rules/nightly/copy_actions by baseline
  defined here: 6 | copy to vault "Main" in eu-west-1

every rule satisfies rule.leaves_region
error: no copy leaves eu-west-1; `house-rule` asks for one that leaves it
  at plans/daily/rules/nightly/copy_actions in eu-west-1 by baseline
  defined here: 6 | copy to vault "Main" in eu-west-1
"""

STRANDED = """\
some copy satisfies true
error: this account has no copy within its partition; `house-rule` asks for one that satisfies `true`

every rule satisfies some copy satisfies copy.cross_region
error: rule `nightly` has no copy within its partition; `house-rule` asks for one that satisfies `copy.cross_region`
  at plans/daily/rules/nightly by baseline
  defined here: 4 | rule nightly

every rule satisfies rule.leaves_account
error: no copy leaves the account; `house-rule` asks for one that leaves it
  at plans/daily/rules/nightly/copy_actions by baseline
  defined here: 6 | copy to "arn:aws-us-gov:backup:us-gov-west-1:999999999999:backup-vault:Away"

every copy satisfies copy.region == eu-central-1
warning[requirement-vacuous]: an assertion of `house-rule` holds only because no account has a copy
  help: ask for one with `some copy`
"""

ACCOUNTS = """\
account.id == "333333333333"
error: this is another account; `house-rule` asks for `333333333333`

account.id in ["333333333333", "444444444444"]
error: this is another account; `house-rule` asks for `333333333333` or `444444444444`

not account.id == "222222222222"
error: the account's id is `222222222222`; `house-rule` asks for anything but `222222222222`

account.name in []
error: the account's name is `payments`; `house-rule` asks for nothing

not 1 day == 1 day
error: `1 day == 1 day` always holds

account.id != "222222222222"
error: the account's id is `222222222222`; `house-rule` asks for anything but `222222222222`

account.id like "3*"
error: the account's id is `222222222222`; `house-rule` asks for one like `3*`

account.name == "*"
error: the account's name is `payments`; `house-rule` asks for `*`

not account.name like "*"
error: the account's name is `payments`; `house-rule` asks for none

account.name == "ledger"
error: the account's name is `payments`; `house-rule` asks for `ledger`

account.name in ["ledger", "desk"]
error: the account's name is `payments`; `house-rule` asks for `ledger` or `desk`

not account.name in ["payments", "desk"]
error: the account's name is `payments`; `house-rule` asks for anything but `payments` or `desk`

account.path like "Trading/*"
error: the account's path is `Finance/payments`; `house-rule` asks for one like `Trading/*`

account.ou == "Trading"
error: the account's unit is `Finance`; `house-rule` asks for `Trading`

account.ou == ""
error: the account's unit is `Finance`; `house-rule` asks for `""`

account.tags["env"] == "dev"
error: the account's tag `env` is `prod`; `house-rule` asks for `dev`

account.tags["env"] != "prod"
error: the account's tag `env` is `prod`; `house-rule` asks for anything but `prod`

account.tags["owner"] like "*"
error: the account's tag `owner` is not set; `house-rule` asks for any value

account.management
error: this is not the management account; `house-rule` asks for the management account

account.management == true
error: this is not the management account; `house-rule` asks for the management account

not account.tags["env"] in ["prod"]
error: the account's tag `env` is `prod`; `house-rule` asks for anything but `prod`
"""


def test_a_value_of_a_rule_is_reported_with_the_policy_and_line_that_set_it() -> None:
    assert told(RULES, SETTINGS) == RULES


def test_a_value_of_a_plan_is_reported_with_the_policy_and_line_that_set_it() -> None:
    assert told(PLANS, SETTINGS) == PLANS


def test_a_value_of_a_copy_is_reported_with_the_policy_and_line_that_set_it() -> None:
    assert told(COPIES, SETTINGS) == COPIES


def test_a_vault_is_reported_with_its_region_and_where_it_is_named() -> None:
    assert told(VAULTS, SETTINGS) == VAULTS


def test_a_value_of_a_selection_is_reported_with_the_policy_and_line_that_set_it() -> None:
    assert told(SELECTIONS, SETTINGS) == SELECTIONS


def test_what_nobody_set_is_reported_as_what_aws_makes_of_it() -> None:
    assert told(UNSET_VALUES, DEFAULTS) == UNSET_VALUES


def test_a_copy_into_another_partition_is_none() -> None:
    away = 'copy to "arn:aws-us-gov:backup:us-gov-west-1:999999999999:backup-vault:Away"'
    stranded = {**DEFAULTS, "backup.bpol": UNSET.replace('copy to vault "Main" in eu-west-1', away)}
    assert told(STRANDED, stranded) == STRANDED


def test_an_air_gapped_vault_by_an_arn_of_another_partition_is_none() -> None:
    lines = 'vault = "Main"\n      air_gapped_vault = "arn:aws-us-gov:backup:$region:$account:backup-vault:Air"'
    foreign = {**DEFAULTS, "backup.bpol": UNSET.replace('vault = "Main"', lines, 1)}
    assert told("every rule satisfies rule.air_gapped_vault.exists", foreign).splitlines()[1] == (
        "error: the ARN of vault `Air` is of another partition than eu-west-1; one is required"
    )


def test_an_account_is_reported_by_itself() -> None:
    assert told(ACCOUNTS, DEFAULTS) == ACCOUNTS


def test_the_management_account_is_reported_as_such() -> None:
    own = {**DEFAULTS, "organization.yaml": TREE.replace('"111111111111"', '"222222222222"')}
    assert told("not account.management", own).splitlines()[1:] == [
        "error: this is the management account; `house-rule` asks for any other account"
    ]


@pytest.mark.parametrize(
    ("number", "end"), [(30, "`a27`, `a28` or `a29`"), (31, "`a28`, `a29` or 1 more"), (33, "`a28`, `a29` or 3 more")]
)
def test_of_a_long_list_thirty_values_are_reported(number: int, end: str) -> None:
    names = ", ".join(f'"a{place}"' for place in range(number))
    assert told(f"account.name in [{names}]", DEFAULTS).endswith(f", {end}\n")


LEDGER = """\
# Ledger backups are kept for seven years.
# Section 17a-4(f) asks for a medium that nobody can rewrite.

policy baseline {
  plan ledger {
    regions = [eu-west-1]

    rule monthly {
      schedule = monthly on last day at 22:00

      # The regulator counts calendar years.
      vault    = "Ledger"

      retain   = 35 days
    }

    tag selection ledgers {
      role   = "BackupRole"
      key    = "ledger"
      values = ["yes"]
    }
  }
}
attach baseline to root

require immutable-ledger "Ledger backups are immutable for seven years" {
  reference = "17 CFR 240.17a-4(f)"
  assert every rule where rule.plan == "ledger" satisfies rule.retention >= 2557 days
  assert every rule where rule.plan == "ledger" satisfies rule.vault.lock == compliance
    message "a governance lock can be removed by an administrator"
}
"""


def findings(text: str) -> list[Diagnostic]:
    evaluation = evaluated(text, TREE, file="backup.bpol")
    return [found for found in evaluation.diagnostics if found.requirement]


def test_the_sentences_of_the_contract() -> None:
    retention, lock = findings(LEDGER)
    assert retention.message == (
        "retention is 35 days, set by `baseline` at Root (backup.bpol:14);"
        " `immutable-ledger` asks for at least 2557 days"
    )
    assert lock.message == "vault `Ledger` in eu-west-1 is locked in governance mode; compliance is required"
    assert retention.help == "see 17 CFR 240.17a-4(f)"
    assert lock.help == "a governance lock can be removed by an administrator; see 17 CFR 240.17a-4(f)"


def test_a_violation_points_at_the_assertion_and_at_what_it_is_about() -> None:
    retention, lock = findings(LEDGER)
    assert [found.span.first.line for found in (retention, lock) if found.span] == [28, 29]
    assert [(label.span.first.line, label.text) for label in retention.labels] == [(14, "set here")]
    assert [(label.span.first.line, label.text) for label in lock.labels] == [(12, "set here")]
    assert (retention.region, lock.region) == ("", "eu-west-1")
    assert {found.requirement for found in (retention, lock)} == {"immutable-ledger"}
    assert {found.accounts for found in (retention, lock)} == {("222222222222",)}
    assert {found.resources for found in (retention, lock)} == {()}


@pytest.mark.parametrize(("level", "severity"), [("mandatory", "error"), ("advisory", "warning")])
def test_a_violation_is_as_bad_as_the_level_of_its_requirement(level: str, severity: str) -> None:
    text = LEDGER.replace("  reference", f"  level = {level}\n  reference")
    assert {found.severity.value for found in findings(text)} == {severity}


def test_a_requirement_that_holds_says_nothing() -> None:
    assert findings(LEDGER.replace("2557", "30").replace("== compliance", "!= none")) == []
