"""One finding per cause: combinations, numbers, picks, Regions, and several policies.

The tables read like the terminal: the assertion of the requirement `house-rule`, then every finding about it.
"""

from __future__ import annotations

from analysis.requirements.tables import told

TREE = """\
version: 1
root:
  name: Root
  units:
    - name: Finance
      accounts: [{id: "222222222222", name: payments}]
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1, eu-central-1], lock: none}
  - {name: Ledger, accounts: "*", regions: [eu-west-1], lock: {mode: governance}}
  - {name: Ledger, accounts: "*", regions: [eu-central-1], lock: {mode: compliance}}
  - {name: tapes, accounts: "*", regions: [eu-west-1], lock: none}
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly {
      vault  = "Main"
      retain = 35 days
      copy to vault "Ledger" in eu-central-1
    }
    rule monthly {
      schedule = monthly on day 1 at 05:00
      vault    = "Ledger"
      retain   = 400 days
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
LOST_VAULTS = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly {
      vault  = "Tapes"
      retain = 35 days
      copy to vault "Nowhere" in eu-west-1
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
LOWER = """\
policy desk {
  plan daily {
    regions += [us-east-1]
    rule nightly {
      retain = 7 days
      recovery_point_tags { Team = "desk" }
      copy to vault "Ledger" in eu-central-1 {
        retain = 5 days
      }
    }
  }
}
attach desk to ou "Finance"
"""
RAW_TREE = """\
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
          rules:
            nightly:
              target_backup_vault_name: {"@@assign": Main}
              lifecycle: {delete_after_days: {"@@assign": "35"}}
          selections:
            tags:
              all:
                iam_role_arn: {"@@assign": "arn:aws:iam::$account:role/Backup"}
                tag_key: {"@@assign": backup}
                tag_value: {"@@assign": [daily]}
vaults: []
"""
KEPT_TREE = (
    RAW_TREE.replace('{"@@assign": [eu-west-1]}', '{"@@assign": []}')
    + """\
last_valid:
  "222222222222":
    plans:
      daily:
        regions: [eu-west-1]
        rules:
          nightly: {target_backup_vault_name: Main, lifecycle: {delete_after_days: "35"}}
        selections: {}
"""
)
PROJECT = {"organization.yaml": TREE, "backup.bpol": POLICY}
LIMITED = {
    **PROJECT,
    "organization.yaml": TREE.replace("mode: compliance", "mode: compliance, min_retention_days: 500"),
}
WITHOUT_VAULTS = {"organization.yaml": TREE, "backup.bpol": LOST_VAULTS}
IN_LAYERS = {**PROJECT, "desk.bpol": LOWER}

REGIONS = """\
every rule where rule.name == "nightly" satisfies rule.retention >= 60 days
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every rule where rule.name == "nightly" satisfies rule.vault.lock == compliance
error: vault `Main` in eu-central-1 is not locked; compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
error: vault `Main` in eu-west-1 is not locked; compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"

every rule where rule.name == "monthly" satisfies rule.vault.lock == compliance
error: vault `Ledger` in eu-west-1 is locked in governance mode; compliance is required
  at plans/daily/rules/monthly/target_backup_vault_name in eu-west-1 by baseline
  set here: 11 | vault    = "Ledger"

every rule where rule.name == "nightly" satisfies rule.region == eu-west-1
error: the rule's Region is `eu-central-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for `eu-west-1`
  at plans/daily/regions in eu-central-1 by baseline
  set here: 3 | regions = [eu-west-1, eu-central-1]

every copy satisfies copy.cross_region
error: the copy stays in eu-central-1, set by `baseline` at Root (backup.bpol:7); `house-rule` asks for a copy in another Region
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:$account:backup-vault:ledger/target_backup_vault_arn in eu-central-1 by baseline
  set here: 7 | copy to vault "Ledger" in eu-central-1

every copy satisfies copy.retention >= 60 days
error: the copy's retention is the rule's 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every copy satisfies copy.vault.lock == governance
error: vault `Ledger` in eu-central-1 is locked in compliance mode; governance is required
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:$account:backup-vault:ledger/target_backup_vault_arn in eu-central-1 by baseline
  set here: 7 | copy to vault "Ledger" in eu-central-1

every rule satisfies rule.vault.min_retention >= 7 days and rule.retention >= 60 days
error: vault `Ledger` in eu-central-1 sets no minimum retention; `house-rule` asks for at least 7 days
  at plans/daily/rules/monthly/target_backup_vault_name in eu-central-1 by baseline
  set here: 11 | vault    = "Ledger"
error: vault `Ledger` in eu-west-1 sets no minimum retention; `house-rule` asks for at least 7 days
  at plans/daily/rules/monthly/target_backup_vault_name in eu-west-1 by baseline
  set here: 11 | vault    = "Ledger"
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days
error: vault `Main` in eu-central-1 sets no minimum retention; `house-rule` asks for at least 7 days
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
error: vault `Main` in eu-west-1 sets no minimum retention; `house-rule` asks for at least 7 days
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"
"""

ABSENT_VAULTS = """\
every rule satisfies rule.vault.exists
error: vault `Tapes` does not exist in eu-central-1; it is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Tapes"
error: vault `Tapes` does not exist in eu-west-1, only `tapes`; it is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Tapes"

every rule satisfies rule.vault.lock == none
error: vault `Tapes` does not exist in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Tapes"
error: vault `Tapes` does not exist in eu-west-1, only `tapes`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Tapes"

every rule satisfies rule.vault.lock != none
error: vault `Tapes` does not exist in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Tapes"
error: vault `Tapes` does not exist in eu-west-1, only `tapes`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Tapes"

every rule satisfies not rule.vault.lock == none
error: vault `Tapes` does not exist in eu-central-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Tapes"
error: vault `Tapes` does not exist in eu-west-1, only `tapes`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Tapes"

every rule satisfies rule.vault.name == "Main"
error: the vault's name is `Tapes`, set by `baseline` at Root (backup.bpol:5); `house-rule` asks for `Main`
  at plans/daily/rules/nightly/target_backup_vault_name by baseline
  set here: 5 | vault  = "Tapes"

every copy satisfies copy.vault.exists
error: vault `Nowhere` does not exist in eu-west-1; it is required
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:$account:backup-vault:nowhere/target_backup_vault_arn in eu-west-1 by baseline
  set here: 7 | copy to vault "Nowhere" in eu-west-1

every copy satisfies copy.vault.type == standard
error: vault `Nowhere` does not exist in eu-west-1
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:$account:backup-vault:nowhere/target_backup_vault_arn in eu-west-1 by baseline
  set here: 7 | copy to vault "Nowhere" in eu-west-1

plans["daily"].rules["nightly"].in_region["eu-west-1"].vault.lock == compliance
error: vault `Tapes` does not exist in eu-west-1, only `tapes`
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Tapes"

plans["daily"].rules["nightly"].vault.lock == compliance
error: vault `Tapes` does not exist in eu-west-1 and eu-central-1, only `tapes`
  at plans/daily/rules/nightly/target_backup_vault_name by baseline
  set here: 5 | vault  = "Tapes"
"""

PICKED = """\
plans["weekly"].rules["nightly"].retention >= 35 days
error: no plan `weekly`; this account has `daily`

plans["daily"].rules["hourly"].retention >= 35 days
error: plan `daily` has no rule `hourly`; it has `monthly`, `nightly`
  at plans/daily by baseline
  defined here: 2 | plan daily

plans["daily"].rules["monthly"].in_region["us-east-1"].vault.lock == compliance
error: rule `monthly` does not run in `us-east-1`; its Regions are `eu-west-1`, `eu-central-1`
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1, eu-central-1]

plans["daily"].rules["nightly"].retention >= 60 days
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

plans["daily"].rules["nightly"].vault.lock == compliance
error: vault `Main` in eu-west-1 and eu-central-1 is not locked; compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name by baseline
  set here: 5 | vault  = "Main"

plans["daily"].rules["monthly"].vault.lock == compliance
error: the lock differs between Regions: `governance` in eu-west-1, `compliance` in eu-central-1; say which with `in_region["..."]`
  at plans/daily/rules/monthly/target_backup_vault_name by baseline
  set here: 11 | vault    = "Ledger"

plans["daily"].rules["monthly"].in_region["eu-west-1"].vault.lock == compliance
error: vault `Ledger` in eu-west-1 is locked in governance mode; compliance is required
  at plans/daily/rules/monthly/target_backup_vault_name in eu-west-1 by baseline
  set here: 11 | vault    = "Ledger"

plans["daily"].rules["monthly"].region == eu-west-1
error: rule `monthly` runs in `eu-west-1` and `eu-central-1`; say which with `in_region["..."]`
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1, eu-central-1]

plans["daily"].rules["nightly"].vault.exists == false
error: vault `Main` exists in eu-west-1 and eu-central-1; it must not
  at plans/daily/rules/nightly/target_backup_vault_name by baseline
  set here: 5 | vault  = "Main"

plans["daily"].rules["nightly"].continuous
error: continuous backup is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/rules/nightly/enable_continuous_backup by baseline
  not set here: 4 | rule nightly

not plans["weekly"].windows_vss
error: no plan `weekly`; this account has `daily`

not plans["weekly"].rules["nightly"].retention >= 35 days
error: no plan `weekly`; this account has `daily`

at least 1 rule satisfies plans["weekly"].windows_vss
error: none of 2 rules satisfies `plans["weekly"].windows_vss`; `house-rule` asks for at least 1

not (every rule satisfies plans["weekly"].windows_vss)
error: no plan `weekly`; this account has `daily`

not (at least 1 rule satisfies plans["weekly"].windows_vss)
error: no plan `weekly`; this account has `daily`

not (no rule satisfies plans["weekly"].windows_vss)
error: none of 2 rules satisfies `plans["weekly"].windows_vss`; `house-rule` asks for one

not (plans["weekly"].windows_vss and plans["daily"].name == "daily")
error: no plan `weekly`; this account has `daily`

us-east-1 in plans["daily"].regions
error: the list of Regions holds `eu-west-1` and `eu-central-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for `us-east-1` among them
  at plans/daily/regions by baseline
  set here: 3 | regions = [eu-west-1, eu-central-1]

us-east-1 in plans["weekly"].regions
error: no plan `weekly`; this account has `daily`

plans["Daily"].rules["NIGHTLY"].tags["Owner"] == "x"
error: the recovery point tag `Owner` is not set; `house-rule` asks for `x`
  at plans/daily/rules/nightly/recovery_point_tags/owner/tag_value by baseline
  not set here: 4 | rule nightly

every plan satisfies plan.rules["hourly"].retention >= 35 days
error: plan `daily` has no rule `hourly`; it has `monthly`, `nightly`
  at plans/daily by baseline
  defined here: 2 | plan daily

plans["weekly"].name == "weekly" and plans["daily"].windows_vss
error: no plan `weekly`; this account has `daily`
error: Windows VSS is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/advanced_backup_settings/ec2/windows_vss by baseline
  not set here: 2 | plan daily

plans["daily"].rules["nightly"].leaves_region
error: the copy outside the Region differs between Regions: true in eu-west-1, false in eu-central-1; say which with `in_region["..."]`
  at plans/daily/rules/nightly/copy_actions by baseline
  defined here: 7 | copy to vault "Ledger" in eu-central-1

plans["daily"].rules["nightly"].in_region["eu-central-1"].leaves_region
error: no copy leaves eu-central-1; `house-rule` asks for one that leaves it
  at plans/daily/rules/nightly/copy_actions in eu-central-1 by baseline
  defined here: 7 | copy to vault "Ledger" in eu-central-1

plans["daily"].rules["monthly"].vault.region == eu-west-1
error: rule `monthly` runs in `eu-west-1` and `eu-central-1`; say which with `in_region["..."]`
  at plans/daily/rules/monthly/target_backup_vault_name by baseline
  set here: 11 | vault    = "Ledger"
"""

NUMBERS = """\
some plan satisfies plan.name == "weekly"
error: the plan's name is `daily`; `house-rule` asks for `weekly`
  at plans/daily by baseline
  defined here: 2 | plan daily

some plan where plan.name == "weekly" satisfies plan.windows_vss
error: this account has no plan where `plan.name == "weekly"`; `house-rule` asks for one that satisfies `plan.windows_vss`

some rule satisfies rule.retention >= 2557 days
error: none of 2 rules satisfies `rule.retention >= 2557 days`; `house-rule` asks for one

some rule where rule.name == "nightly" satisfies rule.retention >= 2557 days
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 2557 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

some rule where rule.name == "hourly" satisfies rule.retention >= 2557 days
error: this account has no rule where `rule.name == "hourly"`; `house-rule` asks for one that satisfies `rule.retention >= 2557 days`

some rule satisfies rule.vault.lock == compliance and rule.retention >= 2557 days
error: none of 2 rules satisfies `rule.vault.lock == compliance and rule.retention >= 2557 days`; `house-rule` asks for one

every rule satisfies some copy satisfies copy.cross_account
error: rule `monthly` has no copy; `house-rule` asks for one that satisfies `copy.cross_account`
  at plans/daily/rules/monthly by baseline
  defined here: 9 | rule monthly
error: the copy stays in its account, set by `baseline` at Root (backup.bpol:7); `house-rule` asks for a copy in another account
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:$account:backup-vault:ledger/target_backup_vault_arn by baseline
  set here: 7 | copy to vault "Ledger" in eu-central-1

every plan satisfies some rule satisfies rule.continuous
error: none of 2 rules of plan `daily` satisfies `rule.continuous`; `house-rule` asks for one
  at plans/daily by baseline
  defined here: 2 | plan daily

every plan satisfies some selection satisfies selection.kind == resource
error: the kind of the selection is `tag`; `house-rule` asks for `resource`
  at plans/daily/selections/tags/tagged by baseline
  defined here: 14 | tag selection tagged

every plan satisfies some selection where selection.kind == resource satisfies true
error: plan `daily` has no selection where `selection.kind == resource`; `house-rule` asks for one that satisfies `true`
  at plans/daily by baseline
  defined here: 2 | plan daily

at least 1 rule satisfies rule.continuous
error: none of 2 rules satisfies `rule.continuous`; `house-rule` asks for at least 1

at least 3 rule satisfies rule.retention >= 400 days
error: 1 of 2 rules satisfies `rule.retention >= 400 days`; `house-rule` asks for at least 3

at least 2 rule where rule.name == "hourly" satisfies rule.continuous
error: this account has no rule where `rule.name == "hourly"`; `house-rule` asks for at least 2 that satisfy `rule.continuous`

at least 2 plan satisfies plan.name like "*"
error: 1 of 1 plan satisfies `plan.name like "*"`; `house-rule` asks for at least 2

not (at least 1 rule satisfies rule.retention > 35 days)
error: 1 of 2 rules satisfies `rule.retention > 35 days`; `house-rule` asks for none

every rule where rule.name == "nightly" satisfies some plan where plan.name == "weekly" satisfies true
error: this account has no plan where `plan.name == "weekly"`; `house-rule` asks for one that satisfies `true`

no rule satisfies rule.retention > 35 days
error: retention is 400 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at most 35 days
  at plans/daily/rules/monthly/lifecycle/delete_after_days by baseline
  set here: 12 | retain   = 400 days

no rule satisfies rule.vault.lock == governance
error: vault `Ledger` in eu-west-1 is locked in governance mode; anything but governance is required
  at plans/daily/rules/monthly/target_backup_vault_name in eu-west-1 by baseline
  set here: 11 | vault    = "Ledger"

no rule satisfies rule.retention > 35 days and rule.vault.lock == governance
error: retention is 400 days, set by `baseline` at Root (backup.bpol:12), and vault `Ledger` in eu-west-1 is locked in governance mode; `house-rule` asks for the opposite of `rule.retention > 35 days and rule.vault.lock == governance`
  at plans/daily/rules/monthly/lifecycle/delete_after_days in eu-west-1 by baseline
  set here: 12 | retain   = 400 days

no copy satisfies not copy.cross_account
error: the copy stays in its account, set by `baseline` at Root (backup.bpol:7); `house-rule` asks for a copy in another account
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:$account:backup-vault:ledger/target_backup_vault_arn by baseline
  set here: 7 | copy to vault "Ledger" in eu-central-1

not (some rule satisfies rule.retention > 35 days)
error: retention is 400 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at most 35 days
  at plans/daily/rules/monthly/lifecycle/delete_after_days by baseline
  set here: 12 | retain   = 400 days

not (every rule satisfies rule.retention >= 35 days)
error: 4 of 4 rules, each Region counted, satisfy `rule.retention >= 35 days`; `house-rule` asks for one that does not

not (every copy where copy.cross_account satisfies copy.retention >= 1 day)
error: this account has no copy where `copy.cross_account`; `house-rule` asks for one that does not satisfy `copy.retention >= 1 day`

not (at least 2 rule satisfies rule.retention > 7 days)
error: 2 of 2 rules satisfy `rule.retention > 7 days`; `house-rule` asks for fewer than 2

not (no rule satisfies rule.continuous)
error: none of 2 rules satisfies `rule.continuous`; `house-rule` asks for one

at least 2 rule satisfies rule.vault.lock != governance
error: 1 of 2 rules, in all their Regions, satisfies `rule.vault.lock != governance`; `house-rule` asks for at least 2

at least 2 rule satisfies rule.vault.lock == none
error: 1 of 2 rules satisfies `rule.vault.lock == none`; `house-rule` asks for at least 2

at least 2 copy where copy.retention >= 60 days satisfies copy.cross_region
error: this account has no copy where `copy.retention >= 60 days`; `house-rule` asks for at least 2 that satisfy `copy.cross_region`

not (at least 2 rule satisfies rule.retention >= 1 day)
error: 2 of 2 rules satisfy `rule.retention >= 1 day`; `house-rule` asks for fewer than 2

every plan satisfies at least 3 rule satisfies rule.retention >= 60 days
error: 1 of 2 rules of plan `daily` satisfies `rule.retention >= 60 days`; `house-rule` asks for at least 3
  at plans/daily by baseline
  defined here: 2 | plan daily
"""

COMBINED = """\
every rule where rule.name == "nightly" satisfies rule.retention >= 60 days and rule.continuous
error: continuous backup is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/rules/nightly/enable_continuous_backup by baseline
  not set here: 4 | rule nightly
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every rule where rule.name == "nightly" satisfies rule.retention >= 60 days or rule.continuous
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6), and continuous backup is off, AWS's default; `house-rule` asks for `rule.retention >= 60 days or rule.continuous`
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every rule where rule.name == "monthly" satisfies rule.retention >= 2557 days or rule.vault.lock == compliance
error: retention is 400 days, set by `baseline` at Root (backup.bpol:12), and vault `Ledger` in eu-west-1 is locked in governance mode; `house-rule` asks for `rule.retention >= 2557 days or rule.vault.lock == compliance`
  at plans/daily/rules/monthly/lifecycle/delete_after_days in eu-west-1 by baseline
  set here: 12 | retain   = 400 days

every rule where rule.name == "nightly" satisfies rule.continuous or rule.archive or rule.retention >= 60 days or rule.cold_after <= 30 days
error: continuous backup is off, AWS's default, and the archive opt-in is off, AWS's default, and retention is 35 days, set by `baseline` at Root (backup.bpol:6), and 1 more like these; `house-rule` asks for `rule.continuous or rule.archive or rule.retention >= 60 days or rule.cold_after <= 30 days`
  at plans/daily/rules/nightly/enable_continuous_backup by baseline
  not set here: 4 | rule nightly

every rule where rule.name == "nightly" satisfies not (rule.retention >= 35 days and rule.start_within >= 1 hour)
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6), and the start window is 8 hours, AWS's default; `house-rule` asks for the opposite of `rule.retention >= 35 days and rule.start_within >= 1 hour`
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every rule where rule.name == "nightly" satisfies not (rule.retention >= 35 days or rule.continuous)
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for less than 35 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

(some rule satisfies rule.continuous) and (some rule satisfies rule.archive)
error: none of 2 rules satisfies `rule.archive`; `house-rule` asks for one
error: none of 2 rules satisfies `rule.continuous`; `house-rule` asks for one

(some rule satisfies rule.continuous) or account.name == "ledger"
error: none of 2 rules satisfies `rule.continuous`, and the account's name is `payments`; `house-rule` asks for `(some rule satisfies rule.continuous) or account.name == "ledger"`

every rule where rule.name == "nightly" satisfies (rule.retention >= 60 days or rule.continuous) and rule.archive
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6), and continuous backup is off, AWS's default; `house-rule` asks for `rule.retention >= 60 days or rule.continuous`
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days
error: the archive opt-in is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/rules/nightly/lifecycle/opt_in_to_archive_for_supported_resources by baseline
  not set here: 4 | rule nightly
"""

TWO_SIDES = """\
every rule where rule.name == "monthly" satisfies rule.retention >= rule.vault.min_retention
error: retention is 400 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at least 500 days, the minimum retention of vault `Ledger` in eu-central-1
  at plans/daily/rules/monthly/lifecycle/delete_after_days in eu-central-1 by baseline
  set here: 12 | retain   = 400 days

every rule where rule.name == "monthly" satisfies rule.vault.min_retention <= rule.retention
error: the minimum retention of vault `Ledger` in eu-central-1 is 500 days; `house-rule` asks for at most 400 days, the rule's retention
  at plans/daily/rules/monthly/target_backup_vault_name in eu-central-1 by baseline
  set here: 11 | vault    = "Ledger"

every rule where rule.name == "nightly" satisfies rule.continuous != rule.archive
error: continuous backup is off, AWS's default, and the archive opt-in is off, AWS's default; `house-rule` asks for `rule.continuous != rule.archive`
  at plans/daily/rules/nightly/enable_continuous_backup by baseline
  not set here: 4 | rule nightly

every rule where rule.name == "nightly" satisfies rule.name == account.name
error: the rule's name is `nightly`; `house-rule` asks for `payments`, the account's name
  at plans/daily/rules/nightly by baseline
  defined here: 4 | rule nightly

every copy satisfies copy.retention >= plans["daily"].rules["monthly"].retention
error: the copy's retention is the rule's 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 400 days, the retention of rule `monthly`
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every rule where rule.name == "nightly" satisfies rule.vault.lock == plans["daily"].rules["monthly"].in_region["eu-central-1"].vault.lock
error: vault `Main` in eu-central-1 is not locked; compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-central-1 by baseline
  set here: 5 | vault  = "Main"
error: vault `Main` in eu-west-1 is not locked; compliance is required
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by baseline
  set here: 5 | vault  = "Main"

every rule where rule.name == "nightly" satisfies not rule.region in plans["daily"].regions
error: the rule's Region is `eu-central-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for anything but `eu-west-1` or `eu-central-1`, the list of Regions of plan `daily`
  at plans/daily/regions in eu-central-1 by baseline
  set here: 3 | regions = [eu-west-1, eu-central-1]
error: the rule's Region is `eu-west-1`, set by `baseline` at Root (backup.bpol:3); `house-rule` asks for anything but `eu-west-1` or `eu-central-1`, the list of Regions of plan `daily`
  at plans/daily/regions in eu-west-1 by baseline
  set here: 3 | regions = [eu-west-1, eu-central-1]

every rule where rule.name == "nightly" satisfies "n*" like rule.name and "x" like rule.name
error: the rule's name is `nightly`; `house-rule` asks for `"n*" like rule.name`
  at plans/daily/rules/nightly by baseline
  defined here: 4 | rule nightly
error: the rule's name is `nightly`; `house-rule` asks for `"x" like rule.name`
  at plans/daily/rules/nightly by baseline
  defined here: 4 | rule nightly

account.tags["owner"] == account.tags["env"]
error: the account's tag `owner` is not set; `house-rule` asks for the same as the account's tag `env`, which is not set

1 == 2
error: `1 == 2` never holds

false
error: `false` never holds

every rule satisfies not true
error: `true` always holds
"""

LAYERS = """\
every rule where rule.name == "nightly" satisfies rule.retention >= 35 days
error: retention is 7 days, set by `desk` at Finance (desk.bpol:5); `house-rule` asks for at least 35 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by desk
  set here: 5 | retain = 7 days

every copy satisfies copy.retention >= 35 days
error: the copy's retention is 5 days, set by `desk` at Finance (desk.bpol:8); `house-rule` asks for at least 35 days
  at plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:$account:backup-vault:ledger/lifecycle/delete_after_days by desk
  set here: 8 | retain = 5 days

every rule where rule.name == "nightly" satisfies rule.tags["Team"] == "platform"
error: the recovery point tag `Team` is `desk`, set by `desk` at Finance (desk.bpol:6); `house-rule` asks for `platform`
  at plans/daily/rules/nightly/recovery_point_tags/team/tag_value by desk
  set here: 6 | Team = "desk"

every rule where rule.name == "nightly" satisfies rule.schedule like "cron(0 3 *"
error: schedule is `cron(0 5 ? * * *)`, AWS's default; `house-rule` asks for one like `cron(0 3 *`
  at plans/daily/rules/nightly/schedule_expression by baseline
  not set here: 4 | rule nightly

every plan satisfies not us-east-1 in plan.regions
error: the list of Regions holds `eu-west-1`, `eu-central-1` and `us-east-1`, set by `baseline` at Root (backup.bpol:3) and `desk` at Finance (desk.bpol:3); `house-rule` asks for `us-east-1` not among them
  at plans/daily/regions by baseline, desk
  set here: 3 | regions += [us-east-1]

every rule where rule.name == "nightly" satisfies rule.region != us-east-1
error: the rule's Region is `us-east-1`, set by `desk` at Finance (desk.bpol:3); `house-rule` asks for anything but `us-east-1`
  at plans/daily/regions in us-east-1 by baseline, desk
  set here: 3 | regions += [us-east-1]

every rule where rule.name == "nightly" satisfies rule.vault.exists
error: vault `Main` does not exist in us-east-1; it is required
  at plans/daily/rules/nightly/target_backup_vault_name in us-east-1 by baseline
  set here: 5 | vault  = "Main"

every rule where rule.name == "nightly" satisfies rule.name == "hourly"
error: the rule's name is `nightly`; `house-rule` asks for `hourly`
  at plans/daily/rules/nightly by baseline, desk
  defined here: 4 | rule nightly

every rule where rule.name == "monthly" satisfies rule.retention >= 2557 days
error: retention is 400 days, set by `baseline` at Root (backup.bpol:12); `house-rule` asks for at least 2557 days
  at plans/daily/rules/monthly/lifecycle/delete_after_days by baseline
  set here: 12 | retain   = 400 days
"""

SECOND = """\
policy second {
  plan weekly {
    regions = [eu-west-1]
    rule nightly {
      vault = "Main"
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily"]
    }
  }
}
attach second to ou "Finance"
"""
TWO_PLANS = {**PROJECT, "second.bpol": SECOND}
ONE_LEDGER = {
    **PROJECT,
    "organization.yaml": TREE.replace(
        "regions: [eu-central-1], lock: {mode: c", "regions: [us-east-1], lock: {mode: c"
    ),
}

PLANS = """\
at least 3 plan satisfies plan.name like "*"
error: 2 of 2 plans satisfy `plan.name like "*"`; `house-rule` asks for at least 3

every plan satisfies some plan satisfies plan.name == "weekly"

every rule where rule.plan == "daily" and rule.name == "nightly" satisfies rule.retention >= 60 days
error: retention is 35 days, set by `baseline` at Root (backup.bpol:6); `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by baseline
  set here: 6 | retain = 35 days

every plan satisfies plan.windows_vss
error: Windows VSS is off, AWS's default; `house-rule` asks for it to be on
  at plans/daily/advanced_backup_settings/ec2/windows_vss by baseline
  not set here: 2 | plan daily
error: Windows VSS is off, AWS's default; `house-rule` asks for it to be on
  at plans/weekly/advanced_backup_settings/ec2/windows_vss by second
  not set here: 2 | plan weekly

at least 4 rule satisfies rule.retention >= 60 days
error: 2 of 3 rules satisfy `rule.retention >= 60 days`; `house-rule` asks for at least 4
"""

IN_ONE_REGION = """\
plans["daily"].rules["monthly"].vault.lock == governance
error: the lock differs between Regions: `governance` in eu-west-1, missing in eu-central-1; say which with `in_region["..."]`
  at plans/daily/rules/monthly/target_backup_vault_name in eu-central-1 by baseline
  set here: 11 | vault    = "Ledger"

plans["daily"].rules["monthly"].vault.exists
error: the vault differs between Regions: true in eu-west-1, false in eu-central-1; say which with `in_region["..."]`
  at plans/daily/rules/monthly/target_backup_vault_name by baseline
  set here: 11 | vault    = "Ledger"
"""

RAW = """\
every rule satisfies rule.retention >= 60 days
error: retention is 35 days, set by `raw` at Root; `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days by raw

every rule satisfies rule.start_within <= 1 hour
error: the start window is 8 hours, AWS's default; `house-rule` asks for at most 1 hour
  at plans/daily/rules/nightly/start_backup_window_minutes by raw

every rule satisfies rule.vault.lock == compliance
error: vault `Main` does not exist in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1 by raw

every rule satisfies rule.name == "hourly"
error: the rule's name is `nightly`; `house-rule` asks for `hourly`
  at plans/daily/rules/nightly by raw

every rule satisfies some copy satisfies copy.cross_region
error: rule `nightly` has no copy; `house-rule` asks for one that satisfies `copy.cross_region`
  at plans/daily/rules/nightly by raw

every rule satisfies rule.tags["Owner"] == "x"
error: the recovery point tag `Owner` is not set; `house-rule` asks for `x`
  at plans/daily/rules/nightly/recovery_point_tags/owner/tag_value by raw
"""

KEPT = """\
every rule satisfies rule.retention >= 60 days
error: retention is 35 days, by `last_valid` of the snapshot; `house-rule` asks for at least 60 days
  at plans/daily/rules/nightly/lifecycle/delete_after_days

every rule satisfies rule.start_within <= 1 hour
error: the start window is 8 hours, by `last_valid` of the snapshot; `house-rule` asks for at most 1 hour
  at plans/daily/rules/nightly/start_backup_window_minutes

every rule satisfies rule.vault.lock == compliance
error: vault `Main` does not exist in eu-west-1
  at plans/daily/rules/nightly/target_backup_vault_name in eu-west-1

every rule satisfies rule.name == "hourly"
error: the rule's name is `nightly`; `house-rule` asks for `hourly`
  at plans/daily/rules/nightly

every rule satisfies some copy satisfies copy.cross_region
error: rule `nightly` has no copy; `house-rule` asks for one that satisfies `copy.cross_region`
  at plans/daily/rules/nightly

every rule satisfies rule.tags["Owner"] == "x"
error: the recovery point tag `Owner` is not set; `house-rule` asks for `x`
  at plans/daily/rules/nightly/recovery_point_tags/owner/tag_value
"""


def test_what_differs_between_regions_is_reported_for_each_of_them() -> None:
    assert told(REGIONS, PROJECT) == REGIONS


def test_a_vault_that_is_not_there_has_no_attributes() -> None:
    assert told(ABSENT_VAULTS, WITHOUT_VAULTS) == ABSENT_VAULTS


def test_what_is_picked_by_name_stands_for_itself_in_every_region() -> None:
    assert told(PICKED, PROJECT) == PICKED


def test_numbers_are_reported_where_no_single_element_is_to_blame() -> None:
    assert told(NUMBERS, PROJECT) == NUMBERS


def test_what_must_hold_together_is_reported_apart_and_alternatives_together() -> None:
    assert told(COMBINED, PROJECT) == COMBINED


def test_both_sides_of_a_comparison_are_reported() -> None:
    assert told(TWO_SIDES, LIMITED) == TWO_SIDES


def test_the_policy_that_set_the_value_last_is_reported_with_its_unit() -> None:
    assert told(LAYERS, IN_LAYERS) == LAYERS


def test_a_unit_inside_another_is_reported_by_its_path() -> None:
    tree = TREE.replace(
        "- name: Finance\n", "- name: Finance\n      units: [{name: Desk, accounts: [{id: '333333333333', name: x}]}]\n"
    )
    policy = POLICY.replace("attach baseline to root", 'attach baseline to ou "Finance/Desk"')
    said = told("every rule satisfies rule.retention >= 60 days", {"organization.yaml": tree, "backup.bpol": policy})
    assert "set by `baseline` at Finance/Desk (backup.bpol:6)" in said.splitlines()[1]


def test_all_plans_of_an_account_are_counted() -> None:
    assert told(PLANS, TWO_PLANS) == PLANS


def test_an_account_without_plans_has_none_to_pick_from() -> None:
    assert told('plans["weekly"].windows_vss', {"organization.yaml": TREE}).splitlines()[1:] == [
        "error: no plan `weekly`; this account has none"
    ]


def test_what_is_there_in_one_region_only_differs() -> None:
    assert told(IN_ONE_REGION, ONE_LEDGER) == IN_ONE_REGION


def test_a_policy_of_the_snapshot_has_no_line() -> None:
    assert told(RAW, {"organization.yaml": RAW_TREE}) == RAW


def test_what_aws_keeps_publishing_has_no_policy() -> None:
    assert told(KEPT, {"organization.yaml": KEPT_TREE}) == KEPT
