"""What a baseline remembers a violation by: the values found and asked for, and the message without who set them."""

from __future__ import annotations

from analysis.requirements.tables import identified

TREE = """\
version: 1
organization: {management_account: "111111111111"}
root:
  name: Root
  accounts: [{id: "222222222222", name: payments}, {id: "333333333333", name: shop}]
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], type: standard, lock: none, key: customer}
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      vault  = "Main"
      retain = 35 days
      copy to vault "Main" in eu-central-1
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
PROJECT = {"organization.yaml": TREE, "backup.bpol": POLICY}

# Where no single value is asked for, the last line is empty.
IDENTITIES = """\
every rule satisfies rule.retention >= 60 days
  | retention is 35 days
  | at least 60 days
  without who set it: retention is 35 days; `house-rule` asks for at least 60 days

every rule satisfies rule.start_within <= 1 hour
  | the start window is 8 hours
  | at most 1 hour

every rule satisfies rule.cold_after <= 30 days
  | the time before cold storage is not set
  | at most 30 days

every rule satisfies rule.vault.lock == compliance
  | vault `Main` in eu-west-1 is not locked
  | compliance is required

every rule satisfies not rule.vault.exists
  | vault `Main` exists in eu-west-1
  | it must not

every rule satisfies rule.continuous
  | continuous backup is off
  | it to be on

every rule satisfies rule.retention >= 60 days or rule.continuous
  | plans/daily/rules/nightly/lifecycle/delete_after_days: retention is 35 days
  | plans/daily/rules/nightly/enable_continuous_backup: continuous backup is off
  | `rule.retention >= 60 days or rule.continuous`
  without who set it: retention is 35 days, and continuous backup is off, AWS's default; `house-rule` asks for `rule.retention >= 60 days or rule.continuous`

every rule satisfies rule.retention >= 60 days and rule.continuous
  | continuous backup is off
  | it to be on
  | retention is 35 days
  | at least 60 days
  without who set it: retention is 35 days; `house-rule` asks for at least 60 days

every rule satisfies rule.vault.account != account.id
  | the vault's account is the account itself
  | anything but the account's own id

every copy satisfies copy.account == "444444444444"
  | the copy's account is the account itself
  | `444444444444`
  without who set it: the copy's account is the account itself; `house-rule` asks for `444444444444`

account.id in ["444444444444"]
  | this is another account
  | `444444444444`

not account.id in ["222222222222"]
  | the account's id is `222222222222`
  | anything but `222222222222`

account.name == account.id
  | the account's name is `payments`
  | the account's own id
  | the account's name is `shop`
  | the account's own id

plans["weekly"].windows_vss
  | no plan `weekly`
  |

at least 2 rule satisfies rule.retention >= 60 days
  | none of 1 rule satisfies `rule.retention >= 60 days`
  | plans/daily/rules/nightly/lifecycle/delete_after_days: retention is 35 days
  | at least 2

some rule where rule.continuous satisfies rule.archive
  | this account has no rule where `rule.continuous`
  | plans/daily/rules/nightly/enable_continuous_backup: continuous backup is off
  | one that satisfies `rule.archive`

every rule satisfies rule.continuous == rule.archive and rule.continuous != rule.archive
  | continuous backup is off
  | the archive opt-in is off
  | `rule.continuous != rule.archive`

S3 in plans["daily"].regions
  | the list of Regions holds `eu-west-1`
  | `S3` among them
  without who set it: the list of Regions holds `eu-west-1`; `house-rule` asks for `S3` among them

false
  | `false` never holds
  |

every rule satisfies rule.vault.min_retention >= rule.retention
  | vault `Main` in eu-west-1 sets no minimum retention
  | retention is 35 days
  | at least 35 days, the rule's retention

every copy satisfies copy.vault.exists
  | vault `Main` does not exist in eu-central-1
  | it is required

not (at least 1 rule satisfies rule.retention >= 1 day)
  | 1 of 1 rule satisfies `rule.retention >= 1 day`
  | plans/daily/rules/nightly/lifecycle/delete_after_days: retention is 35 days
  | none

not (some rule satisfies rule.retention >= 1 day)
  | retention is 35 days
  | less than 1 day
  without who set it: retention is 35 days; `house-rule` asks for less than 1 day

no rule satisfies rule.retention >= 1 day
  | retention is 35 days
  | less than 1 day
  without who set it: retention is 35 days; `house-rule` asks for less than 1 day

at least 2 copy where copy.retention >= 1 day satisfies copy.cross_account
  | none of 1 copy satisfies `copy.cross_account`
  | plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:$account:backup-vault:main/target_backup_vault_arn: the copy stays in its account
  | at least 2

not (every rule satisfies rule.retention >= 1 day)
  | 1 of 1 rule satisfies `rule.retention >= 1 day`
  | plans/daily/rules/nightly/lifecycle/delete_after_days: retention is 35 days
  | one that does not

some rule where rule.continuous and rule.retention >= 30 days satisfies rule.archive
  | this account has no rule where `rule.continuous and rule.retention >= 30 days`
  | plans/daily/rules/nightly/enable_continuous_backup: continuous backup is off
  | one that satisfies `rule.archive`

every resource satisfies resource.protected
"""


def test_what_a_violation_is_remembered_by() -> None:
    assert identified(IDENTITIES, PROJECT) == IDENTITIES
