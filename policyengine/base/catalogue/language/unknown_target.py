"""PE160: an `attach` or a `waive` points to nothing in the organization."""

from __future__ import annotations

from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Rule, Severity

_POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      schedule = daily at 05:00
      vault    = "Main"
      retain   = 35 days
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily"]
    }
  }
}

"""

RULE = Rule(
    code="PE160",
    name="unknown-target",
    severity=Severity.ERROR,
    title="an `attach` or a `waive` names a unit or account that the organization does not have",
    rationale=(
        "The policy would be attached nowhere, and the accounts meant would stay without their backups; a waiver would "
        "cover nothing. Paths of units start below the root and tell upper case from lower; accounts go by id, or by a "
        "name that only one account has."
    ),
    bad={"policy.bpol": _POLICY + 'attach baseline to ou "Production"\n', "organization.yaml": ONE_UNIT},
    good={"policy.bpol": _POLICY + 'attach baseline to ou "Prod"\n', "organization.yaml": ONE_UNIT},
    reference="language.md 4, 6",
)
