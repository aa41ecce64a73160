"""PE232: with the archive opt-in, backups are deleted less than 90 days after they move to cold storage."""

from __future__ import annotations

from policyengine.base.catalogue.example_documents import one_rule
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE232",
    name="archive-gap-too-short",
    severity=Severity.ERROR,
    title="with the archive opt-in, backups are deleted less than 90 days after they move to cold storage",
    rationale=(
        "What is in cold storage stays there 90 days at least. AWS enforces the distance only together with the opt-in."
    ),
    bad=one_rule(
        """\
"schedule_expression": {"@@assign": "cron(0 5 1 * ? *)"},
"lifecycle": {
  "move_to_cold_storage_after_days": {"@@assign": "30"},
  "delete_after_days": {"@@assign": "60"},
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
    reference="semantics.md 9; facts 1.3.6, 1.3.14",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html",
    ),
)
