"""PE163: the project and the snapshot attach the same policies in different orders."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

_ORGANIZATION = """\
version: 1
root:
  policies: [baseline, ledger]
  accounts: [{id: "111111111111", name: shop}]
policies:
  baseline: {content: {plans: {}}}
  ledger: {content: {plans: {}}}
"""
_POLICIES = """\
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

policy ledger {
  plan monthly {
    regions = [eu-west-1]
    rule archive {
      schedule = monthly on day 1 at 05:00
      vault    = "Main"
      retain   = 400 days
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["monthly"]
    }
  }
}

"""

RULE = Rule(
    code="PE163",
    name="attachment-order-contradicts",
    severity=Severity.ERROR,
    title="the project attaches policies in another order than AWS has them",
    rationale=(
        "Where two policies of one target set the same value, the one attached first wins. AWS keeps the order in "
        "which they were attached; rolling out a project does not change it. To get another order, policies have to be "
        "detached and attached again."
    ),
    bad={"policy.bpol": _POLICIES + "attach ledger, baseline to root\n", "organization.yaml": _ORGANIZATION},
    good={"policy.bpol": _POLICIES + "attach baseline, ledger to root\n", "organization.yaml": _ORGANIZATION},
    reference="interface.md 2; semantics.md R2, R6",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
)
