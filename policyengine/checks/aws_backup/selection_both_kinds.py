from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.example_projects import one_rule
from policyengine.checks.facts import Facts
from policyengine.checks.places import finding
from policyengine.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.wording import quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'
_TAGGED = 'tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }\n'

RULE = Rule(
    code="PE520",
    name="selection-both-kinds",
    severity=Severity.WARNING,
    title="a plan selects by tag and by resource type",
    rationale=(
        "AWS's documentation calls the two kinds of selection mutually exclusive. Organizations has been seen to take"
        " both in one plan, so nobody says what AWS Backup makes of it. They can also meet where a policy further down"
        " adds a selection to an inherited plan."
    ),
    bad=one_rule(_RULE, selection=_TAGGED + 'resource selection databases { role = "Backup"  types = [RDS] }'),
    good=one_rule(
        _RULE,
        selection="""\
resource selection databases {
  role = "Backup"
  types = [RDS]
  where tagged: "aws:ResourceTag/backup" == "yes"
}""",
    ),
    reference="facts 3; semantics.md R29, C8",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per plan, at its resource selections."""
    for plan in facts.plans:
        if {selection.kind for selection in plan.selections} == {"tag", "resource"}:
            yield finding(
                RULE,
                facts,
                plan,
                f"{plan.path}/selections/resources",
                message=f"plan {quoted(plan.name)} selects by tag and by resource type, expected one of the two",
                advice="give one of them a plan of its own, or ask for the tag in a condition",
                beside=(f"{plan.path}/selections/tags",),
            )
