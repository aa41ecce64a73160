from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import FOREVER
from policyengine.aws.settings import COLD_AFTER, CONTINUOUS
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

_BASELINE = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  continuous = true  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
"""
_PROD = """\
policy prod { plan daily { rule RULE } }
attach prod to ou "Prod"
"""
RULE = Rule(
    code="PE509",
    name="continuous-with-cold-storage",
    severity=Severity.ERROR,
    title="a rule backs up continuously and moves to cold storage",
    rationale=(
        "Continuous backups cannot go to cold storage, and AWS Backup refuses a rule that asks for both. Organizations"
        " looks at one document only: where one policy asks for continuous backups and another for cold storage, it"
        " publishes what they merge to."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": _BASELINE + _PROD.replace("RULE", "nightly { cold_after = 8 days }"),
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": _BASELINE
        + _PROD.replace(
            "RULE",
            'monthly { schedule = monthly on day 1 at 14:00  vault = "Main"  cold_after = 8 days  retain = 366 days }',
        ),
    },
    reference="facts 1.4.3",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html",),
    harm=Harm.BACKUP,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule; copies of continuous backups are snapshots and may go to cold storage."""
    for plan in facts.plans:
        for rule in plan.rules:
            if rule.continuous and rule.cold_after != FOREVER:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{COLD_AFTER.place}",
                    message=f"rule {quoted(rule.name)} backs up continuously, and continuous backups cannot go to cold"
                    " storage",
                    advice="leave cold storage out, or give it to a rule of its own that makes snapshots",
                    beside=(f"{rule.path}/{CONTINUOUS.place}",),
                )
