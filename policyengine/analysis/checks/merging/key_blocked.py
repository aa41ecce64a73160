from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

RULE = Rule(
    code="PE302",
    name="key-blocked",
    severity=Severity.WARNING,
    title="a policy adds a key where a policy above it takes no new ones",
    rationale=(
        "A child control on the container above does not allow new keys, so the plan, rule or setting "
        "that this policy adds is ignored with everything beneath it. AWS documents this and reports "
        "nothing."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  children may nothing
  locked plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan extra { regions = [eu-central-1] } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  children may append
  locked plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod {
  plan extra {
    regions = [eu-central-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
attach prod to ou "Prod"
""",
    },
    reference="semantics.md R16, R17, R18 (documented, not observed)",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy, entity and topmost blocked key."""
    yield from from_notes(
        facts, RULE, "put the key into the policy above, or let that policy say `children may append`"
    )
