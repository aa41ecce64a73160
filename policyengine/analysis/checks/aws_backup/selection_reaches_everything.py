from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.facts.names import is_everything
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity
from policyengine.base.text import quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'

RULE = Rule(
    code="PE519",
    name="selection-reaches-everything",
    severity=Severity.INFO,
    title="a selection takes every resource of every type",
    rationale=(
        "A selection of `*` without a condition or an exception backs up whatever an account has, of every type that it"
        " is opted in to: scratch volumes, log buckets and what is launched tomorrow. That may be just what is wanted,"
        " so this is an information; the bill and the time of the first run are the usual surprise."
    ),
    bad=one_rule(_RULE, selection='resource selection all { role = "Backup"  types = ["*"] }'),
    good=one_rule(
        _RULE,
        selection="""\
resource selection all {
  role = "Backup"
  types = ["*"]
  where wanted: "aws:ResourceTag/backup" != "no"
}""",
    ),
    reference="facts 2.3.3, 3.5",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources-json.html",
    ),
    harm=Harm.NOTHING,
    needs=(Fact.OPT_IN,),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection; where nothing is opted in in a Region, `opt-in-off` tells that it takes nothing."""
    for plan in facts.plans:
        known = [on for on in map(facts.opted_in, plan.regions) if on is not None]
        if not all(known):
            continue
        which = "" if all(map(is_everything, known)) else " that is opted in"
        for selection in plan.selections:
            if "*" in selection.types and not selection.excepted and not selection.conditions:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{selection.path}/resource_types",
                    message=f"selection {quoted(selection.name)} takes every resource of every type{which}",
                    advice="name types, except some, or add a condition, unless all of them are meant",
                )
