"""PE233: the archive opt-in stands in a rule that runs more often than every 28 days, or has no schedule."""

from __future__ import annotations

from policyengine.base.catalogue.example_documents import one_rule
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE233",
    name="archive-schedule-too-frequent",
    severity=Severity.ERROR,
    title="the archive opt-in stands in a rule that runs more often than every 28 days, or has no schedule",
    rationale=(
        "Archiving is for monthly and rarer backups. AWS takes the next two runs of the rule's schedule in "
        "the same document; a rule without one would run daily."
    ),
    bad=one_rule(
        """\
"schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
"lifecycle": {
  "move_to_cold_storage_after_days": {"@@assign": "30"},
  "delete_after_days": {"@@assign": "120"},
  "opt_in_to_archive_for_supported_resources": {"@@assign": "true"}
}
"""
    ),
    good=one_rule(
        """\
"schedule_expression": {"@@assign": "cron(0 5 1 * ? *)"},
"lifecycle": {
  "move_to_cold_storage_after_days": {"@@assign": "30"},
  "delete_after_days": {"@@assign": "120"},
  "opt_in_to_archive_for_supported_resources": {"@@assign": "true"}
}
"""
    ),
    reference="semantics.md 9; facts 1.1.8, 1.3.14",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",
    ),
)
