"""PE161: an `attach` names a policy that does not exist."""

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

attach baseline to root
"""

RULE = Rule(
    code="PE161",
    name="unknown-policy",
    severity=Severity.ERROR,
    title="an `attach` names a policy that neither the project nor the snapshot has",
    rationale=(
        "Nothing can be attached under that name. Names of policies tell upper case from lower; a policy that exists "
        "only in AWS is known through the snapshot."
    ),
    bad={"policy.bpol": _POLICY + 'attach base-line to ou "Prod"\n', "organization.yaml": ONE_UNIT},
    good={"policy.bpol": _POLICY, "organization.yaml": ONE_UNIT},
    reference="language.md 4",
)
