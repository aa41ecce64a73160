from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

RULE = Rule(
    code="PE311",
    name="unverified-rendering",
    severity=Severity.INFO,
    title="a list is published in a form that nobody has observed",
    rationale=(
        "A list holds a value twice, or an index list was emptied. The engine keeps what the rules say, "
        "but how AWS publishes it has never been recorded."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
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
attach baseline to root
""",
    },
    reference="semantics.md R25, R36",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting."""
    yield from from_notes(facts, RULE, "write each value once; do not remove the last type of an index")
