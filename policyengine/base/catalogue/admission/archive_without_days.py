"""PE231: the archive opt-in stands without both day values in the same lifecycle."""

from __future__ import annotations

from policyengine.base.catalogue.example_documents import one_rule
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE231",
    name="archive-without-days",
    severity=Severity.ERROR,
    title="the archive opt-in stands without both day values in the same lifecycle",
    rationale=(
        "With `opt_in_to_archive_for_supported_resources` AWS checks the lifecycle of this very document: it "
        "must say when backups move to cold storage and when they are deleted."
    ),
    bad=one_rule(
        """\
"schedule_expression": {"@@assign": "cron(0 5 1 * ? *)"},
"lifecycle": {
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
    reference="semantics.md 9; facts 1.3.14",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html",
    ),
)
