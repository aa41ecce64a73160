"""PE229: continuous backup stands without a retention of 1 to 35 days in the same rule of the same document."""

from __future__ import annotations

from policyengine.base.catalogue.example_documents import one_rule
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE229",
    name="continuous-retention",
    severity=Severity.ERROR,
    title="continuous backup stands without a retention of 1 to 35 days in the same rule of the same document",
    rationale=(
        "Point-in-time recovery reaches back 35 days at most. AWS wants `delete_after_days` next to the "
        "switch, in the same policy, even where it would be inherited."
    ),
    bad=one_rule(
        """\
"enable_continuous_backup": {"@@assign": "true"},
"lifecycle": {"delete_after_days": {"@@assign": "90"}}
"""
    ),
    good=one_rule(
        """\
"enable_continuous_backup": {"@@assign": "true"},
"lifecycle": {"delete_after_days": {"@@assign": "35"}}
"""
    ),
    reference="semantics.md 9; facts 1.4.4",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html",),
)
