from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Selection
from policyengine.aws.settings import EXCEPT_TYPES
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'
_SELECTION = """\
resource selection production {
  role = "Backup"
  where production: "aws:ResourceTag/env" == "production"
}"""

RULE = Rule(
    code="PE531",
    name="selection-without-types",
    severity=Severity.WARNING,
    title="a resource selection has conditions and no resource types, or none that it does not except",
    rationale=(
        "Organizations takes a resource selection of conditions alone. AWS's page on the syntax calls the types"
        " required, and AWS Backup's own API refuses such a selection: it wants types or tags. What becomes of one that"
        " comes from a policy nobody says; it may be nothing. The type `*` stands for every type and makes it plain. A"
        " selection that excepts all the types that it names surely selects nothing."
    ),
    bad=one_rule(_RULE, selection=_SELECTION),
    good=one_rule(_RULE, selection=_SELECTION.replace("  where", '  types = ["*"]\n  where')),
    reference="facts 3.3, 3.5, 3.14",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html",
    ),
    harm=Harm.PROTECTION,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection."""
    for plan in facts.plans:
        for selection in plan.selections:
            if selection.kind == "resource" and (said := _said(selection)):
                yield finding(RULE, facts, plan, said[0], message=said[1], advice=said[2])


def _said(selection: Selection) -> tuple[str, str, str] | None:
    """The place, the message and the advice for a selection that is left without types."""
    name = quoted(selection.name)
    if selection.conditions and not selection.types:
        text = "has conditions and no resource types: AWS Backup wants types or tags, and may select nothing"
        return selection.path, f"selection {name} {text}", 'give it the types that are meant, `"*"` for all of them'
    if selection.types and not selection.reach and selection.excepted:
        path = f"{selection.path}/{EXCEPT_TYPES.place}"
        return path, f"selection {name} excepts all types that it names, and selects nothing", "except fewer types"
    return None
