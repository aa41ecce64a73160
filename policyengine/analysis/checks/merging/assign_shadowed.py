from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

RULE = Rule(
    code="PE303",
    name="assign-shadowed",
    severity=Severity.WARNING,
    title="two policies on one entity assign the same setting, and the later one loses",
    rationale=(
        "Of several policies attached to one entity the first attached wins each setting; lists are not "
        "joined. The later value has no effect anywhere."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy extra { plan daily { rule nightly { vault = "Other" } } }
attach baseline, extra to root
""",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy extra { plan daily { rule nightly { complete_within = 1 day } } }
attach baseline, extra to root
""",
    },
    reference="semantics.md 1, R2 (observed on tag policies)",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per later policy and setting."""
    yield from from_notes(facts, RULE, "attach the policy that should win first, or take the setting out of the other")
