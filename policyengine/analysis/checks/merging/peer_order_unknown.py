from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

_TREE = """\
version: 1
attachment_order: unknown
root:
  name: Root
  policies: [baseline, extra]
  accounts: [{id: "111111111111", name: shop}]
"""
_PLAN = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
"""

RULE = Rule(
    code="PE304",
    name="peer-order-unknown",
    severity=Severity.WARNING,
    title="a value hangs on an attachment order that nobody knows",
    rationale=(
        "The snapshot says that the order of attachment is unknown, since no API tells it, and two policies on one"
        " entity disagree. Another order would give this setting another value."
    ),
    bad={
        "organization.yaml": _TREE,
        "policy.bpol": _PLAN + 'policy extra { plan daily { rule nightly { vault = "Other" } } }\n',
    },
    good={
        "organization.yaml": _TREE,
        "policy.bpol": _PLAN + "policy extra { plan daily { rule nightly { complete_within = 1 day } } }\n",
    },
    reference="semantics.md R6; interface.md 2",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
    harm=Harm.PROTECTION,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting and entity."""
    advice = "name these policies in an `attach` statement in AWS's order, or let only one of them set the value"
    yield from from_notes(facts, RULE, advice)
