"""PE230: continuous backup stands beside a transition to cold storage."""

from __future__ import annotations

from policyengine.base.catalogue.example_documents import one_rule
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE230",
    name="cold-storage-in-continuous-rule",
    severity=Severity.ERROR,
    title="continuous backup stands beside a transition to cold storage",
    rationale="A continuous recovery point cannot move to cold storage. AWS refuses a rule that asks for both.",
    bad=one_rule(
        """\
"enable_continuous_backup": {"@@assign": "true"},
"lifecycle": {
  "delete_after_days": {"@@assign": "30"},
  "move_to_cold_storage_after_days": {"@@assign": "1"}
}
"""
    ),
    good=one_rule(
        """\
"enable_continuous_backup": {"@@assign": "true"},
"lifecycle": {"delete_after_days": {"@@assign": "30"}}
"""
    ),
    reference="semantics.md 9; facts 1.4.3",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html",),
)
